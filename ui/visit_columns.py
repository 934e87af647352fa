"""The columns of the desk's lists of visits: the same places in each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from showroom import dates, words
from showroom.door import visits
from showroom.i18n import N_, _
from showroom.store.models import Level, VisitKind
from ui.moments import dots
from ui.tables import Column

Say = Callable[[visits.VisitRow], str]


def present(letter: Say, stay: Say, today: Callable[[], date]) -> tuple[Column, ...]:
    """Who is here: what was tried, what he wants, how long he is here.

    Who came on an earlier day and was not said to have left shows the day instead of the time.
    """

    def came(row: visits.VisitRow) -> str:
        if row.day == today():
            return dates.show_clock(row.arrived_at)
        return dates.show_day(row.day, today())

    first = Column(
        N_("Arrived"), came, tone=lambda row: "" if row.day == today() else "late", width=64
    )
    return (
        first,
        *_FIRST[1:],
        *_wishes(letter),
        Column(N_("In shop"), stay, align="right", width=72),
    )


def calls(stay: Say) -> tuple[Column, ...]:
    """Who is on the phone: nobody of them is in the showroom."""
    return (
        *_FIRST,
        Column(N_("Interest"), lambda row: row.model, width=268),
        Column(N_("Talks"), stay, align="right", width=72),
    )


def incomplete(stay: Say) -> tuple[Column, ...]:
    """Who left with something missing, and what."""
    return (
        *_FIRST,
        Column(N_("Missing"), missing, tag=lambda _row: "soon", width=268),
        Column(N_("Stayed"), stay, align="right", width=72, tone="muted"),
    )


def gone(letter: Say, stay: Say) -> tuple[Column, ...]:
    """Who left."""
    return (
        *_FIRST,
        *_wishes(letter),
        Column(N_("Stayed"), stay, align="right", width=72, tone="muted"),
    )


def _wishes(letter: Say) -> tuple[Column, ...]:
    return (
        Column(N_("Moments"), dots=_dots, width=112),
        Column(
            N_("Interest"),
            lambda row: row.unmet or row.errand or row.model,
            tag=lambda row: "late" if row.unmet else "",
            width=96,
        ),
        Column(N_("Level"), letter, tag=_level_tone, width=60),
    )


def _first_or_again(row: visits.VisitRow) -> str:
    if row.unmet:
        return _("Unmet")
    if row.kind is not VisitKind.WALK_IN:
        return _(words.VISIT_KINDS[row.kind])
    return _("Again") if row.again else _("First")


_FIRST = (
    Column(N_("Arrived"), lambda row: dates.show_clock(row.arrived_at), width=64),
    Column(N_("Ppl"), lambda row: str(row.people), align="right", width=44),
    Column(N_("Kind"), _first_or_again, width=64),
    Column(
        N_("Customer"),
        lambda row: words.called(row.name, row.honorific) or _("No name"),
        tone=lambda row: "" if row.customer_id else "muted",
        width=120,
        stretch=True,
    ),
    Column(N_("Consultant"), lambda row: row.consultant or "—", width=88),
)


def _dots(row: visits.VisitRow) -> str:
    return dots(row.strip) if row.kind is VisitKind.WALK_IN else ""


def _level_tone(row: visits.VisitRow) -> str:
    if row.level is None:
        return ""
    return {Level.WEEK: "late", Level.ORDERED: "good"}.get(row.level, "accent")


def missing(row: visits.VisitRow) -> str:
    parts = _(", ").join(_(visits.FACTS[code].words) for code in row.missing)
    return _("missing: {parts}").format(parts=parts)
