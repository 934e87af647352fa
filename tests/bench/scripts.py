"""What is done at the open window of `window.py`, by keys as people press them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView

from tests.bench.window import Step, play

Key = Qt.Key
Ctrl, Alt = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
TYPES, SAVES = "a key that only types", "a key that saves"
NONE = Qt.KeyboardModifier.NoModifier
MOMENT, PRESSED, TYPED = 30, 250, 260  # ms for what follows; a button is seen going down first


def nothing(_window: Any, _rounds: int) -> Iterator[Step]:
    """Only open it."""
    return iter(())


def pages(window: Any, _rounds: int) -> Iterator[Step]:
    """Every page is shown for the first time, then once more."""
    codes = list(window.specs)
    for again in (False, True):
        for code in [*codes[1:], codes[0]]:
            name = "a page shown again" if again else f"{code} first shown"
            yield name, PRESSED, pressing(ord("0") + codes.index(code) + 1, Ctrl)
            assert window.code == code


def scroll(window: Any, rounds: int) -> Iterator[Step]:
    """The customers page: shown, paged by key and to the end by the bar, searched."""
    yield "shown", PRESSED, pressing(Key.Key_2, Ctrl)
    page = window.pages["customers"]
    table = page.table
    yield "another row", MOMENT, table.setFocus
    for key in (Key.Key_Down, Key.Key_PageDown):
        for _press in range(6 * rounds):
            yield "another row", MOMENT, pressing(key)
    yield "another row", MOMENT, pressing(Key.Key_End)
    yield "another row", MOMENT, pressing(Key.Key_Home)
    for _step, move in bar_steps(table.verticalScrollBar()):
        yield "the bar, a block further, to the end", 2, move
    yield "another row", MOMENT, pressing(Key.Key_Home)
    digits = "13800138000"[: 2 * rounds]
    yield "a letter of the search", TYPED, page.finder.setFocus
    for letter in digits:
        yield "a letter of the search", TYPED, typing(letter)
    for _letter in digits:
        yield "a letter of the search", TYPED, pressing(Key.Key_Backspace)
    for _round in range(rounds):
        yield "read anew", MOMENT, page.reload


def bar_steps(bar: Any) -> Iterator[tuple[int, Callable[[], object]]]:
    """From the top to the end, as many rows further as are fetched at a time."""
    from ui.rows import BLOCK
    from ui.style import ROW

    for place in range(0, bar.maximum() + BLOCK * ROW, BLOCK * ROW):
        yield place, lambda place=place: bar.setValue(place)


def desk(window: Any, rounds: int) -> Iterator[Step]:
    """A day of 300 visits on the desk: read anew, and more parties, from arrival to leaving."""
    page = window.pages["desk"]
    form = page.form
    for _round in range(4 * rounds):
        yield "read anew", 20, page.reload
    for _round in range(rounds):
        yield TYPES, PRESSED, pressing(Key.Key_F2)
        yield TYPES, MOMENT, typing("2")
        yield "a party arrives", PRESSED, pressing(Key.Key_Return)
        visit = form.visit
        assert form.name.hasFocus()
        for letter in "Zhang":
            yield TYPES, MOMENT, typing(letter)
        yield "the draft kept", 400, lambda: None
        yield SAVES, PRESSED, pressing(Key.Key_Return)
        yield TYPES, MOMENT, form.phone.setFocus
        for digit in f"139{visit.id:08d}":
            yield "a digit of the phone", MOMENT, typing(digit)
        yield "the draft kept", 400, lambda: None
        yield "the phone captured", PRESSED, pressing(Key.Key_Return)
        assert form.visit.customer_id is not None
        yield TYPES, MOMENT, form.level.setFocus
        yield SAVES, PRESSED, typing("A")
        yield TYPES, PRESSED, pressing(Key.Key_2, Alt)
        yield SAVES, PRESSED, pressing(Key.Key_Return)
        yield TYPES, PRESSED, pressing(Key.Key_F6)
        yield TYPES, MOMENT, pressing(Key.Key_Space)
        yield SAVES, PRESSED, pressing(Key.Key_Return, Ctrl)
        yield TYPES, PRESSED, pressing(Key.Key_F6)
        for digit in str(page.tools.current.out.km_out + 6):
            yield TYPES, MOMENT, typing(digit)
        yield SAVES, PRESSED, pressing(Key.Key_Return)
        yield SAVES, PRESSED, pressing(Key.Key_F8)
        assert form.visit.left_at is not None


def figures(window: Any, rounds: int) -> Iterator[Step]:
    """The figures page: a month, a year, the rows behind its visits, back in time."""
    yield "the page, a month", 1500, lambda: window.show_page("figures")
    page = window.pages["figures"]

    def span(letter: Any) -> Callable[[], None]:
        return lambda: pressing_on(page.span, letter)

    for _round in range(rounds):
        yield "a year", 3000, span(Qt.Key.Key_Y)
        yield "the rows behind it", 2000, lambda: page.figures.clicked.emit("parties")
        yield "a page down in them", 600, pressing(Qt.Key.Key_PageDown)
        yield "back to the figures", 400, pressing(Qt.Key.Key_Escape)
        yield "a quarter", 2000, span(Qt.Key.Key_Q)
        yield "a month", 1500, span(Qt.Key.Key_M)
        yield "the month before", 1500, page.earlier.click


def pressing_on(widget: Any, key: Any) -> None:
    """A key for this widget, wherever the keyboard is."""
    from PySide6.QtTest import QTest

    QTest.keyClick(widget, key)


def file(window: Any, rounds: int) -> Iterator[Step]:
    """The file with the long life of `files.py` is opened, from others and back, part by part."""
    from tests.bench.files import NAME

    yield "customers shown", PRESSED, pressing(Key.Key_2, Ctrl)
    page = window.pages["customers"]
    first = page.table.rows.ids()[0]
    yield "the search", 2 * TYPED, lambda: page.finder.setText(NAME)
    (long,) = page.table.rows.ids()
    page.finder.clear()
    yield "the search", TYPED, page.reload
    for _round in range(rounds):
        yield "another file", MOMENT, lambda: page.show_id(first)
        yield "a long life opened", MOMENT, lambda: page.show_id(long)
        yield "its circle", MOMENT, lambda: page.file.show_tab("circle")
        yield "its overview", MOMENT, lambda: page.file.show_tab("overview")
        yield "a fact becomes its field", MOMENT, lambda: page.file.open("note")
        yield "and is left", MOMENT, page.file.leave


def pressing(key: Any, how: Any = NONE) -> Callable[[], None]:
    """Press a key where the keyboard is."""
    return lambda: QTest.keyClick(focus(), Qt.Key(key), how)


def typing(letters: str) -> Callable[[], None]:
    """Type where the keyboard is."""
    return lambda: QTest.keyClicks(focus(), letters)


def focus() -> Any:
    """What has the keyboard."""
    return QApplication.focusWidget() or QApplication.activeWindow()


# -- the floor of scrolling: the same words in a table of Qt's own


class Plain(QAbstractTableModel):
    """As many rows of seven words, all of them there."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    def rowCount(self, _parent: Any = None) -> int:
        return self._count

    def columnCount(self, _parent: Any = None) -> int:
        return 7

    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return f"张伟 {index.row()}" if role == Qt.ItemDataRole.DisplayRole else None


def plain() -> None:
    """Page through a bare table; `DATA` is how many rows it has."""
    from tests.bench.window import clock
    from ui.style import ROW

    app = QApplication([])
    table = QTableView()
    table.verticalHeader().setDefaultSectionSize(ROW)
    table.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
    table.setModel(Plain(int(sys.argv[1])))
    table.resize(820, 640)
    table.show()
    clock.start(table)
    play(("bar", 2, move) for _place, move in bar_steps(table.verticalScrollBar()))
    app.exec()
