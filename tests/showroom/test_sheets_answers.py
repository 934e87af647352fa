"""What is decided by hand while a plan is looked at, and remembered for the next file."""

from __future__ import annotations

import json

import pytest

from showroom.errors import Invalid, ShowroomError
from showroom.guard import staff
from showroom.people import customers
from showroom.sheets import apply as applying
from showroom.sheets import grid, headings, layouts, questions
from showroom.sheets import plan as planning
from showroom.sheets.answers import NOBODY, Answers
from showroom.sheets.grid import Mark, Problem
from showroom.sheets.plan import Outcome
from showroom.store import journal
from showroom.store.models import Customer, Honorific, Level, Phone, SheetLayout, TestDrive, Visit
from tests.showroom.sheet_kit import (
    DEAL,
    NOW,
    PERSON,
    TODAY,
    VISIT,
    all_of,
    book,
    bring_in,
    deal,
    outcomes,
    person,
    plan,
    visit,
)


@pytest.fixture
def db(db):
    db.clock = lambda: NOW
    return db


def known(db, **facts):
    with db.write() as session:
        return customers.add(
            session, **{"name": "张伟", "phone": "13800138000", **facts}, now=NOW, today=TODAY
        )


def answer(planned, code: str, text: str) -> Answers:
    """The answers after pressing a button of a question."""
    asked = next(one for one in questions.ask(planned) if one.code.startswith(code))
    return next(option.answers for option in asked.options if option.text == text)


def marks(planned, number: int) -> dict[str, Mark]:
    row = planned.rows[number]
    found = {
        column.label: grid.cell(planned, row, column).mark for column in planned.sheets[0].columns
    }
    return {label: mark for label, mark in found.items() if mark is not None}


# --- cells


def test_a_mended_cell_lets_its_row_in_and_the_file_stays_as_it_is(db):
    source = book(PERSON, person(客户姓名="张伟", 手机号="1380013800"))
    planned = plan(db, source)
    assert marks(planned, 1) == {"手机号": Mark.WRONG}
    mended = plan(db, source, Answers().mend({(0, 2, 1): "13800138000"}))
    assert outcomes(mended) == ["ignored", "new"]
    assert marks(mended, 1) == {"手机号": Mark.MENDED}
    told = grid.cell(mended, mended.rows[1], mended.sheets[0].columns[1])
    assert told.said == "Mended by hand: 1380013800 → 13800138000"
    assert source.sheets[0].rows[1][1] == "1380013800"
    applying.apply(db, mended)
    assert [phone.number for phone in all_of(db, Phone)] == ["+8613800138000"]


def test_what_is_mended_in_one_cell_is_offered_for_all_that_are_wrong_alike(db):
    rows = [person(客户姓名=f"张{n}", 手机号=f"91380013801{n}") for n in "123"]
    rows.append(person(客户姓名="李", 手机号="9123"))
    source = book(PERSON, *rows)
    before = plan(db, source)
    assert before.counts[Outcome.REFUSED] == 4
    cell = (0, 2, 1)
    planned = plan(db, source, Answers().mend({cell: "13800138011"}))
    offered = questions.alike(planned, cell, "913800138011", "13800138011")
    assert offered is not None
    assert offered.text == "手机号: 2 more cells are wrong in the same way."
    after = plan(db, source, offered.options[0].answers)
    assert after.counts[Outcome.NEW] == 3
    assert questions.alike(planned, cell, "x", "13800138011") is None


def test_letters_in_the_place_of_digits_are_mended_in_one_go(db):
    source = book(
        PERSON,
        person(客户姓名="张", 手机号="138OO138OOO"),
        person(客户姓名="李", 手机号="l3800138001"),
    )
    planned = plan(db, source, answer(plan(db, source), "letters", "Mend All"))
    assert outcomes(planned) == ["ignored", "new", "new"]


def test_a_phone_with_86_in_front_is_taken_and_marked_as_repaired(db):
    planned = plan(db, book(PERSON, person(客户姓名="张伟", 手机号="86 138-0013-8000")))
    assert marks(planned, 1) == {"手机号": Mark.REPAIRED}
    usual = plan(db, book(PERSON, person(客户姓名="张伟", 手机号="0755-8888 6666")))
    assert marks(usual, 1) == {}
    assert list(grid.problems(planned, planned.rows[1])) == [Problem.REPAIRED]


def test_a_row_is_left_out_by_hand_and_let_in_again(db):
    source = book(PERSON, person(客户姓名="张伟", 手机号="13800138000"))
    out = Answers().leave_out((0, 2))
    planned = plan(db, source, out)
    assert not planned.changes
    assert planned.rows[1].reason == "Left out by hand."
    assert plan(db, source, out.leave_out((0, 2))).changes


# --- dates


def test_dates_that_can_be_read_both_ways_are_decided_for_their_column(db):
    source = book(
        PERSON,
        person(客户姓名="张伟", 手机号="13800138000", 生日="03/04/1990"),
        person(客户姓名="李娜", 手机号="13800138001", 生日="05/06/1991"),
    )
    (asked,) = questions.ask(plan(db, source))
    assert asked.text == (
        "生日: is 03/04/1990 the day or the month first? 2 dates can be read both ways."
    )
    assert [option.text for option in asked.options] == ["1990-03-04", "1990-04-03"]
    planned = plan(db, source, asked.options[1].answers)
    assert [str(row.facts["birthday"]) for row in planned.rows[1:]] == ["1990-04-03", "1991-06-05"]
    assert questions.ask(planned) == []


def test_one_date_that_can_be_read_in_one_way_only_decides_for_its_column(db):
    planned = plan(
        db,
        book(
            PERSON,
            person(客户姓名="张伟", 手机号="13800138000", 生日="03/04/1990"),
            person(客户姓名="李娜", 手机号="13800138001", 生日="25.06.1991"),
        ),
    )
    assert [str(row.facts["birthday"]) for row in planned.rows[1:]] == ["1990-04-03", "1991-06-25"]
    assert questions.ask(planned) == []


# --- words


def test_a_word_is_explained_once_and_known_next_month(db):
    row = person(客户姓名="张伟", 手机号="13800138000", 意向级别="重点")
    planned = plan(db, book(PERSON, row))
    assert marks(planned, 1) == {"意向级别": Mark.DOUBT}
    applying.apply(db, plan(db, book(PERSON, row), answer(planned, "word.level", "H")))
    assert all_of(db, Customer)[0].level is Level.WEEK
    other = person(客户姓名="李娜", 手机号="13800138001", 意向级别="重 点")
    next_month = plan(db, book(["姓名", "电话", "级别"], ["李娜", "13800138001", "重 点"]))
    assert questions.ask(next_month) == []
    assert next_month.rows[1].facts["level"] is Level.WEEK
    assert plan(db, book(PERSON, other)).is_known
    assert not next_month.is_known


def test_ticks_honorifics_and_ways_to_pay_are_explained_too(db):
    source = book(VISIT, visit(客户姓名="张伟", 试乘试驾="打勾", 电话="13800138000"))
    bring = plan(db, source, answer(plan(db, source), "word.yes", "Yes"))
    applying.apply(db, bring)
    assert len(all_of(db, TestDrive)) == 1
    source = book(PERSON, person(客户姓名="李娜", 手机号="13800138001", 性别="靓女"))
    applying.apply(db, plan(db, source, answer(plan(db, source), "word.sex", "Ms")))
    assert all_of(db, Customer)[-1].honorific is Honorific.MS


def test_another_way_to_write_a_consultant_adds_nobody_to_the_staff(db):
    with db.write() as session:
        staff.consultants(session, ["王强"])
    rows = [VISIT, visit(客户姓名="张伟", 销售顾问="小王")]
    planned = plan(db, book(*rows))
    assert planned.consultants == ["小王"]
    decided = plan(db, book(*rows), answer(planned, "new.consultant", "王强"))
    assert decided.consultants == []
    applying.apply(db, decided)
    assert all_of(db, Visit)[0].consultant_id is not None
    later = plan(db, book(VISIT, visit(day="2026-10-02", 客户姓名="李娜", 销售顾问="小王")))
    assert later.consultants == []
    assert questions.ask(later) == []


# --- whose word counts


def test_the_file_s_word_counts_where_it_was_said_so(db):
    known(db, address="福田", note="老客户")
    rows = [PERSON, person(客户姓名="张伟", 手机号="13800138000", 地址="南山", 备注="新")]
    planned = plan(db, book(*rows))
    assert outcomes(planned) == ["ignored", "same"]
    assert marks(planned, 1) == {"地址": Mark.KEPT, "备注": Mark.KEPT}
    taking = plan(db, book(*rows), answer(planned, "differs", "What This File Says"))
    assert outcomes(taking) == ["ignored", "changed"]
    told = grid.cell(taking, taking.rows[1], taking.sheets[0].columns[7])
    assert (told.mark, told.said) == (Mark.REPLACE, "Overwrites: 福田 → 南山")
    result = applying.apply(db, taking)
    assert all_of(db, Customer)[0].address == "南山"
    next_month = person(客户姓名="张伟", 手机号="13800138000", 地址="盐田")
    assert outcomes(plan(db, book(PERSON, next_month))) == ["ignored", "same"]
    with db.write() as session:
        journal.undo(session, result.action_id)
    assert all_of(db, Customer)[0].address == "福田"


def test_what_was_typed_meanwhile_is_planned_anew_with_the_same_answers(db):
    rows = [PERSON, person(客户姓名="张伟", 手机号="13800138000", 地址="南山")]
    planned = plan(db, book(*rows), Answers().replacing(0, take=True))
    known(db, address="福田")
    assert applying.apply(db, planned).counts[Outcome.CHANGED] == 1


# --- who is meant


def test_somebody_of_the_same_name_and_a_phone_one_slip_apart_may_be_on_file(db):
    zhang = known(db)
    rows = [PERSON, person(客户姓名="张伟", 手机号="13800138001")]
    planned = plan(db, book(*rows))
    (likely,) = planned.rows[1].likely
    assert (likely.id, likely.score, likely.why) == (
        zhang.id,
        65,
        "phone one slip apart · same name",
    )
    assert list(grid.problems(planned, planned.rows[1])) == [Problem.LIKELY]
    same = plan(db, book(*rows), Answers().is_({(0, 2): zhang.id}))
    assert outcomes(same) == ["ignored", "filled"]
    applying.apply(db, same)
    assert [phone.customer_id for phone in all_of(db, Phone)] == [zhang.id, zhang.id]


def test_somebody_with_his_phone_may_be_said_to_be_another(db):
    known(db)
    rows = [PERSON, person(客户姓名="张伟", 手机号="13800138000")]
    assert outcomes(plan(db, book(*rows))) == ["ignored", "same"]
    apart = plan(db, book(*rows), Answers().is_({(0, 2): NOBODY}))
    assert outcomes(apart) == ["ignored", "new"]
    assert list(grid.problems(apart, apart.rows[1])) == []


def test_all_that_are_sure_are_the_same_in_one_go(db):
    known(db, address="福田路1号")
    rows = [PERSON, person(客户姓名="张伟", 手机号="13800138001", 地址="福田路1号")]
    planned = plan(db, book(*rows))
    told = answer(planned, "people", "1 of 80 Points or More Is the Same")
    assert plan(db, book(*rows), told).counts[Outcome.NEW] == 0
    others = answer(planned, "people", "All Are Others")
    assert plan(db, book(*rows), others).counts[Outcome.NEW] == 1


# --- columns and layouts


def test_a_column_is_what_somebody_said_and_next_month_nobody_is_asked(db):
    head = ["姓名", "号码", "客户画像"]
    row = ["张伟", "13800138000", "喜欢越野"]
    planned = plan(db, book(head, row), Answers().means((0, 2), "note"))
    assert planned.sheets[0].columns[2].field == "note"
    applying.apply(db, planned)
    assert all_of(db, Customer)[0].note == "喜欢越野"
    again = plan(db, book([" 姓名*", "号码", "客户画像"], ["李娜", "13800138001", "要白色"]))
    assert again.is_known
    assert again.rows[1].facts["note"] == "要白色"


def test_what_was_learnt_stays_when_the_import_is_taken_back(db):
    planned = bring_in(db, PERSON, person(客户姓名="张伟", 手机号="13800138000"))
    with db.write() as session:
        journal.undo(session)
    assert all_of(db, Customer) == []
    assert len(all_of(db, SheetLayout)) == 1
    assert planned.books[0].name == "表.xlsx"


def test_layouts_go_to_another_desk_as_a_file(db, tmp_path):
    row = person(客户姓名="张伟", 手机号="13800138000", 意向级别="重点")
    decided = answer(plan(db, book(PERSON, row)), "word.level", "H").replacing(0, take=True)
    applying.apply(db, plan(db, book(PERSON, row), decided))
    target = tmp_path / "版式.json"
    with db.write() as session:
        (one,) = layouts.known(session).values()
        layouts.rename(session, one.id, "车展名单")
    with db.read() as session:
        assert layouts.save(session, [one.id], target) == 1
    with db.write() as session:
        layouts.forget(session, one.id)
        with pytest.raises(Invalid, match="1 to 60"):
            layouts.rename(session, one.id, " ")
    assert not plan(db, book(PERSON, row)).is_known
    with db.write() as session:
        assert layouts.load(session, target, now=NOW) == 1
    with db.read() as session:
        (again,) = layouts.known(session).values()
    assert again.name == "车展名单"
    assert plan(db, book(PERSON, row)).is_known


@pytest.mark.parametrize("told", [b"", b"[]", b'{"format": "x"}', b"\xff\xfe", b'{"format":'])
def test_a_file_that_holds_no_layouts_is_refused_whole(db, tmp_path, told):
    (tmp_path / "x.json").write_bytes(told)
    with pytest.raises(ShowroomError, match=r"x\.json holds no layouts"), db.write() as session:
        layouts.load(session, tmp_path / "x.json", now=NOW)


def test_a_layout_of_a_newer_desk_is_refused(db, tmp_path):
    told = {"format": layouts.FORMAT, "words": [], "layouts": [{"name": "", "labels": ["a"]}]}
    told["layouts"][0]["fields"] = {"0": "horoscope"}
    (tmp_path / "x.json").write_text(json.dumps(told))
    with pytest.raises(ShowroomError, match="holds no layouts"), db.write() as session:
        layouts.load(session, tmp_path / "x.json", now=NOW)


# --- several files


def test_twelve_files_are_one_plan_and_one_action(db):
    months = [
        book(
            VISIT,
            visit(day=f"2026-{n:02}-05", 客户姓名="张伟", 电话="13800138000"),
            file=f"{n}.xlsx",
        )
        for n in range(1, 11)
    ]
    owners = book(DEAL, deal(), file="保有.xlsx")
    planned = plan(db, [*months, owners])
    assert planned.name == "1.xlsx and 10 other files"
    assert planned.counts[Outcome.NEW] == 11
    result = applying.apply(db, planned)
    assert len(all_of(db, Customer)) == 1
    with db.read() as session:
        from showroom.sheets import history

        assert [one.file_name for one in history.batches(session)][::-1] == [
            *(f"{n}.xlsx" for n in range(1, 11)),
            "保有.xlsx",
        ]
    with db.write() as session:
        assert journal.undo(session, result.action_id).kept == []
    assert all_of(db, Visit) == []


def test_of_several_files_the_one_without_columns_is_named(db):
    with pytest.raises(ShowroomError, match=r"No sheet of 乱\.xlsx has columns"):
        plan(db, [book(VISIT, visit()), book(["甲", "乙"], ["1", "2"], file="乱.xlsx")])


# --- columns nobody could tell

STRANGE = ["编码", "甲", "乙", "丙"]
ROWS = [["K1", "张伟", "138 0013 8000", "福田"], ["K2", "李娜", "139 0013 9111", "南山"]]


def told(planned) -> list[str]:
    return [one.text for one in questions.ask(planned)]


def asked(db, source, answers=None):
    with db.read() as session:
        return planning.plan(session, source, today=TODAY, now=NOW, answers=answers, ask=True)


def test_a_sheet_of_which_no_column_is_known_is_told_once_and_read_ever_after(db):
    source = book(
        ["客户资料"], ["导出：王强"], [*STRANGE[:1], "称呼甲", "乙", "丙"], ["K1", "某某", "1", "x"]
    )
    with pytest.raises(
        ShowroomError, match=r"表\.xlsx has columns we know.*Say on the page Sheets"
    ):
        plan(db, source)
    source = book(["客户资料"], ["导出"], STRANGE, ROWS[0])
    planned = asked(db, source)
    assert planned.sheets[0].kind is None
    assert [column.label for column in planned.sheets[0].columns] == STRANGE
    assert not planned.is_known, "no sheet of it was ever read"
    assert told(planned)[0].startswith("表.xlsx, Sheet1: say what its columns are.")
    assert not planned.changes
    some = Answers().means((0, 2), "phone")
    assert outcomes(asked(db, source, some)) == ["ignored", "ignored", "ignored", "refused"]
    assert told(asked(db, source, some)) == [
        "表.xlsx, Sheet1: no column is taken for Name. Press M on the one that is."
    ]
    whole = some.means((0, 1), "name").means((0, 3), "address")
    result = applying.apply(db, asked(db, source, whole))
    (found,) = all_of(db, Customer)
    assert (found.name, found.address) == ("张伟", "福田")

    later = plan(db, book(["八月"], STRANGE, *ROWS))  # nobody says a word, nor asks
    assert later.is_known
    assert outcomes(later) == ["ignored", "ignored", "same", "new"]
    with db.write() as session:
        journal.undo(session, result.action_id)
    assert plan(db, book(STRANGE, *ROWS)).is_known, "what was taken back is still read so"


def test_headings_that_were_not_found_are_shown_by_hand(db):
    source = book(["车", "房", "人"], ["填表说明", "二", "三"], ["A1", "B2", "C3"], ROWS[0][1:])
    planned = asked(db, source)
    assert planned.sheets[0].after == 1, "the widest row of words, at a guess"
    answers = Answers().means((0, 0), "phone").headed(0, 2, 1)
    assert asked(db, source, answers).sheets[0].columns[0].field == "", "other headings, asked anew"
    answers = answers.means((0, 0), "name").means((0, 1), "phone")
    assert outcomes(asked(db, source, answers))[2:] == ["ignored", "new"]
    applying.apply(db, asked(db, source, answers))
    again = plan(db, book(["九月", "x", "y"], ["A1", "B2", "C3"], ROWS[1][1:]))
    assert again.is_known
    assert outcomes(again) == ["ignored", "ignored", "new"]


def test_a_list_without_headings_is_known_by_what_its_columns_hold(db):
    source = book(["福田", 1.0, "13800138000", "小伟"], ["南山", 2.0, "13900139111", "小娜"])
    answers = Answers().headed(0, 0, 0).means((0, 3), "name").means((0, 0), "address")
    planned = asked(db, source, answers)
    assert [column.field for column in planned.sheets[0].columns] == [
        "address",
        "",
        "phone",
        "name",
    ]
    applying.apply(db, planned)
    assert {one.name for one in all_of(db, Customer)} == {"小伟", "小娜"}
    again = plan(db, book(["宝安", 3.0, "13700137222", "小强"]))
    assert again.is_known
    assert again.counts[Outcome.NEW] == 1
    (kept,) = all_of(db, SheetLayout)
    assert json.loads(kept.labels) == ["A address", "B", "C phone", "D name"]


def test_of_headless_lists_only_those_are_read_alike_that_hold_the_same(db):
    source = book(["x", "13800138000", "小伟"], ["y", "13900139111", "小娜"])
    answers = Answers().headed(0, 0, 0).means((0, 1), "phone").means((0, 2), "name")
    applying.apply(db, asked(db, source, answers))
    other = asked(db, book(["13800138001", "y", "z"], ["13800138002", "y", "z"]))
    assert not other.sheets[0].known


def test_two_columns_that_are_taken_for_one_are_told(db):
    source = book(
        [*PERSON, "新级别"], [*person(客户姓名="张", 手机号="13800138000", 意向级别="A"), "H"]
    )
    planned = plan(db, source, Answers().means((0, 9), "level"))
    assert told(planned) == ["新级别, 意向级别 are taken for the same, Level. Which one is read?"]
    assert planned.rows[1].facts["level"] is Level.WEEK
    decided = plan(db, source, answer(planned, "twice", "意向级别"))
    assert told(decided) == []
    assert decided.rows[1].facts["level"] is Level.FORTNIGHT
    assert plan(db, source, answer(planned, "twice", "新级别")).rows[1].facts["level"] is Level.WEEK


def test_a_column_is_offered_only_what_its_list_can_use(db):
    source = book(PERSON, person(客户姓名="张", 手机号="13800138000"))
    names = headings.offered(plan(db, source).sheets[0].columns, 7)
    assert {"address", "arrived", "vin"} <= names, "with an arrival the rows are visits"
    assert "deposit" not in names
    assert "people" not in names
