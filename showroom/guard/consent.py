"""What a customer agreed to: for which purpose, by which way, when, how, told by which wording.

A withdrawal stops that way at once: no reminder, no card, no contact data of it in any list that
leaves (PIPL 14-15, DOMAIN §4.4). `Customer.do_not_contact` stops all of them. Nothing said is no
withdrawal: he left his number and was told what for. Whoever came from a file said nothing to us:
an import notes no consent, and his file says so until he is asked.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, literal_column, select, true
from sqlalchemy.orm import Session

from showroom.errors import ShowroomError
from showroom.guard import notice
from showroom.i18n import N_, _
from showroom.store import barred, journal, models
from showroom.store.listed import listed
from showroom.store.models import (
    Ask,
    Card,
    Customer,
    FollowUp,
    Heard,
    Moment,
    Outcome,
    Purpose,
    Visit,
    Way,
)

WAYS: Final = {
    Way.PHONE: N_("Phone"),
    Way.SMS: N_("SMS"),
    Way.WECHAT: N_("WeChat"),
    Way.POST: N_("Post"),
}
PURPOSES: Final = {
    Purpose.CONTACT: N_("Contact about the purchase"),
    Purpose.CARDS: N_("Cards"),
    Purpose.EVENTS: N_("Events"),
}
FOR: Final = {
    Way.PHONE: Purpose.CONTACT,
    Way.SMS: Purpose.CONTACT,
    Way.WECHAT: Purpose.CONTACT,
    Way.POST: Purpose.CARDS,
}
"""What a way is asked for at the desk."""
STOPPED: Final = N_("Do not contact")
"""Why a card is skipped for who may not be reached; kept in the language in use."""
EVENTS: Final = Way.PHONE
"""The way an invitation to an event is noted by: without events he may still be called."""


class Said(NamedTuple):
    """What a customer said about one way; both None: nothing yet."""

    way: Way
    given_at: datetime | None
    withdrawn_at: datetime | None
    wording: int

    @property
    def open(self) -> bool:
        """Whether he agreed and still does."""
        return self.given_at is not None and self.withdrawn_at is None


def of_customer(session: Session, customer_id: int) -> list[Said]:
    """What he said about every way, in the order of `WAYS`; what is withdrawn is so for all."""
    said = {way: Said(way, None, None, 0) for way in WAYS}
    for row in session.scalars(
        select(models.Consent)
        .where(models.Consent.customer_id == customer_id, models.Consent.purpose != Purpose.EVENTS)
        .order_by(models.Consent.id)
    ):
        if said[row.way].withdrawn_at is None:
            said[row.way] = Said(row.way, row.given_at, row.withdrawn_at, row.wording)
    return list(said.values())


def give(
    session: Session,
    customer_id: int,
    way: Way,
    *,
    purpose: Purpose | None = None,
    how: Heard = Heard.DESK,
    visit_id: int | None = None,
    now: datetime,
) -> None:
    """Note that he agrees to this way, from now on by the wording in force.

    Without a purpose for what the way is asked for; an earlier withdrawal of the way is over. With
    a visit it was heard there, at the moment of the last ask that was given that day.
    """
    journal.act(session, "consent", _customer(session, customer_id))
    told = _told(session, how, visit_id, now)
    wanted: Purpose | None = purpose or FOR[way]
    for row in _rows(session, customer_id, way, events=wanted is Purpose.EVENTS):
        if row.purpose is wanted:
            wanted = None
        elif row.withdrawn_at is None:
            continue
        for name, value in told.items():
            setattr(row, name, value)
    if wanted is not None:
        session.add(models.Consent(customer_id=customer_id, purpose=wanted, way=way, **told))
    session.flush()


def captured(
    session: Session,
    customer_id: int,
    *,
    now: datetime,
    how: Heard = Heard.VISIT,
    visit_id: int | None = None,
) -> None:
    """He left his phone: that is a consent to be called, unless he spoke before."""
    if _rows(session, customer_id, Way.PHONE):
        return
    journal.act(session, "consent", _customer(session, customer_id))
    told = _told(session, how, visit_id, now)
    said = {"purpose": FOR[Way.PHONE], "way": Way.PHONE}
    session.add(models.Consent(customer_id=customer_id, **said, **told))
    session.flush()


def _told(session: Session, how: Heard, visit_id: int | None, now: datetime) -> dict[str, Any]:
    """What is written down of a consent that is given now."""
    return {
        "given_at": now,
        "how": how if visit_id is None else Heard.VISIT,
        "wording": notice.keep(session),
        "staff_id": session.info["staff_id"],
        "visit_id": visit_id,
        "moment": None if visit_id is None else _moment(session, visit_id),
        "withdrawn_at": None,
    }


def heard_at(session: Session, visit_id: int, moment: Moment) -> None:
    """The ask is noted after the phone was typed: the consents of the visit were heard then."""
    for row in session.scalars(
        select(models.Consent).where(
            models.Consent.visit_id == visit_id, models.Consent.moment.is_(None)
        )
    ):
        row.moment = moment


def _moment(session: Session, visit_id: int) -> Moment | None:
    """The moment of the last ask that was given by who came, on the day of the visit."""
    visit = session.get_one(Visit, visit_id)
    his = Visit.id == visit_id
    if visit.customer_id is not None:
        his = (Visit.customer_id == visit.customer_id) & (Visit.day == visit.day)
    return session.scalar(
        select(Ask.moment)
        .join(Visit, Visit.id == Ask.visit_id)
        .where(his, Ask.outcome == Outcome.GIVEN)
        .order_by(Ask.at.desc(), Ask.id.desc())
        .limit(1)
    )


def withdraw(session: Session, customer_id: int, way: Way, *, now: datetime) -> None:
    """Note that he does not want this way any more; what waits for him by it is stopped at once."""
    journal.act(session, "withdraw", _customer(session, customer_id))
    rows = _rows(session, customer_id, way)
    for row in (*rows, *_rows(session, customer_id, way, events=True)):
        row.withdrawn_at = row.withdrawn_at or now
    if not rows:
        session.add(_refusal(session, customer_id, FOR[way], way, now))
    session.flush()
    stop(session, [customer_id], now=now)


def events(session: Session, customer_id: int) -> Said:
    """What he said about being invited to events."""
    for row in _rows(session, customer_id, EVENTS, events=True):
        return Said(row.way, row.given_at, row.withdrawn_at, row.wording)
    return Said(EVENTS, None, None, 0)


def withdraw_events(session: Session, customer_id: int, *, now: datetime) -> None:
    """Note that he wants no invitations any more; the rest of what he agreed to stays."""
    journal.act(session, "withdraw", _customer(session, customer_id))
    rows = _rows(session, customer_id, EVENTS, events=True)
    for row in rows:
        row.withdrawn_at = row.withdrawn_at or now
    if not rows:
        session.add(_refusal(session, customer_id, Purpose.EVENTS, EVENTS, now))
    session.flush()


def _refusal(
    session: Session, customer_id: int, purpose: Purpose, way: Way, now: datetime
) -> models.Consent:
    """He said no before he was asked."""
    return models.Consent(
        customer_id=customer_id,
        purpose=purpose,
        way=way,
        given_at=None,
        how=Heard.DESK,
        wording=notice.keep(session),
        staff_id=session.info["staff_id"],
        withdrawn_at=now,
    )


def stop(session: Session, ids: Collection[int] | None = None, *, now: datetime) -> int:
    """Take back the reminders, and out of the queue the cards, of those who may not be reached.

    Of these customers, or of all. Returns how many.
    """
    session.flush()
    theirs = true() if ids is None else Customer.id.in_(listed(ids))
    reminders = session.scalars(
        select(FollowUp)
        .join(Customer, Customer.id == FollowUp.customer_id)
        .where(theirs, FollowUp.done_at.is_(None), barred.from_contact())
    ).all()
    cards = session.scalars(
        select(Card)
        .join(Customer, Customer.id == Card.customer_id)
        .where(
            theirs,
            Card.printed_at.is_(None),
            Card.skipped_at.is_(None),
            barred.from_post(),
        )
    ).all()
    for reminder in reminders:
        session.delete(reminder)
    for card in cards:
        card.skipped_at, card.skip_reason = now, _(STOPPED)
    session.flush()
    return len(reminders) + len(cards)


def is_barred(session: Session, customer_id: int, way: Way | None = None) -> bool:
    """Whether he may not be reached by this way; without one, whether no reminder may be made."""
    session.flush()
    return session.scalar(_barred(way), {"customer_id": customer_id}) is not None


@cache
def _barred(way: Way | None) -> Select[int]:
    """Made once: it is asked before whatever is promised."""
    stopped: ColumnElement[bool] = barred.from_contact()
    if way is not None:
        stopped = Customer.do_not_contact | barred.withdrawn(way)
    return select(Customer.id).where(Customer.id == bindparam("customer_id"), stopped)


def complains(session: Session, customer_id: int) -> bool:
    """Whether a complaint of his is not closed: no card goes out, nobody asks him for others."""
    query = select(Customer.id).where(Customer.id == customer_id, barred.complaining())
    return session.scalar(query) is not None


def count_complaining(session: Session) -> int:
    """How many customers on file have a complaint that is not closed."""
    # the plus keeps SQLite from walking all customers: those who complain are few
    on_file = literal_column("+customer.erased_at").is_(None)
    query = select(func.count()).select_from(Customer).where(on_file, barred.complaining())
    return session.scalar(query) or 0


def withdrawn(session: Session) -> dict[Way, set[int]]:
    """The customers who do not want a way any more, of all in the file."""
    found: dict[Way, set[int]] = {way: set() for way in WAYS}
    for id, way in session.execute(
        select(models.Consent.customer_id, models.Consent.way).where(
            models.Consent.withdrawn_at.is_not(None), models.Consent.purpose != Purpose.EVENTS
        )
    ):
        found[way].add(id)
    return found


def unreachable(session: Session) -> dict[Way, set[int]]:
    """Whose contact by a way leaves in no list: he withdrew it, or must not be contacted at all."""
    stopped = set(session.scalars(barred.stopped()))
    return {way: ids | stopped for way, ids in withdrawn(session).items()}


def _rows(
    session: Session, customer_id: int, way: Way, *, events: bool = False
) -> list[models.Consent]:
    """What he said about this way: about invitations, or about all the rest."""
    query = select(models.Consent).where(
        models.Consent.customer_id == customer_id, models.Consent.way == way
    )
    invited = models.Consent.purpose == Purpose.EVENTS
    return list(session.scalars(query.where(invited if events else ~invited)))


def _customer(session: Session, customer_id: int) -> Customer:
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise ShowroomError(_("This customer is no longer in the file."))
    return customer
