"""The rows of one sheet, each read into facts, refused with a reason, or told to be none."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Sequence
from decimal import Decimal
from functools import partial
from itertools import pairwise, repeat
from typing import Any, Final, NamedTuple

from showroom.i18n import _, headed
from showroom.settings import Settings
from showroom.sheets import (
    birthdays,
    clocks,
    columns,
    contacts,
    contents,
    groups,
    parts,
    times,
    titles,
    values,
)
from showroom.sheets.columns import Kind, Layout, Nothing
from showroom.sheets.meaning import Facts, Meaning
from showroom.sheets.read import Sheet
from showroom.sheets.synonyms import LABELS, field_of
from showroom.sheets.times import Context, Doubt, Wrong
from showroom.text import narrow

_SHARED: Final = "name given phone phone2 sex consultant model level channel note".split()
USED: Final = {
    Kind.VISITS: frozenset(
        [
            *_SHARED,
            *"date arrived left span stay people first again kind purpose".split(),
            *"drive drive_model drive_start drive_end wechat".split(),
            *"colour brand series trim offer course source number half".split(),
        ]
    ),
    Kind.CUSTOMERS: frozenset(
        [
            *_SHARED,
            *"position wechat birthday address postcode status do_not_contact".split(),
            *"next next_at past_level lost".split(),
        ]
    ),
    Kind.DEALS: frozenset(
        [
            *_SHARED,
            *"position wechat birthday address postcode do_not_contact".split(),
            *"price deposit ordered delivered planned cancelled vin colour payment".split(),
            "status",
        ]
    ),
}
REPEATED: Final = 5000
"""So many different cells of a column are remembered; of more few come twice."""

BLOCK: Final = 500
"""So many rows are read column by column."""


class Parsed(NamedTuple):
    """One row: its number in the sheet (from 1), and facts, or why there are none."""

    number: int
    cells: list[Any]
    facts: Facts | None
    nothing: Nothing | None = None
    field: str = ""
    column: str = ""
    reason: str = ""


class _Ditto:
    """A cell that says the same as the one above it."""


ODD: Final = _Ditto()
_ODD: Final = frozenset((Nothing, Wrong, Doubt, _Ditto))
EXAMPLES: Final = ("name", "note")
LINES: Final = ("consultant", "level")
"""What a line between the rows may say of all below it."""

_WHOSE: Final = re.compile(r"(?:顾问|业务员)\s?:\s?([\u4e00-\u9fff]{2,4})(?:$|[\s,;()])")
_LEVELS: Final = re.compile(
    r"([OHABCN])\s?(?:级|类)(?:(?:意向)?客户)?(?:\(?\d+[人位组批个]?\)?)?", re.I
)
_PHONES: Final = frozenset(("phone", "phone2"))
"""Of these several columns are read, each for itself."""


class _Reader(NamedTuple):
    """How the cells of one column are read."""

    name: str
    column: columns.Column
    parse: Callable[[Any], Any]

    @property
    def label(self) -> str:
        """The heading of the column."""
        return self.column.label


def parse(
    sheet: Sheet, layout: Layout, shop: Settings, about: Context, known: Container[int] = ()
) -> Iterator[Parsed]:
    """Read every row of a sheet, from its first; of `known` rows it is settled whose they are."""
    form = parts.form(sheet, layout.first)
    for number, row in enumerate(sheet.rows[: layout.after], 1):
        blank = all(cell == "" for cell in row)
        kind = Nothing.HEADER if number > layout.first else Nothing.TITLE
        kind = Nothing.FORM if number - 1 in form else kind
        yield Parsed(number, row, None, Nothing.BLANK if blank else kind)
    _spread_merged(sheet, layout)
    reader = _SheetReader(layout, shop, about, known)
    if "consultant" not in layout.fields and not form:
        for row in sheet.rows[: layout.first]:
            reader.note_title(row)
    for start in range(layout.after, len(sheet.rows), BLOCK):
        yield from reader.read_all(start + 1, sheet.rows[start : start + BLOCK])


def _spread_merged(sheet: Sheet, layout: Layout) -> None:
    """A cell merged over several rows stands for each of them, as a date over its day."""
    for top, left, bottom, right in sheet.merged:
        if top >= layout.after and bottom > top and left == right:
            value = sheet.rows[top][left] if left < len(sheet.rows[top]) else ""
            for row in sheet.rows[top + 1 : bottom + 1]:
                if left < len(row) and row[left] == "" and any(cell != "" for cell in row):
                    row[left] = value


class _Column(dict[Any, Any]):
    """What the cells of a column say, whatever row they stand in; `odd` counts the others met.

    Odd is what depends on the row above, what tells that its row is none, and what needs a word.
    """

    __slots__ = ("_dated", "_name", "_parse", "_telling", "odd")

    def __init__(self, reader: _Reader) -> None:
        super().__init__({"": None})
        self.odd = 0
        self._name = reader.name
        self._parse = reader.parse
        self._dated = reader.name == "date"
        self._telling = reader.name in EXAMPLES

    def __missing__(self, cell: Any) -> Any:
        if type(cell) is str:
            odd = cell.strip() in values.DITTO or (
                self._telling and columns.is_example(cell, self._name)
            )
        else:
            odd = self._dated and type(cell) is float
        value = ODD if odd else self._parse(cell)
        if value.__class__ in _ODD:
            self.odd += 1
            return ODD
        if value == "":
            value = None
        if len(self) < REPEATED:
            self[cell] = value
        return value


class _SheetReader:
    """Reads the rows below the header; knows the row above for what is written as ditto."""

    def __init__(
        self, layout: Layout, shop: Settings, about: Context, known: Container[int] = ()
    ) -> None:
        self._layout = layout
        self._known = known
        self._about = about
        readers = [
            _Reader(name, column, self._parser(name, column, shop))
            for name, found in layout.fields.items()
            for column in found
        ]
        # Equal cells of a column are read once
        self._readers: list[tuple[int, str, _Reader, dict[Any, Any]]] = [
            (reader.column.index, reader.name, reader, {}) for reader in readers
        ]
        self._columns = [(index, _Column(reader)) for index, _name, reader, _known in self._readers]
        self._names = [reader.name for reader in readers]
        # Where two columns say the same, or a tick says what its heading does, one waits for the
        # other
        self._apart = len(set(self._names)) == len(readers) and not any(
            reader.column.tick for reader in readers
        )
        self._above: list[Any] = []
        self._lines: Facts = {}
        self._line_parsers = {
            name: self._parser(name, columns.Column(-1, ""), shop) for name in LINES
        }
        self._meaning = Meaning(layout, about, known)
        assert layout.kind is not None
        self._assemble = {
            Kind.VISITS: self._meaning.visit,
            Kind.CUSTOMERS: self._meaning.customer,
            Kind.DEALS: self._meaning.deal,
        }[layout.kind]

    def _parser(self, name: str, column: columns.Column, shop: Settings) -> Callable[[Any], Any]:
        label = column.label
        unit = Decimal(10000) if "万" in label else Decimal(1)
        about = self._about
        asked = label.startswith("是否")
        dated = about.whole is not None or "date" in self._layout.fields
        phones = contacts.any_phones if self._layout.kind is Kind.VISITS else contacts.phones
        parsers: dict[str, Callable[[Any], Any]] = {
            "date": lambda cell: times.day(cell, about),
            "birthday": lambda cell: birthdays.born(cell, about),
            "ordered": lambda cell: times.day(cell, about),
            "delivered": lambda cell: times.day(cell, about),
            "cancelled": lambda cell: times.day(cell, about),
            "planned": lambda cell: times.planned(cell, about),
            "next": lambda cell: times.promised(cell, about),
            "next_at": lambda cell: times.promised(cell, about),
            "arrived": lambda cell: times.arrival(cell, about, dated=dated),
            "left": lambda cell: clocks.clock(cell, about),
            "drive_start": lambda cell: clocks.clock(cell, about),
            "drive_end": lambda cell: clocks.clock(cell, about),
            "span": lambda cell: times.arrival(cell, about, dated=dated),
            "stay": times.minutes,
            "people": values.people,
            "first": values.first,
            "half": values.after_noon,
            "again": values.yes if asked else values.again,
            "kind": values.visit_kind,
            "drive": values.driven,
            "name": contacts.name,
            "given": contacts.given,
            "phone": phones,
            "phone2": phones,
            "sex": values.honorific,
            "level": values.Levels(shop),
            "channel": values.channel,
            "model": values.together,
            "colour": values.together,
            "consultant": values.together,
            "drive_model": values.together,
            "note": values.note,
            "price": partial(values.price, unit=unit),
            "deposit": partial(values.money, unit=unit),
            "offer": partial(values.offer, unit=unit),
            "course": values.note,
            "payment": values.payment,
            "status": values.course if self._layout.kind is Kind.DEALS else values.status,
            "do_not_contact": values.yes,
            "vin": values.vin,
            "postcode": values.postcode,
            "wechat": values.wechat,
        }
        parser = parsers.get(name, values.word)
        return groups.of_tick(column, parser) if column.tick else parser

    def read_all(self, first: int, rows: list[list[Any]]) -> Iterator[Parsed]:
        """Read neighbouring rows, `first` is the number of the first: most column by column."""
        names = self._names
        for number, (row, said) in enumerate(zip(rows, self._plain(rows), strict=False), first):
            facts = said and {
                name: value
                for name, value in zip(names, said)  # noqa: B905 - as many
                if value is not None
            }
            if facts:
                self._meaning.number = number
                yield self._made(number, row, facts, [])
            else:
                yield self.read(number, row)

    def _plain(self, rows: list[list[Any]]) -> Iterator[Sequence[Any] | None]:
        """What the columns say in each row; nothing where one has to be read by itself."""
        widths = {len(row) for row in rows}
        if not self._apart or len(widths) > 1 or not self._columns:
            return repeat(None)
        (width,) = widths
        if width <= max(index for index, _column in self._columns):
            return repeat(None)
        cells = list(zip(*rows, strict=True))
        told = []
        odd: set[int] = set()
        for index, column in self._columns:
            before = column.odd
            said = list(map(column.__getitem__, cells[index]))
            if column.odd > before:
                odd.update(at for at, value in enumerate(said) if value is ODD)
            told.append(said)
        each = zip(*told, strict=True)
        return (None if at in odd else said for at, said in enumerate(each)) if odd else each

    def read(self, number: int, row: list[Any]) -> Parsed:
        """Read one row."""
        self._meaning.number = number
        width = len(row)
        facts: Facts = {}
        doubts: list[str] = []
        torn: set[str] | None = None
        for index, name, reader, known in self._readers:
            cell = row[index] if index < width else ""
            if cell == "" or (name in facts and name not in _PHONES and not reader.column.tick):
                continue
            value = known.get(cell, known)
            if value is known:  # not read before
                value = self._value(reader, cell)
                if len(known) < REPEATED and (
                    name != "date" or type(cell) is not float  # 10.1 is the first or the tenth
                ):
                    known[cell] = value
            if value is None or value == "":
                continue
            of_what = value.__class__
            if of_what is Nothing:
                return Parsed(number, row, None, value)
            if of_what is _Ditto:
                return self.read(number, self._spelled_out(row))
            if of_what is Wrong:
                kind = self._nothing(row)
                return Parsed(number, row, None, kind, name, reader.label, value)
            if of_what is Doubt:
                doubts.append(headed(reader.label, value))
            elif name in _PHONES and name in facts:
                facts[name] += value
            elif name in facts:
                if facts[name] != value and name != "purpose":
                    also = _("Another is ticked, too.")
                    doubts.append(headed(reader.label, also))
                    torn = {name, *(torn or ())}
            else:
                facts[name] = value
        for name in torn or ():
            del facts[name]
        if not facts:
            return Parsed(number, row, None, self._nothing(row) or Nothing.BLANK)
        return self._made(number, row, facts, doubts)

    def _made(self, number: int, row: list[Any], facts: Facts, doubts: list[str]) -> Parsed:
        """A row of what its cells say, and what a line above it says of all below."""
        if self._lines and number not in self._known:
            told = {name: value for name, value in self._lines.items() if name not in facts}
            facts.update(told)
            if told:
                facts["of_line"] = tuple(told)
        problem = self._assemble(facts, doubts)
        if problem is not None:
            kind = self._nothing(row)
            name, reason = problem
            label = self._meaning.labels.get(name) or _(LABELS.get(name, name))
            return Parsed(number, row, None, kind, name, label, reason)
        if doubts:
            facts["doubts"] = doubts
        self._above = row
        return Parsed(number, row, dict(facts))  # one that gave words away takes twice the room

    def _nothing(self, row: list[Any]) -> Nothing | None:
        """What a row is that is no visit, customer or deal; it may say the day of those below."""
        kind = columns.nothing(row, self._layout)
        if kind not in (Nothing.TOTAL, Nothing.SIGNATURE) and self._is_line(row):
            return Nothing.LINE
        kind = kind or self._blank(row)
        if self._layout.kind is not Kind.VISITS or kind is Nothing.TOTAL:
            return kind
        texts = [narrow(cell) for cell in row if type(cell) is str and cell]
        said = next((day for text in texts if (day := titles.day_of(text, self._about))), None)
        if said is not None and (kind is not None or len(texts) == 1):
            self._meaning.day = self._meaning.titled = said
            return kind or Nothing.TITLE
        return kind

    def note_title(self, row: list[Any]) -> None:
        """Whose customers all below are, where the title says it: 销售顾问：王强."""
        words = [narrow(cell) for cell in row if type(cell) is str]
        words += [f"{label}:{said}" for label, said in pairwise(words)]
        told = {found[1] for text in words if (found := _WHOSE.search(text))}
        named = [said for said in told if contents.is_name(said)]
        if len(named) == 1:
            self._lines["consultant"] = named[0]

    def _is_line(self, row: list[Any]) -> bool:
        """Whether a row only says something of all below it: 销售顾问：王强, or H级客户."""
        filled = [cell for cell in row if cell != ""]
        if len(filled) != 1 or type(filled[0]) is not str:
            return False
        label, _colon, said = narrow(filled[0]).partition(":")
        level = _LEVELS.fullmatch(label)
        found = ("level", 0) if level else field_of(label)
        said = level[1] if level else said.strip()
        if found is None or found[0] not in LINES or not said or said.strip("_") == "":
            return False
        value = self._line_parsers[found[0]](said)
        if value.__class__ in _ODD or value in (None, ""):
            return False
        self._lines[found[0]] = value
        return True

    def _spelled_out(self, row: list[Any]) -> list[Any]:
        """Put what stands above in place of 〃 and 同上."""
        above = self._above
        return [
            (above[place] if place < len(above) else "")
            if type(cell) is str and cell.strip() in values.DITTO
            else cell
            for place, cell in enumerate(row)
        ]

    def _value(self, reader: _Reader, cell: Any) -> Any:
        if type(cell) is str:
            if cell.strip() in values.DITTO and self._above:
                return _Ditto()
            if reader.name in EXAMPLES and columns.is_example(cell, reader.name):
                return Nothing.EXAMPLE
        if type(cell) is float and reader.name == "date":
            return times.day(cell, self._about, self._meaning.day)
        return reader.parse(cell)

    def _blank(self, row: list[Any]) -> Nothing | None:
        """A numbered line of the form that nobody filled in: no person, no time."""
        telling = ("name", "phone", "phone2", "arrived", "span", "left", "vin", "price", "wechat")
        filled = any(
            row[column.index] != ""
            for name in telling
            for column in self._layout.fields.get(name, ())
            if column.index < len(row)
        )
        return None if filled else Nothing.BLANK
