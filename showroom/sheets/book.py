"""Sheets as an .xlsx: openpyxl makes the shell (looks, print set-up, charts), rows stream in.

openpyxl takes twenty times as long for the rows and cannot write what a formula comes to.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import chain, islice
from typing import Any, BinaryIO

from showroom.i18n import _
from showroom.progress import Progress
from showroom.sheets import cells, charts
from showroom.sheets.cells import Formula, Kind
from showroom.sheets.looks import ALARM, DARKEST, SERIES, Looks, Role
from showroom.sheets.write import TICK, Blank, Cell, Column, Line, Sheet, letters, values

MEASURED = 20_000
"""So many rows are held back until the columns know how wide they must be."""

FOOTER = 80
"""So many characters go into the left of a footer; Excel takes 255 for all of it."""

NARROWEST, WIDEST, WRAPPED = 5.0, 42.0, 36.0
USUAL = 18
"""Height of a row in points."""

BY_HAND = 27
"""Of one that somebody writes into."""

ONE_PAGE = 230.0
"""What is broader, in digits, is printed two pages wide: on one nobody could read it."""

FOR_PEN = {Kind.TEXT: 11.0, Kind.CODE: 16.0, Kind.CLOCK: 9.0, Kind.DAY: 12.0, Kind.MOMENT: 16.0}
"""What the pen needs, in digits."""

_DATA = re.compile(rb"<sheetData\s*/>|<sheetData>.*?</sheetData>", re.DOTALL)
_EXTENT = re.compile(rb'<dimension ref="[^"]*"')
_FOOT = re.compile(rb"</headerFooter>")


def write(file: BinaryIO, sheets: Sequence[Sheet], progress: Progress, *, title: str = "") -> None:
    """Write the workbook of these sheets into a file open for writing."""
    from openpyxl import Workbook

    title = _line(title)
    workbook = Workbook()
    looks = Looks(workbook)
    tick = _Tick(progress, sum(len(sheet.rows) for sheet in sheets))
    streams = []
    for number, sheet in enumerate(sheets):
        page = workbook.active if number == 0 else workbook.create_sheet()
        page.title = sheet.title
        grid = _Grid(sheet, looks, tick)
        rows = iter(grid.body())
        held = list(islice(rows, MEASURED))
        _set_up(page, sheet, grid.widths(), title)
        streams.append((sheet, chain(grid.above(), held, rows, grid.below())))
    workbook.calculation.fullCalcOnLoad = True
    workbook.properties.creator = workbook.properties.title = title
    shell = BytesIO()
    workbook.save(shell)
    with zipfile.ZipFile(shell) as made, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name in made.namelist():
            found = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
            if found is None:
                out.writestr(name, made.read(name))
            else:
                sheet, rows = streams[int(found[1]) - 1]
                _pour(out, name, made.read(name), sheet, rows)
    tick.finish()


def _pour(out: zipfile.ZipFile, name: str, shell: bytes, sheet: Sheet, rows: Iterator[str]) -> None:
    """Put the rows where the shell has its empty `sheetData`, and what openpyxl cannot say."""
    extent = f"A1:{letters(len(sheet.columns))}{sheet.end_row}"
    shell = _EXTENT.sub(f'<dimension ref="{extent}"'.encode(), shell, count=1)
    calm = f'<ignoredErrors><ignoredError sqref="{extent}" numberStoredAsText="1"/></ignoredErrors>'
    shell = _FOOT.sub(b"</headerFooter>" + calm.encode(), shell, count=1)
    before, after = _DATA.split(shell, maxsplit=1)
    with out.open(name, "w", force_zip64=len(sheet.rows) > 500_000) as part:
        part.write(before + b"<sheetData>")
        while chunk := "".join(islice(rows, 500)):
            part.write(chunk.encode())
        part.write(b"</sheetData>" + after)


class _Tick:
    """Counts the rows of all sheets for the progress."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def row(self) -> None:
        """One more row is made."""
        if self._done % 200 == 0:
            self._progress.step(self._done, self._total)
        self._done += 1

    def finish(self) -> None:
        """All are made."""
        self._progress.step(self._total, self._total)


class _Grid:
    """The rows of one sheet as XML, while it notes how wide they are and what they add up to.

    Every look must be made before the shell is saved; the rows may be poured after that.
    """

    def __init__(self, sheet: Sheet, looks: Looks, tick: _Tick) -> None:
        self.sheet, self._looks, self._tick = sheet, looks, tick
        self._letters = [letters(n) for n in range(1, len(sheet.columns) + 1)]
        self._breadths = [0] * len(sheet.columns)
        self._sums: list[Any] = [None] * len(sheet.columns)
        self._widths: list[float] = []
        self._is_form = any(type(row) is Blank for row in sheet.rows)
        looks.pair(Role.HEAD, Kind.TEXT)
        for kind in (Kind.WHOLE, *(column.kind for column in sheet.columns)):
            looks.pair(Role.TOTAL, kind)
        for line in (*sheet.lead, *sheet.foot):
            for cell in line.cells:
                looks.pair(cell.role, cell.kind)

    def above(self) -> Iterator[str]:
        """The lines above the table and its head."""
        for number, line in enumerate(self.sheet.lead, 1):
            yield self._line(number, line)
        yield from self._head()

    def _head(self) -> Iterator[str]:
        sheet = self.sheet
        style, active = self._looks.pair(Role.HEAD, Kind.TEXT)
        top, last, group = sheet.head_row, sheet.first_row - 1, ""
        words: dict[int, list[str]] = {top: [], last: []}
        for column in sheet.columns:
            if top == last:
                words[top].append(column.title)
                continue
            words[top].append(column.group if column.group != group else "")
            words[last].append(column.title if column.group else "")
            if not column.group:
                words[top][-1] = column.title
            group = column.group
        for row, found in words.items():
            parts = (
                cells.xml(f"{letter}{row}", word, style, active)
                for letter, word in zip(self._letters, found, strict=True)
            )
            height = 30 if row == last or self._is_tight(row) else 20
            yield f'<row r="{row}" ht="{height}" customHeight="1">{"".join(parts)}</row>'

    def _is_tight(self, row: int) -> bool:
        """Whether a head of a group in this row takes more than one line."""
        room: dict[str, float] = {}
        for column, width in zip(self.sheet.columns, self._widths, strict=True):
            room[column.group] = room.get(column.group, 0.0) + width
        grouped = row == self.sheet.head_row and row < self.sheet.first_row - 1
        return grouped and any(
            cells.breadth(group, Kind.TEXT) + 2 > wide for group, wide in room.items() if group
        )

    def body(self) -> Iterator[str]:
        """The rows of the table; an empty table has one empty row."""
        sheet, row = self.sheet, self.sheet.first_row - 1
        columns = [
            (letter, *self._looks.pair(_role(column), column.kind))
            for letter, column in zip(self._letters, sheet.columns, strict=True)
        ]
        for record in sheet.rows:
            self._tick.row()
            row += 1
            yield self._row(row, record, columns)
        if row < sheet.first_row:
            row = sheet.first_row
            empty = (f'<c r="{letter}{row}" s="{style}"/>' for letter, style, _active in columns)
            yield f'<row r="{row}">{"".join(empty)}</row>'

    def _row(self, row: int, record: Any, columns: list[tuple[str, int, int]]) -> str:
        parts, lines = [], 1
        for number, value in enumerate(values(self.sheet, record)):
            column = self.sheet.columns[number]
            letter, style, active = columns[number]
            kind = column.kind
            if type(value) is Cell:
                kind = value.kind
                style, active = self._looks.pair(value.role, kind)
                value = value.value
            elif column.ratio is not None:
                value = Formula(self._ratio(column.ratio, row), value)
            elif (column.total or column.tick) and value is not None:
                more, held = 1 if column.tick else value, self._sums[number]
                self._sums[number] = more if held is None else held + more
            if column.live is not None and (text := column.live(record, row)):
                value = Formula(text.replace("{total}", f"{self.sheet.last_row + 1}"), value)
            if column.wrap:
                lines = max(lines, _lines(value, column.width or WRAPPED))
            elif (breadth := cells.breadth(value, kind)) > self._breadths[number]:
                self._breadths[number] = breadth
            parts.append(cells.xml(f"{letter}{row}", value, style, active))
        high = BY_HAND if type(record) is Blank else USUAL + 14 * (lines - 1)
        tall = f' ht="{high}" customHeight="1"' if high > USUAL else ""
        return f'<row r="{row}"{tall}>{"".join(parts)}</row>'

    def _ratio(self, ratio: tuple[str, str], row: int) -> str:
        above, below = (f"{self.sheet.letter(code)}{row}" for code in ratio)
        return f'IF(N({below})=0,"",{above}/{below})'

    def below(self) -> Iterator[str]:
        """The totals and the lines under the table."""
        row = self.sheet.last_row
        if self.sheet.has_totals:
            row += 1
            yield self._totals(row)
        for number, line in enumerate(self.sheet.foot, row + 1):
            yield self._line(number, line)

    def _totals(self, row: int) -> str:
        sheet, parts = self.sheet, []
        for number, (letter, column) in enumerate(zip(self._letters, sheet.columns, strict=True)):
            style, active = self._looks.pair(Role.TOTAL, column.kind)
            reach = f"{letter}{sheet.first_row}:{letter}{sheet.last_row}"
            value: Any = None
            if sheet.is_blank:
                value = _("Total") if number == 0 else None
            elif column.ratio is not None:
                above, below = (self._sums[sheet.place(code) - 1] for code in column.ratio)
                value = above / below if above is not None and below else None
                value = Formula(self._ratio(column.ratio, row), value)
            elif column.tick:
                style = self._looks.pair(Role.TOTAL, Kind.WHOLE)[0]
                value = Formula(f'COUNTIF({reach},"{TICK}")', self._sums[number] or 0)
            elif column.total:
                value = Formula(f"SUM({reach})", self._sums[number] or 0)
            elif number == 0:
                value = _("Total")
            parts.append(cells.xml(f"{letter}{row}", value, style, active))
        return f'<row r="{row}">{"".join(parts)}</row>'

    def _line(self, row: int, line: Line) -> str:
        parts: list[str] = []
        start, height = 0, line.height
        for cell in line.cells:
            style, active = self._looks.pair(cell.role, cell.kind)
            span = cell.span or len(self._letters) - start
            place = self._letters[start : start + span]
            parts.append(cells.xml(f"{place[0]}{row}", cell.value, style, active))
            parts += [f'<c r="{letter}{row}" s="{style}"/>' for letter in place[1:]]
            if cell.role is Role.NOTE and line.height is None:
                room = max(8.0, sum(self._widths[start : start + span]))
                height = max(height or 0.0, 15.0 * _lines(cell.value, room))
            start += span
        tall = f' ht="{height}" customHeight="1"' if height else ""
        return f'<row r="{row}"{tall}>{"".join(parts)}</row>'

    def widths(self) -> list[float]:
        """How wide each column must be, in digits."""
        found: list[float] = []
        grouped = any(column.group for column in self.sheet.columns)
        for number, column in enumerate(self.sheet.columns):
            if column.width is not None:
                found.append(column.width)
                continue
            lines = 3 if grouped and not column.group else 2
            head = _head_breadth(column.title, lines) + self.sheet.filter
            total = cells.breadth(self._sums[number], column.kind) + 1
            body = max(self._breadths[number], total, self._by_hand(column)) + 2
            widest = WRAPPED if column.wrap else min(WIDEST, float(body))
            found.append(max(NARROWEST, head, widest))
        self._widths = found
        return found

    def _by_hand(self, column: Column) -> float:
        """What the pen needs in a form that has free rows, in digits."""
        return FOR_PEN.get(column.kind, 0.0) if self._is_form and not column.tick else 0.0


def _role(column: Column) -> Role:
    """How the cells of a column look."""
    return Role.WRAPPED if column.wrap else Role.TICK if column.tick else Role.BODY


def _lines(value: Any, room: float) -> int:
    """How many lines a text takes in a column so wide, at most as many as a row can show."""
    if type(value) is not str:
        return 1
    spans = (cells.breadth(line, Kind.TEXT) for line in value.split("\n"))
    return min(25, sum(max(1, int(-(-span // (room - 2)))) for span in spans))


def _head_breadth(title: str, lines: int) -> int:
    """How wide a head is that may stand on so many lines, broken between words or characters."""
    whole = cells.breadth(title, Kind.TEXT)
    word = max((len(w) for w in title.split() if w.isascii()), default=0)
    return max(word, whole + 2 if whole <= 12 else -(-whole // lines) + 2)


def _line(text: str) -> str:
    """A text for where a file has one line and no place for what no sheet can hold."""
    return " ".join(cells.fit(text).split())


def _set_up(page: Any, sheet: Sheet, widths: list[float], title: str) -> None:
    """Everything of a sheet but its rows: widths, panes, filter, print set-up, charts."""
    for number, width in enumerate(widths, 1):
        page.column_dimensions[letters(number)].width = width
        page.column_dimensions[letters(number)].hidden = sheet.columns[number - 1].hidden
    page.sheet_view.showGridLines = False
    page.sheet_format.defaultRowHeight = USUAL
    page.sheet_format.customHeight = True
    page.freeze_panes = f"{letters(sheet.freeze + 1)}{sheet.first_row}"
    last = letters(len(sheet.columns))
    if sheet.filter and len(sheet.rows):
        page.auto_filter.ref = f"A{sheet.first_row - 1}:{last}{sheet.last_row}"
    for reach in _merged(sheet):
        page.merged_cells.add(reach)
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.orientation = page.ORIENTATION_LANDSCAPE
    shown = zip(widths[: sheet.printed or None], sheet.columns, strict=False)
    broad = sum(width for width, column in shown if not column.hidden)
    page.page_setup.fitToWidth = 1 if sheet.one_page or broad <= ONE_PAGE else 2
    if page.page_setup.fitToWidth > 1 and sheet.freeze:
        page.print_title_cols = f"A:{letters(sheet.freeze)}"
    page.page_setup.fitToHeight = 1 if sheet.one_page else 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_options.horizontalCentered = True
    if sheet.printed:
        page.print_area = f"A1:{letters(sheet.printed)}{sheet.end_row}"
    page.print_title_rows = f"{sheet.head_row}:{sheet.first_row - 1}"
    margins = page.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.header, margins.footer = 0.5, 0.6, 0.3, 0.3
    page.oddFooter.left.text = _line(sheet.footer or title)[:FOOTER].replace("&", "&&")
    page.oddFooter.center.text = "&P / &N"
    page.oddFooter.right.text = sheet.title.replace("&", "&&")
    if sheet.scale:
        from openpyxl.formatting.rule import ColorScaleRule

        first, *_middle, end = sheet.scale
        reach = f"{sheet.letter(first)}{sheet.first_row}:{sheet.letter(end)}{sheet.last_row}"
        rule = ColorScaleRule(
            start_type="num",
            start_value=0,
            start_color="FFFFFF",
            end_type="max",
            end_color=DARKEST,
        )
        page.conditional_formatting.add(reach, rule)
    _mark(page, sheet)
    for chart in sheet.charts:
        made = charts.draw(page, sheet, chart)
        page.add_chart(made, f"{letters(chart.left + 1)}{sheet.end_row + 2}")


def _mark(page: Any, sheet: Sheet) -> None:
    """Bars in the cells of some columns, and what is amiss in red."""
    from openpyxl.formatting.rule import DataBarRule, FormulaRule
    from openpyxl.styles import Font

    for code in sheet.bars:
        reach = f"{sheet.letter(code)}{sheet.first_row}:{sheet.letter(code)}{sheet.last_row}"
        rule = DataBarRule("num", 0, "max", None, color=SERIES[0], showValue=True)
        page.conditional_formatting.add(reach, rule)
    for code, condition in sheet.alarms.items():
        letter = sheet.letter(code)
        reach = f"{letter}{sheet.first_row}:{letter}{sheet.last_row}"
        cell, total = f"{letter}{sheet.first_row}", f"{letter}${sheet.last_row + 1}"
        formula = condition.replace("{cell}", cell).replace("{total}", total)
        rule = FormulaRule(formula=[formula], font=Font(color=ALARM, bold=True))
        page.conditional_formatting.add(reach, rule)


def _merged(sheet: Sheet) -> Iterator[str]:
    """The merged ranges: heads of groups, heads two rows high, and lines across columns."""
    top, bottom = sheet.head_row, sheet.first_row - 1
    if top != bottom:
        start = 0
        while start < len(sheet.columns):
            group, end = sheet.columns[start].group, start
            while group and end + 1 < len(sheet.columns) and sheet.columns[end + 1].group == group:
                end += 1
            if not group:
                yield f"{letters(start + 1)}{top}:{letters(start + 1)}{bottom}"
            elif end > start:
                yield f"{letters(start + 1)}{top}:{letters(end + 1)}{top}"
            start = end + 1
    below = sheet.last_row + sheet.has_totals + 1
    for first, lines in ((1, sheet.lead), (below, sheet.foot)):
        for row, line in enumerate(lines, first):
            start = 0
            for cell in line.cells:
                span = cell.span or len(sheet.columns) - start
                if span > 1:
                    yield f"{letters(start + 1)}{row}:{letters(start + span)}{row}"
                start += span
