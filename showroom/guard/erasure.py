"""Erasing a person: nothing that says who he was stays, and nothing brings him back.

His row stays without a name, so that visits and deals stay counted (DESIGN §4.5); the images of his
rows go out of the journal and their digests stay, so that the trail can still be proved. A keyed
digest of him is kept, and whatever copy is restored, he is erased from it before anybody sees it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from showroom.errors import ShowroomError
from showroom.guard import belongings, rights
from showroom.guard.belongings import Rows
from showroom.guard.rights import Right
from showroom.i18n import _, ngettext
from showroom.progress import Progress, uncollected
from showroom.store import images, index, journal, tombs
from showroom.store.db import Database, connect, speaking
from showroom.store.listed import listed
from showroom.store.models import (
    Appointment,
    Base,
    Card,
    Cause,
    Complaint,
    ComplaintStep,
    Consent,
    Customer,
    DayClose,
    Deal,
    Different,
    Draft,
    Erased,
    Event,
    FieldValue,
    FollowUp,
    GiftMove,
    Honorific,
    ImportBatch,
    ImportRow,
    Invitation,
    KeyDate,
    KeyMove,
    Level,
    ListEntry,
    Loss,
    Phone,
    Proof,
    Referral,
    Relation,
    SpotCheck,
    Status,
    Survey,
    Talk,
    Trait,
    Vehicle,
    Visit,
)
from showroom.store.tombs import Graves

log = logging.getLogger(__name__)

STEPS: Final = 8
NAMELESS: Final[dict[str, Any]] = {
    "name": "",
    "honorific": Honorific.NONE,
    "title": "",
    "wechat": "",
    "address": "",
    "postcode": "",
    "birthday": None,
    "birthday_lunar": False,
    "birthday_more": 0,
    "note": "",
    "level": Level.UNRATED,
    "do_not_contact": True,
}
EMPTIED: Final[dict[Any, dict[str, Any]]] = {
    Visit: {
        "name": "",
        "honorific": Honorific.NONE,
        "note": "",
        "rival": "",
        "course": "",
        "their_number": "",
    },
    Appointment: {"name": "", "honorific": Honorific.NONE, "phone": "", "note": ""},
    Deal: {"vin": "", "cancel_note": ""},
    Card: {"words": "", "skip_reason": "", "said": ""},
    FollowUp: {"result": ""},
    ImportRow: {"cells": "[]", "reason": ""},
    ImportBatch: {"file_name": ""},
    GiftMove: {"receiver": "", "note": ""},
    KeyMove: {"purpose": ""},
    DayClose: {"note": ""},
    Event: {"note": "", "prize": ""},
    Loss: {"shop": "", "note": "", "answer": ""},
    Referral: {"reward_words": "", "note": ""},
    SpotCheck: {"note": ""},
    Survey: {"words": ""},
    Talk: {"note": ""},
    Complaint: {"words": "", "car": ""},
    ComplaintStep: {"words": ""},
    Invitation: {"prize": ""},
}
"""What is written over the words of the rows that stay."""
GOING: Final[tuple[Any, ...]] = (
    *(Phone, Consent, Trait, Vehicle, FieldValue, ListEntry, Relation, Different, Proof),
    KeyDate,
)

UNSPEAKING: Final = {"ask", "test_drive", "list_entry", "different", "told"}  # no words in them
BUYERS: Final = (Status.ORDERED, Status.OWNER)


class Gone(NamedTuple):
    """What an erasure did: how many persons, and what of them stays, counted but nameless.

    `reworded` cards to others named them and wait now with the words of their template.
    """

    persons: int
    visits: int
    deals: int
    reworded: int = 0


def refusal(session: Session, customer_id: int) -> str:
    """Why this person cannot be erased now, or nothing: a deal that is open is carried out."""
    return _refused(_open_deals(session, [customer_id]))


def erase(
    session: Session,
    ids: int | Collection[int],
    *,
    why: Cause,
    progress: Progress | None = None,
) -> Gone:
    """Erase persons, all in one action that nothing takes back; call `clean` after the commit.

    Raises `ShowroomError` for who may not, for somebody who is gone, and for an open deal.
    """
    rights.require(session, Right.DELETE)
    chosen = [ids] if isinstance(ids, int) else list(dict.fromkeys(ids))
    refused = _refused(_open_deals(session, chosen))
    if refused:
        raise ShowroomError(refused)
    with uncollected():
        return _erase(session, chosen, why, progress or Progress())


def clean(db: Database) -> None:
    """Take what an erasure left behind off the disk, and tell the folder of copies who it was."""
    tombs.write(db.backups, tombs.of_file(db.path, db.key))
    connection = connect(db.path, db.key)
    try:
        with speaking(db.path):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.close()


def erase_now(
    db: Database, ids: Collection[int], *, why: Cause, progress: Progress | None = None
) -> Gone:
    """Erase persons and clean up behind; for a job. Raises as `erase` does."""
    with db.write() as session:
        gone = erase(session, ids, why=why, progress=progress)
    clean(db)
    log.info("erased %d persons", gone.persons)
    return gone


def _open_deals(session: Session, ids: Sequence[int]) -> list[str]:
    numbers: list[str] = []
    for where, values in images.blocks("customer_id", ids):
        found = session.connection().exec_driver_sql(
            "SELECT number, customer_id FROM deal WHERE delivered_on IS NULL"
            f" AND cancelled_on IS NULL AND {where} ORDER BY number",
            values,
        )
        numbers += [number for number, whose in found if whose in set(ids)]
    return numbers


def _refused(numbers: Sequence[str]) -> str:
    if not numbers:
        return ""
    return _(
        "Deal {numbers} is neither delivered nor cancelled: as long as it is open it needs the "
        "customer. Erase him afterwards."
    ).format(numbers=", ".join(numbers[:3]))


# --- the work


def _erase(
    session: Session,
    chosen: list[int],
    why: Cause,
    progress: Progress,
    before: dict[int, str] | None = None,
) -> Gone:
    """`before` says when those were erased who are erased once more."""
    people = {
        one.id: one
        for one in session.scalars(
            select(Customer).where(Customer.id.in_(listed(chosen)), Customer.erased_at.is_(None))
        )
    }
    if len(people) != len(chosen):
        raise ShowroomError(_("This customer is no longer in the file."))
    now: datetime = session.info["now"]
    single = people[chosen[0]] if len(chosen) == 1 else None
    journal.act(session, "erase", single)
    if single is None:
        said = ngettext("{count} person", "{count} people", len(chosen))
        session.info.setdefault("what", said.format(count=f"{len(chosen):,}"))
    held = belongings.rows(session, chosen)
    past = belongings.past(session, chosen, held)
    shared = belongings.shared(session, chosen)
    made = belongings.traces(session, held, past, but=shared)
    lives = belongings.lives(session, made)
    for table, them in belongings.former(session, lives).items():
        past.setdefault(table, []).extend(them)
    past.setdefault("customer", []).extend(lives)
    progress.step(1, STEPS)
    _bury(session, held, why, before or {})
    naming, beside = belongings.cards_about(session, held, made)
    reworded = session.scalar(
        select(func.count()).where(
            Card.id.in_(listed(naming)), Card.printed_at.is_(None), Card.skipped_at.is_(None)
        )
    )
    held["card"] += naming
    past.setdefault("card", []).extend(beside)
    held["import_row"] += belongings.mentions(session, held, made)
    held["import_batch"] = belongings.files(session, made)
    loose, spoken = belongings.loose(session, made)
    for table, them in loose.items():
        held[table] = sorted({*held.get(table, ()), *them})
    for table, them in spoken.items():
        past.setdefault(table, []).extend(them)
    for table in ("day_close", "event"):
        held.setdefault(table, [])
    texts = belongings.actions(session, held, made)
    progress.step(2, STEPS)
    typed = belongings.drafts(session, held, made)
    session.connection().execute(delete(_table(Draft)).where(_table(Draft).c.key.in_(typed)))
    _take_away(session, held)
    progress.step(3, STEPS)
    _blank(session, held, people.values(), now)
    progress.step(4, STEPS)
    journal.empty_texts(session, texts)
    for table in {*held, *past} - UNSPEAKING:
        journal.empty(session, table, [*held.get(table, ()), *past.get(table, ())])
    progress.step(5, STEPS)
    index.forget(session, chosen)
    progress.step(STEPS, STEPS)
    return Gone(len(chosen), len(held["visit"]), len(held["deal"]), reworded or 0)


def _bury(session: Session, held: Rows, why: Cause, before: dict[int, str]) -> None:
    """Write down the digests of these persons, and of the numbers that only they have.

    Also of the guests who turned out to be them: an older copy still has these by themselves.
    """
    digest = tombs.digester(session.info["sealer"].tombs)
    connection = session.connection()
    now: datetime = session.info["now"]
    shared = belongings.shared(session, held["customer"])
    numbers: dict[int, list[str]] = {}
    for row in images.current(connection, _table(Phone), held["phone"]).values():
        if row["number"] not in shared:
            numbers.setdefault(row["customer_id"], []).append(digest(tombs.phone(row["number"])))
    people = images.current(connection, _table(Customer), held["customer"], ["created_at"])
    made = {id: people[id]["created_at"] for id in held["customer"]}
    made |= belongings.made_at(session, belongings.absorbed(session, held))
    connection.execute(
        insert(_table(Erased)),
        [
            {
                "at": datetime.fromisoformat(f"{before[id]}+00:00") if id in before else now,
                "staff_id": session.info["staff_id"],
                "cause": why,
                "person": digest(tombs.person(id, created)),
                "phones": " ".join(sorted(numbers.get(id, ()))),
            }
            for id, created in made.items()
        ],
    )


def _take_away(session: Session, held: Rows) -> None:
    """Remove the rows that are about nobody but them: phones, consents, what is still promised."""
    for model in GOING:
        mine = held[model.__tablename__]
        for row in session.scalars(select(model).where(model.id.in_(listed(mine)))):
            session.delete(row)
    open_ones = select(FollowUp).where(
        FollowUp.id.in_(listed(held["follow_up"])), FollowUp.done_at.is_(None)
    )
    for promise in session.scalars(open_ones):
        session.delete(promise)
    session.flush()
    pairs = json.dumps(held["likely_pair"])
    execute = session.connection().exec_driver_sql
    execute("DELETE FROM likely_pair WHERE id IN (SELECT value FROM json_each(?))", (pairs,))
    execute("DELETE FROM proof_file WHERE digest NOT IN (SELECT digest FROM proof)")


def _blank(session: Session, held: Rows, people: Collection[Customer], now: datetime) -> None:
    """Write over the words of the rows that stay."""
    bought = set(
        session.scalars(
            select(Deal.customer_id).where(
                Deal.id.in_(listed(held["deal"])), Deal.cancelled_on.is_(None)
            )
        )
    )
    journal.update_many(
        session,
        Customer,
        [
            {"id": one.id, **NAMELESS, "status": _status(one, bought), "erased_at": now}
            for one in people
        ],
    )
    waiting = session.scalars(
        select(Card.id).where(
            Card.customer_id.in_(listed(held["customer"])),
            Card.printed_at.is_(None),
            Card.skipped_at.is_(None),
        )
    ).all()
    journal.update_many(session, Card, [{"id": id, "skipped_at": now} for id in waiting])
    for model, words in EMPTIED.items():
        ids = session.scalars(
            select(model.id).where(model.id.in_(listed(held[model.__tablename__])))
        )
        journal.update_many(session, model, [{"id": id, **words} for id in ids])


def _status(customer: Customer, bought: set[int]) -> Status:
    """Who was waited for is not any more; who bought stays counted as one who did."""
    if customer.id in bought:
        return customer.status if customer.status in BUYERS else Status.OWNER
    kept = (Status.LOST, Status.INVALID, Status.DORMANT)
    return customer.status if customer.status in kept else Status.DORMANT


# --- copies that are put back


def settle(draft: Path, key: bytes, graves: Graves) -> int:
    """Erase anew whoever was erased since a copy was made, in the copy, before it is in place.

    `draft` is the copy with the tables of today, encrypted with `key`. Returns how many. What is
    known of erased persons goes into it, too: it may come from before they were erased.
    """
    db = Database(draft, key)
    try:
        with db.read() as session:
            found = tombs.found(_driven(session), graves)
        ids = list(found)
        with db.write() as session:
            if ids:
                with uncollected():
                    _erase(session, ids, Cause.ASKED, Progress(), found)
                said = ngettext("{count} person", "{count} people", len(ids))
                session.info["what"] = _("once more, after a restore: {said}").format(
                    said=said.format(count=f"{len(ids):,}")
                )
            _remember(session, key, graves)
    finally:
        db.close()
    return len(ids)


def _remember(session: Session, key: bytes, graves: Graves) -> None:
    """Keep the digests and the secrets that this file does not have yet, past the journal."""
    own = tombs.secret(key)
    connection = session.connection()
    held = tombs.held(_driven(session))
    there = {tomb.person for tomb in held}
    missing = {tomb for tomb in graves.tombs if tomb.person not in there}
    for tomb in sorted(missing):
        connection.exec_driver_sql(
            "INSERT INTO erased (at, cause, person, phones) VALUES (?, ?, ?, ?)",
            (tomb.at, Cause.ASKED.value, tomb.person, " ".join(tomb.phones)),
        )
    for secret in graves.secrets if held or missing else ():
        if secret != own:  # of the desk the copy came from: its older copies may come, too
            key_of_it = f"{tombs.SECRETS}{secret.hex()[:8]}"
            connection.exec_driver_sql(
                "INSERT OR IGNORE INTO setting (key, value) VALUES (?, ?)",
                (key_of_it, json.dumps(secret.hex())),
            )


def _driven(session: Session) -> Any:
    return session.connection().connection.driver_connection


def _table(model: type[Base]) -> Any:
    return model.__table__
