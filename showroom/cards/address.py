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
FAMILIAR: Final = "老小"
"""How colleagues write a customer down, 老王, 小李: never on paper, and rarely a surname."""
COMMON: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁"
    "任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯史陶黎贺顾毛郝龚邵万钱严覃武戴"
)
LATIN: Final = re.compile(r"[A-Za-zÀ-ɏ]")
HAN_DIGITS: Final = "〇一二三四五六七八九"
MONTHS: Final = (
    "January February March April May June July August September October November December".split()
)


def addressed(name: str, honorific: Honorific, title: str = "", language: str = "zh") -> str:
    """张先生, 尉迟女士, 李经理 (never 副), 陈总; whole: a company, or who is neither Mr nor Ms.

    Without any name, or with a surname and no word for it: 客户. In English: Mr. Smith, Ms. Li,
    the whole name, Customer.
    """
    name = name.strip()
    if not name:
        return "客户" if language == "zh" else "Customer"
    if honorific is Honorific.COMPANY:
        return name
    return _in_chinese(name, honorific, title) if language == "zh" else _in_english(name, honorific)


def for_the_postman(name: str, honorific: Honorific) -> str:
    """张伟 先生 收, 李雪 女士 收; of a company and of who is neither the name alone: 比亚迪 收.

    Never a title between relatives, never 小姐 (DOMAIN §8.4), never two: 王经理 收.
    """
    name = name.strip()
    if honorific is Honorific.COMPANY or not name:
        return f"{name} 收".strip()
    bare, typed = parted(name)
    if typed and typed not in FORMS.values():
        return f"{bare}{typed} 收"
    form = typed or FORMS.get(honorific, "")
    if form and bare[0] in FAMILIAR:
        bare = familiar(bare) or bare
    return " ".join(part for part in (bare, form, "收") if part)


def for_both(first: str, second: str) -> str:
    """Both as the postman reads them, 收 once: 王伟 先生、李雪 女士 收."""
    return f"{first.removesuffix(' 收')}、{second}"


def parted(name: str) -> tuple[str, str]:
    """A name and what was typed behind it, as it is said: 王 and 经理, of 李小姐 李 and 女士.

    A title of a language without Chinese characters is part of the name.
    """
    for typed, better in TYPED.items():
        if name.endswith(typed) and len(name) > len(typed):
            return name.removesuffix(typed).strip(), better
    if len(name) < 3 or LATIN.search(name):
        return name, ""
    title = max((one for one in TITLES if name.endswith(one)), key=len, default="")
    bare = name.removesuffix(title).strip().removesuffix("副")
    if not title or not bare or len(bare) > 4:
        return name, ""
    return bare, TITLES[title]


def familiar(name: str) -> str:
    """The surname in 老王, 小李, 小欧阳; "" for a name that is none of these, as 老舍."""
    rest = name[1:]
    known = rest in COMPOUND_SURNAMES or (len(rest) == 1 and rest in COMMON)
    return rest if name[:1] in FAMILIAR and known else ""


def _in_chinese(name: str, honorific: Honorific, title: str) -> str:
    name, typed = parted(name)
    form = spoken_title(title) or typed or FORMS.get(honorific, "")
    if not form:
        return "客户" if familiar(name) or name in COMMON | COMPOUND_SURNAMES else name
    if LATIN.search(name):
        return f"{name} {form}"
    return f"{_short(name)}{form}"


def spoken_title(title: str) -> str:
    """李副经理 is 李经理, 销售总监 is 总监; a title we do not know does not go before a name."""
    title = title.strip().replace("副", "")
    return next((spoken for ending, spoken in TITLES.items() if title.endswith(ending)), "")


def _short(name: str) -> str:
    """The surname, also in 老王; the whole where none can be told (阿依古丽·买买提, just 欧阳)."""
    if name[0] in FAMILIAR:
        return familiar(name) or name
    first = surname(name)
    if "·" in name or name in COMPOUND_SURNAMES or (len(name) > 3 and len(first) == 1):
        return name
    return first


def _in_english(name: str, honorific: Honorific) -> str:
    bare, typed = parted(name)
    form = {Honorific.MR: "Mr.", Honorific.MS: "Ms."}.get(honorific)
    form = form or {"先生": "Mr.", "女士": "Ms."}.get(typed)
    if form is None:
        return name
    return f"{form} {bare.split()[-1] if LATIN.search(bare) else _short(bare)}"


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
