"""The line below the level: which one the facts speak for and why, and when the next contact is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel

from showroom import dates
from showroom.door import levels
from showroom.i18n import _
from showroom.store.models import VisitKind
from ui import style
from ui.forms import Options

if TYPE_CHECKING:
    from showroom.door.levels import Suggestion
    from showroom.door.visits import VisitRow

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class LevelHint(QLabel):
    """Proposes a level for the visit that is shown; Enter on a level nobody chose takes it."""

    def __init__(self, level: Options, name: str, today: Callable[[], date]) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        style.set_role(self, role="help")
        self._level, self._today = level, today
        self._proposed: Suggestion | None = None
        level.installEventFilter(self)

    def show_visit(self, visit: VisitRow) -> None:
        """Say what there is to say of this visit; nothing is written."""
        self._proposed = levels.of_visit(visit) if visit.level is None else None
        said = ""
        if self._proposed is not None:
            letter = self._level.buttons[self._proposed.level.value].text().split()[0]
            said = _("{reason} → {letter} suggested, Enter takes it").format(
                reason=self._proposed.reason, letter=letter
            )
        elif visit.next_on is not None:
            shown = dates.inside(dates.show_when(visit.next_on, visit.next_clock, self._today()))
            said = _("Next contact {day}").format(day=shown)
        self.setText(said)
        self.setVisible(bool(said) and visit.kind is not VisitKind.ERRAND)

    # -- Qt --

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in ENTER
            and self._proposed is not None
            and not self._level.code()
        ):
            self._level.set_code(self._proposed.level.value)
            self._level.edited.emit()
        return super().eventFilter(watched, event)
