"""Why a file cannot be read, for the process that opens it."""

from __future__ import annotations

MAX_CELLS = 12_000_000


class Unreadable(Exception):
    """The file cannot be read; the text is a code that `read` turns into a sentence."""


def check_size(height: int, width: int) -> None:
    """Refuse what would not fit the memory."""
    if height * width > MAX_CELLS:
        raise Unreadable("large")
