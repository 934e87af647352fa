"""The month's workbook: cover with every figure and its formula, log, cuts, deals, cards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import choices, dates, settings, words
from showroom.deals import deals
from showroom.errors import ShowroomError
from showroom.figures import figures, log, tables
from showroom.figures.figures import Figure
from showroom.figures.trail_sheet import code_line
from showroom.guard import consent, exports, mask, staff
from showroom.i18n import N_, _
from showroom.progress import Progress
from showroom.sheets import write
from showroom.sheets.cells import breadth
from showroom.sheets.write import Cell, Column, Formula, Kind, Line, Role, Sheet
from showroom.store import barred
from showroom.store.models import Card, CardKind, Customer, Deal, Way

MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)

NOTES = (
    N_("A party counts once, however many people came. Calls are counted by themselves."),
    N_("The same customer again on the same day is the same visit in every rate."),
    N_("Whoever was on file before his first visit is no chance to win a contact: he is left out."),
    N_("A contact counts as left with a valid phone or WeChat."),
    N_("Orders count on the day they were taken, deliveries and cancellations on their own day."),
    N_("Contracts are not kept by this desk: that column is empty."),
    N_("The contact of whoever must not be contacted is left out."),
    N_("The values are live formulas on the other sheets."),
)


def write_month(
    session: Session,
    month: str,
    path: Path,
    *,
    now: datetime,
    progress: Progress | None = None,
) -> int:
    """Write the workbook of a month `YYYY-MM`; return how many of its rows name somebody.

    Raises `exports.Refused`, or `ShowroomError` as `write.saving` does.
    """
    if path.suffix.lower() != ".xlsx":
        raise ShowroomError(
            _("Give the file a name that ends in .xlsx, not {name}.").format(name=path.name)
        )
    first, last = dates.month_of(month)
    mask.leaving(session)
    made = sheets(session, first, last, now=now)
    people = sum(len(sheet.rows) for sheet in made if sheet.withheld is not None)
    exports.allow(session, people)
    write.save(path, made, progress or Progress(), title=_title(session, first))
    return people


def month_name(first: date) -> str:
    """A month in words: October 2026, 2026年10月."""
    return _("{month} {year}").format(month=_(MONTHS[first.month - 1]), year=first.year)


def file_name(first: date) -> str:
    """What the workbook of a month is called when nobody says otherwise."""
    return _("Showroom {month}.xlsx").format(month=f"{first:%Y-%m}")


def sheets(session: Session, first: date, last: date, *, now: datetime) -> list[Sheet]:
    """The sheets of a period, in their order; the cover points at the others."""
    inner = (
        days := tables.by_day(session, first, last),
        tables.by_consultant(session, first, last),
        tables.by_channel(session, first, last),
        groups := tables.by_group(session, first, last),
        tables.by_model(session, first, last),
        tables.by_moment(session, first, last),
        tables.by_hour(session, first, last),
        log.sheet(session, first, last, _("Visitor log")),
        sold := _deals(session, first, last),
        cards := _cards(session, first, last),
    )
    for sheet in inner:
        name = f"{_title(session, first)} · {sheet.title}"
        sheet.lead = (Line([Cell(name, Role.TITLE)], 30),)
    live = _live(days, groups, sold, cards, first, last)
    cover = _cover(session, figures.period(session, first, last), live, first, now)
    return [cover, *inner, _contest(session, last), _complaints(session, first, last, now)]


def _complaints(session: Session, first: date, last: date, now: datetime) -> Sheet:
    """The complaints taken in the month and what became of them (DOMAIN §5.7, §7.4)."""
    from showroom.figures import complaints

    made = complaints.sheet(session, first, last, now=now)
    made.title, made.footer = _("Complaints to their end"), ""
    return made


def _contest(session: Session, last: date) -> Sheet:
    """The contest of archives of the quarter a month is in, as it stands now (DOMAIN §7.4)."""
    from showroom.figures import contest_sheet
    from showroom.people import contest, quarters

    standing = contest.of_quarter(session, quarters.quarter_of(last))
    sheet = contest_sheet.ranking(session, standing)
    sheet.footer = ""
    return sheet


def _title(session: Session, first: date) -> str:
    shop = settings.load(session).shop_name
    return f"{shop} {month_name(first)}".strip()


# --- the cover


class _Entry(NamedTuple):
    """One line of the cover."""

    title: str
    value: Cell
    unit: str
    formula: str
    above: Cell
    below: Cell


def _cover(
    session: Session,
    found: list[Figure],
    live: Mapping[str, tuple[str, str, str]],
    first: date,
    now: datetime,
) -> Sheet:
    lead = (
        Line([Cell(_title(session, first), Role.TITLE)], 34),
        Line(
            [
                Cell(
                    _("Month's workbook, made on {moment}").format(
                        moment=f"{dates.local(now):%Y-%m-%d %H:%M}"
                    ),
                    Role.SUBTITLE,
                )
            ],
            22,
        ),
        Line([Cell(code_line(session), Role.NOTE, span=0)]),
        Line(),
    )
    start = len(lead) + 2
    entries = [
        _entry(figure, live.get(figure.code, ("", "", "")), row)
        for row, figure in enumerate(found, start)
    ]
    room = 4.0 + max(breadth(figure.formula, Kind.TEXT) for figure in found)
    foot = (
        Line(),
        Line([Cell(_("How it is counted"), Role.SECTION)], 24),
        *(Line([Cell(f"{n}. {_(note)}", Role.NOTE, span=0)]) for n, note in enumerate(NOTES, 1)),
    )
    return Sheet(
        _("Cover"),
        (
            Column("title", _("Figure"), width=24),
            Column("value", _("Value"), width=16),
            Column("unit", _("Unit"), width=9),
            Column("formula", _("Formula"), wrap=True, width=room),
            Column("above", _("Above"), width=13),
            Column("below", _("Below"), width=13),
        ),
        entries,
        lead=lead,
        foot=foot,
        filter=False,
        one_page=True,
    )


def _entry(figure: Figure, live: tuple[str, str, str], row: int) -> _Entry:
    """A figure as the cover prints it; `live` are the formulas of value, above and below."""
    value: Any = figure.value
    text, above, below = live
    side = Kind.NUMBER if figure.kind is Kind.SPAN else Kind.WHOLE
    if figure.denominator is not None and not text:
        text = f'IF(N(F{row})=0,"",E{row}/F{row})'
    if figure.kind is Kind.SPAN:
        text = f'IF(N(F{row})=0,"",E{row}/F{row}/1440)'
        value = None if value is None else timedelta(minutes=float(value))
    return _Entry(
        figure.title,
        Cell(Formula(text, value) if text else value, Role.FIGURE, figure.kind),
        figure.unit,
        figure.formula,
        Cell(Formula(above, figure.numerator) if above else figure.numerator, Role.BODY, side),
        Cell(
            Formula(below, figure.denominator) if below else figure.denominator,
            Role.BODY,
            Kind.WHOLE,
        ),
    )


def _live(
    days: Sheet, groups: Sheet, sold: Sheet, cards: Sheet, first: date, last: date
) -> dict[str, tuple[str, str, str]]:
    """The formulas of each figure: value, above, below; empty where E ÷ F of the cover will do."""
    plain = ("parties", "people", "walk_ins", "first", "left", "drives", "delivered", "cancelled")
    rest = ("calls", "errands", "unmet", "incomplete")
    found = {code: (days.total(code), "", "") for code in (*plain, *rest)}
    found["came_again"] = (days.total("again"), "", "")
    for code, column, above, below in (
        ("contacts", "contacts", "left", "fresh"),
        ("again", "again_rate", "again", "walk_ins"),
        ("drive_rate", "drive_rate", "drives", "walk_ins"),
    ):
        found[code] = (days.total(column), days.total(above), days.total(below))
    reach = sold.span("ordered_on")
    start, end = (f"DATE({day.year},{day.month},{day.day})" for day in (first, last))
    within = f'{reach},">="&{start},{reach},"<="&{end}'
    standing = f'{sold.span("cancelled_on")},"="'
    found["orders"] = (f"COUNTIFS({within})", "", "")
    found["amount"] = (f"SUMIFS({sold.span('price')},{within},{standing})", "", "")
    found["order_rate"] = ("", days.total("orders"), days.total("left"))
    found["cancel_rate"] = ("", days.total("cancelled"), "")
    owners = f"{groups.quoted}!${groups.letter('orders')}${groups.first_row + 1}"
    found["owners"] = ("", owners, groups.total("orders"))
    in_time = cards.span("in_time")
    yes, no = (f'COUNTIF({in_time},"{word}")' for word in (_("Yes"), _("No")))
    found["cards"] = ("", yes, f"{yes}+{no}")
    return found


# --- deals and cards


def _deals(session: Session, first: date, last: date) -> Sheet:
    """What was ordered, delivered or cancelled in the month."""
    month = (
        Deal.ordered_on.between(first, last)
        | Deal.delivered_on.between(first, last)
        | Deal.cancelled_on.between(first, last)
    )
    ids = session.scalars(select(Deal.id).where(month)).all()
    labels = choices.labels(session)
    facts = {
        id: (labels.get(channel or 0, ""), silent)
        for id, channel, silent in session.execute(
            select(
                Deal.id,
                Customer.channel_id,
                Customer.do_not_contact | barred.withdrawn(Way.PHONE),
            )
            .join(Customer, Customer.id == Deal.customer_id)
            .where(month)
        )
    }
    states = {
        deals.State.ORDERED: _("To be delivered"),
        deals.State.DELIVERED: _("Delivered"),
        deals.State.CANCELLED: _("Cancelled"),
    }
    rows = sorted(deals.rows(session, ids), key=lambda row: (row.ordered_on, row.number))
    return Sheet(
        _("Deals"),
        (
            Column("number", _("Number"), kind=Kind.CODE),
            Column("ordered_on", _("Ordered on"), kind=Kind.DAY),
            Column("customer", _("Customer")),
            Column(
                "phone",
                _("Phone"),
                lambda row: row.phone.replace(" ", ""),
                Kind.CODE,
                contact=True,
            ),
            Column("model", _("Model")),
            Column("colour", _("Colour")),
            Column("price", _("Price"), kind=Kind.MONEY, total=True),
            Column("deposit", _("Deposit"), kind=Kind.MONEY, total=True),
            Column(
                "payment",
                _("Payment"),
                lambda row: _(words.PAYMENTS[row.payment]) if row.payment else "",
            ),
            Column("consultant", _("Consultant")),
            Column("channel", _("Channel"), lambda row: facts[row.id][0]),
            Column("introducer", _("Introducer")),
            Column("planned_on", _("Planned delivery"), kind=Kind.DAY),
            Column("delivered_on", _("Delivered on"), kind=Kind.DAY),
            Column("state", _("State"), lambda row: states[row.state]),
            Column("cancelled_on", _("Cancelled on"), kind=Kind.DAY),
            Column("cancel_reason", _("Reason")),
        ),
        rows,
        withheld=lambda row: facts[row.id][1],
        freeze=3,
    )


class _CardRow(NamedTuple):
    """One thank-you card."""

    due_on: date
    customer: str
    phone: str
    address: str
    postcode: str
    kind: CardKind
    number: str
    model: str
    printed_at: datetime | None
    printed_by: str
    posted_at: datetime | None
    in_time: str
    skip_reason: str
    do_not_contact: bool


def _cards(session: Session, first: date, last: date) -> Sheet:
    """The cards that were due in the month."""
    month = Card.due_on.between(first, last)
    labels, names = choices.labels(session), staff.names(session)
    phones = log.first_phones(session, select(Card.customer_id).where(month))
    silent = consent.withdrawn(session)[Way.POST]
    yes, no = _("Yes"), _("No")
    whole = mask.sees_all(session)
    rows = [
        _CardRow(
            card.due_on,
            customer.name,
            phones.get(customer.id, ""),
            "" if customer.id in silent else mask.text(customer.address, whole=whole),
            "" if customer.id in silent else customer.postcode,
            card.kind,
            deal.number if deal else "",
            labels.get(deal.model_id, "") if deal else "",
            card.printed_at,
            names.get(card.printed_by_id or 0, ""),
            card.posted_at,
            "" if card.skipped_at else yes if _in_time(card) else no,
            mask.text(card.skip_reason, whole=whole),
            customer.do_not_contact,
        )
        for card, customer, deal in session.execute(
            select(Card, Customer, Deal)
            .join(Customer, Customer.id == Card.customer_id)
            .outerjoin(Deal, Deal.id == Card.deal_id)
            .where(month)
            .order_by(Card.due_on, Card.id)
        )
    ]
    return Sheet(
        _("Thank-you cards"),
        (
            Column("due_on", _("Due on"), kind=Kind.DAY),
            Column("customer", _("Customer")),
            Column("phone", _("Phone"), kind=Kind.CODE, contact=True),
            Column("address", _("Address"), wrap=True, width=32, contact=True),
            Column("postcode", _("Postcode"), kind=Kind.CODE, contact=True),
            Column("kind", _("Card for"), lambda row: _(words.CARD_KINDS[row.kind])),
            Column("number", _("Deal number"), kind=Kind.CODE),
            Column("model", _("Model")),
            Column("printed_at", _("Printed at"), kind=Kind.MOMENT),
            Column("printed_by", _("Printed by")),
            Column("posted_at", _("Posted at"), kind=Kind.MOMENT),
            Column("in_time", _("In time")),
            Column("skip_reason", _("Skipped because")),
        ),
        rows,
        withheld=lambda row: row.do_not_contact,
        freeze=2,
    )


def _in_time(card: Card) -> bool:
    return card.printed_at is not None and dates.local_day(card.printed_at) <= card.late_on
