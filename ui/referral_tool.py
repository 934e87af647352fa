"""Who brought this customer: found by phone, name or plate, refused with the reason at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from showroom import dates
from showroom.deals import thanks
from showroom.i18n import _, ngettext
from showroom.people import customers, introducers, introductions, referrals
from showroom.people.introductions import STATES, Row
from showroom.words import called
from ui import style
from ui.customer_field import CustomerField
from ui.customer_parts import FileTool
from ui.forms import Form
from ui.widgets import label

if TYPE_CHECKING:
    from showroom.people.customers import File
    from ui.pages.customers import CustomersPage


class ReferralTool(FileTool):
    """The introducer of the customer that is shown, and whom he brought himself."""

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self._id = 0
        self._name = ""
        self.known = label("", "quote", name="customers.referral.known", wrap=True)
        self.form = Form("customers.referral")
        self.introducer = CustomerField(
            "introducer",
            _("Introduced by"),
            page.db,
            "customers.referral",
            without=lambda: self._id,
        )
        self.introducer.setPlaceholderText(_("Name, pinyin, phone or plate"))
        self.form.row(self.introducer)
        self.form.add(self.introducer.matches)
        self.doubts = label("", "soon", name="customers.referral.doubts", wrap=True)
        self.rules = label(
            _(
                "Once for each new customer, within {days} days. A manager checks it; the reward "
                "follows after the order, to the introducer only."
            ).format(days=introducers.NEW_DAYS),
            "help",
            wrap=True,
        )
        self.brought = label("", "muted", name="customers.referral.brought", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        for part in (self.known, self.form, self.doubts, self.rules, self.brought):
            layout.addWidget(part)
        layout.addStretch()
        self.form.edited.connect(lambda _name: self._look())
        self.form.entered.connect(self._go_on)

    def begin(self, file: File) -> None:
        self._id = file.row.id
        self._name = called(file.row.name, file.row.honorific)
        self.form.clear()
        self._say_doubts(0)
        self.reload()
        if self.go:
            self.form.focus("introducer")
        else:
            self.setFocus()

    def reload(self) -> None:
        """Read anew who brought him and whom he brought; what is typed is kept."""
        with self.db.read() as session:
            by, brought = introductions.of_customer(session, self._id)
            stands = referrals.introducer_of(session, self._id) is not None
            late = ""
            if by is None:
                customer = customers.on_file(session, self._id)
                late = introducers.too_late(session, customer, today=self.db.today())
        self.go = "" if stands or late else _("Note Introducer")
        said = _said(by) if by is not None else late
        self.known.setText(said)
        self.known.setVisible(bool(said))
        for part in (self.form, self.rules):
            part.setVisible(bool(self.go))
        lines = [
            _join(called(row.customer, row.honorific), _(STATES[row.state])) for row in brought
        ]
        if lines:
            head = ngettext("Brought {count} customer:", "Brought {count} customers:", len(lines))
            lines.insert(0, head.format(count=len(lines)))
        self.brought.setText("\n".join(lines))
        self.brought.setVisible(bool(lines))

    def accept(self) -> None:
        with self.form.reporting():
            id = self.form.values()["introducer"]
            if id is None:
                self.form.show_problems({"introducer": _("Choose who brought him.")})
                return
            with self.db.write() as session:
                thanks.note_introducer(
                    session,
                    introducer_id=id,
                    customer_id=self._id,
                    now=self.db.now(),
                    today=self.db.today(),
                )
                row = customers.rows(session, [id])[0]
            self.done.emit(
                _("{introducer} brought {customer}: noted.").format(
                    introducer=called(row.name, row.honorific), customer=self._name
                )
            )

    def _go_on(self) -> None:
        """To the button that finishes it, unless he is refused."""
        if not self.form.problems["introducer"].text():
            self.entered.emit()

    def _look(self) -> None:
        """Say at once what speaks against the chosen one, before anything is written."""
        raw = self.introducer.raw()
        id = raw if isinstance(raw, int) else 0
        self._say_doubts(id)
        if id:
            with self.db.read() as session:
                refused = introducers.refusal(session, id, self._id, today=self.db.today())
            if refused:
                self.form.show_problems({"introducer": refused})

    def _say_doubts(self, id: int) -> None:
        doubts = []
        if id:
            with self.db.read() as session:
                doubts = introducers.doubts(session, id, self._id, today=self.db.today())
        self.doubts.setText("\n".join(doubts))
        self.doubts.setVisible(bool(doubts))


def _said(row: Row) -> str:
    """Who brought him, when it was noted, how far it got."""
    day = f"{dates.local_day(row.noted_at):%Y-%m-%d}"
    first = _("Brought by {name}").format(
        name=called(row.introducer, row.introducer_honorific) or _("erased")
    )
    lines = [first, _join(_("Noted {day}").format(day=day), _(STATES[row.state]), row.note)]
    if row.checked_at is not None:
        checked = f"{dates.local_day(row.checked_at):%Y-%m-%d}"
        lines.append(_join(_("Checked {day}").format(day=checked), row.checked_by))
    if row.paid_at is not None:
        paid = f"{dates.local_day(row.paid_at):%Y-%m-%d}"
        lines.append(_join(_("Paid {day}").format(day=paid), row.reward_words, row.paid_by))
    return "\n".join(lines)


def _join(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
