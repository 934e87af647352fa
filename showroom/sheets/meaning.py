"""What the facts of one row mean together: who it is about, and what visit, customer or deal."""

from __future__ import annotations

import re
from collections.abc import Container
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from showroom import dates
from showroom.deals import closing
from showroom.deals.deals import State
from showroom.i18n import N_, _, headed
from showroom.sheets import birthdays, clocks, contacts, times
from showroom.sheets.columns import Kind, Layout
from showroom.sheets.synonyms import HEADINGS, LABELS
from showroom.sheets.times import Context, Wrong
from showroom.store.models import Honorific, Status, VisitKind

Facts = dict[str, Any]

NO_CLOCK: Final = N_("The day is there, the time of arrival is not.")
TWO_DAYS: Final = timedelta(days=2)
OLD: Final = 5
"""A visit of so many years ago is worth a second look."""
_NEXT: Final = frozenset(("next", "next_at"))
_DRIVES: Final = ("drive_start", "drive_end")


class DayOf(StrEnum):
    """Where the day of a visit was taken from, where its row does not say it."""

    TITLE = "title"
    ABOVE = "above"


class Meaning:
    """`visit`, `customer` and `deal` put the facts of a row in order and add doubts.

    They return the field that is wrong and why, or None. `day` is that of the row above, `titled`
    that of the title, `number` the row that is read; of `known` rows it is settled whose they are.
    """

    def __init__(self, layout: Layout, about: Context, known: Container[int]) -> None:
        self._kind = layout.kind
        self._about = about
        self._known, self.number = known, 0
        self.labels = {name: found[0].label for name, found in layout.fields.items()}
        self._drives = [name for name in _DRIVES if name in self.labels]
        self._promises = not _NEXT.isdisjoint(self.labels)
        self.day = self.titled = about.whole
        told = self.labels.get("arrived", "") + layout.title
        self._calls = "来电" in told and re.search(r"[来到进]店|展厅|客流", told) is None
        self._clock = clocks.Clock()

    def _who(self, facts: Facts, doubts: list[str]) -> None:
        """Name, honorific, position and all phones of the person a row is about."""
        said = facts.pop("name", None)
        sex = facts.pop("sex", Honorific.NONE)
        phones, others = facts.pop("phone", ()), facts.pop("phone2", ())
        if type(phones) is not tuple or type(others) is not tuple:
            for name, found in (("phone", phones), ("phone2", others)):
                if type(found) is contacts.Extended:
                    what = _("Extension {number} is left out.").format(number=found.extension)
                    doubts.append(f"{self.labels[name]}: {what}")
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
                    doubts.append(headed(self.labels["name"], what))
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

    def visit(self, facts: Facts, doubts: list[str]) -> tuple[str, str] | None:
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
        unclocked = start is None and stated and "arrived" not in self.labels
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
            day = stated or self.day
            if day is None:
                return "date", _("No date.")
            arrived = datetime.combine(day, start)
            if stated is None:
                facts["day_of"] = DayOf.TITLE if day == self.titled else DayOf.ABOVE
        self.day = day = arrived.date()
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
        if self._drives:
            self._drive(facts, day, doubts)
        return None

    def _drive(self, facts: Facts, day: date, doubts: list[str]) -> None:
        """When the test drive began and ended: a time is noted of who drove."""
        for name in self._drives:
            moment = facts.pop(name, None)
            if moment is not None:
                facts[name] = self._clock.utc(
                    moment if type(moment) is datetime else datetime.combine(day, moment)
                )
                facts.setdefault("drive", True)
        if all(name in facts for name in _DRIVES) and facts["drive_end"] < facts["drive_start"]:
            del facts["drive_end"]
            doubts.append(_("The test drive ends before it begins: its end is left out."))

    # --- customers

    def customer(self, facts: Facts, doubts: list[str]) -> tuple[str, str] | None:
        self._who(facts, doubts)
        if facts["name"] == "":
            return "name", _("No name.")
        if facts["name"] in HEADINGS and self.number not in self._known:
            return "name", _("“{word}” is a heading, no name.").format(word=facts["name"])
        if not facts["phones"] and not facts.get("wechat") and self.number not in self._known:
            in_note = contacts.phones(facts.get("note", ""))
            return "phone", (
                _("No phone.")
                if isinstance(in_note, Wrong) or not in_note
                else _("No phone; a number stands in the remark. Type it in here if it is his.")
            )
        if facts.pop("lost", "") and self._kind is Kind.CUSTOMERS:
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
            doubts.append(headed(self.labels["birthday"], said.why))

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
            label = self.labels.get("next") or self.labels["next_at"]
            why = far or _("{day} is over. The next contact follows the level.").format(day=on)
            doubts.append(headed(label, why))

    # --- deals

    def deal(self, facts: Facts, doubts: list[str]) -> tuple[str, str] | None:
        problem = self.customer(facts, doubts)
        if problem is not None or self.number in self._known:
            return problem
        if (cancelled := facts.pop("cancelled", None)) is not None:
            return "cancelled", _("Cancelled on {day}: it is no deal.").format(day=cancelled)
        course = facts.pop("status", None)
        if course is State.CANCELLED:
            return "status", _("The order was cancelled: it is no deal.")
        today = self._about.today
        ordered, delivered = facts.get("ordered"), facts.get("delivered")
        facts["ordered"] = ordered = ordered or delivered
        if self.labels.keys().isdisjoint(("delivered", "planned")):
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
            doubts.append(headed(self.labels["planned"], wrong))
            del facts["planned"]
        if facts.get("deposit", 0) < 0 or facts.get("deposit", 0) > facts.get("price", 10**12):
            return "deposit", _("The deposit is between 0 and the price.")
        lacking = [
            self.labels.get(name) or _(LABELS[name])
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


def _after_noon(clock: Any) -> Any:
    """A clock time that is said to be after noon: 2:10 is 14:10."""
    is_clock = type(clock) in (time, datetime) and 0 < clock.hour < 12
    return clock.replace(hour=clock.hour + 12) if is_clock else clock
