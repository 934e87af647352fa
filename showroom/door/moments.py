"""The seven moments to ask for a contact: what was asked, given or refused, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from showroom.door import guests
from showroom.guard import closed, consent
from showroom.store import journal
from showroom.store.models import Ask, Moment, Outcome, Refusal, Visit, Wording


class State(NamedTuple):
    """How a moment of a visit stands: the last ask, or nothing tried."""

    moment: Moment
    outcome: Outcome | None
    refusal: Refusal | None
    asks: int


_UNTRIED = {moment: State(moment, None, None, 0) for moment in Moment}


def ask(
    session: Session,
    visit_id: int,
    moment: Moment,
    *,
    refusal: Refusal | None = None,
    script_id: int | None = None,
    wording: Wording | None = None,
    now: datetime,
) -> Ask:
    """Note one ask: given, or refused for one of the four reasons (DOMAIN §4.1, §4.2).

    `script_id` and `wording` say what was on the screen (`scripts.Line`). Asking again at the same
    moment is another ask; the strip shows the last. The phone itself comes with
    `reception.complete`.
    """
    visit = session.get_one(Visit, visit_id)
    closed.require_open(session, visit.day, arrived=visit.arrived_at)
    journal.act(session, "ask", visit)
    row = Ask(
        visit_id=visit_id,
        moment=moment,
        outcome=Outcome.GIVEN if refusal is None else Outcome.REFUSED,
        refusal=refusal,
        at=now,
        script_id=script_id,
        wording=wording,
    )
    session.add(row)
    session.flush()
    if refusal is None:
        consent.heard_at(session, visit_id, moment)
    else:
        guests.stay_if_refused(session, visit, now=now)
    return row


_ASKED: Final = (  # made once: it is asked after every save
    select(Ask.visit_id, Ask.moment, Ask.outcome, Ask.refusal)
    .where(Ask.visit_id.in_(bindparam("visits")))
    .order_by(Ask.at, Ask.id)
)


def strips(session: Session, visit_ids: list[int]) -> dict[int, list[State]]:
    """The seven moments of these visits, in their order."""
    found = {visit_id: dict(_UNTRIED) for visit_id in visit_ids}
    asked = session.execute(_ASKED, {"visits": visit_ids})
    for visit_id, moment, outcome, refusal in asked:
        asks = found[visit_id][moment].asks
        found[visit_id][moment] = State(moment, outcome, refusal, asks + 1)
    return {visit_id: list(states.values()) for visit_id, states in found.items()}


def strip(session: Session, visit_id: int) -> list[State]:
    """The seven moments of one visit, in their order."""
    return strips(session, [visit_id])[visit_id]
