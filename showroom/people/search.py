"""Who is it: by what one knows of him, at once with 1,000,000 customers (TECH §5).

What is typed may be part of a name or its spelling, of a phone, a plate, the end of a VIN, a model,
a consultant (`showroom.people.asking`); found by what begins so before what only has it in it.

Whoever does not see every number finds nobody by the digits he does not see, or part after part
would tell them: digits find by the whole number, by its last four, or by what is shown before the
hidden four with the last four (138 8000). Who sees all numbers finds by any part. Plates and VINs
are not hidden.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session

from showroom import settings
from showroom.guard import mask
from showroom.people import asking, protection
from showroom.store import barred, index
from showroom.store.models import Customer, FollowUp, Level, Phone, Staff, Status

NEWEST, MANY = 1000, 10_000
RATED = (Status.VISITED, Status.OPEN, Status.ORDERED)
"""Whose level means something; who is lost or an owner keeps his last one, which says nothing."""
KINDS = 9  # always as many, so that the SQL is the same and compiled once


class Known(NamedTuple):
    """A customer who appears while his phone, name or plate is typed.

    `left`: his consultant does not work here any more. `days`: how long he is still protected,
    below 0 no more; None without a consultant on file. `complains`: a complaint of his is open.
    """

    id: int
    name: str
    phone: str
    consultant: str
    consultant_id: int | None
    left: bool
    days: int | None
    last_visit_on: date | None
    level: Level
    status: Status
    complains: bool

    @property
    def protected(self) -> bool:
        """Whether he still goes to his consultant."""
        return self.days is not None and self.days >= 0


def find(
    session: Session,
    typed: str = "",
    *,
    level: Level | None = None,
    consultant_id: int | None = None,
    status: Status | None = None,
    due_by: date | None = None,
    where: Sequence[ColumnElement[bool]] = (),
    broad: bool = False,
    labels: bool = True,
    limit: int | None = None,
) -> list[int]:
    """Ids of the customers all typed words fit, the best first; of the same worth, who came last.

    First whose name or number is a word, then whose name or number begins (a number also ends) so,
    then who has the words in what is his, then the rest (`showroom.people.asking`). Without words
    who came last is first. A `level` means whoever is still to be won (`RATED`), unless a `status`
    is asked for, too. Of what is found often the newest 1,000 customers of each kind are
    looked at, narrowed to some 10,000; a kind that is worth less only while there are fewer.
    `due_by`: only those with a contact due by that day. `where`: conditions on `Customer` that hold
    too (`showroom.people.filters`); `broad` when most customers meet them. Without `labels` no word
    is a model or a consultant: only what is his finds him.
    """
    narrowed = [*where]
    if level is not None:
        narrowed.append(Customer.level == level)
        if status is None:
            narrowed.append(Customer.status.in_(RATED))
    if consultant_id is not None:
        narrowed.append(Customer.consultant_id == consultant_id)
    if status is not None:
        narrowed.append(Customer.status == status)
    if due_by is not None:
        due = select(FollowUp.customer_id).where(
            FollowUp.done_at.is_(None), FollowUp.due_on <= due_by
        )
        narrowed.append(Customer.id.in_(due))
    words = asking.words(typed)
    hidden = any(map(str.isdigit, words)) and not mask.sees_all(session)
    if hidden and any(map(_is_short, words)):
        words = [word for word in words if not _is_short(word)]
        if not words:
            return []
    query = select(Customer.id)
    order: list[ColumnElement[Any]] = []
    if words:
        most = MANY if narrowed else NEWEST
        enough = most if narrowed or limit is None else min(limit, most)
        ids, ends = _fitting(session, words, hidden, labels, enough, most)
        fit = func.json_each(json.dumps(ids)).table_valued("key", "value")
        query = query.join_from(fit, Customer, Customer.id == fit.c.value)
        order = [fit.c.key >= end for end in ends]
    # the plus keeps SQLite from walking the whole file in the order of an index
    last_visit: Any = Customer.last_visit_on
    erased: Any = Customer.erased_at
    if words or (narrowed and not broad):
        last_visit = literal_column("+customer.last_visit_on")
        erased = literal_column("+customer.erased_at")
    query = query.where(*narrowed, erased.is_(None))
    query = query.order_by(*order, last_visit.desc(), Customer.id.desc())
    if limit is not None:
        query = query.limit(limit)
    # one value instead of 100,000 rows: 7 ms instead of 50 on the way to the screen
    shown = query.subquery()
    listed: list[int] = json.loads(
        session.scalar(select(func.json_group_array(shown.c.id))) or "[]"
    )
    return listed


def waits(session: Session, typed: str) -> bool:
    """Whether nobody is found because these digits are neither a whole number nor its end."""
    words = asking.words(typed)
    part = all(word.isdigit() and len(word) != 4 and len(word) < 11 for word in words)
    return bool(words) and part and not mask.sees_all(session)


def known(session: Session, typed: str, *, today: date, limit: int = 3) -> list[Known]:
    """Who that may be, while somebody types: four digits, else two characters, say something."""
    if not any(len(word) >= (4 if word.isdigit() else 2) for word in asking.words(typed)):
        return []
    ids = find(session, typed, labels=False, limit=limit)
    if not ids:
        return []
    found = session.execute(
        select(
            Customer.id,
            Customer.name,
            Customer.consultant_id,
            Customer.last_visit_on,
            Customer.level,
            Customer.status,
            Staff.name,
            Staff.active,
            barred.complaining(),
        )
        .outerjoin(Staff, Staff.id == Customer.consultant_id)
        .where(Customer.id.in_(ids))
    )
    seen = mask.seen(session, ids)
    days = protection.days_left(session, ids, today=today)
    numbers = _numbers(session, ids, typed)
    rows = {}
    for id, name, consultant_id, last_visit_on, level, status, consultant, works, angry in found:
        rows[id] = Known(
            id,
            name,
            mask.phone(numbers[id], whole=id in seen) if id in numbers else "",
            consultant or "",
            consultant_id,
            works is False,
            days.get(id),
            last_visit_on,
            level,
            status,
            angry,
        )
    return [rows[id] for id in ids if id in rows]


def _numbers(session: Session, ids: list[int], typed: str) -> dict[int, str]:
    """Of each the number that the digits typed find, else his first."""
    digits = [word for word in asking.words(typed) if word.isdigit()]
    whole = mask.sees_all(session)
    numbers: dict[int, str] = {}
    for id, number in session.execute(
        select(Phone.customer_id, Phone.number)
        .where(Phone.customer_id.in_(ids))
        .order_by(Phone.position, Phone.id)
    ):
        fits = any(
            word in index.national(number) if whole else index.found_by(number, word)
            for word in digits
        )
        if fits or id not in numbers:
            numbers[id] = number
    return numbers


def _is_short(word: str) -> bool:
    return word.isdigit() and len(word) < 4


def _fitting(
    session: Session, words: list[str], hidden: bool, labels: bool, enough: int, most: int
) -> tuple[list[int], list[int]]:
    """Whom every word fits, better ones first, each once; and where each of `KINDS` ends.

    Of each kind the newest, `most` of them; where the index alone does not say it, of twice as
    many that it offers. A worse kind is not looked for when there are `enough`.
    """
    slips = settings.slips(session) if any(map(index.LATIN.search, words)) else []
    asked = asking.question(session, words, hidden=hidden, slips=slips, labels=labels)
    ids: dict[int, None] = {}
    ends: list[int] = []
    execute = session.connection().exec_driver_sql
    for match in asked.matches:
        if ids and match in asked.heard:
            continue
        values: dict[str, object] = {"match": match}
        query = "SELECT rowid AS id FROM customer_fts WHERE customer_fts MATCH :match AND rowid > 0"
        if match == asking.EVERYBODY:
            query = "SELECT id FROM customer"
        query += f" ORDER BY 1 DESC LIMIT {most * 2 if asked.tests else most}"
        if asked.tests:
            values |= {f"w{number}": word for number, word in enumerate(asked.words)}
            query = (
                f"SELECT c.id FROM ({query}) f JOIN customer c ON c.id = f.id "
                f"WHERE {' AND '.join(asked.tests)} ORDER BY 1 DESC LIMIT {most}"
            )
        ids |= dict.fromkeys(id for (id,) in execute(query, values))
        ends.append(len(ids))
        if len(ids) >= enough:
            break
    return list(ids), [*ends, *[len(ids)] * (KINDS - len(ends))]
