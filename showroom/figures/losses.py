"""What the losses of a time come to: their rates, the reasons, and the list of them (DOMAIN §7.2).

A loss belongs to the day it was applied for; it counts once it is approved.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from showroom import choices, dates
from showroom.figures import ledgers, live, openings
from showroom.figures.definitions import LOSSES
from showroom.figures.figures import Figure, Value, figure
from showroom.guard import consent, mask, staff
from showroom.i18n import N_, _
from showroom.people import loss_rows
from showroom.people.loss_rows import LossRow
from showroom.people.losses import VAGUE
from showroom.progress import Progress
from showroom.sheets import write
from showroom.sheets.write import Chart, Column, Kind, Sheet
from showroom.store.models import Choice, Customer, Deal, Loss, LossState, Status, Way

STATES: Final = {
    LossState.APPLIED: N_("Waits for a decision"),
    LossState.APPROVED: N_("Approved"),
    LossState.REFUSED: N_("Turned down"),
}


QUICK: Final = 20_000
"""Of so many customers the losable ones are counted at once."""


class By(StrEnum):
    """What losses are counted by."""

    REASON = "reason"
    RIVAL = "rival"
    CONSULTANT = "consultant"


BYS: Final = {
    By.REASON: N_("Reason"),
    By.RIVAL: N_("Rival"),
    By.CONSULTANT: N_("Consultant"),
}


class Tally(NamedTuple):
    """How many were lost for one reason, to one rival, or of one consultant; `ids` the losses."""

    label: str
    number: int
    share: float
    ids: list[int]


class Look(NamedTuple):
    """What the losses of a time come to: the figures, and the losses counted."""

    figures: list[Figure]
    tallies: list[Tally]


def look(session: Session, first: date, last: date, by: By) -> Look:
    """The losses from `first` to `last` at one look."""
    return Look(period(session, first, last), tallies(session, first, last, by))


def is_quick(session: Session) -> bool:
    """Whether there are so few customers that a look takes no time."""
    return (session.scalar(select(func.max(Customer.id))) or 0) <= QUICK


def period(session: Session, first: date, last: date) -> list[Figure]:
    """The figures of the losses from `first` to `last`, both included."""
    counted = _counted(session, first, last)
    return [figure(definition.code, None, counted) for definition in LOSSES]


def _counted(session: Session, first: date, last: date) -> dict[str, Value]:
    applied = Counter[LossState]()
    clear = 0
    for state, code, count in session.execute(
        select(Loss.state, Choice.code, func.count())
        .join(Choice, Choice.id == Loss.reason_id)
        .where(Loss.day.between(first, last))
        .group_by(Loss.state, Choice.code)
    ):
        applied[state] += count
        clear += count if state is LossState.APPROVED and code not in VAGUE else 0
    start, end = dates.at(first, time.min), dates.at(last + timedelta(days=1), time.min)
    back = session.scalar(
        select(func.count(Loss.customer_id.distinct())).where(
            Loss.reactivated_at >= start, Loss.reactivated_at < end
        )
    )
    return {
        "lost": applied[LossState.APPROVED],
        "losable": _losable(session, first, last),
        "loss_refused": applied[LossState.REFUSED],
        "loss_clear": clear,
        "loss_applied": applied.total(),
        "loss_back": back or 0,
    }


def _losable(session: Session, first: date, last: date) -> int:
    """Contacts left in the period, and who was open when it began.

    Of a month that is what was frozen on its 1st; else who is still open, or was until he was lost
    or ordered since.
    """
    if first.day == 1 and openings.is_frozen(session, first):
        carried = openings.of_month(session, first).total
        came = select(func.count()).where(Customer.contact_on.between(first, last))
        return carried + (session.scalar(came) or 0)
    lost_since = select(Loss.customer_id).where(Loss.state == LossState.APPROVED, Loss.day >= first)
    ordered_since = select(Deal.customer_id).where(Deal.ordered_on >= first)
    open_then = or_(
        Customer.status == Status.OPEN,
        Customer.id.in_(lost_since),
        Customer.id.in_(ordered_since),
    )
    left = or_(
        Customer.contact_on.between(first, last), and_(Customer.contact_on < first, open_then)
    )
    return session.scalar(select(func.count()).select_from(Customer).where(left)) or 0


def tallies(session: Session, first: date, last: date, by: By) -> list[Tally]:
    """The approved losses of a period counted by reason, rival or consultant, the most first."""
    labels = choices.labels(session) if by is By.REASON else staff.names(session)
    whole = mask.sees_all(session)
    column: Any = {
        By.REASON: Loss.reason_id,
        By.RIVAL: Loss.rival,
        By.CONSULTANT: Customer.consultant_id,
    }[by]
    found: dict[str, list[int]] = {}
    for id, value in session.execute(
        select(Loss.id, column)
        .join(Customer, Customer.id == Loss.customer_id)
        .where(Loss.day.between(first, last), Loss.state == LossState.APPROVED)
        .order_by(Loss.day.desc(), Loss.id.desc())
    ):
        said = mask.text(value, whole=whole) if by is By.RIVAL else labels.get(value or 0, "")
        found.setdefault(said or _("not noted"), []).append(id)
    total = sum(map(len, found.values()))
    return [
        Tally(label, len(ids), len(ids) / total, ids)
        for label, ids in sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))
    ]


# --- leaving


def save(
    session: Session, first: date, last: date, path: Path, progress: Progress | None = None
) -> int:
    """Write the losses of a period: as `.xlsx` with the counts, as `.csv`, or `.pdf` for paper.

    Returns how many. Raises `exports.Refused`, or `ShowroomError` as `write.save_table` does.
    """
    found = sheet(session, first, last)
    if path.suffix.lower() != ".xlsx":
        return ledgers.save(found, session, path, progress)
    write.allow(session, found)
    counts = counted(session, first, last, found)
    write.save(path, [found, counts], progress or Progress(), title=found.title)
    return len(found.rows)


def pdf(
    session: Session, first: date, last: date, progress: Progress | None = None
) -> tuple[int, bytes]:
    """How many, and the list on A4. Raises `exports.Refused`."""
    found = sheet(session, first, last)
    return len(found.rows), ledgers.pdf(found, session, progress)


def sheet(session: Session, first: date, last: date) -> Sheet:
    """The losses of a period with their figures and formulas, to be signed by the manager."""
    mask.leaving(session)
    ids = [*loss_rows.waiting(session), *loss_rows.decided(session, first, last)]
    rows = [row for row in loss_rows.rows(session, ids) if first <= row.day <= last]
    silent = consent.withdrawn(session)[Way.PHONE]
    return ledgers.framed(
        session,
        _("Lost customers"),
        _columns(),
        rows,
        (first, last),
        figures=period(session, first, last),
        signers=[_("Sales manager")],
        withheld=lambda row: row.do_not_contact or row.customer_id in silent,
    )


def _columns() -> tuple[Column, ...]:
    def back(row: LossRow) -> date | None:
        return None if row.reactivated_at is None else dates.local_day(row.reactivated_at)

    return (
        Column("day", _("Applied on"), kind=Kind.DAY, width=11),
        Column("name", _("Name"), loss_rows.called, width=12, wrap=True),
        Column("phone", _("Phone"), kind=Kind.CODE, width=14, contact=True),
        Column("model", _("Interest"), width=10, wrap=True),
        Column("consultant", _("Consultant"), width=11),
        Column("reason", _("Reason"), width=13, wrap=True),
        Column("rival", _("Bought instead"), width=12, wrap=True),
        Column("price", _("Price there"), kind=Kind.MONEY, width=11),
        Column("shop", _("Bought where"), width=11, wrap=True),
        Column("note", _("What was behind it"), width=22, wrap=True),
        Column("applicant", _("Applied by"), width=9),
        Column("state", _("Decision"), lambda row: _(STATES[row.state]), width=10, wrap=True),
        Column("answer", _("Manager's words"), width=16, wrap=True),
        Column("back", _("Won back"), back, kind=Kind.DAY, width=11),
    )


def counted(session: Session, first: date, last: date, listed: Sheet) -> Sheet:
    """The approved losses by reason, rival and consultant; the reasons are counted in the list."""
    rows = [(by, tally) for by in By for tally in tallies(session, first, last, by)]
    alike = live.twins(tally.label for by, tally in rows if by is By.REASON)
    approved = _(STATES[LossState.APPROVED])

    def formula(row: tuple[By, Tally], number: int) -> str:
        by, tally = row
        if by is not By.REASON or live.key(tally.label) in alike:
            return ""
        where = live.criterion(tally.label, f"$B{number}")
        return f'COUNTIFS({listed.span("reason")},{where},{listed.span("state")},"{approved}")'

    return Sheet(
        _("Losses counted"),
        (
            Column("by", _("Counted"), lambda row: _(BYS[row[0]]), width=14),
            Column("label", _("Which"), lambda row: row[1].label, width=26),
            Column(
                "count", _("Losses"), lambda row: row[1].number, Kind.WHOLE, width=9, live=formula
            ),
            Column("share", _("Share"), lambda row: row[1].share, kind=Kind.SHARE, width=9),
        ),
        rows,
        charts=[Chart("bars", _("Losses"), "label", ["count"])] if rows else [],
        bars=("count",),
        one_page=True,
    )
