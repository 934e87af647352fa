"""A reader stands ready before a file is chosen; it reads that file, and nothing of it remains."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import main
from showroom.errors import ShowroomError
from showroom.sheets import read as reading
from showroom.sheets import standby

TABLE = "客户姓名\t手机号\n张伟\t13800138000\n"
ROWS = [["客户姓名", "手机号"], ["张伟", "13800138000"]]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")


@pytest.fixture(autouse=True)
def _no_reader():
    standby.dismiss()
    yield
    standby.dismiss()


def children() -> set[int]:
    """The processes that this one began and that are not gone, as the system tells them."""
    threads = Path("/proc/self/task").iterdir()
    return {int(pid) for one in threads for pid in (one / "children").read_text().split()}


def begun(before: set[int]) -> int:
    (pid,) = children() - before
    return pid


def wait_until_dead(pid: int) -> None:
    """A process that nobody asked for its end yet is dead, too."""
    for _look in range(1000):
        try:
            if "State:\tZ" in Path(f"/proc/{pid}/status").read_text():
                return
        except FileNotFoundError:
            return
        threading.Event().wait(0.01)
    pytest.fail("it lives")


def test_the_reader_that_stands_ready_reads_the_next_file(tmp_path, monkeypatch):
    (tmp_path / "客户.csv").write_text(TABLE.replace("\t", ","))
    before = children()
    standby.prepare()
    standby.prepare()
    assert begun(before)
    monkeypatch.setattr(standby, "ROOT", tmp_path)  # one that is begun now cannot read
    assert reading.read(tmp_path / "客户.csv").sheets[0].rows == ROWS
    with pytest.raises(ShowroomError, match="went wrong"):
        reading.read(tmp_path / "客户.csv")
    assert children() == before


def test_what_is_pasted_is_read_by_it_too(monkeypatch, tmp_path):
    standby.prepare()
    monkeypatch.setattr(standby, "ROOT", tmp_path)
    assert reading.pasted(TABLE).sheets[0].rows == ROWS


@pytest.mark.parametrize("again", [True, False], ids=["prepared anew", "begun when needed"])
def test_one_that_was_killed_meanwhile_is_replaced(again):
    before = children()
    standby.prepare()
    killed = begun(before)
    os.kill(killed, signal.SIGKILL)
    wait_until_dead(killed)
    if again:
        standby.prepare()
        assert begun(before) != killed
    assert reading.pasted(TABLE).sheets[0].rows == ROWS
    assert children() == before


def test_nothing_remains_of_one_that_is_dismissed():
    before = children()
    standby.prepare()
    standby.dismiss()
    assert children() == before
    standby.dismiss()


@pytest.mark.parametrize("end", ["sys.exit()", "os.kill(os.getpid(), 9)"])
def test_it_ends_with_the_desk_however_that_ends(end):
    code = (
        "import os, sys; from pathlib import Path; from showroom.sheets import standby;"
        "standby.prepare(); told = Path(f'/proc/self/task/{os.getpid()}/children').read_text();"
        f"print(told, flush=True); {end}"
    )
    desk = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert desk.stderr == ""
    wait_until_dead(int(desk.stdout))


def test_where_no_process_can_be_begun_reading_tells_it_later(monkeypatch):
    before = children()
    monkeypatch.setattr(standby.sys, "executable", "/nowhere/python")
    standby.prepare()
    assert children() == before


def test_the_command_that_imports_lets_one_stand_ready_first(tmp_path, capsys):
    assert main.main(["import", str(tmp_path / "gone.xlsx"), "--data", str(tmp_path)]) == 1
    assert "gone.xlsx" in capsys.readouterr().err
    with standby.take() as process:
        process.kill()
    assert process.args[-1] == standby.LOADED[-1]
