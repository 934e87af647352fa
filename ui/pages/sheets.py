"""Sheets: a workbook comes in row by row before anything is written, and lists go out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom.errors import ShowroomError
from showroom.guard import amends
from showroom.i18n import N_, _, ngettext
from showroom.sheets import apply, history, notices, plan, read, template
from showroom.sheets.plan import Outcome
from ui import dialogs, style
from ui.page import Page
from ui.plan_columns import HISTORY, ROWS, TONES, PlanRow
from ui.segmented import Segmented
from ui.sheets_out import SheetsOut
from ui.tables import Table
from ui.widgets import Card, Fig, label

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
        self.plan: plan.Plan | None = None
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
        self.encodings: list[read.Encoding] = []
        for button in (
            *(self.model, self.paste, self.choose),
            *(self.recode, self.drop, self.take),
        ):
            self.buttons.addWidget(button)

        self.filter = Segmented([], name="sheets.filter", optional=False)
        self.filter.chosen.connect(lambda _code: self._show_rows())
        self.about = label("", "muted", name="sheets.about", wrap=True)
        line = QHBoxLayout()
        line.setSpacing(style.L)
        line.addWidget(self.filter)
        line.addWidget(self.about, 1)
        self.told = label("", "muted", name="sheets.told", wrap=True)
        self.warned = label("", "problem", name="sheets.warned", wrap=True)
        self.plan_box = QWidget()
        column = QVBoxLayout(self.plan_box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.L)
        column.addLayout(line)
        column.addWidget(self.told)
        column.addWidget(self.warned)
        self.rows = Table("sheets.rows", ROWS, self._plan_rows)
        card = Card()
        card.body.addWidget(self.rows)
        column.addWidget(card, 1)

        self.past_card = Card(_("Files that came in"), name="sheets.history.card")
        self.past = Table("sheets.history", HISTORY, self._past_rows)
        self.past.set_empty(
            _("No file came in yet. Choose one or drop it here; you see each row first.")
        )
        self.past_card.body.addWidget(self.past)
        self.body.addWidget(self.plan_box, 1)
        self.body.addWidget(self.past_card, 1)
        self.command(self.past, _("Undo This Import"), "Ctrl+Backspace", self._undo, name="undo")

        self._make_side()
        self.rows.chosen.connect(self._show_row)
        self.past.chosen.connect(self._show_past)
        self._show_home()

    def _make_side(self) -> None:
        self.out = SheetsOut(self)
        self.side.body.addWidget(self.out)
        self.detail = QWidget()
        self.details = QVBoxLayout(self.detail)
        self.details.setContentsMargins(0, 0, 0, 0)
        self.details.setSpacing(style.S)
        self.side.body.addWidget(self.detail)

    # -- choosing and reading --

    def _choose(self) -> None:
        lists = _("Workbooks and lists")
        paths = dialogs.choose_open(self, _("Import File"), f"{lists} {KINDS}")
        if paths:
            self.open_file(paths[0])

    def open_file(self, path: Path, encoding: str = "") -> None:
        """Read a file and show what would become of each row; nothing is written."""
        self._begin(path.name, partial(self._read, path, encoding))

    def _begin(self, name: str, work: Callable[[Progress], plan.Plan]) -> None:
        self._who = self.db.staff_id
        self.encodings = []
        self.job(_("Reading {name}…").format(name=name), work, self._show_plan)

    def _read(self, path: Path, encoding: str, progress: Progress) -> plan.Plan:
        book = read.read(path, encoding=encoding, progress=progress)
        if book.format in ("text", "html"):
            self.encodings = read.encodings(path)
        return apply.look(self.db, book, progress)

    def _paste(self) -> None:
        """Take the table on the clipboard for a file."""
        if self.plan is not None:
            return
        copied = QGuiApplication.clipboard().mimeData()
        files = [Path(url.toLocalFile()) for url in copied.urls() if url.isLocalFile()]
        if files:
            self.open_file(files[0])
            return
        text, html = copied.text(), copied.html()
        self._begin(
            _("Clipboard"),
            lambda progress: apply.look(
                self.db, read.pasted(text, html, progress=progress), progress
            ),
        )

    def _recode(self) -> None:
        """Read the characters of the file in the next way that fits."""
        following = self._next_encoding()
        if self.plan is not None and following is not None:
            self.open_file(self.plan.book.path, following.code)

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
        assert self.plan is not None
        found = notices.notices(self.plan.book)
        now = self.plan.book.encoding
        sample = next((one.sample for one in self.encodings if one.code == now), "")
        parts = [one.text for one in found if not one.late]
        if sample:
            parts.insert(1, f"“{sample}”")
        following = self._next_encoding()
        self.recode.setVisible(following is not None)
        if following is not None:
            self.recode.setToolTip(f"{following.label}: {following.sample}")
        warnings = [one.text for one in found if one.late]
        for told, texts in ((self.told, parts), (self.warned, warnings)):
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

    def _show_plan(self, made: plan.Plan) -> None:
        self.plan = made
        counts = made.counts
        self.filter.set_options(
            [
                (EVERYTHING, _("All {count}").format(count=len(made.rows))),
                *(
                    (outcome.value, f"{_(plan.OUTCOMES[outcome])} {counts[outcome]}")
                    for outcome in Outcome
                    if counts[outcome]
                ),
            ]
        )
        self.filter.set_code(EVERYTHING)
        self.about.setText(_about(made))
        self._tell()
        coming = counts[Outcome.NEW] + counts[Outcome.FILLED]
        self.take.setText(
            ngettext("Import {count} Row", "Import {count} Rows", coming).format(count=coming)
        )
        self.take.setEnabled(made.changes)
        self._show_home()
        self.reload()
        self._show_rows()
        data = [n for n, row in enumerate(made.rows, 1) if row.outcome is not Outcome.IGNORED]
        if data:
            self.rows.choose(data[0])
        self.rows.setFocus()

    def _show_rows(self) -> None:
        if self.plan is None:
            return
        code = self.filter.code()
        self.rows.show_ids(
            [
                place
                for place, row in enumerate(self.plan.rows, 1)
                if code in (EVERYTHING, row.outcome.value)
            ]
        )

    def _plan_rows(self, ids: Sequence[int]) -> list[PlanRow]:
        if self.plan is None:
            return []
        sheets = self.plan.sheets
        rows = self.plan.rows
        several = sum(1 for sheet in sheets if sheet.kind) > 1
        return [
            PlanRow(id, sheets[rows[id - 1].sheet].name if several else "", rows[id - 1])
            for id in ids
        ]

    def _show_row(self, place: int) -> None:
        """What stood in the row, column by column, and what becomes of it."""
        if self.plan is None or not 0 < place <= len(self.plan.rows):
            return
        row = self.plan.rows[place - 1]
        sheet = self.plan.sheets[row.sheet]
        self.side.set_title(
            _("Row {number}").format(number=row.number),
            sheet.name,
            _(plan.OUTCOMES[row.outcome]),
            TONES[row.outcome],
        )
        self._clear_details()
        if row.reason:
            role = "problem" if row.outcome is Outcome.REFUSED else "quote"
            self.details.addWidget(label(row.reason, role, name="sheets.reason", wrap=True))
        heads = {column.index: column for column in sheet.columns}
        for index, cell in enumerate(row.cells):
            shown = "" if cell is None else str(cell)
            head = heads.get(index)
            if shown:
                self._detail(head.label if head is not None else "", shown, head)

    def _detail(self, head: str, shown: str, column: Any) -> None:
        line = QHBoxLayout()
        line.setSpacing(style.M)
        name = label(head or "—", "label", wrap=True)
        name.setFixedWidth(104)
        name.setAlignment(Qt.AlignmentFlag.AlignTop)
        taken = column is None or bool(column.field)
        value = label(shown, "" if taken else "muted", wrap=True)
        if not taken:
            value.setToolTip(_("This column is not taken; it stays with the row."))
        line.addWidget(name)
        line.addWidget(value, 1)
        holder = QWidget()
        holder.setLayout(line)
        line.setContentsMargins(0, 0, 0, 0)
        self.details.addWidget(holder)

    def _clear_details(self) -> None:
        while (item := self.details.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()

    def _apply(self) -> None:
        made = self.plan
        if made is None:
            return
        self.job(
            _("Importing {name}…").format(name=made.book.name),
            partial(self._write, made),
            self._imported,
            writes=True,
        )

    def _write(self, made: plan.Plan, progress: Progress) -> Any:
        return apply.apply(self.db, made, progress)

    def _imported(self, _result: Any) -> None:
        made = self.plan
        self._close()
        if made is not None:
            self.said.emit(_("{name} is in. Ctrl+Z takes it back.").format(name=made.book.name))

    def _close(self) -> None:
        self.setFocus()  # the list hides: the keyboard must not leave the page
        self._put_away()
        self.reload()
        self.past.setFocus()

    def _put_away(self) -> None:
        self.plan = None
        self.rows.show_ids([])
        self._clear_details()
        self._show_home()

    # -- what came in before --

    def _show_home(self) -> None:
        planning = self.plan is not None
        for widget, shown in (
            (self.plan_box, planning),
            (self.take, planning),
            (self.drop, planning),
            (self.detail, planning),
            (self.past_card, not planning),
            (self.choose, not planning),
            (self.model, not planning),
            (self.paste, not planning),
            (self.recode, planning and self._next_encoding() is not None),
            (self.out, not planning),
        ):
            widget.setVisible(shown)
        if not planning:
            self.side.set_title(_("Export"))

    def reload(self) -> None:
        """Read the history anew; a file that somebody else chose is put away."""
        if self.plan is not None and self._who != self.db.staff_id:
            self._put_away()
        if self.plan is not None:
            counts = self.plan.counts
            self.figures.show_figures(
                [
                    Fig("rows", f"{len(self.plan.rows)}", _("rows in the file")),
                    *(
                        Fig(
                            outcome.value,
                            f"{counts[outcome]}",
                            _(plan.OUTCOMES[outcome]),
                            tone="late" if outcome is Outcome.REFUSED and counts[outcome] else "",
                        )
                        for outcome in Outcome
                    ),
                ]
            )
            return
        with self.db.read() as session:
            self._past = {row.id: row for row in history.batches(session)}
        self.figures.show_figures([])
        self.past_card.set_title(_("Files that came in"), str(len(self._past)))
        self.past.show_ids(list(self._past))

    def _past_rows(self, ids: Sequence[int]) -> list[Any]:
        return [self._past[id] for id in ids if id in self._past]

    def _show_past(self, _id: int) -> None:
        """Choosing one needs no panel: its row says all."""

    def _undo(self) -> None:
        batch = self.past.current_row()
        if batch is None or batch.action_id is None:
            raise ShowroomError(_("Choose the import to take back."))
        with self.db.write() as session:
            undone = amends.undo(session, batch.action_id)
        kept = len(undone.kept)
        self.said.emit(
            ngettext(
                "Taken back; {count} row was edited since and stays.",
                "Taken back; {count} rows were edited since and stay.",
                kept,
            ).format(count=kept)
            if kept
            else _("Taken back.")
        )

    # -- Qt --

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.open_file(files[0])


def _about(made: plan.Plan) -> str:
    """How the file was understood, and what joins the lists."""
    parts = [made.book.name]
    parts += [
        f"{sheet.name}: {_(plan.KINDS[sheet.kind])}" if sheet.name else _(plan.KINDS[sheet.kind])
        for sheet in made.sheets
        if sheet.kind
    ]
    for title, new in (
        (_("new consultants"), made.consultants),
        (_("new models"), made.models),
        (_("new channels"), made.channels),
    ):
        if new:
            parts.append(title + ": " + _(", ").join(new))
    return " · ".join(parts)
