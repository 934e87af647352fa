"""Writing the invented showroom into an empty desk: one action, all of it or nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import dates
from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.progress import Progress
from showroom.sample.hours import Calendar
from showroom.sample.lives import Inventor
from showroom.sample.shop import open_shop
from showroom.sample.writer import Made, Writer
from showroom.store import journal
from showroom.store.models import Customer, Staff, Visit

BUSIEST: Final = 100  # newcomers a day; of more customers the rest is from before


def fill(
    session: Session,
    *,
    customers: int,
    months: int,
    seed: int,
    now: datetime,
    progress: Progress | None = None,
) -> Made:
    """Invent `customers` customers and all that happened in the `months` up to now.

    The same seed and moment make the same showroom. Raises `ShowroomError` when there is a member
    of staff, a customer or a visit already.
    """
    for table in (Staff, Customer, Visit):
        if session.scalar(select(table.id).limit(1)) is not None:
            raise ShowroomError(
                _("There is data here already. Name an empty folder with --data DIR.")
            )
    journal.act(session, "sample")
    rng = Random(seed)
    today = dates.local_day(now)
    first = dates.add_months(today, -months) + timedelta(days=1)
    newcomers = min(round(customers * 0.85) or 1, BUSIEST * ((today - first).days + 1))
    shop = open_shop(session, newcomers / ((today - first).days + 1))
    inventor = Inventor(rng, shop, Calendar(rng, first, now))
    lives = [inventor.old_acquaintance() for _n in range(customers - newcomers)]
    lives += [inventor.newcomer() for _n in range(newcomers)]
    lives.sort(key=lambda life: life.created)
    others = [inventor.stranger() for _n in range(newcomers // 3)]
    others += [inventor.errand() for _n in range(newcomers // 12)]
    others += [inventor.caller() for _n in range(newcomers // 10)]
    return Writer(session, shop, rng, now, progress or Progress()).write(lives, others)
