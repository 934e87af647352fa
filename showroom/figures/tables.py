"""The tables of the month's workbook that cut the figures: by day, consultant, channel, moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from showroom import words
from showroom.figures import cuts, diagnosis
from showroom.figures.cuts import Slice
from showroom.i18n import N_, _
from showroom.sheets.write import Chart, Column, Kind, Sheet
from showroom.store.models import Refusal

WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
OPENING, CLOSING = 9, 18
"""The hours that are always shown; others when somebody came."""


def by_day(session: Session, first: date, last: date) -> Sheet:
    """Every day of the month with its totals and a chart."""
    return Sheet(
        _("By day"),
        (
            Column("day", _("Date"), lambda s: s.key, kind=Kind.DAY),
            Column("weekday", _("Weekday"), lambda s: _(WEEKDAYS[s.key.weekday()])),
            _count("parties"),
            _count("people"),
            *_visits(),
            _count("orders"),
            _count("delivered"),
            _count("cancelled"),
            _count("calls"),
            _count("errands"),
            _count("unmet"),
            _count("incomplete"),
        ),
        cuts.by_day(session, first, last),
        freeze=2,
        charts=(Chart("columns", _("Walk-ins and first contacts"), "day", ("walk_ins", "left")),),
        one_page=True,
    )


def by_consultant(session: Session, first: date, last: date) -> Sheet:
    """Each consultant, with a word where he is well below the shop."""
    slices = cuts.by_consultant(session, first, last)
    worth = diagnosis.of_consultants(session, first, last, slices)

    def hints(slice: Slice) -> str:
        return "\n".join(finding.said for finding in worth.get(slice.key, ()))

    return Sheet(
        _("By consultant"),
        (
            Column("label", _("Consultant")),
            *_visits(),
            *_deals(),
            Column("stay", _("Mean stay"), _mean_stay, kind=Kind.SPAN),
            Column("hint", _("Worth a word"), hints, wrap=True, width=44),
        ),
        slices,
        freeze=1,
        charts=(Chart("columns", _("Contacts and orders"), "label", ("left", "orders")),),
        one_page=True,
    )


def by_channel(session: Session, first: date, last: date) -> Sheet:
    """Each channel under its group."""
    groups = {row.code: row.label for row in cuts.by_group(session, first, last)}
    return Sheet(
        _("By channel"),
        (
            Column("group", _("Kind of channel"), lambda s: groups[s.group]),
            Column("label", _("Channel")),
            *_visits(),
            *_deals(),
        ),
        cuts.by_channel(session, first, last),
        freeze=2,
        charts=(Chart("bars", _("Walk-ins by channel"), "label", ("walk_ins",)),),
        one_page=True,
    )


def by_group(session: Session, first: date, last: date) -> Sheet:
    """The three groups of channels beside 47 : 43 : 10 (DOMAIN §6)."""
    rows = cuts.by_group(session, first, last)
    total = sum(row.orders for row in rows)
    charts = (Chart("pie", _("Orders by kind of channel"), "label", ("orders",), (14.0, 8.5)),)
    return Sheet(
        _("Kinds of channel"),
        (
            Column("label", _("Kind of channel")),
            Column("walk_ins", _("Walk-ins"), kind=Kind.WHOLE, total=True),
            Column("left", _("First contacts left"), kind=Kind.WHOLE, total=True),
            Column("orders", _("Orders"), kind=Kind.WHOLE, total=True),
            Column("share", _("Share of orders"), kind=Kind.SHARE),
            Column("reference", _("Of a hundred cars elsewhere"), kind=Kind.SHARE),
            Column("difference", _("Difference"), _difference, kind=Kind.SHARE),
        ),
        rows,
        filter=False,
        charts=charts if total else (),
        one_page=True,
    )


def by_model(session: Session, first: date, last: date) -> Sheet:
    """Each model: who came for it, who ordered it."""
    return Sheet(
        _("By model"),
        (Column("label", _("Model")), *_visits(), *_deals()),
        cuts.by_model(session, first, last),
        freeze=1,
        one_page=True,
    )


def by_moment(session: Session, first: date, last: date) -> Sheet:
    """The seven moments and the four reasons for leaving nothing."""

    def refused(refusal: Refusal) -> Callable[[Any], int]:
        return lambda row: row.refusals.get(refusal, 0)

    return Sheet(
        _("Moments"),
        (
            Column("label", _("Moment")),
            Column("asked", _("Asks"), kind=Kind.WHOLE, total=True),
            Column("given", _("Given"), kind=Kind.WHOLE, total=True),
            Column("rate", _("Given of asked"), kind=Kind.SHARE, ratio=("given", "asked")),
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


def by_hour(session: Session, first: date, last: date) -> Sheet:
    """Parties by weekday and hour, darker where more came."""
    found = cuts.by_hour(session, first, last)
    busy = [hour for _day, hour in found]
    hours = range(min([OPENING, *busy]), max([CLOSING, *busy]) + 1)

    def came(hour: int) -> Callable[[int], int]:
        return lambda day: found.get((day, hour), 0)

    codes = [f"h{hour}" for hour in hours]
    return Sheet(
        _("By hour"),
        (
            Column("weekday", _("Weekday"), lambda day: _(WEEKDAYS[day])),
            *(
                Column(code, f"{hour}:00", came(hour), Kind.WHOLE, width=8, total=True)
                for code, hour in zip(codes, hours, strict=True)
            ),
        ),
        range(7),
        filter=False,
        scale=codes,
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
    "delivered": N_("Deliveries"),
    "cancelled": N_("Cancellations"),
    "calls": N_("Calls"),
    "errands": N_("Parties on errands"),
    "unmet": N_("Left without being received"),
    "incomplete": N_("Incomplete"),
}


def _count(code: str) -> Column:
    """A column that counts, with its total."""

    def value(slice: Slice) -> int:
        found: int = getattr(slice.counts, code)
        return found

    return Column(code, _(TITLES[code]), value, Kind.WHOLE, total=True)


def _visits() -> Sequence[Column]:
    """From walking in to the test drive."""
    return (
        _count("walk_ins"),
        _count("first"),
        _count("fresh"),
        _count("left"),
        Column("contacts", _("Contact rate"), kind=Kind.SHARE, ratio=("left", "fresh")),
        _count("again"),
        Column("again_rate", _("Return rate"), kind=Kind.SHARE, ratio=("again", "walk_ins")),
        _count("drives"),
        Column("drive_rate", _("Test drive rate"), kind=Kind.SHARE, ratio=("drives", "walk_ins")),
    )


def _deals() -> Sequence[Column]:
    """From the order to the delivery."""
    return (
        _count("orders"),
        Column("order_rate", _("Closing rate"), kind=Kind.SHARE, ratio=("orders", "left")),
        Column("amount", _("Amount ordered"), lambda s: s.counts.amount, Kind.MONEY, total=True),
        _count("delivered"),
        _count("cancelled"),
    )


def _mean_stay(slice: Slice) -> timedelta | None:
    counted = slice.counts
    return timedelta(minutes=counted.stayed / counted.stays) if counted.stays else None


def _difference(row: cuts.GroupRow) -> float | None:
    if row.share is None or row.reference is None:
        return None
    return row.share - row.reference
