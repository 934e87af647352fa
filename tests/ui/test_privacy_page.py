"""The rights of the person by keys and clicks: consents, the report, erasing, who is due."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from showroom.guard import consent, erasure, retention
from showroom.people import customers, search
from showroom.store import backup, copies, journal
from showroom.store.models import Cause, Consent, Role, Way
from tests import builders as make
from tests.stories import story
from ui import printing
from ui.pages.customers import CustomersPage
from ui.pages.desk import DeskPage
from ui.pages.settings import PARTS, SettingsPage
from ui.widgets import Button

LEFT = Qt.MouseButton.LeftButton


@story
def zhang(db) -> int:
    make.stop_clock(db)
    with db.write() as session:
        make.a_member(session)
    with db.write() as session:
        make.a_visit(session, name="张伟国", phone="13912345678")
    with db.read() as session:
        return search.find(session, "张伟国")[0]


@pytest.fixture
def page(page_of, zhang) -> CustomersPage:
    opened: CustomersPage = page_of(CustomersPage)
    opened.show_id(zhang)
    return opened


@story
def silent(db) -> list[int]:
    """Three of whom nothing was heard for years, and one of today."""
    make.stop_clock(db)
    db.clock = lambda: make.later(days=-900)
    with db.write() as session:
        make.a_member(session)
        ids = [make.a_customer(session, name, now=db.now()) for name in ("甲一", "乙二", "丙三")]
    db.clock = lambda: make.NOW
    with db.write() as session:
        make.a_customer(session, "今天")
    return ids


@pytest.fixture
def privacy(page_of, qtbot, silent):
    opened: SettingsPage = page_of(SettingsPage)
    opened.show_id([name for name, _title in PARTS].index("privacy") + 1)
    qtbot.waitUntil(lambda: len(opened.privacy.table.rows.ids()) == 3)
    return opened


def said(page, way: Way) -> consent.Said:
    with page.db.read() as session:
        return {one.way: one for one in consent.of_customer(session, page.id)}[way]


def choose(page: CustomersPage, words: str) -> None:
    """Choose from the menu of the file, by its words."""
    actions = {action.text(): action for action in page.rights.button.menu().actions()}
    actions[words].trigger()


# --- what he agreed to


def test_a_press_withdraws_and_another_one_asks_and_notes_the_consent(page, qtbot, asked):
    phone = page.rights.ways[Way.PHONE]
    assert phone.state is True
    assert "Agreed Today, wording 1" in phone.toolTip()
    qtbot.mouseClick(phone, LEFT)
    assert phone.state is False
    assert said(page, Way.PHONE).withdrawn_at == make.NOW
    assert "Withdrawn Today" in phone.accessibleDescription()
    assert asked.questions == []
    qtbot.mouseClick(phone, LEFT)
    assert len(asked.questions) == 1
    assert phone.state is True
    assert said(page, Way.PHONE).open
    with page.db.read() as session:
        assert customers.rows(session, [page.id])[0].next_on is not None


def test_what_was_never_asked_is_a_dash_and_never_noted_by_a_slip(page, qtbot, asked):
    post = page.rights.ways[Way.POST]
    assert post.state is None
    assert "Nothing said yet" in post.toolTip()
    asked.answers["confirm"] = False  # a slip
    qtbot.mouseClick(post, LEFT)
    assert post.state is None
    assert said(page, Way.POST).given_at is None
    assert asked.questions == [
        "Does 张伟国 agree to be reached by Post? His consent is written down now."
    ]
    asked.answers["confirm"] = True
    qtbot.keyClick(post, Qt.Key.Key_Space)
    assert post.state is True
    with page.db.write() as session:
        journal.undo(session)
    assert post.state is None


# --- everything held


def test_the_menu_writes_everything_held(page, qtbot, asked, tmp_path):
    asked.answers["save"] = tmp_path / "out.json"
    choose(page, "Everything Held, as JSON…")
    qtbot.waitUntil(lambda: (tmp_path / "out.json").exists())
    held = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert held["tables"]["customer"][0]["name"] == "张伟国"
    asked.answers["save"] = tmp_path / "out.pdf"
    choose(page, "Everything Held, as PDF…")
    qtbot.waitUntil(lambda: (tmp_path / "out.pdf").exists())
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")
    asked.answers["save"] = None
    choose(page, "Everything Held, as PDF…")
    qtbot.waitUntil(lambda: len(asked.questions) == 3)


# --- erasing


def test_erasing_asks_once_says_what_goes_and_shows_nobody_then(page, qtbot, asked):
    heard = []
    page.said.connect(heard.append)
    choose(page, "Erase This Person…")
    qtbot.waitUntil(lambda: bool(heard))
    assert page.side.is_empty()
    (question,) = asked.questions
    assert question.startswith("Erase 张伟国 for good?")
    assert "stay counted" in question
    assert "cannot be undone" in question
    assert "exported, printed or photographed" in heard[-1]
    assert page.table.rows.ids() == []
    with page.db.read() as session:
        assert search.find(session, "张伟国") == []


def test_who_says_no_keeps_him(page, qtbot, asked):
    asked.answers["confirm"] = False
    choose(page, "Erase This Person…")
    qtbot.waitUntil(lambda: len(asked.questions) == 1)
    with page.db.read() as session:
        assert search.find(session, "张伟国") == [page.id]


def test_an_open_deal_is_said_instead_of_asking(page, qtbot, asked):
    with page.db.write() as session:
        make.a_deal(session, page.id)
    choose(page, "Erase This Person…")
    qtbot.waitUntil(lambda: bool(asked._errors))
    assert "neither delivered nor cancelled" in asked.errors[0]
    assert asked.questions == []


def test_who_may_not_delete_is_told_so(page, qtbot, asked):
    with page.db.write() as session:
        desk = make.a_member(session, "李静", Role.RECEPTIONIST)
        boss = make.a_member(session, "陈总", Role.OWNER)
        make.a_pin(session, boss, "1234", by=boss)
    page.db.staff_id = desk
    choose(page, "Erase This Person…")
    qtbot.waitUntil(lambda: bool(asked._errors))
    assert "may delete" in asked.errors[0]
    assert asked.questions == []


# --- who is due


def test_who_is_due_stands_below_the_terms(privacy):
    part = privacy.privacy
    shown = [part.table.rows.index(n, 1).data() for n in range(3)]
    assert shown == ["Mr 甲一", "Mr 乙二", "Mr 丙三"]
    assert part.erase.text() == "Erase All 3…"
    assert part.count.text() == "4 persons on file."
    assert part.warning.isHidden()


def test_the_ticked_ones_go_and_then_the_rest(privacy, qtbot, asked, silent):
    part = privacy.privacy
    part.table.set_checked(silent[:1])
    assert part.erase.text() == "Erase the 1 Ticked…"
    qtbot.mouseClick(part.erase, LEFT)
    qtbot.waitUntil(lambda: part.table.rows.ids() == silent[1:])
    assert asked.questions[0].startswith("Erase 1 person for good?")
    qtbot.waitUntil(part.erase.isEnabled)
    qtbot.mouseClick(part.erase, LEFT)
    qtbot.waitUntil(lambda: part.table.rows.ids() == [])
    assert asked.questions[1].startswith("Erase 2 persons for good?")
    assert part.count.text() == "1 person on file."
    assert not part.erase.isEnabled()


def test_the_terms_are_saved_and_the_list_follows(privacy, qtbot):
    part = privacy.privacy
    field = part.form.fields["keep_months"]
    field.clear()
    qtbot.keyClicks(field, "36")
    qtbot.mouseClick(part.save, LEFT)
    qtbot.waitUntil(lambda: part.table.rows.ids() == [])
    note = part.form.fields["privacy_notice"]
    assert "36 months" in note.placeholderText()
    note.setPlainText("own words")
    qtbot.mouseClick(part.save, LEFT)
    assert part.version.text().startswith("Wording 2.")


def test_so_many_persons_are_a_warning(page_of, qtbot, silent, monkeypatch):
    monkeypatch.setattr(retention, "SOON", 4)
    opened = page_of(SettingsPage)
    opened.show_id([name for name, _title in PARTS].index("privacy") + 1)
    assert opened.privacy.warning.isVisible()
    assert "4 persons are on file" in opened.privacy.warning.text()
    qtbot.waitUntil(lambda: len(opened.privacy.table.rows.ids()) == 3)


def test_many_persons_are_said_by_the_check_too(page_of, qtbot, silent, monkeypatch):
    monkeypatch.setattr(retention, "SOON", 4)
    opened = page_of(SettingsPage)
    opened.show_id([name for name, _title in PARTS].index("data") + 1)
    qtbot.mouseClick(opened.data.check, LEFT)
    qtbot.waitUntil(lambda: opened.data.findChildren(QLabel, "settings.many_persons") != [])


# --- a copy that still has him


def test_the_preview_says_how_many_are_erased_again(page_of, qtbot, db, zhang, asked):
    copy = backup.back_up(db.path, db.key, copies.place(db.backups, make.NOW)).path
    erasure.erase_now(db, [zhang], why=Cause.ASKED)
    opened = page_of(SettingsPage)
    opened.show_id([name for name, _title in PARTS].index("data") + 1)
    panel = opened.data.restore
    panel.show_copy(copy)
    qtbot.waitUntil(lambda: panel.button.isVisible())
    assert panel.again.isVisible()
    assert panel.again.text() == "1 person in it was erased since and is erased again."
    qtbot.mouseClick(panel.button, LEFT)
    qtbot.waitUntil(lambda: not panel.button.isVisible())
    with db.read() as session:
        assert search.find(session, "张伟国") == []


# --- before he leaves his phone


def test_what_he_is_told_stands_at_the_phone(page_of, db):
    make.stop_clock(db)
    opened = page_of(DeskPage)
    opened.reload()
    told = opened.form.phone.toolTip()
    assert "This showroom keeps your name" in told
    assert told.startswith("<p>")  # on several lines
    assert "\xa0" not in told


def test_who_came_from_a_file_has_no_consent_on_file(db, page_of):
    make.stop_clock(db)
    with db.write() as session:
        id = make.a_customer(session)
    with db.write() as session:
        journal.act(session, "import")
        for row in session.query(Consent):
            session.delete(row)
    page: CustomersPage = page_of(CustomersPage)
    page.show_id(id)
    assert page.rights.said.text() == "No consent"
    with db.write() as session:
        customers.agree(session, id, Way.PHONE, now=make.NOW)
    page.show_id(id)
    assert page.rights.said.text() == "Agreed to"


def test_the_notice_is_printed_from_the_settings(privacy, qtbot, monkeypatch):
    asked: list[str] = []
    monkeypatch.setattr(
        printing, "choose_printer", lambda _parent, _printer, title: asked.append(title)
    )
    button = privacy.findChild(Button, "settings.notice")
    qtbot.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: asked == ["Privacy notice"])
    assert "Wording 1" in privacy.privacy.version.text()
