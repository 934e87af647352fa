"""What the window offers when the data does not open: recovery code, backup, another folder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from showroom.errors import Invalid, ShowroomError
from showroom.i18n import _
from showroom.store import recovery, restoring
from showroom.store.keys import KeyMissing
from ui import dialogs, style
from ui.forms import Form, Text
from ui.jobs import Job
from ui.widgets import Button, label

if TYPE_CHECKING:
    from showroom.paths import Desk
    from showroom.progress import Progress
    from showroom.store import backup

WIDE = 560


class Rescue(QWidget):
    """A field for the recovery code and a button for a backup; `done` when the data may open.

    `others` are further buttons below. What went wrong stands above, in the window.
    """

    done = Signal()

    def __init__(self, desk: Desk, error: Exception, others: Sequence[Button]) -> None:
        super().__init__()
        self.desk = desk
        self._copy: Path | None = None  # the backup whose code is asked for; None: the data's own
        self.setFixedWidth(WIDE)
        self.form = Form("window.rescue", label_width=96)
        self.code = Text("code", _("Recovery code"), max_length=80)
        self.form.row(self.code)
        self.sentence = label("", "late", name="window.rescue.sentence", wrap=True)
        self.open = Button(_("Open with Recovery Code"), kind="primary", name="window.use_code")
        self.restore = Button(_("Restore a Backup…"), name="window.restore")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.L)
        for widget in (self.sentence, self.form, self.open, self.restore, *others):
            column.addWidget(widget)
        has_code = isinstance(error, KeyMissing) and recovery.beside(desk.database).is_file()
        self._ask(has_code)
        self._say("")
        self.setFocusProxy(self.code if has_code else self.restore)
        self.form.entered.connect(self._use_code)
        self.open.clicked.connect(self._use_code)
        self.restore.clicked.connect(self._choose)

    def _ask(self, asked: bool) -> None:
        self.form.setVisible(asked)
        self.open.setVisible(asked)

    def _say(self, sentence: str) -> None:
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))

    def _use_code(self) -> None:
        with self.form.reporting():
            code = recovery.read_code(self.code.value())
            if self._copy is not None:
                self._put_back(self._copy, code)
            else:
                self._bring_key(code)

    def _bring_key(self, code: str) -> None:
        desk = self.desk

        def work(_progress: Progress) -> None:
            restoring.open_with_code(desk, code, datetime.now(UTC))

        Job(self, _("Opening…"), work, self._on_done, writes=True, failed=self._failed)

    def _choose(self) -> None:
        chosen = dialogs.choose_open(self, _("Backup to restore"), _("Backup (*.db)"))
        if chosen:
            self._put_back(chosen[0], "")

    def _put_back(self, copy: Path, code: str) -> None:
        self._copy, desk = copy, self.desk

        def ask() -> str:
            if not code:
                raise KeyMissing(
                    _("This backup opens with its recovery code: {path}").format(path=copy)
                )
            return code

        def work(progress: Progress) -> backup.Copy | None:
            from showroom.guard import erasure, upkeep

            kept = restoring.restore_desk(
                desk, copy, datetime.now(UTC), ask, progress, settle=erasure.settle
            )
            upkeep.restored(desk, copy)
            return kept

        Job(self, _("Restoring…"), work, self._on_done, writes=True, failed=self._failed)

    def _on_done(self, _result: object) -> None:
        self.done.emit()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Invalid):
            self._say("")
            self.form.show_problems(error.problems)
        elif isinstance(error, KeyMissing):
            self._say(str(error))
            self._ask(True)
            self.form.focus("code")
        elif isinstance(error, ShowroomError):
            self._say(str(error))
        else:
            dialogs.show_error(self, error)
