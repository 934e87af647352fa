"""Which days are worked: weekends, public holidays and exchanged days, year by year.

The table is the shop's own (`Settings.holidays`); what it does not say is what the State Council
published. A year whose notice is not out yet has the days of the decree alone, which are sure: no
bridge and no exchanged day is invented (DOMAIN §5.4).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from showroom.errors import Invalid
from showroom.i18n import N_, _
from showroom.settings import Settings
from showroom.text import narrow


class Year(NamedTuple):
    """Days of a year as people write them, `01-01 02-15~02-23`: off, and worked at a weekend."""

    off: str
    work: str
    source: str
    published: bool = True


_DECREE: Final = N_("Not published yet: the days of the decree of 2024-11-10 alone")
SHIPPED: Final = {
    2025: Year(
        "01-01 01-28~02-04 04-04~04-06 05-01~05-05 05-31~06-02 10-01~10-08",
        "01-26 02-08 04-27 09-28 10-11",
        N_("State Council, notice 2024 no. 12 of 2024-11-12"),
    ),
    2026: Year(
        "01-01~01-03 02-15~02-23 04-04~04-06 05-01~05-05 06-19~06-21 09-25~09-27 10-01~10-07",
        "01-04 02-14 02-28 05-09 09-20 10-10",
        N_("State Council, notice 2025 no. 7 of 2025-11-04"),
    ),
    2027: Year("01-01 02-05~02-08 04-05 05-01~05-02 06-09 09-15 10-01~10-03", "", _DECREE, False),
}


class Workdays:
    """Weekends and the table of a shop."""

    def __init__(self, table: Mapping[str, Mapping[str, str]]) -> None:
        self._table = table
        self._years: dict[int, tuple[frozenset[date], frozenset[date]]] = {}

    def is_working(self, day: date) -> bool:
        """Whether offices work: Monday to Friday but the holidays, and the exchanged days."""
        off, work = self._year(day.year)
        return day in work or (day.weekday() < 5 and day not in off)

    def is_off(self, day: date) -> bool:
        """Whether it is a public holiday, or a day off beside one."""
        return day in self._year(day.year)[0]

    def is_exchanged(self, day: date) -> bool:
        """Whether it is a weekend that is worked."""
        return day in self._year(day.year)[1]

    def after(self, day: date, days: int = 1) -> date:
        """The day that lies so many working days after `day`."""
        while days > 0:
            day += timedelta(days=1)
            days -= self.is_working(day)
        return day

    def _year(self, year: int) -> tuple[frozenset[date], frozenset[date]]:
        if year not in self._years:
            known = year_of(self._table, year)
            self._years[year] = (
                frozenset(days(known.off, year, "off")),
                frozenset(days(known.work, year, "work")),
            )
        return self._years[year]


def of(shop: Settings) -> Workdays:
    """The working days of a shop; the same table is read once."""
    rows = ((year, held["off"], held["work"]) for year, held in shop.holidays.items())
    return _kept(tuple(sorted(rows)))


@lru_cache(maxsize=8)
def _kept(rows: tuple[tuple[str, str, str], ...]) -> Workdays:
    return Workdays({year: {"off": off, "work": work} for year, off, work in rows})


def year_of(table: Mapping[str, Mapping[str, str]], year: int) -> Year:
    """What holds in a year; of one nobody knows weekends only."""
    held = table.get(str(year))
    if held is not None:
        return Year(held["off"], held["work"], N_("Entered in this showroom"))
    return SHIPPED.get(year) or Year("", "", N_("Not known yet: weekends only"), False)


def is_known(table: Mapping[str, Mapping[str, str]], year: int) -> bool:
    """Whether the days off of a year stand in the table, or were published or decreed."""
    return str(year) in table or year in SHIPPED


def days(said: str, year: int, field: str) -> Iterator[date]:
    """The days written as `01-01 02-15~02-23`. Raises `Invalid` beside `field`."""
    for part in narrow(said).replace(",", " ").replace("~", " ~ ").replace(" ~ ", "~").split():
        first, _sep, last = part.partition("~")
        try:
            day = date.fromisoformat(f"{year}-{first}")
            end = date.fromisoformat(f"{year}-{last or first}")
        except ValueError:
            end = day = date.min
        if end < day or day == date.min:
            sentence = _("{part} is no day of {year}. Write 01-01 or 02-15~02-23.")
            raise Invalid({field: sentence.format(part=part, year=year)})
        while day <= end:
            yield day
            day += timedelta(days=1)


def change(shop: Settings, year: int, *, off: str, work: str) -> None:
    """Put a year of the table into the settings; what is shipped needs no entry.

    Raises `Invalid` beside `off` or `work`: no such day, a day that is both, a day to be worked
    that is no weekend.
    """
    free, worked = set(days(off, year, "off")), set(days(work, year, "work"))
    for day in sorted(worked):
        if day in free:
            said = _("{day} is off and worked at once.").format(day=f"{day:%m-%d}")
            raise Invalid({"work": said})
        if day.weekday() < 5:
            said = _("{day} is no weekend: it is worked anyway.").format(day=f"{day:%m-%d}")
            raise Invalid({"work": said})
    typed = {"off": " ".join(narrow(off).split()), "work": " ".join(narrow(work).split())}
    shipped = SHIPPED.get(year)
    if shipped is not None and (typed["off"], typed["work"]) == (shipped.off, shipped.work):
        shop.holidays.pop(str(year), None)
    else:
        shop.holidays[str(year)] = typed
