"""What one cell says, field by field: money, yes and no, levels, words of lists.

Names and phones stand in `contacts`. Every reader takes a raw cell and returns the value, `Wrong`
(the row is refused) or `Doubt` (the row is taken without it). Nothing here raises.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from showroom import text
from showroom.deals.deals import State
from showroom.errors import Invalid
from showroom.i18n import _
from showroom.settings import Settings
from showroom.sheets.blanks import NOTHING
from showroom.sheets.read import ErrorCell
from showroom.sheets.times import Doubt, Wrong, minutes
from showroom.store.models import Honorific, Level, Payment, Status, VisitKind

DITTO: Final = frozenset({"〃", "″", '"', "''", "“", "”", "同上", "ditto"})

#: DOMAIN §3.3 [S7]; J and F as the shops of today use them
CHANNEL_LETTERS: Final = {
    "A": "报纸",
    "B": "电台",
    "C": "电视",
    "D": "车展",
    "E": "路过",
    "F": "朋友介绍",
    "G": "老客户转介绍",
    "H": "公交车",
    "I": "易车",
    "J": "懂车帝",
    "K": "汽车之家",
    "L": "地方网站",
    "M": "微信",
}

_YES = frozenset(
    "是 有 y yes √ ✓ ✔ ☑ ■ ● 1 true t 已 对 v o ○ 已试驾 试驾 试乘 已试乘 参加 试".split()
)
_NO = frozenset(
    "否 无 n no × ✗ ✘ x 0 false f 未 没有 没 - / — 不 未试驾 未试 未试乘 ☐ □ 不试 拒绝".split()
)
_FIRST = re.compile(r"^(?:f|first|首|初|新|第?[1一]次?)", re.I)
_AGAIN = re.compile(r"^(?:s|second|again|再|二|复|老|重复|多|第?[2-9二三四五六七八九]次?)", re.I)
_HAN_DIGITS = {char: number for number, char in enumerate("零一二三四五六七八九十")} | {
    "两": 2,
    "俩": 2,
}


def plain(cell: Any) -> str:
    """The text of any cell as a person reads it: whole numbers without a point."""
    if type(cell) is str:
        return text.clean(cell)
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell == int(cell) else f"{cell:.10g}"
    return str(cell)


def error(cell: ErrorCell) -> str:
    """The sentence about a cell that shows an error."""
    return _("The cell shows the error {text}.").format(text=cell)


def note(cell: Any) -> str | Doubt:
    """A remark as it stands there, with its line ends."""
    return Doubt(error(cell)) if isinstance(cell, ErrorCell) else plain(cell)


def word(cell: Any) -> str | Doubt:
    """One line of text; what means nothing is nothing."""
    if isinstance(cell, ErrorCell):
        return Doubt(error(cell))
    found = text.narrow(plain(cell))
    return "" if found.lower() in NOTHING else found


def together(cell: Any) -> str | Doubt:
    """A word of a list: Chinese written with spaces between is one word."""
    found = word(cell)
    if isinstance(found, Doubt) or found.isascii():
        return found
    return re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", found)


def channel(cell: Any) -> str | Doubt:
    """How he heard of us; the letters of the paper form are spelled out."""
    found = together(cell)
    return CHANNEL_LETTERS.get(found.upper(), found) if len(found) == 1 else found


_SEXES = {
    Honorific.MR: frozenset("男 先生 m male mr mr. 男士".split()),
    Honorific.MS: frozenset("女 女士 小姐 太太 f female ms mrs ms. mrs. 夫人".split()),
    Honorific.COMPANY: frozenset("公司 单位 企业 company".split()),
}


def honorific(cell: Any) -> Honorific | Doubt:
    """How somebody is addressed, from a column of sexes."""
    found = word(cell)
    for kind, words in _SEXES.items():
        if found.lower() in words:
            return kind
    return Doubt(_unread(found)) if found else Honorific.NONE


def _unread(found: str) -> str:
    return _("“{text}” is not understood.").format(text=found)


# --- ticks, counts, levels


def yes(cell: Any) -> bool | Doubt | None:
    """A tick: yes, no, or nothing said."""
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, ErrorCell):
        return Doubt(error(cell))
    found = text.narrow(plain(cell)).lower()
    if found in _YES:
        return True
    if found in _NO:
        return False
    return Doubt(_unread(found)) if found else None


def driven(cell: Any) -> bool | Doubt | None:
    """Whether he drove: a tick, or how long it took."""
    found = yes(cell)
    took = minutes(cell) if isinstance(found, Doubt) else None
    return found if took is None else took > 0


def first(cell: Any) -> bool | Doubt | None:
    """Whether this is the first visit, in a column that asks so."""
    found = yes(cell)
    if isinstance(found, Doubt) or (isinstance(cell, str) and cell.strip().upper() in ("F", "S")):
        again_ = again_word(cell)
        return found if again_ is None else not again_
    return found


_BEFORE_NOON = frozenset("上午 早上 早晨 早 凌晨 am a.m. morning".split())
_AFTER_NOON = frozenset("下午 晚上 晚 傍晚 夜间 pm p.m. afternoon evening".split())


def after_noon(cell: Any) -> bool | None:
    """Whether a word says that it was after noon; nothing of any other word."""
    said = text.narrow(plain(cell)).lower()
    if said in _AFTER_NOON:
        return True
    return False if said in _BEFORE_NOON else None


def again(cell: Any) -> bool | Doubt | None:
    """Whether he came before: F/S, 初/再, 首次/再次, or a yes to the question."""
    said = again_word(cell)
    return yes(cell) if said is None else said


def again_word(cell: Any) -> bool | None:
    """The same of a word that says it by itself; nothing of any other."""
    found = text.narrow(plain(cell))
    if len(found) > 1 and found.isdigit():
        return None
    if _FIRST.match(found):
        return False
    return True if _AGAIN.match(found) else None


_PAIR = re.compile(r"夫妻|夫妇|两口子|小两口|情侣|父子|父女|母子|母女|兄弟|姐妹|兄妹|姐弟")
_ASIDE = re.compile(r"\([^)]*\)|,?\s?(?:含|其中|包括).*$")
_MOUTHS = re.compile(r"家([一二三四五六七八九十两\d]+)[口人]")
_ADDED = re.compile(r"大|小|孩|老|男|女|\+\s?\S|、")


def people(cell: Any) -> int | Wrong | Doubt | None:
    """How many came: 2, 2人, 两人, 2大1小, 3人(含1小孩), 一家三口."""
    if isinstance(cell, ErrorCell):
        return Wrong(error(cell))
    said = text.narrow(plain(cell))
    if said.lower() in NOTHING:
        return None
    found = _ASIDE.sub("", said).strip() or said  # of whom: they are among them
    if match := _MOUTHS.search(found):
        found = match[1]
    numbers = _numbers(found)
    if not numbers:
        return 2 if _PAIR.fullmatch(found) else Doubt(_unread(said)) if said else None
    if "%" in found:
        return Doubt(_unread(said))
    if _PAIR.search(found) and not re.fullmatch(r".*[俩两2二]人?", found):
        return Doubt(_unread(said))
    total = sum(numbers) if _ADDED.search(found) else numbers[0]
    if "." in found or found[0] == "-" or not 1 <= total <= 99:
        return Wrong(_("A party has 1 to 99 people."))
    return total if len(numbers) == 1 or _ADDED.search(found) else Doubt(_unread(said))


def _numbers(found: str) -> list[int]:
    """The numbers of a text, in digits or in Chinese: 十二 is one number."""
    digits = [int(one) for one in re.findall(r"\d+", found)]
    if digits:
        return digits
    numbers = []
    for ten, rest in re.findall(r"([一二三四五六七八九]?十)?([零一二两俩三四五六七八九])?", found):
        if ten or rest:
            tens = (_HAN_DIGITS[ten[0]] if len(ten) > 1 else 1) * 10 if ten else 0
            numbers.append(tens + (_HAN_DIGITS[rest] if rest else 0))
    return numbers


class Levels:
    """The letters of this shop, and what else is written in a column of levels."""

    def __init__(self, shop: Settings) -> None:
        self._letters = {letter.upper(): Level(level) for level, letter in shop.letters.items()}

    def __call__(self, cell: Any) -> Level | Doubt | None:
        """The level of a cell; nothing where none was given."""
        found = word(cell)
        if isinstance(found, Doubt):
            return found
        if not found:
            return None
        bare = re.sub(r"级|类|意向|客户|\s", "", found).upper()
        level = self._letters.get(bare)
        if level is None and (match := re.match(r"([A-Z])\s?[(:,-]", bare)):
            level = self._letters.get(match[1])
        return level or Doubt(_("No level is called {text}.").format(text=found))


# --- money and what is bought


def price(cell: Any, *, unit: Decimal = Decimal(1)) -> Decimal | Wrong | None:
    """Yuan; `unit` is 10,000 where the header says so. A price of 0 cannot be."""
    amount = money(cell, unit=unit)
    if isinstance(amount, Wrong) or amount is None:
        return amount
    if amount <= 0:
        return Wrong(_("A price is more than 0."))
    if amount < text.LEAST_PRICE:
        return Wrong(text.too_little(plain(cell)))
    return amount


def offer(cell: Any, *, unit: Decimal = Decimal(1)) -> Decimal | Doubt | None:
    """A price that was only offered: the visit comes in without one that cannot be read."""
    amount = money(cell, unit=unit)
    return Doubt(amount) if isinstance(amount, Wrong) else amount


def money(cell: Any, *, unit: Decimal = Decimal(1)) -> Decimal | Wrong | None:
    """Yuan, to the cent; nothing where nothing stands."""
    if isinstance(cell, ErrorCell):
        return Wrong(error(cell))
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        amount = Decimal(repr(cell))
    else:
        typed = text.narrow(plain(cell))
        if typed.lower() in NOTHING or not typed:
            return None
        if thousands := _AND_THOUSANDS.fullmatch(typed):
            typed = f"{thousands[1]}.{thousands[2]}万"
        try:
            if thousand := _THOUSAND.fullmatch(typed):
                return Decimal(thousand[1]) * 1000
            amount = text.money(re.sub(r"(?<=\d)[,，](?=\d)", "", typed))
        except Invalid as problem:
            return Wrong(problem.problems["money"])
        if "万" in typed or typed[-1] in "wW":
            unit = Decimal(1)
    if unit != 1 and amount < 10000:
        amount *= unit
    if not amount.is_finite() or abs(amount) >= 10**12:
        return Wrong(_("Enter an amount such as 218,000 or 21.8万."))
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


_AND_THOUSANDS = re.compile(r"(\d+)万(\d)千?元?")
_THOUSAND = re.compile(r"[¥￥]?\s?(\d+(?:\.\d+)?)\s?[千kK]元?")
_PAYMENTS = (
    (re.compile(r"全款|现金|cash|full", re.I), Payment.CASH),
    (re.compile(r"贷|按揭|分期|金融|loan|finance", re.I), Payment.LOAN),
    (re.compile(r"租|lease", re.I), Payment.LEASE),
    (re.compile(r"置换|trade", re.I), Payment.TRADE_IN),
)
_STATUSES = (
    (re.compile(r"战败|流失|失控|lost", re.I), Status.LOST),
    (re.compile(r"休眠|冷冻|冻结|dormant", re.I), Status.DORMANT),
    (re.compile(r"无效|空号|错号|invalid", re.I), Status.INVALID),
    (re.compile(r"保有|已?交车|车主|基盘|owner|delivered", re.I), Status.OWNER),
    (re.compile(r"订单|已订|订车|下订|ordered", re.I), Status.ORDERED),
    (re.compile(r"潜|跟进|意向|有效|留档|建档|建卡|在访|到店|open|active", re.I), Status.OPEN),
)


_CANCELLED = re.compile(r"退[订定单车款]|取消|作废|撤[单销]|终止|cancel", re.I)
_DELIVERED = re.compile(r"^已?(?:交车|交付|提车|完成交)|delivered$", re.I)


def payment(cell: Any) -> Payment | Doubt | None:
    """How it was paid."""
    found = word(cell)
    for pattern, kind in _PAYMENTS:
        if pattern.search(found):
            return kind
    return Doubt(_unread(found)) if found else None


def status(cell: Any) -> Status | Doubt | None:
    """Where a customer stands, from the words of other systems."""
    found = word(cell)
    for pattern, kind in _STATUSES:
        if pattern.search(found):
            return kind
    return Doubt(_unread(found)) if found else None


def course(cell: Any) -> State | None:
    """What became of an order; nothing where it goes on."""
    found = word(cell)
    if _CANCELLED.search(found):
        return State.CANCELLED
    return State.DELIVERED if _DELIVERED.search(found) else None


def visit_kind(cell: Any) -> VisitKind:
    """A call or a walk-in."""
    found = word(cell)
    call = re.search(r"来?电|致电|call|phone", found, re.I) is not None
    return VisitKind.CALL if call else VisitKind.WALK_IN


def vin(cell: Any) -> str | Doubt:
    """A chassis number, upper case without spaces."""
    return type(found := word(cell))("".join(found.split()).upper())


_SAME_NUMBER = re.compile(r"同(?:手机|电话|号|上)|手机号?|本机|已?添?加(?:了|微信)?|[加扫]过?了?")


def wechat(cell: Any) -> str | Doubt:
    """A WeChat name; a tick says that there is one, not which."""
    found = word(cell)
    if isinstance(found, Doubt) or not found:
        return found
    if found.lower() in _YES or found.lower() in _NO:
        return ""
    return Doubt(_unread(found)) if _SAME_NUMBER.fullmatch(found) else found


def postcode(cell: Any) -> str | Doubt:
    """Six digits; Excel drops the zero in front of those of Inner Mongolia, Hebei and Shanxi."""
    found = word(cell)
    if not isinstance(found, Doubt) and re.fullmatch(r"[1-7]\d{4}(?:\.0)?", found):
        return f"0{found.removesuffix('.0')}"
    return found
