"""Any workbook becomes rows; what cannot be read gets a sentence and takes nothing with it."""

from __future__ import annotations

import io
import subprocess
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest

from showroom.errors import Cancelled, ShowroomError
from showroom.progress import Progress
from showroom.sheets import child, texts
from showroom.sheets import plan as planning
from showroom.sheets import read as reading
from showroom.sheets.read import ErrorCell
from showroom.store.models import Customer
from tests.showroom.test_sheets_samples import SAMPLES

HEAD = ["客户姓名", "手机号", "备注"]
ROWS = [HEAD, ["张伟", "13800138000", "全款"], ["李娜", "13900139000", ""]]


@pytest.fixture
def write(tmp_path):
    """Write bytes or text under a name."""

    def to_file(name: str, content: bytes | str, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
        return path

    return to_file


def workbook(rows=ROWS, name: str = "客户") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = name
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv(rows=ROWS, separator: str = ",") -> str:
    return "\r\n".join(separator.join(row) for row in rows) + "\r\n"


def cells(path: Path, **options) -> list[list[object]]:
    (sheet,) = reading.read(path, **options).sheets
    return sheet.rows


# --- every kind


def test_cells_keep_what_they_are(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(
        [
            "text",
            1.5,
            True,
            date(2026, 10, 1),
            datetime(2026, 10, 1, 14, 9),
            time(9, 42),
            timedelta(hours=1, minutes=5),
            None,
            "=1+1",
        ]
    )
    sheet["J1"].value, sheet["J1"].data_type = "#DIV/0!", "e"
    sheet.append([None, 46296.5])
    sheet.row_dimensions[40].height = 30
    book.save(tmp_path / "kinds.xlsx")
    first, second = cells(tmp_path / "kinds.xlsx")
    assert first[:7] == [
        "text",
        1.5,
        True,
        "2026-10-01",
        "2026-10-01 14:09:00",
        "09:42:00",
        "01:05:00",
    ]
    assert first[9] == "#DIV/0!"
    assert isinstance(first[9], ErrorCell)
    assert not isinstance(first[7], ErrorCell)
    assert second[:2] == ["", 46296.5]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("gb18030", "gb18030"),
    ],
)
def test_text_is_read_in_the_encoding_it_has(write, encoding, said):
    path = write("客户.csv", csv(), encoding)
    assert cells(path) == ROWS
    assert reading.read(path).encoding == said


def test_a_rare_character_survives_gb18030(write):
    rows = [HEAD, ["张𬭎", "13800138000", ""]]
    assert cells(write("客户.csv", csv(rows), "gb18030"))[1][0] == "张𬭎"


def test_traditional_text_can_be_told_its_encoding(write):
    rows = [["客戶姓名", "手機號碼"], ["張偉強龍鳳", "13800138000"]]
    path = write("客戶.csv", csv(rows), "big5")
    assert cells(path, encoding="big5") == rows
    with pytest.raises(ShowroomError, match=r"characters of 客戶\.csv"):
        reading.read(path, encoding="utf-8")


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_the_separator_is_found_out(write, separator):
    assert cells(write("客户.txt", csv(separator=separator))) == ROWS


def test_excel_s_own_hints_in_a_csv_are_no_text(write):
    path = write("客户.csv", 'sep=;\r\n客户姓名;手机号\r\n张伟;"=""13800138000"""\r\n')
    assert cells(path) == [["sep=", ""], ["客户姓名", "手机号"], ["张伟", "13800138000"]]


def test_a_cell_of_several_lines_stays_one(write):
    path = write("客户.csv", '客户姓名,手机号,备注\n张伟,13800138000,"全款\n月底提车"\n')
    assert cells(path)[1][2] == "全款\n月底提车"


def test_a_csv_called_xlsx_is_read(write):
    assert cells(write("客户.xlsx", csv())) == ROWS


def test_a_workbook_called_xls_is_read(write):
    assert cells(write("客户.xls", workbook())) == ROWS


def test_a_web_page_dressed_as_xls_is_read(write):
    page = "<html><meta charset='gbk'><table>" + "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS
    )
    assert cells(write("导出.xls", page, "gbk")) == ROWS


def test_a_web_page_keeps_its_wide_cells_and_line_ends(write):
    page = "<table><tr><th colspan=2>登记表<td>x<tr><td>a<br>b<td>c<td></table>"
    assert cells(write("导出.xls", page)) == [["登记表", "", "x"], ["a\nb", "c", ""]]


def test_excel_2003_xml_is_read(write):
    rows = "".join(
        "<Row>"
        + "".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in row)
        + "</Row>"
        for row in ROWS
    )
    xml = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="客户"><Table>'
        f'{rows}<Row ss:Index="6"><Cell ss:Index="2"><Data ss:Type="Number">5</Data></Cell>'
        '<Cell><Data ss:Type="DateTime">2026-10-01T14:09:00</Data></Cell>'
        '<Cell><Data ss:Type="Error">#N/A</Data></Cell></Row></Table></Worksheet></Workbook>'
    )
    (sheet,) = reading.read(write("导出.xls", xml)).sheets
    assert sheet.name == "客户"
    assert sheet.rows[:3] == ROWS
    assert sheet.rows[5] == ["", 5.0, "2026-10-01 14:09:00", "#N/A"]


def test_hidden_sheets_are_told(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    book.create_sheet("字典").append(["x"])
    book["字典"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    assert [sheet.hidden for sheet in reading.read(tmp_path / "a.xlsx").sheets] == [False, True]


def test_the_calendar_of_1904_is_noticed(tmp_path):
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append([date(2026, 10, 1), 44834])
    book.save(tmp_path / "mac.xlsx")
    found = reading.read(tmp_path / "mac.xlsx")
    assert found.epoch1904
    assert found.sheets[0].rows[0][0] == "2026-10-01"


def test_a_cell_hit_by_mistake_far_out_costs_nothing(tmp_path):
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.active["XFD1048576"] = "x"
    book.save(tmp_path / "far.xlsx")
    assert cells(tmp_path / "far.xlsx")[:3] == [HEAD, ROWS[1], ["李娜", "13900139000"]]


def test_one_sheet_of_several_can_be_chosen():
    path = SAMPLES / "来店客流登记表-2026-10.xlsx"
    assert [sheet.name for sheet in reading.read(path, sheet="第2周").sheets] == ["第2周"]
    with pytest.raises(ShowroomError, match=r"has no sheet 第9周\. Its sheets: 第1周, 第2周"):
        reading.read(path, sheet="第9周")


# --- what cannot be read


def encrypted_xls() -> bytes:
    """The sample export with its write-access record turned into one of encryption."""
    data = bytearray((SAMPLES / "展厅流量登记-DMS导出.xls").read_bytes())
    place = data.find(b"\x5c\x00\x70\x00")
    data[place : place + 6] = b"\x2f\x00\x70\x00\x01\x00"
    return bytes(data)


def archive(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return stream.getvalue()


BROKEN = {
    "leer.xlsx": (b"", "is empty"),
    "spaces.csv": (b" \r\n\t\r\n", "is empty"),
    "blank.xlsx": (workbook([]), "is empty"),
    "photo.xlsx": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "is not a workbook"),
    "contract.xls": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "is not a workbook"),
    "letter.xlsx": (archive("word/document.xml", "[Content_Types].xml"), "is not a workbook"),
    "program.csv": (bytes(range(256)) * 64, "is not a workbook"),
    "noise.txt": (b"abc\x01\x02\x03\x04\x05\x06" * 500, "is not a workbook"),
    "old letter.xls": (
        child.OLE + b"\0" * 500 + "WordDocument".encode("utf-16-le"),
        "is not a workbook",
    ),
    "empty page.xls": (b"<html><p>Please log in</p></html>", "is not a workbook"),
    "archive.xls": (b"MIME-Version: 1.0\nContent-Type: multipart/related;", "is a web archive"),
    "secret.xlsx": (child.OLE + b"\0" * 500 + child.ENCRYPTED, "protected by a password"),
    "secret.xls": (encrypted_xls(), "protected by a password"),
    "zip secret.xlsx": (archive("EncryptedPackage"), "protected by a password"),
    "cut.xlsx": (workbook()[:-300], "damaged or was cut off"),
    "hollow.xlsx": (archive("xl/nothing.xml"), "damaged or was cut off"),
    "cut.xls": (
        (SAMPLES / "展厅流量登记-DMS导出.xls").read_bytes()[:9000],
        "damaged or was cut off",
    ),
    "cut.csv": (csv().encode() + "张".encode()[:2], "damaged or was cut off"),
    "cut.txt": (b"\xff\xfe\x11", "damaged or was cut off"),
    "cut xml.xls": (
        f'<?xml version="1.0"?><Workbook xmlns="{texts.SHEET_XML}"><Works'.encode(),
        "damaged or was cut off",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_workbook_is_told_by_name_and_with_the_way_forward(db, write, name):
    content, sentence = BROKEN[name]
    with pytest.raises(ShowroomError) as raised:
        reading.read(write(name, content))
    assert sentence in str(raised.value)
    assert name in str(raised.value)
    assert str(raised.value).count(".") > 1, "says what to do"


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    with pytest.raises(ShowroomError, match=r"There is no file gone\.xlsx"):
        reading.read(tmp_path / "gone.xlsx")
    (tmp_path / "一月").mkdir()
    with pytest.raises(ShowroomError, match="一月 is a folder"):
        reading.read(tmp_path / "一月")


def test_a_file_that_another_program_holds_is_told(write, monkeypatch):
    path = write("客户.xlsx", workbook())

    def held(*_args, **_options):
        raise PermissionError(13, "used by another process")

    monkeypatch.setattr(Path, "open", held)
    with pytest.raises(ShowroomError, match="another program holds it"):
        reading.read(path)


def test_columns_that_nobody_knows_are_told_and_nothing_is_written(db, write):
    path = write("库存.xlsx", workbook([["物料编码", "库存"], ["A-1", 5], ["A-2", 7]]))
    with db.read() as session, pytest.raises(ShowroomError, match=r"No sheet of 库存\.xlsx"):
        planning.plan(session, reading.read(path), today=db.today(), now=db.now())
    with db.read() as session:
        assert session.query(Customer).count() == 0


def test_cancelling_ends_the_reading(write):
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        reading.read(write("客户.xlsx", workbook()), progress=progress)


def test_a_file_that_takes_too_long_is_given_up(write, monkeypatch):
    monkeypatch.setattr(reading, "TIME_LIMIT", -1.0)
    with pytest.raises(ShowroomError, match="takes too long"):
        reading.read(write("客户.xlsx", workbook()))


def test_a_reader_that_dies_is_survived(write, monkeypatch):
    monkeypatch.setattr(reading, "ROOT", Path("nowhere"))
    with pytest.raises(ShowroomError, match="damaged"):
        reading.read(write("客户.xlsx", workbook()))


def test_the_patient_reader_reads_the_same(write):
    path = write("客户.xlsx", workbook([*ROWS, ["王强", 13700137000, None]]))
    quick, patient = (child.parse(str(path), engine=engine) for engine in ("", "openpyxl"))
    assert [[cell for cell in row if cell != ""] for row in quick["sheets"][0]["rows"]] == [
        [cell for cell in row if cell != ""] for row in patient["sheets"][0]["rows"]
    ]


def test_what_is_too_large_is_refused(write, monkeypatch):
    monkeypatch.setattr("showroom.sheets.unreadable.MAX_CELLS", 5)
    for name, content in (("a.xlsx", workbook()), ("a.csv", csv().encode())):
        with pytest.raises(child.Unreadable, match="large"):
            child.parse(str(write(name, content)))
    monkeypatch.setattr(child, "MAX_UNPACKED", 10)
    with pytest.raises(child.Unreadable, match="large"):
        child.parse(str(write("bomb.xlsx", workbook())))


def test_the_reader_speaks_in_lines(write, capfdbinary):
    assert child.main([str(write("客户.csv", csv())), "", ""]) == 0
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert len(lines) == 1 + len(ROWS) + 1
    assert child.main([str(write("leer.csv", b"")), "", ""]) == 0
    assert capfdbinary.readouterr().out == b'{"problem":"empty"}\n{}\n'
    assert child.main([str(write("x.csv", b"").parent), "", ""]) == 0
    assert b"folder" in capfdbinary.readouterr().out
    assert child.main(["gone", "", ""]) == 0
    assert b"missing" in capfdbinary.readouterr().out


def test_the_reader_loads_neither_the_window_nor_the_file_of_the_desk():
    code = "import sys, showroom.sheets.child; print(*sys.modules)"
    loaded = subprocess.run(
        [reading.sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"sqlalchemy", "PySide6", "showroom.store", "typing"} & set(loaded)
