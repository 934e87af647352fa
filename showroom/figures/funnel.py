"""The funnel of a time, whole and by kind of channel, with the rates beside it (DOMAIN §7.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from showroom.choices import GROUPS
from showroom.figures import cuts
from showroom.figures.counts import Counts
from showroom.figures.cuts import Slice
from showroom.i18n import N_, _

STEPS: Final = (
    ("walk_ins", N_("Walk-ins")),
    ("known", N_("Contact known")),
    ("again", N_("Came again")),
    ("drives", N_("Test drives")),
    ("orders", N_("Orders")),
    ("delivered", N_("Deliveries")),
)
RATES: Final = (
    ("of_known", N_("Orders of contacts known"), "orders", "known"),
    ("of_walk_ins", N_("Orders of walk-ins"), "orders", "walk_ins"),
    ("of_orders", N_("Deliveries of orders"), "delivered", "orders"),
)
"""建卡成交率, 到店成交率, 交车率: each one step over another."""


class Part(NamedTuple):
    """One kind of channel: its code, its name, what came through it."""

    code: str
    label: str
    counts: Counts


def by_group(
    session: Session, first: date, last: date, slices: Sequence[Slice] | None = None
) -> list[Part]:
    """The kinds of channel in their order; what has none stands last, when there is any.

    An order goes with the channel of its customer, as in the table of channels.
    """
    slices = cuts.by_channel(session, first, last) if slices is None else slices
    found: dict[str, Counts] = {code: Counts() for code in GROUPS}
    for slice in slices:
        found[slice.group] = cuts.added(found.get(slice.group, Counts()), slice.counts)
    return [
        Part(code, _(GROUPS[code]) if code in GROUPS else _("Not noted"), counts)
        for code, counts in found.items()
    ]
