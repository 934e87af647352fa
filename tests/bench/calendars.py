"""The calendar of a year at 100,000 customers ≤ 100 ms, and what one day and one month cost.

The floor is the bare SQL that reads the same days, counted by nobody.
"""

from __future__ import annotations

from datetime import date, timedelta

from showroom.care import calendar
from tests.bench import desks
from tests.bench.measure import Measure, in_turn

YEAR, STALL = (("median", 100.0),), (("median", 50.0),)
BARE = (
    "SELECT strftime('%m-%d', birthday), birthday_lunar, count(*) FROM customer"
    " WHERE birthday IS NOT NULL AND EXISTS"
    " (SELECT 1 FROM deal WHERE customer_id = customer.id AND cancelled_on IS NULL) GROUP BY 1, 2",
    "SELECT ordered_on, count(*) FROM deal WHERE delivered_on IS NOT NULL GROUP BY 1",
    "SELECT delivered_on, count(*) FROM deal WHERE delivered_on IS NOT NULL GROUP BY 1",
    "SELECT plated_on, count(*) FROM vehicle WHERE plated_on IS NOT NULL GROUP BY 1",
    "SELECT day, kind, count(*) FROM key_date WHERE day BETWEEN ? AND ? GROUP BY 1, 2",
)


def run(quick: bool) -> list[Measure]:
    """A year and a month counted, a day in words."""
    db = desks.opened(desks.copy(quick, "calendar"))
    today = db.today()
    first, last = date(today.year, 1, 1), date(today.year, 12, 31)

    def year() -> None:
        with db.read() as session:
            calendar.counts(session, first, last)

    def bare() -> None:
        with db.read() as session:
            for sql in BARE:
                span = (str(first), str(last)) if "?" in sql else ()
                session.connection().exec_driver_sql(sql, span).fetchall()

    def month() -> None:
        with db.read() as session:
            calendar.counts(session, today, today + timedelta(days=41))

    def day() -> None:
        with db.read() as session:
            calendar.entries(session, today, today)

    for each in (year, bare, month, day):  # the first time SQL is compiled, too
        each()
    runs = 2 if quick else 15
    whole, least = in_turn(runs, year, bare)
    some, one = in_turn(runs, month, day)
    db.close()
    return [
        Measure("calendar: a year", whole, least, promises=YEAR),
        Measure("… six weeks of it", some, promises=STALL),
        Measure("… one day with its names", one, promises=STALL),
    ]
