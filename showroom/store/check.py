"""Does the file keep the rules of the business, and is it whole: each problem named and counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, String, and_, exists, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from showroom.errors import ShowroomError
from showroom.i18n import N_, _
from showroom.progress import Progress
from showroom.store import barred, damage, index, journal
from showroom.store.db import Database
from showroom.store.models import (
    Action,
    Ask,
    Card,
    CardKind,
    Change,
    Code,
    Customer,
    Deal,
    FollowUp,
    Gift,
    GiftMove,
    Outcome,
    Phone,
    Promise,
    Status,
    Visit,
    everything,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that should not be: how often, what, and how it is put right."""

    code: str
    count: int
    sentence: str
    repair: str


class _Rule(NamedTuple):
    code: str
    sentence: str
    repair: str
    broken: Callable[[Session, date], int]


def check(db: Database, progress: Progress | None = None) -> list[Problem]:
    """Every problem of the file, the damaging ones first; an empty list is good news.

    Reads every page: some seconds for 100,000 customers.
    """
    progress = progress or Progress()
    found = [Problem("damage", len(bad), _(DAMAGE), _(RESTORE)) for bad in [_damage(db)] if bad]
    if found:
        return found  # what stands in damaged pages proves nothing
    with db.read() as session:
        today = db.today()
        for rule in progress.track(RULES):
            count = rule.broken(session, today)
            if count:
                found.append(Problem(rule.code, count, _(rule.sentence), _(rule.repair)))
    return found


def mend(db: Database) -> int:
    """Put right what can be worked out, see `MENDED`; returns how many customers there are.

    What waits for who must not be contacted is stopped by `guard.upkeep.mend`.
    """
    newest = func.max(Visit.day)
    with db.write() as session:
        behind = session.execute(
            select(Customer.id, newest)
            .join(Visit, Visit.customer_id == Customer.id)
            .group_by(Customer.id)
            .having(or_(Customer.last_visit_on.is_(None), newest > Customer.last_visit_on))
        ).all()
        journal.act(session, "change_customer")
        dates = [{"id": id, "last_visit_on": day} for id, day in behind]
        journal.update_many(session, Customer, dates)
        days = session.execute(
            select(
                Customer.id, func.date(Customer.created_at, "localtime"), Customer.first_visit_on
            ).where(_dayless)
        ).all()
        left = [
            {"id": id, "contact_on": min(date.fromisoformat(made), first or date.max)}
            for id, made, first in days
        ]
        journal.update_many(session, Customer, left)
        sums = session.execute(select(Gift.id, _moved).where(Gift.stock != _moved, _moved >= 0))
        journal.update_many(session, Gift, [{"id": id, "stock": count} for id, count in sums])
        return index.rebuild(session)


def _damage(db: Database) -> list[str]:
    """The complaints of SQLCipher, or where every page is authentic, those of SQLite."""
    try:
        with db.read() as session:
            execute = session.connection().exec_driver_sql
            seals = damage.broken_seals(execute)
            if seals:
                return seals
            lines = [str(row[0]) for row in execute("PRAGMA integrity_check").fetchall()]
            return [line for line in lines if line != "ok"]
    except ShowroomError as error:
        return [str(error)]


# --- the rules


def _count(
    *where: Callable[[date], ColumnElement[bool]] | ColumnElement[bool],
) -> Callable[[Session, date], int]:
    """How many rows meet all of this; a condition may ask for today."""

    def count(session: Session, today: date) -> int:
        parts = [part(today) if callable(part) else part for part in where]
        return session.scalar(select(func.count()).where(*parts)) or 0

    return count


def _orphans(session: Session, _today: date) -> int:
    return len(session.connection().exec_driver_sql("PRAGMA foreign_key_check").fetchall())


def _unindexed(session: Session, _today: date) -> int:
    """Customers that the search cannot find, and finds of customers that are gone.

    Where an earlier program made the index nobody is found by all that finds him.
    """
    execute = session.connection().exec_driver_sql
    if execute("PRAGMA user_version").scalar() != index.VERSION:
        return session.scalar(select(func.count()).select_from(Customer)) or 0
    return int(
        execute(
            "SELECT (SELECT count(*) FROM customer WHERE id NOT IN"
            " (SELECT rowid FROM customer_fts))"
            " + (SELECT count(*) FROM customer_fts WHERE rowid > 0"
            " AND rowid NOT IN (SELECT id FROM customer))"
        ).scalar_one()
    )


def _unknown_words(session: Session, _today: date) -> int:
    """Codes that this program does not know: their rows could not be read."""
    total = 0
    connection = session.connection()
    for table in everything().metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Code):
                words = [str(word) for word in column.type.kind]
                stored = type_coerce(column, String)
                total += connection.scalar(select(func.count()).where(stored.not_in(words))) or 0
    return total


_next = exists().where(
    FollowUp.customer_id == Customer.id,
    FollowUp.rule == Promise.NEXT,
    FollowUp.done_at.is_(None),
)
_phone = exists().where(Phone.customer_id == Customer.id)
_thanks = exists().where(Card.deal_id == Deal.id, Card.kind == CardKind.THANKS)
_made = exists().where(
    Change.table_name == Deal.__tablename__,
    Change.row_id == Deal.id,
    Change.before.is_(None),
    Action.id == Change.action_id,
)
_imported = _made.where(Action.verb == "import")  # from a file: it was closed long before
_given = exists().where(Ask.visit_id == Visit.id, Ask.outcome == Outcome.GIVEN)
_nameless = exists().where(
    Customer.id == Visit.customer_id, Customer.contact_on.is_(None), Customer.erased_at.is_(None)
)
_reminder = exists().where(FollowUp.customer_id == Customer.id, FollowUp.done_at.is_(None))
_card_waits = exists().where(
    Card.customer_id == Customer.id, Card.printed_at.is_(None), Card.skipped_at.is_(None)
)
_later_visit = exists().where(
    Visit.customer_id == Customer.id,
    or_(Customer.last_visit_on.is_(None), Visit.day > Customer.last_visit_on),
)
_moved = (
    select(func.coalesce(func.sum(GiftMove.count), 0))
    .where(GiftMove.gift_id == Gift.id)
    .correlate(Gift)
    .scalar_subquery()
)

_dayless = and_(
    Customer.contact_on.is_(None),
    Customer.erased_at.is_(None),
    or_(Customer.wechat != "", _phone),
)

MENDED: Final = frozenset({"contact_day", "index", "last_visit", "blocked", "gift_stock"})
DAMAGE: Final = N_("Damage in the data file")
RESTORE: Final = N_("Restore the last backup.")

RULES: Final = (
    _Rule("orphans", N_("Rows that refer to something that is gone"), RESTORE, _orphans),
    _Rule(
        "unknown_words",
        N_("Entries in a word that this version does not know"),
        N_("Update the program."),
        _unknown_words,
    ),
    _Rule(
        "index",
        N_("Customers that the search does not find"),
        N_("Put it right on the settings page."),
        _unindexed,
    ),
    _Rule(
        "no_next",
        N_("Open customers without a next contact"),
        N_("Open the customer and set the level: the next contact follows."),
        _count(
            Customer.status.in_([Status.OPEN, Status.ORDERED]),
            ~barred.from_contact(),
            ~_next,
        ),
    ),
    _Rule(
        "no_phone",
        N_("Open customers without phone or WeChat"),
        N_("Add a phone number or WeChat, or change the status."),
        _count(Customer.status == Status.OPEN, Customer.wechat == "", ~_phone),
    ),
    _Rule(
        "contact_day",
        N_("Customers with a phone or WeChat, but without the day they left it"),
        N_("Put it right on the settings page."),
        _count(_dayless),
    ),
    _Rule(
        "bad_phone",
        N_("Phone numbers that cannot be called"),
        N_("Open the customer and correct the number."),
        _count(
            or_(
                func.glob("+[1-9]*", Phone.number) == 0,
                func.glob("*[^0-9]*", func.substr(Phone.number, 2)) == 1,
            )
        ),
    ),
    _Rule(
        "not_joined",
        N_("Visits with a contact given, but without a customer"),
        N_("Open the visit and enter the phone number."),
        _count(or_(Visit.customer_id.is_(None), _nameless), _given),
    ),
    _Rule(
        "left_open",
        N_("Visits of earlier days still open"),
        N_("Open the visit and enter when they left."),
        _count(Visit.left_at.is_(None), lambda today: Visit.day < today),
    ),
    _Rule(
        "last_visit",
        N_("Customers whose last visit is not the last one"),
        N_("Put it right on the settings page."),
        _count(_later_visit),
    ),
    _Rule(
        "no_card",
        N_("Deals without a thank-you card"),
        N_("Open the customer and undo what removed the card."),
        # of a deal that was made before the journal begins nobody knows where it came from
        _count(Deal.cancelled_on.is_(None), _made, ~_imported, ~_thanks),
    ),
    _Rule(
        "deal_status",
        N_("Buyers who do not have the status of one"),
        N_("Open the customer and undo what changed the status."),
        _count(
            Deal.cancelled_on.is_(None),
            Deal.customer_id == Customer.id,
            Customer.status.not_in([Status.ORDERED, Status.OWNER]),
        ),
    ),
    _Rule(
        "blocked",
        N_("Reminders or cards for customers who must not be contacted"),
        N_("Put it right on the settings page."),
        _count(or_(and_(barred.from_contact(), _reminder), and_(barred.from_post(), _card_waits))),
    ),
    _Rule(
        "gift_stock",
        N_("Gifts whose stock is not what came in less what went out"),
        N_("Put it right on the settings page."),
        _count(Gift.stock != _moved),
    ),
)
