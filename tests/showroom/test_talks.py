"""Asking owners whom they know, step by step; introductions in figures and in the ledger."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from showroom import choices, settings
from showroom.care import complaints, followups
from showroom.deals import closing
from showroom.errors import Invalid, ShowroomError
from showroom.figures import introductions as ledger
from showroom.guard import consent, exports
from showroom.people import customers, introductions, proofs, referrals, talks
from showroom.people.talks import STEPS
from showroom.progress import Progress
from showroom.store import journal
from showroom.store.models import (
    ChoiceKind,
    Complaint,
    Customer,
    FollowUp,
    Promise,
    Referral,
    Role,
    Status,
    TalkStep,
    Way,
)
from tests import builders as make
from tests.stories import story

TODAY, NOW = make.TODAY, make.NOW
LONG_AGO = (date(2020, 1, 1), date(2020, 12, 31))
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def _clock(db):
    make.stop_clock(db)


@story
def owner(db) -> int:
    with db.write() as session:
        wang = make.a_member(session, "王强")
    with db.write() as session:
        made = make.a_customer(
            session,
            "李娜",
            consultant_id=wang,
            now=make.later(days=-400),
            today=TODAY - timedelta(days=400),
        )
    with db.write() as session:
        deal = make.a_deal(session, made, ordered_on=TODAY - timedelta(days=380))
        closing.deliver(session, deal, on=TODAY - timedelta(days=370), today=TODAY)
    return made


def do(db, function, *args, **facts):
    with db.write() as session:
        return function(session, *args, **facts)


def ask(db, function, *args, **facts):
    with db.read() as session:
        return function(session, *args, **facts)


def begin(db, owner: int) -> int:
    with db.write() as session:
        return talks.begin(session, owner, now=NOW).id


def tick(db, talk: int, times: int = 1) -> None:
    for _step in range(times):
        do(db, talks.tick, talk, now=NOW, today=TODAY)


def thanks(db, owner: int) -> list[FollowUp]:
    with db.read() as session:
        return list(
            session.scalars(
                select(FollowUp).where(
                    FollowUp.customer_id == owner, FollowUp.rule == Promise.THANK_INTRODUCER
                )
            )
        )


# --- the five steps


def test_a_talk_goes_through_five_steps_and_thanks_are_due_after_the_call(db, owner):
    talk = begin(db, owner)
    seen = []
    for _step in talks.STEPS[:-1]:
        seen.append(ask(db, talks.of_customer, owner).step)
        assert thanks(db, owner) == []
        tick(db, talk)
    assert seen == [TalkStep.CREDIT, TalkStep.AGREE, TalkStep.ASK, TalkStep.CALL]
    (due,) = thanks(db, owner)
    assert (due.due_on, due.done_at) == (TODAY + timedelta(days=1), None)
    tick(db, talk)
    assert ask(db, talks.of_customer, owner) is None
    (done,) = thanks(db, owner)
    assert done.done_at == NOW
    with pytest.raises(ShowroomError, match="over already"):
        tick(db, talk)
    for _step in range(2):
        do(db, journal.undo)
    assert ask(db, talks.of_customer, owner).step is TalkStep.CALL
    assert thanks(db, owner) == []


def test_an_interrupted_talk_is_resumed_and_listed(db, owner):
    talk = begin(db, owner)
    tick(db, talk, 2)
    assert begin(db, owner) == talk
    assert ask(db, talks.begun) == [talk]
    do(db, talks.back, talk)
    assert ask(db, talks.of_customer, owner).step is TalkStep.AGREE
    do(db, talks.back, talk)
    do(db, talks.back, talk)  # there is none before the first
    assert ask(db, talks.of_customer, owner).step is TalkStep.CREDIT
    do(db, talks.end, talk, now=NOW)
    assert ask(db, talks.begun) == []
    assert begin(db, owner) != talk
    do(db, customers.change, owner, do_not_contact=True)
    assert ask(db, talks.begun) == []


def test_the_call_that_thanks_him_ends_the_talk(db, owner):
    talk = begin(db, owner)
    tick(db, talk, 4)
    (due,) = thanks(db, owner)
    facts = {"result": "谢过了", "now": NOW, "today": TODAY}
    do(db, followups.done, due.id, reached=False, **facts)
    assert ask(db, talks.begun) == [talk]
    due = next(one for one in thanks(db, owner) if one.done_at is None)
    do(db, followups.done, due.id, **facts)
    assert ask(db, talks.begun) == []


def test_without_a_call_that_may_be_made_the_last_step_is_said_in_person(db, owner):
    talk = begin(db, owner)
    tick(db, talk, 3)
    do(db, consent.withdraw, owner, Way.PHONE, now=NOW)
    tick(db, talk)
    assert thanks(db, owner) == []
    tick(db, talk)
    assert ask(db, talks.begun) == []


def test_thanks_without_a_talk_end_none(db, owner):
    with db.write() as session:
        journal.act(session, "follow_up")
        due = FollowUp(customer_id=owner, rule=Promise.THANK_INTRODUCER, due_on=TODAY)
        session.add(due)
        session.flush()
        id = due.id
    do(db, followups.done, id, result="谢过了", now=NOW, today=TODAY)
    assert ask(db, talks.of_customer, owner) is None


def test_who_asked_for_silence_or_left_no_contact_is_not_asked(db, owner):
    do(db, customers.change, owner, do_not_contact=True)
    with pytest.raises(ShowroomError, match="asked not to be contacted"):
        begin(db, owner)
    with db.write() as session:
        journal.act(session, "arrive")
        guest = Customer(name="", status=Status.VISITED, created_at=NOW)
        session.add(guest)
        session.flush()
        nobody = guest.id
    with pytest.raises(ShowroomError, match="left no contact yet"):
        begin(db, nobody)


def test_while_a_complaint_is_open_a_talk_that_was_begun_waits(db, owner):
    talk = begin(db, owner)
    facts = {"words": "too slow", "now": NOW}
    with db.write() as session:
        facts["responsible_id"] = make.a_member(session, "赵磊")
        facts["cause_id"] = choices.find(session, ChoiceKind.COMPLAINT_CAUSE, "waiting")
        complaint = complaints.take(session, owner, **facts).id
    with pytest.raises(ShowroomError, match="open complaint"):
        tick(db, talk)
    with pytest.raises(ShowroomError, match="open complaint"):
        do(db, talks.named, talk, name="李四", now=NOW, today=TODAY)
    do(db, talks.back, talk)
    with db.write() as session:
        journal.act(session, "complaint_step")
        one = session.get_one(Complaint, complaint)
        one.answered_at = one.handled_at = one.closed_at = NOW
    tick(db, talk)
    assert ask(db, talks.of_customer, owner).step is STEPS[1]


# --- whom he names


def test_with_his_yes_he_is_a_customer_brought_by_the_owner(db, owner):
    talk = begin(db, owner)
    made = do(
        db, talks.named, talk, name="刘备", phone="13955556666", agreed=True, now=NOW, today=TODAY
    )
    file = ask(db, customers.file, made)
    assert (file.row.name, file.row.consultant) == ("刘备", "王强")
    assert file.channel == "Introduced by an owner"
    assert ask(db, referrals.introducer_of, made) == owner
    said = {one.way: one.open for one in ask(db, consent.of_customer, made)}
    assert said[Way.PHONE]
    do(db, journal.undo)
    assert ask(db, customers.rows, [made]) == []
    assert ask(db, introductions.find) == []


@pytest.mark.parametrize(
    ("name", "phone"),
    [("孙权", "13955556666"), ("孙权 139 5555 6666", ""), ("孙权", "0755-23456789")],
)
def test_without_his_yes_no_number_is_kept_anywhere(db, owner, name, phone):
    talk = begin(db, owner)
    with pytest.raises(Invalid) as said:
        do(db, talks.named, talk, name=name, phone=phone, now=NOW, today=TODAY)
    assert list(said.value.problems) == ["phone"]
    assert do(db, talks.named, talk, name="孙权", now=NOW, today=TODAY) is None
    do(db, talks.named, talk, name="周瑜 同事", now=NOW, today=TODAY)
    assert ask(db, talks.of_customer, owner).note == "孙权\n周瑜 同事"
    assert ask(db, introductions.find) == []


def test_who_is_known_already_is_no_new_customer(db, owner):
    do(db, make.a_customer, "张伟", phone="13955556666")
    talk = begin(db, owner)
    facts = {"agreed": True, "now": NOW, "today": TODAY}
    for name, phone, field, sentence in (
        ("刘备", "13955556666", "phone", "that of 张伟 already"),
        ("", "13955556666", "name", "Enter whom he named"),
        ("刘备", "", "phone", "Enter a phone number"),
        ("刘备", "139", "phone", "8 are missing"),
        ("王强", "13977778888", "phone", "Somebody called 王强 works here"),
    ):
        with pytest.raises(Invalid, match=sentence) as said:
            do(db, talks.named, talk, name=name, phone=phone, **facts)
        assert list(said.value.problems) == [field]
    assert ask(db, introductions.find) == []


# --- figures and ledger


@story
def brought(db, owner) -> list[int]:
    """Two brought by the owner: one ordered and paid for, one cancelled; a third came alone."""
    ids = []
    for name in ("张伟", "周敏", "独来"):
        with db.write() as session:
            one = make.a_customer(session, name)
        if name != "独来":
            with db.write() as session:
                ids.append(
                    referrals.note(session, introducer_id=owner, customer_id=one, now=NOW).id
                )
        with db.write() as session:
            deal = make.a_deal(session, one)
        if name == "周敏":
            with db.write() as session:
                reason = choices.options(session, ChoiceKind.CANCEL_REASON)[0].id
                closing.cancel(session, deal, reason_id=reason, on=TODAY)
        elif name == "张伟":
            with db.write() as session:
                closing.deliver(session, deal, on=TODAY, today=TODAY)
    do(db, referrals.check, ids[0], now=NOW)
    do(db, proofs.attach, ids[0], name="a.png", content=PNG, now=NOW)
    do(db, referrals.pay, ids[0], reward=Decimal(500), words="", now=NOW)
    return ids


def test_the_figures_say_how_they_are_made(db, brought):
    found = {one.code: one for one in ask(db, ledger.figures, TODAY, TODAY)}
    assert found["noted"].value == 1
    assert (found["owners"].numerator, found["owners"].denominator) == (2, 3)
    assert (found["delivered"].numerator, found["delivered"].denominator) == (1, 1)
    assert found["rewards"].shown == "500"
    assert all(one.formula for one in found.values())
    empty = {one.code: one.shown for one in ask(db, ledger.figures, *LONG_AGO)}
    assert empty == {"noted": "0", "owners": "—", "delivered": "—", "rewards": "0"}


def test_an_introduction_that_was_none_is_no_order_through_owners(db, brought):
    with db.write() as session:
        other = session.get_one(Referral, brought[1])
        make.a_deal(session, other.customer_id, model_id="海豚")
    do(db, referrals.void, brought[1], why="认错人")
    found = {one.code: one for one in ask(db, ledger.figures, TODAY, TODAY)}
    assert (found["owners"].numerator, found["owners"].denominator) == (1, 4)


def test_who_brought_the_most_stands_first(db, owner, brought):
    assert ask(db, ledger.top, TODAY, TODAY) == [ledger.Top(owner, "Mr 李娜", 1, 1, Decimal(500))]
    assert ask(db, ledger.top, *LONG_AGO) == []


def test_the_ledger_has_every_introduction_and_a_place_to_sign(db, brought, tmp_path):
    path = tmp_path / "ledger.xlsx"
    assert ask(db, ledger.save, TODAY, TODAY, path, Progress()) == 2
    rows = [[cell.value for cell in line] for line in load_workbook(path).active]
    head = next(row for row in rows if "Signature" in row)
    lines = [dict(zip(head, row, strict=True)) for row in rows]
    paid = next(line for line in lines if line["New customer"] == "Mr 张伟")
    assert (paid["Introducer"], paid["State"], paid["Reward"]) == ("Mr 李娜", "Rewarded", 500)
    assert paid["Signature"] in ("", None)
    assert ask(db, ledger.save, TODAY, TODAY, tmp_path / "ledger.pdf") == 2
    assert (tmp_path / "ledger.pdf").read_bytes().startswith(b"%PDF-")


def test_the_ledger_keeps_back_the_number_of_who_wants_silence(db, owner, brought):
    with db.read() as session:
        number = customers.file(session, owner).phones[0][1].replace(" ", "")
        sheet = ledger.ledger(session, TODAY, TODAY)
        place = next(one for one in sheet.columns if one.code == "phone")
        assert {place.of(row) for row in sheet.rows} == {number}
        assert not any(sheet.withheld(row) for row in sheet.rows)
    do(db, customers.change, owner, do_not_contact=True)
    with db.read() as session:
        sheet = ledger.ledger(session, TODAY, TODAY)
        assert all(sheet.withheld(row) for row in sheet.rows)


def test_many_rows_and_proofs_leave_only_through_the_gate(db, brought, tmp_path, monkeypatch):
    with db.write() as session:
        boss = make.a_member(session, "陈明", Role.MANAGER)
        lily = make.a_member(session, "李静", Role.RECEPTIONIST)
        make.a_pin(session, boss, "2580", by=boss)
        shop = settings.load(session)
        shop.export_alone = 1
        settings.save(session, shop)
    db.staff_id = lily
    with pytest.raises(exports.Refused):
        ask(db, ledger.pdf, TODAY, TODAY)
    with pytest.raises(ShowroomError, match="A proof may show numbers"):
        ask(db, ledger.save_proof, 1, tmp_path / "a.png")
    db.staff_id = boss
    ask(db, ledger.save_proof, 1, tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes() == PNG
