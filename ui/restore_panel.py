"""What a backup holds and what would be lost by restoring it, before anything is touched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from showroom.dates import local_day, show_clock, show_day
from showroom.errors import Invalid, ShowroomError
from showroom.guard import upkeep
from showroom.guard.rights import Right
from showroom.i18n import _, ngettext
from showroom.store import copies, recovery, restoring
from showroom.store.keys import KeyMissing
from ui import dialogs, style
from ui.forms import Form, Text
from ui.jobs import Job
from ui.widgets import Card, label

if TYPE_CHECKING:
    from datetime import datetime

    from showroom.progress import Progress
    from showroom.store import backup
    from showroom.store.restoring import Look
    from ui.page import Page


class Seen(NamedTuple):
    """One backup as it was looked at; `code` is the recovery code that opened it, if any."""

    look: Look
    code: str


class RestorePanel(Card):
    """The chosen backup: what it holds beside what is here, a code if need be, and the button."""

    restored = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__(_("Restore"), name="settings.restore")
        self.page, self.db = page, page.db
        self.path: Path | None = None
        self.seen: Seen | None = None
        self.sentence = label("", "note", name="settings.restore.sentence", wrap=True)
        self.facts = QWidget()
        grid = QGridLayout(self.facts)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(style.XL)
        grid.setVerticalSpacing(style.S)
        grid.setColumnStretch(2, 1)
        self.cells = {}
        heads = ("", _("Backup"), _("Now"))
        rows = (_("Customers"), _("Visits"), _("Deals"), _("Newest entry"))
        for number, words in enumerate(heads):
            grid.addWidget(label(words, "muted"), 0, number)
        for row, words in enumerate(rows, 1):
            grid.addWidget(label(words, "label"), row, 0)
            for column in (1, 2):
                cell = self.cells[row, column] = label("")
                cell.setAccessibleName(f"{words}, {heads[column]}")
                grid.addWidget(cell, row, column)
        self.lost = label("", "late", name="settings.restore.lost", wrap=True)
        self.again = label("", "note", name="settings.restore.again", wrap=True)
        self.form = Form("settings.restore", label_width=96)
        self.code = Text("code", _("Recovery code"), max_length=80)
        self.form.row(self.code)
        self.button = page.button(
            _("Restore This Backup…"), "", self._restore, kind="danger", name="restore_it"
        )
        page.needs(Right.RESTORE, self.button)
        self.open = page.button(_("Look Inside"), "", self._open_with_code, name="look_inside")
        inner = QVBoxLayout()
        inner.setContentsMargins(style.XL, style.L, style.XL, style.XL)
        inner.setSpacing(style.L)
        said = (self.facts, self.lost, self.again)
        for widget in (self.sentence, self.form, self.open, *said, self.button):
            inner.addWidget(widget)
        inner.addStretch()
        self.body.addLayout(inner)
        self.form.entered.connect(self._open_with_code)
        self.show_nothing()

    def show_nothing(self) -> None:
        """Say how to begin: no backup is chosen."""
        self.path, self.seen = None, None
        self.set_title(_("Restore"))
        self._say(_("Choose a backup: what it holds and what would be lost stands here."))

    def show_copy(self, path: Path) -> None:
        """Look into a backup of this desk or of another one."""
        self.path = path
        made = copies.moment(path)
        self.set_title(_("Restore"), self._when(made) if made else path.name)
        self.code.set_value("")
        self._look("")

    # -- inside --

    def _look(self, code: str) -> None:
        path, db = self.path, self.db
        if path is None:
            return

        def work(_progress: Progress) -> Seen:
            key = restoring.key_of(path, db.key, code)
            return Seen(restoring.look(path, key, db.path, db.key), code)

        self._say(_("Looking into the backup…"))
        Job(self, _("Looking into the backup…"), work, self._show, quiet=True, failed=self._failed)

    def _open_with_code(self) -> None:
        with self.form.reporting():
            code = recovery.read_code(self.code.value())
            self._look(code)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Invalid):
            self._ask_code(self.sentence.text())
            self.form.show_problems(error.problems)
        elif isinstance(error, KeyMissing):
            self._ask_code(str(error))
        elif isinstance(error, ShowroomError):
            self._say(str(error), "late")
        else:
            self._say("")
            dialogs.show_error(self, error)

    def _ask_code(self, sentence: str) -> None:
        self._say(sentence)
        self.form.show()
        self.open.show()
        self.form.focus("code")

    def _say(self, sentence: str, tone: str = "note") -> None:
        self.sentence.setText(sentence)
        style.set_role(self.sentence, role=tone)
        self.sentence.setVisible(bool(sentence))
        for part in (self.form, self.open, self.facts, self.lost, self.again, self.button):
            part.hide()

    def _show(self, seen: Seen) -> None:
        if seen.look.path != self.path:
            return  # another one was chosen meanwhile
        self.seen = seen
        self._say("")
        holds, loses, now = seen.look.holds, seen.look.loses, seen.look.here
        for row, (there, here) in enumerate(zip(holds[:3], now[:3], strict=True), 1):
            self.cells[row, 1].setText(f"{there:,}")
            self.cells[row, 2].setText(f"{here:,}")
        for column, newest in ((1, holds.newest), (2, now.newest)):
            self.cells[4, column].setText(self._when(newest) if newest else "—")
        self.again.setText(_again(seen.look.erasures))
        self.lost.setText(_lost(loses))
        style.set_role(self.lost, role="late" if loses.entries else "good")
        for part in (self.facts, self.lost, self.button):
            part.show()
        self.again.setVisible(bool(seen.look.erasures))

    def _when(self, moment: datetime) -> str:
        return f"{show_day(local_day(moment), self.db.today())} {show_clock(moment)}"

    def _restore(self) -> None:
        if self.seen is None or not dialogs.confirm(
            self,
            _("Restore this backup?"),
            _("Restore"),
            detail=" ".join(
                (self.lost.text(), _("What is here now is kept as a backup of its own."))
            ),
        ):
            return
        db, seen = self.db, self.seen

        def work(progress: Progress) -> backup.Copy | None:
            return upkeep.restore(db, seen.look.path, progress, code=seen.code)

        self.page.job(_("Restoring…"), work, self._on_restored, writes=True)

    def _on_restored(self, _kept: backup.Copy | None) -> None:
        self.show_nothing()
        self.db.tell()
        self.restored.emit()
        self.page.said.emit(_("The backup is restored."))


def _again(count: int) -> str:
    return ngettext(
        "{count} person in it was erased since and is erased again.",
        "{count} persons in it were erased since and are erased again.",
        count,
    ).format(count=f"{count:,}")


def _lost(loses: restoring.Loss) -> str:
    if not loses.same_desk:
        return _("This backup comes from another desk: all that is here would be replaced.")
    if not loses.entries:
        return _("Nothing would be lost: nothing was entered since.")
    return ngettext(
        "{count} entry made since would be lost.",
        "{count} entries made since would be lost.",
        loses.entries,
    ).format(count=f"{loses.entries:,}")
