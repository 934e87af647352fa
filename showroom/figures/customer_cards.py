"""The cards of customers on paper: 意向客户管理卡 and 保有客户管理卡 (DOMAIN §1.5)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, time
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import choices, dates, lunar, settings, words
from showroom.guard import consent, mask, staff
from showroom.i18n import N_, _
from showroom.sheets import stamps
from showroom.sheets.stamps import Of
from showroom.sheets.synonyms import field_of
from showroom.sheets.write import Blank, Cell, Column, Kind, Line, Role, Sheet
from showroom.store.models import (
    Customer,
    Deal,
    FollowUp,
    Phone,
    Promise,
    TestDrive,
    Trait,
    TraitKind,
    Vehicle,
    Visit,
    Way,
)

PROSPECT = N_("Card of a prospect")
OWNER = N_("Card of an owner")
LINES: Final = 7
"""So many lines a card has at least for what comes."""
PAIRS: Final = 3
"""So many facts stand side by side."""


class LogLine(NamedTuple):
    """One contact: when, how, what came of it, the level after it, the next one."""

    at: datetime
    how: str
    result: str
    level: str
    next_on: date | None


class Known(NamedTuple):
    """All that a card says of one customer."""

    customer: Customer
    phones: list[str]
    traits: dict[TraitKind, str]
    deal: Deal | None
    car: Vehicle | None
    visit: Visit | None
    drove: bool
    log: list[LogLine]
    due: dates.When | None
    spoken: dict[Promise, tuple[datetime | None, str]]
    whole: bool
    silent: frozenset[Way]


Pair = tuple[str, Any]
Facts = Callable[[Known | None, dict[int, str], dict[int, str], settings.Settings], list[Pair]]


def prospects(
    session: Session, ids: Collection[int], blank: int = 0, *, marked: bool = False
) -> list[Sheet]:
    """A card for each of these; without any an empty one with so many lines for the pen.

    `marked`: with a mark out of sight by which it is known again when it comes back.
    """
    return _cards(session, ids, blank, _(PROSPECT), _prospect, marked=marked)


def owners(
    session: Session, ids: Collection[int], blank: int = 0, *, marked: bool = False
) -> list[Sheet]:
    """As `prospects`, of who bought."""
    return _cards(session, ids, blank, _(OWNER), _owner, marked=marked)


def _cards(
    session: Session,
    ids: Collection[int],
    blank: int,
    title: str,
    facts: Facts,
    *,
    marked: bool,
) -> list[Sheet]:
    mask.leaving(session)
    shop = settings.load(session)
    names, labels = staff.names(session), choices.labels(session)
    found = _known(session, ids, shop)
    made = []
    each: Sequence[Known | None] = found or [None]
    began = stamps.since(session, Of.CUSTOMER, [known.customer.id for known in found])
    for known in each:
        pairs = facts(known, names, labels, shop)
        mark = _mark(known, pairs, began) if known and marked else ""
        free = max(LINES - (len(known.log) if known else 0), 0) if known or not blank else blank
        sheet = Sheet(
            words.called(known.customer.name, known.customer.honorific) if known else title,
            _columns(marked=marked),
            [*(known.log if known else ()), *(Blank() for _number in range(free))],
            lead=(
                Line([Cell(f"{shop.shop_name} {title}".strip(), Role.TITLE)], 30),
                *_boxes(pairs, mark),
                Line(height=8),
            ),
            foot=_foot(facts is _owner),
            filter=False,
            footer=f"{shop.shop_name} {title}".strip(),
        )
        made.append(sheet)
    return made


def _known(session: Session, ids: Collection[int], shop: settings.Settings) -> list[Known]:
    """What is known of these customers, in this order; who is erased has no card."""
    by_id = {
        one.id: one
        for one in session.scalars(
            select(Customer).where(Customer.id.in_(ids), Customer.erased_at.is_(None))
        )
    }
    unreachable = consent.unreachable(session)
    seen = mask.seen(session, ids)

    def of(model: Any, order: Any) -> dict[int, list[Any]]:
        rows: dict[int, list[Any]] = {}
        query = select(model).where(model.customer_id.in_(ids)).order_by(order, model.id)
        for row in session.scalars(query):
            rows.setdefault(row.customer_id, []).append(row)
        return rows

    phones, traits = of(Phone, Phone.position), of(Trait, Trait.kind)
    deals, cars = of(Deal, Deal.ordered_on), of(Vehicle, Vehicle.id)
    visits, calls = of(Visit, Visit.arrived_at), of(FollowUp, FollowUp.due_on)
    drives = set(
        session.scalars(
            select(Visit.customer_id)
            .join(TestDrive, TestDrive.visit_id == Visit.id)
            .where(Visit.customer_id.in_(ids))
        )
    )
    found = []
    for id in ids:
        if id not in by_id:
            continue
        one = by_id[id]
        whole = id in seen
        silent = frozenset(way for way in Way if id in unreachable[way])
        kept = [deal for deal in deals.get(id, ()) if deal.cancelled_on is None]
        numbers = [mask.phone(phone.number, whole=whole) for phone in phones.get(id, ())]
        open_ones = [call for call in calls.get(id, ()) if call.done_at is None]
        found.append(
            Known(
                one,
                [] if Way.PHONE in silent else numbers,
                {row.kind: row.words for row in traits.get(id, ())},
                kept[-1] if kept else None,
                cars[id][-1] if id in cars else None,
                visits[id][-1] if id in visits else None,
                id in drives,
                _log(visits.get(id, ()), calls.get(id, ()), shop, whole),
                min(
                    (dates.When(call.due_on, call.clock) for call in open_ones),
                    key=lambda when: (when.on, when.clock or time.max),
                    default=None,
                ),
                {call.rule: (call.done_at, call.result) for call in calls.get(id, ())},
                whole,
                silent,
            )
        )
    return found


def _log(
    visits: Sequence[Visit], calls: Sequence[FollowUp], shop: settings.Settings, whole: bool
) -> list[LogLine]:
    """Visits and contacts in their order; the level is known of visits alone."""
    lines = [
        LogLine(
            dates.local(visit.arrived_at).replace(tzinfo=None),
            _(words.VISIT_KINDS[visit.kind]),
            mask.text(visit.note, whole=whole),
            shop.letter(visit.level),
            None,
        )
        for visit in visits
    ]
    done = sorted((c.done_at, c.id, c) for c in calls if c.done_at is not None)
    later = sorted(call.due_on for call in calls)
    for done_at, _id, call in done:
        at = dates.local(done_at).replace(tzinfo=None)
        following = next((day for day in later if day > at.date()), None)
        said = mask.text(call.result, whole=whole)
        lines.append(LogLine(at, _(words.PROMISES[call.rule]), said, "", following))
    return sorted(lines, key=lambda line: line.at)


def _mark(known: Known, pairs: Sequence[Pair], began: dict[int, str]) -> str:
    """The mark of a card: what stands in each box of which an edit is looked for."""
    id = known.customer.id
    cells = [(found[0], _in_box(said)) for what, said in pairs if (found := field_of(what))]
    return stamps.make(Of.CUSTOMER, id, began[id], dict(reversed(cells)).items())


def _columns(*, marked: bool) -> tuple[Column, ...]:
    mark = Column("stamp", _(stamps.HEADING), lambda _row: None, hidden=True)
    return (
        Column("at", _("Contacted at"), kind=Kind.MOMENT, width=16),
        Column("how", _("How it was contacted"), width=22, wrap=True),
        Column("result", _("Result of the contact"), width=20, wrap=True),
        Column("level", _("Level afterwards"), width=22),
        Column("next_on", _("Next follow-up on"), kind=Kind.DAY, width=16),
        Column("opinion", _("Supervisor's opinion"), lambda _row: None, width=24),
        *([mark] if marked else []),
    )


def _in_box(said: Any) -> Any:
    return f"{said:%Y-%m-%d}" if isinstance(said, date) else said or None


def _boxes(pairs: Sequence[Pair], mark: str) -> list[Line]:
    """The facts in boxes, three beside each other; the mark of the card beside the first."""
    lines = []
    for start in range(0, len(pairs), PAIRS):
        cells: list[Cell] = []
        row = [*pairs[start : start + PAIRS], *[("", None)] * PAIRS][:PAIRS]
        for what, said in row:
            cells += [Cell(what, Role.LABEL), Cell(_in_box(said), Role.ENTRY)]
        if mark and not start:
            cells.append(Cell(mark))
        lines.append(Line(cells, 24))
    return lines


def _person(known: Known) -> list[Pair]:
    """Who he is and how to reach him; a way he does not want is left out."""
    one = known.customer
    return [
        (_("Customer's name"), one.name),
        (_("Sex"), _(words.HONORIFICS[one.honorific]) if one.honorific != "none" else ""),
        (_("Mobile number"), known.phones[0] if known.phones else ""),
        (_("Other phone"), known.phones[1] if len(known.phones) > 1 else ""),
        (_("Address"), _post(known, mask.text(one.address, whole=known.whole))),
        (_("Postcode"), _post(known, one.postcode)),
        (_("Birthday"), lunar.said(one.birthday, one.birthday_more, one.birthday_lunar)),
    ]


def _post(known: Known, said: str) -> str:
    return "" if Way.POST in known.silent else said


def _prospect(
    known: Known | None, names: dict[int, str], labels: dict[int, str], shop: settings.Settings
) -> list[Pair]:
    titles = [
        _("Customer's name"), _("Sex"), _("Mobile number"), _("Other phone"), _("Address"),
        _("Postcode"), _("Birthday"), _("Marital status"), _("Occupation"), _("Employer"),
        _("What made him come"), _("Way of gaining"), _("Source of the lead"),
        _("Kind of customer"), _("Model wanted"), _("Colour"), _("Use of the car"), _("Budget"),
        _("What matters to him"), _("Payment"), _("First car or not"), _("Car he drives"),
        _("Age of the car"), _("Where he lives"), _("Rivals compared"), _("Drove or not"),
        _("Price talked over"), _("Level"), _("Stage of the sale"), _("Entered on"),
        _("Sales consultant"), _("Next contact"), _("Note"),
    ]  # fmt: skip
    if known is None:
        return [(title, None) for title in titles]
    one, visit, trait = known.customer, known.visit, known.traits
    values: dict[str, Any] = dict(_person(known)) | {
        _("Occupation"): trait.get(TraitKind.WORK, ""),
        _("Employer"): trait.get(TraitKind.COMPANY, ""),
        _("Marital status"): trait.get(TraitKind.FAMILY, ""),
        _("Source of the lead"): labels.get(one.channel_id or 0, ""),
        _("Kind of customer"): _(words.STATUSES[one.status]),
        _("Model wanted"): labels.get(one.model_id or 0, ""),
        _("Colour"): labels.get(visit.colour_id or 0, "") if visit else "",
        _("Car he drives"): trait.get(TraitKind.CAR, ""),
        _("What matters to him"): trait.get(TraitKind.INTEREST, ""),
        _("Rivals compared"): mask.text(visit.rival, whole=known.whole) if visit else "",
        _("Drove or not"): _("Yes") if known.drove else _("No"),
        _("Price talked over"): (_("Yes") if visit.quoted else _("No")) if visit else "",
        _("Level"): shop.letter(one.level),
        _("Entered on"): one.contact_on or dates.local_day(one.created_at),
        _("Sales consultant"): names.get(one.consultant_id or 0, ""),
        _("Next contact"): None if one.do_not_contact else _when(known.due),
        _("Note"): mask.text(one.note, whole=known.whole),
    }
    values = {key: _shown(known, value) for key, value in values.items()}
    if one.do_not_contact:
        values[_("Note")] = " · ".join(filter(None, (_("Do not contact"), values[_("Note")])))
    return [(title, values.get(title)) for title in titles]


def _when(due: dates.When | None) -> str:
    if due is None:
        return ""
    return f"{due.on:%Y-%m-%d} {due.clock:%H:%M}" if due.clock else f"{due.on:%Y-%m-%d}"


def _shown(known: Known, value: Any) -> Any:
    """What stands in a box; a number inside words is hidden as it is everywhere."""
    return mask.text(value, whole=known.whole) if isinstance(value, str) else value


def _owner(
    known: Known | None, names: dict[int, str], labels: dict[int, str], shop: settings.Settings
) -> list[Pair]:
    titles = [
        _("Customer's name"), _("Contact phone"), _("Address"), _("Bought on"),
        _("Use of the car"), _("Model"), _("Colour"), _("Engine number"), _("VIN"), _("Plate"),
        _("Call after a week"), _("First service reminded"), _("First service on"),
        _("Greeting on the anniversary"), _("Inspection"), _("Insurer and policy"),
        _("Insurance"), _("Driving licence"), _("Leisure"), _("Sales consultant"), _("Note"),
    ]  # fmt: skip
    if known is None:
        return [(title, None) for title in titles]
    one, deal, car = known.customer, known.deal, known.car

    def done(rule: Promise) -> str:
        at, said = known.spoken.get(rule, (None, ""))
        return "" if at is None else f"{dates.local_day(at)} {said}".strip()

    values: dict[str, Any] = dict(_person(known)) | {
        _("Contact phone"): _(", ").join(known.phones),
        _("Bought on"): deal.ordered_on if deal else None,
        _("Model"): labels.get(deal.model_id, "") if deal else car.model if car else "",
        _("Colour"): labels.get(deal.colour_id or 0, "") if deal else "",
        _("VIN"): (deal.vin if deal else "") or (car.vin if car else ""),
        _("Plate"): car.plate if car else "",
        _("Call after a week"): done(Promise.WEEK),
        _("First service reminded"): done(Promise.FIRST_SERVICE),
        _("Greeting on the anniversary"): done(Promise.ANNIVERSARY),
        _("Leisure"): known.traits.get(TraitKind.LEISURE, ""),
        _("Sales consultant"): names.get(one.consultant_id or 0, ""),
        _("Note"): one.note,
    }
    keep = (_("VIN"), _("Contact phone"))
    shown = {key: v if key in keep else _shown(known, v) for key, v in values.items()}
    if one.do_not_contact:
        shown[_("Note")] = " · ".join(filter(None, (_("Do not contact"), shown[_("Note")])))
    return [(title, shown.get(title)) for title in titles]


def _foot(owner: bool) -> list[Line]:
    """Who made the card and who looked at it (DOMAIN §1.5)."""
    made, looked = _("Made by"), _("Supervisor")
    if not owner:
        made = _("Sales consultant")
    return [
        Line(height=10),
        Line(
            [
                Cell(f"{made}:", Role.SIGNED), Cell(None, Role.SIGN),
                Cell(f"{looked}:", Role.SIGNED), Cell(None, Role.SIGN),
                Cell(_("Date") + ":", Role.SIGNED), Cell(None, Role.SIGN),
            ],
            26,
        ),
    ]  # fmt: skip
