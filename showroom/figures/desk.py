"""The figures of the desk for one day: in all, by moment and reason, by consultant, by hour."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from showroom.door import visits
from showroom.door.visits import Owing
from showroom.figures import counts, cuts, figures
from showroom.figures.cuts import MomentRow, Slice
from showroom.figures.figures import Figure
from showroom.figures.tables import CLOSING, OPENING
from showroom.i18n import N_

CODES = (
    "parties",
    "people",
    "first",
    "came_again",
    "left",
    "contacts",
    "stay",
    "drives",
    "orders",
    "calls",
    "errands",
    "unmet",
    "wait",
    "appointments",
    "incomplete",
)
"""What the desk shows of a day, in the order it is read."""

FORMULAS = {
    "moments": N_("Of the walk-ins: given ÷ asks at each moment, and refusals by their reason"),
    "consultants": N_("By who received them: contacts left ÷ first visits, as in the whole"),
    "hours": N_("Parties by the hour in which they came, without calls"),
    "owing": N_("Visits that are over and still owe something, by who received them"),
}


class Desk(NamedTuple):
    """One day at the desk; `hours[n]` are the parties of the hour `first_hour + n`."""

    day: date
    figures: list[Figure]
    moments: list[MomentRow]
    consultants: list[Slice]
    first_hour: int
    hours: list[int]
    owing: list[Owing]


def look(session: Session, on: date) -> Desk:
    """The figures of one day, right at every moment."""
    counted = counts.whole(session, on, on)
    more = figures.appointments(session, on, on)
    found = {hour: count for (_weekday, hour), count in cuts.by_hour(session, on, on).items()}
    hours = range(min([OPENING, *found]), max([CLOSING - 1, *found]) + 1)
    return Desk(
        on,
        [figures.figure(code, counted, more) for code in CODES],
        cuts.by_moment(session, on, on),
        cuts.by_consultant(session, on, on),
        hours[0],
        [found.get(hour, 0) for hour in hours],
        visits.owing(session, visits.of_day(session, on).incomplete),
    )
