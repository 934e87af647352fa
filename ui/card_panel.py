"""The card that is looked at: on its paper, its wording, its words, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom.cards import compose, envelopes, glyphs, labels, layout, render, worst
from showroom.cards.compose import Letter
from showroom.cards.dress import PLAIN, Dress
from showroom.cards.queue import CardRow
from showroom.i18n import _, ngettext
from ui import printing, style
from ui.card_preview import CardPreview
from ui.forms import Check, Choice, Form, Note, Number, Text
from ui.segmented import Segmented
from ui.widgets import label

if TYPE_CHECKING:
    from showroom.cards.addressees import Made
    from showroom.cards.envelopes import Envelope
    from showroom.cards.labels import Sheet
    from showroom.cards.templates import Template
    from showroom.cards.worst import Worst
    from showroom.settings import Settings

TYPING_MS: Final = 150
NAMED: Final = 3  # so many of who is left out of a batch are named
LABELS: Final = "label/"  # before the code of a sheet, where an envelope is chosen
THIS, FRONT = "this", "front"


class CardPanel(QWidget):
    """Preview, wording and paper; in the mode `words` the words, in `skip` the reason.

    With `on_envelope()` it shows the envelope the card goes into. Signals: `paper_chosen()`,
    `envelope_chosen()` card or envelope, or another envelope; `template_chosen(code)`, `entered()`
    Enter after the reason.
    """

    paper_chosen = Signal()
    envelope_chosen = Signal()
    template_chosen = Signal(str)
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.mode = ""
        self.ready = False  # whether the fonts are there: see `prepare`
        self.dress: Dress = PLAIN
        self._letter: Letter | None = None
        self._worst: dict[str, Letter] = {}
        self._abouts: dict[str, str] = {}
        self.what = Segmented(
            [("card", _("Card")), ("envelope", _("Envelope"))], name="cards.what", optional=False
        )
        self.what.setAccessibleName(_("Card or envelope"))
        self.what.set_code("card")
        self.preview = CardPreview("cards.preview")
        self.template = Choice("template", _("Wording"), optional=False)
        self.paper = Choice("paper", _("Paper"), papers(), optional=False)
        self.form = Form("cards")
        self.look = Choice("look", _("Preview"), [(THIS, _("This card"))], optional=False)
        self.look.set_value(THIS)
        self.start = Number("start", _("First place"), least=1, most=8, width=76)
        self.start.set_value(1)
        self.form.row(self.look)
        self.form.row(self.template)
        self.form.row(self.paper)
        self.form.row(self.start)
        sizes = [(one.code, one.name) for one in envelopes.ENVELOPES.values()]
        sizes += [
            (
                LABELS + code,
                _("Labels {size} mm, {count} a sheet").format(
                    size=f"{one.width:g} × {one.height:g}", count=one.places
                ),
            )
            for code, one in labels.SHEETS.items()
        ]
        self.envelope = Choice("envelope", _("Envelope"), sizes, optional=False)
        self.printed = Check("printed", "", _("Boxes and sender already printed"))
        self.posting = Form("cards")
        self.free = Number("free", _("First free"), least=1, most=24, width=76)
        self.free.set_value(1)
        self.posting.row(self.envelope)
        self.posting.row(self.printed)
        self.posting.row(self.free)
        self.words = Note("words", _("Words"), lines=10)
        self.words.setObjectName("cards.words")
        self.editing = QWidget()
        column = QVBoxLayout(self.editing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.S)
        column.addWidget(self.words)
        self.below_words = QHBoxLayout()
        hint = _("A line for each paragraph. The signature stays as it is.")
        self.below_words.addWidget(label(hint, "help", wrap=True), 1)
        column.addLayout(self.below_words)
        self.reason = Form("cards")
        self.reason.row(Text("reason", _("Why skipped"), placeholder=_("handed over in person")))
        self.note = label("", "quote", name="cards.note", wrap=True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(style.M)
        self.below_paper = QHBoxLayout()
        self.below_paper.addStretch()
        above: list[QWidget] = [self.what, self.preview, self.form, self.posting]
        for widget in above:
            whole.addWidget(widget)
        whole.addLayout(self.below_paper)
        for widget in (self.editing, self.reason, self.note):
            whole.addWidget(widget)
        self._typed = QTimer(self, singleShot=True, interval=TYPING_MS)

        self.what.chosen.connect(lambda _code: self._on_what())
        self.posting.edited.connect(lambda _name: self._on_what())
        self.form.edited.connect(self._on_edited)
        self.reason.entered.connect(self.entered)
        self.words.edited.connect(self._typed.start)
        self.words.entered.connect(self.entered)
        self._typed.timeout.connect(self._show_typed)
        self.set_mode("")

    # -- paper --

    def use_paper(self, code: str, start: int = 1) -> None:
        """Choose the paper by its code (`148x100`, or `148x100/A4` for several on a sheet)."""
        known = papers()
        self.paper.set_value(code if code in dict(known) else known[0][0])
        self.start.set_value(start)
        self._on_paper()

    def stock(self) -> render.Stock:
        """What lies in the printer: a card, and how it lies on its sheet.

        Raises `ShowroomError` for a place the sheet does not have.
        """
        size, _slash, sheet = str(self.paper.value() or papers()[0][0]).partition("/")
        start = int(self.start.value() or 1) if sheet in render.SHEETS else 1
        return render.Stock(size, sheet, start)

    def card_size(self) -> str:
        """The size of one card."""
        return self.stock().size

    def paper_name(self) -> str:
        """The paper as the user reads it."""
        return self.paper.currentText()

    def _on_paper(self) -> None:
        """Places there are on a sheet only, a front only on a folded card."""
        stock = self.stock()
        self.form.show_row("start", stock.sheet in render.SHEETS)
        self._offer_looks()

    # -- the envelope --

    def on_envelope(self) -> bool:
        """Whether the envelope is looked at, and printed."""
        return self.what.code() == "envelope" and not self.mode

    def kind(self) -> Envelope | Sheet:
        """The envelope that is chosen, or the sheet of labels for whatever envelopes there are."""
        code = str(self.envelope.value() or "DL")
        if code.startswith(LABELS):
            return labels.SHEETS[code.removeprefix(LABELS)]
        return envelopes.envelope(code)

    def posted_in(self) -> str:
        """What is chosen, as the user reads it."""
        return self.envelope.currentText()

    def begins(self) -> int:
        """The first label that is still on the sheet."""
        kind = self.kind()
        places = kind.places if isinstance(kind, labels.Sheet) else 1
        return min(int(self.free.value() or 1), places)

    def go_on(self, count: int) -> None:
        """So many labels are used; the next ones begin behind them."""
        kind = self.kind()
        if isinstance(kind, labels.Sheet):
            self.free.set_value((self.begins() - 1 + count) % kind.places + 1)

    def is_blank(self) -> bool:
        """Whether boxes and sender have to be printed, too."""
        return not self.printed.value()

    def use_envelope(self, code: str, *, blank: bool) -> None:
        """Choose the envelope; with "" the one that the card goes into."""
        usual = envelopes.FITS.get(self.card_size(), "DL")
        known = code in envelopes.ENVELOPES or code.removeprefix(LABELS) in labels.SHEETS
        self.envelope.set_value(code if known else usual)
        self.printed.set_value(not blank)

    def show_envelope(self, made: Made, shop: Settings) -> None:
        """Show the envelope of the card, or why there is none."""
        if not self.ready:
            return
        kind = self.kind()
        on_labels = isinstance(kind, labels.Sheet)
        said = [one.sentence for one in made.left_out]
        if not on_labels and any(len(one.postcode) != envelopes.BOXES for one in made.addressees):
            said.append(_("Without a postcode the boxes stay empty."))
        usual = (
            _("Labels come in the order of the cards; printing one marks nothing.")
            if on_labels
            else _("Envelopes come in the order of the cards; printing one marks nothing.")
        )
        self.note.setText("\n".join(said) or usual)
        style.set_role(self.note, tone="late" if made.left_out else "")
        if made.addressees:
            first = made.addressees[:1]
            if isinstance(kind, labels.Sheet):
                pdf = labels.pdf(first, kind, start=self.begins(), outlines=True)
            else:
                pdf = envelopes.pdf(first, kind, shop, blank=self.is_blank())
            (one, *_others) = made.addressees
            words = f"{one.postcode} {one.address} {one.name}"
        else:
            pdf, words = b"", self.note.text()
        wide, tall = self.lying()
        self.preview.show_pdf(pdf, shape=tall / wide, words=words)

    def turn(self) -> None:
        """Look at the envelope instead of the card, or at the card again."""
        self.what.set_code("card" if self.what.code() == "envelope" else "envelope")
        self._on_what()

    def lying(self) -> tuple[float, float]:
        """The sides of the paper that lies in the printer, mm."""
        kind = self.kind()
        if self.on_envelope():
            return render.A4 if isinstance(kind, labels.Sheet) else (kind.width, kind.height)
        stock = self.stock()
        return render.sides(stock.size, stock.sheet)

    def _on_what(self) -> None:
        self.set_mode(self.mode)
        self.envelope_chosen.emit()

    # -- showing --

    def show_card(self, row: CardRow, letter: Letter, wordings: Sequence[Template]) -> None:
        """Show a card and the wordings it may have."""
        self._letter = letter
        self.look.set_value(THIS)
        self.what.setVisible(not self.mode)
        choices = [(template.code, template.name) for template in wordings]
        self.template.set_options(choices)
        self.template.set_value(row.template)
        self.template.set_tag(_("own words") if row.own_words else "", "soon")
        printed = row.printed_at is not None
        self.template.setEnabled(not printed)
        said = _("Printed: the words stay as they stand on the paper.") if printed else ""
        self.template.setToolTip(style.tip(said) if said else "")
        self._show_letter(letter)

    def show_worst(self, found: Sequence[Worst]) -> None:
        """Offer the worst cases of the batch beside the card."""
        self._worst = {one.case: one.letter for one in found}
        self._abouts = {one.case: one.about for one in found}
        self._offer_looks()

    def next_look(self) -> None:
        """Look at the next one of them, at last at the card again."""
        codes = [code for code, _said in self._looks()]
        self.look_at(codes[(codes.index(str(self.look.value())) + 1) % len(codes)])

    def look_at(self, look: str) -> None:
        """Look at a case of `worst.CASES`, at `FRONT` of a folded card, or at `THIS` card."""
        self.look.set_value(look)
        self._on_look()

    def _looks(self) -> list[tuple[str, str]]:
        said = [(THIS, _("This card"))]
        said += [
            (case, _("{case}: {about}").format(case=_(worst.CASES[case]), about=about))
            for case, about in self._abouts.items()
        ]
        folded = self.stock().sheet == render.FOLD
        return said + ([(FRONT, _("Front of the folded card"))] if folded else [])

    def _offer_looks(self) -> None:
        looks = self._looks()
        kept = self.look.value()
        self.look.set_options(looks)
        self.look.set_value(kept if kept in dict(looks) else THIS)
        if kept != self.look.value():
            self._on_look()

    def _on_look(self) -> None:
        """Show what is chosen to be looked at; which card is chosen stays as it is."""
        look = str(self.look.value() or THIS)
        if look == FRONT:
            paper = layout.paper(self.card_size())
            pdf = render.cover(paper.code, self.dress) if self.ready else b""
            self.preview.show_pdf(pdf, shape=paper.height / paper.width, words=_("Front"))
            return
        letter = self._worst.get(look, self._letter)
        if letter is not None:
            self._show_letter(letter)

    def _show_letter(self, letter: Letter) -> None:
        if not self.ready or self.on_envelope():
            return
        paper = layout.paper(self.card_size())
        pdf = render.preview(letter, size=paper.code, dress=self.dress)
        self.preview.show_pdf(pdf, shape=paper.height / paper.width, words=letter.text())
        if self.mode == "words":
            self.say_problems([letter])

    def say_problems(self, letters: Sequence[Letter], left_out: Sequence[str] = ()) -> None:
        """Say below whether every character is there and the words fit, or whose do not."""
        if not self.ready:
            return
        problems = render.problems(letters, size=self.card_size(), dress=self.dress)
        self.say(problems, letters, left_out)

    def say(
        self,
        problems: Sequence[str],
        letters: Sequence[Letter] = (),
        left_out: Sequence[str] = (),
    ) -> None:
        """Say these problems, or that none of the letters has any; and who is in no batch, why."""
        said = list(problems) or [
            ngettext(
                "{count} card: no character is missing, the words fit.",
                "{count} cards: no character is missing, the words fit.",
                len(letters),
            ).format(count=len(letters))
        ]
        if left_out:
            first = [*left_out[:NAMED], *["…"] * (len(left_out) > NAMED)]
            said.append(_("Left out: {list}").format(list=_(", ").join(first)))
        if self.stock().sheet == render.FOLD:
            said.append(_("Two pages a card: print both sides, turned over like a page of a book."))
        if not problems:
            said += [
                _("“{name}” stands in Noto Sans: the card's own font lacks a character.").format(
                    name=name
                )
                for name in glyphs.substituted(letters)
            ]
        self.note.setText("\n".join(said))
        style.set_role(self.note, tone="late" if problems else "")

    # -- modes --

    def set_mode(self, mode: str) -> None:
        """Nothing: look; `words`: edit the words; `skip`: ask why the card is skipped."""
        self.mode = mode
        self.what.setVisible(not mode)
        self.form.setVisible(not mode and not self.on_envelope())
        self.posting.setVisible(self.on_envelope())
        on_labels = isinstance(self.kind(), labels.Sheet)
        self.posting.show_row("free", on_labels)
        self.posting.show_row("printed", not on_labels)
        self.editing.setVisible(mode == "words")
        self.reason.setVisible(mode == "skip")
        self.note.setVisible(mode != "skip")
        if mode == "words" and self._letter is not None:
            self.words.set_value(compose.words_of(self._letter))
            self.say_problems([self._letter])
            self.words.setFocus()
        elif mode == "skip":
            self.reason.clear()
            self.reason.focus("reason")

    def _show_typed(self) -> None:
        if self.mode == "words" and self._letter is not None:
            self._show_letter(compose.reworded(self._letter, self.words.value()))

    def _on_edited(self, name: str) -> None:
        if name == "template":
            self.template_chosen.emit(self.template.value())
        elif name == "look":
            self._on_look()
        else:
            self._on_paper()
            self.paper_chosen.emit()


def prepare(letters: Sequence[Letter]) -> None:
    """Load all that setting these letters takes, about 0.4 s the first time; on any thread."""
    for letter in letters[:1]:
        printing.picture(render.preview(letter, size="148x100"), width=100)
    glyphs.missing(letters)


def papers() -> list[tuple[str, str]]:
    """What may lie in the printer, by code: one card, a folded one, or several on a sheet."""
    found = []
    for paper in layout.PAPERS.values():
        for sheet in render.sheets(paper.code):
            if sheet == render.FOLD:
                said = _("{size} folded").format(size=paper.name)
            elif sheet:
                said = _("{sheet}, {count} cards of {size}").format(
                    sheet=sheet, count=render.capacity(paper.code, sheet), size=paper.name
                )
            else:
                said = paper.name
            found.append((f"{paper.code}/{sheet}" if sheet else paper.code, said))
    return sorted(found, key=lambda one: one[0].partition("/")[2])
