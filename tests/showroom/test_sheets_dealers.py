"""Workbooks as dealers keep them: tables side by side, totals among the rows, names in two columns.

Each is written as a real file and read again; every row of it is accounted for.
"""

from __future__ import annotations

import zipfile
from typing import Any, NamedTuple

import openpyxl
import pytest

from showroom import dates
from showroom.sheets import notices, results
from showroom.sheets import read as reading
from showroom.sheets.columns import Nothing
from showroom.store.models import VisitKind
from tests.amounts import slow_but
from tests.showroom.sheet_kit import NOW, outcomes, plan

HEAD = ["客户姓名", "手机号", "意向级别", "意向车型", "备注"]
VISIT = "日期 来店时间 离店时间 人数 销售顾问 客户姓名 电话 意向车型 级别".split()
Rows = list[list[Any]]


def phone(number: int) -> str:
    return f"1390000{number:04}"


def visit(day: str, at: str, name: str, number: int, *, who: str = "王强") -> list[Any]:
    return [day, at, "", 2, who, name, phone(number), "汉EV", "H"]


def customer(name: str, number: int, level: str = "H", note: str = "") -> list[Any]:
    return [name, phone(number), level, "汉EV", note]


class Case(NamedTuple):
    """A workbook, who comes in with which last digits, and how many rows are refused."""

    sheets: dict[str, Rows]
    come: list[tuple[str, str]]
    refused: int = 0


CASES = {
    "two tables side by side": Case(
        {
            "名单": [
                ["客户姓名", "手机号", "意向级别", "", "客户姓名", "手机号", "意向级别"],
                ["张伟", phone(1), "H", "", "李娜", phone(2), "A"],
                ["王五", phone(3), "B", "", "赵六", phone(4), "C"],
                ["钱七", phone(5), "B"],
            ]
        },
        [("张伟", "1"), ("王五", "3"), ("钱七", "5"), ("李娜", "2"), ("赵六", "4")],
    ),
    "two tables below each other": Case(
        {
            "日报": [
                ["2026年11月3日 来店登记"],
                ["客户姓名", "电话", "来店时间", "级别"],
                ["张伟", phone(1), "9:00", "H"],
                ["李娜", phone(2), "10:00", "A"],
                [],
                ["2026年11月3日 来电登记"],
                ["客户姓名", "电话", "来电时间", "意向车型", "顾问"],
                ["王五", phone(3), "11:00", "汉EV", "王强"],
            ]
        },
        [("张伟", "1"), ("李娜", "2"), ("王五", "3")],
    ),
    "three tables side by side": Case(
        {
            "名单": [
                ["序号", "姓名", "电话"] * 3,
                [1, "张伟", phone(1), 2, "李娜", phone(2), 3, "王五", phone(3)],
                [4, "赵六", phone(4)],
            ]
        },
        [("张伟", "1"), ("赵六", "4"), ("李娜", "2"), ("王五", "3")],
    ),
    "a day above the rows of each day": Case(
        {
            "11月": [
                ["11月3日"],
                ["客户姓名", "电话", "来店时间"],
                ["张伟", phone(1), "9:00"],
                ["11月4日"],
                ["客户姓名", "电话", "来店时间"],
                ["李娜", phone(2), "10:00"],
                ["11月4日小计：1批"],
            ]
        },
        [("张伟", "1"), ("李娜", "2")],
    ),
    "pages that were put together": Case(
        {
            "名单": [
                HEAD,
                customer("张伟", 1),
                ["第二页"],
                HEAD,
                customer("李娜", 2),
                ["第 2 页 共 2 页"],
            ]
        },
        [("张伟", "1"), ("李娜", "2")],
    ),
    "the headings in the seventh row": Case(
        {
            "客流": [
                ["XX汽车销售服务有限公司"],
                ["部门：销售部"],
                ["制表人：李静"],
                ["2026年11月"],
                ["注：本表每日填写"],
                [],
                VISIT,
                visit("11-3", "9:00", "张伟", 1),
                visit("11-4", "9:00", "李娜", 2),
            ]
        },
        [("张伟", "1"), ("李娜", "2")],
    ),
    "months as columns": Case(
        {
            "年度": [
                ["客户姓名", "手机号", *(f"{month}月" for month in range(1, 13))],
                ["张伟", phone(1), "H", "H", "A"],
                ["李娜", phone(2), "", "", "B"],
            ]
        },
        [("张伟", "1"), ("李娜", "2")],
    ),
    "surname and given name": Case(
        {
            "名单": [
                ["姓", "名", "手机号", "意向级别"],
                ["张", "伟", phone(1), "H"],
                ["欧阳", "娜娜", phone(2), "A"],
                ["李", "", phone(3), "B"],
            ],
            "Guests": [
                ["First name", "Last name", "Phone"],
                ["John", "Smith", phone(4)],
            ],
        },
        [("张伟", "1"), ("欧阳娜娜", "2"), ("李", "3"), ("John Smith", "4")],
    ),
    "a sheet for each consultant": Case(
        {
            who: [
                ["日期", "来店时间", "客户姓名", "电话"],
                ["2026-11-03", "9:00", f"客{at}", phone(at)],
            ]
            for at, who in enumerate(("王强", "李娜", "赵磊"), 1)
        },
        [("客1", "1"), ("客2", "2"), ("客3", "3")],
    ),
    "the summary first": Case(
        {
            "汇总": [["顾问", "来店", "留档"], ["王强", 12, 8], ["合计", 12, 8]],
            "明细": [VISIT, visit("2026-11-03", "9:00", "张伟", 1)],
        },
        [("张伟", "1")],
    ),
    "columns that come twice": Case(
        {
            "名单": [
                ["客户姓名", "手机号", "备注", "意向级别", "备注", "手机号"],
                ["张伟", phone(1), "甲", "H", "乙", phone(11)],
            ]
        },
        [("张伟", "1")],
    ),
    "totals of each day among the rows": Case(
        {
            "客流": [
                VISIT,
                visit("2026-11-03", "9:00", "张伟", 1),
                visit("", "10:00", "李娜", 2),
                ["11月3日小计", "", "", 4],
                visit("2026-11-04", "9:00", "王五", 3),
                ["小计", "", "", 2, "", "1批"],
                ["2026-11-04合计：1批2人"],
                ["本月累计", "", "", 6],
            ]
        },
        [("张伟", "1"), ("李娜", "2"), ("王五", "3")],
    ),
    "lines of words among the rows": Case(
        {
            "名单": [
                HEAD,
                customer("张伟", 1),
                ["（以下为车展客户）"],
                customer("李娜", 2),
                ["以上共2人"],
                ["数据来源：车展"],
            ]
        },
        [("张伟", "1"), ("李娜", "2")],
    ),
    "the phone in the remark": Case(
        {
            "名单": [
                HEAD,
                ["张伟", "", "H", "汉EV", "电话13900000001"],
                customer("王五", 3, note="太太电话13900000033"),
            ]
        },
        [("王五", "3")],
        refused=1,
    ),
    "extensions": Case(
        {
            "名单": [
                HEAD,
                ["张伟", "0755-88886661转8001", "H", "汉EV", ""],
                ["李娜", "0755-88886662-801", "H", "汉EV", ""],
                ["王五", "020 8888 7773 ext 12", "H", "汉EV", ""],
                ["赵六", "13900000001\n13900000002", "H", "汉EV", ""],
            ]
        },
        [("张伟", "1"), ("李娜", "2"), ("王五", "3"), ("赵六", "1")],
    ),
    "as WPS leaves it": Case(
        {
            "Sheet1": [
                ["序号", "客户姓名", "联系方式", "到店日期", "到店时段", "顾问", "是否留资"],
                [1, "张伟", phone(1), "2026/11/3", "9:00-10:00", "王强", "是"],
                [2, "李娜", phone(2), "2026/11/3", "14:00-15:00", "王强", "否"],
            ],
            "WpsReserved_CellImgList": [],
        },
        [("张伟", "1"), ("李娜", "2")],
    ),
    "a deal that was cancelled": Case(
        {
            "成交": [
                "姓名 电话 车型 成交价 定金 订购日期 退订日期".split(),
                ["张伟", phone(1), "汉EV", "21.98万", "5千", "2026-10-01", ""],
                ["李娜", phone(2), "汉EV", "21.98万", "5k", "2026-10-01", "2026-10-09"],
            ]
        },
        [("张伟", "1")],
        refused=1,
    ),
    "gifts beside the customers": Case(
        {
            "礼品": [
                ["礼品", "日期", "时间", "领出", "结存", "领用人"],
                ["雨伞", "2026-11-03", "10:00", 1, 9, "张伟"],
            ],
            "客户": [HEAD, customer("张伟", 1)],
            "送礼": [
                ["客户姓名", "手机号", "礼品", "礼品数量", "领用日期"],
                ["李娜", phone(2), "雨伞", 1, "2026-11-03"],
            ],
        },
        [("张伟", "1"), ("李娜", "2")],
    ),
    "a party of half": Case(
        {
            "客流": [
                VISIT,
                [*visit("2026-11-03", "9:00", "张伟", 1)[:3], "50%", "王强", "张伟", phone(1)],
            ]
        },
        [("张伟", "1")],
    ),
}


@pytest.fixture
def db(db):
    db.clock = lambda: NOW
    return db


def written(path, sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("what", slow_but([*CASES][::2], CASES))
def test_who_stands_in_a_workbook_comes_in_and_no_row_is_lost(db, tmp_path, what):
    case = CASES[what]
    made = plan(db, reading.read(written(tmp_path / "表.xlsx", case.sheets)))
    came = [row for row in made.rows if row.outcome.value == "new"]
    told = [(row.facts["name"], row.facts["phones"][0][-1]) for row in came]
    assert told == case.come
    assert outcomes(made).count("refused") == case.refused
    assert all(row.reason for row in made.rows if row.outcome.value in ("refused", "ignored"))
    seen = {(made.sheets[row.sheet].place, row.number) for row in made.rows}
    assert len(seen) == len(made.rows)
    lines = sum(1 for rows in case.sheets.values() for row in rows if any(row))
    assert sum(1 for row in made.rows if row.nothing is not Nothing.BLANK) >= lines


def test_calls_are_calls_and_numbers_of_one_table_are_of_its_people(db, tmp_path):
    below = plan(
        db, reading.read(written(tmp_path / "a.xlsx", CASES["two tables below each other"].sheets))
    )
    assert [visit.values["kind"] for visit in below.visits] == [
        VisitKind.WALK_IN,
        VisitKind.WALK_IN,
        VisitKind.CALL,
    ]
    beside = plan(
        db, reading.read(written(tmp_path / "b.xlsx", CASES["two tables side by side"].sheets))
    )
    told = [one.text for one in notices.of_plan(beside)]
    assert told == ["名单 holds several tables; each is read for itself: 名单, 名单·E"]
    assert [len(person.phones) for person in beside.people] == [1, 1, 1, 1, 1]
    assert [sheet.name for sheet in beside.sheets] == ["名单", "名单·E"]


def test_a_text_file_is_one_table_unless_it_holds_two(db, tmp_path):
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text("姓名,手机\n张伟,13800138000\n", "utf-8")
    two.write_text("姓名,手机\n张伟,13800138000\n\n客户,电话,级别\n李娜,13800138001,H\n", "utf-8")
    for path, told in ((one, []), (two, ["two.csv", "·4"])):
        made = plan(db, reading.read(path))
        found = [n.text for n in notices.of_plan(made) if n.about is notices.About.TABLES]
        names = ", ".join(told)
        expected = f"{path.name} holds several tables; each is read for itself: {names}"
        assert found == ([expected] if told else [])


def test_a_day_without_a_year_above_its_rows_is_theirs(db, tmp_path):
    case = CASES["a day above the rows of each day"]
    made = plan(db, reading.read(written(tmp_path / "a.xlsx", case.sheets)))
    assert [f"{visit.values['day']}" for visit in made.visits] == ["2026-11-03", "2026-11-04"]
    ranged = {"11月": [["11月3日-9日"], *case.sheets["11月"][1:3]]}
    made = plan(db, reading.read(written(tmp_path / "b.xlsx", ranged)))
    assert outcomes(made).count("refused") == 1


def test_the_results_stand_beside_the_rows_of_each_table(db, tmp_path):
    path = written(tmp_path / "表.xlsx", CASES["two tables below each other"].sheets)
    made = plan(db, reading.read(path))
    with db.read() as session:
        results.save(session, made, tmp_path / "结果.xlsx")
    page = openpyxl.load_workbook(tmp_path / "结果.xlsx")["日报"]
    told = {cell.row for row in page.iter_rows(min_col=6) for cell in row if cell.value == "New"}
    assert told == {3, 4, 8}


def test_an_extension_and_a_number_in_the_remark_are_said(db, tmp_path):
    made = plan(db, reading.read(written(tmp_path / "a.xlsx", CASES["extensions"].sheets)))
    assert made.rows[1].reason == "手机号: Extension 8001 is left out."
    made = plan(
        db, reading.read(written(tmp_path / "b.xlsx", CASES["the phone in the remark"].sheets))
    )
    assert "a number stands in the remark" in made.rows[1].reason


def test_a_formula_without_a_result_is_counted_and_said(db, tmp_path):
    rows = [HEAD, customer("张伟", 1), ["王五", phone(2), '=IF(1,"H","A")', "唐", "=A1"]]
    book = reading.read(written(tmp_path / "a.xlsx", {"客户": rows}))
    assert book.sheets[0].unreckoned == 2
    assert any("no result in the file" in one.text for one in notices.notices(book))


def test_a_sheet_under_a_password_is_read_and_a_very_hidden_one_is_named(db, tmp_path):
    path = written(
        tmp_path / "a.xlsx",
        {"客户": [HEAD, customer("张伟", 1)], "藏": [HEAD, customer("李四", 2)]},
    )
    book = openpyxl.load_workbook(path)
    book["客户"].protection.sheet = True
    book["客户"].protection.set_password("123")
    book["藏"].sheet_state = "veryHidden"
    book.save(path)
    read = reading.read(path)
    assert outcomes(plan(db, read)) == ["ignored", "new", "ignored", "ignored"]
    assert any("藏" in one.text for one in notices.notices(read))


def test_a_merged_cell_is_of_all_its_rows_and_a_hidden_row_comes_in_and_is_said(db, tmp_path):
    path = written(
        tmp_path / "a.xlsx",
        {
            "客流": [
                VISIT,
                visit("2026-11-03", "9:00", "张伟", 1),
                visit("", "10:00", "李娜", 2, who=""),
                visit("2026-11-04", "24:00", "王五", 3),
            ]
        },
    )
    book = openpyxl.load_workbook(path)
    page = book.active
    page.merge_cells("A2:A3")
    page.merge_cells("E2:E3")
    page.auto_filter.ref = "A1:I4"
    page.row_dimensions[3].hidden = True
    book.save(path)
    read = reading.read(path)
    made = plan(db, read)
    days = [f"{dates.local(row.facts['arrived']):%m-%d}" for row in made.rows[1:]]
    assert days == ["11-03", "11-03", "11-04"]
    assert made.rows[2].facts["consultant"] == "王强"
    assert any("hidden in Excel" in one.text for one in notices.notices(read))


def test_days_in_every_way_and_zeros_in_front(db, tmp_path):
    head = ["客户姓名", "手机号", "生日", "邮编"]
    rows = [
        head,
        ["张伟", "'13900000001", 19880506, "010010"],
        ["李娜", phone(2), "1988.5.6", 10010],
        ["王五", phone(3), "11月3日", ""],
        ["赵六", phone(4), 20261103, ""],
    ]
    made = plan(db, reading.read(written(tmp_path / "a.xlsx", {"客户": rows})))
    told = [(str(row.facts["birthday"]), row.facts.get("postcode")) for row in made.rows[1:]]
    assert told == [
        ("1988-05-06", "010010"),
        ("1988-05-06", "010010"),
        ("11-3", None),
        ("11-3", None),
    ]


def test_a_pivot_and_links_to_other_files_are_no_rows(db, tmp_path):
    """What Excel keeps beside the cells: the cache of a pivot table, values of another file."""
    path = written(tmp_path / "a.xlsx", {"客户": [HEAD, customer("张伟", 1)]})
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kinds = {
        "xl/externalLinks/externalLink1.xml": (
            f'<externalLink xmlns="{main}"><externalBook><sheetNames><sheetName val="名单"/>'
            '</sheetNames><sheetDataSet><sheetData sheetId="0"><row r="1"><cell r="A1" t="str">'
            "<v>李四</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>"
        ),
        "xl/pivotCache/pivotCacheRecords1.xml": (
            f'<pivotCacheRecords xmlns="{main}" count="1"><r><s v="王五"/></r></pivotCacheRecords>'
        ),
    }
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    book, rels = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    link = f'<externalReferences xmlns:r="{office}"><externalReference r:id="rIdX"/>'
    parts[book] = parts[book].replace("</sheets>", f"</sheets>{link}</externalReferences>")
    target = f'<Relationship Id="rIdX" Type="{office}/externalLink" Target="externalLinks/'
    parts[rels] = parts[rels].replace(
        "</Relationships>", f'{target}externalLink1.xml"/></Relationships>'
    )
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in (parts | kinds).items():
            packed.writestr(name, content)
    made = plan(db, reading.read(path))
    assert [row.facts["name"] for row in made.rows if row.facts] == ["张伟"]
