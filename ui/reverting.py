"""Ctrl+Z and Ctrl+Shift+Z: asked where it is much, a job where it is long, and said in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from showroom.errors import ShowroomError
from showroom.i18n import _
from ui import dialogs
from ui.jobs import Job

if TYPE_CHECKING:
    from ui.main_window import MainWindow
    from ui.wiring import Services


def revert(window: MainWindow, services: Services, *, again: bool = False) -> None:
    """Take the last action back, or do it `again`, and say in the status bar what it was.

    What is large is a job, so that the window stays alive. Who means his last keystroke is asked
    before he takes back a whole import. A refusal is said, too: nothing to undo is no reason for
    a box.
    """
    say, act = window.status.say, services.redo if again else services.undo
    try:
        weight = services.weight(again)
        asks = weight.question
        if asks and not dialogs.confirm(window, asks, _("Undo"), careful=True):
            return
        if not weight.large:
            say(act())
            return
    except ShowroomError as error:
        say(str(error))
        return

    def failed(error: Exception) -> None:
        if isinstance(error, ShowroomError):
            say(str(error))
        else:
            dialogs.show_error(window, error)

    words = _("Doing again…") if again else _("Undoing…")
    Job(window, words, lambda _progress: act(), say, writes=True, failed=failed)
