"""Random weeks of promises: whatever happens, nobody who is waited for lacks a follow-up."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import Phase, example, given, settings
from sqlalchemy import func, select

from showroom import choices, dates
from showroom import settings as shops
from showroom.care import absent, cover, followups
from showroom.deals import closing
from showroom.door import reception
from showroom.guard import amends, consent, erasure
from showroom.people import customers, losses, merging, promises, rules
from showroom.people.rules import Unit
from showroom.store import journal
from showroom.store.models import (
    Action,
    Cause,
    ChoiceKind,
    Customer,
    Deal,
    FollowUp,
    Level,
    Promise,
    Role,
    Status,
    VisitKind,
    Way,
)
from tests import builders as make
from tests.showroom.playing import PHONES, Player, plays

LEVELS = [Level.WEEK, Level.MONTH, Level.QUARTER]
MOVED = ["level_week", "first_visit", "again", "three_days", "week", "visit", "two_months"]
STEPS = [
    "wait",
    *["visit"] * 5,
    *["done"] * 4,
    *["deal"] * 3,
    *["deliver"] * 3,
    *["next_day"] * 3,
    *["undo"] * 2,
    *["agree", "postpone", "missed", "level", "rule", "rule", "switch", "lose", "back"],
    *["merge", "redo", "take_back", "erase", "stop", "reach", "cancel", "away", "remember", "call"],
]
TAKES_AWAY = {"undo", "redo", "take_back", "erase", "stop", "merge", "lose", "cancel", "back"}
"""What may take away even a day that was agreed: the customer, or the desk, took it back."""
PLAY = plays(STEPS, least=12)
AN_OWNER = [  # who got his car says a day, and is not there
    *[("visit", 0, 1), ("deal", 0, 0), ("deliver", 0, 0), ("agree", 0, 0), ("next_day", 0, 1)],
    *(("missed", number, 0) for number in range(12)),
]


class Showroom(Player):
    """Weeks in which promises are made, moved and taken back."""

    def furnish(self, session: Any) -> None:
        make.a_member(session, "赵磊", Role.MANAGER)
        self.reason = choices.options(session, ChoiceKind.CANCEL_REASON)[0].id
        self.lost = choices.options(session, ChoiceKind.LOSS_REASON)[0].id

    def take(self, step: str, a: int, b: int) -> None:
        before = self.agreed()
        self.meant = 0
        super().take(step, a, b)
        if step == "take_back":  # what is left of it, the next look of the day makes good
            self._remember(0, 0)
        check(self, step)
        if step not in TAKES_AWAY:
            after = self.agreed()
            for id, day in before.items():
                anew = step == "agree" and id in after  # the same customer was told another
                kept = id == self.meant or after.get(id) == day or anew
                assert kept, f"{step} moved what was agreed"

    def agreed(self) -> dict[int, date]:
        """The open contacts of which the customer was told the day."""
        with self.db.read() as session:
            query = select(FollowUp.id, FollowUp.due_on).where(
                FollowUp.agreed, FollowUp.done_at.is_(None)
            )
            return {id: day for id, day in session.execute(query)}

    def _one(self, query: Any, number: int) -> int:
        with self.db.read() as session:
            found = list(session.scalars(query))
        return found[number % len(found)] if found else 0

    def _customer(self, number: int) -> int:
        return self._one(select(Customer.id).order_by(Customer.id), number)

    def _open(self, number: int) -> int:
        query = select(FollowUp.id).where(FollowUp.done_at.is_(None)).order_by(FollowUp.id)
        return self._one(query, number)

    # -- the steps --

    def _visit(self, a: int, b: int) -> None:
        with self.db.write() as session:
            visit = reception.arrive(session, people=1, now=self.now)
            facts = {"phone": PHONES[a % 4], "name": "张伟"} if b else {}
            reception.complete(session, visit.id, now=self.now, level=LEVELS[b % 3], **facts)

    def _call(self, a: int, _b: int) -> None:
        with self.db.write() as session:
            visit = reception.arrive(session, now=self.now, kind=VisitKind.CALL)
            reception.complete(session, visit.id, now=self.now, phone=PHONES[a % 4], name="张伟")

    def _contact(self, a: int, **facts: Any) -> None:
        self.meant = self._open(a)
        if self.meant:
            with self.db.write() as session:
                followups.done(
                    session, self.meant, result="好", now=self.now, today=self.today, **facts
                )

    def _done(self, a: int, b: int) -> None:
        self._contact(a, level=LEVELS[b % 3] if b > 6 else None)

    def _missed(self, a: int, _b: int) -> None:
        """Who was not reached is tried again, whoever he is by now."""
        with self.db.read() as session:
            tried = session.get(FollowUp, self._open(a))
        self._contact(a, reached=False)
        if tried is not None:
            theirs = (FollowUp.customer_id == tried.customer_id, FollowUp.rule == tried.rule)
            assert self._one(select(FollowUp.id).where(*theirs, FollowUp.done_at.is_(None)), 0)

    def _agree(self, a: int, b: int) -> None:
        self._contact(a, next_on=self.today + timedelta(days=b + 1))

    def _postpone(self, a: int, b: int) -> None:
        self.meant = self._open(a)
        to = self.today + timedelta(days=b + 1)
        with self.db.write() as session:
            followups.postpone(
                session, self.meant, to=to, why="改期", agreed=b % 2 == 0, today=self.today
            )

    def _level(self, a: int, b: int) -> None:
        with self.db.write() as session:
            customers.set_level(session, self._customer(a), LEVELS[b % 3], today=self.today)

    def _deal(self, a: int, b: int) -> None:
        with self.db.write() as session:
            make.a_deal(
                session,
                self._customer(a),
                model_id=self.model,
                ordered_on=self.today,
                planned_on=self.today + timedelta(days=b) if b > 5 else None,
                today=self.today,
                now=self.now,
            )

    def _deliver(self, a: int, _b: int) -> None:
        with self.db.write() as session:
            deal = self._one(select(Deal.id).where(Deal.delivered_on.is_(None)), a)
            closing.deliver(session, deal, on=self.today, today=self.today)

    def _cancel(self, a: int, _b: int) -> None:
        with self.db.write() as session:
            deal = self._one(select(Deal.id).where(Deal.delivered_on.is_(None)), a)
            closing.cancel(session, deal, reason_id=self.reason, on=self.today)

    def _lose(self, a: int, _b: int) -> None:
        with self.db.write() as session:
            losses.lose(
                session,
                self._customer(a),
                reason_id=self.lost,
                note="买了别家",
                now=self.now,
                today=self.today,
            )

    def _back(self, a: int, b: int) -> None:
        status = [Status.OPEN, Status.DORMANT][b % 2]
        with self.db.write() as session:
            customers.set_status(session, self._customer(a), status, today=self.today)

    def _merge(self, a: int, b: int) -> None:
        with self.db.write() as session:
            merging.merge(
                session, self._customer(a), self._customer(b), now=self.now, today=self.today
            )

    def _erase(self, a: int, _b: int) -> None:
        with self.db.write() as session:
            erasure.erase(session, self._customer(a), why=Cause.ASKED)

    def _stop(self, a: int, _b: int) -> None:
        with self.db.write() as session:
            customers.change(session, self._customer(a), do_not_contact=True)

    def _reach(self, a: int, b: int) -> None:
        with self.db.write() as session:
            if b % 2:
                customers.agree(session, self._customer(a), Way.PHONE, now=self.now)
            else:
                customers.change(session, self._customer(a), do_not_contact=False)

    def _rule(self, a: int, b: int) -> None:
        code = MOVED[a % len(MOVED)]
        with self.db.write() as session:
            count = open_ones(session)
            old = rules.rule(shops.load(session), code)
            new = old._replace(number=b + 1, unit=list(Unit)[b % 3])
            told = rules.preview(session, code, new, today=self.today)
            assert rules.change(session, code, new, move=True, today=self.today) == told.moved
            assert open_ones(session) == count  # none is lost, none is made

    def _switch(self, a: int, b: int) -> None:
        code = MOVED[2:][a % (len(MOVED) - 2)]
        with self.db.write() as session:
            count = open_ones(session)
            old = rules.rule(shops.load(session), code)
            rules.change(session, code, old._replace(on=b % 2 == 0), move=True, today=self.today)
            assert open_ones(session) >= count

    def _away(self, a: int, b: int) -> None:
        last = self.today + timedelta(days=b)
        with self.db.write() as session:
            cover.note(
                session,
                staff_id=self.crew[a % 2],
                first_on=self.today,
                last_on=last,
                today=self.today,
            )

    def _remember(self, _a: int, _b: int) -> None:
        with self.db.write() as session:
            absent.remember(session, today=self.today)

    def _next_day(self, _a: int, b: int) -> None:
        self.now = dates.at(self.today + timedelta(days=1 + b * b), time(9))

    def _take_back(self, a: int, _b: int) -> None:
        """Something older, from the timeline of a customer."""
        query = (
            select(Action.id)
            .where(Action.id > (self.opened or 0), Action.verb.not_in(["undo", "redo"]))
            .order_by(Action.id.desc())
            .limit(8)
        )
        with self.db.write() as session:
            amends.undo(session, self._one(query, a))


def open_ones(session: Any) -> int:
    """How many contacts are open."""
    session.flush()
    query = select(func.count()).select_from(FollowUp).where(FollowUp.done_at.is_(None))
    return session.scalar(query) or 0


def check(showroom: Showroom, step: str) -> None:
    """Who is waited for has a next contact; who bought is contacted again, in somebody's list."""
    with showroom.db.read() as session:
        chain = rules.rule(shops.load(session), "two_months").on
        rows = session.scalars(select(FollowUp).where(FollowUp.done_at.is_(None))).all()
        bought = set(session.scalars(select(Deal.customer_id).where(Deal.cancelled_on.is_(None))))
        for customer in session.scalars(select(Customer)):
            his = [row.rule for row in rows if row.customer_id == customer.id]
            if customer.erased_at is not None or consent.is_barred(session, customer.id):
                assert his == [], step
                continue
            if customer.status in promises.CONTACTED:
                assert his.count(Promise.NEXT) >= 1, step
            if customer.id in bought and chain:
                assert his.count(Promise.TWO_MONTHS) >= 1, step
        far = showroom.today + timedelta(days=9999)
        listed = followups.due(session, far)
        assert sorted(listed) == sorted(row.id for row in rows), step
        here = cover.on(session, showroom.today, today=showroom.today)
        theirs = [id for one in here.names for id in here.whose(one)]
        assert {row.staff_id for row in rows} - {None} <= set(theirs), step  # in a list of one


@pytest.mark.slow
@settings(  # what fails is printed whole: to shorten it takes minutes
    max_examples=60,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(steps=PLAY)
@example(steps=AN_OWNER)
def test_nobody_who_is_waited_for_lacks_a_follow_up(new_desk, steps):
    with new_desk() as db:
        Showroom(db).play(steps)


def test_what_a_lost_customer_was_told_since_stays_when_his_word_is_changed(db):
    with db.write() as session:
        id = make.a_customer(session)
        told = session.scalar(select(FollowUp).where(FollowUp.customer_id == id))
        told.agreed, told.due_on = True, make.TODAY + timedelta(days=9)
        journal.act(session, "postpone", told)
        session.get_one(Customer, id).status = Status.DORMANT
    with db.write() as session:
        customers.change(session, id, do_not_contact=False)
    with db.read() as session:
        assert session.scalars(select(FollowUp.due_on)).all() == [make.TODAY + timedelta(days=9)]
