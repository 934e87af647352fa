"""The empty workbook to fill in: customers, visits and owners, with headings that import reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, NamedTuple

from showroom.i18n import language
from showroom.sheets.saving import saving


class _Form(NamedTuple):
    """One sheet: name, hint above, headings (a star: must be filled) and an example, cut by |."""

    name: str
    hint: str
    headings: str
    example: str


#: The headings are those of the paper forms (DOMAIN §1.2, §1.5), so they are not translated words
_FORMS: Final = {
    "zh_CN": (
        _Form(
            "客户",
            "填写说明：带*为必填；两个电话用“/”分开；请勿修改表头",
            "*客户姓名|性别|*手机号|微信号|生日|意向级别|客户来源|意向车型|销售顾问|地址|备注",
            "（示例）张三|先生|13800138000|zhangsan|1990-01-01|A|汽车之家|汉EV|王强||",
        ),
        _Form(
            "来店登记",
            "填写说明：带*为必填；未留电话的，手机号留空",
            "*日期|*来店时间|离店时间|人数|是否首次|销售顾问|客户姓名|手机号|意向车型|意向级别"
            "|信息渠道|试乘试驾|备注",
            "2026-10-01|09:42|10:55|2|是|王强|（示例）张三|13800138000|汉EV|A|路过|是|",
        ),
        _Form(
            "保有客户",
            "填写说明：带*为必填；成交价可写 218000 或 21.8万",
            "*客户姓名|*手机号|*车型|颜色|*成交价|*购买日期|交车日期|车架号|销售顾问|地址|生日",
            "（示例）张三|13800138000|汉EV|白色|218000|2026-10-01|2026-10-08|LGXC00000T0000001"
            "|王强||1990-01-01",
        ),
    ),
    "en": (
        _Form(
            "Customers",
            "A star marks what must be filled. Two phones are parted by a slash.",
            "*Name|Sex|*Phone|WeChat|Birthday|Level|Channel|Model|Consultant|Address|Note",
            "(Example) Wei Zhang|Mr|13800138000|zhangsan|1990-01-01|A|Autohome|Han EV|Wang Qiang||",
        ),
        _Form(
            "Visits",
            "A star marks what must be filled. Leave the phone empty where none was given.",
            "*Date|*Arrival|Departure|People|First visit|Consultant|Name|Phone|Model|Level|Channel"
            "|Test drive|Note",
            "2026-10-01|09:42|10:55|2|yes|Wang Qiang|(Example) Wei Zhang|13800138000|Han EV|A"
            "|Passing by|yes|",
        ),
        _Form(
            "Owners",
            "A star marks what must be filled. Prices as 218000 or 21.8万.",
            "*Name|*Phone|*Model|Colour|*Price|*Order date|Delivery date|VIN|Consultant|Address"
            "|Birthday",
            "(Example) Wei Zhang|13800138000|Han EV|White|218000|2026-10-01|2026-10-08"
            "|LGXC00000T0000001|Wang Qiang||1990-01-01",
        ),
    ),
}
_CHOICES: Final = {
    "性别": "先生,女士,公司",
    "Sex": "Mr,Ms,Company",
    "意向级别": "O,H,A,B,C",
    "Level": "O,H,A,B,C",
    "是否首次": "是,否",
    "First visit": "yes,no",
    "试乘试驾": "是,否",
    "Test drive": "yes,no",
}
_TEXT: Final = frozenset("手机号 Phone 微信号 WeChat 车架号 VIN".split())
_LINES: Final = 2000


def save(path: Path) -> None:
    """Write the template in the language in use. Raises `ShowroomError` when it cannot be saved."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for form in _FORMS[language()]:
        _fill(book.create_sheet(form.name), form)
    with saving(path) as file:
        book.save(file)


def _fill(sheet: Any, form: _Form) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    headings = form.headings.split("|")
    width = len(headings)
    sheet.append([form.hint])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet["A1"].alignment = Alignment(wrap_text=True, vertical="center")
    sheet["A1"].font = Font(color="FF5A6675")
    sheet.row_dimensions[1].height = 34
    sheet.append(headings)
    sheet.append(form.example.split("|"))
    for place, heading in enumerate(headings, 1):
        bare, letter = heading.strip("*"), get_column_letter(place)
        sheet.column_dimensions[letter].width = (
            26 if bare in ("备注", "Note", "地址", "Address") else 15
        )
        head = sheet.cell(2, place)
        head.font = Font(bold=True)
        head.fill = PatternFill("solid", fgColor="FFE8EEF5")
        sheet.cell(3, place).font = Font(italic=True, color="FF8A94A0")
        if bare in _TEXT:
            for line in range(3, 203):
                sheet.cell(line, place).number_format = "@"
            sheet.column_dimensions[letter].number_format = "@"
        if bare in _CHOICES:
            rule = DataValidation("list", formula1=f'"{_CHOICES[bare]}"', allow_blank=True)
            sheet.add_data_validation(rule)
            rule.add(f"{letter}3:{letter}{_LINES}")
    sheet.freeze_panes = "A3"
    sheet.auto_filter.ref = f"A2:{get_column_letter(width)}2"
