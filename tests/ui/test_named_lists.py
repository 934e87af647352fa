"""Filters that become lists, and what is done with a list, by keys."""

from __future__ import annotations

from datetime import date
from typing import Any

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter

from showroom.guard import amends, erasure, staff
from showroom.people import filters, lists
from showroom.people.filters import Filter
from showroom.store.models import Action, Cause, Level
from tests import builders as make
from tests.stories import story
from tests.ui.keys import let_go
from tests.ui.keys import write_into as write
from ui import printing
from ui.named_lists import ListsView
from ui.pages.customers import CustomersPage

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


@story
def people(db: Any) -> dict[str, int]:
    """Three customers; two have their birthday this month, two an address."""
    make.stop_clock(db)
    with db.write() as session:
        wang = make.a_member(session, "王强")
    ids = {}
    for name, facts in {
        "张伟": {
            "birthday": date(1980, 11, 20),
            "address": "临湖大道 64 号",
            "consultant_id": wang,
        },
        "李娜": {"birthday": date(1990, 11, 1), "level": Level.WEEK},
        "周敏": {"address": "翠竹路 145 号"},
    }.items():
        with db.write() as session:
            ids[name] = make.a_customer(session, name, **facts)
    return ids


@pytest.fixture
def page(db: Any, people: dict[str, int], page_of: Any, qtbot: Any) -> CustomersPage:
    opened: CustomersPage = page_of(CustomersPage)
    qtbot.waitUntil(opened.isActiveWindow)
    qtbot.waitUntil(lambda: bool(opened.filters.level.menu().actions()))  # the list comes first
    return opened


def narrow(page: CustomersPage, name: str) -> None:
    """Choose in the menus of the filters by the name of what is chosen."""
    for button in (page.filters.level, page.filters.consultant, page.filters.more):
        for menu in (button.menu(), *(one.menu() for one in button.menu().actions() if one.menu())):
            for action in menu.actions():
                if action.objectName() == f"customers.{name}":
                    action.trigger()
                    return
    raise AssertionError(name)


def names(table: Any) -> list[str]:
    return [table.rows.index(n, 0).data() for n in range(table.rows.rowCount())]


def open_lists(page: CustomersPage, qtbot: Any) -> ListsView:
    qtbot.keyClick(page, Key.Key_F5)
    qtbot.waitUntil(lambda: page.views.current == "named")
    view = page.views.made["named"]
    assert isinstance(view, ListsView)
    return view


def a_list(page: CustomersPage, name: str, **facts: Any) -> int:
    with page.db.write() as session:
        return lists.add(session, name, now=make.NOW, **facts).id


def members(page: CustomersPage, id: int) -> int:
    with page.db.read() as session:
        return lists.count(session, id, today=make.TODAY)


# --- filters


def test_what_narrows_stands_as_chips_and_one_key_shows_all(page, qtbot):
    assert not page.filter_bar.isVisible()
    narrow(page, "by_more.birthday.month")
    assert names(page.table) == ["Mr 李娜", "Mr 张伟"]
    narrow(page, "by_more.no_consent.True")
    assert names(page.table) == []
    assert page.filters.more.text() == "More 2"
    assert [chip.text() for chip in page.filter_bar.chips.values()] == [
        "Birthday this month",
        "No consent",
    ]
    page.filter_bar.chips["no_consent"].click()
    assert names(page.table) == ["Mr 李娜", "Mr 张伟"]
    narrow(page, "by_level.week")
    assert names(page.table) == ["Mr 李娜"]
    qtbot.keyClick(page, Key.Key_0, CTRL)
    qtbot.waitUntil(lambda: len(names(page.table)) == 3)
    assert not page.filter_bar.isVisible()
    assert not page.filters.more.isChecked()


def test_a_tick_in_the_menu_goes_again(page):
    narrow(page, "by_more.no_consent.True")
    assert page.filters.wanted == Filter(no_consent=True)
    narrow(page, "by_more.no_consent.True")
    assert page.filters.wanted == Filter()
    narrow(page, "by_more.birthday.week")
    narrow(page, "by_more.birthday.all")
    assert page.filters.wanted == Filter()


def test_who_has_no_consultant_is_found(page):
    narrow(page, "by_consultant.0")
    assert names(page.table) == ["Mr 周敏", "Mr 李娜"]
    assert page.filters.consultant.text() == "No consultant"


def test_a_filter_is_saved_as_a_living_list_by_keys(page, qtbot, people):
    told: list[str] = []
    page.said.connect(told.append)
    narrow(page, "by_more.birthday.month")
    qtbot.keyClick(page, Key.Key_N, CTRL | SHIFT)
    field = page.filter_bar.name.field
    qtbot.waitUntil(field.hasFocus)
    write(field, "十一月生日")
    qtbot.keyClick(field, Key.Key_Return)
    assert told == ["The list 十一月生日 is kept (F5)."]
    assert page.finder.hasFocus()
    qtbot.keyClick(page, Key.Key_N, CTRL | SHIFT)
    qtbot.waitUntil(field.hasFocus)
    write(field, "十一月生日")
    qtbot.keyClick(field, Key.Key_Return)
    problem = page.filter_bar.name.form.problems["name"].text()
    assert problem == "There is a list called 十一月生日 already: choose another name."
    qtbot.keyClick(field, Key.Key_Escape)
    assert not page.filter_bar.name.isVisible()

    view = open_lists(page, qtbot)
    assert names(view.table) == ["十一月生日"]
    qtbot.waitUntil(lambda: view.table.rows.index(0, 1).data() == "2")
    assert view.table.rows.index(0, 2).data() == "Birthday this month"
    assert names(view.members) == ["Mr 李娜", "Mr 张伟"]
    qtbot.keyClick(view.table, Key.Key_Return)
    assert view.members.hasFocus()
    qtbot.keyClick(view.members, Key.Key_Down)
    assert page.side.title.text() == "Mr 张伟"


def test_words_of_the_search_become_no_rule(page, qtbot, asked):
    narrow(page, "by_more.birthday.month")
    qtbot.keyClicks(page.finder, "z")
    qtbot.keyClick(page, Key.Key_N, CTRL | SHIFT)
    qtbot.waitUntil(lambda: bool(asked._errors))
    assert asked.errors[0].startswith("What is typed in the search is no part of a rule")
    assert not page.filter_bar.name.isVisible()


# --- lists


def test_an_empty_list_is_made_renamed_deleted_and_brought_back(page, qtbot, asked):
    view = open_lists(page, qtbot)
    assert view.table._empty.sentence.text().startswith("No list yet.")
    qtbot.keyClick(view, Key.Key_N)
    field = view.name.field
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClicks(field, "Group buy")
    qtbot.keyClick(field, Key.Key_Return)
    assert names(view.table) == ["Group buy"]
    assert view.table.hasFocus()
    assert view.members._empty.sentence.text().startswith("Nobody is on it yet.")
    qtbot.keyClick(view.table, Key.Key_E)
    qtbot.waitUntil(field.hasFocus)
    assert field.text() == "Group buy"
    qtbot.keyClicks(field, "Thanks")
    qtbot.keyClick(field, Key.Key_Return)
    assert names(view.table) == ["Thanks"]
    qtbot.keyClick(view.table, Key.Key_Delete)
    assert names(view.table) == []
    assert asked.questions == []
    with page.db.write() as session:
        amends.undo(session)
    assert names(view.table) == ["Thanks"]


def test_who_is_ticked_is_taken_off_the_list(page, qtbot, people):
    told: list[str] = []
    page.said.connect(told.append)
    id = a_list(page, "团购", ids=people.values())
    view = open_lists(page, qtbot)
    qtbot.keyClick(view.table, Key.Key_Return)
    qtbot.keyClick(view.members, Key.Key_Space)
    qtbot.keyClick(view.members, Key.Key_Down, SHIFT)
    assert view.many.count.text() == "2 chosen"
    qtbot.keyClick(view.members, Key.Key_D, ALT)
    qtbot.waitUntil(lambda: told == ["2 taken off the list."])
    assert names(view.members) == ["Mr 张伟"]
    assert not view.many.isVisible()
    assert members(page, id) == 1
    with page.db.write() as session:
        amends.undo(session)
    assert len(names(view.members)) == 3


def test_who_stands_there_by_the_rule_stays_and_it_is_said(page, qtbot, people):
    told: list[str] = []
    page.said.connect(told.append)
    a_list(page, "生日", wanted=Filter(birthday="month"))
    view = open_lists(page, qtbot)
    view.members.setFocus()
    qtbot.keyClick(view.members, Key.Key_A, CTRL)
    qtbot.keyClick(view.members, Key.Key_D, ALT)
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["0 taken off the list. By its rule 2 stand on it still: change the rule."]


def test_the_rule_is_changed_on_the_list_of_customers_and_kept(page, qtbot, people):
    id = a_list(page, "生日", wanted=Filter(birthday="month"))
    view = open_lists(page, qtbot)
    qtbot.keyClick(view.table, Key.Key_R)
    qtbot.waitUntil(lambda: page.views.current == "lists")
    assert page.filter_bar.rule_of.text() == "Rule of 生日"
    assert names(page.table) == ["Mr 李娜", "Mr 张伟"]
    narrow(page, "by_level.week")
    page.filter_bar.keep.click()
    assert members(page, id) == 1
    assert not page.filter_bar.keep.isVisible()
    with page.db.read() as session:
        rule = lists.get(session, id).rule
    assert filters.of_rule(rule) == Filter(level=Level.WEEK, birthday="month")


def test_a_rule_that_names_who_left_says_so(page, qtbot, people):
    with page.db.read() as session:
        (wang,) = staff.names(session)
    a_list(page, "王强的", wanted=Filter(consultant_id=wang))
    with page.db.write() as session:
        staff.change(session, wang, active=False)
    view = open_lists(page, qtbot)
    assert view.table.rows.index(0, 2).data() == "王强 (left)"
    assert view.problem.text() == "王强 does not work here any more."
    assert names(view.members) == ["Mr 张伟"]


def test_an_erased_person_goes_from_the_list_that_is_shown(page, qtbot, people):
    a_list(page, "团购", ids=people.values())
    view = open_lists(page, qtbot)
    assert len(names(view.members)) == 3
    erasure.erase_now(page.db, [people["李娜"]], why=Cause.ASKED)
    page.reload()
    assert names(view.members) == ["Mr 周敏", "Mr 张伟"]


def test_a_list_is_exported_under_its_name(page, qtbot, people, asked, tmp_path):
    asked.answers["save"] = tmp_path / "list.xlsx"
    told: list[str] = []
    page.said.connect(told.append)
    a_list(page, "团购", ids=[people["张伟"]])
    view = open_lists(page, qtbot)
    view.export.click()
    qtbot.waitUntil(lambda: told == ["Saved: list.xlsx"])
    with page.db.read() as session:
        note = session.query(Action).filter_by(verb="export").one()
    assert note.what.startswith("List 团购")


# --- labels


@pytest.fixture
def printer(monkeypatch: Any, tmp_path: Any) -> Any:
    """The print dialog answers with a PDF file as the printer."""
    path = tmp_path / "HP.pdf"

    def choose(_parent: Any, printer: Any, _title: str) -> bool:
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(path))
        return True

    monkeypatch.setattr(printing, "choose_printer", choose)
    return path


def test_labels_are_shown_printed_from_a_place_and_noted(page, qtbot, people, printer):
    told: list[str] = []
    page.said.connect(told.append)
    a_list(page, "答谢会", ids=people.values())
    view = open_lists(page, qtbot)
    qtbot.keyClick(view.table, Key.Key_P, CTRL)
    qtbot.waitUntil(lambda: "labels" in page.tools.made)
    tool = page.tools.made["labels"]
    qtbot.waitUntil(lambda: tool.made is not None)
    assert page.side.title.text() == "Labels"
    assert tool.count.text() == "2 labels · 1 sheet"
    assert tool.out.text() == "No label (no address 1): Mr 李娜"
    assert tool.who.text() == "Mr 李娜: no address"
    assert tool.preview.picture().width() > 200
    start = tool.form.fields["start"]
    qtbot.waitUntil(start.hasFocus)
    start.selectAll()
    qtbot.keyClicks(start, "24")
    qtbot.waitUntil(lambda: tool.count.text() == "2 labels · 2 sheets")
    qtbot.keyClick(page, Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    assert told == ["The labels were sent to HP.pdf."]
    assert len(pypdfium2.PdfDocument(printer)) == 2
    with page.db.read() as session:
        note = session.query(Action).filter_by(verb="export").one()
    assert note.what.startswith("Labels · HP.pdf")
    assert page.side.is_empty()


def test_a_place_that_is_not_on_the_sheet_and_strange_measures_are_said(page, qtbot, people):
    id = people["张伟"]
    page.table.choose(id)
    page.table.setFocus()
    qtbot.keyClick(page.table, Key.Key_Space)
    qtbot.keyClick(page.table, Key.Key_P, ALT)
    qtbot.waitUntil(lambda: "labels" in page.tools.made)
    tool = page.tools.made["labels"]
    start, problems = tool.form.fields["start"], tool.form.problems
    qtbot.waitUntil(start.hasFocus)
    start.selectAll()
    qtbot.keyClicks(start, "25")
    assert problems["start"].text() == "The sheet has places from 1 to 24."
    start.selectAll()
    qtbot.keyClicks(start, "3")
    assert problems["start"].text() == ""
    tool.sheet.set_value("own")
    tool.sheet.edited.emit()
    wide = tool.form.fields["width"]
    assert wide.isVisible()
    wide.selectAll()
    qtbot.keyClicks(wide, "abc")
    assert problems["width"].text() == "Write a number, as 63.5."
    wide.selectAll()
    qtbot.keyClicks(wide, "90")
    assert problems["width"].text() == "That is 270 mm, and the sheet has 210."
    qtbot.keyClick(wide, Key.Key_Escape)
    qtbot.waitUntil(page.file.isVisible)
    assert page.side.title.text() == "Mr 张伟"


def test_labels_are_saved_as_a_file(page, qtbot, people, asked, tmp_path):
    path = tmp_path / "labels.pdf"
    asked.answers["save"] = path
    told: list[str] = []
    page.said.connect(told.append)
    page.table.choose(people["张伟"])
    page.table.setFocus()
    qtbot.keyClick(page.table, Key.Key_Space)
    qtbot.keyClick(page.table, Key.Key_P, ALT)
    qtbot.waitUntil(lambda: "labels" in page.tools.made)
    qtbot.keyClick(page, Key.Key_S, CTRL | SHIFT)
    qtbot.waitUntil(lambda: told == ["Saved: labels.pdf"])
    assert "张伟 先生 收" in pypdfium2.PdfDocument(path)[0].get_textpage().get_text_bounded()


def test_after_a_list_is_deleted_the_next_one_is_marked_and_undo_marks_none_anew(page, qtbot):
    made = []
    for name in ("甲", "乙", "丙"):
        with page.db.write() as session:
            made.append(lists.add(session, name, now=make.NOW).id)
    page.views.open_code("named")
    view = page.views.made["named"]
    shown = list(view.table.rows.ids())
    assert sorted(shown) == sorted(made)
    view.table.choose(shown[0])
    view.table.setFocus()
    qtbot.keyClick(view.table, Key.Key_Delete)
    qtbot.waitUntil(lambda: view.table.rows.ids() == shown[1:])
    assert view.table.current_id() == shown[1]
    assert view.rename.isEnabled()
    with page.db.write() as session:
        amends.undo(session)
    qtbot.waitUntil(lambda: len(view.table.rows.ids()) == 3)
    assert view.table.current_id() == shown[1]


def test_who_is_shown_is_marked_among_the_customers_of_the_list(page, people, qtbot):
    a_list(page, "老客户", ids=people.values())
    page.show_id(people["李娜"])
    view = open_lists(page, qtbot)
    assert view.members.current_id() == page.id == people["李娜"]
    qtbot.keyClick(view.table, Key.Key_Return)
    assert view.members.hasFocus()
    assert page.id == people["李娜"]
    qtbot.keyClick(page, Key.Key_F5)  # again: it stays, and so does the keyboard
    let_go(qtbot, page)
    assert page.views.current == "named"
    assert view.members.hasFocus()
