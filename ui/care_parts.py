"""What the follow-ups page shows beside its list: its views, each made when first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, cast

from PySide6.QtWidgets import QWidget

from showroom.i18n import N_
from ui.views import Part, View

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.page import Page


class CareView(View):
    """A view of the follow-ups page, with what it shows at the right.

    `panel` and `foot` take the place of the contact and of its buttons; without a panel the view
    has the whole width. The view itself says whose panel it is (`page.side.set_title`), or that
    nothing is chosen (`page.side.show_empty`), whenever it is read.
    """

    panel: QWidget | None = None
    foot: QWidget | None = None


def _made(place: str) -> Callable[[Page], Any]:
    """What makes the class `module:Class` when it is first asked for."""
    module, name = place.split(":")

    def make(page: Page) -> QWidget:
        return cast("QWidget", getattr(import_module(module), name)(page))

    return make


VIEWS: Final = (
    Part("calendar", N_("Calendar"), "F5", _made("ui.calendar_view:CalendarView")),
    Part("complaints", N_("Complaints"), "F6", _made("ui.complaints:ComplaintsView")),
    Part("surveys", N_("Satisfaction"), "F10", _made("ui.surveys:SurveysView")),
    Part("notices", N_("Notices"), "F8", _made("ui.advisories:AdvisoriesView")),
    Part("cover", N_("Who is away"), "F9", _made("ui.cover_view:CoverView")),
)
