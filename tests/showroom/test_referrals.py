"""Who brought whom: the way from the note to the reward, each step undone whole."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from showroom.deals import thanks
from showroom.errors import Invalid, ShowroomError
from showroom.guard import amends, erasure
from showroom.people import (
    customers,
    introductions,
    proofs,
    referrals,
    search,
)
from showroom.people.introductions import Part, Todo
from showroom.store import journal
from showroom.store.models import (
    Card,
    CardKind,
    Cause,
    Deal,
    FollowUp,
    Honorific,
    Promise,
    Role,
)
from tests import builders as make
from tests.showroom.referrals_kit import (
    NOW,
    PNG,
    TODAY,
    State,
    ask,
    begin,
    cancel,
    do,
    note,
    prove,
    row,
)
from tests.stories import story


@pytest.fixture(autouse=True)
def _clock(db):
    make.stop_clock(db)


shop = story(begin)


def open_thanks(db, customer: int) -> tuple[int, int]:
    """How many calls and how many unprinted cards thank an introducer."""
    with db.read() as session:
        calls = session.scalars(
            select(FollowUp).where(
                FollowUp.customer_id == customer,
                FollowUp.rule == Promise.THANK_INTRODUCER,
                FollowUp.done_at.is_(None),
            )
        ).all()
        cards = session.scalars(
            select(Card).where(
                Card.customer_id == customer,
                Card.kind == CardKind.INTRODUCER,
                Card.printed_at.is_(None),
            )
        ).all()
    return len(calls), len(cards)


# --- from note to reward


def test_an_introduction_goes_from_note_to_reward_each_with_who_and_when(db, shop):
    db.staff_id = shop["boss"]
    id = note(db, shop["李娜"], shop["张伟"])
    noted = row(db, id)
    assert (noted.state, noted.todo) == (State.NOTED, Todo.CHECK)
    assert (noted.introducer, noted.customer, noted.consultant) == ("李娜", "张伟", "王强")
    assert ask(db, introductions.find, Part.TODO) == [id]

    do(db, referrals.check, id, now=make.later(minutes=5))
    checked = row(db, id)
    assert (checked.state, checked.todo) == (State.CHECKED, Todo.WAIT)
    assert (checked.checked_by, checked.checked_at) == ("陈明", make.later(minutes=5))
    assert ask(db, introductions.find, Part.WAITING) == [id]

    deal = do(db, make.a_deal, shop["张伟"])
    assert (row(db, id).state, row(db, id).todo) == (State.DEAL, Todo.PAY)
    assert open_thanks(db, shop["李娜"]) == (1, 1)

    prove(db, id)
    do(db, referrals.pay, id, reward=Decimal(500), now=make.later(days=1))
    paid = row(db, id)
    assert (paid.state, paid.todo, paid.reward) == (State.PAID, Todo.NOTHING, Decimal(500))
    assert (paid.paid_by, paid.paid_at, paid.proofs) == ("陈明", make.later(days=1), 1)
    with db.read() as session:
        assert paid.deal == session.get_one(Deal, deal).number
    assert ask(db, introductions.counts) == {
        Part.TODO: 0, Part.WAITING: 0, Part.PAID: 1, Part.VOID: 0, Part.ALL: 1
    }  # fmt: skip


def test_each_step_is_undone_whole_by_one_undo(db, shop):
    id = note(db, shop["李娜"], shop["张伟"])
    do(db, referrals.check, id, now=NOW)
    do(db, make.a_deal, shop["张伟"])
    proof = prove(db, id)
    do(db, referrals.pay, id, words="两次保养", now=NOW)
    assert row(db, id).reward_words == "两次保养"
    do(db, journal.undo)
    assert (row(db, id).state, row(db, id).paid_at) == (State.DEAL, None)
    do(db, journal.undo)
    assert row(db, id).proofs == 0
    do(db, journal.redo)
    assert ask(db, proofs.content, proof) == PNG  # what was undone is there again
    do(db, journal.undo)
    do(db, journal.undo)
    assert (row(db, id).state, row(db, id).deal) == (State.CHECKED, "")
    assert open_thanks(db, shop["李娜"]) == (0, 0)
    do(db, journal.undo)
    assert (row(db, id).state, row(db, id).checked_at) == (State.NOTED, None)
    do(db, journal.undo)
    assert ask(db, introductions.find) == []


def test_a_deal_may_come_before_the_check(db, shop):
    id = note(db, shop["李娜"], shop["张伟"])
    do(db, make.a_deal, shop["张伟"])
    assert (row(db, id).state, row(db, id).todo) == (State.DEAL, Todo.CHECK)
    prove(db, id)
    with pytest.raises(ShowroomError, match="once the introduction is checked"):
        do(db, referrals.pay, id, reward=Decimal(500), now=NOW)
    do(db, referrals.check, id, now=NOW)
    assert row(db, id).todo is Todo.PAY
    with pytest.raises(ShowroomError, match="not checked yet"):
        do(db, referrals.check, id, now=NOW)


def test_who_was_noted_at_the_visit_is_thanked_at_the_deal(db, shop):
    note(db, shop["李娜"], shop["张伟"])
    assert open_thanks(db, shop["李娜"]) == (0, 0)
    do(db, make.a_deal, shop["张伟"])
    assert open_thanks(db, shop["李娜"]) == (1, 1)
    do(db, make.a_deal, shop["张伟"], model_id="海豚")  # the second car brings no second thanks
    assert open_thanks(db, shop["李娜"]) == (1, 1)


def test_who_is_noted_after_the_deal_is_thanked_then_and_one_undo_takes_it_back(db, shop):
    do(db, make.a_deal, shop["张伟"])
    facts = {"introducer_id": shop["李娜"], "customer_id": shop["张伟"], "now": NOW}
    do(db, thanks.note_introducer, **facts, today=TODAY)
    assert open_thanks(db, shop["李娜"]) == (1, 1)
    assert ask(db, introductions.of_customer, shop["张伟"])[0].state is State.DEAL
    do(db, thanks.note_introducer, **facts, today=TODAY)
    assert open_thanks(db, shop["李娜"]) == (1, 1)
    do(db, journal.undo)
    assert open_thanks(db, shop["李娜"]) == (0, 0)
    assert ask(db, introductions.of_customer, shop["张伟"]) == (None, [])


def test_thanks_are_told_until_they_are_set_going(db, shop):
    assert not ask(db, referrals.is_thanked, shop["张伟"])
    note(db, shop["李娜"], shop["张伟"])
    assert not ask(db, referrals.is_thanked, shop["张伟"])
    do(db, make.a_deal, shop["张伟"])
    assert ask(db, referrals.is_thanked, shop["张伟"])


def test_the_picture_leaves_out_the_erased(db, shop):
    note(db, shop["李娜"], shop["张伟"])
    note(db, shop["李娜"], shop["周敏"])
    assert ask(db, introductions.links) == [
        (shop["李娜"], shop["张伟"], State.NOTED),
        (shop["李娜"], shop["周敏"], State.NOTED),
    ]
    assert ask(db, introductions.names, [shop["周敏"]]) == {shop["周敏"]: ("周敏", Honorific.MR)}
    do(db, erasure.erase, shop["周敏"], why=Cause.ASKED)
    assert ask(db, introductions.links) == [(shop["李娜"], shop["张伟"], State.NOTED)]


def test_a_cancelled_order_makes_it_void_and_the_next_order_takes_it_up_again(db, shop):
    id = note(db, shop["李娜"], shop["张伟"])
    do(db, referrals.check, id, now=NOW)
    deal = do(db, make.a_deal, shop["张伟"])
    cancel(db, deal)
    assert row(db, id).state is State.VOID
    assert open_thanks(db, shop["李娜"]) == (0, 0)
    assert ask(db, referrals.introducer_of, shop["张伟"]) == shop["李娜"]
    do(db, make.a_deal, shop["张伟"], introducer_id=shop["李娜"], model_id="海豚")
    assert row(db, id).state is State.DEAL
    assert open_thanks(db, shop["李娜"]) == (1, 1)


def test_with_two_orders_the_other_one_carries_it_on(db, shop):
    id = note(db, shop["李娜"], shop["张伟"])
    first = do(db, make.a_deal, shop["张伟"])
    second = do(db, make.a_deal, shop["张伟"], model_id="海豚")
    cancel(db, first)
    assert row(db, id).state is State.DEAL
    with db.read() as session:
        assert row(db, id).deal == session.get_one(Deal, second).number
    assert open_thanks(db, shop["李娜"]) == (1, 1)


def test_a_reward_paid_for_an_order_that_is_cancelled_is_to_be_claimed_back(db, shop):
    id = note(db, shop["李娜"], shop["张伟"])
    do(db, referrals.check, id, now=NOW)
    deal = do(db, make.a_deal, shop["张伟"])
    prove(db, id)
    do(db, referrals.pay, id, reward=Decimal(500), now=NOW)
    cancel(db, deal)
    assert (row(db, id).state, row(db, id).todo) == (State.VOID, Todo.CLAIM)
    assert ask(db, introductions.find, Part.TODO) == [id]
    do(db, make.a_deal, shop["张伟"], model_id="海豚")
    assert (row(db, id).state, row(db, id).todo) == (State.PAID, Todo.NOTHING)
    assert open_thanks(db, shop["李娜"]) == (0, 0)


def test_what_was_none_is_void_with_its_reason_and_stays_so(db, shop):
    id = note(db, shop["李娜"], shop["张伟"])
    do(db, make.a_deal, shop["张伟"])
    with pytest.raises(Invalid) as said:
        do(db, referrals.void, id, why=" ")
    assert list(said.value.problems) == ["why"]
    do(db, referrals.void, id, why="他自己来的")
    assert (row(db, id).state, row(db, id).note) == (State.VOID, "他自己来的")
    assert open_thanks(db, shop["李娜"]) == (0, 0)
    assert ask(db, referrals.introducer_of, shop["张伟"]) is None
    do(db, make.a_deal, shop["张伟"], model_id="海豚")
    assert row(db, id).state is State.VOID
    with pytest.raises(ShowroomError, match="void already"):
        do(db, referrals.void, id, why="again")
    do(db, journal.undo)
    do(db, journal.undo)
    assert row(db, id).state is State.DEAL
    assert open_thanks(db, shop["李娜"]) == (1, 1)


def test_a_void_one_is_replaced_by_the_right_introducer(db, shop):
    id = note(db, shop["周敏"], shop["张伟"])
    do(db, referrals.check, id, now=NOW)
    do(db, referrals.void, id, why="认错人")
    assert note(db, shop["李娜"], shop["张伟"]) == id
    found = row(db, id)
    assert (found.introducer, found.state, found.checked_at) == ("李娜", State.NOTED, None)


def test_the_proof_of_another_introducer_proves_nothing(db, shop):
    id = note(db, shop["周敏"], shop["张伟"])
    do(db, make.a_deal, shop["张伟"])
    prove(db, id)
    do(db, referrals.void, id, why="李娜 brought him")
    note(db, shop["李娜"], shop["张伟"])
    assert row(db, id).proofs == 0
    do(db, journal.undo)
    assert (row(db, id).introducer, row(db, id).proofs) == ("周敏", 1)


def test_what_was_noted_by_mistake_is_taken_out_with_proofs_and_thanks(db, shop):
    id = note(db, shop["李娜"], shop["张伟"])
    do(db, make.a_deal, shop["张伟"])
    prove(db, id)
    do(db, referrals.take_out, id)
    assert ask(db, introductions.find) == []
    assert open_thanks(db, shop["李娜"]) == (0, 0)
    note(db, shop["周敏"], shop["张伟"])
    do(db, journal.undo)
    do(db, journal.undo)
    assert (row(db, id).introducer, row(db, id).proofs) == ("李娜", 1)
    assert open_thanks(db, shop["李娜"]) == (1, 1)


def test_a_manager_checks_pays_and_voids_the_desk_notes(db, shop):
    with db.write() as session:
        lily = make.a_member(session, "李静", Role.RECEPTIONIST)
    do(db, make.a_pin, shop["boss"], "2580", by=shop["boss"])
    db.staff_id = lily
    id = note(db, shop["李娜"], shop["张伟"])
    for function, facts in (
        (referrals.check, {"now": NOW}),
        (referrals.pay, {"reward": Decimal(1), "now": NOW}),
        (referrals.void, {"why": "none"}),
        (referrals.take_out, {}),
    ):
        with pytest.raises(ShowroomError, match="Only a manager or an owner may approve"):
            do(db, function, id, **facts)
    assert row(db, id).state is State.NOTED


def test_a_reward_is_money_or_words_and_needs_a_proof(db, shop):
    id = note(db, shop["李娜"], shop["张伟"])
    do(db, referrals.check, id, now=NOW)
    do(db, make.a_deal, shop["张伟"])
    for reward, sentence in ((None, "Enter the amount"), (Decimal(0), "more than 0")):
        with pytest.raises(Invalid, match=sentence):
            do(db, referrals.pay, id, reward=reward, now=NOW)
    with pytest.raises(ShowroomError, match="Attach a proof first"):
        do(db, referrals.pay, id, reward=Decimal(500), now=NOW)
    proof = prove(db, id)
    do(db, referrals.pay, id, reward=Decimal(500), now=NOW)
    with pytest.raises(ShowroomError, match="was paid on 2026-11-18 already"):
        do(db, referrals.pay, id, reward=Decimal(500), now=NOW)
    with pytest.raises(ShowroomError, match="was paid on 2026-11-18 already"):
        do(db, referrals.void, id, why="late")
    with pytest.raises(ShowroomError, match="its proofs stay"):
        do(db, proofs.remove, proof)
    with db.read() as session:
        attached = make.actions_on(session, "proof", proof)[0].id
    with pytest.raises(ShowroomError, match="its proofs stay"):
        do(db, amends.undo, attached)
    assert row(db, id).proofs == 1


# --- found as one types


def test_the_introducer_is_found_by_name_pinyin_and_phone(db, shop):
    with db.read() as session:
        for typed in ("李娜", "lina", customers.file(session, shop["李娜"]).phones[0][1][-4:]):
            assert shop["李娜"] in search.find(session, typed)
