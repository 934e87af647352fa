"""What is due, in which order, and what a contact promises next."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from showroom.care import followups
from showroom.errors import Invalid, ShowroomError
from showroom.people import customers, promises, timeline
from showroom.store import barred, journal
from showroom.store.models import Card, CardKind, Customer, FollowUp, Level, Promise, Role, Status
from tests import builders as b
from tests.stories import story

TOMORROW = b.TODAY + timedelta(days=1)


def due_of(session: Any, customer: int, rule: Promise = Promise.NEXT) -> FollowUp:
    return next(
        row
        for row in session.query(FollowUp).filter_by(customer_id=customer, rule=rule, done_at=None)
    )


@story
def customer(db: Any) -> int:
    """Somebody who was here for the first time yesterday: he is called today."""
    with db.write() as session:
        consultant = b.a_member(session)
        yesterday = {"now": b.later(days=-1), "today": b.TODAY - timedelta(days=1)}
        return b.a_customer(session, level=Level.WEEK, consultant_id=consultant, **yesterday)


def test_the_latest_stands_first_and_says_how_late(db: Any, customer: int) -> None:
    with db.write() as session:
        late = b.a_customer(
            session, "李娜", now=b.later(days=-3), today=b.TODAY - timedelta(days=3)
        )
        b.a_customer(session, "下周")
        ids = followups.due(session, b.TODAY)
        rows = {row.id: row for row in followups.rows(session, ids, b.TODAY)}
        board = followups.board(session, b.TODAY)
    assert [(rows[id].customer_id, rows[id].late) for id in ids] == [(late, 2), (customer, 0)]
    assert rows[ids[1]].staff == "王强"
    assert rows[ids[1]].phone.startswith("138 ")
    assert (board.due, board.late, len(board.coming), board.done) == (ids, 1, 1, [])


def test_the_managers_call_comes_before_the_others_of_its_day(db: Any, customer: int) -> None:
    with db.write() as session:
        manager = b.a_member(session, "赵磊", Role.MANAGER)
        b.a_deal(session, customer)
        ids = followups.due(session, TOMORROW, staff_id=manager)
        everything = followups.due(session, b.TODAY + timedelta(days=7))
        rules = [r.rule for r in followups.rows(session, everything[:1], TOMORROW)]
    assert len(ids) == 1
    assert rules == [Promise.MANAGER_CALL]


def test_done_promises_the_next_contact_by_level(db: Any, customer: int) -> None:
    with db.write() as session:
        (id,) = followups.due(session, b.TODAY)
        coming = followups.done(
            session, id, result=" 还在对比 ", level=Level.MONTH, now=b.NOW, today=b.TODAY
        )
    assert coming is not None
    assert coming.due_on == b.TODAY + timedelta(days=15)
    with db.read() as session:
        assert session.get_one(Customer, customer).level is Level.MONTH
        assert session.get_one(FollowUp, id).result == "还在对比"
        assert followups.due(session, b.TODAY) == []
        assert followups.done_on(session, b.TODAY) == [id]
        assert followups.done_on(session, b.TODAY, staff_id=999) == []
        (row,) = followups.rows(session, [id], b.TODAY)
        assert (row.last_result, row.last_contact_on) == ("还在对比", b.TODAY)
        assert "还在对比" in [entry.detail.split(" · ")[-1] for entry in timeline.of_customer(
            session, customer
        )]  # fmt: skip


def test_without_an_answer_it_is_tried_again_tomorrow(db: Any, customer: int) -> None:
    with db.write() as session:
        b.a_deal(session, customer)
        call = due_of(session, customer, Promise.MANAGER_CALL)
        next_one = due_of(session, customer)
        for row in (call, next_one):
            followups.done(
                session, row.id, result="未接通", reached=False, now=b.NOW, today=b.TODAY
            )
        assert due_of(session, customer, Promise.MANAGER_CALL).due_on == TOMORROW
        assert due_of(session, customer).due_on == TOMORROW


@pytest.mark.parametrize("status", [Status.OWNER, Status.LOST])
def test_an_agreed_contact_of_who_is_no_longer_waited_for_is_tried_again(
    db: Any, customer: int, status: Status
) -> None:
    with db.write() as session:
        journal.act(session, "postpone")
        agreed = due_of(session, customer)
        agreed.agreed = True
        session.get_one(Customer, customer).status = status
        followups.done(session, agreed.id, result="未接通", reached=False, now=b.NOW, today=b.TODAY)
        again = due_of(session, customer)
        assert (again.due_on, again.agreed) == (TOMORROW, True)
        assert followups.done(session, again.id, result="好", now=b.NOW, today=b.TODAY) is None


def test_a_contact_every_two_months_comes_back_and_others_do_not(db: Any, customer: int) -> None:
    with db.write() as session:
        b.a_deal(session, customer)
        for rule in (Promise.TWO_MONTHS, Promise.WEEK):
            row = due_of(session, customer, rule)
            coming = followups.done(session, row.id, result="满意", now=b.NOW, today=b.TODAY)
            assert (coming is None) == (rule is Promise.WEEK)
        assert due_of(session, customer, Promise.TWO_MONTHS).due_on.isoformat() == "2027-01-18"


def test_done_is_taken_back_by_one_undo(db: Any, customer: int) -> None:
    with db.write() as session:
        (id,) = followups.due(session, b.TODAY)
        followups.done(session, id, result="满意", level=Level.MONTH, now=b.NOW, today=b.TODAY)
    with db.write() as session:
        undone = journal.undo(session)
    assert undone.verb == "follow_up"
    with db.read() as session:
        assert followups.due(session, b.TODAY) == [id]
        assert session.get_one(Customer, customer).level is Level.WEEK
        assert session.query(FollowUp).count() == 1


def test_postponing_needs_a_later_day(db: Any, customer: int) -> None:
    with db.write() as session:
        (id,) = followups.due(session, b.TODAY)
        with pytest.raises(Invalid) as told:
            followups.postpone(session, id, to=b.TODAY, why="出差", today=b.TODAY)
        followups.postpone(session, id, to=TOMORROW, why="出差", today=b.TODAY)
    assert told.value.problems == {"to": "Choose a day after today."}
    with db.read() as session:
        assert followups.due(session, b.TODAY) == []
        assert followups.due(session, TOMORROW) == [id]


@pytest.mark.parametrize("far", [date(2062, 12, 1), date.max])
def test_nothing_is_promised_for_a_year_that_is_a_slip(db: Any, customer: int, far: date) -> None:
    sentence = "That is more than 5 years ahead: check the year."
    with db.write() as session:
        (id,) = followups.due(session, b.TODAY)
        with pytest.raises(Invalid) as told:
            followups.postpone(session, id, to=far, why="出差", today=b.TODAY)
        assert told.value.problems == {"to": sentence}
        with pytest.raises(Invalid) as told:
            followups.done(session, id, result="在比较", next_on=far, now=b.NOW, today=b.TODAY)
        assert told.value.problems == {"next": sentence}
        assert followups.due(session, b.TODAY) == [id]


def test_what_cannot_be_done_is_said(db: Any, customer: int) -> None:
    with db.write() as session:
        (id,) = followups.due(session, b.TODAY)
        with pytest.raises(Invalid, match="Say what came of it"):
            followups.done(session, id, result=" ", now=b.NOW, today=b.TODAY)
        followups.done(session, id, result="满意", now=b.NOW, today=b.TODAY)
        with pytest.raises(ShowroomError, match="done already"):
            followups.done(session, id, result="满意", now=b.NOW, today=b.TODAY)
        with pytest.raises(ShowroomError, match="no longer there"):
            followups.postpone(session, 999, to=TOMORROW, why="出差", today=b.TODAY)


def test_whoever_must_not_be_contacted_is_in_no_list(db: Any, customer: int) -> None:
    with db.write() as session:
        (id,) = followups.due(session, b.TODAY)
        session.get_one(Customer, customer).do_not_contact = True
        journal.act(session, "change_customer")
        session.flush()
        assert followups.due(session, b.TODAY) == []
        with pytest.raises(ShowroomError, match="must not be contacted"):
            followups.done(session, id, result="满意", now=b.NOW, today=b.TODAY)
        assert followups.rows(session, [id], b.TODAY)[0].phone == ""


def test_a_level_that_is_given_moves_the_next_contact(db: Any, customer: int) -> None:
    with db.write() as session:
        customers.set_level(session, customer, Level.QUARTER, today=b.TODAY)
        assert due_of(session, customer).due_on == b.TODAY + timedelta(days=30)


def test_a_card_for_the_anniversary_of_an_imported_deal_brings_no_contacts(db: Any) -> None:
    with db.write() as session:
        owner = b.a_customer(session)
        deal = b.a_deal(session, owner)
        for table in (Card, FollowUp):
            for row in session.scalars(select(table).where(table.customer_id == owner)).all():
                session.delete(row)
        session.get_one(Customer, owner).status = Status.OWNER
        day = {"due_on": b.TODAY, "late_on": b.TODAY}
        card = Card(kind=CardKind.ANNIVERSARY, customer_id=owner, deal_id=deal, **day)
        session.add(card)
    with db.write() as session:
        assert promises.resume_many(session, today=b.TODAY) == 0
        journal.act(session, "add_customer")
        card = session.scalars(select(Card)).one()
        card.kind = CardKind.THANKS  # closed here
        assert promises.resume_many(session, today=b.TODAY) == 1


def test_who_is_not_to_be_contacted_is_found_without_reading_every_customer(db: Any) -> None:
    """The list of the day leaves them out; at 100,000 customers the scan took half of its time."""
    with db.read() as session:
        sql = str(barred.stopped().compile(session.get_bind()))
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}").all()
    assert [row[3] for row in plan] == ["SCAN customer USING INDEX ix_customer_do_not_contact"]
