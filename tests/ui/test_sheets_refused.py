"""What cannot come in is named with the way forward, in the window as on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import func, select

import main
from showroom.store.models import Action, Customer, Visit
from tests import builders as make
from tests.corpus import broken
from tests.corpus.books import xlsx
from tests.corpus.case import Case
from ui.pages.sheets import SheetsPage

REFUSED = [case for case in broken.cases() if case.people is None]
ONE_OF_EACH = list({case.problem: case for case in REFUSED}.values())
ALWAYS = {case.trap for case in ONE_OF_EACH}


def folder(path: Path) -> None:
    path.mkdir()


def nothing(_path: Path) -> None:
    """There is no such file."""


def held(path: Path) -> None:
    path.write_bytes(xlsx())


PLACES = {
    "a folder": (folder, "is a folder"),
    "a file that is gone": (nothing, "There is no file"),
    "a file open in Excel": (held, "another program holds it"),
}


@pytest.fixture
def page(db: Any, page_of: Any) -> SheetsPage:
    make.stop_clock(db)
    opened: SheetsPage = page_of(SheetsPage)
    return opened


@pytest.fixture
def by_line(desk: Any, capsys: pytest.CaptureFixture[str]) -> Any:
    """Return a function that imports a file on the command line; it says the error."""

    def run(path: Path) -> str:
        words = ["--language", "en", "--data", str(desk.database.parent), "--json"]
        assert main.main([*words, "import", str(path)]) == 1
        said = capsys.readouterr()
        assert said.out == ""
        return said.err

    return run


def refused(qtbot: Any, page: SheetsPage, asked: Any, path: Path) -> str:
    """What the window says of a file, in a box or above the rows it cannot read."""
    asked.answers["open"] = [path]
    before = written(page.db)
    qtbot.mouseClick(page.choose, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(asked._errors) or page.plan is not None, timeout=30_000)
    assert written(page.db) == before == (0, 0, before[2])
    if asked._errors:
        return "".join(asked.errors)
    assert not page.take.isEnabled()
    return page.view.strip.text.text()


def written(db: Any) -> tuple[Any, ...]:
    with db.read() as session:
        return tuple(
            session.scalar(select(func.count(model.id))) for model in (Customer, Visit, Action)
        )


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case.trap, marks=() if case.trap in ALWAYS else pytest.mark.slow)
        for case in REFUSED
    ],
)
def test_a_broken_file(case: Case, page, qtbot, asked, by_line, tmp_path):
    path = tmp_path / case.file
    path.write_bytes(case.made())
    shown = refused(qtbot, page, asked, path)
    assert case.file in shown
    assert shown.rstrip(".").count(". ") > 0, "it says what to do"
    said = by_line(path)
    assert case.problem in said
    assert case.file in said
    if page.plan is None:
        assert shown in said, "the same sentence"
    assert written(page.db)[:2] == (0, 0)


@pytest.mark.parametrize("place", PLACES)
def test_a_place_where_there_is_no_file_to_read(
    place, page, qtbot, asked, by_line, tmp_path, monkeypatch
):
    prepare, problem = PLACES[place]
    path = tmp_path / "客户.xlsx"
    prepare(path)
    if prepare is held:
        whole = Path.open

        def refuse(self: Path, *args: Any, **options: Any) -> Any:
            if self == path:
                raise PermissionError(13, "used by another process")
            return whole(self, *args, **options)

        monkeypatch.setattr(Path, "open", refuse)
    shown = refused(qtbot, page, asked, path)
    assert problem in shown
    assert "客户.xlsx" in shown
    assert shown in by_line(path)
