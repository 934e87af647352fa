"""Every folder of a desk is where it should be, or its refusal names it and the way forward."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from showroom import paths
from showroom.errors import ShowroomError


def test_a_desk_lies_in_the_users_own_folders(monkeypatch, tmp_path):
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    desk = paths.desk()
    assert desk.database.name == "showroom.db"
    assert desk.data.name == desk.config.name == "ShowroomDesk"
    assert desk.backups.parent == desk.logs.parent == desk.data
    assert desk.key.parent == desk.config
    if sys.platform.startswith("linux"):
        assert desk.data.parent == tmp_path / "XDG_DATA_HOME"
        assert desk.config.parent == tmp_path / "XDG_CONFIG_HOME"


def test_everything_of_a_desk_with_a_folder_of_its_own_lies_in_it(tmp_path):
    desk = paths.prepare(paths.desk(tmp_path / "分店" / "desk"))
    for each in (desk.database, desk.backups, desk.logs, desk.key, desk.exports):
        assert each.is_relative_to(tmp_path / "分店" / "desk")
    assert desk.backups.is_dir()
    assert desk.logs.is_dir()
    assert sorted(path.name for path in desk.data.iterdir()) == ["backups", "logs"]


def test_a_folder_named_from_here_stays_where_it_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    desk = paths.desk(Path("desk"))
    monkeypatch.chdir("/")
    assert desk.data == tmp_path / "desk"


def test_a_file_in_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "desk").touch()
    with pytest.raises(ShowroomError, match=r"desk is not a folder\. .*--data"):
        paths.prepare(paths.desk(tmp_path / "desk"))


@contextmanager
def a_plain_user():
    """Drop root's right to write anywhere."""
    if not hasattr(os, "geteuid"):
        pytest.skip("rights work otherwise here")
    me = os.geteuid()
    if me == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(me)


def test_a_folder_that_may_not_be_written_is_named_with_the_way_forward(tmp_path):
    folder = tmp_path / "desk"
    folder.mkdir(mode=0o555)
    with a_plain_user(), pytest.raises(ShowroomError) as refused:
        paths.prepare(paths.desk(folder))
    assert str(folder) in str(refused.value)
    assert "--data" in str(refused.value)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk to be had")
def test_a_full_disk_is_called_by_its_name(tmp_path, monkeypatch):
    def full(**_where):
        return Path("/dev/full").open("wb", buffering=0)

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    with pytest.raises(ShowroomError, match=r"disk of .* is full"):
        paths.prepare(paths.desk(tmp_path))
