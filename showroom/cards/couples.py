"""Cards to a couple: with whom somebody is one, and whose words name a partner who gets none now.

A wording asks anew each time; what was written for one card, or printed, keeps the name.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from typing import Final

from sqlalchemy import ColumnElement, Select, column, or_, select, table
from sqlalchemy.orm import Session

from showroom.cards import address
from showroom.store import barred
from showroom.store.models import Card, Customer, Honorific, Kinship

BOTH: Final = ("伉俪", "夫妇", "夫妻", "both of you", "Mr. and Mrs.")
"""What speaks of two without a name."""
_TWO: Final = re.compile("(?<!家中)(?<!家里)(?<!十)[二两]位(?!老|孩|数|宝|小|父|公子|千金|朋友)")
"""… and as one says it to them: 祝二位, not 家中两位老人."""
WIFE: Final = ("太太", "夫人")
"""… and where he is written to; she may be addressed so herself."""
_RELATION: Final = table(
    "relation", column("id"), column("customer_id"), column("other_id"), column("kind")
)  # its own model is not needed, so the desk starts without it


def partners(session: Session, ids: Collection[int]) -> dict[int, Customer]:
    """With whom each of these is noted as a couple; nobody who is erased, complains or wants no
    post."""
    found: dict[int, Customer] = {}
    for mine, theirs in _sides():
        query = (
            select(mine, Customer)
            .join(Customer, Customer.id == theirs)
            .where(
                _RELATION.c.kind == Kinship.COUPLE.value,
                mine.in_(ids),
                Customer.name != "",
                Customer.erased_at.is_(None),
                ~barred.from_post(),
                ~barred.complaining(),
            )
            .order_by(_RELATION.c.id)
        )
        found |= {id: other for id, other in session.execute(query)}
    return found


def unsayable(session: Session) -> list[int]:
    """The cards that are not posted yet and whose own or printed words name a partner who may get
    none now: he complains, or wants no post."""
    found = [
        (id, said or words, own, other)
        for query in _worded()
        for id, words, said, own, other in session.execute(query)
    ]
    if not found:
        return []
    about = {id for _card, _text, *both in found for id in both}
    them = select(Customer).where(Customer.id.in_(about))
    people = {one.id: one for one in session.scalars(them)}
    return [card for card, text, own, other in found if names(text, people[other], people[own])]


@cache
def _worded() -> list[Select[int, str, str, int, int]]:
    """The cards with words of their own, or printed, of who is a couple with whom nobody may write
    to: made once, for it is asked with every list of cards."""
    return [
        select(Card.id, Card.words, Card.said, mine, theirs)
        .join(_RELATION, mine == Card.customer_id)
        .where(
            _RELATION.c.kind == Kinship.COUPLE.value,
            barred.unwritten(theirs),
            Card.posted_at.is_(None),
            Card.skipped_at.is_(None),
            or_(Card.words != "", Card.said != ""),
        )
        for mine, theirs in _sides()
    ]


def names(text: str, partner: Customer, own: Customer) -> bool:
    """Whether the words speak of the partner, by name, as he is addressed, or of both."""
    marks = BOTH if own.honorific is Honorific.MS else BOTH + WIFE
    spoken = {*_called(partner), *marks} - _called(own)
    if _TWO.search(text):
        return True
    return any(len(one) > 1 and one in text for one in spoken)  # one character is in every text


def _called(one: Customer) -> set[str]:
    said = {address.addressed(one.name, one.honorific, one.title, lang) for lang in ("zh", "en")}
    return {one.name, *said}


def _sides() -> tuple[tuple[ColumnElement[int], ColumnElement[int]], ...]:
    """A couple is noted once: whoever is asked about may stand on either side."""
    one, other = _RELATION.c.customer_id, _RELATION.c.other_id
    return (one, other), (other, one)
