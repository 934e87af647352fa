"""What the desk shows beside its lists and its visit: views in the middle, tools at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from showroom.i18n import N_
from ui.views import Part

if TYPE_CHECKING:
    from showroom.door.visits import VisitRow
    from showroom.store.db import Database
    from ui.page import Page


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

    @classmethod
    def warm(cls, db: Database) -> None:
        """Read once what it will read; any thread. See `Page.warm`."""

    def begin(self, visit: VisitRow) -> None:
        """Show what there is for this visit and take the keyboard.

        Raises `ShowroomError` when it cannot be done for this visit now; nothing is shown then.
        """

    def reload(self) -> None:
        """Read anew what changed elsewhere; what is typed is kept."""

    def accept(self) -> None:
        """Do it, and tell `done`. Raises `ShowroomError`; `Invalid` is said by the tool's form."""


VIEWS = (
    Part("expected", N_("Expected"), "F5", "ui.expected:ExpectedView"),
    Part("roster", N_("Turns"), "F11", "ui.roster:RosterView"),
    Part("today", N_("Key Figures"), "Ctrl+G", "ui.today:TodayView"),
    Part("day_close", N_("Daily Close"), "F12", "ui.day_close:DayCloseView"),
)
TOOLS = (
    Part("drive", N_("Drive"), "F6", "ui.drive_tool:DriveTool"),
    Part("gift", N_("Gift"), "F10", "ui.gift_tool:GiftTool"),
    Part("invite", N_("Invite"), "Ctrl+I", "ui.invite_tool:InviteTool"),
    Part("guest", N_("More"), "Ctrl+D", "ui.guest_tool:GuestTool"),
    Part("deal", N_("Deal"), "F9", "ui.deal_tool:DealTool"),
)
