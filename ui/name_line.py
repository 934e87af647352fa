"""One name asked for in a line: Enter or the button gives it, Escape leaves it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom.i18n import _
from ui import style
from ui.fields import Text
from ui.forms import Form
from ui.views import is_escape
from ui.widgets import Button, label


class NameLine(QWidget):
    """`ask(question, go, do, name)` shows the line; `do(name)` may raise, then the line stays.

    What it raises as `Invalid` beside `name` is said below the field.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._do: Callable[[str], None] | None = None
        self._back: QWidget | None = None
        self.question = label("", "label")
        self.form = Form(name, label_width=1)
        self.field = Text("name", _("Name of the list"), width=240, max_length=100)
        self.form.row(self.field)
        self.form.labels["name"].hide()
        self.form.setFixedWidth(self.field.width() + 2 * style.M)
        self.field.setPlaceholderText(_("Name of the list"))
        self.go = Button("", kind="primary", name=f"{name}.go")
        self.leave = Button(_("Cancel"), kind="quiet", name=f"{name}.cancel")
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.M)
        row.addWidget(self.question, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.form)
        row.addWidget(self.go, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.leave, 0, Qt.AlignmentFlag.AlignTop)
        row.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        self.hide()
        self.form.entered.connect(self._give)
        self.go.clicked.connect(self._give)
        self.leave.clicked.connect(self.close_line)

    def ask(
        self,
        question: str,
        go: str,
        do: Callable[[str], None],
        *,
        name: str = "",
        back: QWidget | None = None,
    ) -> None:
        """Ask for a name, `name` proposed; the keyboard goes to `back` afterwards."""
        self._do, self._back = do, back
        self.question.setText(question)
        self.go.setText(go)
        self.form.set_values({"name": name})
        self.show()
        self.form.focus("name")
        self.field.selectAll()

    def close_line(self) -> None:
        """Put the line away."""
        self.hide()
        if self._back is not None:
            self._back.setFocus()

    def _give(self) -> None:
        do = self._do
        if do is None:
            return
        given = False
        with self.form.reporting():
            do(self.field.text())
            given = True
        if given:
            self.close_line()

    # -- Qt --

    def event(self, event: QEvent) -> bool:
        if is_escape(event):
            event.accept()  # else Back at the right would take it, and what is typed there
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_line()
        else:
            super().keyPressEvent(event)
