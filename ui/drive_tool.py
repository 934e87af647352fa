"""Test drives at the desk: a car, the licence seen, off they go; back with their kilometres (F6).

Where no demo cars are set up F6 notes at once that they drove, and takes it back.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from showroom import dates, settings
from showroom.door import bookings, cars, testdrives, visits
from showroom.errors import Cancelled, Invalid, ShowroomError
from showroom.i18n import _
from showroom.store.models import VisitKind
from ui import leaving, printing, style
from ui.appointment_form import When
from ui.desk_parts import Tool
from ui.forms import Check, Choice, Form, Number
from ui.tables import Column, Table
from ui.widgets import Button, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from showroom.door.bookings import Drive
    from showroom.door.visits import VisitRow
    from showroom.progress import Progress
    from showroom.store.db import Database, Session
    from ui.page import Page

HERE: Final = ("licence", "agreed")
START: Final = ("car", "route", "start", "minutes", *HERE)


class DriveTool(Tool):
    """The drive of the visit that is shown: begun, booked for later, or ended; of a call booked."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.out: Drive | None = None
        self._visit_id = 0
        self._here = True
        self._agreed_at: datetime | None = None
        self._booked: dict[int, Drive] = {}
        self.said = label("", "quote", name="desk.drive.said", wrap=True)
        self.form = Form("desk.drive")
        self.car = Choice("car", _("Car"), [], optional=False)
        self.route = Choice("route", _("Route"), [], free=True)
        self.start = When("start", _("Starts"), page.db)
        self.start.setPlaceholderText(_("now · 14:30 books"))
        self.minutes = Number("minutes", _("Takes"), least=1, most=720)
        self.minutes.set_hint(_("minutes"))
        self.licence = Check("licence", _("Licence"), _("seen"))
        self.agreed = Check("agreed", _("Agreement"), _("signed"))
        self.km = Number("km", _("Odometer"), least=0, most=cars.MOST_KM - 1)
        for field in (self.car, self.route, self.start, self.minutes, self.licence, self.agreed):
            self.form.row(field)
        self.form.row(self.km)
        self.rules = label(
            _("Licence held for a year, no probation, of age, sober."), "help", wrap=True
        )
        self.km.set_hint("km")
        self.paper = page.button(
            _("Print Agreement"), "Ctrl+P", self._print, name="drive.agreement"
        )
        self.note = page.button(
            _("Only Note That They Drove"), "", self._note, kind="quiet", name="drive.note"
        )
        self.booked_title = label(_("Kept for later"), "section")
        self.booked = Table(
            "desk.drive.booked", self._columns(), self._rows, header=False, fit=True, max_rows=4
        )
        self.booked.setAccessibleName(_("Kept for later"))
        page.command(
            self.booked, _("Call the Booking Off"), "Del", self._call_off, name="drive.call_off"
        )
        lines = QVBoxLayout()
        lines.setSpacing(style.M)
        for button in (self.paper, self.note):
            lines.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        for part in (self.said, self.form, self.rules):
            layout.addWidget(part)
        layout.addLayout(lines)
        layout.addWidget(self.booked_title)
        layout.addWidget(self.booked)
        self.form.entered.connect(self.accept)
        self.start.edited.connect(self._say_go)
        self.start.editingFinished.connect(self._say_go)

    def _columns(self) -> tuple[Column, ...]:
        def when(row: Drive) -> str:
            return f"{bookings.show(row.start, self.db.now())}–{dates.show_clock(row.until)}"

        return (
            Column("", when, width=92),
            Column("", lambda row: row.plate, width=90),
            Column("", lambda row: row.who, stretch=True, tone="muted"),
        )

    # -- showing --

    @classmethod
    def warm(cls, db: Database) -> None:
        now = db.now()
        with db.read() as session:
            cars.listed(session)
            bookings.all_taken(session, now=now)
            bookings.rows(session, [0])
            bookings.booked(session, now=now)
            today = visits.of_day(session, db.today())
            for visit in [*today.present, *today.gone][:1]:
                testdrives.of_visit(session, visit)
                testdrives.past(session, visit)
                bookings.booked(session, now=now, visit_id=visit)

    def begin(self, visit: VisitRow) -> None:
        now = self.db.now()
        with self.db.read() as session:
            fleet = cars.listed(session)
            self.out = testdrives.of_visit(session, visit.id)
            before = testdrives.past(session, visit.id)
            shop = settings.load(session)
            own = bookings.booked(session, now=now, visit_id=visit.id)
            taken = bookings.all_taken(session, now=now)
        offered = [(_busy(car, taken.get(car.id, []), now), car) for car in fleet]
        self._here = visit.kind is VisitKind.WALK_IN
        if not fleet and self.out is None:
            if not self._here:
                raise ShowroomError(_("No demo car is set up: enter it under Settings, demo cars."))
            with self.db.write() as session:
                testdrives.set_driven(session, visit.id, not visit.drive, now=now)
            raise Cancelled
        self._visit_id, self._agreed_at = visit.id, None
        self.form.clear()
        if self.out is not None:
            self._begin_end(self.out)
            return
        kept = next((one for one in own if dates.local_day(one.start) == visit.day), None)
        offered.sort(
            key=lambda pair: (
                kept is None or pair[1].id != kept.car_id,
                bool(pair[0]),
                pair[1].model_id != visit.model_id,
            )
        )
        self.car.set_options([(car.id, _offer(car, busy)) for busy, car in offered])
        self.car.set_value(offered[0][1].id)
        self.route.set_options([(route, route) for route in shop.drive_routes])
        first = shop.drive_routes[0] if shop.drive_routes else None
        self.route.set_value((kept.route if kept else "") or first)
        length = (kept.until - kept.start) // timedelta(minutes=1) if kept else shop.drive_minutes
        self.minutes.set_value(length)
        said = [_line(one) for one in before]
        if kept is not None:
            said.append(
                _("Kept for them: {plate} from {start} to {until}.").format(
                    plate=kept.plate,
                    start=dates.show_clock(kept.start),
                    until=dates.show_clock(kept.until),
                )
            )
        self._arrange("\n".join(said))
        self._say_go()
        self.reload()
        if not self._here:
            self.form.focus("start")
        else:
            self.form.focus("licence" if not offered[0][0] else "car")

    def _begin_end(self, out: Drive) -> None:
        left = _("It left with {km} km.").format(km=f"{out.km_out or 0:,}")
        self._arrange("\n".join(filter(None, (testdrives.say_running(out), out.route, left))))
        self._say_go()
        self.form.focus("km")

    def _arrange(self, said: str) -> None:
        """Show what belongs to a start, or what belongs to an end."""
        starts = self.out is None
        self.said.setText(said)
        self.said.setVisible(bool(said))
        for name in START:
            self.form.show_row(name, starts and (self._here or name not in HERE))
        self.form.show_row("km", not starts)
        for part in (self.rules, self.paper, self.note):
            part.setVisible(starts and self._here)
        if not starts:
            self._show_booked([])

    def reload(self) -> None:
        """Read the bookings anew; what is typed is kept."""
        if self.out is None:
            with self.db.read() as session:
                self._show_booked(bookings.booked(session, now=self.db.now()))

    def _show_booked(self, found: list[Drive]) -> None:
        self._booked = {one.id: one for one in found}
        self.booked.show_ids(list(self._booked))
        for part in (self.booked_title, self.booked):
            part.setVisible(bool(found))

    def _rows(self, ids: Sequence[int]) -> list[Drive]:
        return [self._booked[id] for id in ids if id in self._booked]

    def _say_go(self) -> None:
        if self.out is not None:
            self.go = _("End Drive")
        else:
            books = self.start.text().strip() or not self._here
            self.go = _("Book") if books else _("Start Drive")
        finish: QWidget | None = self.page.findChild(Button, "desk.finish")
        if isinstance(finish, Button):
            finish.setText(self.go)

    # -- doing --

    def accept(self) -> None:
        with self.form.reporting():
            if self.out is not None:
                self._end(self.out)
            else:
                self._start_or_book()

    def _start_or_book(self) -> None:
        held = self.form.values()
        start = held["start"]
        if start is None and not self._here:
            raise Invalid({"start": _("Say when they come to drive.")})
        if start is None:
            self._start(held["car"], held["route"] or "", held["minutes"])
            return
        length = timedelta(minutes=held["minutes"] or 0)
        with self.db.write() as session:
            bookings.book(
                session,
                car_id=held["car"],
                start=start,
                until=start + length if length else None,
                route=held["route"] or "",
                visit_id=self._visit_id,
                now=self.db.now(),
            )
        self.done.emit(
            _("{car} is kept for them from {time}.").format(
                car=self._plate(), time=bookings.show(start, self.db.now())
            )
        )

    def _start(self, car_id: int | None, route: str, minutes: int | None) -> None:
        now = self.db.now()
        signed = (self._agreed_at or now) if self.agreed.isChecked() else None
        with self.db.write() as session:
            testdrives.begin(
                session,
                self._visit_id,
                car_id=car_id,
                licence_seen=self.licence.isChecked(),
                route=route,
                minutes=minutes,
                agreed_at=signed,
                now=now,
            )
        self.done.emit(_("{car} is off. F6 when they are back.").format(car=self._plate()))

    def _end(self, out: Drive) -> None:
        km = self.km.value()
        now = self.db.now()
        with self.db.write() as session:
            testdrives.end(session, out.id, km=km, now=now)
        minutes = dates.minutes_between(out.start, max(now, out.start))
        self.done.emit(
            _("{car} is back: {km} km in {minutes} minutes.").format(
                car=out.plate, km=f"{km - (out.km_out or 0):,}", minutes=minutes
            )
        )

    def _plate(self) -> str:
        return self.car.currentText().partition(SEPARATOR)[0]

    def _note(self) -> None:
        """Without car and kilometres: they drove, and it was told afterwards."""
        with self.db.write() as session:
            testdrives.set_driven(session, self._visit_id, True, now=self.db.now())
        self.done.emit(_("Noted: they drove."))

    def _call_off(self) -> None:
        with self.db.write() as session:
            bookings.cancel(session, self.booked.current_id())

    # -- paper --

    def _print(self) -> None:
        """The agreement goes to the printer; once it took it, it is signed."""
        with self.form.reporting():
            held = self.form.values()
            facts = {
                "visit_id": self._visit_id,
                "car_id": held["car"],
                "start": held["start"] or self.db.now(),
                "minutes": held["minutes"],
                "route": held["route"] or "",
            }

            def write(session: Session, _progress: Progress) -> bytes:
                from showroom.cards import drive_page

                return drive_page.hand_out(session, **facts)

            what = _("Test drive agreement")
            leaving.take_out(
                self.page, _("Setting the page…"), what, None, write, partial(self._to_paper, what)
            )

    def _to_paper(self, what: str, pdf: bytes) -> None:
        visit_id = self._visit_id

        def printed(_printer: str) -> None:
            if self._visit_id == visit_id and self.isVisible():
                self._agreed_at = self.db.now()
                self.agreed.set_value(True)

        with self.page.reporting():
            printing.print_pdf(self, pdf, what, printed)


SEPARATOR: Final = " · "


def _busy(car: cars.CarRow, spans: Sequence[bookings.Span], now: datetime) -> str:
    """Why a car cannot be driven at this moment, in a few words; "" when it can."""
    if car.key_out:
        return _("key out")
    if spans and spans[0][0] <= now:
        return _("taken until {time}").format(time=dates.show_clock(spans[0][1]))
    return ""


def _offer(car: cars.CarRow, busy: str) -> str:
    return SEPARATOR.join(filter(None, (car.plate, car.model, busy)))


def _line(drive: Drive) -> str:
    return _("They drove {plate} from {start} to {until}.").format(
        plate=drive.plate,
        start=dates.show_clock(drive.start),
        until=dates.show_clock(drive.ended_at),
    )
