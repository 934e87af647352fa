"""Wordings and pictures in Settings by clicks and keys: changed, refused, seen, taken back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage

from showroom.cards import dress, templates
from showroom.store import journal
from tests import builders
from ui import jobs
from ui.pages.settings import SettingsPage

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(db, page_of, qtbot):
    builders.stop_clock(db)
    shown = page_of(SettingsPage)
    qtbot.waitUntil(shown.window().isActiveWindow)
    return shown


def part(page, code):
    page.show_part(code)
    return getattr(page, code)


def known(db):
    with db.read() as session:
        return templates.known(session)


def test_a_wording_is_changed_refused_and_taken_back_by_keys(page, db, qtbot):
    section = part(page, "wordings")
    assert section.form.values()["name"] == "购车感谢·家庭"
    assert section.form.values()["body"].startswith("尊敬的{greeting}：\n您好！")
    assert not section.save.isEnabled()
    body = section.form.fields["body"]
    body.setFocus()
    qtbot.keyClick(body, Key.Key_End, Ctrl)
    qtbot.keyClicks(body, " {price} off")
    qtbot.keyClick(body, Key.Key_S, Ctrl)
    qtbot.waitUntil(section.form.problems["body"].isVisible)
    assert section.form.problems["body"].text().startswith("“{price}” stands for nothing.")
    assert not known(db)["thanks-family"].own_id
    for _step in range(len("{price} off")):
        qtbot.keyClick(body, Key.Key_Backspace)
    qtbot.keyClicks(body, "{model}!")
    said = []
    page.said.connect(said.append)
    qtbot.keyClick(body, Key.Key_S, Ctrl)
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["Saved. What is printed already keeps its words."]
    assert known(db)["thanks-family"].body[-1].endswith("{model}!")
    assert section.withdraw.text() == "As Delivered"
    with db.write() as session:
        journal.undo(session)
    assert not known(db)["thanks-family"].own_id
    assert "{model}!" not in section.form.values()["body"]


def test_what_is_half_typed_stays_when_something_else_is_written(page, db, qtbot):
    section = part(page, "wordings")
    qtbot.keyClicks(section.form.fields["body"], "x")
    with db.write() as session:
        builders.a_customer(session)
    assert section.form.values()["body"].startswith("x")


def test_what_is_typed_of_a_wording_waits_while_another_is_looked_at(page, qtbot):
    section = part(page, "wordings")
    first, second = section.table.rows.ids()[:2]
    section.table.choose(first)
    section.form.fields["body"].setFocus()
    qtbot.keyClicks(section.form.fields["body"], "x")
    section.table.choose(second)
    assert not section.form.values()["body"].startswith("x")
    assert not section.save.isEnabled()
    section.table.choose(first)
    assert section.form.values()["body"].startswith("x")
    assert section.save.isEnabled()


def test_a_new_wording_is_added_seen_on_its_card_and_taken_out_of_use(page, db, qtbot):
    section = part(page, "wordings")
    section.form.fields["name"].setText("简短")
    qtbot.mouseClick(section.add, LEFT)
    assert known(db)["own-1"].name == "简短"
    assert section.code == "own-1"
    for look, said in (
        ("couple", "尊敬的王先生、李女士 伉俪："),
        ("company", "尊敬的远航物流有限公司："),
        ("bare", "尊敬的客户："),
    ):
        section.look.buttons[look].click()
        qtbot.waitUntil(
            lambda said=said: said in section.preview.accessibleDescription(), timeout=20_000
        )
        assert section.preview.isVisible()
        assert not section.form.isVisible()
    section.look.buttons["words"].click()
    qtbot.mouseClick(section.withdraw, LEFT)
    assert "own-1" not in known(db)
    assert section.code == "thanks-family"
    assert not section.withdraw.isEnabled()


def test_a_preview_of_what_cannot_be_says_why(page, qtbot):
    section = part(page, "wordings")
    section.form.fields["body"].setPlainText("谢谢")
    section.look.buttons["person"].click()
    assert "The first line addresses the customer" in section.note.text()


def test_a_picture_is_chosen_shown_and_taken_away(page, db, qtbot, asked, tmp_path):
    section = part(page, "cards")
    path = tmp_path / "logo.png"
    image = QImage(300, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("#2050a0"))
    image.save(str(path))
    asked.answers["open"] = [path]
    pick = section.pictures.picks["logo"]
    assert pick.thumb.text() == "none"
    page.findChild(type(section.save), "settings.picture.logo").click()
    qtbot.waitUntil(lambda: not pick.thumb.pixmap().isNull() and jobs.running() == [])
    with db.read() as session:
        assert dress.load(session).logo.startswith(b"\x89PNG")
    pick.away.click()
    assert pick.thumb.text() == "none"
    with db.write() as session:
        journal.undo(session)
    assert not pick.thumb.pixmap().isNull()
    path.write_bytes(b"no picture")
    page.findChild(type(section.save), "settings.picture.logo").click()
    qtbot.waitUntil(lambda: bool(asked.errors))
    assert asked.errors == ["logo.png is no picture (PNG, JPEG) that can be read."]


def test_what_a_card_wears_is_saved(page, db, qtbot):
    section = part(page, "cards")
    section.form.fields["card_han_dates"].buttons["han"].click()
    section.form.fields["card_sign"].buttons["line"].click()
    section.form.fields["card_couples"].click()
    qtbot.mouseClick(section.save, LEFT)
    from showroom import settings

    with db.read() as session:
        shop = settings.load(session)
    assert (shop.card_han_dates, shop.card_sign, shop.card_couples) == (True, "line", False)
    section.reload()
    assert section.form.values()["card_han_dates"] == "han"


def test_a_member_of_staff_has_a_signature_of_his_own(page, db, qtbot, asked, tmp_path):
    with db.write() as session:
        wang = builders.a_member(session, "王强")
        li = builders.a_member(session, "李娜")
    section = part(page, "staff")
    path = tmp_path / "wang.png"
    image = QImage(300, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("#203060"))
    image.save(str(path))
    asked.answers["open"] = [path]
    section.table.choose(wang)
    pick = section.signature
    assert pick.thumb.text() == "none"
    qtbot.mouseClick(pick.choose, LEFT)
    section.table.choose(li)  # while the picture is read
    qtbot.waitUntil(lambda: jobs.running() == [] and signature(db, wang) != b"")
    assert signature(db, li) == b""
    assert pick.thumb.text() == "none"
    section.table.choose(wang)
    assert not pick.thumb.pixmap().isNull()
    qtbot.mouseClick(pick.away, LEFT)
    assert signature(db, wang) == b""
    with db.write() as session:
        journal.undo(session)
    assert not pick.thumb.pixmap().isNull()


def signature(db, id):
    with db.read() as session:
        return dress.own(session, id)
