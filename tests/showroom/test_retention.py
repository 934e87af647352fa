"""How long persons are kept: who is due, erased as one action, and what many persons oblige to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from showroom import dates, settings
from showroom.care import followups
from showroom.deals import closing
from showroom.errors import ShowroomError
from showroom.guard import consent, retention
from showroom.guard.retention import Term
from showroom.people import customers, search
from showroom.store import drafts, journal
from showroom.store.models import (
    Action,
    Cause,
    Customer,
    Draft,
    Erased,
    FollowUp,
    Level,
    Role,
    Status,
    Way,
)
from tests import builders
from tests.builders import NOW, TODAY, later
from tests.stories import story


@pytest.fixture
def db(db):
    return builders.stop_clock(db)


def in_months(db, months: int, days: int = 0):
    """The desk some months after the first day."""
    day = dates.add_months(TODAY, months) + timedelta(days=days)
    db.clock = lambda: NOW + (day - TODAY)
    return db


def due(db) -> dict[int, tuple[Term, date]]:
    with db.read() as session:
        return retention.due(session, db.today())


@story
def three(db) -> tuple[int, int, int]:
    """One who did not buy, one who was lost, one who bought; all last heard of today."""
    with db.write() as session:
        lead, lost, owner = (
            builders.a_customer(session, name) for name in ("甲一", "乙二", "丙三")
        )
    with db.write() as session:
        customers.set_status(session, lost, Status.LOST, today=TODAY, why="别家")
    with db.write() as session:
        deal = builders.a_deal(session, owner)
        closing.deliver(session, deal, on=TODAY, today=TODAY)
    return lead, lost, owner


def test_each_is_due_when_his_term_is_over(db, three):
    lead, lost, owner = three
    assert due(in_months(db, 12)) == {}
    assert due(in_months(db, 12, 1)) == {lost: (Term.LOST, TODAY)}
    assert list(due(in_months(db, 24))) == [lost]
    assert list(due(in_months(db, 24, 1))) == [lead, lost]
    assert owner not in due(in_months(db, 120))
    assert due(in_months(db, 120, 1))[owner] == (Term.OWNER, TODAY)
    with db.read() as session:
        found = retention.due(session, db.today())
        rows = retention.rows(session, list(found), found)
    row = next(row for row in rows if row.id == lost)
    assert row[1:] == ("乙二", "mr", Term.LOST, TODAY, dates.add_months(TODAY, 12))


def test_the_terms_are_settings(db, three):
    with db.write() as session:
        shop = settings.load(session)
        shop.keep_months, shop.keep_lost_months, shop.keep_owner_years = 1, 2, 1
        settings.save(session, shop)
    assert list(due(in_months(db, 1, 1))) == [three[0]]
    assert list(due(in_months(db, 2, 1))) == [three[0], three[1]]
    assert list(due(in_months(db, 12, 1))) == list(three)


def test_a_visit_a_contact_or_a_consent_begins_the_term_anew(db):
    with db.write() as session:
        ids = [
            builders.a_customer(session, name, phone=f"1391234000{n}")
            for n, name in enumerate(("来过", "谈过", "同意", "没有"))
        ]
    in_months(db, 20)
    with db.write() as session:
        builders.a_visit(session, name="来过", phone="13912340000", now=db.now())
    with db.write() as session:
        call = session.scalar(select(FollowUp.id).where(FollowUp.customer_id == ids[1]))
        followups.done(session, call, result="好", now=db.now(), today=db.today())
    with db.write() as session:
        consent.give(session, ids[2], Way.PHONE, now=db.now())
    assert list(due(in_months(db, 25))) == [ids[3]]


def test_an_open_deal_is_never_due(db):
    with db.write() as session:
        id = builders.a_customer(session)
        builders.a_deal(session, id)
    assert due(in_months(db, 400)) == {}
    with db.read() as session:
        assert session.get_one(Customer, id).level is Level.ORDERED


def test_who_is_due_goes_as_one_action_that_stays(db, three):
    in_months(db, 24, 1)
    steps: list[int] = []
    with db.read() as session:
        before = len(session.scalars(select(Action.id)).all())
    from showroom.progress import Progress

    gone = retention.erase_due(db, progress=Progress(lambda done, _all: steps.append(done)))
    assert gone.persons == 2
    assert steps
    with db.read() as session:
        actions = session.scalars(select(Action).order_by(Action.id)).all()
        assert len(actions) == before + 1
        assert (actions[-1].verb, actions[-1].what) == ("erase", "2 people")
        assert {row.cause for row in session.scalars(select(Erased))} == {Cause.RETENTION}
        assert search.find(session, "甲一") == []
        assert search.find(session, "丙三") == [three[2]]
    assert due(db) == {}
    with pytest.raises(ShowroomError, match="erased"), db.write() as session:
        journal.undo(session, actions[-1].id)


def test_only_those_who_were_chosen_go_and_none_who_came_meanwhile(db, three):
    lead, lost, owner = three
    in_months(db, 24, 1)
    assert retention.erase_due(db, [lost, owner, 99]).persons == 1
    assert list(due(db)) == [lead]
    with db.write() as session:
        customers.change(session, lead, note="x")
        consent.give(session, lead, Way.SMS, now=db.now())
    assert retention.erase_due(db, [lead]) == (0, 0, 0, 0)


def test_only_a_keeper_erases_who_is_due(db, three):
    with db.write() as session:
        desk = builders.a_member(session, "李静", Role.RECEPTIONIST)
        boss = builders.a_member(session, "陈总", Role.OWNER)
        builders.a_pin(session, boss, "1234", by=boss)
    in_months(db, 24, 1)
    db.staff_id = desk
    with pytest.raises(ShowroomError, match="may delete"):
        retention.erase_due(db)
    assert len(due(db)) == 2


def test_drafts_that_nobody_saved_go_after_their_term(db):
    with db.write() as session:
        drafts.save(session, "customer:new", {"name": "张"}, now=NOW)
        drafts.save(session, "visit:9", {"name": "李"}, now=later(days=20))
    db.clock = lambda: later(days=31)
    with db.read() as session:
        assert retention.old_drafts(session, db.now()) == 1
    assert retention.drop_drafts(db) == 1
    with db.read() as session:
        assert session.scalars(select(Draft.key)).all() == ["visit:9"]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, ""),
        (79_999, ""),
        (80_000, "80,000 persons are on file. From 100,000 on"),
        (99_999, "Erase who is due in time."),
        (100_000, "100,000 persons are on file"),
        (123_456, "15 December"),
    ],
)
def test_many_persons_oblige_to_more(count, said):
    assert said in retention.warning(count)
    assert bool(retention.warning(count)) == bool(said)


def test_erased_persons_do_not_count(db, three):
    with db.read() as session:
        assert retention.persons(session) == 3
    in_months(db, 24, 1)
    retention.erase_due(db)
    with db.read() as session:
        assert retention.persons(session) == 1
