"""What the desk shows beside its lists and its visit: views in the middle, tools at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from showroom.i18n import N_
from ui.views import Part, View

if TYPE_CHECKING:
    from showroom.door.visits import VisitRow
    from ui.page import Page
    from ui.pages.desk import DeskPage


class Tool(QWidget):
    """Something done for the visit that is shown: it takes the place of its form until Escape.

    `go` are the words of the button at the foot that finishes it (Ctrl+Enter, `accept`).
    `done(words)` goes back to the visit and says it; `entered()` moves on to that button.
    """

    done = Signal(str)
    entered = Signal()
    go = ""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.db = page.db

    def begin(self, visit: VisitRow) -> None:
        """Show what there is for this visit and take the keyboard.

        Raises `ShowroomError` when it cannot be done for this visit now; nothing is shown then.
        """

    def reload(self) -> None:
        """Read anew what changed elsewhere; what is typed is kept."""

    def accept(self) -> None:
        """Do it, and tell `done`. Raises `ShowroomError`; `Invalid` is said by the tool's form."""


def _expected(page: Page) -> View:
    from ui.expected import ExpectedView

    return ExpectedView(cast("DeskPage", page))


def _roster(page: Page) -> View:
    from ui.roster import RosterView

    return RosterView(page)


def _today(page: Page) -> View:
    from ui.today import TodayView

    return TodayView(page)


def _day_close(page: Page) -> View:
    from ui.day_close import DayCloseView

    return DayCloseView(page)


def _deal(page: Page) -> Tool:
    from ui.deal_tool import DealTool

    return DealTool(page)


def _drive(page: Page) -> Tool:
    from ui.drive_tool import DriveTool

    return DriveTool(page)


def _gift(page: Page) -> Tool:
    from ui.gift_tool import GiftTool

    return GiftTool(page)


def _guest(page: Page) -> Tool:
    from ui.guest_tool import GuestTool

    return GuestTool(page)


def _invite(page: Page) -> Tool:
    from ui.invite_tool import InviteTool

    return InviteTool(page)


VIEWS = (
    Part("expected", N_("Expected"), "F5", _expected),
    Part("roster", N_("Turns"), "F11", _roster),
    Part("today", N_("Key Figures"), "Ctrl+G", _today),
    Part("day_close", N_("Daily Close"), "F12", _day_close),
)
TOOLS = (
    Part("drive", N_("Drive"), "F6", _drive),
    Part("gift", N_("Gift"), "F10", _gift),
    Part("invite", N_("Invite"), "Ctrl+I", _invite),
    Part("guest", N_("More"), "Ctrl+D", _guest),
    Part("deal", N_("Deal"), "F9", _deal),
)
