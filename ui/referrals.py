"""Introductions: what is to be done with each, who brought whom as a picture, and the ledger (F12).

K checks the marked one, P pays its reward, V says it was none, A attaches a proof and O opens one;
B turns to the picture and back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from showroom import dates
from showroom.errors import ShowroomError
from showroom.figures import introductions as ledger
from showroom.guard.rights import Right
from showroom.i18n import N_, _
from showroom.people import introductions, proofs, referrals, talks
from showroom.people.introductions import Part as Kind
from showroom.people.introductions import Row
from showroom.words import called
from ui import dialogs, list_paper, style
from ui.customer_view import CustomerView
from ui.list_button import list_button
from ui.proof_view import ProofView, pictures
from ui.referral_card import ReferralCard
from ui.referral_list import EMPTY, PARTS, ReferralList
from ui.referral_paper import FILES, LedgerPaper
from ui.referral_picture import ReferralPicture
from ui.segmented import Segmented
from ui.widgets import Button, Card, Fig, FigureRow

if TYPE_CHECKING:
    from pathlib import Path

    from showroom.figures.figures import Figure
    from showroom.progress import Progress
    from ui.pages.customers import CustomersPage

PERIODS: Final = {"month": N_("This month"), "year": N_("This year"), "last": N_("Last year")}
LIST, TREE, PROOF = range(3)


class ReferralsView(CustomerView):
    """The list with the marked one below it; in its place the picture, or a proof."""

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self.setObjectName("customers.referrals")
        self._proof = self._talk = 0
        self.figures = FigureRow("customers.referrals")
        self.period = Segmented(
            [(code, _(words)) for code, words in PERIODS.items()],
            name="customers.referrals.period",
            optional=False,
        )
        self.period.setAccessibleName(_("Period"))
        self.period.set_code("year")
        self.part = Segmented(
            [(kind.value, _(words)) for kind, words in PARTS.items()],
            name="customers.referrals.part",
            optional=False,
        )
        self.part.setAccessibleName(_("Introductions"))
        self.table = ReferralList(page.db)
        list_paper.offer(page, self.table, "introductions", _("Introductions"))
        self.card = ReferralCard(page)
        self.drawn = ReferralPicture(page.db)
        self.proof = ProofView("customers.referrals.proof")
        self._make_buttons()
        self._place()

        self.period.chosen.connect(lambda _code: self.reload())
        self.part.chosen.connect(lambda _code: self._show_list())
        self.table.chosen.connect(self._on_chosen)
        self.table.opened.connect(self._open)
        self.follow(self.table, self._of)
        self.card.done.connect(self._answered)
        self.paper.said.connect(self.said)
        self.card.proofs.opened.connect(lambda _id: self._open_proof())
        self.drawn.chosen.connect(self.chosen)

    def _make_buttons(self) -> None:
        """The keys count while the list has the keyboard; the buttons always."""
        self.buttons: dict[str, Button] = {}
        acts = (
            ("K", N_("Check It"), "check", self._check, "primary"),
            ("P", N_("Pay Reward…"), "pay", partial(self._ask, self.card.ask_reward), ""),
            ("A", N_("Attach Proof…"), "attach", self._choose_proof, ""),
            ("V", N_("No Introduction…"), "void", partial(self._ask, self.card.ask_why), "quiet"),
        )
        self.page.command(
            self.table, _("Open Proof"), "O", self._open_proof, name="referrals.open.key"
        )
        for key, words, name, slot, kind in acts:
            tables, named = (self.table,), f"referrals.{name}"
            button = list_button(self.page, tables, _(words), key, slot, named, kind=kind)
            self.buttons[name] = button
        self.page.command(
            self.table, _("Take Introduction Out"), "Del", self._take_out, name="referrals.out"
        )
        self.page.needs(Right.APPROVE, *(self.buttons[name] for name in ("check", "pay", "void")))
        self.page.command(
            self.card.proofs, _("Take Proof Away"), "Del", self._remove_proof, name="proof.remove"
        )
        make = partial(self.page.button, name="referrals.picture")
        self.picture = make(_("Picture"), "Alt+B", self._turn, kind="quiet")
        self.picture.setCheckable(True)
        self.talks = self.page.button(
            _("Open Talks"), "Alt+K", self._next_talk, kind="quiet", name="referrals.talks"
        )
        self.paper = LedgerPaper(self.page, self._span)
        self.back = self.page.button(
            _("Back to the List"), "", self._show_main, name="referrals.back"
        )
        self.keep = self.page.button(
            _("Save Proof…"), "Alt+D", self._save_proof, kind="quiet", name="referrals.keep"
        )

    def _place(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.figures, 1)
        head.addWidget(self.period, 0, Qt.AlignmentFlag.AlignBottom)
        line = QHBoxLayout()
        line.setSpacing(style.M)
        line.addWidget(self.part)
        line.addStretch()
        line.addWidget(self.talks)
        line.addWidget(self.picture)
        box = Card()
        box.body.addWidget(self.table)
        self.pile = QStackedWidget()
        listed = QVBoxLayout()
        listed.setContentsMargins(0, 0, 0, 0)
        listed.setSpacing(style.M)
        listed.addWidget(box, 1)
        listed.addWidget(self.card)
        self.pile.addWidget(_held(listed))

        self.pile.addWidget(self.drawn)
        shown = Card()
        shown.body.addWidget(self.proof)
        self.pile.addWidget(shown)

        foot = QHBoxLayout()
        foot.setSpacing(style.S)
        for button in (*self.buttons.values(), self.back):
            foot.addWidget(button)
        foot.addStretch()
        for widget in (self.keep, self.paper):
            foot.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addLayout(head)
        layout.addLayout(line)
        layout.addWidget(self.pile, 1)
        layout.addLayout(foot)

    # -- showing --

    def begin(self) -> None:
        self._show_main()
        self._focus()

    def _focus(self) -> None:
        if self.pile.currentIndex() == TREE:
            self.drawn.setFocus()
            return
        ids = self.table.rows.ids()
        if ids and not self.table.current_id():
            self.table.choose(ids[0])
        self.table.setFocus()

    def reload(self) -> None:
        first, last = self._span()
        with self.db.read() as session:
            figures = ledger.figures(session, first, last)
            counted = introductions.counts(session)
            top = ledger.top(session, first, last)
            open_talks = len(talks.begun(session))
        self.figures.show_figures([_fig(one) for one in figures])
        for kind, words in PARTS.items():
            self.part.buttons[kind.value].setText(f"{_(words)} {counted[kind]:,}")
        if not self.part.code():
            self.part.set_code(Kind.TODO if counted[Kind.TODO] else Kind.ALL)
        self.talks.setText(_("Open Talks {count}").format(count=open_talks))
        self.talks.setVisible(bool(open_talks))
        self.drawn.show_top(top)
        if self.pile.currentIndex() == TREE:
            self.drawn.draw(_(EMPTY[Kind.ALL]))
        self._show_list()

    def _show_list(self) -> None:
        kind = Kind(self.part.code())
        with self.db.read() as session:
            ids = introductions.find(session, kind)
        self.table.set_empty(_(EMPTY[kind]))
        marked = self.table.current_id()
        self.table.show_ids(ids)
        if ids and marked and not self.table.current_id():
            self.table.choose(ids[0])
        self.table.scrollTo(self.table.currentIndex())
        self.card.show_id(self.table.current_id())
        self._show_buttons()

    def _span(self) -> tuple[date, date]:
        today = self.db.today()
        if self.period.code() == "month":
            return dates.month_of(f"{today:%Y-%m}")
        year = today.year - (self.period.code() == "last")
        return date(year, 1, 1), date(year, 12, 31)

    def _turn(self) -> None:
        """The picture instead of the list, or the list again."""
        if self.pile.currentIndex() == TREE:
            self._show_main()
        else:
            self.drawn.draw(_(EMPTY[Kind.ALL]))
            self._show_part(TREE)
        self._focus()

    def _show_main(self) -> None:
        """The list."""
        self.proof.forget()
        self._show_part(LIST)
        self._focus()

    def _show_part(self, part: int) -> None:
        self.pile.setCurrentIndex(part)
        self.picture.setChecked(part == TREE)
        self.part.setVisible(part == LIST)
        for widget in (self.picture, self.paper):
            widget.setVisible(part != PROOF)
        for widget in (self.back, self.keep):
            widget.setVisible(part == PROOF)
        self._show_buttons()

    def _show_buttons(self) -> None:
        shown = self.pile.currentIndex() == LIST and bool(self.table.rows.ids())
        for button in self.buttons.values():
            button.setVisible(shown)

    # -- what is done to the marked one --

    def _marked(self) -> Row:
        row: Row | None = self.table.current_row()
        if row is None:
            raise ShowroomError(_("Mark an introduction first."))
        return row

    def _on_chosen(self, id: int) -> None:
        self.card.show_id(id)
        if id:
            self._open(id)

    def _of(self, customer_id: int) -> list[int]:
        """Where he is the new customer first, then where he brought one."""
        with self.db.read() as session:
            brought_by, brought = introductions.of_customer(session, customer_id)
        return [row.id for row in (*([brought_by] if brought_by else []), *brought)]

    def _open(self, _id: int) -> None:
        row = self._marked()
        self.chosen.emit(row.customer_id if row.customer else row.introducer_id)

    def _check(self) -> None:
        row = self._marked()
        with self.db.write() as session:
            referrals.check(session, row.id, now=self.db.now())
        self._answered(_("Checked: {name}.").format(name=called(row.customer, row.honorific)))

    def _take_out(self) -> None:
        """Nothing is left of it; undo brings it back."""
        row = self._marked()
        with self.db.write() as session:
            referrals.take_out(session, row.id)
        self._answered(_("Taken out: {name}.").format(name=called(row.customer, row.honorific)))

    def _ask(self, question: Callable[[], None]) -> None:
        """The question takes room from the list: the marked one stays in sight."""
        self._marked()
        question()
        QTimer.singleShot(0, self.table, lambda: self.table.scrollTo(self.table.currentIndex()))

    def _answered(self, words: str) -> None:
        if words:
            self.said.emit(words)
        self.reload()
        self._focus()

    def _next_talk(self) -> None:
        """Go on with a talk that was interrupted; pressed again, with the next one."""
        with self.db.read() as session:
            rows = sorted(talks.rows(session, talks.begun(session)), key=lambda row: row.id)
        if rows:
            row = next((one for one in rows if one.id > self._talk), rows[0])
            self._talk = row.id
            self.chosen.emit(row.customer_id)
            self.page.tools.open_code("talk")

    # -- proofs --

    def _choose_proof(self) -> None:
        row = self._marked()
        kinds = _("Pictures and PDF") + " " + FILES
        for path in dialogs.choose_open(self.page, _("Attach Proof"), kinds)[:1]:
            self.attach(row.id, path)

    def attach(self, referral_id: int, path: Path) -> None:
        """Read a file, look whether it can be shown, and keep it with the introduction."""

        def work(_progress: Progress) -> str:
            content = proofs.read(path)
            pictures(content, most=1)
            with self.db.write() as session:
                proofs.attach(
                    session, referral_id, name=path.name, content=content, now=self.db.now()
                )
            return path.name

        def done(name: str) -> None:
            self._answered(_("Attached: {name}.").format(name=name))

        self.page.job(_("Reading {name}…").format(name=path.name), work, done, writes=True)

    def _open_proof(self) -> None:
        id = self.card.proof_id()
        if not id:
            raise ShowroomError(_("Mark a proof first; A attaches one."))

        def work(_progress: Progress) -> Any:
            with self.db.read() as session:
                content = proofs.content(session, id)
            return pictures(content)

        self.page.job(_("Opening the proof…"), work, partial(self._show_proof, id))

    def _show_proof(self, id: int, found: Any) -> None:
        if not self.isVisible():
            return
        self._proof = id
        self._show_part(PROOF)
        self.proof.show_pages(*found)
        self.proof.setFocus()

    def _remove_proof(self) -> None:
        with self.db.write() as session:
            proofs.remove(session, self.card.proof_id())
        self._answered("")

    def _save_proof(self) -> None:
        name = next((one.name for one in self.card.kept() if one.id == self._proof), "")
        self.paper.save_proof(self._proof, name)

    # -- Qt --

    def is_asking(self) -> bool:
        return self.card.is_asking() or self.pile.currentIndex() != LIST

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.card.is_asking():
            self.card.stop_asking()
            self._focus()
        elif self.pile.currentIndex() != LIST:
            self._show_main()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Whoever sits down next at the locked desk may not see a proof."""
        super().hideEvent(event)
        if self.pile.currentIndex() == PROOF:
            self.proof.forget()
            self._show_part(LIST)


def _held(layout: QHBoxLayout | QVBoxLayout) -> QWidget:
    held = QWidget()
    held.setLayout(layout)
    return held


def _fig(figure: Figure) -> Fig:
    unit = figure.unit
    if figure.denominator is not None:
        unit = f"{figure.numerator} / {figure.denominator}"
    return Fig(figure.code, figure.shown, figure.title, unit=unit, formula=figure.formula)
