"""Somebody is lost: anybody applies with the reason and the rival, a manager decides.

Of who waits for a decision it shows what was applied for, of who is lost what was decided; he can
be taken up again (Ctrl+Shift+L).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from showroom import choices, dates, words
from showroom.i18n import _
from showroom.people import loss_rows, losses
from showroom.store.models import ChoiceKind, LossState, Status
from showroom.text import show_money
from ui import style
from ui.customer_parts import FileTool
from ui.forms import Choice, Day, Form, Money, Note, Text
from ui.widgets import label

if TYPE_CHECKING:
    from showroom.people.customers import File
    from showroom.people.loss_rows import LossRow
    from ui.pages.customers import CustomersPage

FACTS = ("reason_id", "note", "rival", "price", "shop", "bought_on")


class LossTool(FileTool):
    """Applying for a loss, or taking somebody up again who is lost."""

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self._id = 0
        self._name = ""
        self._lost = False
        self.head = label("", "section", name="customers.loss.title")
        self.before = label("", "quote", name="customers.loss.before", wrap=True)
        self.hint = label("", "muted", name="customers.loss.hint", wrap=True)
        self.form = Form("customers.loss")
        self.form.row(Choice("reason_id", _("Reason"), search=True, placeholder=_("Reason")))
        self.form.row(
            Note(
                "note",
                _("Behind it"),
                lines=3,
                placeholder=_("What was behind it? “Too dear” is seldom the whole story."),
            )
        )
        self.form.row(
            Choice(
                "rival",
                _("Bought instead"),
                search=True,
                free=True,
                placeholder=_("brand and model"),
            )
        )
        self.form.row(Money("price", _("Price there")))
        self.form.row(Text("shop", _("Bought where"), max_length=losses.LONGEST))
        self.form.row(Day("bought_on", _("Bought on"), today=self.db.today))
        self.again = Form("customers.loss")
        self.again.row(Text("why", _("Why again"), placeholder=_("may be left empty")))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        for part in (self.head, self.before, self.form, self.again, self.hint):
            layout.addWidget(part)
        layout.addStretch()
        self.form.entered.connect(self.entered)
        self.again.entered.connect(self.entered)

    def begin(self, file: File) -> None:
        id = file.row.id
        with self.db.read() as session:
            last = loss_rows.of_customer(session, id)
            reasons = choices.options(session, ChoiceKind.LOSS_REASON)
            compared, known = loss_rows.rivals(session, id)
        self._id, self._lost = id, file.row.status is Status.LOST
        self._name = words.called(file.row.name, file.row.honorific) or _("No name")
        waits = last is not None and last.state is LossState.APPLIED
        told = last is not None and (waits or self._lost)
        applies = not waits and not self._lost and file.row.status not in losses.BOUGHT
        self.head.setText(self._title(waits))
        self.before.setText(_said(last) if last is not None and told else "")
        self.before.setVisible(told)
        self.form.setVisible(applies)
        self.again.setVisible(self._lost)
        self.hint.setText(self._hint(waits, applies))
        self.go = _("Take Up Again") if self._lost else _("Apply for Loss") if applies else ""
        self.form.clear()
        self.again.clear()
        self.form.fields["reason_id"].set_options([(one.id, one.label) for one in reasons])
        self.form.fields["rival"].set_options([(one, one) for one in known])
        self.form.set_values({"rival": compared or None})
        if self._lost:
            self.again.focus("why")
        elif applies:
            self.form.focus("reason_id")

    def _title(self, waits: bool) -> str:
        if waits:
            return _("Waits for a decision")
        return _("Lost") if self._lost else _("Apply for a loss")

    def _hint(self, waits: bool, applies: bool) -> str:
        if waits:
            return _("A manager approves or refuses it under Losses (F11).")
        if self._lost:
            return _("He is open again then, and his next contact is due.")
        if not applies:
            return _("He has ordered: cancel the order first, then he can be lost.")
        return _(
            "He stays what he is until a manager approves (F11). Refused, his next contact is due "
            "anew. If he just needs time, set his status to dormant instead."
        )

    def accept(self) -> None:
        now, today = self.db.now(), self.db.today()
        if self._lost:
            with self.again.reporting():
                why = self.again.values()["why"]
                with self.db.write() as session:
                    losses.reactivate(session, self._id, why=why, now=now, today=today)
                self.done.emit(_("{name} is open again.").format(name=self._name))
            return
        with self.form.reporting():
            facts = self.form.values()
            facts["rival"] = facts["rival"] or ""
            with self.db.write() as session:
                losses.apply(session, self._id, now=now, today=today, **facts)
            self.done.emit(
                _("Applied for: {name} stays open until a manager decides (F11).").format(
                    name=self._name
                )
            )


def _said(row: LossRow) -> str:
    """The loss in a few lines."""
    bought = [row.rival, show_money(row.price) if row.price is not None else "", row.shop]
    if row.bought_on is not None:
        bought.append(f"{row.bought_on:%Y-%m-%d}")
    who = [row.applicant, f"{row.day:%Y-%m-%d}"]
    decided = []
    if row.decided_at is not None:
        decided = [row.decider, f"{dates.local(row.decided_at):%Y-%m-%d}", row.answer]
    lines = ([row.reason, row.note], bought, who, decided)
    return "\n".join(" · ".join(filter(None, line)) for line in lines if any(line))
