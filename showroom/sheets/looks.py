"""How cells look: one style for each role and kind, made once a workbook."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from showroom.sheets.cells import Kind

FONT = "Microsoft YaHei"
INK, MUTED, ACCENT = "1A2330", "5A6675", "0F6CBD"
HEAD, TOTAL, LINE = "E8EEF5", "F3F6FA", "C9D1DB"
SERIES = ("9CC7EA", "0F6CBD")
"""Colours of the bars of a chart: the whole light, the part dark."""

ALARM = "B42318"
"""What is amiss, as the desk writes it."""

DARKEST = "6FB1E6"
"""The end of a scale of shades; ink is still read on it."""

SLICES = ("0F6CBD", "1E7B4B", "D9A21B", "9AA5B1")
"""Colours of the slices of a pie, in their order."""

FORMATS = {
    Kind.TEXT: "General",
    Kind.CODE: "@",
    Kind.WHOLE: "#,##0_ ",
    Kind.NUMBER: "#,##0.0_ ",
    Kind.MONEY: "#,##0.00_ ",
    Kind.SHARE: "0.0%_ ",
    Kind.DAY: "yyyy-mm-dd",
    Kind.CLOCK: "hh:mm",
    Kind.SPAN: "[h]:mm",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
}
_LEFT = (Kind.TEXT, Kind.CODE)
_CENTRE = (Kind.DAY, Kind.CLOCK, Kind.SPAN, Kind.MOMENT)


class Role(StrEnum):
    """What a cell is for."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    SECTION = "section"
    HEAD = "head"
    BODY = "body"
    FIGURE = "figure"
    WRAPPED = "wrapped"
    TICK = "tick"
    TOTAL = "total"
    NOTE = "note"
    SIGN = "sign"
    SIGNED = "signed"
    LABEL = "label"
    ENTRY = "entry"


class Looks:
    """The styles of one workbook; ask for the number of a look, it is made when first asked."""

    def __init__(self, workbook: Any) -> None:
        self._sheet = workbook.active
        self._ids: dict[tuple[Role, Kind], tuple[int, int]] = {}

    def pair(self, role: Role, kind: Kind) -> tuple[int, int]:
        """Style numbers of a look: as it is, and for text that could be taken for a formula."""
        key = (role, kind)
        if key not in self._ids:
            self._ids[key] = (self._made(role, kind, False), self._made(role, kind, True))
        return self._ids[key]

    def _made(self, role: Role, kind: Kind, active: bool) -> int:
        from openpyxl.cell import Cell
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        cell = Cell(self._sheet, row=1, column=1)
        cell.font = Font(name=FONT, **_FONTS.get(role, {"size": 10, "color": INK}))
        cell.number_format = FORMATS[kind]
        cell.quotePrefix = active
        side = Side(style="thin", color=LINE)
        tabled = role in _TABLED
        if tabled or role is Role.HEAD:
            cell.border = Border(left=side, right=side, top=side, bottom=side)
        elif role is Role.SIGN:
            cell.border = Border(bottom=Side(style="thin", color=INK))
        fill = {Role.HEAD: HEAD, Role.TOTAL: TOTAL, Role.LABEL: TOTAL}.get(role)
        if fill:
            cell.fill = PatternFill("solid", start_color=fill, end_color=fill)
        across = _across(role, kind, tabled)
        cell.alignment = Alignment(
            horizontal=across,
            vertical="center",
            wrap_text=role
            in (Role.HEAD, Role.WRAPPED, Role.NOTE, Role.SIGNED, Role.LABEL, Role.ENTRY),
            indent=int(tabled and across == "left"),
        )
        return int(cell.style_id)


_TABLED = frozenset(
    (Role.BODY, Role.FIGURE, Role.WRAPPED, Role.TICK, Role.TOTAL, Role.LABEL, Role.ENTRY)
)
"""What stands in boxes."""


def _across(role: Role, kind: Kind, tabled: bool) -> str:
    """Text to the left, clocks and days in the middle, numbers to the right."""
    if role in (Role.HEAD, Role.TICK):
        return "center"
    if role is Role.FIGURE:
        return "right"
    if not tabled or kind in _LEFT:
        return "left"
    return "center" if kind in _CENTRE else "right"


_FONTS: dict[Role, dict[str, Any]] = {
    Role.TITLE: {"size": 16, "bold": True, "color": INK},
    Role.SUBTITLE: {"size": 10, "color": MUTED},
    Role.SECTION: {"size": 12, "bold": True, "color": INK},
    Role.HEAD: {"size": 10, "bold": True, "color": INK},
    Role.TOTAL: {"size": 10, "bold": True, "color": INK},
    Role.FIGURE: {"size": 11, "bold": True, "color": INK},
    Role.NOTE: {"size": 9, "color": MUTED},
    Role.LABEL: {"size": 10, "color": MUTED},
}
