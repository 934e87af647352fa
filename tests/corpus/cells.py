"""Phones, days, times and words as people write them, in cells of every type."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from tests.corpus.books import Raw, day, failed, text, xls, xlsb, xlsx
from tests.corpus.case import Case
from tests.corpus.layouts import CAME, VISIT

ONE = [("张伟", "+8613800138000")]
PERSON = ["客户姓名", "手机号", "备注"]


def cases() -> Iterator[Case]:
    yield from _phones()
    yield from _days()
    yield from _words()


def _phones() -> Iterator[Case]:
    good: dict[str, Any] = {
        "a number": 13800138000,
        "a number with a point": 13800138000.0,
        "text": "13800138000",
        "text with .0": "13800138000.0",
        "spaces": "138 0013 8000",
        "dashes": "138-0013-8000",
        "dots": "138.0013.8000",
        "+86": "+86 138 0013 8000",
        "0086": "008613800138000",
        "86": "8613800138000",
        "86 as a number": 8613800138000,
        "brackets": "(+86)13800138000",
        "full width": "１３８００１３８０００",
        "an apostrophe": "'13800138000",
        "a mark of direction": "\u202d13800138000\u202c",
        "a hard space": "138\u00a00013\u00a08000",
        "a zero in front": "013800138000",
        "whose it is": "13800138000（妻）",
        "a word in front": "手机：13800138000",
        "a line end": "13800138000\n",
    }
    for trap, value in good.items():
        yield Case(
            f"phone with {trap}", "a.xlsx", lambda v=value: xlsx([PERSON, ["张伟", v, ""]]), ONE
        )
    for trap, made in (("xls", xls), ("xlsb", xlsb)):
        yield Case(
            f"phone as a number in {trap}",
            f"a.{trap}",
            lambda m=made: m([PERSON, ["张伟", 13800138000, ""]]),
            ONE,
        )
    two = "13800138000/13972082734", "13800138000、13972082734", "1380013800013972082734"
    for value in two:
        yield Case(
            f"two phones as {value}",
            "a.xlsx",
            lambda v=value: xlsx([PERSON, ["张伟", v, ""]]),
            ONE,
            facts={"phones": ("+8613800138000", "+8613972082734")},
        )
    yield Case(
        "landline",
        "a.csv",
        text([PERSON, ["张伟", "021-52083166", ""]]).encode,
        [("张伟", "+862152083166")],
    )
    bad: dict[str, tuple[Any, str]] = {
        "shortened by Excel": ("1.38E+10", "its digits are lost"),
        "shortened by Excel, long": ("1.3800138E+10", "its digits are lost"),
        "hidden by stars": ("138****8000", "hidden"),
        "too short": ("1380013800", "digits"),
        "too long": ("138001380001", "digits"),
        "no such prefix": ("12345678901", ""),
        "a fraction": (13800138000.5, "not a phone"),
        "an error": (failed("#N/A"), "#N/A"),
        "not left": ("未留", "No phone"),
        "nothing": ("", "No phone"),
    }
    for trap, (value, reason) in bad.items():
        yield Case(
            f"phone {trap}",
            "a.xlsx",
            lambda v=value: xlsx([PERSON, ["张伟", v, ""]]),
            [],
            refused=("手机号",),
            reason=reason,
        )
    yield Case(
        "phone shortened in a csv",
        "a.csv",
        text([PERSON, ["张伟", "1.38E+10", ""]]).encode,
        [],
        refused=("手机号",),
        reason="its digits are lost",
    )
    post: tuple[Any, ...] = ("010020", 10020, 10020.0, "10020")
    for value in post:
        yield Case(
            f"postcode of Hohhot as {value!r}",
            "a.xlsx",
            lambda v=value: xlsx([["姓名", "手机号", "邮编"], ["张伟", 13800138000, v]]),
            ONE,
            facts={"postcode": "010020"},
        )
    for value in (88888888, "88888888"):
        yield Case(
            f"WeChat of digits as {value!r}",
            "a.xlsx",
            lambda v=value: xlsx([["姓名", "手机号", "微信号"], ["张伟", 13800138000, v]]),
            ONE,
            facts={"wechat": "88888888"},
        )


def _days() -> Iterator[Case]:
    for value in (
        "2026-11-20",
        "2026/11/20",
        "2026.11.20",
        "2026年11月20日",
        "20261120",
        20261120,
        "26-11-20",
        "11月20日",
        "11/20",
        "2026-11-20 星期五",
        "2026年11月20日(周五)",
        "20/11/2026",
        day(46346),
        day(46346.4166, 2),
        46346,
        "46346",
    ):
        shown = "a day of Excel" if isinstance(value, Raw) else repr(value)
        trap = f"day as {shown}" + (" with its time" if 's="2"' in str(value) else "")
        yield Case(
            trap,
            "a.xlsx",
            lambda v=value: xlsx([VISIT, [v, *CAME[1:]]]),
            ONE,
            facts={"day": date(2026, 11, 20)},
        )
    yield Case(
        "day counted from 1904",
        "a.xlsx",
        lambda: xlsx([VISIT, [44884, *CAME[1:]]], properties='<workbookPr date1904="1"/>'),
        ONE,
        facts={"day": date(2026, 11, 20)},
    )
    yield Case(
        "day of Excel counted from 1904",
        "a.xlsx",
        lambda: xlsx([VISIT, [day(44884), *CAME[1:]]], properties='<workbookPr date1904="1"/>'),
        ONE,
        facts={"day": date(2026, 11, 20)},
    )
    for made, ending in ((xlsb, "xlsb"), (xls, "xls")):
        yield Case(
            f"day counted from 1904 in {ending}",
            f"a.{ending}",
            lambda m=made: m([VISIT, [44884, *CAME[1:]]], mac=True),
            ONE,
            facts={"day": date(2026, 11, 20)},
        )
    for value in (
        "10:00",
        "10：00",
        "10点",
        "10点整",
        "上午10:00",
        "10.00",
        "1000",
        0.4166666667,
        day(0.4166666667, 3),
    ):
        yield Case(
            f"arrival as {value if not isinstance(value, Raw) else 'a time of Excel'!r}",
            "a.xlsx",
            lambda v=value: xlsx([VISIT, ["2026-11-20", v, "10:30", *CAME[3:]]]),
            ONE,
        )
    for value in ("2026-02-30", "2026-13-01", "昨天", "2027-11-20"):
        yield Case(
            f"no such day: {value}",
            "a.xlsx",
            lambda v=value: xlsx([VISIT, [v, *CAME[1:]]]),
            [],
            refused=("来店时间" if value.startswith("2027") else "日期",),
        )


def _words() -> Iterator[Case]:
    head = [*VISIT, "试乘试驾"]
    for word in ("√", "Y", "是", "1", "有", "✓", "TRUE", True, "已试驾", "y", "☑", "对"):
        yield Case(
            f"yes as {word!r}",
            "a.xlsx",
            lambda w=word: xlsx([head, [*CAME, w]]),
            ONE,
            facts={"drive": True},
        )
    for word in ("×", "N", "否", "0", "无", False, "-", "未试驾", "没有"):
        yield Case(
            f"no as {word!r}",
            "a.xlsx",
            lambda w=word: xlsx([head, [*CAME, w]]),
            ONE,
            facts={"drive": False},
        )
    level = [*VISIT, "级别"]
    for word in ("H", "h", "H级", "H 级", "Ｈ", "H(7天)", "H类客户", "意向H"):
        yield Case(
            f"level as {word}",
            "a.xlsx",
            lambda w=word: xlsx([level, [*CAME, w]]),
            ONE,
            facts={"level": "week"},
        )
    again = [*VISIT, "F/S"]
    for word, was in (
        ("F", False),
        ("S", True),
        ("首次", False),
        ("再次", True),
        ("初", False),
        ("二次", True),
    ):
        yield Case(
            f"again as {word}",
            "a.xlsx",
            lambda w=word: xlsx([again, [*CAME, w]]),
            ONE,
            facts={"again": was},
        )
    for word, many in (("2人", 2), ("两人", 2), (2.0, 2), ("2大1小", 3), ("３", 3)):
        yield Case(
            f"party of {word!r}",
            "a.xlsx",
            lambda w=word: xlsx([VISIT, [*CAME[:3], w, *CAME[4:]]]),
            ONE,
            facts={"people": many},
        )
    for word, said in (("王 强", "王强"), (" 王强 ", "王强"), ("王　强", "王强")):
        yield Case(
            f"consultant as {word!r}",
            "a.xlsx",
            lambda w=word: xlsx([VISIT, [*CAME[:4], w, *CAME[5:]]]),
            ONE,
            facts={"consultant": said},
        )
