"""The classes of a customer with their reasons, in his file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel

from showroom.i18n import _
from ui import style
from ui.customer_parts import Section
from ui.jobs import Job
from ui.widgets import Tag, label

if TYPE_CHECKING:
    from showroom.people.classes import Classed
    from showroom.people.customers import File
    from showroom.people.value import Borders
    from showroom.progress import Progress
    from showroom.settings import Settings
    from showroom.store.db import Session
    from ui.pages.customers import CustomersPage

ROWS = ("card", "relationship", "value", "losing")
BAND_TONES = {"first": "good", "basis": "accent", "rest": "muted", "none": "muted"}


class ClassLine(Section):
    """His card, the relationship and his value as tags, each with its reason beside it.

    Where the value bands part is read on a thread, for all customers, and kept until something was
    saved. It is hidden while nothing is known of him.
    """

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self._id = 0
        self._borders: Borders | None = None
        self._read_for: Any = None
        self._reading = False
        self.tags: dict[str, Tag] = {}
        self.reasons: dict[str, QLabel] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(style.M)
        grid.setVerticalSpacing(style.S)
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        for number, code in enumerate(ROWS):
            self.tags[code] = Tag(name=f"{page.code}.file.class.{code}")
            self.reasons[code] = label(
                "", "note", name=f"{page.code}.file.class.{code}.why", wrap=True
            )
            self.reasons[code].setMinimumHeight(self.tags[code].sizeHint().height())
            grid.addWidget(self.tags[code], number, 0, top)
            grid.addWidget(self.reasons[code], number, 1)
        self.hide()

    def show_for(self, session: Session, file: File) -> None:
        """Show his classes; the value as soon as it is known where the bands part."""
        from showroom import settings

        self._id = file.row.id
        self._show(session, settings.load(session))

    def _show(self, session: Session, shop: Settings) -> None:
        from showroom.people import classes, value

        today = self.db.today()
        wanted = (self.db.saved_at, today)
        borders = self._borders
        if borders is None:
            borders = value.rank((), shop, value.since(shop, today))
        found = classes.of(session, [self._id], shop, borders, today=today).get(self._id)
        if found is None or found.unknown:
            self.hide()
            return
        if found.money and self._read_for != wanted:
            self._read(wanted)
        self._say(found, shop)

    def _say(self, found: Classed, shop: Settings) -> None:
        from showroom.people import classes

        said = {
            "card": (classes.card_name(found.card, shop), "accent", found.card_why),
            "relationship": (
                _(classes.RELATIONSHIPS[found.relationship]),
                "accent",
                found.relationship_why,
            ),
            "value": (_(classes.BANDS[found.band]), BAND_TONES[found.band], found.band_why),
            "losing": (_("Losing value"), "late", found.losing),
        }
        for code, (words, tone, why) in said.items():
            self.tags[code].set_tag(words if why else "", tone)
            self.reasons[code].setText(why)
            self.reasons[code].setVisible(bool(why))
        self.show()

    # -- where the bands part --

    def _read(self, wanted: Any) -> None:
        """Read it on a thread; what was saved meanwhile is read when a file is shown next."""
        if self._reading:
            return
        self._reading, self._read_for = True, wanted
        Job(self.page, "", self._borders_now, self._on_read, quiet=True, failed=self._on_failed)

    def _borders_now(self, _progress: Progress) -> Borders:
        from showroom import settings
        from showroom.people import value

        with self.db.read() as session:
            return value.borders(session, settings.load(session), today=self.db.today())

    def _on_read(self, borders: Borders) -> None:
        from showroom import settings

        self._reading, self._borders = False, borders
        if self._id:
            with self.db.read() as session:
                self._show(session, settings.load(session))

    def _on_failed(self, _error: Exception) -> None:
        """Without them the value is not said; what is wrong with the file others will say."""
        self._reading = False
