"""Cards that were printed and whose printing was undone: they wait again, and a page may lie there.

The journal alone knows it. What a jam kept did not come out, and is none of them.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import dates, words
from showroom.i18n import _
from showroom.store.models import Action, Card, Customer


def printed_at(session: Session, ids: Collection[int]) -> dict[int, datetime]:
    """Which of these cards that wait were printed once, and when."""
    found = session.connection().exec_driver_sql(
        "SELECT row_id, json_extract(before, '$.printed_at'), action.verb, max(change.id),"
        " action.id FROM change JOIN action ON action.id = change.action_id"
        " WHERE table_name = 'card' AND row_id IN (SELECT value FROM json_each(?))"
        " AND json_extract(before, '$.printed_at') IS NOT NULL"
        " AND json_type(after, '$.printed_at') = 'null' GROUP BY row_id",
        (json.dumps(list(ids)),),
    )
    moments = {
        id: datetime.fromisoformat(text).replace(tzinfo=UTC)
        for id, text, verb, _change, action in found
        if (_done_again(session, action) if verb == "redo" else verb) != "unprint_cards"
    }
    if not moments:
        return {}
    waiting = select(Card.id).where(Card.id.in_(moments), Card.printed_at.is_(None))
    return {id: moments[id] for id in session.scalars(waiting)}


def _done_again(session: Session, action_id: int) -> str:
    """What was done again: a redo takes back an undo, and that what was done, or a redo of it."""
    action = session.get_one(Action, action_id)
    while action.verb == "redo":
        undo = session.get_one(Action, action.undoes_id)
        action = session.get_one(Action, undo.undoes_id)
    return action.verb


def said(session: Session, ids: Collection[int]) -> dict[int, str]:
    """`张伟 先生 (11-20 09:12)` for each of them, the one due first on top."""
    moments = printed_at(session, ids)
    query = (
        select(Card.id, Customer.name, Customer.honorific)
        .join(Customer, Card.customer_id == Customer.id)
        .where(Card.id.in_(moments))
        .order_by(Card.due_on, Card.id)
    )
    found = {}
    for id, name, honorific in session.execute(query):
        who = words.called(name, honorific) or _("No name")
        found[id] = f"{who} ({dates.local(moments[id]):%m-%d %H:%M})"
    return found
