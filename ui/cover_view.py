"""Who is away and who makes his contacts meanwhile (F9): noted ahead, or read from the roster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom import dates
from showroom.care import cover
from showroom.care.cover import AbsenceRow
from showroom.errors import ShowroomError
from showroom.guard import staff
from showroom.i18n import N_, _, ngettext
from ui import style
from ui.care_parts import CareView
from ui.forms import Choice, Day, Form
from ui.tables import Column, Table
from ui.widgets import Card, label

if TYPE_CHECKING:
    from ui.page import Page


class CoverView(CareView):
    """The absences at the left; a name and two days at the right note one."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._rows: dict[int, AbsenceRow] = {}
        self.id = 0
        self.table = Table("followups.cover", self._columns(), self._fetch)
        self.table.setAccessibleName(_("Who is away"))
        self.table.set_empty(
            _("Nobody is away. Whoever rests or is on leave by the roster (F11) stands here, too.")
        )
        self.card = Card(_("Who is away"), name="followups.cover.card")
        self.card.body.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.card, 1)
        self._make_panel()
        self.table.chosen.connect(self._show)
        self.table.opened.connect(lambda _id: self.form.focus("stand_in_id"))

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(N_("Name"), lambda row: row.name, width=110, stretch=True),
            Column(N_("From"), self._day("first_on"), width=100, align="right"),
            Column(N_("Until"), self._day("last_on"), width=100, align="right"),
            Column(
                N_("Stands in"),
                lambda row: row.stand_in or _("nobody"),
                tone=lambda row: "" if row.stand_in else "late",
                width=110,
                stretch=True,
            ),
            Column(
                N_("Due today"),
                lambda row: f"{row.due:,}" if row.due else "—",
                width=84,
                align="right",
            ),
            Column(
                N_("From where"),
                lambda row: _("noted here") if row.id > 0 else _("roster"),
                tone="muted",
                width=90,
            ),
        )

    def _day(self, field: str) -> Callable[[AbsenceRow], str]:
        return lambda row: dates.show_day(getattr(row, field), self.db.today())

    def _make_panel(self) -> None:
        page, today = self.page, self.db.today
        self.form = Form("followups.absence")
        self.form.row(Choice("staff_id", _("Who is away"), optional=False))
        self.form.row(Day("first_on", _("Away from"), today=today))
        said = _("Empty: that day alone.")
        self.form.row(Day("last_on", _("Away until"), today=today, help=said))
        self.form.row(Choice("stand_in_id", _("Stands in"), help=_("Nobody named: the manager.")))
        panel = QWidget()
        body = QVBoxLayout(panel)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(style.M)
        said = _(
            "His contacts stand in the list of who stands in, as “{doer} for {name}”, and are his "
            "own again when he is back."
        )
        names = {"doer": _("Li Na"), "name": _("Wang Qiang")}
        body.addWidget(label(said.format(**names), "muted", wrap=True))
        body.addWidget(self.form)
        body.addStretch(1)
        self.panel = panel
        self.out = page.button(_("Back Already"), "Ctrl+Del", self._remove, name="absence.remove")
        self.new = page.button(_("New"), "Ctrl+N", self._begin_new, name="absence.new")
        self.save = page.button(
            _("Note"), "Ctrl+S", self._save, kind="primary", name="absence.save"
        )
        foot = QWidget()
        line = QHBoxLayout(foot)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(style.M)
        line.addWidget(self.out)
        line.addStretch()
        line.addWidget(self.new)
        line.addWidget(self.save)
        self.foot = foot
        self.form.entered.connect(self._save)

    # -- showing --

    def begin(self) -> None:
        if self._rows:
            self.table.choose(self.table.current_id() or next(iter(self._rows)))
            self.table.setFocus()
        else:
            self._begin_new()

    def reload(self) -> None:
        with self.db.read() as session:
            people = staff.everyone(session)
            rows = cover.listed(session, today=self.db.today())
        offered = [(one.id, one.name) for one in people]
        for name in ("staff_id", "stand_in_id"):
            self.form.fields[name].set_options(offered)
        self._rows = {row.id: row for row in rows}
        self.table.show_ids(list(self._rows))
        count = len({row.staff_id for row in rows if row.first_on <= self.db.today()})
        said = ngettext("{count} today", "{count} today", count).format(count=count)
        self.card.set_title(_("Who is away"), said if count else "")
        self._show_title()

    def _fetch(self, ids: Sequence[int]) -> list[AbsenceRow]:
        return [self._rows[id] for id in ids if id in self._rows]

    def _show(self, id: int) -> None:
        row = self._rows.get(id)
        if row is None:
            return
        self.id = id
        self.form.set_values(row._asdict())
        self._show_title()

    def _show_title(self) -> None:
        row = self._rows.get(self.id)
        noted = row is not None and row.id > 0
        self.page.side.show_content()
        self.page.side.set_title(row.name if row is not None else _("Somebody is away"))
        self.save.setText(_("Save") if noted else _("Note"))
        self.out.setEnabled(noted)

    # -- doing --

    def _begin_new(self) -> None:
        self.id = 0
        self.table.choose(0)
        self.form.clear()
        self.form.set_values({"first_on": self.db.today()})
        self._show_title()
        self.form.focus()

    def _save(self) -> None:
        with self.form.reporting():
            held = self.form.values()
            with self.db.write() as session:
                self.id = cover.note(
                    session, **held, absence_id=max(0, self.id) or None, today=self.db.today()
                ).id
            self.table.choose(self.id)
            self.table.setFocus()

    def _remove(self) -> None:
        with self.page.reporting():
            if self.id <= 0:
                raise ShowroomError(_("Mark one in the list first."))
            with self.db.write() as session:
                cover.remove(session, self.id)
            self._begin_new()
