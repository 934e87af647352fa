"""Two who cannot be one, and what a merge leaves as it was signed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from showroom.door import moments, reception
from showroom.errors import ShowroomError
from showroom.guard import erasure
from showroom.people import (
    phones,
    referrals,
)
from showroom.people.joining import Side
from showroom.store.models import (
    Cause,
    DayClose,
    Moment,
    Phone,
    Refusal,
    Role,
    Visit,
)
from tests import builders as make
from tests.builders import NOW, TODAY, later
from tests.showroom.merging_kit import add, come, his, line, merge, put, undo
from tests.stories import once


@pytest.fixture
def db(db):
    return once(db, make.two_at_work)


def refused(db, other: int, customer: int) -> str:
    with pytest.raises(ShowroomError) as error:
        merge(db, other, customer)
    return str(error.value)


# --- what cannot be


def test_himself_an_erased_one_and_nobody_are_refused(db):
    own, other = add(db, "张伟"), add(db, "张玮")
    assert "one and the same" in refused(db, own, own)
    erasure.erase_now(db, [other], why=Cause.ASKED)
    assert "no longer in the file" in refused(db, other, own)
    assert "no longer in the file" in refused(db, 999, own)


def test_a_guest_is_joined_to_who_left_a_contact_and_not_the_other_way_round(db):
    own = add(db, "张伟")
    with db.write() as session:
        visit = make.a_visit(session, name="张")
    with db.write() as session:
        moments.ask(session, visit, Moment.SEATED, refusal=Refusal.SPAM, now=NOW)
    with db.write() as session:
        reception.leave(session, visit, at=later(minutes=20))
    with db.read() as session:
        guest = session.get_one(Visit, visit).customer_id
    assert "left a contact" in refused(db, own, guest)
    merge(db, guest, own)
    assert [row.id for row in his(db, Visit, own)] == [visit]
    assert line(db, own).name == "张伟"


def test_introductions_that_cannot_stand_are_named(db):
    own, other, friend, far = (add(db, name) for name in ("张伟", "张玮", "周敏", "吴迪"))
    with db.write() as session:
        brought = referrals.note(session, introducer_id=own, customer_id=other, now=NOW).id
    assert "张伟 brought 张玮: nobody introduces himself" in refused(db, other, own)
    assert "张伟 brought 张玮" in refused(db, own, other)
    undo(db)
    with db.write() as session:
        referrals.note(session, introducer_id=own, customer_id=friend, now=NOW)
    with db.write() as session:
        referrals.note(session, introducer_id=friend, customer_id=far, now=NOW)
    with db.write() as session:
        brought = referrals.note(session, introducer_id=far, customer_id=other, now=NOW).id
    assert "circle" in refused(db, other, own)
    undo(db)
    merge(db, other, own)
    undo(db)
    with db.write() as session:
        referrals.note(session, introducer_id=far, customer_id=other, now=NOW)
    third = add(db, "张炜")
    with db.write() as session:
        referrals.note(session, introducer_id=own, customer_id=third, now=NOW)
    sentence = refused(db, third, other)
    assert "张玮 was brought by 吴迪, 张炜 by 张伟" in sentence
    assert brought


def test_more_numbers_than_a_file_holds_are_refused_before_anything_is_moved(db):
    own, other = add(db, "张伟"), add(db, "张玮")
    for id in (own, other):
        with db.write() as session:
            for _number in range(phones.MOST - 1 if id == own else 3):
                phones.add(session, id, make.a_phone())
    assert f"a file holds {phones.MOST}" in refused(db, other, own)
    assert len(his(db, Phone, other)) == 4


def test_a_consultant_takes_nobody_by_a_merge(db):
    with db.write() as session:
        boss = make.a_member(session, "陈经理", Role.MANAGER)
        mine = make.a_member(session, "赵磊")
        for staff_id in (boss, mine):
            make.a_pin(session, staff_id, "2468", by=boss)
    db.staff_id = boss
    own, other = add(db, "张伟", consultant_id=mine), add(db, "张玮", consultant_id=boss)
    db.staff_id = mine
    with pytest.raises(ShowroomError, match="takes none himself"):
        merge(db, other, own, consultant_id=Side.OWN)
    db.staff_id = boss
    merge(db, other, own, consultant_id=Side.OWN)
    assert line(db, own).consultant_id == mine


def test_what_was_signed_stays_as_it_was_signed(db):
    own, other = add(db, "张伟", phone="13800138000"), add(db, "张伟", phone="13800138001")
    for id, day in ((other, 0), (own, 3)):
        visit = come(db, id, days=day)
        with db.write() as session:
            reception.leave(session, visit, at=later(days=day, minutes=30))
        put(
            db,
            DayClose(
                day=TODAY + timedelta(days=day),
                closed_at=later(days=day, hours=8),
                receptionist="李静",
                totals=json.dumps({"first": 1}),
            ),
            "close_day",
        )
    merge(db, other, own)  # who came is no correction of the day: nobody has to say why
    with db.read() as session:
        assert [json.loads(row.totals) for row in session.scalars(select(DayClose))] == [
            {"first": 1},
            {"first": 1},
        ]
        assert [row.again for row in session.scalars(select(Visit).order_by(Visit.day))] == [
            False,
            True,
        ]
    undo(db)
    with db.read() as session:
        assert not any(session.scalars(select(Visit.again)))
