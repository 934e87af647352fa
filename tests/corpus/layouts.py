"""Where the header stands, what columns mean, and which rows are no data (DOMAIN §1.2, §1.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.corpus.books import HEAD, ROWS, TWO, merged, text, xlsx
from tests.corpus.case import Case

VISIT = ["日期", "来店时间", "离店时间", "人数", "销售顾问", "姓名", "电话", "意向车型", "备注"]
CAME = ["2026-11-20", "10:00", "10:30", 2, "王强", "张伟", "13800138000", "汉EV", ""]
LATER = ["2026-11-20", "11:00", "11:30", 1, "李娜", "李娜", "13900139000", "汉EV", ""]
HAN = [["张伟", "13800138000"], ["李娜", "13900139000"]]


def book(trap: str, rows: list[list[Any]], people: Any = TWO, **options: Any) -> Case:
    after = options.pop("after", "")
    return Case(trap, "表.xlsx", lambda: xlsx(rows, after=after), people, **options)


def cases() -> Iterator[Case]:
    yield from _headers()
    yield from _names()
    yield from _content()
    yield from _nothing()


def _headers() -> Iterator[Case]:
    title = ["某某汽车销售服务有限公司客户登记表", "", ""]
    about = ["门店：城东店", "", "2026年11月"]
    yield book("a title above", [title, *ROWS])
    yield book("a title, a line about it and a blank", [title, about, [], *ROWS])
    yield book("a title over all columns", [title, *ROWS], after=merged("A1:C1"))
    yield book("thirty lines above the header", [*[["说明", f"第{n}条"] for n in range(30)], *ROWS])
    yield book("a header in bold spaces", [["客 户 姓 名", " 手机号 ", "备　注"], *ROWS[1:]])
    yield book("a header with stars", [["*客户姓名", "手机号*", "备注：", ""], *ROWS[1:]])
    yield book(
        "a header with hints", [["客户姓名（必填）", "手机号(11位)", "备注[选填]"], *ROWS[1:]]
    )
    yield book("a header with line ends", [["客户\n姓名", "手机\n号码", "备注"], *ROWS[1:]])
    yield book("a header in full width", [["ＮＡＭＥ", "ＰＨＯＮＥ", "ＮＯＴＥ"], *ROWS[1:]])
    yield book("a header in capitals", [["NAME", "PHONE NUMBER", "REMARKS"], *ROWS[1:]])
    yield book("a header in Taiwan's characters", [["客戶姓名", "聯絡電話", "備註"], *ROWS[1:]])
    yield book("a header with numbers", [["1.客户姓名", "2.手机号", "3、备注"], *ROWS[1:]])
    yield book("a blank column at the left", [["", *row] for row in ROWS])
    yield book("numbers at the left", [["序号", *HEAD], [1, *ROWS[1]], [2, *ROWS[2]]])
    yield book("the header twice", [HEAD, HEAD, *ROWS[1:]])
    yield book("the header on every page", [HEAD, ROWS[1], [], HEAD, ROWS[2]])
    yield book("title and header on every page", [title, HEAD, ROWS[1], title, HEAD, ROWS[2]])
    group = ["客户信息", "", "其它"]
    yield book("two rows of header", [group, HEAD, *ROWS[1:]], after=merged("A1:B1"))
    yield book(
        "two rows of header, some over both",
        [
            ["日期", "时间", "", "接待SC", "客户信息", ""],
            ["", "到店时间", "离店时间", "", "姓名", "联系电话"],
            ["2026-11-20", "10:00", "10:30", "王强", "张伟", "13800138000"],
            ["2026-11-20", "11:00", "11:30", "王强", "李娜", "13900139000"],
        ],
        after=merged("A1:A2", "B1:C1", "D1:D2", "E1:F1"),
    )
    yield book(
        "halves of words in two rows",
        [["客户", "手机", "备注"], ["姓名", "号码", ""], *ROWS[1:]],
    )
    yield book(
        "a day merged over its visits",
        [VISIT, CAME, ["", *LATER[1:]]],
        after=merged("A2:A3"),
    )
    yield book("a day in the first row only", [VISIT, CAME, ["", *LATER[1:]]])
    yield book(
        "a day in the title", [["2026年11月20日 来店登记表"], VISIT[1:], CAME[1:], LATER[1:]]
    )
    yield Case(
        "a month in the name of the file, days as numbers",
        "客流2026-11.xlsx",
        lambda: xlsx([VISIT, [20, *CAME[1:]], [20, *LATER[1:]]]),
        TWO,
    )


def _names() -> Iterator[Case]:
    for label in "客户 顾客姓名 车主姓名 联系人 姓名或单位 称呼 购车人 customer".split():
        yield book(f"names under {label}", [[label, "手机号"], *HAN])
    for (
        label
    ) in "手机 电话 联系电话 手机号码 联系方式 移动电话 手机/电话 客户手机号 mobile tel".split():
        yield book(f"phones under {label}", [["姓名", label], *HAN])
    for label in "来店时间 到店时间 进店时间 来访时间 接待开始时间 到访时间".split():
        head = ["日期", label, *VISIT[2:]]
        yield book(f"arrivals under {label}", [head, CAME, LATER], facts={"people": 2})
    yield book(
        "two columns of phones",
        [["姓名", "电话1", "电话2"], ["张伟", "13800138000", "13700137000"]],
        TWO[:1],
        facts={"phones": ("+8613800138000", "+8613700137000")},
    )
    yield book(
        "the phone of who introduced him",
        [["姓名", "介绍人电话", "电话"], ["张伟", "13700137000", "13800138000"]],
        TWO[:1],
        facts={"phones": ("+8613800138000",)},
    )
    yield book(
        "a price in ten thousands",
        [
            ["姓名", "电话", "车型", "成交价(万元)", "购买日期"],
            ["张伟", "13800138000", "汉EV", 21.8, "2026-11-01"],
        ],
        TWO[:1],
        facts={"whole": True},
    )
    yield book(
        "columns nobody knows",
        [["姓名", "电话", "血型", "星座"], ["张伟", "13800138000", "A", "狮子"]],
        TWO[:1],
    )


def _content() -> Iterator[Case]:
    phones = [["张伟", "13800138000"], ["李娜", "13900139000"], ["王强", "13700137000"]]
    three = [*TWO, ("王强", "+8613700137000")]
    yield book("a phone by what stands in it", [["姓名", "登记"], *phones], three)
    yield book("a name by what stands in it", [["登记", "手机号"], *phones], three)
    yield book("no header at all", phones, three)
    yield Case("a pasted list without a header", "a.txt", text(phones, "\t").encode, three)
    yield book(
        "no header, numbers at the left",
        [[n, *row, "汉EV"] for n, row in enumerate(phones, 1)],
        three,
    )
    yield book(
        "a sex by what stands in it",
        [["姓名", "手机号", "尊称"], *[[*row, "女士"] for row in phones]],
        three,
        facts={"honorific": "ms"},
    )
    yield book(
        "a level by what stands in it",
        [
            ["姓名", "手机号", "分类"],
            *[[*row, level] for row, level in zip(phones, "HAB", strict=True)],
        ],
        three,
        facts={"level": "week"},
    )
    vins = ["LGXC14DG7M0123456", "LGXC14DG7M0123457", "LGXC14DG7M0123458"]
    yield book(
        "a chassis number by what stands in it",
        [
            ["姓名", "手机号", "车型", "成交价", "购买日期", "编号"],
            *[
                [*row, "汉EV", 218000, "2026-11-01", vin]
                for row, vin in zip(phones, vins, strict=True)
            ],
        ],
        three,
        facts={"vin": vins[0]},
    )


def _nothing() -> Iterator[Case]:
    ends: dict[str, list[Any]] = {
        "a total": ["合计", "", 2],
        "a total with spaces": ["合　计", 2],
        "a total of the page": ["本页小计：", "", "2人"],
        "a total of the month": ["本月累计", "", 57],
        "a total in English": ["Total", "", 2],
        "a total further right": ["", "总计", 2],
        "signatures": ["前台人员：李静", "展厅主管：周敏", "销售经理："],
        "signatures on lines": ["制表人：______", "", "审核：______"],
        "a day to sign": ["日期：", "", ""],
        "a remark": ["注：以上数据须与DMS一致", "", ""],
        "a star with a remark": ["※ 本表每日下班前交前台", "", ""],
        "spaces": [" ", "　", "\t"],
        "strokes": ["/", "/", "/"],
        "a line of dashes": ["——", "——", "——"],
        "a number nobody filled in": ["3", "", ""],
        "the end": ["以下空白", "", ""],
        "who made it": ["制表：李静  2026-11-20", "", ""],
        "how many": ["共2条记录", "", ""],
        "the page": ["第1页 共3页", "", ""],
    }
    for trap, row in ends.items():
        rows = [["序号", *HEAD], ["1", *ROWS[1]], ["2", *ROWS[2]], [*row]]
        yield book(f"below: {trap}", rows)
    for example in ("（示例）张三", "例：张三", "示例：张三", "[样例]张三"):
        yield book(f"an example {example}", [HEAD, [example, "13000000000", ""], *ROWS[1:]])
    yield book(
        "an example by its remark", [HEAD, ["张三", "13000000000", "示例，请删除"], *ROWS[1:]]
    )
