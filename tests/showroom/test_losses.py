"""Losses: applied for, decided by a second person, won back, counted, drawn for a call."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from showroom import choices
from showroom.errors import Invalid, ShowroomError
from showroom.figures import losses as counted
from showroom.figures.losses import By
from showroom.guard import amends, consent, erasure, exports
from showroom.people import customers, loss_rows, losses, promises, timeline
from showroom.sheets import apply, plan, read
from showroom.store import journal
from showroom.store.models import (
    Cause,
    ChoiceKind,
    Customer,
    FollowUp,
    Loss,
    LossState,
    Promise,
    Role,
    Status,
    Way,
)
from tests import builders as make
from tests.builders import NOW, TODAY
from tests.stories import story

CREW = {"王强": Role.CONSULTANT, "周敏": Role.MANAGER, "孙悦": Role.OWNER}


@story
def people(db):
    """A consultant, a manager, an owner of the shop; nobody has a PIN yet."""
    make.stop_clock(db)
    with db.write() as session:
        return {name: make.a_member(session, name, role) for name, role in CREW.items()}


@pytest.fixture
def armed(db, people):
    """The same desk, where everybody has a PIN."""
    for number, name in enumerate(("周敏", "孙悦", "王强")):
        with db.write() as session:
            make.a_pin(session, people[name], f"{number}{number}12", by=people["周敏"])
    return people


@pytest.fixture
def zhang(db, people):
    with db.write() as session:
        return make.a_customer(session, "张伟", consultant_id=people["王强"])


def reason(session, name="rival"):
    found = choices.find(session, ChoiceKind.LOSS_REASON, name)
    assert found is not None
    return found


def ask(db, customer_id, *, by=None, name="rival", **facts):
    db.staff_id = by
    with db.write() as session:
        facts = {"now": NOW, "today": TODAY} | facts
        return losses.apply(session, customer_id, reason_id=reason(session, name), **facts).id


def decide(db, loss_id, *, by=None, approved=True, answer="", now=NOW, today=TODAY):
    db.staff_id = by
    with db.write() as session:
        losses.decide(session, loss_id, approved=approved, answer=answer, now=now, today=today)


def status(db, id):
    with db.read() as session:
        return session.get_one(Customer, id).status


def next_on(db, id):
    with db.read() as session:
        when = promises.next_days(session, [id]).get(id)
        return when and when.on


def row(db, loss_id):
    with db.read() as session:
        return loss_rows.rows(session, [loss_id])[0]


def undo(db):
    with db.write() as session:
        journal.undo(session)


# --- applying


def test_a_consultant_applies_and_the_customer_stays_what_he_is_until_a_manager_approves(
    db, armed, zhang
):
    loss = ask(
        db,
        zhang,
        by=armed["王强"],
        rival="宋 PLUS",
        price=Decimal(159800),
        shop="城西店",
        bought_on=TODAY,
        note="试驾后更喜欢对方",
    )
    assert status(db, zhang) is Status.OPEN
    assert next_on(db, zhang) is not None
    with db.read() as session:
        assert loss_rows.waiting(session) == [loss]
    with pytest.raises(ShowroomError, match="Only a manager or an owner may approve"):
        decide(db, loss, by=armed["王强"])
    decide(db, loss, by=armed["周敏"])
    assert status(db, zhang) is Status.LOST
    assert next_on(db, zhang) is None
    found = row(db, loss)
    assert (found.reason, found.rival, found.shop) == ("Bought a rival", "宋 PLUS", "城西店")
    assert (found.applicant, found.decider, found.state) == ("王强", "周敏", LossState.APPROVED)
    with db.read() as session:
        decided, applied, *_rest = timeline.of_customer(session, zhang)
    assert decided.title == "Loss decided · Contact left → Lost"
    assert applied.detail == "王强 · Bought a rival · 宋 PLUS · 试驾后更喜欢对方"


def test_refusing_needs_a_sentence_and_makes_the_next_contact_due_anew(db, armed, zhang):
    loss = ask(db, zhang, by=armed["王强"], now=make.later(days=3), today=TODAY)
    later = TODAY + timedelta(days=5)
    with pytest.raises(Invalid) as said:
        decide(db, loss, by=armed["周敏"], approved=False, answer=" ", today=later)
    assert said.value.problems == {"answer": "Say what is to be tried with him."}
    decide(db, loss, by=armed["周敏"], approved=False, answer="请他再试驾一次", today=later)
    assert status(db, zhang) is Status.OPEN
    assert next_on(db, zhang) == later + timedelta(days=7)
    assert row(db, loss).answer == "请他再试驾一次"
    with pytest.raises(ShowroomError, match="decided already"):
        decide(db, loss, by=armed["周敏"])
    assert ask(db, zhang, by=armed["王强"]) != loss  # it may be applied for again


def test_who_applied_does_not_approve_unless_there_is_nobody_else(db, armed, zhang):
    loss = ask(db, zhang, by=armed["周敏"])
    with pytest.raises(ShowroomError, match="another manager or owner decides"):
        decide(db, loss, by=armed["周敏"])
    decide(db, loss, by=armed["孙悦"])
    assert status(db, zhang) is Status.LOST


def test_the_only_manager_there_is_decides_himself(db, people, zhang):
    with db.write() as session:
        make.a_pin(session, people["周敏"], "3412", by=people["周敏"])
    decide(db, ask(db, zhang, by=people["周敏"]), by=people["周敏"])
    assert status(db, zhang) is Status.LOST


def test_at_a_desk_without_pins_one_person_does_both(db, people, zhang):
    decide(db, ask(db, zhang, by=people["王强"]), by=people["王强"])
    assert status(db, zhang) is Status.LOST


@pytest.mark.parametrize("name", sorted(losses.PRICE))
def test_a_price_reason_asks_what_was_behind_it(db, zhang, name):
    with pytest.raises(Invalid) as said:
        ask(db, zhang, name=name)
    assert said.value.problems == {"note": "Price is the usual answer: write what was behind it."}
    assert ask(db, zhang, name=name, note="对方送三年保养")


def test_a_reason_of_the_shops_own_that_names_the_price_asks_too(db, zhang):
    with db.write() as session:
        choices.add(session, ChoiceKind.LOSS_REASON, "价格太高")
    with pytest.raises(Invalid, match="behind it"):
        ask(db, zhang, name="价格太高")


def test_what_cannot_be_is_said_beside_its_field(db, zhang):
    with pytest.raises(Invalid) as said:
        ask(db, zhang, price=Decimal(0), bought_on=TODAY + timedelta(days=1))
    assert set(said.value.problems) == {"price", "bought_on"}
    with pytest.raises(Invalid, match="is too little for a price"):
        ask(db, zhang, price=Decimal("15.98"))
    with db.write() as session, pytest.raises(Invalid, match="Choose the reason"):
        losses.apply(session, zhang, reason_id=None, now=NOW, today=TODAY)
    with db.read() as session:
        white = choices.find(session, ChoiceKind.COLOUR, "White")
    with db.write() as session, pytest.raises(Invalid, match="Choose the reason"):
        losses.apply(session, zhang, reason_id=white, now=NOW, today=TODAY)


def test_nobody_is_lost_twice_nor_while_he_waits_nor_when_he_bought(db, zhang):
    loss = ask(db, zhang)
    with pytest.raises(ShowroomError, match="applied for already"):
        ask(db, zhang)
    decide(db, loss)
    with pytest.raises(ShowroomError, match="lost already"):
        ask(db, zhang)
    with db.write() as session:
        buyer = make.a_customer(session, "李娜")
        make.a_deal(session, buyer)
    with pytest.raises(ShowroomError, match="cancel the order first"):
        ask(db, buyer)


def test_who_ordered_while_it_waited_cannot_be_approved_but_refused(db, zhang):
    loss = ask(db, zhang)
    with db.write() as session:
        make.a_deal(session, zhang)
    with pytest.raises(ShowroomError, match="ordered since"):
        decide(db, loss)
    decide(db, loss, approved=False, answer="已经下订")
    assert status(db, zhang) is Status.ORDERED


# --- other ways


def test_the_status_goes_through_the_same_rows(db, armed, zhang):
    db.staff_id = armed["王强"]
    with db.write() as session:
        customers.set_status(session, zhang, Status.LOST, today=TODAY, why="家人反对")
    assert status(db, zhang) is Status.OPEN  # a manager decides
    with db.read() as session:
        (found,) = loss_rows.rows(session, loss_rows.waiting(session))
    assert (found.reason, found.note) == ("Family objects", "家人反对")
    with db.read() as session:
        assert timeline.of_customer(session, zhang)[0].title == "Loss applied for"


def test_without_pins_the_status_is_set_at_once_with_a_loss(db, zhang):
    with db.write() as session:
        customers.set_status(session, zhang, Status.LOST, today=TODAY, why="就是不买了")
    assert status(db, zhang) is Status.LOST
    with db.read() as session:
        found = loss_rows.of_customer(session, zhang)
    assert found is not None
    assert (found.reason, found.note, found.state) == ("Other", "就是不买了", LossState.APPROVED)
    with db.write() as session:
        customers.set_status(session, zhang, Status.OPEN, today=TODAY)
    with db.read() as session:
        found = loss_rows.of_customer(session, zhang)
    assert found is not None
    assert found.reactivated_at == NOW


def test_a_list_that_says_lost_brings_its_losses_in_and_takes_them_back(db, people, tmp_path):
    file = tmp_path / "老客户.csv"
    file.write_text("姓名,手机号,客户状态\n陈晨,13900139000,战败\n李雪,13900139001,\n", "utf-8")
    with db.read() as session:
        planned = plan.plan(session, read.read(file), today=db.today(), now=db.now())
    assert apply.apply(db, planned).action_id
    with db.read() as session:
        (loss,) = session.scalars(select(Loss))
        assert session.get_one(Customer, loss.customer_id).name == "陈晨"
        assert (loss.state, loss.note) == (LossState.APPROVED, "from an imported list")
    undo(db)
    with db.read() as session:
        assert session.scalars(select(Loss)).all() == []


def test_a_list_in_which_he_bought_wins_him_back(db, people, tmp_path):
    with db.write() as session:
        id = make.a_customer(session, "陈晨", phone="13900139000")
    loss = ask(db, id)
    decide(db, loss)
    file = tmp_path / "订单.csv"
    file.write_text(
        "姓名,手机号,订单日期,成交价,车型\n陈晨,13900139000,2026-11-17,158000,海豹\n", "utf-8"
    )
    with db.read() as session:
        planned = plan.plan(session, read.read(file), today=db.today(), now=db.now())
    apply.apply(db, planned)
    assert status(db, id) in losses.BOUGHT
    assert row(db, loss).reactivated_at == NOW


# --- won back


def test_a_visit_wins_him_back_and_the_loss_says_since_when(db, people):
    with db.write() as session:
        id = make.a_customer(session, "张伟", phone="13900139000")
    loss = ask(db, id)
    decide(db, loss)
    with db.write() as session:
        make.a_visit(session, now=make.later(days=2), phone="13900139000")
    assert status(db, id) is Status.OPEN
    assert row(db, loss).reactivated_at == make.later(days=2)
    assert next_on(db, id) is not None


def test_who_was_put_to_rest_after_his_loss_is_won_back_all_the_same(db, zhang):
    loss = ask(db, zhang)
    decide(db, loss)
    with db.write() as session:
        customers.set_status(session, zhang, Status.DORMANT, today=TODAY)
    assert row(db, loss).reactivated_at is None
    with db.write() as session:
        customers.set_status(session, zhang, Status.OPEN, today=TODAY)
    assert row(db, loss).reactivated_at == NOW


def test_a_deal_wins_him_back(db, zhang):
    loss = ask(db, zhang)
    decide(db, loss)
    with db.write() as session:
        make.a_deal(session, zhang)
    assert row(db, loss).reactivated_at == NOW


def test_the_desk_takes_him_up_again(db, zhang):
    with db.write() as session, pytest.raises(ShowroomError, match="not lost"):
        losses.reactivate(session, zhang, now=NOW, today=TODAY)
    loss = ask(db, zhang)
    decide(db, loss)
    with db.write() as session:
        losses.reactivate(session, zhang, now=NOW, today=TODAY, why="他又来电话")
    assert status(db, zhang) is Status.OPEN
    assert next_on(db, zhang) == TODAY + timedelta(days=7)
    again = row(db, loss)
    assert (again.state, again.reactivated_at) == (LossState.APPROVED, NOW)
    with db.read() as session:
        assert counted.period(session, TODAY, TODAY)[3].value == 1


def test_each_step_is_undone_whole(db, zhang):
    def everything():
        with db.read() as session:
            columns = [
                [c.name for c in model.__table__.columns] for model in (Loss, Customer, FollowUp)
            ]
            return [
                [tuple(getattr(one, name) for name in names) for one in session.scalars(query)]
                for names, query in zip(
                    columns, (select(Loss), select(Customer), select(FollowUp)), strict=True
                )
            ]

    def again():
        with db.write() as session:
            losses.reactivate(session, zhang, now=NOW, today=TODAY)

    (loss,) = [ask(db, zhang)]
    undo(db)
    before = everything()
    loss = ask(db, zhang)
    states = [everything()]
    for step in (lambda: decide(db, loss), again):
        step()
        states.append(everything())
    for state in reversed(states):
        assert everything() == state
        undo(db)
    assert everything() == before


def test_an_undone_refusal_does_not_stand_beside_a_newer_application(db, zhang):
    loss = ask(db, zhang)
    decide(db, loss, approved=False, answer="再试试")
    with db.read() as session:
        action = journal.last_undoable(session)
    ask(db, zhang)
    with db.write() as session:
        undone = amends.undo(session, action)
    assert [kept.table for kept in undone.kept] == ["loss"]
    assert row(db, loss).state is LossState.REFUSED


def test_one_who_was_erased_stays_counted_without_his_name(db, zhang):
    decide(db, ask(db, zhang, rival="宋 PLUS", note="电话 13912345678"))
    with db.write() as session:
        erasure.erase(session, zhang, why=Cause.ASKED)
    with db.read() as session:
        (tally,) = counted.tallies(session, TODAY, TODAY, By.RIVAL)
        (found,) = loss_rows.rows(session, loss_rows.decided(session, TODAY, TODAY))
    assert (tally.label, tally.number) == ("宋 PLUS", 1)
    assert (loss_rows.called(found), found.note, found.phone) == ("No name", "", "")


# --- counting


@story
def month(db, people):
    """Ten contacts of this month: four applied for, of which two approved and one refused."""
    with db.write() as session:
        ids = [make.a_customer(session, f"客{n}", consultant_id=people["王强"]) for n in range(10)]
    for id, name, rival in zip(
        ids, ("rival", "rival", "silent"), ("小米", "小米", ""), strict=False
    ):
        decide(db, ask(db, id, name=name, rival=rival))
    decide(db, ask(db, ids[3]), approved=False, answer="再约")
    ask(db, ids[4])
    return ids


def test_the_rates_of_a_period_with_what_they_are_made_of(db, month):
    first = TODAY.replace(day=1)
    with db.read() as session:
        figures = {one.code: one for one in counted.period(session, first, TODAY)}
        earlier = counted.period(session, date(2026, 10, 1), date(2026, 10, 31))
    lost, refused, clear = (figures[f"loss_{code}"] for code in ("rate", "refused", "clear"))
    assert (lost.shown, lost.numerator, lost.denominator) == ("30%", 3, 10)
    assert (refused.shown, refused.numerator, refused.denominator) == ("20%", 1, 5)
    assert (clear.shown, clear.numerator) == ("40%", 2)  # who cannot be reached says nothing
    assert all("÷" in one.formula for one in (lost, refused, clear))
    assert [one.shown for one in earlier] == ["—", "—", "—", "0"]


def test_who_was_open_when_the_period_began_counts_below(db, month):
    with db.read() as session:
        later = TODAY + timedelta(days=1)
        (rate, *_rest) = counted.period(session, later, later + timedelta(days=30))
    assert (rate.numerator, rate.denominator) == (0, 7)  # three were lost before


def test_reasons_rivals_and_consultants_are_counted_the_most_first(db, month):
    with db.read() as session:
        found = {by: counted.tallies(session, TODAY, TODAY, by) for by in By}
        ids = loss_rows.rows(session, found[By.REASON][0].ids)
    assert [(t.label, t.number) for t in found[By.REASON]] == [
        ("Bought a rival", 2),
        ("Cannot be reached", 1),
    ]
    assert [(t.label, t.number) for t in found[By.RIVAL]] == [("小米", 2), ("not noted", 1)]
    assert [(t.label, t.share) for t in found[By.CONSULTANT]] == [("王强", 1.0)]
    assert {one.reason for one in ids} == {"Bought a rival"}


def test_a_number_written_as_the_rival_is_hidden_wherever_rivals_are_listed(db, armed):
    with db.write() as session:
        his = make.a_customer(session, "张伟", consultant_id=armed["孙悦"])
    decide(db, ask(db, his, rival="小米 老王13900001111"), by=armed["周敏"])
    for name, said in (("周敏", "小米 老王13900001111"), ("王强", "小米 老王139****1111")):
        db.staff_id = armed[name]
        with db.read() as session:
            offered = [said] if name == "周敏" else []  # no star is ever kept
            assert loss_rows.rivals(session, his)[1] == offered
            assert [one.label for one in counted.tallies(session, TODAY, TODAY, By.RIVAL)] == [said]


def test_the_list_leaves_with_its_figures_and_without_contacts_of_who_must_not_be_contacted(
    db, month, tmp_path
):
    from openpyxl import load_workbook

    with db.write() as session:
        customers.change(session, month[0], do_not_contact=True)
    with db.write() as session:  # by WeChat he may still be reached
        customers.change(session, month[2], wechat="kehu2")
        consent.withdraw(session, month[2], Way.PHONE, now=NOW)
    path = tmp_path / "losses.xlsx"
    with exports.leaving(db, "Losses", path) as session:
        assert counted.save(session, TODAY, TODAY, path) == 5
    book = load_workbook(path)
    sheet, tallied = book.worksheets
    cells = [[cell.value for cell in line] for line in sheet.iter_rows()]
    said = [str(line[0]) for line in cells]
    assert any(line.startswith("Loss rate: 30% (3 ÷ 10)") for line in said)
    phones = {str(line[1]).split()[-1]: line[2] for line in cells if "客" in str(line[1])}
    assert phones["客0"] is None
    assert phones["客1"]
    assert phones["客2"] is None
    assert [line[0].value for line in tallied.iter_rows()].count("Reason") == 2
    paper = tmp_path / "losses.pdf"
    with exports.leaving(db, "Losses", paper) as session:
        counted.save(session, TODAY, TODAY, paper)
    assert paper.read_bytes().startswith(b"%PDF")


# --- a sample


def test_the_manager_draws_some_for_a_call_of_his_own(db, month, people):
    with db.write() as session:
        consent.withdraw(session, month[1], Way.PHONE, now=NOW)
        make.a_pin(session, people["周敏"], "3412", by=people["周敏"])
    with db.write() as session:
        ids = loss_rows.decided(session, TODAY, TODAY)
    db.staff_id = people["王强"]
    with pytest.raises(ShowroomError, match="approve"), db.write() as session:
        losses.call_back(session, ids, 5, today=TODAY)
    db.staff_id = people["周敏"]
    with db.write() as session:
        drawn = losses.call_back(session, ids, 5, today=TODAY)
    assert drawn == [month[0], month[2]]  # the third must not be called, two were not lost
    with db.read() as session:
        due = session.scalars(select(FollowUp).where(FollowUp.rule == Promise.MANAGER_CALL)).all()
        assert [(one.customer_id, one.staff_id, one.due_on) for one in due] == [
            (id, people["周敏"], TODAY) for id in drawn
        ]
    with db.write() as session:
        assert losses.call_back(session, ids, 5, today=TODAY) == []  # they wait for it
    undo(db)
    with db.write() as session:
        once = losses.call_back(session, ids, 1, today=TODAY)
    assert len(once) == 1
