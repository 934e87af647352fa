"""A car that is booked: nobody else has it then, and whoever comes is told when it is free."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from showroom import dates
from showroom.door import bookings, cars, testdrives, visits
from showroom.errors import Invalid, ShowroomError
from showroom.figures import figures, log
from showroom.people import timeline
from showroom.store import journal
from showroom.store.models import Action, KeyMove, TestDrive
from tests import builders as make
from tests.builders import NOW, TODAY, later
from tests.showroom.driving.kit import (
    arrive,
    at,
    begin,
    book,
    end,
    row,
    sentence,
)


def test_a_booking_that_touches_another_one_names_it_and_the_next_free_time(db, car):
    visit = arrive(db, "李雪")
    with db.write() as session:
        known = make.a_customer(session, "赵六")
    book(db, car, later(hours=1), visit_id=visit)
    book(db, car, later(hours=1, minutes=30), 30, customer_id=known)  # ends may touch
    with pytest.raises(ShowroomError) as error:
        book(db, car, later(minutes=80), 30, customer_id=known)
    assert sentence(error) == (
        f"京A12345 is taken from {at(hours=1)} to {at(hours=1.5)}: 李雪 · 王强."
        f" It is free for that from {at(hours=2)}."
    )
    with db.read() as session:
        assert [one.who for one in bookings.booked(session, now=NOW)] == ["李雪 · 王强", "Mr 赵六"]
        assert len(bookings.booked(session, now=NOW, visit_id=visit)) == 1


def test_a_walk_in_gets_the_car_until_the_booking_and_not_longer(db, car):
    with db.write() as session:
        known = make.a_customer(session, "赵六")
    book(db, car, later(minutes=20), 30, customer_id=known)
    visit = arrive(db)
    with pytest.raises(ShowroomError, match=f"to {at(minutes=50)}: Mr 赵六.* {at(minutes=50)}"):
        begin(db, visit, car)
    begin(db, visit, car, minutes=20)
    assert row(db, visit).driving == NOW


def test_a_booked_drive_counts_once_it_has_begun(db, car):
    visit = arrive(db)
    kept = book(db, car, later(minutes=30), visit_id=visit)
    assert not row(db, visit).drive
    with db.read() as session:
        assert figures.day(session, TODAY).drives.value == 0
        assert not log.rows(session, TODAY, TODAY)[0].drive
    assert begin(db, visit, car, later(minutes=10), minutes=15) == kept  # earlier than booked
    with db.read() as session:
        assert figures.day(session, TODAY).drives.value == 1
        assert log.rows(session, TODAY, TODAY)[0].drive
        assert bookings.booked(session, now=later(minutes=10)) == []


def test_who_booked_as_a_customer_drives_at_his_visit(db, car):
    visit = arrive(db)
    customer = row(db, visit).customer_id
    kept = book(db, car, later(minutes=5), customer_id=customer)
    assert begin(db, visit, car) == kept


def test_two_drives_of_one_visit_are_one_row_and_one_party(db, car):
    with db.write() as session:
        other = cars.add(session, plate="京B00001", model_id="海豹", km=10).id
    visit = arrive(db)
    end(db, begin(db, visit, car), 1210, later(minutes=20))
    end(db, begin(db, visit, other, later(minutes=21)), 19, later(minutes=40))
    with db.read() as session:
        (line,) = log.rows(session, TODAY, TODAY)
        assert figures.day(session, TODAY).drives.value == 1
        assert [one.plate for one in testdrives.past(session, visit)] == ["京A12345", "京B00001"]
        customer = visits.row(session, visit).customer_id
        titles = [entry.title for entry in timeline.of_customer(session, customer)]
    assert line.drive
    assert sum("Test drive" in title for title in titles) == 1


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ({}, "who"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 24 * 60}, "minutes"),
        ({"start": later(hours=-2)}, "start"),
        ({"car_id": 99}, "car"),
    ],
)
def test_a_booking_that_cannot_be_says_which_field(db, car, facts, problem):
    facts = {"start": later(hours=1), "minutes": 30, "car_id": car} | facts
    start, minutes = facts.pop("start"), facts.pop("minutes")
    with db.write() as session:
        who = {} if problem == "who" else {"customer_id": make.a_customer(session)}
    until = start + timedelta(minutes=minutes)
    with pytest.raises(Invalid) as error, db.write() as session:
        bookings.book(session, start=start, until=until, now=NOW, **facts, **who)
    assert set(error.value.problems) == {problem}


def test_a_booking_is_called_off_but_a_drive_is_not(db, car):
    visit = arrive(db)
    kept = book(db, car, later(hours=1), visit_id=visit)
    with db.write() as session:
        bookings.cancel(session, kept)
    with pytest.raises(ShowroomError, match="no longer there"), db.write() as session:
        bookings.cancel(session, kept)
    drive = begin(db, visit, car)
    with pytest.raises(ShowroomError, match="has begun"), db.write() as session:
        bookings.cancel(session, drive)


_steps = st.lists(
    st.tuples(
        st.sampled_from(("book", "begin", "end", "undo")),
        st.integers(0, 1),  # the car
        st.integers(0, 2),  # the party
        st.integers(0, 36),  # ten minutes from now
        st.sampled_from((10, 20, 30, 60)),
    ),
    max_size=25,
)


@pytest.mark.slow
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=_steps)
def test_whatever_is_booked_and_driven_one_car_is_never_in_two_places(db, steps):
    with db.write() as session:
        plate = len(cars.listed(session))
        fleet = [cars.add(session, plate=f"京A{plate + n:05}").id for n in range(2)]
        parties = [make.a_visit(session) for _n in range(3)]
    now = NOW
    for what, car, party, ahead, minutes in steps:
        now += timedelta(minutes=1)
        start = now + timedelta(minutes=10 * ahead)
        try:
            with db.write() as session:
                if what == "book":
                    until = start + timedelta(minutes=minutes)
                    bookings.book(
                        session,
                        car_id=fleet[car],
                        start=start,
                        until=until,
                        visit_id=parties[party],
                        now=now,
                    )
                elif what == "begin":
                    testdrives.begin(
                        session,
                        parties[party],
                        car_id=fleet[car],
                        licence_seen=True,
                        minutes=minutes,
                        now=now,
                    )
                elif what == "end":
                    out = testdrives.of_visit(session, parties[party])
                    if out is not None:
                        testdrives.end(session, out.id, km=out.km_out, now=now)
                elif session.scalar(select(TestDrive.id).where(TestDrive.car_id.in_(fleet))):
                    last = journal.last_undoable(session)
                    verb = session.get(Action, last).verb
                    if verb == "book_drive":
                        journal.undo(session)
        except ShowroomError:
            pass
    with db.read() as session:
        for car in fleet:
            drives = session.scalars(select(TestDrive).where(TestDrive.car_id == car)).all()
            promised = sorted(
                (
                    one.started_at or one.planned_from,
                    min(one.ended_at or one.planned_until, one.planned_until),
                )
                for one in drives
            )
            driven = sorted(
                (one.started_at, one.ended_at or now) for one in drives if one.started_at
            )
            for spans in (promised, driven):
                assert all(one[1] <= two[0] for one, two in pairwise(spans))
            out = session.scalars(
                select(KeyMove.id).where(KeyMove.car_id == car, KeyMove.back_at.is_(None))
            ).all()
            assert len(out) <= 1


def test_the_next_free_time_fits_between_two_bookings():
    def on(hour: int, minute: int = 0) -> datetime:
        return dates.at(TODAY, time(hour, minute))

    spans = [(on(10), on(11), 1), (on(11, 20), on(12), 2), (on(13), on(14), 3)]
    half = timedelta(minutes=30)
    assert bookings.next_free(spans, on(10), half) == on(12)
    assert bookings.next_free(spans, on(10), timedelta(minutes=20)) == on(11)
    assert bookings.next_free(spans, on(10), timedelta(hours=2)) == on(14)
    assert bookings.next_free([], on(10), half) == on(10)
    assert bookings.show(on(14), on(9)) == "14:00"
    assert bookings.show(on(9) + timedelta(days=1), on(9)) == "11-19 09:00"
