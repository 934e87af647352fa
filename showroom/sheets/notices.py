"""What whoever brings a file in must be told of it before anything is written.

Nothing that a file hides or lacks goes unsaid: hidden sheets, rows and columns, cells that show an
error, formulas nobody reckoned, signs that could not be read, rows below the last one that was
read.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from showroom.i18n import _, headed, ngettext
from showroom.sheets import stamps
from showroom.sheets.columns import Nothing
from showroom.sheets.read import ENCODINGS, ErrorCell, Sheet, Workbook
from showroom.sheets.synonyms import TITLES
from showroom.sheets.write import letters

if TYPE_CHECKING:
    from showroom.sheets.outcomes import Row
    from showroom.sheets.plan import Plan


class About(StrEnum):
    """What a notice is about."""

    HIDDEN_SHEET = "hidden_sheet"
    HIDDEN_ROWS = "hidden_rows"
    HIDDEN_COLUMNS = "hidden_columns"
    ERRORS = "errors"
    UNRECKONED = "unreckoned"
    ODD = "odd"
    CUT = "cut"
    CALENDAR = "calendar"
    ENCODING = "encoding"
    TABLES = "tables"
    TURNED = "turned"
    DAY = "day"
    FORM = "form"
    LINE = "line"


@dataclass(frozen=True)
class Notice:
    """One sentence about a file; `rows` are those it speaks of, as Excel counts them.

    `late` where something may be lost, else it is only told.
    """

    about: About
    sheet: str
    text: str
    rows: tuple[int, ...] = ()
    late: bool = False


def notices(book: Workbook) -> list[Notice]:
    """What is to be told of a workbook, in the order of its sheets."""
    found = []
    if book.format in ("text", "html") and book.encoding:
        label = _(ENCODINGS.get(book.encoding, book.encoding))
        found.append(Notice(About.ENCODING, "", _("Read as {encoding}.").format(encoding=label)))
    if book.epoch1904:
        text = _("Days are counted from 1904, as on a Mac; they are read so.")
        found.append(Notice(About.CALENDAR, "", text))
    for sheet in book.sheets:
        called = sheet.name or book.name
        tables = [
            one.name
            for one in book.sheets  # the one sheet of a text file has no name
            if one.of == sheet.name and one.name.startswith(f"{sheet.name}·")
        ]
        if tables:
            text = _("{sheet} holds several tables; each is read for itself: {names}").format(
                sheet=called, names=_(", ").join([called, *tables])
            )
            found.append(Notice(About.TABLES, sheet.name, text))
        if sheet.origin is not None and not sheet.origin.boxes:
            text = _("{sheet} has its headings down the side; it is read column by column.")
            text = text.format(sheet=called)
            found.append(Notice(About.TURNED, sheet.name, text))
        of_file = sheet.origin.sheet if sheet.origin else sheet
        found += _of_sheet(of_file, several=len(book.sheets) > 1)
    return found


def of_plan(plan: Plan) -> list[Notice]:
    """What is to be told of the files, and of the days that their rows do not say."""
    from showroom.sheets.meaning import DayOf

    found = [one for book in plan.books for one in notices(book)]
    without: dict[tuple[int, DayOf], list[Row]] = {}
    forms: dict[int, list[int]] = {}
    lines: dict[int, list[Row]] = {}
    for row in plan.rows:
        if row.facts is not None and "day_of" in row.facts:
            without.setdefault((row.sheet, row.facts["day_of"]), []).append(row)
        if row.facts is not None and "of_line" in row.facts:
            lines.setdefault(row.sheet, []).append(row)
        elif row.nothing is Nothing.FORM:
            forms.setdefault(row.sheet, []).append(row.number)
    several = sum(1 for sheet in plan.sheets if sheet.kind) > 1
    for at, numbers in forms.items():
        name = plan.sheets[at].name
        text = ngettext(
            "Row {rows} looks like a form of one person and was not read. Put it on a sheet of "
            "its own, or the person into the list.",
            "Rows {rows} look like a form of one person and were not read. Put it on a "
            "sheet of its own, or the person into the list.",
            len(numbers),
        ).format(rows="–".join(map(str, dict.fromkeys((numbers[0], numbers[-1])))))
        text = headed(name, text) if several and name else text
        found.append(Notice(About.FORM, name, text, tuple(numbers), late=True))
    for at, of_lines in lines.items():
        name = plan.sheets[at].name
        names = {field for row in of_lines for field in (row.facts or {})["of_line"]}
        text = ngettext(
            "{count} row has what a line above it says: {fields}.",
            "{count} rows have what a line above them says: {fields}.",
            len(of_lines),
        ).format(
            count=len(of_lines), fields=_(", ").join(sorted(_(TITLES[field]) for field in names))
        )
        text = headed(name, text) if several and name else text
        found.append(Notice(About.LINE, name, text, tuple(row.number for row in of_lines)))
    for (at, day_of), rows in sorted(without.items()):
        name = plan.sheets[at].name
        days = sorted({row.facts["day"] for row in rows if row.facts is not None})
        if day_of is DayOf.TITLE:
            said = ngettext(
                "{count} row without a day is taken for {day}, as the title or name says.",
                "{count} rows without a day are taken for {day}, as the title or name says.",
                len(rows),
            )
        else:
            said = ngettext(
                "{count} row without a day has that of the row above.",
                "{count} rows without a day have that of the row above.",
                len(rows),
            )
        text = said.format(count=len(rows), day=_(", ").join(day.isoformat() for day in days))
        text = headed(name, text) if several and name else text
        found.append(Notice(About.DAY, name, text, tuple(row.number for row in rows)))
    return found


def _of_sheet(sheet: Sheet, *, several: bool) -> list[Notice]:
    if sheet.hidden and several:
        text = _("The sheet {sheet} is hidden and not read.").format(sheet=sheet.name)
        return [Notice(About.HIDDEN_SHEET, sheet.name, text)] if sheet.rows else []
    found: list[Notice] = []

    def add(about: About, text: str, rows: tuple[int, ...] = (), *, late: bool = False) -> None:
        shown = headed(sheet.name, text) if several and sheet.name else text
        found.append(Notice(about, sheet.name, shown, rows, late))

    hidden = tuple(n for n in sheet.hidden_rows if any(cell != "" for cell in sheet.rows[n - 1]))
    if hidden:
        add(
            About.HIDDEN_ROWS,
            ngettext(
                "{count} row is hidden in Excel; it is read like the others.",
                "{count} rows are hidden in Excel; they are read like the others.",
                len(hidden),
            ).format(count=len(hidden)),
            hidden,
        )
    columns = _hidden_columns(sheet)
    if columns:
        add(
            About.HIDDEN_COLUMNS,
            ngettext(
                "Column {letters} is hidden in Excel; it is read like the others.",
                "Columns {letters} are hidden in Excel; they are read like the others.",
                len(columns),
            ).format(letters=_(", ").join(map(letters, columns))),
        )
    if sheet.errors:
        failed = [
            (number, cell)
            for number, row in enumerate(sheet.rows, 1)
            for cell in row
            if isinstance(cell, ErrorCell)
        ]
        kinds = _(", ").join(sorted({str(cell) for _number, cell in failed}))
        add(
            About.ERRORS,
            ngettext(
                "{count} cell shows an error ({kinds}); it is not taken for blank.",
                "{count} cells show an error ({kinds}); they are not taken for blank.",
                sheet.errors,
            ).format(count=sheet.errors, kinds=kinds),
            tuple(dict.fromkeys(number for number, _cell in failed)),
            late=True,
        )
    if sheet.unreckoned:
        add(
            About.UNRECKONED,
            ngettext(
                "{count} formula has no result in the file. Open it in Excel, save it, and choose "
                "it again.",
                "{count} formulas have no result in the file. Open it in Excel, save it, and "
                "choose it again.",
                sheet.unreckoned,
            ).format(count=sheet.unreckoned),
            late=True,
        )
    if sheet.odd:
        add(
            About.ODD,
            ngettext(
                "{count} character was lost before the file came here.",
                "{count} characters were lost before the file came here.",
                sheet.odd,
            ).format(count=sheet.odd),
            late=True,
        )
    if sheet.cut:
        add(
            About.CUT,
            _(
                "Nothing stands below row {row} for thousands of rows; what follows is not read."
            ).format(row=sheet.cut),
            late=True,
        )
    return found


def _hidden_columns(sheet: Sheet) -> list[int]:
    """The hidden columns in which something stands, from 1; that of our marks always is."""
    marks = stamps.column(sheet.rows) if sheet.hidden_columns else None
    width = max(map(len, sheet.rows), default=0)
    return [
        column
        for first, last in sheet.hidden_columns
        for column in range(first, min(last, width) + 1)
        if column - 1 != marks
        and any(len(row) >= column and row[column - 1] != "" for row in sheet.rows)
    ]
