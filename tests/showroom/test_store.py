"""The file: connections, encryption, reading and writing (DESIGN §4, §8)."""

from __future__ import annotations

import sqlite3
import threading
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, StatementError

from showroom.errors import ShowroomError
from showroom.people import search
from showroom.store import db as store
from showroom.store import (
    journal,
)
from showroom.store.db import Database, connect
from showroom.store.models import Customer, Deal, Phone
from showroom.store.opening import open_desk
from tests import builders
from tests.builders import NOW
from tests.showroom.store_kit import add, names


@pytest.fixture
def db(db: Database) -> Database:
    return builders.stop_clock(db)


# --- opening


def test_every_connection_has_our_pragmas(db):
    with db.read() as one, db.read() as two:
        for session in (one, two):
            connection = session.connection()

            def ask(name: str, connection=connection):
                return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

            assert ask("foreign_keys") == 1
            assert ask("journal_mode") == "wal"
            assert ask("synchronous") == 2
            assert ask("temp_store") == 2
            assert ask("cipher_version")


def test_a_pragma_that_does_not_hold_is_found_at_once(db, monkeypatch):
    monkeypatch.setitem(store.PRAGMAS, "synchronous", 9)  # there is no such thing
    with pytest.raises(RuntimeError, match="synchronous is 1, not 9"):
        connect(db.path, db.key)


def test_a_driver_that_does_not_encrypt_is_an_error(db):
    plain = sqlite3.connect(":memory:")
    with pytest.raises(RuntimeError, match="does not encrypt"):
        store.unlock(plain, db.key)
    plain.close()


def test_a_place_where_no_file_can_be_is_said(db, tmp_path):
    with pytest.raises(ShowroomError, match="cannot be written"):
        connect(tmp_path / "no" / "folder" / "x.db", db.key)


def test_an_error_that_is_ours_is_not_made_a_sentence(db):
    with (
        pytest.raises(store.driver.OperationalError),
        store.speaking(db.path),
        db.read() as session,
    ):
        session.connection().exec_driver_sql("SELECT nonsense FROM nowhere")


def test_a_key_has_32_bytes(db):
    with pytest.raises(ValueError, match="32 bytes"):
        connect(db.path, b"short")


# --- encryption


def test_nothing_can_be_read_in_the_raw_files(desk):
    db = open_desk(desk)
    words = ["欧阳修文", "13987654321", "+8613987654321", "云南省昆明市", "customer_fts"]
    with db.write() as session:
        builders.a_customer(session, words[0], phone=words[1], address=words[3])
    assert names(db) == [words[0]]
    for moment in ("open", "closed"):
        raw = b"".join(path.read_bytes() for path in desk.data.rglob("*") if path.is_file())
        assert len(raw) > 100_000
        for word in words:
            for encoding in ("utf-8", "utf-16-le", "gb18030"):
                assert word.encode(encoding) not in raw, (word, encoding, moment)
        db.close()


# --- reading and writing


def test_what_is_written_is_there_for_the_next_session(db):
    add(db, "张伟")
    assert names(db) == ["张伟"]


def test_a_write_that_fails_leaves_nothing_and_tells_nobody(db):
    told = []
    db.on_change(lambda: told.append(1))
    with pytest.raises(ZeroDivisionError), db.write() as session:
        assert builders.a_customer(session) / 0
    assert names(db) == []
    assert told == []
    with db.read() as session:
        assert search.find(session, "张伟") == []
    add(db)
    assert told == [1]


def test_a_write_that_breaks_a_rule_of_the_file_leaves_nothing(db):
    def write() -> None:
        with db.write() as session:
            builders.a_customer(session)
            session.add(Phone(customer_id=999, number="+861"))

    with pytest.raises(IntegrityError):
        write()
    assert names(db) == []


def test_errors_of_the_file_name_no_person(db):
    def write() -> None:
        with db.write() as session:
            journal.act(session, "change_customer")
            session.add(Phone(customer_id=999, number="+8613900001111"))

    with pytest.raises(IntegrityError) as caught:
        write()
    assert "13900001111" not in str(caught.value)


def test_a_session_for_looking_keeps_nothing(db):
    id = add(db, "张伟")
    with db.read() as session:
        session.get_one(Customer, id).name = "李四"
        session.flush()
    assert names(db) == ["张伟"]
    with db.read() as session:
        session.get_one(Customer, id).name = "李四"
        with pytest.raises(RuntimeError, match=r"use db\.write"):
            session.commit()
    assert names(db) == ["张伟"]


def test_listeners_hear_of_a_write_after_it_on_the_thread_that_wrote(db):
    heard: list[tuple[int, list[str]]] = []
    db.on_change(lambda: heard.append((threading.get_ident(), names(db))))
    db.on_change(lambda: heard.append((0, [])))
    worker = threading.Thread(target=add, args=(db, "王五"))
    worker.start()
    worker.join()
    assert heard == [(worker.ident, ["王五"]), (0, [])]
    db.close()
    db.tell()
    assert len(heard) == 2


def test_a_reader_sees_the_moment_it_began(db):
    add(db, "一")
    with db.read() as reader:
        assert reader.scalar(select(func.count()).select_from(Customer)) == 1
        add(db, "二")
        assert reader.scalar(select(func.count()).select_from(Customer)) == 1
    assert names(db) == ["一", "二"]


def test_two_threads_write_one_after_the_other(db):
    id = add(db)

    def count() -> None:
        for _turn in range(20):
            with db.write() as session:
                row = session.get_one(Customer, id)
                journal.act(session, "change_customer", row)
                row.note = str(int(row.note or 0) + 1)

    threads = [threading.Thread(target=count) for _thread in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.read() as session:
        assert session.get_one(Customer, id).note == "60"


def test_two_databases_on_one_file_see_each_other(db):
    other = Database(db.path, db.key)
    add(db, "一")
    assert names(other) == ["一"]
    add(other, "二")
    assert names(db) == ["一", "二"]
    other.close()


def test_a_file_that_another_program_holds_is_said(db, monkeypatch):
    monkeypatch.setattr(store, "BUSY_MS", 30)
    holder = connect(db.path, db.key)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(ShowroomError, match="Another program is using"):
        add(db)
    holder.execute("ROLLBACK")
    holder.close()
    add(db)
    assert names(db) == ["张伟"]


def test_a_new_file_that_another_start_is_making_is_waited_for(tmp_path, monkeypatch):
    path, key = tmp_path / "new.db", b"\1" * 32
    holder = store.driver.connect(path, isolation_level=None, check_same_thread=False)
    store.unlock(holder, key)
    holder.execute("BEGIN EXCLUSIVE")
    holder.execute("CREATE TABLE x (y)")
    with monkeypatch.context() as patched:
        patched.setattr(store, "BUSY_MS", 30)
        with pytest.raises(ShowroomError, match="Another program is using"):
            connect(path, key)
    release = threading.Timer(0.1, lambda: holder.execute("COMMIT"))
    release.start()
    connect(path, key).close()
    release.join()
    holder.close()


def test_the_business_day_is_that_of_the_local_clock(db):
    assert db.now() == NOW
    assert db.today() == NOW.astimezone().date()
    db.clock = lambda: NOW + timedelta(days=1)
    assert db.today() == NOW.astimezone().date() + timedelta(days=1)


def test_money_is_whole_cents_and_moments_know_their_zone(db):
    def close(price: Decimal, now: datetime) -> None:
        with db.write() as session:
            builders.a_deal(session, builders.a_customer(session), price=price, now=now)

    with pytest.raises(StatementError, match="not in whole cents"):
        close(Decimal("218000.001"), NOW)
    with pytest.raises(StatementError, match="no time zone"):
        close(Decimal(218000), NOW.replace(tzinfo=None))
    close(Decimal("218000.05"), NOW)
    with db.read() as session:
        assert session.scalars(select(Deal.price)).all() == [Decimal("218000.05")]
