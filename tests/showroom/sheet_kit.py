"""Small files made in memory for the tests of sheets, with the headings they have."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from showroom.sheets import apply as applying
from showroom.sheets import plan as planning
from showroom.sheets.answers import Answers
from showroom.sheets.read import Sheet, Workbook

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
VISIT = (
    "日期 来店时间 离店时间 人数 F/S 销售顾问 客户姓名 电话 意向车型 级别 渠道 试乘试驾 备注"
).split()
PERSON = "客户姓名 手机号 性别 微信号 生日 意向级别 意向车型 地址 备注".split()
DEAL = "姓名 电话 车型 颜色 成交价 定金 购买日期 交车日期 VIN".split()


def book(*rows: list[Any], name: str = "Sheet1", file: str = "表.xlsx", merged=()) -> Workbook:
    return books({name: list(rows)}, file=file, merged=merged)


def books(sheets: dict[str, list[list[Any]]], *, file: str = "表.xlsx", merged=()) -> Workbook:
    return Workbook(
        Path(file),
        "0" * 64,
        [
            Sheet(name, [list(row) for row in rows], list(merged), False, list(map(line, rows)))
            for name, rows in sheets.items()
        ],
    )


def line(row: list[Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode()


def plan(db, source: Any, answers: Answers | None = None) -> planning.Plan:
    with db.read() as session:
        return planning.plan(session, source, today=TODAY, now=NOW, answers=answers)


def bring_in(db, *rows: list[Any], **options: Any) -> planning.Plan:
    return applying.apply(db, plan(db, book(*rows, **options))).plan


def outcomes(planned: planning.Plan) -> list[str]:
    return [row.outcome.value for row in planned.rows]


def visit(*, day="2026-10-01", at="10:00", to="11:00", **facts: Any) -> list[Any]:
    told = {"日期": day, "来店时间": at, "离店时间": to, **facts}
    return [told.get(column, "") for column in VISIT]


def person(**facts: Any) -> list[Any]:
    return [facts.get(column, "") for column in PERSON]


def deal(**facts: Any) -> list[Any]:
    told = {
        "姓名": "张伟",
        "电话": "13800138000",
        "车型": "汉EV",
        "成交价": 218000.0,
        "购买日期": "2026-10-01",
        "交车日期": "2026-10-08",
        **facts,
    }
    return [told.get(column, "") for column in DEAL]


def all_of(db, model):
    with db.read() as session:
        return session.scalars(select(model).order_by(model.id)).all()
