"""The tour: a day on invented data, played without a screen; pictures, cards, the month's workbook.

Everything happens in a desk of its own in a temporary folder, with a clock that stands still.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from showroom import dates, i18n, paths
from showroom.errors import ShowroomError
from showroom.i18n import _
from ui import dialogs, jobs, state, style
from ui.main_window import PAGES, MainWindow

if TYPE_CHECKING:
    import argparse

    from showroom.store.db import Database

SMALL, LARGE = (1366, 768), (1920, 1080)
SETTLED_MS: Final = 180


def run(args: argparse.Namespace) -> int:
    """Fill the folder `args.out` and print the names of the files; 0 when all are there."""
    out: Path = args.out
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ShowroomError(
            _("{folder} is not a folder that can be filled. Name another one.").format(folder=out)
        ) from error
    spoken = i18n.language()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    try:
        files = Tour(app, out).files()
    finally:
        i18n.use(spoken)
    if args.json:
        import json

        print(json.dumps({"files": [str(file) for file in files]}, ensure_ascii=False))
    else:
        print(*files, sep="\n")
    return 0


class Tour:
    """One tour into one folder."""

    def __init__(self, app: QApplication, out: Path) -> None:
        self.app = app
        self.out = out
        self._files: list[Path] = []
        self._bugs: list[BaseException] = []

    def files(self) -> list[Path]:
        """Play the day, take the pictures, write the papers; returns what was written."""
        from ui import tour_day

        flash = self.app.cursorFlashTime()
        self.app.setCursorFlashTime(0)
        shown, dialogs.show_error = dialogs.show_error, self._refuse
        hook, sys.excepthook = sys.excepthook, self._note_bug
        state.use(None)
        try:
            with TemporaryDirectory(prefix="showroom-") as folder:
                desk = paths.desk(Path(folder, "desk"))
                now = dates.at(tour_day.TODAY, tour_day.NOW)
                self._play(desk)
                for language in i18n.LANGUAGES:
                    self._photograph(desk, language, now)
        finally:
            dialogs.show_error, sys.excepthook = shown, hook
            self.app.setCursorFlashTime(flash)
            style.apply(self.app, "light")
        return self._files

    # -- the day

    def _play(self, desk: paths.Desk) -> None:
        from showroom.store import backup
        from ui import tour_day

        i18n.use("zh_CN")
        from showroom.store.opening import open_desk

        db = open_desk(desk)
        tour_day.prepare(db)
        db.close()
        with self._window(desk, tour_day.moment("08:00")) as (window, db):
            tour_day.Hands(window, db).play()
            self._look_for_bugs()
            copied = tour_day.moment("10:30")
            backup.back_up(db.path, db.key, backup.place(desk.backups, copied))

    # -- pictures

    def _photograph(self, desk: paths.Desk, language: str, now: datetime) -> None:
        i18n.use(language)
        with self._window(desk, now) as (window, db):
            for spec in PAGES:
                if not _exists(spec.place):
                    continue
                window.show_page(spec.code)
                self._present(window.page(spec.code))
                self._shoot(window, spec.code)
            window.show_page("desk")
            self._shoot(window, "desk", LARGE)
            style.apply(self.app, "dark")
            self._shoot(window, "desk", SMALL, "dark")
            self._shoot(window, "desk", LARGE, "dark")
            style.apply(self.app, "light")
            if language == i18n.DEFAULT:
                self._papers(db)

    def _present(self, page: QWidget) -> None:
        """Choose the first row of a list, so that the right side is not empty."""
        table = getattr(page, "table", None)
        if table is not None and not table.current_id() and table.rows.rowCount():
            table.choose(table.rows.ids()[0])

    def _shoot(
        self,
        window: MainWindow,
        name: str,
        size: tuple[int, int] = SMALL,
        scheme: str = "light",
    ) -> None:
        window.resize(*size)
        QTest.qWait(SETTLED_MS)
        self._look_for_bugs()
        language = i18n.language().partition("_")[0]
        file = self.out / f"{name}-{language}-{scheme}-{size[0]}x{size[1]}.png"
        self._keep(file, window.grab().save(str(file)))

    # -- papers

    def _papers(self, db: Database) -> None:
        """The cards that are due, and the workbook of the month."""

    def _keep(self, file: Path, written: bool) -> None:
        if not written:
            raise ShowroomError(
                _("{name} could not be saved in {folder}. Choose another folder.").format(
                    name=file.name, folder=file.parent
                )
            )
        self._files.append(file)

    # -- the window

    @contextmanager
    def _window(self, desk: paths.Desk, now: datetime) -> Iterator[tuple[MainWindow, Database]]:
        """The real window on the desk, at a moment that does not pass by itself."""
        from ui import app

        style.apply(self.app, "light")
        window = MainWindow()
        window.resize(*SMALL)
        window.show()
        window.furnish()
        db, services = app.open_all(desk, window.code)
        db.clock = lambda: now
        try:
            window.open_desk(db, services)
            window.activateWindow()
            QTest.qWaitForWindowActive(window, SETTLED_MS * 10)
            yield window, db
        finally:
            window.close()
            jobs.cancel_all()
            window.deleteLater()
            db.close()

    # -- what must not happen

    def _refuse(self, _parent: QWidget | None, error: BaseException) -> None:
        self._bugs.append(error)

    def _note_bug(self, _kind: object, error: BaseException, _trace: object) -> None:
        self._bugs.append(error)

    def _look_for_bugs(self) -> None:
        if self._bugs:
            raise self._bugs[0]


def _exists(place: str) -> bool:
    """Whether a page was written already."""
    from importlib.util import find_spec

    return find_spec(place.partition(":")[0]) is not None
