"""The party that never came: nothing is left of it, and the first one needs nothing any more."""

from __future__ import annotations

import threading

from sqlalchemy import event, func, select, text

from showroom.door import cars, rehearsal
from showroom.store import models
from showroom.store.models import Action, Setting
from tests import builders as make

PARTY = ("visit", "ask", "customer", "phone", "consent", "test_drive", "action", "change")


def kept(db):
    """How many rows each table has, and what SQLite counts on from."""
    with db.read() as session:
        counts = {
            table.name: session.scalar(select(func.count()).select_from(table))
            for table in models.everything().metadata.sorted_tables
        }
        return counts, dict(session.execute(text("SELECT name, seq FROM sqlite_sequence")).all())


def shop(db):
    make.stop_clock(db)
    with db.write() as session:
        make.a_member(session)
    with db.write() as session:
        cars.add(session, plate="京A00001", km=1200)
    with db.write() as session:
        make.a_visit(session, name="张伟", phone="13800138000")


def test_nothing_is_kept_of_the_party_and_nobody_is_told(db):
    shop(db)
    before, saved, told = kept(db), db.saved_at, db.told
    rehearsal.rehearse(db)
    assert kept(db) == before
    assert (db.saved_at, db.told) == (saved, told)
    assert set(PARTY) <= before[0].keys()


def test_every_step_is_played(db):
    shop(db)
    written = set()

    @event.listens_for(db.engine, "before_cursor_execute")
    def _note(_connection, _cursor, statement, *_rest):
        words = statement.split()
        if words[0] in ("INSERT", "UPDATE"):
            written.add(words[2] if words[0] == "INSERT" else words[1])

    rehearsal.rehearse(db)
    assert {*PARTY, "draft", "key_move", "turn"} <= {name.strip('"') for name in written}


def test_what_was_rehearsed_is_compiled(db):
    shop(db)
    rehearsal.rehearse(db)
    compiled = []

    @event.listens_for(db.engine, "before_cursor_execute")
    def _note(_connection, _cursor, statement, _values, context, _many):
        if context is not None and context.cache_hit.name == "CACHE_MISS":
            compiled.append(statement)

    with db.write() as session:
        make.a_visit(session)
    assert compiled == []


def test_a_desk_where_nothing_may_be_done_is_rehearsed_in_silence(db):
    rehearsal.rehearse(db)  # nobody works here, no car
    with db.read() as session:
        assert session.scalar(select(func.count(models.Visit.id))) == 0


def test_who_saves_meanwhile_loses_nothing(db):
    shop(db)
    worker = threading.Thread(target=lambda: rehearsal.rehearse(db))
    worker.start()
    made = []
    while worker.is_alive():
        with db.write() as session:
            made.append(make.a_visit(session))
    worker.join()
    with db.read() as session:
        found = session.scalars(select(models.Visit.id)).all()
        assert set(made) <= set(found)
        assert session.scalar(select(func.count(Action.id)).where(Action.verb == "undo")) == 0
        assert session.scalar(select(func.count(Setting.id))) is not None
