"""Who is on file already, asked while somebody is typed; and who was said to be somebody else.

Whoever does not see every number learns nothing here that he could not find by searching
(`showroom.people.search`): of a number only that somebody has the whole of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from showroom import text, words
from showroom.errors import Invalid, ShowroomError
from showroom.guard import mask
from showroom.i18n import _
from showroom.people import customers, likeness
from showroom.people.likeness import BEGUN, FEW, WARNED, Facts, Reason
from showroom.store import index, journal, models
from showroom.store.models import Customer, Phone, Vehicle
from showroom.text import narrow

MANY = 60
"""So many who have something in common are looked at more closely."""


class Alike(NamedTuple):
    """Somebody on file who may be the one that is typed, as who sits here may see him."""

    id: int
    name: str
    phone: str
    model: str
    consultant: str
    score: int
    reasons: tuple[Reason, ...]

    @property
    def why(self) -> str:
        """The reasons in words."""
        return " · ".join(_(likeness.REASONS[reason]) for reason in self.reasons)


def typed(
    *,
    own: int = 0,
    name: str = "",
    phones: Iterable[str] = (),
    wechat: str = "",
    model_id: object = None,
    address: str = "",
    plates: Iterable[str] = (),
    vins: Iterable[str] = (),
) -> Facts:
    """What stands in the fields of a form, as it is compared; a number is one from `BEGUN` on.

    What is shown hidden says nothing. `own` is the file that is being changed.
    """
    whole, begun = [], []
    for phone in phones:
        digits = re.sub(r"\D", "", re.sub(r"^\s*(\+|00)86", "", narrow(phone)))
        if len(digits) < BEGUN or text.is_hidden(phone):
            continue
        try:
            whole.append(text.phone(phone))
        except Invalid:
            begun.append(digits)
    return Facts(
        id=own,
        name=index.folded(name),
        model_id=model_id if isinstance(model_id, int) else None,
        wechat="" if text.is_hidden(wechat) else text.clean(wechat),
        address="" if text.is_hidden(address) else address,
        numbers=whole,
        plates=[narrow(plate).replace(" ", "").upper() for plate in plates if plate.strip()],
        vins=[narrow(vin).upper() for vin in vins if vin.strip()],
        begun=begun,
    )


def alike(
    session: Session,
    facts: Facts,
    *,
    but: Collection[int] = (),
    limit: int = 3,
    least: int = WARNED,
    whole: bool | None = None,
) -> list[Alike]:
    """Who on file may be the one these facts are of, most likely first.

    Left out is he himself (`facts.id`), who was said to be somebody else (`different`), who is
    linked to him, and `but`. `whole`: as if who asks saw every number; None: as who sits here does.
    """
    sees = mask.sees_all(session) if whole is None else whole
    ids, rare = _candidates(session, facts, sees)
    ids -= {facts.id, *but, *apart(session, facts.id)}
    found = []
    for other in load(session, sorted(ids, reverse=True)[:MANY]):
        alike = likeness.compare(facts, other, rare=rare, whole=sees)
        if alike.score >= least:
            found.append((alike.score, other.id, alike))
    found.sort(reverse=True)
    rows = {
        row.id: row for row in customers.rows(session, [id for _score, id, _alike in found[:limit]])
    }
    return [
        Alike(
            id,
            words.called(rows[id].name, rows[id].honorific) or _("No name"),
            rows[id].phone,
            rows[id].model,
            rows[id].consultant,
            score,
            alike.reasons,
        )
        for score, id, alike in found[:limit]
        if id in rows
    ]


def load(session: Session, ids: Sequence[int] | None) -> list[Facts]:
    """What is compared, of these customers or of all that are not erased, the newest first."""
    query = select(
        Customer.id, Customer.name, Customer.model_id, Customer.wechat, Customer.address
    ).where(Customer.erased_at.is_(None) if ids is None else Customer.id.in_(ids))
    people = session.execute(query.order_by(Customer.id.desc())).all()

    def owned(table: Any, column: Any) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        rows = select(table.customer_id, column).where(column != "")
        if ids is not None:
            rows = rows.where(table.customer_id.in_(ids))
        for id, value in session.execute(rows.order_by(table.id)):
            found.setdefault(id, []).append(value)
        return found

    numbers = owned(Phone, Phone.number)
    plates, vins = owned(Vehicle, Vehicle.plate), owned(Vehicle, Vehicle.vin)
    return [
        Facts(
            id,
            index.folded(name),
            model_id,
            wechat,
            address,
            numbers.get(id, ()),
            plates.get(id, ()),
            vins.get(id, ()),
        )
        for id, name, model_id, wechat, address in people
    ]


# --- who has something in common


def _candidates(session: Session, facts: Facts, sees: bool) -> tuple[set[int], bool]:
    """Ids of who may be alike, and whether few have that name."""
    found: set[int] = set()
    numbers = set(facts.numbers)
    if sees:
        numbers.update(other for number in facts.numbers for other in likeness.neighbours(number))
    has: list[ColumnElement[bool]] = [Phone.number.in_(numbers)] if numbers else []
    if sees:
        for digits in facts.begun:
            start = f"+86{digits.lstrip('0')}"
            has.append(Phone.number.between(start, f"{start}:"))
    if has:
        found.update(session.scalars(select(Phone.customer_id).where(or_(*has)).limit(MANY)))
    if facts.wechat:
        # said once more, or SQLite does not take the index of who has one
        wanted = Customer.wechat.in_({facts.wechat, facts.wechat.lower()}) & (Customer.wechat != "")
        found.update(session.scalars(select(Customer.id).where(wanted).limit(MANY)))
    for column, marks in ((Vehicle.plate, facts.plates), (Vehicle.vin, facts.vins)):
        if marks:
            mine = select(Vehicle.customer_id).where(column.in_(marks))
            found.update(session.scalars(mine.limit(MANY)))
    named = _named(session, facts.name) if len(facts.name) > 1 else []
    address = likeness.bare(facts.address)
    found.update(
        id
        for id, model_id, lives in named
        if (model_id is not None and model_id == facts.model_id)
        or (address and likeness.bare(lives) == address)
    )
    return found, len(named) <= FEW


def _named(session: Session, name: str) -> list[tuple[int, int | None, str]]:
    """Those of exactly this folded name: id, model, address; of a frequent one the newest."""
    own = index.name_tokens(name)
    match = " AND ".join(dict.fromkeys(own[len(name) :] or own))
    found = session.execute(
        sql(
            "SELECT c.id, c.model_id, c.address FROM (SELECT rowid AS id FROM customer_fts"
            " WHERE customer_fts MATCH :match ORDER BY 1 DESC LIMIT 1000) f"
            " CROSS JOIN customer c ON c.id = f.id"
            " WHERE folded(c.name) = :name AND c.erased_at IS NULL"
        ),
        {"match": match, "name": name},
    )
    return [(id, model_id, address) for id, model_id, address in found]


# --- who is somebody else


def apart(session: Session, customer_id: int) -> set[int]:
    """Who is known not to be this customer: said to be somebody else, or linked to him."""
    if not customer_id:
        return set()
    found: set[int] = set()
    for one, other in (
        (models.Different.low_id, models.Different.high_id),
        (models.Relation.customer_id, models.Relation.other_id),
    ):
        found.update(session.scalars(select(other).where(one == customer_id)))
        found.update(session.scalars(select(one).where(other == customer_id)))
    return found


def different(session: Session, one_id: int, other_id: int, *, now: datetime) -> None:
    """Remember that these two are different people: they are proposed no more.

    Raises `ShowroomError` for one and the same, and for who is gone.
    """
    if one_id == other_id:
        raise ShowroomError(_("That is one and the same customer: choose two."))
    one = customers.on_file(session, one_id)
    customers.on_file(session, other_id)
    low, high = sorted((one_id, other_id))
    known = select(models.Different.id).where(
        models.Different.low_id == low, models.Different.high_id == high
    )
    if session.scalar(known) is None:
        journal.act(session, "different", one)
        session.add(models.Different(low_id=low, high_id=high, noted_at=now))
        session.flush()


def not_different(session: Session, different_id: int) -> None:
    """Take it back that two are different people; they may be proposed again."""
    row = session.get(models.Different, different_id)
    if row is None:
        return
    journal.act(session, "different", session.get(Customer, row.low_id), why=_("taken back"))
    session.delete(row)
    session.flush()
