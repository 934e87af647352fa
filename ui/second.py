"""Very many rows leave only with two: the second manager or owner gives the PIN here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from showroom.errors import Invalid
from showroom.guard import exports
from showroom.guard.exports import Second
from showroom.i18n import _
from ui import style
from ui.forms import Choice, Form
from ui.jobs import Job
from ui.settings_pins import secret
from ui.widgets import Button, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from showroom.store.db import Database

WIDE = 420


class SecondDialog(QDialog):
    """Who is the second, and the PIN; `given(Second)` once it is right, else `rejected`."""

    given = Signal(object)

    def __init__(
        self, parent: QWidget, db: Database, sentence: str, people: Sequence[tuple[int, str]]
    ) -> None:
        super().__init__(parent)
        self.setObjectName("second")
        self.setWindowTitle(_("Showroom Desk"))
        self.db = db
        self._checking = self._left = False
        self.sentence = label(sentence, name="second.sentence", wrap=True)
        self.form = Form("second")
        self.who = Choice("who", _("Second person"), people, optional=False)
        self.pin = secret("pin", _("PIN"), _("PIN, then Enter"))
        self.form.row(self.who)
        self.form.row(self.pin)
        self.enter = Button(_("Take Out"), kind="primary", name="second.enter")
        self.leave = Button(_("Cancel"), name="second.cancel")
        for button in (self.enter, self.leave):
            button.setAutoDefault(False)
        foot = QHBoxLayout()
        foot.setSpacing(style.M)
        foot.addStretch()
        foot.addWidget(self.leave)
        foot.addWidget(self.enter)
        column = QVBoxLayout(self)
        column.setContentsMargins(style.XL, style.XL, style.XL, style.XL)
        column.setSpacing(style.L)
        for part in (self.sentence, self.form):
            column.addWidget(part)
        column.addLayout(foot)
        self.setFixedWidth(WIDE)
        self.setAutoFillBackground(True)
        if people:
            self.who.set_value(people[0][0])
        self.form.entered.connect(self._try)
        self.enter.clicked.connect(self._try)
        self.leave.clicked.connect(self.reject)
        self.rejected.connect(self._on_left)
        self.form.focus("pin")

    def _try(self) -> None:
        id, pin = int(self.who.value()), self.pin.text()
        if not pin or self._checking:
            return
        self._checking = True
        self.form.setEnabled(False)
        Job(
            self,
            "",
            lambda _progress: exports.second_person(self.db, id, pin),
            self._accept,
            quiet=True,
            failed=self._refuse,
        )

    def _on_left(self) -> None:
        self._left = True

    def _accept(self, second: Second) -> None:
        if not self._left:  # nobody waits for it any more
            self.given.emit(second)
            self.accept()

    def _refuse(self, error: Exception) -> None:
        if self._left:
            return
        self._checking = False
        self.form.setEnabled(True)
        self.pin.clear()
        with self.form.reporting():
            if isinstance(error, Invalid):
                raise error
            raise Invalid({"pin": str(error)}) from error
        self.adjustSize()  # the sentence needs room
