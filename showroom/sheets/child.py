"""The process of its own that opens a stranger's file and writes its rows as JSON to stdout.

The first line tells of the file and its sheets, then follows a line for each row: texts, numbers
and ticks as they are, days and times as ISO text. The last line says which calendar the numbers
are of, and which cells show an error; a row may have it in place already: `["e", "#N/A"]`.

Run by `read` as a module, never imported by the desk, so that a file which makes a reader crash,
hang or swallow the memory takes only this process with it. Loads nothing of the rest, and of the
library only what the file at hand needs: every import is paid by whoever waits for his rows.
"""

from __future__ import annotations

import gc
import io
import json
import os
import re
import sys
from datetime import datetime, timedelta

from showroom.sheets.unreadable import Unreadable, check_size

TYPE_CHECKING = False  # typing's own takes longer to load than most files to read
if TYPE_CHECKING:
    from typing import Any

    Row = list[Any]
    Found = dict[str, Any]

BLOCK = 500
ERROR = re.compile(
    rb'<(?:\w+:)?c\s(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"[^>]*>(.*?)</(?:\w+:)?c>', re.S
)
BETWEEN = "\0row"  # no workbook can hold a zero
END_OF_SHEET = 10_000  # so many blank rows; a cell further down was hit by mistake
MEMORY = 3 << 30
MAX_UNPACKED = 2 << 30
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MANIFEST = "META-INF/manifest.xml"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def main(arguments: list[str]) -> int:
    """Read one file: path, engine ("" or "openpyxl"), encoding ("" to find out)."""
    path, engine, encoding = arguments
    gc.disable()
    _limit_memory()
    try:
        found = parse(path, engine=engine, encoding=encoding)
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
    _tell(found)
    return 0


def _tell(found: Found) -> None:
    """Write the lines, in blocks, so that the desk reads some while others are made."""
    look_again = found.pop("look_again", None)
    encode = json.JSONEncoder(default=_plain, ensure_ascii=False, separators=(",", ":")).encode
    sheets = [sheet.pop("rows") for sheet in found.get("sheets", ())]
    for sheet, rows in zip(found.get("sheets", ()), sheets, strict=True):
        sheet["rows"] = len(rows)
    write = sys.stdout.buffer.write
    write(f"{encode(found)}\n".encode("utf-8", "replace"))
    for rows in sheets:
        for start in range(0, len(rows), BLOCK):
            block: list[Any] = []
            for row in rows[start : start + BLOCK]:
                block += (row, BETWEEN)
            # Many rows at once are encoded in half the time of one by one
            lines = encode(block)[1:-1].replace(f",{encode(BETWEEN)},", "\n")
            write(lines.removesuffix(f",{encode(BETWEEN)}").encode("utf-8", "replace") + b"\n")
    sys.stdout.flush()
    late = look_again() if look_again is not None else {}
    write(f"{encode(late)}\n".encode())
    sys.stdout.flush()


def _limit_memory() -> None:  # pragma: no cover - only ever in a process of its own
    if sys.platform != "win32":
        import resource

        _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _plain(value: Any) -> str:
    """A day, time or span as text."""
    if value.__class__ is timedelta:
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return str(value)


def parse(path: str, *, engine: str = "", encoding: str = "") -> Found:
    """Sheets, each with name, whether it is hidden, rows from the first, merged areas."""
    with open(path, "rb") as file:
        data = file.read()
    found = _by_content(data, engine, encoding)
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
    if data[:2] in (b"\x09\x08", b"\x09\x00", b"\x09\x02", b"\x09\x04"):
        return _old_excel(data)
    from showroom.sheets import texts

    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"%pdf", b"{\\rtf", b"\x89png", b"\xff\xd8\xff", b"gif8", b"rar!", b"7z")):
        raise Unreadable("foreign")
    if head.startswith(b"mime-version") or b"multipart/related" in head:
        raise Unreadable("webarchive")
    if texts.SHEET_XML.encode() in data[:4096]:
        return texts.sheet_xml(data)
    if re.match(rb"(?:<!doctype html|<html|<table|<head|<meta|<style|<!--|<\?xml.*<html)", head):
        return texts.web_page(data, encoding)
    return texts.lines(data, encoding)


# --- .xlsx .xlsm .xlsb .ods


def _zipped(data: bytes, engine: str) -> Found:
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            size = sum(entry.file_size for entry in archive.infolist())
            manifest = MANIFEST in names and b"encryption-data" in archive.read(MANIFEST)
    except Exception:  # what a broken archive raises is anybody's guess
        raise Unreadable("damaged") from None
    if size > MAX_UNPACKED:
        raise Unreadable("large")
    if "EncryptedPackage" in names or manifest:
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
        found["look_again"] = lambda: _errors(data)
    return found


def _calamine(data: bytes) -> Found:
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = []
    for about in book.sheets_metadata:
        if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(about.name)
        bottom, right = sheet.end or (0, 0)
        check_size(bottom + 1, right + 1)
        sheets.append(
            {
                "name": about.name,
                "hidden": about.visible != python_calamine.SheetVisibleEnum.Visible,
                "rows": sheet.to_python(skip_empty_area=False),
                "merged": [[*first, *last] for first, last in sheet.merged_cell_ranges or []],
            }
        )
    return {"format": "excel", "encoding": "", "sheets": sheets}


def _openpyxl(data: bytes) -> Found:
    """Slower and more patient; streams, so that one stray cell far out costs nothing."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets: list[Found] = []
        for sheet in book.worksheets:
            rows: list[Row] = []
            cells = blank = 0
            sheet.reset_dimensions()
            for row in sheet.iter_rows():
                values = [_openpyxl_cell(cell) for cell in row]
                while values and values[-1] == "":
                    values.pop()
                cells += len(values) + 1
                check_size(cells, 1)
                rows.append(values)
                blank = 0 if values else blank + 1
                if blank == END_OF_SHEET:
                    break
            hidden = sheet.sheet_state != "visible"
            sheets.append({"name": sheet.title, "hidden": hidden, "rows": rows, "merged": []})
        epoch = book.epoch.year == 1904
    except (MemoryError, Unreadable):
        raise
    except Exception:
        raise Unreadable("damaged") from None
    late = {"epoch1904": epoch}
    return {"format": "excel", "encoding": "", "sheets": sheets, "look_again": lambda: late}


def _openpyxl_cell(cell: Any) -> Any:
    if cell.value is None:
        return ""
    return ["e", str(cell.value)] if cell.data_type == "e" else cell.value


def _errors(data: bytes) -> Found:
    """The error cells, which calamine shows as blank, and whether the calendar begins in 1904."""
    import zipfile
    from xml.etree import ElementTree

    found: Found = {"epoch1904": False, "errors": []}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
            links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
            targets = {link.get("Id"): str(link.get("Target")) for link in links}
            for node in book.iter():
                tag = node.tag.rpartition("}")[2]
                if tag == "workbookPr":
                    found["epoch1904"] = node.get("date1904") in ("1", "true")
                elif tag == "sheet":
                    link = next((v for k, v in node.items() if k.endswith("}id")), None)
                    xml = archive.read(f"xl/{targets.get(link, '').removeprefix('/xl/')}")
                    cells = [[node.get("name"), *cell] for cell in _error_cells(xml)]
                    found["errors"] += cells
    except Exception:  # calamine could read it: what this second look misses is not worth the rows
        return found
    return found


def _error_cells(xml: bytes) -> list[list[Any]]:
    """Row and column (from 0) and text of each cell that shows an error."""
    if b't="e"' not in xml:
        return []
    found = []
    for cell in ERROR.finditer(xml):
        value = re.search(rb"<(?:\w+:)?v>([^<]*)<", cell[3])
        column = 0
        for letter in cell[1]:
            column = column * 26 + letter - 64
        found.append([int(cell[2]) - 1, column - 1, value[1].decode() if value else "#"])
    return found


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
    found["look_again"] = lambda: _old_errors(data)
    return found


def _old_errors(data: bytes) -> Found:
    """The same for an old workbook."""
    try:
        found = _xlrd(data)
    except Unreadable:
        return {}
    errors = [
        [sheet["name"], number, place, cell[1]]
        for sheet in found["sheets"]
        for number, row in enumerate(sheet["rows"])
        for place, cell in enumerate(row)
        if isinstance(cell, list)
    ]
    return {**found["look_again"](), "errors": errors}


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
        check_size(sheet.nrows, sheet.ncols)
        rows = [[_xlrd_cell(cell, book) for cell in sheet.row(n)] for n in range(sheet.nrows)]
        merged = [[top, left, low - 1, right - 1] for top, low, left, right in sheet.merged_cells]
        hidden = sheet.visibility != 0
        sheets.append({"name": sheet.name, "hidden": hidden, "rows": rows, "merged": merged})
    epoch = book.datemode == 1
    late = {"epoch1904": epoch}
    return {"format": "excel", "encoding": "", "sheets": sheets, "look_again": lambda: late}


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


if __name__ == "__main__":  # pragma: no cover
    os._exit(main(sys.argv[1:]))  # without taking a million cells apart one by one
