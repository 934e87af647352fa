"""What the customers' page shows beside its list and the file: views in the middle, tools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from showroom.i18n import N_
from ui.views import Part

if TYPE_CHECKING:
    from showroom.people.customers import File
    from showroom.store.db import Session
    from ui.pages.customers import CustomersPage


class Section(QWidget):
    """A part of the file that is shown: made with the page, filled whenever the file is read."""

    def __init__(self, page: CustomersPage) -> None:
        super().__init__()
        self.page = page
        self.db = page.db

    def show_for(self, session: Session, file: File) -> None:
        """Show what there is of this customer; what is being typed here stays."""

    def begin(self) -> None:
        """Take the keyboard: this part of the file was asked for."""


class FileTool(QWidget):
    """Something done with the customer that is shown: it takes the place of his file until Escape.

    `go` are the words of the button at the foot that finishes it (Ctrl+Enter, `accept`); "" where
    there is none. `title` stands above a tool that is not about one customer. `done(words)` goes
    back to the file and says it; `entered()` moves on to that button.
    """

    done = Signal(str)
    entered = Signal()
    go = ""
    title = ""

    def __init__(self, page: CustomersPage) -> None:
        super().__init__()
        self.page = page
        self.db = page.db

    def begin(self, file: File) -> None:
        """Show what there is for this customer and take the keyboard.

        Raises `ShowroomError` when it cannot be done with him now; nothing is shown then.
        """

    def reload(self) -> None:
        """Read anew what changed elsewhere; what is typed is kept."""

    def accept(self) -> None:
        """Do it, and tell `done`. Raises `ShowroomError`; `Invalid` is said by the tool's form."""


VIEWS: Final = (
    Part("named", N_("Named Lists"), "F5", "ui.named_lists:ListsView"),
    Part("pairs", N_("Duplicates"), "F6", "ui.pairs:PairsView"),
    Part("contest", N_("Archive"), "F8", "ui.contest:ContestView"),
    Part("classes", N_("Classes"), "F10", "ui.classes:ClassesView"),
    Part("losses", N_("Losses"), "F11", "ui.losses:LossesView"),
    Part("referrals", N_("Referrals"), "F12", "ui.referrals:ReferralsView"),
    Part("events", N_("Events"), "Ctrl+G", "ui.events:EventsView"),
    Part("clubs", N_("Clubs"), "Ctrl+Shift+G", "ui.clubs:ClubsView"),
)
TOOLS: Final = (
    Part("link", N_("Link a Person…"), "Ctrl+Shift+P", "ui.link_tool:LinkTool"),
    Part("car", N_("Cars…"), "Ctrl+Shift+V", "ui.car_tool:CarTool"),
    Part("dates", N_("Dates…"), "Ctrl+Shift+D", "ui.dates_tool:DatesTool"),
    Part("card", N_("Write a Card…"), "Ctrl+Shift+W", "ui.card_tool:CardTool"),
    Part("survey", N_("Satisfaction…"), "Ctrl+Shift+M", "ui.survey_tool:SurveyTool"),
    Part("referral", N_("Introduced By…"), "Ctrl+Shift+R", "ui.referral_tool:ReferralTool"),
    Part("talk", N_("Ask for an Introduction…"), "Ctrl+Shift+T", "ui.talk_tool:TalkTool"),
    Part("complaint", N_("Complaint…"), "Ctrl+Shift+K", "ui.complaint_tool:ComplaintTool"),
    Part("loss", N_("Lost…"), "Ctrl+Shift+L", "ui.loss_tool:LossTool"),
)
TABS: Final = (
    ("overview", N_("Overview")),
    ("archive", N_("Archive file")),
    ("circle", N_("Circle")),
)
"""The parts of a file, one shown at a time: Alt+1 to Alt+3."""
