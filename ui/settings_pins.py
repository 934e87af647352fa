"""Settings: the PIN of whoever is chosen in the list of staff, and when the desk locks itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from showroom import settings
from showroom.errors import Invalid
from showroom.guard import pins
from showroom.i18n import _, ngettext
from ui import style
from ui.forms import Choice, Form, Text
from ui.jobs import Job
from ui.page import Page
from ui.widgets import label, rule

if TYPE_CHECKING:
    from showroom.store.db import Database

IDLE = (0, 60, 180, 300, 600, 900)  # seconds


class PinPart(QWidget):
    """PIN twice and Enter; one's own needs the old one. `show_person(id)` says whose it is."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.db: Database = page.db
        self.id = 0
        self.note = label("", "muted", name="settings.pin_note", wrap=True)
        self.form = Form("settings.pins")
        self.old = secret("old", _("Current PIN"))
        self.pin = secret("pin", _("New PIN"), _("4 to 8 digits"))
        self.again = secret("again", _("Once more"), _("Once more, then Enter"))
        self.form.row(self.old)
        self.form.row(self.pin, self.again)
        seconds = [(value, _after(value)) for value in IDLE]
        self.idle = Choice("idle", _("Idle lock"), seconds, optional=False, width=160)
        self.form.row(self.idle)
        self.save = page.button(_("Set PIN"), "", self._set, name="set_pin")
        self.unlock = page.button(_("Unlock"), "", self._unlock, name="unlock_pin")
        self.remove = page.button(_("Remove PIN"), "", self._remove, kind="danger", name="no_pin")
        line = QHBoxLayout()
        line.setSpacing(style.M)
        for button in (self.save, self.unlock, self.remove):
            line.addWidget(button)
        line.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.M)
        column.addWidget(rule())
        column.addWidget(self.note)
        column.addWidget(self.form)
        column.addLayout(line)
        self.form.fields.pop("idle")  # it is saved by itself
        self.again.entered.disconnect()
        self.again.entered.connect(self._set)
        self.idle.edited.connect(self._set_idle)

    @property
    def fields(self) -> dict[str, Text]:
        """The fields of a PIN by name."""
        return self.form.fields

    def show_person(self, id: int) -> None:
        """Show whether this person has a PIN and what may be done with it; 0: nobody."""
        if id != self.id:
            self.form.set_values({"old": "", "pin": "", "again": ""})
        self.id = id
        with self.db.read() as session:
            seats = {seat.id: seat for seat in pins.seats(session, now=self.db.now())}
            in_use = pins.in_use(session)
            idle = settings.load(session).idle_lock_seconds
        seat = seats.get(id)
        self.setVisible(seat is not None)
        if seat is None:
            return
        own = id == self.db.staff_id
        self.note.setText(_said(seat, in_use=in_use))
        style.set_role(self.note, role="late" if seat.wait else "muted")
        self.form.show_row("old", own and seat.has_pin)
        self.form.show_row("idle", in_use)
        self.idle.set_value(idle)
        self.save.setText(_("Change PIN") if seat.has_pin else _("Set PIN"))
        self.unlock.setVisible(seat.wait > 0)
        self.remove.setVisible(seat.has_pin)

    def _set(self) -> None:
        id, by = self.id, self.db.staff_id
        held = {name: field.text() for name, field in self.fields.items()}
        with self.form.reporting():
            if held["pin"] != held["again"]:
                raise Invalid({"again": _("The two are not the same.")})
            self._work(lambda: self._write(id, by, held), "old")

    def _write(self, id: int, by: int | None, held: dict[str, str]) -> None:
        """Ask for the old PIN, then keep the new one; on a thread, both take their time."""
        self._prove(id, by, held["old"])
        with self.db.write() as session:
            pins.set_pin(session, id, held["pin"])

    def _prove(self, id: int, by: int | None, old: str) -> None:
        """Whose own PIN it is gives it: a desk that was left open is no way to another one."""
        with self.db.read() as session:
            mine = [s for s in pins.seats(session, now=self.db.now()) if s.id == id == by]
        if mine and mine[0].has_pin:
            pins.check(self.db, id, old)

    def _remove(self) -> None:
        id, by, old = self.id, self.db.staff_id, self.fields["old"].text()
        self._work(lambda: self._take_away(id, by, old), "old")

    def _take_away(self, id: int, by: int | None, old: str) -> None:
        self._prove(id, by, old)
        with self.db.write() as session:
            pins.remove(session, id)

    def _unlock(self) -> None:
        with self.db.write() as session:
            pins.unlock(session, self.id)
        self._told()

    def _set_idle(self) -> None:
        with self.page.reporting(), self.db.write() as session:
            shop = settings.load(session)
            shop.idle_lock_seconds = int(self.idle.value())
            settings.save(session, shop)
        self.show_person(self.id)

    def _work(self, work: Callable[[], None], field: str) -> None:
        Job(
            self,
            "",
            lambda _progress: work(),
            lambda _none: self._told(),
            quiet=True,
            failed=lambda error: self._refuse(error, field),
        )

    def _refuse(self, error: Exception, field: str) -> None:
        with self.form.reporting():
            if isinstance(error, Invalid) or self.fields[field].isHidden():
                raise error
            raise Invalid({field: str(error)})

    def _told(self) -> None:
        """Show what is so now, in the frame of the window, too."""
        self.form.set_values({"old": "", "pin": "", "again": ""})
        self.db.tell()


def secret(name: str, caption: str, placeholder: str = "") -> Text:
    """Return a field for a PIN that shows nothing."""
    made = Text(name, caption, placeholder=placeholder, max_length=8)
    made.setEchoMode(QLineEdit.EchoMode.Password)
    return made


def _after(seconds: int) -> str:
    if not seconds:
        return _("never")
    minutes = seconds // 60
    return ngettext("after {count} minute", "after {count} minutes", minutes).format(count=minutes)


def _said(seat: pins.Seat, *, in_use: bool) -> str:
    if seat.wait:
        return pins.locked(seat.wait)
    if seat.has_pin:
        return _("{name} sits down with a PIN.").format(name=seat.name)
    if in_use:
        return _("{name} has no PIN and cannot unlock the desk.").format(name=seat.name)
    return _("The first PIN is a manager's or an owner's: they unlock the others.")
