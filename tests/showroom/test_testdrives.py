"""Test drives, demo cars and their keys: one car is in one place, every kilometre has a name."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from showroom import choices, dates
from showroom.cards import drive_page
from showroom.cards.drive_page import Agreement
from showroom.door import bookings, cars, close, reception, testdrives, visits
from showroom.errors import Invalid, ShowroomError
from showroom.figures import figures, log
from showroom.guard import amends, rights
from showroom.people import timeline
from showroom.store import journal
from showroom.store.models import Action, ChoiceKind, DemoCar, KeyMove, TestDrive
from tests import builders as make
from tests.builders import NOW, TODAY, later
from tests.stories import story


@pytest.fixture
def db(db):
    return make.stop_clock(db)


@story
def car(db) -> int:
    with db.write() as session:
        make.a_member(session, "王强")
    with db.write() as session:
        return cars.add(session, plate="京a 12345", model_id="汉EV", km=1200).id


def arrive(db, name: str = "张伟", **facts: Any) -> int:
    with db.write() as session:
        return make.a_visit(session, name=name, phone=make.a_phone(), **facts)


def begin(db, visit: int, car: int, now: datetime = NOW, **facts: Any) -> int:
    with db.write() as session:
        facts = {"licence_seen": True} | facts
        return testdrives.begin(session, visit, car_id=car, now=now, **facts).id


def end(db, drive: int, km: int | None, now: datetime) -> None:
    with db.write() as session:
        testdrives.end(session, drive, km=km, now=now)


def row(db, visit: int) -> visits.VisitRow:
    with db.read() as session:
        return visits.row(session, visit)


def last_action(db) -> int:
    with db.read() as session:
        return session.scalars(select(Action.id).order_by(Action.id.desc())).first()


def take_back(db, action: int) -> None:
    with db.write() as session:
        amends.undo(session, action)


def at(**span: float) -> str:
    return dates.show_clock(later(**span))


def sentence(error: pytest.ExceptionInfo[Any]) -> str:
    return str(error.value)


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


# --- bookings


def book(db, car: int, start: datetime, minutes: int | None = None, **facts: Any) -> int:
    until = None if minutes is None else start + timedelta(minutes=minutes)
    with db.write() as session:
        return bookings.book(
            session, car_id=car, start=start, until=until, now=db.now(), **facts
        ).id


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


# --- keys


def test_the_log_shows_every_key_and_the_kilometres_nobody_drove(db, car):
    with db.write() as session:
        move = cars.take_key(session, car, staff_id=1, purpose="fuel", now=NOW)
    with pytest.raises(ShowroomError) as error, db.write() as session:
        cars.take_key(session, car, staff_id=1, purpose="wash", now=later(minutes=1))
    assert sentence(error) == (
        f"The key of 京A12345 is out since {at()}: Refuelling or charging, 王强."
    )
    with pytest.raises(ShowroomError, match="is out since"):
        begin(db, arrive(db), car, later(minutes=2))
    with pytest.raises(ShowroomError, match="is out since"), db.write() as session:
        cars.change(session, car, active=False)
    with db.write() as session:
        cars.bring_back(session, move.id, km=1204, now=later(minutes=30))
    with (
        pytest.raises(ShowroomError, match=f"is back since {at(minutes=30)}"),
        db.write() as session,
    ):
        cars.bring_back(session, move.id, km=1205, now=later(minutes=31))
    with db.write() as session:
        cars.take_key(session, car, staff_id=1, purpose="去年检", km=1211, now=later(minutes=40))
    with db.read() as session:
        first, second = cars.log(session, car_id=car, first=TODAY, last=TODAY)
        assert cars.log(session, last=TODAY - timedelta(days=1)) == []
    assert (first.gap, second.gap) == (0, 7)
    assert (second.purpose, second.km_in) == ("去年检", None)


@pytest.mark.parametrize(
    ("facts", "problem"),
    [({"purpose": " "}, "purpose"), ({"staff_id": None}, "staff"), ({"km": 1000}, "km")],
)
def test_a_key_without_reason_or_name_stays_in_its_box(db, car, facts, problem):
    facts = {"purpose": "move", "staff_id": 1} | facts
    with pytest.raises(Invalid) as error, db.write() as session:
        cars.take_key(session, car, now=NOW, **facts)
    assert set(error.value.problems) == {problem}


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


# --- the agreement


def pages(data: bytes) -> list[str]:
    import io

    import pypdfium2

    paper = pypdfium2.PdfDocument(io.BytesIO(data))
    said = [page.get_textpage().get_text_range() for page in paper]
    paper.close()
    return said


def sheet(**facts: Any) -> Agreement:
    known: dict[str, Any] = {
        "shop": "城东展厅",
        "driver": "欧阳思远 先生",
        "plate": "京A12345",
        "model": "汉EV",
        "start": NOW,
        "until": later(minutes=30),
        "route": "滨河路环线",
        "consultant": "王强",
        "terms": drive_page.default_terms(),
    }
    return Agreement(**(known | facts))


@pytest.mark.language("zh_CN")
def test_the_agreement_says_what_is_agreed_on_one_page():
    (said,) = pages(drive_page.pdf(sheet()))
    for words in ("城东展厅", "欧阳思远", "京A12345", "汉EV", "滨河路环线", "王强", at(), "2026"):
        assert words in said, words
    assert len(drive_page.TERMS) == 6
    assert "6." in said


def test_a_long_text_of_the_shop_goes_on_and_all_sign_on_the_last_page():
    terms = [f"{number}. " + "本店规定，" * 30 for number in range(1, 31)]
    first, *_rest, last = pages(drive_page.pdf(sheet(terms=terms)))
    assert "Test drive agreement" in first
    assert "Signature" in last
    assert "Signature" not in first


@pytest.mark.parametrize(
    "strange", ["", "<b>x</b>", "=1+1", "龘䶮𬭎", "x" * 200, "a\x00b\nc", "{0}%s"]
)
def test_whatever_a_name_or_a_route_is_it_is_text(strange):
    said = drive_page.pdf(sheet(driver=strange, route=strange, shop=strange, terms=[strange]))
    assert said.startswith(b"%PDF")
    if strange.isascii() and strange.isprintable() and len(strange) < 50:
        assert strange in pages(said)[0]


def test_the_sheet_of_a_party_has_the_facts_of_visit_car_and_shop(db, car):
    visit = arrive(db)
    with db.write() as session:
        cars.change(session, car, plate="京A99999")
    with db.read() as session:
        said = drive_page.agreement(
            session, visit_id=visit, car_id=car, start=NOW, route=" 一号线 "
        )
        paper = drive_page.hand_out(session, visit_id=visit, car_id=car, start=NOW, minutes=45)
    assert said[1:5] == ("张伟", "京A99999", "汉EV", NOW)
    assert (said.until, said.route, said.consultant) == (later(minutes=30), "一号线", "王强")
    assert said.terms == drive_page.default_terms()
    assert at(minutes=45) in pages(paper)[0]


def test_a_key_that_is_brought_back_ends_the_drive_it_was_taken_for(db, car):
    visit = arrive(db)
    begin(db, visit, car)
    with db.write() as session:
        (key,) = cars.log(session)
        testdrives.key_back(session, key.id, km=1209, now=later(minutes=20))
    assert row(db, visit).driving is None
    with db.write() as session:
        move = cars.take_key(session, car, staff_id=1, purpose="wash", now=later(hours=1))
        testdrives.key_back(session, move.id, km=1210, now=later(hours=2))
    with db.read() as session:
        assert cars.listed(session)[0].key_out == 0


def test_who_left_no_phone_books_for_this_visit(db, car):
    with db.write() as session:
        visit = make.a_visit(session)
    book(db, car, later(hours=1), visit_id=visit)
    with db.read() as session:
        (kept,) = bookings.booked(session, now=NOW, visit_id=visit)
    assert kept.who == "No name · 王强"
