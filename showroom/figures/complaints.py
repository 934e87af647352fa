"""What the complaints of a time come to: figures, causes, the list of them, one on a sheet.

A complaint belongs to the day it was taken. Who is erased stays counted (DOMAIN §5.7).
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import choices, dates, settings
from showroom.care import complaint_rows
from showroom.care.complaint_rows import NEXT, TITLES, ComplaintRow
from showroom.care.complaints import GRAVITIES
from showroom.figures import ledgers
from showroom.figures.figures import Figure
from showroom.guard import consent, exports, mask
from showroom.i18n import N_, _, headed
from showroom.progress import Progress
from showroom.sheets import write
from showroom.sheets.write import Cell, Chart, Column, Kind, Line, Role, Sheet
from showroom.store.models import ChoiceKind, Complaint, Way


class Tally(NamedTuple):
    """How many complaints had one cause."""

    label: str
    number: int
    share: float


class Look(NamedTuple):
    """The complaints of a time at one look."""

    figures: list[Figure]
    tallies: list[Tally]


FORMULAS = {
    "open": N_("Complaints that are not closed, whenever they were taken"),
    "late": N_("Open complaints whose first answer or closing call is overdue now"),
    "in_time": N_(
        "Complaints taken in the period and answered within their time ÷ all taken in it"
    ),
    "closed": N_("Complaints taken in the period that are closed ÷ all taken in it"),
    "reopened": N_("How often complaints taken in the period were opened again"),
}
TITLES_OF = {
    "open": N_("open"),
    "late": N_("late"),
    "in_time": N_("answered in time"),
    "closed": N_("closed"),
    "reopened": N_("opened again"),
}


def look(session: Session, first: date, last: date, *, now: datetime) -> Look:
    """The figures and the causes of the complaints taken from `first` to `last`."""
    open_ones = complaint_rows.rows(session, complaint_rows.open_ones(session))
    taken = session.execute(
        select(
            Complaint.cause_id,
            Complaint.answer_by,
            Complaint.answered_at,
            Complaint.closed_at,
            Complaint.reopened,
        ).where(Complaint.day.between(first, last))
    ).all()
    in_time = sum(one.answered_at is not None and one.answered_at <= one.answer_by for one in taken)
    closed = sum(one.closed_at is not None for one in taken)
    figures = [
        _figure("open", len(open_ones)),
        _figure("late", sum(row.late(now) for row in open_ones)),
        _figure("in_time", in_time, of=len(taken)),
        _figure("closed", closed, of=len(taken)),
        _figure("reopened", sum(one.reopened for one in taken)),
    ]
    labels = choices.labels(session, ChoiceKind.COMPLAINT_CAUSE)
    found = Counter(labels.get(one.cause_id, "") for one in taken)
    tallies = [
        Tally(label, number, number / len(taken))
        for label, number in sorted(found.items(), key=lambda one: (-one[1], one[0]))
    ]
    return Look(figures, tallies)


def _figure(code: str, value: int, *, of: int | None = None) -> Figure:
    title, formula = _(TITLES_OF[code]), _(FORMULAS[code])
    if of is None:
        return Figure(code, title, value, "", formula)
    share = value / of if of else None
    return Figure(code, title, share, "", formula, value, of, Kind.SHARE)


# --- leaving


def save(
    session: Session,
    first: date,
    last: date,
    path: Path,
    progress: Progress | None = None,
    *,
    now: datetime,
) -> int:
    """Write the complaints of a period: as `.xlsx` with the causes, as `.csv`, or `.pdf`.

    Returns how many. Raises `exports.Refused`, or `ShowroomError` as `write.save_table` does.
    """
    found = sheet(session, first, last, now=now)
    if path.suffix.lower() != ".xlsx":
        return ledgers.save(found, session, path, progress)
    write.allow(session, found)
    causes = _causes(session, first, last, now)
    write.save(path, [found, causes], progress or Progress(), title=found.title)
    return len(found.rows)


def pdf(
    session: Session,
    first: date,
    last: date,
    progress: Progress | None = None,
    *,
    now: datetime,
) -> tuple[int, bytes]:
    """How many, and the list on A4. Raises `exports.Refused`."""
    found = sheet(session, first, last, now=now)
    return len(found.rows), ledgers.pdf(found, session, progress)


def sheet(session: Session, first: date, last: date, *, now: datetime) -> Sheet:
    """The complaints of a period with their figures and formulas, to be signed by the manager."""
    mask.leaving(session)
    rows = complaint_rows.rows(session, complaint_rows.taken(session, first, last))
    silent = consent.withdrawn(session)[Way.PHONE]
    return ledgers.framed(
        session,
        _("Complaints"),
        _columns(),
        rows,
        (first, last),
        figures=look(session, first, last, now=now).figures,
        signers=[_("Sales manager")],
        withheld=lambda row: row.do_not_contact or row.customer_id in silent,
    )


def _columns() -> tuple[Column, ...]:
    def local(moment: datetime | None) -> datetime | None:
        return None if moment is None else dates.local(moment).replace(tzinfo=None)

    def moment(code: str, title: str) -> Column:
        return Column(
            code, title, lambda row: local(getattr(row, code)), kind=Kind.MOMENT, width=15
        )

    return (
        moment("taken_at", _("Taken at")),
        Column("name", _("Name"), complaint_rows.called, width=11, wrap=True),
        Column("phone", _("Phone"), kind=Kind.CODE, width=13, contact=True),
        Column("car", _("Car"), width=12, wrap=True),
        Column("cause", _("Cause"), width=12, wrap=True),
        Column("gravity", _("How grave"), lambda row: _(GRAVITIES[row.gravity]), width=9),
        Column("words", _("His words"), width=28, wrap=True),
        Column("about", _("About whom"), width=9, wrap=True),
        Column("responsible", _("Responsible"), width=12),
        moment("answered_at", _("Answered")),
        Column("in_time", _("In time"), _in_time, width=8),
        moment("called_at", _("Called back")),
        moment("closed_at", _("Closed")),
        Column("result", _("Done about it"), _done, width=26, wrap=True),
        Column(
            "reopened",
            _("Opened again"),
            lambda row: row.reopened or None,
            kind=Kind.WHOLE,
            width=9,
        ),
    )


def _in_time(row: ComplaintRow) -> str:
    if row.answered_at is None:
        return ""
    return _("yes") if row.in_time() else _("no")


def _done(row: ComplaintRow) -> str:
    return "\n".join(headed(_(TITLES[step.kind]), step.words) for step in row.steps if step.words)


def _causes(session: Session, first: date, last: date, now: datetime) -> Sheet:
    rows = look(session, first, last, now=now).tallies
    return Sheet(
        _("Complaints by cause"),
        (
            Column("label", _("Cause"), width=26),
            Column("number", _("Complaints"), kind=Kind.WHOLE, width=10),
            Column("share", _("Share"), kind=Kind.SHARE, width=9),
        ),
        rows,
        charts=[Chart("bars", _("Complaints"), "label", ["number"])] if rows else [],
    )


# --- one of them


def slip(session: Session, complaint_id: int, progress: Progress | None = None) -> bytes:
    """One complaint on A4 with its steps and places to sign: 快速回复单 (DOMAIN §5.6, §5.7).

    Raises `exports.Refused`, `ShowroomError` when it is gone.
    """
    mask.leaving(session)
    row = complaint_rows.one(session, complaint_id)
    shop = settings.load(session)
    title = _("Slip for a quick answer")

    def when(moment: datetime | None) -> str:
        return "" if moment is None else f"{dates.local(moment):%Y-%m-%d %H:%M}"

    facts = [
        (_("Taken at"), " · ".join(filter(None, (when(row.taken_at), row.taken_by)))),
        (_("Customer"), complaint_rows.called(row)),
        (_("Phone"), _("Do not contact") if row.do_not_contact else row.phone),
        (_("Car"), row.car),
        (_("Cause"), row.cause),
        (_("How grave"), _(GRAVITIES[row.gravity])),
        (_("His words"), row.words),
        (_("About whom"), row.about),
        (_("Responsible"), row.responsible),
        (_("First answer by"), when(row.answer_by)),
    ]
    for step in row.steps:
        said = " · ".join(filter(None, (when(step.at), step.staff, step.words)))
        facts.append((_(TITLES[step.kind]), said))
    if row.closed_at is None:
        facts.append((_("Next step"), _(NEXT[row.step])))
    else:
        facts.append((_("Closed"), " · ".join(filter(None, (when(row.closed_at), row.closed_by)))))
    places: list[Cell] = []
    for who in (_("Responsible"), _("Sales manager")):
        places += [Cell(f"{who}:", Role.SIGNED), Cell(None, Role.SIGN)]
    made = Sheet(
        title,
        (
            Column("what", _("Point"), lambda one: one[0], width=18),
            Column("said", _("Said"), lambda one: one[1], width=64, wrap=True),
        ),
        facts,
        lead=(Line([Cell(f"{shop.shop_name} {title}".strip(), Role.TITLE)], 30),),
        foot=(Line(height=14), Line(places[:2], 28), Line(places[2:], 28)),
        filter=False,
        one_page=True,
        footer=f"{shop.shop_name} {row.day}".strip(),
    )
    exports.allow(session, 1, contacts=True)
    from showroom.sheets import paper

    return paper.pdf(made, progress=progress)
