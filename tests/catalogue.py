"""Bring the Chinese catalogue up to what the sources say: `uv run python -m tests.catalogue`.

Arguments are JSON files of {"English": "中文"} to take translations from. Prints what has no
Chinese yet and exits 1 if there is any.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
PO = ROOT / "resources/locale/zh_CN/LC_MESSAGES/showroom.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}

Key = str | tuple[str, str]


class Chinese(Catalog):
    """A catalogue whose header names no date, no tool and no place: it changes with the words."""

    header_comment = (
        "# 展厅前台 · Showroom Desk. Written by tests/catalogue.py; translate msgstr only."
    )
    mime_headers = (
        ("Language", "zh_CN"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "8bit"),
        ("Plural-Forms", "nplurals=1; plural=0;"),
    )

    def __init__(self) -> None:
        super().__init__(locale="zh_CN", fuzzy=False)


def sources() -> Iterator[Path]:
    """Yield every file whose words people read."""
    yield ROOT / "main.py"
    for package in ("showroom", "ui"):
        yield from sorted((ROOT / package).rglob("*.py"))


def said() -> set[Key]:
    """Return every message of the sources; a plural as the pair of its forms."""
    messages: set[Key] = set()
    for path in sources():
        with path.open("rb") as file:
            messages |= {found[1] for found in extract("python", file, KEYWORDS)}
    return merged_plurals(messages)


def merged_plurals(messages: set[Key]) -> set[Key]:
    """Leave out a message that is also the singular of a plural: one entry serves both."""
    singulars = {key[0] for key in messages if isinstance(key, tuple)}
    return {key for key in messages if key not in singulars and key}


def stored() -> dict[str, Message]:
    """Return what the committed catalogue says, by (singular) message."""
    if not PO.exists():
        return {}
    with PO.open("rb") as file:
        return {singular(message.id): message for message in read_po(file, "zh_CN") if message.id}


def build(messages: Iterable[Key], known: dict[str, Message]) -> Chinese:
    """Return the catalogue of exactly `messages`, with the translations that are `known`."""
    catalogue = Chinese()
    for key in sorted(messages, key=singular):
        old = known.get(singular(key))
        text = chinese(old) if old else ""
        flags = ["fuzzy"] if old and old.fuzzy else []
        catalogue.add(key, (text,) if isinstance(key, tuple) else text, flags=flags)
    return catalogue


def take(catalogue: Chinese, files: Iterable[Path]) -> list[str]:
    """Put the translations of JSON `files` in; return remarks on what did not fit."""
    remarks, taken = [], dict[str, str]()
    for file in files:
        for english, text in json.loads(file.read_text("utf-8")).items():
            message = catalogue.get(english)
            if message is None:
                remarks.append(f"not in the sources ({file.name}): {english}")
            elif taken.setdefault(english, text) != text:
                remarks.append(f"also {text!r} ({file.name}): {english} = {taken[english]}")
            else:
                message.string = (text,) if message.pluralizable else text
                message.flags.discard("fuzzy")
    return remarks


def po_bytes(catalogue: Chinese) -> bytes:
    """Return the text form, which people edit."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=0, no_location=True, ignore_obsolete=True)
    return buffer.getvalue()


def mo_bytes(catalogue: Chinese) -> bytes:
    """Return the compiled form, which the program reads."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def problems(catalogue: Chinese) -> list[str]:
    """Return a line for each message without Chinese, or whose Chinese cannot be filled in."""
    lines = []
    for message in catalogue:
        if not message.id:
            continue
        english, text = singular(message.id), chinese(message)
        if not text.strip() or message.fuzzy:
            lines.append(f"untranslated: {english}")
        elif placeholders(every(message.id)) != placeholders(text):
            lines.append(f"placeholders differ: {english} = {text}")
        elif text != text.strip(" ") and english == english.strip(" "):
            lines.append(f"stray spaces: {english} = {text}")
    return lines


def placeholders(text: str) -> set[str]:
    """Return the names to be filled in, of either style."""
    try:
        named = {name for _text, name, _spec, _how in Formatter().parse(text) if name is not None}
    except ValueError:  # a lone brace: it is never formatted
        named = set()
    return named | set(re.findall(r"%\(\w+\)[a-z]|%[a-z]\b", text))


def singular(key: Key) -> str:
    """Return the message by which an entry is known."""
    return key if isinstance(key, str) else key[0]


def every(key: Key) -> str:
    """Return all English forms of an entry."""
    return key if isinstance(key, str) else " ".join(key)


def chinese(message: Message) -> str:
    """Return the one Chinese form."""
    return message.string if isinstance(message.string, str) else "".join(message.string[:1])


def main(arguments: list[str]) -> int:
    """Extract, merge, write, compile and report."""
    catalogue = build(said(), stored())
    remarks = take(catalogue, map(Path, arguments))
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(po_bytes(catalogue))
    MO.write_bytes(mo_bytes(catalogue))
    wrong = problems(catalogue)
    print(*remarks, *wrong, f"{len(catalogue)} messages, {len(wrong)} to do", sep="\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
