"""Power, kills and disks: what was called saved is there, and what went wrong is said."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from showroom import paths
from showroom.errors import ShowroomError
from showroom.store import (
    check,
    damage,
    journal,
)
from showroom.store.db import Database
from showroom.store.models import Customer, Phone
from showroom.store.opening import open_desk
from tests import builders
from tests.amounts import slow_but
from tests.showroom.store_kit import add, names, python


@pytest.fixture
def db(db: Database) -> Database:
    return builders.stop_clock(db)


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
@pytest.mark.parametrize("writes", slow_but((40,), (1, 40, 137)))
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
