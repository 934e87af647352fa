"""Forms: values in their own types, problems beside their fields, Enter that never surprises."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget

from showroom.errors import Cancelled, Invalid, ShowroomError
from ui.days import read_day
from ui.forms import Check, Choice, Day, Form, Money, Note, Number, Options, Phone, Text
from ui.page import Page
from ui.segmented import Segmented

TODAY = date(2026, 11, 21)


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


CHANNELS = [(1, "自然到店"), (2, "汽车之家"), (3, "懂车帝"), (4, "自媒体"), (5, "老客户转介绍")]


@pytest.fixture
def channel(qtbot):
    """A channel in a form with something after it, the keyboard in it."""
    made = Form()
    made.row(Choice("channel", "Channel", CHANNELS, search=True))
    made.row(Text("name", "Name"))
    qtbot.addWidget(made)
    made.show()
    made.focus("channel")
    qtbot.waitUntil(lambda: made.fields["channel"].lineEdit().hasFocus())
    return made.fields["channel"]


def offered(choice) -> list[str]:
    found = choice.completer()
    return [
        found.completionModel().index(row, 0).data()
        for row in range(found.completionModel().rowCount())
    ]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("zrdd", ["自然到店"]),
        ("qiche", ["汽车之家"]),
        ("DCD", ["懂车帝"]),
        ("z", ["自然到店", "汽车之家", "自媒体", "老客户转介绍"]),
        ("之家", ["汽车之家"]),
    ],
)
def test_a_list_finds_by_pinyin_and_initials_as_by_its_words(qtbot, channel, typed, shown):
    if typed.isascii():
        qtbot.keyClicks(channel.lineEdit(), typed)
    else:
        commit(channel.lineEdit(), typed)
    assert offered(channel) == shown


@pytest.mark.parametrize("typed", ["zengq", "zq", "cengq", "lub", "lvb", "shanx", "chongq"])
def test_a_surname_is_found_by_its_own_reading_and_by_all_that_is_typed_for_it(qtbot, typed):
    names = ["曾强", "吕布", "单雄", "重庆", "王芳"]
    form = Form()
    choice = Choice("who", "Consultant", [*enumerate(names, 1)], search=True)
    form.row(choice)
    form.row(Text("name", "Name"))
    qtbot.addWidget(form)
    form.show()
    form.focus("who")
    qtbot.waitUntil(lambda: choice.lineEdit().hasFocus())
    qtbot.keyClicks(choice.lineEdit(), typed)
    assert len(offered(choice)) == (2 if typed == "zq" else 1)
    assert offered(choice)[0][0] in "曾吕单重"


MODELS = [(1, "宋 PLUS DM-i"), (2, "Song Plus EV"), (3, "CR-V"), (4, "汉EV"), (5, "王 芳")]


def in_a_form(qtbot, choice: Choice) -> Choice:
    """A list in a form with something after it, the keyboard in it."""
    form = Form()
    form.row(choice)
    form.row(Text("name", "Name"))
    qtbot.addWidget(form)
    form.show()
    form.focus(choice.name)
    qtbot.waitUntil(lambda: choice.lineEdit().hasFocus())
    choice.form = form
    return choice


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("songplus", ["宋 PLUS DM-i", "Song Plus EV"]),
        ("Song Plus", ["宋 PLUS DM-i", "Song Plus EV"]),
        ("song-plus", ["宋 PLUS DM-i", "Song Plus EV"]),
        ("宋plus", ["宋 PLUS DM-i"]),
        ("splusdmi", ["宋 PLUS DM-i"]),
        ("DMI", ["宋 PLUS DM-i"]),
        ("crv", ["CR-V"]),
        ("cr v", ["CR-V"]),
        ("han ev", ["汉EV"]),
        ("wang fang", ["王 芳"]),
        ("wf", ["王 芳"]),
    ],
)
def test_blanks_hyphens_and_capitals_do_not_count(qtbot, typed, shown):
    choice = in_a_form(qtbot, Choice("model", "Model", MODELS, search=True))
    if typed.isascii():
        qtbot.keyClicks(choice.lineEdit(), typed)
    else:
        commit(choice.lineEdit(), typed)
    assert offered(choice) == shown


def test_what_is_an_entry_but_for_its_blanks_is_that_entry_and_no_new_word(qtbot):
    choice = in_a_form(qtbot, Choice("model", "Model", MODELS, search=True, free=True))
    qtbot.keyClicks(choice.lineEdit(), "songplusev")
    choice.completer().popup().hide()
    assert choice.value() == 2
    qtbot.keyClick(choice.lineEdit(), Qt.Key.Key_Tab)
    assert (choice.currentText(), choice.value()) == ("Song Plus EV", 2)
    choice.form.focus("model")
    choice.lineEdit().selectAll()
    qtbot.keyClicks(choice.lineEdit(), "songplusx")
    choice.completer().popup().hide()
    qtbot.keyClick(choice.lineEdit(), Qt.Key.Key_Tab)
    assert choice.value() == "songplusx"


def test_what_is_picked_from_what_was_found_says_its_words(qtbot, channel):
    qtbot.keyClicks(channel.lineEdit(), "zi")
    popup = channel.completer().popup()
    qtbot.waitUntil(popup.isVisible)
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert (channel.currentText(), channel.value()) == ("自然到店", 1)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Tab])
def test_what_only_one_entry_fits_is_that_entry(qtbot, channel, key):
    told = []
    channel.edited.connect(lambda: told.append(channel.currentText()))
    qtbot.keyClicks(channel.lineEdit(), "lkh")
    channel.completer().popup().hide()
    qtbot.keyClick(channel.lineEdit(), key)
    assert (channel.currentText(), channel.value()) == ("老客户转介绍", 5)
    assert told[-1] == "老客户转介绍"


def test_what_several_entries_fit_stays_what_was_typed(qtbot, channel):
    qtbot.keyClicks(channel.lineEdit(), "z")
    channel.completer().popup().hide()
    qtbot.keyClick(channel.lineEdit(), Qt.Key.Key_Tab)
    with pytest.raises(Invalid):
        channel.value()


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


def test_an_open_list_stays_in_the_window_and_scrolls(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 400)
    pick = Choice("means", "Means", [(str(n), f"Column {n}") for n in range(40)])
    pick.setParent(window)
    pick.setGeometry(10, 90, 200, 32)
    window.show()
    qtbot.waitExposed(window)
    pick.showPopup()
    opened = pick.view().window()
    qtbot.waitUntil(opened.isVisible)
    low = window.mapToGlobal(window.rect().bottomLeft()).y()
    assert opened.mapToGlobal(opened.rect().bottomLeft()).y() <= low
    assert pick.view().verticalScrollBar().isVisible()
    qtbot.keyClick(pick.view(), Qt.Key.Key_End)
    assert pick.view().visualRect(pick.model().index(40, 0)).bottom() <= pick.view().height()
    pick.hidePopup()
