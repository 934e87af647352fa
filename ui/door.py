"""Comings and goings at the desk: a party, a call, an errand, who was expected; who left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from showroom import choices, dates, words
from showroom.door import checkin, reception
from showroom.errors import Invalid, ShowroomError
from showroom.i18n import _, ngettext
from showroom.store.models import CameBy, ChoiceKind, VisitKind
from ui import dialogs
from ui.arrival import Arrival, Unmet
from ui.due import KEY, DueList

if TYPE_CHECKING:
    from showroom.door.visits import VisitRow
    from ui.pages.desk import DeskPage

OVERNIGHT = 6 * 60
"""A stay of so many minutes into another day was not ended when they went."""


class Door(QObject):
    """What opens a visit and what ends it: the buttons and keys, the two lines that ask, the list
    of who is due. The page places `arrival`, `unmet`, `due` and `leave`.
    """

    def __init__(self, page: DeskPage) -> None:
        super().__init__(page)
        self.page, self.db = page, page.db
        self.arrival, self.unmet, self.due = Arrival(), Unmet(), DueList(page)
        for button in (
            page.button(_("New Visit"), "F2", self._new, kind="primary", name="new"),
            page.button(_("Call"), "F3", self._call, name="call"),
            page.button(_("Errand"), "F4", self._errand, name="errand"),
        ):
            page.buttons.addWidget(button)
        self.leave = page.button(_("Leave"), "F8", self._leave, name="leave")
        page.key(KEY, _("Check in who is due next"), self._check_in_next, name="check_in")
        page.key("Shift+F8", _("Left without being received"), self._ask_unmet, name="unmet_key")
        self.arrival.arrived.connect(self.arrive)
        self.arrival.given_up.connect(page.focus_first)
        self.unmet.given_up.connect(page.focus_first)
        self.unmet.picked.connect(self._leave_unmet)
        self.due.opened.connect(self.check_in)

    # -- comings --

    def _new(self) -> None:
        self._ask(VisitKind.WALK_IN, [], self.due.line())

    def _errand(self) -> None:
        self._ask(VisitKind.ERRAND, self._options(ChoiceKind.ERRAND))

    def _ask(self, kind: VisitKind, errands: list[tuple[int, str]], expected: str = "") -> None:
        self.page.form.flush()
        self.unmet.hide()
        self.page.views.leave_view()
        self.arrival.ask(kind, errands, expected=expected)

    def _options(self, kind: ChoiceKind) -> list[tuple[int, str]]:
        with self.db.read() as session:
            return [(option.id, option.label) for option in choices.options(session, kind)]

    def _call(self) -> None:
        self.page.views.leave_view()
        self.arrive(VisitKind.CALL, 1, None)

    def arrive(
        self, kind: VisitKind, people: int, errand_id: int | None, came_by: CameBy | None = None
    ) -> None:
        """Open a visit; its clock runs, and the cursor stands in the name."""
        self.page.form.flush()
        self.page.correction.forget()
        with self.page.reporting():
            with self.db.write() as session:
                visit = reception.arrive(
                    session,
                    people=people,
                    now=self.db.now(),
                    kind=kind,
                    errand_id=errand_id,
                    came_by=came_by,
                )
                self.page.coming = visit.id
            self._begin(visit.id)

    def check_in(self, appointment_id: int) -> None:
        """Who was expected is here: his visit opens with all that was planned."""
        self.page.form.flush()
        self.page.correction.forget()
        self.arrival.hide()
        with self.page.reporting():
            with self.db.write() as session:
                visit = checkin.check_in(session, appointment_id, now=self.db.now())
                self.page.coming = visit.id
            self._begin(visit.id)
            self.page.said.emit(_("Checked in as visit {number}.").format(number=visit.number))

    def _check_in_next(self) -> None:
        expected = self.due.first()
        if not expected:
            self.page.said.emit(_("Nobody is due within the hour. F5 shows who is expected."))
            return
        self.check_in(expected)

    def _begin(self, visit_id: int) -> None:
        shown = self.page.form.visit
        if shown is None or shown.id != visit_id:  # the page was not in sight
            self.page.show_id(visit_id)
        self.page.form.focus("name")

    # -- goings --

    def _leave(self) -> None:
        if self.arrival.isVisible():
            return
        visit, now = self.page.current(), self.db.now()
        if visit.left_at is not None:
            with self.db.write() as session:
                reception.come_back(session, visit.id)
            self._say(visit, _("Visit {number}, {name}: still here."))
            return
        stayed = dates.minutes_between(visit.arrived_at, now)
        if visit.day < self.db.today() and stayed > OVERNIGHT:
            said = _("They came on {day}: write when they left.").format(day=f"{visit.day:%m-%d}")
            self.page.form.focus("left")
            self.page.form.say({"left": said})
            return
        try:
            with self.db.write() as session:
                reception.leave(session, visit.id, at=now)
        except Invalid as error:
            if now >= visit.arrived_at:  # not the clock: they are out driving
                raise
            if not self._leaves_at_once(visit, error):
                return
        self._say(visit, _("Visit {number}, {name}: left."))

    def _leaves_at_once(self, visit: VisitRow, error: Invalid) -> bool:
        """The clock was set back: they leave at the time they came, if the desk says so."""
        detail = _("The clock of this computer says {now}. You can write the true time later.")
        verb = _("Leave at {time}").format(time=dates.show_clock(visit.arrived_at))
        said = dialogs.confirm(
            self.page, str(error), verb, detail=detail.format(now=dates.show_clock(self.db.now()))
        )
        if said:
            with self.db.write() as session:
                reception.leave(session, visit.id, at=visit.arrived_at)
        return said

    def _ask_unmet(self) -> None:
        visit = self.page.current()
        if visit.kind is VisitKind.CALL:
            raise ShowroomError(_("A call ends with F8: nobody waited in the showroom."))
        self.arrival.hide()
        who = words.called(visit.name, visit.honorific)
        number = _("Visit {number}").format(number=visit.number)
        self.unmet.ask(f"{number} {who}".strip(), self._options(ChoiceKind.UNMET))

    def _leave_unmet(self, reason_id: int) -> None:
        with self.page.reporting():
            visit = self.page.current()
            at = visit.left_at or max(self.db.now(), visit.arrived_at)  # a clock set back
            with self.db.write() as session:
                reception.leave_unmet(session, visit.id, reason_id=reason_id, at=at)
            waited = dates.minutes_between(visit.arrived_at, at)
            said = ngettext(
                "Visit {number}: left without being received after {count} minute.",
                "Visit {number}: left without being received after {count} minutes.",
                waited,
            )
            self.page.said.emit(said.format(number=visit.number, count=waited))
        self.page.focus_first()

    def _say(self, visit: VisitRow, said: str) -> None:
        called = words.called(visit.name, visit.honorific) or _("No name")
        self.page.said.emit(said.format(number=visit.number, name=called))
