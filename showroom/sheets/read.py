"""Any workbook becomes sheets of raw rows: .xlsx .xlsm .xlsb .xls .ods .csv .txt and their kin."""

from __future__ import annotations

import hashlib
import json
import marshal
import re
import time
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import IO, Any, Final

from showroom.errors import ShowroomError
from showroom.i18n import N_, _
from showroom.progress import Progress, uncollected
from showroom.sheets import standby

SILENCE: Final = 20.0
"""So many seconds the reader may take for its first word, and between two."""

BLOCK: Final = 500
MANY: Final = 20_000
LOCKS: Final = re.compile(r"~\$(?P<office>.+)|\.~lock\.(?P<libre>.+)#")
ERRORS: Final = frozenset(
    "#N/A #REF! #VALUE! #DIV/0! #NAME? #NUM! #NULL! #SPILL! #CALC! #FIELD! #GETTING_DATA "
    "#BLOCKED! #CONNECT! #UNKNOWN! #BUSY! Err:502 Err:504 Err:508 Err:509 Err:520".split()
)

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
    "lock": N_(
        "{name} only says that the workbook is open in another program. Choose the workbook itself."
    ),
    "bomb": N_(
        "{name} is packed in a way no honest workbook is; it was not opened. Ask who sent it for "
        "another copy."
    ),
    "died": N_(
        "Reading {name} took more memory than there is, or went wrong; nothing else was harmed. "
        "Open it in Excel or WPS, save it as .xlsx, and choose that file."
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
    `hidden_rows` are numbers from 1, `hidden_columns` the first and last of several; `errors`
    counts cells, `unreckoned` formulas without a stored result, `odd` signs that could not be read;
    `cut` is the row after which nothing was read, or 0.
    `of` is the sheet in the file of one of several tables on it, `skip` how many rows stand above;
    `origin` is the sheet as the file has it, where it is read otherwise.
    """

    name: str
    rows: list[list[Any]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False
    source: list[bytes] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[list[int]] = field(default_factory=list)
    errors: int = 0
    unreckoned: int = 0
    odd: int = 0
    cut: int = 0
    of: str = ""
    skip: int = 0
    origin: Origin | None = None


@dataclass(frozen=True)
class Origin:
    """A sheet as the file has it, and where there a cell stands of what is read of it.

    `boxes` are row and column, from 1, of each box of a card, in the order in which they are read;
    without them its columns are read as rows.
    """

    sheet: Sheet
    boxes: tuple[tuple[int, int], ...] = ()

    def cell(self, number: int, index: int) -> tuple[int, int]:
        """Row and column in the file, from 1, of a cell by its row (from 1) and column (from 0)."""
        if not self.boxes:
            return index + 1, number
        return self.boxes[min(index, len(self.boxes) - 1)]


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
    def shape(self) -> list[list[int]]:
        """How many cells each row of each sheet has: what was decided for a cell is kept by it."""
        of_file = [sheet.origin.sheet if sheet.origin else sheet for sheet in self.sheets]
        return [[len(row) for row in sheet.rows] for sheet in of_file]

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
        if LOCKS.fullmatch(path.name):
            raise _ProblemError("lock")
        digest = _digest(path)
        found = _parse(str(path.absolute()), None, encoding, progress or Progress())
    except _ProblemError as problem:
        raise ShowroomError(_(PROBLEMS[str(problem)]).format(name=path.name)) from None
    book = _book(path, digest, found)
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


def pasted(text: str, html: str = "", *, progress: Progress | None = None) -> Workbook:
    """Read a table that was copied in Excel, WPS or a web page; `html` keeps what `text` shortens.

    Raises `ShowroomError` when no table is in it.
    """
    name = _("Clipboard")
    data = html.encode() if "<table" in html.lower() else text.encode("utf-8", "replace")
    try:
        found = _parse("", data, "utf-8", progress or Progress())
    except _ProblemError as problem:
        if str(problem) in ("empty", "foreign"):
            raise ShowroomError(
                _("No table was copied. Mark the cells in Excel, press Ctrl+C, then come back.")
            ) from None
        raise ShowroomError(_(PROBLEMS[str(problem)]).format(name=name)) from None
    return _book(Path(name), hashlib.sha256(data).hexdigest(), found, "clipboard")


def _book(path: Path, digest: str, found: _Received, format: str = "") -> Workbook:
    return Workbook(
        path=path,
        sha256=digest,
        sheets=found.sheets,
        format=format or found.head["format"],
        encoding=found.head["encoding"],
        epoch1904=found.late.get("epoch1904", False),
    )


@dataclass(frozen=True)
class Encoding:
    """One way to read the characters of a text file; `sample` is a line of it read so."""

    code: str
    label: str
    sample: str


ENCODINGS: Final = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "gb18030": N_("Simplified Chinese (GB18030)"),
    "big5": N_("Traditional Chinese (Big5)"),
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16 BE",
    "cp1252": N_("Western (Windows-1252)"),
}


def encodings(path: Path | str) -> list[Encoding]:
    """The ways in which a text file can be read, to choose from by eye; [] for a workbook."""
    from showroom.sheets import decoding

    with Path(path).open("rb") as file:
        data = file.read(decoding.LOOK_AT + 1)
    if data.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return []
    return [Encoding(code, _(ENCODINGS[code]), sample) for code, sample in decoding.samples(data)]


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


def _parse(path: str, data: bytes | None, encoding: str, progress: Progress) -> _Received:
    """Let a process of its own open the file; a more patient reader when it dies or is doubted."""
    first = _child(path, data, "", encoding, progress)
    if first.whole and not first.doubtful:
        return first
    try:
        second = _child(path, data, "patient", encoding, progress)
    except _ProblemError as problem:
        if first.whole:
            return first
        if str(problem) == "damaged":
            raise _ProblemError("died") from None
        raise
    if second.whole and not (first.whole and first.better_than(second)):
        return second
    if first.whole:
        return first
    raise _ProblemError("died")


def _child(
    path: str, data: bytes | None, engine: str, encoding: str, progress: Progress
) -> _Received:
    """Give a reader one file; kill it when it is too slow or the user cancels."""
    received = _Received()
    order = marshal.dumps((path, engine, encoding, data))
    with standby.take() as process:
        ear = Thread(target=_ask, args=(process, order, received), daemon=True)
        ear.start()
        try:
            while ear.is_alive():
                progress.step(0, 0)
                ear.join(0.1)
                if time.monotonic() > received.heard + SILENCE:
                    raise _ProblemError("slow")
        finally:
            if ear.is_alive():
                process.kill()
                ear.join()
    if received.problem:
        raise _ProblemError(received.problem)
    return received


def _ask(process: standby.Reader, order: bytes, received: _Received) -> None:
    """Hand over what is to be read, and take in what is told; a reader that is gone tells none."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(OSError), process.stdin as pipe:
        pipe.write(order)
    received.listen(process.stdout)


class _Received:
    """What the reader has told so far."""

    def __init__(self) -> None:
        self.head: dict[str, Any] = {}
        self.late: dict[str, Any] = {}
        self.sheets: list[Sheet] = []
        self.problem = ""
        self.whole = False
        self.heard = time.monotonic()

    def listen(self, stream: IO[bytes]) -> None:
        """Take in every line; `whole` when none is missing."""
        try:
            with uncollected():
                self.head = json.loads(stream.readline())
                self.heard = time.monotonic()
                self.problem = self.head.get("problem", "")
                for told in self.head.get("sheets", ()):
                    self.sheets.append(self._sheet(told, stream))
                self.late = json.loads(stream.readline())
                self.problem = self.problem or self.late.get("problem", "")
        except ValueError:  # it ended in the middle of a line
            return
        self._second_look()
        self.whole = True

    def _sheet(self, told: dict[str, Any], stream: IO[bytes]) -> Sheet:
        rows: list[list[Any]] = []
        source: list[bytes] = []
        errors = 0
        known: dict[str, str] = {}
        while len(rows) < told["rows"]:
            block = list(islice(stream, min(BLOCK, told["rows"] - len(rows))))
            found, failed = _rows(block)
            if told["rows"] > MANY:
                _once(found, known)
            rows += found
            source += block
            errors += failed
            self.heard = time.monotonic()
        merged = [(a, b, c, d) for a, b, c, d in told["merged"]]
        return Sheet(
            told["name"],
            rows,
            merged,
            told["hidden"],
            source,
            hidden_rows=told.get("hidden_rows", []),
            hidden_columns=told.get("hidden_columns", []),
            errors=errors,
            cut=told.get("cut", 0),
        )

    def _second_look(self) -> None:
        """What the reader found in the file after it had told the rows."""
        for sheet in self.sheets:
            looks = self.late.get("sheets", {}).get(sheet.name, {})
            hidden = looks.get("hidden_rows", sheet.hidden_rows)
            sheet.hidden_rows = [number for number in hidden if number <= len(sheet.rows)]
            sheet.hidden_columns = looks.get("hidden_columns", sheet.hidden_columns)
            sheet.unreckoned = looks.get("unreckoned", 0)
            sheet.odd = self.late.get("odd", {}).get(sheet.name, 0)
            for number, place, text in looks.get("errors", ()):
                self._mark_error(sheet, number, place, text)

    def _mark_error(self, sheet: Sheet, number: int, place: int, text: str) -> None:
        """A cell that the reader first took for blank and that shows an error."""
        while len(sheet.rows) <= number:
            sheet.rows.append([])
            sheet.source.append(b"[]")
        row = sheet.rows[number]
        row.extend([""] * (place + 1 - len(row)))
        if not isinstance(row[place], ErrorCell):
            sheet.errors += 1
        row[place] = ErrorCell(text)
        sheet.source[number] = json.dumps(row, ensure_ascii=False).encode()

    @property
    def doubtful(self) -> bool:
        """Whether it gave signs that no file holds, or fewer rows than there are."""
        if self.head.get("format") != "excel":
            return False
        return self._odd > 0 or self._missing > 0

    def better_than(self, other: _Received) -> bool:
        """Whether the other one has not less to doubt."""
        return (self._missing, self._odd) <= (other._missing, other._odd)

    @property
    def _odd(self) -> int:
        return sum(sheet.odd for sheet in self.sheets)

    @property
    def _missing(self) -> int:
        looks = self.late.get("sheets", {})
        return sum(
            max(0, looks.get(sheet.name, {}).get("last", 0) - len(sheet.rows))
            for sheet in self.sheets
            if not sheet.cut
        )


def _once(rows: list[list[Any]], known: dict[str, str]) -> None:
    """Keep equal texts once: half of the memory of a hundred thousand rows."""
    if len(known) > MANY:
        known.clear()
    once = known.setdefault
    for row in rows:
        row[:] = [once(cell, cell) if type(cell) is str else cell for cell in row]


def _rows(lines: list[bytes]) -> tuple[list[list[Any]], int]:
    """The rows of some lines, with errors in place of what stands for them, and how many.

    Raises `ValueError` when the lines end too early.
    """
    if not lines:
        raise ValueError("the reader fell silent")
    whole = b"[%s]" % b",".join(lines)
    rows: list[list[Any]] = json.loads(whole, parse_int=float)  # as most readers tell numbers
    failed = 0
    if not _holds_error(whole):
        return rows, failed
    for row, line in zip(rows, lines, strict=True):
        if _holds_error(line):
            for place, cell in enumerate(row):
                if type(cell) is list:
                    row[place] = ErrorCell(cell[1])
                elif type(cell) is str and cell in ERRORS:
                    row[place] = ErrorCell(cell)
                else:
                    continue
                failed += 1
    return rows, failed


def _holds_error(told: bytes) -> bool:
    """Whether a cell in some rows may show an error."""
    return b'["e",' in told or b'"#' in told or b'"Err:' in told
