"""The customer's file: who he is, how to reach him, level and status."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from showroom import choices, dates, lunar, settings, text, words
from showroom.errors import Invalid, ShowroomError
from showroom.guard import consent, mask, rights, staff
from showroom.i18n import _
from showroom.people import birthdays, promises, titles
from showroom.store import journal
from showroom.store.models import (
    ChoiceKind,
    Customer,
    FollowUp,
    Heard,
    Honorific,
    Level,
    Phone,
    Promise,
    Role,
    Status,
    TraitKind,
    Visit,
    Way,
)

EDITABLE = frozenset(
    "name honorific title consultant_id model_id channel_id wechat address postcode birthday "
    "birthday_lunar note do_not_contact".split()
)
LONGEST_NAME = 100
AWAY = (Status.LOST, Status.DORMANT)
"""Who is not waited for: when he comes, a loss of his is won back."""
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}")


class CustomerRow(NamedTuple):
    """One line of a list of customers; phones as people write them, or hidden."""

    id: int
    name: str
    honorific: Honorific
    phone: str
    model: str
    level: Level
    status: Status
    consultant: str
    last_visit_on: date | None
    next_on: date | None
    do_not_contact: bool
    next_clock: time | None = None


class Due(NamedTuple):
    """The contact that is due next; at what time, where one was said."""

    id: int
    on: date
    rule: Promise
    clock: time | None


class File(NamedTuple):
    """All that stands in one customer's file."""

    row: CustomerRow
    title: str
    phones: list[tuple[int, str]]
    consultant_id: int | None
    model_id: int | None
    channel_id: int | None
    channel: str
    wechat: str
    address: str
    postcode: str
    birthday: date | None
    birthday_lunar: bool
    birthday_more: int
    note: str
    known_by: str
    created_at: datetime
    visits: int
    email: str
    due: Due | None

    @property
    def birthday_said(self) -> date | str | None:
        """The birthday as it was said; in words where it is no date (`showroom.lunar`)."""
        born = self.birthday
        if born is None or (not self.birthday_more and lunar.has_year(born)):
            return born
        return lunar.written(born, self.birthday_more)


def standing(row: CustomerRow, shop: settings.Settings) -> str:
    """The letter of who is still to be won; else where he stands."""
    if row.status in (Status.OPEN, Status.ORDERED):
        return shop.letter(row.level)
    return _(words.STATUSES[row.status])


def rows(session: Session, ids: Sequence[int]) -> list[CustomerRow]:
    """The lines for these ids, in no order; an id that is gone or erased has none."""
    if not ids:
        return []
    phones = first_phones(session, ids)
    due = promises.first_days(session, ids)
    labels = choices.labels(session)
    names = staff.names(session)
    found = session.execute(
        select(
            Customer.id,
            Customer.name,
            Customer.honorific,
            Customer.model_id,
            Customer.level,
            Customer.status,
            Customer.consultant_id,
            Customer.last_visit_on,
            Customer.do_not_contact,
            Customer.erased_at,
        ).where(Customer.id.in_(ids))
    )
    return [
        CustomerRow(
            id=c.id,
            name=c.name,
            honorific=c.honorific,
            phone=phones.get(c.id, ""),
            model=labels.get(c.model_id, ""),
            level=c.level,
            status=c.status,
            consultant=names.get(c.consultant_id, ""),
            last_visit_on=c.last_visit_on,
            next_on=due[c.id].on if c.id in due else None,
            do_not_contact=c.do_not_contact,
            next_clock=due[c.id].clock if c.id in due else None,
        )
        for c in found
        if c.erased_at is None  # asked in SQL, its index would lead over all customers
    ]


_NUMBERS: Final = (  # made once: it is asked with every list of visits or customers
    select(Phone.customer_id, Phone.number)
    .where(Phone.customer_id.in_(bindparam("owners")))
    .order_by(Phone.position.desc(), Phone.id.desc())
)


def first_phones(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The first number of each of these customers, as who sits at the desk may see it."""
    seen = mask.seen(session, ids)
    numbers = session.execute(_NUMBERS, {"owners": list(ids)})
    return {owner: mask.phone(number, whole=owner in seen) for owner, number in numbers}


def file(session: Session, customer_id: int) -> File:
    """Everything known of one customer, as who sits at the desk may see it.

    Raises `ShowroomError` when he is gone.
    """
    customer = on_file(session, customer_id)
    whole = customer_id in mask.seen(session, [customer_id])
    (row,) = rows(session, [customer_id])
    numbers = session.execute(
        select(Phone.id, Phone.number)
        .where(Phone.customer_id == customer_id)
        .order_by(Phone.position, Phone.id)
    )
    labels = choices.labels(session)
    visits = session.scalar(
        select(func.count()).select_from(Visit).where(Visit.customer_id == customer_id)
    )
    return File(
        row=row,
        title=customer.title,
        phones=[(id, mask.phone(number, whole=whole)) for id, number in numbers],
        consultant_id=customer.consultant_id,
        model_id=customer.model_id,
        channel_id=customer.channel_id,
        channel=labels.get(customer.channel_id or 0, ""),
        wechat=mask.wechat(customer.wechat, whole=whole),
        address=mask.text(customer.address, whole=whole),
        postcode=customer.postcode,
        birthday=customer.birthday,
        birthday_lunar=customer.birthday_lunar,
        birthday_more=customer.birthday_more,
        note=mask.text(customer.note, whole=whole),
        known_by=_known_by(session, customer_id, whole=whole),
        created_at=customer.created_at,
        visits=visits or 0,
        email=mask.text(_email(session, customer_id), whole=whole),
        due=_due(session, customer_id),
    )


def _email(session: Session, customer_id: int) -> str:
    from showroom.store.models import Trait

    query = select(Trait.words).where(
        Trait.customer_id == customer_id, Trait.kind == TraitKind.EMAIL
    )
    return session.scalar(query) or ""


def _due(session: Session, customer_id: int) -> Due | None:
    found = session.execute(
        select(FollowUp.id, FollowUp.due_on, FollowUp.rule, FollowUp.clock)
        .where(FollowUp.customer_id == customer_id, FollowUp.done_at.is_(None))
        .order_by(FollowUp.due_on, FollowUp.clock.nulls_last(), FollowUp.id)
        .limit(1)
    ).first()
    return Due(*found) if found is not None else None


def _known_by(session: Session, customer_id: int, *, whole: bool) -> str:
    """What he is known again by, his plates last."""
    from showroom.store.models import Trait, Vehicle

    said = session.scalars(
        select(Trait.words)
        .where(Trait.customer_id == customer_id, Trait.kind.in_(words.TRAITS))
        .order_by(Trait.id)
    )
    plates = session.scalars(
        select(Vehicle.plate)
        .where(Vehicle.customer_id == customer_id, Vehicle.plate != "")
        .order_by(Vehicle.id)
    )
    return " · ".join([*(mask.text(one, whole=whole) for one in said), *plates])


def on_file(session: Session, customer_id: int) -> Customer:
    """The customer. Raises `ShowroomError` when he is gone or was erased."""
    customer = session.get(Customer, customer_id)
    if customer is None or customer.erased_at is not None:
        raise ShowroomError(_("This customer is no longer in the file."))
    return customer


def add(
    session: Session,
    *,
    name: str,
    phone: str = "",
    honorific: Honorific = Honorific.NONE,
    level: Level = Level.UNRATED,
    heard: Heard | None = Heard.DESK,
    now: datetime,
    today: date,
    **facts: Any,
) -> Customer:
    """A new customer with contact left; his next contact is promised.

    Who gives his phone agrees to be called, `heard` there; None when he did not agree.
    `facts` are of `EDITABLE`; `model_id` may be the name of a model, which joins the list when
    new. Raises `Invalid` beside `name` or `phone`: a phone (or WeChat) is what makes a contact
    (DESIGN §4.3). A name typed with its title, 张伟先生, is a name and an honorific.
    """
    problems: dict[str, str] = {}
    if honorific is Honorific.NONE:
        given = titles.parted(name)
        name, honorific = given["name"], given.get("honorific", honorific)
    name = _name(name, problems)
    number = _number(phone, problems) if text.narrow(phone) else ""
    if not number and not facts.get("wechat") and "phone" not in problems:
        problems["phone"] = _("Enter a phone number.")
    if problems:
        raise Invalid(problems)
    customer = Customer(
        name=name,
        honorific=honorific,
        level=level,
        status=Status.OPEN,
        created_at=now,
        contact_on=today,
    )
    journal.act(session, "add_customer", customer)
    session.add(customer)
    _set(session, customer, facts)
    session.flush()
    if number:
        session.add(Phone(customer_id=customer.id, number=number))
        if heard is not None:
            consent.captured(session, customer.id, now=now, how=heard)
    promises.next_contact(session, customer, today=today, first_visit=True)
    session.flush()
    return customer


def change(session: Session, customer_id: int, **facts: Any) -> None:
    """Change facts of `EDITABLE`, as in `add`. Raises `Invalid` beside the field that cannot be."""
    customer = on_file(session, customer_id)
    problems: dict[str, str] = {}
    if "name" in facts:
        said = facts.get("honorific", customer.honorific)
        facts |= titles.heard(facts["name"] or "", said)
        facts["name"] = _name(facts["name"], problems)
    if _takes(session, customer, facts.get("consultant_id")):
        problems["consultant_id"] = _("A consultant is given customers, he takes none himself.")
    if problems:
        raise Invalid(problems)
    journal.act(session, "change_customer", customer)
    born = birthdays.day_of(customer)
    _set(session, customer, facts)
    now: datetime = session.info["now"]
    if birthdays.day_of(customer) != born:
        birthdays.follow(session, customer, today=dates.local_day(now))
    if facts.get("wechat") and customer.contact_on is None:
        left_contact(customer, dates.local_day(now))
        promises.next_contact(session, customer, today=dates.local_day(now), moved=False)
    elif "wechat" in facts:
        lost_contact(session, customer)
    if "do_not_contact" in facts:
        consent.stop(session, [customer_id], now=now)
        promises.resume(session, customer, today=dates.local_day(now))


def set_email(session: Session, customer_id: int, email: str) -> None:
    """Note his e-mail address, a field of his archive; "" takes it away.

    Raises `Invalid` beside `email`.
    """
    from showroom.store.models import Trait

    customer = on_file(session, customer_id)
    said = text.narrow(email).replace(" ", "")
    if said and not EMAIL.fullmatch(said):
        raise Invalid({"email": _("An e-mail address looks like name@example.com.")})
    row = session.scalar(
        select(Trait).where(Trait.customer_id == customer_id, Trait.kind == TraitKind.EMAIL)
    )
    if row is not None:
        said = mask.meant(said, row.words)
    journal.act(session, "change_customer", customer)
    if row is not None and said:
        row.words = said
    elif row is not None:
        session.delete(row)
    elif said:
        session.add(Trait(customer_id=customer_id, kind=TraitKind.EMAIL, words=said))


def agree(
    session: Session, customer_id: int, way: Way, *, visit_id: int | None = None, now: datetime
) -> None:
    """Note that he agrees to be reached this way, said at the desk or at a visit.

    Who is waited for is reminded of again.
    """
    consent.give(session, customer_id, way, visit_id=visit_id, now=now)
    promises.resume(session, on_file(session, customer_id), today=dates.local_day(now))


def left_contact(customer: Customer, on: date) -> None:
    """He left a phone or WeChat on that day: the first day counts, and who was unknown is open."""
    customer.contact_on = min(customer.contact_on or on, on)
    if customer.status is Status.VISITED:
        customer.status = Status.OPEN


def lost_contact(session: Session, customer: Customer) -> None:
    """Without any phone or WeChat left there is no day on which he left one."""
    session.flush()
    number = session.scalar(select(Phone.id).where(Phone.customer_id == customer.id).limit(1))
    if number is None and not customer.wechat:
        customer.contact_on = None


def set_level(session: Session, customer_id: int, level: Level, *, today: date) -> None:
    """Note how soon he means to buy; the next contact moves with it (DESIGN §4.6)."""
    customer = on_file(session, customer_id)
    if level is Level.ORDERED and customer.status is not Status.ORDERED:
        raise ShowroomError(_("A level of ordered comes from closing a deal."))
    journal.act(session, "set_level", customer)
    customer.level = level
    promises.next_contact(session, customer, today=today)


def set_status(
    session: Session,
    customer_id: int,
    status: Status,
    *,
    today: date,
    why: str = "",
    reason_id: int | None = None,
) -> None:
    """Note where he stands. A loss is applied for: it waits for a manager (`losses.lose`).

    Of a loss `reason_id` is the reason of the list; without one it is looked for in `why`. Raises
    `Invalid` beside `why` when he is lost without saying why, `ShowroomError` as `losses.apply`.
    """
    customer = on_file(session, customer_id)
    if status is Status.LOST and not why.strip():
        raise Invalid({"why": _("Say why the customer was lost.")})
    if status is Status.LOST and status is not customer.status:
        _lose(session, customer, reason_id, why, today)
        return
    if status in (Status.ORDERED, Status.OWNER) and status is not customer.status:
        raise ShowroomError(_("This status comes from closing or delivering a deal."))
    if status is Status.OPEN and customer.contact_on is None:
        raise ShowroomError(_("He left no phone and no WeChat: add one, then he is open."))
    journal.act(session, "set_status", customer, why=why.strip())
    if customer.status in AWAY and status is Status.OPEN:
        from showroom.people import losses

        losses.came_back(session, customer_id, session.info["now"])
    customer.status = status
    promises.next_contact(session, customer, today=today)


def _lose(
    session: Session, customer: Customer, reason_id: int | None, why: str, today: date
) -> None:
    from showroom.people import losses

    if losses.alone(session):  # else it is an application
        journal.act(session, "set_status", customer, why=why.strip())
    losses.lose(
        session,
        customer.id,
        reason_id=reason_id or losses.reason_for(session, why),
        note=why,
        now=session.info["now"],
        today=today,
    )


def _takes(session: Session, customer: Customer, consultant_id: int | None) -> bool:
    """Whether a consultant makes somebody his own customer, and so sees his numbers whole."""
    return consultant_id is not None and consultant_id == taker(session) != customer.consultant_id


def taker(session: Session) -> int | None:
    """Who sits here, when he is a consultant who is given customers and takes none himself."""
    person = rights.holder(session)
    if person is None or person.role is not Role.CONSULTANT or mask.sees_all(session):
        return None
    return person.id


def _set(session: Session, customer: Customer, facts: dict[str, Any]) -> None:
    for fact, value in facts.items():
        if fact not in EDITABLE:
            raise ValueError(fact)
        if fact == "model_id" and isinstance(value, str):
            value = choices.find_or_add(session, ChoiceKind.MODEL, value)
        if fact == "birthday":
            lunar_one = facts.get("birthday_lunar", customer.birthday_lunar)
            today = dates.local_day(session.info["now"])
            value, customer.birthday_more = _birthday(value, lunar_one, today)
        elif fact == "birthday_lunar" and "birthday" not in facts and not value:
            _by_sun(customer.birthday_more)
        if type(value) is str:
            value = mask.meant(text.clean(value), getattr(customer, fact) or "")
        if fact != "consultant_id":
            setattr(customer, fact, value)
    if "consultant_id" in facts:
        promises.hand_over(session, customer, facts["consultant_id"])


def _birthday(said: date | str | None, by_moon: bool, today: date) -> tuple[date | None, int]:
    """A birthday as it is kept: a lunar 1981-02-30 and 10-03 are no dates (`showroom.lunar`)."""
    born, more = lunar.kept(said) if isinstance(said, str) else (said, 0)
    if born is not None and lunar.has_year(born):
        if born > today:
            raise Invalid({"birthday": _("{day} has not come yet.").format(day=born)})
        if born < dates.EARLIEST:
            raise Invalid({"birthday": _("There is no such day: {text}.").format(text=born)})
    if not by_moon:
        _by_sun(more)
    return born, more


def _by_sun(more: int) -> None:
    if more:
        sentence = _("February has no such day: tick Lunar, or correct it.")
        raise Invalid({"birthday": sentence})


def _name(name: str, problems: dict[str, str]) -> str:
    name = text.clean(name)
    if not name:
        problems["name"] = _("Enter a name.")
    elif len(name) > LONGEST_NAME:
        problems["name"] = _("A name has at most {count} characters.").format(count=LONGEST_NAME)
    return name


def _number(phone: str, problems: dict[str, str]) -> str:
    try:
        return text.phone(phone)
    except Invalid as error:
        problems |= error.problems
        return ""
