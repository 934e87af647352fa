"""How long persons are kept, by what they are kept for, and who is due to be erased.

PIPL 19: no longer than the purpose needs. The terms are settings and count from the last contact.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from showroom import dates, settings
from showroom.guard import erasure
from showroom.guard.erasure import Gone
from showroom.i18n import N_, _
from showroom.progress import Progress
from showroom.store.db import Database
from showroom.store.models import Cause, Customer, Draft, Honorific

SOON: Final = 80_000
IMPORTANT: Final = 100_000


class Term(StrEnum):
    """What somebody is kept for."""

    LEAD = "lead"
    LOST = "lost"
    OWNER = "owner"


TERMS: Final = {
    Term.LEAD: N_("Not bought, nothing heard"),
    Term.LOST: N_("Lost"),
    Term.OWNER: N_("Owner"),
}

_LAST: Final = """
SELECT c.id, CASE
    WHEN EXISTS (SELECT 1 FROM deal WHERE customer_id = c.id AND cancelled_on IS NULL)
      OR c.status IN ('ordered', 'owner') THEN 'owner'
    WHEN c.status = 'lost' THEN 'lost' ELSE 'lead' END AS term,
  max(date(c.created_at, 'localtime'), coalesce(c.last_visit_on, ''), coalesce(f.day, ''),
      coalesce(d.day, ''), coalesce(k.day, ''), coalesce(a.day, ''), coalesce(i.day, ''),
      coalesce(s.day, '')) AS last
FROM customer AS c
LEFT JOIN (SELECT customer_id, date(max(done_at), 'localtime') AS day FROM follow_up
           WHERE done_at IS NOT NULL GROUP BY customer_id) AS f ON f.customer_id = c.id
LEFT JOIN (SELECT customer_id, max(coalesce(delivered_on, ordered_on)) AS day FROM deal
           GROUP BY customer_id) AS d ON d.customer_id = c.id
LEFT JOIN (SELECT customer_id, date(max(given_at), 'localtime') AS day FROM consent
           GROUP BY customer_id) AS k ON k.customer_id = c.id
LEFT JOIN (SELECT customer_id, max(day) AS day FROM appointment
           WHERE cancelled_at IS NULL GROUP BY customer_id) AS a ON a.customer_id = c.id
LEFT JOIN (SELECT customer_id, date(max(came_at), 'localtime') AS day FROM invitation
           WHERE came_at IS NOT NULL GROUP BY customer_id) AS i ON i.customer_id = c.id
LEFT JOIN (SELECT customer_id, max(day) AS day FROM survey GROUP BY customer_id) AS s
  ON s.customer_id = c.id
WHERE +c.erased_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM deal WHERE customer_id = c.id
                  AND delivered_on IS NULL AND cancelled_on IS NULL)
"""


class DueRow(NamedTuple):
    """Somebody who is due to be erased: why, since when, and when he was last heard of."""

    id: int
    name: str
    honorific: Honorific
    term: Term
    last_on: date
    since: date


def due(session: Session, today: date) -> dict[int, tuple[Term, date]]:
    """Who is due by today, with his term and last contact, the longest silent first.

    Whoever has an open deal is not. 100,000 customers take a second.
    """
    shop = settings.load(session)
    connection = session.connection()
    limits = {term: dates.add_months(today, -months(shop, term)).isoformat() for term in Term}
    found = connection.exec_driver_sql(
        f"SELECT id, term, last FROM ({_LAST}) WHERE last < CASE term WHEN 'owner' THEN ?"
        " WHEN 'lost' THEN ? ELSE ? END ORDER BY last, id",
        (limits[Term.OWNER], limits[Term.LOST], limits[Term.LEAD]),
    )
    return {id: (Term(term), date.fromisoformat(last)) for id, term, last in found}


def months(shop: settings.Settings, term: Term) -> int:
    """How many months of silence a term lasts."""
    return {
        Term.LEAD: shop.keep_months,
        Term.LOST: shop.keep_lost_months,
        Term.OWNER: shop.keep_owner_years * 12,
    }[term]


def rows(session: Session, ids: Sequence[int], found: dict[int, tuple[Term, date]]) -> list[DueRow]:
    """The lines for these ids of `due`, in no order; who is gone has none."""
    shop = settings.load(session)
    people = session.execute(
        select(Customer.id, Customer.name, Customer.honorific).where(
            Customer.id.in_(ids), Customer.erased_at.is_(None)
        )
    )
    return [
        DueRow(id, name, honorific, *found[id], dates.add_months(last, months(shop, term)))
        for id, name, honorific in people
        if id in found
        for term, last in [found[id]]
    ]


def erase_due(
    db: Database, ids: Collection[int] | None = None, progress: Progress | None = None
) -> Gone:
    """Erase who is due by now, or those of them that are named: one action, nothing undoes it.

    Whoever is due no more, because he came meanwhile, stays. Raises `ShowroomError` for who may
    not.
    """
    with db.write() as session:
        found = list(due(session, db.today()))
        chosen = found if ids is None else [id for id in found if id in set(ids)]
        gone = Gone(0, 0, 0)
        if chosen:
            gone = erasure.erase(session, chosen, why=Cause.RETENTION, progress=progress)
    if gone.persons:
        erasure.clean(db)
    return gone


def drop_drafts(db: Database) -> int:
    """Throw away what was typed long ago and never saved; returns how many drafts."""
    with db.write() as session:
        old = _old_drafts(session, db.now())
        session.execute(delete(Draft).where(Draft.key.in_(old)))
    return len(old)


def old_drafts(session: Session, now: datetime) -> int:
    """How many drafts are older than their term."""
    return len(_old_drafts(session, now))


def _old_drafts(session: Session, now: datetime) -> list[str]:
    limit = now - timedelta(days=settings.load(session).keep_draft_days)
    return list(session.scalars(select(Draft.key).where(Draft.at < limit)))


# --- how many there are


def persons(session: Session) -> int:
    """How many persons are on file."""
    counted = select(func.count()).select_from(Customer).where(Customer.erased_at.is_(None))
    return session.scalar(counted) or 0


def count_warning(db: Database) -> str:
    """The warning for as many persons as there are."""
    with db.read() as session:
        return warning(persons(session))


def warning(count: int) -> str:
    """What so many persons oblige the shop to, near the border and above it; else nothing.

    From 100,000 on they are “important data” (汽车数据安全管理若干规定（试行）, 2021, art. 3, which
    names dealers): 10 risk assessment, 11 kept in China, 13 report by 15 December.
    """
    if count >= IMPORTANT:
        said = _(
            "{count} persons are on file. From 100,000 on they count as important data (rules on "
            "automotive data, 2021, art. 3): hand a risk assessment to the cyberspace office of "
            "the province (art. 10), report every year by 15 December (art. 13), keep the data in "
            "China (art. 11). Erase who is due."
        )
    elif count >= SOON:
        said = _(
            "{count} persons are on file. From 100,000 on they count as important data (rules on "
            "automotive data, 2021, art. 3), with a risk assessment and a yearly report to the "
            "authorities. Erase who is due in time."
        )
    else:
        return ""
    return said.format(count=f"{count:,}")
