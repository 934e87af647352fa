"""Where the keyboard stands at the desk: after a tool, at another party, beside a view."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget

from showroom import choices
from showroom.door import cars, visits
from showroom.guard import amends
from showroom.store.models import ChoiceKind, Level
from tests import builders as make
from tests.amounts import slow_but
from tests.ui.keys import focus, press
from ui.overlay import KeysOverlay
from ui.pages.desk import DeskPage

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(db: Any, page_of: Any, qtbot: Any) -> DeskPage:
    make.stop_clock(db)
    with db.write() as session:
        for name in ("王强", "李娜"):
            make.a_member(session, name)
    opened: DeskPage = page_of(DeskPage)
    qtbot.waitUntil(opened.isActiveWindow)
    return opened


def arrive(qtbot: Any, page: DeskPage, people: str = "2") -> None:
    qtbot.keyClick(page, Key.Key_F2)
    qtbot.waitUntil(page.arrival.people.hasFocus)
    qtbot.keyClicks(page.arrival.people, people)
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(page.form.name.hasFocus)


def view(qtbot: Any, page: DeskPage, key: Qt.Key, code: str) -> None:
    """Show a view by its key, or the lists: a button's key presses it a moment later."""
    press(qtbot, key)
    qtbot.waitUntil(lambda: page.views.current == code)


def test_after_a_tool_the_keyboard_is_where_it_was_before(page, qtbot):
    arrive(qtbot, page)
    page.form.phone.setFocus()
    qtbot.keyClicks(page.form.phone, "138")
    press(qtbot, Key.Key_D, CTRL)
    assert page.tools.current is page.tools.made["guest"]
    press(qtbot, Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: page.tools.current is None)
    assert focus() is page.form.phone
    qtbot.keyClicks(focus(), "0013")
    assert page.form.phone.text() == "138 0013"


def test_after_a_tool_that_was_not_begun_in_the_form_the_name_is_next(page, qtbot):
    arrive(qtbot, page)
    page.present.setFocus()
    press(qtbot, Key.Key_D, CTRL)
    press(qtbot, Key.Key_Return, CTRL)
    qtbot.waitUntil(page.form.name.hasFocus)


def test_another_party_is_gone_on_with_where_it_was_left(page, qtbot):
    arrive(qtbot, page)
    page.form.phone.setFocus()
    qtbot.keyClicks(page.form.phone, "138001")
    arrive(qtbot, page, "4")
    press(qtbot, Key.Key_Down, CTRL)
    assert focus() is page.form.phone
    qtbot.keyClicks(focus(), "38")
    assert page.form.phone.text() == "138 0013 8"

    press(qtbot, Key.Key_Up, CTRL)
    assert focus() is page.form.name
    view(qtbot, page, Key.Key_F11, "roster")
    page.views.buttons["roster"].setFocus()
    press(qtbot, Key.Key_Down, CTRL)
    assert focus() is page.form.phone


def test_what_has_the_keyboard_in_the_panel_is_in_sight(page, qtbot):
    def in_sight(field: QWidget) -> bool:
        seen = field.visibleRegion().boundingRect()
        return not seen.isEmpty() and seen.height() == field.height()

    page.resize(1226, 300)  # the form is higher than its panel
    arrive(qtbot, page)
    arrive(qtbot, page, "4")
    bar = page.side.area.verticalScrollBar()
    shown = [field for field in page.form.fields.values() if field.isVisible()]
    lowest = max(shown, key=lambda field: field.mapTo(page.form, QPoint()).y())
    assert not in_sight(lowest)
    lowest.setFocus()
    qtbot.waitUntil(lambda: in_sight(lowest))
    assert bar.value() > 0
    press(qtbot, Key.Key_Down, CTRL)
    name = page.form.name
    assert focus() is name
    qtbot.waitUntil(lambda: in_sight(name))
    bar.setValue(bar.maximum())  # by the wheel
    assert not in_sight(name)
    press(qtbot, Key.Key_Up, CTRL)
    assert focus() is name
    qtbot.waitUntil(lambda: in_sight(name))


def test_a_tools_key_changes_over_from_another_tool_that_keeps_what_was_typed(page, qtbot):
    with page.db.write() as session:
        cars.add(session, plate="京A00001", model_id="汉EV", km=1200)
    arrive(qtbot, page)
    press(qtbot, Key.Key_D, CTRL)
    guest = page.tools.made["guest"]
    guest.form.fields["rival"].setFocus()
    qtbot.keyClicks(focus(), "Model Y")
    press(qtbot, Key.Key_D, CTRL)  # its own key changes nothing
    assert guest.form.fields["rival"].text() == "Model Y"
    press(qtbot, Key.Key_F6)
    drive = page.tools.made["drive"]
    assert page.tools.current is drive
    assert drive.isVisible()
    assert drive.isAncestorOf(focus())
    assert not guest.isVisible()
    press(qtbot, Key.Key_D, CTRL)
    assert page.tools.current is guest
    assert guest.form.fields["rival"].text() == "Model Y"

    press(qtbot, Key.Key_F9)  # not without a phone
    assert page.tools.current is None
    assert focus() is page.form.phone


COMES = [Key.Key_F2, Key.Key_F3, Key.Key_F4]


@pytest.mark.parametrize("key", slow_but(COMES[:1], COMES))
def test_who_comes_in_is_seen_on_todays_lists(page, qtbot, key):
    page.present.setFocus()
    view(qtbot, page, Key.Key_F11, "roster")
    view(qtbot, page, key, "lists")
    begun = page.form.name if key == Key.Key_F3 else page.arrival.people
    qtbot.waitUntil(begun.hasFocus)


def test_escape_in_the_panel_leaves_the_tool_then_the_view(page, qtbot):
    arrive(qtbot, page)
    view(qtbot, page, Key.Key_F11, "roster")
    page.form.phone.setFocus()
    press(qtbot, Key.Key_D, CTRL)
    press(qtbot, Key.Key_Escape)
    qtbot.waitUntil(lambda: page.tools.current is None)
    assert page.views.current == "roster"
    press(qtbot, Key.Key_Escape)
    assert page.views.current == "lists"
    assert focus() is page.form.phone


def test_the_key_of_a_view_pressed_again_stays_in_it_and_takes_the_keyboard(page, qtbot):
    page.present.setFocus()
    view(qtbot, page, Key.Key_F11, "roster")
    roster = page.views.made["roster"]
    button = page.views.buttons["roster"]
    button.setFocus()
    press(qtbot, Key.Key_F11)
    qtbot.waitUntil(lambda: roster.isAncestorOf(focus()))
    assert page.views.current == "roster"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert page.views.current == "roster"
    assert button.isChecked()
    qtbot.mouseClick(page.views.buttons["lists"], Qt.MouseButton.LeftButton)
    assert page.views.current == "lists"


def test_commands_and_keys_of_what_is_put_away_are_not_offered(page, qtbot):
    def offered() -> set[str]:
        return {words for words, _key, _do in page.commands()}

    def listed() -> str | None:
        return dict(page.keys()).get("N")

    page.present.setFocus()
    view(qtbot, page, Key.Key_F5, "expected")
    assert "New Appointment" in offered()
    assert listed() == "New Appointment"
    view(qtbot, page, Key.Key_Escape, "lists")
    assert "New Appointment" not in offered()
    assert listed() is None
    assert "New Visit" in offered()


def test_every_key_of_the_desk_is_shown_with_its_words_on_a_small_screen(page, qtbot):
    arrive(qtbot, page)
    view(qtbot, page, Key.Key_F5, "expected")
    overlay = KeysOverlay(page)
    overlay.show_keys(page.key_groups(), [("Ctrl+K", "Find customers and commands")])
    lines = [line for column in overlay.columns() for line in column]
    headings = [words for key, words in lines if not key and words]
    groups = ["Desk", "Views", "With this visit", "Expected", "Moments", "Everywhere"]
    assert headings == groups
    every = overlay.keys()
    assert [line for line in lines if line[0]] == every
    assert overlay.sizeHint().height() <= page.height()
    assert all(words for _key, words in every)
    assert {"\\", "1…4", "N", "Ctrl+D"} <= {key for key, _words in every}
    overlay.grab()


def test_enter_goes_by_the_honorific_which_is_typed_with_the_name(page, qtbot):
    arrive(qtbot, page)
    qtbot.keyClicks(focus(), "Mr Lee")
    press(qtbot, Key.Key_Return)
    form = page.form
    assert focus() is form.phone
    assert (form.name.text(), form.honorific.value()) == ("Lee", "mr")
    form.name.setFocus()
    press(qtbot, Key.Key_Tab)
    assert focus() is form.honorific
    listed = dict(page.keys())
    assert listed["Mr Lee"] == "Name with honorific"


def test_who_ordered_stands_at_his_level_until_the_deal_is_taken_back(page, qtbot):
    with page.db.write() as session:
        visit = make.a_visit(session, name="张伟", phone="13800138000", level=Level.WEEK)
        customer = visits.row(session, visit).customer_id
    page.show_id(visit)
    level = page.form.level
    assert [part.text()[0] for part in level.buttons.values()] == ["H", "A", "B", "C"]
    with page.db.write() as session:
        make.a_deal(session, customer, visit_id=visit)
    qtbot.waitUntil(lambda: level.code() == Level.ORDERED)
    assert [part.text()[0] for part in level.buttons.values()] == ["O", "H", "A", "B", "C"]
    level.setFocus()
    for key in (Key.Key_Delete, Key.Key_Right, Key.Key_H, Key.Key_O):
        press(qtbot, key)
    for part in (Level.WEEK, Level.ORDERED):
        qtbot.mouseClick(level.buttons[part], Qt.MouseButton.LeftButton)
    assert level.code() == Level.ORDERED
    with page.db.write() as session:
        amends.undo(session)
    qtbot.waitUntil(lambda: level.code() == Level.WEEK)
    assert len(level.buttons) == 4
    press(qtbot, Key.Key_Right)
    assert level.code() == Level.FORTNIGHT


def test_what_may_be_said_is_in_sight_as_a_whole_wherever_one_types(page, qtbot):
    said = page.findChild(QLabel, "desk.moments.script")
    arrive(qtbot, page)
    for field in (page.form.name, page.form.note, page.strip):
        field.setFocus()
        qtbot.wait(20)
        seen = said.visibleRegion().boundingRect()
        assert said.text()
        assert seen.size() == said.size()
        assert said.height() >= said.heightForWidth(said.width())
    qtbot.keyClicks(page.form.phone, "13800138000")
    page.form.phone.setFocus()
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: not said.isVisible())  # there is nothing to ask for
    press(qtbot, Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert said.isVisible()
    press(qtbot, Key.Key_D, CTRL)
    assert not said.isVisible()


def test_enter_goes_into_a_list_as_into_a_line_what_is_typed_replaces(page, qtbot):
    with page.db.write() as session:
        choices.add(session, ChoiceKind.CHANNEL, "Street")
    arrive(qtbot, page)
    page.form.model.setFocus()
    press(qtbot, Key.Key_Return)
    channel = page.form.channel
    assert channel.hasFocus()
    assert channel.currentText()
    qtbot.keyClicks(channel, "Street")
    assert channel.currentText() == "Street"


def test_no_key_stands_alone_in_a_column_because_the_others_were_made_too_even(page):
    overlay = KeysOverlay(page)
    lengths = {"Desk": 23, "Views": 4, "With this visit": 5, "Moments": 5, "Everywhere": 8}
    for number in range(12):  # from some length on a column more is needed
        groups = {
            title: [(f"Alt+{n}", title) for n in range(count)] for title, count in lengths.items()
        }
        overlay.show_keys(groups, [("Ctrl+K", "Find")] * (number + 2))
        columns = overlay.columns()
        highest = max(len(column) for column in columns)
        assert all(len(column) > 3 for column in columns), (number, highest)
