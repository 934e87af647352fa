"""The coach: how often each moment succeeded here, which to try next, and which wording is better.

All rates are given ÷ asked of the walk-ins, as in the figures (DOMAIN §4.3). A rate with few asks
behind it says nothing, and is said to say nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import cache
from math import sqrt
from typing import NamedTuple

from sqlalchemy import Select, bindparam, case, func, select
from sqlalchemy.orm import Session

from showroom.door.moments import State
from showroom.i18n import _
from showroom.store.models import Ask, Moment, Outcome, Visit, VisitKind, Wording

Z = 1.959963984540054  # of the normal distribution: 95 % lie within


class Count(NamedTuple):
    """Asks, and how many of them were given."""

    asks: int
    given: int

    @property
    def rate(self) -> float:
        """Given ÷ asked, 0 to 1; 0 when nobody was asked."""
        return self.given / self.asks if self.asks else 0.0


NOTHING = Count(0, 0)


class Key(NamedTuple):
    """What asks are counted by; `script_id` None are the words we ship."""

    moment: Moment
    again: bool
    script_id: int | None
    wording: Wording | None


Tally = dict[Key, Count]


# --- counting


def read(session: Session, first: date, last: date) -> Tally:
    """The asks of the walk-ins of these days, both included."""
    found = session.execute(_counted(), {"first": first, "last": last})
    return {
        Key(moment, again, script_id, wording): Count(asks, succeeded)
        for moment, again, script_id, wording, asks, succeeded in found
    }


@cache
def _counted() -> Select[Moment, bool, int | None, Wording | None, int, int]:
    """Made once, for any days: the asks of today are counted after every save."""
    given = func.count(case((Ask.outcome == Outcome.GIVEN, 1)))
    by = (Ask.moment, Visit.again, Ask.script_id, Ask.wording)
    return (
        select(*by, func.count(Ask.id), given)
        .join(Visit, Visit.id == Ask.visit_id)
        .where(
            Visit.day.between(bindparam("first"), bindparam("last")),
            Visit.kind == VisitKind.WALK_IN,
        )
        .group_by(*by)
    )


def add(one: Tally, other: Tally) -> Tally:
    """Both together."""
    whole = dict(one)
    for key, count in other.items():
        whole[key] = _sum((whole.get(key, NOTHING), count))
    return whole


def asked(tally: Tally, moment: Moment, script_id: int | None, wording: Wording) -> Count:
    """What came of one text at one moment."""
    return _sum(
        count
        for key, count in tally.items()
        if (key.moment, key.script_id, key.wording) == (moment, script_id, wording)
    )


def _sum(counts: Iterable[Count]) -> Count:
    both = list(counts)
    return Count(sum(one.asks for one in both), sum(one.given for one in both))


# --- what to try next


class Rate(NamedTuple):
    """What came of a moment; `split` when only visits like this one (first or again) count."""

    tried: Count
    split: bool
    enough: bool


def rates(tally: Tally, *, again: bool, least: int) -> dict[Moment, Rate]:
    """How each moment did, for a first visit or one again.

    First and again are told apart where both have at least `least` asks; with fewer asks than that
    altogether a rate is not `enough`.
    """
    found = {}
    for moment in Moment:
        parts = {
            side: _sum(c for key, c in tally.items() if key[:2] == (moment, side))
            for side in (False, True)
        }
        split = all(part.asks >= least for part in parts.values())
        count = parts[again] if split else _sum(parts.values())
        found[moment] = Rate(count, split, count.asks >= max(least, 1))
    return found


def suggest(
    states: Sequence[State],
    found: dict[Moment, Rate],
    *,
    shut: Collection[Moment] = (),
    contact: bool = False,
) -> Moment | None:
    """The moment to try next: of those still open the one that succeeded most often here.

    Open is what was not tried and not `shut` (no draw, no gift today). While none of them has
    enough asks it is the first in their order. The farewell is the last resort (DOMAIN §4.1): only
    when nothing else is open. None with a contact on file or given, and when all was tried.
    """
    if contact or any(state.outcome is Outcome.GIVEN for state in states):
        return None
    open_ = [s.moment for s in states if s.outcome is None and s.moment not in shut]
    early = [moment for moment in open_ if moment is not Moment.FAREWELL] or open_
    known = [moment for moment in early if found[moment].enough]
    if known:
        return max(known, key=lambda moment: found[moment].tried.rate)
    return early[0] if early else None


# --- which wording is better


class Interval(NamedTuple):
    """Between which values the truth lies, 95 times of 100."""

    low: float
    high: float


def wilson(count: Count) -> Interval:
    """The 95 % interval of a rate, 0 to 1; of nothing asked it is 0 to 1.

    Wilson's score interval: E. B. Wilson, Probable inference, the law of succession, and
    statistical inference, JASA 22 (1927) 209-212. With p = given ÷ n:
    (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) ÷ (1 + z²/n).
    """
    n = count.asks
    if not n:
        return Interval(0.0, 1.0)
    middle = count.rate + Z * Z / (2 * n)
    reach = Z * sqrt(count.rate * (1 - count.rate) / n + Z * Z / (4 * n * n))
    whole = 1 + Z * Z / n
    return Interval(max((middle - reach) / whole, 0.0), min((middle + reach) / whole, 1.0))


def newcombe(a: Count, b: Count) -> Interval:
    """The 95 % interval of the difference of two rates, b less a, -1 to 1.

    R. G. Newcombe, Interval estimation for the difference between independent proportions,
    Statistics in Medicine 17 (1998) 873-890, method 10: from the Wilson limits l, u of each,
    d - √((p_b-l_b)² + (u_a-p_a)²) to d + √((u_b-p_b)² + (p_a-l_a)²) with d = p_b - p_a.
    """
    one, two = wilson(a), wilson(b)
    difference = b.rate - a.rate
    below = sqrt((b.rate - two.low) ** 2 + (one.high - a.rate) ** 2)
    above = sqrt((two.high - b.rate) ** 2 + (a.rate - one.low) ** 2)
    return Interval(max(difference - below, -1.0), min(difference + above, 1.0))


def verdict(a: Count, b: Count, *, least: int) -> str:
    """What two wordings of the same tell, in a sentence; "not enough yet" is one.

    Each needs `least` asks. One is called better only when the interval of the difference leaves
    0 out.
    """
    if min(a.asks, b.asks) < max(least, 1):
        said = _("Not enough yet: A was asked {a} times, B {b} times; each needs {least}.")
        return said.format(a=a.asks, b=b.asks, least=max(least, 1))
    low, high = newcombe(a, b)
    if low > 0:
        return _("B is better by {low} to {high} points.").format(
            low=points(low), high=points(high)
        )
    if high < 0:
        return _("A is better by {low} to {high} points.").format(
            low=points(-high), high=points(-low)
        )
    said = _("No difference shown: B may be {worse} points worse or {better} better.")
    return said.format(worse=points(-low), better=points(high))


def points(value: float) -> str:
    """A share as points of a hundred: 0.041 is 4; below 1 with a decimal."""
    return f"{value * 100:.0f}" if value >= 0.01 or not value else f"{value * 100:.1f}"


def evenly(counts: dict[Wording, Count]) -> Wording:
    """The wording that was asked less often with; A when both were as often."""
    return min(counts, key=lambda wording: (counts[wording].asks, wording))
