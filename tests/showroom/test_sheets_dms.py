"""The register of another system (DOMAIN §1.2c) comes in, and goes out again as it came."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from showroom import choices, i18n
from showroom.door import reception
from showroom.figures import dms, papers
from showroom.figures.papers import Ask, Paper
from showroom.guard import erasure, exports
from showroom.people import timeline
from showroom.sheets import apply as applying
from showroom.sheets import course, read
from showroom.sheets.grid import Mark
from showroom.sheets.plan import Outcome
from showroom.store import journal
from showroom.store.db import Database
from showroom.store.models import ChoiceKind, Customer, Visit, VisitKind
from tests import builders
from tests.showroom.sheet_kit import NOW, all_of, book, bring_in, outcomes, plan

SAMPLE = Path(__file__).parents[1] / "data" / "samples" / "展厅流量登记-DMS导出.xls"
HEAD = (
    "客户编号 客户名称 来访方式 来访时间 销售顾问 手机号 意向级别 客户来源 信息渠道 是否首次到店 "
    "是否二次到店 离店时间 试乘试驾 经过情形 品牌 车系 车型 配置 颜色 意向报价 备注"
).split()
VALUES = (
    *("KH1", "张伟", "到店", "2026-10-01 10:00:00", "王强", "13800138000", "A", "网站"),
    *("汽车之家", "是", "否", "2026-10-01 11:00:00", "是", "看车洽谈", "比亚迪", "王朝"),
    *("汉EV", "旗舰型", "灰", 219800.0, "置换"),
)
ROW = dict(zip(HEAD, VALUES, strict=True))
OCTOBER = Ask(Paper.DMS, date(2026, 10, 1), date(2026, 10, 31))


pytestmark = pytest.mark.language("zh_CN")


@pytest.fixture
def db(db):
    db.clock = lambda: NOW
    return db


def line(**facts: Any) -> list[Any]:
    return [{**ROW, **facts}[name] for name in HEAD]


def write_out(db: Database, path: Path) -> Path:
    with db.read() as session:
        papers.save(session, OCTOBER, path, now=NOW)
    return path


def cells(path: Path) -> list[tuple[str, ...]]:
    """The rows by number, in words of ours where a tick or a way of coming is told."""
    (sheet,) = read.read(path).sheets
    at = next(n for n, row in enumerate(sheet.rows) if "客户编号" in row)
    head = [str(cell) for cell in sheet.rows[at] if cell != ""][: len(HEAD)]
    assert head == HEAD  # behind them the mark of each row, out of sight
    ours = {"来访方式": {"到店": "来店"}, "试乘试驾": {"√": "是", "": "否"}}

    def said(name: str, cell: Any) -> str:
        told = f"{cell:.0f}" if isinstance(cell, float) else str(cell)
        return ours.get(name, {}).get(told, told)

    rows = [row for row in sheet.rows[at + 1 :] if row[3] != ""]
    return sorted(tuple(map(said, head, row[: len(HEAD)])) for row in rows)


def test_every_cell_of_another_system_s_register_goes_out_as_it_came_in(db, tmp_path):
    applying.apply(db, applying.look(db, read.read(SAMPLE)))
    out = cells(write_out(db, tmp_path / "登记.xlsx"))
    came = cells(SAMPLE)
    assert len(out) == len(came) == 160
    differing = {
        (name, before, after)
        for told, is_ in zip(came, out, strict=True)
        for name, before, after in zip(HEAD, told, is_, strict=True)
        if before != after
    }
    # a name that says nothing is none; who comes twice on a day came once (DOMAIN §11.6)
    assert differing == {("客户名称", "未留", ""), ("是否二次到店", "是", "否")}


def test_what_went_out_comes_into_an_empty_desk_and_goes_out_the_same(db, tmp_path, new_desk):
    poor = {"来访时间": "2026-10-02 9:30", "离店时间": "2026-10-02 10:00:00"}
    poor |= dict.fromkeys(("客户编号", "手机号", "客户名称", "意向报价", "经过情形"), "")
    bring_in(db, HEAD, line(), line(**poor))
    first = write_out(db, tmp_path / "一.xlsx")
    with new_desk() as other:
        other.clock = lambda: NOW
        applying.apply(other, applying.look(other, read.read(first)))
        second = write_out(other, tmp_path / "二.xlsx")
    assert cells(first) == cells(second)
    again = applying.look(db, read.read(first))
    assert again.counts[Outcome.SAME] == 2, "and here it changes nothing"
    assert not again.changes


def test_a_manager_finds_it_in_the_customer_s_file_and_undo_takes_it_back(db):
    bring_in(db, HEAD, line())
    (visit,) = all_of(db, Visit)
    assert (visit.offer, visit.quoted, visit.trim) == (Decimal("219800"), True, "旗舰型")
    (customer,) = all_of(db, Customer)
    with db.read() as session:
        (entry,) = [e for e in timeline.of_customer(session, customer.id) if "首次来店" in e.title]
    assert "想要 比亚迪 王朝 旗舰型 · 报价 219,800 · 看车洽谈 · 置换" in entry.detail
    with db.write() as session:
        erasure.erase(session, customer.id, why=erasure.Cause.ASKED)
    (visit,) = all_of(db, Visit)
    assert (visit.course, visit.their_number, visit.trim) == ("", "", "旗舰型")


def test_what_is_known_is_filled_and_not_written_over(db):
    bring_in(db, HEAD, line(意向报价="", 配置=""))
    planned = plan(db, book(HEAD, line(品牌="丰田")))
    assert outcomes(planned)[1] == "filled"
    assert {name: mark for name, (mark, _was) in planned.rows[1].changes.items()} == {
        "brand": Mark.KEPT,
        "trim": Mark.FILL,
        "offer": Mark.FILL,
    }
    result = applying.apply(db, planned)
    (visit,) = all_of(db, Visit)
    assert (visit.brand, visit.trim, visit.quoted) == ("比亚迪", "旗舰型", True)
    with db.write() as session:
        journal.undo(session, result.action_id)
    (visit,) = all_of(db, Visit)
    assert (visit.trim, visit.offer, visit.quoted) == ("", None, False)


def test_an_offer_that_cannot_be_read_keeps_nobody_out(db):
    planned = plan(db, book(HEAD, line(意向报价="面议")))
    assert outcomes(planned)[1] == "new"
    assert planned.rows[1].facts["doubts"][0].startswith("意向报价：")


def test_series_and_source_alone_are_the_model_and_the_channel(db):
    bring_in(
        db,
        ["来店时间", "姓名", "电话", "车系", "客户来源"],
        ["2026-10-01 10:00", "张伟", "13800138000", "汉", "车展"],
    )
    with db.read() as session:
        (row,) = dms.rows(session, date(2026, 10, 1), date(2026, 10, 1))
    assert (row.seen.model, row.seen.first_channel, row.series) == ("汉", "车展", "")
    bring_in(db, ["姓名", "电话", "意向车系"], ["李娜", "13900139111", "秦"])
    assert all_of(db, Customer)[-1].model_id is not None


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_what_the_desk_says_of_itself_is_known_again(language):
    i18n.use(language)
    said = course.said("", asks=2, driven="汉EV", quoted=True, ordered=True)
    assert course.is_ours(said, ())
    assert not course.is_ours(f"{said}，看车洽谈", ())


def test_our_own_register_read_back_says_nothing_new_of_channel_and_errand(db, tmp_path):
    builders.stop_clock(db)
    later = builders.later
    with db.write() as session:
        builders.a_member(session, "王强")
        channel = choices.options(session, ChoiceKind.CHANNEL)[0].id
        errand = choices.options(session, ChoiceKind.ERRAND)[0].id
        came = reception.arrive(session, now=builders.NOW, people=2).id
        reception.complete(
            session, came, now=NOW, name="张伟", phone="13800138000", channel_id=channel
        )
        other = reception.arrive(
            session,
            now=builders.later(minutes=9),
            people=1,
            kind=VisitKind.ERRAND,
            errand_id=errand,
        ).id
        reception.complete(session, other, now=NOW, name="李四", phone="13800138001")
    with db.write() as session:
        for id in (came, other):
            reception.leave(session, id, at=later(minutes=30))
    path = tmp_path / "登记.xlsx"
    ask = Ask(Paper.DMS, date(2026, 11, 1), date(2026, 11, 30))
    with exports.leaving(db, "register", path) as session:
        papers.save(session, ask, path, now=NOW)
    planned = applying.look(db, read.read(path))
    assert planned.counts[Outcome.SAME] == 2
    assert not planned.changes
