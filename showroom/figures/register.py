"""The register of a day, to be printed and signed (DOMAIN §1.2a and b), and its totals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import choices, settings, words
from showroom.door import close
from showroom.door.close import Closed
from showroom.figures import counts, figures, log
from showroom.figures.figures import Figure
from showroom.figures.log import LogRow
from showroom.figures.tables import WEEKDAYS
from showroom.guard import mask
from showroom.i18n import N_, _
from showroom.progress import Progress
from showroom.sheets import write
from showroom.sheets.cells import breadth
from showroom.sheets.write import Cell, Column, Kind, Line, Role, Sheet
from showroom.store.models import CameBy, ChoiceKind, Customer, Visit, VisitKind


class Form(StrEnum):
    """The two forms of a register."""

    VISITORS = "visitors"
    TRAFFIC = "traffic"


FORMS: Final = {
    Form.VISITORS: N_("Register of visitors"),
    Form.TRAFFIC: N_("Register of showroom traffic"),
}
TOTALS: Final = (
    "parties people first came_again left contacts drives orders calls errands unmet incomplete"
).split()
"""The figures that a close keeps, by their code."""

SIGN: Final = 16
"""How broad the place for a name from the pen is at least, in digits."""


class RegisterRow(NamedTuple):
    """One party: what the log says of it, and what only the register asks."""

    seen: LogRow
    no: int
    came_by: CameBy | None
    rival: str
    trim: str
    colour: str
    wechat: bool
    quoted: bool
    unmet: str


def totals(session: Session, day: date) -> dict[str, Any]:
    """What a day came to, by code: counts, and the contact rate between 0 and 1 or nothing."""
    return {figure.code: figure.value for figure in sums(session, day)}


def sums(session: Session, day: date) -> list[Figure]:
    """The figures of `TOTALS`, each with its formula."""
    counted = counts.whole(session, day, day)
    return [figures.figure(code, counted) for code in TOTALS]


def save(
    session: Session,
    day: date,
    path: Path,
    progress: Progress | None = None,
    *,
    form: Form = Form.VISITORS,
) -> int:
    """Write the register of a day as `.xlsx`, `.csv`, or for the printer as `.pdf`.

    Returns how many parties stand in it. Raises `exports.Refused`, or `ShowroomError` as
    `write.save_table` does.
    """
    if path.suffix.lower() != ".pdf":
        found = _leaving(session, day, form)
        write.save_table(path, found, progress or Progress(), lead=True)
        return len(found.rows)
    count, made = pdf(session, day, progress, form=form)
    with write.saving(path) as file:
        file.write(made)
    return count


def pdf(
    session: Session, day: date, progress: Progress | None = None, *, form: Form = Form.VISITORS
) -> tuple[int, bytes]:
    """How many parties, and the register on A4. Raises `exports.Refused`."""
    from showroom.sheets import paper

    found = _leaving(session, day, form)
    return len(found.rows), paper.pdf(found, progress=progress)


def _leaving(session: Session, day: date, form: Form) -> Sheet:
    mask.leaving(session)
    found = sheet(session, day, form)
    write.allow(session, found)
    return found


def sheet(session: Session, day: date, form: Form = Form.VISITORS, *, filled: bool = True) -> Sheet:
    """The register as a sheet; what the close of the day says stands in it, else free places.

    One that is not `filled` has neither the day nor its visits.
    """
    shop = settings.load(session)
    closed = close.of_day(session, day) if filled else None
    columns = {Form.VISITORS: _visitors, Form.TRAFFIC: _traffic}[form]()
    wide = len(columns)
    weather = closed.weather if closed is not None else ""
    head = _("Date: {day}   {weekday}   Weather: {line}").format(
        day=f"{day:%Y-%m-%d}" if filled else "__________",
        weekday=_(WEEKDAYS[day.weekday()]) if filled else "",
        line=weather or "__________",
    )
    title = _(FORMS[form])
    foot = [Line(height=14), _signatures(closed, columns)]
    if closed is not None and closed.note:
        note = _("Remarks: {words}").format(words=closed.note)
        foot.insert(1, Line([Cell(note, Role.NOTE, span=wide)]))
    return Sheet(
        title,
        columns,
        _rows(session, day) if filled else [],
        lead=(
            Line([Cell(f"{shop.shop_name} {title}".strip(), Role.TITLE)], 30),
            Line([Cell(head, Role.SUBTITLE, span=wide)], 22),
        ),
        foot=foot,
        withheld=lambda row: row.seen.do_not_contact,
        filter=False,
        footer=f"{shop.shop_name} {day:%Y-%m-%d}".strip() if filled else shop.shop_name,
    )


def _signatures(closed: Closed | None, columns: Sequence[Column]) -> Line:
    """The three places to sign, with the names of who closed the day (DOMAIN §1.2b)."""
    names = ("", "", "")
    if closed is not None:
        names = (closed.receptionist, closed.floor_manager, closed.sales_manager)
    signed = (_("Receptionist"), _("Showroom manager"), _("Sales manager"))
    breadths = [column.width or 0 for column in columns]
    places: list[Cell] = []
    start = 0
    for number, (who, name) in enumerate(zip(signed, names, strict=True), 1):
        end = _reach(breadths, 0, sum(breadths) * number / 3)
        signed_by = _("{what}: {words}").format(what=who, words=name).rstrip()
        said = min(_reach(breadths, start, breadth(signed_by, Kind.TEXT) + 2), end - 1)
        free = number < len(signed) and sum(breadths[said : end - 1]) >= SIGN
        places.append(Cell(signed_by, Role.SIGNED, span=said - start))
        places.append(Cell(None, Role.SIGN, span=end - said - free))
        places += [Cell(None, Role.SIGNED)] * free
        start = end
    return Line(places, 28)


def _reach(breadths: Sequence[float], start: int, wanted: float) -> int:
    """The column after those that together are so broad, from `start` on."""
    end = start + 1
    while end < len(breadths) and sum(breadths[start:end]) < wanted - 0.5:
        end += 1
    return end


def _rows(session: Session, day: date) -> Sequence[RegisterRow]:
    labels, whole = choices.labels(session), mask.sees_all(session)
    query = (
        select(
            Visit.id,
            Visit.came_by,
            Visit.rival,
            Visit.trim,
            Visit.colour_id,
            Visit.quoted,
            Visit.unmet_id,
            Customer.wechat,
        )
        .outerjoin(Customer, Customer.id == Visit.customer_id)
        .where(Visit.day == day)
    )
    more: dict[int, Any] = {row.id: row for row in session.execute(query)}
    came = (row for row in log.rows(session, day, day) if row.kind is not VisitKind.CALL)
    return [
        RegisterRow(
            seen,
            number,
            rest.came_by,
            mask.text(rest.rival, whole=whole),
            rest.trim,
            labels.get(rest.colour_id, ""),
            bool(rest.wechat),
            rest.quoted,
            labels.get(rest.unmet_id, ""),
        )
        for number, seen in enumerate(came, 1)
        for rest in [more[seen.visit_id]]
    ]


def _of(code: str) -> Callable[[RegisterRow], Any]:
    return lambda row: getattr(row.seen, code)


def _turn(row: RegisterRow) -> str:
    """F for a first visit, S for a second; whom nobody received counts as neither."""
    return "" if row.unmet else {_("Yes"): "F", _("No"): "S"}.get(row.seen.first, "")


def _note(row: RegisterRow, purpose: str) -> str:
    unmet = _(words.CHOICES[ChoiceKind.UNMET]) if row.unmet else ""
    return " · ".join(filter(None, (unmet, row.unmet, purpose, row.seen.note)))


def _visitors() -> tuple[Column, ...]:
    """Ticks where there is a choice, text for names, models and remarks only (DOMAIN §1.2b)."""
    purpose, again = _("What they came for"), _("How often")
    course, result = _("Course of the visit"), _("Outcome of the visit")

    def time_here(row: RegisterRow) -> str:
        left = f"{row.seen.left:%H:%M}" if row.seen.left else ""
        return f"{row.seen.arrived:%H:%M}–{left}"

    def looks(row: RegisterRow) -> bool:
        return row.seen.kind is VisitKind.WALK_IN

    def ticks(code: str, title: str, value: Any, group: str, width: float = 7.5) -> Column:
        return Column(code, title, value, group=group, width=width, tick=True)

    def came_by(row: RegisterRow) -> str:
        return _(words.CAME_BY[row.came_by]) if row.came_by is not None else ""

    def note(row: RegisterRow) -> str:
        return _note(row, "" if looks(row) or row.seen.collects else row.seen.purpose)

    return (
        Column("no", _("Serial no."), kind=Kind.WHOLE, width=6.5),
        Column("here", _("Time here"), time_here, width=13),
        Column("people", _("People who came"), _of("people"), Kind.WHOLE, width=7, total=True),
        Column("came_by", _("Came by"), came_by, width=8, wrap=True),
        Column("consultant", _("Sales consultant"), _of("consultant"), width=11, wrap=True),
        Column("name", _("Customer's name"), _of("name"), width=11, wrap=True),
        Column("phone", _("Contact phone"), _of("phone"), Kind.CODE, width=13.5, contact=True),
        Column("model", _("Kind of car wanted"), _of("model"), width=12, wrap=True),
        Column("trim", _("Model number"), width=9, wrap=True),
        Column("colour", _("Colour"), width=7, wrap=True),
        Column("level", _("Intention level"), _of("level"), width=8),
        Column("rival", _("Rivals compared"), width=10, wrap=True),
        ticks("look", _("Wants a car"), looks, purpose),
        ticks("collect", _("Collects"), _of("collects"), purpose),
        ticks("other", _("Other"), lambda r: not looks(r) and not r.seen.collects, purpose),
        ticks("first", _("New here"), lambda r: _turn(r) == "F", again, 5.5),
        ticks("again", _("Been here"), lambda r: _turn(r) == "S", again, 5.5),
        ticks("drive", _("Test drive"), _of("drive"), course),
        ticks("quoted", _("Quoted"), None, course),
        ticks("asked", _("Asked for a contact"), lambda r: r.seen.asks > 0, course, 8),
        ticks("kept", _("Details kept"), lambda r: r.seen.contact == _("Yes"), result, 9),
        ticks("sold", _("Order placed"), lambda r: r.seen.orders > 0, result, 9),
        Column("note", _("Note"), note, width=18, wrap=True),
    )


def _traffic() -> tuple[Column, ...]:
    """One line a party, as the paper form of the showroom has it (DOMAIN §1.2a)."""

    def drove(row: RegisterRow) -> str:
        if row.seen.kind is not VisitKind.WALK_IN:
            return ""
        return "Y" if row.seen.drive else "N"

    def note(row: RegisterRow) -> str:
        return _note(row, row.seen.purpose if row.seen.kind is not VisitKind.WALK_IN else "")

    return (
        Column("no", _("Serial no."), kind=Kind.WHOLE, width=6),
        Column("consultant", _("Sales consultant"), _of("consultant"), width=11, wrap=True),
        Column("name", _("Full name"), _of("name"), width=14, wrap=True),
        Column("visit", _("F/S"), _turn, width=5.5),
        Column("phone", _("Telephone"), _of("phone"), Kind.CODE, width=14.5, contact=True),
        Column("arrived", _("Time in"), _of("arrived"), Kind.CLOCK, width=9),
        Column("left", _("Left at"), _of("left"), Kind.CLOCK, width=9),
        Column("people", _("People"), _of("people"), Kind.WHOLE, width=7, total=True),
        Column("model", _("Model of interest"), _of("model"), width=16, wrap=True),
        Column("level", _("Level"), _of("level"), width=7),
        Column("channel", _("Channel"), _of("first_channel"), width=13, wrap=True),
        Column("wechat", _("WeChat added"), width=8, tick=True),
        Column("drive", _("Test drive Y/N"), drove, width=8),
        Column("note", _("Note"), note, width=34, wrap=True),
    )
