"""What is typed in the settings is taken back by Escape, a field at a time, or discarded whole."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from showroom import choices
from showroom.door import cars, gifts
from showroom.people import fields
from showroom.store.models import ChoiceKind, FieldKind
from tests import builders as make
from tests.amounts import slow_but
from ui.forms import Text
from ui.pages.settings import SettingsPage


@pytest.fixture
def page(db: Any, page_of: Any, qtbot: Any) -> SettingsPage:
    make.stop_clock(db)
    opened: SettingsPage = page_of(SettingsPage)
    qtbot.waitUntil(opened.isActiveWindow)
    return opened


def typed(qtbot, field, words):
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, words)


SECTIONS = ["staff", "lists", "gifts", "cars", "own_fields", "shop"]


@pytest.mark.parametrize("code", slow_but(SECTIONS[::3], SECTIONS))
def test_escape_takes_back_the_field_and_discard_asks_for_several(page, qtbot, asked, code):
    with page.db.write() as session:
        make.a_member(session, "王强")
        choices.add(session, ChoiceKind.MODEL, "汉EV")
        gifts.add(session, name="Cup", unit="pcs", count=3, now=page.db.now())
        cars.add(session, plate="京A00001", model_id="汉EV", km=1200)
        fields.add(session, zh="内饰", en="Trim", kind=FieldKind.TEXT)
    page.show_part(code)
    part = page.section()
    if code != "shop":
        part.table.choose(part.table.rows.ids()[0])
    lines = [field for field in part.form.fields.values() if isinstance(field, Text)]
    first, second = lines[0], lines[-1] if len(lines) > 1 else part.new.fields["name"]
    before = first.text(), second.text()
    assert part.discard.isHidden()
    typed(qtbot, first, "12")
    typed(qtbot, second, "13")
    assert part.discard.isVisible()
    after = first.text(), second.text()
    assert after != before
    qtbot.keyClick(second, Qt.Key.Key_Escape)
    assert (first.text(), second.text()) == (after[0], before[1])
    assert part.discard.isVisible()
    qtbot.keyClick(second, Qt.Key.Key_Escape)  # that field is as it was: now all the rest
    assert (first.text(), second.text()) == before
    assert part.discard.isHidden()
    assert asked.questions == []

    typed(qtbot, first, "12")
    typed(qtbot, second, "13")
    asked.answers["confirm"] = False
    qtbot.mouseClick(part.discard, Qt.MouseButton.LeftButton)
    assert asked.questions == ["Forget what you typed in 2 fields?"]
    assert first.text() == after[0]
    assert second.text() != before[1]
    asked.answers["confirm"] = True
    qtbot.mouseClick(part.discard, Qt.MouseButton.LeftButton)
    assert (first.text(), second.text()) == before
    assert part.discard.isHidden()


def test_what_is_typed_of_one_waits_while_another_is_looked_at(page, qtbot):
    with page.db.write() as session:
        one, other = (make.a_member(session, name) for name in ("王强", "李娜"))
    part = page.staff
    part.table.choose(one)
    name = part.form.fields["name"]
    typed(qtbot, name, "Wang")
    part.table.choose(other)
    assert name.text() == "李娜"
    assert part.discard.isHidden()
    part.table.choose(one)
    assert name.text() == "Wang"
    assert part.discard.isVisible()
    phone = part.form.fields["phone"]
    typed(qtbot, phone, "138")
    qtbot.keyClick(phone, Qt.Key.Key_Escape)
    assert (phone.text(), phone.hint()) == ("", "")
    qtbot.keyClick(name, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(part.discard.isHidden)
    assert part._people[one].name == "Wang"


def test_targets_of_other_months_are_discarded_too(page, qtbot, asked):
    with page.db.write() as session:
        make.a_member(session, "王强")
    page.show_part("targets")
    part: Any = page.section()
    orders, contacts = (part.form.fields[code] for code in ("orders", "contacts"))
    typed(qtbot, orders, "40")
    qtbot.mouseClick(part.later, Qt.MouseButton.LeftButton)
    assert orders.text() == ""
    assert part.discard.isVisible()
    typed(qtbot, orders, "50")
    typed(qtbot, contacts, "60")
    qtbot.keyClick(contacts, Qt.Key.Key_Escape)
    assert (orders.text(), contacts.text()) == ("50", "")
    qtbot.mouseClick(part.earlier, Qt.MouseButton.LeftButton)
    assert orders.text() == "40"
    qtbot.mouseClick(part.discard, Qt.MouseButton.LeftButton)
    assert asked.questions == ["Forget what you typed in 2 fields?"]
    assert orders.text() == ""
    assert part.discard.isHidden()
    assert not part.save.isEnabled()
