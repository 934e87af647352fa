"""What is worth a word with a consultant who lies well below the shop (DOMAIN §4.3).

The source does not say whether its per cents are of the mean or points. Rates are compared in
points; how many first visits, and how long they lasted, with the mean of the consultants.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom.figures import cuts
from showroom.figures.counts import Counts
from showroom.figures.cuts import Slice
from showroom.figures.figures import show
from showroom.i18n import N_, _
from showroom.sheets.cells import Kind
from showroom.store.models import Visit, VisitKind

ENOUGH: Final = 10
"""From so many walk-ins on a rate says something about a consultant."""


class Rule(NamedTuple):
    """When a word is due: how far below the shop, of a `share` in points, else of the mean."""

    code: str
    title: str
    far: float
    sentence: str
    kind: Kind


RULES: Final = (
    Rule(
        "contacts",
        N_("Contact rate"),
        0.08,
        N_("receptions too short, too few asks"),
        Kind.SHARE,
    ),
    Rule(
        "again",
        N_("Return rate"),
        0.05,
        N_("too few call-backs, weak invitations"),
        Kind.SHARE,
    ),
    Rule(
        "stay",
        N_("Mean stay of first visits"),
        0.20,
        N_("guests are not seated, customers are picked"),
        Kind.SPAN,
    ),
    Rule(
        "drive_rate",
        N_("Test drive rate"),
        0.05,
        N_("test drives are not offered"),
        Kind.SHARE,
    ),
    Rule(
        "first",
        N_("First visits received"),
        0.15,
        N_("many hand-overs, leave, or idle"),
        Kind.WHOLE,
    ),
)


class Finding(NamedTuple):
    """One thing worth a word: his value beside the shop's, and what may be behind it."""

    rule: Rule
    mine: float
    shop: float

    @property
    def said(self) -> str:
        """As it is read: `Contact rate 52% (shop 67%): receptions too short, too few asks`."""
        return _("{figure} {mine} (shop {shop}): {why}").format(
            figure=_(self.rule.title),
            mine=_said(self.mine, self.rule.kind),
            shop=_said(self.shop, self.rule.kind),
            why=_(self.rule.sentence),
        )


def _said(value: float, kind: Kind) -> str:
    return show(round(value), kind) if kind is Kind.WHOLE else show(value, kind)


def of_consultants(
    session: Session, first: date, last: date, slices: Sequence[Slice] | None = None
) -> dict[int, list[Finding]]:
    """The findings of each consultant who received enough to say anything."""
    slices = cuts.by_consultant(session, first, last) if slices is None else slices
    stays = _first_stays(session, first, last)
    people = {slice.key: slice.counts for slice in slices if slice.key is not None}
    busy = {id: counts for id, counts in people.items() if counts.walk_ins}
    shop = Counts()
    for slice in slices:
        shop = cuts.added(shop, slice.counts)
    minutes = sum(held[0] for held in stays.values())
    count = sum(held[1] for held in stays.values())
    mean = _values(shop, (minutes, count))
    mean["first"] = sum(c.first for c in busy.values()) / len(busy) if busy else None
    return {
        id: found(_values(counts, stays.get(id, (0.0, 0))), mean)
        for id, counts in people.items()
        if counts.walk_ins >= ENOUGH
    }


def found(mine: dict[str, float | None], shop: dict[str, float | None]) -> list[Finding]:
    """Where these values lie so far below the shop's that it is worth a word."""
    findings = []
    for rule in RULES:
        own, mean = mine.get(rule.code), shop.get(rule.code)
        if own is None or not mean:
            continue
        below = mean - own if rule.kind is Kind.SHARE else (mean - own) / mean
        if round(below, 9) >= rule.far:
            findings.append(Finding(rule, own, mean))
    return findings


def _values(counts: Counts, stays: tuple[float, int]) -> dict[str, float | None]:
    minutes, count = stays
    return {
        "contacts": counts.left / counts.fresh if counts.fresh else None,
        "again": counts.again / counts.walk_ins if counts.walk_ins else None,
        "stay": minutes / count if count else None,
        "drive_rate": counts.drives / counts.walk_ins if counts.walk_ins else None,
        "first": float(counts.first),
    }


def _first_stays(session: Session, first: date, last: date) -> dict[int | None, tuple[float, int]]:
    """Minutes of the first visits that ended, and how many, by consultant."""
    minutes = (func.julianday(Visit.left_at) - func.julianday(Visit.arrived_at)) * 1440
    query = (
        select(Visit.consultant_id, func.sum(minutes), func.count())
        .where(
            Visit.day.between(first, last),
            Visit.kind == VisitKind.WALK_IN,
            ~Visit.again,
            Visit.unmet_id.is_(None),
            Visit.left_at.is_not(None),
        )
        .group_by(Visit.consultant_id)
    )
    return {who: (total or 0.0, count) for who, total, count in session.execute(query)}
