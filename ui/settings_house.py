"""Settings: demo cars with their keys, and how test drives are done here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout

from showroom import choices, dates
from showroom.door import cars, testdrives
from showroom.guard import staff
from showroom.guard.rights import Right
from showroom.i18n import N_, _
from showroom.settings import Settings
from showroom.store.models import ChoiceKind
from ui import style
from ui.forms import Choice, Form, Note, Number, Text
from ui.ledger_row import LedgerRow
from ui.settings_section import Section
from ui.settings_shop import FormSection
from ui.tables import Column, Table
from ui.widgets import label

if TYPE_CHECKING:
    from datetime import date

    from showroom.sheets.write import Sheet
    from showroom.store.db import Session
    from ui.page import Page


class CarsSection(Section):
    """The demo cars, who has a key, and every kilometre of the chosen one."""

    right = Right.SETTINGS

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Demo cars"))
        self.id = 0
        self._cars: dict[int, cars.CarRow] = {}
        self._log: dict[int, cars.KeyRow] = {}
        self._make_fields()
        line = QHBoxLayout()
        line.setSpacing(style.M)
        line.addWidget(self.new, 1)
        line.addWidget(self.add)
        self.body.addLayout(line)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.form)
        discard = self.discarding("car", self.new, self.form, self.key_form)
        self.body.addLayout(self.buttons(self.use, discard, last=self.save))
        keys = QHBoxLayout()
        keys.setSpacing(style.M)
        keys.addWidget(self.key_form, 1)
        keys.addWidget(self.key)
        self.body.addLayout(keys)
        self.body.addWidget(self.log, 1)
        self.body.addWidget(self.paper)
        page.needs(Right.SETTINGS, self.add, self.save, self.use)
        self.new.entered.connect(self._add)
        self.form.entered.connect(self._save)
        self.key_form.entered.connect(self._key)
        self.table.chosen.connect(self._show)
        self._show(0)

    def _make_fields(self) -> None:
        button = self.page.button
        self.new = Form("settings.new_car")
        self.new.row(
            Text("plate", _("New car"), placeholder=_("Plate, then Enter"), max_length=12),
            _model(),
            _km(_("Odometer")),
        )
        self.add = button(_("Add"), "", self._add, kind="primary", name="add_car")
        self.table = Table("settings.cars", CARS, self._rows)
        self.table.setAccessibleName(_("Demo cars"))
        self.table.set_empty(_("No demo car yet. Without one F6 only notes that somebody drove."))
        self.form = Form("settings.car")
        self.form.row(Text("plate", _("Plate"), max_length=12), _model(), _km(_("Odometer")))
        self.save = button(_("Save"), "Ctrl+S", self._save, name="save_car")
        self.use = button(_("Out of Use"), "", self._use, name="car_use")
        self.key_form = Form("settings.key")
        purposes = [(code, _(said)) for code, said in cars.PURPOSES.items() if code != cars.DRIVE]
        self.who = Choice("staff", _("Key"), [], placeholder=_("Who takes it"))
        self.purpose = Choice(
            "purpose", _("Purpose"), purposes, free=True, placeholder=_("What for")
        )
        self.key_form.row(self.who, self.purpose, _km(_("Odometer")))
        self.key = button(_("Key Out"), "", self._key, name="key")
        self.log = Table("settings.key_log", LOG, self._log_rows)
        self.log.setAccessibleName(_("Key and kilometre log"))
        self.log.set_empty(_("No key was taken in the last three months."))
        self.paper = LedgerRow(self.page, "keys", _("Key and kilometre log"), self._sheet)

    def reload(self) -> None:
        """Read cars, keys and the log anew."""
        with self.db.read() as session:
            rows = cars.listed(session, everything=True)
            models = [(o.id, o.label) for o in choices.options(session, ChoiceKind.MODEL)]
            people = [(one.id, one.name) for one in staff.everyone(session)]
        for form in (self.new, self.form):
            form.fields["model"].set_options(models)
        self.who.set_options(people)
        self._cars = {row.id: row for row in rows}
        self.table.show_ids(list(self._cars))
        self._show_buttons()
        self._read_log()

    def focus_first(self) -> None:
        """Plates are typed first."""
        self.new.focus()

    def _rows(self, ids: Sequence[int]) -> list[cars.CarRow]:
        return [self._cars[id] for id in ids if id in self._cars]

    def _log_rows(self, ids: Sequence[int]) -> list[cars.KeyRow]:
        return [self._log[id] for id in ids if id in self._log]

    def _show(self, id: int) -> None:
        self.id = id
        one = self._cars.get(id)
        called = one.plate if one else ""
        held = {
            "plate": called,
            "model": one.model_id if one else None,
            "km": one.km if one else None,
        }
        self.show_in(self.form, id, held, called)
        self.show_in(self.key_form, id, dict.fromkeys(self.key_form.fields), called)
        self._show_buttons()
        self._read_log()

    def _show_buttons(self) -> None:
        one = self._cars.get(self.id)
        for part in (self.form, self.save, self.use, self.key_form, self.key):
            part.setEnabled(one is not None)
        out = one is not None and bool(one.key_out)
        self.key.setText(_("Key Back") if out else _("Key Out"))
        self.who.setEnabled(not out)
        self.purpose.setEnabled(not out)
        gone = one is not None and not one.active
        self.use.setText(_("Use Again") if gone else _("Out of Use"))
        if gone:
            self.key.setEnabled(False)

    def _read_log(self) -> None:
        since = dates.add_months(self.db.today(), -3)
        with self.db.read() as session:
            found = cars.log(session, car_id=self.id, first=since) if self.id else []
        self._log = {row.id: row for row in reversed(found)}
        self.log.show_ids(list(self._log))

    def _sheet(self, session: Session, first: date, last: date) -> Sheet:
        from showroom.figures import ledgers

        return ledgers.key_log(session, first, last, car_id=self.id or None)

    # -- doing --

    def _add(self) -> None:
        added = 0
        with self.new.reporting():
            held = self.new.values()
            with self.db.write() as session:
                added = cars.add(
                    session, plate=held["plate"], model_id=held["model"], km=held["km"]
                ).id
        if added:
            self.new.clear()
            self.table.choose(added)
            self.say_typed()
        self.new.focus()

    def _save(self) -> None:
        if self.id:
            with self.form.reporting():
                held = self.form.values()
                with self.db.write() as session:
                    cars.change(
                        session,
                        self.id,
                        plate=held["plate"],
                        model_id=held["model"],
                        km=held["km"],
                    )
                self.saved(self.form)

    def _use(self) -> None:
        with self.db.write() as session:
            cars.change(session, self.id, active=not self._cars[self.id].active)

    def _key(self) -> None:
        one = self._cars[self.id]
        with self.key_form.reporting():
            held = self.key_form.values()
            with self.db.write() as session:
                if one.key_out:
                    testdrives.key_back(session, one.key_out, km=held["km"], now=self.db.now())
                else:
                    cars.take_key(
                        session,
                        one.id,
                        staff_id=held["staff"],
                        purpose=held["purpose"] or "",
                        km=held["km"],
                        now=self.db.now(),
                    )
            self.key_form.clear()
            self.say_typed()


class DrivesSection(FormSection):
    """How long a drive takes, the routes, and the shop's own agreement."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Test drives"), "drives")
        said = _(
            "The agreement is printed with car, time, route and places to sign. Write your own "
            "text, a line a paragraph; leave it empty for ours."
        )
        self.body.addWidget(label(said, "quote", wrap=True))
        minutes = Number("drive_minutes", _("A drive takes"), least=1, most=720, width=190)
        minutes.set_hint(_("minutes"))
        self.form.row(minutes)
        self.form.row(Note("drive_routes", _("Routes"), lines=4, placeholder=_("A line a route")))
        self.form.row(
            Note("drive_terms", _("Agreement"), lines=9, placeholder=_("Empty: our text"))
        )
        self.finish()

    def read(self, shop: Settings) -> dict[str, Any]:
        """Return minutes and text, the routes as lines."""
        return super().read(shop) | {"drive_routes": "\n".join(shop.drive_routes)}

    def write(self, shop: Settings, held: dict[str, Any]) -> None:
        """Put the lines back as routes; an empty number stays as it was."""
        routes = [line.strip() for line in held["drive_routes"].splitlines()]
        shop.drive_routes = list(dict.fromkeys(filter(None, routes)))
        shop.drive_terms = held["drive_terms"]
        shop.drive_minutes = held["drive_minutes"] or shop.drive_minutes


def _model() -> Choice:
    return Choice("model", _("Model"), [], search=True, free=True, placeholder=_("Model"))


def _km(caption: str) -> Number:
    made = Number("km", caption, least=0, most=cars.MOST_KM - 1, width=120)
    made.set_hint("km")
    return made


def _moment(row: cars.KeyRow) -> str:
    return f"{dates.local(row.taken_at):%m-%d %H:%M}"


CARS = (
    Column(N_("Plate"), lambda row: row.plate, width=110),
    Column(N_("Model"), lambda row: row.model, width=140),
    Column(N_("Odometer"), lambda row: f"{row.km:,} km", align="right", width=110),
    Column(
        N_("Key"),
        lambda row: row.key_with or (_("in its box") if row.active else _("out of use")),
        tone=lambda row: "soon" if row.key_out else "muted",
        stretch=True,
    ),
)
LOG = (
    Column(N_("Taken"), _moment, width=110),
    Column(N_("Brought back"), lambda row: dates.show_clock(row.back_at) or "—", width=90),
    Column(N_("Taken by"), lambda row: row.staff, width=90),
    Column(N_("Purpose"), lambda row: row.purpose, stretch=True),
    Column(N_("km out"), lambda row: f"{row.km_out:,}", align="right", width=80),
    Column(
        N_("km in"),
        lambda row: "" if row.km_in is None else f"{row.km_in:,}",
        align="right",
        width=80,
    ),
    Column(
        N_("km missing before"),
        lambda row: f"{row.gap:,}" if row.gap else "",
        align="right",
        tone="late",
        width=120,
    ),
)
