"""The search index of customers: ASCII tokens made here, kept in step by every write (TECH §5).

`c5f20` is a character of the name, `b5f20_4f1f` two neighbours; `i…` are initials, `y…` syllables
of its pinyin (`showroom.store.pinyin`). `t138` are three digits of a phone in a row, `d1380` four;
`v…` are three neighbours on the plate of a car, or in a name with Latin letters. An `f` before a
token says that name, phone or plate begins with it, a `z` that phone or plate ends so; `l2_5f20`
and `l2_z` are a name of two characters that begins so. `x…` is the tail of a VIN, four to eight
long, of a car or a deal; `m3` the model he is interested in, `w7` his consultant.

Rows below 0 are no customers but consultants and models, by their names (`labelled`): whoever
types one finds the customers without theirs being written anew when it is called otherwise.

The file says in `user_version` which tokens stand in it: where an earlier program wrote them, they
are made anew with the tables, before anybody asks (`showroom.store.migrate`).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom.store import characters, images, models, pinyin
from showroom.store.models import ChoiceKind, Customer

if TYPE_CHECKING:
    from showroom.store.journal import Touched

CREATE = (
    "CREATE VIRTUAL TABLE customer_fts USING fts5(t, content='', contentless_delete=1, "
    "detail=none, tokenize=\"ascii tokenchars '_'\")"
)
WHOLE = "INSERT INTO customer_fts(customer_fts) VALUES ('optimize')"
VERSION = 3
MARK = f"PRAGMA user_version = {VERSION}"
SAYING = {  # the columns whose words stand in the index
    "customer": {"name", "model_id", "consultant_id", "erased_at"},
    "phone": {"customer_id", "number"},
    "vehicle": {"customer_id", "plate", "vin"},
    "deal": {"customer_id", "vin"},
    "staff": {"name"},
    "choice": {"kind", "zh", "en"},
}
INDEXED = tuple(SAYING)
_CUSTOMERS = (
    "SELECT id, name, erased_at, model_id, consultant_id,"
    " (SELECT group_concat(number, ' ') FROM phone WHERE customer_id = customer.id)"
)
_CARS = (
    ", (SELECT group_concat(folded(plate), ' ') FROM vehicle"
    " WHERE customer_id = customer.id AND plate <> ''),"
    " (SELECT group_concat(folded(vin), ' ') FROM vehicle"
    " WHERE customer_id = customer.id AND vin <> ''),"
    " (SELECT group_concat(folded(vin), ' ') FROM deal"
    " WHERE customer_id = customer.id AND vin <> '')"
)
_ANY_CAR = (
    "SELECT EXISTS (SELECT 1 FROM vehicle WHERE customer_id BETWEEN ?1 AND ?2)"
    " OR EXISTS (SELECT 1 FROM deal WHERE customer_id BETWEEN ?1 AND ?2)"
)
_LABELS = (
    "SELECT id * -2, name, '' FROM staff"
    f" UNION ALL SELECT id * -2 - 1, zh, en FROM choice WHERE kind = '{ChoiceKind.MODEL}'"
)
TAILS = range(4, 9)
_INTO = "INSERT INTO customer_fts(rowid, t) VALUES (?, ?)"
_BLOCK = 900
LATIN = re.compile("[a-z]")
_UNSEEN = re.compile(r"[\s·•・.\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")


def folded(name: str) -> str:
    """A name as it is compared: as `bare`, and traditional characters are the simplified ones."""
    return characters.simplified(bare(name))


def bare(name: str) -> str:
    """A name in which case, width, spaces, the middle dot, unseen marks do not count."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", name)).casefold()


def name_tokens(name: str) -> list[str]:
    """A token for each character and each pair of neighbours of a name."""
    return _by_character(folded(name))


def _by_character(folded: str) -> list[str]:
    codes = [f"{ord(char):x}" for char in folded]
    pairs = pairwise(codes)
    return [f"c{code}" for code in codes] + [f"b{one}_{two}" for one, two in pairs]


def sized(length: int, first: str) -> str:
    """The token of a name so long that begins with this character, or with this initial."""
    plain = first.isascii() and first.isalnum()
    return f"l{length}_{first if plain else f'{ord(first):x}'}"


def phone_tokens(number: str) -> str:
    """A token for each three and each four neighbouring digits of a number, and for its ends."""
    digits = national(number)
    count = len(digits)
    threes, fours = _pieces(count, 3)(digits), _pieces(count, 4)(digits)
    return f"t{' t'.join(threes)} d{' d'.join(fours)} ft{threes[0]} zd{fours[-1]}"


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


def tail(vin: str) -> str:
    """What the index is asked for the end of a VIN, of four characters or more; "" for less."""
    return f"x{vin[-TAILS[-1] :]}" if len(vin) >= TAILS[0] else ""


def tokens(
    name: str,
    numbers: Iterable[str],
    plates: Collection[str] = (),
    vins: Collection[str] = (),
    model_id: int | None = None,
    consultant_id: int | None = None,
) -> str:
    """All that finds a customer, as one text for the index; plates and VINs are folded."""
    found = [_of_name(name), *map(phone_tokens, numbers)]
    if plates:
        found += map(_of_plate, plates)
    if vins:
        found += [f"x{vin[-size:]}" for vin in vins for size in TAILS if len(vin) >= size]
    if model_id is not None:
        found.append(f"m{model_id}")
    if consultant_id is not None:
        found.append(f"w{consultant_id}")
    return " ".join(found)


@lru_cache(maxsize=10_000)
def _of_name(name: str) -> str:
    typed = bare(name)
    plain = characters.simplified(typed)
    if not plain:
        return ""
    own = _by_character(plain)
    latin = threes(plain) if LATIN.search(plain) else []
    begun = [f"f{own[0]}", sized(len(plain), plain[0]), *(f"f{token}" for token in latin[:1])]
    return " ".join([*own, *begun, *pinyin.tokens(typed), *latin])


def _of_plate(plate: str) -> str:
    found = threes(plate)
    return " ".join([*found, f"f{found[0]}", f"z{found[-1]}"]) if found else ""


def _of_label(*names: str) -> str:
    """What finds a consultant or a model: also spelled out, hanev and hev for 汉EV."""
    found: list[str] = []
    for name in map(bare, names):
        said = [name, pinyin.spelled(name), pinyin.initials(name, others=True)]
        for words in dict.fromkeys(said):
            found += name_tokens(words) + threes(folded(words))
        found += pinyin.tokens(name)
    return " ".join(dict.fromkeys(found))


def labelled(session: Session, match: str) -> tuple[list[int], list[int]]:
    """The consultants and the models whose names fit, by their ids: at most fifty in all."""
    rows = session.connection().exec_driver_sql(
        "SELECT rowid FROM customer_fts WHERE customer_fts MATCH ? AND rowid < 0"
        " ORDER BY rowid LIMIT 50",
        (match,),
    )
    ids = [-id for (id,) in rows]
    return [id // 2 for id in ids if not id % 2], [id // 2 for id in ids if id % 2]


def note(session: Session, table: str, ids: Iterable[int], rows: Iterable[images.Image]) -> None:
    """Remember for `refresh` whom new rows of a table are about, not what stands in them."""
    if table in INDEXED:
        customers, labels = session.info.setdefault("indexed", (set(), set()))
        if table == "customer":
            customers.update(ids)
        elif "customer_id" in SAYING[table]:
            customers.update(row["customer_id"] for row in rows)
        else:
            labels.update(_place(table, id) for id in ids)


def _place(table: str, id: int) -> int:
    """The row in the index of a consultant or of an entry of a list."""
    return id * -2 - (table == "choice")


def refresh(session: Session, touched: Iterable[Touched]) -> None:
    """Index anew whose name, phones, cars, model or consultant this transaction changed.

    That are customers, and the consultants and models that are called otherwise; those that were
    noted (`note`), too.
    """
    ids: set[int]
    labels: set[int]
    ids, labels = session.info.pop("indexed", (set(), set()))
    owned: dict[str, set[int]] = {"phone": set(), "vehicle": set(), "deal": set()}
    for table, id, image in touched:
        if SAYING[table].isdisjoint(image):
            continue
        if table == "customer":
            ids.add(id)
        elif table in owned:
            if "customer_id" in image:
                ids.add(image["customer_id"])
            else:
                owned[table].add(id)
        else:
            labels.add(_place(table, id))
    owners: tuple[Any, ...] = (
        (models.Phone, models.Vehicle, models.Deal) if any(owned.values()) else ()
    )
    for model in owners:
        for block in _blocks(sorted(owned[model.__tablename__])):
            ids |= set(session.scalars(select(model.customer_id).where(model.id.in_(block))))
    if ids:
        _index(session, sorted(ids))
    if labels:
        _label(session, labels)


def rebuild(session: Session) -> int:
    """Make the whole index anew; returns how many customers it holds."""
    connection = session.connection()
    connection.exec_driver_sql("DELETE FROM customer_fts")
    ids = list(session.scalars(select(Customer.id)))
    _index(session, ids)
    _label(session, None)
    connection.exec_driver_sql(MARK)
    return len(ids)


def forget(session: Session, ids: Sequence[int]) -> None:
    """Index anew customers whose words are gone, and take the old ones out of the file at once."""
    session.flush()
    _index(session, ids)
    session.connection().exec_driver_sql(WHOLE)


def tidy(connection: Any) -> None:
    """Put small parts of the index together on a bare connection, and let no save do it from now on
    before there are very many: it would take 30 ms instead of 3.
    """
    merging = "SELECT v FROM customer_fts_config WHERE k = 'automerge'"
    if connection.execute(merging).fetchone() != (0,):
        for name, value in (("automerge", 0), ("crisismerge", 64)):
            said = "INSERT INTO customer_fts(customer_fts, rank) VALUES (?, ?)"
            connection.execute(said, (name, value))
    connection.execute("INSERT INTO customer_fts(customer_fts, rank) VALUES ('merge', 500)")


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
    if not ids:
        return
    wanted = set(ids)
    drive = connection.exec_driver_sql(_ANY_CAR, (min(ids), max(ids))).scalar()
    cars = _CARS if drive else ""
    for where, values in images.blocks("id", ids):
        found = connection.exec_driver_sql(
            f"{_CUSTOMERS}{cars} FROM customer WHERE {where} ORDER BY id", values
        ).all()
        lines = [(row[0], "" if row[2] else _all_of(*row)) for row in found if row[0] in wanted]
        if lines:
            connection.exec_driver_sql(_INTO, lines)


def _all_of(
    _id: int,
    name: str,
    _erased: str | None,
    model_id: int | None,
    consultant_id: int | None,
    numbers: str | None,
    plates: str | None = None,
    *vins: str | None,
) -> str:
    return tokens(
        name,
        numbers.split() if numbers else (),
        plates.split() if plates else (),
        " ".join(filter(None, vins)).split() if vins else (),
        model_id,
        consultant_id,
    )


def _label(session: Session, rows: Collection[int] | None) -> None:
    """Take these consultants and models, or all, out of the index and put in how they are called.

    `rows` are theirs in the index.
    """
    connection = session.connection()
    lines = [
        (row, _of_label(*filter(None, names)))
        for row, *names in connection.exec_driver_sql(_LABELS)
        if rows is None or row in rows
    ]
    for row in rows or ():
        connection.exec_driver_sql("DELETE FROM customer_fts WHERE rowid = ?", (row,))
    if lines:
        connection.exec_driver_sql(_INTO, lines)


def _blocks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + _BLOCK] for start in range(0, len(ids), _BLOCK))
