"""The rows of one sheet, each read into facts, refused with a reason, or told to be none."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import partial
from itertools import pairwise, repeat
from typing import Any, Final, NamedTuple

from showroom import dates
from showroom.deals import closing
from showroom.deals.deals import State
from showroom.i18n import N_, _, headed
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
from showroom.sheets.read import Sheet
from showroom.sheets.synonyms import HEADINGS, LABELS, field_of
from showroom.sheets.times import Context, Doubt, Wrong
from showroom.store.models import Honorific, Status, VisitKind
from showroom.text import narrow

Facts = dict[str, Any]

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

NO_CLOCK: Final = N_("The day is there, the time of arrival is not.")
TWO_DAYS: Final = timedelta(days=2)
OLD: Final = 5
"""A visit of so many years ago is worth a second look."""


class Parsed(NamedTuple):
    """One row: its number in the sheet (from 1), and facts, or why there are none."""

    number: int
    cells: list[Any]
    facts: Facts | None
    nothing: Nothing | None = None
    field: str = ""
    column: str = ""
    reason: str = ""


def _after_noon(clock: Any) -> Any:
    """A clock time that is said to be after noon: 2:10 is 14:10."""
    is_clock = type(clock) in (time, datetime) and 0 < clock.hour < 12
    return clock.replace(hour=clock.hour + 12) if is_clock else clock


class DayOf(StrEnum):
    """Where the day of a visit was taken from, where its row does not say it."""

    TITLE = "title"
    ABOVE = "above"


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
_NEXT: Final = frozenset(("next", "next_at"))
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
        self._known, self._number = known, 0
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
        self._drives = [name for name in ("drive_start", "drive_end") if name in self._names]
        self._promises = not _NEXT.isdisjoint(self._names)
        self._labels = {name: found[0].label for name, found in layout.fields.items()}
        self._above: list[Any] = []
        self._lines: Facts = {}
        self._line_parsers = {
            name: self._parser(name, columns.Column(-1, ""), shop) for name in LINES
        }
        self._day = about.whole
        self._titled = about.whole
        told = self._labels.get("arrived", "") + layout.title
        self._calls = "来电" in told and re.search(r"[来到进]店|展厅|客流", told) is None
        self._clock = clocks.Clock()
        assert layout.kind is not None
        self._assemble = {
            Kind.VISITS: self._visit,
            Kind.CUSTOMERS: self._customer,
            Kind.DEALS: self._deal,
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
            "drive": values.yes,
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
                self._number = number
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
        self._number = number
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
            label = self._labels.get(name) or _(LABELS.get(name, name))
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
            self._day = self._titled = said
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
            return times.day(cell, self._about, self._day)
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

    def _who(self, facts: Facts, doubts: list[str]) -> None:
        """Name, honorific, position and all phones of the person a row is about."""
        said = facts.pop("name", None)
        sex = facts.pop("sex", Honorific.NONE)
        phones, others = facts.pop("phone", ()), facts.pop("phone2", ())
        if type(phones) is not tuple or type(others) is not tuple:
            for name, found in (("phone", phones), ("phone2", others)):
                if type(found) is contacts.Extended:
                    what = _("Extension {number} is left out.").format(number=found.extension)
                    doubts.append(f"{self._labels[name]}: {what}")
        phones = tuple(phones + others) if others else tuple(phones)
        if said is None:
            facts["name"], facts["honorific"] = "", sex
        else:
            if type(said) is contacts.Numbered:
                said, number, there = said
                if not {*there} & {*phones}:
                    what = (
                        _("{number} is taken for a phone.")
                        if there
                        else _("{number} is left out of the name.")
                    ).format(number=number)
                    doubts.append(headed(self._labels["name"], what))
                phones += there
            facts["name"] = said.name
            if given := facts.pop("given", ""):
                latin = said.name.isascii() and given.isascii()
                facts["name"] = f"{given} {said.name}" if latin else f"{said.name}{given}"
            facts["honorific"] = said.honorific if said.honorific is not Honorific.NONE else sex
            if said.position:
                facts.setdefault("position", said.position)
        facts["phones"] = phones if len(phones) < 2 else tuple(dict.fromkeys(phones))

    # --- visits

    def _visit(self, facts: Facts, doubts: list[str]) -> tuple[str, str] | None:
        self._who(facts, doubts)
        start, end = facts.pop("arrived", facts.pop("span", None)), facts.pop("left", None)
        if type(start) is tuple:
            start, end = start[0], start[1] if end is None else end
        if facts.pop("half", False):
            start, end = _after_noon(start), _after_noon(end)
        stated = facts.pop("date", None)
        as_hours = type(start) is date and start.month < start.day <= 24
        if as_hours and stated is not None and start != stated:
            return "arrived", _(
                "The row is of {day}, the arrival says {other}: Excel makes a day of 9-10. Write "
                "9:00-10:00."
            ).format(day=stated, other=start)
        part = start if type(start) is times.Part else None
        unclocked = start is None and stated and "arrived" not in self._labels
        if part is not None or type(start) is date or unclocked:
            stated = start if type(start) is date else (part and part.on) or stated
            start = self._about.clock
            if start is None:
                return "arrived", _(NO_CLOCK)
            start = part.near(start) if part is not None else start
            doubts.append(_("No time of arrival: {time} is taken.").format(time=f"{start:%H:%M}"))
        if start is None:
            return "arrived", _("No time of arrival.")
        if type(start) is datetime:
            arrived = start
        else:
            day = stated or self._day
            if day is None:
                return "date", _("No date.")
            arrived = datetime.combine(day, start)
            if stated is None:
                facts["day_of"] = DayOf.TITLE if day == self._titled else DayOf.ABOVE
        self._day = day = arrived.date()
        today = self._about.today
        if day > today:
            return "arrived", _("{day} has not come yet.").format(day=day)
        if day.year < today.year - OLD:
            doubts.append(_("A visit of {year}.").format(year=day.year))
        left = clocks.leaving(arrived, end, facts.pop("stay", None))
        if left is None and day < today:
            left = arrived  # nobody is still here from an earlier day
        if left is not None and left < arrived:
            return "left", _("Leaving at {left} is before arriving at {arrived}.").format(
                left=f"{left:%H:%M}", arrived=f"{arrived:%H:%M}"
            )
        if type(end) is datetime and end - arrived > TWO_DAYS:
            doubts.append(_("The visit lasts until {day}.").format(day=end.date()))
        facts["day"] = day
        if self._calls:
            facts.setdefault("kind", VisitKind.CALL)
        utc = self._clock.utc
        facts["arrived"], facts["left"] = utc(arrived), left and utc(left)
        if "first" in facts:
            first = facts.pop("first")
            if facts.setdefault("again", not first) is first:
                del facts["again"]
                doubts.append(_("Both first and again are ticked, or neither."))
        for name in self._drives:
            moment = facts.pop(name, None)
            if moment is not None:
                facts[name] = utc(
                    moment if type(moment) is datetime else datetime.combine(day, moment)
                )
        return None

    # --- customers

    def _customer(self, facts: Facts, doubts: list[str]) -> tuple[str, str] | None:
        self._who(facts, doubts)
        if facts["name"] == "":
            return "name", _("No name.")
        if facts["name"] in HEADINGS and self._number not in self._known:
            return "name", _("“{word}” is a heading, no name.").format(word=facts["name"])
        if not facts["phones"] and not facts.get("wechat") and self._number not in self._known:
            in_note = contacts.phones(facts.get("note", ""))
            return "phone", (
                _("No phone.")
                if isinstance(in_note, Wrong) or not in_note
                else _("No phone; a number stands in the remark. Type it in here if it is his.")
            )
        if facts.pop("lost", "") and self._layout.kind is Kind.CUSTOMERS:
            facts.setdefault("status", Status.LOST)
        if "birthday" in facts:
            self._born(facts, doubts)
        if self._promises:
            self._promised(facts, doubts)
        return None

    def _born(self, facts: Facts, doubts: list[str]) -> None:
        """A birthday of which the year is left out says so."""
        said = facts.get("birthday")
        if type(said) is birthdays.Unyeared:
            facts["birthday"] = said.day
            doubts.append(headed(self._labels["birthday"], said.why))

    def _promised(self, facts: Facts, doubts: list[str]) -> None:
        """When he is to be contacted, of one column or two; a day that is over says nothing."""
        on: date | None = None
        clock: time | None = None
        for said in (facts.pop("next", None), facts.pop("next_at", None)):
            if type(said) is datetime:
                on, clock = on or said.date(), clock or said.time()
            elif type(said) is date:
                on = on or said
            elif type(said) is time:
                clock = clock or said
        far = dates.too_far(on, self._about.today, dates.CONTACT_YEARS) if on is not None else ""
        if on is not None and on >= self._about.today and not far:
            facts["next"] = dates.When(on, clock and clock.replace(second=0))
        elif on is not None:
            label = self._labels.get("next") or self._labels["next_at"]
            why = far or _("{day} is over. The next contact follows the level.").format(day=on)
            doubts.append(headed(label, why))

    # --- deals

    def _deal(self, facts: Facts, doubts: list[str]) -> tuple[str, str] | None:
        problem = self._customer(facts, doubts)
        if problem is not None or self._number in self._known:
            return problem
        if (cancelled := facts.pop("cancelled", None)) is not None:
            return "cancelled", _("Cancelled on {day}: it is no deal.").format(day=cancelled)
        course = facts.pop("status", None)
        if course is State.CANCELLED:
            return "status", _("The order was cancelled: it is no deal.")
        today = self._about.today
        ordered, delivered = facts.get("ordered"), facts.get("delivered")
        facts["ordered"] = ordered = ordered or delivered
        if self._labels.keys().isdisjoint(("delivered", "planned")):
            # A list of owners that knows one date only: whoever stands in it has his car
            facts["delivered"] = delivered = ordered
        if course is State.DELIVERED and delivered is None:
            doubts.append(_("Handed over, but not said on which day: the deal stays open."))
        if ordered is not None and ordered > today:
            return "ordered", _("{day} has not come yet.").format(day=ordered)
        if ordered is not None and (old := dates.too_old(ordered, today, dates.ORDER_YEARS)):
            return "ordered", old
        if ordered is not None and delivered is not None and delivered < ordered:
            return "delivered", _(
                "Delivery on {delivered} is before the order of {ordered}."
            ).format(delivered=delivered, ordered=ordered)
        if delivered is not None and (far := dates.too_far(delivered, today, dates.DELIVERY_YEARS)):
            return "delivered", far
        planned = facts.get("planned")
        if planned and (wrong := closing.planned_problem(planned, ordered or planned, today)):
            doubts.append(headed(self._labels["planned"], wrong))
            del facts["planned"]
        if facts.get("deposit", 0) < 0 or facts.get("deposit", 0) > facts.get("price", 10**12):
            return "deposit", _("The deposit is between 0 and the price.")
        lacking = [
            self._labels.get(name) or _(LABELS[name])
            for name in ("price", "ordered", "model")
            if not facts.get(name)
        ]
        if lacking:
            doubts.append(
                _("Without {columns} there is no deal; the owner comes in.").format(
                    columns=_(", ").join(lacking)
                )
            )
        facts["whole"] = not lacking
        return None
