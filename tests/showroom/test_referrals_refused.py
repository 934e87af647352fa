"""Introductions that are refused, and what proves one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from showroom.errors import Invalid, ShowroomError
from showroom.guard import erasure, staff
from showroom.people import (
    customers,
    introducers,
    phones,
    proofs,
    referrals,
)
from showroom.store import journal
from showroom.store.models import (
    Cause,
    Customer,
    Kinship,
    Proof,
    ProofFile,
    Referral,
    Relation,
    Role,
    Status,
)
from tests import builders as make
from tests.showroom.referrals_kit import NOW, PNG, TODAY, ask, begin, do, note, prove, row
from tests.stories import story


@pytest.fixture(autouse=True)
def _clock(db):
    make.stop_clock(db)


shop = story(begin)


def refused(db, introducer: int, customer: int, *, now=NOW) -> str:
    with pytest.raises(Invalid) as said:
        note(db, introducer, customer, now=now)
    assert list(said.value.problems) == ["introducer"]
    with db.read() as session:
        assert session.scalar(select(Referral.id).where(Referral.customer_id == customer)) is None
    return str(said.value)


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
