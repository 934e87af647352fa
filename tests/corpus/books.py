"""Workbooks written byte by byte, so that a trap can stand wherever a reader may step into it.

.xlsx by its parts, .xlsb by its records ([MS-XLSB]), .xls of Excel 5 and 97 by theirs ([MS-XLS]) in
a compound file ([MS-CFB]), .ods by its XML.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

Rows = Sequence[Sequence[Any]]

HEAD = ["客户姓名", "手机号", "备注"]
ROWS: Rows = [HEAD, ["张伟", "13800138000", "全款"], ["李娜", "13900139000", ""]]
TWO = [("张伟", "+8613800138000"), ("李娜", "+8613900139000")]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_LINKS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
OASIS = "urn:oasis:names:tc:opendocument:xmlns:"


class Raw(str):
    """A cell as it stands in the XML."""

    __slots__ = ()


def letters(number: int) -> str:
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def zipped(parts: Mapping[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return stream.getvalue()


# --- .xlsx


def cell(place: str, value: Any) -> str:
    if isinstance(value, Raw):
        return value.replace("{r}", place)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    text = f'<t xml:space="preserve">{escape(value)}</t>'
    return f'<c r="{place}" t="inlineStr"><is>{text}</is></c>'


def sheet_data(rows: Rows, *, hidden: Iterable[int] = (), first: int = 1) -> str:
    lines = []
    for number, row in enumerate(rows, first):
        cells = "".join(cell(f"{letters(n)}{number}", value) for n, value in enumerate(row, 1))
        said = ' hidden="1"' if number in tuple(hidden) else ""
        lines.append(f'<row r="{number}"{said}>{cells}</row>')
    return "<sheetData>" + "".join(lines) + "</sheetData>"


def sheet(data: str, *, before: str = "", after: str = "", main: str = MAIN) -> str:
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    return f'{head}<worksheet xmlns="{main}">{before}{data}{after}</worksheet>'


def xlsx_parts(
    sheets: Mapping[str, str],
    *,
    states: Mapping[str, str] | None = None,
    properties: str = "",
    strict: bool = False,
    styles: str = "",
) -> dict[str, bytes | str]:
    """The parts of a workbook of these sheets, each its whole XML."""
    main, links = (STRICT_MAIN, STRICT_LINKS) if strict else (MAIN, LINKS)
    states = states or {}
    entries = targets = types = ""
    parts: dict[str, bytes | str] = {}
    for number, (name, xml) in enumerate(sheets.items(), 1):
        state = f' state="{states[name]}"' if name in states else ""
        entries += f'<sheet name="{escape(name)}" sheetId="{number}"{state} r:id="rId{number}"/>'
        target = f"worksheets/sheet{number}.xml"
        targets += f'<Relationship Id="rId{number}" Type="{links}/worksheet" Target="{target}"/>'
        types += (
            f'<Override PartName="/xl/{target}" ContentType="application/vnd.openxmlformats-'
            'officedocument.spreadsheetml.worksheet+xml"/>'
        )
        parts[f"xl/{target}"] = xml
    targets += f'<Relationship Id="rIdS" Type="{links}/styles" Target="styles.xml"/>'
    targets += f'<Relationship Id="rIdT" Type="{links}/sharedStrings" Target="sharedStrings.xml"/>'
    parts |= {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
        f'officedocument.spreadsheetml.sheet.main+xml"/>{types}'
        '<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.styles+xml"/>'
        '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{links}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{links}">{properties}'
        f"<sheets>{entries}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f"{targets}</Relationships>",
        "xl/styles.xml": styles or default_styles(main),
        "xl/sharedStrings.xml": f'<sst xmlns="{main}" count="0" uniqueCount="0"></sst>',
    }
    return parts


def default_styles(main: str = MAIN) -> str:
    """Style 0 is plain, 1 a day, 2 a moment, 3 a clock time."""
    looks = "".join(
        f'<xf numFmtId="{code}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for code in (0, 14, 22, 20)
    )
    return (
        f'<styleSheet xmlns="{main}"><fonts count="1"><font><sz val="11"/><name val="宋体"/></font>'
        '</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill>'
        '<patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/>'
        '<right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1">'
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="4">{looks}</cellXfs></styleSheet>'
    )


def xlsx(
    rows: Rows = ROWS, name: str = "客户", *, before: str = "", after: str = "", **options: Any
) -> bytes:
    """A workbook of one sheet; `options` go to `sheet_data` and `xlsx_parts`."""
    data = sheet_data(rows, hidden=options.pop("hidden", ()), first=options.pop("first", 1))
    main = STRICT_MAIN if options.get("strict") else MAIN
    whole = sheet(data, before=before, after=after, main=main)
    return zipped(xlsx_parts({name: whole}, **options))


def day(serial: float, style: int = 1) -> Raw:
    """A cell that Excel shows as a day, moment (2) or clock time (3)."""
    return Raw(f'<c r="{{r}}" s="{style}"><v>{serial}</v></c>')


def failed(text: str) -> Raw:
    """A cell that shows an error."""
    return Raw(f'<c r="{{r}}" t="e"><v>{text}</v></c>')


def merged(*ranges: str) -> str:
    cells = "".join(f'<mergeCell ref="{one}"/>' for one in ranges)
    return f'<mergeCells count="{len(ranges)}">{cells}</mergeCells>'


# --- .xlsb


def _record(kind: int, body: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(body)
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return head + size + body


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


_CODES = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#N/A": 42}


def _xlsb_cell(column: int, value: Any) -> bytes:
    place = struct.pack("<II", column, 0)
    if isinstance(value, Raw):
        return _record(3, place + bytes([_CODES[value]]))
    if isinstance(value, bool):
        return _record(4, place + bytes([value]))
    if isinstance(value, int | float):
        return _record(5, place + struct.pack("<d", value))
    return _record(6, place + _wide(value))


def xlsb(
    rows: Rows = ROWS,
    name: str = "客户",
    *,
    hidden: Iterable[int] = (),
    column: int = 0,
    mac: bool = False,
) -> bytes:
    """A binary workbook; `Raw("#N/A")` is an error cell, rows and one `column` may be hidden."""
    data = b""
    for number, row in enumerate(rows):
        flags = bytes([0, 0x10 if number + 1 in hidden else 0, 0])
        data += _record(0, struct.pack("<IIH", number, 0, 300) + flags + struct.pack("<I", 0))
        data += b"".join(_xlsb_cell(n, value) for n, value in enumerate(row) if value != "")
    width = max(map(len, rows))
    body = _record(129) + _record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1))
    if column:
        looks = struct.pack("<IIIIH", column - 1, column - 1, 2304, 0, 1)
        body += _record(390) + _record(60, looks) + _record(391)
    body += _record(145) + data + _record(146) + _record(130)
    book = _record(131) + _record(153, struct.pack("<II", int(mac), 0) + _wide(""))
    book += _record(143) + _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide(name))
    book += _record(144) + _record(132)
    office = "application/vnd.ms-excel"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension='
            '"rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="bin" ContentType="{office}.sheet.binary.macroEnabled.main"/>'
            f'<Override PartName="/xl/worksheets/sheet1.bin" ContentType="{office}.worksheet"/>'
            "</Types>",
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1"'
            f' Type="{LINKS}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
            "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.bin"/>'
            "</Relationships>",
            "xl/workbook.bin": book,
            "xl/worksheets/sheet1.bin": body,
        }
    )


# --- .xls


def biff(
    rows: Rows = ROWS,
    name: str = "客户",
    *,
    version: int = 5,
    page: int | None = 936,
    encoding: str = "gb18030",
    mac: bool = False,
    hidden: Iterable[int] = (),
    column: int = 0,
    sheet_state: int = 0,
) -> bytes:
    """The stream of a workbook of Excel 5 or 95 (`version` 5) or 97 (8)."""

    def record(kind: int, body: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def text(value: str, size: str) -> bytes:
        if version == 8:
            return struct.pack(size, len(value)) + b"\1" + value.encode("utf-16-le")
        coded = value.encode(encoding)
        return struct.pack(size, len(coded)) + coded

    def begin(kind: int) -> bytes:
        said = 0x0600 if version == 8 else 0x0500
        more = struct.pack("<II", 0, 0x0600) if version == 8 else b""
        return record(0x0809, struct.pack("<HHHH", said, kind, 0x0DBB, 1996) + more)

    before = begin(0x0005)
    if page is not None:
        before += record(0x0042, struct.pack("<H", 1200 if version == 8 else page))
    before += record(0x0022, struct.pack("<H", int(mac)))
    bound_size = 4 + len(text(name, "<B")) + 6
    offset = len(before) + bound_size + 4
    book = before + record(0x0085, struct.pack("<IBB", offset, sheet_state, 0) + text(name, "<B"))
    book += record(0x000A)
    width = max(map(len, rows))
    span = "<IIHHH" if version == 8 else "<HHHHH"
    body = begin(0x0010)
    if column:
        body += record(0x007D, struct.pack("<HHHHHH", column - 1, column - 1, 2304, 0, 1, 0))
    body += record(0x0200, struct.pack(span, 0, len(rows), 0, width, 0))
    for number, row in enumerate(rows):
        options = 0x0100 | (0x20 if number + 1 in hidden else 0)
        body += record(0x0208, struct.pack("<HHHHHHHH", number, 0, width, 255, 0, 0, options, 0))
        for column, value in enumerate(row):
            place = struct.pack("<HHH", number, column, 0)
            if isinstance(value, Raw):
                body += record(0x0205, place + bytes([_CODES[value], 1]))
            elif isinstance(value, bool):
                body += record(0x0205, place + bytes([value, 0]))
            elif isinstance(value, int | float):
                body += record(0x0203, place + struct.pack("<d", value))
            elif value != "":
                body += record(0x0204, place + text(value, "<H"))
    return book + body + record(0x000A)


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file of these streams, each in sectors of its own."""
    size = 512
    held = {name: data.ljust(4096, b"\0") for name, data in streams.items()}
    sectors = b"".join(data.ljust(-(-len(data) // size) * size, b"\0") for data in held.values())
    count = len(sectors) // size
    directory_size = -(-(len(held) + 1) // 4)
    fats = 1
    while fats * 128 < count + directory_size + fats:
        fats += 1
    chain: list[int] = []
    starts = []
    for data in held.values():
        length = -(-len(data) // size)
        starts.append(len(chain))
        chain += [*range(len(chain) + 1, len(chain) + length), 0xFFFFFFFE]
    directory_at = len(chain)
    chain += [*range(directory_at + 1, directory_at + directory_size), 0xFFFFFFFE]
    fat_at = len(chain)
    chain += [0xFFFFFFFD] * fats
    chain += [0xFFFFFFFF] * (fats * 128 - len(chain))
    entries = _entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)
    for number, (name, start) in enumerate(zip(held, starts, strict=True), 1):
        following = number + 1 if number < len(held) else 0xFFFFFFFF
        entries += _entry(name, 2, start, len(held[name]), right=following)
    entries = entries.ljust(directory_size * size, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack(
        "<IIIIIIIII", 0, fats, directory_at, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0
    )
    header += struct.pack("<109I", *range(fat_at, fat_at + fats), *[0xFFFFFFFF] * (109 - fats))
    return header + sectors + entries + struct.pack(f"<{len(chain)}I", *chain)


def _entry(
    name: str, kind: int, start: int, size: int, *, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF
) -> bytes:
    coded = (name + "\0").encode("utf-16-le")
    body = coded.ljust(64, b"\0") + struct.pack("<HBB", len(coded), kind, 1)
    body += struct.pack("<III", 0xFFFFFFFF, right, child) + b"\0" * 36
    return body + struct.pack("<IQ", start, size)


def xls(rows: Rows = ROWS, **options: Any) -> bytes:
    """A workbook of Excel 97 and later, as WPS writes it, too."""
    return compound({"Workbook": biff(rows, version=8, **options)})


def xls5(rows: Rows = ROWS, **options: Any) -> bytes:
    """A workbook of Excel 5 or 95 with its texts in a code page."""
    return compound({"Book": biff(rows, version=5, **options)})


# --- .ods


def ods(rows: Rows = ROWS, *, name: str = "客户", body: str = "", prolog: str = "") -> bytes:
    """An OpenDocument sheet; `Raw` is a cell as it stands in the XML."""
    lines = ""
    for row in rows:
        cells = ""
        for value in row:
            if isinstance(value, Raw):
                cells += value
            elif isinstance(value, int | float):
                cells += f'<table:table-cell office:value-type="float" office:value="{value}"/>'
            else:
                text = f"<text:p>{escape(value)}</text:p>" if value else ""
                cells += f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
        lines += f"<table:table-row>{cells}</table:table-row>"
    spaces = "".join(f' xmlns:{one}="{OASIS}{one}:1.0"' for one in ("office", "table", "text"))
    calc = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{OASIS}manifest:1.0"/>',
            "content.xml": f'{prolog}<office:document-content{spaces} xmlns:calcext="{calc}">'
            f'<office:body><office:spreadsheet><table:table table:name="{name}">{body or lines}'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        }
    )


# --- texts


def text(rows: Rows = ROWS, separator: str = ",", end: str = "\r\n") -> str:
    return end.join(separator.join(str(cell) for cell in row) for row in rows) + end


def page(rows: Rows = ROWS, *, head: str = "") -> str:
    lines = "".join(
        "<tr>" + "".join(f"<td>{value}</td>" for value in row) + "</tr>" for row in rows
    )
    return f"<html><head>{head}</head><body><table>{lines}</table></body></html>"


def sheet_xml(rows: Rows = ROWS, *, prolog: str = "") -> str:
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    lines = "".join(
        "<Row>"
        + "".join(f'<Cell><Data ss:Type="String">{value}</Data></Cell>' for value in row)
        + "</Row>"
        for row in rows
    )
    return (
        f'<?xml version="1.0"?>{prolog}<Workbook xmlns="{space}" xmlns:ss="{space}">'
        f'<Worksheet ss:Name="客户"><Table>{lines}</Table></Worksheet></Workbook>'
    )
