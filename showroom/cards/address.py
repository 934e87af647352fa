"""How a customer is addressed and how days are written on a card (DOMAIN §8.1, §8.2)."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from showroom.store.models import Honorific
from showroom.text import COMPOUND_SURNAMES, surname

# How a title is spoken to; the first that the title ends with. 副 is dropped before.
TITLES: Final = {
    "总经理": "总",
    "总裁": "总",
    "老总": "总",
    "总": "总",
    "总工程师": "总工",
    "工程师": "工",
    **{
        title: title
        for title in (
            "董事长 总监 经理 主任 主管 厂长 校长 院长 局长 处长 科长 部长 所长 行长 店长 队长 "
            "站长 社长 会长 秘书长 秘书 书记 教授 老师 医生 大夫 护士长 律师 会计师 会计 师傅"
        ).split()
    },
}
FORMS: Final = {Honorific.MR: "先生", Honorific.MS: "女士"}
# What a receptionist types as part of the name; 小姐 is avoided on paper.
TYPED: Final = {"先生": "先生", "女士": "女士", "小姐": "女士", "太太": "女士", "总": "总"}
LATIN: Final = re.compile(r"[A-Za-zÀ-ɏ]")
HAN_DIGITS: Final = "〇一二三四五六七八九"
MONTHS: Final = (
    "January February March April May June July August September October November December".split()
)


def addressed(name: str, honorific: Honorific, title: str = "", language: str = "zh") -> str:
    """张先生, 尉迟女士, 李经理 (never 副), 陈总; whole: a company, or who is neither Mr nor Ms.

    Without any name: 客户. In English: Mr. Smith, Ms. Li, the whole name, Customer.
    """
    name = name.strip()
    if not name:
        return "客户" if language == "zh" else "Customer"
    if honorific is Honorific.COMPANY:
        return name
    return _in_chinese(name, honorific, title) if language == "zh" else _in_english(name, honorific)


def for_the_postman(name: str, honorific: Honorific) -> str:
    """张伟 先生 收, 李雪 女士 收; of a company and of who is neither the name alone: 比亚迪 收.

    Never a title between relatives, never 小姐 (DOMAIN §8.4).
    """
    name = name.strip()
    form = FORMS.get(honorific, "")
    for typed, better in TYPED.items():
        if name.endswith(typed) and len(name) > len(typed) and honorific is not Honorific.COMPANY:
            name, form = name.removesuffix(typed).strip(), better
            break
    return " ".join(part for part in (name, form, "收") if part)


def _in_chinese(name: str, honorific: Honorific, title: str) -> str:
    form = FORMS.get(honorific, "")
    for typed, better in TYPED.items():
        if name.endswith(typed) and len(name) > len(typed):
            name, form = name.removesuffix(typed), better
            break
    form = spoken_title(title) or form
    if not form:
        return name
    if LATIN.search(name):
        return f"{name} {form}"
    return f"{_short(name)}{form}"


def spoken_title(title: str) -> str:
    """李副经理 is 李经理, 销售总监 is 总监; a title we do not know does not go before a name."""
    title = title.strip().replace("副", "")
    return next((spoken for ending, spoken in TITLES.items() if title.endswith(ending)), "")


def _short(name: str) -> str:
    """The surname; the whole where none can be told (阿依古丽·买买提, 范徐丽泰, just 欧阳)."""
    first = surname(name)
    if "·" in name or name in COMPOUND_SURNAMES or (len(name) > 3 and len(first) == 1):
        return name
    return first


def _in_english(name: str, honorific: Honorific) -> str:
    form = {Honorific.MR: "Mr.", Honorific.MS: "Ms."}.get(honorific)
    if form is None:
        return name
    return f"{form} {name.split()[-1] if LATIN.search(name) else _short(name)}"


def couple(first: str, second: str, language: str = "zh") -> str:
    """Both of them, each as he is addressed: 王先生、李女士 伉俪; Mr. Smith and Ms. Lee."""
    return f"{first}、{second} 伉俪" if language == "zh" else f"{first} and {second}"


def day(on: date, language: str, *, han: bool = False) -> str:
    """The date under the signature: 2026年11月21日, 21 November 2026.

    With `han` 二〇二六年十一月二十一日, and 〇 is never 零.
    """
    if language == "zh" and han:
        return f"{_han(on.year)}年{spoken_number(on.month)}月{spoken_number(on.day)}日"
    if language == "zh":
        return f"{on.year}年{on.month}月{on.day}日"
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def spoken_day(on: date, seen_from: date, language: str) -> str:
    """A day inside a sentence: 十一月二十日, 20 November; with its year when it is another."""
    year = on.year != seen_from.year
    if language == "zh":
        head = f"{_han(on.year)}年" if year else ""
        return f"{head}{spoken_number(on.month)}月{spoken_number(on.day)}日"
    return f"{on.day} {MONTHS[on.month - 1]}" + (f" {on.year}" if year else "")


def _han(year: int) -> str:
    return "".join(HAN_DIGITS[int(digit)] for digit in str(year))


def spoken_number(number: int) -> str:
    """1…39 in Chinese: 十一, 二十, 三十一."""
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else HAN_DIGITS[tens]) + "十" if tens else ""
    return head + (HAN_DIGITS[ones] if ones else "")
