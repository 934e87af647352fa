"""Tables of web pages: dressed as .xls by other systems, or copied from Excel to the clipboard.

Used by `child`, in its process; knows nothing of the rest of the program.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any, Final

from showroom.sheets.decoding import decode
from showroom.sheets.unreadable import Unreadable, check_size

Row = list[Any]
Found = dict[str, Any]

WIDEST_SPAN: Final = 200
HIGHEST_SPAN: Final = 5000
_SAYS_CODE: Final = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.I)
_SHORTENED: Final = re.compile(r"-?\d(?:[.,]\d+)?E\+?\d+|#+", re.I)
_UNREAD: Final = frozenset({"style", "script", "head", "title"})
_HIDDEN: Final = re.compile(r"display\s*:\s*none", re.I)


class _Table:
    """Rows of one table; a cell over several rows leaves the rows below it a blank."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.merged: list[list[int]] = []
        self.hidden: list[int] = []
        self._until: dict[int, int] = {}  # column → the last row a cell reaches into

    def begin_row(self, *, hidden: bool) -> None:
        self.rows.append([])
        if hidden:
            self.hidden.append(len(self.rows))

    def add(self, value: Any, wide: int, high: int) -> None:
        row, top = self.rows[-1], len(self.rows) - 1
        while self._until.get(len(row), -1) >= top:
            row.append("")
        left = len(row)
        row += [value] + [""] * (wide - 1)
        if wide > 1 or high > 1:
            self.merged.append([top, left, top + high - 1, left + wide - 1])
        if high > 1:
            self._until |= dict.fromkeys(range(left, left + wide), top + high - 1)

    @property
    def filled(self) -> bool:
        """Whether anything stands in it."""
        return any(cell != "" for row in self.rows for cell in row)


class _Page(HTMLParser):
    """The tables of a web page."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[_Table] = []
        self._open: list[_Table] = []
        self._cell: list[str] | None = None
        self._number: str | None = None
        self._span = (1, 1)
        self._unread = 0
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in _UNREAD:
            self._unread += 1
        elif tag == "table":
            self._close()
            self._open.append(_Table())
            self.tables.append(self._open[-1])
        elif tag == "tr" and self._open:
            self._close()
            self._open[-1].begin_row(hidden=_HIDDEN.search(said.get("style") or "") is not None)
        elif tag in ("td", "th") and self._open and self._open[-1].rows:
            self._close()
            self._cell = []
            self._number = said.get("x:num") or said.get("sdval")
            self._span = (
                _span(said.get("colspan"), WIDEST_SPAN),
                _span(said.get("rowspan"), HIGHEST_SPAN),
            )
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNREAD:
            self._unread = max(0, self._unread - 1)
        elif tag in ("td", "th", "tr", "table"):
            self._close()
        if tag == "table" and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._unread:
            self._cell.append(data)

    def finish(self) -> None:
        """The end of the file, also where it was cut off."""
        self.close()
        self._close()

    def _close(self) -> None:
        if self._cell is None:
            return
        text = "".join(self._cell).replace("\xa0", " ")
        text = "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()
        text = _unwrapped(text)
        wide, high = self._span
        self.cells += wide
        check_size(self.cells, 1)
        self._open[-1].add(_value(text, self._number), wide, high)
        self._cell = None


def _span(said: str | None, most: int) -> int:
    return max(1, min(int(said), most)) if said and said.isdigit() else 1


def _unwrapped(text: str) -> str:
    return text[2:-1] if text.startswith('="') and text.endswith('"') else text


def _value(text: str, number: str | None) -> Any:
    """What the cell shows, or its number where what it shows lost digits: 1.38E+10, ####."""
    if number and _SHORTENED.fullmatch(text):
        try:
            return float(number)
        except ValueError:
            return text
    return text


def web_page(data: bytes, encoding: str) -> Found:
    """The tables of a web page, each a sheet."""
    said = _SAYS_CODE.search(data[:4096])
    name = encoding or (said[1].decode().lower() if said else "")
    name = {"gb2312": "gb18030", "gbk": "gb18030", "utf8": "utf-8"}.get(name, name)
    try:
        text, name = decode(data, name)
    except Unreadable:
        if encoding:
            raise
        text, name = decode(data)
    page = _Page()
    page.feed(text)
    page.finish()
    sheets = [
        {
            "name": "",
            "hidden": False,
            "rows": table.rows,
            "merged": [
                [top, left, min(bottom, len(table.rows) - 1), right]
                for top, left, bottom, right in table.merged
            ],
            "hidden_rows": table.hidden,
        }
        for table in page.tables
        if table.filled
    ]
    if not sheets:
        raise Unreadable("foreign")
    return {"format": "html", "encoding": name, "sheets": sheets}
