"""Who has the same phone: a couple or a family is linked with one click (DESIGN §4.3)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from showroom import words
from showroom.i18n import _
from showroom.store.models import Kinship
from ui import style
from ui.quiet import Quiet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from showroom.people.customers import CustomerRow, File
    from ui.page import Page


class Sharing(QWidget):
    """`other(id)` when his file is asked for. Who is linked already is not asked about again."""

    other = Signal(int)

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self._id = self._other_id = 0
        self.open = Quiet(icon="users", name=f"{page.code}.file.shared")
        self.couple = Quiet(_("Couple"), tone="accent", name=f"{page.code}.file.couple")
        self.family = Quiet(_("Family member"), tone="accent", name=f"{page.code}.file.family")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(style.S)
        for button in (self.open, self.couple, self.family):
            line.addWidget(button)
        line.addStretch()
        self.open.clicked.connect(lambda: self.other.emit(self._other_id))
        for button, kind in ((self.couple, Kinship.COUPLE), (self.family, Kinship.FAMILY)):
            button.setToolTip(style.tip(_("Link them: both files stay")))
            button.clicked.connect(partial(self._link, kind))

    def show_for(self, file: File, sharing: Sequence[CustomerRow]) -> None:
        """Name the one who has this phone, too."""
        self.setVisible(bool(sharing))
        if not sharing:
            return
        from showroom.people import relations

        self._id, self._other_id = file.row.id, sharing[0].id
        name = words.called(sharing[0].name, sharing[0].honorific) or _("No name")
        self.open.setText(_("Same phone as {name}").format(name=name))
        with self.page.db.read() as session:
            linked = {one.other_id for one in relations.of_customer(session, file.row.id)}
        for button in (self.couple, self.family):
            button.setVisible(self._other_id not in linked)

    def _link(self, kind: Kinship) -> None:
        from showroom.people import relations

        with self.page.reporting(), self.page.db.write() as session:
            relations.link(session, self._id, self._other_id, kind.value, now=self.page.db.now())
