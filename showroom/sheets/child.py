"""The process of its own that opens a stranger's file: one JSON object with its rows on stdout.

Run as a plain script, never imported by the desk, so that a file which makes a reader crash, hang
or swallow the memory takes only this process with it. Knows nothing of the rest of the program.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

Row = list[Any]
Found = dict[str, Any]

MEMORY = 3 << 30
MAX_UNPACKED = 2 << 30
MAX_CELLS = 12_000_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
SHEET_XML = "urn:schemas-microsoft-com:office:spreadsheet"


class Unreadable(Exception):
    """The file cannot be read; the text is a code that `read` turns into a sentence."""


def main(arguments: list[str]) -> int:
    """Read one file: path, engine ("" or "openpyxl"), encoding ("" to find out)."""
    path, engine, encoding = arguments
    _limit_memory()
    try:
        found = parse(Path(path), engine=engine, encoding=encoding)
    except Unreadable as problem:
        found = {"problem": str(problem)}
    except MemoryError:
        found = {"problem": "large"}
    except (FileNotFoundError, NotADirectoryError):
        found = {"problem": "missing"}
    except IsADirectoryError:
        found = {"problem": "folder"}
    except OSError:
        found = {"problem": "closed"}
    text = json.dumps(found, default=_coded, ensure_ascii=False, separators=(",", ":"))
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    return 0


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource

        _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _coded(value: Any) -> list[Any]:
    """A cell that JSON does not know, as a pair."""
    if isinstance(value, (datetime, date)):
        return ["d", value.isoformat()]
    if isinstance(value, time):
        return ["t", value.isoformat()]
    if isinstance(value, timedelta):
        return ["s", value.total_seconds()]
    return ["x", str(value)]


def parse(path: Path, *, engine: str = "", encoding: str = "") -> Found:
    """Sheets, each with name, whether it is hidden, rows from the first, merged areas."""
    data = path.read_bytes()
    found = _by_content(data, engine, encoding)
    found["sha256"] = hashlib.sha256(data).hexdigest()
    for sheet in found["sheets"]:
        rows = sheet["rows"]
        while rows and all(cell == "" or cell is None for cell in rows[-1]):
            rows.pop()
    return found


def _by_content(data: bytes, engine: str, encoding: str) -> Found:
    """The extension is not believed: a CSV is often called .xlsx, a web page .xls."""
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise Unreadable("empty")
    if data.startswith(OLE):
        return _old_excel(data)
    if data.startswith(b"PK"):
        return _zipped(data, engine)
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"%pdf", b"{\\rtf", b"\x89png", b"\xff\xd8\xff", b"gif8", b"rar!", b"7z")):
        raise Unreadable("foreign")
    if head.startswith(b"mime-version") or b"multipart/related" in head:
        raise Unreadable("webarchive")
    if SHEET_XML.encode() in data[:4096]:
        return _sheet_xml(data)
    if re.match(rb"(?:<!doctype html|<html|<table|<head|<meta|<style|<!--|<\?xml.*<html)", head):
        return _web_page(data, encoding)
    if data[:2] == b"\x09\x08" or data[:2] in (b"\x09\x00", b"\x09\x02", b"\x09\x04"):
        return _old_excel(data)
    return _text(data, encoding)


# --- .xlsx .xlsm .xlsb .ods


def _zipped(data: bytes, engine: str) -> Found:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise Unreadable("damaged") from None
    if size > MAX_UNPACKED:
        raise Unreadable("large")
    if "EncryptedPackage" in names:
        raise Unreadable("password")
    if "content.xml" not in names and not any(n.lower().startswith("xl/") for n in names):
        raise Unreadable("foreign")
    if engine == "openpyxl":
        return _openpyxl(data)
    try:
        found = _calamine(data)
    except Unreadable:
        raise
    except BaseException as error:  # a panic of the Rust side is no Exception
        if isinstance(error, (MemoryError, KeyboardInterrupt, SystemExit)):
            raise
        if "content.xml" in names or any(n.endswith("workbook.bin") for n in names):
            raise Unreadable("damaged") from None
        return _openpyxl(data)
    if "xl/workbook.xml" in names:
        _add_errors(data, found)
    return found


def _calamine(data: bytes) -> Found:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except python_calamine.PasswordError:
        raise Unreadable("password") from None
    sheets = []
    for about in book.sheets_metadata:
        if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(about.name)
        _check_size(sheet.total_height, sheet.total_width)
        sheets.append(
            {
                "name": about.name,
                "hidden": about.visible != python_calamine.SheetVisibleEnum.Visible,
                "rows": sheet.to_python(skip_empty_area=False),
                "merged": [
                    [top, left, bottom, right]
                    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
                ],
            }
        )
    return {"format": "excel", "encoding": "", "epoch1904": False, "sheets": sheets}


def _check_size(height: int, width: int) -> None:
    if height * width > MAX_CELLS:
        raise Unreadable("large")


def _openpyxl(data: bytes) -> Found:
    """Slower and more patient; streams, so that one stray cell far out costs nothing."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets: list[Found] = []
        for sheet in book.worksheets:
            rows: list[Row] = []
            cells = 0
            for row in sheet.iter_rows():
                values = [_openpyxl_cell(cell) for cell in row]
                while values and values[-1] == "":
                    values.pop()
                cells += len(values) + 1
                if cells > MAX_CELLS:
                    raise Unreadable("large")
                rows.append(values)
            hidden = sheet.sheet_state != "visible"
            sheets.append({"name": sheet.title, "hidden": hidden, "rows": rows, "merged": []})
        epoch = book.epoch.year == 1904
    except (MemoryError, Unreadable):
        raise
    except Exception:
        raise Unreadable("damaged") from None
    return {"format": "excel", "encoding": "", "epoch1904": epoch, "sheets": sheets}


def _openpyxl_cell(cell: Any) -> Any:
    if cell.value is None:
        return ""
    return ["e", str(cell.value)] if cell.data_type == "e" else cell.value


def _add_errors(data: bytes, found: Found) -> None:
    """Put back the error cells that calamine shows as blank, and say which calendar is used."""
    from xml.etree import ElementTree

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        try:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
            links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        except (KeyError, ElementTree.ParseError):
            return
        targets = {link.get("Id"): str(link.get("Target")) for link in links}
        sheets = {sheet["name"]: sheet["rows"] for sheet in found["sheets"]}
        for node in book.iter():
            tag = node.tag.rpartition("}")[2]
            if tag == "workbookPr":
                found["epoch1904"] = node.get("date1904") in ("1", "true")
            elif tag == "sheet" and node.get("name") in sheets:
                link = next((v for k, v in node.items() if k.endswith("}id")), None)
                target = targets.get(link, "").removeprefix("/xl/")
                try:
                    xml = archive.read(f"xl/{target}")
                except KeyError:
                    continue
                _mark_errors(xml, sheets[node.get("name")])


def _mark_errors(xml: bytes, rows: list[Row]) -> None:
    if b't="e"' not in xml:
        return
    for cell in re.finditer(rb'<(?:\w+:)?c\s([^>]*\bt="e"[^>]*)>(.*?)</(?:\w+:)?c>', xml, re.S):
        place = re.search(rb'\br="([A-Z]+)(\d+)"', cell[1])
        value = re.search(rb"<(?:\w+:)?v>([^<]*)<", cell[2])
        if place:
            column = 0
            for letter in place[1]:
                column = column * 26 + letter - 64
            line = int(place[2])
            while len(rows) < line:
                rows.append([])
            row = rows[line - 1]
            row.extend([""] * (column - len(row)))
            row[column - 1] = ["e", value[1].decode() if value else "#"]


# --- .xls


def _old_excel(data: bytes) -> Found:
    if ENCRYPTED in data:
        raise Unreadable("password")
    if "WordDocument".encode("utf-16-le") in data or "PowerPoint".encode("utf-16-le") in data:
        raise Unreadable("foreign")
    try:
        found = _calamine(data)
    except Unreadable:
        raise
    except BaseException as error:
        if isinstance(error, (MemoryError, KeyboardInterrupt, SystemExit)):
            raise
        return _xlrd(data)
    try:
        second = _xlrd(data)
    except Unreadable:
        return found
    found["epoch1904"] = second["epoch1904"]
    for sheet, twin in zip(found["sheets"], second["sheets"], strict=False):
        for number, row in enumerate(twin["rows"]):
            for place, cell in enumerate(row):
                if isinstance(cell, list) and cell[0] == "e" and number < len(sheet["rows"]):
                    sheet["rows"][number][place : place + 1] = [cell]
    return found


def _xlrd(data: bytes) -> Found:
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        locked = "encrypt" in str(error).lower() or "password" in str(error).lower()
        raise Unreadable("password" if locked else "damaged") from None
    except Exception:
        raise Unreadable("damaged") from None
    sheets = []
    for sheet in book.sheets():
        _check_size(sheet.nrows, sheet.ncols)
        rows = [[_xlrd_cell(cell, book) for cell in sheet.row(n)] for n in range(sheet.nrows)]
        merged = [[top, left, low - 1, right - 1] for top, low, left, right in sheet.merged_cells]
        hidden = sheet.visibility != 0
        sheets.append({"name": sheet.name, "hidden": hidden, "rows": rows, "merged": merged})
    epoch = book.datemode == 1
    return {"format": "xls", "encoding": "", "epoch1904": epoch, "sheets": sheets}


def _xlrd_cell(cell: Any, book: Any) -> Any:
    import xlrd

    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return ""
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return ["e", xlrd.error_text_from_code.get(cell.value, "#")]
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            moment: datetime = xlrd.xldate_as_datetime(cell.value, book.datemode)
        except (ValueError, OverflowError):
            return cell.value
        if cell.value < 1:
            return moment.time()
        return moment.date() if cell.value == int(cell.value) else moment
    return cell.value


# --- text, web pages, XML


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


def _text(data: bytes, encoding: str) -> Found:
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
    _check_size(len(rows), max((len(row) for row in rows), default=0))
    sheet = {"name": "", "hidden": False, "rows": rows, "merged": []}
    return {"format": "text", "encoding": encoding, "epoch1904": False, "sheets": [sheet]}


def _separator(text: str) -> str:
    """The sign that cuts most of the first lines into equally many cells."""
    best, best_score = ",", 0.0
    for sign in (",", "\t", ";", "|"):
        reader = csv.reader(io.StringIO(text[:65536], newline=""), delimiter=sign)
        widths = [len(row) for row in _first(reader, 50) if row]
        if widths:
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


def _web_page(data: bytes, encoding: str) -> Found:
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
    return {"format": "html", "encoding": name, "epoch1904": False, "sheets": sheets}


def _sheet_xml(data: bytes) -> Found:
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
            _check_size(start, 1)
            rows += [[] for _line in range(start - 1 - len(rows))]
            cells: Row = []
            for cell in row.iter(f"{space}Cell"):
                place = min(int(cell.get(f"{space}Index") or len(cells) + 1), 16384)
                cells += [""] * (place - 1 - len(cells))
                cells.append(_xml_value(cell.find(f"{space}Data"), space))
            rows.append(cells)
        name = sheet.get(f"{space}Name") or ""
        sheets.append({"name": name, "hidden": False, "rows": rows, "merged": []})
    return {"format": "xml", "encoding": "", "epoch1904": False, "sheets": sheets}


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
