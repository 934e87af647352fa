"""Ledgers to be printed and signed: their frame, that of gifts, that of keys (DOMAIN §9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from showroom import dates, settings
from showroom.door import cars, gifts
from showroom.door.cars import KeyRow
from showroom.door.gifts import MoveRow
from showroom.figures.figures import Figure
from showroom.guard import mask
from showroom.i18n import _, headed
from showroom.progress import Progress
from showroom.sheets import write
from showroom.sheets.write import Cell, Column, Kind, Line, Role, Sheet


def save(found: Sheet, session: Session, path: Path, progress: Progress | None = None) -> int:
    """Write a ledger as `.xlsx`, `.csv`, or for the printer as `.pdf`; returns how many lines.

    Raises `exports.Refused`, or `ShowroomError` as `write.save_table` does.
    """
    if path.suffix.lower() != ".pdf":
        write.allow(session, found)
        write.save_table(path, found, progress or Progress())
    else:
        made = pdf(found, session, progress)
        with write.saving(path) as file:
            file.write(made)
    return len(found.rows)


def pdf(found: Sheet, session: Session, progress: Progress | None = None) -> bytes:
    """A ledger on A4. Raises `exports.Refused`."""
    from showroom.sheets import paper

    write.allow(session, found)
    return paper.pdf(found, progress=progress)


def gift_ledger(session: Session, first: date, last: date, *, gift_id: int | None = None) -> Sheet:
    """What came in and went out, gift by gift, with a place for the receiver to sign."""

    mask.leaving(session)
    whole = mask.sees_all(session)
    one = gift_id is not None  # different things do not add up

    def at(row: MoveRow) -> str:
        return dates.show_clock(row.at)

    def unit(row: MoveRow) -> str:
        return f"{row.gift} ({row.unit})" if row.unit else row.gift

    columns = (
        Column("gift", _("Gift"), unit, width=20, wrap=True),
        Column("day", _("Date"), kind=Kind.DAY, width=12),
        Column("at", _("Time of day"), at, width=8),
        Column("came", _("In"), kind=Kind.WHOLE, width=8, total=one),
        Column("went", _("Out"), kind=Kind.WHOLE, width=8, total=one),
        Column("balance", _("Balance"), kind=Kind.WHOLE, width=9),
        Column(
            "receiver",
            _("Receiver"),
            lambda r: mask.text(r.receiver, whole=whole),
            width=16,
            wrap=True,
        ),
        Column("staff", _("Handed out by"), width=13),
        Column("note", _("Purpose"), lambda r: mask.text(r.note, whole=whole), width=22, wrap=True),
        Column("signed", _("Receiver's signature"), _nothing, width=20),
    )
    rows = gifts.ledger(session, first, last, gift_id=gift_id)
    title = _("Gift ledger")
    return framed(session, title, columns, rows, (first, last), signers=_keepers())


def key_log(session: Session, first: date, last: date, *, car_id: int | None = None) -> Sheet:
    """Every key taken and brought back, car by car, with the kilometres nobody accounts for."""

    def driven(row: KeyRow) -> int | None:
        return None if row.km_in is None else row.km_in - row.km_out

    columns = (
        Column("plate", _("Car"), width=12),
        Column("taken_at", _("Taken"), lambda r: _local(r.taken_at), kind=Kind.MOMENT, width=17),
        Column(
            "back_at", _("Brought back"), lambda r: _local(r.back_at), kind=Kind.MOMENT, width=17
        ),
        Column("staff", _("Taken by"), width=12),
        Column("purpose", _("Purpose"), width=22, wrap=True),
        Column("km_out", _("km out"), kind=Kind.WHOLE, width=10),
        Column("km_in", _("km in"), kind=Kind.WHOLE, width=10),
        Column("driven", _("km driven"), driven, kind=Kind.WHOLE, width=11, total=True),
        Column("gap", _("km missing before"), lambda r: r.gap or None, kind=Kind.WHOLE, width=13),
        Column("signed", _("Signature"), _nothing, width=18),
    )
    rows = cars.log(session, car_id=car_id, first=first, last=last)
    title = _("Key and kilometre log")
    return framed(session, title, columns, rows, (first, last), signers=_keepers())


def framed(
    session: Session,
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Any],
    days: tuple[date, date],
    *,
    figures: Sequence[Figure] = (),
    signers: Sequence[str] = (),
    withheld: Callable[[Any], bool] | None = None,
) -> Sheet:
    """A ledger as it is printed: the shop, the days, figures with formulas, places to sign."""
    shop = settings.load(session)
    first, last = days
    period = _("{first} to {last}").format(first=f"{first:%Y-%m-%d}", last=f"{last:%Y-%m-%d}")
    places: list[Cell] = []
    for who in signers:
        places += [Cell(f"{who}:", Role.SIGNED), Cell(None, Role.SIGN, span=2)]
    return Sheet(
        title,
        columns,
        rows,
        lead=(
            Line([Cell(f"{shop.shop_name} {title}".strip(), Role.TITLE)], 30),
            Line([Cell(period, Role.SUBTITLE, span=len(columns))], 22),
            *formulas(figures, len(columns)),
        ),
        foot=(Line(height=14), Line(places, 28)) if places else (),
        withheld=withheld,
        filter=False,
        footer=f"{shop.shop_name} {period}".strip(),
    )


def formulas(figures: Sequence[Figure], wide: int) -> list[Line]:
    """A line for each figure: its name, its value, how it is made."""
    lines = []
    for one in figures:
        made = "" if one.denominator is None else f" ({one.numerator} ÷ {one.denominator})"
        said = headed(one.title, f"{one.shown}{made}  ·  {one.formula}")
        lines.append(Line([Cell(said, Role.NOTE, span=wide)], 18))
    return lines


def _keepers() -> tuple[str, ...]:
    return _("Kept by"), _("Showroom manager"), _("Sales manager")


def _local(moment: datetime | None) -> datetime | None:
    """A moment as a clock on the wall shows it: a workbook knows no zones."""
    return None if moment is None else dates.local(moment).replace(tzinfo=None)


def _nothing(_row: object) -> None:
    return None
