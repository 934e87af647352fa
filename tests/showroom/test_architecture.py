"""The house keeps its floors: main → ui → showroom, and each room stands on those below."""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOP_LEVEL = {
    *("main.py", "showroom", "ui", "resources", "tests", "pyproject.toml", "README.md"),
    *(".ci", ".gitignore", "LICENSE"),
}
# Ground first; a module may use its own floor and those above it in this list
FLOORS = (
    ("errors", "progress", "paths", "logs", "i18n", "dates", "text", "offers", "lunar", "spared"),
    ("commands",),
    ("store", "words"),
    ("guard", "settings", "choices", "workdays"),
    ("people",),
    ("door",),
    ("deals",),
    ("care",),
    ("cards",),
    ("sheets",),
    ("figures",),
    ("sample", "terminal"),
    ("seating",),
    ("outlets", "privacy"),
    ("cli",),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
ENGINE = {"alembic", "sqlcipher3", "sqlite3"}


def modules(package: str) -> list[Path]:
    """Return the Python files of `package`, relative to the root."""
    return sorted(path.relative_to(ROOT) for path in (ROOT / package).rglob("*.py"))


@cache
def imports(path: Path) -> list[str]:
    """Return every module (and every name of a module) that `path` imports, wherever in it."""
    return list(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def tops(path: Path) -> set[str]:
    """Return the packages that `path` imports."""
    return {name.split(".")[0] for name in imports(path)}


def reaching(package: str, *never: str) -> list[str]:
    """Return what the files of `package` import of these packages, and who imports it."""
    return [
        f"{path}: {name}"
        for path in modules(package)
        for name in imports(path)
        if any(name == each or name.startswith(f"{each}.") for each in never)
    ]


def test_the_business_knows_neither_the_screen_nor_the_tests():
    assert reaching("showroom", "PySide6", "ui", "main", "tests") == []


def test_no_room_of_the_business_knows_a_floor_above():
    above = []
    for path in modules("showroom"):
        if path.parts == ("showroom", "__init__.py"):
            continue
        room = path.parts[1].removesuffix(".py")
        assert room in FLOOR, f"{room} stands on no floor"
        used = {name.split(".")[1] for name in imports(path) if name.startswith("showroom.")}
        above += [f"{path}: {each}" for each in used if FLOOR[each] > FLOOR[room]]
    assert above == []


def test_the_screen_goes_through_the_rooms():
    assert reaching("ui", "main", "tests", "sqlalchemy", *ENGINE) == []
    assert reaching("ui", "PySide6.QtSql", "PySide6.QtCharts") == []


def test_pages_do_not_know_each_other():
    assert reaching("ui/pages", "ui.pages") == []


def test_only_the_store_knows_the_engine():
    assert {path.parts[1] for path in modules("showroom") if tops(path) & ENGINE} <= {"store"}


@pytest.mark.skipif(
    shutil.which("git") is None or not (ROOT / ".git").exists(), reason="not a git tree"
)
def test_the_top_level_holds_what_the_design_names():
    listed = subprocess.run(
        [
            "git",
            "-c",
            "core.quotepath=off",
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert {line.split("/")[0] for line in listed.stdout.splitlines()} <= TOP_LEVEL
