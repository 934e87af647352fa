"""Who brought whom: what is refused and why, and the way from the note to the reward."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from sqlalchemy import func, select

from showroom import choices
from showroom.deals import closing, thanks
from showroom.errors import Invalid, ShowroomError
from showroom.guard import amends, erasure, staff
from showroom.people import (
    customers,
    introducers,
    introductions,
    phones,
    proofs,
    referrals,
    search,
)
from showroom.people.introductions import Part, Todo
from showroom.store import journal
from showroom.store.models import (
    Action,
    Card,
    CardKind,
    Cause,
    ChoiceKind,
    Customer,
    Deal,
    FollowUp,
    Honorific,
    Kinship,
    Promise,
    Proof,
    ProofFile,
    Referral,
    ReferralState,
    Relation,
    Role,
    Status,
)
from tests import builders as make
from tests.stories import story

TODAY, NOW = make.TODAY, make.NOW
PNG = b"\x89PNG\r\n\x1a\n" + b"receipt"
State = ReferralState


@pytest.fixture(autouse=True)
def _clock(db):
    make.stop_clock(db)


@story
def shop(db) -> dict[str, int]:
    """A manager, a consultant, an owner and two who are new."""
    ids = {}
    with db.write() as session:
        ids["boss"] = make.a_member(session, "陈明", Role.MANAGER)
    with db.write() as session:
        ids["wang"] = make.a_member(session, "王强")
    for name, days in (("李娜", 400), ("张伟", 0), ("周敏", 0)):
        with db.write() as session:
            then = TODAY - timedelta(days=days)
            ids[name] = make.a_customer(
                session, name, consultant_id=ids["wang"], now=make.later(days=-days), today=then
            )
    with db.write() as session:
        deal = make.a_deal(session, ids["李娜"], ordered_on=TODAY - timedelta(days=390))
    with db.write() as session:
        closing.deliver(session, deal, on=TODAY - timedelta(days=380), today=TODAY)
    return ids


def do(db, function, *args, **facts):
    with db.write() as session:
        return function(session, *args, **facts)


def ask(db, function, *args, **facts):
    with db.read() as session:
        return function(session, *args, **facts)


def note(db, introducer: int, customer: int, *, now=NOW) -> int:
    with db.write() as session:
        return referrals.note(session, introducer_id=introducer, customer_id=customer, now=now).id


def refused(db, introducer: int, customer: int, *, now=NOW) -> str:
    with pytest.raises(Invalid) as said:
        note(db, introducer, customer, now=now)
    assert list(said.value.problems) == ["introducer"]
    with db.read() as session:
        assert session.scalar(select(Referral.id).where(Referral.customer_id == customer)) is None
    return str(said.value)


def prove(db, id: int, content: bytes = PNG, name: str = "收据.png") -> int:
    return do(db, proofs.attach, id, name=name, content=content, now=NOW)


def row(db, id: int) -> introductions.Row:
    return ask(db, introductions.rows, [id])[0]


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


def cancel(db, deal: int) -> None:
    with db.write() as session:
        reason = choices.options(session, ChoiceKind.CANCEL_REASON)[0].id
        closing.cancel(session, deal, reason_id=reason, on=TODAY)


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


# --- what is refused


def test_who_works_here_brings_nobody(db, shop):
    do(db, staff.change, shop["wang"], phone="13911112222")
    cousin = do(db, make.a_customer, "王某", phone="139 1111 2222")
    assert refused(db, cousin, shop["张伟"]) == (
        "王强 works here: for colleagues there is no reward."
    )
    assert "王强 works here" in refused(db, shop["李娜"], cousin)


def test_the_phone_of_a_colleague_is_his_alone_and_hidden_from_others(db, shop):
    do(db, staff.change, shop["wang"], phone="13911112222")
    with pytest.raises(Invalid, match="This is the number of 王强"):
        do(db, staff.change, shop["boss"], phone="139 1111 2222")
    do(db, staff.change, shop["wang"], phone="139****2222")  # as it was shown hidden
    assert ask(db, staff.phone_of, shop["wang"]) == "139 1111 2222"
    with db.write() as session:
        lily = make.a_member(session, "李静", Role.RECEPTIONIST)
        make.a_pin(session, shop["boss"], "2580", by=shop["boss"])
    db.staff_id = lily
    assert ask(db, staff.phone_of, shop["wang"]) == "139****2222"
    db.staff_id = shop["boss"]
    do(db, staff.change, shop["wang"], phone=" ")
    assert ask(db, staff.phone_of, shop["wang"]) == ""


def test_a_namesake_of_a_colleague_is_told_apart_by_the_phone(db, shop):
    namesake = do(db, make.a_customer, "王强")
    assert refused(db, namesake, shop["张伟"]).startswith("Somebody called 王强 works here.")
    do(db, staff.change, shop["wang"], phone="13911112222")
    note(db, namesake, shop["张伟"])


def test_who_shares_a_number_a_wechat_or_a_household_is_one_customer(db, shop):
    do(db, phones.add, shop["李娜"], "13344445555")
    do(db, phones.add, shop["张伟"], "13344445555")
    assert refused(db, shop["李娜"], shop["张伟"]) == (
        "The two share the number 133****5555: they count as one customer."
    )
    do(db, customers.change, shop["李娜"], wechat="lina88")
    do(db, customers.change, shop["周敏"], wechat="LiNa88")
    assert "share one WeChat" in refused(db, shop["李娜"], shop["周敏"])


@pytest.mark.parametrize("kind", list(Kinship))
@pytest.mark.parametrize("turned", [False, True])
def test_a_couple_and_a_family_are_refused_friends_and_colleagues_not(db, shop, kind, turned):
    one, other = shop["李娜"], shop["张伟"]
    with db.write() as session:
        journal.act(session, "relate")
        pair = (other, one) if turned else (one, other)
        session.add(Relation(customer_id=pair[0], other_id=pair[1], kind=kind, noted_at=NOW))
    if kind in (Kinship.COUPLE, Kinship.FAMILY):
        assert "they count as one customer" in refused(db, one, other)
    else:
        note(db, one, other)


def test_no_circle_of_any_length(db, shop):
    ring = [shop["李娜"]]
    for number in range(4):
        ring.append(do(db, make.a_customer, f"友{number}"))
        note(db, ring[-2], ring[-1])
    assert "that would be a circle" in refused(db, ring[-1], ring[0])
    assert refused(db, ring[1], ring[0]).startswith("This customer introduced him")
    assert refused(db, ring[0], ring[0]) == "Nobody introduces himself."
    assert ask(db, introducers.above, ring[-1]) == ring[-2::-1]


def test_who_is_unknown_erased_or_known_for_long_is_refused(db, shop):
    with db.write() as session:
        guest = Customer(name="", status=Status.VISITED, created_at=NOW)
        journal.act(session, "arrive")
        session.add(guest)
        session.flush()
        nobody = guest.id
    assert "The introducer left no phone yet" in refused(db, nobody, shop["张伟"])
    assert "Enter the customer's phone first" in refused(db, shop["李娜"], nobody)
    gone = do(db, make.a_customer, "王走")
    do(db, erasure.erase, gone, why=Cause.ASKED)
    assert refused(db, gone, shop["张伟"]) == "The introducer is no longer in the file."
    assert refused(db, shop["李娜"], gone) == "This customer is no longer in the file."
    assert refused(db, 9999, shop["张伟"]) == "The introducer is no longer in the file."
    assert refused(db, shop["张伟"], shop["李娜"]) == (
        "This customer has been known since 2025-10-14: an introducer is noted within 30 days."
    )


def test_new_is_who_was_first_known_at_most_thirty_days_ago(db, shop):
    assert "an introducer is noted within" in refused(
        db, shop["李娜"], shop["张伟"], now=make.later(days=31)
    )
    note(db, shop["李娜"], shop["张伟"], now=make.later(days=30))


def test_an_owner_from_an_old_list_was_brought_by_nobody(db, shop):
    with db.write() as session:
        journal.act(session, "import")
        session.get_one(Customer, shop["周敏"]).status = Status.OWNER
    assert refused(db, shop["李娜"], shop["周敏"]).startswith("This customer owned a car before")


def test_once_for_each_new_customer(db, shop):
    note(db, shop["李娜"], shop["张伟"])
    with pytest.raises(Invalid, match="Another introducer is noted"):
        note(db, shop["周敏"], shop["张伟"])


def test_what_turns_out_later_is_refused_at_the_check_and_at_the_pay(db, shop):
    id = note(db, shop["李娜"], shop["张伟"])
    do(db, phones.add, shop["李娜"], "13344445555")
    do(db, phones.add, shop["张伟"], "13344445555")
    with pytest.raises(ShowroomError, match="The two share the number"):
        do(db, referrals.check, id, now=NOW)
    do(db, journal.undo)
    do(db, referrals.check, id, now=NOW)
    do(db, make.a_deal, shop["张伟"])
    prove(db, id)
    do(db, phones.add, shop["张伟"], "13344445555")
    with pytest.raises(ShowroomError, match="The two share the number"):
        do(db, referrals.pay, id, reward=Decimal(500), now=NOW)


def test_doubts_are_said_and_do_not_refuse(db, shop):
    assert ask(db, introducers.doubts, shop["李娜"], shop["张伟"], today=TODAY) == []
    said = ask(db, introducers.doubts, shop["周敏"], shop["张伟"], today=date(2026, 11, 20))
    assert said == [
        "The introducer never bought here: he is no owner.",
        "The customer was known before it was noted, since 2026-11-18.",
    ]
    do(db, customers.change, shop["李娜"], do_not_contact=True)
    assert (
        "must not be contacted"
        in ask(db, introducers.doubts, shop["李娜"], shop["张伟"], today=TODAY)[0]
    )
    late = do(db, make.a_customer, "晚来", now=make.later(days=2), today=date(2026, 11, 20))
    assert "came on file after" in " ".join(
        ask(db, introducers.doubts, late, shop["张伟"], today=date(2026, 11, 20))
    )


# --- proofs


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"MZ\x90 a program", "is no picture"),
        (b"GIF89a", "is no picture"),
        (PNG + bytes(proofs.LARGEST), "larger than 5 MB"),
    ],
)
def test_a_file_that_proves_nothing_is_refused_with_the_reason(
    db, shop, tmp_path, content, sentence
):
    path = tmp_path / "收据.png"
    path.write_bytes(content)
    with pytest.raises(ShowroomError, match=sentence):
        proofs.read(path)
    id = note(db, shop["李娜"], shop["张伟"])
    with pytest.raises(ShowroomError, match=sentence):
        prove(db, id, content)
    with pytest.raises(ShowroomError, match="cannot be read"):
        proofs.read(tmp_path / "gone.png")


def test_a_proof_is_named_by_what_it_is_and_kept_once(db, shop):
    id, other = note(db, shop["李娜"], shop["张伟"]), note(db, shop["李娜"], shop["周敏"])
    prove(db, id, b"%PDF-1.7 receipt", "转账/13800138000.exe")
    prove(db, other, b"%PDF-1.7 receipt", "b.pdf")
    with pytest.raises(ShowroomError, match="attached already"):
        prove(db, id, b"%PDF-1.7 receipt", "twice.pdf")
    (proof,) = ask(db, proofs.of_referral, id)
    assert (proof.name, proof.size) == ("13800138000.pdf", 16)
    with db.read() as session:
        assert len(session.scalars(select(Proof)).all()) == 2
        assert len(session.scalars(select(ProofFile)).all()) == 1
    for number in range(9):
        prove(db, id, PNG + bytes([number]), "more.png")
    with pytest.raises(ShowroomError, match="10 proofs already"):
        prove(db, id, PNG + b"eleven", "more.png")
    do(db, proofs.remove, proof.id)
    assert row(db, id).proofs == 9


def test_a_proof_is_read_from_a_file_and_belongs_to_an_introduction(db, shop, tmp_path):
    path = tmp_path / "slip.png"
    path.write_bytes(PNG)
    assert proofs.read(path) == PNG
    for id in (0, 99):
        with pytest.raises(ShowroomError, match="introduction is no longer there"):
            prove(db, id)
        with pytest.raises(ShowroomError, match="introduction is no longer there"):
            do(db, referrals.check, id, now=NOW)


def test_a_proof_goes_with_the_person(db, shop):
    id = note(db, shop["李娜"], shop["张伟"])
    proof = prove(db, id)
    do(db, erasure.erase, shop["张伟"], why=Cause.ASKED)
    with db.read() as session:
        assert session.scalars(select(ProofFile)).all() == []
    with pytest.raises(ShowroomError, match="no longer there"):
        ask(db, proofs.content, proof)


def test_a_proof_is_opened_by_who_sees_the_numbers_and_does_not_leave_against_his_will(db, shop):
    id = note(db, shop["李娜"], shop["张伟"])
    proof = prove(db, id)
    assert ask(db, proofs.leaving, proof) == PNG
    do(db, customers.change, shop["李娜"], do_not_contact=True)
    with pytest.raises(ShowroomError, match="李娜 must not be contacted"):
        ask(db, proofs.leaving, proof)
    do(db, make.a_pin, shop["boss"], "2580", by=shop["boss"])
    with db.write() as session:
        lily = make.a_member(session, "李静", Role.RECEPTIONIST)
    db.staff_id = lily
    with pytest.raises(ShowroomError, match="A proof may show numbers"):
        ask(db, proofs.content, proof)
    do(db, make.a_pin, shop["wang"], "2581", by=shop["boss"])
    db.staff_id = shop["wang"]
    assert ask(db, proofs.content, proof) == PNG
    with db.write() as session:
        session.info["staff_id"] = shop["boss"]
        customers.change(session, shop["李娜"], consultant_id=None)
    with pytest.raises(ShowroomError, match="A proof may show numbers"):  # of her, too
        ask(db, proofs.content, proof)


def test_a_damaged_proof_is_said(db, shop):
    id = note(db, shop["李娜"], shop["张伟"])
    proof = prove(db, id)
    with db.write() as session:
        session.scalars(select(ProofFile)).one().content = b"other"
    with pytest.raises(ShowroomError, match="damaged or gone"):
        ask(db, proofs.content, proof)


# --- found as one types


def test_the_introducer_is_found_by_name_pinyin_and_phone(db, shop):
    with db.read() as session:
        for typed in ("李娜", "lina", customers.file(session, shop["李娜"]).phones[0][1][-4:]):
            assert shop["李娜"] in search.find(session, typed)


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
