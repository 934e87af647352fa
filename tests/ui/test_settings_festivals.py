"""The festivals in Settings by keys: a greeting, one of one's own, and what cannot be said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from showroom import settings
from showroom.care import festivals
from tests import builders as make
from ui.calendar_view import CalendarView
from ui.pages.followups import FollowUpsPage
from ui.pages.settings import SettingsPage
from ui.settings_festivals import FestivalsSection

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def section(db: Any, page_of: Any, qtbot: Any) -> FestivalsSection:
    make.stop_clock(db)
    page: SettingsPage = page_of(SettingsPage)
    page.show_part("festivals")
    qtbot.waitUntil(page.isActiveWindow)
    shown = page.section()
    assert isinstance(shown, FestivalsSection)
    return shown


def known(section: FestivalsSection) -> dict[str, festivals.Festival]:
    with section.db.read() as session:
        return {one.code: one for one in festivals.known(settings.load(session))}


def choose(section: FestivalsSection, code: str) -> None:
    codes = {line.festival.code: id for id, line in section._lines.items()}
    section.table.choose(codes[code])


def write(section: FestivalsSection, qtbot: Any, name: str, words: str) -> None:
    field = section.form.fields[name]
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Key.Key_Backspace)
    event = QInputMethodEvent()
    event.setCommitString(words)
    QApplication.sendEvent(field, event)


def cell(section: FestivalsSection, code: str) -> list[str]:
    model = section.table.model()
    codes = [line.festival.code for line in section._lines.values()]
    row = codes.index(code)
    return [str(model.index(row, column).data()) for column in range(model.columnCount())]


def test_every_festival_stands_there_with_its_days_and_its_greeting(section):
    assert len(section.table.rows.ids()) == len(festivals.FESTIVALS)
    assert cell(section, "dragon_boat") == [
        "Dragon Boat Festival",
        "lunar 5-5",
        "06-19",
        "06-09",
        "Health and peace at the Dragon Boat Festival",
        "on",
    ]
    assert cell(section, "mothers")[1:4] == ["Sunday no. 2 in month 5", "05-10", "05-09"]
    assert cell(section, "ghosts")[4] == "nobody is greeted"
    choose(section, "ghosts")
    assert not section.form.fields["zh"].isEnabled()
    assert not section.away.isEnabled()


def test_a_greeting_is_changed_refused_and_as_delivered_again(section, qtbot):
    choose(section, "bright")
    assert not section.form.fields["name_zh"].isVisible()
    write(section, qtbot, "zh", "清明快乐")
    qtbot.keyClick(section.form.fields["zh"], Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: "does not fit" in section.form.problems["zh"].text())
    write(section, qtbot, "zh", "清明时节，愿您平安")
    qtbot.keyClick(section.form.fields["zh"], Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: known(section)["bright"].greetings[0] == "清明时节，愿您平安")
    assert cell(section, "bright")[5] == "changed"
    assert section.away.text() == "As Delivered"
    qtbot.mouseClick(section.away, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: known(section)["bright"] == festivals.FESTIVAL["bright"])


def test_a_festival_of_ones_own_by_keys_stands_in_the_calendar(section, qtbot, page_of):
    qtbot.keyClick(section.table, Key.Key_N, CTRL)
    qtbot.waitUntil(section.form.fields["name_zh"].hasFocus)
    write(section, qtbot, "name_zh", "店庆")
    write(section, qtbot, "month", "5")
    write(section, qtbot, "zh", "店庆同喜")
    qtbot.keyClick(section.form.fields["zh"], Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: "1 to 31" in section.form.problems["day"].text())
    write(section, qtbot, "day", "18")
    qtbot.keyClick(section.form.fields["day"], Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: "own-1" in known(section))
    assert section.away.text() == "Take Away"
    assert cell(section, "own-1")[:4] == ["店庆", "solar 5-18", "05-18", "05-18"]
    page = page_of(FollowUpsPage)
    qtbot.waitUntil(page.isActiveWindow)
    page.focus_first()
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_F5)
    qtbot.waitUntil(lambda: page.views.current == "calendar")
    view = page.views.made["calendar"]
    assert isinstance(view, CalendarView)
    view.show_day(date(2027, 5, 18))
    assert view.feast.text() == "店庆: 店庆同喜"
    qtbot.mouseClick(section.away, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "own-1" not in known(section))


def test_what_is_half_typed_of_one_waits_while_another_is_looked_at(section, qtbot):
    choose(section, "spring")
    write(section, qtbot, "zh", "新春")
    choose(section, "army")
    assert section.form.fields["zh"].text() == "建军节快乐"
    choose(section, "spring")
    assert section.form.fields["zh"].text() == "新春"
    assert section.save.isEnabled()
