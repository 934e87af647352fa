"""Settings: where the data lies, its copies and recovery code, and whether it is whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from showroom import settings
from showroom.dates import local_day, show_clock, show_day
from showroom.guard import retention, trail, upkeep
from showroom.guard.rights import Right
from showroom.i18n import N_, _, ngettext
from showroom.sheets.saving import saving
from showroom.store import backup, check, copies, keeping, recovery
from showroom.store.keeping import Second
from ui import copying, dialogs, printing, style
from ui.page import Page
from ui.restore_panel import RestorePanel
from ui.settings_section import Section
from ui.tables import Column, Table
from ui.widgets import Button, Card, label

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from showroom.progress import Progress
    from showroom.store.check import Problem

KINDS = {
    "desk": N_("by itself"),
    "before-restore": N_("before a restore"),
    "before-import": N_("before an import"),
}


class CopyRow(NamedTuple):
    """One backup in the list."""

    id: int
    path: Path
    made: str
    kind: str
    place: str


COLUMNS = (
    Column(N_("Made"), lambda row: row.made, width=130),
    Column(N_("Reason"), lambda row: row.kind, width=130, tone="muted"),
    Column(N_("Where"), lambda row: row.place, stretch=True, tone="muted"),
)


class DataSection(Section):
    """Where the data lies, its copies, and whether it is whole."""

    right = Right.RESTORE

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Data and backup"))
        self._copies: dict[int, CopyRow] = {}
        self._make_facts()
        self._make_copies()
        self.copies.chosen.connect(self._choose)
        self.restore.restored.connect(self.reload)

    # -- building --

    def _make_facts(self) -> None:
        button = self.page.button
        self.place = label("", name="settings.place", wrap=True)
        self.copied = label("", name="settings.copied", wrap=True)
        self.second = label("", name="settings.second", wrap=True)
        self.code = label("", name="settings.code", wrap=True)
        self.found = label("", name="settings.found", wrap=True)
        self.folder = button(_("Open Folder"), "", self._open_folder, name="folder")
        self.back_up = button(
            _("Back Up Now"), "Ctrl+B", self._back_up, kind="primary", name="back_up"
        )
        self.back_up_to = button(_("Back Up To…"), "", self._back_up_to, name="back_up_to")
        self.choose = button(_("Choose Folder…"), "", self._choose_second, name="choose_second")
        self.forget = button(_("No Second Folder"), "", self._forget, name="no_second")
        self.print_code = button(_("Print…"), "", self._print_code, name="print_code")
        self.save_code = button(_("Save as PDF…"), "", self._save_code, name="save_code")
        self.check = button(_("Check the Data"), "", self._check, name="check")
        self.mend = button(_("Put It Right"), "", self._mend, name="mend")
        self.mend.hide()
        self.page.needs(Right.RESTORE, self.print_code, self.save_code, self.mend)
        self.page.needs(Right.SETTINGS, self.choose, self.forget)
        rows: Iterable[tuple[str, QWidget, Sequence[Button]]] = (
            (_("Data"), self.place, [self.folder]),
            (_("Last backup"), self.copied, [self.back_up_to, self.back_up]),
            (_("Second folder"), self.second, [self.forget, self.choose]),
            (_("Recovery code"), self.code, [self.save_code, self.print_code]),
            (_("Check"), self.found, [self.mend, self.check]),
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(style.XL)
        grid.setVerticalSpacing(style.M)
        grid.setColumnStretch(1, 1)
        for number, (title, fact, buttons) in enumerate(rows):
            fact.setAccessibleName(title)
            line = QHBoxLayout()
            line.setSpacing(style.M)
            line.addStretch()
            for one in buttons:
                line.addWidget(one)
            grid.addWidget(label(title, "label"), number, 0)
            grid.addWidget(fact, number, 1)
            grid.addLayout(line, number, 2)
        self.problems = QVBoxLayout()
        self.problems.setSpacing(style.M)
        self.body.addLayout(grid)
        self.body.addLayout(self.problems)

    def _make_copies(self) -> None:
        self.copies = Table("settings.copies", COLUMNS, self._rows)
        self.copies.setAccessibleName(_("Backups"))
        self.copies.set_empty(_("No backup yet. One is made when the desk is closed."))
        self.from_file = self.page.button(_("From a File…"), "", self._from_file, name="from_file")
        self.from_file.setFixedHeight(26)
        shelf = Card(_("Backups"))
        shelf.head.addWidget(self.from_file)
        shelf.body.addWidget(self.copies, 1)
        self.restore = RestorePanel(self.page)
        line = QHBoxLayout()
        line.setSpacing(style.XL)
        line.addWidget(shelf, 1)
        line.addWidget(self.restore, 1)
        whole = self.layout()
        assert isinstance(whole, QVBoxLayout)
        whole.setSpacing(style.XL)
        whole.addLayout(line, 1)

    # -- what is shown --

    def reload(self) -> None:
        """Say where the data lies, when it was copied, and which copies there are."""
        now = self.db.now()
        self.place.setText(str(self.db.path))
        self._show_age(copies.last(self.db.backups, now), now)
        self._show_second()
        self._show_code()
        self._copies = {row.id: row for row in self._read()}
        self.copies.show_ids(list(self._copies))

    def focus_first(self) -> None:
        """Take the keyboard."""
        self.back_up.setFocus()

    def _show_age(self, moment: datetime | None, now: datetime) -> None:
        if moment is None:
            self.copied.setText(_("none yet"))
            return
        tone = copying.age(moment, now)[1]
        self.copied.setText(self._when(moment))
        style.set_role(self.copied, role="soon" if tone == "soon" else "")

    def _show_second(self) -> None:
        folder, became = copying.second(), copying.result()
        self.forget.setVisible(folder is not None)
        if folder is None:
            self.second.setText(_("none: choose one on a stick or another disk"))
            style.set_role(self.second, role="note")
            return
        said = {
            Second.DONE: _("up to date"),
            Second.ABSENT: _("not there"),
            Second.FAILED: _("takes no copy: see whether it is full or read-only"),
        }.get(became, "")
        self.second.setText(" · ".join(filter(None, (str(folder), said))))
        bad = became in (Second.ABSENT, Second.FAILED)
        style.set_role(self.second, role="soon" if bad else "")

    def _show_code(self) -> None:
        side = recovery.beside(self.db.path)
        made = recovery.made(side) if recovery.belongs(side, self.db.key) else None
        if made is None:
            self.code.setText(_("none yet: without it a backup opens on this PC only"))
        else:
            self.code.setText(_("made on {day}").format(day=local_day(made)))
        style.set_role(self.code, role="soon" if made is None else "")

    def _when(self, moment: datetime) -> str:
        return f"{show_day(local_day(moment), self.db.today())} {show_clock(moment)}"

    def _read(self) -> list[CopyRow]:
        """The copies here and, when it is there, in the second folder; the newest first."""
        folders = [(self.db.backups, _("this PC"))]
        extra = copying.second()
        if extra is not None and copying.result() is Second.DONE:
            folders.append((extra, str(extra)))
        found = [
            (moment, path, where)
            for folder, where in folders
            for path in copies.listed(folder, "")
            if (moment := copies.moment(path)) is not None
        ]
        found.sort(key=lambda one: one[0], reverse=True)
        return [
            CopyRow(number, path, self._when(moment), _kind(path), where)
            for number, (moment, path, where) in enumerate(found, 1)
        ]

    def _rows(self, ids: Sequence[int]) -> list[CopyRow]:
        return [self._copies[id] for id in ids if id in self._copies]

    # -- copies --

    def _back_up(self) -> None:
        db, extra = self.db, copying.second()

        def work(progress: Progress) -> keeping.Kept:
            made = backup.back_up(db.path, db.key, copies.place(db.backups, db.now()), progress)
            copies.thin(db.backups)
            return keeping.Kept(made, keeping.fill(extra, made.path, db.key, db.now()))

        self.page.job(_("Backing up…"), work, self._on_kept)

    def _on_kept(self, kept: keeping.Kept) -> None:
        copying.note(kept)
        self.reload()
        if kept.copy is not None:
            self.page.said.emit(_("Backed up and proved: {place}").format(place=kept.copy.path))

    def _back_up_to(self) -> None:
        name = copies.place(Path(), self.db.now()).name
        target = dialogs.choose_save(self, _("Back up to"), name, _("Backup (*.db)"))
        if target is not None:
            self.page.job(
                _("Backing up…"),
                lambda progress: backup.back_up(self.db.path, self.db.key, target, progress),
                lambda copy: self._on_kept(keeping.Kept(copy, copying.result())),
            )

    def _choose_second(self) -> None:
        chosen = dialogs.choose_open(self, _("Second folder for backups"), folder=True)
        if chosen:
            copying.set_second(chosen[0])
            db = self.db
            self.page.job(
                _("Backing up…"),
                lambda progress: copying.keep(db, db.backups, chosen[0], progress),
                self._on_kept,
            )

    def _forget(self) -> None:
        copying.set_second(None)
        self.reload()

    def _choose(self, id: int) -> None:
        if id in self._copies:
            self.restore.show_copy(self._copies[id].path)
        else:
            self.restore.show_nothing()

    def _from_file(self) -> None:
        chosen = dialogs.choose_open(self, _("Backup to restore"), _("Backup (*.db)"))
        if chosen:
            self.copies.choose(0)
            self.restore.show_copy(chosen[0])

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.db.path.parent)))

    # -- the recovery code --

    def _print_code(self) -> None:
        self._make_code(self._print_page)

    def _save_code(self) -> None:
        self._make_code(self._save_page)

    def _make_code(self, give: Callable[[str, bytes], None]) -> None:
        """Draw a code, set its page, and let `give` bring it to paper or into a file."""
        upkeep.require(self.db)
        side = recovery.beside(self.db.path)
        if recovery.belongs(side, self.db.key) and not dialogs.confirm(
            self,
            _("Make a new recovery code?"),
            _("Make New Code"),
            detail=_("The page made before then opens only the backups made until now."),
        ):
            return
        code = recovery.new_code()
        with self.db.read() as session:
            shop = settings.load(session).shop_name

        def work(_progress: Progress) -> bytes:
            from showroom.cards import recovery_page

            return recovery_page.pdf(code, shop=shop, path=self.db.path, now=self.db.now())

        self.page.job(_("Setting the page…"), work, partial(give, code))

    def _print_page(self, code: str, pdf: bytes) -> None:
        printing.print_pdf(self, pdf, _("Recovery code"), lambda _printer: self._keep_code(code))

    def _save_page(self, code: str, pdf: bytes) -> None:
        name = _("Recovery code") + ".pdf"
        target = dialogs.choose_save(self, _("Save the recovery code"), name, "PDF (*.pdf)")
        if target is not None:
            with self.page.reporting():
                with saving(target) as file:
                    file.write(pdf)
                self._keep_code(code)

    def _keep_code(self, code: str) -> None:
        """From now on the page counts: it is on paper, or in its file."""
        with self.page.reporting():
            upkeep.new_code(self.db, code)
            self._show_code()
            self.page.said.emit(_("The recovery code is in force. Lock its page away."))

    # -- checking --

    def _check(self) -> None:
        self.found.setText(_("Checking…"))
        self.page.job(
            _("Checking…"), lambda progress: trail.check_all(self.db, progress), self._say
        )

    def _say(self, problems: list[Problem]) -> None:
        while self.problems.count():
            item = self.problems.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        if problems:
            count = len(problems)
            words = ngettext("{count} problem:", "{count} problems:", count).format(count=count)
        else:
            words = _("Everything is whole, and every rule is kept.")
        self.found.setText(words)
        style.set_role(self.found, role="late" if problems else "good")
        for one in problems:
            line = label(f"{one.count:,} × {one.sentence} — {one.repair}", wrap=True)
            line.setObjectName(f"settings.problem.{one.code}")
            self.problems.addWidget(line)
        many = retention.count_warning(self.db)
        if many:
            self.problems.addWidget(label(many, "soon", name="settings.many_persons", wrap=True))
        self.mend.setVisible(any(one.code in check.MENDED for one in problems))

    def _mend(self) -> None:
        upkeep.mend(self.db)
        self._check()


def _kind(path: Path) -> str:
    """Why a copy was made, by its name."""
    why = path.name[: path.name.index("-20")]
    return _(KINDS.get(why, N_("before an update")))
