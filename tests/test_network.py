"""The program never uses the network: shown with every way to it watched and closed.

A whole day's work runs in processes of their own: the unattended jobs, the desk with all its
pages, the tour. There Python reports every socket before it is used, and refuses; where the system
lets us, the process has no network at all, and the calls of the libraries in C are watched, too.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]

NEEDED = {"urllib", "urllib.parse", "PySide6.QtNetwork"}  # to quote paths; for the local socket
BROUGHT = {"asyncio", "socket"}  # their stand-ins, see `showroom.spared`

# Runs `words`, and writes down what it wanted of the network, and which modules for it there are.
CHILD = """
import json, os, sys
from pathlib import Path

root, note, *words = sys.argv[1:]
tried = []
WATCHED = {
    "socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
    "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo", "socket.getservbyname",
    "urllib.Request", "http.client.connect", "http.client.send", "ftplib.connect",
    "smtplib.connect", "poplib.connect", "imaplib.open", "telnetlib.Telnet.open",
    "webbrowser.open", "os.startfile",
}

def watch(event, args):
    if event == "socket.__new__" and int(args[1]) not in (1, -1):  # AF_UNIX, taken over
        tried.append([event, repr(args[1:])])
        raise PermissionError("no network")
    if event in WATCHED and not (event in ("socket.connect", "socket.bind")
                                 and isinstance(args[1], (str, bytes))):
        tried.append([event, repr(args[1:])])
        raise PermissionError("no network")

sys.addaudithook(watch)
sys.path.insert(0, root)
if words[-1] == "SESSION":
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow
    app = QApplication([])
    waiting = []

    def step():
        (window,) = [w for w in app.topLevelWidgets() if isinstance(w, QMainWindow)]
        if not waiting:
            if window.db is None:
                return
            waiting.extend(["customers", "deals", "cards", "followups", "figures", "sheets",
                            "settings", "desk", "close"])
        code = waiting.pop(0)
        if code == "close":
            timer.stop()
            window.close()
        else:
            window.show_page(code)

    timer = QTimer(interval=300)
    timer.timeout.connect(step)
    timer.start()
    words = words[:-1]
import main
code = main.main(words)
modules = sorted(name for name in sys.modules if name.split(".")[0] in {
    "asyncio", "ftplib", "http", "imaplib", "poplib", "requests", "smtplib", "socket",
    "socketserver", "ssl", "telnetlib", "urllib", "urllib3", "webbrowser", "xmlrpc", "websocket",
} or "QtNetwork" in name or "QtWebEngine" in name)
Path(note).write_text(json.dumps({"code": code, "tried": tried, "modules": modules}))
"""


@cache
def alone() -> list[str]:
    """The words that start a program without any network; none where that cannot be."""
    words = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--net"]
    if shutil.which("unshare") and subprocess.run([*words, "true"], capture_output=True).returncode:
        return []
    return words if shutil.which("unshare") else []


@cache
def watched(log: Path) -> list[str]:
    """The words that note the sockets of a program in `log`; none where that cannot be."""
    words = ["strace", "-f", "-qq", "-e", "trace=socket,connect,bind", "-o", str(log)]
    if not shutil.which("strace"):
        return []
    return [] if subprocess.run([*words, "true"], capture_output=True).returncode else words


def run(folder: Path, *words: str) -> dict[str, Any]:
    """Run the program and return what it wanted of the network."""
    note, log = folder / "note.json", folder / "calls.txt"
    done = subprocess.run(
        [
            *(alone() if sys.platform.startswith("linux") else []),
            *(watched(log) if sys.platform.startswith("linux") else []),
            *(sys.executable, "-c", CHILD, str(ROOT), str(note), *words),
        ],
        cwd=folder,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert note.exists(), done.stderr[-3000:]
    said: dict[str, Any] = json.loads(note.read_text())
    said["stderr"] = done.stderr[-3000:]
    lines = log.read_text().splitlines() if log.exists() else []
    said["calls"] = [line for line in lines if re.search(r"AF_INET|AF_PACKET|AF_VSOCK", line)]
    return said


def assert_quiet(said: dict[str, Any], code: int = 0) -> None:
    assert said["tried"] == []
    assert said["calls"] == []
    assert said["code"] == code, said["stderr"]
    strange = [
        name for name in said["modules"] if name not in NEEDED and name.split(".")[0] not in BROUGHT
    ]
    assert strange == []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with a desk in it, made without a network."""
    folder = tmp_path_factory.mktemp("offline")
    said = run(folder, "--data", "desk", "sample", "--customers", "60", "--months", "2")
    assert_quiet(said)
    return folder


JOBS = (
    ("find", "8000"),
    ("day", "2026-11-20"),
    ("check",),
    ("backup", "copy.db"),
    ("restore", "copy.db"),
    ("import", str(ROOT / "tests/data/samples/客户导入模板.xlsx")),
    ("undo",),
    ("export", "month", "2026-11", "month.xlsx"),
    ("export", "customers", "customers.csv"),
    ("cards", "cards.pdf", "--due", "2027-06-01"),
)


@pytest.mark.slow
@pytest.mark.parametrize("job", JOBS, ids=lambda job: " ".join(job[:2])[:20])
def test_no_unattended_job_uses_the_network(folder, job):
    assert_quiet(run(folder, "--data", "desk", *job))


@pytest.mark.slow
def test_a_session_at_the_desk_uses_a_local_socket_and_nothing_else(folder):
    said = run(folder, "--data", "desk", "SESSION")
    assert_quiet(said)
    assert [name for name in said["modules"] if "Qt" in name] == ["PySide6.QtNetwork"]


@pytest.mark.slow
def test_the_tour_uses_no_network(folder):
    assert_quiet(run(folder, "tour", "out"))


def test_the_watch_sees_what_it_should(folder):
    """An attempt in Python is refused and noted; one past Python stands among the calls."""
    note, log = folder / "seen.json", folder / "seen.txt"
    (folder / "main.py").write_text(
        "import socket\n"
        "def main(words):\n"
        "    for attempt in (\n"
        "        lambda: socket.create_connection(('192.0.2.1', 80), 1),\n"
        "        lambda: socket.getaddrinfo('x.invalid', 80),\n"
        "        lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),\n"
        "    ):\n"
        "        try:\n"
        "            attempt()\n"
        "        except PermissionError:\n"
        "            pass\n"
        "    from PySide6.QtNetwork import QTcpSocket\n"
        "    s = QTcpSocket()\n"
        "    s.connectToHost('127.0.0.1', 9)\n"
        "    s.waitForConnected(200)\n"
        "    return 0\n"
    )
    words = watched(log) if sys.platform.startswith("linux") else []
    command = [*words, sys.executable, "-c", CHILD, str(folder), str(note), "x"]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)
    tried = [event for event, _args in json.loads(note.read_text())["tried"]]
    assert {"socket.getaddrinfo", "socket.__new__"} <= set(tried)
    if words:
        assert "AF_INET" in log.read_text()
    (folder / "main.py").unlink()


@pytest.mark.parametrize("package", ["showroom", "ui"])
def test_no_module_of_ours_asks_for_the_network(package):
    """But for sockets of this PC: a second start finds the first; is there a screen at all?"""
    asking = {
        str(path.relative_to(ROOT))
        for path in (ROOT / package).rglob("*.py")
        if re.search(
            r"^\s*(?:import|from)\s+(?:socket|ssl|http|urllib|ftplib|smtplib|requests|asyncio|"
            r"webbrowser|xmlrpc|socketserver|PySide6\.QtNetwork)\b",
            path.read_text("utf-8"),
            re.MULTILINE,
        )
    }
    assert asking <= {"ui/app.py", "ui/screen.py"}
