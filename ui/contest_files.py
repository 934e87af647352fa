"""The files behind a standing: those that lack most, and those drawn by lot with their verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from showroom.errors import ShowroomError
from showroom.figures.contest_sheet import called, worth_most
from showroom.guard.rights import Right
from showroom.i18n import N_, _
from showroom.people import contest, spot_checks
from showroom.people.contest import Lacking
from showroom.people.spot_checks import VERDICTS, Check
from showroom.store.models import Verdict
from ui import style
from ui.forms import Form, Text
from ui.segmented import Segmented
from ui.tables import Column, Table
from ui.widgets import Card

if TYPE_CHECKING:
    from showroom.people.quarters import Quarter
    from ui.page import Page

LACKING, DRAWN = "lacking", "drawn"
VERDICT_KEYS: Final = {"1": Verdict.TRUE, "2": Verdict.PARTLY, "3": Verdict.FALSE}
TONES: Final = {Verdict.TRUE: "good", Verdict.PARTLY: "soon", Verdict.FALSE: "late"}


class ContestFiles(Card):
    """One consultant's files of a quarter; a digit is the verdict on the marked one.

    `opened(customer_id)` for the file that is marked, `said(words)` for the status bar.
    """

    opened = Signal(int)
    said = Signal(str)

    def __init__(self, page: Page, name: str) -> None:
        super().__init__(name=f"{name}.files")
        self.page, self.db = page, page.db
        self.quarter: Quarter | None = None
        self._whose = ""
        self._worst: Sequence[int] = ()
        self._checks: dict[int, Check] = {}
        self._pending: tuple[int, Verdict] | None = None
        parts = [(LACKING, _("Lacks most")), (DRAWN, _("Spot check"))]
        self.part = Segmented(parts, name=f"{name}.part", optional=False)
        self.part.setAccessibleName(_("Files looked at"))
        self.part.setFixedHeight(28)
        self.part.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.part.set_code(LACKING)
        self.draw = page.button(_("Draw Files"), "", self._draw, name="contest.draw")
        self.draw.setFixedHeight(26)
        page.needs(Right.APPROVE, self.draw)
        self.lacking = Table(f"{name}.lacking", LACKS, self._lacking_rows)
        self.lacking.setAccessibleName(_("Lacks most"))
        self.lacking.set_empty(_("Nothing lacks in the files of this quarter."))
        self.drawn = Table(f"{name}.drawn", CHECKS, self._check_rows)
        self.drawn.setAccessibleName(_("Spot check"))
        self.form = Form(name)
        self.found = Text("note", _("Note"), max_length=1000)
        self.form.row(self.found)
        self.form.setContentsMargins(style.L, style.S, style.L, style.S)
        self.head.insertWidget(0, self.part)
        self.head.addWidget(self.draw)
        checked = QWidget()
        column = QVBoxLayout(checked)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.drawn, 1)
        column.addWidget(self.form)
        self.pile = QStackedWidget()
        self.pile.addWidget(self.lacking)
        self.pile.addWidget(checked)
        self.body.addWidget(self.pile)
        self.part.chosen.connect(self._show_part)
        self.drawn.chosen.connect(lambda _id: self._show_note())
        self.form.entered.connect(self._write_note)
        for signal in (self.lacking.chosen, self.lacking.opened):
            signal.connect(self._open)
        for signal in (self.drawn.chosen, self.drawn.opened):
            signal.connect(self._open_check)
        for key, verdict in VERDICT_KEYS.items():
            code = f"contest.{verdict.value}"
            judge = partial(self._judge, verdict)
            page.command(self.drawn, _(VERDICTS[verdict]), key, judge, name=code)
        page.command(
            self.drawn, _("No verdict"), "0", partial(self._judge, None), name="contest.none"
        )

    # -- showing --

    def show_checks(self, quarter: Quarter, checks: Sequence[Check]) -> None:
        """Take the files that were drawn in a quarter."""
        self.quarter = quarter
        self._checks = {check.id: check for check in checks}
        self._show()

    def show_whose(self, name: str, worst: Sequence[int]) -> None:
        """Show the files of this consultant; `worst` are the ids of those that lack most."""
        self._whose, self._worst = name, worst
        self._show()

    def _show(self) -> None:
        is_drawn = self.part.code() == DRAWN
        self.pile.setCurrentIndex(int(is_drawn))
        ids = [id for id, check in self._checks.items() if check.consultant == self._whose]
        self.drawn.set_empty(
            _("None of these files was drawn.")
            if self._checks
            else _("Once a quarter a manager draws files by lot and checks what stands in them.")
        )
        self.drawn.show_ids(ids)
        self.form.setVisible(bool(ids))
        self.lacking.show_ids(self._worst)
        self.draw.setVisible(is_drawn and not self._checks)
        keys = _("1 true · 2 in part · 3 not true · 0 none") if is_drawn and ids else ""
        self.set_title("", " · ".join(filter(None, (self._whose, keys))))
        self._show_note()

    def _show_part(self, _code: str) -> None:
        self._show()
        self.take_keyboard()

    def take_keyboard(self) -> None:
        """Go to the list that is shown, to its first line."""
        table = self.drawn if self.part.code() == DRAWN else self.lacking
        table.setFocus()
        if not table.current_id() and table.rows.ids():
            table.choose(table.rows.ids()[0])

    def _show_note(self) -> None:
        check = self._check()
        if not self.found.hasFocus():
            self._pending = None
            self.form.clear_problems()
            self.found.set_value(check.note if check is not None else "")
        self.found.setEnabled(check is not None)

    def _lacking_rows(self, ids: Sequence[int]) -> list[Lacking]:
        with self.db.read() as session:
            return contest.lacking(session, ids)

    def _check_rows(self, ids: Sequence[int]) -> list[Check]:
        return [self._checks[id] for id in ids if id in self._checks]

    def _check(self) -> Check | None:
        return self._checks.get(self.drawn.current_id())

    def _open(self, id: int) -> None:
        if id:
            self.opened.emit(id)

    def _open_check(self, id: int) -> None:
        if id in self._checks:
            self.opened.emit(self._checks[id].customer_id)

    def drawn_of(self, customer_id: int) -> list[int]:
        """The checks of a customer's file in this quarter."""
        return [id for id, check in self._checks.items() if check.customer_id == customer_id]

    # -- the spot check --

    def _draw(self) -> None:
        if self.quarter is None:
            return
        with self.db.write() as session:
            count = spot_checks.draw(session, self.quarter, now=self.db.now())
        self.said.emit(_("Drawn by lot: {count} files.").format(count=count))
        self.take_keyboard()

    def _judge(self, verdict: Verdict | None) -> None:
        """A verdict on the marked file; what is not true needs a note first."""
        check = self._check()
        if check is None:
            raise ShowroomError(
                _("Mark a file first.") if self._checks else _("Press “Draw Files” first.")
            )
        if verdict in (Verdict.PARTLY, Verdict.FALSE) and not check.note:
            self.form.focus("note")
            self._pending = (check.id, verdict)
            self.said.emit(_("What is not so? Write it and press Enter."))
            return
        self._write(check, verdict, check.note)

    def _write_note(self) -> None:
        check = self._check()
        if check is None:
            return
        wanted = self._pending
        verdict = wanted[1] if wanted is not None and wanted[0] == check.id else check.verdict
        with self.form.reporting():
            self._write(check, verdict, self.found.value())

    def _write(self, check: Check, verdict: Verdict | None, note: str) -> None:
        """Keep it, and go to the next file."""
        with self.db.write() as session:
            spot_checks.judge(session, check.id, verdict, note=note, now=self.db.now())
        judged = _("No verdict") if verdict is None else _(VERDICTS[verdict])
        self.said.emit(_("{name}: {what}").format(name=check.name, what=judged))
        self.drawn.setFocus()
        ids = self.drawn.rows.ids()
        following = ids.index(check.id) + 1 if check.id in ids else len(ids)
        if following < len(ids):
            self.drawn.choose(ids[following])
        self._show_note()


def _verdict(row: Check) -> str:
    return _(VERDICTS[row.verdict]) if row.verdict is not None else _("To check")


def _tone(row: Check) -> str:
    return TONES[row.verdict] if row.verdict is not None else "muted"


LACKS: Final = (
    Column(N_("Customer"), called, width=140, stretch=True),
    Column(N_("Completeness"), lambda row: str(row.score), align="right", width=100),
    Column(
        N_("Worth most"),
        lambda row: worth_most(row.next),
        width=330,
        tone="muted",
        stretch=True,
    ),
)
CHECKS: Final = (
    Column(N_("Customer"), called, width=140, stretch=True),
    Column(N_("Verdict"), _verdict, tag=_tone, width=110),
    Column(N_("Note"), lambda row: row.note, width=220, tone="muted", stretch=True),
    Column(N_("Checked by"), lambda row: row.checked_by, width=96, tone="muted"),
)
