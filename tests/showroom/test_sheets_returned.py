"""A list that left, was edited in Excel and comes back: only what was really edited changes."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, timedelta

import openpyxl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from showroom import i18n
from showroom.care import calendar
from showroom.errors import Invalid
from showroom.figures import registers
from showroom.guard import erasure, exports
from showroom.people import customers, merging, phones
from showroom.sheets import apply as applying
from showroom.sheets import questions
from showroom.sheets import read as reading
from showroom.sheets.marks import Mark
from showroom.sheets.plan import Outcome
from showroom.store import journal
from showroom.store.models import (
    Customer,
    FollowUp,
    Honorific,
    ImportRow,
    Level,
    Phone,
    Promise,
    Role,
    Status,
    Visit,
)
from tests import builders
from tests.amounts import LISTS_OUT
from tests.showroom.sheet_kit import (
    DEAL,
    NOW,
    PERSON,
    TODAY,
    VISIT,
    all_of,
    bring_in,
    deal,
    outcomes,
    person,
    plan,
    visit,
)
from tests.showroom.test_sheets_samples import rows_of_all
from tests.stories import story


def known(db, name, number):
    with db.write() as session:
        return customers.add(session, name=name, phone=number, now=NOW, today=TODAY).id


@pytest.fixture
def db(db):
    db.clock = lambda: NOW
    return db


def out(db, path, what=registers.customers, *args):
    with exports.leaving(db, "all", path) as session:
        what(session, *args, path)
    return path


def edited(path, **cells):
    """The workbook after somebody wrote into cells by their headings, as `name_2`."""
    made = openpyxl.load_workbook(path)
    page = made.active
    heads = {
        cell.value: cell.column for row in page.iter_rows(max_row=2) for cell in row if cell.value
    }
    for told, value in cells.items():
        label, _sep, line = told.rpartition("_")
        page.cell(int(line), heads[label.replace("_", " ")]).value = value
    made.save(path)
    return reading.read(path)


@story
def zhang(db):
    with db.write() as session:
        made = customers.add(
            session,
            name="张伟",
            honorific=Honorific.MR,
            phone="13800138000",
            address="福田",
            level=Level.MONTH,
            birthday=date(1990, 3, 4),
            note="=1+1 要白色",
            now=NOW,
            today=TODAY,
        )
    return made.id


@LISTS_OUT
def test_what_was_not_edited_changes_nothing(db, zhang, tmp_path, language, ending):
    i18n.use(language)
    bring_in(db, PERSON, person(客户姓名="李", 性别="女", 微信号="li_na", 备注="两行\n备注"))
    bring_in(db, VISIT, visit(客户姓名="王先生", 电话="13800138002", 人数=3.0, 试乘试驾="Y"))
    bring_in(db, DEAL, deal(姓名="赵雷", 电话="0755-88886666"))
    first, last = date(2026, 9, 1), TODAY
    for path in (
        out(db, tmp_path / f"customers.{ending}"),
        out(db, tmp_path / f"visits.{ending}", registers.visits, first, last),
    ):
        planned = plan(db, reading.read(path))
        assert not planned.changes
        assert set(outcomes(planned)) == {"ignored", "same"}
        assert planned.sheets[0].own


def test_a_csv_that_excel_saved_anew_changes_nothing(db, tmp_path):
    bring_in(
        db,
        VISIT,
        visit(day="2026-10-04", at="9:42", to="9:58", 客户姓名="王先生", 电话="13800138002"),
        visit(day="2026-10-14", at="19:42", to="20:02", 客户姓名="李女士", 电话="13800138003"),
    )
    path = out(db, tmp_path / "v.csv", registers.visits, date(2026, 9, 1), TODAY)
    text = path.read_text("utf-8-sig")
    assert "09:42" in text
    assert "2026-10-04" in text
    text = re.sub(r"\b0(\d:\d\d)", r"\1", text)
    text = re.sub(r"(\d{4})-0?(\d+)-0?(\d+)\b", r"\1/\2/\3", text)
    path.write_bytes(text.encode("gb18030"))
    planned = plan(db, reading.read(path))
    assert not planned.changes
    assert {row.reason for row in planned.rows if row.outcome is Outcome.SAME} == {""}


def test_only_the_cells_that_were_edited_are_overwritten_and_filled(db, zhang, tmp_path):
    book = edited(
        out(db, tmp_path / "c.xlsx"),
        Address_2="南山",
        WeChat_2="zhang",
        Level_2="H",
        Name_2="张大伟",
    )
    planned = plan(db, book)
    assert outcomes(planned) == ["ignored", "changed"]
    assert planned.rows[1].changes == {
        "name": (Mark.REPLACE, "张伟"),
        "wechat": (Mark.FILL, ""),
        "address": (Mark.REPLACE, "福田"),
        "level": (Mark.REPLACE, Level.MONTH),
    }
    result = applying.apply(db, planned)
    (customer,) = all_of(db, Customer)
    assert (customer.id, customer.name, customer.address) == (zhang, "张大伟", "南山")
    assert (customer.wechat, customer.level, customer.birthday) == (
        "zhang",
        Level.WEEK,
        date(1990, 3, 4),
    )
    assert not plan(db, reading.read(tmp_path / "c.xlsx")).changes
    with db.write() as session:
        assert journal.undo(session, result.action_id).kept == []
    assert all_of(db, Customer)[0].address == "福田"


def test_what_the_desk_changed_meanwhile_stays_where_the_list_was_not_touched(db, zhang, tmp_path):
    path = out(db, tmp_path / "c.xlsx")
    with db.write() as session:
        customers.change(session, zhang, address="罗湖")
    applying.apply(db, plan(db, edited(path, Note_2="要黑色")))
    (customer,) = all_of(db, Customer)
    assert (customer.address, customer.note) == ("罗湖", "要黑色")


def test_a_number_typed_over_another_takes_its_place(db, zhang, tmp_path):
    with db.write() as session:
        phones.add(session, zhang, "13800138009")
    book = edited(out(db, tmp_path / "c.xlsx"), Phone_2="13900139000")
    planned = plan(db, book)
    assert planned.counts[Outcome.CHANGED] == 1
    applying.apply(db, planned)
    assert [phone.number for phone in all_of(db, Phone)] == ["+8613900139000", "+8613800138009"]


def test_an_emptied_cell_and_a_status_take_nothing_away(db, zhang, tmp_path):
    book = edited(out(db, tmp_path / "c.xlsx"), Address_2=None, Status_2="Lost")
    planned = plan(db, book)
    assert not planned.changes
    emptied = "Emptied cells take nothing away; do it in his file: address."
    assert planned.rows[1].reason == (
        f"Changed where its rules are kept, not by a list: status. {emptied}"
    )
    assert all_of(db, Customer)[0].status is Status.OPEN
    (row,) = plan(db, edited(out(db, tmp_path / "d.xlsx"), Address_2=None)).rows[1:]
    assert (row.outcome, row.reason) == (Outcome.SAME, emptied)


def test_rows_may_be_sorted_and_columns_moved_or_deleted(db, zhang, tmp_path):
    bring_in(db, PERSON, person(客户姓名="李娜", 手机号="13800138001"))
    path = out(db, tmp_path / "c.xlsx")
    made = openpyxl.load_workbook(path)
    rows = [[cell.value for cell in row] for row in made.active.iter_rows()]
    other = openpyxl.Workbook()
    for row in (rows[0], *rows[:0:-1]):
        other.active.append([row[-1], *row[3:6], row[2], row[0]])
    other.save(path)
    planned = plan(db, reading.read(path))
    assert outcomes(planned) == ["ignored", "same", "same"]


def test_who_does_not_see_the_numbers_may_edit_the_rest(db, zhang, tmp_path):
    with db.write() as session:
        boss = builders.a_member(session, "陈志远", Role.MANAGER)
        desk = builders.a_member(session, "李静", Role.RECEPTIONIST)
    for one in (boss, desk):
        with db.write() as session:
            builders.a_pin(session, one, "2468", by=boss)
    db.staff_id = desk
    path = out(db, tmp_path / "c.xlsx")
    assert "13800138000" not in str(openpyxl.load_workbook(path).active["C2"].value)
    assert outcomes(plan(db, reading.read(path))) == ["ignored", "same"]
    applying.apply(db, plan(db, edited(path, Model_2="汉EV")))
    (customer,) = all_of(db, Customer)
    assert customer.model_id is not None
    assert [phone.number for phone in all_of(db, Phone)] == ["+8613800138000"]


def test_a_list_of_another_desk_is_read_like_any_other(db, zhang, tmp_path):
    path = out(db, tmp_path / "c.xlsx")
    with db.write() as session:
        session.connection().exec_driver_sql(
            "UPDATE customer SET created_at = '2020-01-01 00:00:00.000'"
        )
    planned = plan(db, reading.read(path))
    assert not planned.sheets[0].own
    assert outcomes(planned) == ["ignored", "same"]
    said = questions.ask(planned)[0]
    assert said.text.startswith("c.xlsx left another desk, or means people who are no longer")


def test_an_edited_visit_is_corrected_and_keeps_its_number(db, tmp_path):
    bring_in(
        db, VISIT, visit(客户姓名="张伟", 意向车型="汉EV", 备注="旧"), visit(at="12:00", to="12:30")
    )
    path = out(db, tmp_path / "v.xlsx", registers.visits, date(2026, 10, 1), TODAY)
    planned = plan(
        db, edited(path, Note_3="新", Model_wanted_3="唐", Contact_phone_4="13800138000")
    )
    assert outcomes(planned) == ["ignored", "ignored", "changed", "filled"]
    applying.apply(db, planned)
    first, second = all_of(db, Visit)
    assert (first.note, first.number, first.name) == ("新", 1, "张伟")
    (customer,) = all_of(db, Customer)
    assert second.customer_id == customer.id
    day = date(2026, 10, 1)
    assert (customer.first_visit_on, customer.last_visit_on) == (day, day)
    assert customer.contact_on == day


def test_a_number_typed_into_a_visit_makes_somebody_who_knows_what_was_said_then(db, tmp_path):
    row = visit(销售顾问="王强", 客户姓名="张伟", 意向车型="汉EV", 级别="A", 渠道="车展")
    bring_in(db, VISIT, row)
    path = out(db, tmp_path / "v.xlsx", registers.visits, date(2026, 10, 1), TODAY)
    applying.apply(db, plan(db, edited(path, Contact_phone_3="13800138000")))
    (customer,), (came,) = all_of(db, Customer), all_of(db, Visit)
    for fact in "name level model_id channel_id consultant_id".split():
        assert getattr(customer, fact) == getattr(came, fact) not in (None, "")


def test_another_birthday_forgets_the_lunar_day_february_does_not_have(db, zhang, tmp_path):
    with db.write() as session:
        customers.change(session, zhang, birthday="1981-02-30", birthday_lunar=True)
    path = out(db, tmp_path / "c.xlsx")
    applying.apply(db, plan(db, edited(path, Birthday_2=date(1981, 5, 28))))
    (customer,) = all_of(db, Customer)
    assert (customer.birthday, customer.birthday_more) == (date(1981, 5, 28), 0)
    assert not customer.birthday_lunar  # a date is one of the sun


def test_what_waits_goes_along_with_another_consultant_and_another_birthday(db, zhang, tmp_path):
    with db.write() as session:
        wang, li = (builders.a_member(session, name) for name in ("王强", "李娜"))
        customers.change(session, zhang, consultant_id=wang, birthday=TODAY.replace(year=1990))
        builders.a_deal(session, zhang)
    with db.write() as session:
        calendar.remember(session, today=TODAY)
    path = out(db, tmp_path / "c.xlsx")
    result = applying.apply(
        db, plan(db, edited(path, Consultant_2="李娜", Birthday_2=date(1990, 8, 8)))
    )
    waits = {one.rule: one for one in all_of(db, FollowUp)}
    assert waits[Promise.THREE_DAYS].staff_id == waits[Promise.BIRTHDAY].staff_id == li
    assert waits[Promise.BIRTHDAY].due_on == date(2027, 8, 8)
    with db.write() as session:
        assert journal.undo(session, result.action_id).kept == []
    waits = {one.rule: one for one in all_of(db, FollowUp)}
    assert waits[Promise.THREE_DAYS].staff_id == wang
    assert waits[Promise.BIRTHDAY].due_on == TODAY


def test_who_was_erased_or_merged_since_does_not_come_back_with_the_list(db, zhang, tmp_path):
    for name, number in (("李娜", "13800138001"), ("王强", "13800138002"), ("赵雷", "13800138003")):
        bring_in(
            db,
            VISIT,
            visit(day=f"2026-10-0{number[-1]}", 客户姓名=name, 电话=number, 备注="要白色"),
        )
    people = {one.name: one.id for one in all_of(db, Customer)}
    listed = out(db, tmp_path / "c.xlsx")
    came = out(db, tmp_path / "v.xlsx", registers.visits, date(2026, 10, 1), TODAY)
    with db.write() as session:
        customers.change(session, zhang, address="罗湖")
        merging.merge(session, people["王强"], zhang, now=NOW, today=TODAY)
    erasure.erase_now(db, [people["李娜"]], why=erasure.Cause.ASKED)
    page = openpyxl.load_workbook(listed).active
    lines = {cell.value: cell.row for row in page.iter_rows() for cell in row}
    edited(listed, **{f"Address_{lines['赵雷']}": "南山"}, **{f"Address_{lines['王强']}": "x"})
    planned = plan(db, reading.read(listed))
    told = {row.number: (row.outcome.value, row.reason) for row in planned.rows[1:]}
    gone = ("ignored", "No longer on file")
    assert told[lines["李娜"]] == told[lines["王强"]] == gone
    assert told[lines["张伟"]] == ("same", "")
    assert told[lines["赵雷"]][0] == "filled"
    applying.apply(db, planned)
    kept = [row.cells for row in all_of(db, ImportRow) if row.reason == gone[1]]
    assert kept == ["[]", "[]"]
    assert "李娜" not in {one.name for one in all_of(db, Customer)}
    planned = plan(db, edited(came, Note_3="李娜 13800138001"))
    assert [row.reason for row in planned.rows].count(gone[1]) == 1
    assert not planned.changes


def test_a_list_of_one_whose_row_went_since_is_known_for_what_it_is(db, zhang, tmp_path):
    """There is nobody beside him by whom the desk would know its own list."""
    alone = out(db, tmp_path / "c.xlsx")
    bring_in(db, VISIT, visit(客户姓名="李娜", 电话="13800138001"))
    visits = out(db, tmp_path / "v.xlsx", registers.visits, date(2026, 10, 1), TODAY)
    with db.write() as session:
        journal.undo(session, journal.last_undoable(session))
    other = known(db, "张大伟", "13900139000")
    with db.write() as session:
        merging.merge(session, zhang, other, now=NOW, today=TODAY)
    assert [one.name for one in all_of(db, Customer)] == ["张大伟"]
    for path in (alone, visits):
        planned = plan(db, reading.read(path))
        assert [row.reason for row in planned.rows].count("No longer on file") == 1
        assert not planned.changes
        assert questions.ask(planned) == []


def test_a_row_that_was_copied_for_somebody_else_is_somebody_else(db, zhang, tmp_path):
    path = out(db, tmp_path / "c.xlsx")
    made = openpyxl.load_workbook(path)
    cells = [cell.value for cell in made.active[2]]
    made.active.insert_rows(2)
    for place, value in enumerate(cells, 1):
        made.active.cell(2, place).value = value
    made.save(path)
    planned = plan(db, edited(path, Name_2="李娜", Phone_2="13800138001"))
    assert outcomes(planned) == ["ignored", "new", "same"]
    applying.apply(db, planned)
    assert [one.name for one in all_of(db, Customer)] == ["张伟", "李娜"]
    assert [one.number for one in all_of(db, Phone)] == ["+8613800138000", "+8613800138001"]


def test_a_row_typed_below_a_list_that_came_back_overwrites_nobody(db, zhang, tmp_path):
    path = out(db, tmp_path / "c.xlsx")
    told = dict(Name_3="张伟", Phone_3="13800138000", Address_3="南山")
    planned = plan(db, edited(path, **told))
    assert outcomes(planned) == ["ignored", "same", "same"]
    assert planned.rows[2].changes["address"] == (Mark.KEPT, "福田")


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Cn")), max_size=12
)
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.one_of(
                st.sampled_from(["张伟", "王先生", "=1+1", "O'Neil", "李 娜"]), TEXTS
            ),
            "phone": st.integers(13000000000, 19999999999).map(str),
            "wechat": st.sampled_from(["", "li_na", "001", "1e5"]),
            "address": TEXTS,
            "note": st.one_of(TEXTS, st.just("两行\n备注"), st.just("2026-10-01"), st.just("007")),
            "level": st.sampled_from(Level),
            "birthday": st.one_of(st.none(), st.dates(date(1930, 1, 1), date(2010, 1, 1))),
        }
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.slow
@trying(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(PEOPLE, st.sampled_from(["xlsx", "csv"]))
def test_whoever_is_on_file_going_out_and_coming_in_changes_nothing(db, tmp_path, people, ending):
    with db.write() as session:
        for facts in people:
            with suppress(Invalid):
                customers.add(session, **facts, now=NOW, today=TODAY)
    bring_in(
        db,
        VISIT,
        *[
            visit(
                day=f"{TODAY - timedelta(days=place + 1)}",
                客户姓名=facts["name"][:20],
                电话=facts["phone"],
                备注=facts["note"],
            )
            for place, facts in enumerate(people)
        ],
    )
    before = rows_of_all(db, journaled=True)
    for path in (
        out(db, tmp_path / f"c.{ending}"),
        out(db, tmp_path / f"v.{ending}", registers.visits, TODAY - timedelta(days=30), TODAY),
    ):
        result = applying.apply(db, plan(db, reading.read(path)))
        assert result.action_id is None
    assert rows_of_all(db, journaled=True) == before


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("stamped", [True, False])
def test_a_lunar_birthday_that_no_february_has_leaves_as_it_was_said(
    db, zhang, tmp_path, ending, stamped
):
    with db.write() as session:
        customers.change(session, zhang, birthday="1981-02-30", birthday_lunar=True)
    path = out(db, tmp_path / f"c.{ending}")
    book = reading.read(path)
    (sheet,) = book.sheets
    heads = next(row for row in sheet.rows if "Birthday" in row)
    line = next(row for row in sheet.rows if "张伟" in row)
    assert line[heads.index("Birthday")] == "lunar 1981-02-30"
    if not stamped:  # as from somebody who left the last column out
        for row in sheet.rows:
            row[-1] = ""
    planned = plan(db, book)
    assert planned.sheets[0].own is stamped
    assert not planned.changes
    assert "same" in set(outcomes(planned))


def test_such_a_birthday_comes_into_another_file_and_goes_when_another_is_written(
    db, zhang, tmp_path
):
    bring_in(db, PERSON, person(客户姓名="李娜", 手机号="13800138009", 生日="1981-02-30"))
    with db.read() as session:
        made = session.query(Customer).filter_by(name="李娜").one()
        assert (made.birthday, made.birthday_more) == (date(1981, 2, 28), 2)
        assert made.birthday_lunar
    with db.write() as session:
        customers.change(session, zhang, birthday="1981-02-30", birthday_lunar=True)
    applying.apply(db, plan(db, edited(out(db, tmp_path / "c.xlsx"), Birthday_3="1981-05-06")))
    with db.read() as session:
        one = session.get(Customer, zhang)
        assert (one.birthday, one.birthday_more) == (date(1981, 5, 6), 0)
