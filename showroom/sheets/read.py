"""Any workbook becomes sheets of raw rows: .xlsx .xlsm .xlsb .xls .ods .csv .txt and their kin."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import IO, Any, Final

from showroom.errors import ShowroomError
from showroom.i18n import N_, _
from showroom.progress import Progress, uncollected

TIME_LIMIT: Final = 180.0
BLOCK: Final = 500
ROOT: Final = Path(__file__).parents[2]

PROBLEMS: Final = {
    "missing": N_("There is no file {name}. Check where it is and choose it again."),
    "folder": N_("{name} is a folder. Choose the file in it."),
    "closed": N_(
        "{name} cannot be opened: another program holds it, or you may not read it. Close it in "
        "Excel, or copy it to the desktop, and try again."
    ),
    "empty": N_("{name} is empty. Choose the file that holds the rows."),
    "foreign": N_(
        "{name} is not a workbook. Open it in Excel or WPS, save it as .xlsx, and choose that file."
    ),
    "password": N_(
        "{name} is protected by a password. Open it in Excel, remove the password, save it, and "
        "choose it again."
    ),
    "damaged": N_(
        "{name} is damaged or was cut off while it was copied. Copy it again, or open it in Excel "
        "and save it under another name."
    ),
    "large": N_("{name} is too large to read. Split it into several files."),
    "slow": N_("{name} takes too long to read. Open it in Excel, save it as .xlsx, and try again."),
    "encoding": N_(
        "The characters of {name} cannot be read. Open it in Excel, save it as .xlsx, and choose "
        "that file."
    ),
    "webarchive": N_(
        "{name} is a web archive, not a workbook. Open it in Excel, save it as .xlsx, and choose "
        "that file."
    ),
}


class ErrorCell(str):
    """What stands in a cell whose formula failed, such as #N/A; never taken for a blank."""

    __slots__ = ()


@dataclass
class Sheet:
    """One sheet: its rows from the first line of the sheet, and each as JSON as it was read.

    A cell is text, number, tick or `ErrorCell`; days and times are ISO text, a blank is "".
    """

    name: str
    rows: list[list[Any]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False
    source: list[bytes] = field(default_factory=list)


@dataclass
class Workbook:
    """What a file holds; `sheets` in the order of the file."""

    path: Path
    sha256: str
    sheets: list[Sheet]
    format: str = "excel"
    encoding: str = ""
    epoch1904: bool = False

    @property
    def name(self) -> str:
        """The file's name, as it is shown and kept."""
        return self.path.name


def read(
    path: Path | str,
    *,
    sheet: str | None = None,
    encoding: str = "",
    progress: Progress | None = None,
) -> Workbook:
    """Read a workbook; `sheet` keeps only the one called so.

    Raises `ShowroomError` with a sentence naming the file and the way forward.
    """
    path = Path(path)
    try:
        digest = _digest(path)
        found = _parse(path, encoding, progress or Progress())
    except _ProblemError as problem:
        raise ShowroomError(_(PROBLEMS[str(problem)]).format(name=path.name)) from None
    book = Workbook(
        path=path,
        sha256=digest,
        sheets=found.sheets,
        format=found.head["format"],
        encoding=found.head["encoding"],
        epoch1904=found.late.get("epoch1904", False),
    )
    if sheet is not None:
        book.sheets = [one for one in book.sheets if one.name == sheet]
        if not book.sheets:
            names = _(", ").join(one.name for one in found.sheets if one.name)
            raise ShowroomError(
                _("{name} has no sheet {sheet}. Its sheets: {sheets}").format(
                    name=path.name, sheet=sheet, sheets=names or "—"
                )
            )
    if not any(one.rows for one in book.sheets):
        raise ShowroomError(_(PROBLEMS["empty"]).format(name=path.name))
    return book


class _ProblemError(Exception):
    """A code of `PROBLEMS`."""


def _digest(path: Path) -> str:
    """What the file is known again by; a file that is not there or may not be read ends here."""
    try:
        if path.is_dir():
            raise _ProblemError("folder")
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise _ProblemError("missing") from None
    except OSError:
        raise _ProblemError("closed") from None


def _parse(path: Path, encoding: str, progress: Progress) -> _Received:
    """Let a process of its own open the file; a second one, more patient, when it dies."""
    for engine in ("", "openpyxl"):
        received = _child(path, engine, encoding, progress)
        if received.whole:
            return received
    raise _ProblemError("damaged")


def _child(path: Path, engine: str, encoding: str, progress: Progress) -> _Received:
    """Run the reader on one file; kill it when it is too slow or the user cancels."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-P",
            "-m",
            "showroom.sheets.child",
            str(path.absolute()),
            engine,
            encoding,
        ],
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    assert process.stdout is not None
    received = _Received()
    deadline = time.monotonic() + TIME_LIMIT
    with process, process.stdout as stream:
        ear = Thread(target=received.listen, args=(stream,), daemon=True)
        ear.start()
        try:
            while ear.is_alive():
                progress.step(0, 0)
                ear.join(0.1)
                if time.monotonic() > deadline:
                    raise _ProblemError("slow")
        finally:
            if ear.is_alive():
                process.kill()
                ear.join()
    if received.problem:
        raise _ProblemError(received.problem)
    return received


class _Received:
    """What the reader has told so far."""

    def __init__(self) -> None:
        self.head: dict[str, Any] = {}
        self.late: dict[str, Any] = {}
        self.sheets: list[Sheet] = []
        self.problem = ""
        self.whole = False

    def listen(self, stream: IO[bytes]) -> None:
        """Take in every line; `whole` when none is missing."""
        try:
            with uncollected():
                self.head = json.loads(stream.readline())
                self.problem = self.head.get("problem", "")
                for told in self.head.get("sheets", ()):
                    rows: list[list[Any]] = []
                    source: list[bytes] = []
                    while len(rows) < told["rows"]:
                        block = list(islice(stream, min(BLOCK, told["rows"] - len(rows))))
                        rows += _rows(block)
                        source += block
                    merged = [(a, b, c, d) for a, b, c, d in told["merged"]]
                    self.sheets.append(Sheet(told["name"], rows, merged, told["hidden"], source))
                self.late = json.loads(stream.readline())
        except ValueError:  # it ended in the middle of a line
            return
        self._mark_errors()
        self.whole = True

    def _mark_errors(self) -> None:
        """Cells that the reader first took for blank and that show an error."""
        sheets = {sheet.name: sheet for sheet in self.sheets}
        for name, number, place, text in self.late.get("errors", ()):
            sheet = sheets[name]
            while len(sheet.rows) <= number:
                sheet.rows.append([])
                sheet.source.append(b"[]")
            row = sheet.rows[number]
            row.extend([""] * (place + 1 - len(row)))
            row[place] = ErrorCell(text)
            sheet.source[number] = json.dumps(row, ensure_ascii=False).encode()


def _environment() -> dict[str, str]:
    """Ours, with the way to this package; its modules stay compiled where that is forbidden."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT)}


def _rows(lines: list[bytes]) -> list[list[Any]]:
    """The rows of some lines, with errors in place of the pairs that stand for them.

    Raises `ValueError` when the lines end too early.
    """
    if not lines:
        raise ValueError("the reader fell silent")
    rows: list[list[Any]] = json.loads(b"[" + b",".join(lines) + b"]")
    for row, line in zip(rows, lines, strict=True):
        if b'["e",' in line:
            row[:] = [ErrorCell(cell[1]) if type(cell) is list else cell for cell in row]
    return rows
