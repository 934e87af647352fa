"""The file: opened, read, written, encrypted; full, locked, damaged, foreign (DESIGN §4, §8)."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, StatementError

from showroom import choices, paths
from showroom.errors import ShowroomError
from showroom.people import customers, search
from showroom.store import (
    backup,
    check,
    copies,
    damage,
    furniture,
    journal,
    keys,
    migrate,
    opening,
)
from showroom.store import db as store
from showroom.store.db import Database, connect
from showroom.store.models import ChoiceKind, Customer, Deal, Phone, Status, Visit
from showroom.store.opening import open_desk
from tests import builders
from tests.builders import NOW, TODAY

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def db(db: Database) -> Database:
    return builders.stop_clock(db)


def names(db) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(Customer.name).order_by(Customer.id)))


def add(db, name: str = "张伟") -> int:
    with db.write() as session:
        return builders.a_customer(session, name)


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


def test_a_new_desk_has_its_tables_its_key_and_the_usual_lists(tmp_path):
    desk = paths.desk(tmp_path / "new" / "desk")
    db = open_desk(desk)
    with db.read() as session:
        assert len(choices.options(session, ChoiceKind.CHANNEL)) > 5
    db.close()
    assert desk.key.exists()
    found = sorted(path.name for path in desk.data.glob("showroom.db*"))
    assert found == ["showroom.db", "showroom.db-last"]


def test_opening_again_changes_nothing(desk):
    before = desk.database.read_bytes()
    open_desk(desk).close()
    assert desk.database.read_bytes() == before


@pytest.mark.slow
def test_two_starts_at_once_make_one_desk(tmp_path):
    code = (
        "import sys; from pathlib import Path; from showroom import paths;"
        "from showroom.store.opening import open_desk;"
        "print('ready', flush=True); sys.stdin.readline();"
        "open_desk(paths.desk(Path(sys.argv[1]))).close()"
    )
    desk = paths.desk(tmp_path / "desk")
    starts = [python(code, desk.data) for _start in range(3)]
    for start in starts:
        assert start.stdout.readline() == "ready\n"
    for start in starts:
        start.stdin.write("\n")
        start.stdin.flush()
    for start in starts:
        assert start.communicate(timeout=60)[1] == ""
        assert start.returncode == 0
    db = open_desk(desk)
    with db.read() as session:
        codes = [option.code for option in choices.options(session, ChoiceKind.CHANNEL)]
        assert len(codes) == len(set(codes)) > 5
    db.close()


def test_a_desk_that_cannot_be_furnished_is_closed_again(tmp_path, monkeypatch):
    def fail(_session: object) -> None:
        raise ShowroomError("no lists")

    desk = paths.desk(tmp_path / "desk")
    with monkeypatch.context() as patched:
        patched.setattr(furniture, "seed", fail)
        with pytest.raises(ShowroomError, match="no lists"):
            open_desk(desk)
    assert [path.name for path in desk.data.glob("showroom.db*")] == ["showroom.db"]
    db = open_desk(desk)
    with db.read() as session:
        assert choices.options(session, ChoiceKind.CHANNEL)
    db.close()


def test_a_file_of_another_key_is_refused_and_left_alone(desk):
    before = desk.database.read_bytes()
    desk.key.write_text("ab" * 32)
    with pytest.raises(ShowroomError, match="its key is not on this PC"):
        open_desk(desk)
    assert desk.database.read_bytes() == before


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("plain SQLite", "is not encrypted"),
        ("text", "comes from another desk"),
        ("picture", "comes from another desk"),
    ],
)
def test_a_file_of_another_program_is_refused_and_left_alone(desk, kind, said):
    desk.database.unlink()
    if kind == "plain SQLite":
        plain = sqlite3.connect(desk.database)
        plain.execute("CREATE TABLE customer (id INTEGER)")
        plain.commit()
        plain.close()
    else:
        desk.database.write_bytes(("日记\n" * 900).encode() if kind == "text" else b"\x89PNG" * 999)
    before = desk.database.read_bytes()
    with pytest.raises(ShowroomError, match=said):
        open_desk(desk)
    assert desk.database.read_bytes() == before


def test_an_encrypted_file_with_other_tables_is_refused(desk):
    key = keys.key_of(desk, made_already=True)
    desk.database.unlink()
    connection = connect(desk.database, key)
    connection.execute("CREATE TABLE diary (entry TEXT)")
    connection.close()
    with pytest.raises(ShowroomError, match="not made by this program"):
        open_desk(desk)


def test_a_file_of_a_newer_version_is_refused_and_left_alone(desk):
    key = keys.key_of(desk, made_already=True)
    connection = connect(desk.database, key)
    connection.execute("UPDATE alembic_version SET version_num = '0999'")
    connection.close()
    before = desk.database.read_bytes()
    with pytest.raises(ShowroomError, match="made by a newer version"):
        open_desk(desk)
    assert desk.database.read_bytes() == before


def test_an_empty_file_is_a_new_desk(desk):
    desk.database.write_bytes(b"")
    db = open_desk(desk)
    assert add(db) == 1
    db.close()


def test_every_page_is_checked_after_a_crash(desk):
    db = open_desk(desk)
    for _customer in range(30):
        add(db)
    crashed = paths.desk(desk.data.parent / "crashed")
    shutil.copytree(desk.data, crashed.data)  # with the log a running program has open
    db.close()
    open_desk(crashed).close()

    shutil.copytree(desk.data, desk.data.parent / "damaged")
    damaged = paths.desk(desk.data.parent / "damaged")
    content = bytearray(damaged.database.read_bytes())
    content[-2000] ^= 1
    damaged.database.write_bytes(content)
    damaged.database.with_name("showroom.db-wal").write_bytes(b"\0" * 32)
    with pytest.raises(ShowroomError, match="damaged"):
        open_desk(damaged)
    assert damage.pages(damaged.database, keys.key_of(desk, made_already=True))


def test_a_wrong_key_does_not_harm_what_a_crash_left_in_the_log(desk):
    db = open_desk(desk)
    add(db, "尚在日志")
    crashed = paths.desk(desk.data.parent / "crashed")
    shutil.copytree(desk.data, crashed.data)
    db.close()
    right = crashed.key.read_text()
    crashed.key.write_text("cd" * 32)
    with pytest.raises(ShowroomError, match="key is not on this PC"):
        open_desk(crashed)
    crashed.key.write_text(right)
    again = open_desk(crashed)
    assert names(again) == ["尚在日志"]
    again.close()


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


# --- power and disks


def python(code: str, *args: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, args)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from showroom import paths
from showroom.store import journal
from showroom.store.models import Customer, Phone
from showroom.store.opening import open_desk

db = open_desk(paths.desk(Path(sys.argv[1])))
while True:
    with db.write() as session:
        row = Customer(name="客户", created_at=datetime.now(UTC), note="字" * 300)
        journal.act(session, "add_customer", row)
        session.add(row)
        session.flush()
        session.add(Phone(customer_id=row.id, number=f"+86{row.id}"))
    print(row.id, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="there is no kill -9 on this system")
@pytest.mark.parametrize("writes", [1, 40, 137])
def test_what_was_called_saved_is_there_after_a_kill(desk, writes):
    with python(WRITER, desk.data) as writer:
        lines = [writer.stdout.readline() for _write in range(writes)]
        writer.send_signal(signal.SIGKILL)
        rest, errors = writer.stdout.read(), writer.stderr.read()  # also what was read ahead
    assert errors == ""
    acknowledged = [int(line) for line in [*lines, *rest.splitlines()] if line.strip()]
    assert len(acknowledged) >= writes
    db = open_desk(desk)
    with db.read() as session:
        ids = list(session.scalars(select(Customer.id).order_by(Customer.id)))
        phones = set(session.scalars(select(Phone.customer_id)))
        last = journal.last_undoable(session)
        assert set(acknowledged) <= set(ids)
        assert len(ids) - len(acknowledged) in (0, 1)  # saved, and killed before it said so
        assert phones == set(ids)
        assert last is not None
    assert [
        found for found in check.check(db) if found.code in ("damage", "orphans", "index")
    ] == []
    with db.write() as session:
        journal.undo(session)
    db.close()


@contextmanager
def mounted(folder: Path, *options: str):
    """A file system of its own in `folder`; skips where that is not allowed."""
    folder.mkdir(exist_ok=True)
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root may mount a file system")
    made = subprocess.run(["mount", *options, str(folder)], capture_output=True, check=False)
    if made.returncode:
        pytest.skip(f"cannot mount: {made.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_said_and_loses_nothing(desk, tmp_path):
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=4m", "tmpfs") as small:
        folder = shutil.copytree(desk.data, small / "desk")
        db = open_desk(paths.desk(folder))
        (small / "ballast").write_bytes(b"x" * 900_000)
        saved = 0

        def write() -> None:
            with db.write() as session:
                builders.a_customer(session, f"客户{saved}", note="字" * 2000)

        def fill() -> None:
            nonlocal saved
            while True:
                write()
                saved += 1

        with pytest.raises(ShowroomError, match="The disk is full: nothing was saved"):
            fill()
        assert saved > 5
        assert len(names(db)) == saved
        (small / "ballast").unlink()
        add(db, "又能写了")
        db.close()
        db = open_desk(paths.desk(folder))
        assert names(db) == [*(f"客户{number}" for number in range(saved)), "又能写了"]
        assert damage.pages(db.path, db.key) == []
        db.close()


def test_a_disk_too_full_for_a_new_desk_is_said(tmp_path):
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=128k", "tmpfs") as small:
        with pytest.raises(ShowroomError, match="full"):
            open_desk(paths.desk(small / "desk"))
        subprocess.run(["mount", "-o", "remount,size=4m", str(small)], check=True)
        open_desk(paths.desk(small / "desk")).close()


def test_a_folder_that_cannot_be_written_is_said(desk):
    with mounted(desk.data, "--bind", str(desk.data)):
        subprocess.run(["mount", "-o", "remount,ro,bind", str(desk.data)], check=True)
        with pytest.raises(ShowroomError, match="can be written"):
            open_desk(desk)


def test_a_file_that_cannot_be_written_is_said(desk):
    if os.name == "posix" and os.geteuid() == 0:
        locked = subprocess.run(["chattr", "+i", str(desk.database)], check=False)
        if locked.returncode:
            pytest.skip("this file system has no chattr")
    else:
        desk.database.chmod(0o400)
    try:
        with pytest.raises(ShowroomError, match="cannot be written"):
            open_desk(desk)
    finally:
        if os.name == "posix" and os.geteuid() == 0:
            subprocess.run(["chattr", "-i", str(desk.database)], check=True)


# --- check


def spoil(db, *statements: str) -> None:
    """Do what no service would."""
    connection = connect(db.path, db.key, foreign_keys=False)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def found(db) -> dict[str, int]:
    return {problem.code: problem.count for problem in check.check(db)}


@pytest.fixture
def busy(db):
    """A desk with a customer who bought, one who did not, and a party that left."""
    with db.write() as session:
        builders.a_member(session)
        buyer = builders.a_customer(session, "甲")
    with db.write() as session:
        builders.a_deal(session, buyer)
    with db.write() as session:
        builders.a_customer(session, "乙")
    with db.write() as session:
        visit = builders.a_visit(session, name="丙", phone=builders.a_phone())
    with db.write() as session:
        row = session.get_one(Visit, visit)
        journal.act(session, "leave", row)
        row.left_at = NOW
    return db


def test_a_sound_desk_has_no_problem(busy):
    assert check.check(busy) == []


@pytest.mark.parametrize(
    ("code", "statement"),
    [
        ("orphans", "UPDATE phone SET customer_id = 999 WHERE id = 1"),
        ("unknown_words", "UPDATE customer SET level = 'soon' WHERE id = 2"),
        ("index", "DELETE FROM customer_fts WHERE rowid = 2"),
        ("no_next", "DELETE FROM follow_up WHERE customer_id = 2"),
        ("no_phone", "DELETE FROM phone WHERE customer_id = 2"),
        ("bad_phone", "UPDATE phone SET number = '+86 139' WHERE id = 1"),
        (
            "not_joined",
            "INSERT INTO visit (kind, day, number, arrived_at, left_at, people, again, name,"
            " honorific, note) VALUES ('walk_in', '2026-11-18', 9, '2026-11-18 02:00:00.000',"
            " '2026-11-18 03:00:00.000', 1, 0, '', 'none', '');"
            "INSERT INTO ask (visit_id, moment, outcome, at)"
            " VALUES (2, 'gift', 'given', '2026-11-18 02:00:00.000')",
        ),
        (
            "left_open",
            "UPDATE visit SET left_at = NULL, day = '2026-11-17', arrived_at = '2026-11-17'",
        ),
        ("last_visit", "UPDATE customer SET last_visit_on = '2026-01-01' WHERE id = 3"),
        ("no_card", "DELETE FROM card"),
        ("deal_status", "UPDATE customer SET status = 'dormant', level = 'unrated' WHERE id = 1"),
        ("blocked", "UPDATE customer SET do_not_contact = 1 WHERE id = 2"),
    ],
)
def test_each_problem_is_named_and_counted(busy, code, statement):
    spoil(busy, *statement.split(";"))
    problems = {problem.code: problem for problem in check.check(busy)}
    assert problems[code].count == 1
    assert problems[code].sentence
    assert problems[code].repair.endswith(".")
    assert set(problems) <= {code, "no_phone", "no_next", "orphans"}


def test_a_row_that_breaks_a_rule_of_the_file_is_damage(busy):
    spoil(
        busy,
        "PRAGMA ignore_check_constraints = 1",
        "UPDATE deal SET delivered_on = ordered_on, cancelled_on = ordered_on,"
        " cancel_reason_id = 1",
    )
    assert found(busy) == {"damage": 1}


def test_a_file_that_cannot_even_be_opened_is_damage(busy):
    busy.close()
    content = bytearray(busy.path.read_bytes())
    content[100] ^= 1
    busy.path.write_bytes(content)
    assert found(busy) == {"damage": 1}


def test_damage_comes_first_and_alone(busy):
    spoil(busy, "DELETE FROM card")
    busy.close()
    content = bytearray(busy.path.read_bytes())
    content[-1000] ^= 1
    busy.path.write_bytes(content)
    assert list(found(busy)) == ["damage"]


def test_what_can_be_worked_out_is_put_right(busy):
    spoil(
        busy,
        "DELETE FROM customer_fts",
        "INSERT INTO customer_fts (rowid, t) VALUES (77, 'c5f20')",
    )
    spoil(busy, "UPDATE customer SET last_visit_on = '2026-01-01' WHERE id = 3")
    spoil(busy, "UPDATE customer SET contact_on = NULL WHERE id = 2")
    spoil(busy, "INSERT INTO gift (name, unit, prize, stock, active) VALUES ('伞', '', 0, 5, 1)")
    assert found(busy) == {"index": 4, "contact_day": 1, "last_visit": 1, "gift_stock": 1}
    assert set(found(busy)) == check.MENDED - {"blocked"}
    assert check.mend(busy) == 3
    assert found(busy) == {}
    with busy.read() as session:
        assert search.find(session, "乙") == [2]


def test_an_empty_desk_has_nothing_to_put_right(db):
    assert check.mend(db) == 0
    assert check.check(db) == []


def test_money_is_whole_cents_and_moments_know_their_zone(db):
    def close(price: Decimal, now: datetime) -> None:
        with db.write() as session:
            builders.a_deal(session, builders.a_customer(session), price=price, now=now)

    with pytest.raises(StatementError, match="not in whole cents"):
        close(Decimal("0.001"), NOW)
    with pytest.raises(StatementError, match="no time zone"):
        close(Decimal(1), NOW.replace(tzinfo=None))
    close(Decimal("218000.05"), NOW)
    with db.read() as session:
        assert session.scalars(select(Deal.price)).all() == [Decimal("218000.05")]


def test_the_rules_do_not_ask_too_much(busy):
    with busy.write() as session:
        customers.set_status(session, 2, Status.LOST, today=TODAY, why="买了竞品")
    with busy.write() as session:
        deal = session.scalars(select(Deal)).one()
        from showroom.deals import closing

        reason = choices.options(session, ChoiceKind.CANCEL_REASON)[0].id
        closing.cancel(session, deal.id, reason_id=reason, on=TODAY)
    assert check.check(busy) == []


def test_migrate_knows_the_step_of_a_new_file(db):
    connection = connect(db.path, db.key)
    assert migrate.revision(connection) == migrate.HEAD
    connection.close()


def test_a_start_beside_one_that_makes_the_file_and_a_copy_is_no_loss(tmp_path, monkeypatch):
    """The file is not there; a moment later file and copy are, because another start made both."""
    where = paths.desk(tmp_path / "new")
    look = opening._holds_something

    def meanwhile(path: Path) -> bool:
        found = look(path)
        monkeypatch.setattr(opening, "_holds_something", look)
        other = open_desk(where)
        backup.back_up(other.path, other.key, copies.place(where.backups, other.now()))
        other.close()
        return found

    monkeypatch.setattr(opening, "_holds_something", meanwhile)
    open_desk(where).close()
    assert copies.listed(where.backups, "")
