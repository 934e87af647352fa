"""What tests stand on: a migrated empty file copied for each, English words, no real dialogs."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from showroom import i18n, paths
from showroom.errors import ShowroomError
from ui import screen

ROOM = 4_000_000_000  # bytes; the files of three runs are kept

# The machine may be busy; what is checked before it is taken in is the same for everybody
hypothesis.settings.register_profile("desk", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("desk")
hypothesis.settings.register_profile(
    "all day", hypothesis.settings.get_profile("desk"), max_examples=30
)


@pytest.hookimpl(tryfirst=True)  # before pytest-qt loads Qt
def pytest_configure(config: pytest.Config) -> None:
    sys.dont_write_bytecode = False  # some machines forbid it; every child would compile all again
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    memory = Path("/dev/shm")  # every save waits for the disk: a fifth of the time of all tests
    if memory.is_dir() and shutil.disk_usage(memory).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))
    try:
        screen.ensure_libraries()
    except ShowroomError as error:
        pytest.exit(str(error), returncode=1)
    if config.option.markexpr == "not slow":
        hypothesis.settings.load_profile("all day")  # a hundred each with the slow ones
    config.addinivalue_line(
        "markers", "language(code): the words on the screen; English if not said"
    )


@pytest.fixture(autouse=True)
def _language(request: pytest.FixtureRequest) -> Iterator[None]:
    marker = request.node.get_closest_marker("language")
    i18n.use(marker.args[0] if marker else "en")
    yield
    i18n.use("en")


@pytest.hookimpl(wrapper=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One process more than processors: a test of the window waits a third of its time."""
    return (yield) + 1


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Importing makes no garbage: a sixth of its time went into looking for some."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """What was imported is never garbage: each full collection would look through all of it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5000, 20, 20)  # a twentieth of the time of all tests went into looking


@pytest.fixture(scope="session", autouse=True)
def _compile_once() -> None:
    from tests import engines

    engines.compile_once()


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """No PIN or code of a test costs a tenth of a second; two tests look at the real price."""
    from showroom.guard import pins
    from showroom.store import recovery

    monkeypatch.setattr(pins, "ROUNDS", 1)
    monkeypatch.setattr(pins, "KIB", 64)
    monkeypatch.setattr(recovery, "COST", {"time": 1, "memory": 64, "lanes": 1})


@pytest.fixture(scope="session")
def empty_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an empty, migrated file and its key; copy it, never use it."""
    from showroom.store.opening import open_desk

    folder = tmp_path_factory.mktemp("empty")
    open_desk(paths.desk(folder)).close()
    return folder


@pytest.fixture
def desk(empty_desk: Path, tmp_path: Path) -> paths.Desk:
    """The folders of a desk of this test's own, with an empty file in it."""
    folder = tmp_path / "desk"
    shutil.copytree(empty_desk, folder)
    return paths.desk(folder)


@pytest.fixture(scope="session")
def new_desk(
    empty_desk: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], AbstractContextManager[Any]]:
    """Return what opens one desk more: for all tests of a module, for one example of many."""
    from showroom.store.opening import open_desk

    @contextmanager
    def opened() -> Iterator[Any]:
        folder = tmp_path_factory.mktemp("desk")
        shutil.copytree(empty_desk, folder, dirs_exist_ok=True)
        db = open_desk(paths.desk(folder))
        try:
            yield db
        finally:
            db.close()
            shutil.rmtree(folder)

    return opened


@pytest.fixture(scope="module")
def one_desk(new_desk: Callable[[], AbstractContextManager[Any]]) -> Iterator[Any]:
    """An open `Database` for all tests of a module: for those that write nothing."""
    with new_desk() as db:
        yield db


@pytest.fixture
def db(desk: paths.Desk) -> Iterator[Any]:
    """An open `Database` of this test's own."""
    from showroom.store import keys
    from showroom.store.db import Database

    opened = Database(desk.database, keys.key_of(desk, made_already=True))
    yield opened
    opened.close()


# -- the screen ----------------------------------------------------------------------------------


@dataclass
class Asked:
    """What the program asked and said through `ui.dialogs`, and what is answered.

    Set `answers["confirm"]` (True unless said), `answers["open"]` (list of paths),
    `answers["save"]` (path), `answers["purpose"]` (`WhatFor`, or None). An error that was
    shown and not looked at fails the test.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    questions: list[str] = field(default_factory=list)
    purposes: list[str] = field(default_factory=list)
    _errors: list[BaseException] = field(default_factory=list)
    looked: bool = False

    @property
    def errors(self) -> list[str]:
        """The sentences shown; reading them says that they were expected."""
        self.looked = True
        return [str(error) for error in self._errors]

    def confirm(
        self,
        _parent: Any,
        question: str,
        verb: str,
        *,
        detail: str = "",
        careful: bool = False,
    ) -> bool:
        self.questions.append(" ".join(part for part in (question, detail) if part))
        return bool(self.answers.get("confirm", True))

    def choose_open(self, _parent: Any, title: str, *_args: Any, **_options: Any) -> list[Path]:
        self.questions.append(title)
        return list(self.answers.get("open", []))

    def choose_save(self, _parent: Any, title: str, _name: str, _kinds: str) -> Path | None:
        self.questions.append(title)
        return self.answers.get("save")

    def ask_purpose(
        self, _parent: Any, sentence: str, offered: Any, _last: Any, said: Callable[[Any], None]
    ) -> None:
        from showroom.guard.exports import WhatFor

        self.purposes.append(sentence)
        given = self.answers.get("purpose", WhatFor(offered[0]))
        if given is not None:
            said(given)

    def show_error(self, _parent: Any, error: BaseException) -> None:
        from showroom.errors import Cancelled

        if not isinstance(error, Cancelled):
            self._errors.append(error)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    """Answer the dialogs; see `Asked`."""
    from ui import dialogs

    told = Asked()
    for name in ("confirm", "choose_open", "choose_save", "ask_purpose", "show_error"):
        monkeypatch.setattr(dialogs, name, getattr(told, name))
    yield told
    if told._errors and not told.looked:
        raise told._errors[0]


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """As the program's own application is made."""
    return ["pytest", "-style", "Fusion"]


@pytest.fixture(scope="session")
def dressed(qapp: Any) -> Any:
    """The application in the desk's light dress."""
    from ui import style

    style.apply(qapp, "light")
    return qapp


@pytest.fixture(autouse=True)
def _screen(request: pytest.FixtureRequest) -> Iterator[None]:
    """Dress the application before, and leave no thread, window or habit behind."""
    if "qtbot" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("dressed")
    request.getfixturevalue("asked")
    from ui import jobs, state

    state.use(None)
    gc.disable()  # as in the program: a worker's thread must not destroy a widget
    yield
    jobs.cancel_all()
    state.use(None)
    gc.collect(0)
    gc.enable()


@pytest.fixture
def page_of(qtbot: Any, db: Any) -> Callable[[type[Any]], Any]:
    """Return a function that opens a page class on `db` in a window as large as at 1366×768."""

    def open_page(kind: type[Any]) -> Any:
        page = kind(db)
        qtbot.addWidget(page)
        page.setAutoFillBackground(True)
        page.resize(1226, 692)
        page.show()
        qtbot.waitExposed(page)
        page.activateWindow()
        return page

    return open_page


@pytest.fixture
def window_of(qtbot: Any, desk: paths.Desk) -> Iterator[Callable[..., Any]]:
    """Return a function that opens the real window on the desk, as `begin(db)` left it.

    The window is 1366×768, on its first page or on the one called `code`, and has the keyboard.
    """
    from PySide6.QtWidgets import QApplication

    from ui.app import open_all
    from ui.main_window import MainWindow

    with ExitStack() as opened:

        def open_window(begin: Callable[[Any], object], code: str = "desk") -> Any:
            db, services = open_all(desk, code)
            opened.callback(db.close)
            begin(db)
            window = MainWindow()
            qtbot.addWidget(window)
            opened.callback(window.close)
            window.resize(1366, 768)
            window.furnish()
            window.show()
            qtbot.waitExposed(window)
            window.activateWindow()
            with qtbot.waitSignal(window.opened):
                window.open_desk(db, services)
            qtbot.waitUntil(lambda: window.isActiveWindow() and bool(QApplication.focusWidget()))
            return window

        yield open_window
