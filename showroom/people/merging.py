"""Two customers turn out to be one: all that is his goes over, and one undo parts them again.

One of them keeps his line, and with it his id; everything that names the other names him from then
on, and the line of the other goes. Of what both have only one can hold (a name, an introduction,
an application) one is kept; the journal remembers the rest. What a customer has, and what makes two
of it one and the same, stands in `OWNED`: a guest who left no contact is joined by the same way
(`showroom.door.guests`). How they are parted again: `showroom.people.unmerging`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from showroom import words
from showroom.errors import ShowroomError
from showroom.guard import consent, mask, rights
from showroom.i18n import _
from showroom.people import birthdays, customers, phones, promises
from showroom.people.again import is_anonymous, reckon
from showroom.people.joining import Side, join, joins
from showroom.store import journal
from showroom.store.models import (
    CardKind,
    Customer,
    FollowUp,
    Level,
    LossState,
    Phone,
    Referral,
    ReferralState,
    Role,
    Status,
    Visit,
    everything,
)

FACTS: Final = (
    *("name", "honorific", "title", "level", "status", "consultant_id", "model_id", "channel_id"),
    *("wechat", "address", "postcode", "birthday", "note"),
)
"""What is chosen field by field; of `WORDED` both may be kept, one after the other."""
WORDED: Final = ("note", "address")
OWNED: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("visit", "deal", "card", "follow_up", "import_row", "appointment"), ()),
    **dict.fromkeys(("gift_move", "test_drive", "survey", "talk", "loss", "complaint"), ()),
    "phone": ("number",),
    "trait": ("kind",),
    "consent": ("purpose", "way"),
    "vehicle": ("plate", "vin"),
    "list_entry": ("list_id",),
    "invitation": ("event_id",),
    "told": ("advisory_id",),
    "spot_check": ("quarter_on",),
    "field_value": ("field_id",),
    "key_date": ("vehicle_id", "kind"),
}
"""The tables whose rows name their customer, and what makes two rows of two customers one.

Of cars one of the marks is enough; see `_twin`.
"""
PAIRED: Final[Mapping[str, tuple[str, str]]] = {
    "relation": ("customer_id", "other_id"),
    "different": ("low_id", "high_id"),
    "likely_pair": ("low_id", "high_id"),
}
_FURTHEST: Final = (
    *(ReferralState.VOID, ReferralState.NOTED, ReferralState.CHECKED),
    *(ReferralState.DEAL, ReferralState.PAID),
)
ANOTHER_YEAR: Final = timedelta(days=200)
"""Cards for one yearly day that lie so far apart are of two years."""
_BOUGHT: Final = (Status.OWNER, Status.ORDERED)


def merge(
    session: Session,
    other_id: int,
    customer_id: int,
    *,
    chosen: Mapping[str, Side] | None = None,
    now: datetime,
    today: date,
) -> None:
    """The other one is this customer, who keeps his line: one action, taken back by one undo.

    `chosen` says of `FACTS`, `trait:…` and `field:…` whose it shall be (`Side`); without it what is
    proposed (`showroom.people.comparing`) holds. Orders that run on both stay, both of them.

    Raises `ShowroomError` with the reason: himself, one who was erased, one with a contact into a
    guest without, introductions that would go round in a circle or of whom both were brought by
    somebody else, more numbers than a file holds, a consultant who would take a customer.
    """
    reason = refusal(session, other_id, customer_id)
    if reason:
        raise ShowroomError(reason)
    other, customer = customers.on_file(session, other_id), customers.on_file(session, customer_id)
    if chosen is None:
        from showroom.people import comparing

        chosen = comparing.proposed(session, customer_id, other_id)
    _refuse_taking(session, other, customer, chosen)
    journal.note(session, "merge", customer, what=other.name)
    born = {birthdays.day_of(customer), birthdays.day_of(other)}
    absorb(session, other, customer, chosen=chosen)
    if born - {None, birthdays.day_of(customer)}:
        birthdays.follow(session, customer, today=today)
    consent.stop(session, [customer_id], now=now)
    promises.resume(session, customer, today=today)
    session.flush()


def refusal(session: Session, other_id: int, customer_id: int) -> str:
    """Why the other one cannot become part of this customer, in a sentence; "" when he can."""
    if other_id == customer_id:
        return _("That is one and the same customer: choose two.")
    other, customer = customers.on_file(session, other_id), customers.on_file(session, customer_id)
    if is_anonymous(customer) and not is_anonymous(other):
        return _(
            "{name} left a contact: the guest without one is joined to him, not the other way"
            " round."
        ).format(name=other.name or _("No name"))
    return _circle(session, other, customer) or _too_many(session, other_id, customer_id)


def absorb(
    session: Session, other: Customer, customer: Customer, *, chosen: Mapping[str, Side]
) -> None:
    """All that is the other's is the customer's; of what is not `chosen` his own stays.

    Part of an action that somebody else names. Traits that nobody chose are kept both.
    """
    session.flush()
    moved = set(session.scalars(select(Visit.id).where(Visit.customer_id == other.id)))
    to = (other if chosen.get("consultant_id") is Side.OTHER else customer).consultant_id
    promises.hand_over_many(session, {one.id: (one.consultant_id, to) for one in (other, customer)})
    _one_promise(session, other, customer)
    _one_application(session, other, customer)
    _one_greeting(session, other, customer)
    for table, marks in OWNED.items():
        _move(session, table, marks, other, customer, chosen)
    for table, ends in PAIRED.items():
        _move_pairs(session, table, ends, other, customer)
    _move_introductions(session, other, customer)
    _take_facts(other, customer, chosen)
    session.flush()
    session.delete(other)
    session.flush()
    reckon(session, customer.id, anew=moved)


# --- what cannot be


def _refuse_taking(
    session: Session, other: Customer, customer: Customer, chosen: Mapping[str, Side]
) -> None:
    """A consultant who does not see all numbers makes nobody else's customer his own by a merge."""
    person = rights.holder(session)
    if person is None or person.role is not Role.CONSULTANT or mask.sees_all(session):
        return
    before = {other.consultant_id, customer.consultant_id}
    after = other if chosen.get("consultant_id") is Side.OTHER else customer
    if after.consultant_id == person.id and before != {person.id}:
        raise ShowroomError(_("A consultant is given customers, he takes none himself."))


def _too_many(session: Session, other_id: int, customer_id: int) -> str:
    numbers = select(Phone.number).where(Phone.customer_id.in_([other_id, customer_id]))
    count = len(set(session.scalars(numbers)))
    if count <= phones.MOST:
        return ""
    return _(
        "Together they have {count} numbers; a file holds {most}. Take some out first."
    ).format(count=count, most=phones.MOST)


def _circle(session: Session, other: Customer, customer: Customer) -> str:
    """Introductions that cannot stand when the two are one."""
    both = (other.id, customer.id)
    found = session.scalars(select(Referral).where(Referral.customer_id.in_(both))).all()
    brought = {row.customer_id: row for row in found}
    for row in found:
        if row.introducer_id in both:
            return _(
                "{one} brought {other}: nobody introduces himself. If they are one, take that"
                " introduction out first (F12)."
            ).format(
                one=_called(session, row.introducer_id), other=_called(session, row.customer_id)
            )
    counted = [row for row in found if row.state is not ReferralState.VOID]
    if len({row.introducer_id for row in counted}) > 1:
        return _(
            "{one} was brought by {his}, {other} by {her}: only one of them counts. Make the other"
            " introduction void first (F12)."
        ).format(
            one=_called(session, customer.id),
            his=_called(session, brought[customer.id].introducer_id),
            other=_called(session, other.id),
            her=_called(session, brought[other.id].introducer_id),
        )
    for row in found:
        passed = [row.introducer_id]
        while passed[-1] not in both and passed[-1] not in passed[:-1]:
            above = select(Referral.introducer_id).where(Referral.customer_id == passed[-1])
            passed.append(session.scalar(above) or passed[-1])
        if passed[-1] in both:
            return _(
                "They would stand in a circle: {names}. Make one of these introductions void first"
                " (F12)."
            ).format(
                names=" → ".join(
                    _called(session, id) for id in reversed([*passed, row.customer_id])
                )
            )
    return ""


def _called(session: Session, customer_id: int) -> str:
    return session.get_one(Customer, customer_id).name or _("No name")


# --- what goes over


def _move(
    session: Session,
    table: str,
    marks: tuple[str, ...],
    other: Customer,
    customer: Customer,
    chosen: Mapping[str, Side],
) -> None:
    """The rows of one table: what the customer has already is joined with his, the rest moves."""
    model = model_of(table)
    query = select(model).where(model.customer_id == other.id).order_by(model.id)
    moving = session.scalars(query).all()
    if not moving:
        return
    own = select(model).where(model.customer_id == customer.id)
    there = session.scalars(own).all() if marks else []
    last = max((row.position for row in there), default=-1) if table == "phone" else -1
    gone = []
    for row in moving:
        twin = next((one for one in there if _twin(row, one, marks)), None) if marks else None
        if twin is None:
            row.customer_id = customer.id
            if table == "phone":
                last += 1
                row.position = last
        elif joins(row, twin):
            gone.append((row, twin))
            _point_at(session, row, twin)
            session.delete(row)
    session.flush()
    for row, twin in gone:
        join(row, twin, chosen)
    session.flush()


def _point_at(session: Session, row: Any, twin: Any) -> None:
    """What names a row that goes names its twin: days of a car, proofs of an introduction."""
    for mapper in everything().registry.mappers:
        for key in mapper.local_table.foreign_keys:
            if key.column.table.name == row.__tablename__:
                model: Any = mapper.class_
                column = getattr(model, key.parent.name)
                for one in session.scalars(select(model).where(column == row.id)).all():
                    setattr(one, key.parent.name, twin.id)
    session.flush()


def _twin(row: Any, other: Any, marks: tuple[str, ...]) -> bool:
    """Whether two rows are one and the same; a car by its plate or its VIN."""
    pairs = [(getattr(row, mark), getattr(other, mark)) for mark in marks]
    if row.__tablename__ == "vehicle":
        return any(one and one == its for one, its in pairs)
    return all(one == its for one, its in pairs)


def _move_pairs(
    session: Session, table: str, ends: tuple[str, str], other: Customer, customer: Customer
) -> None:
    """What names two customers: none stands twice, and none names him with himself."""
    model = model_of(table)
    one, two = (getattr(model, end) for end in ends)

    def of(id: int) -> list[Any]:
        return list(session.scalars(select(model).where(or_(one == id, two == id))))

    def named(row: Any) -> frozenset[int]:
        return frozenset(getattr(row, end) for end in ends)

    moving = of(other.id)
    there = {named(row) for row in of(customer.id)} if moving else set()
    for row in moving:
        ids = [customer.id if id == other.id else id for id in (getattr(row, end) for end in ends)]
        if ids[0] == ids[1] or frozenset(ids) in there:
            session.delete(row)
            continue
        there.add(frozenset(ids))
        for end, id in zip(ends, ids if table == "relation" else sorted(ids), strict=True):
            setattr(row, end, id)
    session.flush()


def _move_introductions(session: Session, other: Customer, customer: Customer) -> None:
    """Whom he brought, and who brought him: of two introductions the one that got further stays."""
    for row in session.scalars(select(Referral).where(Referral.introducer_id == other.id)).all():
        row.introducer_id = customer.id
    both = select(Referral).where(Referral.customer_id.in_([customer.id, other.id]))
    found = sorted(
        session.scalars(both),
        key=lambda row: (_FURTHEST.index(row.state), row.customer_id != other.id),
    )
    if not found:
        return
    *less, stays = found
    for row in less:
        _point_at(session, row, stays)
        session.delete(row)
    session.flush()
    stays.customer_id = customer.id
    session.flush()


def _one_promise(session: Session, other: Customer, customer: Customer) -> None:
    """Of two open contacts of which one has one at a time, one is kept, on the earlier day.

    A day that was said to him comes first; of two such days the merge tells the other one.
    """
    open_ones = session.scalars(
        select(FollowUp).where(
            FollowUp.customer_id.in_([customer.id, other.id]),
            FollowUp.rule.in_(promises.ONE_AT_A_TIME),
            FollowUp.done_at.is_(None),
        )
    ).all()
    own = {row.rule: row for row in reversed(open_ones) if row.customer_id == customer.id}
    besides = []
    for row in open_ones:
        kept = own.get(row.rule, row)
        if row is not kept:
            told = [one for one in (kept, row) if one.agreed] or [kept, row]
            first, *later = sorted(told, key=lambda one: (one.due_on, one.clock or time.max))
            besides += [
                _told(one)
                for one in later
                if one.agreed and (one.due_on, one.clock) != (first.due_on, first.clock)
            ]
            kept.due_on, kept.clock, kept.agreed = first.due_on, first.clock, first.agreed
            kept.asked_by, kept.since = first.asked_by, first.since
            session.delete(row)
    if besides:
        said = _(", ").join(besides)
        journal.because(session, _("He was told {days}, too").format(days=said))
    session.flush()


def _told(promise: FollowUp) -> str:
    clock = f"{promise.clock:%H:%M}" if promise.clock else ""
    return " ".join(filter(None, (f"{promise.due_on}", clock, _(words.PROMISES[promise.rule]))))


def _one_application(session: Session, other: Customer, customer: Customer) -> None:
    """Of two losses that wait for the manager the one applied for last is kept."""
    loss = model_of("loss")
    waiting = select(loss).where(
        loss.customer_id.in_([customer.id, other.id]), loss.state == LossState.APPLIED
    )
    for row in session.scalars(waiting.order_by(loss.applied_at.desc(), loss.id.desc())).all()[1:]:
        session.delete(row)
    session.flush()


def _one_greeting(session: Session, other: Customer, customer: Customer) -> None:
    """Of two cards for one birthday or festival the one that is printed stays, else his own."""
    card = model_of("card")
    query = select(card).where(
        card.customer_id.in_([customer.id, other.id]),
        card.kind.in_((CardKind.BIRTHDAY, CardKind.FESTIVAL)),
        or_(card.printed_at.is_not(None), card.skipped_at.is_(None)),
    )
    found = sorted(
        session.scalars(query),
        key=lambda row: (row.printed_at is None, row.customer_id != customer.id, row.id),
    )
    kept: list[Any] = []
    for row in found:
        if row.printed_at is None and any(_one_day(row, one) for one in kept):
            session.delete(row)
        else:
            kept.append(row)
    session.flush()


def _one_day(row: Any, other: Any) -> bool:
    """Whether two cards are for the same yearly day."""
    same = row.kind is other.kind and row.festival == other.festival
    if row.kind is CardKind.FESTIVAL and not row.festival:
        same = same and row.template == other.template
    return same and abs(row.due_on - other.due_on) < ANOTHER_YEAR


# --- his own line


def _take_facts(other: Customer, customer: Customer, chosen: Mapping[str, Side]) -> None:
    """Whose each fact shall be; where he stands follows his deals, his days are those of both."""
    sides = {fact: chosen.get(fact, Side.OWN) for fact in FACTS} | standing(customer, other, chosen)
    for fact in FACTS:
        if sides[fact] is Side.OTHER:
            setattr(customer, fact, getattr(other, fact))
            if fact == "birthday":
                customer.birthday_lunar = other.birthday_lunar
                customer.birthday_more = other.birthday_more
        elif sides[fact] is Side.BOTH:
            own, his = getattr(customer, fact), getattr(other, fact)
            setattr(customer, fact, "\n".join(dict.fromkeys(filter(None, (own, his)))))
    if customer.level is Level.ORDERED and customer.status is not Status.ORDERED:
        customer.level = Level.UNRATED
    customer.do_not_contact = customer.do_not_contact or other.do_not_contact
    for name, which in (("contact_on", min), ("first_visit_on", min), ("last_visit_on", max)):
        days = [day for day in (getattr(customer, name), getattr(other, name)) if day is not None]
        setattr(customer, name, which(days) if days else None)
    if customer.contact_on is not None and customer.status is Status.VISITED:
        customer.status = Status.OPEN


def standing(
    customer: Customer, other: Customer, chosen: Mapping[str, Side] | None = None
) -> dict[str, Side]:
    """Of level and status what nobody chooses: who has a deal has the status of a buyer."""
    ranks = [
        _BOUGHT.index(one.status) if one.status in _BOUGHT else -1 for one in (customer, other)
    ]
    if ranks[0] == ranks[1] == -1:
        return {}
    side = Side.OTHER if ranks[1] > ranks[0] else Side.OWN
    fixed = {"status": side}
    if max(ranks) == _BOUGHT.index(Status.ORDERED):
        fixed["level"] = side
    return fixed


def model_of(table: str) -> Any:
    """The class of a table."""
    mappers = everything().registry.mappers
    return next(one.class_ for one in mappers if one.class_.__tablename__ == table)
