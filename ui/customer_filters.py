"""What narrows the list of customers: the words typed, level, consultant, status, who is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from showroom import words
from showroom.guard import staff
from showroom.i18n import _
from showroom.people import promises, search
from showroom.store.models import Level, Role, Status
from ui import style
from ui.fields import Text
from ui.filters import Filter

if TYPE_CHECKING:
    from showroom.settings import Settings
    from showroom.store.db import Database


class CustomerFilters(QWidget):
    """`ids(shop)` of who fits; `chosen()` when one of the buttons narrowed anew."""

    chosen = Signal()

    def __init__(self, db: Database, page: str) -> None:
        super().__init__()
        self._db = db
        self.finder = Text(
            "search", _("Search"), placeholder=_("Name, pinyin, phone, plate"), width=190
        )
        self.finder.setObjectName(f"{page}.search")
        self.finder.addAction(style.icon("search"), Text.ActionPosition.LeadingPosition)
        self.finder.setClearButtonEnabled(True)
        self.level = Filter(_("Level"), f"{page}.by_level")
        self.consultant = Filter(_("Consultant"), f"{page}.by_consultant")
        self.status = Filter(_("Status"), f"{page}.by_status")
        self.due = Filter(_("Due"), f"{page}.by_due")
        self._buttons = (self.level, self.consultant, self.status, self.due)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(style.M)
        line.addWidget(self.finder)
        for button in self._buttons:
            line.addWidget(button)
            button.chosen.connect(self.chosen)

    def ids(self, shop: Settings) -> list[int]:
        """Offer what there is now, and return the ids of who fits, last visit first."""
        today = self._db.today()
        with self._db.read() as session:
            people = staff.everyone(session, Role.CONSULTANT)
            self._offer(shop, people, promises.waiting(session, today))
            due = self.due.code
            return search.find(
                session,
                self.finder.text(),
                level=self.level.code,
                consultant_id=self.consultant.code,
                status=self.status.code,
                due_by=None if due is None else promises.due_day(today, late=due == "late"),
            )

    def nobody(self) -> str:
        """Say why nobody is listed; "" when nothing is typed or chosen."""
        with self._db.read() as session:
            if search.waits(session, self.finder.text()):
                return _("Type the whole number, or its last four digits.")
        if self.finder.text() or any(one.code is not None for one in self._buttons):
            return _("Nobody fits what is typed and chosen above.")
        return ""

    def clear(self) -> None:
        """Take every narrowing away; nobody is told but who listens to the words."""
        for one in self._buttons:
            one.set_code(None)
        self.finder.clear()

    def _offer(
        self, shop: Settings, people: list[staff.StaffRow], waiting: promises.Waiting
    ) -> None:
        due, late = _many(waiting.due), _many(waiting.late)
        self.level.show_options(
            [(one, f"{shop.letter(one)} · {_(words.LEVELS[one])}") for one in Level]
        )
        self.consultant.show_options([(one.id, one.name) for one in people])
        self.status.show_options([(one, _(words.STATUSES[one])) for one in Status])
        self.due.set_caption(_("Due {count}").format(count=due))
        self.due.show_options(
            [
                ("due", _("Due by today: {count}").format(count=due)),
                ("late", _("Late: {count}").format(count=late)),
            ]
        )


def _many(count: int) -> str:
    return f"{count - 1}+" if count >= promises.COUNTED else str(count)
