"""What the desk reads of its day, all at once: after every write, and once before it is shown."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from showroom import choices, settings
from showroom.door import visits
from showroom.figures import figures
from showroom.guard import closed, staff
from showroom.store import drafts
from showroom.store.models import ChoiceKind, Role
from ui.due import DueList

if TYPE_CHECKING:
    from showroom.door.expected import ExpectedRow
    from showroom.settings import Settings
    from showroom.store.db import Database, Session


SEEN = 24
"""So many rows of a list are read with the day: more than a screen shows below the others."""


class Lists(NamedTuple):
    """What the form of a visit offers: (id, label) of each list, and who receives."""

    models: list[tuple[int, str]]
    channels: list[tuple[int, str]]
    errands: list[tuple[int, str]]
    consultants: list[tuple[int, str]]


class Rest(NamedTuple):
    """What the first picture does without: who is expected, and which days are not closed."""

    expected: list[ExpectedRow]
    unclosed: list[date]


class Reading(NamedTuple):
    """The day as it stands; `seen` are the rows of the lists that are looked at first.

    `rest` is None in what is read for the first picture.
    """

    today: date
    seen_by: int | None
    told: int
    day: visits.Day
    shop: Settings
    sums: figures.Day
    owing: list[visits.Owing]
    anybody: bool
    seen: list[visits.VisitRow]
    rest: Rest | None
    typed_last: int | None
    lists: Lists

    def holds(self, db: Database) -> bool:
        """Whether nothing changed since, and the same person looks at it on the same day."""
        return (db.today(), db.staff_id, db.told) == (self.today, self.seen_by, self.told)


def read(db: Database, *, first: bool = False) -> Reading:
    """Read the day, in one look at the file; for the `first` picture without the rest."""
    today, told = db.today(), db.told
    with db.read() as session:
        shop = settings.load(session)  # first: what asks for one setting finds it here
        day = visits.of_day(session, today)
        crew = staff.everyone(session)
        typed = drafts.typed_last(session)
        seen = [*day.present, *day.calls, *day.incomplete[:SEEN], *day.gone[:SEEN]]
        if typed:  # who is shown first
            seen.append(typed)
        models, channels, errands = _offered(
            session, ChoiceKind.MODEL, ChoiceKind.CHANNEL, ChoiceKind.ERRAND
        )
        return Reading(
            today,
            db.staff_id,
            told,
            day,
            shop,
            figures.day(session, today),
            visits.owing(session, day.incomplete),
            bool(crew),
            visits.rows(session, seen),
            None if first else _rest(session, db),
            typed,
            Lists(
                models,
                channels,
                errands,
                [(one.id, one.name) for one in crew if one.role is Role.CONSULTANT],
            ),
        )


def rest(db: Database) -> Rest:
    """Read what the first picture does without; any thread."""
    with db.read() as session:
        return _rest(session, db)


def _rest(session: Session, db: Database) -> Rest:
    return Rest(DueList.read(session, db), closed.unclosed(session, db.today()))


def _offered(session: Session, *kinds: ChoiceKind) -> list[list[tuple[int, str]]]:
    return [
        [(option.id, option.label) for option in options]
        for options in choices.several(session, kinds)
    ]
