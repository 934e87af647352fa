"""The only windows that ask or interrupt: five functions, which tests replace by name.

Call them through the module (`dialogs.confirm(…)`), never by an imported name.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from showroom import text
from showroom.errors import Cancelled, ShowroomError
from showroom.i18n import _
from ui import state, style

if TYPE_CHECKING:
    from showroom.guard.exports import WhatFor

log = logging.getLogger(__name__)

log_folder: Path | None = None  # set by ui/app.py
tell: Callable[[str], None] | None = None  # the status line; set by ui/app.py
_seen: set[str] = set()
_shown: set[str] = set()  # the sentences that stand in a box now
_held: list[tuple[QWidget | None, BaseException]] | None = None  # while the desk is locked


def hold() -> None:
    """Say nothing from now on: the desk is locked, and what is said may name a customer."""
    global _held
    _held = []


def is_held() -> bool:
    """Tell whether the desk is locked, and nothing is said."""
    return _held is not None


def release(*, say: bool = True) -> None:
    """Say what was held back, or forget it: the program ends."""
    global _held
    waiting, _held = _held or [], None
    for parent, error in waiting if say else ():
        show_error(parent, error)


def confirm(
    parent: QWidget, question: str, verb: str, *, detail: str = "", careful: bool = False
) -> bool:
    """Ask before something that undo does not bring back; the button says the verb.

    `confirm(self, _("Print this card again?"), _("Print Again"))` → True when pressed. `careful`:
    Enter is no, for what a key may have begun by mistake.
    """
    if _held is not None:
        return False
    box = _box(parent)
    box.setText(question)
    box.setInformativeText(detail)
    yes = box.addButton(verb, QMessageBox.ButtonRole.AcceptRole)
    no = box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(no if careful else yes)
    box.setEscapeButton(no)
    style.dress_popup(box)
    box.exec()
    return box.clickedButton() is yes


def choose_open(
    parent: QWidget, title: str, kinds: str = "", *, several: bool = False, folder: bool = False
) -> list[Path]:
    """Let the user choose files (or one folder) to open; [] when he does not.

    `kinds` as Qt writes it: "Excel (*.xlsx *.xls *.csv)".
    """
    start = str(state.folder())
    _speak()
    if folder:
        one = QFileDialog.getExistingDirectory(parent, title, start)
        names = [one] if one else []
    elif several:
        names, _kind = QFileDialog.getOpenFileNames(parent, title, start, kinds)
    else:
        one, _kind = QFileDialog.getOpenFileName(parent, title, start, kinds)
        names = [one] if one else []
    if names:
        state.set_folder(Path(names[0]))
    return [Path(name) for name in names]


def choose_save(parent: QWidget, title: str, name: str, kinds: str) -> Path | None:
    """Let the user choose where to save; `name` is proposed in the last folder; None: he did not.

    What is proposed is a name that every system takes, whatever stands in `name`. The system's
    dialog asks before a file is replaced.
    """
    name = text.file_name(name)
    _speak()
    chosen, _kind = QFileDialog.getSaveFileName(parent, title, str(state.folder() / name), kinds)
    if not chosen:
        return None
    path = Path(chosen)
    if not path.suffix:
        path = path.with_suffix(Path(name).suffix)
    state.set_folder(path)
    return path


def _speak() -> None:
    from ui import qt_words

    qt_words.complete()


def ask_purpose(
    parent: QWidget,
    sentence: str,
    offered: Sequence[str],
    last: WhatFor | None,
    said: Callable[[WhatFor], None],
) -> None:
    """Ask what contacts of persons leave for and who gets them; cancelled, nothing is said."""
    from ui.purpose import PurposeDialog

    dialog = PurposeDialog(parent, sentence, offered, last)
    dialog.said.connect(said)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def show_error(parent: QWidget | None, error: BaseException) -> None:
    """Say what went wrong: a sentence for a `ShowroomError`, one calm box for a bug.

    `Cancelled` is silent. A bug is logged, and shown once for each distinct traceback; after that
    the status line says it.
    """
    if isinstance(error, Cancelled):
        return
    if _held is not None:
        _held.append((parent, error))
        return
    if isinstance(error, ShowroomError):
        sentence = str(error)
        if sentence in _shown:
            return  # as on a full disk: what was typed, and its draft
        _shown.add(sentence)
        box = _box(parent)
        box.setText(sentence)
        box.addButton(_("OK"), QMessageBox.ButtonRole.AcceptRole)
        style.dress_popup(box)
        box.exec()
        _shown.discard(sentence)
        return
    details = "".join(traceback.format_exception(error))
    log.error("A bug:\n%s", details)
    place = "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__
    if place not in _seen:
        _seen.add(place)
        _show_bug(parent, details)
    elif tell is not None:
        tell(_("That did not work again. What was saved before is safe."))


def _box(parent: QWidget | None) -> QMessageBox:
    """A box whose words are shown as they stand: a name may look like markup."""
    box = QMessageBox(parent)
    box.setWindowTitle(_("Showroom Desk"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    return box


def _show_bug(parent: QWidget | None, details: str) -> None:
    box = _box(parent)
    box.setText(_("Something did not work. What was saved before is safe."))
    box.setInformativeText(
        _("You can go on. If it happens again, send the details to whoever looks after this PC.")
    )
    on = box.addButton(_("Go On"), QMessageBox.ButtonRole.AcceptRole)
    copy = box.addButton(_("Copy Details"), QMessageBox.ButtonRole.ActionRole)
    folder = box.addButton(_("Open Log Folder"), QMessageBox.ButtonRole.ActionRole)
    copy.clicked.disconnect()  # so that the box stays open
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(details))
    folder.clicked.disconnect()
    folder.clicked.connect(open_log_folder)
    folder.setEnabled(log_folder is not None)
    box.setDefaultButton(on)
    box.setEscapeButton(on)
    style.dress_popup(box)
    box.exec()


def open_log_folder() -> None:
    """Show the folder of the program's diary in the system's file manager."""
    if log_folder is not None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_folder)))
