"""Settings: the trail. Who did what, by day, person, verb and customer; its proof."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout

from showroom import settings
from showroom.dates import local, local_day
from showroom.errors import Invalid
from showroom.figures import trail_sheet
from showroom.guard import entries, staff, trail
from showroom.guard.entries import Entry
from showroom.i18n import N_, _, ngettext
from ui import dialogs, leaving, style
from ui.fields import Day, Text
from ui.filters import Filter
from ui.finder import Finder
from ui.forms import Choice
from ui.page import Page
from ui.settings_section import Section
from ui.tables import Column, Table
from ui.widgets import label

if TYPE_CHECKING:
    from showroom.progress import Progress

YEARS = (3, 5, 10)  # how long the trail is kept; less would not be what the law asks for
SPAN = timedelta(days=30)  # what is shown first: longer ago is asked for

COLUMNS = (
    Column(N_("Entry"), lambda row: f"{row.id:,}", width=72, align="right", tone="muted"),
    Column(N_("When"), lambda row: f"{local(row.at):%Y-%m-%d %H:%M}", width=132),
    Column(N_("Who"), lambda row: row.who or _("the program"), width=96, tone=lambda row: _by(row)),
    Column(N_("What"), lambda row: row.verb, width=150),
    Column(N_("About"), lambda row: row.subject, width=230),
    Column(N_("In detail"), lambda row: row.detail, stretch=True, tone="muted"),
)


class TrailSection(Section):
    """The journal as it is read, proved and taken along."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Trail"))
        today = page.db.today
        self.finder = Finder(
            "trail_search",
            _("Search"),
            "settings.trail_search",
            placeholder=_("Customer's name or phone"),
        )
        self.first = Day("trail_first", _("From"), today=today, width=132)
        self.last = Day("trail_last", _("To"), today=today, width=132)
        self.person = Filter(_("Who"), "settings.trail_who")
        self.verb = Filter(_("What"), "settings.trail_what")
        self.count = label("", "muted", name="settings.trail_count")
        self.years = Choice(
            "trail_years",
            _("Kept for"),
            [
                (count, ngettext("{count} year", "{count} years", count).format(count=count))
                for count in YEARS
            ],
            optional=False,
            width=104,
        )
        self.years.setObjectName("settings.trail_years")
        self.table = Table("settings.trail", COLUMNS, self._rows)
        self.table.setAccessibleName(_("Trail"))
        self.table.set_empty(_("Nothing was done in that time."))
        self.code = label("", name="settings.trail_code")
        self.code.setToolTip(
            _("Stands in every month's workbook. Kept elsewhere, it shows that nothing is missing.")
        )
        self.anchor = Text(
            "trail_anchor", _("Code printed before"), placeholder="1234-0A1B2C3D4E5F", width=190
        )
        self.anchor.setObjectName("settings.trail_anchor")
        self.verify = page.button(_("Verify"), "", self._verify, kind="primary", name="verify")
        self.export = page.button(_("Export…"), "", self._export, name="export_trail")
        self.verdict = label("", name="settings.trail_verdict", wrap=True)
        self._place()

        self.first.set_value(today() - SPAN)
        for field in (self.finder, self.first, self.last):
            field.textChanged.connect(page.reload_soon)
        for button in (self.person, self.verb):
            button.chosen.connect(self.reload)
        self.years.edited.connect(self._set_years)

    def _place(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(style.M)
        line.addWidget(self.finder, 1)
        for field in (self.first, self.last):
            caption = label(field.caption, "label")
            caption.setBuddy(field)
            line.addWidget(caption)
            line.addWidget(field)
        line.addWidget(self.person)
        line.addWidget(self.verb)
        proof = QHBoxLayout()
        proof.setSpacing(style.M)
        caption = label(_("Code printed before"), "label")
        caption.setBuddy(self.anchor)
        kept = label(self.years.caption, "label")
        kept.setBuddy(self.years)
        proof.addWidget(self.code)
        proof.addSpacing(style.XL)
        proof.addWidget(kept)
        proof.addWidget(self.years)
        proof.addStretch()
        proof.addWidget(caption)
        proof.addWidget(self.anchor)
        proof.addWidget(self.verify)
        proof.addWidget(self.export)
        self.card.head.addWidget(self.count)
        self.body.addLayout(line)
        self.body.addWidget(self.table, 1)
        self.body.addLayout(proof)
        self.body.addWidget(self.verdict)

    # -- what is shown --

    def reload(self) -> None:
        """Find the entries anew; a day that is none is left out of account while it is typed."""
        with self.db.read() as session:
            people = [(one.id, one.name) for one in staff.everyone(session, active=None)]
            self.person.show_options([*people, (0, _("the program"))])
            self.verb.show_options(entries.verbs(session))
            ids = entries.find(
                session,
                self.finder.text(),
                first=_day(self.first),
                last=_day(self.last),
                staff_id=self.person.code,
                verb=self.verb.code,
            )
            code = trail.anchor(session)
            since = trail.goes_back_to(session)
            years = settings.load(session).trail_years
        self.table.show_ids(ids)
        said = ngettext("{count} entry", "{count} entries", len(ids))
        self.count.setText(
            " · ".join(
                part
                for part in (
                    said.format(count=f"{len(ids):,}"),
                    _("goes back to {day}").format(day=local_day(since)) if since else "",
                )
                if part
            )
        )
        self.years.set_value(years)
        self.code.setText(_("Code of the trail: {code}").format(code=code))

    def focus_first(self) -> None:
        """Take the keyboard."""
        self.finder.setFocus()

    def _set_years(self) -> None:
        with self.page.reporting(), self.page.db.write() as session:
            shop = settings.load(session)
            shop.trail_years = int(self.years.value())
            settings.save(session, shop)
        self.reload()

    def _rows(self, ids: Sequence[int]) -> list[Entry]:
        with self.db.read() as session:
            return entries.rows(session, ids)

    # -- proof and export --

    def _verify(self) -> None:
        anchor = str(self.anchor.value() or "")
        self.verdict.setText(_("Verifying…"))
        style.set_role(self.verdict, role="")

        def work(progress: Progress) -> trail.Verdict | str:
            with self.db.read() as session:
                try:
                    return trail.verify(session, anchor, progress)
                except Invalid as error:
                    return error.problems["anchor"]

        self.page.job(_("Verifying…"), work, self._say)

    def _say(self, found: trail.Verdict | str) -> None:
        ok = not isinstance(found, str) and found.ok
        self.verdict.setText(found if isinstance(found, str) else found.sentence)
        compared = not isinstance(found, str) and not found.older
        style.set_role(self.verdict, role=("good" if compared else "soon") if ok else "late")
        broken = None if isinstance(found, str) else found.first_broken
        self.reload()
        if broken is not None:
            self.table.choose(broken)

    def _export(self) -> None:
        name = _("Trail {day}.xlsx").format(day=self.db.today())
        path = dialogs.choose_save(self, _("Export"), name, _("Excel workbook (*.xlsx)"))
        if path is not None:
            ids = self.table.rows.ids()
            leaving.take_out(
                self.page,
                _("Writing {name}…").format(name=path.name),
                _("Trail"),
                path,
                lambda session, progress: trail_sheet.save(session, ids, path, progress),
                lambda _count: self._on_written(path),
            )

    def _on_written(self, path: Path) -> None:
        self.reload()
        self.page.said.emit(_("Saved: {name}").format(name=path.name))


def _day(field: Day) -> Any:
    try:
        return field.value()
    except Invalid:
        return None


def _by(row: Entry) -> str:
    return "" if row.who else "muted"
