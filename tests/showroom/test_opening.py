"""From a folder to an open desk: what is made, what is refused and left alone."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from showroom import choices, paths
from showroom.errors import ShowroomError
from showroom.store import (
    backup,
    copies,
    damage,
    furniture,
    keys,
    migrate,
    opening,
)
from showroom.store.db import Database, connect
from showroom.store.models import ChoiceKind
from showroom.store.opening import open_desk
from tests import builders
from tests.showroom.store_kit import add, names, python


@pytest.fixture
def db(db: Database) -> Database:
    return builders.stop_clock(db)


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
