"""What a column means by what stands in it, where its heading does not say it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from showroom.sheets import values
from showroom.sheets.synonyms import label_key
from showroom.text import narrow

LOOK_AT: Final = 50
FEWEST: Final = 3
"""So many cells must be filled before a column without a telling heading is believed."""

MOST: Final = 0.6

_SOMEBODY_ELSE: Final = re.compile(
    r"介绍|推荐|紧急|顾问|经办|销售|公司|负责|接待|创建|制表|审核|操作|原有|原级|上次|变更前"
)
_SURNAMES: Final = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛"
    "叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺"
    "赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁"
    "时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴"
)
_COMPOUND: Final = ("欧阳", "司马", "上官", "诸葛", "司徒", "东方", "皇甫", "尉迟", "令狐", "慕容")
_NAME: Final = re.compile(r"[\u4e00-\u9fff·]{2,4}")
_CALLED: Final = re.compile(r"[\u4e00-\u9fff]{1,4}(?:先生|女士|小姐|太太|总|经理)")
_VIN: Final = re.compile(r"[A-HJ-NPR-Z0-9]{17}", re.I)
_SEX: Final = frozenset("男 女 先生 女士 小姐 太太 m f male female mr ms".split())
_LEVEL: Final = re.compile(r"[OHABCN](?:级|类)?", re.I)
_DAY: Final = re.compile(r"(?:19|20)\d\d[-/.年](?:0?[1-9]|1[0-2])[-/.月][0-3]?\d日?(?: .*)?")


@dataclass
class Column:
    """One column: its place (from 0), what stands above it, and the field it means or "".

    `tick` is the word of that field that a tick in it says.
    """

    index: int
    label: str
    field: str = ""
    tick: str = ""


def is_phone(cell: Any) -> bool:
    """Whether a mobile number stands there and nothing else."""
    digits = re.sub(r"\D", "", f"{cell:.0f}" if isinstance(cell, float) else narrow(str(cell)))
    return re.fullmatch(r"(?:0?0?86)?1[3-9]\d{9}", digits) is not None


def is_day_or_year(cell: Any) -> bool:
    """Whether a number stands there that may head a column: a day of the month, a year."""
    return type(cell) is float and cell.is_integer() and (1 <= cell <= 31 or 1990 <= cell < 2100)


def is_name(cell: Any) -> bool:
    """Whether the name of a person stands there."""
    if type(cell) is not str:
        return False
    text = "".join(narrow(cell).split())
    if _CALLED.fullmatch(text):
        return True
    known = text[:1] in _SURNAMES or text.startswith(_COMPOUND)
    return known and _NAME.fullmatch(text) is not None


def _is_vin(cell: Any) -> bool:
    text = narrow(str(cell))
    return _VIN.fullmatch(text) is not None and any(char.isalpha() for char in text)


def _is_level(cell: Any) -> bool:
    return type(cell) is str and _LEVEL.fullmatch(narrow(cell)) is not None


def _is_sex(cell: Any) -> bool:
    return type(cell) is str and narrow(cell).lower() in _SEX


def _is_day(cell: Any) -> bool:
    return type(cell) is str and _DAY.fullmatch(narrow(cell)) is not None


_TICKS: Final = frozenset("√ ✓ ✔ ☑ ■ ● ○ □ ☐ × ✗ ✘ x v y n o 是 否 有 无 / - —".split())


def ticks_for_numbers(cells: Sequence[Any]) -> bool:
    """Whether ticks stand where numbers might: 电话 beside 拜访."""
    ticks = [type(cell) is str and narrow(cell).lower() in _TICKS for cell in cells]
    return any(ticks) and not any(map(is_phone, cells))


KINDS: Final[tuple[tuple[str, Callable[[Any], bool]], ...]] = (
    ("phone", is_phone),
    ("vin", _is_vin),
    ("name", is_name),
    ("sex", _is_sex),
    ("level", _is_level),
)

READS: Final = {"phone": is_phone, "phone2": is_phone, "vin": _is_vin, "date": _is_day}


def fits(name: str, cells: Sequence[Any]) -> bool:
    """Whether cells may be of a field: numbers where numbers belong, and no phones elsewhere."""
    if not cells:
        return True
    is_one = READS.get(name)
    if is_one is None:
        return sum(map(is_phone, cells)) <= (1 - MOST) * len(cells)
    return sum(map(is_one, cells)) >= MOST * len(cells)


def name_columns(
    columns: Sequence[Column], rows: Sequence[Sequence[Any]], *, fewest: int = FEWEST
) -> None:
    """Give columns that no heading explains the fields that no other column has.

    `fewest` filled cells are needed. The day is only looked for where a time of arrival lacks it.
    """
    looked = rows[:LOOK_AT]
    cells = {
        column.index: [
            row[column.index]
            for row in looked
            if column.index < len(row) and row[column.index] != ""
        ]
        for column in columns
        if not column.field and not _SOMEBODY_ELSE.search(column.label)
    }
    have = {column.field for column in columns}
    kinds = list(KINDS)
    if "arrived" in have and "date" not in have:
        kinds.append(("date", _is_day))
    for name, is_one in kinds:
        if name in have:
            continue
        fits = [
            column
            for column in columns
            if not column.field
            and len(filled := cells.get(column.index, ())) >= fewest
            and sum(map(is_one, filled)) >= MOST * len(filled)
        ]
        if len(fits) == 1 or (fits and name != "level"):  # of the levels of several months none
            fits[0].field = name


def correct(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> None:
    """Take columns for what stands in them where their headings mislead."""
    for look in (_no_numbers, _no_sums, _spans, _halves_of_day, _returning):
        look(columns, rows[:LOOK_AT])


_TOTAL = re.compile(
    r"^(?:本[日周月页]|当[日月]|全[天月])?(?:合计|总计|小计|共计|累计|总数|汇总)"
    r"|^[\d年月日号./-]{2,12}(?:合计|总计|小计|共计|累计|汇总)|^(?:sub)?totals?\b|^sum$",
    re.I,
)


def is_total(text: str) -> bool:
    """Whether a text heads a row of totals."""
    return _TOTAL.search(narrow(text).replace(" ", "")) is not None


def _no_numbers(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> None:
    """Of several columns of phones those that hold ticks are none: 电话 or 拜访."""
    phones = [column for column in columns if column.field in ("phone", "phone2")]
    for column in phones if len(phones) > 1 else ():
        cells = [row[column.index] for row in rows if column.index < len(row)]
        if ticks_for_numbers([cell for cell in cells if cell != ""]):
            column.field = ""


_FROM_UNTIL: Final = re.compile(r"\d\s?[:点时].*[-~—–至到]\s*\d{1,2}\s?[:点时]")


def _spans(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> None:
    """A column of how long somebody stayed may say from when until when: 在店时间 9:10-10:00."""
    for column in columns:
        if column.field == "stay":
            cells = [row[column.index] for row in rows if column.index < len(row)]
            filled = [cell for cell in cells if cell != ""]
            ranged = sum(1 for cell in filled if _FROM_UNTIL.search(narrow(str(cell))))
            if ranged > len(filled) / 2:
                column.field = "span"


def _halves_of_day(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> None:
    """A column beside the time of arrival may say whether it was before noon: 上午, 下午."""
    if not any(column.field == "arrived" for column in columns):
        return
    for column in columns:
        if column.field in ("", "span", "half"):
            cells = [row[column.index] for row in rows if column.index < len(row)]
            filled = [cell for cell in cells if cell != ""]
            if filled and all(values.after_noon(cell) is not None for cell in filled):
                column.field = "half"
                return


_SORT: Final = re.compile(r"(?:客户|客流|顾客|到店|来店|进店|来访)(?:类型|类别|性质|属性|情况)")


def _returning(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> None:
    """A column 客户类型 may say who came for the first time: 首次, 二次."""
    known = {column.field for column in columns}
    if "arrived" not in known or known & {"first", "again"}:
        return
    for column in columns:
        if column.field or not _SORT.fullmatch(label_key(column.label)):
            continue
        cells = [row[column.index] for row in rows if column.index < len(row)]
        filled = [cell for cell in cells if cell != ""]
        if filled and all(values.again_word(cell) is not None for cell in filled):
            column.field = "again"
            return


def _no_sums(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> None:
    """Columns beside a list, apart from it, in which something is summed up are none of its own."""
    blocks: list[list[Column]] = [[]]
    for column in columns:
        if column.label:
            blocks[-1].append(column)
        elif blocks[-1]:
            blocks.append([])
    people = {column.index for column in columns if column.field in ("name", "phone")}
    for block in blocks:
        if not block or people & {column.index for column in block}:
            continue
        first = block[0].index
        summed = any(
            first < len(row)
            and type(row[first]) is str
            and is_total(row[first])
            and any(at < len(row) and row[at] != "" for at in people)
            for row in rows
        )
        for column in block if summed else ():
            column.field = ""
