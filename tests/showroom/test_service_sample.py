"""The service sample: what falls out at each step, and its share computed right (DOMAIN §6)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from showroom.errors import Cancelled, Invalid
from showroom.people import service_sample
from showroom.people.service_sample import Car, Lacks, Limits, Sample
from showroom.progress import Progress
from showroom.settings import Settings
from showroom.store import journal, models
from tests import builders as make
from tests.showroom.test_classes import errand
from tests.stories import story

TODAY = make.TODAY
LIMITS = Limits(5, 500, 7, 4)
OLD = date(2025, 11, 18)


@story
def owner(db: Any) -> Any:
    make.stop_clock(db)
    with db.write() as session:
        make.a_member(session)
        id = make.a_customer(session)
    return db, id


def cars(db: Any, owner: int, *facts: dict[str, Any]) -> None:
    usual = {"plated_on": OLD, "km": 36500, "km_on": TODAY, "services": 4}
    with db.write() as session:
        journal.act(session, "vehicle")
        for number, own in enumerate(facts):
            plate = f"京A{number:05}"
            session.add(models.Vehicle(customer_id=owner, **({"plate": plate} | usual | own)))


def drawn(db: Any, limits: Limits = LIMITS) -> Sample:
    with db.read() as session:
        return service_sample.draw(session, limits, today=TODAY)


def test_each_step_says_how_many_are_left(owner: Any) -> None:
    db, id = owner
    cars(
        db,
        id,
        {},
        {"services": 3},
        {"plated_on": date(2026, 4, 19), "km": 5000},  # a day less than seven months
        {"plated_on": date(2026, 4, 18), "km": 5000},
        {"km": 365 * 5 - 1},
        {"km": 365 * 500 + 1},
        {"km": 365 * 500},
        {"plated_on": None},
        {"km": None},
        {"km_on": None},
        {"plated_on": TODAY + timedelta(days=1), "km_on": TODAY + timedelta(days=9)},
        {"km_on": TODAY + timedelta(days=1)},
        {"km_on": OLD},
    )
    found = drawn(db)
    assert found.lacks == {Lacks.PLATE_DAY: 1, Lacks.KM: 2, Lacks.WRONG: 3}
    assert (found.files, found.judged, found.daily, found.aged) == (13, 7, 5, 4)
    assert [car.plate for car in found.cars] == ["京A00000", "京A00003", "京A00006"]
    assert found.cars[0] == Car(1, id, "京A00000", "", 100.0, OLD, 4)
    assert found.share == pytest.approx(3 / 13)
    assert found.busy_share == pytest.approx(1 / 3)


def test_the_share_of_the_seed_is_not_what_it_prints() -> None:
    kept = [Car(id, id, "", "", 100.0, OLD, 4) for id in range(4714)]
    found = Sample(LIMITS, 7882, dict.fromkeys(Lacks, 0), 7882, 7000, 6000, kept)
    assert found.share is not None
    assert f"{found.share:.1%}" == "59.8%"


def test_without_cars_there_is_no_share(owner: Any) -> None:
    found = drawn(owner[0])
    assert (found.files, found.cars, found.share, found.busy_share) == (0, [], None, None)


def test_the_desk_counts_where_it_is_the_only_car(owner: Any) -> None:
    db, id = owner
    cars(db, id, {"services": 0})
    with db.write() as session:
        for days in range(4):
            errand(session, id, days)
    assert [car.services for car in drawn(db).cars] == [4]
    cars(db, id, {"services": 5, "plate": "京B10001"})  # whose visits were they?
    assert [car.plate for car in drawn(db).cars] == ["京B10001"]


def test_the_limits_are_the_shops_own(owner: Any) -> None:
    db, id = owner
    shop = Settings(sample_km_least=50, sample_km_most=150, sample_months=1, sample_services=0)
    limits = service_sample.limits(shop)
    assert limits == Limits(50, 150, 1, 0)
    cars(db, id, {"services": 0}, {"km": 365 * 40})
    assert len(drawn(db, limits).cars) == 1


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        (Limits(500, 5, 7, 4), "km_most"),
        (Limits(5, 5, 7, 4), "km_most"),
        (Limits(-1, 5, 7, 4), "km_least"),
        (Limits(5, 500, 601, 4), "months"),
        (Limits(5, 500, 7, 100), "services"),
    ],
)
def test_limits_that_cannot_be_are_refused(owner: Any, limits: Limits, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        drawn(owner[0], limits)
    assert list(refused.value.problems) == [field]


def test_the_drawing_can_be_stopped(owner: Any) -> None:
    db, id = owner
    cars(db, id, {})
    progress = Progress()
    progress.cancel()
    with db.read() as session, pytest.raises(Cancelled):
        service_sample.draw(session, LIMITS, today=TODAY, progress=progress)
