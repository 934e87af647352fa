"""The search index of customers: ASCII tokens made here, kept in step by every write (TECH §5).

`c5f20` is a character of the name, `b5f20_4f1f` two neighbours; `t138` are three digits of
a phone in a row, `d1380` four. Pinyin comes as further tokens (`i…` initials, `y…` readings).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom.store.models import Customer, Phone

if TYPE_CHECKING:
    from showroom.store.journal import Touched

CREATE = (
    "CREATE VIRTUAL TABLE customer_fts USING fts5(t, content='', contentless_delete=1, "
    "detail=none, tokenize=\"ascii tokenchars '_'\")"
)
_BLOCK = 900


def folded(name: str) -> str:
    """A name as it is compared: case, spaces and the middle dot do not count."""
    return re.sub(r"[\s·•・.]", "", name).casefold()


def name_tokens(name: str) -> list[str]:
    """A token for each character and each pair of neighbours of a name."""
    codes = [f"{ord(char):x}" for char in folded(name)]
    pairs = pairwise(codes)
    return [f"c{code}" for code in codes] + [f"b{one}_{two}" for one, two in pairs]


def phone_tokens(number: str) -> list[str]:
    """A token for each three and each four neighbouring digits of a number."""
    digits = national(number)
    return [f"t{digits[i : i + 3]}" for i in range(len(digits) - 2)] + fours(digits)


def fours(digits: str) -> list[str]:
    """A token for each four neighbouring digits."""
    return [f"d{digits[i : i + 4]}" for i in range(len(digits) - 3)]


def national(number: str) -> str:
    """The digits people type: without +86, a landline with its zero."""
    if not number.startswith("+86"):
        return number.removeprefix("+")
    digits = number[3:]
    mobile_or_400 = (len(digits) == 11 and digits[0] == "1") or digits[:3] in ("400", "800")
    return digits if mobile_or_400 else f"0{digits}"


def tokens(name: str, numbers: Iterable[str]) -> str:
    """All that finds a customer, as one text for the index."""
    found = name_tokens(name)
    for number in numbers:
        found += phone_tokens(number)
    return " ".join(dict.fromkeys(found))


def refresh(session: Session, touched: Sequence[Touched]) -> None:
    """Index anew the customers whose name or phones this transaction changed."""
    ids = {row.id for row in touched if row.table == "customer" and "name" in row.image}
    phones = {row.id for row in touched if row.table == "phone"}
    ids |= {
        row.image["customer_id"]
        for row in touched
        if row.table == "phone" and "customer_id" in row.image
    }
    for block in _blocks(sorted(phones)):
        ids |= set(session.scalars(select(Phone.customer_id).where(Phone.id.in_(block))))
    if ids:
        _index(session, sorted(ids))


def rebuild(session: Session) -> int:
    """Make the whole index anew; returns how many customers it holds."""
    connection = session.connection()
    connection.exec_driver_sql("DELETE FROM customer_fts")
    ids = list(session.scalars(select(Customer.id)))
    _index(session, ids)
    return len(ids)


def _index(session: Session, ids: Sequence[int]) -> None:
    connection = session.connection()
    connection.exec_driver_sql("DELETE FROM customer_fts WHERE rowid = ?", [(id,) for id in ids])
    for block in _blocks(ids):
        names = connection.execute(
            select(Customer.id, Customer.name).where(Customer.id.in_(block))
        ).all()
        numbers: dict[int, list[str]] = {}
        for owner, number in connection.execute(
            select(Phone.customer_id, Phone.number).where(Phone.customer_id.in_(block))
        ):
            numbers.setdefault(owner, []).append(number)
        if names:
            connection.exec_driver_sql(
                "INSERT INTO customer_fts(rowid, t) VALUES (?, ?)",
                [(id, tokens(name, numbers.get(id, ()))) for id, name in names],
            )


def _blocks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + _BLOCK] for start in range(0, len(ids), _BLOCK))
