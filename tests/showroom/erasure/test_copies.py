"""Erased, and the copies: none from before brings him back, on this PC or another."""

from __future__ import annotations

import shutil

import pytest
from sqlalchemy import select

from showroom import paths
from showroom.errors import ShowroomError
from showroom.guard import erasure
from showroom.sheets import history
from showroom.store import (
    backup,
    journal,
    keeping,
    recovery,
    restoring,
    tombs,
)
from showroom.store.db import Database, connect
from showroom.store.models import (
    Action,
    Erased,
)
from showroom.store.opening import open_desk
from tests import builders
from tests.builders import NOW, later
from tests.showroom.erasure.kit import (
    NAME,
    PHONE,
    SECRETS,
    erase,
    everything,
    found,
    take_in,
    verdict,
)

# --- copies


def restore(db: Database, copy) -> None:
    restoring.restore(db.path, db.key, copy, db.backups, NOW, settle=erasure.settle)
    db.engine.dispose()


def test_a_copy_from_before_does_not_bring_him_back(db, person, tmp_path):
    copy = backup.back_up(db.path, db.key, tmp_path / "copy.db").path
    erase(db, person)
    seen = restoring.look(copy, db.key, db.path, db.key)
    assert seen.erasures == 1
    restore(db, copy)
    after = everything(db)
    for secret in SECRETS:
        assert secret not in after
    assert found(db, NAME) == []
    assert found(db, "李娜") != []
    said = verdict(db)
    assert said.ok
    assert said.emptied
    with db.read() as session:
        last = session.scalars(select(Action).order_by(Action.id.desc()).limit(1)).one()
        tombstones = session.scalars(select(Erased)).all()
    assert (last.verb, last.what) == ("erase", "once more, after a restore: 1 person")
    assert len(tombstones) == 1
    assert restoring.look(copy, db.key, db.path, db.key).erasures == 1  # the copy is what it was
    newer = backup.back_up(db.path, db.key, tmp_path / "newer.db").path
    assert restoring.look(newer, db.key, db.path, db.key).erasures == 0


def test_the_file_beside_the_copies_is_enough_on_a_new_pc(db, desk, person, tmp_path):
    copy = backup.back_up(db.path, db.key, db.backups / "desk-20261118T023000Z.db").path
    erase(db, person)
    beside = tombs.beside(db.backups)
    text = beside.read_text("ascii")
    assert not any(secret in text for secret in SECRETS)
    stick = tmp_path / "stick"
    stick.mkdir()
    shutil.copy(copy, stick)
    shutil.copy(beside, stick)
    fresh = paths.desk(tmp_path / "fresh")
    paths.prepare(fresh)
    shutil.copy(desk.key, fresh.key)
    restoring.restore_desk(fresh, stick / copy.name, NOW, str, settle=erasure.settle)
    opened = open_desk(fresh)
    assert not any(secret in everything(opened) for secret in SECRETS)
    assert verdict(opened).ok
    opened.close()


def test_a_desk_with_another_key_knows_them_after_its_restore(db, person, tmp_path):
    """The digests were made with the key of the desk the copy comes from."""
    code = recovery.new_code()
    recovery.write(recovery.beside(db.path), db.key, code, NOW)
    old = backup.back_up(db.path, db.key, tmp_path / "old.db").path
    erase(db, person)
    new = backup.back_up(db.path, db.key, tmp_path / "new.db").path
    other = builders.stop_clock(open_desk(paths.desk(tmp_path / "other")))
    for copy in (new, old):
        restoring.restore(
            other.path, other.key, copy, other.backups, NOW, code=code, settle=erasure.settle
        )
        other.engine.dispose()
        assert not any(secret in everything(other) for secret in SECRETS)
        assert verdict(other).ok
    other.close()


def test_a_restored_file_remembers_those_it_never_knew(db, tmp_path):
    with db.write() as session:
        builders.a_customer(session, "李娜")
    first = backup.back_up(db.path, db.key, tmp_path / "first.db").path
    with db.write() as session:
        id = builders.a_customer(session, NAME)
    second = backup.back_up(db.path, db.key, tmp_path / "second.db").path
    erase(db, id)
    restore(db, first)
    tombs.beside(db.backups).unlink()
    restore(db, second)
    assert found(db, NAME) == []
    assert NAME not in everything(db)


def test_the_secret_of_another_desk_is_remembered(db, person, tmp_path):
    """Its digests lie in this file now, and a copy of this one may hold the same person."""
    code = recovery.new_code()
    recovery.write(recovery.beside(db.path), db.key, code, NOW)
    old = backup.back_up(db.path, db.key, tmp_path / "old.db").path
    erase(db, person)
    (tmp_path / "later").mkdir()
    new = backup.back_up(db.path, db.key, tmp_path / "later" / "new.db").path
    other = builders.stop_clock(open_desk(paths.desk(tmp_path / "other")))

    def put_back(copy) -> None:
        restoring.restore(
            other.path, other.key, copy, other.backups, NOW, code=code, settle=erasure.settle
        )
        other.engine.dispose()

    put_back(old)
    assert NAME in everything(other)  # nobody has told this desk yet
    own = backup.back_up(other.path, other.key, tmp_path / "own.db").path
    put_back(new)
    put_back(own)
    assert NAME not in everything(other)
    assert verdict(other).ok
    other.close()


def test_a_file_that_was_called_after_him_is_forgotten_too(db, tmp_path):
    path = tmp_path / f"{NAME}.csv"
    path.write_text("姓名,手机\n李娜,13633334444\n", "utf-8-sig")
    take_in(db, path)
    with db.write() as session:
        id = builders.a_customer(session, NAME)
    erase(db, id)
    assert NAME not in everything(db)
    with db.read() as session:
        (batch,) = history.batches(session)
    assert (batch.file_name, batch.new) == ("", 1)
    with db.write() as session:
        journal.undo(session, batch.action_id)
    with db.read() as session:
        (batch,) = history.batches(session)
    assert batch.undone


def test_without_the_step_he_would_be_back(db, person, tmp_path):
    copy = backup.back_up(db.path, db.key, tmp_path / "copy.db").path
    erase(db, person)
    restoring.restore(db.path, db.key, copy, db.backups, NOW)
    db.engine.dispose()
    assert NAME in everything(db)


def test_an_earlier_life_with_his_number_goes_too_but_no_later_one(db, tmp_path):
    """He was taken back and entered again: the copy knows him by another id."""
    with db.write() as session:
        builders.a_customer(session, NAME, phone=PHONE)
    copy = backup.back_up(db.path, db.key, tmp_path / "copy.db").path
    with db.write() as session:
        journal.undo(session)
    db.clock = lambda: later(hours=1)
    with db.write() as session:
        again = builders.a_customer(session, NAME, phone=PHONE)
    db.clock = lambda: later(hours=2)
    erase(db, again)
    assert restoring.look(copy, db.key, db.path, db.key).erasures == 1
    db.clock = lambda: later(hours=3)
    with db.write() as session:
        back = builders.a_customer(session, NAME, phone=PHONE)  # he came again, and agreed again
    newest = backup.back_up(db.path, db.key, tmp_path / "newest.db").path
    restore(db, copy)
    assert found(db, PHONE) == []
    restore(db, newest)
    assert found(db, PHONE) == [back]


def test_a_copy_with_older_tables_and_a_thinned_trail_knows_him_by_his_number(db, tmp_path):
    """Its journal may say no more when he came into the file: his own date counts then."""
    with db.write() as session:
        builders.a_customer(session, NAME, phone=PHONE)
    connection = connect(db.path, db.key, foreign_keys=False)
    connection.execute("DELETE FROM change")
    connection.execute("DROP INDEX ix_customer_last_visit_on")
    connection.execute("ALTER TABLE customer DROP COLUMN erased_at")
    connection.execute("DROP TABLE erased")
    digest = tombs.digester(tombs.secret(db.key))
    tomb = tombs.Tomb("2026-11-19 00:00:00.000", "?", (digest(tombs.phone("+86" + PHONE)),))
    before = tomb._replace(at="2026-11-01 00:00:00.000")
    secrets = (tombs.secret(db.key),)
    assert tombs.held(connection) == set()
    assert tombs.found(connection, tombs.Graves(frozenset({tomb}), secrets)) == {1: tomb.at}
    assert tombs.found(connection, tombs.Graves(frozenset({before}), secrets)) == {}
    connection.close()


def test_copies_carry_the_digests_to_the_second_folder(db, person, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    erase(db, person)
    tombs.beside(db.backups).unlink()  # killed before it was written
    keeping.keep_safe(db.path, db.key, db.backups, NOW, second=stick)
    assert tombs.read(db.backups) == tombs.read(stick) == tombs.of_file(db.path, db.key)
    assert len(tombs.read(stick)) == 1
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tombs, "FILE", "other.txt")
        assert tombs.read(stick) == set()
    tombs.beside(stick).write_text("rubbish\n2026 x y\n", "ascii")
    assert len(tombs.read(stick)) == 1  # what is no digest of ours fits nobody


def test_data_that_does_not_open_leaves_the_file_beside_it(db, person, tmp_path):
    copy = backup.back_up(db.path, db.key, db.backups / "desk-20261118T023000Z.db").path
    erase(db, person)
    db.close()
    db.path.write_bytes(b"rubbish" * 1000)
    restoring.restore(db.path, db.key, copy, db.backups, NOW, settle=erasure.settle)
    assert not any(secret in everything(db) for secret in SECRETS)


def test_no_byte_of_the_data_folder_says_who_he_was(db, desk, person):
    erase(db, person)
    names = [text.encode(code) for text in SECRETS for code in ("utf-8", "utf-16-le", "gb18030")]
    for path in desk.data.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not any(name in data for name in names), path.name
    log = db.path.with_name(db.path.name + "-wal")
    assert not log.exists() or not log.stat().st_size


def test_a_file_whose_list_of_the_erased_is_damaged_is_said_in_a_sentence(db, person):
    """The copy before an import reads it: no error of the driver reaches the desk."""
    erase(db, person)
    connection = connect(db.path, db.key)
    (page,) = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'erased'"
    ).fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    db.close()
    with db.path.open("r+b") as file:
        file.seek((int(page) - 1) * int(size) + 200)
        file.write(b"\xff" * 16)
    with pytest.raises(ShowroomError, match="damaged"):
        tombs.of_file(db.path, db.key)
