"""What contacts leave for, and who gets them: asked before they go into a file."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from showroom.errors import Invalid
from showroom.guard.exports import SEPARATOR, WhatFor
from showroom.i18n import _
from showroom.text import clean
from ui import style
from ui.forms import Choice, Form, Text
from ui.widgets import Button, label

WIDE = 440


class PurposeDialog(QDialog):
    """A purpose out of a short list, or in own words, and the recipient; `said(WhatFor)`.

    What was said the last time stands there already: then Enter is enough.
    """

    said = Signal(object)

    def __init__(
        self, parent: QWidget, sentence: str, offered: Sequence[str], last: WhatFor | None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("purpose")
        self.setWindowTitle(_("Showroom Desk"))
        self.sentence = label(sentence, name="purpose.sentence", wrap=True)
        self.form = Form("purpose")
        self.what = Choice(
            "purpose",
            _("Purpose"),
            [(words, words) for words in offered],
            free=True,
            placeholder=_("Choose, or write it"),
        )
        self.recipient = Text(
            "recipient", _("Recipient"), placeholder=_("Stays in the shop"), max_length=80
        )
        self.form.row(self.what)
        self.form.row(self.recipient)
        self.form.passed = frozenset({"recipient"})  # one Enter takes out; Tab reaches it
        self.enter = Button(_("Take Out"), kind="primary", name="purpose.enter")
        self.leave = Button(_("Cancel"), name="purpose.cancel")
        foot = QHBoxLayout()
        foot.setSpacing(style.M)
        foot.addStretch()
        for button in (self.leave, self.enter):
            button.setAutoDefault(False)
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(style.XL, style.XL, style.XL, style.XL)
        column.setSpacing(style.L)
        column.addWidget(self.sentence)
        column.addWidget(self.form)
        column.addLayout(foot)
        self.setFixedWidth(WIDE)
        self.setAutoFillBackground(True)
        self.what.set_value(last.purpose if last else offered[0])
        self.recipient.set_value(last.recipient if last else "")
        self.form.entered.connect(self._say)
        self.enter.clicked.connect(self._say)
        self.leave.clicked.connect(self.reject)
        self.form.focus("purpose")

    def _say(self) -> None:
        with self.form.reporting():
            purpose = _line(self.what.value())
            if not purpose:
                raise Invalid({"purpose": _("Say what they are for.")})
            self.said.emit(WhatFor(purpose, _line(self.recipient.value())))
            self.accept()


def _line(typed: str | None) -> str:
    """What was typed, on one line and without the mark that parts it in the trail."""
    return clean(typed or "").replace(SEPARATOR.strip(), "-")
