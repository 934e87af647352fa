"""Gifts and prizes: what came in, to whom it went, what is left; never fewer than none (DOMAIN §9).

At a visit a gift is handed out only after the register form is filled: moment 6 (DOMAIN §4.1).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from showroom import dates, words
from showroom.door import moments
from showroom.errors import Invalid
from showroom.guard import closed, rights, staff
from showroom.guard.rights import Right
from showroom.i18n import N_, _
from showroom.store import journal, models
from showroom.store.models import (
    Ask,
    Customer,
    Gift,
    Moment,
    Outcome,
    Phone,
    Visit,
    VisitKind,
)
from showroom.text import clean, narrow

MOST: Final = 9_999
NONE_LEFT: Final = N_("{name} is used up: enter first what came in (settings, gifts).")
FIELDS: Final = frozenset("name unit prize starts_on ends_on active".split())


class GiftRow(NamedTuple):
    """A gift; `running` when it is there and its days include today."""

    id: int
    name: str
    unit: str
    prize: bool
    stock: int
    starts_on: date | None
    ends_on: date | None
    active: bool
    running: bool


class MoveRow(NamedTuple):
    """One line of the ledger: what came in or went out, and what was left then.

    A line without `at` says what there was when the period began.
    """

    id: int
    day: date
    at: datetime | None
    gift_id: int
    gift: str
    unit: str
    came: int | None
    went: int | None
    receiver: str
    staff: str
    note: str
    balance: int


# --- what there is


_LISTED: Final = select(Gift).order_by(Gift.active.desc(), Gift.id)  # made once


def listed(session: Session, today: date, *, everything: bool = False) -> list[GiftRow]:
    """The gifts in the order they were made; those out of use only when asked for."""
    return [
        GiftRow(
            g.id,
            g.name,
            g.unit,
            g.prize,
            g.stock,
            g.starts_on,
            g.ends_on,
            g.active,
            _runs(g, today),
        )
        for g in session.scalars(_LISTED)
        if g.active or everything
    ]


def running(session: Session, today: date) -> list[str]:
    """The names of the gifts and prize draws that may honestly be promised today.

    They are in use and in stock, and their days include today; one without days always runs.
    """
    return [gift.name for gift in listed(session, today) if gift.running]


def _runs(gift: Gift, today: date) -> bool:
    begun = gift.starts_on is None or gift.starts_on <= today
    over = gift.ends_on is not None and gift.ends_on < today
    return gift.active and gift.stock > 0 and begun and not over


def add(session: Session, *, name: str, count: int = 0, now: datetime, **facts: Any) -> Gift:
    """A new gift or prize, and how many there are of it; `facts` of `FIELDS`.

    Raises `Invalid` beside `name`, `count` or `ends_on`, `ShowroomError` for who may not.
    """
    rights.require(session, Right.SETTINGS)
    gift = Gift(name=_name(session, name), stock=0)
    journal.act(session, "gift", gift)
    _set(gift, facts)
    session.add(gift)
    session.flush()
    if count:
        stock_in(session, gift.id, count=count, now=now, note=_("First stock"))
    return gift


def change(session: Session, gift_id: int, **facts: Any) -> None:
    """Change any of `FIELDS`. Raises as `add`."""
    rights.require(session, Right.SETTINGS)
    gift = session.get_one(Gift, gift_id)
    journal.act(session, "gift", gift)
    if "name" in facts:
        gift.name = _name(session, facts.pop("name"), but=gift_id)
    _set(gift, facts)


def _set(gift: Gift, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        if name not in FIELDS:
            raise ValueError(name)
        setattr(gift, name, clean(value) if isinstance(value, str) else value)
    if gift.starts_on and gift.ends_on and gift.ends_on < gift.starts_on:
        raise Invalid({"ends_on": _("It cannot end before it begins.")})


def _name(session: Session, name: str, but: int = 0) -> str:
    wanted = narrow(clean(name))
    if not wanted:
        raise Invalid({"name": _("Enter a name.")})
    if session.scalar(select(Gift.id).where(Gift.name == wanted, Gift.id != but)) is not None:
        raise Invalid({"name": _("{name} is in the list already.").format(name=wanted)})
    return wanted


# --- in and out


def stock_in(
    session: Session,
    gift_id: int,
    *,
    count: int | None,
    now: datetime,
    note: str = "",
    staff_id: int | None = None,
) -> models.GiftMove:
    """So many came in; `note` says from where. Raises `Invalid` beside `count`."""
    gift = _gift(session, gift_id)
    return _move(session, gift, _count(count), verb="gift_in", now=now, note=note, by=staff_id)


def hand_out(
    session: Session,
    gift_id: int,
    *,
    count: int | None = 1,
    receiver: str,
    now: datetime,
    note: str = "",
    staff_id: int | None = None,
) -> models.GiftMove:
    """So many went out without a visit: to whom, what for. Raises `Invalid` beside the field."""
    gift = _gift(session, gift_id)
    wanted = _count(count)
    if not clean(receiver):
        raise Invalid({"receiver": _("Say who receives it.")})
    return _out(session, gift, wanted, receiver=receiver, now=now, note=note, by=staff_id)


def give(
    session: Session, visit_id: int, gift_id: int, *, count: int | None = 1, now: datetime
) -> models.GiftMove:
    """Hand a gift to who came: moment 6, so only once the register form is filled.

    It counts as a contact given at that moment unless something was noted there, or the contact
    was given before. Raises `Invalid`
    beside `phone` or `name` as `require_form`, beside `gift` or `count` when it cannot be had.
    """
    visit = session.get_one(Visit, visit_id)
    closed.require_open(session, visit.day, arrived=visit.arrived_at)
    require_form(session, visit_id)
    gift = _gift(session, gift_id)
    wanted = _count(count)
    today = dates.local_day(now)
    if gift.stock and not _runs(gift, today):
        raise Invalid({"gift": _("{name} is not handed out today.").format(name=gift.name)})
    move = _out(
        session,
        gift,
        wanted,
        receiver=words.called(visit.name, visit.honorific),
        now=now,
        note=_("Contact left"),
        by=session.info["staff_id"] or visit.consultant_id,
        visit=visit,
    )
    noted = select(Ask.id).where(  # who left his contact already was not won by the gift
        Ask.visit_id == visit_id, (Ask.moment == Moment.GIFT) | (Ask.outcome == Outcome.GIVEN)
    )
    if visit.kind is VisitKind.WALK_IN and session.scalar(noted.limit(1)) is None:
        moments.ask(session, visit_id, Moment.GIFT, now=now)
    return move


def require_form(session: Session, visit_id: int) -> None:
    """Raise `Invalid` beside `phone` or `name` while the register form is not filled."""
    visit = session.get_one(Visit, visit_id)
    customer = session.get(Customer, visit.customer_id or 0)
    phone = select(Phone.id).where(Phone.customer_id == visit.customer_id).limit(1)
    if customer is None or session.scalar(phone) is None:
        raise Invalid({"phone": _("First the register form, then the gift: enter the phone.")})
    if not visit.name:
        raise Invalid({"name": _("First the register form, then the gift: enter the name.")})


def _gift(session: Session, gift_id: int | None) -> Gift:
    gift = session.get(Gift, gift_id or 0)
    if gift is None or not gift.active:
        raise Invalid({"gift": _("Choose a gift.")})
    return gift


def _count(count: int | None) -> int:
    if count is None or not 1 <= count <= MOST:
        raise Invalid(
            {"count": _("Enter a whole number from {least} to {most}.").format(least=1, most=MOST)}
        )
    return count


def _out(
    session: Session,
    gift: Gift,
    count: int,
    *,
    receiver: str,
    now: datetime,
    note: str,
    by: int | None,
    visit: Visit | None = None,
) -> models.GiftMove:
    if count > gift.stock:
        said = _("There are {stock} of {name}, not {count}.") if gift.stock else _(NONE_LEFT)
        raise Invalid(
            {"count": said.format(stock=f"{gift.stock:,}", name=gift.name, count=f"{count:,}")}
        )
    return _move(
        session,
        gift,
        -count,
        verb="gift_out",
        now=now,
        note=note,
        by=by,
        receiver=receiver,
        visit=visit,
    )


def _move(
    session: Session,
    gift: Gift,
    count: int,
    *,
    verb: str,
    now: datetime,
    note: str,
    by: int | None,
    receiver: str = "",
    visit: Visit | None = None,
) -> models.GiftMove:
    day = dates.local_day(now)
    closed.require_open(session, day, arrived=visit.arrived_at if visit is not None else None)
    move = models.GiftMove(
        gift_id=gift.id,
        day=day,
        at=now,
        count=count,
        visit_id=None if visit is None else visit.id,
        customer_id=None if visit is None else visit.customer_id,
        staff_id=by or session.info["staff_id"],
        receiver=clean(receiver),
        note=clean(note),
    )
    journal.act(session, verb, visit or gift)
    session.add(move)
    gift.stock += count
    session.flush()
    return move


# --- the ledger


def given(session: Session, visit_id: int) -> list[MoveRow]:
    """What this party was given; `balance` counts only that."""
    return _rows(session, models.GiftMove.visit_id == visit_id)


def ledger(
    session: Session, first: date, last: date, *, gift_id: int | None = None
) -> list[MoveRow]:
    """The ledger from `first` to `last`, gift by gift, each begun with what there was before.

    A gift that had nothing and moved nothing is left out.
    """
    before = func.sum(case((models.GiftMove.day < first, models.GiftMove.count), else_=0))
    query = (
        select(Gift.id, Gift.name, Gift.unit, func.coalesce(before, 0))
        .outerjoin(models.GiftMove, models.GiftMove.gift_id == Gift.id)
        .group_by(Gift.id)
        .order_by(Gift.id)
    )
    if gift_id is not None:
        query = query.where(Gift.id == gift_id)
    moves: dict[int, list[MoveRow]] = {}
    for row in _rows(
        session, *([models.GiftMove.gift_id == gift_id] if gift_id is not None else ())
    ):
        if first <= row.day <= last:
            moves.setdefault(row.gift_id, []).append(row)
    found: list[MoveRow] = []
    for id, name, unit, had in session.execute(query):
        if had or id in moves:
            carried = _("Carried over")
            found.append(MoveRow(0, first, None, id, name, unit, None, None, "", "", carried, had))
            found += moves.get(id, [])
    return found


def _rows(session: Session, *where: ColumnElement[bool]) -> list[MoveRow]:
    balance = func.sum(models.GiftMove.count).over(
        partition_by=models.GiftMove.gift_id,
        order_by=(models.GiftMove.day, models.GiftMove.at, models.GiftMove.id),
    )
    query = (
        select(models.GiftMove, Gift.name, Gift.unit, balance)
        .join(Gift, Gift.id == models.GiftMove.gift_id)
        .where(*where)
        .order_by(
            models.GiftMove.gift_id, models.GiftMove.day, models.GiftMove.at, models.GiftMove.id
        )
    )
    names = staff.names(session)
    return [
        MoveRow(
            m.id,
            m.day,
            m.at,
            m.gift_id,
            name,
            unit,
            m.count if m.count > 0 else None,
            -m.count if m.count < 0 else None,
            m.receiver,
            names.get(m.staff_id or 0, ""),
            m.note,
            left,
        )
        for m, name, unit, left in session.execute(query)
    ]
