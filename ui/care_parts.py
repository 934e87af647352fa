"""What the follow-ups page shows beside its list: its views, each made when first asked for."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

from showroom.i18n import N_
from ui.views import Part, View


class CareView(View):
    """A view of the follow-ups page, with what it shows at the right.

    `panel` and `foot` take the place of the contact and of its buttons; without a panel the view
    has the whole width. The view itself says whose panel it is (`page.side.set_title`), or that
    nothing is chosen (`page.side.show_empty`), whenever it is read.
    """

    panel: QWidget | None = None
    foot: QWidget | None = None


VIEWS: Final = (
    Part("calendar", N_("Calendar"), "F5", "ui.calendar_view:CalendarView"),
    Part("complaints", N_("Complaints"), "F6", "ui.complaints:ComplaintsView"),
    Part("surveys", N_("Satisfaction"), "F10", "ui.surveys:SurveysView"),
    Part("notices", N_("Notices"), "F8", "ui.advisories:AdvisoriesView"),
    Part("cover", N_("Who is away"), "F9", "ui.cover_view:CoverView"),
)
