"""The registers of the showroom in their usual layouts: filled, or free for the pen (DOMAIN §1).

    ask = papers.Ask(Paper.REPORT, first=day, last=day, consultant_id=3)
    papers.save(session, ask, path, now=db.now())       # .xlsx, .csv or .pdf

What stands in them is the desk's; the other registers of a day are in `register`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from showroom import settings
from showroom.errors import ShowroomError
from showroom.figures import (
    customer_cards,
    day_report,
    dms,
    level_sheet,
    log,
    register,
)
from showroom.figures.tables import WEEKDAYS
from showroom.guard import exports, mask, staff
from showroom.i18n import N_, _
from showroom.progress import Progress
from showroom.sheets import level_form, stamps, write
from showroom.sheets.stamps import Of
from showroom.sheets.write import Blank, Cell, Line, Role, Sheet

MOST_BLANK: Final = 500


class Paper(StrEnum):
    """The forms, in the order of DOMAIN §1.2 to §1.5."""

    TRAFFIC = "traffic"
    VISITORS = "visitors"
    DMS = "dms"
    LOG = "log"
    LEVELS = "levels"
    REPORT = "report"
    PROSPECT = "prospect"
    OWNER = "owner"


class Form(NamedTuple):
    """What a form is called, the time it covers (a day, days, a month), what else it asks."""

    title: str
    time: str
    by_consultant: bool = False
    of_customers: bool = False


FORMS: Final = {
    Paper.TRAFFIC: Form(register.FORMS[register.Form.TRAFFIC], "day"),
    Paper.VISITORS: Form(register.FORMS[register.Form.VISITORS], "day"),
    Paper.DMS: Form(dms.TITLE, "days"),
    Paper.LOG: Form(N_("Visitor log"), "days"),
    Paper.LEVELS: Form(level_sheet.TITLE, "month", by_consultant=True),
    Paper.REPORT: Form(day_report.TITLE, "day", by_consultant=True),
    Paper.PROSPECT: Form(customer_cards.PROSPECT, "", of_customers=True),
    Paper.OWNER: Form(customer_cards.OWNER, "", of_customers=True),
}


class Ask(NamedTuple):
    """Which form, of which time and whom; `blank` rows for the pen, alone unless `filled`.

    `size` is that of its paper: a4, or a3 for the broad ones.
    """

    paper: Paper
    first: date
    last: date
    consultant_id: int | None = None
    ids: Collection[int] = ()
    blank: int = 0
    filled: bool = True
    size: str = "a4"

    @property
    def name(self) -> str:
        """What it is called in the trail and as a file."""
        form = FORMS[self.paper]
        if not self.filled:
            return _("{name} (blank)").format(name=_(form.title))
        if form.time == "month":
            return f"{_(form.title)} {self.first:%Y-%m}"
        if form.time == "days" and self.first != self.last:
            return f"{_(form.title)} {self.first} – {self.last}"
        return f"{_(form.title)} {self.first}" if form.time else _(form.title)


def save(
    session: Session, ask: Ask, path: Path, progress: Progress | None = None, *, now: datetime
) -> int:
    """Write the form as `.xlsx`, `.csv`, or for the printer as `.pdf`; returns how many rows.

    Raises `exports.Refused`, or `ShowroomError` as `write.save_table` does.
    """
    if path.suffix.lower() == ".pdf":
        count, made = pdf(session, ask, progress, now=now)
        with write.saving(path) as file:
            file.write(made)
        return count
    count, made_sheets = _leaving(session, ask, now, marked=path.suffix.lower() == ".xlsx")
    made_sheets = [_marked(session, ask, sheet) for sheet in made_sheets]
    if len(made_sheets) == 1:
        write.save_table(path, made_sheets[0], progress or Progress(), lead=True)
    elif path.suffix.lower() == ".xlsx":
        write.save(path, made_sheets, progress or Progress(), title=ask.name)
    else:
        raise ShowroomError(_("Several cards go into a workbook or a PDF, not into a text file."))
    return count


def pdf(
    session: Session, ask: Ask, progress: Progress | None = None, *, now: datetime
) -> tuple[int, bytes]:
    """How many rows, and the form on its paper. Raises `exports.Refused`."""
    from showroom.sheets import paper

    count, made = _leaving(session, ask, now)
    return count, paper.pdf(*made, progress=progress, size=ask.size)


def _marked(session: Session, ask: Ask, sheet: Sheet) -> Sheet:
    """The form with a mark in each row by which it is known again when it comes back."""
    if ask.paper not in _MARKS or not ask.filled:
        return sheet
    of, id_of, names = _MARKS[ask.paper]
    return stamps.marked(session, of, sheet, id_of, names)


def _leaving(
    session: Session, ask: Ask, now: datetime, *, marked: bool = False
) -> tuple[int, list[Sheet]]:
    mask.leaving(session)
    made = sheets(session, ask, now=now, marked=marked)
    rows = [row for sheet in made for row in sheet.rows if not isinstance(row, Blank)]
    of_customers = FORMS[ask.paper].of_customers and ask.filled
    count = len(made) if of_customers else len(rows)
    if of_customers:
        exports.allow(session, count, contacts=True)
    else:
        write.allow(session, *made, rows=count)
    return count, made


def sheets(session: Session, ask: Ask, *, now: datetime, marked: bool = False) -> list[Sheet]:
    """The form as sheets: one, or a card for each customer, `marked` to be known again.

    Raises `ShowroomError` when nobody is chosen for the cards.
    """
    form = FORMS[ask.paper]
    blank = min(max(ask.blank, 0), MOST_BLANK)
    if not ask.filled and not blank:
        raise ShowroomError(_("Say how many empty rows the form has."))
    if form.of_customers:
        if ask.filled and not ask.ids:
            raise ShowroomError(_("Choose the customers whose cards these are."))
        ids = ask.ids if ask.filled else ()
        made = customer_cards.prospects if ask.paper is Paper.PROSPECT else customer_cards.owners
        return made(session, ids, blank, marked=marked and ask.filled)
    if ask.paper in (Paper.VISITORS, Paper.TRAFFIC):
        found = register.sheet(
            session, ask.first, register.Form(ask.paper.value), filled=ask.filled
        )
        found.rows = _with_blanks(found.rows if ask.filled else (), blank)
        return [found]
    found = _MADE[ask.paper](session, ask, now)
    found.rows = _with_blanks(found.rows, blank)
    return [found]


def _with_blanks(rows: Collection[Any], blank: int) -> list[Any]:
    """The rows, and so many free ones numbered on."""
    start = len(rows) + 1
    return [*rows, *(Blank(number) for number in range(start, start + blank))]


# --- the forms


def _dms(session: Session, ask: Ask, _now: datetime) -> Sheet:
    columns = dms.columns()
    rows = dms.rows(session, ask.first, ask.last) if ask.filled else []
    return Sheet(
        _(dms.TITLE),
        columns,
        rows,
        withheld=lambda row: row.seen.do_not_contact,
        freeze=2,
    )


def _log(session: Session, ask: Ask, _now: datetime) -> Sheet:
    if ask.filled:
        return log.sheet(session, ask.first, ask.last, _("Visitor log"))
    return Sheet(_("Visitor log"), log.columns(), [], withheld=lambda _row: True, freeze=1)


def _levels(session: Session, ask: Ask, now: datetime) -> Sheet:
    shop, columns = settings.load(session), level_sheet.columns()
    rows = (
        level_sheet.rows(session, ask.first, now=now, consultant_id=ask.consultant_id)
        if ask.filled
        else []
    )
    month = f"{ask.first:%Y-%m}" if ask.filled else "________"
    head = _("Month: {month}   Consultant: {name}").format(
        month=month, name=_consultant(session, ask)
    )
    sums = level_sheet.sums(rows, shop)
    lines = [_(level_sheet.SOURCES)]
    if sums:
        lines.insert(0, _("At the month's end: {levels}").format(levels=sums))
    return _form(shop.shop_name, _(level_sheet.TITLE), head, columns, rows, lines)


def _report(session: Session, ask: Ask, now: datetime) -> Sheet:
    shop, columns = settings.load(session), day_report.columns()
    rows: list[Any] = []
    found = None
    head = _("Date: {day}   {weekday}   Consultant: {name}")
    said = head.format(day="________", weekday="", name=_consultant(session, ask))
    if ask.filled:
        rows = list(day_report.rows(session, ask.first, now=now, consultant_id=ask.consultant_id))
        found = day_report.sums(session, ask.first, consultant_id=ask.consultant_id)
        said = head.format(
            day=f"{ask.first:%Y-%m-%d}",
            weekday=_(WEEKDAYS[ask.first.weekday()]),
            name=_consultant(session, ask),
        )
    made = _form(shop.shop_name, _(day_report.TITLE), said, columns, rows, [])
    made.foot = [*day_report.foot(found, shop, len(columns)), *made.foot]
    made.withheld = lambda row: row.do_not_contact
    return made


def _consultant(session: Session, ask: Ask) -> str:
    if ask.consultant_id is None:
        return _("all") if ask.filled else "____________"
    return staff.names(session).get(ask.consultant_id, "")


def _form(
    shop: str, title: str, head: str, columns: Sequence[Any], rows: list[Any], notes: list[str]
) -> Sheet:
    """A form with its title, the line below it, remarks and two places to sign."""
    wide = len(columns)
    places = [Line(height=12)]
    if wide > 12:
        places.append(
            Line(
                [
                    Cell(_("Sales consultant") + ":", Role.SIGNED, span=2),
                    Cell(None, Role.SIGN, span=wide // 4),
                    Cell(None, Role.SIGNED),
                    Cell(_("Supervisor") + ":", Role.SIGNED, span=2),
                    Cell(None, Role.SIGN, span=wide // 4),
                ],
                26,
            )
        )
    return Sheet(
        title,
        columns,
        rows,
        lead=(
            Line([Cell(f"{shop} {title}".strip(), Role.TITLE)], 30),
            Line([Cell(head, Role.SUBTITLE, span=wide)], 22),
        ),
        foot=[*(Line([Cell(note, Role.NOTE, span=wide)], 20) for note in notes), *places],
        withheld=lambda _row: False,
        filter=False,
        footer=f"{shop} {head}".strip(),
    )


_Mark = tuple[Of, Callable[[Any], int], dict[str, str]]
_VISIT: Final[_Mark] = (Of.VISIT, lambda row: row.seen.visit_id, {})
_MARKS: Final[dict[Paper, _Mark]] = {
    Paper.TRAFFIC: _VISIT,
    Paper.VISITORS: _VISIT,
    Paper.DMS: _VISIT,
    Paper.LOG: (Of.VISIT, lambda row: row.visit_id, {}),
    Paper.LEVELS: (Of.CUSTOMER, lambda row: row.customer_id, level_form.MARKS),
    Paper.REPORT: (Of.CUSTOMER, lambda row: row.customer_id, {"before": "", "now": "level"}),
}
_MADE: Final = {
    Paper.DMS: _dms,
    Paper.LOG: _log,
    Paper.LEVELS: _levels,
    Paper.REPORT: _report,
}
