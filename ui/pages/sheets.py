"""Sheets: a workbook comes in row by row before anything is written, and lists go out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import (
    QAction,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from showroom.errors import Cancelled, ShowroomError
from showroom.figures.effect import LABELS
from showroom.i18n import N_, _, ngettext
from showroom.sheets import apply, history, layouts, read, standby, template
from showroom.sheets.answers import Answers
from showroom.sheets.plan import Outcome, Plan
from ui import dialogs, sheets_results, style
from ui.jobs import Job
from ui.page import Page
from ui.plan_seen import Seen, see
from ui.plan_side import PlanSide
from ui.plan_view import PlanView
from ui.sheets_layouts import SheetsLayouts
from ui.sheets_out import SheetsOut
from ui.sheets_past import SheetsPast
from ui.widgets import Button, Fig

if TYPE_CHECKING:
    from showroom.progress import Progress
    from showroom.store.db import Database

KINDS = "(*.xlsx *.xlsm *.xlsb *.xls *.ods *.csv *.txt)"
EVERYTHING = "all"


class SheetsPage(Page):
    """Choose a file, see what each row becomes, then let it in; below, what came in before."""

    title = N_("Sheets")
    code = "sheets"

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._wanted: Answers | None = None
        self._planning = False
        self._number = 0  # of the file looked at: what was begun for another is not shown
        self._held: Seen | None = None  # made anew while somebody types into a cell
        self._saved: Plan | None = None  # a job writes it
        self._who = db.staff_id  # whose file it is: its numbers are for nobody else
        self.setAcceptDrops(True)
        self.choose = self.button(
            _("Import File…"), "Ctrl+O", self._choose, kind="primary", name="choose"
        )
        self.model = self.button(_("Save Template…"), "", self._template, name="template")
        self.take = self.button(
            _("Import Rows"), "Ctrl+Return", self._apply, kind="primary", name="apply"
        )
        self.drop = self.button(_("Not Now"), "Esc", self._close, name="close")
        self.paste = self.button(
            _("Paste Table"), "Ctrl+V", self._paste, kind="quiet", name="paste"
        )
        self.recode = self.button(
            _("Other Characters"), "Alt+C", self._recode, kind="quiet", name="recode"
        )
        self.results = self.button(
            _("Save with Results…"), "Ctrl+S", self._save_results, kind="quiet", name="results"
        )
        self.done: Plan | None = None  # what came in last
        self.encodings: list[read.Encoding] = []
        for button in (
            *(self.results, self.model, self.paste, self.choose),
            *(self.recode, self.drop, self.take),
        ):
            self.buttons.addWidget(button)

        self.detail = PlanSide(self)
        self.view = PlanView(self, self.detail)
        self.view.decided.connect(self._replan)
        self.view.left.connect(self._show_held)
        self.detail.decided.connect(self.view.decide_on)
        self.past = SheetsPast(self)
        self.body.addWidget(self.view, 1)
        self.layouts = SheetsLayouts(self)
        self.body.addWidget(self.past, 1)
        self.body.addWidget(self.layouts)
        self.out = SheetsOut(self)
        self.side.body.addWidget(self.out)
        self.side.body.addWidget(self.detail)
        self._show_home()

    @classmethod
    def warm(cls, db: Database) -> None:
        """Read once what the lists of the page read, so that its SQL is compiled on a thread."""
        with db.read() as session:
            history.batches(session)
            layouts.known(session)

    @property
    def plan(self) -> Plan | None:
        """The plan that is looked at."""
        return self.view.seen.plan if self.view.seen is not None else None

    def key_groups(self) -> dict[str, list[tuple[str, str]]]:
        """Return its keys, and those of the rows of a file while one is looked at."""
        groups = super().key_groups()
        if self.plan is not None:
            groups[_(self.title)] += self.view.row_keys()
        return groups

    def _is_put_away(self, owner: QAction | Button) -> bool:
        """Keys of a file are listed while one is looked at, those that choose one while none is."""
        above = (self.choose, self.paste, self.recode, self.results, self.drop, self.take)
        return (owner in above and not owner.isVisibleTo(self)) or super()._is_put_away(owner)

    def parts(self) -> list[QWidget]:
        return [self.view, self.view.strip, self.detail, self.past, self.layouts, self.out]

    # -- choosing and reading --

    def _choose(self) -> None:
        lists = _("Workbooks and lists")
        paths = dialogs.choose_open(self, _("Import File"), f"{lists} {KINDS}", several=True)
        if paths:
            self.open_files(paths)

    def open_file(self, path: Path, encoding: str = "") -> None:
        """Read a file and show what would become of each row; nothing is written."""
        self.open_files([path], encoding)

    def open_files(self, paths: Sequence[Path], encoding: str = "") -> None:
        """Read several files as one plan."""
        self._begin(paths[0].name, partial(self._read, list(paths), encoding))

    def _begin(self, name: str, work: Callable[[Progress], Seen]) -> None:
        self._who = self.db.staff_id
        self.encodings = []
        number = self._another()

        def show(seen: Seen) -> None:
            if number == self._number:
                self._show_plan(seen)

        self._job_of_reading(name, work, show)

    def _job_of_reading(
        self, name: str, work: Callable[[Progress], Any], show: Callable[[Any], None]
    ) -> None:
        job = self.job(_("Reading {name}…").format(name=name), work, show)
        job.finished.connect(self._prepare)

    def _prepare(self) -> None:
        """Let a reader stand ready for the next file."""
        Job(self, "", lambda _progress: standby.prepare(), quiet=True)

    def _read(self, paths: list[Path], encoding: str, progress: Progress) -> Seen:
        books = [read.read(path, encoding=encoding, progress=progress) for path in paths]
        if len(books) == 1 and books[0].format in ("text", "html"):
            self.encodings = read.encodings(paths[0])
        return see(self.db, apply.look(self.db, books, progress, ask=True))

    def _paste(self) -> None:
        """Take the table on the clipboard for a file."""
        if self.plan is not None:
            return
        copied = QGuiApplication.clipboard().mimeData()
        files = [Path(url.toLocalFile()) for url in copied.urls() if url.isLocalFile()]
        if files:
            self.open_files(files)
            return
        text, html = copied.text(), copied.html()

        def work(progress: Progress) -> Seen:
            book = read.pasted(text, html, progress=progress)
            return see(self.db, apply.look(self.db, book, progress, ask=True))

        self._begin(_("Clipboard"), work)

    def _recode(self) -> None:
        """Read the characters of the file in the next way that fits."""
        following, made = self._next_encoding(), self.plan
        if made is None or following is None:
            return
        former, path, answers = made.book, made.book.path, self.view.answers()
        number = self._another()

        def work(progress: Progress) -> tuple[Seen, bool]:
            book = read.read(path, encoding=following.code, progress=progress)
            same = book.shape == former.shape
            kept = answers if same else Answers()
            look = apply.look(self.db, book, progress, answers=kept, ask=True)
            return see(self.db, look), same

        def show(found: tuple[Seen, bool]) -> None:
            seen, same = found
            if number == self._number and (same or self._lets_go(answers)):
                self.view.start(seen, keep=same)
                self._showed()

        self._job_of_reading(former.name, work, show)

    def _lets_go(self, answers: Answers) -> bool:
        """What was decided is of rows that are others now: ask before it goes."""
        return answers == Answers() or dialogs.confirm(
            self,
            _("In these characters the file has other rows: what was mended and decided goes."),
            _("Read Anew"),
        )

    def _next_encoding(self) -> read.Encoding | None:
        """The way to read the characters after the one that was taken; nothing where one fits."""
        if self.plan is None or len(self.encodings) < 2:
            return None
        codes = [one.code for one in self.encodings]
        now = self.plan.book.encoding
        place = codes.index(now) + 1 if now in codes else 0
        return self.encodings[place % len(codes)]

    def _tell(self) -> None:
        """What the file hides or lacks, and how its characters look."""
        assert self.view.seen is not None
        assert self.plan is not None
        found = self.view.seen.notices
        now = self.plan.book.encoding
        sample = next((one.sample for one in self.encodings if one.code == now), "")
        parts = [one.text for one in found if not one.late]
        if sample:
            parts.insert(1, f"“{sample}”")
        following = self._next_encoding()
        self.recode.setVisible(following is not None)
        if following is not None:
            self.recode.setToolTip(style.tip(f"{following.label}: {following.sample}"))
        warnings = [*self.view.seen.earlier, *(one.text for one in found if one.late)]
        for told, texts in ((self.view.told, parts), (self.view.warned, warnings)):
            told.setText("  ".join(texts))
            told.setVisible(bool(texts))

    def _template(self) -> None:
        path = dialogs.choose_save(
            self, _("Save Template"), _("Import template.xlsx"), "Excel (*.xlsx)"
        )
        if path is not None:
            template.save(path)
            self.said.emit(_("Saved: {name}").format(name=path.name))

    # -- the plan --

    def _show_plan(self, seen: Seen) -> None:
        self.view.start(seen)
        self._showed()
        calm = seen.plan.is_known and seen.plan.changes and not seen.earlier
        (self.take if calm else self.view.rows).setFocus()

    def _showed(self) -> None:
        """What stands around the rows of a plan."""
        made = self.plan
        assert made is not None
        self._tell()
        coming = sum(made.counts[one] for one in (Outcome.NEW, Outcome.FILLED, Outcome.CHANGED))
        self.take.setText(
            ngettext("Import {count} Row", "Import {count} Rows", coming).format(count=coming)
        )
        self._let_take()
        self._show_home()
        self.reload()

    def _replan(self, answers: Answers) -> None:
        """Make the plan anew; the last answers count, however fast they come."""
        self._wanted = answers
        if self._planning or self.plan is None:
            return
        self._planning = True
        self._let_take()
        number = self._number
        books, mended = self.plan.books, self.view.mended
        self.view.mended = None

        def work(progress: Progress) -> Seen | None:
            try:
                made = apply.look(self.db, books, progress, answers=answers, ask=True)
                return see(self.db, made, mended)
            except Cancelled:
                return None

        Job(
            *(self, _("Planning…"), work, partial(self._replanned, number)),
            failed=partial(self._not_planned, number),
        )

    def _replanned(self, number: int, seen: Seen | None) -> None:
        if number != self._number:
            return
        if seen is None:  # cancelled
            self._not_planned(number)
        elif self.view.is_typing():
            self._held = seen
        else:
            self._show_anew(seen)

    def _show_held(self) -> None:
        """The cell is typed: show what waited for it."""
        seen = self._held
        if seen is not None and not self.view.is_typing():
            self._held = None
            self._show_anew(seen)

    def _show_anew(self, seen: Seen) -> None:
        self._planning = False
        former = self.plan
        assert former is not None
        self.view.show_seen(seen)
        self._showed()
        if former is not self._saved:
            Job(self, _("Planning…"), lambda _progress: former.let_go(), quiet=True)
        if self._wanted is not None and self._wanted != seen.plan.answers:
            self._replan(self._wanted)
        else:
            self.view.settled()

    def _not_planned(self, number: int, error: Exception | None = None) -> None:
        if number == self._number:
            self._stop_planning()
            if error is not None:
                dialogs.show_error(self, error)

    def _stop_planning(self) -> None:
        """The plan that is shown is the one that counts."""
        self._planning, self._wanted, self._held = False, None, None
        self.view.settled()
        self._let_take()

    def _another(self) -> int:
        """Another file is looked at, or none; the number by which what is begun for it is known."""
        self._number += 1
        self._stop_planning()
        return self._number

    def _let_take(self) -> None:
        made = self.plan
        self.take.setEnabled(made is not None and made.changes and not self._planning)

    def _apply(self) -> None:
        self.view.finish_typing()
        made = self.plan
        if made is None or self._planning:
            return  # what was decided last is not in it yet: the button wakes when it is
        self._saved = made
        self.job(
            _("Importing {name}…").format(name=made.name),
            partial(self._write, made),
            self._imported,
            writes=True,
        )

    def _write(self, made: Plan, progress: Progress) -> Any:
        return apply.apply(self.db, made, progress)

    def _imported(self, result: apply.Result) -> None:
        self.done = result.plan
        self._close()
        self.said.emit(_("{name} is in. Ctrl+Z takes it back.").format(name=result.plan.name))

    def _save_results(self) -> None:
        """Save the file that is looked at, or came in last, with what became of each row."""
        made = self.plan or self.done
        if made is None:
            raise ShowroomError(_("Choose a file first: its rows get what became of them."))
        self._saved = made
        sheets_results.save(self, made)

    def _close(self) -> None:
        self.setFocus()  # the list hides: the keyboard must not leave the page
        self._put_away()
        self.reload()
        self.past.table.setFocus()

    def _put_away(self) -> None:
        self.view.put_away()
        self.encodings = []
        self.recode.setToolTip("")
        self._another()
        self._show_home()

    # -- what came in before --

    def _show_home(self) -> None:
        planning = self.plan is not None
        for widget, shown in (
            (self.view, planning),
            (self.take, planning),
            (self.drop, planning),
            (self.detail, planning),
            (self.past, not planning),
            (self.layouts, not planning),
            (self.results, planning or self.done is not None),
            (self.choose, not planning),
            (self.model, not planning),
            (self.paste, not planning),
            (self.recode, planning and self._next_encoding() is not None),
            (self.out, not planning),
        ):
            widget.setVisible(shown)
        if not planning:
            self.side.set_title(_("Export"))

    def new_day(self, was: date) -> None:
        self.out.new_day(was)
        super().new_day(was)

    def reload(self) -> None:
        """Read the history anew; a file that somebody else chose is put away."""
        if self._who != self.db.staff_id:
            self._who, self.done, self._saved = self.db.staff_id, None, None
            self._put_away()
        seen = self.view.seen
        if seen is not None:
            self.figures.show_figures(_figures(seen))
            return
        self.figures.show_figures([])
        self.past.reload()
        self.layouts.reload()

    # -- Qt --

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._prepare()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is the one key after choosing a file that is read as before."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self.take.hasFocus():
            self.take.click()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if not files:
            return
        event.acceptProposedAction()
        if self.plan is None:
            self.open_files(files)
        else:  # what was mended in it is not thrown away by a slip of the mouse
            said = _("{name} is still open. Import its rows or press Esc, then drop the next file.")
            error = ShowroomError(said.format(name=self.plan.name))
            QTimer.singleShot(0, self, partial(dialogs.show_error, self, error))


def _figures(seen: Seen) -> list[Fig]:
    """How many rows, how many of them wait for somebody, and what is on file before and after."""
    made = seen.plan
    refused = made.counts[Outcome.REFUSED]
    return [
        Fig("rows", f"{len(made.rows):,}", _("rows in the file")),
        Fig("refused", f"{refused:,}", _("not taken"), tone="late" if refused else ""),
        *(
            Fig(
                number.code,
                f"{number.after:,}",
                _(LABELS[number.code]),
                unit=f"+{number.after - number.before:,}" if number.changes else "",
            )
            for number in seen.effect.totals
        ),
    ]
