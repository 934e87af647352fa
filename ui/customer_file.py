"""The file of one customer to be read: phones, level, facts, and what happened with him."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from showroom import words
from showroom.dates import local_day, show_clock, show_day
from showroom.guard import consent
from showroom.i18n import _, ngettext
from showroom.store.models import Level, Status
from showroom.text import is_hidden
from ui import style
from ui.class_line import ClassLine
from ui.customer_parts import TABS
from ui.fact import Fact, Shown
from ui.file_archive import ArchiveBar, ArchiveTab
from ui.file_circle import CircleTab
from ui.file_facts import FileFacts
from ui.file_fields import FieldsSection
from ui.file_phones import FilePhones
from ui.file_sharing import Sharing
from ui.quiet import Quiet
from ui.segmented import Segmented
from ui.timeline import Entry, Timeline
from ui.widgets import Button, Tag, label

if TYPE_CHECKING:
    from showroom.people.customers import CustomerRow, File
    from showroom.people.timeline import Entry as Event
    from showroom.settings import Settings
    from showroom.store.db import Session
    from ui.customer_parts import Section
    from ui.pages.customers import CustomersPage

LEVELS = (Level.WEEK, Level.FORTNIGHT, Level.MONTH, Level.QUARTER)
TONES = {"plain": "accent", "good": "good", "late": "late"}
AT_ONCE = 40
"""Entries of the timeline that are shown before one asks for the earlier ones."""


class CustomerFile(QWidget):
    """`show_file(…)`; `leveled(code)` when a level is chosen, `other(id)` for who shares a phone.

    The page puts its buttons in; `timeline.current_id()` is the action to undo. Below the line of
    the phone stands one of `TABS`. A fact is changed where it stands (`ui.fact`); `settle()` saves
    what is being typed.
    """

    leveled = Signal(str)
    other = Signal(int)

    def __init__(
        self, owner: CustomersPage, copy: Button, undo: Button, reveal: Button, agreed: QWidget
    ) -> None:
        super().__init__()
        page = owner.code
        self._owner = owner
        self.copy, self.undo, self.reveal = copy, undo, reveal
        self._events: Sequence[Event] = ()
        self._today: date | None = None
        self._most, self._shown_id = AT_ONCE, 0
        self.phones = FilePhones(owner)
        self.phone = self.phones.first
        self.status = Tag(name=f"{page}.file.status")
        self.no_contact = Tag(name=f"{page}.file.no_contact")
        self.complaint = Tag(name=f"{page}.file.complaint")
        self.sharing = Sharing(owner)
        self.level = Segmented(name=f"{page}.file.level", optional=True)
        self.level.setAccessibleName(_("Level"))
        self.grid = FileFacts(owner)
        self.facts: dict[str, Fact] = self.grid.facts
        self.timeline = Timeline(f"{page}.timeline")
        self.timeline.setAccessibleName(_("What happened"))
        self.earlier = Quiet(icon="history", tone="muted", name=f"{page}.file.earlier")

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addLayout(self._make_line())
        layout.addWidget(self.phones)
        layout.addWidget(self.sharing)
        self.tab = Segmented(name=f"{page}.file.tab", optional=False)
        self.tab.setAccessibleName(_("Part of the file"))
        self.tab.set_options([(code, _(title)) for code, title in TABS])
        layout.addWidget(self.tab)
        self.archive_tab, self.circle_tab = ArchiveTab(owner), CircleTab(owner)
        self.pages: dict[str, QWidget] = {
            "overview": self._make_overview(agreed),
            "archive": self.archive_tab,
            "circle": self.circle_tab,
        }
        for tab in self.pages.values():
            layout.addWidget(tab)

        self.grid.offer(_("Another phone"), self.phones.add)
        self.tab.chosen.connect(self.show_tab)
        for number, (code, title) in enumerate(TABS, 1):
            owner.key(f"Alt+{number}", _(title), partial(self.show_tab, code), name=f"tab.{code}")
        owner.key("F2", _("Change in Place"), self.change, name="change")
        self.archive.asked.connect(partial(self.show_tab, "archive"))
        self.show_tab(TABS[0][0], refresh=False)
        self.level.chosen.connect(self.leveled)
        self.sharing.other.connect(self.other)
        self.earlier.clicked.connect(self._show_earlier)
        self.phones.busy.connect(self._make_room)
        self.timeline.selectionModel().currentChanged.connect(self._on_current)
        for words_ in (owner.side.title, owner.side.note):
            words_.installEventFilter(self)

    def _make_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(style.M)
        line.addWidget(self.phone)
        for part in (self.copy, self.reveal):
            line.addWidget(part)
        line.addStretch()
        for tag in (self.complaint, self.no_contact, self.status):
            line.addWidget(tag)
        self.complaint.setToolTip(
            style.tip(_("A complaint is open: no card, no request for others. Ctrl+5, F6"))
        )
        self.status.installEventFilter(self)
        return line

    def _make_overview(self, agreed: QWidget) -> QWidget:
        made = QWidget()
        layout = QVBoxLayout(made)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        self.fields = FieldsSection(self._owner)
        self.class_line = ClassLine(self._owner)
        self.archive = ArchiveBar(self._owner)
        for part in (self.level, self.grid, self.fields, agreed, self.class_line, self.archive):
            layout.addWidget(part)
        head = QHBoxLayout()
        head.addWidget(label(_("What happened"), "section"))
        head.addStretch()
        head.addWidget(self.undo)
        layout.addSpacing(style.S)
        layout.addLayout(head)
        layout.addWidget(self.timeline)
        layout.addWidget(self.earlier, 0, Qt.AlignmentFlag.AlignLeft)
        return made

    # -- what the page uses --

    @staticmethod
    def warm(session: Session, file: File, today: date) -> None:
        """Read once what a file shows, so that its SQL is compiled on a thread."""
        from showroom.people import archive, fields, phones, timeline

        id = file.row.id
        timeline.of_customer(session, id)
        phones.sharing(session, id)
        fields.of_customer(session, id)
        archive.of_customer(session, id)
        CircleTab.read(session, id, today)

    def show_tab(self, code: str, *, refresh: bool = True) -> None:
        """Show one part of the file; while a form stands in its place, nothing happens."""
        if refresh and (self.isHidden() or not self._owner.id):
            return
        self.tab.set_code(code)
        here = QApplication.focusWidget()
        if any(own != code and tab.isAncestorOf(here) for own, tab in self.pages.items() if here):
            self.tab.setFocus()  # what has the keyboard is about to go
        for own, tab in self.pages.items():
            tab.setVisible(own == code)
        if refresh and self.tells():
            self._owner.refresh_file()
        elif refresh:
            self._owner.refresh_sections()
        if refresh:
            for section in self.sections():
                section.begin()

    def tells(self) -> bool:
        """Whether what happened is shown."""
        return self.tab.code() == "overview"

    def sections(self) -> list[Section]:
        """The parts that are shown now, beside the facts."""
        shown: dict[str, list[Section]] = {
            "overview": [self.fields, self.class_line, self.archive],
            "archive": [self.archive_tab],
            "circle": [self.circle_tab],
        }
        return shown[self.tab.code()]

    def show_sections(self, session: Session, file: File) -> None:
        """Fill the parts that are shown."""
        complains = consent.complains(session, file.row.id)
        self.complaint.set_tag(_("Complaint") if complains else "", "late")
        for section in self.sections():
            section.show_for(session, file)

    def change(self) -> None:
        """F2: the fact that has the keyboard becomes its field, else the name."""
        here = QApplication.focusWidget()
        if self._owner.id and not self.isHidden():
            if isinstance(here, Shown) and here.editable:
                here.asked.emit()
            else:
                self.open("name")

    def open(self, name: str) -> None:
        """Turn a fact of the overview into its field."""
        if not self.tells():
            self.show_tab("overview")
        self.grid.open(name)

    def settle(self) -> bool:
        """Save what is being typed in place; False where it cannot be."""
        self.archive_tab.settle()
        parts = [fact.settle() for fact in self.phones.facts()]
        return all([*parts, self.grid.settle(), self.fields.settle(), self.circle_tab.settle()])

    def leave(self) -> None:
        """Leave what is being typed in place as it was."""
        for fact in self.phones.facts():
            fact.leave()
        for part in (self.grid, self.fields, self.circle_tab):
            part.leave()

    def show_file(
        self,
        file: File,
        events: Sequence[Event] | None,
        sharing: Sequence[CustomerRow],
        shop: Settings,
        today: date,
    ) -> None:
        """Show one file; without `events` what happened stays as it is, unseen."""
        row = file.row
        if row.id != self._shown_id:
            self._shown_id, self._most = row.id, AT_ONCE
        self.phones.show_file(file)
        self.status.set_tag(_(words.STATUSES[row.status]), _status_tone(row.status))
        self.no_contact.set_tag(_("Do not contact") if row.do_not_contact else "", "late")
        self._make_room(self.phone.field is not None)
        self.sharing.show_for(file, sharing)
        self._show_level(row, shop)
        self.grid.show_file(file, today)
        if events is not None:
            self._events, self._today = events, today
            self._show_events()

    def _make_room(self, busy: bool) -> None:
        """While a number is typed the line is its own."""
        number = self.phone.text() if self.phones.file and self.phones.file.phones else ""
        self.copy.setVisible(not busy and bool(number) and not is_hidden(number))
        for tag in (self.status, self.no_contact, self.complaint):
            tag.setVisible(not busy and bool(tag.text()))

    def _show_level(self, row: CustomerRow, shop: Settings) -> None:
        letter = _("{letter} {days} d")
        options = [
            (one.value, letter.format(letter=shop.letter(one), days=shop.horizons[one]))
            for one in LEVELS
        ]
        if [(code, part.text()) for code, part in self.level.buttons.items()] != options:
            self.level.set_options(options)
        self.level.set_code(row.level.value if row.level in LEVELS else "")
        self.level.setVisible(row.status in (Status.OPEN, Status.VISITED))

    def _show_events(self) -> None:
        today = self._today
        assert today is not None
        self.timeline.show_entries(
            [
                Entry(
                    event.action_id or 0,
                    _when(event, today),
                    event.title,
                    event.detail,
                    TONES.get(event.tone, "accent"),
                )
                for event in self._events[: self._most]
            ]
        )
        rest = len(self._events) - self._most
        self.earlier.setVisible(rest > 0)
        self.earlier.setText(
            ngettext("{count} earlier entry", "{count} earlier entries", rest).format(count=rest)
        )
        self._on_current()
        QTimer.singleShot(0, self, self._fit)

    def _show_earlier(self) -> None:
        self._most += 2 * AT_ONCE
        self._show_events()

    # -- inside --

    def _on_current(self) -> None:
        self.undo.setEnabled(bool(self.timeline.current_id()))

    def _fit(self) -> None:
        """As high as its entries: the panel scrolls, not the timeline in it."""
        view = self.timeline
        high = sum(view.sizeHintForRow(row) for row in range(len(view.entries())))
        view.setFixedHeight(max(high + style.M, 2 * style.ROW))

    # -- Qt --

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A click on the name, the consultant or the status turns it into its field."""
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            side = self._owner.side
            names = ((side.title, "name"), (side.note, "consultant"), (self.status, "status"))
            name = next(name for part, name in names if part is watched)
            left = event.button() == Qt.MouseButton.LeftButton
            if left and self.isVisible() and not self.grid.is_withheld(name):
                self.open(name)
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._fit)


def _status_tone(status: Status) -> str:
    return {
        Status.OPEN: "accent",
        Status.ORDERED: "good",
        Status.OWNER: "good",
        Status.LOST: "late",
    }.get(status, "muted")


def _when(event: Event, today: date) -> str:
    day = local_day(event.at)
    shown = show_day(day, today)
    return f"{shown} {show_clock(event.at)}" if day == today else shown
