"""The list of introductions: who brought whom, how far it got, and what is to be done next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from showroom import dates, text
from showroom.i18n import N_, _
from showroom.people import introductions
from showroom.people.introductions import STATES, Row, Todo
from showroom.people.introductions import Part as Kind
from showroom.store.models import ReferralState
from showroom.words import called
from ui.family_tree import TONES
from ui.tables import Column, Table

if TYPE_CHECKING:
    from showroom.store.db import Database

PARTS: Final = {
    Kind.TODO: N_("To be done"),
    Kind.WAITING: N_("Waiting for an order"),
    Kind.PAID: N_("Rewarded"),
    Kind.VOID: N_("Void"),
    Kind.ALL: N_("All"),
}
EMPTY: Final = {
    Kind.TODO: N_(
        "Nothing to check or to pay. Who brought a customer is noted in his file (Ctrl+Shift+R) "
        "or at his deal."
    ),
    Kind.WAITING: N_("Nobody who was brought, and checked, still has to order."),
    Kind.PAID: N_("No reward was paid yet."),
    Kind.VOID: N_("None is void."),
    Kind.ALL: N_(
        "Nobody brought anybody yet. Who did is noted in the new customer's file (Ctrl+Shift+R) "
        "or at his deal."
    ),
}
TODOS: Final = {
    Todo.CHECK: (N_("K: check it"), "soon"),
    Todo.WAIT: (N_("until he orders"), ""),
    Todo.PAY: (N_("P: pay the reward"), "accent"),
    Todo.CLAIM: (N_("claim it back"), "late"),
    Todo.NOTHING: ("", ""),
}


class ReferralList(Table):
    """Introductions; `show_ids` as any list."""

    def __init__(self, db: Database) -> None:
        self.db = db
        super().__init__("customers.referrals.list", self._columns(), self._rows)
        self.setAccessibleName(_("Introductions"))

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(
                N_("Introducer"),
                lambda row: called(row.introducer, row.introducer_honorific) or _("erased"),
                width=112,
                stretch=True,
            ),
            Column(
                N_("New customer"),
                lambda row: called(row.customer, row.honorific) or _("erased"),
                width=112,
                stretch=True,
            ),
            Column(N_("Registered on"), self._noted, width=88, tone="muted"),
            Column(N_("Consultant"), lambda row: row.consultant or "—", width=76, tone="muted"),
            Column(
                N_("State"),
                lambda row: _(STATES[row.state]),
                tag=lambda row: TONES[row.state],
                width=96,
            ),
            Column(N_("Reward"), _reward, width=100, align="right"),
            Column(
                N_("Next step"),
                lambda row: _(TODOS[row.todo][0]) if TODOS[row.todo][0] else "",
                tone=lambda row: TODOS[row.todo][1] or "muted",
                width=132,
            ),
        )

    def _rows(self, ids: Sequence[int]) -> list[Row]:
        with self.db.read() as session:
            return introductions.rows(session, ids)

    def _noted(self, row: Row) -> str:
        return dates.show_day(dates.local_day(row.noted_at), self.db.today())


def _reward(row: Row) -> str:
    if row.state not in (ReferralState.PAID, ReferralState.VOID):
        return ""
    return text.show_money(row.reward) if row.reward is not None else row.reward_words
