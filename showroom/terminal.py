"""What a job says to whoever started it: lines for people, JSON for programs, percent meanwhile."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from getpass import getpass
from pathlib import Path
from typing import Any, Final, NamedTuple
from unicodedata import east_asian_width

from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.progress import Progress

PIN_FILE: Final = "SHOWROOM_PIN_FILE"
SECOND_PIN_FILE: Final = "SHOWROOM_SECOND_PIN_FILE"
NEW_PIN_FILE: Final = "SHOWROOM_NEW_PIN_FILE"


class Answer(NamedTuple):
    """What a job has to say: `data` for `--json`, `lines` for people, and the exit code."""

    data: Any
    lines: list[str]
    code: int = 0


def say(answer: Answer, *, as_json: bool) -> None:
    """Print an answer on stdout; nobody may be reading any more."""
    encoding, text = None, "\n".join(answer.lines)
    if as_json:
        encoding, text = "utf-8", json.dumps(answer.data, ensure_ascii=False, default=_plain)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding=encoding, errors="replace")
    try:
        print(text, flush=True)
    except BrokenPipeError:  # as in `find 李 | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def table(rows: Iterable[list[str]]) -> list[str]:
    """Lines with columns under each other; a Chinese character is two wide."""
    rows = list(rows)
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


@contextmanager
def percent(*, hidden: bool) -> Iterator[Progress]:
    """Progress that shows its percent at a terminal, and wipes it away at the end."""
    if hidden or not sys.stderr.isatty():
        yield Progress()
        return
    shown = -1

    def report(done: int, total: int) -> None:
        nonlocal shown
        percent = done * 100 // total if total else 0
        if percent != shown:
            shown = percent
            print(f"\r{percent:3} %", end="", file=sys.stderr, flush=True)

    try:
        yield Progress(report)
    finally:
        print("\r     \r", end="", file=sys.stderr, flush=True)


def pin(variable: str = PIN_FILE, prompt: str = "") -> str:
    """The PIN from the file named in this variable, or from a prompt that shows nothing."""
    named = os.environ.get(variable)
    if named:
        try:
            return Path(named).read_text("utf-8-sig").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ShowroomError(
                _("The PIN cannot be read from {path}.").format(path=named)
            ) from error
    if not sys.stdin.isatty():
        raise ShowroomError(
            _("Write the PIN into a file and name that file in {variable}.").format(
                variable=variable
            )
        )
    return getpass((prompt or _("PIN:")) + " ")


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _plain(value: object) -> Any:
    """Money as a number, a day as 2026-11-21, a path as it is written."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)
