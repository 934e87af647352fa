"""The card that is looked at: on its paper, its wording, its words, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom.cards import compose, envelopes, glyphs, layout, render, templates
from showroom.cards.compose import Letter
from showroom.cards.queue import CardRow
from showroom.i18n import _, ngettext
from ui import printing, style
from ui.card_preview import CardPreview
from ui.forms import Check, Choice, Form, Note, Text
from ui.segmented import Segmented
from ui.widgets import label

if TYPE_CHECKING:
    from showroom.cards.addressees import Made
    from showroom.cards.envelopes import Envelope
    from showroom.settings import Settings

TYPING_MS: Final = 150


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
        self._letter: Letter | None = None
        self.what = Segmented(
            [("card", _("Card")), ("envelope", _("Envelope"))], name="cards.what", optional=False
        )
        self.what.setAccessibleName(_("Card or envelope"))
        self.what.set_code("card")
        self.preview = CardPreview("cards.preview")
        self.template = Choice("template", _("Wording"), optional=False)
        self.paper = Choice("paper", _("Paper"), papers(), optional=False)
        self.form = Form("cards")
        self.form.row(self.template)
        self.form.row(self.paper)
        sizes = [(one.code, one.name) for one in envelopes.ENVELOPES.values()]
        self.envelope = Choice("envelope", _("Envelope"), sizes, optional=False)
        self.printed = Check("printed", "", _("Boxes and sender are printed on it already"))
        self.posting = Form("cards")
        self.posting.row(self.envelope)
        self.posting.row(self.printed)
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
        self.posting.edited.connect(lambda _name: self.envelope_chosen.emit())
        self.form.edited.connect(self._on_edited)
        self.reason.entered.connect(self.entered)
        self.words.edited.connect(self._typed.start)
        self.words.entered.connect(self.entered)
        self._typed.timeout.connect(self._show_typed)
        self.set_mode("")

    # -- paper --

    def use_paper(self, code: str) -> None:
        """Choose the paper by its code (`148x100`, or `148x100/4` for four on A4)."""
        self.paper.set_value(code if code in dict(papers()) else papers()[0][0])

    def card_size(self) -> str:
        """The size of one card."""
        return str(self.paper.value() or papers()[0][0]).partition("/")[0]

    def paper_name(self) -> str:
        """The paper as the user reads it."""
        return self.paper.currentText()

    def per_sheet(self) -> int | None:
        """How many cards lie on a sheet of A4; None: each card is its own paper."""
        count = str(self.paper.value() or "").partition("/")[2]
        return int(count) if count else None

    # -- the envelope --

    def on_envelope(self) -> bool:
        """Whether the envelope is looked at, and printed."""
        return self.what.code() == "envelope" and not self.mode

    def kind(self) -> Envelope:
        """The envelope that is chosen."""
        return envelopes.envelope(str(self.envelope.value() or "DL"))

    def is_blank(self) -> bool:
        """Whether boxes and sender have to be printed, too."""
        return not self.printed.value()

    def use_envelope(self, code: str, *, blank: bool) -> None:
        """Choose the envelope; with "" the one that the card goes into."""
        usual = envelopes.FITS.get(self.card_size(), "DL")
        self.envelope.set_value(code if code in envelopes.ENVELOPES else usual)
        self.printed.set_value(not blank)

    def show_envelope(self, made: Made, shop: Settings) -> None:
        """Show the envelope of the card, or why there is none."""
        if not self.ready:
            return
        kind = self.kind()
        said = [one.sentence for one in made.left_out]
        if any(len(one.postcode) != envelopes.BOXES for one in made.addressees):
            said.append(_("Without a postcode the boxes stay empty."))
        usual = _("Envelopes come in the order of the cards; printing one marks nothing.")
        self.note.setText("\n".join(said) or usual)
        style.set_role(self.note, tone="late" if made.left_out else "")
        if made.addressees:
            pdf = envelopes.pdf(made.addressees[:1], kind, shop, blank=self.is_blank())
            (one, *_others) = made.addressees
            words = f"{one.postcode} {one.address} {one.name}"
        else:
            pdf, words = b"", self.note.text()
        self.preview.show_pdf(pdf, shape=kind.height / kind.width, words=words)

    def turn(self) -> None:
        """Look at the envelope instead of the card, or at the card again."""
        self.what.set_code("card" if self.what.code() == "envelope" else "envelope")
        self._on_what()

    def lying(self) -> tuple[float, float]:
        """The sides of the paper that lies in the printer, mm."""
        if self.on_envelope():
            return self.kind().width, self.kind().height
        return render.sheet(self.card_size(), self.per_sheet())

    def _on_what(self) -> None:
        self.set_mode(self.mode)
        self.envelope_chosen.emit()

    # -- showing --

    def show_card(self, row: CardRow, letter: Letter) -> None:
        """Show a card and the wordings it may have."""
        self._letter = letter
        self.what.setVisible(not self.mode)
        choices = [(template.code, template.name) for template in templates.of_kind(row.kind)]
        self.template.set_options(choices)
        self.template.set_value(row.template)
        self.template.set_tag(_("own words") if row.own_words else "", "soon")
        self._show_letter(letter)

    def _show_letter(self, letter: Letter) -> None:
        if not self.ready or self.on_envelope():
            return
        paper = layout.paper(self.card_size())
        pdf = render.preview(letter, size=paper.code)
        self.preview.show_pdf(pdf, shape=paper.height / paper.width, words=letter.text())
        if self.mode == "words":
            self.say_problems([letter])

    def say_problems(self, letters: Sequence[Letter]) -> None:
        """Say below whether every character is there and the words fit, or whose do not."""
        if not self.ready:
            return
        problems = render.problems(letters, size=self.card_size())
        said = problems or [
            ngettext(
                "{count} card: no character is missing, the words fit.",
                "{count} cards: no character is missing, the words fit.",
                len(letters),
            ).format(count=len(letters))
        ]
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
            return
        if self._letter is not None:
            self._show_letter(self._letter)
        self.paper_chosen.emit()


def prepare(letters: Sequence[Letter]) -> None:
    """Load all that setting these letters takes, about 0.4 s the first time; on any thread."""
    for letter in letters[:1]:
        printing.picture(render.preview(letter, size="148x100"), width=100)
    glyphs.missing(letters)


def papers() -> list[tuple[str, str]]:
    """What may lie in the printer, by code: one card, or A4 with several to cut."""
    single = [(paper.code, paper.name) for paper in layout.PAPERS.values()]
    return single + [
        (
            f"{code}/{render.capacity(code)}",
            _("A4, {count} cards of {size}").format(count=render.capacity(code), size=name),
        )
        for code, name in single
    ]
