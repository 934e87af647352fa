"""The way out for a manager who forgot the PIN: the recovery code, and a new PIN."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from showroom.errors import Invalid, ShowroomError
from showroom.i18n import _
from ui import style
from ui.fields import Text
from ui.jobs import Job
from ui.widgets import Button, label


class ForgottenPage(QWidget):
    """Recovery code, new PIN twice, Enter; `done(id)` when it is set, `back()` for Escape.

    `reset(id, code, pin)` runs on a thread and raises the sentence of a refusal.
    """

    done = Signal(int)
    back = Signal()

    def __init__(self, id: int, name: str, reset: Callable[[int, str, str], None]) -> None:
        super().__init__()
        self.id, self._reset = id, reset
        self._working = False
        self.name = label(name, "title", name="lock.forgotten.name")
        self.note = label(
            _("The recovery code stands on the page that was printed and locked away."),
            "note",
            wrap=True,
        )
        self.code = Text("code", _("Recovery code"), placeholder=_("Recovery code"), max_length=80)
        self.pin = _secret("pin", _("New PIN, 4 to 8 digits"))
        self.again = _secret("again", _("Once more, then Enter"))
        self.problem = label("", "problem", name="lock.forgotten.problem", wrap=True)
        self.enter = Button(_("Set PIN"), "Return", kind="primary", name="lock.forgotten.enter")
        self.leave = Button(_("Back"), "Esc", name="lock.forgotten.back")
        foot = QHBoxLayout()
        foot.setSpacing(style.M)
        foot.addWidget(self.enter)
        foot.addWidget(self.leave)
        foot.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.M)
        for part in (self.name, self.note, self.code, self.pin, self.again, self.problem):
            column.addWidget(part)
        column.addLayout(foot)
        column.addStretch()
        fields = (self.code, self.pin, self.again)
        for field, following in pairwise(fields):
            field.entered.connect(following.setFocus)
        for field in fields:
            field.setObjectName(f"lock.forgotten.{field.name}")
            field.edited.connect(lambda: self.problem.setText(""))
        self.again.entered.connect(self._try)
        self.enter.clicked.connect(self._try)
        self.leave.clicked.connect(self.back)
        self.setFocusProxy(self.code)

    def _try(self) -> None:
        if self._working:
            return
        code, pin = self.code.text(), self.pin.text()
        if pin != self.again.text():
            self._refuse(Invalid({"again": _("The two are not the same.")}))
            return
        self._working = True
        Job(
            self,
            "",
            lambda _progress: self._reset(self.id, code, pin),
            lambda _none: self.done.emit(self.id),
            quiet=True,
            failed=self._refuse,
        )

    def _refuse(self, error: Exception) -> None:
        self._working = False
        if not isinstance(error, ShowroomError):
            raise error
        self.problem.setText(str(error))
        named = error.problems if isinstance(error, Invalid) else {}
        (self.code if "code" in named else self.pin).setFocus()


def _secret(name: str, caption: str) -> Text:
    made = Text(name, caption, placeholder=caption, max_length=8)
    made.setEchoMode(QLineEdit.EchoMode.Password)
    return made
