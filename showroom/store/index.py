"""The search index of customers: ASCII tokens made here, kept in step by every write (TECH §5).

`c5f20` is a character of the name, `b5f20_4f1f` two neighbours; `i…` are initials, `y…` syllables
of its pinyin (`showroom.store.pinyin`). `t138` are three digits of a phone in a row, `d1380` four;
`v…` are three neighbours on the plate of a car, or in a name with Latin letters.

The file says in `user_version` which tokens stand in it: where an earlier program wrote them, they
are made anew with the tables, before anybody asks (`showroom.store.migrate`).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom.store import images, models, pinyin
from showroom.store.models import Customer, Phone

if TYPE_CHECKING:
    from showroom.store.journal import Touched

CREATE = (
    "CREATE VIRTUAL TABLE customer_fts USING fts5(t, content='', contentless_delete=1, "
    "detail=none, tokenize=\"ascii tokenchars '_'\")"
)
WHOLE = "INSERT INTO customer_fts(customer_fts) VALUES ('optimize')"
TIDY = "INSERT INTO customer_fts(customer_fts, rank) VALUES ('merge', 500)"
VERSION = 2
MARK = f"PRAGMA user_version = {VERSION}"
INDEXED = ("customer", "phone", "vehicle")
_CUSTOMERS = (
    "SELECT id, name, (SELECT ifnull(group_concat(number, ' '), '') FROM phone"
    " WHERE customer_id = customer.id), (SELECT ifnull(group_concat(folded(plate), ' '), '')"
    " FROM vehicle WHERE customer_id = customer.id) FROM customer"
)
_BLOCK = 900
LATIN = re.compile("[a-z]")
_UNSEEN = re.compile(r"[\s·•・.\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")


def folded(name: str) -> str:
    """A name as it is compared: case, width, spaces, the middle dot, unseen marks do not count."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", name)).casefold()


def name_tokens(name: str) -> list[str]:
    """A token for each character and each pair of neighbours of a name."""
    codes = [f"{ord(char):x}" for char in folded(name)]
    pairs = pairwise(codes)
    return [f"c{code}" for code in codes] + [f"b{one}_{two}" for one, two in pairs]


def phone_tokens(number: str) -> str:
    """A token for each three and each four neighbouring digits of a number, as one text."""
    digits = national(number)
    count = len(digits)
    return f"t{' t'.join(_pieces(count, 3)(digits))} d{' d'.join(_pieces(count, 4)(digits))}"


@cache
def _pieces(count: int, size: int) -> Callable[[str], tuple[str, ...]]:
    """What cuts a text of so many letters into all its neighbours of that size, at once."""
    return itemgetter(*(slice(start, start + size) for start in range(max(count - size + 1, 2))))


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


def digit_tokens(digits: str, *, hidden: bool) -> list[str]:
    """What three or more typed digits ask the index for; `hidden`: only whole or by the last four.

    Who is offered then still has to be asked whether he is `found_by` them.
    """
    if len(digits) == 3:
        return [f"t{digits}"]
    return fours(digits[-4:] if hidden and len(digits) <= 8 else digits)


def found_by(number: str, digits: str) -> bool:
    """Whether who sees a number hidden finds it by these digits: whole, or by what he sees of it.

    That is the last four, or what stands before the hidden four with the last four: who tries
    part after part learns nothing of the digits between.
    """
    whole = national(number)
    return digits in (whole, whole[-4:], head(whole) + whole[-4:])


def head(digits: str) -> str:
    """What is shown before the hidden digits of a number: 138, 0755."""
    return digits[:-8][:4]


def threes(folded: str) -> list[str]:
    """A token for each three neighbours of a plate or a Latin name; others by their code."""
    marks = [char if char.isascii() else f"{ord(char):x}" for char in folded if char.isalnum()]
    return [f"v{''.join(marks[at : at + 3])}" for at in range(len(marks) - 2)]


def tokens(name: str, numbers: Iterable[str], plates: Iterable[str] = ()) -> str:
    """All that finds a customer, as one text for the index; the plates are folded."""
    cars = [token for plate in plates for token in threes(plate)]
    return " ".join([_of_name(name), *map(phone_tokens, numbers), *cars])


@lru_cache(maxsize=10_000)
def _of_name(name: str) -> str:
    bare = folded(name)
    latin = threes(bare) if LATIN.search(bare) else []
    return " ".join(name_tokens(name) + pinyin.tokens(bare) + latin)


def refresh(session: Session, touched: Sequence[Touched]) -> None:
    """Index anew the customers whose name, phones or plates this transaction changed."""
    ids = {row.id for row in touched if row.table == "customer" and "name" in row.image}
    owned: dict[str, set[int]] = {"phone": set(), "vehicle": set()}
    for row in touched:
        if row.table in owned:
            if "customer_id" in row.image:
                ids.add(row.image["customer_id"])
            else:
                owned[row.table].add(row.id)
    for name in (name for name, ids_of in owned.items() if ids_of):
        model = Phone if name == "phone" else models.Vehicle
        for block in _blocks(sorted(owned[model.__tablename__])):
            ids |= set(session.scalars(select(model.customer_id).where(model.id.in_(block))))
    if ids:
        _index(session, sorted(ids))


def rebuild(session: Session) -> int:
    """Make the whole index anew; returns how many customers it holds."""
    connection = session.connection()
    connection.exec_driver_sql("DELETE FROM customer_fts")
    ids = list(session.scalars(select(Customer.id)))
    _index(session, ids)
    connection.exec_driver_sql(MARK)
    return len(ids)


def forget(session: Session, ids: Sequence[int]) -> None:
    """Index anew customers whose words are gone, and take the old ones out of the file at once."""
    session.flush()
    _index(session, ids)
    session.connection().exec_driver_sql(WHOLE)


def _index(session: Session, ids: Sequence[int]) -> None:
    """Take these customers out of the index and put in what they are now."""
    connection = session.connection()
    last = connection.exec_driver_sql("SELECT max(id) FROM customer_fts_docsize").scalar() or 0
    known = [id for id in ids if id <= last]
    if known:
        connection.exec_driver_sql(
            "DELETE FROM customer_fts WHERE rowid IN (SELECT value FROM json_each(?))",
            (json.dumps(known),),
        )
    wanted = set(ids)
    for where, values in images.blocks("id", ids):
        found = connection.exec_driver_sql(f"{_CUSTOMERS} WHERE {where} ORDER BY id", values).all()
        lines = [
            (id, tokens(name, phones.split(), plates.split()))
            for id, name, phones, plates in found
            if id in wanted
        ]
        if lines:
            connection.exec_driver_sql("INSERT INTO customer_fts(rowid, t) VALUES (?, ?)", lines)


def _blocks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + _BLOCK] for start in range(0, len(ids), _BLOCK))
