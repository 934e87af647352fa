"""The file of one customer to be read: phones, level, facts, and what happened with him."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from showroom import words
from showroom.dates import local_day, show_clock, show_day
from showroom.i18n import N_, _, ngettext
from showroom.store.models import Level, Status
from showroom.text import is_hidden
from ui import style
from ui.class_line import ClassLine
from ui.customer_parts import TABS
from ui.file_archive import ArchiveBar, ArchiveTab
from ui.file_circle import CircleTab
from ui.file_fields import FieldsSection
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
FACTS = {
    "next": N_("Next contact"),
    "interest": N_("Interest"),
    "channel": N_("Channel"),
    "visits": N_("Visits"),
    "title": N_("Job title"),
    "wechat": N_("WeChat"),
    "birthday": N_("Birthday"),
    "address": N_("Address"),
    "known": N_("Known by"),
    "note": N_("Note"),
}


class CustomerFile(QWidget):
    """`show_file(…)`; `leveled(code)` when a level is chosen, `other(id)` for who shares a phone.

    The page puts its buttons in; `timeline.current_id()` is the action to undo. Below the line of
    the phone stands one of `TABS`.
    """

    leveled = Signal(str)
    other = Signal(int)

    def __init__(
        self, owner: CustomersPage, copy: Button, undo: Button, reveal: Button, agreed: QWidget
    ) -> None:
        super().__init__()
        page = owner.code
        self.copy, self.undo, self.reveal = copy, undo, reveal
        self._other_id = 0
        self.phone = label("", name=f"{page}.file.phone")
        self.status = Tag(name=f"{page}.file.status")
        self.no_contact = Tag(name=f"{page}.file.no_contact")
        self.phones = label("", "note", name=f"{page}.file.phones", wrap=True)
        self.shared = Button("", kind="quiet", icon="users", name=f"{page}.file.shared")
        self.level = Segmented(name=f"{page}.file.level", optional=True)
        self.level.setAccessibleName(_("Level"))
        self.facts: dict[str, QLabel] = {}
        self.timeline = Timeline(f"{page}.timeline")
        self.timeline.setAccessibleName(_("What happened"))

        line = QHBoxLayout()
        line.setSpacing(style.M)
        line.addWidget(self.phone)
        line.addWidget(self.copy)
        line.addWidget(self.reveal)
        line.addStretch()
        line.addWidget(self.no_contact)
        line.addWidget(self.status)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addLayout(line)
        layout.addWidget(self.phones)
        layout.addWidget(self.shared)
        self.tab = Segmented(name=f"{page}.file.tab", optional=False)
        self.tab.setAccessibleName(_("Part of the file"))
        self.tab.set_options([(code, _(title)) for code, title in TABS])
        layout.addWidget(self.tab)
        self.archive_tab, self.circle_tab = ArchiveTab(owner), CircleTab(owner)
        self.pages: dict[str, QWidget] = {
            "overview": QWidget(),
            "archive": self.archive_tab,
            "circle": self.circle_tab,
        }
        for tab in self.pages.values():
            layout.addWidget(tab)
        layout = QVBoxLayout(self.pages["overview"])
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addWidget(self.level)
        layout.addLayout(self._make_facts(page))
        self.fields = FieldsSection(owner)
        self.class_line = ClassLine(owner)
        self.archive = ArchiveBar(owner)
        layout.addWidget(self.fields)
        layout.addWidget(agreed)
        layout.addWidget(self.class_line)
        layout.addWidget(self.archive)
        head = QHBoxLayout()
        head.addWidget(label(_("What happened"), "section"))
        head.addStretch()
        head.addWidget(self.undo)
        layout.addSpacing(style.S)
        layout.addLayout(head)
        layout.addWidget(self.timeline)

        self.tab.chosen.connect(self.show_tab)
        for number, (code, title) in enumerate(TABS, 1):
            owner.key(f"Alt+{number}", _(title), partial(self.show_tab, code), name=f"tab.{code}")
        self.archive.asked.connect(partial(self.show_tab, "archive"))
        self._owner = owner
        self.show_tab(TABS[0][0], refresh=False)
        self.level.chosen.connect(self.leveled)
        self.shared.clicked.connect(lambda: self.other.emit(self._other_id))
        self.timeline.selectionModel().currentChanged.connect(self._on_current)

    def _make_facts(self, page: str) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(style.L)
        grid.setVerticalSpacing(style.S)
        grid.setColumnStretch(1, 1)
        for number, (name, title) in enumerate(FACTS.items()):
            words = label(_(title), "label")
            fact = label("", name=f"{page}.file.{name}", wrap=True)
            fact.setAccessibleName(_(title))
            words.setBuddy(fact)
            grid.addWidget(words, number, 0)
            grid.addWidget(fact, number, 1)
            self.facts[name] = fact
            fact.setProperty("caption", words)
        return grid

    # -- what the page uses --

    def show_tab(self, code: str, *, refresh: bool = True) -> None:
        """Show one part of the file."""
        self.tab.set_code(code)
        for own, tab in self.pages.items():
            tab.setVisible(own == code)
        if refresh:
            self._owner.refresh_file()

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
        for section in self.sections():
            section.show_for(session, file)

    def show_file(
        self,
        file: File,
        events: Sequence[Event],
        sharing: Sequence[CustomerRow],
        shop: Settings,
        today: date,
    ) -> None:
        """Show one file; the level that is chosen and the place in the timeline stay."""
        row = file.row
        self.phone.setText(row.phone or _("No phone"))
        self.copy.setVisible(bool(row.phone) and not is_hidden(row.phone))
        self.phones.setText(" · ".join(number for _id, number in file.phones[1:]))
        self.phones.setVisible(len(file.phones) > 1)
        self.status.set_tag(_(words.STATUSES[row.status]), _status_tone(row.status))
        self.no_contact.set_tag(_("Do not contact") if row.do_not_contact else "", "late")
        self._other_id = sharing[0].id if sharing else 0
        if sharing:
            name = words.called(sharing[0].name, sharing[0].honorific)
            self.shared.setText(_("Same phone as {name}").format(name=name))
        self.shared.setVisible(bool(sharing))
        self._show_level(row, shop)
        self._show_facts(file, today)
        self._show_events(events, today)

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

    def _show_facts(self, file: File, today: date) -> None:
        row = file.row
        late = late_words(row.next_on, today)
        shown = {
            "next": " · ".join(part for part in (show_day(row.next_on, today), late) if part),
            "interest": row.model,
            "channel": file.channel,
            "visits": _visits(file, today),
            "title": file.title,
            "wechat": file.wechat,
            "birthday": f"{file.birthday:%Y-%m-%d}" if file.birthday else "",
            "address": " ".join(part for part in (file.postcode, file.address) if part),
            "known": file.known_by,
            "note": file.note,
        }
        for name, text in shown.items():
            self.facts[name].setText(text)
            self.facts[name].setVisible(bool(text))
            self.facts[name].property("caption").setVisible(bool(text))
        style.set_role(self.facts["next"], role="late" if late else "")

    def _show_events(self, events: Sequence[Event], today: date) -> None:
        self.timeline.show_entries(
            [
                Entry(
                    event.action_id or 0,
                    _when(event, today),
                    event.title,
                    event.detail,
                    TONES.get(event.tone, "accent"),
                )
                for event in events
            ]
        )
        self._on_current()
        QTimer.singleShot(0, self, self._fit)

    # -- inside --

    def _on_current(self) -> None:
        self.undo.setEnabled(bool(self.timeline.current_id()))

    def _fit(self) -> None:
        """As high as its entries: the panel scrolls, not the timeline in it."""
        view = self.timeline
        high = sum(view.sizeHintForRow(row) for row in range(len(view.entries())))
        view.setFixedHeight(max(high + style.M, 2 * style.ROW))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._fit)


def late_words(day: date | None, today: date) -> str:
    """Say how late a contact is that was due on `day`: `2 days late`, or nothing."""
    if day is None or day >= today:
        return ""
    late = (today - day).days
    return ngettext("{count} day late", "{count} days late", late).format(count=late)


def _visits(file: File, today: date) -> str:
    if not file.visits:
        return ""
    return _("{count} · last {day}").format(
        count=file.visits, day=show_day(file.row.last_visit_on, today) or "—"
    )


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
