"""Labels of several customers: which sheet, from which place on, who is left out, print or save."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QVBoxLayout

from showroom.cards import addressees, labels
from showroom.errors import Invalid, ShowroomError
from showroom.guard import trail
from showroom.i18n import _, ngettext
from showroom.sheets import saving
from ui import dialogs, leaving, printing, state, style
from ui.card_preview import CardPreview
from ui.customer_parts import FileTool
from ui.forms import Choice, Form, Number, Text
from ui.jobs import Job
from ui.widgets import label

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from showroom.people.customers import File
    from showroom.progress import Progress
    from showroom.store.db import Session
    from ui.pages.customers import CustomersPage

CODE: Final = "labels"
OWN: Final = "own"
NAMED: Final = 40
"""So many of who is left out are named with the reason; the others are counted."""

FIRST: Final = 3
"""So many of them above the sheet, too."""

MEASURES: Final = ("columns", "rows", "width", "height", "left", "top", "gap_x", "gap_y")


def open_labels(page: CustomersPage, ids: Sequence[int]) -> None:
    """Show the labels of these customers in the panel. Raises `ShowroomError` without any."""
    if not ids:
        raise ShowroomError(_("Nobody is on this list."))
    if not page.leave_panel():
        return
    tool = page.tools.made.get(CODE)
    if tool is None:
        tool = LabelTool(page)
        page.tools.take(CODE, tool)
    assert isinstance(tool, LabelTool)
    page.tools.show(tool)
    tool.begin_with(list(ids))


class LabelTool(FileTool):
    """The sheet as it will lie in the printer, at most a moment after something was changed."""

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self.go, self.title = _("Print…"), _("Labels")
        self._ids: list[int] = []
        self._asked = 0
        self.made: addressees.Made | None = None
        self.form = Form("customers.labels")
        sheets = [
            (code, _("{size} mm · {count} a sheet").format(size=_size(one), count=one.places))
            for code, one in labels.SHEETS.items()
        ]
        self.sheet = Choice(
            "sheet", _("Sheet"), [*sheets, (OWN, _("Own measures (mm)"))], optional=False
        )
        self.form.row(self.sheet)
        own = {name: Text(name, caption, width=76) for name, caption in _captions().items()}
        for pair in zip(MEASURES[::2], MEASURES[1::2], strict=True):
            self.form.row(*(own[name] for name in pair))
        self.start = Number("start", _("First free"), least=1, most=300, width=76)
        self.form.row(self.start)
        self.count = label("", "section", name="customers.labels.count", wrap=True)
        self.preview = CardPreview("customers.labels.preview")
        self.out = label("", "soon", name="customers.labels.out", wrap=True)
        self.who = label("", "note", name="customers.labels.who", wrap=True)
        self.save = page.button(_("Save as PDF…"), "Ctrl+Shift+S", self._save, name="labels.save")
        self.save.bare = True  # the panel has no room for the key, too
        self.form.beside("start", self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        for widget in (self.count, self.form, self.out, self.preview, self.who):
            layout.addWidget(widget)
        self._bring_back()
        self.form.edited.connect(lambda _name: self._show())
        self.form.entered.connect(self.entered)

    def begin(self, file: File) -> None:
        """Labels of one customer."""
        self.begin_with([file.row.id])

    def begin_with(self, ids: list[int]) -> None:
        """Labels of these customers."""
        self._ids = ids
        self.start.set_value(1)
        self._show()
        self.form.focus("start")

    def reload(self) -> None:
        """Set the sheet anew: an address may have been corrected."""
        if self.isVisible():
            self._show()

    # -- which sheet --

    def _bring_back(self) -> None:
        """The sheet that lay in this printer the last time."""
        code = state.text("labels/sheet", next(iter(labels.SHEETS)))
        self.sheet.set_value(code if code in (*labels.SHEETS, OWN) else next(iter(labels.SHEETS)))
        kept = state.text("labels/own").split()
        usual = [f"{value:g}" for value in labels.SHEETS["70x37"]]
        for name, value in zip(
            MEASURES, kept if len(kept) == len(MEASURES) else usual, strict=True
        ):
            self.form.fields[name].set_value(value)

    def _chosen(self) -> labels.Sheet:
        """The sheet that is meant. Raises `Invalid` beside a measure that is none."""
        code = self.sheet.value()
        if code != OWN:
            return labels.SHEETS[code]
        found: dict[str, float] = {}
        wrong: dict[str, str] = {}
        for name in MEASURES:
            try:
                found[name] = float(self.form.fields[name].value().replace(",", ".") or 0)
            except ValueError:
                wrong[name] = _("Write a number, as 63.5.")
        if wrong:
            raise Invalid(wrong)
        sizes: dict[str, Any] = {**found, "columns": int(found["columns"])}
        made = labels.Sheet(**{**sizes, "rows": int(found["rows"])})
        labels.check(made)
        return made

    def _place(self, sheet: labels.Sheet) -> int:
        start = self.start.value() or 1
        if start > sheet.places:
            sentence = _("The sheet has places from 1 to {count}.")
            raise Invalid({"start": sentence.format(count=sheet.places)})
        return int(start)

    # -- showing --

    def _show(self) -> None:
        """Set the first sheet anew, on a thread."""
        for first in MEASURES[::2]:
            self.form.show_row(first, self.sheet.value() == OWN)
        self._asked += 1
        with self.form.reporting():
            sheet = self._chosen()
            start = self._place(sheet)
            state.set_text("labels/sheet", self.sheet.value())
            if self.sheet.value() == OWN:
                state.set_text("labels/own", " ".join(f"{value:g}" for value in sheet))
            work = partial(self._set, list(self._ids), sheet, start, self._asked)
            Job(self, _("Setting the labels…"), work, self._on_set, quiet=True)

    def _set(
        self, ids: list[int], sheet: labels.Sheet, start: int, asked: int, _progress: Progress
    ) -> tuple[int, addressees.Made, bytes, int]:
        with self.db.read() as session:
            made = labels.compose(session, ids, sheet)
        first = made.addressees[: sheet.places - start + 1]
        pdf = labels.pdf(first, sheet, start=start, outlines=True)
        return asked, made, pdf, -(-(len(made.addressees) + start - 1) // sheet.places)

    def _on_set(self, found: tuple[int, addressees.Made, bytes, int]) -> None:
        asked, made, pdf, sheets = found
        if asked != self._asked:
            return
        self.made = made
        count = len(made.addressees)
        said = ngettext("{count} label", "{count} labels", count).format(count=f"{count:,}")
        on = ngettext("{count} sheet", "{count} sheets", sheets).format(count=f"{sheets:,}")
        self.count.setText(f"{said} · {on}" if count else said)
        left_out = len(made.left_out)
        whys = Counter(one.why for one in made.left_out)
        reasons = [
            _("{reason} {count}").format(reason=_(addressees.WHY[why]), count=f"{number:,}")
            for why, number in whys.most_common()
        ]
        first = [one.who for one in made.left_out[:FIRST]]
        self.out.setText(
            _("No label ({reasons}): {names}").format(
                reasons=_(", ").join(reasons),
                names=_(", ").join([*first, "…"] if left_out > FIRST else first),
            )
        )
        named = [one.sentence for one in made.left_out[:NAMED]]
        self.who.setText("\n".join([*named, "…"] if left_out > NAMED else named))
        self.out.setVisible(left_out > 0)
        self.who.setVisible(left_out > 0)
        self.preview.show_pdf(pdf, shape=297 / 210, words=self.count.text())

    # -- out --

    def accept(self) -> None:
        """Print them."""
        what = _("Labels")

        def made(found: tuple[addressees.Made, bytes]) -> None:
            on_paper, pdf = found
            rows = len(on_paper.addressees)
            printing.print_pdf(self.page, pdf, what, partial(self._printed, rows))

        self._take_out(None, made)

    def _printed(self, rows: int, printer: str) -> None:
        """The printer took them: now they have left."""
        what = " · ".join((_("Labels"), printer))
        trail.exported(self.db, what, None, rows, by=self.db.staff_id)
        self.done.emit(_("The labels were sent to {printer}.").format(printer=printer))

    def _save(self) -> None:
        name = _("Labels {day}.pdf").format(day=self.db.today())
        path = dialogs.choose_save(self.page, _("Save Labels as PDF"), name, "PDF (*.pdf)")
        if path is not None:
            said = _("Saved: {name}").format(name=path.name)
            self._take_out(path, lambda _found: self.done.emit(said))

    def _take_out(self, path: Path | None, done: Any) -> None:
        with self.form.reporting():
            sheet = self._chosen()
            start, ids = self._place(sheet), list(self._ids)

            def write(session: Session, progress: Progress) -> tuple[addressees.Made, bytes]:
                made, pdf = labels.take_out(session, ids, sheet, start=start, progress=progress)
                if path is not None:
                    with saving.saving(path) as file:
                        file.write(pdf)
                return made, pdf

            leaving.take_out(
                self.page,
                _("Setting the labels…"),
                _("Labels"),
                path,
                write,
                done,
                notes=path is not None,
            )


def _size(sheet: labels.Sheet) -> str:
    return f"{sheet.width:g} × {sheet.height:g}"


def _captions() -> dict[str, str]:
    """What the measures are called; two stand in a row, the first is its label."""
    return {
        "columns": _("Across × down"),
        "rows": _("Labels down"),
        "width": _("Width × height"),
        "height": _("Height"),
        "left": _("From left, top"),
        "top": _("From top"),
        "gap_x": _("Gaps"),
        "gap_y": _("Gap down"),
    }
