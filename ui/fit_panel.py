"""Fitting a printer: print two crosses, say where they came out, and it is put right from then on.

It stands in the place of the card; the page's buttons finish it or put it away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from showroom.cards import fit
from showroom.cards.fit import Fit, Measured
from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.progress import Progress
from ui import fits, printing, state, style
from ui.forms import Form
from ui.jobs import Job
from ui.lengths import Millimetres
from ui.widgets import Button, label

if TYPE_CHECKING:
    from ui.page import Page

FIELDS = ("left", "top", "across", "down")


class FitPanel(QWidget):
    """`begin(width, height)` for a paper, `save()`; `entered()` after the last number."""

    entered = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._size = (148.0, 100.0)
        self._place = ""
        steps = _(
            "1. Print the crosses on the paper that lies in the printer.\n"
            "2. Measure with a ruler where they came out.\n"
            "3. Save: from then on this printer, paper and tray are put right."
        )
        self.print = page.button(_("Print the Crosses"), "", self._print, name="fit.print")
        self.now = label("", "quote", name=f"{page.code}.fit.now", wrap=True)
        self.form = Form(f"{page.code}.fit", label_width=150)
        titles = (
            _("Left edge to the first cross"),
            _("Upper edge to the first cross"),
            _("From cross to cross, across"),
            _("From cross to cross, down"),
        )
        for name, title in zip(FIELDS, titles, strict=True):
            self.form.row(Millimetres(name, title, least=1, most=500))
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

    def begin(self, width: float, height: float) -> None:
        """Begin with the paper of this size, mm; crosses that were printed last are measured."""
        self._size = (width, height)
        printed = state.text(fits.LAST)
        self._place = printed if f" {width:.0f} × {height:.0f} " in printed else ""
        self._show()
        self.print.setFocus()

    def save(self) -> bool:
        """Keep what was measured; tell whether it could be."""
        with self.form.reporting():
            if not self._place:
                raise ShowroomError(_("Print the crosses first: they are what is measured."))
            held = self.form.values()
            found = Measured(*(held[name] or 0.0 for name in FIELDS))
            made = fit.measured(found, *self._size)
            before = fits.of(self._place)
            if not before.is_none:  # the crosses were printed with it
                made = fit.after(made, before)
            self._keep(made)
            return True
        return False

    # -- inside --

    def _show(self) -> None:
        self.form.setVisible(bool(self._place))
        self.form.set_values(fit.wanted(*self._size)._asdict())
        kept = fits.of(self._place)
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

        Job(self._page, _("Printing…"), work, lambda _name: self._printed(place))

    def _printed(self, place: str) -> None:
        state.set_text(fits.LAST, place)
        self._place = place
        self._show()
        self.form.focus("left")
