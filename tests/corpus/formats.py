"""The same two customers in every format, encoding and way of writing a text file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from showroom.sheets.notices import About
from tests.corpus.books import (
    HEAD,
    ROWS,
    TWO,
    Raw,
    biff,
    failed,
    ods,
    page,
    sheet_xml,
    text,
    xls,
    xls5,
    xlsb,
    xlsx,
)
from tests.corpus.case import Case

DATA = Path(__file__).parents[1] / "data" / "books"
THIRD = [*ROWS, ["王强", 13700137000, ""]]
THREE = [*TWO, ("王强", "+8613700137000")]
TAIWAN = [["姓名", "電話", "備註"], ["陳麗華", "13800138000", "滿意"], ["張偉", "13900139000", ""]]
TAIWAN_PEOPLE = [("陳麗華", "+8613800138000"), ("張偉", "+8613900139000")]


def cases() -> Iterator[Case]:
    yield from _books()
    yield from _encodings()
    yield from _texts()


def _books() -> Iterator[Case]:
    formats = {
        "xlsx": ("客户.xlsx", lambda: xlsx(THIRD)),
        "xlsm by name": ("客户.xlsm", lambda: xlsx(THIRD)),
        "strict OOXML": ("客户.xlsx", lambda: xlsx(THIRD, strict=True)),
        "xlsb": ("客户.xlsb", lambda: xlsb(THIRD)),
        "xls of Excel 97": ("客户.xls", lambda: xls(THIRD)),
        "xls of Excel 5, cp936": ("客户.xls", lambda: xls5(THIRD)),
        "xls of Excel 5 that says Western": ("客户.xls", lambda: xls5(THIRD, page=1252)),
        "xls of Excel 5 that says nothing": ("客户.xls", lambda: xls5(THIRD, page=None)),
        "xls of Excel 5 without a compound file": ("客户.xls", lambda: biff(THIRD)),
        "et of WPS": ("客户.et", lambda: xls(THIRD)),
        "ods": ("客户.ods", lambda: ods(THIRD)),
        "csv": ("客户.csv", lambda: text(THIRD).encode()),
        "txt with tabs": ("客户.txt", lambda: text(THIRD, "\t").encode()),
        "web page dressed as xls": ("客户.xls", lambda: page(THIRD).encode()),
        "Excel 2003 XML": ("客户.xml", lambda: sheet_xml(THIRD).encode()),
        "csv called xlsx": ("客户.xlsx", lambda: text(THIRD).encode("gb18030")),
        "csv called xls": ("客户.xls", lambda: text(THIRD, "\t").encode("utf-16")),
        "xlsx called csv": ("客户.csv", lambda: xlsx(THIRD)),
        "xls called xlsx": ("客户.xlsx", lambda: xls(THIRD)),
        "web page called xlsx": ("客户.xlsx", lambda: page(THIRD).encode()),
        "xlsx without an ending": ("客户", lambda: xlsx(THIRD)),
    }
    for trap, (file, made) in formats.items():
        yield Case(trap, file, made, THREE)
    if DATA.is_dir():
        for path in sorted(DATA.iterdir()):
            told = frozenset({About.ERRORS, About.HIDDEN_ROWS})
            yield Case(f"LibreOffice's {path.name}", path.name, path.read_bytes, THREE, told=told)
    error = Raw("#N/A")
    failing = [*ROWS, ["王强", "13700137000", error]]
    told = frozenset({About.ERRORS, About.HIDDEN_ROWS})
    xml_error = [*ROWS, ["王强", "13700137000", failed("#REF!")]]
    for trap, file, made in (
        ("xlsx", "a.xlsx", lambda: xlsx(xml_error, hidden=[3])),
        ("strict OOXML", "a.xlsx", lambda: xlsx(xml_error, hidden=[3], strict=True)),
        ("xlsb", "a.xlsb", lambda: xlsb(failing, hidden=[3])),
        ("xls", "a.xls", lambda: xls(failing, hidden=[3])),
        ("xls of Excel 5", "a.xls", lambda: xls5(failing, hidden=[3])),
    ):
        yield Case(f"error cell and hidden row in {trap}", file, made, THREE, told=told)
    third = '<cols><col min="3" max="3" width="9" hidden="1"/><col min="9" max="16384"/></cols>'
    for trap, file, made in (
        ("xlsx", "a.xlsx", lambda: xlsx(before=third)),
        ("strict OOXML", "a.xlsx", lambda: xlsx(before=third, strict=True)),
        ("xlsb", "a.xlsb", lambda: xlsb(column=3)),
        ("xls", "a.xls", lambda: xls(column=3)),
        ("xls of Excel 5", "a.xls", lambda: xls5(column=3)),
    ):
        told = frozenset({About.HIDDEN_COLUMNS})
        yield Case(f"hidden column in {trap}", file, made, TWO, told=told)
    yield Case(
        "error cell in a csv",
        "a.csv",
        lambda: text([HEAD, ["张伟", "13800138000", "#DIV/0!"]]).encode(),
        TWO[:1],
        told=frozenset({About.ERRORS}),
    )
    hidden = page().replace("<tr><td>李娜", "<tr style='display: none'><td>李娜")
    yield Case(
        "hidden row of a web page",
        "a.xls",
        hidden.encode,
        TWO,
        told=frozenset({About.HIDDEN_ROWS}),
    )


def _encodings() -> Iterator[Case]:
    for code, said in (
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ):
        yield Case(f"csv in {code}", "a.csv", lambda c=code: text().encode(c), TWO, encoding=said)
        dressed = page(head=f'<meta charset="{code}">')
        yield Case(f"web page in {code}", "a.xls", lambda c=code, d=dressed: d.encode(c), TWO)
    yield Case(
        "rare character that gbk lacks",
        "a.csv",
        lambda: text([HEAD, ["张𬭎", "13800138000", "€"]]).encode("gb18030"),
        [("张𬭎", "+8613800138000")],
        encoding="gb18030",
    )
    yield Case(
        "Big5", "客戶.csv", lambda: text(TAIWAN).encode("big5"), TAIWAN_PEOPLE, encoding="big5"
    )
    yield Case(
        "Big5 with ETEN's characters",
        "客戶.csv",
        lambda: text([*TAIWAN, ["恒裏", "13700137000", "碁"]]).encode("cp950"),
        [*TAIWAN_PEOPLE, ("恒裏", "+8613700137000")],
        encoding="big5",
    )
    yield Case(
        "web page that says gb2312 and is GB18030",
        "a.xls",
        lambda: page([HEAD, ["张堃", "13800138000", ""]], head='<meta charset="gb2312">').encode(
            "gb18030"
        ),
        [("张堃", "+8613800138000")],
    )
    yield Case(
        "web page that says a wrong encoding",
        "a.xls",
        lambda: page(head='<meta charset="utf-8">').encode("gb18030"),
        TWO,
    )
    yield Case(
        "one name in GB18030",
        "a.csv",
        lambda: "name,phone\n张伟,13800138000\n".encode("gb18030"),
        TWO[:1],
        encoding="gb18030",
    )


def _texts() -> Iterator[Case]:
    for name, sign in {
        "comma": ",",
        "tab": "\t",
        "semicolon": ";",
        "bar": "|",
        "full-width comma": "，",
        "spaces": "    ",
        "ideographic spaces": "\u3000\u3000",
    }.items():
        rows = [*ROWS[:2], ["李娜", "13900139000", "-"]]
        yield Case(f"cells parted by {name}", "a.txt", text(rows, sign).encode, TWO)
    quoted = '客户姓名,手机号,备注\n张伟,13800138000,"全款,\n""月底""提车"\n李娜,13900139000,\n'
    texts = {
        "lines and quotes in a cell": quoted,
        "a quote that nobody closed": (
            '客户姓名,手机号,备注\n张伟,13800138000,"全款\n李娜,13900139000,\n'
        ),
        "Excel's sep= line": "sep=;\n客户姓名;手机号\n张伟;13800138000\n李娜;13900139000\n",
        "numbers kept by a formula": (
            '客户姓名,手机号\n张伟,"=""13800138000"""\n李娜,="13900139000"\n'
        ),
        "numbers kept by an apostrophe": (
            "客户姓名,手机号\n张伟,'13800138000\n李娜,\u201913900139000\n"
        ),
        "tabs that keep numbers": "客户姓名,手机号\n张伟,\t13800138000\n李娜,13900139000\t\n",
        "ends of an old Mac": text(end="\r"),
        "ends of Unix": text(end="\n"),
        "the mark of CP/M": text() + "\x1a",
        "zeros at the end": text() + "\0" * 40,
        "blank lines at the beginning": "\n\n,,\n" + text(),
        "commas at the end": text().replace("\r\n", ",,,,\r\n"),
        "short lines": "客户姓名,手机号,备注,地址\n张伟,13800138000\n李娜,13900139000,,\n",
        "long lines": "客户姓名,手机号\n张伟,13800138000,x,y,z\n李娜,13900139000\n",
        "a mark in the middle": "\ufeff\ufeff" + text(),
    }
    for trap, content in texts.items():
        yield Case(f"text with {trap}", "a.csv", content.encode, TWO)
    rows = "<tr><th>客户姓名<th>手机号<tr><td rowspan=2>张伟<td>13800138000<tr><td>13900139000"
    yield Case(
        "cell of a web page over two rows",
        "a.xls",
        f"<table>{rows}</table>".encode,
        [("张伟", "+8613800138000"), ("张伟", "+8613900139000")],
        whole=False,
    )
    yield Case(
        "web page in a frame of a page",
        "a.xls",
        ("<table><tr><td>菜单<td>" + page() + "</table>").encode,
        TWO,
    )
    yield Case(
        "number that a web page shortens",
        "a.xls",
        page([HEAD, ["张伟", "x", ""]]).replace("<td>x", "<td x:num='13800138000'>1.38E+10").encode,
        TWO[:1],
    )
