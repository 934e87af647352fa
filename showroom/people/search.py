"""Who is it: by part of the name, any part of a phone, at once with 100,000 customers (TECH §5)."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from showroom.guard import staff
from showroom.store import index
from showroom.store.models import Customer, Level, Phone, Status, Visit
from showroom.text import narrow, show_phone

NEWEST = 1000


class Known(NamedTuple):
    """A customer who appears while his phone is typed."""

    id: int
    name: str
    phone: str
    consultant: str
    consultant_id: int | None
    last_visit_on: date | None
    level: Level
    status: Status


def find(
    session: Session,
    typed: str = "",
    *,
    level: Level | None = None,
    consultant_id: int | None = None,
    status: Status | None = None,
    limit: int | None = None,
) -> list[int]:
    """Ids of the customers all typed words fit, last visit first.

    A word of digits is any part of a phone, any other part of a name. Of a frequent word the
    newest 1,000 customers are looked at.
    """
    query = select(Customer.id).order_by(Customer.last_visit_on.desc(), Customer.id.desc())
    if level is not None:
        query = query.where(Customer.level == level)
    if consultant_id is not None:
        query = query.where(Customer.consultant_id == consultant_id)
    if status is not None:
        query = query.where(Customer.status == status)
    words = _words(typed)
    if words:
        ids = _matching(session, words)
        if not ids:
            return []
        query = query.where(Customer.id.in_(ids))
    if limit is not None:
        query = query.limit(limit)
    return list(session.scalars(query))


def known(session: Session, typed: str, *, limit: int = 3) -> list[Known]:
    """Who that may be, while a phone is typed: from the fourth digit on."""
    digits = re.sub(r"\D", "", narrow(typed).removeprefix("+86"))
    if len(digits) < 4:
        return []
    ids = find(session, digits, limit=limit)
    names = staff.names(session)
    found = session.execute(
        select(Customer, Phone.number)
        .join(Phone, Phone.customer_id == Customer.id)
        .where(Customer.id.in_(ids))
    )
    rows = {
        c.id: Known(
            c.id,
            c.name,
            show_phone(number),
            names.get(c.consultant_id or 0, ""),
            c.consultant_id,
            c.last_visit_on,
            c.level,
            c.status,
        )
        for c, number in found
        if digits in index.national(number)
    }
    return [rows[id] for id in ids if id in rows]


def last_consultant(session: Session, customer_id: int) -> int | None:
    """Who received him last."""
    return session.scalar(
        select(Visit.consultant_id)
        .where(Visit.customer_id == customer_id, Visit.consultant_id.is_not(None))
        .order_by(Visit.arrived_at.desc())
        .limit(1)
    )


def _words(typed: str) -> list[str]:
    """The words typed; digits with spaces or dashes between them are one phone."""
    typed = re.sub(r"(?<=\d)[\s-]+(?=\d)", "", narrow(typed))
    typed = re.sub(r"(?:\+|\b00)86(?=\d)", "", typed)
    return [word for word in (index.folded(part) for part in typed.split()) if word]


def _matching(session: Session, words: list[str]) -> list[int]:
    """The newest 1,000 customers that every word fits."""
    tokens: list[str] = []
    conditions: list[str] = []
    values: dict[str, object] = {"newest": NEWEST}
    for number, word in enumerate(words):
        values[f"w{number}"] = word
        if not word.isdigit():
            own = index.name_tokens(word)
            tokens += own if len(word) == 1 else own[len(word) :]
            if len(word) > 2:
                conditions.append(f"instr(folded(c.name), :w{number})")
        elif len(word) < 3:
            conditions.append(_PHONE.format(test=f"p.number LIKE '+86' || :w{number} || '%'"))
        else:
            tokens += [f"t{word}"] if len(word) == 3 else index.fours(word)
            if len(word) > 4:
                conditions.append(_PHONE.format(test=f"instr(national(p.number), :w{number})"))
    if tokens:
        values["match"] = " AND ".join(dict.fromkeys(tokens))
        conditions.insert(0, "customer_fts MATCH :match")
        source, order = "customer_fts f JOIN customer c ON c.id = f.rowid", "f.rowid"
    else:
        source, order = "customer c", "c.id"
    where = " AND ".join(conditions)
    query = f"SELECT c.id FROM {source} WHERE {where} ORDER BY {order} DESC LIMIT :newest"
    return list(session.scalars(sql(query), values))


_PHONE = "EXISTS (SELECT 1 FROM phone p WHERE p.customer_id = c.id AND {test})"
