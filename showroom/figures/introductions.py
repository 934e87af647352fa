"""Introductions in figures, and the ledger of their rewards with a place to sign (DOMAIN §5.5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from showroom import dates, settings, words
from showroom.figures import ledgers
from showroom.figures.figures import Figure, through_owners
from showroom.figures.log import first_phones
from showroom.guard import exports, mask
from showroom.i18n import N_, _
from showroom.people import introductions, proofs
from showroom.people.introductions import STATES, Row
from showroom.progress import Progress
from showroom.sheets import write
from showroom.sheets.cells import Kind
from showroom.sheets.write import Cell, Column, Line, Role, Sheet
from showroom.store.models import Choice, Customer, Deal, Referral, ReferralState

TITLE = N_("Ledger of introductions")


class Top(NamedTuple):
    """One introducer in a period: whom he brought, their orders, his rewards in yuan."""

    id: int
    name: str
    brought: int
    deals: int
    rewards: Decimal


def figures(session: Session, first: date, last: date) -> list[Figure]:
    """The figures of the days from `first` to `last`, each with its formula (DOMAIN §5.5, §7.2)."""
    start, end = _moments(first, last)
    noted = session.scalar(
        select(func.count(Referral.id)).where(
            Referral.noted_at >= start,
            Referral.noted_at < end,
            Referral.state != ReferralState.VOID,
        )
    )
    paid = session.scalar(
        select(func.sum(Referral.reward)).where(Referral.paid_at >= start, Referral.paid_at < end)
    )
    orders, by_owners = _deals(session, Deal.ordered_on.between(first, last))
    delivered, brought = _deals(session, Deal.delivered_on.between(first, last))
    return [
        Figure(
            "noted",
            _("brought"),
            noted or 0,
            "",
            _("Introductions noted in the period, without the void ones"),
        ),
        Figure(
            "owners",
            _("of the orders through owners"),
            by_owners / orders if orders else None,
            "",
            _("Orders of customers who were introduced or came through owners ÷ orders"),
            by_owners,
            orders,
            Kind.SHARE,
        ),
        Figure(
            "delivered",
            _("of the deliveries through owners"),
            brought / delivered if delivered else None,
            "",
            _("Deliveries to customers who were introduced or came through owners ÷ deliveries"),
            brought,
            delivered,
            Kind.SHARE,
        ),
        Figure(
            "rewards",
            _("rewards paid"),
            paid or Decimal(0),
            _("yuan"),
            _("Rewards in money paid in the period, added up"),
            kind=Kind.MONEY,
        ),
    ]


def top(session: Session, first: date, last: date, limit: int = 20) -> list[Top]:
    """Who brought the most in the period, void ones not counted; of equals who had more orders."""
    start, end = _moments(first, last)
    brought, deals = func.count(Referral.id), func.count(Deal.id)
    found = session.execute(
        select(Customer.id, Customer.name, Customer.honorific, brought, deals)
        .join(Customer, Customer.id == Referral.introducer_id)
        .outerjoin(Deal, (Deal.id == Referral.deal_id) & Deal.cancelled_on.is_(None))
        .where(
            Referral.noted_at >= start,
            Referral.noted_at < end,
            Referral.state != ReferralState.VOID,
            Customer.erased_at.is_(None),
        )
        .group_by(Customer.id)
        .order_by(brought.desc(), deals.desc(), Customer.id)
        .limit(limit)
    ).all()
    rewards: dict[int, Decimal] = {
        id: paid or Decimal(0)
        for id, paid in session.execute(
            select(Referral.introducer_id, func.sum(Referral.reward))
            .where(Referral.paid_at >= start, Referral.paid_at < end, Referral.reward.is_not(None))
            .group_by(Referral.introducer_id)
        )
    }
    return [
        Top(id, words.called(name, honorific), count, sold, rewards.get(id, Decimal(0)))
        for id, name, honorific, count, sold in found
    ]


def save(
    session: Session, first: date, last: date, path: Path, progress: Progress | None = None
) -> int:
    """Write the ledger of a period as `.xlsx`, `.csv` or `.pdf`; return how many rows.

    Raises `exports.Refused`, or `ShowroomError` as `write.save_table` does.
    """
    mask.leaving(session)
    return ledgers.save(ledger(session, first, last), session, path, progress)


def pdf(
    session: Session, first: date, last: date, progress: Progress | None = None
) -> tuple[int, bytes]:
    """How many introductions, and their ledger on A4. Raises `exports.Refused`."""
    mask.leaving(session)
    sheet = ledger(session, first, last)
    return len(sheet.rows), ledgers.pdf(sheet, session, progress)


def save_proof(session: Session, proof_id: int, path: Path) -> None:
    """Write a proof into a file outside. Raises `exports.Refused`, or as `proofs.leaving` does."""
    mask.leaving(session)
    content = proofs.leaving(session, proof_id)
    exports.allow(session, 1)
    with write.saving(path) as file:
        file.write(content)


def ledger(session: Session, first: date, last: date) -> Sheet:
    """Who brought whom in the period, how far it got, what he was given; he signs for it."""
    start, end = _moments(first, last)
    ids = session.scalars(
        select(Referral.id)
        .where(Referral.noted_at >= start, Referral.noted_at < end)
        .order_by(Referral.noted_at, Referral.id)
    ).all()
    place = {id: number for number, id in enumerate(ids)}
    found = sorted(introductions.rows(session, ids), key=lambda row: place[row.id])
    phones = first_phones(
        session, select(Referral.introducer_id).where(Referral.noted_at.between(start, end))
    )
    shop = settings.load(session).shop_name
    title = _(TITLE)
    period = f"{first:%Y-%m-%d} – {last:%Y-%m-%d}"
    head = " · ".join(filter(None, (shop, title, period)))
    rule = _(
        "One level only: a reward is for whom somebody brought himself, once for each new "
        "customer, after his order. Checked by a manager; the receipt is signed."
    )
    return Sheet(
        title,
        _columns(phones),
        found,
        lead=[
            Line([Cell(head, Role.TITLE, span=0)], 26),
            Line([Cell(rule, Role.NOTE, span=0)], 18),
        ],
        withheld=lambda row: row.introducer_silent,
    )


def _columns(phones: dict[int, str]) -> Sequence[Column]:
    def day(code: str) -> Callable[[Row], date | None]:
        def of(row: Row) -> date | None:
            at = getattr(row, code)
            return None if at is None else dates.local_day(at)

        return of

    def checked(row: Row) -> str:
        return "\n".join(filter(None, (_short(day("checked_at")(row)), row.checked_by)))

    def order(row: Row) -> str:
        gone = _("cancelled") if row.cancelled_on else ""
        return " ".join(filter(None, (row.deal, gone)))

    return (
        Column("no", _("No."), _numbers(), kind=Kind.WHOLE, width=5),
        Column("noted", _("Registered on"), day("noted_at"), Kind.DAY, width=11),
        Column("introducer", _("Introducer"), _called(brings=True), width=14, wrap=True),
        Column(
            "phone",
            _("Phone"),
            lambda row: phones.get(row.introducer_id, ""),
            Kind.CODE,
            width=14,
            contact=True,
        ),
        Column("customer", _("New customer"), _called(brings=False), width=14, wrap=True),
        Column("consultant", _("Consultant"), width=10, wrap=True),
        Column("state", _("State"), lambda row: _(STATES[row.state]), width=10, wrap=True),
        Column("checked", _("Checked"), checked, width=14, wrap=True),
        Column("deal", _("Order"), order, width=13, wrap=True),
        Column("delivered_on", _("Delivered on"), kind=Kind.DAY, width=11),
        Column("reward", _("Reward"), kind=Kind.MONEY, width=11, total=True),
        Column("reward_words", _("Or in kind"), width=14, wrap=True),
        Column("paid", _("Paid on"), day("paid_at"), Kind.DAY, width=11),
        Column("paid_by", _("Paid by"), width=10, wrap=True),
        Column("proofs", _("Proofs"), kind=Kind.WHOLE, width=7),
        Column("signed", _("Signature"), lambda _row: "", width=18),
    )


def _numbers() -> Callable[[Row], int]:
    """Numbers the rows as they are asked for, each once."""
    known: dict[int, int] = {}
    return lambda row: known.setdefault(row.id, len(known) + 1)


def _called(*, brings: bool) -> Callable[[Row], str]:
    def of(row: Row) -> str:
        if brings:
            return words.called(row.introducer, row.introducer_honorific) or _("erased")
        return words.called(row.customer, row.honorific) or _("erased")

    return of


def _short(day: date | None) -> str:
    return "" if day is None else f"{day:%Y-%m-%d}"


def _moments(first: date, last: date) -> tuple[datetime, datetime]:
    return dates.at(first, time.min), dates.at(last + timedelta(days=1), time.min)


def _deals(session: Session, when: ColumnElement[bool]) -> tuple[int, int]:
    """How many deals, and how many of them through owners."""
    every = session.scalar(select(func.count(Deal.id)).where(when)) or 0
    some = session.scalar(
        select(func.count(Deal.id))
        .join(Customer, Customer.id == Deal.customer_id)
        .outerjoin(Choice, Choice.id == Customer.channel_id)
        .where(when, through_owners())
    )
    return every, some or 0
