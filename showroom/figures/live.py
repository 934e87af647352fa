"""How the tables of the month's workbook count: live formulas over its log and its deals.

Each comes to what `counts` counts in SQL; that is why the log carries columns for the count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final, NamedTuple

from showroom import words
from showroom.i18n import _
from showroom.sheets.cells import fit
from showroom.sheets.write import Sheet
from showroom.store.models import VisitKind

_LONGEST: Final = 200
_OPERATORS: Final = "=<>"
_WILD: Final = "~*?"

Where = tuple[str, str]
"""A column and what must stand in it, as COUNTIFS is told."""

EMPTY: Final = '"="'
"""Nothing must stand there."""


class Axis(NamedTuple):
    """Along what a table counts: the columns of log and deals, and the letter of its own labels.

    `letter` is where the table's own label stands that is looked for.
    """

    log: str
    deals: str
    letter: str


BY_DAY: Final = Axis("day", "", "A")
BY_CONSULTANT: Final = Axis("consultant", "consultant", "A")
BY_CHANNEL: Final = Axis("first_channel", "channel", "B")
BY_MODEL: Final = Axis("model", "model", "A")


class Live(NamedTuple):
    """The log and the deals of a time."""

    log: Sheet
    deals: Sheet
    first: date
    last: date

    def along(self, axis: Axis, code: str, labels: Iterable[str]) -> Callable[[Any, int], str]:
        """The formula of a count for each row of a table; none where two labels look alike."""
        alike = twins(labels)

        def formula(row: Any, number: int) -> str:
            if axis is BY_DAY:
                return self.of(code, ("day", f"${axis.letter}{number}"))
            label = row.label if row.key is not None else ""
            if key(label) in alike:
                return ""
            return self.of(code, (axis.log, criterion(label, f"${axis.letter}{number}")), axis)

        return formula

    def of(self, code: str, where: Where, axis: Axis | None = None) -> str:
        """The formula of one count where a column says something, "" when there is none.

        Of the deals the day, else the column of the axis beside the days of the time.
        """
        if code in _DEALS:
            return self._of_deals(code, where, axis)
        conditions = _visits(code)
        if conditions is None:
            return ""
        return over(self.log, (where, *conditions), "people" if code == "people" else "")

    def _of_deals(self, code: str, where: Where, axis: Axis | None) -> str:
        day = _DEALS[code]
        if axis is None:
            conditions: tuple[Where, ...] = ((day, where[1]),)
        else:
            conditions = (*within(day, self.first, self.last), (axis.deals, where[1]))
        if code == "amount":
            return over(self.deals, (*conditions, standing()), "price")
        return over(self.deals, conditions)

    def at(self, weekday: str, hour: int) -> str:
        """How many parties came on a weekday, named by a cell, in an hour."""
        call = _(words.VISIT_KINDS[VisitKind.CALL])
        came = ("kind", text(f"<>{call}"))
        return over(self.log, (("weekday", weekday), ("hour", f"{hour}"), came))


def over(sheet: Sheet, where: Iterable[Where], added: str = "") -> str:
    """Count the rows of a sheet where all of this holds, or add up a column of them.

    Empty cells are not looked for by COUNTIFS: LibreOffice leaves those at the end of a column out.
    """
    where = list(where)
    if any(value == EMPTY for _column, value in where):
        tests = [_test(sheet.span(column), value) for column, value in where]
        return f"SUMPRODUCT({'*'.join([*tests, *([sheet.span(added)] if added else [])])})"
    said = ",".join(f"{sheet.span(column)},{value}" for column, value in where)
    return f"SUMIFS({sheet.span(added)},{said})" if added else f"COUNTIFS({said})"


def _test(reach: str, value: str) -> str:
    """What COUNTIFS is told, as a comparison: `"<>Call"`, `">="&DATE(…)`, a cell, a number."""
    if value == EMPTY:
        return f'({reach}="")'
    for sign in (">=", "<="):
        if value.startswith(f'"{sign}"&'):
            return f"({reach}{sign}{value[5:]})"
    if value.startswith('"<>'):
        return f'({reach}<>"{value[3:]})'
    return f"({reach}={value})"


def within(column: str, first: date, last: date) -> tuple[Where, Where]:
    """A day that lies in a time."""
    start, end = (f"DATE({d.year},{d.month},{d.day})" for d in (first, last))
    return (column, f'">="&{start}'), (column, f'"<="&{end}')


def standing() -> Where:
    """A deal that was not cancelled."""
    return "state", text("<>" + _("Cancelled"))


_DEALS: Final = {
    "orders": "ordered_on",
    "amount": "ordered_on",
    "delivered": "delivered_on",
    "cancelled": "cancelled_on",
}


def _visits(code: str) -> tuple[Where, ...] | None:
    """What must stand in the log for a visit to be in this count."""
    call, errand = (_(words.VISIT_KINDS[kind]) for kind in (VisitKind.CALL, VisitKind.ERRAND))
    came = ("kind", f'"<>{call}"')
    counted, yes, no = ("counted", "1"), text(_("Yes")), text(_("No"))
    fresh = (counted, ("first", yes), ("filed", "0"))
    known: dict[str, tuple[Where, ...]] = {
        "parties": (came,),
        "people": (came,),
        "calls": (("kind", f'"{call}"'),),
        "errands": (("kind", f'"{errand}"'),),
        "walk_ins": (counted,),
        "first": (counted, ("first", yes)),
        "fresh": fresh,
        "left": (*fresh, ("contact", yes)),
        "again": (counted, ("first", no)),
        "known": (counted, ("contact", yes)),
        "drives": (("drove", "1"),),
        "unmet": (("unmet", "1"),),
        "incomplete": (("incomplete", "1"),),
    }
    return known.get(code)


def text(words: str) -> str:
    """Words as a formula has them, in quotes."""
    return '"{}"'.format(words.replace('"', '""'))


def criterion(label: str, cell: str) -> str:
    """What stands in a cell, as COUNTIFS looks for it: literally, whatever signs are in it."""
    label = fit(label)
    if not label:
        return EMPTY
    if label[0] not in _OPERATORS and not any(sign in label for sign in _WILD):
        return cell
    for sign in _WILD:
        label = label.replace(sign, f"~{sign}")
    return text(f"={label}")


def twins(labels: Iterable[str]) -> set[str]:
    """Labels that COUNTIFS does not tell apart, and those it cannot look for at all."""
    counted = Counter(key(label) for label in labels)
    return {key for key, count in counted.items() if count > 1 or len(key) > _LONGEST}


def key(label: str) -> str:
    """As COUNTIFS compares: without case, numbers by their value."""
    label = fit(label)
    try:
        return f"{float(label)}"
    except ValueError:
        return label.casefold().strip()
