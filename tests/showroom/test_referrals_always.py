"""Introductions, whatever happens: never a circle, two introducers, or a second pay."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from sqlalchemy import func, select

from showroom import choices
from showroom.deals import closing, thanks
from showroom.errors import ShowroomError
from showroom.guard import amends
from showroom.people import (
    introducers,
    proofs,
    referrals,
)
from showroom.store import journal
from showroom.store.models import (
    Action,
    ChoiceKind,
    Deal,
    Proof,
    Referral,
)
from tests import builders as make
from tests.showroom.referrals_kit import NOW, PNG, TODAY, State, ask, begin, do, note
from tests.stories import story


@pytest.fixture(autouse=True)
def _clock(db):
    make.stop_clock(db)


shop = story(begin)


# --- whatever happens


STEPS = [  # what happens oftener stands here oftener
    *["note", "check", "deal", "prove", "pay"] * 4,
    *["note", "cancel", "void", "undo", "redo", "take_back", "out"],
]
PLAY = some.lists(
    some.tuples(some.sampled_from(STEPS), some.integers(0, 2), some.integers(0, 2)),
    min_size=15,
    max_size=30,
)


@pytest.mark.slow
@pytest.mark.parametrize("from_timeline", [False, True])
@settings(max_examples=8, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(steps=PLAY)
def test_never_a_circle_two_introducers_a_reward_without_deal_or_a_second_pay(
    db, shop, from_timeline, steps
):
    """Undo goes back step by step; from the timeline one of the older steps is taken back."""
    people = [do(db, make.a_customer, f"客{n}") for n in range(3)]
    with db.read() as session:
        begun = journal.last_undoable(session) or 0
        reason = choices.options(session, ChoiceKind.CANCEL_REASON)[0].id
    proof = 0
    for step, a, b in steps:
        with suppress(ShowroomError), db.write() as session:
            found = referrals.of_customer(session, people[a])
            id = found.id if found is not None else 0
            deals = session.scalars(select(Deal.id).where(Deal.customer_id == people[a])).all()
            last = journal.last_undoable(session) or 0
            if step == "note":
                thanks.note_introducer(
                    session,
                    introducer_id=people[b],
                    customer_id=people[a],
                    now=NOW,
                    today=TODAY,
                )
            elif step == "check":
                referrals.check(session, id, now=NOW)
            elif step == "deal":
                make.a_deal(session, people[a], model_id=f"车{b}")
            elif step == "cancel" and deals:
                closing.cancel(session, deals[b % len(deals)], reason_id=reason, on=TODAY)
            elif step == "prove" and id:
                proof += 1
                proofs.attach(session, id, name="a.png", content=PNG + proof.to_bytes(4), now=NOW)
            elif step == "pay":
                referrals.pay(session, id, reward=Decimal(100), now=NOW)
            elif step == "void":
                referrals.void(session, id, why="none")
            elif step == "out":
                referrals.take_out(session, id)
            elif step == "undo" and last != begun:
                amends.undo(session)
            elif step == "redo":
                amends.redo(session)
            elif step == "take_back" and from_timeline and last - a - 4 * b > begun:
                amends.undo(session, last - a - 4 * b)
        with db.read() as session:
            _hold(session, people)
            if not from_timeline:
                assert not _circle(session, people)


def _hold(session: Any, people: list[int]) -> None:
    found = session.scalars(select(Referral).where(Referral.customer_id.in_(people))).all()
    brought = {one.customer_id: one.introducer_id for one in found}
    assert len(brought) == len(found)  # nobody has two introducers
    paid = [one for one in found if one.state is State.PAID]
    for one in paid:
        deal = session.get(Deal, one.deal_id or 0)
        assert deal is not None
        assert deal.cancelled_on is None
        assert deal.customer_id == one.customer_id  # for his own order, not for one further down
        assert one.paid_at is not None
        assert one.reward == 100
        assert session.scalar(select(Proof.id).where(Proof.referral_id == one.id))
    for one in found:
        assert one.state is not State.DEAL or one.deal_id is not None
        assert one.introducer_id != one.customer_id
        if one.paid_at is None:
            assert one.reward is None


def _circle(session: Any, people: list[int]) -> bool:
    found = session.scalars(select(Referral).where(Referral.customer_id.in_(people)))
    brought = {one.customer_id: one.introducer_id for one in found}
    for start in brought:
        seen, here = {start}, brought.get(start)
        while here is not None:
            if here in seen:
                return True
            seen.add(here)
            here = brought.get(here)
    return False


def test_what_the_timeline_brings_back_into_a_circle_is_paid_by_nobody(db, shop):
    """An older step taken back may restore a row; the check and the pay look again."""
    first = note(db, shop["张伟"], shop["周敏"])
    do(db, journal.undo)
    with db.read() as session:
        undone = session.scalar(select(func.max(Action.id)))
    second = note(db, shop["周敏"], shop["张伟"])
    do(db, journal.undo, undone)
    for id in (first, second):
        with pytest.raises(ShowroomError, match="This customer introduced him"):
            do(db, referrals.check, id, now=NOW)
    assert ask(db, introducers.above, shop["张伟"]) == [shop["周敏"]]
