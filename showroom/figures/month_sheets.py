"""Sheets of the month's workbook that are no cut: funnel, levels, follow-ups, introductions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from showroom import dates
from showroom.figures import cuts, funnel, introductions, ledgers, unasked
from showroom.figures.balance import Balance
from showroom.figures.completion import Completion
from showroom.figures.counts import Counts
from showroom.figures.live import Live, text
from showroom.i18n import N_, _
from showroom.sheets.cells import Formula
from showroom.sheets.write import Cell, Chart, Column, Kind, Line, Role, Sheet, letters


class Block(NamedTuple):
    """A second table under the first: its title, its heads, its rows of kinds and values.

    Where a head is empty, so is the place: the table stands beside it.
    """

    title: str
    heads: Sequence[str]
    kinds: Sequence[Kind]
    rows: Sequence[Sequence[Any]]

    def lines(self) -> list[Line]:
        """The lines it takes, one of them empty above it."""
        return [
            Line(),
            Line([Cell(self.title, Role.SECTION)], 24),
            Line([Cell(head, Role.HEAD if head else Role.NOTE) for head in self.heads], 30),
            *(
                Line(
                    [
                        Cell(value, Role.BODY if head else Role.NOTE, kind)
                        for head, value, kind in zip(self.heads, row, self.kinds, strict=True)
                    ],
                )
                for row in self.rows
            ),
        ]


FLOW = N_(
    "Carried in + corrected + new + came − went − ordered − lost − asleep = carried on. A loss "
    "leaves its level on the day it was approved."
)
ABOVE = 3
"""The lines of a block above its first row."""


def head(title: str, name: str, beside: int = 0) -> list[Line]:
    """The line over a sheet: the book, and which sheet of it this is.

    It stands `beside` so many columns that are printed again on a second page: there it would be
    cut after the first characters.
    """
    before = [Cell("", Role.NOTE, span=beside)] if beside else []
    return [Line([*before, Cell(f"{title} · {name}", Role.TITLE)], 30)]


def below(sheet: Sheet) -> int:
    """The number of the first line under a sheet's table."""
    return sheet.last_row + sheet.has_totals + 1


# --- funnel


class _Step(NamedTuple):
    """One step: its code, its name, the whole and each kind of channel."""

    code: str
    label: str
    counts: Sequence[int]
    before: int | None


def funnel_sheet(session: Session, title: str, live: Live, days: Sheet, channels: Sheet) -> Sheet:
    """From walking in to the delivery, whole and by kind of channel, with the rates (§7.3)."""
    parts = funnel.by_group(session, live.first, live.last)
    whole = Counts()
    for part in parts:
        whole = cuts.added(whole, part.counts)
    top = len(head(title, "")) + 3  # two rows of heads
    steps: list[_Step] = []
    for code, label in funnel.STEPS:
        numbers = [getattr(one, code) for one in (whole, *(part.counts for part in parts))]
        steps.append(_Step(code, _(label), numbers, steps[-1].counts[0] if steps else None))

    def number(place: int) -> Callable[[_Step], int]:
        return lambda step: step.counts[place]

    def formula(place: int) -> Callable[[_Step, int], str]:
        def of(step: _Step, _row: int) -> str:
            if step.code == "known":
                if place:
                    return ""
                counted, contact = live.log.span("counted"), live.log.span("contact")
                yes = text(_("Yes"))
                return f"COUNTIFS({counted},1,{contact},{yes})"
            if not place:
                return days.total(step.code)
            group = text(parts[place - 1].label)
            return f"SUMIFS({channels.span(step.code)},{channels.span('group')},{group})"

        return of

    def share(place: int) -> Callable[[_Step], float | None]:
        return lambda step: _share(step.counts[place], steps[0].counts[place])

    def share_formula(column: str) -> Callable[[_Step, int], str]:
        return lambda _step, row: f'IF({column}${top}=0,"",{column}{row}/{column}${top})'

    def of_before(step: _Step) -> float | None:
        return _share(step.counts[0], step.before or 0)

    def of_before_formula(step: _Step, row: int) -> str:
        return "" if step.before is None else f'IF(B{row - 1}=0,"",B{row}/B{row - 1})'

    columns = [
        Column("label", _("Step"), width=20),
        Column("all", _("All"), number(0), Kind.WHOLE, width=10, live=formula(0)),
        Column(
            "share",
            _("Of walk-ins"),
            share(0),
            Kind.SHARE,
            width=11,
            live=share_formula("B"),
        ),
        Column(
            "before",
            _("Of the step before"),
            of_before,
            Kind.SHARE,
            width=12,
            live=of_before_formula,
        ),
    ]
    for place, part in enumerate(parts, 1):
        letter = letters(3 + 2 * place)
        columns += [
            Column(
                f"n{place}",
                _("How many"),
                number(place),
                Kind.WHOLE,
                part.label,
                12,
                live=formula(place),
            ),
            Column(
                f"s{place}",
                _("Of walk-ins"),
                share(place),
                Kind.SHARE,
                part.label,
                12,
                live=share_formula(letter),
            ),
        ]
    sheet = Sheet(
        _("Funnel"),
        columns,
        steps,
        filter=False,
        charts=(Chart("bars", _("Funnel"), "label", ("all",)),),
        bars=("all",),
        one_page=True,
    )
    sheet.lead = head(title, sheet.title)
    rows = {step.code: top + n for n, step in enumerate(steps)}
    rates = [
        [
            _(label),
            Formula(
                f'IF(B{rows[under]}=0,"",B{rows[over]}/B{rows[under]})',
                _share(getattr(whole, over), getattr(whole, under)),
            ),
        ]
        for _code, label, over, under in funnel.RATES
    ]
    sheet.foot = Block(_("Rates"), (_("Rate"), _("All")), (Kind.TEXT, Kind.SHARE), rates).lines()
    return sheet


# --- levels


def levels_sheet(title: str, found: Balance) -> Sheet:
    """Level by level and consultant by consultant: carried in, come, gone, carried on (§7.4)."""
    heads = {
        "opening": _("Carried in"),
        "corrected": _("Corrected"),
        "new": _("New or open again"),
        "came": _("Came from others"),
        "went": _("Went to others"),
        "ordered": _("Ordered"),
        "lost": _("Lost"),
        "other": _("Asleep, invalid, deleted"),
        "closing": _("Carried on"),
    }
    sheet = Sheet(
        _("Levels"),
        (
            Column("label", _("Level"), width=18),
            *(
                Column(code, title, kind=Kind.WHOLE, total=True, width=13)
                for code, title in heads.items()
                if code != "closing"
            ),
            Column(
                "closing",
                heads["closing"],
                kind=Kind.WHOLE,
                total=True,
                width=13,
                live=lambda _line, row: _closing(row),
            ),
        ),
        found.levels,
        filter=False,
        freeze=1,
        charts=(Chart("columns", _("Carried in and on"), "label", ("opening", "closing")),),
        alarms={"corrected": "{cell}<>0"},
        one_page=True,
    )
    sheet.lead = head(title, sheet.title)
    row = below(sheet) + 2 + ABOVE
    people = [
        [
            line.label,
            *(getattr(line, code) for code in heads if code != "closing"),
            Formula(_closing(number), line.closing),
        ]
        for number, line in enumerate(found.consultants, row)
    ]
    sheet.foot = [
        Line([Cell(said(found), Role.NOTE, span=0)]),
        Line([Cell(_(FLOW), Role.NOTE, span=0)]),
        *Block(
            _("By consultant"),
            (_("Consultant"), *heads.values()),
            (Kind.TEXT, *(Kind.WHOLE for _head in heads)),
            people,
        ).lines(),
    ]
    return sheet


def _closing(row: int) -> str:
    return f"SUM(B{row}:E{row})-SUM(F{row}:I{row})"


def said(found: Balance) -> str:
    """How the opening came to be, in a sentence."""
    opening = found.opening
    if opening.taken_at is not None:
        return _(
            "Carried in: as it stood at 00:00 of the 1st; kept on {moment}, never changed."
        ).format(moment=f"{dates.local(opening.taken_at):%Y-%m-%d %H:%M}")
    if opening.since is not None:
        return _(
            "Carried in: reconstructed, as far as the journal goes back ({day}); it was not kept "
            "in this month."
        ).format(day=f"{dates.local(opening.since):%Y-%m-%d}")
    return _(
        "Carried in: reconstructed from the journal, because the desk did not keep it in this "
        "month."
    )


# --- follow-ups


def follow_ups_sheet(title: str, found: Completion) -> Sheet:
    """How many contacts that were due were made in time, by consultant and by rule (§7.4)."""
    heads = (
        _("Contacts due"),
        _("Made in time"),
        _("Made late"),
        _("Not made"),
        _("Made in time ÷ due"),
    )
    sheet = Sheet(
        _("Follow-ups"),
        (
            Column("label", _("Consultant"), width=30),
            Column("due", heads[0], kind=Kind.WHOLE, total=True, width=12),
            Column("in_time", heads[1], kind=Kind.WHOLE, total=True, width=12),
            Column("late", heads[2], kind=Kind.WHOLE, total=True, width=12),
            Column(
                "open",
                heads[3],
                kind=Kind.WHOLE,
                total=True,
                width=12,
                live=lambda _line, row: f"B{row}-C{row}-D{row}",
            ),
            Column("rate", heads[4], kind=Kind.SHARE, width=14, ratio=("in_time", "due")),
        ),
        found.consultants,
        filter=False,
        freeze=1,
        charts=(Chart("columns", _("Due and in time"), "label", ("due", "in_time")),),
        alarms={"open": "{cell}>0", "rate": "AND(ISNUMBER({cell}),{cell}<0.8)"},
        one_page=True,
    )
    sheet.lead = head(title, sheet.title)
    row = below(sheet) + 1 + ABOVE
    rules = [
        [
            line.label,
            line.due,
            line.in_time,
            line.late,
            Formula(f"B{number}-C{number}-D{number}", line.open),
            Formula(f'IF(B{number}=0,"",C{number}/B{number})', line.rate),
        ]
        for number, line in enumerate(found.rules, row)
    ]
    note = _(
        "Made by the day it was due ÷ due, up to today. What was postponed is due on its new day; "
        "what is open with whoever must not be contacted is not due."
    )
    kinds = (Kind.TEXT, *[Kind.WHOLE] * 4, Kind.SHARE)
    sheet.foot = [
        Line([Cell(note, Role.NOTE, span=0)]),
        *Block(_("By rule"), (_("What was promised"), *heads), kinds, rules).lines(),
    ]
    return sheet


# --- not left


def not_left(sheet: Sheet, session: Session, first: date, last: date) -> Sheet:
    """The moments with their refusals shaded, and under them who was asked how often (§4.2)."""
    found = unasked.look(session, first, last)
    row = below(sheet) + 1 + ABOVE
    parties = [
        [label, count, Formula(f'IF(B${row}=0,"",B{row + n}/B${row})', _share(count, found[0]))]
        for n, (label, count) in enumerate(
            zip(
                (
                    _("Walk-ins without a contact"),
                    _("never asked"),
                    _("asked once"),
                    _("asked more often"),
                ),
                found,
                strict=True,
            )
        )
    ]
    heads = (_("Who left nothing"), _("Parties"), _("Share"))
    kinds = (Kind.TEXT, Kind.WHOLE, Kind.SHARE)
    refusals = [column.code for column in sheet.columns if column.group]
    sheet.scale = refusals
    sheet.foot = [Line(), *Block(_("Asked or not"), heads, kinds, parties).lines()]
    return sheet


def _share(above: int, under: int) -> float | None:
    return above / under if under else None


# --- introductions


def introductions_sheet(session: Session, first: date, last: date) -> Sheet:
    """The ledger of introductions with the shares of owners, and who brought the most (§5.5)."""
    sheet = introductions.ledger(session, first, last)
    wide = len(sheet.columns)
    sheet.lead = [
        *sheet.lead,
        *ledgers.formulas(introductions.figures(session, first, last), wide),
    ]
    top = introductions.top(session, first, last)
    if top:
        rows = [["", "", one.name, one.brought, one.deals, one.rewards] for one in top]
        heads = ("", "", _("Introducer"), _("Brought"), _("Orders"), _("Rewards in money"))
        kinds = (Kind.TEXT, Kind.TEXT, Kind.TEXT, Kind.WHOLE, Kind.WHOLE, Kind.MONEY)
        sheet.foot = Block(_("Who brought the most"), heads, kinds, rows).lines()
    return sheet
