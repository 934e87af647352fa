"""Who left no phone: he stays as a guest, is known again, and is one customer counted once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from showroom.door import guests, identity, moments, reception, traits
from showroom.errors import Invalid, ShowroomError
from showroom.people import customers, search, vehicles
from showroom.people import timeline as lives
from showroom.store import check, journal
from showroom.store.models import (
    Appointment,
    Consent,
    Customer,
    FollowUp,
    Heard,
    Moment,
    Phone,
    Refusal,
    Status,
    Trait,
    TraitKind,
    Vehicle,
    Visit,
    VisitKind,
    Way,
)
from tests import builders as make
from tests.builders import NOW, TODAY, later
from tests.showroom.guests_kit import (
    PHONE,
    come,
    leave_phone,
    on,
    recognise,
    refuse,
    told,
    undo,
    whose,
)
from tests.stories import once


@pytest.fixture
def db(db):
    return once(db, make.two_at_work)


def people(db) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(Customer)) or 0


# --- who stays


def test_who_refused_and_left_stays_as_an_anonymous_guest(db):
    visit = refuse(db, name="王")
    with db.read() as session:
        (guest,) = session.scalars(select(Customer))
        assert session.scalars(select(FollowUp)).all() == []
        assert session.scalars(select(Consent)).all() == []
        assert search.find(session, "", status=Status.VISITED) == [guest.id]
    assert (guest.name, guest.status, guest.contact_on) == ("王", Status.VISITED, None)
    assert (guest.first_visit_on, guest.consultant_id) == (TODAY, 1)
    assert whose(db, visit) == guest.id
    assert told(on(db, 0)) == {"walk_ins": 1, "first": 1}
    assert check.check(db) == []
    undo(db)  # they had not left
    assert whose(db, visit) is None
    assert people(db) == 0


def test_who_left_without_being_asked_stays_when_a_trait_is_noted(db):
    with db.write() as session:
        visit = make.a_visit(session)
        reception.leave(session, visit, at=later(minutes=5))
    assert whose(db, visit) is None
    with db.write() as session:
        traits.note_traits(session, visit, {TraitKind.CAR: "  "}, now=NOW)
    assert people(db) == 0
    with db.write() as session:
        traits.note_traits(session, visit, {TraitKind.CAR: "白色奥迪"}, now=NOW)
    with db.read() as session:
        assert traits.more(session, visit).traits == {TraitKind.CAR: "白色奥迪"}
    with db.write() as session:
        traits.note_traits(session, visit, {TraitKind.CAR: ""}, now=NOW)
    with db.read() as session:
        assert traits.more(session, visit).traits == {}
    with pytest.raises(Invalid), db.write() as session:
        traits.note_traits(session, visit, {TraitKind.LOOK: "高" * 201}, now=NOW)


def test_a_refusal_noted_after_they_left_counts_too_and_a_call_leaves_nobody(db):
    visit = come(db, days=0)
    with db.write() as session:
        reception.leave(session, visit, at=later(minutes=5))
    with db.write() as session:
        moments.ask(session, visit, Moment.FAREWELL, refusal=Refusal.CONTROL, now=NOW)
    assert whose(db, visit) is not None
    with db.write() as session:
        call = reception.arrive(session, now=NOW, kind=VisitKind.CALL).id
        moments.ask(session, call, Moment.SEATED, refusal=Refusal.SPAM, now=NOW)
        reception.leave(session, call, at=later(minutes=5))
    assert whose(db, call) is None


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("粤B12345", "粤B12345"),
        ("粤b·12345", "粤B12345"),
        ("粤B D12345", "粤BD12345"),  # new energy: eight
        ("粤ZE123港", "粤ZE123港"),
        ("ab-12-34", "AB1234"),  # from abroad
        ("", ""),
    ],
)
def test_a_plate_is_stored_as_one(typed, stored):
    assert vehicles.plate(typed) == stored


@pytest.mark.parametrize("typed", ["粤B123", "粤B1234567", "粤12", "x", "!!??!!"])
def test_what_is_no_plate_is_said(typed):
    with pytest.raises(Invalid) as error:
        vehicles.plate(typed)
    assert "plate" in error.value.problems


def test_a_plate_makes_a_guest_and_is_found(db):
    visit = come(db, days=0)
    with db.write() as session:
        traits.note_plate(session, visit, "粤b 12345", now=NOW)
    with db.write() as session:
        traits.note_plate(session, visit, "粤B12345", now=NOW)
    with db.read() as session:
        assert traits.more(session, visit).plate == "粤B12345"
        assert len(traits.likely(session, "b123", today=TODAY)) == 1
    with db.write() as session:
        traits.note_plate(session, visit, "", now=NOW)
    with db.read() as session:
        assert session.scalars(select(Vehicle)).all() == []


def test_guests_are_found_by_what_they_are_known_by_newest_first(db):
    first = refuse(db, car="白色奥迪", company="太太和孩子")
    second = refuse(db, days=1, name="李", car="白色本田")
    with db.write() as session:
        reception.complete(session, second, now=NOW, model_id=make.a_model(session, "海豚"))
        make.a_customer(session, "白先生")  # he left a phone: nobody to be known again
    old = refuse(db, days=-190, car="白色旧车")
    ids = [whose(db, visit) for visit in (second, first, old)]

    def found(typed: str = "", **facts: int | None) -> list[int]:
        with db.read() as session:
            return traits.likely(session, typed, today=TODAY + timedelta(days=1), **facts)

    assert found() == ids[:2]
    assert found("白色") == ids[:2]
    assert found("白色 太太") == [ids[1]]
    assert found("海豚") == [ids[0]]
    assert found("李") == [ids[0]]
    assert found(f"{TODAY:%m-%d}") == [ids[1]]
    assert found("宝马") == []
    assert found("", but=ids[0]) == [ids[1]]
    with db.read() as session:
        row, other = traits.rows(session, ids[:2])
    assert (row.name, row.known_by, row.model, row.visits) == ("李", "白色本田", "海豚", 1)
    assert other.known_by == "白色奥迪 · 太太和孩子"
    assert traits.called(other) == "白色奥迪 · 太太和孩子"


# --- back again


def test_who_comes_back_and_leaves_his_phone_is_one_customer_counted_once(db):
    first = refuse(db, car="白色奥迪")
    before = told(on(db, 0))
    guest = whose(db, first)
    second = come(db, days=3)
    recognise(db, second, guest)
    with db.read() as session:
        assert session.get_one(Visit, second).again
        assert session.scalars(select(FollowUp)).all() == []
    assert told(on(db, 3)) == {"walk_ins": 1, "again": 1}
    leave_phone(db, second, days=3, name="张伟")

    assert people(db) == 1
    with db.read() as session:
        customer = session.get_one(Customer, guest)
        assert (customer.status, customer.contact_on) == (Status.OPEN, TODAY + timedelta(days=3))
        assert session.scalars(select(FollowUp.customer_id)).all() == [guest]
        (said,) = session.scalars(select(Consent))
        assert (said.way, said.how, said.visit_id) == (Way.PHONE, Heard.VISIT, second)
        assert traits.likely(session, today=TODAY + timedelta(days=3)) == []
    assert [whose(db, visit) for visit in (first, second)] == [guest, guest]
    assert told(on(db, 0)) == before  # the first day stays "not left"
    assert told(on(db, 3)) == {"walk_ins": 1, "again": 1, "known": 1, "captured": 1}
    assert check.check(db) == []


def test_the_phone_first_and_then_he_is_recognised(db):
    first = refuse(db, car="白色奥迪", company="太太")
    second = come(db, days=3)
    leave_phone(db, second, days=3, name="张伟")
    alone = told(on(db, 3))
    assert alone == {"walk_ins": 1, "first": 1, "left": 1, "known": 1, "captured": 1}
    guest, customer = whose(db, first), whose(db, second)
    assert recognise(db, second, guest) == customer

    assert people(db) == 1
    with db.read() as session:
        assert {t.words for t in session.scalars(select(Trait))} == {"白色奥迪", "太太"}
        file = customers.file(session, customer)
        assert search.find(session, "") == [customer]
    assert file.visits == 2
    assert told(on(db, 0)) == {"walk_ins": 1, "first": 1}
    assert told(on(db, 3)) == {"walk_ins": 1, "again": 1, "known": 1, "captured": 1}
    undo(db)
    assert (whose(db, first), whose(db, second)) == (guest, customer)
    assert told(on(db, 3)) == alone
    with db.read() as session:
        assert traits.more(session, first).traits[TraitKind.COMPANY] == "太太"
    assert check.check(db) == []


def test_his_number_turns_out_to_be_somebodys_on_file(db):
    with db.write() as session:
        known = make.a_customer(session, "张伟", phone=PHONE)
    first = refuse(db, days=1, car="白色奥迪")
    guest = whose(db, first)
    second = come(db, days=3)
    recognise(db, second, guest)
    with db.write() as session:
        traits.note_traits(session, second, {TraitKind.CAR: "奥迪 A6"}, now=later(days=3))
    leave_phone(db, second, days=3)

    assert people(db) == 1
    assert {whose(db, first), whose(db, second)} == {known}
    with db.read() as session:
        assert session.scalars(select(Phone.customer_id)).all() == [known]
        assert session.scalars(select(Trait.customer_id)).all() == [known]
    assert told(on(db, 1)) == {"walk_ins": 1, "first": 1, "filed": 1, "known": 1}
    assert told(on(db, 3)) == {"walk_ins": 1, "again": 1, "known": 1}
    assert check.check(db) == []
    undo(db)
    assert {whose(db, first), whose(db, second)} == {guest}
    assert people(db) == 2
    assert told(on(db, 3)) == {"walk_ins": 1, "again": 1}


def test_traits_of_both_are_kept_when_two_guests_are_one(db):
    first, second = refuse(db, car="白色奥迪"), refuse(db, days=2, car="奥迪 A6")
    with db.write() as session:
        for visit in (first, second):
            traits.note_plate(session, visit, "粤B12345", now=NOW)
        session.add(
            Appointment(
                at=later(days=9),
                day=TODAY + timedelta(days=9),
                made_on=TODAY,
                customer_id=whose(db, second),
            )
        )
    kept = recognise(db, second, whose(db, first))
    with db.read() as session:
        (car,) = session.scalars(select(Trait.words))
        assert sorted(car.split(" · ")) == ["奥迪 A6", "白色奥迪"]
        assert session.scalars(select(Vehicle.customer_id)).all() == [kept]
        assert session.scalars(select(Appointment.customer_id)).all() == [kept]
    assert told(on(db, 2)) == {"walk_ins": 1, "again": 1}


def test_the_same_guest_twice_in_a_day_is_one_visit_day(db):
    first, second = refuse(db, car="白色奥迪"), come(db, days=0.1)
    assert told(on(db, 0)) == {"walk_ins": 2, "first": 2}
    recognise(db, second, whose(db, first))
    assert told(on(db, 0)) == {"walk_ins": 1, "first": 1}
    leave_phone(db, second, name="张伟")
    assert told(on(db, 0)) == {"walk_ins": 1, "first": 1, "left": 1, "known": 1, "captured": 1}


def test_joining_is_undone_from_the_timeline_weeks_later(db):
    first = refuse(db, car="白色奥迪")
    guest = whose(db, first)
    second = come(db, days=3)
    parted = [told(on(db, day)) for day in (0, 3)]
    recognise(db, second, guest)
    joined = [told(on(db, day)) for day in (0, 3)]
    assert joined != parted
    with db.write() as session:
        make.a_customer(session, "别人")  # weeks of other work
    db.clock = lambda: later(days=30)
    with db.read() as session:
        entries = lives.of_customer(session, guest)
    (action,) = [e.action_id for e in entries if e.title.startswith("Visits joined")]
    undo(db, action)
    assert [told(on(db, day)) for day in (0, 3)] == parted
    assert (whose(db, first), whose(db, second)) == (guest, None)
    with db.write() as session:
        journal.undo(session)  # the taking back is work, too
    assert [told(on(db, day)) for day in (0, 3)] == joined


def test_not_he_after_all(db):
    first = refuse(db, car="白色奥迪")
    second = come(db, days=3)
    parted = [told(on(db, day)) for day in (0, 3)]
    recognise(db, second, whose(db, first))
    with db.read() as session:
        assert traits.more(session, second).guest_since == TODAY
    with db.write() as session:
        reception.complete(session, second, now=NOW, note="要看海豚")  # edited since
    with db.write() as session:
        identity.part(session, second)
    assert [told(on(db, day)) for day in (0, 3)] == parted
    assert whose(db, second) is None
    with db.write() as session:
        identity.part(session, second)
    leave_phone(db, second, days=3)
    with pytest.raises(ShowroomError, match="left a contact"), db.write() as session:
        identity.part(session, second)


def test_only_who_left_no_contact_can_be_recognised(db):
    with db.write() as session:
        known = make.a_customer(session)
    visit = come(db, days=1)
    with pytest.raises(ShowroomError, match="left no contact"), db.write() as session:
        identity.recognise(session, visit, known)
    with pytest.raises(ShowroomError, match="left no contact"), db.write() as session:
        identity.recognise(session, visit, 999)
    with pytest.raises(ShowroomError, match="left no contact"), db.write() as session:
        guests.merge(session, known, make.a_customer(session, "李娜"))
