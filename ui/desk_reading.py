"""What the desk reads of its day, all at once: after every write, and once before it is shown."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from showroom import choices, settings
from showroom.door import visits
from showroom.figures import figures
from showroom.guard import closed, staff
from showroom.store import drafts
from showroom.store.models import ChoiceKind, Role
from ui.due import DueList
from ui.rows import BLOCK

if TYPE_CHECKING:
    from showroom.door.expected import ExpectedRow
    from showroom.settings import Settings
    from showroom.store.db import Database, Session


class Lists(NamedTuple):
    """What the form of a visit offers: (id, label) of each list, and who receives."""

    models: list[tuple[int, str]]
    channels: list[tuple[int, str]]
    errands: list[tuple[int, str]]
    consultants: list[tuple[int, str]]


class Reading(NamedTuple):
    """The day as it stands; `seen` are the rows of the lists that are looked at first."""

    today: date
    seen_by: int | None
    saved_at: datetime | None
    day: visits.Day
    shop: Settings
    sums: figures.Day
    owing: list[visits.Owing]
    anybody: bool
    seen: list[visits.VisitRow]
    expected: list[ExpectedRow]
    unclosed: list[date]
    typed_last: int | None
    lists: Lists

    def holds(self, db: Database) -> bool:
        """Whether nothing was saved since, and the same person looks at it on the same day."""
        asked = (db.today(), db.staff_id, db.saved_at)
        return asked == (self.today, self.seen_by, self.saved_at)


def read(db: Database, *, first: bool = False) -> Reading:
    """Read the day, in one look at the file.

    The `first` picture does without who is expected and which days are not closed.
    """
    today = db.today()
    with db.read() as session:
        shop = settings.load(session)  # first: what asks for one setting finds it here
        day = visits.of_day(session, today)
        crew = staff.everyone(session)
        typed = drafts.typed_last(session)
        seen = [*day.present, *day.calls, *day.incomplete[:BLOCK], *day.gone[:BLOCK]]
        if typed:  # who is shown first
            seen.append(typed)
        models, channels, errands = _offered(
            session, ChoiceKind.MODEL, ChoiceKind.CHANNEL, ChoiceKind.ERRAND
        )
        return Reading(
            today,
            db.staff_id,
            db.saved_at,
            day,
            shop,
            figures.day(session, today),
            visits.owing(session, day.incomplete),
            bool(crew),
            visits.rows(session, seen),
            [] if first else DueList.read(session, db),
            [] if first else closed.unclosed(session, today),
            typed,
            Lists(
                models,
                channels,
                errands,
                [(one.id, one.name) for one in crew if one.role is Role.CONSULTANT],
            ),
        )


def _offered(session: Session, *kinds: ChoiceKind) -> list[list[tuple[int, str]]]:
    return [
        [(option.id, option.label) for option in options]
        for options in choices.several(session, kinds)
    ]
