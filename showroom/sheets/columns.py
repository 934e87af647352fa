"""What is what in a sheet: where its header stands, what its columns mean, which rows are none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from showroom.i18n import N_
from showroom.sheets import contents, groups
from showroom.sheets.blanks import NOTHING
from showroom.sheets.contents import Column as Column
from showroom.sheets.read import Sheet
from showroom.sheets.synonyms import field_of, label_key
from showroom.text import narrow

LOOK_AT: Final = 60
FEWEST_BESIDE_NUMBERS: Final = 3
"""So many words of a header must be known where numbers stand among them."""

MANY: Final = frozenset({"phone", "phone2", "model", "channel", "consultant", "name", "lost"})


class Kind(StrEnum):
    """What the rows of a sheet are."""

    VISITS = "visits"
    CUSTOMERS = "customers"
    DEALS = "deals"


class Nothing(StrEnum):
    """Why a row is none: what it is instead."""

    TITLE = "title"
    FORM = "form"
    LINE = "line"
    HEADER = "header"
    BLANK = "blank"
    TOTAL = "total"
    SIGNATURE = "signature"
    EXAMPLE = "example"
    NOTE = "note"
    UNKNOWN = "unknown"
    HIDDEN = "hidden"
    GONE = "gone"


NOTHINGS: Final = {
    Nothing.TITLE: N_("Title row"),
    Nothing.FORM: N_("Form of one person, not read"),
    Nothing.LINE: N_("Says something of the rows below"),
    Nothing.HEADER: N_("Heading row"),
    Nothing.BLANK: N_("Blank row"),
    Nothing.TOTAL: N_("Total"),
    Nothing.SIGNATURE: N_("Signatures"),
    Nothing.EXAMPLE: N_("Example row"),
    Nothing.NOTE: N_("Remark"),
    Nothing.UNKNOWN: N_("A sheet without columns we know"),
    Nothing.HIDDEN: N_("Hidden sheet"),
    Nothing.GONE: N_("No longer on file"),
}


@dataclass
class Layout:
    """How one sheet is read: kind, header rows (from 0, end excluded), columns.

    Nothing as kind while its columns make no list. `twice` are fields that several columns were
    taken for though only one can tell it: the first of them does.
    """

    kind: Kind | None
    first: int
    after: int
    columns: list[Column]
    title: str = ""
    fields: dict[str, list[Column]] = field(default_factory=dict)
    twice: dict[str, list[Column]] = field(default_factory=dict)


def layout(sheet: Sheet) -> Layout | None:
    """Find the header of a sheet and what its columns mean; nothing when it has none we know."""
    best: tuple[int, int, list[Column]] | None = None
    for first in range(min(LOOK_AT, len(sheet.rows))):
        lines = 2 if in_two_rows(sheet, first) else 1
        columns = heads(sheet, first, lines)
        if _known(columns) > (_known(best[2]) if best else 0):
            best = (first, lines, columns)
    if best is not None:
        first, lines, columns = best
        made = made_of(sheet, first, first + lines, columns)
        if made.kind is not None:
            return made
    return _with_numbers(sheet) or (_without_header(sheet) if best is None else None)


def _with_numbers(sheet: Sheet) -> Layout | None:
    """A header among whose words numbers stand: the days of a month, a year."""
    for first, row in enumerate(sheet.rows[:LOOK_AT]):
        words = ["" if contents.is_day_or_year(cell) else cell for cell in row]
        if words == row or any(cell != "" and is_data(cell) for cell in words):
            continue
        columns = [_named(place, cell) for place, cell in enumerate(words)]
        told = {column.field for column in columns if column.field}
        if len(told) < FEWEST_BESIDE_NUMBERS and not {"name", "phone"} <= told:
            continue
        for column, cell in zip(columns, row, strict=True):
            column.label = column.label or (f"{cell:g}" if isinstance(cell, float) else "")
        groups.beside(columns)
        made = made_of(sheet, first, first + 1, columns)
        if made.kind is not None:
            return made
    return None


_ROUGH: Final = {"series": "model", "source": "channel"}
"""What says the same more roughly: read for itself only beside what says it."""


def _roughly(layout: Layout) -> None:
    """Take a column that only says something more roughly for what it says."""
    for rough, fine in _ROUGH.items():
        if rough in layout.fields and (layout.kind is not Kind.VISITS or fine not in layout.fields):
            for column in layout.fields.pop(rough):
                column.field = fine
                layout.fields.setdefault(fine, []).append(column)


_LEDGER: Final = re.compile(
    r"礼品|品名|物料|领用|领出|入库|出库|库存|结存|里程|公里|gift|balance$|stock$|km"
)
"""Things that came and went, be it at a time of day: no visits."""

_OF_VISITS: Final = frozenset("phone people left level model first again".split())
"""A list that tells one of these is of people, whatever gifts they got."""


_EMPLOYED: Final = re.compile(
    r"岗位|入职|工号|员工|离职|部门|职级|在职|employee|hiredate|hiredon|department|jobtitle"
)
_PERSONAL: Final = frozenset(
    "name given phone phone2 sex position birthday address postcode wechat note status".split()
)
"""A list of those who work here tells these, and what they are employed as: no customers."""

_SURNAMES: Final = frozenset("姓 姓氏 surname lastname familyname".split())


def _join_names(columns: Sequence[Column]) -> None:
    """Surname and given name in two columns are the name; alone 名字 is all of it."""
    known = {column.field for column in columns}
    for column in columns:
        if "name" not in known and "given" in known and label_key(column.label) in _SURNAMES:
            column.field = "name"
            return
    for column in columns:
        if column.field == "given":
            column.field = "" if "name" in known else "name"


_DUE: Final = re.compile(r"到期|应回访|回访日期|跟进日期|^完成|due on|done at", re.I)


def made_of(sheet: Sheet, first: int, after: int, columns: list[Column]) -> Layout:
    """The layout of a sheet with these headings; columns they do not explain by what they hold."""
    contents.name_columns(columns, sheet.rows[after:])
    contents.correct(columns, sheet.rows[after:])
    if {"arrived", "span"} <= {column.field for column in columns}:
        for column in columns:  # beside a time of arrival 时段 is an hour to count by
            column.field = column.field.replace("span", "")
    _join_names(columns)
    if any(_DUE.search(column.label) for column in columns):
        for column in columns:  # when somebody is to be called, not when he came
            if label_key(column.label) in ("时间", "time"):
                column.field = column.field.replace("arrived", "")
    fields = by_field(columns)
    title = " ".join(
        narrow(cell) for row in sheet.rows[:first] for cell in row if type(cell) is str and cell
    )
    ledger = sum(1 for column in columns if _LEDGER.match(label_key(column.label))) > 1
    staff = sum(1 for column in columns if _EMPLOYED.match(label_key(column.label))) > 1
    others = (ledger and not fields.keys() & _OF_VISITS) or (staff and fields.keys() <= _PERSONAL)
    kind = None if others else kind_of(fields.keys())
    layout = Layout(kind, first, after, columns, title, fields)
    _roughly(layout)
    return layout


def in_two_rows(sheet: Sheet, first: int) -> bool:
    """Whether a header that begins in a row goes on in the next."""
    one, two = _known(heads(sheet, first, 1)), _known(heads(sheet, first, 2))
    # A title above a header adds no field to it: the header alone is the better reading
    return two > max(one, _known(heads(sheet, first + 1, 1))) or (
        two > 0
        and two == one
        and (_halves(sheet, first) or bool(groups.ticked(*_texts(sheet, first))))
    )


def heads(sheet: Sheet, first: int, lines: int, *, sure: bool = False) -> list[Column]:
    """The columns of a header in one or two rows; none when those rows cannot be one.

    `sure`: somebody said that they are one.
    """
    rows = sheet.rows[first : first + lines]
    if len(rows) < lines:
        return []
    if not sure and any(is_data(cell) for row in rows for cell in row):
        return []
    if lines == 1:
        columns = [_named(place, cell) for place, cell in enumerate(rows[0])]
        groups.beside(columns)
        return columns
    top, below = _texts(sheet, first)
    ticked = groups.ticked(top, below)
    told = sum(1 for place, cell in enumerate(below) if place in ticked or field_of(cell))
    if not sure and told < 2 and not _halves(sheet, first):
        return []
    group, columns = "", []
    for place in range(max(len(top), len(below))):
        above = top[place] if place < len(top) else ""
        group = above or group
        under = below[place] if place < len(below) else ""
        if not under:
            columns.append(_named(place, above))
            continue
        if place in ticked:
            columns.append(Column(place, f"{group}{under}", *ticked[place]))
            continue
        column = _named(place, under)
        whole = _named(place, group + under)
        if whole.field and not column.field:
            column.field = whole.field
        column.label = under if column.field and under else f"{group}{under}"
        columns.append(column)
    groups.beside(columns)
    return columns


def _texts(sheet: Sheet, first: int) -> tuple[list[str], list[str]]:
    """The words of two rows."""
    top, below = (
        [narrow(cell) if type(cell) is str else "" for cell in row]
        for row in sheet.rows[first : first + 2]
    )
    return top, below


def _halves(sheet: Sheet, first: int) -> bool:
    """Whether words of a header go on in the row below: 客户 over 姓名, 手机 over 号码."""
    top, below = ([narrow(cell) for cell in row] for row in sheet.rows[first : first + 2])
    pairs = [(top[place] if place < len(top) else "", cell) for place, cell in enumerate(below)]
    filled = [(above, cell) for above, cell in pairs if cell]
    return len(filled) > 1 and all(
        above and above != cell and field_of(above + cell) is not None for above, cell in filled
    )


def _without_header(sheet: Sheet) -> Layout | None:
    """A list that begins with its first row: only where name and phone are plain to see."""
    from showroom.sheets.write import letters

    width = max((len(row) for row in sheet.rows[:LOOK_AT]), default=0)
    columns = [Column(place, letters(place + 1)) for place in range(width)]
    contents.name_columns(columns, sheet.rows, fewest=1)
    fields = by_field(columns)
    if not {"name", "phone"} <= fields.keys():
        return None
    return Layout(Kind.CUSTOMERS, 0, 0, columns, "", fields)


def _known(columns: Sequence[Column]) -> int:
    return len({column.field for column in columns if column.field})


_DATED = re.compile(r"\d{4}-\d\d-\d\d\b|\d\d:\d\d:\d\d$")


def is_data(cell: Any) -> bool:
    """Whether a cell can stand in no header: a number, a day, a time, a phone, an error."""
    return type(cell) is not str or _DATED.match(cell) is not None or contents.is_phone(cell)


def _named(place: int, cell: Any) -> Column:
    label = narrow(cell) if isinstance(cell, str) else ""
    found = field_of(label)
    return Column(place, label, found[0] if found else "")


def by_field(columns: Sequence[Column]) -> dict[str, list[Column]]:
    """The columns of each field, the best named first; one only where several make no sense."""
    fields: dict[str, list[Column]] = {}
    for column in columns:
        if column.field:
            fields.setdefault(column.field, []).append(column)
    for name, found in fields.items():
        found.sort(key=lambda column: (field_of(column.label) or ("", 99))[1])
        if name not in MANY:
            ticks = [column for column in found[1:] if column.tick and found[0].tick]
            for column in found[1:]:
                if column not in ticks:
                    column.field = ""
            found[1:] = ticks
    return fields


def kind_of(names: Set[str]) -> Kind | None:
    """What the rows of a sheet with these fields are; nothing where they make no list."""
    if names & {"arrived", "span"}:
        return Kind.VISITS
    if names & {"price", "vin", "ordered", "delivered"} and names & {"phone", "name"}:
        return Kind.DEALS
    if "phone" in names or {"name", "wechat"} <= names:
        return Kind.CUSTOMERS
    return None


# --- rows that are none

_SIGNATURE = re.compile(
    r"(?:签字|签名|签章|签收|制表|填表|统计|录入|经办人?|前台人员|展厅主管|展厅经理|销售经理|总经理|填表人|制表人|审核人?|主管|复核|店长|日期"
    r"|receptionist|(?:showroom|sales|general) manager|sales consultant|supervisor|made by|date"
    r"|signature|signed|prepared by|checked by)\s*[:_].{0,12}$",
    re.I,
)
_EXAMPLE = re.compile(
    r"^[(\[【〈<]?(?:示例|样例|范例|举例|例|example|sample)[)\]】〉>:]|^示例行?", re.I
)
_EXAMPLE_BEHIND = re.compile(
    r"[(\[【〈<](?:示例|样例|范例|举例|例|example|sample)[)\]】〉>]$", re.I
)
_ASKED = re.compile(r"(?:非?必填项?|选填项?|可选|必须|required|optional)(?:[,;:、(].*)?", re.I)
_NOTE = re.compile(
    r"^(?:注|备注|说明|填写说明|填表说明|提示|数据来源|来源|note|remark)s?\s*[:\d]|^[*※]"
    r"|^[(\[【〔].+[)\]】〕]$|^以[上下]|^第\s*[\d一二三四五六七八九十]+\s*页|^page \d",
    re.I,
)


_STROKES = re.compile(r"[-—–―_=~/\\.·*×、\s]+")


_EXAMPLE_ROW = re.compile(
    r"[(\[【〈<]?(?:此行|本行|该行)?(?:为|是)?(?:示例|样例|范例|举例|例|example|sample)(?:行|数据|row)?"
    r"[)\]】〉>]?(?:[,;:。.!、 ]*(?:请|填|勿|不要|可|仅|导入|使用|please|do |delete|remove).*)?",
    re.I,
)


def is_example(cell: str, name: str = "note") -> bool:
    """Whether a text says that its row only shows how to fill in the form.

    The name of the example stands behind the word; a remark says nothing else: 例: 同事介绍 is one
    of a customer.
    """
    if "例" not in cell and cell.isalpha():
        return False
    text = narrow(cell)
    if name == "name" and (_EXAMPLE.search(text) or _EXAMPLE_BEHIND.search(text)):
        return True
    return _EXAMPLE_ROW.fullmatch(text) is not None


def nothing(row: Sequence[Any], layout: Layout) -> Nothing | None:
    """What a row below the header is when it is no visit, customer or deal; else nothing."""
    filled = [cell for cell in row if cell != ""]
    if not filled or all(isinstance(cell, str) and not cell.strip() for cell in filled):
        return Nothing.BLANK
    texts = [narrow(cell) for cell in filled if type(cell) is str]
    if texts and contents.is_total(texts[0]):
        return Nothing.TOTAL
    if len(texts) == len(filled) and sum(1 for text in texts if _SIGNATURE.search(text)) * 2 >= len(
        texts
    ):
        return Nothing.SIGNATURE
    named = [row[one.index] for one in layout.fields.get("name", ()) if one.index < len(row)]
    if any(map(is_example, texts)) or any(
        type(cell) is str and is_example(cell, "name") for cell in named
    ):
        return Nothing.EXAMPLE
    if (
        texts
        and all(text.lower() in NOTHING or _STROKES.fullmatch(text) for text in texts)
        and all(
            type(cell) is str or (isinstance(cell, float) and 0 < cell < 1000) for cell in filled
        )
    ):
        return Nothing.BLANK
    if len(filled) == 1 and texts and len(_once(texts[0])) > 3 and _once(texts[0]) in layout.title:
        return Nothing.TITLE
    if len(filled) == 1 and texts and _NOTE.search(texts[0].strip("-—–―_=~ ")):
        return Nothing.NOTE
    if len(texts) == len(filled) and all(_ASKED.fullmatch(text) for text in texts):
        return Nothing.NOTE
    if _is_header(row, layout):
        return Nothing.HEADER
    return None


_AGAIN = re.compile(r"[(\[]?(?:续表?|接上页|续上页|continued|cont\.?)[)\]]?$|^续表?\s*[:：]?", re.I)


def _once(text: str) -> str:
    """A title without what says that it goes on: 客户名单(续)."""
    return _AGAIN.sub("", text).strip()


def _is_header(row: Sequence[Any], layout: Layout) -> bool:
    """The header printed again, as on the top of every page, or in another language."""
    same = other = 0
    for column in layout.columns:
        cell = row[column.index] if column.index < len(row) else ""
        if cell == "":
            continue
        known = field_of(cell) if type(cell) is str else None
        called = type(cell) is str and column.label and label_key(cell) == label_key(column.label)
        if called or (known and known[0] == column.field):
            same += 1
        else:
            other += 1
    return same >= 2 and same > other


def said(layout: Layout, means: Mapping[int, str]) -> Layout:
    """The layout with columns, by their place, taken for what somebody said they are; "" none."""
    from showroom.sheets.write import letters

    if not means:
        return layout
    told = [
        Column(
            column.index,
            column.label or (letters(column.index + 1) if means.get(column.index) else ""),
            means.get(column.index, column.field),
            "" if column.index in means else column.tick,
        )
        for column in layout.columns
    ]
    fields: dict[str, list[Column]] = {}
    twice: dict[str, list[Column]] = {}
    for column in sorted(told, key=lambda column: column.index not in means):
        there = fields.setdefault(column.field, []) if column.field else []
        if there and column.field not in MANY and not (column.tick and there[0].tick):
            twice.setdefault(column.field, [*there]).append(column)
            column.field = ""
        elif column.field:
            there.append(column)
    for found in fields.values():
        found.sort(key=lambda column: (field_of(column.label) or ("", 99))[1])
    kind = kind_of(fields.keys())
    made = Layout(kind, layout.first, layout.after, told, layout.title, fields, twice)
    _roughly(made)
    return made
