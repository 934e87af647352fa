"""Whole copies: proved before they count, never over a good one, and put back in one piece."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading

import pytest
from sqlalchemy import select

from showroom import paths
from showroom.errors import Cancelled, ShowroomError
from showroom.people import customers
from showroom.progress import Progress
from showroom.store import backup, check, copies, journal
from showroom.store.db import Database, connect
from showroom.store.models import Customer
from showroom.store.opening import open_desk
from tests import builders
from tests.builders import NOW
from tests.showroom.test_power import mounted


@pytest.fixture
def db(db: Database) -> Database:
    return builders.stop_clock(db)


def add(db, name: str = "张伟") -> int:
    with db.write() as session:
        return builders.a_customer(session, name)


def names(db) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(Customer.name).order_by(Customer.id)))


def names_in(path, key) -> list[str]:
    copy = Database(path, key)
    try:
        return names(copy)
    finally:
        copy.close()


def back_up(db, target) -> backup.Copy:
    return backup.back_up(db.path, db.key, target)


def restore(db, source, desk) -> backup.Copy | None:
    return backup.restore(db.path, db.key, source, desk.backups, NOW)


# --- copying


def test_a_copy_holds_what_was_written_a_moment_ago(db, tmp_path):
    add(db)
    shutil.copy(db.path, tmp_path / "shutil.db")
    copy = back_up(db, tmp_path / "copy.db")
    assert copy.path == tmp_path / "copy.db"
    assert copy.rows["customer"] == 1
    assert copy.rows["choice"] > 5
    assert names_in(copy.path, db.key) == ["张伟"]
    assert names_in(tmp_path / "shutil.db", db.key) == []  # why we do not copy by hand


def test_a_copy_is_one_file_as_secret_as_the_desk(db, tmp_path):
    with db.write() as session:
        builders.a_customer(session, "欧阳修文", phone="13987654321")
    folder = tmp_path / "copies"
    copy = back_up(db, folder / "copy.db")
    assert [path.name for path in folder.iterdir()] == ["copy.db"]
    raw = copy.path.read_bytes()
    assert "欧阳修文".encode() not in raw
    assert b"13987654321" not in raw
    with pytest.raises(ShowroomError, match="key is not on this PC"):
        connect(copy.path, b"\1" * 32)


def test_a_copy_never_overwrites(db, tmp_path):
    (tmp_path / "letter.docx").write_text("wichtig")
    with pytest.raises(ShowroomError, match="exists already"):
        back_up(db, tmp_path / "letter.docx")
    with pytest.raises(ShowroomError, match="exists already"):
        back_up(db, db.path)
    assert (tmp_path / "letter.docx").read_text() == "wichtig"


def test_there_must_be_something_to_copy(db, tmp_path):
    with pytest.raises(ShowroomError, match="no data"):
        backup.back_up(tmp_path / "none.db", db.key, tmp_path / "copy.db")
    assert not (tmp_path / "none.db").exists()


def test_a_damaged_file_makes_no_copy(db, tmp_path):
    for _customer in range(60):
        add(db)
    db.close()
    content = bytearray(db.path.read_bytes())
    content[len(content) // 2] ^= 1
    db.path.write_bytes(content)
    with pytest.raises(ShowroomError, match=r"showroom\.db is damaged"):
        back_up(db, tmp_path / "copy.db")
    assert not list(tmp_path.glob("*copy.db*"))


def test_a_copy_that_is_not_whole_is_thrown_away(db, tmp_path, monkeypatch):
    honest = backup.count
    seen = []

    def count(connection):
        seen.append(1)
        found = honest(connection)
        return found if len(seen) == 1 else found | {"customer": 99}

    monkeypatch.setattr(backup, "count", count)
    with pytest.raises(ShowroomError, match="not whole"):
        back_up(db, tmp_path / "copy.db")
    assert not list(tmp_path.glob("*copy.db*"))


def test_a_copy_may_be_cancelled_and_leaves_nothing(db, tmp_path):
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        backup.back_up(db.path, db.key, tmp_path / "copy.db", progress)
    assert not list(tmp_path.glob("*copy.db*"))


def test_a_copy_tells_how_far_it_is(db, tmp_path):
    told = []
    backup.back_up(db.path, db.key, tmp_path / "copy.db", Progress(lambda *step: told.append(step)))
    assert told[-1][0] == told[-1][1] > 10


def test_the_desk_goes_on_while_it_is_copied(db, tmp_path):
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            add(db)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        copies = [back_up(db, tmp_path / f"{number}.db") for number in range(5)]
    finally:
        stop.set()
        worker.join()
    for copy in copies:
        assert len(names_in(copy.path, db.key)) == copy.rows["customer"] == copy.rows["phone"]


def test_a_full_disk_leaves_the_copies_that_are_there(db, tmp_path):
    for number in range(30):
        with db.write() as session:
            builders.a_customer(session, str(number), note="字" * 3000)
    with mounted(tmp_path / "stick", "-t", "tmpfs", "-o", "size=2400k", "tmpfs") as stick:
        first = back_up(db, stick / "first.db")

        def fill() -> None:
            for number in range(9):
                back_up(db, stick / f"{number}.db")

        with pytest.raises(ShowroomError, match="disk is full") as caught:
            fill()
        assert str(stick) in str(caught.value)
        assert len(names_in(first.path, db.key)) == 30
        assert not list(stick.glob(".*"))


def test_a_folder_that_cannot_be_written_is_said(db, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ShowroomError, match="cannot be written"):
        back_up(db, tmp_path / "file" / "copy.db")


# --- putting back


def test_a_restore_brings_back_what_the_copy_holds(db, desk, tmp_path):
    id = add(db, "张伟")
    copy = back_up(db, tmp_path / "copy.db")
    add(db, "李四")
    with db.write() as session:
        customers.change(session, id, name="王五")
    kept = restore(db, copy.path, desk)
    assert names(db) == ["张伟"]  # also for those who have it open
    assert kept is not None
    assert names_in(kept.path, db.key) == ["王五", "李四"]
    assert copies.listed(desk.backups, "before") == [kept.path]
    assert check.check(db) == []
    assert add(db, "下一位") == id + 1
    with db.write() as session:
        journal.undo(session)
    db.close()
    again = open_desk(desk)
    assert names(again) == ["张伟"]
    again.close()


def test_a_restore_on_a_new_pc_needs_the_key_and_the_copy(db, desk, tmp_path):
    add(db)
    copy = back_up(db, tmp_path / "copy.db")
    fresh = paths.desk(tmp_path / "fresh")
    fresh.config.mkdir()
    shutil.copy(desk.key, fresh.key)
    fresh.database.with_name("showroom.db-wal").write_bytes(b"of a file that is gone")
    assert backup.restore(fresh.database, db.key, copy.path, fresh.backups, NOW) is None
    opened = open_desk(fresh)
    assert names(opened) == ["张伟"]
    opened.close()


def test_a_copy_can_be_restored_from_a_disk_that_is_read_only(db, desk, tmp_path):
    add(db)
    with mounted(tmp_path / "stick", "-t", "tmpfs", "-o", "size=4m", "tmpfs") as stick:
        copy = back_up(db, stick / "copy.db")
        add(db, "李四")
        subprocess.run(["mount", "-o", "remount,ro", str(stick)], check=True)
        restore(db, copy.path, desk)
        assert names(db) == ["张伟"]


def test_the_file_of_another_desk_that_is_running_is_taken_with_its_log(db, desk, tmp_path):
    other = Database(shutil.copy(db.path, tmp_path / "other.db"), db.key)
    add(other, "隔壁")
    restore(db, other.path, desk)
    assert names(db) == ["隔壁"]
    other.close()


def test_what_is_no_copy_is_refused_and_nothing_changes(db, desk, tmp_path):
    add(db)
    good = back_up(db, tmp_path / "good.db")
    newer = shutil.copy(good.path, tmp_path / "newer.db")
    connection = connect(newer, db.key)
    connection.execute("UPDATE alembic_version SET version_num = '0999'")
    connection.close()
    foreign = tmp_path / "foreign.db"
    connection = connect(foreign, db.key)
    connection.execute("CREATE TABLE diary (entry TEXT)")
    connection.close()
    empty = tmp_path / "empty.db"
    connect(empty, db.key).close()
    zero = tmp_path / "zero.db"
    zero.touch()
    text = tmp_path / "text.db"
    text.write_text("日记" * 5000)
    broken = tmp_path / "broken.db"
    content = bytearray(good.path.read_bytes())
    content[-3000] ^= 1
    broken.write_bytes(content)
    add(db, "李四")
    for path, why in (
        (newer, "newer version"),
        (foreign, "not made by this program"),
        (empty, "no data of a desk"),
        (zero, "no data of a desk"),
        (text, "not a data file"),
        (broken, "broken.db is damaged"),
        (tmp_path / "none.db", "There is no file"),
        (tmp_path, "There is no file"),
    ):
        with pytest.raises(ShowroomError, match=why):
            restore(db, path, desk)
        assert names(db) == ["张伟", "李四"]
    assert not list(db.path.parent.glob(".*"))
    assert copies.listed(desk.backups, "before") == []


def test_a_damaged_desk_is_moved_aside_and_restored(db, desk, tmp_path):
    for _customer in range(60):
        add(db)
    copy = back_up(db, tmp_path / "copy.db")
    db.close()
    content = bytearray(db.path.read_bytes())
    content[len(content) // 2] ^= 1
    db.path.write_bytes(content)
    kept = restore(db, copy.path, desk)
    assert kept is not None
    assert kept.rows == {}
    assert kept.path.read_bytes() == bytes(content)
    opened = open_desk(desk)
    assert len(names(opened)) == 60
    opened.close()


def test_a_restore_that_finds_no_room_changes_nothing(db, tmp_path):
    add(db)
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=1m", "tmpfs") as small:
        desk = paths.desk(shutil.copytree(db.path.parent, small / "desk"))
        tight = Database(desk.database, db.key)
        copy = back_up(tight, tmp_path / "copy.db")
        add(tight, "李四")
        (small / "ballast").write_bytes(b"x" * (os.statvfs(small).f_bavail * 4096 - 40_000))
        with pytest.raises(ShowroomError, match="disk is full"):
            backup.restore(tight.path, db.key, copy.path, desk.backups, NOW)
        assert names(tight) == ["张伟", "李四"]
        assert not list(desk.data.glob(".*"))
        tight.close()


def test_the_present_data_is_kept_before_it_is_replaced(db, desk, tmp_path):
    copy = back_up(db, tmp_path / "copy.db")
    desk.backups.rmdir()
    desk.backups.write_text("a file where the folder should be")
    add(db)
    with pytest.raises(ShowroomError, match="cannot be written"):
        restore(db, copy.path, desk)
    assert names(db) == ["张伟"]
