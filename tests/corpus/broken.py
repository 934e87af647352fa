"""Files that are none, or lie: each is refused by name and with the way forward, or read whole."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterator

from showroom.sheets.notices import About
from tests.corpus.books import (
    HEAD,
    MAIN,
    ROWS,
    TWO,
    Raw,
    cell,
    compound,
    ods,
    page,
    sheet,
    sheet_data,
    sheet_xml,
    text,
    xls,
    xlsb,
    xlsx,
    xlsx_parts,
    zipped,
)
from tests.corpus.case import Case

NONE = "is not a workbook"
CUT = "damaged or was cut off"
EMPTY = "is empty"
LOCKED = "protected by a password"
BOMB = "packed in a way"
LARGE = "too large"
STRANGE = "No sheet of"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
SPY = '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/passwd">]>'


def cases() -> Iterator[Case]:
    yield from _none()
    yield from _cut()
    yield from _bombs()
    yield from _lies()
    yield from _odd()


def _none() -> Iterator[Case]:
    for file, content, problem in (
        ("leer.xlsx", b"", EMPTY),
        ("spaces.csv", b" \r\n\t\r\n", EMPTY),
        ("zeros.xlsx", b"\0" * 5000, EMPTY),
        ("mark.csv", b"\xef\xbb\xbf", EMPTY),
        ("photo.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, NONE),
        ("photo.xls", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20, NONE),
        ("contract.xls", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", NONE),
        ("letter.rtf", b"{\\rtf1\\ansi hello}", NONE),
        ("packed.xlsx", b"Rar!\x1a\x07\x00" + bytes(200), NONE),
        ("packed.xls", b"7z\xbc\xaf\x27\x1c" + bytes(range(200)), NONE),
        ("program.xlsx", b"MZ\x90\x00" + bytes(range(256)) * 64, NONE),
        ("letter.xlsx", zipped({"word/document.xml": "x", "[Content_Types].xml": "x"}), NONE),
        ("photos.xlsx", zipped({"1.jpg": b"x", "2.jpg": b"y"}), NONE),
        ("numbers.xlsx", zipped({"Index/Document.iwa": b"x"}), NONE),
        ("old letter.xls", compound({"WordDocument": b"x" * 5000}), NONE),
        ("login.xls", b"<html><body><p>Please log in</p></body></html>", NONE),
        ("flat.fods", b'<?xml version="1.0"?><office:document/>', NONE),
        ("noise.csv", b"abc\x01\x02\x03\x04\x05\x06" * 500, NONE),
        ("mail.mht", b"MIME-Version: 1.0\nContent-Type: multipart/related;", "is a web archive"),
        ("desk.xlsx", b"SQLite format 3\0" + bytes(5000), NONE),
        ("stock.csv", text([["物料编码", "库存"], ["A-1", "5"]]).encode(), STRANGE),
        ("letter.txt", "尊敬的客户：\n您好！\n".encode(), STRANGE),
        ("data.json", b'{"name": "x", "phone": 1}', STRANGE),
        ("~$客户.xlsx", b"\x05admin" + bytes(160), "only says that the workbook is open"),
        (".~lock.客户.xlsx#", b",admin,pc,2026;", "only says that the workbook is open"),
        ("head only.xlsx", xlsx([HEAD]), ""),
        ("blank.xlsx", xlsx([]), EMPTY),
        ("blank.xls", xls([[""]]), EMPTY),
        ("blank.ods", ods([[""]]), EMPTY),
        ("blank.xlsb", xlsb([[""]]), EMPTY),
    ):
        trap = f"no workbook: {file}"
        people = None if problem else []
        yield Case(trap, file, lambda c=content: c, people, problem)


def _cut() -> Iterator[Case]:
    whole: dict[str, Callable[[], bytes]] = {
        "a.xlsx": xlsx,
        "a.xlsb": xlsb,
        "a.ods": ods,
    }
    for file, made in whole.items():
        for part in (0.3, 0.6, 0.95):
            yield Case(
                f"{file} cut at {part:.0%}",
                file,
                lambda m=made, p=part: m()[: int(len(m()) * p)],
                problem=CUT,
            )
    yield Case("a.xls cut", "a.xls", lambda: xls()[:1200], problem=CUT)
    yield Case("xls of which only the head is left", "a.xls", lambda: xls()[:80], problem=CUT)
    yield Case(
        "Excel 4", "a.xls", lambda: b"\x09\x04\x06\x00\x00\x00\x10\x00" + bytes(90), problem=CUT
    )
    cut = text().encode() + "张".encode()[:2]
    yield Case("csv cut in a character", "a.csv", lambda: cut, problem=CUT)
    yield Case(
        "UTF-16 cut in a character", "a.csv", lambda: text().encode("utf-16")[:-1], problem=CUT
    )
    yield Case("Excel 2003 XML cut", "a.xls", lambda: sheet_xml().encode()[:-80], problem=CUT)
    half = page()[: page().index("李娜") + 2]
    yield Case("web page cut", "a.xls", half.encode, TWO[:1], refused=("手机号",))
    yield Case("xlsx of zeros in the middle", "a.xlsx", _holed, problem=CUT)
    yield Case(
        "xlsx with a secret",
        "a.xlsx",
        lambda: compound({"EncryptedPackage": b"x" * 5000, "EncryptionInfo": b"y" * 5000}),
        problem=LOCKED,
    )
    yield Case("xls with a secret", "a.xls", _secret_xls, problem=LOCKED)
    yield Case("ods with a secret", "a.ods", _secret_ods, problem=LOCKED)
    yield Case(
        "zip with a secret", "a.xlsx", lambda: zipped({"EncryptedPackage": "x"}), problem=LOCKED
    )


def _holed() -> bytes:
    data = bytearray(xlsx([*ROWS, *([["张伟", f"138{n:08}", ""] for n in range(2000)])]))
    middle = len(data) // 2
    data[middle : middle + 400] = bytes(400)
    return bytes(data)


def _secret_xls() -> bytes:
    data = bytearray(xls())
    place = data.find(struct.pack("<HH", 0x0042, 2))
    data[place : place + 6] = struct.pack("<HHH", 0x002F, 2, 0)
    return bytes(data)


def _secret_ods() -> bytes:
    stream = io.BytesIO(ods())
    with zipfile.ZipFile(stream) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    parts["META-INF/manifest.xml"] = b"<m><file-entry><encryption-data/></file-entry></m>"
    return zipped(parts)


def _bombs() -> Iterator[Case]:
    cut = frozenset({About.CUT})
    yield Case("zip bomb", "a.xlsx", _zip_bomb, problem=BOMB)
    yield Case("zip bomb that says it is small", "a.xlsx", _lying_bomb, problem=CUT)
    yield Case("zip bomb beside the sheets", "a.xlsx", _bomb_beside, problem=BOMB)
    cells = Raw('<c r="{r}" t="inlineStr"><is><t>&i;</t></is></c>')
    rows = [*ROWS, [cells, "13700137000"]]
    inside = sheet(sheet_data(rows)).replace("<worksheet", LAUGHS + "<worksheet")
    yield Case(
        "entities that multiply, in a sheet",
        "a.xlsx",
        lambda: zipped(xlsx_parts({"客户": inside})),
        problem=CUT,
    )
    shared = xlsx_parts({"客户": sheet(sheet_data(ROWS))})
    shared["xl/sharedStrings.xml"] = (
        f'{LAUGHS}<sst xmlns="{MAIN}" count="1" uniqueCount="1"><si><t>&i;</t></si></sst>'
    )
    yield Case(
        "entities that multiply, in the texts", "a.xlsx", lambda: zipped(shared), problem=CUT
    )
    yield Case(
        "entities that multiply, in Excel 2003 XML",
        "a.xls",
        sheet_xml([*ROWS, ["&i;", "13700137000", ""]], prolog=LAUGHS).encode,
        problem=CUT,
    )
    yield Case(
        "entities that multiply, in ods",
        "a.ods",
        lambda: ods(prolog=LAUGHS),
        TWO,
        whole=False,
    )
    spied = sheet(sheet_data(rows)).replace("<worksheet", SPY + "<worksheet")
    yield Case(
        "entity that reads a file of this machine",
        "a.xlsx",
        lambda: zipped(xlsx_parts({"客户": spied})),
        problem=CUT,
    )
    yield Case(
        "entity that reads a file of this machine, in Excel 2003 XML",
        "a.xls",
        sheet_xml([*ROWS, ["&i;", "13700137000", ""]], prolog=SPY).encode,
        problem=CUT,
    )
    yield Case("cell far out", "a.xlsx", lambda: xlsx_with_stray("XFD1048576"), TWO, told=cut)
    yield Case("cell far below", "a.xlsx", lambda: xlsx_with_stray("A1048576"), TWO, told=cut)
    yield Case("cell far to the right", "a.xlsx", lambda: xlsx_with_stray("XFD2"), TWO, whole=False)
    yield Case("many empty cells", "a.xlsx", lambda: empty_cells(300, 1000), TWO)
    repeated = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell ' + (
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    yield Case("ods of repeated blanks", "a.ods", lambda: _ods_with(repeated), TWO)
    yield Case("ods of repeated texts", "a.ods", ods_of_texts, problem=CUT)


def ods_of_texts() -> bytes:
    """Seventeen thousand million cells in a few lines."""
    return _ods_with(
        '<table:table-row table:number-rows-repeated="1048570"><table:table-cell '
        'office:value-type="string" table:number-columns-repeated="16384"><text:p>x</text:p>'
        "</table:table-cell></table:table-row>"
    )


def _ods_with(rows: str) -> bytes:
    begin, end = (
        '<table:table-cell office:value-type="string"><text:p>',
        "</text:p></table:table-cell>",
    )
    body = "".join(
        "<table:table-row>" + "".join(f"{begin}{one}{end}" for one in row) + "</table:table-row>"
        for row in ROWS
    )
    return ods(body=body + rows)


def _zip_bomb() -> bytes:
    parts = xlsx_parts({"客户": sheet(sheet_data(ROWS))})
    parts["xl/worksheets/sheet1.xml"] = b" " * (1 << 27)
    return zipped(parts)


def _bomb_beside() -> bytes:
    parts = xlsx_parts({"客户": sheet(sheet_data(ROWS))})
    parts["xl/media/image1.png"] = b"\0" * (1 << 27)
    return zipped(parts)


def _lying_bomb() -> bytes:
    """The directory says a few bytes; packed are 128 MB."""
    data = bytearray(_zip_bomb())
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        data[place + 24 : place + 28] = struct.pack("<I", 500)
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(data)


def xlsx_with_stray(place: str) -> bytes:
    """Two customers, and a cell somebody hit by mistake."""
    number = int("".join(char for char in place if char.isdigit()))
    stray = cell(place, "x")
    data = sheet_data(ROWS)
    if number <= len(ROWS):
        data = data.replace("</row>", f"{stray}</row>", number).replace(
            f"{stray}</row>", "</row>", number - 1
        )
    else:
        data = data.replace("</sheetData>", f'<row r="{number}">{stray}</row></sheetData>')
    return zipped(xlsx_parts({"客户": sheet(data)}))


def empty_cells(rows: int, columns: int) -> bytes:
    """Two customers, and cells that have a look and nothing in them."""
    from tests.corpus.books import letters

    names = [letters(n) for n in range(1, columns + 1)]
    data = "".join(
        f'<row r="{row}">' + "".join(f'<c r="{name}{row}" s="0"/>' for name in names) + "</row>"
        for row in range(len(ROWS) + 1, rows + len(ROWS) + 1)
    )
    whole = sheet_data(ROWS).replace("</sheetData>", f"{data}</sheetData>")
    return zipped(xlsx_parts({"客户": sheet(whole)}))


def _lies() -> Iterator[Case]:
    for reach in ("A1", "A1:A1", "A1:XFD1048576", "B7:C9"):
        before = f'<dimension ref="{reach}"/>'
        yield Case(f"extent that says {reach}", "a.xlsx", lambda b=before: xlsx(before=b), TWO)
    yield Case(
        "extent that is none",
        "a.xlsx",
        lambda: xlsx(before='<dimension ref="nonsense"/>'),
        problem=CUT,
    )
    parts = xlsx_parts({"客户": sheet(sheet_data(ROWS))})
    for gone in ("xl/styles.xml", "xl/sharedStrings.xml", "[Content_Types].xml"):
        left = {name: part for name, part in parts.items() if name != gone}
        yield Case(f"xlsx without {gone}", "a.xlsx", lambda p=left: zipped(p), TWO)
    for gone in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"):
        left = {name: part for name, part in parts.items() if name != gone}
        yield Case(f"xlsx without {gone}", "a.xlsx", lambda p=left: zipped(p), problem=CUT)
    shared = Raw('<c r="{r}" t="s"><v>99</v></c>')
    yield Case(
        "text that is not among the texts",
        "a.xlsx",
        lambda: xlsx([*ROWS, [shared, "13700137000"]]),
        problem=CUT,
    )
    no_places = sheet_data(ROWS)
    for number in range(1, 9):
        no_places = no_places.replace(f' r="{number}"', "")
        for letter in "ABC":
            no_places = no_places.replace(f' r="{letter}{number}"', "")
    yield Case(
        "cells that do not say where they are",
        "a.xlsx",
        lambda: zipped(xlsx_parts({"客户": sheet(no_places)})),
        TWO,
    )
    prefixed = (
        sheet(sheet_data(ROWS)).replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?")
    )
    prefixed = prefixed.replace("xmlns=", "xmlns:x=")
    yield Case(
        "names with a prefix",
        "a.xlsx",
        lambda: zipped(xlsx_parts({"客户": prefixed})),
        TWO,
    )
    stored = zipped(parts, method=zipfile.ZIP_STORED)
    yield Case("xlsx that is not packed", "a.xlsx", lambda: stored, TWO)
    yield Case("xlsx with bytes behind it", "a.xlsx", lambda: xlsx() + b"\0" * 300, TWO)


def _odd() -> Iterator[Case]:
    odd = {
        "a zero in a cell": "张\0伟",
        "a bell in a cell": "张\x07伟",
        "half a character": "张伟",
        "a zero-width mark": "\u200b张\u200d伟\ufeff",
        "a turned direction": "\u202e张伟\u202c",
    }
    for trap, name in odd.items():
        rows = f"客户姓名,手机号\n{name},13800138000\n"
        if "\0" not in name:
            yield Case(f"text with {trap}", "a.csv", rows.encode, TWO[:1])
    escaped = [HEAD, ["张_x0007_伟_xD800_", "13800138000", "a_x000D_\nb"]]
    yield Case("escaped signs in a cell", "a.xlsx", lambda: xlsx(escaped), whole=False, people=[])
    lost = [HEAD, ["张\ufffd", "13800138000", ""], ["李娜", "13900139000", ""]]
    yield Case(
        "characters that were lost before",
        "a.xlsx",
        lambda: xlsx(lost),
        [("张\ufffd", "+8613800138000"), TWO[1]],
        told=frozenset({About.ODD}),
    )
    yield Case(
        "characters that were lost before, in a csv",
        "a.csv",
        lambda: text(lost).encode(),
        [("张\ufffd", "+8613800138000"), TWO[1]],
        told=frozenset({About.ODD}),
    )
    long = [HEAD, ["张伟", "13800138000", "长" * 32767]]
    yield Case("the longest cell Excel has", "a.xlsx", lambda: xlsx(long), TWO[:1])
    yield Case(
        "a longer cell than Excel has",
        "a.csv",
        lambda: text([HEAD, ["张伟", "13800138000", "长" * 200_000]]).encode(),
        TWO[:1],
    )
    active = [HEAD, ["=cmd|' /C calc'!A0", "13800138000", "@SUM(1)"]]
    yield Case(
        "a formula as a name",
        "a.csv",
        lambda: text(active).encode(),
        [("=cmd|' /C calc'!A0", "+8613800138000")],
    )
    formula = Raw('<c r="{r}"><f>"张"&amp;"伟"</f><v></v></c>')
    yield Case(
        "formulas nobody reckoned",
        "a.xlsx",
        lambda: xlsx([HEAD, ["张伟", "13800138000", formula]]),
        TWO[:1],
        told=frozenset({About.UNRECKONED}),
    )
    wide = [HEAD + [f"列{n}" for n in range(3000)], ["张伟", "13800138000", ""]]
    yield Case("three thousand columns", "a.xlsx", lambda: xlsx(wide), TWO[:1])
    states = {"字典": "hidden", "更深": "veryHidden"}
    whole = {
        "客户": sheet(sheet_data(ROWS)),
        "字典": sheet(sheet_data([["H", "7天"]])),
        "更深": sheet(sheet_data([["x"]])),
    }
    yield Case(
        "hidden sheets",
        "a.xlsx",
        lambda: zipped(xlsx_parts(whole, states=states)),
        TWO,
        told=frozenset({About.HIDDEN_SHEET}),
    )
    yield Case(
        "the only sheet is hidden",
        "a.xlsx",
        lambda: xlsx(states={"客户": "hidden"}),
        TWO,
    )
    many = {
        f"第{n}周": sheet(sheet_data(ROWS if n == 40 else [["周报"], ["x"]])) for n in range(1, 61)
    }
    yield Case("sixty sheets", "a.xlsx", lambda: zipped(xlsx_parts(many)), TWO)
    amp = {
        "A&B <客户>": sheet(sheet_data([*ROWS, ["王强", Raw('<c r="{r}" t="e"><v>#N/A</v></c>')]]))
    }
    yield Case(
        "a sheet called A&B <客户>",
        "a.xlsx",
        lambda: zipped(xlsx_parts(amp)),
        TWO,
        refused=("手机号",),
        reason="#N/A",
        told=frozenset({About.ERRORS}),
    )
