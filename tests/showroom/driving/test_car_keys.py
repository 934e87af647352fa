"""The keys of the demo cars: every key is with somebody, every kilometre has a name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from showroom.door import cars
from showroom.errors import Invalid, ShowroomError
from tests.builders import NOW, TODAY, later
from tests.showroom.driving.kit import (
    arrive,
    at,
    begin,
    sentence,
)

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
