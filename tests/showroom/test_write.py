"""The one gate out: real types, no live text, no contact that may not leave, whole files only."""

from __future__ import annotations

import csv
import errno
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from showroom.errors import Cancelled, ShowroomError
from showroom.progress import Progress
from showroom.sheets import book, cells, write
from showroom.sheets.write import Cell, Chart, Column, Formula, Kind, Line, Role, Sheet
from showroom.store.models import Level


@dataclass
class Row:
    name: Any = "张伟"
    phone: str = "13800138000"
    count: int = 2
    first: int = 4
    price: Decimal = Decimal("218000.50")
    day: Any = date(2026, 10, 3)
    arrived: time = time(9, 42)
    stay: timedelta = timedelta(minutes=72)
    at: datetime = datetime(2026, 10, 3, 1, 42, tzinfo=UTC)
    note: str = ""
    silent: bool = False


COLUMNS = (
    Column("name", "姓名"),
    Column("phone", "电话", kind=Kind.CODE, contact=True),
    Column("count", "留档", kind=Kind.WHOLE, total=True),
    Column("first", "首次", kind=Kind.WHOLE, total=True),
    Column("rate", "留档率", kind=Kind.SHARE, ratio=("count", "first")),
    Column("price", "价格", kind=Kind.MONEY, total=True),
    Column("day", "日期", kind=Kind.DAY),
    Column("arrived", "到店时间", kind=Kind.CLOCK, group="停留"),
    Column("stay", "停留时间", kind=Kind.SPAN, group="停留"),
    Column("at", "登记", kind=Kind.MOMENT),
    Column("note", "备注", wrap=True),
)


def a_sheet(*rows: Row, **facts: Any) -> Sheet:
    return Sheet("客流", COLUMNS, list(rows), withheld=lambda r: r.silent, **facts)


def saved(tmp_path: Path, *sheets: Sheet, **options: Any) -> Any:
    """The workbook as it is read back."""
    from openpyxl import load_workbook

    path = tmp_path / "out.xlsx"
    write.save(path, sheets, Progress(), title="城东店 2026")
    return load_workbook(path, **options)


# --- values


def test_values_keep_their_types(tmp_path: Path) -> None:
    sheet = saved(tmp_path, a_sheet(Row()), data_only=True)["客流"]
    found = [cell.value for cell in sheet[3]]
    assert found[:9] == [
        "张伟",
        "13800138000",
        2,
        4,
        0.5,
        218000.5,
        datetime(2026, 10, 3),
        time(9, 42),
        timedelta(hours=1, minutes=12),
    ]
    local = datetime(2026, 10, 3, 1, 42, tzinfo=UTC).astimezone().replace(tzinfo=None)
    assert abs(found[9] - local) < timedelta(seconds=1)
    formats = [cell.number_format.strip("_ ") for cell in sheet[3]]
    assert formats[1:10] == [
        "@", "#,##0", "#,##0", "0.0%", "#,##0.00", "yyyy-mm-dd", "hh:mm", "[h]:mm",
        "yyyy-mm-dd hh:mm",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["=1+1", "+8613800138000", "-1", "@SUM(A1)", "＝1+1", "=cmd|' /C"])
def test_a_customer_called_like_a_formula_is_text(tmp_path: Path, text: str) -> None:
    sheet = saved(tmp_path, a_sheet(Row(name=text)))["客流"]
    cell = sheet["A3"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    assert sheet["B3"].quotePrefix is False


def test_live_formulas_carry_what_they_come_to(tmp_path: Path) -> None:
    rows = [Row(), Row(count=1), Row(count=0, first=0)]
    live = saved(tmp_path, a_sheet(*rows))["客流"]
    assert live["E3"].value == '=IF(N(D3)=0,"",C3/D3)'
    assert live["C6"].value == "=SUM(C3:C5)"
    shown = saved(tmp_path, a_sheet(*rows), data_only=True)["客流"]
    assert [shown[f"E{n}"].value for n in (3, 4, 5, 6)] == [0.5, 0.25, None, 0.375]
    assert [cell.value for cell in shown[6]][:6] == ["Total", None, 3, 8, 0.375, 654001.5]


def test_what_no_sheet_can_hold_is_left_out(tmp_path: Path) -> None:
    name = "张\x00伟\x07\ud800 \ufffe<&>\"'"
    long = "长" * 40_000
    sheet = saved(tmp_path, a_sheet(Row(name=name, note=long + "\r\n末")))["客流"]
    assert sheet["A3"].value == "张伟 <&>\"'"
    assert len(sheet["K3"].value) == cells.LONGEST
    assert sheet["K3"].value.endswith("…")


def test_a_day_that_excel_does_not_know_stays_as_text(tmp_path: Path) -> None:
    rows = [Row(day=date(1899, 12, 31)), Row(day=date(1900, 3, 1)), Row(day=None)]
    sheet = saved(tmp_path, a_sheet(*rows))["客流"]
    assert [sheet[f"G{n}"].value for n in (3, 4, 5)] == [
        "1899-12-31",
        datetime(1900, 3, 1),
        None,
    ]


def test_numbers_too_long_for_a_double_stay_exact(tmp_path: Path) -> None:
    sheet = saved(tmp_path, a_sheet(Row(name=123456789012345678), Row(name=float("nan"))))["客流"]
    assert sheet["A3"].value == "123456789012345678"
    assert sheet["A4"].value == "nan"


@pytest.mark.slow
@settings(max_examples=200)
@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=50))
@example("_x000D_x000D_")
@example("_x0041_x0042__x005F_")
def test_any_text_survives_both_readers(text: str) -> None:
    from io import BytesIO

    from openpyxl import load_workbook
    from python_calamine import CalamineWorkbook

    file = BytesIO()
    sheet = Sheet("1", (Column("x", "x", lambda row: row),), [text])
    book.write(file, [sheet], Progress())
    wanted = cells.fit(text)
    found = load_workbook(file)["1"]["A2"]
    assert found.data_type in "ns"
    assert (found.value or "").replace("_x005F_", "_") == wanted
    read = CalamineWorkbook.from_filelike(BytesIO(file.getvalue())).get_sheet_by_index(0)
    rows = read.to_python()
    assert (str(rows[1][0]) if len(rows) > 1 else "") == wanted


def test_a_formula_may_come_to_words_or_to_nothing(tmp_path: Path) -> None:
    column = Column("x", "x", lambda row: row)
    rows = [Formula('"a"&"<"', "a<"), Formula('""', None), Level.WEEK, "长" * 40_000]
    sheet = saved(tmp_path, Sheet("1", (column,), rows), data_only=True)["1"]
    assert [sheet[f"A{n}"].value for n in (2, 3, 4)] == ["a<", None, "week"]
    assert len(sheet["A5"].value) == cells.LONGEST


def test_moments_before_excel_knows_days_and_spans_below_nothing_are_text() -> None:
    early = datetime(1899, 1, 1, 9, 30)
    assert "1899-01-01 09:30" in cells.xml("A1", early, 1, 2)
    assert "-0:05" in cells.xml("A1", timedelta(minutes=-5), 1, 2)
    assert cells.plain(datetime(2026, 1, 2, 9, 30), Kind.CLOCK) == "09:30"
    assert cells.breadth(Formula("1", 1234.5), Kind.NUMBER) == 7


# --- the sheet


def test_heads_of_two_rows_are_merged_frozen_filtered_and_repeated(tmp_path: Path) -> None:
    lead = (Line([Cell("客流日志", Role.TITLE, span=0)]), Line())
    sheet = saved(tmp_path, a_sheet(Row(), Row(), lead=lead, freeze=2))["客流"]
    merged = {str(reach) for reach in sheet.merged_cells.ranges}
    assert {"A1:K1", "H3:I3", "A3:A4", "K3:K4"} <= merged
    assert [sheet["H3"].value, sheet["H4"].value, sheet["I4"].value] == [
        "停留",
        "到店时间",
        "停留时间",
    ]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("C5", "A4:K6")
    assert sheet.print_title_rows == "$3:$4"
    assert sheet.dimensions == "A1:K7"


def test_every_sheet_prints_on_a4_across_and_numbers_its_pages(tmp_path: Path) -> None:
    sheet = saved(tmp_path, a_sheet(Row()))["客流"]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.oddFooter.center.text == "&P / &N"


def test_columns_are_as_wide_as_their_widest_value(tmp_path: Path) -> None:
    rows = [Row(name="欧阳"), Row(name="深圳市天成建材有限公司", price=Decimal("1234567890.00"))]
    sheet = saved(tmp_path, a_sheet(*rows))["客流"]
    assert sheet.column_dimensions["A"].width >= 22
    assert sheet.column_dimensions["F"].width >= len("1,234,567,890.00")


def test_a_long_note_makes_its_row_high_enough(tmp_path: Path) -> None:
    sheet = saved(tmp_path, a_sheet(Row(note="喜欢大空间，" * 20), Row()))["客流"]
    assert sheet.row_dimensions[3].height > 60
    assert sheet.row_dimensions[4].height is None


def test_an_empty_table_has_totals_of_nothing(tmp_path: Path) -> None:
    sheet = saved(tmp_path, a_sheet(), data_only=True)["客流"]
    assert [cell.value for cell in sheet[4]][:6] == ["Total", None, 0, 0, None, 0]


def test_charts_are_native(tmp_path: Path) -> None:
    charts = (
        Chart("columns", "每天", "day", ("count", "first")),
        Chart("pie", "构成", "name", ("count",)),
        Chart("bars", "渠道", "name", ("count",)),
    )
    sheet = saved(tmp_path, a_sheet(Row(), Row(), charts=charts))["客流"]
    kinds = [type(chart).__name__ for chart in sheet._charts]
    assert kinds == ["BarChart", "PieChart", "BarChart"]
    assert sheet._charts[0].series[0].val.numRef.f == "'客流'!$C$3:$C$4"


def test_references_name_the_sheet_as_formulas_do() -> None:
    sheet = a_sheet(Row(), Row())
    assert sheet.span("count") == "'客流'!$C$3:$C$4"
    assert sheet.total("count") == "'客流'!$C$5"
    assert write.sheet_title("A/B: 'x'*?[1]") == "A B  'x'   1"
    assert len(write.sheet_title("长" * 40)) == 31
    assert [write.letters(n) for n in (1, 26, 27, 703)] == ["A", "Z", "AA", "AAA"]


def test_rows_beyond_those_measured_are_streamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "MEASURED", 3)
    sheet = saved(tmp_path, a_sheet(*(Row(count=n) for n in range(1200))), data_only=True)["客流"]
    assert sheet["C1202"].value == 1199
    assert sheet["C1203"].value == sum(range(1200))


# --- contacts


def test_contacts_of_whoever_must_not_be_contacted_stay_here(tmp_path: Path) -> None:
    rows = [Row(), Row(silent=True)]
    sheet = saved(tmp_path, a_sheet(*rows))["客流"]
    assert [sheet["B3"].value, sheet["B4"].value] == ["13800138000", None]
    write.save_table(tmp_path / "out.csv", a_sheet(*rows), Progress())
    assert (tmp_path / "out.csv").read_text("utf-8").count("13800138000") == 1


def test_two_columns_must_not_share_a_code() -> None:
    with pytest.raises(ValueError, match="one code"):
        Sheet("客流", (Column("x", "x"), Column("x", "y")), [])


def test_a_group_of_one_column_is_not_merged(tmp_path: Path) -> None:
    columns = (Column("name", "姓名"), Column("count", "人数", group="到店"))
    sheet = saved(tmp_path, Sheet("1", columns, [Row()]))["1"]
    assert {str(reach) for reach in sheet.merged_cells.ranges} == {"A1:A2"}


def test_a_sheet_with_contacts_must_say_whose_are_withheld() -> None:
    with pytest.raises(ValueError, match="withheld"):
        Sheet("客流", COLUMNS, [])


# --- text files


def test_a_text_file_opens_in_excel_and_starts_nothing(tmp_path: Path) -> None:
    path = tmp_path / "out.CSV"
    write.save_table(path, a_sheet(Row(name="=1+1"), Row(count=-3, name="\tx")), Progress())
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    head, first, second = csv.reader(raw.decode("utf-8-sig").splitlines())
    assert head[:3] == ["姓名", "电话", "留档"]
    assert first[0] == "'=1+1"
    assert first[2:9] == ["2", "4", "0.5", "218000.50", "2026-10-03", "09:42", "1:12"]
    assert (second[0], second[2]) == ("'\tx", "-3")


def test_any_other_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ShowroomError, match=r"ends in \.xlsx or \.csv, not list\.pdf"):
        write.save_table(tmp_path / "list.pdf", a_sheet(), Progress())


# --- whole or not there


def spoil(monkeypatch: pytest.MonkeyPatch, name: str, code: int) -> None:
    def fail(*_args: Any, **_options: Any) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, name, fail)


@pytest.mark.parametrize(
    ("place", "code", "sentence"),
    [
        ("fsync", errno.ENOSPC, "The disk is full: out.xlsx was not saved."),
        ("replace", errno.EACCES, "out.xlsx is open in another program."),
        ("fsync", errno.EIO, "out.xlsx could not be saved in"),
        ("fsync", errno.EINVAL, "A file cannot be called out.xlsx."),
    ],
)
def test_what_goes_wrong_is_said_and_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, code: int, sentence: str
) -> None:
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"old")
    spoil(monkeypatch, place, code)
    with pytest.raises(ShowroomError) as told:
        write.save(path, [a_sheet(Row())], Progress())
    assert str(told.value).startswith(sentence)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out.xlsx"]


def test_a_folder_without_permission_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Path, *_args: Any) -> None:
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(Path, "open", fail)
    with pytest.raises(ShowroomError, match="You may not save files in"):
        write.save(tmp_path / "out.xlsx", [a_sheet()], Progress())


def test_a_new_name_that_cannot_be_placed_is_about_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(monkeypatch, "replace", errno.EACCES)
    with pytest.raises(ShowroomError, match="You may not save files in"):
        write.save(tmp_path / "out.xlsx", [a_sheet()], Progress())


def test_a_file_in_use_on_windows_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"old")

    def fail(*_args: Any) -> None:
        error = OSError(errno.EACCES, "in use")
        error.winerror = 32  # type: ignore[attr-defined]
        raise error

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ShowroomError, match="is open in another program"):
        write.save(path, [a_sheet()], Progress())


def test_a_missing_folder_a_folder_and_a_read_only_file_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ShowroomError, match="There is no folder"):
        write.save(tmp_path / "nowhere" / "out.xlsx", [a_sheet()], Progress())
    with pytest.raises(ShowroomError, match="is a folder"):
        write.save(tmp_path, [a_sheet()], Progress())
    kept = tmp_path / "kept.xlsx"
    kept.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda *_args: False)
    with pytest.raises(ShowroomError, match=r"kept\.xlsx may not be changed"):
        write.save(kept, [a_sheet()], Progress())


def test_stopping_leaves_nothing_behind(tmp_path: Path) -> None:
    progress = Progress()
    progress.cancel()
    for name in ("out.xlsx", "out.csv"):
        with pytest.raises(Cancelled):
            write.save_table(tmp_path / name, a_sheet(Row()), progress)
    assert os.listdir(tmp_path) == []


def test_a_link_keeps_pointing_at_the_file(tmp_path: Path) -> None:
    real, link = tmp_path / "real.xlsx", tmp_path / "link.xlsx"
    real.write_bytes(b"old")
    link.symlink_to(real)
    write.save(link, [a_sheet(Row())], Progress())
    assert link.is_symlink()
    assert real.read_bytes().startswith(b"PK")


def test_progress_counts_the_rows_of_all_sheets(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    progress = Progress(lambda done, total: told.append((done, total)))
    other = Sheet("2", (Column("name", "姓名"),), [Row()] * 300)
    write.save(tmp_path / "out.xlsx", [a_sheet(*[Row()] * 300), other], progress)
    assert told == [(0, 600), (200, 600), (400, 600), (600, 600)]


def test_a_cell_may_look_like_none_of_its_column(tmp_path: Path) -> None:
    column = Column("x", "x", lambda row: Cell(row, Role.FIGURE, Kind.SHARE))
    formula = Formula("1/4", 0.25)
    path = tmp_path / "out.csv"
    sheet = saved(tmp_path, Sheet("1", (column,), [0.5, formula]))["1"]
    assert [sheet["A2"].value, sheet["A3"].value] == [0.5, "=1/4"]
    write.save_table(path, Sheet("1", (column,), [0.5, formula]), Progress())
    assert path.read_text("utf-8-sig").split() == ["x", "0.5", "0.25"]
