"""A sheet on paper: A4 lying (or A3), the head on every page, a line for each row, numbered pages.

The twin of `sheets.book`: one description of a table, as a workbook or as a PDF for the printer.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from showroom.cards import glyphs
from showroom.cards.layout import MM
from showroom.cards.render import finishing
from showroom.i18n import _
from showroom.progress import Progress
from showroom.sheets import cells
from showroom.sheets.cells import Kind
from showroom.sheets.looks import Role
from showroom.sheets.write import TICK, Blank, Cell, Column, Line, Sheet, values

PAPERS: Final = {"a4": (297 * MM, 210 * MM), "a3": (420 * MM, 297 * MM)}
"""Width and height of a page, lying."""

EDGE: Final = 10 * MM
FOOT: Final = 9 * MM
LARGEST, SMALLEST = 8.5, 6.0
LEAST: Final = 5.5  # where words would be broken else
LEADING: Final = 3.6 * MM
ROW: Final = 6.4 * MM
BY_HAND: Final = 8 * MM  # fifteen rows and the signatures stand on one page
PAD: Final = 0.7 * MM
INK: Final = (0.10, 0.14, 0.20)
MUTED: Final = (0.35, 0.40, 0.46)
GRID: Final = (0.62, 0.66, 0.71)
SHADE: Final = (0.91, 0.935, 0.96)
LINE_SIZE: Final = 9.0
SIZES: Final = {Role.TITLE: 15.0, Role.SUBTITLE: 10.0, Role.SECTION: 10.0}
NARROW: Final = 8.0
"""A column of text so narrow, in digits, holds a letter."""

MOST: Final = 8
"""A cell shows so many lines at most: no row is higher than a page."""

_UNBROKEN: Final = re.compile(r"[!-~–]{1,24}|[^ -~–]{1,2}")
_NUMBERS: Final = (Kind.WHOLE, Kind.NUMBER, Kind.MONEY, Kind.SHARE)
_CENTRE: Final = (Kind.DAY, Kind.CLOCK, Kind.SPAN, Kind.MOMENT)


class _Box(NamedTuple):
    """A place on a line: where it begins, how wide it is, what it says, line by line."""

    left: float
    width: float
    lines: list[str]
    align: str


BOXED: Final = (Role.LABEL, Role.ENTRY)
"""Lines of these stand in boxes."""


def pdf(*sheets: Sheet, progress: Progress | None = None, size: str = "a4") -> bytes:
    """The sheets as PDF, as many pages as it takes; contacts are withheld as in a workbook.

    `size` is one of `PAPERS`.
    """
    from reportlab import rl_config
    from reportlab.pdfgen.canvas import Canvas

    rl_config.useA85 = 0
    out = io.BytesIO()
    canvas = Canvas(
        out,
        pagesize=PAPERS[size],
        pageCompression=1,
        invariant=1,
        initialFontName=glyphs.face("sans").name,
    )
    canvas.setTitle(sheets[0].title)
    for sheet in sheets:
        pages = _Setter(sheet, progress or Progress(), *PAPERS[size]).pages()
        for number, page in enumerate(pages, 1):
            _draw(canvas, page)
            _foot(canvas, sheet, number, len(pages), PAPERS[size][0])
            canvas.showPage()
    with finishing:
        canvas.save()
    return out.getvalue()


class _Row(NamedTuple):
    """A line of boxes that is set: its top, its height, how it looks."""

    top: float
    height: float
    boxes: list[_Box]
    size: float
    grid: bool
    shade: bool
    under: bool = False


class _Setter:
    """Sets the lines of a sheet one below the other and begins a page when one is full."""

    def __init__(self, sheet: Sheet, progress: Progress, width: float, height: float) -> None:
        self._sheet = sheet
        self._width, self._height = width, height
        self._progress = progress
        self._face = glyphs.face("sans")
        found: list[Any] = list(sheet.rows)
        self._bodies = [self._said(row) for row in progress.track(found, 50)]
        self._by_hand = [type(row) is Blank for row in found]
        self._size, self._widths = self._measured()
        self._lefts = [EDGE]
        for width in self._widths:
            self._lefts.append(self._lefts[-1] + width)
        self._pages: list[list[_Row]] = []
        self._y = 0.0

    def pages(self) -> list[list[_Row]]:
        """The lines of every page."""
        self._begin()
        for line in self._sheet.lead:
            self._line(line)
        self._head()
        for body, by_hand in zip(self._bodies, self._by_hand, strict=True):
            self._body(body, least=BY_HAND if by_hand else ROW)
        if self._sheet.has_totals:
            self._body(self._totals(), shade=True)
        room = sum(line.height or ROW for line in self._sheet.foot)
        if self._y - room < EDGE + FOOT:
            self._begin()  # who signs, signs all of it in one place
        for line in self._sheet.foot:
            self._line(line)
        return self._pages

    # --- what stands in the cells

    def _said(self, row: Any) -> list[str]:
        return [
            _shown(value.value, value.kind) if isinstance(value, Cell) else _shown(value, of.kind)
            for value, of in zip(values(self._sheet, row), self._sheet.columns, strict=True)
        ]

    def _totals(self) -> list[str]:
        found = [_("Total")]
        if self._sheet.is_blank:
            return found + [""] * (len(self._sheet.columns) - 1)
        rows = [values(self._sheet, row) for row in self._sheet.rows]
        for place, column in enumerate(self._sheet.columns[1:], 1):
            held = [row[place] for row in rows if row[place] is not None]
            if column.tick:
                found.append(str(held.count(TICK)))
            else:
                found.append(_shown(sum(held), column.kind) if column.total else "")
        return found

    def _measured(self) -> tuple[float, list[float]]:
        """The size of the type and the widths of the columns, together as wide as the page.

        No word and no number is broken where the page has room for all of them.
        """
        wide = [
            column.width
            or max(
                4.0,
                cells.breadth(column.title, Kind.TEXT) / 2 + 2,
                *(float(cells.breadth(body[n], Kind.TEXT)) + 2 for body in self._bodies),
            )
            for n, column in enumerate(self._sheet.columns)
        ]
        most = [min(width, 36.0) for width in wide]
        room = self._width - 2 * EDGE
        digit = room / sum(most)  # points there are for a digit
        size = max(SMALLEST, min(LARGEST, digit / self._face.width("0") * 0.99))
        words = [
            max((self._face.width(word) for word in _unbroken(column.title)), default=0.0)
            for column in self._sheet.columns
        ]
        cells_of = [{body[n] for body in self._bodies} for n in range(len(wide))]
        held = [
            max(
                map(self._face.width, {one for said in each for one in _unbroken(said)}),
                default=0.0,
            )
            for each in cells_of
        ]
        whole = [max(both) for both in zip(words, held, strict=True)]
        while size > LEAST and _needed(whole, size) > room:
            size = max(LEAST, size - 0.25)
        needs = whole if _needed(whole, size) <= room else held
        return size, _shared(
            [width * digit for width in most], [one * size + 2 * PAD + 0.01 for one in needs]
        )

    # --- lines

    def _begin(self) -> None:
        self._pages.append([])
        self._y = self._height - EDGE
        if len(self._pages) > 1:
            self._head()

    def _put(self, row: _Row) -> None:
        self._pages[-1].append(row)
        self._y = row.top - row.height

    def _line(self, line: Line) -> None:
        """A line above or below the table."""
        start, role = 0, Role.BODY
        boxed = any(cell.role in BOXED for cell in line.cells)
        boxes: list[_Box] = []
        labels: list[_Box] = []
        under: list[_Box] = []
        for cell in line.cells:
            role = cell.role
            span = cell.span or len(self._widths) - start
            left = self._lefts[start]
            wide = self._lefts[start + span] - left
            words = _shown(cell.value)
            lines = [words]
            if role is Role.NOTE or role in BOXED:
                lines = glyphs.wrapped(words, self._face, LINE_SIZE, wide - 2 * PAD)[:MOST]
            box = _Box(left, wide, lines, "left")
            if role is Role.TITLE:
                box = _Box(EDGE, self._width - 2 * EDGE, box.lines, "center")
            {Role.SIGN: under, Role.LABEL: labels}.get(role, boxes).append(box)
            start += span
        size = SIZES.get(role, LINE_SIZE)
        most = max((len(box.lines) for box in (*boxes, *labels)), default=1)
        height = max((line.height or 18) * 0.9, most * size * 1.2 + 2 * PAD)
        top = self._y
        self._put(_Row(top, height, boxes, size, boxed, False))
        if labels:
            self._pages[-1].append(_Row(top, height, labels, size, True, True))
        if under:
            self._pages[-1].append(_Row(top, height, under, size, False, False, True))

    def _head(self) -> None:
        columns = self._sheet.columns
        grouped = any(column.group for column in columns)
        if not grouped:
            self._put(self._cells([column.title for column in columns], head=True))
            return
        top = self._y
        under = self._cells([c.title if c.group else "" for c in columns], head=True)
        tall = [self._wrap(c.title, n, 9) for n, c in enumerate(columns)]
        over = self._groups()
        over_height = max(ROW * 0.85, max(map(len, over.values())) * LEADING + 2 * PAD)
        low = max(
            under.height,
            *(
                len(lines) * LEADING + 2 * PAD - over_height
                for lines, c in zip(tall, columns, strict=True)
                if not c.group
            ),
        )
        upper: list[_Box] = []
        lower: list[_Box] = []
        alone: list[_Box] = []
        start = 0
        while start < len(columns):
            group, end = columns[start].group, start + 1
            left = self._lefts[start]
            while group and end < len(columns) and columns[end].group == group:
                end += 1
            if group:
                upper.append(_Box(left, self._lefts[end] - left, over[start], "center"))
                lower += [under.boxes[n] for n in range(start, end)]
            else:
                alone.append(_Box(left, self._widths[start], tall[start], "center"))
            start = end
        self._pages[-1] += [
            _Row(top, over_height + low, alone, self._size, True, True),
            _Row(top, over_height, upper, self._size, True, True),
            _Row(top - over_height, low, lower, self._size, True, True),
        ]
        self._y = top - over_height - low

    def _groups(self) -> dict[int, list[str]]:
        """The lines of each heading that stands above several columns, by the first of these."""
        columns = self._sheet.columns
        found: dict[int, list[str]] = {}
        for start, column in enumerate(columns):
            if not column.group or (start and columns[start - 1].group == column.group):
                continue
            end = start + 1
            while end < len(columns) and columns[end].group == column.group:
                end += 1
            room = self._lefts[end] - self._lefts[start] - 2 * PAD
            found[start] = glyphs.wrapped(column.group, self._face, self._size, room)
        return found

    def _body(self, said: Sequence[str], *, shade: bool = False, least: float = ROW) -> None:
        row = self._cells(said, shade=shade, least=least)
        if row.top - row.height < EDGE + FOOT:
            self._begin()
            row = self._cells(said, shade=shade, least=least)
        self._put(row)

    def _cells(
        self, said: Sequence[str], *, head: bool = False, shade: bool = False, least: float = ROW
    ) -> _Row:
        boxes = []
        for n, (column, words) in enumerate(zip(self._sheet.columns, said, strict=True)):
            lines = self._wrap(words, n, 4 if head else MOST)
            align = "center" if head else _align(column)
            boxes.append(_Box(self._lefts[n], self._widths[n], lines, align))
        most = max(len(box.lines) for box in boxes)
        height = max(least, most * LEADING + 2 * PAD)
        return _Row(self._y, height, boxes, self._size, True, head or shade)

    def _wrap(self, words: str, place: int, most: int) -> list[str]:
        room = self._widths[place] - 2 * PAD
        lines = glyphs.wrapped(words, self._face, self._size, room)
        return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1]}…"]


def _unbroken(said: str) -> list[str]:
    """The words and numbers of a cell, and of Chinese as much as stands together."""
    return [match[0] for match in _UNBROKEN.finditer(said)]


def _needed(widths: Sequence[float], size: float) -> float:
    return sum(one * size + 2 * PAD + 0.01 for one in widths)


def _shared(widths: Sequence[float], least: Sequence[float]) -> list[float]:
    """The widths, each at least so wide, at the cost of those that have more; their sum stays."""
    total = sum(widths)
    if (all_least := sum(least)) >= total:
        return [one * total / all_least for one in least]
    spare = [max(0.0, width - one) for width, one in zip(widths, least, strict=True)]
    lack = sum(max(0.0, one - width) for width, one in zip(widths, least, strict=True))
    kept = 1 - lack / sum(spare)
    return [one + more * kept if more else one for one, more in zip(least, spare, strict=True)]


def _shown(value: Any, kind: Kind = Kind.TEXT) -> str:
    if kind is Kind.SHARE and value is not None:
        return f"{value:.0%}"
    return cells.fit(cells.plain(value, kind))


def _align(column: Column) -> str:
    letter = column.kind is Kind.TEXT and (column.width or NARROW + 1) <= NARROW
    if column.tick or column.kind in _CENTRE or letter:
        return "center"
    return "right" if column.kind in _NUMBERS else "left"


# --- ink


def _draw(canvas: Any, page: Sequence[_Row]) -> None:
    for row in page:
        bottom = row.top - row.height
        if row.shade:
            canvas.setFillColorRGB(*SHADE)
            for box in row.boxes:
                canvas.rect(box.left, bottom, box.width, row.height, stroke=0, fill=1)
        canvas.setStrokeColorRGB(*(INK if row.under else GRID))
        canvas.setLineWidth(0.4)
        for box in row.boxes:
            if row.grid:
                canvas.rect(box.left, bottom, box.width, row.height, stroke=1, fill=0)
            if row.under:
                y = bottom + 0.25 * row.height
                canvas.line(box.left, y, box.left + box.width, y)
        canvas.setFillColorRGB(*INK)
        leading = max(LEADING, row.size * 1.2)
        for box in row.boxes:
            high = len(box.lines) * leading
            y = row.top - (row.height - high) / 2 - leading + 0.3 * row.size
            for line in box.lines:
                _words(canvas, box, y, line, row.size)
                y -= leading


def _words(canvas: Any, box: _Box, y: float, line: str, size: float) -> None:
    runs = list(_runs(line))
    wide = sum(run.face.width(run.text) * size for run in runs)
    x = box.left + PAD
    if box.align == "center":
        x = box.left + (box.width - wide) / 2
    elif box.align == "right":
        x = box.left + box.width - PAD - wide
    for run in runs:
        canvas.setFont(run.face.name, size)
        canvas.drawString(x, y, run.text)
        x += run.face.width(run.text) * size


def _runs(line: str) -> Iterator[glyphs.Run]:
    return glyphs.runs(line, first="sans")


def _foot(canvas: Any, sheet: Sheet, number: int, count: int, wide: float) -> None:
    canvas.setFillColorRGB(*MUTED)
    page = _("Page {number} of {count}").format(number=number, count=count)
    foot: list[tuple[float, str, str]] = [
        (EDGE, sheet.footer or sheet.title, "left"),
        (0, page, "center"),
        (0, sheet.title, "right"),
    ]
    for left, said, align in foot:
        width = wide - EDGE + PAD if align == "right" else wide
        _words(canvas, _Box(left, width, [], align), EDGE - 1 * MM, said, 8.0)
