"""What a file of the corpus is, and what must become of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from showroom.sheets.notices import About

People = list[tuple[str, str]]


@dataclass(frozen=True)
class Case:
    """A file of one trap: its name, its bytes, and what is expected of it.

    Either `problem` is in the sentence that refuses it, or `people` come in (name and first
    phone), `refused` are the columns of refused rows, `visits` the clock times and `facts` other
    facts of the first row that comes in.
    """

    trap: str
    file: str
    made: Callable[[], bytes]
    people: People | None = None
    problem: str = ""
    refused: tuple[str, ...] = ()
    facts: dict[str, object] = field(default_factory=dict)
    told: frozenset[About] = frozenset()
    encoding: str = ""
    reason: str = ""
    whole: bool = True

    def __str__(self) -> str:
        return self.trap
