"""Many customers at once: one action, one undo, who was left out and why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from showroom.errors import Cancelled, ShowroomError
from showroom.guard import amends, staff
from showroom.people import customers, many, search, timeline
from showroom.progress import Progress
from showroom.store import journal
from showroom.store.models import Action, Customer, FollowUp, Level, Promise, Role, Status
from tests import builders as make
from tests.stories import story

TODAY, NOW = make.TODAY, make.NOW


@story
def crew(db):
    make.stop_clock(db)
    with db.write() as session:
        return {name: make.a_member(session, name) for name in ("王强", "李娜")}


@pytest.fixture
def people(db, crew):
    """Five open customers, one of them of 李娜 already, and one who ordered."""
    ids = []
    for number in range(5):
        owner = crew["李娜"] if number == 4 else crew["王强"]
        with db.write() as session:
            ids.append(make.a_customer(session, f"客户{number}", consultant_id=owner))
    with db.write() as session:
        ids.append(make.a_customer(session, "赵订", consultant_id=crew["王强"]))
    with db.write() as session:
        make.a_deal(session, ids[-1])
    return ids


def do(db, function, *args, **facts):
    with db.write() as session:
        return function(session, *args, **facts)


def state(db, ids):
    """All that may change of these customers."""
    with db.read() as session:
        return [
            (c.consultant_id, c.level, c.status)
            for id in ids
            for c in [session.get_one(Customer, id)]
        ], sorted(
            (f.customer_id, f.rule, f.due_on, f.staff_id)
            for f in session.scalars(select(FollowUp).where(FollowUp.done_at.is_(None)))
        )


def promised(db, id):
    with db.read() as session:
        one = session.scalar(
            select(FollowUp).where(FollowUp.customer_id == id, FollowUp.rule == Promise.NEXT)
        )
        return None if one is None else (one.due_on, one.staff_id)


def actions(db):
    with db.read() as session:
        return [(one.verb, one.what) for one in session.scalars(select(Action))]


def test_the_consultant_changes_with_his_promises_and_one_undo_brings_all_back(db, crew, people):
    before = state(db, people)
    outcome = do(db, many.change_consultant, people, crew["李娜"])
    assert outcome == (5, 1, [])
    assert outcome.sentence == "5 customers changed. So already: 1."
    assert actions(db)[-1] == ("many", "Consultant: 李娜 · 5 customers")
    held, promises = state(db, people)
    assert {one[0] for one in held} == {crew["李娜"]}
    assert {staff_id for *_rest, staff_id in promises} == {crew["李娜"]}
    do(db, amends.undo)
    assert state(db, people) == before


def test_changed_in_his_file_the_promises_go_along_too(db, crew, people):
    def whose():
        with db.read() as session:
            return set(
                session.scalars(select(FollowUp.staff_id).where(FollowUp.customer_id == people[0]))
            )

    assert whose() == {crew["王强"]}
    with db.write() as session:
        customers.change(session, people[0], consultant_id=crew["李娜"])
    assert whose() == {crew["李娜"]}
    with db.write() as session:
        journal.undo(session)
    assert whose() == {crew["王强"]}


def test_nobody_is_a_consultant_too_and_who_left_is_none(db, crew, people):
    assert do(db, many.change_consultant, people[:2], None).done == 2
    assert actions(db)[-1] == ("many", "Consultant: No consultant · 2 customers")
    with db.write() as session:
        staff.change(session, crew["李娜"], active=False)
    with pytest.raises(ShowroomError, match="does not work here any more"):
        do(db, many.change_consultant, people, crew["李娜"])
    with db.read() as session:
        assert many.consultants(session) == [(crew["王强"], "王强"), (None, "No consultant")]


def test_the_same_as_one_by_one(db, crew, people):
    """Level and standing of many are what they would be one after the other."""
    do(db, many.set_level, people[:2], Level.MONTH, today=TODAY)
    for id in people[2:4]:
        do(db, customers.set_level, id, Level.MONTH, today=TODAY)
    assert promised(db, people[0]) == promised(db, people[2])
    do(db, many.set_status, people[:1], Status.DORMANT)
    do(db, customers.set_status, people[2], Status.DORMANT, today=TODAY)
    held, _promises = state(db, people)
    assert held[0] == held[2]
    assert promised(db, people[0]) is promised(db, people[2]) is None


def test_the_level_of_who_ordered_stays_and_he_is_named(db, people):
    before = state(db, people)
    do(db, customers.set_level, people[0], Level.WEEK, today=TODAY)
    outcome = do(db, many.set_level, [*people, 999], Level.WEEK, today=TODAY)
    assert outcome.done == 4
    assert outcome.sentence == (
        "4 customers changed. So already: 1. Not changed: An order stands: its level comes from "
        "the deal: 1 (赵订) · No longer in the file: 1"
    )
    assert promised(db, people[1])[0] == TODAY + timedelta(days=2)
    do(db, amends.undo)
    do(db, amends.undo)
    assert state(db, people) == before
    with pytest.raises(ShowroomError, match="comes from closing a deal"):
        do(db, many.set_level, people, Level.ORDERED, today=TODAY)


def test_a_level_promises_a_contact_only_to_who_may_be_reached(db, people):
    with db.write() as session:
        customers.change(session, people[0], do_not_contact=True)
    with db.write() as session:  # as an import leaves it: open, nothing promised
        session.delete(session.scalar(select(FollowUp).where(FollowUp.customer_id == people[1])))
        from showroom.store import journal

        journal.act(session, "follow_up")
    do(db, many.set_level, people[:3], Level.MONTH, today=TODAY)
    assert promised(db, people[0]) is None
    assert promised(db, people[1]) == promised(db, people[2])
    do(db, customers.set_status, people[3], Status.INVALID, today=TODAY)
    do(db, many.set_level, people[3:4], Level.WEEK, today=TODAY)
    assert promised(db, people[3]) is None


def test_who_bought_is_not_put_away_and_the_first_are_named(db, people):
    more = []
    for number in range(4):
        with db.write() as session:
            more.append(make.a_customer(session, f"车主{number}"))
        with db.write() as session:
            make.a_deal(session, more[-1])
    outcome = do(db, many.set_status, [*people, *more], Status.INVALID)
    assert outcome.sentence.startswith("5 customers changed. Not changed: Ordered or bought")
    (left_out,) = outcome.left_out
    assert left_out.sentence == (
        "Ordered or bought: that standing comes from the deal: 5 (赵订, 车主0, 车主1 …)"
    )
    again = do(db, many.set_status, people[:5], Status.INVALID)
    assert again.sentence == "0 customers changed. So already: 5."
    with pytest.raises(ValueError, match="lost"):
        do(db, many.set_status, people, Status.LOST)


def test_stopped_half_way_nothing_is_changed(db, crew, people, monkeypatch):
    monkeypatch.setattr(many, "BLOCK", 2)
    before, told = state(db, people), []

    def report(done, total):
        told.append((done, total))
        if done == 4:
            progress.cancel()

    progress = Progress(report)
    with pytest.raises(Cancelled):
        do(db, many.change_consultant, people, crew["李娜"], progress=progress)
    assert told == [(0, 6), (2, 6), (4, 6)]
    assert state(db, people) == before


def test_nothing_to_change_leaves_no_trace(db, crew, people):
    before = len(actions(db))
    assert do(db, many.change_consultant, people[4:5], crew["李娜"]).done == 0
    assert len(actions(db)) == before


def test_a_consultant_takes_no_customers_himself_but_gives_them_on(db, crew, people):
    with db.write() as session:
        boss = make.a_member(session, "陈主管", Role.MANAGER)
    with db.write() as session:
        make.a_pin(session, boss, "135790", by=boss)
    with db.write() as session:
        make.a_pin(session, crew["李娜"], "246801", by=boss)
    db.seat(crew["李娜"])
    with pytest.raises(ShowroomError, match="takes none himself"):
        do(db, many.change_consultant, people, crew["李娜"])
    assert do(db, many.change_consultant, people, crew["王强"]).done == 1


def test_the_file_tells_what_was_done_with_many(db, crew, people):
    do(db, many.set_level, people, Level.MONTH, today=TODAY)
    with db.read() as session:
        entry = timeline.of_customer(session, people[0])[0]
        assert entry.title == "Several customers changed · N → B"
        assert entry.detail == "Level: B · Within a month · 5 customers"
        assert search.find(session, level=Level.MONTH)
