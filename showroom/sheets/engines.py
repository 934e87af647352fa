"""The readers of workbooks: calamine, quick; openpyxl and xlrd, patient.

Used by `child`, in its process. Each gives sheets with name, whether hidden, rows from the first
and merged areas; `look_again` tells afterwards what calamine leaves out (`second_look`).
"""

from __future__ import annotations

import io
from datetime import datetime

from showroom.sheets.unreadable import Unreadable, check_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Row = list[Any]
    Found = dict[str, Any]

END_OF_SHEET = 10_000  # so many blank rows; a cell further down was hit by mistake
FIRST_UNICODE = 80  # BIFF8, of Excel 97; what is older has a code page
CHINESE_PAGES = (None, 936, 1252)  # 1252 is what some programs say that write 936


def calamine(data: bytes) -> Found:
    """Quick; shows errors as blank. Raises anything, also a panic that is no `Exception`."""
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = []
    for about in book.sheets_metadata:
        if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(about.name)
        bottom, right = sheet.end or (0, 0)
        check_size(bottom + 1, right + 1)
        sheets.append(
            {
                "name": about.name,
                "hidden": about.visible != python_calamine.SheetVisibleEnum.Visible,
                "rows": sheet.to_python(skip_empty_area=False),
                "merged": [[*first, *last] for first, last in sheet.merged_cell_ranges or []],
            }
        )
    return {"format": "excel", "encoding": "", "sheets": sheets}


def openpyxl(data: bytes) -> Found:
    """Slower and more patient; streams, so that one stray cell far out costs nothing."""
    import openpyxl as library

    try:
        book = library.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets: list[Found] = []
        for sheet in book.worksheets:
            rows: list[Row] = []
            cells = blank = 0
            sheet.reset_dimensions()
            cut = 0
            for row in sheet.iter_rows():
                values = [_openpyxl_cell(cell) for cell in row]
                while values and values[-1] == "":
                    values.pop()
                cells += len(values) + 1
                check_size(cells, 1)
                rows.append(values)
                blank = 0 if values else blank + 1
                if blank == END_OF_SHEET:
                    del rows[-blank:]
                    cut = len(rows)
                    break
            hidden = sheet.sheet_state != "visible"
            about = {"name": sheet.title, "hidden": hidden, "merged": [], "cut": cut}
            sheets.append({**about, "rows": rows})
        epoch = book.epoch.year == 1904
    except (MemoryError, Unreadable):
        raise
    except Exception:  # what a reader raises at a broken file is anybody's guess
        raise Unreadable("damaged") from None
    if not sheets:  # it passes over a sheet whose part is gone
        raise Unreadable("damaged")
    return {"format": "excel", "encoding": "", "sheets": sheets, "epoch1904": epoch}


def _openpyxl_cell(cell: Any) -> Any:
    if cell.value is None:
        return ""
    return ["e", str(cell.value)] if cell.data_type == "e" else cell.value


def xlrd(data: bytes, *, looks: bool = False) -> Found:
    """Old workbooks, also of Excel 5 and 95; `looks` tells what is hidden in a sheet, too."""
    import xlrd as library

    def opened(encoding: str | None = None) -> Any:
        return library.open_workbook(
            file_contents=data,
            logfile=io.StringIO(),
            encoding_override=encoding,
            formatting_info=looks,
        )

    try:
        book = opened()
        if book.biff_version < FIRST_UNICODE and book.codepage in CHINESE_PAGES:
            book = _chinese(opened) or book
        sheets = [_xlrd_sheet(sheet, book) for sheet in book.sheets()]
    except library.XLRDError as error:
        locked = "encrypt" in str(error).lower() or "password" in str(error).lower()
        raise Unreadable("password" if locked else "damaged") from None
    except (Unreadable, MemoryError):
        raise
    except Exception:  # what a reader raises at a broken file is anybody's guess
        raise Unreadable("damaged") from None
    epoch = book.datemode == 1
    return {"format": "excel", "encoding": "", "sheets": sheets, "epoch1904": epoch}


def _chinese(opened: Any) -> Any:
    """The book read as GB18030, of which 936 is a part; nothing where that makes no sense."""
    from showroom.sheets.decoding import looks_chinese

    try:
        book = opened("gb18030")
    except UnicodeDecodeError:
        return None
    words = "".join(
        value
        for sheet in book.sheets()
        for number in range(min(sheet.nrows, 200))
        for value in sheet.row_values(number)
        if isinstance(value, str)
    )
    return book if looks_chinese(words) else None


def _xlrd_sheet(sheet: Any, book: Any) -> Found:
    check_size(sheet.nrows, sheet.ncols)
    return {
        "name": sheet.name,
        "hidden": sheet.visibility != 0,
        "rows": [[_xlrd_cell(cell, book) for cell in sheet.row(n)] for n in range(sheet.nrows)],
        "merged": [[top, left, low - 1, right - 1] for top, low, left, right in sheet.merged_cells],
        "hidden_rows": [
            n + 1 for n, row in sorted(sheet.rowinfo_map.items()) if row.hidden and n < sheet.nrows
        ],
        "hidden_columns": [
            [n + 1, n + 1] for n, column in sorted(sheet.colinfo_map.items()) if column.hidden
        ],
    }


def _xlrd_cell(cell: Any, book: Any) -> Any:
    import xlrd as library

    if cell.ctype in (library.XL_CELL_EMPTY, library.XL_CELL_BLANK):
        return ""
    if cell.ctype == library.XL_CELL_ERROR:
        return ["e", library.error_text_from_code.get(cell.value, "#")]
    if cell.ctype == library.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == library.XL_CELL_DATE:
        try:
            moment: datetime = library.xldate_as_datetime(cell.value, book.datemode)
        except (ValueError, OverflowError):
            return cell.value
        if cell.value < 1:
            return moment.time()
        return moment.date() if cell.value == int(cell.value) else moment
    return cell.value
