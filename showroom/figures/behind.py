"""The rows behind a number: which visits, deals, customers it counts (DESIGN §7).

Each set of rows is found under the same conditions as its count in `counts` and `figures.extra`;
a test holds them against each other.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from showroom import settings, words
from showroom.door import visits
from showroom.figures import counts
from showroom.figures.definitions import BY_CODE
from showroom.figures.figures import show, through_owners
from showroom.figures.listings import Of
from showroom.i18n import _
from showroom.sheets.cells import Kind
from showroom.store.driven import drove
from showroom.store.models import (
    Appointment,
    Ask,
    Card,
    Choice,
    Customer,
    Deal,
    FollowUp,
    Level,
    Moment,
    Promise,
    TestDrive,
    Visit,
    VisitKind,
)


class Behind(NamedTuple):
    """A list of rows: what it is called, how its number is made, and which rows count.

    Of a rate `ids` are what stands below the line, `counted` what stands above it; of a count all
    of them are `counted`.
    """

    title: str
    formula: str
    of: Of
    ids: list[int]
    counted: frozenset[int]

    @property
    def said(self) -> str:
        """How many rows there are, and of a rate how many of them count."""
        whole = f"{len(self.ids):,}"
        if len(self.counted) == len(self.ids):
            return whole
        share = show(len(self.counted) / len(self.ids) if self.ids else None, Kind.SHARE)
        return _("{count} of {whole} = {share}").format(
            count=f"{len(self.counted):,}", whole=whole, share=share
        )


Where = ColumnElement[bool]


# --- visits


def of_visits(session: Session, name: str, first: date, last: date, *narrower: Where) -> list[int]:
    """The visits one of `counts.Counts` counts, by arrival; `narrower` are on `Visit`.

    What is counted once a day is named by the first visit of the day.
    """
    unmet = Visit.unmet_id.is_not(None)
    seen = (
        select(
            Visit.id,
            Visit.kind,
            Visit.again,
            Visit.quoted,
            Visit.arrived_at,
            unmet.label("unmet"),
            counts.contact_known().label("known"),
            counts.filed_before().label("filed"),
            visits.incomplete(tuple(settings.owed(session))).label("incomplete"),
            Visit.left_at.is_not(None).label("ended"),
            counts.turn().label("turn"),
            and_(*narrower).label("chosen") if narrower else (Visit.id > 0).label("chosen"),
        )
        .outerjoin(Customer, Customer.id == Visit.customer_id)
        .where(Visit.day.between(first, last))
        .subquery()
    ).c
    query = select(seen.id).where(seen.chosen, _VISITS[name](seen))
    return list(session.scalars(query.order_by(seen.arrived_at, seen.id)))


def _once(seen: Any) -> Where:
    return and_(seen.kind == VisitKind.WALK_IN, ~seen.unmet, seen.turn == 1)


def _new(seen: Any) -> Where:
    return and_(_once(seen), ~seen.again)


_VISITS: Final[dict[str, Callable[[Any], Where]]] = {
    "parties": lambda seen: seen.kind != VisitKind.CALL,
    "people": lambda seen: seen.kind != VisitKind.CALL,
    "calls": lambda seen: seen.kind == VisitKind.CALL,
    "errands": lambda seen: seen.kind == VisitKind.ERRAND,
    "walk_ins": _once,
    "first": _new,
    "filed": lambda seen: and_(_new(seen), seen.filed),
    "fresh": lambda seen: and_(_new(seen), ~seen.filed),
    "left": lambda seen: and_(_new(seen), ~seen.filed, seen.known),
    "again": lambda seen: and_(_once(seen), seen.again),
    "known": lambda seen: and_(_once(seen), seen.known),
    "captured": lambda seen: and_(_once(seen), seen.known, ~seen.filed),
    "quoted": lambda seen: and_(_once(seen), seen.quoted),
    "stays": lambda seen: and_(seen.kind == VisitKind.WALK_IN, ~seen.unmet, seen.ended),
    "unmet": lambda seen: and_(seen.kind == VisitKind.WALK_IN, seen.unmet, seen.ended),
    "incomplete": lambda seen: seen.incomplete,
}


def _drives(session: Session, first: date, last: date, *narrower: Where) -> list[int]:
    query = (
        select(Visit.id)
        .join(TestDrive, TestDrive.visit_id == Visit.id)
        .where(Visit.day.between(first, last), Visit.kind == VisitKind.WALK_IN, drove(), *narrower)
        .group_by(Visit.id)
        .order_by(Visit.arrived_at, Visit.id)
    )
    return list(session.scalars(query))


# --- deals, cards, customers


def _deals(session: Session, where: Where) -> list[int]:
    query = (
        select(Deal.id)
        .join(Customer, Customer.id == Deal.customer_id)
        .outerjoin(Choice, Choice.id == Customer.channel_id)
        .where(where)
        .order_by(Deal.ordered_on, Deal.id)
    )
    return list(session.scalars(query))


def _standing(first: date, last: date) -> Where:
    before = and_(
        Deal.ordered_on < first,
        or_(Deal.delivered_on.is_(None), Deal.delivered_on >= first),
        or_(Deal.cancelled_on.is_(None), Deal.cancelled_on >= first),
    )
    return or_(Deal.ordered_on.between(first, last), before)


def _called(session: Session, first: date, last: date) -> list[int]:
    """The first follow-up of who came for the first time in this time."""
    newest = (
        select(FollowUp.id, FollowUp.customer_id, FollowUp.done_at)
        .join(Customer, Customer.id == FollowUp.customer_id)
        .where(
            Customer.id.in_(select(Visit.customer_id).where(Visit.day.between(first, last))),
            Customer.first_visit_on.between(first, last),
            FollowUp.rule == Promise.NEXT,
            FollowUp.done_at.is_not(None),
        )
        .order_by(FollowUp.done_at, FollowUp.id)
    )
    found: dict[int, int] = {}
    for id, owner, _at in session.execute(newest):
        found.setdefault(owner, id)
    return list(found.values())


def _cards(session: Session, first: date, last: date, *narrower: Where) -> list[int]:
    query = select(Card.id).where(
        Card.due_on.between(first, last), Card.skipped_at.is_(None), *narrower
    )
    return list(session.scalars(query.order_by(Card.due_on, Card.id)))


def _appointments(session: Session, first: date, last: date, *narrower: Where) -> list[int]:
    query = select(Appointment.id).where(
        Appointment.day.between(first, last), Appointment.cancelled_at.is_(None), *narrower
    )
    return list(session.scalars(query.order_by(Appointment.at, Appointment.id)))


def rows_of(session: Session, name: str, first: date, last: date) -> tuple[Of, list[int]]:
    """What one count of a period counts, by its name in `definitions`."""
    if name in _VISITS:
        return Of.VISITS, of_visits(session, name, first, last)
    if name in _AS:
        return rows_of(session, _AS[name], first, last)
    if name == "drives":
        return Of.VISITS, _drives(session, first, last)
    if name in ("called", "call_days"):
        return Of.FOLLOW_UPS, _called(session, first, last)
    in_time = func.date(Card.printed_at, "localtime") <= Card.late_on
    if name in ("cards_due", "cards_in_time"):
        return Of.CARDS, _cards(session, first, last, *([in_time] if name != "cards_due" else []))
    if name in ("appointed", "kept"):
        came = [Appointment.visit_id.is_not(None)] if name == "kept" else []
        return Of.APPOINTMENTS, _appointments(session, first, last, *came)
    ordered = Deal.ordered_on.between(first, last)
    where: dict[str, Where] = {
        "orders": ordered,
        "amount": ordered,
        "by_owners": and_(ordered, through_owners()),
        "delivered": Deal.delivered_on.between(first, last),
        "cancelled": Deal.cancelled_on.between(first, last),
        "standing": _standing(first, last),
    }
    return Of.DEALS, _deals(session, where[name])


_AS: Final = {"stayed": "stays", "waited": "unmet"}
"""Minutes are those of these visits."""


def of_figure(session: Session, code: str, first: date, last: date) -> Behind:
    """The rows behind a figure of `definitions`: of a rate those below the line, with who counts.

    Where the two are not of one kind (orders of contacts left), what stands above the line.
    """
    made = BY_CODE[code]
    of, above = rows_of(session, made.above, first, last)
    if made.below:
        of_below, below = rows_of(session, made.below, first, last)
        if of_below is of and set(above) <= set(below):
            return Behind(_(made.title), _(made.formula), of, below, frozenset(above))
    return Behind(_(made.title), _(made.formula), of, above, frozenset(above))


# --- what a picture counts


def of_step(session: Session, code: str, title: str, first: date, last: date) -> Behind:
    """A step of the funnel."""
    of, ids = rows_of(session, code, first, last)
    return Behind(title, "", of, ids, frozenset(ids))


def of_hour(
    session: Session, first: date, last: date, weekday: int, hour: int, title: str
) -> Behind:
    """The parties that came on this weekday (0 is Monday) in this hour."""
    chosen = and_(
        func.strftime("%w", Visit.day) == str((weekday + 1) % 7),
        func.strftime("%H", Visit.arrived_at, "localtime") == f"{hour:02}",
    )
    ids = of_visits(session, "parties", first, last, chosen)
    return Behind(title, "", Of.VISITS, ids, frozenset(ids))


def of_moment(session: Session, moment: Moment, first: date, last: date) -> Behind:
    """The visits in which was asked at this moment; those count that left a contact then."""
    query = (
        select(Ask.visit_id, Ask.refusal)
        .join(Visit, Visit.id == Ask.visit_id)
        .where(
            Visit.day.between(first, last),
            Visit.kind == VisitKind.WALK_IN,
            Ask.moment == moment,
        )
        .order_by(Visit.arrived_at, Visit.id)
    )
    asked = session.execute(query).all()
    ids = list(dict.fromkeys(visit for visit, _refusal in asked))
    given = frozenset(visit for visit, refusal in asked if refusal is None)
    return Behind(_(words.MOMENTS[moment]), _("Given ÷ asked"), Of.VISITS, ids, given)


def of_consultant(
    session: Session, consultant_id: int | None, name: str, first: date, last: date
) -> Behind:
    """The walk-ins a consultant received; those count that left a contact at their first visit."""
    his = (
        Visit.consultant_id == consultant_id
        if consultant_id is not None
        else Visit.consultant_id.is_(None)
    )
    ids = of_visits(session, "walk_ins", first, last, his)
    left = of_visits(session, "left", first, last, his)
    formula = _("Walk-ins; marked: first contacts left")
    return Behind(name, formula, Of.VISITS, ids, frozenset(left))


def of_level(session: Session, level: Level, title: str, first: date, last: date) -> Behind:
    """Who is open at this level at the end of the time."""
    from showroom.figures import overview

    rows = overview.levels(session, first, last)
    ids = next((row.ids for row in rows if row.level is level), [])
    formula = _("Open at this level at the end of the time")
    return Behind(
        _("Level {letter}").format(letter=title), formula, Of.CUSTOMERS, ids, frozenset(ids)
    )
