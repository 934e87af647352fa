"""A desk whose clock stands still, and a car."""

from __future__ import annotations

import pytest

from showroom.door import cars
from tests import builders as make
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
