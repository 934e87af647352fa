"""The tour: a day on invented data, played without a screen; pictures, cards, the month's workbook.

Everything happens in a desk of its own in a temporary folder, with a clock that stands still.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from showroom import i18n, paths
from showroom.deals import deals
from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.people import search
from ui import care_parts, customer_parts, dialogs, jobs, state, style, tour_day
from ui.app import application
from ui.desk_parts import TOOLS, VIEWS
from ui.garbage import Collector
from ui.hands import Hands, until
from ui.main_window import MainWindow
from ui.wiring import PAGES

if TYPE_CHECKING:
    import argparse

    from showroom.store.db import Database
    from ui.pages.cards import CardsPage
    from ui.pages.customers import CustomersPage
    from ui.pages.followups import FollowUpsPage
    from ui.pages.settings import SettingsPage
    from ui.pages.sheets import SheetsPage

SMALL, LARGE = (1366, 768), (1920, 1080)
SETTLED_MS: Final = 160
TYPED_MS: Final = 400


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
    app = application()
    collector = Collector(app)
    try:
        files = Tour(app, out).files()
    finally:
        collector.stop()
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
        flash = self.app.cursorFlashTime()
        self.app.setCursorFlashTime(0)
        shown, dialogs.show_error = dialogs.show_error, self._refuse
        hook, sys.excepthook = sys.excepthook, self._note_bug
        heard = qInstallMessageHandler(_repeat)
        state.use(None)
        try:
            with TemporaryDirectory(prefix="showroom-") as folder:
                desk = paths.desk(Path(folder, "desk"))
                self._play(desk)
                for language in i18n.LANGUAGES:
                    i18n.use(language)
                    with self._window(desk, tour_day.moment(tour_day.NOW)) as (window, db):
                        self._photograph(window, db)
                        if language == i18n.DEFAULT:
                            self._photograph_more(window, db, Path(folder))
                            self._write_papers(db)
        finally:
            qInstallMessageHandler(heard)
            dialogs.show_error, sys.excepthook = shown, hook
            self.app.setCursorFlashTime(flash)
            style.apply(self.app, "light")
        return self._files

    # -- the day

    def _play(self, desk: paths.Desk) -> None:
        from showroom.store import backup, copies
        from showroom.store.opening import open_desk

        i18n.use("zh_CN")
        db = open_desk(desk)
        tour_day.prepare(db)
        db.close()
        with self._window(desk, tour_day.moment("08:00")) as (window, db):
            hands = Hands(window, db)
            hands.sit_down()
            hands.play()
            self._look_for_bugs()
            copied = tour_day.moment("10:30")
            backup.back_up(db.path, db.key, copies.place(desk.backups, copied))

    # -- pictures

    def _photograph(self, window: MainWindow, db: Database) -> None:
        """The lock, then every page; the desk in both sizes and both schemes."""
        hands = Hands(window, db)
        self._shoot(window, "lock")
        hands.sit_down()
        hands.type_half_a_phone()
        QTest.qWait(TYPED_MS)  # what is typed is kept now
        for scheme in ("light", "dark"):
            style.apply(self.app, scheme)
            for size in (SMALL, LARGE):
                self._shoot(window, "desk", size, scheme)
        style.apply(self.app, "light")
        for spec in PAGES[1:]:
            window.show_page(spec.code)
            self._choose_something(window, db, spec.code)
            self._shoot(window, spec.code)

    def _choose_something(self, window: MainWindow, db: Database, code: str) -> None:
        """Choose a customer and a deal that have something to tell; else the first of the list."""
        with db.read() as session:
            customer = search.find(session, tour_day.TELLING)[0]
            deal = deals.find(session, tour_day.TELLING)[0]
        if code in (chosen := {"customers": customer, "deals": deal}):
            window.open_id(code, chosen[code])
            return
        table = getattr(window.page(code), "table", None)
        if table is not None and not table.current_id() and table.rows.rowCount():
            table.choose(table.rows.ids()[0])

    def _photograph_more(self, window: MainWindow, db: Database, folder: Path) -> None:
        """What the pages do not show by themselves: arriving, a deal, a file, the search line."""
        hands = Hands(window, db)
        workbook = folder / "车展名单.xlsx"
        tour_day.write_list(workbook, tour_day.MOTOR_SHOW)
        sheets = cast("SheetsPage", window.page("sheets"))
        window.show_page("sheets")
        sheets.open_file(workbook)
        until(lambda: sheets.plan is not None)
        self._shoot(window, "sheets-plan")
        window.show_page("desk")
        hands.press(Qt.Key.Key_F2)
        until(hands.desk.arrival.isVisible)
        self._shoot(window, "desk-arrival")
        hands.press(Qt.Key.Key_Escape, hands.desk.arrival.people)
        hands.begin_deal()
        self._shoot(window, "desk-deal")
        hands.press(Qt.Key.Key_Escape)
        until(lambda: hands.desk.tools.current is None)
        for part in (one for one in TOOLS if one.code in ("drive", "gift", "guest")):
            hands.desk.tools.open(part)
            until(lambda: hands.desk.tools.current is not None)
            self._shoot(window, f"desk-{part.code}")
            hands.press(Qt.Key.Key_Escape)
            until(lambda: hands.desk.tools.current is None)
        for part in VIEWS:
            hands.desk.views.open_code(part.code)
            self._shoot(window, f"desk-{part.code}")
        hands.desk.views.close_view()
        self._photograph_people(window, db)
        self._photograph_cards(window)
        self._photograph_care(window)
        window.top.search.begin()
        hands.write(window.top.search, "陈")
        self._shoot(window, "search")
        window.show_page("desk")
        window.show_keys()
        self._shoot(window, "keys")

    def _photograph_people(self, window: MainWindow, db: Database) -> None:
        """Every view of the customers' page, the parts of a file, what is done with a customer."""
        page = cast("CustomersPage", window.page("customers"))
        window.show_page("customers")
        self._choose_something(window, db, "customers")
        for code, _title in customer_parts.TABS[1:]:
            page.file.show_tab(code)
            self._shoot(window, f"customers-{code}")
        page.file.show_tab(customer_parts.TABS[0][0])
        for part in customer_parts.TOOLS:
            page.tools.open(part)
            self._shoot(window, f"customers-{part.code}")
            page.leave_tool()
        for part in customer_parts.VIEWS:
            page.views.open_code(part.code)
            self._shoot(window, f"customers-{part.code}")
        page.views.close_view()

    def _photograph_cards(self, window: MainWindow) -> None:
        """The worst of the batch, a folded card, and where wordings and pictures are chosen."""
        cards = cast("CardsPage", window.page("cards"))
        window.show_page("cards")
        until(lambda: cards.card.ready and not jobs.running())
        cards.card.next_look()
        self._shoot(window, "cards-worst")
        cards.card.use_paper("A6/fold")
        cards.card.look_at("front")
        self._shoot(window, "cards-folded")
        cards.card.use_paper("148x100")
        settings = cast("SettingsPage", window.page("settings"))
        window.show_page("settings")
        for code in ("cards", "wordings", "festivals"):
            settings.show_part(code)
            self._shoot(window, f"settings-{code}")

    def _photograph_care(self, window: MainWindow) -> None:
        """Every view of the follow-ups page."""
        page = cast("FollowUpsPage", window.page("followups"))
        window.show_page("followups")
        for part in care_parts.VIEWS:
            page.views.open_code(part.code)
            self._shoot(window, f"followups-{part.code}")
        page.views.close_view()

    def _shoot(
        self,
        window: MainWindow,
        name: str,
        size: tuple[int, int] = SMALL,
        scheme: str = "light",
    ) -> None:
        window.resize(*size)
        QTest.qWait(SETTLED_MS)
        until(lambda: not jobs.running())
        QTest.qWait(SETTLED_MS)
        self._look_for_bugs()
        language = i18n.language().partition("_")[0]
        file = self.out / f"{name}-{language}-{scheme}-{size[0]}x{size[1]}.png"
        self._keep(file, window.grab().save(str(file), "PNG", 0))

    # -- papers

    def _write_papers(self, db: Database) -> None:
        """The cards that are due, the register of yesterday, a picture of each, the workbook."""
        from showroom.cards import queue
        from showroom.figures import monthbook, register
        from ui import printing

        month = f"{tour_day.TODAY:%Y-%m}"
        db.staff_id = tour_day.manager(db)
        with db.read() as session:
            pdf, _count = queue.pdf_of_due(session, due=tour_day.TODAY, size="148x100")
            book = self.out / f"month-{month}.xlsx"
            monthbook.write_month(session, month, book, now=db.now())
        cards = self.out / "cards.pdf"
        cards.write_bytes(pdf)
        self._files += [book, cards]
        yesterday = tour_day.TODAY - timedelta(days=1)
        with db.read() as session:
            _rows, listed = register.pdf(session, yesterday)
        paper = self.out / f"register-{yesterday}.pdf"
        paper.write_bytes(listed)
        self._files.append(paper)
        for name, made in (("cards-1", pdf), ("register-1", listed)):
            picture = self.out / f"{name}.png"
            self._keep(picture, printing.picture(made, width=874).save(str(picture)))

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
            until(window.is_locked)
            yield window, db
        finally:
            window.close()
            jobs.cancel_all()
            window.deleteLater()
            db.close()

    # -- what must not happen

    def _refuse(self, parent: QWidget | None, error: BaseException) -> None:
        self._bugs.append(error)

    def _note_bug(self, _kind: object, error: BaseException, _trace: object) -> None:
        self._bugs.append(error)

    def _look_for_bugs(self) -> None:
        if self._bugs:
            raise self._bugs[0]


def _repeat(_kind: QtMsgType, _place: object, words: str) -> None:
    """Say what Qt says, but not what cannot be without a screen."""
    if not words.startswith("This plugin does not support"):
        print(words, file=sys.stderr)
