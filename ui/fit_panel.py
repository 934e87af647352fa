"""Fitting a printer: print two crosses, type where the first came out, and it is put right.

Two numbers are asked; two more of who says that the crosses are not as far apart as they should be.
It stands in the place of the card; the page's buttons finish it or put it away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from showroom.cards import fit
from showroom.cards.fit import Fit, Measured
from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.progress import Progress
from ui import fits, printing, style
from ui.forms import Check, Form
from ui.jobs import Job
from ui.lengths import Millimetres
from ui.widgets import Button, label

if TYPE_CHECKING:
    from ui.page import Page

EDGES: Final = ("left", "top")
APART: Final = ("across", "down")


class FitPanel(QWidget):
    """`begin(width, height)` for a paper, `save()`; `entered()` after the last number."""

    entered = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._size = (148.0, 100.0)
        self._place = ""
        self._with = Fit()  # the crosses that are measured were printed with it
        steps = _(
            "1. Print the crosses on the paper that lies in the printer.\n"
            "2. Measure 1 and 2: how far the upper left cross stands from the edges.\n"
            "3. Save: from then on this printer, paper and tray are put right."
        )
        self.print = page.button(_("Print the Crosses"), "", self._print, name="fit.print")
        self.now = label("", "quote", name=f"{page.code}.fit.now", wrap=True)
        self.form = Form(f"{page.code}.fit", label_width=150)
        for name, title in (
            ("left", _("1 · Left edge to the cross")),
            ("top", _("2 · Top edge to the cross")),
        ):
            self.form.row(Millimetres(name, title, least=1, most=500))
        self.scaled = Check("scaled", _("From cross to cross"), " ")
        self.form.row(self.scaled)
        for name, title in (
            ("across", _("From cross to cross, across")),
            ("down", _("From cross to cross, down")),
        ):
            self.form.row(Millimetres(name, title, least=1, most=500))
        self.form.passed = frozenset(("scaled",))
        self.forget = Button(
            _("Forget This Fit"), kind="quiet", name=f"{page.code}.fit.forget", icon="undo-2"
        )
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(style.M)
        whole.addWidget(label(steps, "quote", wrap=True))
        whole.addWidget(self.print)
        for widget in (self.form, self.now, self.forget):
            whole.addWidget(widget)
        self.forget.clicked.connect(lambda: self._keep(Fit()))
        self.form.entered.connect(self.entered)
        self.form.edited.connect(self._on_edit)

    def begin(self, width: float, height: float) -> None:
        """Begin with the paper of this size, mm; crosses that were printed last are measured."""
        self._size = (width, height)
        place, self._with = fits.last()
        self._place = place if f" {width:.0f} × {height:.0f} " in place else ""
        self._show()
        self.print.setFocus()

    def save(self) -> bool:
        """Keep what was measured; tell whether it could be."""
        with self.form.reporting():
            if not self._place:
                raise ShowroomError(_("Print the crosses first: they are what is measured."))
            held = self.form.values()
            found = Measured(*(held[name] or 0.0 for name in EDGES + APART))
            if not self.scaled.value():
                found = fit.aside(found.left, found.top, *self._size)
            self._keep(fit.after(fit.measured(found, *self._size), self._with))
            return True
        return False

    # -- inside --

    def _show(self) -> None:
        self.form.setVisible(bool(self._place))
        kept = fits.of(self._place)
        want = fit.wanted(*self._size)
        apart = _("not {across} × {down} mm").format(
            across=f"{want.across:g}", down=f"{want.down:g}"
        )
        self.scaled.setText(apart)
        self.scaled.setAccessibleName(f"{self.scaled.caption}: {apart}")
        sizes = {kept.across, kept.down, self._with.across, self._with.down}
        self.scaled.set_value(sizes != {1.0})
        found = fit.seen(kept, self._with, *self._size)
        self.form.set_values({name: round(mm, 1) for name, mm in found._asdict().items()})
        self._show_apart()
        self.forget.setVisible(bool(self._place) and not kept.is_none)
        printer = self._place.rpartition(" · ")[0]
        if not self._place:
            said = _("No crosses were printed on this paper yet.")
        elif kept.is_none:
            said = _("{printer}: nothing is put right yet.").format(printer=printer)
        else:
            said = _(
                "{printer}: put right by {left} mm across and {top} mm down, size {across} % × "
                "{down} %."
            ).format(
                printer=printer,
                left=f"{-kept.left:+.1f}",
                top=f"{-kept.top:+.1f}",
                across=f"{100 / kept.across:.1f}",
                down=f"{100 / kept.down:.1f}",
            )
        self.now.setText(said)

    def _show_apart(self) -> None:
        for name in APART:
            self.form.show_row(name, self.scaled.value())

    def _on_edit(self, name: str) -> None:
        if name != self.scaled.name:
            return
        self._show_apart()
        if self.scaled.value():
            self._measure("across")
        else:
            want = fit.wanted(*self._size)
            self.form.set_values({name: getattr(want, name) for name in APART})

    def _measure(self, name: str) -> None:
        self.form.focus(name)
        self.form.fields[name].selectAll()

    def _keep(self, made: Fit) -> None:
        fits.keep(self._place, made)
        self._show()

    def _print(self) -> None:
        pdf = fit.page(*self._size)
        printer = printing.printer_for(self._page, pdf, _("Printer fit"))
        if printer is None:
            return
        place = fits.place(printer)
        kept = fits.of(place)

        def work(progress: Progress) -> str:
            return printing.send(pdf, printer, _("Printer fit"), progress, fit=kept)

        Job(self._page, _("Printing…"), work, lambda _name: self._printed(place, kept))

    def _printed(self, place: str, kept: Fit) -> None:
        fits.printed(place, kept)
        self._place, self._with = place, kept
        self._show()
        self._measure("left")
