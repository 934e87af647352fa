"""Any workbook becomes sheets of raw rows: .xlsx .xlsm .xlsb .xls .ods .csv .txt and their kin."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any, Final

from showroom.errors import Cancelled, ShowroomError
from showroom.i18n import N_, _
from showroom.progress import Progress

TIME_LIMIT: Final = 180.0
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


Cell = str | float | bool | date | clock | timedelta | ErrorCell | None


@dataclass
class Sheet:
    """One sheet: its rows from the first line of the sheet, blank cells as ""."""

    name: str
    rows: list[list[Any]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False


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
        sheets=[
            Sheet(
                name=one["name"],
                rows=_restored(one["rows"]),
                merged=[(a, b, c, d) for a, b, c, d in one["merged"]],
                hidden=one["hidden"],
            )
            for one in found["sheets"]
        ],
        format=found["format"],
        encoding=found["encoding"],
        epoch1904=found["epoch1904"],
    )
    if sheet is not None:
        book.sheets = [one for one in book.sheets if one.name == sheet]
        if not book.sheets:
            names = ", ".join(one["name"] for one in found["sheets"] if one["name"])
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


def _parse(path: Path, encoding: str, progress: Progress) -> dict[str, Any]:
    """Let a process of its own open the file; a second one, more patient, when it dies."""
    for engine in ("", "openpyxl"):
        code, output = _child(path, engine, encoding, progress)
        if code == 0:
            found: dict[str, Any] = json.loads(output)
            if "problem" in found:
                raise _ProblemError(found["problem"])
            return found
    raise _ProblemError("damaged")


def _child(path: Path, engine: str, encoding: str, progress: Progress) -> tuple[int, bytes]:
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
    deadline = time.monotonic() + TIME_LIMIT
    try:
        while True:
            progress.step(0, 0)
            try:
                output, _errors = process.communicate(timeout=0.2)
            except subprocess.TimeoutExpired:
                if time.monotonic() > deadline:
                    raise _ProblemError("slow") from None
                continue
            return process.returncode, output
    except (Cancelled, _ProblemError):
        process.kill()
        process.communicate()
        raise


def _environment() -> dict[str, str]:
    """Ours, with the way to this package; its modules stay compiled where that is forbidden."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT)}


def _restored(rows: list[list[Any]]) -> list[list[Any]]:
    """Put dates, times, spans and errors in place of the pairs that stand for them."""
    for row in rows:
        for place, cell in _pairs(row):
            row[place] = _cell(*cell)
    return rows


def _pairs(row: list[Any]) -> Iterator[tuple[int, list[Any]]]:
    for place, cell in enumerate(row):
        if type(cell) is list:
            yield place, cell
        elif cell is None:
            row[place] = ""


def _cell(kind: str, value: Any) -> Any:
    if kind == "d":
        return datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
    if kind == "t":
        return clock.fromisoformat(value)
    if kind == "s":
        return timedelta(seconds=value)
    return ErrorCell(value)
