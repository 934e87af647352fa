"""The month of a consultant's prospects, day by day: 意向客户级别状况表 (DOMAIN §1.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import choices, dates, settings, words
from showroom.figures import openings
from showroom.figures.figures import OWNERS
from showroom.guard import staff
from showroom.i18n import N_, _
from showroom.people.standing import Standing
from showroom.sheets import level_form
from showroom.sheets.write import Blank, Column
from showroom.store.models import (
    Choice,
    ChoiceKind,
    Customer,
    Deal,
    FollowUp,
    Level,
    Loss,
    LossState,
    Promise,
    Referral,
    Status,
    Visit,
    VisitKind,
)

TITLE = N_("Levels of the prospects")
SOURCES = N_(
    "Source: R introduced · B bought here before · S visit or call · I inside information · "
    "E staff · P exhibition. * contact due; the level after the contact stands in its place."
)
WON: Final = (Status.OPEN, Status.ORDERED)
"""Who is carried over: still to be won, or not handed over yet."""


class LevelRow(NamedTuple):
    """One prospect: what stood on the first day or when he came, each day, and at the end."""

    no: int
    customer_id: int
    name: str
    source: str
    level: str
    days: dict[int, str]
    result: str


def rows(
    session: Session, month: date, *, now: datetime, consultant_id: int | None = None
) -> list[LevelRow]:
    """The prospects of a month, carried over first; of one consultant, or of all.

    Of a consultant are those who were his when the month began, or when it ended: who came over to
    him, and who went from him to another, of whom it is said to whom.
    """
    first, last = month.replace(day=1), dates.add_months(month.replace(day=1), 1)
    begin, end = dates.at(first, time()), min(dates.at(last, time()), now)
    last -= timedelta(days=1)
    shop = settings.load(session)
    query = select(Customer.id, Customer.name, Customer.honorific, Customer.contact_on).where(
        Customer.erased_at.is_(None), Customer.contact_on <= last
    )
    people = session.execute(query.order_by(Customer.contact_on, Customer.id)).all()
    opened = openings.states(session, first)
    closed = openings.states(session, last + timedelta(days=1))
    chosen = [
        person
        for person in people
        if person.contact_on >= first or (person.id in opened and opened[person.id].status in WON)
    ]
    if consultant_id is not None:
        his = {
            id
            for held in (opened, closed)
            for id, state in held.items()
            if state.consultant_id == consultant_id
        }
        chosen = [person for person in chosen if person.id in his]
    ids = {person.id for person in chosen}
    stood, names = Standing(session, begin, ids), staff.names(session)
    due, met = _due(session, ids, first, last, now, shop), _met(session, ids, first, last)
    sources, reasons = _sources(session, ids, first), _reasons(session, ids)
    found = []
    for person in chosen:
        came = max(dates.at(person.contact_on + timedelta(days=1), time()), begin)
        cells = dict.fromkeys(due.get(person.id, ()), "*")
        for day in met.get(person.id, ()):
            moment = min(dates.at(day + timedelta(days=1), time()), end)
            cells[day] = shop.letter(stood.at(person.id, moment).level)
        last_of = closed.get(person.id) or stood.at(person.id, end)
        result = _result(shop.letter(last_of.level), last_of.status, reasons.get(person.id, ""))
        if consultant_id not in (None, last_of.consultant_id):
            result = _("to {name}").format(name=names.get(last_of.consultant_id or 0, "—"))
        found.append(
            LevelRow(
                0,
                person.id,
                words.called(person.name, person.honorific),
                sources.get(person.id, "S"),
                shop.letter(stood.at(person.id, min(came, end)).level),
                {day.day: said for day, said in cells.items()},
                result,
            )
        )
    order = {shop.letter(level): place for place, level in enumerate(Level)}
    fresh = {person.id: person.contact_on >= first for person in chosen}
    found.sort(key=lambda row: (fresh[row.customer_id], order.get(row.level, 9)))
    return [row._replace(no=number) for number, row in enumerate(found, 1)]


def _result(letter: str, status: Status, reason: str) -> str:
    if status is Status.OPEN:
        return letter
    said = _(words.STATUSES[status])
    return f"{said} · {reason}" if status is Status.LOST and reason else said


def _due(
    session: Session,
    ids: set[int],
    first: date,
    last: date,
    now: datetime,
    shop: settings.Settings,
) -> dict[int, set[date]]:
    """The days of the month on which a contact was or will be due, by the cadence of the level."""
    found: dict[int, set[date]] = {}
    today = dates.local_day(now)
    query = (
        select(FollowUp.customer_id, FollowUp.due_on, FollowUp.done_at, Customer.level)
        .join(Customer, Customer.id == FollowUp.customer_id)
        .where(FollowUp.rule == Promise.NEXT, FollowUp.due_on.between(first, last))
    )
    for owner, on, done_at, level in session.execute(query):
        if owner not in ids:
            continue
        days = found.setdefault(owner, set())
        days.add(on)
        step = shop.cadence.get(level, 0)
        while done_at is None and step and (on := on + timedelta(days=step)) <= last:
            if on > today:
                days.add(on)
    return found


def _met(session: Session, ids: set[int], first: date, last: date) -> dict[int, set[date]]:
    """The days on which somebody came or was spoken to."""
    found: dict[int, set[date]] = {}
    came = select(Visit.customer_id, Visit.day).where(
        Visit.day.between(first, last), Visit.kind == VisitKind.WALK_IN
    )
    for owner, day in session.execute(came):
        if owner in ids:
            found.setdefault(owner, set()).add(day)
    begin, end = dates.at(first, time()), dates.at(last + timedelta(days=1), time())
    spoken = select(FollowUp.customer_id, FollowUp.done_at).where(
        FollowUp.done_at >= begin, FollowUp.done_at < end
    )
    for owner, at in session.execute(spoken):
        if owner in ids and at is not None:
            found.setdefault(owner, set()).add(dates.local_day(at))
    return found


def _sources(session: Session, ids: set[int], first: date) -> dict[int, str]:
    """The source code of each: introduced, bought before, exhibition, else visit or call."""
    found = {}
    introduced = set(session.scalars(select(Referral.customer_id)))
    bought = set(session.scalars(select(Deal.customer_id).where(Deal.delivered_on < first)))
    group = select(Customer.id, Choice.group).join(Choice, Choice.id == Customer.channel_id)
    groups: dict[int, str] = {id: code for id, code in session.execute(group)}
    for id in ids:
        if id in introduced or groups.get(id) == OWNERS:
            found[id] = "R"
        elif id in bought:
            found[id] = "B"
        elif groups.get(id) == "events":
            found[id] = "P"
    return found


def _reasons(session: Session, ids: set[int]) -> dict[int, str]:
    labels = choices.labels(session, ChoiceKind.LOSS_REASON)
    query = select(Loss.customer_id, Loss.reason_id).where(Loss.state == LossState.APPROVED)
    return {
        owner: labels.get(reason, "")
        for owner, reason in session.execute(query.order_by(Loss.id))
        if owner in ids
    }


def columns() -> Sequence[Column]:
    """Customer, source, level, the days 1 to 31, the result."""

    def on(day: int) -> Any:
        return lambda row: row.days.get(day, "")

    visits = _("Contacts of the month")
    return (
        Column("no", _("No."), width=4.5),
        Column("name", _("Customer"), width=12, wrap=True),
        Column("source", _("Source"), width=5.5),
        Column("level", _("Level"), width=5.5),
        *(
            Column(f"day{day}", str(day), on(day), group=visits, width=3.4, tick=False)
            for day in range(1, 32)
        ),
        Column("result", _(level_form.RESULT), width=14, wrap=True),
    )


def sums(found: Sequence[LevelRow | Blank], shop: settings.Settings) -> str:
    """How many stand at which level at the end, in one line."""
    ends = [row.result for row in found if isinstance(row, LevelRow)]
    letters = [shop.letter(level) for level in Level]
    parts = [f"{letter} {ends.count(letter)}" for letter in letters if letter in ends]
    return " · ".join(parts)
