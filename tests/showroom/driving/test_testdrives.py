"""Test drives and demo cars: one car is in one place, every kilometre has a name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from showroom import choices
from showroom.door import bookings, cars, close, reception, testdrives, visits
from showroom.errors import Invalid, ShowroomError
from showroom.guard import rights
from showroom.store import journal
from showroom.store.models import ChoiceKind, DemoCar, KeyMove, TestDrive
from tests import builders as make
from tests.builders import NOW, TODAY, later
from tests.showroom.driving.kit import (
    arrive,
    at,
    begin,
    book,
    end,
    last_action,
    row,
    sentence,
    take_back,
)

# --- the cars


def test_a_plate_is_written_as_on_the_car_and_belongs_to_one(db, car):
    with db.read() as session:
        (one,) = cars.listed(session)
    assert (one.plate, one.model, one.km) == ("京A12345", "汉EV", 1200)
    with pytest.raises(Invalid) as error, db.write() as session:
        cars.add(session, plate=" 京A 12345")
    assert error.value.problems == {"plate": "京A12345 is in the list already."}
    with pytest.raises(Invalid, match="Enter the plate"), db.write() as session:
        cars.add(session, plate="  ")
    with pytest.raises(Invalid, match="odometer"), db.write() as session:
        cars.change(session, car, km=-5)


def test_a_booked_car_stays_in_use_until_the_booking_is_off(db, car):
    visit = arrive(db)
    with db.write() as session:
        booked = bookings.book(
            session, car_id=car, visit_id=visit, start=later(hours=2), until=later(hours=3), now=NOW
        )
    with pytest.raises(ShowroomError, match="京A12345 is booked for"), db.write() as session:
        cars.change(session, car, active=False)
    with db.write() as session:
        bookings.cancel(session, booked.id)
    with db.write() as session:
        cars.change(session, car, active=False)


def test_a_booking_of_a_closed_day_stays(db, car):
    visit = arrive(db)
    with db.write() as session:
        start, until = later(days=1), later(days=1, hours=1)
        booked = bookings.book(
            session, car_id=car, visit_id=visit, start=start, until=until, now=NOW
        )
    with db.write() as session:
        reception.leave(session, visit, at=later(minutes=1))
    with db.write() as session:
        close.sign(session, TODAY, totals={}, receptionist="李静", now=later(minutes=2))
    with pytest.raises(ShowroomError, match="closed"), db.write() as session:
        bookings.cancel(session, booked.id)


def test_a_car_out_of_use_is_not_offered_nor_driven(db, car):
    visit = arrive(db)
    with db.write() as session:
        cars.change(session, car, active=False, model_id=None, plate="京A 54321")
    with db.read() as session:
        assert cars.listed(session) == []
        assert [one.plate for one in cars.listed(session, everything=True)] == ["京A54321"]
    with pytest.raises(Invalid) as error:
        begin(db, visit, car)
    assert error.value.problems == {"car": "Choose a car."}


def test_who_may_not_change_settings_does_not_set_up_cars(db, car):
    with db.write() as session:
        boss = make.a_member(session, "陈志远", role=make.Role.MANAGER)
        make.a_pin(session, boss, "246810", by=boss)
    db.staff_id = 1
    with pytest.raises(ShowroomError) as error, db.write() as session:
        cars.add(session, plate="京B00001")
    assert sentence(error) == rights.REFUSALS[rights.Right.SETTINGS]


# --- driving


def test_a_drive_takes_the_key_and_brings_it_back_with_its_kilometres(db, car):
    visit = arrive(db)
    drive = begin(db, visit, car, route="滨河路环线", agreed_at=NOW)
    assert row(db, visit).driving == NOW
    assert row(db, visit).drive

    end(db, drive, 1213, later(minutes=25))
    assert row(db, visit).driving is None
    with db.read() as session:
        (key,) = cars.log(session)
        (done,) = testdrives.past(session, visit)
        kept = session.get_one(TestDrive, drive)
        assert session.get_one(DemoCar, car).km == 1213
    assert (key.staff, key.purpose, key.km_out, key.km_in, key.gap) == (
        "王强",
        "Test drive",
        1200,
        1213,
        0,
    )
    assert (key.taken_at, key.back_at) == (NOW, later(minutes=25))
    assert (done.plate, done.route, done.km_in) == ("京A12345", "滨河路环线", 1213)
    assert (kept.licence_seen, kept.agreed_at) == (True, NOW)


def test_without_the_licence_seen_nobody_drives(db, car):
    visit = arrive(db)
    with pytest.raises(Invalid) as error:
        begin(db, visit, car, licence_seen=False)
    assert error.value.problems == {
        "licence": "See the driving licence first: held for a year, no probation, of age, sober."
    }
    with db.read() as session:
        assert session.scalars(select(TestDrive.id)).all() == []


def test_a_second_party_is_told_who_has_the_car(db, car):
    first, second = arrive(db), arrive(db, "李雪")
    drive = begin(db, first, car)
    with pytest.raises(ShowroomError) as error:
        begin(db, second, car, later(minutes=10))
    assert sentence(error) == f"The key of 京A12345 is out since {at()}: Test drive, 王强."
    with pytest.raises(ShowroomError) as error:
        begin(db, first, car, later(minutes=10))
    assert sentence(error) == f"They are out in 京A12345 since {at()}."
    end(db, drive, 1210, later(minutes=20))
    assert begin(db, second, car, later(minutes=20)) != drive


def test_who_leaves_while_driving_is_told_so(db, car):
    visit = arrive(db)
    drive = begin(db, visit, car)
    with pytest.raises(Invalid) as error, db.write() as session:
        reception.leave(session, visit, at=later(minutes=5))
    assert error.value.problems == {
        "left": f"They are out in 京A12345 since {at()}. End the drive first (F6)."
    }
    with db.read() as session:
        reason = choices.first(session, ChoiceKind.UNMET)
    with pytest.raises(Invalid), db.write() as session:
        reception.leave_unmet(session, visit, reason_id=reason, at=later(minutes=5))
    end(db, drive, 1205, later(minutes=15))
    with db.write() as session:
        reception.leave(session, visit, at=later(minutes=16))
    with pytest.raises(ShowroomError, match=f"They left at {at(minutes=16)}"):
        begin(db, visit, car, later(minutes=17))


@pytest.mark.parametrize(
    ("km", "said"),
    [
        (None, "Enter the kilometres the odometer shows."),
        (1199, "The odometer said 1,200 km before: it does not run backwards."),
        (12010, "10,810 km in one test drive? It left with 1,200 km: read the odometer again."),
    ],
)
def test_a_reading_that_cannot_be_is_asked_for_again(db, car, km, said):
    drive = begin(db, arrive(db), car)
    with pytest.raises(Invalid) as error:
        end(db, drive, km, later(minutes=20))
    assert error.value.problems == {"km": said}
    with db.read() as session:
        assert session.get_one(DemoCar, car).km == 1200


def test_a_clock_that_was_set_back_ends_the_drive_when_it_began(db, car):
    drive = begin(db, arrive(db), car)
    end(db, drive, 1210, later(hours=-1))
    with db.read() as session:
        assert session.get_one(TestDrive, drive).ended_at == NOW
    with pytest.raises(ShowroomError, match="over already"):
        end(db, drive, 1215, later(hours=1))


def test_an_undone_start_gives_the_key_back_and_an_undone_end_takes_it_again(db, car):
    visit = arrive(db)
    drive = begin(db, visit, car)
    with db.write() as session:
        journal.undo(session)
    assert not row(db, visit).drive
    with db.read() as session:
        assert session.scalars(select(KeyMove)).all() == []
    drive = begin(db, visit, car)
    end(db, drive, 1219, later(minutes=9))
    with db.write() as session:
        journal.undo(session)
    assert row(db, visit).driving == NOW
    with db.read() as session:
        assert session.get_one(DemoCar, car).km == 1200


def test_no_undo_puts_a_car_into_two_places(db, car):
    first, second = arrive(db), arrive(db, "李雪")
    drive = begin(db, first, car)
    end(db, drive, 1210, later(minutes=9))
    ended = last_action(db)
    begin(db, second, car, later(minutes=10))
    with pytest.raises(ShowroomError, match="京A12345 was given to somebody else since"):
        take_back(db, ended)
    assert row(db, first).driving is None
    assert row(db, second).driving == later(minutes=10)


def test_no_undo_brings_a_booking_back_where_another_one_stands(db, car):
    visit = arrive(db)
    booking = book(db, car, later(hours=1), visit_id=visit)
    with db.write() as session:
        bookings.cancel(session, booking)
    cancelled = last_action(db)
    other = book(db, car, later(hours=1, minutes=10), visit_id=arrive(db, "李雪"))
    with pytest.raises(ShowroomError, match="京A12345 was given to somebody else since"):
        take_back(db, cancelled)
    with db.read() as session:
        assert [one.id for one in bookings.booked(session, now=NOW)] == [other]
    with db.write() as session:
        bookings.cancel(session, other)
    take_back(db, cancelled)
    with db.read() as session:
        assert [one.id for one in bookings.booked(session, now=NOW)] == [booking]


def test_no_undo_lets_who_left_drive_on(db, car):
    visit = arrive(db)
    drive = begin(db, visit, car)
    end(db, drive, 1210, later(minutes=9))
    ended = last_action(db)
    with db.write() as session:
        reception.leave(session, visit, at=later(minutes=20))
    with pytest.raises(ShowroomError, match="would have left while it drives"):
        take_back(db, ended)
    assert row(db, visit).driving is None


def test_a_call_drives_nothing(db, car):
    with db.write() as session:
        call = reception.arrive(session, now=NOW, kind=visits.VisitKind.CALL).id
    with pytest.raises(ShowroomError, match="Only a party that is here"):
        begin(db, call, car)


# --- without cars


def test_a_drive_noted_without_a_car_is_taken_back_but_one_with_a_car_is_not(db, car):
    visit = arrive(db)
    with db.write() as session:
        testdrives.set_driven(session, visit, True, now=NOW)
    assert row(db, visit).drive
    assert row(db, visit).driving is None  # nobody waits for its end
    with db.write() as session:
        testdrives.set_driven(session, visit, False, now=NOW)
    assert not row(db, visit).drive
    begin(db, visit, car)
    with pytest.raises(ShowroomError, match="undo it"), db.write() as session:
        testdrives.set_driven(session, visit, False, now=NOW)


def test_the_log_of_keys_leaves_with_its_kilometres(db, car, tmp_path):
    import openpyxl

    from showroom.figures import ledgers
    from showroom.guard import exports

    end(db, begin(db, arrive(db), car), 1213, later(minutes=25))
    end(db, begin(db, arrive(db, "李雪"), car, later(hours=1), km=1216), 1230, later(hours=2))
    book = tmp_path / "钥匙.xlsx"
    with exports.leaving(db, "Key log", book) as session:
        ledgers.save(ledgers.key_log(session, TODAY, TODAY), session, book)
    rows = [list(row) for row in openpyxl.load_workbook(book).active.values]
    plate, taken, back, by, purpose, *km = rows[4][:9]
    assert (plate, by, purpose, km) == ("京A12345", "王强", "Test drive", [1216, 1230, 14, 3])
    assert back - taken == timedelta(hours=1)
