"""A file of the corpus is read and planned as the desk does it, and held against its case."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from showroom.errors import ShowroomError
from showroom.sheets import notices
from showroom.sheets import plan as planning
from showroom.sheets import read as reading
from showroom.sheets.plan import Outcome
from showroom.store.models import Customer, Visit
from tests.corpus.case import Case

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)


def plan_of(db: Any, path: Path) -> planning.Plan:
    book = reading.read(path)
    with db.read() as session:
        return planning.plan(session, book, today=TODAY, now=NOW)


def judge(case: Case, db: Any, tmp_path: Path) -> None:
    """Write the file, read it, and look at what becomes of it; nothing is on file after it."""
    path = tmp_path / case.file
    path.write_bytes(case.made())
    begun = time.monotonic()
    if case.people is None:
        with pytest.raises(ShowroomError) as raised:
            plan_of(db, path)
        sentence = str(raised.value)
        assert case.problem in sentence
        assert case.file in sentence
        assert sentence.rstrip(".").count(".") > 0, "it says what to do"
    else:
        made = plan_of(db, path)
        _look(case, made)
    assert time.monotonic() - begun < reading.SILENCE
    with db.read() as session:
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
