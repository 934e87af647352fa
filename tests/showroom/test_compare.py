"""A day beside the export of the dealer's system, in the layout of DOMAIN §1.2(c) and in others."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from showroom import dates
from showroom.door import reception
from showroom.errors import ShowroomError
from showroom.sheets import compare, read
from showroom.store.models import Action, Level, Role, Visit, VisitKind
from tests import builders as make
from tests.stories import story

DMS = (
    "客户编号 客户名称 来访方式 来访时间 销售顾问 手机号 意向级别 客户来源 信息渠道 是否首次到店 "
    "是否二次到店 离店时间 试乘试驾 经过情形 品牌 车系 车型 配置 颜色 意向报价 备注"
).split()


@story
def day(db):
    """Four parties, a call and an errand of the day, and one of the day before; by name."""
    make.stop_clock(db)
    with db.write() as session:
        make.a_member(session, "王强")
        model = make.a_model(session, "汉 EV")
    found = {}
    for name, minutes, facts in (
        ("张伟", 0, {"phone": "13800138000", "level": Level.MONTH, "model_id": model}),
        ("李雪", 10, {"phone": "13900139000", "level": Level.WEEK, "model_id": model}),
        ("赵磊", 20, {}),
        ("", 30, {}),
    ):
        with db.write() as session:
            at = make.later(minutes=minutes)
            facts = {k: v for k, v in {"name": name, **facts}.items() if v}
            found[name] = make.a_visit(session, now=at, **facts)
    with db.write() as session:
        reception.arrive(session, kind=VisitKind.ERRAND, now=make.later(minutes=40))
        call = reception.arrive(session, kind=VisitKind.CALL, now=make.later(minutes=50))
        found["call"] = call.id
        make.a_visit(session, now=make.later(days=-1), name="昨天")
    return found


def row(name, minutes, phone="", **cells):
    at = dates.local(make.later(minutes=minutes)).replace(tzinfo=None)
    known = {
        "客户名称": name,
        "来访方式": "来店",
        "来访时间": at,
        "销售顾问": "王强",
        "手机号": phone,
        "是否首次到店": "是",
        "是否二次到店": "否",
    }
    return known | cells


def export(path: Path, *rows, head=DMS) -> Path:
    """A workbook as the other system writes it: a merged title, the header, rows, a total."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.append(["展厅流量登记"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(head))
    sheet.append(list(head))
    for number, each in enumerate(rows, 1):
        sheet.append([each.get(title, number if title == "客户编号" else None) for title in head])
    sheet.append(["合计", None, None, None, None, len(rows)])
    book.save(path)
    return path


def compared(db, path):
    return compare.run(db, path, make.TODAY)


def names(sides):
    return [side.name for side in sides]


def test_the_export_of_the_other_system_beside_the_day(db, day, tmp_path):
    file = export(
        tmp_path / "展厅流量登记.xlsx",
        row("张伟", 3, "138-0013-8000", 意向级别="B", 车型="2026款 汉EV 尊荣型"),
        row("李雪女士", 11, "+86 139 0013 9000", 意向级别="A", 车型="宋 PLUS", 销售顾问="李娜"),
        row("赵 磊", 29, "138****7777", 意向级别=None, 车型=None),
        row("孙悦", 60, 13700137000.0, 意向级别="C", 是否首次到店="否", 是否二次到店="是"),
        row("昨天", -24 * 60, "13500135000"),
    )
    found = compared(db, file)
    assert found.same == 2  # 张伟, and 赵磊 by his name and time although his phone is hidden
    assert names(found.missing_here) == ["孙悦"]
    assert found.missing_here[0].again is True
    assert names(found.missing_there) == [""]  # an errand and a call do not count
    assert found.other_days == 1
    assert found.unread == []
    (pair,) = found.different
    assert pair.here.id == day["李雪"]
    assert pair.fields == [
        ("consultant", "王强", "李娜"),
        ("level", "H", "A"),
        ("model", "汉 EV", "宋 PLUS"),
    ]


def test_nothing_is_written_but_a_note_without_names(db, day, tmp_path):
    file = export(tmp_path / "dms.xlsx", row("张伟", 0, "13800138000"), row("孙悦", 60))
    with db.read() as session:
        before = session.query(Visit).count()
        last = session.scalar(select(Action.id).order_by(Action.id.desc()))
    found = compared(db, file)
    with db.read() as session:
        assert session.query(Visit).count() == before
        (noted,) = session.scalars(select(Action).where(Action.id > last))
    assert noted.verb == "compare_day"
    assert noted.what == f"2026-11-18 · {found.said}"
    assert "missing here 1" in noted.what
    assert "张伟" not in noted.what


def test_people_and_first_or_again_are_compared_where_the_file_has_them(db, day, tmp_path):
    head = ["日期", "到店时间", "顾客姓名", "联系电话", "人数", "F/S"]
    clock = f"{dates.local(make.NOW):%H:%M}"
    file = export(
        tmp_path / "f.xlsx",
        {
            "日期": "2026-11-18",
            "到店时间": clock,
            "顾客姓名": "张先生",
            "联系电话": "13800138000",
            "人数": "3人",
            "F/S": "S",
        },
        head=head,
    )
    (pair,) = compared(db, file).different
    assert pair.fields == [
        ("name", "张伟", "张"),
        ("people", "2", "3"),
        ("again", "First", "Again"),
    ]


def test_a_phone_that_was_mistyped_is_a_difference(db, day, tmp_path):
    found = compared(db, export(tmp_path / "f.xlsx", row("张伟", 0, "13800138001")))
    fields = found.different[0].fields
    assert ("phone", "138 0013 8000", "138 0013 8001") in fields


def test_who_has_no_name_is_known_by_the_time(db, day, tmp_path):
    found = compared(db, export(tmp_path / "f.xlsx", row("孙悦", 33, "13700137000", 意向级别="C")))
    assert found.missing_here == []
    (pair,) = found.different
    assert pair.here.id == day[""]
    assert ("name", "", "孙悦") in pair.fields


def test_one_name_twice_a_day_goes_to_the_nearest_time(db, day, tmp_path):
    with db.write() as session:
        later = make.a_visit(session, now=make.later(minutes=45), name="赵磊")
    found = compared(db, export(tmp_path / "f.xlsx", row("赵磊", 44), row("赵磊", 90)))
    assert [side.arrived for side in found.missing_here] == [make.later(minutes=90)]
    assert later not in [side.id for side in found.missing_there]
    assert day["赵磊"] in [side.id for side in found.missing_there]


def test_calls_count_where_the_file_has_calls(db, day, tmp_path):
    found = compared(db, export(tmp_path / "f.xlsx", row("", 52, 来访方式="来电", 销售顾问=None)))
    assert day["call"] not in [side.id for side in found.missing_there]
    assert found.missing_here == []


def test_a_sheet_without_a_date_is_of_the_day_that_is_compared(db, day, tmp_path):
    clock = f"{dates.local(make.NOW):%H:%M}"
    file = tmp_path / "f.csv"
    file.write_text(f"姓名,来店时间,电话\n张伟,{clock},138 0013 8000\n,25:99,\n", "utf-8")
    found = compared(db, file)
    assert found.same == 1
    assert [(row.row, row.column) for row in found.unread] == [(3, "来店时间")]


def test_a_file_of_customers_is_refused_with_what_it_lacks(db, day, tmp_path):
    file = tmp_path / "customers.csv"
    file.write_text("姓名,电话\n张伟,13800138000\n", "utf-8")
    with pytest.raises(ShowroomError, match="a column with the time of arrival is missing"):
        compared(db, file)
    with pytest.raises(ShowroomError, match="There is no file"):
        compared(db, tmp_path / "none.xlsx")


def test_phones_are_hidden_from_who_may_not_see_them(db, day, tmp_path):
    with db.write() as session:
        manager = make.a_member(session, "周敏", Role.MANAGER)
        receptionist = make.a_member(session, "李静", Role.RECEPTIONIST)
        make.a_pin(session, manager, "3333", by=manager)
    db.seat(receptionist)
    file = export(
        tmp_path / "f.xlsx", row("张伟", 0, "13800138001"), row("孙悦", 90, "13700137000")
    )
    found = compared(db, file)
    assert found.missing_here[0].shown == "137****7000"
    assert ("phone", "138****8000", "138****8001") in found.different[0].fields


def test_a_day_of_four_hundred_takes_a_moment(db, day):
    """All pairs of both sides are looked at: a day has hundreds, not millions."""
    from time import perf_counter

    at = dates.local(make.NOW).replace(tzinfo=None)
    head = ["客户名称", "来访时间", "手机号"]
    rows = [
        [f"客{n}", f"{at + timedelta(minutes=n % 60):%Y-%m-%d %H:%M:%S}", str(13_700_000_000 + n)]
        for n in range(400)
    ]
    sheet = read.Sheet("1", [head, *rows], [], source=[b"[]"] * 401)
    book = read.Workbook(path=Path("f.xlsx"), sha256="0", sheets=[sheet])
    start = perf_counter()
    with db.read() as session:
        found = compare.compare(session, book, make.TODAY, today=make.TODAY)
    assert perf_counter() - start < 2
    assert len(found.missing_here) + found.same + len(found.different) == 400
