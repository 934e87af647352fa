"""Ctrl+K finds what can be done on every page, and gives the keyboard back where it was."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import func, select

from showroom import settings
from showroom.guard import amends
from showroom.people import customers, search
from showroom.store import journal
from showroom.store.models import Choice, ChoiceKind, Level, Status
from tests import builders as make
from ui import jobs
from ui.main_window import MainWindow
from ui.palette import Command, matching
from ui.services import DeskServices
from ui.wiring import PAGES, Services

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(qtbot, desk, db):
    """The window of the real pages, on the settings: the desk was not made yet."""
    make.stop_clock(db)
    with db.write() as session:
        make.a_member(session, "王强")
    named = {spec.code: spec for spec in PAGES}
    made = MainWindow([named[code] for code in ("settings", "desk", "customers")])
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    qtbot.waitExposed(made)
    made.furnish()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    services = DeskServices(db, desk)
    with qtbot.waitSignal(made.opened):
        made.open_desk(
            db,
            Services(
                services.summary,
                services.find,
                services.undo,
                services.redo,
                services.sit_down,
                weight=services.weight,
            ),
        )
    return made


def ask(qtbot, window, typed):
    """Ctrl+K, the words, and what is offered."""
    qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
    box = window.top.search
    qtbot.waitUntil(box.hasFocus)
    qtbot.keyClicks(box, typed)
    box.show_hits()
    return box.results().hits()


def choose(qtbot, window, typed):
    """Ctrl+K, the words, Enter."""
    ask(qtbot, window, typed)
    qtbot.keyClick(window.top.search, Qt.Key.Key_Return)


def test_a_view_of_a_page_that_was_never_open_is_found_and_shown(window, qtbot):
    assert "desk" not in window.pages
    hits = ask(qtbot, window, "turns")
    assert [(hit.title, hit.note, hit.key) for hit in hits] == [("Turns", "Desk", "")]
    assert "desk" not in window.pages  # it is data: nothing was made for it
    qtbot.keyClick(window.top.search, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: window.code == "desk" and window.pages["desk"].views.current == "roster"
    )


def test_the_keyboard_goes_back_to_the_view_it_came_from(window, qtbot):
    choose(qtbot, window, "turns")
    view = window.pages["desk"].views.made["roster"]
    qtbot.waitUntil(lambda: view.isAncestorOf(window.focusWidget()))
    before = window.focusWidget()
    ask(qtbot, window, "")
    qtbot.keyClick(window.top.search, Qt.Key.Key_Escape)
    assert window.focusWidget() is before

    window.show_page("settings")
    window.show_page("desk")
    assert view.isAncestorOf(window.focusWidget())
    assert window.focusWidget().isVisible()


def test_escape_closes_the_box_and_not_what_is_half_typed_on_the_page(window, qtbot, db):
    with db.write() as session:
        id = make.a_customer(session, "张伟")
    window.open_id("customers", id)
    page = window.pages["customers"]
    page.tools.open_code("car")
    tool = page.tools.current
    qtbot.keyClicks(window.focusWidget(), "B123")
    ask(qtbot, window, "set")
    qtbot.keyClick(window.top.search, Qt.Key.Key_Escape)
    assert window.top.search.text() == ""
    assert not page.foot.back.isDown()
    assert window.focusWidget() is tool.form.fields["plate"]
    assert tool.form.fields["plate"].text() == "B123"
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert page.foot.back.isDown()
    qtbot.waitUntil(lambda: page.tools.current is None)


def test_a_part_of_the_settings_is_found_from_the_desk(window, qtbot):
    window.show_page("desk")
    choose(qtbot, window, "settings phone")
    assert window.code == "settings"
    assert window.pages["settings"].section() is window.pages["settings"].numbers


def test_what_begins_so_comes_first_and_a_page_is_a_word_too():
    done = []
    commands = [
        Command("Save the List", "Ctrl+S", lambda: done.append("save")),
        Command("List", "", lambda: done.append("list"), "Customers"),
    ]
    assert [hit.title for hit in matching(commands, "list")] == ["List", "Save the List"]
    assert [hit.title for hit in matching(commands, "customers list")] == ["List"]
    assert [hit.title for hit in matching(commands, "")] == ["Save the List", "List"]


def test_what_cannot_be_done_there_any_more_is_said(window, qtbot):
    window.show_page("desk")
    window.show_page("settings")
    (hit,) = ask(qtbot, window, "new desk")
    assert (hit.title, hit.note) == ("New Visit", "Desk")
    window.pages["desk"].commands = list
    hit.do()
    assert window.code == "desk"
    assert window.status.said.text() == "“New Visit” cannot be done there now."


def test_no_page_is_imported_to_find_its_views():
    code = (
        "import sys\nfrom ui import commands, customer_parts, desk_parts, main_window\n"
        "assert not [name for name in sys.modules if name.startswith('ui.pages.')]\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_what_is_not_heard_apart_is_chosen_in_the_settings(window, qtbot, db):
    with db.write() as session:
        make.a_customer(session, "刘洋")

    def found(typed):
        with db.read() as session:
            return len(search.find(session, typed))

    assert (found("liuyan"), found("niuyang")) == (1, 0)
    page = window.pages["settings"]
    page.show_part("finding")
    assert page.section() is page.finding
    fields = page.finding.form.fields
    assert {name for name, field in fields.items() if field.value()} == {
        "slip_zh",
        "slip_ch",
        "slip_sh",
        "slip_ng",
    }
    for name in ("slip_ng", "slip_ln"):
        qtbot.keyClick(fields[name], Qt.Key.Key_Space)
    qtbot.keyClick(window, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: found("niuyang") == 1)
    assert found("liuyan") == 1  # yan begins yang
    assert found("liuyanf") == 0
    with db.read() as session:
        assert settings.load(session).slips == ["zh", "ch", "sh", "ln"]


# --- who is found


def test_who_is_lost_is_shown_with_his_status_and_not_with_his_old_letter(window, qtbot, db):
    with db.write() as session:
        ids = [make.a_customer(session, name, level=Level.WEEK) for name in ("张伟", "李娜")]
    with db.write() as session:
        customers.set_status(session, ids[1], Status.DORMANT, today=make.TODAY)
    (open_one,) = ask(qtbot, window, "zhangwei")
    assert (open_one.tag, open_one.tone) == ("H", "late")
    window.top.search.clear()
    (dormant,) = ask(qtbot, window, "lina")
    assert (dormant.tag, dormant.tone) == ("Dormant", "muted")


def test_a_ninth_one_is_said_and_all_are_listed_on_their_page(window, qtbot, db):
    with db.write() as session:
        for number in range(8):
            make.a_customer(session, f"张伟{number}", phone=f"1390013900{number}")
        make.a_customer(session, "李娜")
    hits = ask(qtbot, window, "zhangwei")
    assert [hit.title[:2] for hit in hits] == ["张伟"] * 8  # no word of more when that is all
    with db.write() as session:
        ninth = make.a_customer(session, "张伟九", phone="13900139009")
    window.top.search.clear()
    hits = ask(qtbot, window, "zhangwei")
    assert [hit.title[:2] for hit in hits] == ["张伟"] * 8 + [""]
    assert hits[-1].note == "More customers fit: Enter here shows them all"
    qtbot.waitUntil(lambda: not window.top.search._soon.isActive())
    qtbot.keyClick(window.top.search, Qt.Key.Key_Up)  # round the end
    qtbot.keyClick(window.top.search, Qt.Key.Key_Return)
    page = window.pages["customers"]
    qtbot.waitUntil(lambda: len(page.table.rows.ids()) == 9)
    assert (window.code, page.finder.text()) == ("customers", "zhangwei")
    assert ninth in page.table.rows.ids()


# --- undo


def changed_at_once(db, count, verb="choices"):
    """One action with so many changes."""
    rows = [
        {"kind": ChoiceKind.CANCEL_REASON, "code": f"many{n}", "zh": "因", "en": "why"}
        for n in range(count)
    ]
    with db.write() as session:
        journal.act(session, verb)
        journal.insert_many(session, Choice, rows)


@pytest.mark.parametrize("count", [amends.LARGE, amends.LARGE + 1])
def test_what_is_large_is_taken_back_and_done_again_beside_the_window(window, qtbot, db, count):
    changed_at_once(db, count)
    large = count > amends.LARGE

    def there():
        with db.read() as session:
            made = select(func.count()).select_from(Choice).where(Choice.code.like("many%"))
            return session.scalar(made)

    for act, meanwhile, words, left in (
        (window.undo, "Undoing…", "Undone: ", 0),
        (window.redo, "Doing again…", "Done again: ", count),
    ):
        window.status.say("")
        act()
        assert [job.text for job in jobs.running()] == ([meanwhile] if large else [])
        assert window.isEnabled() is not large  # nobody writes beside it
        qtbot.waitUntil(lambda words=words: window.status.said.text().startswith(words))
        assert there() == left
        assert window.isEnabled()
    with db.write() as session:
        make.a_customer(session, "张伟")
    window.undo()
    assert not jobs.running()
    assert window.status.said.text().startswith("Undone: ")


def test_a_large_one_that_may_not_be_taken_back_says_why_in_the_same_place(window, db, asked):
    changed_at_once(db, amends.LARGE + 1, verb="close_day")
    window.undo()
    assert "A day is closed" in window.status.said.text()
    assert asked.questions == []
    assert not jobs.running()
    assert window.isEnabled()


def test_a_slip_of_the_keyboard_takes_no_import_back(window, qtbot, db, asked):
    changed_at_once(db, amends.MANY)
    window.undo()
    assert asked.questions == []
    assert window.status.said.text().startswith("Undone: ")
    changed_at_once(db, amends.MANY + 1)
    asked.answers["confirm"] = False
    window.status.say("")
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert asked.questions == ["Take back the whole of it? List changed: 51 entries"]
    assert window.status.said.text() == ""
    asked.answers["confirm"] = True
    window.undo()
    assert window.status.said.text().startswith("Undone: ")
    window.redo()
    assert window.status.said.text().startswith("Done again: ")
    assert len(asked.questions) == 2
