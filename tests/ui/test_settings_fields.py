"""Settings: a furniture showroom gets its fields in one click, and makes its own."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from showroom.people import fields
from showroom.store import journal
from showroom.store.models import FieldKind, Role
from tests import builders as make
from tests.ui.keys import write_into as write
from ui.pages.settings import PARTS, SettingsPage

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton


def opened(page_of: Any) -> SettingsPage:
    page: SettingsPage = page_of(SettingsPage)
    page.show_id([name for name, _title in PARTS].index("own_fields") + 1)
    return page


def every(db: Any) -> list[fields.Field]:
    with db.read() as session:
        return fields.every(session, active=None)


def test_a_furniture_showroom_takes_over_its_fields_with_one_click_and_one_undo(db, page_of, qtbot):
    page = opened(page_of)
    said: list[str] = []
    page.said.connect(said.append)
    furniture, kitchen = page.own_fields.presets
    qtbot.mouseClick(furniture, LEFT)
    assert said == ["7 fields added."]
    assert page.own_fields.table.rows.index(4, 0).data() == "Style"
    qtbot.mouseClick(kitchen, LEFT)
    assert said[1] == "4 fields added."
    for left in (7, 0):
        with db.write() as session:
            journal.undo(session)
        assert len(every(db)) == left
    assert page.own_fields.table._empty.sentence.text().startswith("No field of your own yet.")


def test_a_field_is_made_renamed_moved_and_put_away_by_keys(db, page_of, qtbot):
    page = opened(page_of)
    part = page.own_fields
    new = part.new.fields
    qtbot.waitUntil(new["zh"].hasFocus)
    write(new["zh"], "风格")
    assert not new["options"].isVisible()
    new["kind"].set_value(FieldKind.CHOICE.value)
    new["kind"].edited.emit()
    assert new["options"].isVisible()
    qtbot.mouseClick(part.add, LEFT)
    assert part.new.problems["options"].text().startswith("Enter what one may choose")
    new["options"].setPlainText("现代\n北欧")
    qtbot.mouseClick(part.add, LEFT)
    assert [one.options for one in every(db)] == [("现代", "北欧")]
    assert new["zh"].hasFocus()
    write(new["zh"], "面积")
    qtbot.keyClick(new["zh"], Key.Key_Return)
    qtbot.keyClicks(new["en"], "Area")
    qtbot.keyClick(new["en"], Key.Key_Return)
    qtbot.keyClick(new["kind"], Key.Key_Return)
    assert [one.en for one in every(db)] == ["风格", "Area"]
    assert part.form.fields["en"].text() == "Area"
    part.form.fields["en"].setText("Area, m²")
    qtbot.mouseClick(part.save, LEFT)
    qtbot.mouseClick(part.up, LEFT)
    assert [one.en for one in every(db)] == ["Area, m²", "风格"]
    qtbot.mouseClick(part.use, LEFT)
    assert [one.active for one in every(db)] == [False, True]
    assert part.use.text() == "Use Again"


def test_who_may_not_finds_the_buttons_grey_and_why(db, page_of):
    make.stop_clock(db)
    with db.write() as session:
        boss = make.a_member(session, "赵总", Role.MANAGER)
    with db.write() as session:
        desk = make.a_member(session, "李静", Role.RECEPTIONIST)
    with db.write() as session:
        make.a_pin(session, boss, "1234", by=boss)
    db.staff_id = desk
    page = opened(page_of)
    for button in (page.own_fields.add, *page.own_fields.presets):
        assert not button.isEnabled()
        assert button.accessibleDescription()
