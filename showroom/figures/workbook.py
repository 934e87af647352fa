"""What the month's workbook is made of: the sheets of DOMAIN §7.4 in their order, and the cover."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import dates
from showroom.figures import (
    changes,
    complaints,
    completion,
    contest_sheet,
    cover,
    cuts,
    diagnosis,
    ledgers,
    live,
    log,
    losses,
    month_sheets,
    months,
    sold,
    tables,
    target_sheets,
    targets,
)
from showroom.figures.balance import Balance
from showroom.figures.figures import Figure
from showroom.guard import staff
from showroom.i18n import _
from showroom.people import contest, quarters
from showroom.sheets.write import Column, Sheet
from showroom.store.models import Visit


def sheets(
    session: Session,
    title: str,
    days: tuple[date, date],
    found: list[Figure],
    carried: Balance,
    *,
    now: datetime,
) -> list[Sheet]:
    """The sheets of a month, in their order; `title` stands over them.

    `found` are its figures, `carried` is its balance of levels.
    """
    first, last = days

    def led(sheet: Sheet, beside: int = 0) -> Sheet:
        sheet.lead = month_sheets.head(title, sheet.title, beside)
        return sheet

    visits = led(log.sheet(session, first, last, _("Visitor log"), month_log()), beside=1)
    visits.printed = len(log.columns())  # what it is counted by stays on the screen
    deals = led(sold.deals_sheet(session, first, last))
    counted = live.Live(visits, deals, first, last)
    span = session, first, last
    by_day, people, channels, models = (
        led(table(*span, counted))
        for table in (tables.by_day, tables.by_consultant, tables.by_channel, tables.by_model)
    )
    groups = led(tables.by_group(*span, channels))
    cards = led(sold.cards_sheet(*span))
    kept = completion.look(*span, today=dates.local_day(now))
    follow_ups = month_sheets.follow_ups_sheet(title, kept)
    levels = month_sheets.levels_sheet(title, carried)
    lost = losses.sheet(*span)
    on = cover.Sources(by_day, groups, levels, follow_ups, lost, deals, cards)
    places = cover.places(found)
    wanted = targets.compare(*span)
    slices = cuts.by_consultant(*span)
    return [
        cover.sheet(session, title, found, cover.texts(on, first, last), now=now),
        _summary(session, title, first, found, wanted, places, now),
        by_day,
        people,
        channels,
        groups,
        models,
        month_sheets.funnel_sheet(session, title, counted, by_day, channels),
        led(tables.by_hour(*span, counted)),
        levels,
        _own(lost),
        led(losses.counted(*span, lost)),
        month_sheets.not_left(led(tables.by_moment(*span)), *span),
        follow_ups,
        _own(complaints.sheet(*span, now=now), _("Complaints to their end")),
        month_sheets.introductions_sheet(*span),
        _own(ledgers.gift_ledger(*span)),
        cards,
        _own(contest_sheet.ranking(session, _standing(session, last))),
        target_sheets.targets_sheet(
            title,
            wanted,
            diagnosis.of_consultants(*span, slices),
            staff.names(session),
            places,
        ),
        target_sheets.changes_sheet(title, changes.since_last(session, first, found)),
        visits,
        deals,
    ]


def month_log() -> list[Column]:
    """The columns of the log in the workbook: those of the trade, and those it is counted by."""
    return [*log.columns(), *log.reckoning()]


def _summary(
    session: Session,
    title: str,
    first: date,
    found: list[Figure],
    wanted: list[targets.Row],
    places: dict[str, str],
    now: datetime,
) -> Sheet:
    before = months.of_month(session, dates.add_months(first, -1), now=now)
    past = months.bounds(dates.add_months(first, -12))
    came = select(Visit.id).where(Visit.day.between(*past)).limit(1)
    year = months.of_month(session, past[0], now=now) if session.scalar(came) else []
    return target_sheets.summary_sheet(title, found, before, year, wanted, places)


def _standing(session: Session, last: date) -> contest.Contest:
    """The contest of archives of the quarter a month is in, as it stands now (DOMAIN §7.4)."""
    return contest.of_quarter(session, quarters.quarter_of(last))


def _own(sheet: Sheet, title: str = "") -> Sheet:
    """A sheet that also leaves by itself; in the book it has the book's foot."""
    sheet.title, sheet.footer = title or sheet.title, ""
    return sheet
