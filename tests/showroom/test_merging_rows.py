"""Merged and parted: every row of every table comes back, whatever they have."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from showroom import paths
from showroom.errors import ShowroomError
from showroom.guard import consent
from showroom.people import (
    again,
    merging,
    promises,
)
from showroom.people.joining import Side
from showroom.store import journal, models
from showroom.store.models import (
    Customer,
    LossState,
    Promise,
    everything,
)
from showroom.store.opening import open_desk
from tests import builders as make
from tests.builders import NOW, TODAY, later
from tests.showroom.merging_kit import add, merge, undo
from tests.stories import once


@pytest.fixture
def db(db):
    return once(db, make.two_at_work)


# --- whatever they have: every row of every table comes back


@pytest.fixture(scope="module")
def shop(empty_desk: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with what the rows of customers refer to: an event, lists, an own field, a gift."""
    folder = tmp_path_factory.mktemp("merging") / "desk"
    shutil.copytree(empty_desk, folder)
    db = make.stop_clock(open_desk(paths.desk(folder)))
    for name in ("王强", "李娜"):
        with db.write() as session:
            make.a_member(session, name)
    with db.write() as session:
        journal.act(session, "settings")
        for number in (1, 2):
            session.add_all(
                [
                    models.NamedList(name=f"名单{number}", made_at=NOW),
                    models.Event(name=f"店庆{number}", day=TODAY, until=TODAY),
                    models.CustomField(zh=f"栏{number}", en=f"Field {number}", kind="text"),
                    models.Gift(name=f"礼品{number}"),
                    models.ImportBatch(file_name="a.xlsx", sha256="0", at=NOW, counts="{}"),
                ]
            )
    with db.write() as session:
        make.a_model(session)
    for name in ("张伟", "张玮", "李雪晨", "周敏"):
        add(db, name)
    for _one in range(2):
        with db.write() as session:
            make.a_visit(session)
    db.close()
    return folder


SKIPPED = {"id", "erased_at", "left_at", "deal_id", "cancel_reason_id", "cancelled_on", "moment"}
"""Columns that the rules of the file bind to others; the defaults of all of them are right."""


def values(table: Any, column: Any, targets: dict[str, list[int]], number: int) -> Any:
    """Some value of a column, as the program has it."""
    (key,) = column.foreign_keys or (None,)
    if key is not None:
        ids = targets.get(key.column.table.name, [])
        made = st.sampled_from(ids) if ids else st.none()
    else:
        kind = column.type
        made = {
            "Code": lambda: st.sampled_from(list(kind.kind)),
            "Boolean": st.booleans,
            "Integer": lambda: st.integers(1, 9),
            "Money": lambda: st.integers(1, 9),
            "Clock": lambda: st.none() | st.times(),
            "Date": lambda: st.dates(TODAY - timedelta(9), TODAY),
            "Instant": lambda: st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 1)).map(
                lambda at: at.replace(tzinfo=UTC, microsecond=0)
            ),
            "LargeBinary": st.binary,
        }.get(type(kind).__name__, lambda: st.sampled_from(["", "甲", "乙乙", "13800138000"]))()
    if column.unique and key is None:
        return st.just(f"{table.name}-{number}")
    return st.one_of(st.none(), made) if column.nullable else made


@st.composite
def rows(draw: Any, targets: dict[str, list[int]], people: list[int]) -> list[tuple[str, Any]]:
    """Rows of tables that name a customer, each of one of these people."""
    made = []
    tables = [*merging.OWNED, *merging.PAIRED, "referral"]
    names = [name for name in tables for _one in range(draw(st.integers(0, 3)))]
    for number, name in enumerate(names):
        table = everything().metadata.tables[name]
        ids = targets | {"customer": [*people[:2], *people]}
        row = {
            column.name: draw(values(table, column, ids, number))
            for column in table.columns
            if column.name not in SKIPPED
        }
        made.append((name, row))
    return made


FIXES: dict[str, Any] = {
    "visit": lambda row, n: row | {"day": date(2026, 1, 1) + timedelta(n), "number": 100 + n},
    "deal": lambda row, n: (
        row
        | {
            "deposit": 0,
            "delivered_on": None,
            "planned_on": None,
            "price": 9,
        }
    ),
    "card": lambda row, _n: row | {"late_on": row["due_on"]},
    "follow_up": lambda row, _n: row if row["rule"] is not Promise.NEXT else row | {"done_at": NOW},
    "phone": lambda row, n: row | {"number": f"+8613800138{n % 6:03}"},
    "consent": lambda row, _n: (
        row | ({"given_at": NOW, "withdrawn_at": row["withdrawn_at"] and later(days=1)})
    ),
    "vehicle": lambda row, n: row | {"plate": f"{row['plate']}{n % 4}", "km_on": None},
    "invitation": lambda row, n: row | {"ticket": n},
    "spot_check": lambda row, _n: (
        row
        | {
            "quarter_on": date(2026, 10, 1),
            "checked_at": NOW if row["verdict"] else None,
        }
    ),
    "loss": lambda row, _n: (
        row
        | {
            "price": None,
            "decided_at": None if row["state"] is LossState.APPLIED else NOW,
        }
    ),
    "test_drive": lambda row, _n: (
        row | dict.fromkeys(("planned_from", "planned_until", "started_at", "ended_at", "car_id"))
    ),
    "appointment": lambda row, _n: row | {"visit_id": None},
    "different": lambda row, _n: (
        row | dict(zip(("low_id", "high_id"), sorted((row["low_id"], row["high_id"])), strict=True))
    ),
    "likely_pair": lambda row, _n: (
        row
        | {
            "reasons": '["phone"]',
            "score": 60,
            "low_id": min(row["low_id"], row["high_id"]),
            "high_id": max(row["low_id"], row["high_id"]),
        }
    ),
}


@contextmanager
def copied(folder: Path) -> Iterator[Any]:
    with TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as place:
        copy = Path(shutil.copytree(folder, Path(place) / "desk"))
        db = make.stop_clock(open_desk(paths.desk(copy)))
        try:
            yield db
        finally:
            db.close()


def as_the_desk_keeps_it(session: Any, people: list[int]) -> None:
    """What the services see to: first or again, no reminder for who does not want any."""
    for id in people:
        again.reckon(session, id)
    consent.stop(session, now=NOW)
    for id in people:
        promises.resume(session, session.get_one(Customer, id), today=TODAY)


def ids_of_all(db: Any) -> dict[str, list[int]]:
    """The ids of every table."""
    with db.read() as session:
        execute = session.connection().exec_driver_sql
        return {
            table.name: [id for (id,) in execute(f"SELECT id FROM {table.name} ORDER BY id")]
            for table in everything().metadata.sorted_tables
            if "id" in table.columns
        }


def snapshot(db: Any) -> dict[str, list[Any]]:
    """Every row of every table but the journal and the list that each night makes anew."""
    with db.read() as session:
        execute = session.connection().exec_driver_sql
        return {
            table.name: execute(f"SELECT * FROM {table.name} ORDER BY 1").all()
            for table in everything().metadata.sorted_tables
            if table.name not in ("action", "change", "likely_pair")
        }


@pytest.mark.slow
@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(data=st.data())
def test_merge_then_unmerge_restores_every_row_whatever_they_have(shop, data):
    with copied(shop) as db:
        targets = ids_of_all(db)
        people = targets["customer"]
        with db.write() as session:
            journal.act(session, "change_customer")
            for number, (name, row) in enumerate(data.draw(rows(targets, people))):
                row = FIXES.get(name, lambda row, _n: row)(row, number)
                with suppress(IntegrityError), session.begin_nested():  # such a row cannot be
                    session.add(merging.model_of(name)(**row))
            as_the_desk_keeps_it(session, people)
        own, other = people[0], people[1]
        sides = data.draw(
            st.dictionaries(st.sampled_from(merging.FACTS), st.sampled_from([Side.OWN, Side.OTHER]))
        )
        before = snapshot(db)
        try:
            merge(db, other, own, **sides)
        except ShowroomError:
            assert snapshot(db) == before  # a refusal leaves nothing behind
            return
        with db.read() as session:
            execute = session.connection().exec_driver_sql
            assert execute("PRAGMA foreign_key_check").all() == []
            assert session.get(Customer, other) is None
        assert undo(db).kept == []
        assert snapshot(db) == before
