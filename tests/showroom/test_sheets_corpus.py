"""Every trap there is a file of: read right, or refused with a sentence; nothing is written."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from showroom.errors import ShowroomError
from showroom.sheets import notices
from showroom.sheets import plan as planning
from showroom.sheets import read as reading
from showroom.sheets.plan import Outcome
from showroom.store.models import Customer, Visit
from showroom.store.opening import open_desk
from tests.corpus import broken, cells, formats, layouts
from tests.corpus.case import Case

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
CASES = [*formats.cases(), *layouts.cases(), *cells.cases(), *broken.cases()]


@pytest.fixture(scope="module")
def one_desk(empty_desk: Path, tmp_path_factory: pytest.TempPathFactory):
    """A file for all cases: planning writes nothing, which is looked at after each."""
    import shutil

    from showroom import paths

    folder = tmp_path_factory.mktemp("corpus") / "desk"
    shutil.copytree(empty_desk, folder)
    db = open_desk(paths.desk(folder))
    yield db
    db.close()


def plan_of(db, path: Path) -> planning.Plan:
    book = reading.read(path)
    with db.read() as session:
        return planning.plan(session, book, today=TODAY, now=NOW)


def test_there_are_as_many_traps_as_promised():
    assert len(CASES) >= 150
    assert len({case.trap for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_trap(case: Case, one_desk, tmp_path):
    path = tmp_path / case.file
    path.write_bytes(case.made())
    begun = time.monotonic()
    if case.people is None:
        with pytest.raises(ShowroomError) as raised:
            plan_of(one_desk, path)
        sentence = str(raised.value)
        assert case.problem in sentence
        assert case.file in sentence
        assert sentence.rstrip(".").count(".") > 0, "it says what to do"
    else:
        made = plan_of(one_desk, path)
        _look(case, made)
    assert time.monotonic() - begun < reading.SILENCE
    with one_desk.read() as session:
        assert session.scalar(select(func.count(Customer.id))) == 0
        assert session.scalar(select(func.count(Visit.id))) == 0


def _look(case: Case, made: planning.Plan) -> None:
    came = [row.facts for row in made.rows if row.facts is not None]
    people = [(facts["name"], facts["phones"][0] if facts["phones"] else "") for facts in came]
    if case.whole:
        assert people == case.people
    else:
        assert people[: len(case.people)] == case.people
    refused = [row for row in made.rows if row.outcome is Outcome.REFUSED]
    if case.whole:
        assert tuple(row.column for row in refused) == case.refused
    assert all(case.reason in row.reason for row in refused if case.whole)
    for name, value in case.facts.items():
        assert came[0].get(name) == value, name
    told = {one.about for one in notices.notices(made.book)}
    assert case.told <= told
    if case.encoding:
        assert made.book.encoding == case.encoding
