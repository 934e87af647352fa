"""Contacts leave for a purpose, to somebody: asked once more each time, with what was said last."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from showroom.figures import registers
from showroom.guard import entries, exports
from showroom.guard.exports import PurposeMissing, WhatFor
from tests import builders as b
from ui import dialogs
from ui.pages.sheets import SheetsPage
from ui.purpose import PurposeDialog


@pytest.fixture
def page(db, page_of):
    b.stop_clock(db)
    with db.write() as session:
        b.a_visit(session, name="张伟", phone="13800138000")
    return page_of(SheetsPage)


def newest(db):
    with db.read() as session:
        return entries.rows(session, entries.find(session, verb="export")[:1])


def press(qtbot, page, name):
    qtbot.mouseClick(page.findChild(type(page.choose), name), Qt.MouseButton.LeftButton)


def test_the_purpose_and_the_recipient_stand_in_the_trail(
    page, qtbot, asked, tmp_path, monkeypatch
):
    monkeypatch.undo()  # the dialog itself, by its keys
    monkeypatch.setattr(dialogs, "choose_save", asked.choose_save)
    monkeypatch.setattr(dialogs, "show_error", asked.show_error)
    path = asked.answers["save"] = tmp_path / "customers.xlsx"

    def dialog():
        found = [w for w in QApplication.topLevelWidgets() if isinstance(w, PurposeDialog)]
        return next((w for w in found if w.isVisible()), None)

    press(qtbot, page, "sheets.customers")
    qtbot.waitUntil(lambda: dialog() is not None)
    asking = dialog()
    assert not path.exists()
    asking.what.setEditText(" ")
    qtbot.keyClick(asking.recipient, Qt.Key.Key_Return)
    assert asking.form.problems["purpose"].text() == "Say what they are for."
    asking.what.setEditText("Accounts")
    asking.recipient.setText("王会计")
    with qtbot.waitSignal(page.said):
        qtbot.keyClick(asking.recipient, Qt.Key.Key_Return)
    assert path.exists()
    (entry,) = newest(page.db)
    assert entry.why == "Accounts → 王会计"
    assert entry.what == "All customers · 1 row · customers.xlsx"

    path.unlink()
    press(qtbot, page, "sheets.customers")
    qtbot.waitUntil(lambda: dialog() is not None)
    again = dialog()
    assert (again.what.currentText(), again.recipient.text()) == ("Accounts", "王会计")
    qtbot.keyClick(again, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: dialog() is None)
    assert not path.exists()
    assert len(newest(page.db)) == 1

    press(qtbot, page, "sheets.customers")
    qtbot.waitUntil(lambda: dialog() is not None)
    with qtbot.waitSignal(page.said):
        qtbot.keyClick(dialog().what, Qt.Key.Key_Return)  # what stands there is right: one Enter
    assert path.exists()
    assert newest(page.db)[0].why == "Accounts → 王会计"


def test_figures_of_nobody_are_not_asked_about(page, qtbot, asked, tmp_path):
    asked.answers["save"] = tmp_path / "blank.xlsx"
    page.out.blank.setText("20")
    with qtbot.waitSignal(page.said):
        press(qtbot, page, "sheets.register")
    assert asked.purposes == []
    page.out.blank.setText("")
    asked.answers["save"] = tmp_path / "filled.xlsx"
    with qtbot.waitSignal(page.said):
        press(qtbot, page, "sheets.register")
    assert len(asked.purposes) == 1


def test_no_contact_is_written_before_the_purpose_is_said(page, tmp_path):
    db, path = page.db, tmp_path / "customers.csv"
    with (
        pytest.raises(PurposeMissing),
        exports.leaving(db, "All", path, asks_purpose=True) as session,
    ):
        registers.customers(session, path)
    assert not path.exists()
    assert newest(db) == []
    said = WhatFor("Sales meeting")
    with exports.leaving(db, "All", path, asks_purpose=True, what_for=said) as session:
        registers.customers(session, path)
    assert newest(db)[0].why == "Sales meeting"


def test_the_shop_has_its_own_purposes(db):
    from showroom import settings

    with db.write() as session, b.unguarded(session):
        shop = settings.load(session)
        shop.export_purposes = ["Board meeting"]
        settings.save(session, shop)
    with db.read() as session:
        assert exports.purposes(session) == ["Board meeting"]
