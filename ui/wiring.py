"""What the window is wired from, as data: its pages, and what it asks the business for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from showroom.i18n import N_

if TYPE_CHECKING:
    from ui.chairs import Chair
    from ui.chrome import Summary


class PageSpec(NamedTuple):
    """One page as data: imported when it is first shown, so the window need not wait for it.

    `parts` is the module with its `VIEWS` and `TOOLS`, where it has some: they are found by
    Ctrl+K before the page is made.
    """

    code: str
    title: str
    icon: str
    place: str  # module:Class
    parts: str = ""


PAGES = (
    PageSpec("desk", N_("Desk"), "house", "ui.pages.desk:DeskPage", "ui.desk_parts"),
    PageSpec(
        "customers",
        N_("Customers"),
        "users",
        "ui.pages.customers:CustomersPage",
        "ui.customer_parts",
    ),
    PageSpec("deals", N_("Deals"), "check", "ui.pages.deals:DealsPage"),
    PageSpec("cards", N_("Cards"), "mail", "ui.pages.cards:CardsPage"),
    PageSpec("followups", N_("Follow-ups"), "phone", "ui.pages.followups:FollowUpsPage"),
    PageSpec("figures", N_("Figures"), "chart-column", "ui.pages.figures:FiguresPage"),
    PageSpec("sheets", N_("Sheets"), "table", "ui.pages.sheets:SheetsPage"),
    PageSpec("settings", N_("Settings"), "settings", "ui.pages.settings:SettingsPage"),
)


class Weight(NamedTuple):
    """What is asked before something is taken back, "" for nothing; whether it needs a job."""

    question: str = ""
    large: bool = False


class Services(NamedTuple):
    """What the window asks the business for; wired in `ui/app.py`, so nothing is imported here.

    `undo` and `redo` return the sentence that says what was taken back or done again. `chairs`
    are who may sit down once PINs are in use, [] before; `check(id, pin)` lets somebody in or
    raises the sentence of the refusal, on any thread; so does `reset(id, code, pin)`, by the
    recovery code. `weight(again)` is that of the undo, or of the redo; it raises who may not.
    """

    summary: Callable[[], Summary]
    find: Callable[[str], Sequence[tuple[int, str, str, str]]]  # id, name, note, letter or status
    undo: Callable[[], str]
    redo: Callable[[], str]
    sit_down: Callable[[int], None]
    rest: Callable[[], None] = lambda: None  # imports what only counting needs; any thread
    chairs: Callable[[], Sequence[Chair]] = list
    check: Callable[[int, str], None] = lambda _id, _pin: None
    reset: Callable[[int, str, str], None] | None = None
    reading: Any = None  # what the first page read of the data already, see `Page.warm`
    weight: Callable[[bool], Weight] = lambda _again: Weight()
    first: Summary | None = None  # the summary as it was at the opening
