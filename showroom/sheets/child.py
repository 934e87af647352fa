"""The process of its own that opens a stranger's file and writes its rows as JSON to stdout.

The first line tells of the file and its sheets, then follows a line for each row: texts, numbers
and ticks as they are, days and times as ISO text, `["e", "#N/A"]` for an error. The last line says
which calendar the numbers are of, and by sheet what a second look found (`second_look`); `odd`
counts the signs that no reader should give: zeros and what could not be decoded.

The order comes on stdin (`main`); modules named as arguments are loaded while it waits for it.
Run by `standby` as a module, never imported by the desk, so that a file which makes a reader crash,
hang or swallow the memory takes only this process with it. Loads nothing of the rest, and of the
library only what the file at hand needs, most of it while calamine reads already: every import is
paid by whoever waits for his rows.
"""

from __future__ import annotations

import gc
import io
import marshal
import os
import sys
from datetime import timedelta
from threading import Thread

from showroom.sheets import engines
from showroom.sheets.unreadable import Unreadable

TYPE_CHECKING = False  # typing's own takes longer to load than most files to read
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Row = list[Any]
    Found = dict[str, Any]

BLOCK = 500
BETWEEN = "\0row"  # no workbook can hold a zero
MEMORY = 1536 << 20
MAX_UNPACKED = 1 << 30
PACKED_TIMES = 200  # a sheet packs to a tenth; what packs to less than this is made to harm
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MANIFEST = "META-INF/manifest.xml"
WEB_PAGE = rb"(?s)<!doctype html|<html|<table|<head|<meta|<body|<div|<style|<!--|<\?xml.*<html"
FOREIGN = tuple(
    b"%pdf {\\rtf \x89png \xff\xd8\xff gif8 rar! 7z\xbc\xaf mz\x90 sqlite \x7felf".split()
)
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def main(path: str, engine: str = "", encoding: str = "", data: bytes | None = None) -> None:
    """Read one file, or `data` that was pasted; `engine` may be "patient"."""
    gc.disable()
    _limit_memory()
    try:
        found = parse(path, engine=engine, encoding=encoding, data=data)
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


def _tell(found: Found) -> None:
    """Write the lines, in blocks, so that the desk reads some while others are made."""
    import json

    look_again = found.pop("look_again", None)
    late = {"epoch1904": found.pop("epoch1904", False), "odd": {}}
    encode = json.JSONEncoder(
        default=_plain, ensure_ascii=False, check_circular=False, separators=(",", ":")
    ).encode
    sheets = [sheet.pop("rows") for sheet in found.get("sheets", ())]
    for sheet, rows in zip(found.get("sheets", ()), sheets, strict=True):
        sheet["rows"] = len(rows)
    write = sys.stdout.buffer.write
    write(f"{encode(found)}\n".encode("utf-8", "replace"))
    for sheet, rows in zip(found.get("sheets", ()), sheets, strict=True):
        for start in range(0, len(rows), BLOCK):
            block: list[Any] = []
            for row in rows[start : start + BLOCK]:
                block += (row, BETWEEN)
            rows[start : start + BLOCK] = [()] * len(rows[start : start + BLOCK])  # told and gone
            # Many rows at once are encoded in half the time of one by one
            lines = encode(block)[1:-1].replace(f",{encode(BETWEEN)},", "\n")
            if "\ufffd" in lines or lines.count("\\u0000") > 1:
                odd = lines.count("\ufffd") + lines.count("\\u0000") - 1
                late["odd"][sheet["name"]] = late["odd"].get(sheet["name"], 0) + odd
            write(lines.removesuffix(f",{encode(BETWEEN)}").encode("utf-8", "replace") + b"\n")
    sys.stdout.flush()
    if look_again is not None:
        late |= look_again()
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


def parse(path: str, *, engine: str = "", encoding: str = "", data: bytes | None = None) -> Found:
    """Sheets, each with name, whether it is hidden, rows from the first, merged areas."""
    if data is None:
        with open(path, "rb") as file:
            data = file.read()
    found = _by_content(data, engine, encoding)
    for sheet in found["sheets"]:
        rows = sheet["rows"]
        if len(rows) > engines.END_OF_SHEET:
            _cut(sheet)
        while rows and all(cell == "" or cell is None for cell in rows[-1]):
            rows.pop()
    return found


def _cut(sheet: Found) -> None:
    """Nobody's list goes on after thousands of blank rows; a million of them take for ever."""
    blank = 0
    for number, row in enumerate(sheet["rows"], 1):
        blank = 0 if any(row) else blank + 1
        if blank == engines.END_OF_SHEET:
            del sheet["rows"][number - blank :]
            sheet["cut"] = number - blank
            return


def _by_content(data: bytes, engine: str, encoding: str) -> Found:
    """The extension is not believed: a CSV is often called .xlsx, a web page .xls."""
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise Unreadable("empty")
    if data.startswith(OLE):
        return _old_excel(data, engine)
    if data.startswith(b"PK"):
        return _zipped(data, engine)
    if data[:2] in (b"\x09\x08", b"\x09\x00", b"\x09\x02", b"\x09\x04"):
        return _old_excel(data, engine)
    import re

    from showroom.sheets import texts

    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(FOREIGN):
        raise Unreadable("foreign")
    if head.startswith(b"mime-version") or b"multipart/related" in head:
        raise Unreadable("webarchive")
    if texts.SHEET_XML.encode() in data[:4096]:
        return texts.sheet_xml(data)
    if re.match(WEB_PAGE, head.replace(b"\0", b"").lstrip(b"\xff\xfe")):
        from showroom.sheets import webpages

        return webpages.web_page(data, encoding)
    if head.startswith(b"<?xml"):
        raise Unreadable("foreign")
    return texts.lines(data, encoding)


# --- .xlsx .xlsm .xlsb .ods


def _zipped(data: bytes, engine: str) -> Found:
    if engine == "patient":
        if _only_calamine_reads(data):
            raise Unreadable("damaged")
        return engines.openpyxl(data)
    rows = _meanwhile(engines.calamine, data)  # what is found to be harmful goes with the process
    alone = _only_calamine_reads(data)
    look_again = _meanwhile(_second_look, data)
    import json  # noqa: F401 - for the telling: nothing else is to be done now

    try:
        found = rows()
    except (MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as problem:  # a panic of the Rust side is no Exception
        if alone:
            raise problem if isinstance(problem, Unreadable) else Unreadable("damaged") from None
        return engines.openpyxl(data)
    found["look_again"] = look_again
    return found


def _only_calamine_reads(data: bytes) -> bool:
    """Whether an archive holds a workbook that openpyxl cannot read; one that holds none is none.

    Raises `Unreadable`, also for one that is made to harm.
    """
    import re
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            entries = archive.infolist()
            manifest = MANIFEST in names and b"encryption-data" in archive.read(MANIFEST)
    except Exception:  # what a broken archive raises is anybody's guess
        raise Unreadable("damaged") from None
    size = sum(entry.file_size for entry in entries)
    if size > MAX_UNPACKED or any(
        entry.file_size > PACKED_TIMES * entry.compress_size + (1 << 26) for entry in entries
    ):
        raise Unreadable("bomb")
    if "EncryptedPackage" in names or manifest:
        raise Unreadable("password")
    if "content.xml" not in names and not any(n.lower().startswith("xl/") for n in names):
        raise Unreadable("foreign")
    if not any(
        name == "content.xml" or re.match(r"xl/workbook\w*\.(xml|bin)$", name) for name in names
    ):
        raise Unreadable("damaged")
    return "content.xml" in names or any(n.endswith("workbook.bin") for n in names)


def _meanwhile(work: Callable[[bytes], Found], data: bytes) -> Callable[[], Found]:
    """Begin work on a thread, and tell it when asked: calamine needs no Python while it reads."""
    told: list[Found | BaseException] = []

    def run() -> None:
        try:
            told.append(work(data))
        except BaseException as problem:
            told.append(problem)

    thread = Thread(target=run, daemon=True)
    thread.start()

    def result() -> Found:
        thread.join()
        if isinstance(told[0], BaseException):
            raise told[0]
        return told[0]

    return result


def _second_look(data: bytes) -> Found:
    from showroom.sheets import second_look

    return second_look.look(data)


# --- .xls


def _old_excel(data: bytes, engine: str) -> Found:
    if ENCRYPTED in data:
        raise Unreadable("password")
    if "WordDocument".encode("utf-16-le") in data or "PowerPoint".encode("utf-16-le") in data:
        raise Unreadable("foreign")
    if engine == "patient" or "Workbook".encode("utf-16-le") not in data:
        return _oldest(data)  # before Excel 97 texts are in a code page
    try:
        found = engines.calamine(data)
    except (Unreadable, MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException:
        return engines.xlrd(data)
    found["look_again"] = lambda: _old_look(data)
    return found


def _oldest(data: bytes) -> Found:
    try:
        return engines.xlrd(data, looks=True)
    except Unreadable as problem:
        if str(problem) != "damaged":
            raise
        return engines.xlrd(data)


def _old_look(data: bytes) -> Found:
    """The same for an old workbook."""
    try:
        found = engines.xlrd(data, looks=True)
    except Unreadable as problem:
        return {"problem": "password"} if str(problem) == "password" else {}
    sheets = {}
    for sheet in found["sheets"]:
        errors = [
            [number, place, cell[1]]
            for number, row in enumerate(sheet["rows"])
            for place, cell in enumerate(row)
            if isinstance(cell, list)
        ]
        last = max(
            (number for number, row in enumerate(sheet["rows"], 1) if any(c != "" for c in row)),
            default=0,
        )
        hidden = {name: sheet[name] for name in ("hidden_rows", "hidden_columns")}
        sheets[sheet["name"]] = {"errors": errors, "last": last, **hidden}
    return {"epoch1904": found["epoch1904"], "sheets": sheets}


if __name__ == "__main__":  # pragma: no cover
    for name in sys.argv[1:]:
        __import__(name)
    try:
        order = marshal.load(sys.stdin.buffer)  # takes no import; only the desk writes here
    except EOFError:  # it ended
        os._exit(0)
    main(*order)
    os._exit(0)  # without taking a million cells apart one by one
