"""Sheets that are text: CSV in whatever encoding, web pages dressed as .xls, Excel 2003's XML.

Used by `child`, in its process; knows nothing of the rest of the program.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from typing import Any, Final

from showroom.sheets.unreadable import Unreadable, check_size

Row = list[Any]
Found = dict[str, Any]

SHEET_XML: Final = "urn:schemas-microsoft-com:office:spreadsheet"


def decode(data: bytes, encoding: str = "") -> tuple[str, str]:
    """Text and the name of its encoding: byte-order mark, then utf-8, then gb18030 (TECH §4)."""
    if encoding:
        try:
            return data.decode(encoding), encoding
        except (UnicodeDecodeError, LookupError):
            raise Unreadable("encoding") from None
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            try:
                return data.decode(name), name
            except UnicodeDecodeError:
                raise Unreadable("damaged") from None
    zeros = data[:2000].count(0)
    if zeros > 20 and b"\0\0" not in data[:2000]:
        name = "utf-16-le" if data[1] == 0 or data[:2000:2].count(0) < zeros / 2 else "utf-16-be"
        return data.decode(name, "replace"), name
    if b"\0" in data[:8192]:
        raise Unreadable("foreign")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if error.end >= len(data) - 1 and error.reason == "unexpected end of data":
            raise Unreadable("damaged") from None
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    if text and _looks_chinese(text):
        return text, "gb18030"
    import charset_normalizer

    guess = charset_normalizer.from_bytes(data).best()
    if guess is not None and not text:
        return str(guess), guess.encoding
    for name in ("big5", "gb18030"):
        try:
            return data.decode(name), name
        except UnicodeDecodeError:
            continue
    raise Unreadable("encoding")


def _looks_chinese(text: str) -> bool:
    """Whether the Han characters are mostly everyday ones: another encoding read as this is not."""
    han = [char for char in text[:20000] if "\u3400" <= char <= "\u9fff" or char >= "\ue000"]
    if not han:
        return True
    everyday = sum(1 for char in han if len(char.encode("gb2312", "ignore")) == 2)
    return everyday >= 0.8 * len(han)


def lines(data: bytes, encoding: str) -> Found:
    """The rows of a CSV, whatever separates its cells."""
    text, encoding = decode(data, encoding)
    odd = sum(1 for char in text[:65536] if ord(char) < 32 and char not in "\t\r\n\f\x1a")
    if odd > len(text[:65536]) / 500:
        raise Unreadable("foreign")
    csv.field_size_limit(1 << 24)
    text = text.rstrip("\x1a\0")
    said = re.match(r"sep=(.)\r?\n", text)
    separator = said[1] if said else _separator(text)
    rows = [
        [_unwrapped(cell) for cell in row]
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    ]
    check_size(len(rows), max((len(row) for row in rows), default=0))
    sheet = {"name": "", "hidden": False, "rows": rows, "merged": []}
    return {"format": "text", "encoding": encoding, "sheets": [sheet]}


def _separator(text: str) -> str:
    """The sign that cuts most of the first lines into equally many cells."""
    best, best_score = ",", 0.0
    for sign in (",", "\t", ";", "|"):
        reader = csv.reader(io.StringIO(text[:65536], newline=""), delimiter=sign)
        widths = [len(row) for row in _first(reader, 50) if row] or [1]
        usual = max(set(widths), key=widths.count)
        score = (usual - 1) * widths.count(usual) / len(widths)
        if score > best_score:
            best, best_score = sign, score
    return best


def _first(rows: Iterator[list[str]], count: int) -> Iterator[list[str]]:
    for _number, row in zip(range(count), rows, strict=False):
        yield row


def _unwrapped(cell: str) -> str:
    """`="13800138000"` is how programs keep Excel from spoiling a number."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') else cell


class _Tables(HTMLParser):
    """The rows of the tables of a web page."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[Row]] = []
        self._cell: list[str] | None = None
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self._close()
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self._close()
            self._cell = []
            span = dict(attrs).get("colspan") or "1"
            self._span = min(int(span), 200) if span.isdigit() else 1
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._close()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _close(self) -> None:
        if self._cell is not None:
            text = "".join(self._cell).replace("\xa0", " ").strip()
            self.tables[-1][-1] += [text] + [""] * (self._span - 1)
            self._cell = None


def web_page(data: bytes, encoding: str) -> Found:
    """The tables of a web page, each a sheet."""
    said = re.search(rb"charset=[\"']?([\w-]+)", data[:4096])
    name = encoding or (said[1].decode() if said else "")
    try:
        text, name = decode(data, "gb18030" if name.lower() in ("gb2312", "gbk") else name)
    except Unreadable:
        text, name = decode(data)
    page = _Tables()
    page.feed(text)
    sheets = [
        {"name": "", "hidden": False, "rows": rows, "merged": []} for rows in page.tables if rows
    ]
    if not sheets:
        raise Unreadable("foreign")
    return {"format": "html", "encoding": name, "sheets": sheets}


def sheet_xml(data: bytes) -> Found:
    """Excel 2003's XML, still written by old dealer systems."""
    from xml.etree import ElementTree

    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError:
        raise Unreadable("damaged") from None
    space = f"{{{SHEET_XML}}}"
    sheets = []
    for sheet in root.iter(f"{space}Worksheet"):
        rows: list[Row] = []
        for row in sheet.iter(f"{space}Row"):
            start = int(row.get(f"{space}Index") or len(rows) + 1)
            check_size(start, 1)
            rows += [[] for _line in range(start - 1 - len(rows))]
            cells: Row = []
            for cell in row.iter(f"{space}Cell"):
                place = min(int(cell.get(f"{space}Index") or len(cells) + 1), 16384)
                cells += [""] * (place - 1 - len(cells))
                cells.append(_xml_value(cell.find(f"{space}Data"), space))
            rows.append(cells)
        name = sheet.get(f"{space}Name") or ""
        sheets.append({"name": name, "hidden": False, "rows": rows, "merged": []})
    return {"format": "xml", "encoding": "", "sheets": sheets}


def _xml_value(node: Any, space: str) -> Any:
    text = "" if node is None else "".join(node.itertext())
    kind = None if node is None else node.get(f"{space}Type")
    try:
        if kind == "Number":
            return float(text)
        if kind == "DateTime":
            return datetime.fromisoformat(text)
    except ValueError:
        return text
    return ["e", text] if kind == "Error" else text
