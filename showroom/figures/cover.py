"""The cover of the month's workbook: every figure with its formula (口径说明, DOMAIN §7.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from showroom import dates
from showroom.figures import live
from showroom.figures.figures import Figure
from showroom.figures.losses import STATES
from showroom.figures.target_sheets import value
from showroom.figures.trail_sheet import code_line
from showroom.i18n import N_, _
from showroom.sheets.cells import breadth
from showroom.sheets.write import Cell, Column, Formula, Kind, Line, Role, Sheet
from showroom.store.models import LossState

NOTES: Final = (
    N_("A party counts once, however many people came. Calls are counted by themselves."),
    N_("The same customer again on the same day is the same visit in every rate."),
    N_("Whoever was on file before his first visit is no chance to win a contact: he is left out."),
    N_("A contact counts as left with a valid phone or WeChat."),
    N_("Orders count on the day they were taken, deliveries and cancellations on their own day."),
    N_(
        "Carried in are the open customers at 00:00 of the 1st, of every level. That is kept then "
        "and never changed, also not by an undo."
    ),
    N_(
        "A loss belongs to the day it was applied for, and counts once it is approved, also when "
        "that was in a later month. The balance of levels moves on the day it was approved."
    ),
    N_("A follow-up belongs to the day it was due; one that was postponed to its new day."),
    N_(
        "A complaint belongs to the day it was taken, an introduction to the day it was noted, a "
        "card to the day it was due."
    ),
    N_("Contracts are not kept by this desk: that column is empty."),
    N_("The contact of whoever must not be contacted is left out."),
    N_("The values are live formulas on the other sheets."),
)

Texts = Mapping[str, tuple[str, str, str]]
"""The formulas of figures: value, above, below; empty where E ÷ F of the cover will do."""


class Sources(NamedTuple):
    """The sheets the cover counts on."""

    days: Sheet
    groups: Sheet
    levels: Sheet
    follow_ups: Sheet
    losses: Sheet
    deals: Sheet
    cards: Sheet


class _Entry(NamedTuple):
    """One line of the cover."""

    title: str
    value: Cell
    unit: str
    formula: str
    above: Cell
    below: Cell


START: Final = 6
"""The row of the first figure: four lines and the head stand above it."""


def places(found: Sequence[Figure]) -> dict[str, str]:
    """Where on the cover each figure stands, as a formula of another sheet names it."""
    name = _("Cover")
    return {one.code: f"'{name}'!$B${row}" for row, one in enumerate(found, START)}


def sheet(
    session: Session, title: str, found: Sequence[Figure], live: Texts, *, now: datetime
) -> Sheet:
    """The cover; the sheets its formulas name must be ready."""
    made = _("Month's workbook, made on {moment}").format(
        moment=f"{dates.local(now):%Y-%m-%d %H:%M}"
    )
    lead = (
        Line([Cell(title, Role.TITLE)], 34),
        Line([Cell(made, Role.SUBTITLE)], 22),
        Line([Cell(code_line(session), Role.NOTE, span=0)]),
        Line(),
    )
    entries = [
        _entry(figure, live.get(figure.code, ("", "", "")), row)
        for row, figure in enumerate(found, START)
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
            Column("formula", _("Formula"), wrap=True, width=min(room, 84.0)),
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
    """A figure as the cover prints it."""
    held: Any = value(figure)
    text, above, below = live
    side = Kind.NUMBER if figure.kind is Kind.SPAN else Kind.WHOLE
    if figure.denominator is not None and not text:
        text = f'IF(N(F{row})=0,"",E{row}/F{row})'
    if figure.kind is Kind.SPAN:
        text = f'IF(N(F{row})=0,"",E{row}/F{row}/1440)'
    return _Entry(
        figure.title,
        Cell(Formula(text, held) if text else held, Role.FIGURE, figure.kind),
        figure.unit,
        figure.formula,
        Cell(Formula(above, figure.numerator) if above else figure.numerator, Role.BODY, side),
        Cell(
            Formula(below, figure.denominator) if below else figure.denominator,
            Role.BODY,
            Kind.WHOLE,
        ),
    )


def texts(on: Sources, first: date, last: date) -> Texts:
    """The formulas of each figure over the sheets of the book."""
    days, sold = on.days, on.deals
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
    ordered = live.within("ordered_on", first, last)
    found["orders"] = (live.over(sold, ordered), "", "")
    found["amount"] = (live.over(sold, (*ordered, live.standing()), "price"), "", "")
    found["order_rate"] = ("", days.total("orders"), days.total("left"))
    found["cancel_rate"] = ("", days.total("cancelled"), "")
    found["handed_over"] = ("", days.total("delivered"), "")
    owners = f"{on.groups.quoted}!${on.groups.letter('orders')}${on.groups.first_row + 1}"
    found["owners"] = ("", owners, on.groups.total("orders"))
    in_time = on.cards.span("in_time")
    yes, no = (f'COUNTIF({in_time},"{word}")' for word in (_("Yes"), _("No")))
    found["cards"] = ("", yes, f"{yes}+{no}")
    carried = on.levels.total("opening")
    found["opening"] = (carried, "", "")
    found["conversion"] = ("", days.total("orders"), f"{days.total('left')}+{carried}")
    kept = on.follow_ups
    found["kept"] = ("", kept.total("in_time"), kept.total("due"))
    states = on.losses.span("state")
    approved, refused = (
        f'COUNTIF({states},"{_(STATES[state])}")'
        for state in (LossState.APPROVED, LossState.REFUSED)
    )
    applied = f"COUNT({on.losses.span('day')})"
    found["loss_rate"] = ("", approved, "")
    found["loss_refused"] = ("", refused, applied)
    found["loss_clear"] = ("", "", applied)
    return found
