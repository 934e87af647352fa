"""Any workbook becomes rows; what cannot be read gets a sentence and takes nothing with it."""

from __future__ import annotations

import gc
import io
import json
import subprocess
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest

from showroom.errors import Cancelled, ShowroomError
from showroom.progress import Progress
from showroom.sheets import child, second_look, standby, texts
from showroom.sheets import plan as planning
from showroom.sheets import read as reading
from showroom.sheets.read import ErrorCell
from showroom.store.models import Customer
from tests.amounts import slow_but
from tests.showroom.test_sheets_samples import SAMPLES

OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
OLD = SAMPLES.parent / "old.xls"
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
    """The rows of the only sheet; the reader says the same in this process as in its own."""
    (sheet,) = reading.read(path, **options).sheets
    (told,) = child.parse(str(path), **options)["sheets"]
    assert len(told["rows"]) == len(sheet.rows)
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
    with pytest.raises(child.Unreadable, match="encoding"):
        child.parse(str(path), encoding="utf-8")


def test_traditional_text_is_mostly_recognised(write):
    rows = [["客戶姓名", "電話", "備註"], ["陳麗華", "13800138000", "對車輛滿意，準備貸款購買"]] * 5
    assert cells(write("客戶.csv", csv(rows), "big5")) == rows


def test_chinese_quotes_alone_are_chinese(write):
    assert cells(write("a.csv", "“a”,b\n", "gb18030")) == [["“a”", "b"]]


def test_text_of_another_language_is_guessed(write):
    rows = [["name", "phone", "note"], ["José Muñoz", "13800138000", "très intéressé ÿ"]] * 9
    assert cells(write("a.csv", csv(rows), "cp1252"))[0] == rows[0]


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


def test_a_web_page_that_says_a_wrong_encoding_is_read_all_the_same(write):
    page = "<meta charset='x-nonsense'><table><tr><td>张伟</table>"
    assert cells(write("导出.xls", page)) == [["张伟"]]


def test_open_document_sheets_are_read(write):
    path = write("客户.ods", ods("张伟"))
    assert cells(path) == [["张伟"]]
    with pytest.raises(ShowroomError, match="protected by a password"):
        reading.read(write("secret.ods", ods("张伟", secret=True)))


def test_a_chart_alone_is_no_sheet_of_rows(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    book.create_chartsheet("图")
    book.save(tmp_path / "a.xlsx")
    assert [sheet.name for sheet in reading.read(tmp_path / "a.xlsx").sheets] == ["Sheet"]
    assert len(child.parse(str(tmp_path / "a.xlsx"))["sheets"]) == 1


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
        '<Cell><Data ss:Type="Error">#N/A</Data></Cell><Cell/>'
        '<Cell><Data ss:Type="Number">viele</Data></Cell></Row></Table></Worksheet></Workbook>'
    )
    path = write("导出.xls", xml)
    assert reading.read(path).sheets[0].name == "客户"
    rows = cells(path)
    assert rows[:3] == ROWS
    assert rows[5] == ["", 5.0, "2026-10-01 14:09:00", "#N/A", "", "viele"]


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
    # In this process it would take all the memory there is, and pytest with it
    (sheet,) = reading.read(tmp_path / "far.xlsx").sheets
    assert sheet.rows == [HEAD, ROWS[1], ["李娜", "13900139000"]]
    assert len(child.parse(str(tmp_path / "far.xlsx"), engine="patient")["sheets"][0]["rows"]) == 3


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


def ods(cell: str, *, secret: bool = False) -> bytes:
    """A sheet of one cell as OpenDocument."""
    sign = '<manifest:encryption-data manifest:checksum=""/>' if secret else ""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{OASIS}manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="content.xml">{sign}</manifest:file-entry>'
            "</manifest:manifest>",
        )
        file.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{OASIS}office:1.0"'
            f' xmlns:table="{OASIS}table:1.0" xmlns:text="{OASIS}text:1.0"><office:body>'
            '<office:spreadsheet><table:table table:name="客户"><table:table-row>'
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p>'
            "</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>"
            "</office:document-content>",
        )
    return stream.getvalue()


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
    "noise.csv": (bytes(range(0x80, 0x100)) * 3, "cannot be read"),
    "very old.xls": (b"\x09\x00\x04\x00\x00\x00\x10\x00" + bytes(90), "damaged or was cut off"),
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


@pytest.mark.parametrize("name", slow_but([*BROKEN][::3], BROKEN))
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
    monkeypatch.setattr(reading, "SILENCE", -1.0)
    with pytest.raises(ShowroomError, match="takes too long"):
        reading.read(write("客户.xlsx", workbook()))


@pytest.fixture
def reader_of(monkeypatch):
    """Let another program read from now on: that in a folder."""

    def use(folder: Path) -> None:
        standby.dismiss()
        monkeypatch.setattr(standby, "ROOT", folder)

    return use


def test_a_reader_that_dies_is_survived(write, reader_of):
    reader_of(Path("nowhere"))
    with pytest.raises(ShowroomError, match="nothing else was harmed"):
        reading.read(write("客户.xlsx", workbook()))


def test_a_reader_that_falls_silent_is_no_reader(write, tmp_path, reader_of):
    mute = tmp_path / "mute" / "showroom" / "sheets"
    mute.mkdir(parents=True)
    sheet = {"name": "", "hidden": False, "merged": [], "rows": 3}
    head = json.dumps({"format": "text", "encoding": "", "sheets": [sheet]})
    (mute / "child.py").write_text(f"print({head!r}); print('[1]')")
    reader_of(tmp_path / "mute")
    with pytest.raises(ShowroomError, match="nothing else was harmed"):
        reading.read(write("客户.xlsx", workbook()))


def test_the_patient_reader_reads_the_same(write):
    path = write("客户.xlsx", workbook([*ROWS, ["王强", 13700137000, None]]))
    quick, patient = (child.parse(str(path), engine=engine) for engine in ("", "patient"))
    assert [[cell for cell in row if cell != ""] for row in quick["sheets"][0]["rows"]] == [
        [cell for cell in row if cell != ""] for row in patient["sheets"][0]["rows"]
    ]


def test_what_is_too_large_is_refused(write, monkeypatch):
    monkeypatch.setattr("showroom.sheets.unreadable.MAX_CELLS", 5)
    for name, content in (("a.xlsx", workbook()), ("a.csv", csv().encode())):
        with pytest.raises(child.Unreadable, match="large"):
            child.parse(str(write(name, content)))
    for path, engine in ((write("a.xlsx", workbook()), "patient"), (OLD, "")):
        with pytest.raises(child.Unreadable, match="large"):
            child.parse(str(path), engine=engine)
    monkeypatch.setattr(child, "MAX_UNPACKED", 10)
    with pytest.raises(child.Unreadable, match="bomb"):
        child.parse(str(write("bomb.xlsx", workbook())))


@pytest.fixture
def reader(monkeypatch):
    """The reader, in this process: it must not limit the memory of all tests."""
    monkeypatch.setattr(child, "_limit_memory", lambda: None)
    yield child
    gc.enable()


QUIET = b'{"epoch1904":false,"odd":{}}\n'


def test_the_reader_speaks_in_lines(write, reader, capfdbinary):
    child.main(str(write("客户.csv", csv())))
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert len(lines) == 1 + len(ROWS) + 1
    child.main(str(write("leer.csv", b"")))
    assert capfdbinary.readouterr().out == b'{"problem":"empty"}\n' + QUIET
    child.main(str(write("x.csv", b"").parent))
    assert b"folder" in capfdbinary.readouterr().out
    child.main("", data=csv().encode())  # what is pasted comes with the order
    assert capfdbinary.readouterr().out.decode().splitlines() == lines
    child.main("gone")
    assert b"missing" in capfdbinary.readouterr().out


def test_the_second_look_tells_errors_and_spans(tmp_path, reader, capfdbinary):
    book = openpyxl.Workbook()
    book.active.append([timedelta(hours=30), "x"])
    book.active["AB3"].value, book.active["AB3"].data_type = "#REF!", "e"
    book.save(tmp_path / "a.xlsx")
    _head, first, *_blank, late = lines_of(tmp_path / "a.xlsx", capfdbinary)
    assert first[:2] == ["30:00:00", "x"]
    assert late["sheets"]["Sheet"]["errors"] == [[2, 27, "#REF!"]]


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls"])
def test_too_little_memory_is_no_damage(write, reader, monkeypatch, capfdbinary, name):
    def short_of_memory(_data: bytes) -> None:
        raise MemoryError

    monkeypatch.setattr(child.engines, "calamine", short_of_memory)
    content = workbook() if name == "a.xlsx" else OLD.read_bytes()
    assert lines_of(write(name, content), capfdbinary)[0] == {"problem": "large"}


def test_an_old_workbook_that_the_second_look_cannot_read_keeps_its_rows(
    reader, monkeypatch, capfdbinary
):
    def unreadable(_data: bytes, **_looks: bool) -> None:
        raise child.Unreadable("damaged")

    monkeypatch.setattr(child.engines, "xlrd", unreadable)
    assert "sheets" not in lines_of(OLD, capfdbinary)[-1]


@pytest.mark.parametrize(
    ("error", "problem"), [(MemoryError(), "large"), (PermissionError(13, "held"), "closed")]
)
def test_the_reader_survives_what_can_befall_it(reader, monkeypatch, capfdbinary, error, problem):
    def befall(*_args, **_options):
        raise error

    monkeypatch.setattr(child, "parse", befall)
    assert lines_of(OLD, capfdbinary)[0] == {"problem": problem}


def test_a_second_look_that_fails_costs_no_row(write, reader, capfdbinary):
    stream = io.BytesIO(workbook())
    with zipfile.ZipFile(stream) as whole, zipfile.ZipFile(strange := io.BytesIO(), "w") as copy:
        for name in whole.namelist():
            content = whole.read(name)
            if name == "xl/workbook.xml":
                content = content.replace(b"<workbookPr /", b'<workbookPr date1904="1" /')
            copy.writestr(name, content)
    assert lines_of(write("mac.xlsx", strange.getvalue()), capfdbinary)[-1]["epoch1904"]
    assert second_look.look(b"no archive") == {"epoch1904": False, "sheets": {}}


def lines_of(path: Path, capfdbinary) -> list[object]:
    child.main(str(path))
    return [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]


@pytest.mark.parametrize("name", sorted(BROKEN.keys() - {"blank.xlsx"}))
def test_the_reader_names_every_problem_it_has(write, reader, capfdbinary, name):
    (head, _late) = lines_of(write(name, BROKEN[name][0]), capfdbinary)
    assert BROKEN[name][1] in reading.PROBLEMS[head["problem"]]


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.[xc][ls]*")), ids=lambda path: path.name)
def test_the_reader_tells_all_rows_of_the_samples(reader, capfdbinary, path):
    head, *rows, late = lines_of(path, capfdbinary)
    found = reading.read(path)
    assert [sheet["rows"] for sheet in head["sheets"]] == [len(s.rows) for s in found.sheets]
    assert rows == [row for sheet in found.sheets for row in sheet.rows]
    assert late.get("errors", []) == []


def fails(_data: bytes) -> None:
    raise RuntimeError("a panic of the reader")


@pytest.mark.parametrize("patient", [False, True])
def test_an_old_workbook_keeps_what_its_cells_are(reader, monkeypatch, capfdbinary, patient):
    if patient:
        monkeypatch.setattr(child.engines, "calamine", fails)
    head, first, *_rest, late = lines_of(OLD, capfdbinary)
    assert [(sheet["name"], sheet["hidden"]) for sheet in head["sheets"]] == [
        ("客户", False),
        ("字典", True),
    ]
    assert first[:5] == ["张伟", "2026-10-01", "2026-10-01 14:09:00", "09:42:00", True]
    assert first[6] == 13800138000
    assert first[5] == ["e", "#N/A"] or late["sheets"]["客户"]["errors"] == [[0, 5, "#N/A"]]
    assert isinstance(reading.read(OLD).sheets[0].rows[0][5], ErrorCell)


def test_a_broken_old_workbook_is_told_by_the_patient_reader_too(
    write, reader, monkeypatch, capfdbinary
):
    monkeypatch.setattr(child.engines, "calamine", fails)
    for name, problem in (("cut.xls", "damaged"), ("secret.xls", "password")):
        assert lines_of(write(name, BROKEN[name][0]), capfdbinary)[0] == {"problem": problem}
    assert lines_of(write("a.xlsb", archive("xl/workbook.bin")), capfdbinary)[0] == {
        "problem": "damaged"
    }


def test_an_error_far_out_is_put_in_its_place(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    book.active["E4"].value, book.active["E4"].data_type = "#REF!", "e"
    book.save(tmp_path / "a.xlsx")
    (sheet,) = reading.read(tmp_path / "a.xlsx").sheets
    assert sheet.rows[3][4] == "#REF!"
    assert isinstance(sheet.rows[3][4], ErrorCell)
    assert len(sheet.source) == len(sheet.rows) == 4


def test_the_reader_loads_neither_the_window_nor_the_file_of_the_desk():
    code = "import sys, showroom.sheets.child; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"sqlalchemy", "PySide6", "showroom.store", "typing"} & set(loaded)


# --- readers that are doubted, and limits


def a_reader(folder: Path, quick: object, patient: object) -> Path:
    """A program that reads every file so, first the quick way, then the patient one."""
    place = folder / "two" / "showroom" / "sheets"
    place.mkdir(parents=True)
    told = {"": quick, "patient": patient}
    (place / "child.py").write_text(
        "import json, marshal, sys\n"
        "_path, engine, _encoding, _data = marshal.load(sys.stdin.buffer)\n"
        f"rows, late = json.loads({json.dumps(told)!r})[engine]\n"
        "sheet = {'name': '客户', 'hidden': False, 'merged': [], 'rows': len(rows)}\n"
        "head = {'format': 'excel', 'encoding': '', 'sheets': [sheet]}\n"
        "print(json.dumps(head), *map(json.dumps, rows), json.dumps(late), sep=chr(10))\n"
    )
    return folder / "two"


GOOD = [["客户姓名", "手机号"], ["张伟", "13800138000"]]


@pytest.mark.parametrize(
    ("quick", "patient", "taken"),
    [
        ([[["客\ufffd姓名"]], {"odd": {"客户": 1}}], [GOOD, {"odd": {}}], GOOD),
        ([GOOD[:1], {"sheets": {"客户": {"last": 2}}}], [GOOD, {}], GOOD),
        ([GOOD, {"odd": {"客户": 1}}], [GOOD[:1], {"odd": {"客户": 5}}], GOOD),
        ([GOOD, {"odd": {"客户": 1}}], [GOOD[:1], {"problem": "damaged"}], GOOD),
        ([GOOD, {}], [GOOD[:1], {}], GOOD),
    ],
    ids=["characters lost", "rows missing", "the other is worse", "the other fails", "no doubt"],
)
def test_a_reader_that_is_doubted_gives_way_to_a_better_one(
    write, tmp_path, reader_of, quick, patient, taken
):
    reader_of(a_reader(tmp_path, quick, patient))
    found = reading.read(write("客户.xlsx", workbook()))
    assert found.sheets[0].rows == taken


def test_zeros_and_lost_characters_are_counted_by_the_reader(write, reader, capfdbinary):
    path = write("a.csv", "客户姓名,手机号\n张\ufffd,13800138000\n")
    assert lines_of(path, capfdbinary)[-1]["odd"] == {"": 1}


@pytest.mark.slow
def test_sixteen_million_empty_cells_are_none(write):
    from tests.corpus.broken import empty_cells

    path = write("leer.xlsx", empty_cells(1000, 16_000))
    found = reading.read(path)
    assert [row[:2] for row in found.sheets[0].rows] == [row[:2] for row in ROWS]


@pytest.mark.slow
def test_a_file_that_wants_more_memory_than_there_is_takes_nobody_along(write):
    from tests.corpus.broken import ods_of_texts

    begun = reading.time.monotonic()
    with pytest.raises(ShowroomError, match=r"all\.ods") as raised:
        reading.read(write("all.ods", ods_of_texts()))
    assert str(raised.value).count(".") > 1, "says what to do"
    assert reading.time.monotonic() - begun < 2 * reading.SILENCE


def test_numbers_are_told_alike_by_every_reader():
    (path,) = (Path(__file__).parents[1] / "data/samples").glob("*.xls")
    (sheet, *_others) = reading.read(path).sheets
    numbers = {type(cell) for row in sheet.rows for cell in row} - {str}
    assert numbers == {float}, "an old workbook has whole numbers of its own"
