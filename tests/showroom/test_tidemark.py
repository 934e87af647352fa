"""A desk that lost its end says so when it is opened, and only then."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select

import main
from showroom.guard import entries
from showroom.store import backup, tidemark
from showroom.store.models import Action
from showroom.store.opening import open_desk
from tests import builders
from tests.builders import NOW


def write(db, name: str = "张伟") -> None:
    with db.write() as session:
        builders.a_customer(session, name)


def last(db) -> int:
    with db.read() as session:
        return session.scalar(select(func.max(Action.id)))


@pytest.fixture
def db(db):
    return builders.stop_clock(db)


def reopened(desk):
    return builders.stop_clock(open_desk(desk))


def test_every_save_leaves_its_mark(db):
    for _count in range(3):
        write(db)
        assert tidemark.read(db.path) == tidemark.Mark(last(db), NOW)


def test_a_desk_that_is_whole_says_nothing(db, desk):
    write(db)
    db.close()
    again = reopened(desk)
    assert again.lost == ""
    again.close()


def test_a_desk_set_back_to_an_earlier_moment_says_so_once(db, desk, tmp_path):
    write(db)
    db.close()
    shutil.copy(desk.database, tmp_path / "earlier.db")
    again = reopened(desk)
    write(again, "李娜")
    lost = last(again)
    again.close()
    shutil.copy(tmp_path / "earlier.db", desk.database)
    again = reopened(desk)
    assert f"entry {lost} of 2026-11-18" in again.lost
    with again.read() as session:
        (row,) = entries.rows(session, entries.find(session, verb="set_back"))
    assert row.verb == "End was missing"
    assert row.what.startswith(f"{lost} · ")
    again.close()
    again = reopened(desk)
    assert again.lost == ""
    again.close()


def test_a_desk_that_went_on_differently_says_so_too(db, desk, tmp_path):
    """The same number is there, but it is another entry."""
    write(db)
    db.close()
    shutil.copy(desk.database, tmp_path / "earlier.db")
    again = reopened(desk)
    write(again)
    mark = tidemark.read(desk.database)
    again.close()
    shutil.copy(tmp_path / "earlier.db", desk.database)
    again = open_desk(desk)  # by the real clock
    again.close()
    tidemark.leave(desk.database, mark)
    again = reopened(desk)
    assert again.lost
    again.close()


def test_an_unattended_job_says_it_too(db, desk, capsys):
    write(db)
    db.close()
    tidemark.leave(desk.database, tidemark.Mark(99, NOW))
    assert main.main(["--data", str(desk.data), "--language", "en", "find", "张伟"]) == 0
    assert "entry 99 of 2026-11-18" in capsys.readouterr().err
    assert main.main(["--data", str(desk.data), "--language", "en", "find", "张伟"]) == 0
    assert capsys.readouterr().err == ""


def test_restoring_an_older_copy_is_no_loss(db, desk, tmp_path):
    write(db)
    copy = backup.back_up(db.path, db.key, tmp_path / "copy.db")
    write(db)
    backup.restore(db.path, db.key, copy.path, desk.backups, NOW)
    assert tidemark.read(db.path) is None
    db.close()
    again = reopened(desk)
    assert again.lost == ""
    again.close()


@pytest.mark.parametrize(
    "content", [b"", b"12", b"12 2026-11-18 02:30:00.000 00000000", b"\xff" * 60]
)
def test_a_mark_that_is_not_whole_counts_for_nothing(db, content):
    tidemark.beside(db.path).write_bytes(content)
    assert tidemark.read(db.path) is None


def test_a_shorter_mark_leaves_nothing_of_a_longer_one(db):
    tidemark.leave(db.path, tidemark.Mark(123_456, NOW))
    tidemark.leave(db.path, tidemark.Mark(7, NOW))
    assert tidemark.read(db.path) == tidemark.Mark(7, NOW)


def test_a_mark_that_cannot_be_written_stops_no_save(db):
    tidemark.forget(db.path)
    tidemark.beside(db.path).mkdir()
    write(db)
    tidemark.forget(db.path)
    assert tidemark.read(db.path) is None
    tidemark.beside(db.path).rmdir()


def test_folding_empties_the_log(db):
    """A bit that flips in it later takes nothing back."""
    write(db)
    log = db.path.with_name(f"{db.path.name}-wal")
    assert log.stat().st_size > 0
    db.fold()
    assert log.stat().st_size == 0
    write(db, "李娜")
    with db.read() as session:  # while somebody reads, what he reads stays
        session.scalar(select(func.count()).select_from(Action))
        db.fold()
        assert log.stat().st_size > 0


def test_a_mark_that_cannot_be_removed_is_emptied(db, monkeypatch):
    """An older copy was put in the place of the file: the mark must not call that a loss."""
    tidemark.leave(db.path, tidemark.Mark(7, NOW))

    def refuse(*_args: object, **_options: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "unlink", refuse)
    tidemark.forget(db.path)
    assert tidemark.read(db.path) is None
