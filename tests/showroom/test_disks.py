"""Where the data must not lie, and what is asserted of engine and file at every start."""

from __future__ import annotations

import shutil
import sqlite3

import pytest

from showroom import paths
from showroom.errors import ShowroomError
from showroom.store import damage, disks, restoring
from showroom.store.db import Database, connect
from showroom.store.opening import open_desk
from tests import builders

MOUNTS = r"""overlay / overlay rw 0 0
proc /proc proc rw 0 0
/dev/sda2 /home ext4 rw 0 0
server:/data /home/front/share nfs4 rw 0 0
//nas/卖场 /mnt/show\040room cifs rw 0 0
me@pc:/ /home/front/far fuse.sshfs rw 0 0
/dev/sdb1 /home/front/far/stick vfat rw 0 0
nas:/x /late nfs rw 0 0
/dev/sdc1 /late ext4 rw 0 0
broken
"""


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/", ""),
        ("/home/front/desk", ""),
        ("/home/front/share", "nfs4"),
        ("/home/front/share/a/b", "nfs4"),
        ("/home/front/shared", ""),
        ("/mnt/show room/desk", "cifs"),
        ("/home/front/far/desk", "fuse.sshfs"),
        ("/home/front/far/stick/desk", ""),
        ("/late/desk", ""),
    ],
)
def test_linux_is_asked_by_its_table_of_mounts(place, kind):
    assert disks.on_linux(place, MOUNTS) == kind


def test_no_table_no_refusal():
    assert disks.on_linux("/home", "") == ""


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        (r"C:\Users\前台\desk", ""),
        (r"\\?\C:\desk", ""),
        (r"Z:\desk", "SMB"),
        (r"\\nas\show\desk", "SMB"),
        ("//nas/show/desk", "SMB"),
        (r"\\?\UNC\nas\show", "SMB"),
    ],
)
def test_windows_is_asked_by_path_and_letter(place, kind):
    assert disks.on_windows(place, lambda root: 4 if root == "Z:\\" else 3) == kind


def test_macos_is_asked_by_what_statfs_filled_in():
    def raw(flags: int, name: bytes) -> bytes:
        return bytes(64) + flags.to_bytes(4, "little") + bytes(4) + name.ljust(16, b"\0")

    assert disks.on_mac(raw(0x1000, b"apfs")) == ""
    assert disks.on_mac(raw(0, b"smbfs")) == "smbfs"


def test_this_disk_is_one_of_this_pc(tmp_path):
    assert disks.network(tmp_path) == ""
    disks.refuse_network(tmp_path)


def test_a_desk_on_a_network_drive_does_not_open_and_says_why(tmp_path, monkeypatch):
    monkeypatch.setattr(disks, "network", lambda _folder: "cifs")
    with pytest.raises(ShowroomError, match=r"network drive \(cifs\).*backups may go"):
        open_desk(paths.desk(tmp_path / "desk"))
    assert not (tmp_path / "desk" / "showroom.db").exists()
    assert not (tmp_path / "desk" / "showroom.key").exists()


# --- the engine


def test_the_engine_here_is_new_enough():
    disks.refuse_engine()


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 2), (3, 52, 9)])
def test_an_engine_that_can_lose_data_is_refused(version, desk, monkeypatch):
    with pytest.raises(ShowroomError, match=f"SQLite {'.'.join(map(str, version))}, which can"):
        disks.refuse_engine(version)
    monkeypatch.setattr(disks, "OLDEST", (99, 0, 0))
    with pytest.raises(ShowroomError, match=r"At least 99\.0\.0"):
        open_desk(desk)


def test_what_is_deleted_is_overwritten(db):
    with db.engine.begin() as connection:
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1


# --- the file


def test_a_file_that_anybody_could_read_is_refused_and_left_alone(tmp_path):
    desk = paths.prepare(paths.desk(tmp_path / "desk"))
    with sqlite3.connect(desk.database) as plain:
        plain.execute("CREATE TABLE customer (name TEXT)")
    plain.close()
    before = desk.database.read_bytes()
    with pytest.raises(ShowroomError, match="is not encrypted"):
        open_desk(desk)
    assert desk.database.read_bytes() == before
    assert not desk.key.exists()


def test_what_no_cipher_wrote_is_refused(tmp_path):
    path = tmp_path / "showroom.db"
    disks.refuse_plain(path)
    path.touch()
    disks.refuse_plain(path)
    path.write_bytes(bytes(8192))
    with pytest.raises(ShowroomError, match="is not encrypted"):
        disks.refuse_plain(path)


def test_a_new_file_is_encrypted_from_its_first_byte(db):
    header = db.path.read_bytes()[:16]
    assert header != disks.PLAIN
    assert len(set(header)) > 8
    disks.refuse_plain(db.path)


def test_a_file_that_was_cut_off_is_found_at_the_start(db, desk):
    for _customer in range(40):
        with db.write() as session:
            builders.a_customer(session)
    db.close()
    assert damage.cut_off(db.path, db.key) == []
    whole = db.path.read_bytes()
    for missing in (1, 4096, 40_000):
        db.path.write_bytes(whole[:-missing])
        with pytest.raises(ShowroomError, match="is damaged") as caught:
            open_desk(desk)
        assert restoring.helps(caught.value)
    db.path.write_bytes(whole)
    open_desk(desk).close()


def test_a_file_in_use_may_be_shorter_than_its_log_says(db, desk):
    second = Database(db.path, db.key)
    for _customer in range(40):
        with second.write() as session:
            builders.a_customer(session)
    assert damage.in_use(db.path)
    assert damage.cut_off(db.path, db.key) == []
    second.close()


def test_damage_anywhere_is_found_by_reading_every_page(db, desk, tmp_path):
    for _customer in range(40):
        with db.write() as session:
            builders.a_customer(session)
    db.close()
    damage.refuse(db.path, db.key)
    whole = db.path.read_bytes()
    for at in range(5000, len(whole), len(whole) // 12):
        path = tmp_path / "copy.db"
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(ShowroomError):
            damage.refuse(path, db.key)
    shutil.copy(db.path, tmp_path / "copy.db")
    connect(tmp_path / "copy.db", db.key).close()


def test_each_system_is_asked_in_its_own_way(tmp_path, monkeypatch):
    import ctypes
    from types import SimpleNamespace

    asked = []

    def drive_type(root: str) -> int:
        asked.append(root)
        return 4

    windows = SimpleNamespace(kernel32=SimpleNamespace(GetDriveTypeW=drive_type))
    monkeypatch.setattr(ctypes, "windll", windows, raising=False)
    monkeypatch.setattr(disks.sys, "platform", "win32")
    assert disks.network(tmp_path) == "SMB"
    assert asked
    monkeypatch.setattr(disks.sys, "platform", "darwin")
    monkeypatch.setattr(disks, "_statfs", lambda _place: bytes(72) + b"nfs".ljust(16, b"\0"))
    assert disks.network(tmp_path) == "nfs"


def test_a_system_that_does_not_tell_is_no_reason_to_refuse(tmp_path, monkeypatch):
    def refuse(*_args: object) -> None:
        raise PermissionError

    monkeypatch.setattr(type(tmp_path), "read_text", refuse)
    monkeypatch.setattr(disks.sys, "platform", "linux")
    assert disks.network(tmp_path) == ""


def test_a_folder_in_the_place_of_the_file_is_left_to_the_opening(tmp_path):
    disks.refuse_plain(tmp_path)
