"""The day of one consultant: 销售活动访问日报表, with what stands at its end (DOMAIN §1.4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom import choices, dates, settings, words
from showroom.figures import log, openings
from showroom.guard import mask
from showroom.i18n import N_, _
from showroom.people.standing import Standing
from showroom.sheets.write import Cell, Column, Kind, Line, Role
from showroom.store.models import (
    Customer,
    Deal,
    FollowUp,
    Level,
    Promise,
    Status,
    Visit,
    VisitKind,
)

TITLE = N_("Daily report of sales visits")
_REGION: Final = re.compile(r"^\D{0,12}?[区县市镇]")
ASKED: Final = (Level.WEEK, Level.FORTNIGHT, Level.MONTH, Level.QUARTER)


class DayRow(NamedTuple):
    """One customer whom the consultant met, spoke to, or had planned to."""

    no: int
    name: str
    model: str
    phone: str
    region: str
    source: str
    opened: bool
    pushed: bool
    after_sale: bool
    before: str
    now: str
    papers: bool
    ordered: bool
    called: bool
    met: bool
    course: str
    do_not_contact: bool
    customer_id: int


class Sums(NamedTuple):
    """The foot: prospects by level, carried over and new, owners, contacts of day and month."""

    levels: dict[Level, int]
    carried: int
    new: int
    owners: int
    elsewhere: int
    contacts: int
    contacts_month: int


def rows(
    session: Session, day: date, *, now: datetime, consultant_id: int | None = None
) -> list[DayRow]:
    """Whom the consultant, or anybody, dealt with on this day or had planned to."""
    begin = dates.at(day, time())
    end = dates.at(day + timedelta(days=1), time())
    calls = _calls(session, day, begin, end, consultant_id)
    visits = _visits(session, day, consultant_id)
    ids = {*calls, *visits}
    people: dict[int, Any] = {
        row.id: row
        for row in session.execute(
            select(
                Customer.id,
                Customer.name,
                Customer.honorific,
                Customer.model_id,
                Customer.channel_id,
                Customer.address,
                Customer.contact_on,
                Customer.do_not_contact,
            ).where(Customer.id.in_(ids), Customer.erased_at.is_(None))
        )
    }
    shop, labels = settings.load(session), choices.labels(session)
    seen, stood = mask.seen(session), Standing(session, begin, ids)
    phones = log.first_phones(session, select(Customer.id).where(Customer.id.in_(ids)))
    ordered = set(session.scalars(select(Deal.customer_id).where(Deal.ordered_on == day)))
    handed = set(session.scalars(select(Deal.customer_id).where(Deal.delivered_on == day)))
    found = []
    for number, id in enumerate(sorted(people), 1):
        person, call, visit = people[id], calls.get(id, ()), visits.get(id, ())
        whole = id in seen
        rules = {rule for rule, _done, _said in call}
        said = [said for _rule, _done, said in call if said] + [v for v in visit if v]
        region = _REGION.match(person.address or "")
        found.append(
            DayRow(
                number,
                words.called(person.name, person.honorific),
                labels.get(person.model_id, ""),
                phones.get(id, ""),
                region[0] if region else "",
                labels.get(person.channel_id, ""),
                person.contact_on == day,
                person.contact_on != day and (Promise.NEXT in rules or bool(visit)),
                bool(rules - {Promise.NEXT}),
                shop.letter(stood.at(id, begin).level) if person.contact_on != day else "",
                shop.letter(stood.at(id, min(end, now)).level),
                id in handed,
                id in ordered,
                any(done for _rule, done, _said in call),
                bool(visit),
                mask.text("\n".join(said), whole=whole),
                person.do_not_contact,
                id,
            )
        )
    return found


def _calls(
    session: Session, day: date, begin: datetime, end: datetime, consultant_id: int | None
) -> dict[int, list[tuple[Promise, bool, str]]]:
    """The contacts that were due or done that day, with what came of them."""
    query = select(FollowUp.customer_id, FollowUp.rule, FollowUp.done_at, FollowUp.result).where(
        (FollowUp.due_on == day) | ((FollowUp.done_at >= begin) & (FollowUp.done_at < end))
    )
    if consultant_id is not None:
        query = query.where(FollowUp.staff_id == consultant_id)
    found: dict[int, list[tuple[Promise, bool, str]]] = {}
    for owner, rule, done_at, result in session.execute(query.order_by(FollowUp.id)):
        done = done_at is not None and begin <= done_at < end
        found.setdefault(owner, []).append((rule, done, result if done else ""))
    return found


def _visits(session: Session, day: date, consultant_id: int | None) -> dict[int, list[str]]:
    query = select(Visit.customer_id, Visit.note).where(
        Visit.day == day, Visit.kind == VisitKind.WALK_IN, Visit.customer_id.is_not(None)
    )
    if consultant_id is not None:
        query = query.where(Visit.consultant_id == consultant_id)
    found: dict[int, list[str]] = {}
    for owner, note in session.execute(query.order_by(Visit.arrived_at)):
        if owner is not None:
            found.setdefault(owner, []).append(note)
    return found


def sums(session: Session, day: date, *, consultant_id: int | None = None) -> Sums:
    """What stood at the end of the day: prospects, owners, contacts."""
    month = day.replace(day=1)
    query = select(Customer.id, Customer.contact_on).where(
        Customer.erased_at.is_(None), Customer.contact_on <= day
    )
    people: dict[int, Any] = {id: on for id, on in session.execute(query)}
    opened = openings.states(session, month)
    closed = openings.states(session, day + timedelta(days=1))
    sold = set(session.scalars(select(Deal.customer_id).where(Deal.delivered_on <= day)))
    levels, carried, new, owners, elsewhere = dict.fromkeys(ASKED, 0), 0, 0, 0, 0
    for id, on in people.items():
        if id not in closed:
            continue
        status, level, who = closed[id]
        if consultant_id not in (None, who):
            continue  # another's by the end of that day
        if status is Status.OPEN and level in levels:
            levels[level] += 1
        if status is Status.OWNER:
            owners += id in sold
            elsewhere += id not in sold
        if on >= month:
            new += 1
        elif id in opened and opened[id].status is Status.OPEN:
            carried += 1
    return Sums(
        levels,
        carried,
        new,
        owners,
        elsewhere,
        _contacts(session, day, day, consultant_id),
        _contacts(session, month, day, consultant_id),
    )


def _contacts(session: Session, first: date, last: date, consultant_id: int | None) -> int:
    """How many contacts there were: who came, each day once, and who was spoken to."""
    came = select(func.count(Visit.customer_id.distinct())).where(
        Visit.day.between(first, last), Visit.kind == VisitKind.WALK_IN
    )
    begin, end = dates.at(first, time()), dates.at(last + timedelta(days=1), time())
    spoken = select(func.count(FollowUp.id)).where(
        FollowUp.done_at >= begin, FollowUp.done_at < end
    )
    if consultant_id is not None:
        came = came.where(Visit.consultant_id == consultant_id)
        spoken = spoken.where(FollowUp.staff_id == consultant_id)
    return (session.scalar(came) or 0) + (session.scalar(spoken) or 0)


def foot(found: Sums | None, shop: settings.Settings, wide: int) -> list[Line]:
    """The foot of the sheet; without sums it is left to the pen."""
    gap = "____"

    def said(number: int | None) -> str:
        return gap if number is None else f"{number}"

    letters = "  ".join(
        f"{shop.letter(level)} {said(found.levels[level] if found else None)}" for level in ASKED
    )
    total = sum(found.levels.values()) if found else None
    parts = [
        _(
            "Prospects at the end of the day: {levels}  total {total}; carried over from last "
            "month {carried}, new this month {new}"
        ).format(
            levels=letters,
            total=said(total),
            carried=said(found.carried if found else None),
            new=said(found.new if found else None),
        ),
        _(
            "Owners at the end of the day: sold here {here}, elsewhere {elsewhere}      Customers "
            "contacted today: {today}      this month: {month}"
        ).format(
            here=said(found.owners if found else None),
            elsewhere=said(found.elsewhere if found else None),
            today=said(found.contacts if found else None),
            month=said(found.contacts_month if found else None),
        ),
    ]
    return [
        *(Line([Cell(part, Role.NOTE, span=wide)], 20) for part in parts),
        Line([Cell(_("Instructions of the supervisor") + ":", Role.NOTE, span=wide)], 48),
    ]


def columns() -> Sequence[Column]:
    """The columns of the form, ticks where it has boxes."""
    plan, level, how = _("Plan of the contact"), _("Level of intention"), _("How it was made")

    def tick(code: str, title: str, group: str = "") -> Column:
        return Column(code, title, group=group, width=6.5, tick=True)

    return (
        Column("no", _("Serial no."), kind=Kind.WHOLE, width=5),
        Column("name", _("Full name"), width=12, wrap=True),
        Column("model", _("Model"), width=12, wrap=True),
        Column("phone", _("Telephone"), kind=Kind.CODE, width=14, contact=True),
        Column("region", _("Region"), width=10, wrap=True),
        Column("source", _("Source of information"), width=11, wrap=True),
        tick("opened", _("Open up"), plan),
        tick("pushed", _("Push on"), plan),
        tick("after_sale", _("After the sale"), plan),
        Column("before", _("Before"), group=level, width=6),
        Column("now", _("Now"), group=level, width=6),
        tick("papers", _("Papers handled")),
        tick("ordered", _("Pushed to the order")),
        tick("called", _("By phone"), how),
        tick("met", _("In person"), how),
        Column("course", _("Course of the contact"), width=34, wrap=True),
    )
