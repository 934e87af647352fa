"""The tables of the month's workbook that cut the figures: by day, consultant, channel, moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from showroom import words
from showroom.figures import cuts, diagnosis
from showroom.figures.cuts import Slice
from showroom.figures.live import BY_CHANNEL, BY_CONSULTANT, BY_DAY, BY_MODEL, Axis, Live
from showroom.i18n import N_, _
from showroom.sheets.write import Chart, Column, Kind, Sheet, letters
from showroom.store.models import Refusal

WEEKDAYS = words.WEEKDAYS
OPENING, CLOSING = 9, 18
"""The hours that are always shown; others when somebody came."""


def by_day(session: Session, first: date, last: date, live: Live | None = None) -> Sheet:
    """Every day of the month with its totals and a chart."""
    count = _counter(live, BY_DAY)
    return Sheet(
        _("By day"),
        (
            Column("day", _("Date"), lambda s: s.key, kind=Kind.DAY),
            Column("weekday", _("Weekday"), lambda s: _(WEEKDAYS[s.key.weekday()])),
            count("parties"),
            count("people"),
            *_visits(count),
            count("orders"),
            count("delivered"),
            count("cancelled"),
            count("calls"),
            count("errands"),
            count("unmet"),
            count("incomplete"),
        ),
        cuts.by_day(session, first, last),
        freeze=2,
        charts=(Chart("columns", _("Walk-ins and first contacts"), "day", ("walk_ins", "left")),),
        bars=("walk_ins",),
        alarms={"incomplete": "{cell}>0", "unmet": "{cell}>0"},
        one_page=True,
    )


def by_consultant(session: Session, first: date, last: date, live: Live | None = None) -> Sheet:
    """Each consultant, with a word where he is well below the shop."""
    slices = cuts.by_consultant(session, first, last)
    worth = diagnosis.of_consultants(session, first, last, slices)
    count = _counter(live, BY_CONSULTANT, slices)

    def hints(slice: Slice) -> str:
        return "\n".join(finding.said for finding in worth.get(slice.key, ()))

    return Sheet(
        _("By consultant"),
        (
            Column("label", _("Consultant")),
            *_visits(count),
            *_deals(count),
            Column("stay", _("Mean stay"), _mean_stay, kind=Kind.SPAN),
            Column("hint", _("Worth a word"), hints, wrap=True, width=44),
        ),
        slices,
        freeze=1,
        charts=(Chart("columns", _("Contacts and orders"), "label", ("left", "orders")),),
        bars=("orders",),
        alarms={  # as far below the shop as is worth a word (DOMAIN §4.3)
            "contacts": _below(0.08),
            "again_rate": _below(0.05),
            "drive_rate": _below(0.05),
        },
        one_page=True,
    )


def by_channel(session: Session, first: date, last: date, live: Live | None = None) -> Sheet:
    """Each channel under its group."""
    groups = {row.code: row.label for row in cuts.by_group(session, first, last)}
    slices = cuts.by_channel(session, first, last)
    count = _counter(live, BY_CHANNEL, slices)
    return Sheet(
        _("By channel"),
        (
            Column("group", _("Kind of channel"), lambda s: groups[s.group]),
            Column("label", _("Channel")),
            *_visits(count),
            *_deals(count),
        ),
        slices,
        freeze=2,
        charts=(Chart("bars", _("Walk-ins by channel"), "label", ("walk_ins",)),),
        bars=("walk_ins",),
        one_page=True,
    )


def by_group(session: Session, first: date, last: date, channels: Sheet | None = None) -> Sheet:
    """The three groups of channels beside 47 : 43 : 10 (DOMAIN §6)."""
    rows = cuts.by_group(session, first, last)
    total = sum(row.orders for row in rows)
    charts = (Chart("pie", _("Orders by kind of channel"), "label", ("orders",), (14.0, 8.5)),)

    def of_channels(code: str) -> Callable[[Any, int], str] | None:
        if channels is None:
            return None

        def formula(_row: Any, number: int) -> str:
            return f"SUMIFS({channels.span(code)},{channels.span('group')},$A{number})"

        return formula

    def share(_row: Any, number: int) -> str:
        return f'IF(D${{total}}=0,"",D{number}/D${{total}})'

    def difference(row: cuts.GroupRow, number: int) -> str:
        return "" if row.reference is None else f'IF(E{number}="","",E{number}-F{number})'

    return Sheet(
        _("Kinds of channel"),
        (
            Column("label", _("Kind of channel")),
            *(
                Column(code, _(TITLES[code]), kind=Kind.WHOLE, total=True, live=of_channels(code))
                for code in ("walk_ins", "left")
            ),
            Column("orders", _("Orders"), kind=Kind.WHOLE, total=True),
            Column("share", _("Share of orders"), kind=Kind.SHARE, live=share),
            Column("reference", _("Of a hundred cars elsewhere"), kind=Kind.SHARE),
            Column("difference", _("Difference"), _difference, kind=Kind.SHARE, live=difference),
        ),
        rows,
        filter=False,
        charts=charts if total else (),
        alarms={"difference": "AND(ISNUMBER({cell}),{cell}<=-0.1)"},
        one_page=True,
    )


def by_model(session: Session, first: date, last: date, live: Live | None = None) -> Sheet:
    """Each model: who came for it, who ordered it."""
    slices = cuts.by_model(session, first, last)
    count = _counter(live, BY_MODEL, slices)
    return Sheet(
        _("By model"),
        (Column("label", _("Model")), *_visits(count), *_deals(count)),
        slices,
        freeze=1,
        charts=(Chart("bars", _("Walk-ins and orders"), "label", ("walk_ins", "orders")),),
        bars=("walk_ins",),
        one_page=True,
    )


def by_moment(session: Session, first: date, last: date) -> Sheet:
    """The seven moments and the four reasons for leaving nothing."""

    def refused(refusal: Refusal) -> Callable[[Any], int]:
        return lambda row: row.refusals.get(refusal, 0)

    return Sheet(
        _("Moments"),
        (
            Column("label", _("Moment"), width=26),
            Column("asked", _("Asks"), kind=Kind.WHOLE, width=11, total=True),
            Column("given", _("Given"), kind=Kind.WHOLE, width=11, total=True),
            Column(
                "rate", _("Given of asked"), kind=Kind.SHARE, width=12, ratio=("given", "asked")
            ),
            *(
                Column(r, _(words.REFUSALS[r]), refused(r), Kind.WHOLE, _("Left nothing"), 14, True)
                for r in Refusal
            ),
        ),
        cuts.by_moment(session, first, last),
        filter=False,
        charts=(Chart("bars", _("Asked and given"), "label", ("asked", "given")),),
        one_page=True,
    )


def by_hour(session: Session, first: date, last: date, live: Live | None = None) -> Sheet:
    """Parties by weekday and hour, darker where more came."""
    found = cuts.by_hour(session, first, last)
    busy = [hour for _day, hour in found]
    hours = range(min([OPENING, *busy]), max([CLOSING, *busy]) + 1)

    def came(hour: int) -> Callable[[int], int]:
        return lambda day: found.get((day, hour), 0)

    def counted(hour: int) -> Callable[[int, int], str] | None:
        return None if live is None else lambda _day, number: live.at(f"$A{number}", hour)

    codes = [f"h{hour}" for hour in hours]

    def all_day(_day: int, number: int) -> str:
        return f"SUM(B{number}:{letters(len(codes) + 1)}{number})"

    def total(day: int) -> int:
        return sum(count for (weekday, _hour), count in found.items() if weekday == day)

    return Sheet(
        _("By hour"),
        (
            Column("weekday", _("Weekday"), lambda day: _(WEEKDAYS[day])),
            *(
                Column(
                    code,
                    f"{hour}:00",
                    came(hour),
                    Kind.WHOLE,
                    width=8,
                    total=True,
                    live=counted(hour),
                )
                for code, hour in zip(codes, hours, strict=True)
            ),
            Column("all", _("Whole day"), total, Kind.WHOLE, total=True, live=all_day),
        ),
        range(7),
        filter=False,
        scale=codes,
        charts=(Chart("columns", _("Parties by weekday"), "weekday", ("all",), (14.0, 7.5)),),
        bars=("all",),
        one_page=True,
    )


TITLES = {
    "parties": N_("Parties"),
    "people": N_("People"),
    "walk_ins": N_("Walk-ins"),
    "first": N_("First visits"),
    "fresh": N_("Without those on file"),
    "left": N_("First contacts left"),
    "again": N_("Came again"),
    "drives": N_("Test drives"),
    "orders": N_("Orders"),
    "amount": N_("Amount ordered"),
    "delivered": N_("Deliveries"),
    "cancelled": N_("Cancellations"),
    "calls": N_("Calls"),
    "errands": N_("Parties on errands"),
    "unmet": N_("Left without being received"),
    "incomplete": N_("Incomplete"),
}


Counting = Callable[[str], Column]


def _counter(live: Live | None, axis: Axis, slices: Sequence[Slice] = ()) -> Counting:
    """Makes the columns that count, each with its total and, where it can be, its formula."""
    labels = [slice.label for slice in slices if slice.key is not None]

    def column(code: str) -> Column:
        def value(slice: Slice) -> Any:
            return getattr(slice.counts, code)

        kind = Kind.MONEY if code == "amount" else Kind.WHOLE
        formula = None if live is None else live.along(axis, code, labels)
        return Column(code, _(TITLES[code]), value, kind, total=True, live=formula)

    return column


def _below(points: float) -> str:
    return f"AND(ISNUMBER({{cell}}),ISNUMBER({{total}}),{{cell}}<={{total}}-{points})"


def _visits(count: Counting) -> Sequence[Column]:
    """From walking in to the test drive."""
    return (
        count("walk_ins"),
        count("first"),
        count("fresh"),
        count("left"),
        Column("contacts", _("Contact rate"), kind=Kind.SHARE, ratio=("left", "fresh")),
        count("again"),
        Column("again_rate", _("Return rate"), kind=Kind.SHARE, ratio=("again", "walk_ins")),
        count("drives"),
        Column("drive_rate", _("Test drive rate"), kind=Kind.SHARE, ratio=("drives", "walk_ins")),
    )


def _deals(count: Counting) -> Sequence[Column]:
    """From the order to the delivery."""
    return (
        count("orders"),
        Column("order_rate", _("Closing rate"), kind=Kind.SHARE, ratio=("orders", "left")),
        count("amount"),
        count("delivered"),
        count("cancelled"),
    )


def _mean_stay(slice: Slice) -> timedelta | None:
    counted = slice.counts
    return timedelta(minutes=counted.stayed / counted.stays) if counted.stays else None


def _difference(row: cuts.GroupRow) -> float | None:
    if row.share is None or row.reference is None:
        return None
    return row.share - row.reference
