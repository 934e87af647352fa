"""The contest by keys (F8): the standing of a quarter, what lacks most, the spot check, paper."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt

from showroom import settings
from showroom.people import archive, quarters, spot_checks
from showroom.store import journal
from showroom.store.models import Action, Role, Verdict
from tests import builders as make
from tests.stories import story
from tests.ui.keys import focus, let_go, write
from ui import jobs
from ui.contest import ContestView
from ui.pages.customers import CustomersPage

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


@story
def crew(db: Any) -> dict[str, int]:
    """王强 has six files of this quarter, 李娜 five fuller ones, 赵磊 one of the quarter before."""
    make.stop_clock(db)
    ids = {}
    with db.write() as session:
        for name in ("王强", "李娜", "赵磊"):
            ids[name] = make.a_member(session, name)
    for name, count in (("王强", 6), ("李娜", 5)):
        for number in range(count):
            with db.write() as session:
                id = make.a_customer(session, f"{name}{number}", consultant_id=ids[name])
            if name == "李娜" or number > 4:
                with db.write() as session:
                    archive.fill(session, id, "family", "一家三口")
    with db.write() as session:
        make.a_customer(session, "老王", consultant_id=ids["赵磊"], today=date(2026, 8, 8))
    return ids


@pytest.fixture
def page(db: Any, crew: dict[str, int], page_of: Any) -> CustomersPage:
    opened: CustomersPage = page_of(CustomersPage)
    return opened


def settle(qtbot: Any) -> None:
    """Wait until the numbers are counted."""
    qtbot.waitUntil(lambda: not jobs.running())


def press(qtbot: Any, key: Key) -> None:
    """A key that a button answers, after its short press."""
    widget = focus()
    qtbot.keyClick(widget, key)
    let_go(qtbot, widget.window())


def open_contest(qtbot: Any, page: CustomersPage) -> ContestView:
    qtbot.keyClick(page, Key.Key_F8)
    qtbot.waitUntil(lambda: page.views.current == "contest")
    settle(qtbot)
    view = page.views.made["contest"]
    assert isinstance(view, ContestView)
    return view


def lines(table: Any, *columns: int) -> list[tuple[str, ...]]:
    rows = table.rows
    return [
        tuple(str(rows.index(n, column).data()) for column in columns)
        for n in range(rows.rowCount())
    ]


def choose_rule(qtbot: Any, view: ContestView, rule: str) -> None:
    qtbot.mouseClick(view.rule.buttons[rule], LEFT)


def checks(page: CustomersPage) -> dict[str, spot_checks.Check]:
    with page.db.read() as session:
        found = spot_checks.checks(session, quarters.quarter_of(make.TODAY))
    return {check.name: check for check in found}


def test_f8_shows_the_quarter_its_rule_and_everybody_with_his_numbers(page, qtbot):
    view = open_contest(qtbot, page)
    assert view.title.text() == "Q4 2026 · 10-01 – 12-31"
    assert view.state.text() == "Under way"
    assert view.rule.code() == "free"  # of the fourth quarter
    assert view.card.note.text() == "decides this quarter"
    choose_rule(qtbot, view, "count")
    assert lines(view.table, 0, 1, 2, 3) == [
        ("1", "王强", "6", "9.0"),
        ("2", "李娜", "5", "16.4"),
        ("too few", "赵磊", "0", ""),
    ]
    assert view.card.note.text() == ""
    choose_rule(qtbot, view, "completeness")
    assert [name for _place, name in lines(view.table, 0, 1)] == ["李娜", "王强", "赵磊"]
    assert "20 × basic fields filled ÷ 8" in view.formula.text()
    assert view.table.hasFocus() or view.rule.hasFocus()


def test_page_up_shows_an_earlier_quarter_with_its_own_rule(page, qtbot):
    view = open_contest(qtbot, page)
    assert not view.later.isEnabled()
    press(qtbot, Key.Key_PageUp)
    settle(qtbot)
    assert view.title.text().startswith("Q3 2026")
    assert (view.state.text(), view.rule.code()) == ("Ended", "honesty")
    choose_rule(qtbot, view, "count")
    assert ("赵磊", "1") in lines(view.table, 1, 2)
    view.table.setFocus()
    press(qtbot, Key.Key_PageDown)
    settle(qtbot)
    assert view.title.text().startswith("Q4 2026")


def test_the_files_that_lack_most_are_one_key_from_the_list(page, crew, qtbot):
    view = open_contest(qtbot, page)
    choose_rule(qtbot, view, "count")
    view.table.setFocus()
    view.table.choose(crew["王强"])
    assert lines(view.files.lacking, 0, 1)[0] == ("Mr 王强0", "8")
    assert lines(view.files.lacking, 2)[0] == ("Family +8 · Leisure +8 · Work +8",)
    assert len(lines(view.files.lacking, 0)) == 6
    qtbot.keyClick(view.table, Key.Key_Return)
    assert view.files.lacking.hasFocus()
    qtbot.keyClick(view.files.lacking, Key.Key_Down)
    qtbot.keyClick(view.files.lacking, Key.Key_Return)
    assert page.side.title.text() == "Mr 王强1"
    assert page.views.current == "contest"


def test_what_is_filled_in_at_the_right_counts_at_once(page, crew, qtbot):
    view = open_contest(qtbot, page)
    choose_rule(qtbot, view, "completeness")
    view.table.choose(crew["王强"])
    (id, *_rest) = view.files.lacking.rows.ids()
    with page.db.write() as session:
        archive.fill(session, id, "work", "教师")
    settle(qtbot)
    assert view.files.lacking.rows.ids()[0] != id
    assert ("王强", "10.5") in lines(view.table, 1, 3)


def test_files_are_drawn_once_and_judged_by_digits(page, crew, qtbot, asked):
    view = open_contest(qtbot, page)
    view.table.choose(crew["李娜"])
    qtbot.mouseClick(view.files.part.buttons["drawn"], LEFT)
    assert view.files.draw.isVisible()
    assert "Once a quarter" in view.files.drawn._empty.sentence.text()
    qtbot.keyClick(view.files.drawn, Key.Key_1)
    assert asked.errors == ["Press “Draw Files” first."]
    qtbot.mouseClick(view.files.draw, LEFT)
    settle(qtbot)
    assert not view.files.draw.isVisible()
    drawn = view.files.drawn
    assert lines(drawn, 1) == [("To check",)] * 5
    qtbot.waitUntil(drawn.hasFocus)
    qtbot.keyClick(drawn, Key.Key_1)
    assert lines(drawn, 1)[0] == ("True",)
    qtbot.keyClick(drawn, Key.Key_3)  # on the next one: what is not so is asked
    assert view.files.found.hasFocus()
    qtbot.keyClick(focus(), Key.Key_Return)
    assert view.files.form.problems["note"].text() == (
        "Say what is not so: the consultant will ask."
    )
    write("没有孩子")
    qtbot.keyClick(focus(), Key.Key_Return)
    assert lines(drawn, 1, 2)[1] == ("Not true", "没有孩子")
    assert drawn.hasFocus()
    qtbot.keyClick(drawn, Key.Key_2)
    write("电话换了")
    qtbot.keyClick(focus(), Key.Key_Return)
    settle(qtbot)
    choose_rule(qtbot, view, "honesty")
    assert lines(view.table, 0, 1, 4, 5)[0] == ("1", "李娜", "3 / 5", "50.0 %")
    drawn.setFocus()
    drawn.choose(drawn.rows.ids()[0])
    qtbot.keyClick(drawn, Key.Key_0)
    assert lines(drawn, 1)[0] == ("To check",)
    with page.db.write() as session:
        journal.undo(session)
    assert lines(drawn, 1)[0] == ("True",)
    found = [check.verdict for check in checks(page).values() if check.verdict]
    assert sorted(found) == [Verdict.FALSE, Verdict.PARTLY, Verdict.TRUE]


def test_a_consultant_looks_but_draws_nothing(page, crew, qtbot, db, asked):
    with db.write() as session:
        boss = make.a_member(session, "陈主管", Role.MANAGER)
        make.a_pin(session, boss, "2468", by=boss)
        make.a_pin(session, crew["王强"], "1357", by=boss)
    db.staff_id = crew["王强"]
    view = open_contest(qtbot, page)
    qtbot.mouseClick(view.files.part.buttons["drawn"], LEFT)
    assert not view.files.draw.isEnabled()
    db.staff_id = boss
    with db.write() as session:
        spot_checks.draw(session, view.quarter, now=make.NOW)
    db.staff_id = crew["王强"]
    settle(qtbot)
    view.table.choose(crew["李娜"])
    view.files.take_keyboard()
    qtbot.keyClick(view.files.drawn, Key.Key_1)
    assert asked.errors == ["Only a manager or an owner may approve this."]


def test_points_are_typed_where_they_decide(page, crew, qtbot):
    view = open_contest(qtbot, page)
    view.table.choose(crew["赵磊"])
    assert view.points.isVisible()
    assert view.points.labels["points"].text() == "Points of 赵磊"
    view.points_field.setFocus()
    qtbot.keyClicks(view.points_field, "30")
    qtbot.keyClick(view.points_field, Key.Key_Return)
    settle(qtbot)
    assert lines(view.table, 0, 1, 6)[0] == ("1", "赵磊", "30")
    choose_rule(qtbot, view, "count")
    assert not view.points.isVisible()


def test_the_standing_leaves_as_a_workbook_and_as_paper(page, crew, qtbot, asked, tmp_path):
    with page.db.write() as session:
        shop = settings.load(session)
        shop.shop_name, shop.contest_reward = "深圳店", "两张电影票"
        settings.save(session, shop)
        spot_checks.draw(session, quarters.quarter_of(make.TODAY), now=make.NOW)
    view = open_contest(qtbot, page)
    assert view.reward.text() == "Reward: 两张电影票"
    choose_rule(qtbot, view, "count")
    asked.answers["save"] = tmp_path / "contest.xlsx"
    qtbot.mouseClick(view.save, LEFT)
    settle(qtbot)
    book = load_workbook(tmp_path / "contest.xlsx")
    assert book.sheetnames == ["Contest of archives", "What lacks most", "Spot check"]
    said = [[cell.value for cell in row] for row in book["Contest of archives"].iter_rows()]
    flat = [str(value) for row in said for value in row if value is not None]
    assert flat[0] == "深圳店 Contest of archives"
    assert "Q4 2026 · 2026-10-01 – 2026-12-31 · decided by: Number of files" in flat
    assert ["1", "王强", 6] in [row[:3] for row in said]
    assert "Reward: 两张电影票" in flat
    assert any(words.startswith("Completeness: Mean of the files") for words in flat)
    assert len(list(book["What lacks most"].iter_rows())) == 1 + 11
    assert len(list(book["Spot check"].iter_rows())) == 1 + 10
    asked.answers["save"] = tmp_path / "contest.pdf"
    qtbot.mouseClick(view.save, LEFT)
    settle(qtbot)
    assert Path(tmp_path / "contest.pdf").read_bytes().startswith(b"%PDF")
    asked.answers["save"] = tmp_path / "contest.csv"
    qtbot.mouseClick(view.save, LEFT)
    qtbot.waitUntil(lambda: bool(asked.errors))
    assert asked.errors == ["Give the file a name that ends in .xlsx, not contest.csv."]
    with page.db.read() as session:
        noted = session.query(Action.what).filter_by(verb="export").all()
    assert [what for (what,) in noted] == [
        "Contest of archives Q4 2026 · 24 rows · contest.xlsx",
        "Contest of archives Q4 2026 · 3 rows · contest.pdf",
    ]


def test_the_file_that_is_judged_is_the_one_shown(page, crew, qtbot):
    told: list[str] = []
    page.said.connect(told.append)
    with page.db.write() as session:
        spot_checks.draw(session, quarters.quarter_of(make.TODAY), now=make.NOW)
    name, check = next(
        (name, one) for name, one in reversed(checks(page).items()) if one.consultant == "王强"
    )
    page.show_id(check.customer_id)
    view = open_contest(qtbot, page)
    qtbot.mouseClick(view.files.part.buttons["drawn"], LEFT)
    drawn = view.files.drawn
    view.table.choose(crew["王强"])
    drawn.setFocus()
    assert drawn.current_id() == check.id
    assert page.id == check.customer_id
    qtbot.keyClick(drawn, Key.Key_1)
    assert checks(page)[name].verdict is not None
    assert told[-1] == f"{name}: True"
    first = drawn.rows.ids()[0]
    drawn.choose(first)
    assert page.id == view.files._checks[first].customer_id
