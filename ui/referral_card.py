"""The introduction that is marked: what is known of it, its proofs, and the reward or the reason.

P asks what the introducer was given, V why it was none; Enter in the last field does it (Ctrl+Enter
in either one), Escape puts the question away.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom import dates, text
from showroom.errors import ShowroomError
from showroom.i18n import N_, _
from showroom.people import introducers, introductions, proofs, referrals
from showroom.people.introductions import Row, Todo
from showroom.people.proofs import ProofRow
from showroom.words import called
from ui import style
from ui.forms import Form, Money, Text
from ui.tables import Column, Table
from ui.widgets import Card, label

if TYPE_CHECKING:
    from datetime import date, datetime

    from ui.page import Page


class ReferralCard(Card):
    """What is known of one introduction, and the two questions; `done()` when one was answered."""

    done = Signal(str)

    def __init__(self, page: Page) -> None:
        super().__init__(_("Introduction"), name="customers.referrals.card")
        self.page, self.db = page, page.db
        self.row: Row | None = None
        self._proofs: dict[int, ProofRow] = {}
        self.facts = label("", name="customers.referrals.facts", wrap=True)
        self.doubts = label("", "soon", name="customers.referrals.doubts", wrap=True)
        self.proofs = Table(
            "customers.referrals.proofs", self._columns(), self._rows, header=False, fit=True,
            max_rows=3,
        )  # fmt: skip
        self.proofs.setAccessibleName(_("Proofs"))
        self.none = label("", "note", name="customers.referrals.none", wrap=True)
        self.pay = Form("customers.referrals.pay")
        self.reward = Money("reward", _("Reward"), width=140, example="500")
        self.words = Text("words", _("or in kind"), placeholder=_("Gift, service, points …"))
        self.pay.row(self.reward, self.words)
        self.void = Form("customers.referrals.void")
        self.void.row(Text("why", _("Why none"), placeholder=_("Why it was no introduction")))
        self.question = label("", "help", name="customers.referrals.question", wrap=True)

        told = QVBoxLayout()
        told.setSpacing(style.S)
        told.addWidget(self.facts)
        told.addWidget(self.doubts)
        told.addStretch()
        kept = QVBoxLayout()
        kept.setSpacing(style.S)
        kept.addWidget(self.none)
        kept.addWidget(self.proofs)
        kept.addStretch()
        both = QHBoxLayout()
        both.setContentsMargins(12, style.M, 12, style.M)
        both.setSpacing(style.XL)
        both.addLayout(told, 3)
        both.addLayout(kept, 2)
        self.body.addLayout(both)
        self.asks = QWidget()
        asked = QVBoxLayout(self.asks)
        asked.setContentsMargins(12, 0, 12, style.M)
        asked.setSpacing(style.S)
        for widget in (self.pay, self.void, self.question):
            asked.addWidget(widget)
        self.body.addWidget(self.asks)
        self.stop_asking()
        self.pay.entered.connect(self._pay)
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(key), self.pay, self._pay)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.void.entered.connect(self._void)

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(N_("File"), lambda row: row.name, stretch=True, width=120),
            Column(N_("Size"), _size, width=64, align="right", tone="muted"),
            Column(N_("By"), _attached, width=118, tone="muted"),
        )

    def _rows(self, ids: Sequence[int]) -> list[ProofRow]:
        return [self._proofs[id] for id in ids if id in self._proofs]

    # -- showing --

    def show_id(self, id: int) -> None:
        """Show what is known of this introduction; of another one nothing is asked any more."""
        if self.row is None or self.row.id != id:
            self.stop_asking()
        today = self.db.today()
        doubts: list[str] = []
        with self.db.read() as session:
            found = introductions.rows(session, [id]) if id else []
            self.row = found[0] if found else None
            kept = proofs.of_referral(session, id) if self.row is not None else []
            row = self.row
            if row is not None and row.todo in (Todo.CHECK, Todo.PAY, Todo.WAIT):
                pair = (row.introducer_id, row.customer_id)
                refused = introducers.refusal(session, *pair, today=today, late=True)
                on = dates.local_day(row.noted_at)
                doubts = [refused] if refused else introducers.doubts(session, *pair, today=on)
        self.setVisible(row is not None)
        if row is None:
            return
        self.set_title(
            _("{introducer} brought {customer}").format(
                introducer=called(row.introducer, row.introducer_honorific) or _("erased"),
                customer=called(row.customer, row.honorific) or _("erased"),
            )
        )
        self.facts.setText("\n".join(_facts(row, today)))
        self.doubts.setText("\n".join(doubts))
        self.doubts.setVisible(bool(doubts))
        self._proofs = {one.id: one for one in kept}
        self.proofs.show_ids(list(self._proofs))
        self.proofs.setVisible(bool(kept))
        self.none.setText(
            "" if kept else _("No proof yet: A attaches a picture or PDF, O opens it.")
        )
        self.none.setVisible(not kept)

    def kept(self) -> list[ProofRow]:
        """The proofs that are shown."""
        return list(self._proofs.values())

    def proof_id(self) -> int:
        """The proof that is marked, or the only one, or 0."""
        ids = self.proofs.rows.ids()
        return self.proofs.current_id() or (ids[0] if len(ids) == 1 else 0)

    # -- asking --

    def ask_reward(self) -> None:
        """Ask what the introducer was given."""
        if self.row is None or self.row.todo is not Todo.PAY:
            raise ShowroomError(
                _("A reward is paid once the introduction is checked and the new customer ordered.")
            )
        self.pay.clear()
        self._ask(
            self.pay, _("To {name}, once, for this customer only. Ctrl+Enter pays, Esc leaves.")
        )
        self.pay.focus("reward")

    def ask_why(self) -> None:
        """Ask why it was no introduction."""
        self.void.clear()
        self._ask(self.void, _("Nobody is thanked or paid for it then. Enter does it, Esc leaves."))
        self.void.focus("why")

    def _ask(self, form: Form, words: str) -> None:
        name = called(self.row.introducer, self.row.introducer_honorific) if self.row else ""
        self.question.setText(words.format(name=name))
        for one in (self.pay, self.void):
            one.setVisible(one is form)
        self.asks.show()

    def is_asking(self) -> bool:
        """Whether a question is open."""
        return not self.asks.isHidden()

    def stop_asking(self) -> None:
        """Put the question away."""
        self.asks.hide()

    def _pay(self) -> None:
        row = self.row
        if row is None:
            return
        with self.pay.reporting():
            held = self.pay.values()
            with self.db.write() as session:
                referrals.pay(
                    session,
                    row.id,
                    reward=held["reward"],
                    words=held["words"],
                    now=self.db.now(),
                )
            self.stop_asking()
            self.done.emit(
                _("Paid to {name}.").format(name=called(row.introducer, row.introducer_honorific))
            )

    def _void(self) -> None:
        row = self.row
        if row is None:
            return
        with self.void.reporting():
            held = self.void.values()
            with self.db.write() as session:
                referrals.void(session, row.id, why=held["why"])
            self.stop_asking()
            said = _("It counts as no introduction.")
            name = called(row.customer, row.honorific)
            self.done.emit(_("{name}: {what}").format(name=name, what=said))


def _facts(row: Row, today: date) -> list[str]:
    """What happened, one line a step."""

    def when(at: datetime) -> str:
        return dates.show_day(dates.local_day(at), today)

    lines = [_("Noted {day}").format(day=when(row.noted_at))]
    if row.introducer_phone:
        lines[0] += f" · {row.introducer_phone}"
    if row.checked_at is not None:
        lines.append(_join(_("Checked {day}").format(day=when(row.checked_at)), row.checked_by))
    if row.deal:
        ordered = dates.show_day(row.ordered_on, today)
        line = _("Order {number} of {day}").format(number=row.deal, day=ordered)
        if row.cancelled_on is not None:
            gone = dates.show_day(row.cancelled_on, today)
            line = _join(line, _("cancelled {day}").format(day=gone))
        elif row.delivered_on is not None:
            there = dates.show_day(row.delivered_on, today)
            line = _join(line, _("delivered {day}").format(day=there))
        else:
            line = _join(line, _("not delivered yet"))
        lines.append(line)
    if row.paid_at is not None:
        given = text.show_money(row.reward) if row.reward is not None else ""
        lines.append(
            _join(
                _("Paid {day}").format(day=when(row.paid_at)), given, row.reward_words, row.paid_by
            )
        )
    if row.todo is Todo.CLAIM:
        lines.append(_("The order was cancelled after the reward was paid: claim it back."))
    if row.note:
        lines.append(_("Void: {why}").format(why=row.note))
    return lines


def _join(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _size(row: ProofRow) -> str:
    kilobytes = max(row.size // 1024, 1)
    return f"{kilobytes:,} KB" if kilobytes < 1024 else f"{kilobytes / 1024:.1f} MB"


def _attached(row: ProofRow) -> str:
    return _join(row.by, f"{dates.local(row.at):%m-%d}")
