"""The cars of a customer: told by plate or VIN, corrected and never doubled."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from showroom import choices
from showroom.deals import closing
from showroom.door import reception, traits
from showroom.errors import Invalid
from showroom.people import customers, vehicles
from showroom.store import journal
from showroom.store.models import Deal
from tests import builders as make
from tests.builders import NOW, TODAY
from tests.stories import story

VIN = "LSVAA4182E2184847"


@story
def zhang(db):
    make.stop_clock(db)
    with db.write() as session:
        return make.a_customer(session, "张伟", phone="13800138000")


def save(db, customer, car=None, **facts):
    with db.write() as session:
        return vehicles.save(session, customer, car, today=TODAY, **facts).id


def cars(db, customer):
    with db.read() as session:
        return vehicles.cars(session, customer)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" lsvaa4182e2184847 ", VIN),
        ("LSVAA4182-E2184847", VIN),
        ("ＬＳＶＡＡ4182Ｅ2184847", VIN),  # full width
        ("184847", "184847"),  # its end, of an old car
        ("", ""),
    ],
)
def test_a_vin_is_stored_as_one(typed, stored):
    assert vehicles.vin(typed) == stored


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("LSVAA4182O2184847", "no I, O or Q"),
        ("LSVAA41I2E2184847", "no I, O or Q"),
        ("LSVAA4182E21848471", "1 too many"),
        ("12345", "at least the last 6"),
        ("LSVAA4182E218484京", "letters and digits only"),
    ],
)
def test_what_is_no_vin_is_said(typed, said):
    with pytest.raises(Invalid, match=said):
        vehicles.vin(typed)


def test_a_car_is_noted_corrected_and_taken_out_and_all_is_undone(db, zhang):
    id = save(db, zhang, plate="粤b12345", vin=VIN, model="汉 EV", km=32000, services=2)
    (car,) = cars(db, zhang)
    assert (car.plate, car.vin, car.km, car.km_on, car.services) == (
        "粤B12345",
        VIN,
        32000,
        TODAY,
        2,
    )
    save(db, zhang, id, plate="粤B12346")
    (car,) = cars(db, zhang)
    assert (car.plate, car.vin, car.km) == ("粤B12346", VIN, 32000)
    with db.write() as session:
        vehicles.remove(session, id)
    assert cars(db, zhang) == []
    for plate in ("粤B12346", "粤B12345"):
        with db.write() as session:
            journal.undo(session)
        assert cars(db, zhang)[0].plate == plate


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({}, "plate"),
        ({"plate": "粤B1"}, "plate"),
        ({"plate": "粤B12345", "vin": "IOQ"}, "vin"),
        ({"plate": "粤B12345", "plated_on": TODAY + timedelta(days=1)}, "plated_on"),
        ({"plate": "粤B12345", "km": 5, "km_on": date(2027, 1, 1)}, "km_on"),
        ({"plate": "粤B12345", "km": -1}, "km"),
        ({"plate": "粤B12345", "km": 3_000_000}, "km"),
        ({"plate": "粤B12345", "model": "长" * 41}, "model"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(db, zhang, facts, field):
    with pytest.raises(Invalid) as error:
        save(db, zhang, **facts)
    assert list(error.value.problems) == [field]
    assert cars(db, zhang) == []


def test_the_same_car_stands_once(db, zhang):
    save(db, zhang, plate="粤B12345")
    save(db, zhang, vin=VIN)
    for facts in ({"plate": "粤B 12345"}, {"vin": VIN.lower()}):
        with pytest.raises(Invalid, match="in the file already"):
            save(db, zhang, **facts)
    assert len(cars(db, zhang)) == 2


def test_a_mistyped_plate_of_a_visit_leaves_one_car(db, zhang):
    with db.write() as session:
        visit = make.a_visit(session, phone="13800138000")
    for typed in ("粤B12354", "粤B12345"):
        with db.write() as session:
            traits.note_plate(session, visit, typed, now=NOW)
    assert [car.plate for car in cars(db, zhang)] == ["粤B12345"]
    with db.write() as session:
        again = reception.arrive(session, people=1, now=make.later(days=3)).id
        reception.complete(session, again, now=make.later(days=3), phone="13800138000")
    with db.write() as session:  # another day, another car
        traits.note_plate(session, again, "粤B99999", now=make.later(days=3))
    assert [car.plate for car in cars(db, zhang)] == ["粤B12345", "粤B99999"]
    with db.write() as session:  # it was the first one after all
        traits.note_plate(session, again, "粤B12345", now=make.later(days=3))
    assert [car.plate for car in cars(db, zhang)] == ["粤B12345"]


def test_a_plate_that_is_taken_away_leaves_a_car_that_is_known_by_its_vin(db, zhang):
    save(db, zhang, plate="粤B12345", vin=VIN)
    with db.write() as session:
        visit = make.a_visit(session, phone="13800138000")
    with db.write() as session:
        traits.note_plate(session, visit, "", now=NOW)
    (car,) = cars(db, zhang)
    assert (car.plate, car.vin) == ("", VIN)
    with db.read() as session:
        assert traits.more(session, visit).plate == ""
        assert customers.file(session, zhang).known_by == ""


def test_with_the_delivery_the_car_joins_and_undoing_it_takes_it_back(db, zhang):
    with db.write() as session:
        deal = make.a_deal(session, zhang)
    with db.write() as session:
        closing.deliver(session, deal, on=TODAY, vin=VIN.lower(), today=TODAY)
    (car,) = cars(db, zhang)
    assert (car.vin, car.model, car.plate) == (VIN, "汉 EV", "")
    with db.write() as session:
        journal.undo(session)
    assert cars(db, zhang) == []


def test_a_delivery_with_a_vin_that_is_none_says_so(db, zhang):
    with db.write() as session:
        deal = make.a_deal(session, zhang)
    with pytest.raises(Invalid) as error, db.write() as session:
        closing.deliver(session, deal, on=TODAY, vin="OOPS", today=TODAY)
    assert list(error.value.problems) == ["vin"]


def test_a_car_delivered_without_its_vin_is_offered_until_it_stands_there(db, zhang):
    with db.write() as session:
        deal = make.a_deal(session, zhang)
    with db.read() as session:
        assert vehicles.sold(session, zhang) == []
    with db.write() as session:
        closing.deliver(session, deal, on=TODAY, today=TODAY)
    assert cars(db, zhang) == []
    with db.read() as session:
        (sold,) = vehicles.sold(session, zhang)
    assert (sold.model, sold.number, sold.vin) == ("汉 EV", "20261118-01", "")
    save(db, zhang, plate="粤BD12345", model=sold.model)
    with db.read() as session:
        assert vehicles.sold(session, zhang) == []


def test_a_car_that_was_typed_in_the_other_language_is_the_one_that_was_delivered(db, zhang):
    with db.write() as session:
        deal = make.a_deal(session, zhang)
    with db.write() as session:
        choices.change(session, session.get_one(Deal, deal).model_id, zh="汉 EV", en="Han EV")
    with db.write() as session:
        closing.deliver(session, deal, on=TODAY, today=TODAY)
    save(db, zhang, plate="粤BD12345", model="汉 EV")
    with db.read() as session:
        assert vehicles.sold(session, zhang) == []
