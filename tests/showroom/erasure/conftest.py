"""A desk whose clock stands still, and somebody of whom it knows all there is."""

from __future__ import annotations

import pytest

from showroom.store.db import Database
from tests import builders
from tests.showroom.erasure.kit import known_all_over
from tests.stories import once


@pytest.fixture
def db(db: Database) -> Database:
    return builders.stop_clock(db)


@pytest.fixture
def person(db) -> int:
    return once(db, known_all_over)
