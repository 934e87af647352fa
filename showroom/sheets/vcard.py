"""People as vCards (RFC 2426, 3.0), several in one file: for the address book of a phone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from showroom.sheets.cells import fit
from showroom.sheets.saving import saving

FOLD: Final = 75
"""So many bytes a line has at most."""


class Person(NamedTuple):
    """Who is called; numbers as people write them."""

    name: str
    phones: list[str]
    is_company: bool = False
    address: str = ""
    postcode: str = ""
    birthday: date | None = None
    note: str = ""


def save(path: Path, people: Iterable[Person]) -> None:
    """Write them all into one file. Raises `ShowroomError` as `saving` does."""
    with saving(path) as file:
        for person in people:
            file.write(card(person).encode())


def card(person: Person) -> str:
    """One vCard; a Chinese name stands whole, so that no phone turns it around."""
    name = _said(person.name)
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"N:{name};;;;", f"FN:{name}"]
    if person.is_company:
        lines.append(f"ORG:{name}")
    lines += [
        f"TEL;TYPE={'CELL' if _is_mobile(number) else 'WORK'}:{_said(number)}"
        for number in person.phones
    ]
    if person.address or person.postcode:
        lines.append(f"ADR;TYPE=HOME:;;{_said(person.address)};;;{_said(person.postcode)};")
    if person.birthday is not None:
        lines.append(f"BDAY:{person.birthday:%Y-%m-%d}")
    if person.note:
        lines.append(f"NOTE:{_said(person.note)}")
    lines.append("END:VCARD")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _is_mobile(number: str) -> bool:
    digits = number.removeprefix("+86").replace(" ", "")
    return len(digits) == 11 and digits.startswith("1")


def _said(text: str) -> str:
    """Text that stays one value: no control characters, its marks escaped."""
    text = "".join(c for c in fit(text) if c >= " " or c == "\n")
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\n", "\\n").replace("\x7f", "").replace("\x85", "").replace("\u2028", "")


def _folded(line: str) -> str:
    """The line in pieces of so many bytes, each but the first begun with a space."""
    pieces, size = [""], 0
    for char in line:
        wide = len(char.encode())
        if size + wide > FOLD:
            pieces.append(" ")
            size = 1
        pieces[-1] += char
        size += wide
    return "\r\n".join(pieces)
