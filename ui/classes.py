"""The classes of all customers: cards, relationship, value, level moves, the sample (F10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from showroom.i18n import N_, _
from ui import style
from ui.class_groups import GroupsPane
from ui.class_moves import MovesPane
from ui.class_sample import SamplePane
from ui.customer_view import CustomerView
from ui.segmented import Segmented
from ui.widgets import label

if TYPE_CHECKING:
    from showroom.people.classes import Census
    from showroom.progress import Progress
    from ui.class_pane import Pane
    from ui.pages.customers import CustomersPage

PARTS: Final = (
    ("cards", N_("Cards of customers")),
    ("relationships", N_("Relationships")),
    ("value", N_("Share of sales")),
    ("moves", N_("Level moves")),
    ("sample", N_("Service sample")),
)


class ClassesView(CustomerView):
    """One part at a time: Left and Right on the row, Down to the picture, below it who is meant.

    All customers are counted on a thread when the view is opened and after every write; what was
    counted before stays until then.
    """

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self.setObjectName("customers.classes")
        self._counting = self._again = False
        self.part = Segmented(
            [(code, _(title)) for code, title in PARTS],
            name="customers.classes.part",
            optional=False,
        )
        self.part.setAccessibleName(_("Part of the classes"))
        self.note = label("", "note", name="customers.classes.note")
        self.groups = GroupsPane(page)
        self.moves = MovesPane(page)
        self.sample = SamplePane(page)
        self._pile = QStackedWidget()
        for pane in (self.groups, self.moves, self.sample):
            self._pile.addWidget(pane)
            pane.chosen.connect(self.chosen)
            pane.said.connect(self.said)
        self.follow(self.groups.table)
        self.follow(self.moves.table)
        self.follow(self.sample.table, self.sample.of)
        head = QHBoxLayout()
        head.setSpacing(style.M)
        head.addWidget(self.part)
        head.addStretch()
        head.addWidget(self.note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addLayout(head)
        layout.addWidget(self._pile, 1)
        self.part.set_code(PARTS[0][0])
        self.part.chosen.connect(self._show_part)
        self._show_part()

    def pane(self) -> Pane:
        """What is shown below the row of parts."""
        shown: dict[str, Pane] = {"moves": self.moves, "sample": self.sample}
        return shown.get(self.part.code(), self.groups)

    def begin(self) -> None:
        self.part.setFocus()

    def reload(self) -> None:
        self._count()
        for pane in (self.moves, self.sample):
            pane.stale = True
        self._show_part()

    def _show_part(self) -> None:
        if self.pane() is self.groups:
            self.groups.show_part(self.part.code())
        self._pile.setCurrentWidget(self.pane())
        if self.pane().stale:
            self.pane().reload()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self.part.hasFocus():
            self.pane().take_keyboard()
        else:
            super().keyPressEvent(event)

    # -- counting --

    def _count(self) -> None:
        """Count all on a thread; asked again meanwhile, once more after it."""
        if self._counting:
            self._again = True
            return
        self._counting, self._again = True, False
        job = self.page.job(_("Counting the classes…"), self._counted, self._on_counted)
        job.finished.connect(self._on_finished)

    def _counted(self, progress: Progress) -> Census:
        from showroom import settings
        from showroom.people import classes

        with self.db.read() as session:
            shop = settings.load(session)
            return classes.census(session, shop, today=self.db.today(), progress=progress)

    def _on_counted(self, census: Census) -> None:
        with self.db.read() as session:
            self.groups.show_census(session, census)
        self.mark_shown()
        self.note.setText(_("Customers: {count}").format(count=f"{census.size:,}"))

    def _on_finished(self) -> None:
        self._counting = False
        if self._again:
            self._count()
