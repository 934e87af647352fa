"""How a figure and its change are said on the screen."""

from __future__ import annotations

from typing import Final

from showroom.figures.figures import Figure, show
from showroom.figures.overview import Span
from showroom.i18n import N_, _
from showroom.sheets.cells import Kind
from ui.widgets import Fig

HEAD: Final = ("parties", "contacts", "drive_rate", "orders", "owners", "cards", "first_call")
VERSUS: Final = {
    Span.DAY: (N_("against the day before"), N_("against the day before")),
    Span.WEEK: (N_("against the week before"), N_("against the week before, to date")),
    Span.MONTH: (N_("against the month before"), N_("against the month before, to date")),
    Span.QUARTER: (
        N_("against the quarter before"),
        N_("against the quarter before, to date"),
    ),
    Span.YEAR: (N_("against the year before"), N_("against the year before, to date")),
    Span.DAYS: (N_("against as many days before"), N_("against as many days before")),
}
"""Of a time that is over, and of one that is not."""

YEAR_AGO: Final = {
    Span.DAY: N_("against the same weekday a year ago"),
    Span.WEEK: N_("against the same week a year ago"),
    Span.MONTH: N_("against the same month a year ago"),
    Span.QUARTER: N_("against the same quarter a year ago"),
    Span.YEAR: N_("against the year before"),
    Span.DAYS: N_("against the same days a year ago"),
}


def fig(figure: Figure, before: Figure, comparable: bool, target: str = "") -> Fig:
    """A figure on top: its change since the earlier time, its formula and both sides of it."""
    said = [figure.formula]
    if figure.denominator is not None:
        said.append(f"{show(figure.numerator, Kind.WHOLE)} ÷ {figure.denominator}")
    said.append(_("Before: {value}").format(value=f"{before.shown} {before.unit}".strip()))
    if comparable:
        said.append(in_words(figure, before))
    if target:
        said.append(_("Target: {value}").format(value=target))
    mark = change(figure, before) if comparable else ""
    parts = [figure.title, mark, _("target {value}").format(value=target) if target else ""]
    return Fig(
        figure.code,
        figure.shown,
        " ".join(part for part in parts if part),
        unit=figure.unit,
        formula="\n".join(part for part in said if part),
    )


def change(figure: Figure, before: Figure) -> str:
    """`▲ 12` or `▼ 2`, of rates in points; nothing when nothing changed or can be compared."""
    by, shown = _difference(figure, before)
    return f"{'▲' if by > 0 else '▼'} {shown}" if shown else ""


def in_words(figure: Figure, before: Figure) -> str:
    """The change in words: `12 more than before`, `2 points less than before`."""
    by, shown = _difference(figure, before)
    if not shown:
        return _("as much as before") if figure.value is not None else ""
    if figure.kind is Kind.SHARE:
        sentence = (
            _("{count} points more than before") if by > 0 else _("{count} points less than before")
        )
    else:
        sentence = _("{count} more than before") if by > 0 else _("{count} less than before")
    return sentence.format(count=f"{shown} {figure.unit}".strip())


def _difference(figure: Figure, before: Figure) -> tuple[float, str]:
    """By how much it changed, and that as it is shown; "" when there is nothing to say."""
    if figure.value is None or before.value is None:
        return 0.0, ""
    by = float(figure.value) - float(before.value)
    if figure.kind is Kind.SHARE:
        by = float(round(figure.value * 100) - round(before.value * 100))
    shown = f"{abs(by):.1f}" if figure.kind is Kind.NUMBER else f"{abs(by):,.0f}"
    return by, shown if float(shown.replace(",", "")) else ""
