"""Lists: only what is seen is read, what is chosen stays chosen, all of it by keys."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication

from ui import state, style
from ui.tables import BLOCK, Column, RowsModel, Table
from ui.timeline import Entry, Timeline
from ui.widgets import Button

# -- lists ---------------------------------------------------------------------------------------


COLUMNS = (
    Column("Name", lambda row: row.name, stretch=True, sort="name"),
    Column("Level", lambda row: "H", tag=lambda _row: "late"),
    Column("Moments", dots=lambda _row: "gr-----"),
    Column("Minutes", lambda row: str(row.id), align="right", tone="muted"),
)


class Rows:
    """Rows by id, counting what was fetched."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.gone: set[int] = set()

    def __call__(self, ids: list[int]) -> list[Any]:
        self.asked += ids
        return [SimpleNamespace(id=id, name=f"N{id}") for id in ids if id not in self.gone]


@pytest.fixture
def rows():
    return Rows()


@pytest.fixture
def table(qtbot, rows):
    made = Table("test.list", COLUMNS, rows)
    qtbot.addWidget(made)
    made.resize(600, 340)
    made.show()
    return made


def test_the_model_keeps_qts_rules(qtmodeltester, rows):
    model = RowsModel(COLUMNS, rows, checkable=True)
    model.set_ids(range(1, 30))
    qtmodeltester.check(model)


def test_of_a_long_list_only_what_is_seen_is_fetched(table, rows, qtbot):
    table.show_ids(range(1, 100_001))
    table.grab()
    assert len(rows.asked) <= 2 * BLOCK
    table.choose(99_990)
    table.grab()
    assert len(rows.asked) <= 6 * BLOCK
    assert table.current_row().name == "N99990"


def test_the_chosen_row_stays_chosen_by_its_id(table, qtbot):
    told: list[int] = []
    table.chosen.connect(told.append)
    table.show_ids([1, 2, 3])
    table.choose(2)
    table.show_ids([5, 3, 2, 1])
    assert table.current_id() == 2
    assert table.currentIndex().row() == 2
    assert told == [2]
    table.show_ids([5, 3])
    assert table.current_id() == 0
    assert told == [2, 0]


def test_the_same_ids_are_read_anew_in_place(table, rows):
    table.show_ids([1, 2])
    table.grab()
    rows.asked.clear()
    table.show_ids([1, 2])
    table.grab()
    assert rows.asked == [1, 2]


def test_a_row_deleted_meanwhile_is_blank(table, rows):
    rows.gone.add(2)
    table.show_ids([1, 2])
    assert table.rows.index(1, 0).data() == ""
    assert table.rows.row(1) is None
    table.grab()


def test_keys_move_open_and_copy(table, qtbot):
    table.show_ids([1, 2, 3])
    opened: list[int] = []
    table.opened.connect(opened.append)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert table.current_id() == 1
    qtbot.keyClick(table, Qt.Key.Key_End)
    assert table.current_id() == 3
    qtbot.keyClick(table, Qt.Key.Key_Home)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened == [1]
    table.copy.trigger()
    assert QGuiApplication.clipboard().text() == "N1\tH\t\t1"


def test_a_copied_cell_is_never_a_formula(qtbot):
    table = Table("test.list", (Column("Name", lambda row: row.name),), lambda ids: [
        SimpleNamespace(id=id, name="=1+1") for id in ids
    ])  # fmt: skip
    qtbot.addWidget(table)
    table.show_ids([1])
    table.choose(1)
    table.copy.trigger()
    assert QGuiApplication.clipboard().text() == "'=1+1"


def test_an_empty_list_says_what_fills_it(table, qtbot):
    table.set_empty("No customers yet.", Button("New Customer"))
    assert table._empty.isVisible()
    assert table._empty.sentence.text() == "No customers yet."
    table.show_ids([1])
    assert not table._empty.isVisible()


def test_a_short_list_makes_room_for_the_button_that_fills_it(qtbot, rows):
    table = Table("test.list", COLUMNS, rows, fit=True)
    qtbot.addWidget(table)
    table.resize(500, 300)
    table.show()
    table.set_empty("Nobody is here.")
    quiet = table.height()
    button = Button("Who Works Here?", kind="primary")
    table.set_empty("Welcome.", button)
    qtbot.waitUntil(lambda: button.height() >= button.sizeHint().height())
    table.show_ids([1, 2])
    assert table.height() == quiet  # two rows


def test_rows_can_be_ticked_by_key_click_and_all_at_once(qtbot, rows):
    table = Table("test.list", COLUMNS, rows, checkable=True)
    qtbot.addWidget(table)
    table.resize(500, 300)
    table.show()
    table.show_ids([1, 2, 3])
    table.choose(2)
    with qtbot.waitSignal(table.ticked):
        qtbot.keyClick(table, Qt.Key.Key_Space)
    assert table.checked_ids() == [2]
    spot = table.visualRect(table.rows.index(2, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert table.checked_ids() == [2, 3]
    table.grab()
    table.horizontalHeader().sectionClicked.emit(0)
    assert table.checked_ids() == [1, 2, 3]
    table.show_ids([2, 3])
    assert table.checked_ids() == [2, 3]
    table.horizontalHeader().sectionClicked.emit(0)
    assert table.checked_ids() == []


def test_a_header_with_an_order_asks_for_it_and_turns_it(table, qtbot):
    told: list[tuple[str, bool]] = []
    table.sorted.connect(lambda code, down: told.append((code, down)))
    table.horizontalHeader().sectionClicked.emit(0)
    table.horizontalHeader().sectionClicked.emit(0)
    table.horizontalHeader().sectionClicked.emit(1)
    assert told == [("name", False), ("name", True)]
    table.grab()


def test_cells_are_said_in_words(table):
    table.show_ids([1])
    spoken = Qt.ItemDataRole.AccessibleTextRole
    assert table.rows.index(0, 1).data(spoken) == "Level: H"
    assert table.rows.index(0, 2).data(spoken) == "Moments: 1 given, 1 refused"


def test_column_widths_are_remembered(qtbot, rows, tmp_path):
    state.use(tmp_path)
    table = Table("test.list", COLUMNS, rows)
    qtbot.addWidget(table)
    header = table.horizontalHeader()
    header.held = True
    header.resizeSection(1, 133)
    again = Table("test.list", COLUMNS, rows)
    qtbot.addWidget(again)
    assert again.horizontalHeader().sectionSize(1) == 133


def test_a_fitting_list_is_as_high_as_its_rows(qtbot, rows):
    table = Table("test.list", COLUMNS, rows, fit=True, header=False, max_rows=3)
    qtbot.addWidget(table)
    table.show_ids([1, 2])
    assert table.height() == 2 * style.ROW
    table.show_ids(range(1, 9))
    assert table.height() == 3 * style.ROW


def test_a_timeline_opens_what_is_chosen(qtbot):
    line = Timeline("customers.timeline")
    qtbot.addWidget(line)
    line.resize(330, 300)
    line.show()
    line.show_entries(
        [Entry(7, "Today 09:42", "Third visit, 2 people", "with Wang"), Entry(0, "11-15", "A" * 90)]
    )
    line.grab()
    with qtbot.waitSignal(line.opened) as told:
        line.setCurrentIndex(line.model().index(0, 0))
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert told.args == [7]
    spoken = line.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Today 09:42, Third visit, 2 people, with Wang"
    assert not line.model().index(0, 0, QModelIndex()).parent().isValid()


def test_where_there_is_plenty_of_room_every_column_has_its_part_of_it(table, rows, qtbot):
    table.show_ids(range(1, 9))
    header = table.horizontalHeader()
    narrow = header.sectionSize(3)
    table.resize(1300, 340)
    qtbot.waitUntil(lambda: header.sectionSize(3) > narrow)
    assert header.length() == table.viewport().width()
    table.resize(600, 340)
    qtbot.waitUntil(lambda: header.sectionSize(3) == narrow)


def test_a_width_set_by_hand_stays_as_it_is(qtbot, rows, tmp_path):
    state.use(tmp_path)
    state.set_numbers("columns/test.list", [200, 90, 133, 90])
    again = Table("test.list", COLUMNS, rows)
    qtbot.addWidget(again)
    again.resize(1300, 340)
    again.show()
    assert again.horizontalHeader().sectionSize(2) == 133
