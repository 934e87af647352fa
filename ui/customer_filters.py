"""What narrows the list of customers: the words typed, the buttons, what is shown as chips."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from showroom import words
from showroom.i18n import _
from showroom.people import filters, promises, search
from showroom.store.models import Level, Status
from ui import style
from ui.filters import Filter, MoreFilter
from ui.finder import Finder

if TYPE_CHECKING:
    from showroom.settings import Settings
    from showroom.store.db import Database

MORE = ("channel_id", "model_id", "birthday", "away", "hobby", "no_consent")
"""What stands in the menu of the last button, and as chips when it narrows."""


class CustomerFilters(QWidget):
    """`ids()` of who fits; `chosen()` when one of the buttons narrowed anew.

    `wanted` is what is chosen, `take(wanted)` chooses all of it anew.
    """

    chosen = Signal()

    def __init__(self, db: Database, page: str) -> None:
        super().__init__()
        self._db = db
        self.finder = Finder(
            "search",
            _("Search"),
            f"{page}.search",
            placeholder=_("Name, phone, plate"),
            width=190,
        )
        self.level = Filter(_("Level"), f"{page}.by_level")
        self.consultant = Filter(_("Consultant"), f"{page}.by_consultant")
        self.status = Filter(_("Status"), f"{page}.by_status")
        self.due = Filter(_("Due"), f"{page}.by_due")
        self.more = MoreFilter(_("More"), f"{page}.by_more")
        self._buttons = {
            "level": self.level,
            "consultant_id": self.consultant,
            "status": self.status,
            "due": self.due,
        }
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(style.M)
        line.addWidget(self.finder)
        for button in self._buttons.values():
            line.addWidget(button)
            button.chosen.connect(self.chosen)
        line.addWidget(self.more)
        self.more.chosen.connect(self.chosen)

    @property
    def wanted(self) -> filters.Filter:
        """What the buttons narrow to; what is typed is no part of it."""
        held: dict[str, Any] = {name: button.code for name, button in self._buttons.items()}
        return filters.Filter(**held, **self.more.codes)

    def take(self, wanted: filters.Filter) -> None:
        """Narrow to this, whatever was chosen and typed before; nobody is told."""
        self.finder.clear()
        for name, button in self._buttons.items():
            button.set_code(getattr(wanted, name))
        self.more.set_codes({name: getattr(wanted, name) for name in MORE})

    def ids(self) -> list[int]:
        """Return the ids of who fits, the best first."""
        wanted = self.wanted
        with self._db.read() as session:
            return search.find(
                session,
                self.finder.text(),
                where=filters.conditions(wanted, today=self._db.today()),
                broad=wanted.broad,
            )

    def nobody(self) -> str:
        """Say why nobody is listed; "" when nothing is typed or chosen."""
        with self._db.read() as session:
            if search.waits(session, self.finder.text()):
                return _("Type the whole number, or its last four digits.")
        if self.finder.text() or self.wanted.narrows:
            return _("Nobody fits what is typed and chosen above.")
        return ""

    def clear(self) -> None:
        """Take every narrowing away; nobody is told but who listens to the words."""
        self.take(filters.Filter())

    def offer(self, shop: Settings) -> None:
        """Offer in the buttons what there is now."""
        with self._db.read() as session:
            there, waiting = filters.offer(session), promises.waiting(session, self._db.today())
        due, late = _many(waiting.due), _many(waiting.late)
        self.level.show_options(
            [(one, f"{shop.letter(one)} · {_(words.LEVELS[one])}") for one in Level]
        )
        self.consultant.show_options(there.consultants)
        self.status.show_options([(one, _(words.STATUSES[one])) for one in Status])
        self.due.set_caption(_("Due {count}").format(count=due))
        self.due.show_options(
            [
                ("due", _("Due by today: {count}").format(count=due)),
                ("late", _("Late: {count}").format(count=late)),
            ]
        )
        options: dict[str, list[tuple[Any, str]]] = {
            "channel_id": there.channels,
            "model_id": there.models,
            "birthday": [(code, _(said)) for code, said in filters.BIRTHDAYS.items()],
            "away": [(days, filters.away_words(days)) for days in filters.AWAY],
            "hobby": there.hobbies,
            "no_consent": [(True, _("No consent"))],
        }
        for name in MORE:
            if name == "hobby" and not options[name]:
                continue  # no club yet
            self.more.show_options(
                name, _(filters.TITLES[name]), options[name], switch=name == "no_consent"
            )


def _many(count: int) -> str:
    return f"{count - 1}+" if count >= promises.COUNTED else str(count)
