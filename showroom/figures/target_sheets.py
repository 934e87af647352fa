"""Sheets that compare: the month with others, targets with what came of them, then with now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from showroom import dates
from showroom.figures.changes import Difference, Since
from showroom.figures.diagnosis import Finding
from showroom.figures.figures import Figure
from showroom.figures.month_sheets import head
from showroom.figures.targets import Row
from showroom.i18n import _
from showroom.sheets.cells import Formula
from showroom.sheets.write import Cell, Column, Kind, Line, Role, Sheet

_POINTS = 'IF(AND(ISNUMBER({one}),ISNUMBER({other})),{one}-{other},"")'


class _Compared(NamedTuple):
    """One figure of the summary."""

    title: str
    unit: str
    now: Cell
    before: Cell
    change: Cell
    year: Cell
    since_year: Cell
    target: Cell
    attained: Cell


def summary_sheet(
    title: str,
    found: Sequence[Figure],
    before: Sequence[Figure],
    year: Sequence[Figure],
    targets: Sequence[Row],
    places: Mapping[str, str],
) -> Sheet:
    """The month beside the one before, the same of last year and the targets (DOMAIN §7.4).

    `places` says where on the cover each figure stands.
    """
    earlier, last_year = ({one.code: one for one in each} for each in (before, year))
    wanted = {row.code: row for row in targets if row.staff_id is None}
    start = len(head(title, "")) + 2
    rows = []
    for number, one in enumerate(found, start):
        kind, target = one.kind, wanted.get(one.code)
        then, past = earlier.get(one.code), last_year.get(one.code)
        goal = None if target is None else target.target
        reached = None if target is None else target.attained
        rows.append(
            _Compared(
                one.title,
                one.unit,
                Cell(Formula(places[one.code], value(one)), Role.FIGURE, kind),
                Cell(None if then is None else value(then), Role.BODY, kind),
                _change(number, "C", "D", one, then),
                Cell(None if past is None else value(past), Role.BODY, kind),
                _change(number, "C", "F", one, past),
                Cell(goal, Role.BODY, kind),
                Cell(
                    Formula(
                        f'IF(N(H{number})=0,"",IF(ISNUMBER(C{number}),C{number}/H{number},""))',
                        reached,
                    )
                    if goal is not None
                    else None,
                    Role.BODY,
                    Kind.SHARE,
                ),
            )
        )
    sheet = Sheet(
        _("Summary"),
        (
            Column("title", _("Figure"), width=26),
            Column("unit", _("Unit"), width=8),
            Column("now", _("This month"), width=15),
            Column("before", _("Month before"), width=15),
            Column("change", _("Up or down"), width=13),
            Column("year", _("Same month last year"), width=15),
            Column("since_year", _("Up or down"), width=13),
            Column("target", _("Target"), width=13),
            Column("attained", _("Attained"), width=11),
        ),
        rows,
        filter=False,
        freeze=1,
        alarms={"attained": "AND(ISNUMBER({cell}),{cell}<1)"},
        one_page=True,
    )
    sheet.lead = head(title, sheet.title)
    note = _("Changes of rates are in points. A month that is not over stands beside whole ones.")
    sheet.foot = [Line(), Line([Cell(note, Role.NOTE, span=0)])]
    return sheet


def value(one: Figure) -> Any:
    """The value of a figure as a cell keeps it: spans as time."""
    if one.kind is Kind.SPAN:
        return None if one.value is None else timedelta(minutes=float(one.value))
    return one.value


def _change(row: int, one: str, other: str, now: Figure, then: Figure | None) -> Cell:
    """What changed; of a span nothing, a sheet knows no time below 0."""
    if now.kind is Kind.SPAN or then is None:
        return Cell(None, Role.BODY, now.kind)
    text = _POINTS.replace("{one}", f"{one}{row}").replace("{other}", f"{other}{row}")
    change: Any = None
    if now.value is not None and then.value is not None:
        change = now.value - then.value  # type: ignore[operator]  # both of one kind of number
    return Cell(Formula(text, change), Role.BODY, now.kind)


# --- targets


def targets_sheet(
    title: str,
    rows: Sequence[Row],
    findings: Mapping[int, Sequence[Finding]],
    names: Mapping[int, str],
    places: Mapping[str, str],
) -> Sheet:
    """Target, actual and what is missing; under it what is worth a word (DOMAIN §1.1, §4.3)."""

    def actual(row: Row) -> Cell:
        place = places.get(row.code) if row.staff_id is None else None
        held: Any = row.actual
        if place:
            held = Formula(place, row.actual)
        return Cell(held, Role.BODY, row.kind)

    def gap(row: Row) -> Cell:
        return Cell(row.gap, Role.BODY, row.kind)

    sheet = Sheet(
        _("Targets"),
        (
            Column("who", _("Consultant"), width=16),
            Column("title", _("Figure"), width=24),
            Column("unit", _("Unit"), width=8),
            Column("target", _("Target"), lambda r: Cell(r.target, Role.BODY, r.kind), width=15),
            Column("actual", _("Actual"), actual, width=15),
            Column(
                "attained",
                _("Attained"),
                kind=Kind.SHARE,
                width=12,
                live=lambda _row, n: f'IF(N(D{n})=0,"",IF(ISNUMBER(E{n}),E{n}/D{n},""))',
            ),
            Column(
                "gap",
                _("Missing"),
                gap,
                width=15,
                live=lambda _row, n: f'IF(AND(ISNUMBER(D{n}),ISNUMBER(E{n})),D{n}-E{n},"")',
            ),
        ),
        rows,
        freeze=2,
        alarms={"attained": "AND(ISNUMBER({cell}),{cell}<1)", "gap": "{cell}>0"},
        bars=("attained",),
        one_page=True,
    )
    sheet.lead = head(title, sheet.title)
    lines = [Line(), Line([Cell(_("Worth a word"), Role.SECTION)], 24)]
    if not any(row.target is not None for row in rows):
        said = _("No targets are set for this month: Settings, Targets.")
        lines.insert(0, Line([Cell(said, Role.NOTE, span=0)]))
    told = [
        (names.get(who, ""), finding.said) for who, found in findings.items() for finding in found
    ]
    lines += [Line([Cell(who, Role.BODY), Cell(text, Role.BODY, span=0)], 18) for who, text in told]
    if not told:
        lines.append(Line([Cell(_("Nobody lies far below the shop."), Role.NOTE, span=0)]))
    note = _(
        "Rates in points: contacts 8, returns 5, test drives 5 below the shop; first visits 15 % "
        "and their stay 20 % below the mean. Consultants with fewer than 10 walk-ins are left out."
    )
    sheet.foot = [*lines, Line([Cell(note, Role.NOTE, span=0)])]
    return sheet


# --- changed since


def changes_sheet(title: str, found: Since) -> Sheet:
    """What differs from the last export of this month, and what was done since."""

    def told(row: Difference) -> str:
        return _("Whole month") if row.day is None else f"{row.day:%Y-%m-%d}"

    def number(code: str) -> Any:
        def of(row: Difference) -> Cell:
            held: Any = getattr(row, code)
            if row.kind is Kind.SPAN and held is not None:
                held = timedelta(minutes=float(held))
            return Cell(held, Role.BODY, row.kind)

        return of

    def difference(row: Difference) -> Cell:
        if row.kind is Kind.SPAN or row.then is None or row.now is None:
            return Cell(None, Role.BODY, row.kind)
        change: Any = row.now - row.then  # type: ignore[operator]  # both of one kind of number
        return Cell(change, Role.BODY, row.kind)

    sheet = Sheet(
        _("Changed since"),
        (
            Column("day", _("When"), told, width=18),
            Column("title", _("Figure"), width=28),
            Column("then", _("Last export"), number("then"), width=18),
            Column("now", _("Now"), number("now"), width=18),
            Column(
                "difference",
                _("Difference"),
                difference,
                width=18,
                live=lambda row, n: (
                    ""
                    if row.kind is Kind.SPAN
                    else f'IF(AND(ISNUMBER(C{n}),ISNUMBER(D{n})),D{n}-C{n},"")'
                ),
            ),
        ),
        found.differences,
        filter=False,
        freeze=2,
    )
    if found.at is None:
        said = _("This month leaves for the first time: there is nothing to compare it with.")
    else:
        moment = f"{dates.local(found.at):%Y-%m-%d %H:%M}"
        said = _("Compared with the export of {moment}. {who}").format(moment=moment, who=found.who)
        if not found.differences:
            said += " " + _("Nothing is different.")
    sheet.lead = [*head(title, sheet.title), Line([Cell(said.strip(), Role.SUBTITLE)], 22)]
    if found.actions:
        heads = (_("When"), _("What"), _("About"), _("Who"))
        lines = [
            Line(),
            Line([Cell(_("What was done since"), Role.SECTION)], 24),
            Line([Cell(text, Role.HEAD) for text in heads], 22),
            *(
                Line(
                    [
                        Cell(dates.local(one.at).replace(tzinfo=None), Role.BODY, Kind.MOMENT),
                        Cell(one.verb, Role.BODY),
                        Cell(one.subject, Role.BODY),
                        Cell(one.who, Role.BODY),
                    ]
                )
                for one in found.actions
            ),
        ]
        if found.more:
            more = _("and {count} more").format(count=f"{found.more:,}")
            lines.append(Line([Cell(more, Role.NOTE, span=0)]))
        sheet.foot = lines
    return sheet
