"""The program starts, or says in one sentence why not: real runs on machines that lack things."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

import main
from showroom import commands, i18n, paths
from tests.amounts import slow_but

ROOT = Path(__file__).parents[2]
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="about Linux")
SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "QT_QPA_PLATFORM", "XDG_SESSION_TYPE")
CHINESE = {"LC_ALL": "C.UTF-8"}


def run(*words, program=("main.py",), env=None):
    """Run main.py (or another program) as a process on a machine without a screen."""
    inherited = {name: value for name, value in os.environ.items() if name not in SCREENS}
    return subprocess.run(
        [sys.executable, *program, *map(str, words)],
        cwd=ROOT,
        env=inherited | CHINESE | (env or {}),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


# The screen


SCREENLESS = [
    ({}, "no screen"),
    ({"DISPLAY": ":987"}, "“:987” does not answer"),
    ({"WAYLAND_DISPLAY": "nowhere"}, "“nowhere” does not answer"),
    ({"DISPLAY": ":987", "WAYLAND_DISPLAY": "nowhere"}, "“:987” does not answer"),
    ({"QT_QPA_PLATFORM": "xcb"}, "no screen"),
    ({"QT_QPA_PLATFORM": "painting"}, "“painting” does not answer"),
]


@LINUX
@pytest.mark.parametrize(("env", "reason"), slow_but(SCREENLESS[:2], SCREENLESS))
def test_without_a_screen_it_says_so_and_names_the_tour(env, reason):
    done = run("--language", "en", env=env)
    assert done.returncode == 1
    assert done.stdout == ""
    assert reason in done.stderr
    assert "main.py tour" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@LINUX
def test_it_says_so_in_chinese():
    done = run()
    assert done.returncode == 1
    assert "屏幕" in done.stderr
    assert "main.py tour" in done.stderr


ASK = (
    "-c",
    "import os; from ui.screen import ensure_screen as ask; ask(); "
    "print(os.environ['QT_QPA_PLATFORM'])",
)


KINDS = ["offscreen", "minimal", "vnc:size=800x600", "xcb;offscreen"]


@LINUX
@pytest.mark.parametrize("kind", slow_but(KINDS[-1:], KINDS))
def test_a_screen_asked_for_by_name_is_taken(kind):
    done = run(program=ASK, env={"QT_QPA_PLATFORM": kind})
    assert done.stdout.strip() == kind.split(";")[-1]


@pytest.mark.slow
@LINUX
@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="no Xvfb")
def test_a_screen_that_answers_is_used_though_another_does_not():
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write)], pass_fds=[write], stderr=subprocess.DEVNULL
    )
    os.close(write)
    try:
        display = ":" + os.read(read, 16).decode().strip()
        env = {"DISPLAY": display, "WAYLAND_DISPLAY": "gone", "XDG_SESSION_TYPE": "wayland"}
        done = run(program=ASK, env=env)
    finally:
        os.close(read)
        server.terminate()
        server.wait()
    assert done.stdout.strip() == "xcb", done.stderr


# Qt's system libraries


QT = """
import pathlib
if not pathlib.Path(__file__).with_name("installed").exists():
    raise ImportError("libGL.so.1: cannot open shared object file: No such file or directory")
"""
QT_CORE = """
class QLibraryInfo:
    LibraryPath = type("LibraryPath", (), {"PluginsPath": 0})
    path = staticmethod(lambda which: "/nowhere")
"""
APT = """#!/bin/sh
echo "$@" >> {log}
case "$1" in install) {effect};; esac
"""


@pytest.fixture
def bare(tmp_path):
    """A machine whose Qt finds no libGL; returns the environment and what apt was asked."""
    qt = tmp_path / "python" / "PySide6"
    qt.mkdir(parents=True)
    (qt / "__init__.py").write_text(QT, "utf-8")
    (qt / "QtCore.py").write_text(QT_CORE, "utf-8")
    (qt / "QtWidgets.py").touch()
    tools = tmp_path / "bin"
    tools.mkdir()
    log = tmp_path / "apt.log"

    def machine(*, apt):
        if apt is not None:
            script = APT.format(log=log, effect=apt.format(qt=qt))
            (tools / "apt-get").write_text(script, "utf-8")
            (tools / "apt-get").chmod(0o755)
        path = str(tools) if apt is None else f"{tools}:/bin:/usr/bin"
        return {"PATH": path, "PYTHONPATH": f"{qt.parent}:{ROOT}"}, log

    return machine


LIBRARIES = ("-c", "from ui import screen; screen.ensure_libraries()")
ROOT_ONLY = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="apt is for root"
)


@LINUX
@ROOT_ONLY
def test_missing_libraries_are_installed_and_it_goes_on(bare):
    env, log = bare(apt="touch {qt}/installed")
    done = run(program=LIBRARIES, env=env)
    assert done.returncode == 0, done.stderr
    assert "libGL.so.1" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    update, install = log.read_text("utf-8").splitlines()
    assert update.startswith("update")
    assert install.startswith("install -y --no-install-recommends libgl1 libegl1")


@LINUX
@pytest.mark.parametrize("apt", [None, pytest.param("exit 100", marks=ROOT_ONLY)])
def test_where_they_cannot_be_installed_it_says_which_and_how(bare, apt):
    env, _log = bare(apt=apt)
    done = run("--language", "en", "tour", "out", env=env)
    assert done.returncode == 1
    sentence = done.stderr.splitlines()[-1]
    assert "libGL.so.1" in sentence
    assert "apt-get install -y --no-install-recommends libgl1 libegl1" in sentence
    assert "Traceback" not in done.stderr


# The command line


def test_help_needs_nothing_heavy():
    script = "import sys, main; main.commands.parser(); print(*sys.modules)"
    loaded = set(run(program=("-c", script)).stdout.split())
    heavy = {"PySide6", "sqlalchemy", "alembic", "openpyxl", "reportlab", "platformdirs", "logging"}
    assert not loaded & heavy


@pytest.mark.parametrize(
    ("language", "words"), [("en", ("usage:", "options")), ("zh_CN", ("用法", "选项"))]
)
def test_help_is_in_the_language_asked_for(language, words):
    done = run("import", "--help", f"--language={language}")
    assert done.returncode == 0
    for word in words:
        assert word in done.stdout


@pytest.mark.parametrize(
    "line",
    [
        "dance",
        "import",
        "export",
        "export month 2026-13 out.xlsx",
        "export month 2026-11-21 out.xlsx",
        "export register 2026-02-30 out.xlsx",
        "export visits out.xlsx --from tomorrow",
        "sample --customers 0",
        "sample --customers many",
        "cards out.pdf --size large",
        "cards out.pdf --size 148",
        "undo last",
        "--lang en check",
        "--language fr check",
    ],
)
def test_wrong_use_is_refused_with_2(line, capsys):
    with pytest.raises(SystemExit) as stopped:
        main.main(line.split())
    assert stopped.value.code == 2
    assert "main.py" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", {"command": None, "data": None, "language": None, "json": False}),
        ("--data D check", {"command": "check", "data": Path("D"), "json": False}),
        ("check --data D --json", {"data": Path("D"), "json": True, "language": None}),
        ("--json --language en check", {"json": True, "language": "en"}),
        ("tour OUT", {"command": "tour", "out": Path("OUT")}),
        ("sample --customers 5", {"customers": 5, "months": 12, "seed": 1}),
        ("import a.xlsx b.csv", {"files": [Path("a.xlsx"), Path("b.csv")], "dry_run": False}),
        ("import a.xls --sheet 十月 --dry-run", {"sheet": "十月", "dry_run": True}),
        ("undo", {"action": None}),
        ("undo 12", {"action": 12}),
        ("find 张伟 --limit 3", {"text": "张伟", "limit": 3}),
        ("day 2026-11-21", {"day": date(2026, 11, 21)}),
        (
            "export month 2026-10 O.xlsx",
            {"kind": "month", "month": date(2026, 10, 1), "out": Path("O.xlsx")},
        ),
        ("export customers O", {"kind": "customers", "out": Path("O")}),
        (
            "export visits O --from 2026-10-01 --to 2026-10-31",
            {"kind": "visits", "since": date(2026, 10, 1), "until": date(2026, 10, 31)},
        ),
        (
            "export register 2026-10-02 O",
            {"kind": "register", "day": date(2026, 10, 2), "form": "visitors"},
        ),
        ("export register 2026-10-02 O --form traffic", {"form": "traffic"}),
        ("cards O.pdf", {"out": Path("O.pdf"), "due": None, "size": None, "template": None}),
        ("cards O.pdf --due 2026-11-22 --size 210x100", {"size": "210x100"}),
        ("cards O.pdf --size 210×100", {"size": "210x100"}),
        ("cards O.pdf --size a6", {"size": "A6"}),
        ("backup O", {"out": Path("O")}),
        ("restore F", {"file": Path("F")}),
    ],
)
def test_each_command_reads_as_the_design_says(line, expected):
    read = vars(commands.parser().parse_args(line.split()))
    assert {name: read[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("words", "spoken", "language"),
    [
        ([], "zh_CN.UTF-8", "zh_CN"),
        ([], "en_GB.UTF-8", "en"),
        ([], "C.UTF-8", "zh_CN"),
        ([], "", "zh_CN"),
        (["--language", "en", "check"], "zh_CN.UTF-8", "en"),
        (["check", "--language=zh_CN"], "en_US.UTF-8", "zh_CN"),
        (["--language"], "C", "zh_CN"),
        (["--language", "fr"], "C", "zh_CN"),
    ],
)
def test_the_language_asked_for_wins_over_that_of_the_system(words, spoken, language, monkeypatch):
    monkeypatch.setenv("LC_ALL", spoken)
    for name in ("LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert main.chosen_language(words) == language


# Words and what is shipped


def test_words_are_chinese_unless_told_otherwise():
    script = "from showroom.i18n import _, language; print(language(), _('usage: '), _(''))"
    assert run(program=("-c", script)).stdout.split() == ["zh_CN", "用法："]


def test_the_language_can_be_changed_while_running():
    assert i18n._("usage: ") == "usage: "
    assert i18n.ngettext("{n} card", "{n} cards", 2) == "{n} cards"
    i18n.use("zh_CN")
    assert i18n._("usage: ") == "用法："
    assert i18n.N_("usage: ") == "usage: "


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="fr"):
        i18n.use("fr")


def test_fonts_are_shipped_with_their_licences():
    fonts = paths.resources() / "fonts"
    for font in ("LXGWWenKai-Regular.ttf", "NotoSansSC-Regular.ttf", "NotoSansSC-SemiBold.ttf"):
        assert (fonts / font).read_bytes()[:4] == b"\0\1\0\0"
        licence = (fonts / f"{font.split('-')[0]}-OFL.txt").read_text("utf-8")
        assert licence.startswith("Copyright")
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_every_icon_takes_the_colour_it_is_given():
    icons = paths.resources() / "icons"
    assert (icons / "LICENSE").read_text("utf-8").startswith("ISC License")
    drawn = sorted(icons.glob("*.svg"))
    assert len(drawn) >= 40
    for icon in drawn:
        assert ElementTree.parse(icon).getroot().get("stroke") == "currentColor", icon.name
