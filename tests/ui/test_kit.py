"""The kit that pages are made of: look, lists, forms, jobs, dialogs, habits."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage, QInputMethodEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QMainWindow,
    QMessageBox,
    QProgressDialog,
    QWidget,
)

from showroom.errors import Cancelled, Invalid, ShowroomError
from ui import charts, dialogs, jobs, state, style
from ui.days import read_day
from ui.forms import Check, Choice, Day, Form, Money, Note, Number, Options, Phone, Text
from ui.jobs import Job
from ui.page import Page
from ui.segmented import Segmented
from ui.tables import BLOCK, Column, RowsModel, Table
from ui.timeline import Entry, Timeline
from ui.widgets import Button, Fig, FigureRow, Tag, label

TODAY = date(2026, 11, 21)


# -- the look ------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", [style.LIGHT, style.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "surface"])
@pytest.mark.parametrize("ink", ["text", "muted", "accent", "good", "late", "soon"])
def test_every_text_can_be_read(scheme, ground, ink):
    assert style.contrast(scheme[ink], scheme[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [style.LIGHT, style.DARK], ids=["light", "dark"])
def test_tags_chosen_rows_and_buttons_can_be_read(scheme):
    for tone in style.TONES:
        assert style.contrast(scheme[tone], scheme[f"{tone}_soft"]) >= 4.5, tone
    for ink in ("text", "muted", "late", "good", "accent"):
        assert style.contrast(scheme[ink], scheme["accent_soft"]) >= 4.5, ink
        assert style.contrast(scheme[ink], scheme["hover"]) >= 4.5, ink
    assert style.contrast(scheme["soon"], scheme["hover"]) >= 4.5
    assert style.contrast(scheme["on_accent"], scheme["accent"]) >= 4.5
    assert style.contrast(scheme["on_accent"], scheme["accent_hover"]) >= 4.5


def test_words_that_are_due_soon_can_be_read_on_a_chosen_row(qtbot):
    ground = style.LIGHT["accent_soft"]
    assert style.contrast(style.ink("soon", chosen=True).name(), ground) >= 4.5
    assert style.ink("soon").name().upper() == style.LIGHT["soon"]


@pytest.mark.parametrize("scheme", [style.LIGHT, style.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("mark", ["faint", "good", "late", "accent"])
def test_every_mark_can_be_seen(scheme, mark):
    for ground in ("surface", "ground", "accent_soft"):
        assert style.contrast(scheme[mark], scheme[ground]) >= 3, ground


def test_both_schemes_name_the_same_colours():
    assert style.LIGHT.keys() == style.DARK.keys()


def test_the_scheme_can_be_chosen_and_icons_follow(qtbot):
    app = QApplication.instance()
    picture = style.icon("house", "text")

    def ink() -> str:
        image = picture.pixmap(64, 64).toImage()
        seen = {
            image.pixelColor(x, y).name()
            for x, y in product(range(64), range(64))
            if image.pixelColor(x, y).alpha() == 255
        }
        return max(seen)

    light = ink()
    style.apply(app, "dark")
    try:
        assert style.is_dark()
        assert app.palette().window().color().name().upper() == style.DARK["ground"]
        assert ink() != light
    finally:
        style.apply(app, "light")
    assert not style.is_dark()


def test_what_pops_up_is_dressed_in_the_colours_of_the_scheme(qtbot):
    assert style.LIGHT["accent_soft"] in style.style_sheet()
    assert "$" not in style.style_sheet()


def test_the_moments_differ_in_shape_not_only_in_colour(qtbot):
    painted = {}
    for state_letter in "gr-":
        image = QImage(20, 20, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        style.paint_dots(painter, image.rect(), state_letter)
        painter.end()
        grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
        painted[state_letter] = bytes(grey.constBits())
    assert len(set(painted.values())) == 3


def test_a_label_takes_role_and_tone(qtbot):
    made = label("3 days late", "muted")
    qtbot.addWidget(made)
    quiet = made.palette().color(made.foregroundRole()).name()
    style.set_role(made, tone="late")
    assert made.palette().color(made.foregroundRole()).name().upper() == style.LIGHT["late"]
    style.set_role(made, tone="")
    assert made.palette().color(made.foregroundRole()).name() == quiet


# -- small widgets -------------------------------------------------------------------------------


def test_a_button_shows_its_key_and_keeps_it_when_its_words_change(qtbot):
    button = Button("Print 5 Cards", "Ctrl+P", name="cards.print")
    button.setShortcut("Ctrl+P")
    qtbot.addWidget(button)
    assert button.toolTip() == "Print 5 Cards (Ctrl+P)"
    button.setText("Print A & B")
    assert button.shortcut().toString() == "Ctrl+P"
    assert button.accessibleName() == "Print A & B"


def test_figures_are_spoken_with_their_formula_and_can_be_clicked(qtbot):
    row = FigureRow("desk")
    qtbot.addWidget(row)
    row.show_figures([Fig("visits", "12", "visits today", "· 26", "parties that came in today")])
    row.show()
    figure = row.findChild(object, "desk.visits")
    assert figure.accessibleName() == "visits today: 12 · 26"
    assert figure.accessibleDescription() == "parties that came in today"
    with qtbot.waitSignal(row.clicked) as told:
        qtbot.mouseClick(figure, Qt.MouseButton.LeftButton)
    assert told.args == ["visits"]
    row.show_figures([])
    assert row.values() == {}


def test_a_tag_without_words_is_hidden(qtbot):
    tag = Tag("A")
    qtbot.addWidget(tag)
    tag.set_tag("")
    assert tag.isHidden()


def test_segments_are_chosen_by_letter_arrow_and_click(qtbot):
    levels = Segmented([("week", "H 7 days"), ("fortnight", "A 15 days")], name="desk.level")
    qtbot.addWidget(levels)
    levels.show()
    qtbot.keyClick(levels, "a")
    assert levels.code() == "fortnight"
    qtbot.keyClick(levels, Qt.Key.Key_Left)
    assert levels.code() == "week"
    qtbot.mouseClick(levels.buttons["week"], Qt.MouseButton.LeftButton)
    assert levels.code() == ""
    qtbot.keyClick(levels, Qt.Key.Key_Right)
    assert levels.code() == "week"
    qtbot.keyClick(levels, Qt.Key.Key_Delete)
    assert levels.code() == ""


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


# -- forms ---------------------------------------------------------------------------------------


@pytest.fixture
def form(qtbot):
    made = Form("desk")
    made.row(Text("name", "Name"), Choice("honorific", "Honorific", [("mr", "Mr"), ("ms", "Ms")]))
    made.row(Phone("phone", "Phone"))
    made.row(Choice("model", "Model", [(3, "汉EV"), (5, "宋PLUS")], search=True))
    made.row(Options("level", "Level", [("week", "H 7 days"), ("month", "B 30 days")]))
    made.row(Money("price", "Price"))
    made.row(Day("due", "Due", today=lambda: TODAY))
    made.row(Number("people", "People", least=1, most=99))
    made.row(Check("drive", "Test drive"))
    made.row(Note("note", "Note"))
    qtbot.addWidget(made)
    made.resize(340, 600)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


def compose(widget, text: str) -> None:
    """Let an input method show `text` that is not committed yet."""
    QApplication.sendEvent(widget, QInputMethodEvent(text, []))


def commit(widget, text: str) -> None:
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def test_every_input_has_a_label_a_name_and_an_accessible_name(form):
    for name, widget in form.fields.items():
        assert widget.objectName() == f"desk.{name}"
        assert widget.accessibleName()
    assert form.labels["name"].buddy() is form.fields["name"]
    assert form.labels["phone"].buddy() is form.fields["phone"]


def test_values_come_back_in_their_own_types(form, qtbot):
    values = {
        "name": "张伟",
        "honorific": "mr",
        "phone": "138 0013 8000",
        "model": 5,
        "level": "month",
        "price": Decimal("218000.00"),
        "due": date(2026, 12, 1),
        "people": 2,
        "drive": True,
        "note": "wants white",
    }
    told: list[str] = []
    form.edited.connect(told.append)
    form.set_values(values)
    assert form.values() == values
    assert told == []
    assert form.fields["price"].text() == "218,000"
    form.clear()
    assert set(form.values().values()) == {"", None, False}


def test_a_draft_holds_what_is_half_typed(form, qtbot):
    form.fields["price"].setText("21.8x")
    form.fields["due"].setText("2026-13")
    form.fields["model"].setEditText("汉")
    draft = form.raw()
    form.clear()
    form.set_raw(draft)
    assert form.raw() == draft
    assert draft["price"] == "21.8x"
    assert draft["model"] == "汉"


def test_only_the_users_edits_are_told(form, qtbot):
    told: list[str] = []
    form.edited.connect(told.append)
    form.set_values({"name": "a", "note": "b", "drive": True, "level": "week"})
    assert told == []
    qtbot.keyClicks(form.fields["name"], "b")
    qtbot.keyClicks(form.fields["note"], "c")
    qtbot.mouseClick(form.fields["drive"], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(form.fields["level"].buttons["month"], Qt.MouseButton.LeftButton)
    assert told == ["name", "note", "drive", "level"]


def test_what_is_wrong_stands_beside_its_field_and_goes_with_the_next_key(form, qtbot):
    with form.reporting():
        raise Invalid({"phone": "Enter a phone number.", "name": "Enter a name."})
    assert form.problems["name"].text() == "Enter a name."
    assert form.problems["phone"].isVisible()
    assert form.focusWidget() is form.fields["name"]
    qtbot.keyClicks(form.fields["name"], "x")
    assert form.problems["name"].isHidden()
    assert form.problems["phone"].isVisible()


def test_all_that_cannot_be_is_said_at_once(form, asked):
    form.fields["price"].setText("many")
    form.fields["due"].setText("2026-02-30")
    form.fields["people"].setText("0")
    form.fields["model"].setEditText("no such car")
    with form.reporting():
        form.values()
    assert {name for name, words in form.problems.items() if words.text()} == {
        "price",
        "due",
        "people",
        "model",
    }
    with form.reporting():
        pass
    assert not any(words.text() for words in form.problems.values())


def test_a_problem_of_no_field_is_shown_in_a_box(form, asked):
    with form.reporting():
        raise Invalid({"elsewhere": "No consultant is on duty."})
    with form.reporting():
        raise ShowroomError("This deal is already closed.")
    with form.reporting():
        raise Cancelled
    assert asked.errors == ["No consultant is on duty.", "This deal is already closed."]


def test_enter_goes_to_the_next_field_and_from_the_last_out(form, qtbot):
    ends: list[None] = []
    form.entered.connect(lambda: ends.append(None))
    form.focus("name")
    for name in ("honorific", "phone", "model", "level", "price", "due", "people", "drive", "note"):
        qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Return)
        assert form.focusWidget() in (
            form.fields[name],
            getattr(form.fields[name], "lineEdit", int)(),
        )
    qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Return)
    assert form.fields["note"].toPlainText() == "\n"
    qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert ends == [None]


def test_enter_while_an_input_method_composes_fires_nothing(form, qtbot):
    name = form.fields["name"]
    form.focus("name")
    compose(name, "zhang'wei")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    assert form.focusWidget() is name
    compose(name, "")
    commit(name, "张𬭎")
    assert name.value() == "张𬭎"
    qtbot.keyClick(name, Qt.Key.Key_Return)
    assert form.focusWidget() is form.fields["honorific"]


def test_enter_while_composing_in_a_searched_choice_fires_nothing(form, qtbot):
    form.focus("model")
    line = form.fields["model"].lineEdit()
    compose(line, "han")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert form.focusWidget() in (line, form.fields["model"])
    compose(line, "")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert form.focusWidget() is form.fields["level"]


def test_a_shortcut_sleeps_while_an_input_method_composes(qtbot, db):
    fired: list[str] = []

    class Some(Page):
        code = "some"

        def __init__(self, db: Any) -> None:
            super().__init__(db)
            self.name = Text("name", "Name")
            self.body.addWidget(self.name)
            self.key("Return", "Save", lambda: fired.append("saved"))

    page = Some(db)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitExposed(page)
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.name.setFocus()
    compose(page.name, "zhang")
    qtbot.keyClick(page.name, Qt.Key.Key_Return)
    assert fired == []
    compose(page.name, "")
    qtbot.keyClick(page.name, Qt.Key.Key_Return)
    assert fired == ["saved"]


def test_a_phone_is_grouped_as_it_is_typed_and_says_what_lacks(form, qtbot):
    phone = form.fields["phone"]
    qtbot.keyClicks(phone, "13800138")
    assert phone.text() == "138 0013 8"
    assert phone.hint() == "3 more"
    qtbot.keyClicks(phone, "000")
    assert phone.text() == "138 0013 8000"
    assert phone.hint() == ""
    phone.clear()
    commit(phone, "１３８")
    assert phone.text() == "138"
    phone.set_value("+8613800138000")
    assert phone.text() == "138 0013 8000"


def test_the_cursor_stays_where_the_user_corrects_a_phone(form, qtbot):
    phone = form.fields["phone"]
    phone.set_value("138 0013 8000")
    phone.setCursorPosition(3)
    qtbot.keyClick(phone, Qt.Key.Key_Backspace)
    assert phone.text() == "130 0138 000"
    assert phone.cursorPosition() == 2
    qtbot.keyClicks(phone, "9")
    assert phone.text() == "139 0013 8000"


def test_an_amount_is_read_as_people_write_it(form, qtbot):
    price = form.fields["price"]
    for typed in ("218000", "218,000", "21.8万", "¥218000"):
        price.setText(typed)
        assert price.value() == Decimal(218000)
    price.setText("")
    assert price.value() is None


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("", None),
        ("2026-12-01", date(2026, 12, 1)),
        ("2026年12月1日", date(2026, 12, 1)),
        ("20261201", date(2026, 12, 1)),
        ("26/12/1", date(2026, 12, 1)),
        ("12-1", date(2026, 12, 1)),
        ("1-5", date(2027, 1, 5)),
        ("28", date(2026, 11, 28)),
        ("２８", date(2026, 11, 28)),
        ("5", date(2026, 12, 5)),
        ("+3", date(2026, 11, 24)),
        ("明天", date(2026, 11, 22)),
        ("today", TODAY),
    ],
)
def test_a_day_is_read_as_people_write_it(typed, day):
    assert read_day(typed, TODAY) == day


@pytest.mark.parametrize(
    "typed",
    [
        *("2026-02-30", "13-1", "0", "soon", "1-2-3-4", "2026-13", "206-11-18", "0206-11-18"),
        *(
            "9999-12-31",
            "99991231",
            "1899-12-31",
            "2100-1-1",
            "99999999999999-1-1",
            "1-99999999999",
        ),
    ],
)
def test_a_day_that_cannot_be_is_refused(typed):
    with pytest.raises(ValueError, match=r"."):
        read_day(typed, TODAY)


def test_a_day_moves_by_arrow_and_comes_from_the_calendar(form, qtbot):
    due = form.fields["due"]
    qtbot.keyClick(due, Qt.Key.Key_Up)
    assert due.value() == TODAY
    qtbot.keyClick(due, Qt.Key.Key_Up)
    assert due.value() == date(2026, 11, 22)
    qtbot.keyClick(due, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    calendar = due._calendar
    assert calendar.isVisible()
    calendar.clicked.emit(calendar.selectedDate().addDays(2))
    assert not calendar.isVisible()
    assert due.value() == date(2026, 11, 24)


def test_a_number_moves_by_arrow_within_its_limits(form, qtbot):
    people = form.fields["people"]
    qtbot.keyClick(people, Qt.Key.Key_Down)
    assert people.value() == 1
    qtbot.keyClick(people, Qt.Key.Key_Up)
    assert people.value() == 2


def test_a_choice_finds_by_any_part_and_keeps_free_words_only_where_allowed(qtbot):
    closed = Choice("model", "Model", [(3, "汉EV")], search=True)
    free = Choice("model", "Model", [(3, "汉EV")], free=True)
    for made in (closed, free):
        qtbot.addWidget(made)
        made.setEditText("汉ev")
        assert made.value() == 3
        made.setEditText("其他")
    assert free.value() == "其他"
    with pytest.raises(Invalid):
        closed.value()


def test_new_options_keep_what_is_chosen(qtbot):
    choice = Choice("model", "Model", [(3, "汉EV"), (5, "宋PLUS")])
    qtbot.addWidget(choice)
    choice.set_value(5)
    choice.set_options([(5, "宋PLUS 2027"), (9, "海豹")])
    assert choice.value() == 5
    assert choice.currentText() == "宋PLUS 2027"
    choice.set_options([(9, "海豹")])
    assert choice.value() is None


def test_scrolling_over_a_choice_does_not_change_it(qtbot):
    choice = Choice("model", "Model", [(3, "汉EV"), (5, "宋PLUS")])
    qtbot.addWidget(choice)
    choice.set_value(3)
    choice.show()
    choice.clearFocus()
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent

    turn = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(choice, turn)
    assert choice.value() == 3


def test_a_row_can_be_hidden_and_enter_passes_it(form, qtbot):
    form.show_row("phone", False)
    assert form.fields["phone"].isHidden()
    form.focus("honorific")
    qtbot.keyClick(form.fields["honorific"], Qt.Key.Key_Return)
    assert form.focusWidget() in (form.fields["model"], form.fields["model"].lineEdit())


# -- pages ---------------------------------------------------------------------------------------


class Counting(Page):
    """A page that counts how often it reads."""

    code = "counting"
    title = "Counting"

    def __init__(self, db: Any) -> None:
        super().__init__(db)
        self.reads = 0
        self.save = self.button("Save", "Ctrl+S", self._fail, name="save")
        self.buttons.addWidget(self.save)
        self.key("1", "First moment", lambda: None)

    def reload(self) -> None:
        self.reads += 1

    def _fail(self) -> None:
        raise ShowroomError("It cannot be saved now.")


def write(db) -> None:
    from showroom.guard import staff
    from showroom.store.models import Role

    with db.write() as session:
        staff.add(session, name=f"N{len(staff.everyone(session))}", role=Role.CONSULTANT)


def test_a_visible_page_follows_every_write_and_a_hidden_one_waits(page_of, db, qtbot):
    page = page_of(Counting)
    assert page.reads == 1
    write(db)
    assert page.reads == 2
    page.hide()
    write(db)
    write(db)
    assert page.reads == 2
    page.show()
    assert page.reads == 3


def test_a_write_on_another_thread_is_followed_too(page_of, db, qtbot):
    page = page_of(Counting)
    thread = threading.Thread(target=write, args=(db,))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: page.reads == 2)


def test_typing_in_a_search_line_reads_once(page_of, qtbot):
    page = page_of(Counting)
    for _key in range(3):
        page.reload_soon()
    qtbot.waitUntil(lambda: page.reads == 2)
    qtbot.wait(200)
    assert page.reads == 2


def test_an_error_of_a_button_is_said_in_a_box(page_of, asked, qtbot):
    page = page_of(Counting)
    qtbot.mouseClick(page.save, Qt.MouseButton.LeftButton)
    assert asked.errors == ["It cannot be saved now."]


def test_a_page_lists_its_keys_and_commands(page_of, qtbot):
    page = page_of(Counting)
    assert page.keys() == [("Ctrl+S", "Save"), ("1", "First moment")]
    assert page.key_groups() == {"Counting": page.keys()}
    page.save.setEnabled(False)
    assert [text for text, _key, _do in page.commands()] == ["First moment"]


def test_the_side_says_what_to_choose_while_nothing_is(page_of, qtbot):
    page = page_of(Counting)
    page.side.show_empty("Choose a customer.")
    assert page.side.is_empty()
    page.side.show_content()
    page.side.set_title("张伟", "138 0013 8000", "A")
    assert page.side.tag.text() == "A"


def test_a_page_that_is_gone_does_not_disturb_a_write(db, qtbot, dressed):
    page = Counting(db)
    page.deleteLater()
    del page
    QApplication.processEvents()
    write(db)


# -- jobs ----------------------------------------------------------------------------------------


@pytest.fixture
def window(qtbot):
    made = QMainWindow()
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_reading_job_leaves_the_window_usable_and_hands_its_result_over(window, qtbot):
    go, results = threading.Event(), []
    job = Job(
        window, "Exporting…", lambda _progress: go.wait(5) and threading.get_ident(), results.append
    )
    assert window.isEnabled()
    with qtbot.waitSignal(job.finished):
        go.set()
    assert results != [threading.get_ident()]
    assert jobs.running() == []


def test_a_writing_job_holds_the_window_and_shows_its_progress_late(window, qtbot, monkeypatch):
    monkeypatch.setattr(jobs, "LATE_MS", 1)
    go = threading.Event()

    def work(progress) -> str:
        progress.step(1, 4)
        go.wait(5)
        return "done"

    results: list[str] = []
    job = Job(window, "Importing…", work, results.append, writes=True)
    assert not window.isEnabled()
    qtbot.waitUntil(lambda: window.findChild(QProgressDialog) is not None)
    dialog = window.findChild(QProgressDialog)
    assert dialog.isEnabled()
    with qtbot.waitSignal(job.finished):
        go.set()
    assert window.isEnabled()
    assert results == ["done"]


def test_cancel_stops_the_work_and_is_silent(window, qtbot, asked, monkeypatch):
    monkeypatch.setattr(jobs, "LATE_MS", 1)

    def work(progress) -> None:
        while True:
            progress.step(1, 2)

    job = Job(window, "Importing…", work, writes=True)
    qtbot.waitUntil(lambda: window.findChild(QProgressDialog) is not None)
    with qtbot.waitSignal(job.finished):
        window.findChild(QProgressDialog).canceled.emit()
    assert window.isEnabled()


def test_an_error_in_a_job_is_said_on_the_windows_thread(window, qtbot, asked):
    def work(_progress) -> None:
        raise ShowroomError("The disk is full.")

    job = Job(window, "Exporting…", work)
    qtbot.waitSignal(job.finished).wait()
    assert asked.errors == ["The disk is full."]
    failed: list[Exception] = []
    job = Job(window, "Exporting…", work, failed=failed.append)
    qtbot.waitSignal(job.finished).wait()
    assert [str(error) for error in failed] == ["The disk is full."]


def test_closing_asks_all_jobs_to_stop_and_waits(window, qtbot):
    def work(progress) -> None:
        while True:
            progress.step(0, 1)

    Job(window, "One", work)
    Job(window, "Two", work)
    jobs.cancel_all()
    assert jobs.running() == []


# -- dialogs -------------------------------------------------------------------------------------


@pytest.fixture
def boxes(monkeypatch):
    """Message boxes that answer by themselves: the first button, or the one named."""
    seen: list[QMessageBox] = []
    press = {"words": ""}

    def answer(box: QMessageBox) -> int:
        seen.append(box)
        buttons = {button.text(): button for button in box.buttons()}
        found = buttons.get(press["words"])
        if found is not None:
            found.click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    return SimpleNamespace(seen=seen, press=press)


@pytest.fixture
def real(monkeypatch, request):
    """The real dialogs, which `asked` replaced."""
    import importlib

    return importlib.reload(dialogs)


def test_a_question_is_answered_with_its_verb(qtbot, boxes, real):
    boxes.press["words"] = "Print Again"
    assert real.confirm(None, "Print this card again?", "Print Again")
    assert boxes.seen[0].text() == "Print this card again?"


def test_a_failure_is_one_sentence_and_cancelling_none(qtbot, boxes, real):
    real.show_error(None, Cancelled())
    real.show_error(None, ShowroomError("The disk is full."))
    assert [box.text() for box in boxes.seen] == ["The disk is full."]


def test_a_bug_is_shown_once_with_its_details(qtbot, boxes, real, caplog):
    boxes.press["words"] = "Copy Details"
    for _time in range(2):
        try:
            raise ValueError("what nobody thought of")
        except ValueError as error:
            real.show_error(None, error)
    assert len(boxes.seen) == 1
    assert "what nobody thought of" in QGuiApplication.clipboard().text()
    assert caplog.text.count("A bug:") == 2


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param({"位置(&L)：", "文件类型(&T)："}, marks=pytest.mark.language("zh_CN")),
        {"&Look in:", "Files of &type:"},
    ],
)
def test_the_file_dialog_speaks_one_language(qtbot, real, shown):
    seen: set[str] = set()

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QFileDialog):
            timer.stop()
            seen.update(words.text() for words in dialog.findChildren(QLabel))
            dialog.reject()

    parent = QWidget()
    qtbot.addWidget(parent)
    timer = QTimer(parent, interval=5)
    timer.timeout.connect(look)
    timer.start()
    assert real.choose_open(parent, "?", "Excel (*.xlsx)") == []
    assert shown <= seen


# -- habits --------------------------------------------------------------------------------------


def test_habits_are_kept_in_the_data_folder(tmp_path, qtbot):
    state.use(tmp_path)
    state.set_text("scheme", "dark")
    state.set_numbers("columns/x", [10, 20])
    (tmp_path / "out").mkdir()
    state.set_folder(tmp_path / "out" / "month.xlsx")
    state.use(None)
    assert state.text("scheme", "auto") == "auto"
    state.use(tmp_path)
    assert state.text("scheme") == "dark"
    assert state.numbers("columns/x") == [10, 20]
    assert state.folder() == tmp_path / "out"
    assert (tmp_path / "desk.ini").exists()


# -- charts --------------------------------------------------------------------------------------


def test_charts_say_what_they_show_and_can_be_clicked(qtbot):
    bars, funnel = charts.Bars("figures.days"), charts.Funnel("figures.funnel")
    heat, lines = charts.Heat("figures.hours"), charts.Lines("figures.levels")
    for chart in (bars, funnel, heat, lines):
        qtbot.addWidget(chart)
        chart.resize(400, 200)
        chart.grab()
    bars.show_data([charts.Bar("1", 8, 5, "1st: 8 visits, 5 captured"), charts.Bar("2", 0)])
    funnel.show_data([charts.Step("Visits", 295), charts.Step("Deals", 41, "14 %")])
    heat.show_data(["Mon", "Tue"], ["9", "10"], [[1, 2], [0, 4]])
    lines.show_data(["10", "11"], [charts.Line("H", [3, 5])])
    assert bars.accessibleDescription() == "1st: 8 visits, 5 captured; 2: 0"
    assert funnel.accessibleDescription() == "Visits: 295; Deals: 41 14 %"
    assert heat.accessibleDescription() == "Mon: 1, 2; Tue: 0, 4"
    assert lines.accessibleDescription() == "H: 3, 5"
    for chart in (bars, funnel, heat, lines):
        chart.show()
        chart.grab()
        with qtbot.waitSignal(chart.clicked) as told:
            spot = chart._places[1][0].center().toPoint()
            qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=spot)
        assert told.args == [1]


def test_a_searchable_choice_shows_its_tag_after_the_scheme_changed(qtbot, qapp):
    field = Choice("consultant", "Consultant", [(1, "王强")], search=True)
    qtbot.addWidget(field)
    field.show()
    for scheme in ("dark", "light"):
        style.apply(qapp, scheme)
        qtbot.waitUntil(lambda: field.lineEdit().palette().base().color().alpha() == 0)


def test_options_that_change_at_once_open_no_window(qtbot):
    """What a layout was given it shows later: a part that is gone by then would be a window."""
    made = Segmented([("a", "A")], name="kit.options")
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(made.isVisible)
    opened = []

    class Windows(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show and getattr(watched, "isWindow", bool)():
                opened.append(watched.objectName())
            return False

    seen = Windows()
    QApplication.instance().installEventFilter(seen)
    made.set_options([("b", "B"), ("c", "C")])
    made.set_options([("d", "D")])
    qtbot.wait(50)
    QApplication.instance().removeEventFilter(seen)
    assert opened == []
