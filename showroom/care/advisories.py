"""Notices about weather and service (温馨提示): what is said, whom it meets, who was told.

Done by the desk or by a consultant (DOMAIN §5.4). A notice is no advertising, so its words offer
nothing. Only who agreed to the way it goes is told, and nobody twice of one notice.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from showroom import choices, offers, words
from showroom.errors import Invalid, ShowroomError
from showroom.guard import consent, mask, staff
from showroom.i18n import N_, _
from showroom.people import customers
from showroom.store import barred, journal, models
from showroom.store.listed import listed as any_of
from showroom.store.models import (
    Advisory,
    AdvisoryKind,
    Alert,
    Choice,
    Customer,
    Deal,
    Honorific,
    Phone,
    Purpose,
    Status,
    Told,
    Vehicle,
    Way,
)
from showroom.text import clean, narrow

SERVICE: Final = frozenset(
    {AdvisoryKind.CHECK_UP, AdvisoryKind.TYRES, AdvisoryKind.WIPERS, AdvisoryKind.OTHER}
)
"""The kinds that are no weather warning and have no colour."""
TEXTS: Final = {
    AdvisoryKind.RAIN: N_(
        "Heavy rain is forecast. Please do not drive through standing water, and do not start the "
        "engine again if it stalls in water. Park on high ground and keep your distance."
    ),
    AdvisoryKind.TYPHOON: N_(
        "A typhoon is coming. Please stay off the road if you can, do not park under trees, signs "
        "or scaffolding, and keep clear of underground garages that may be flooded."
    ),
    AdvisoryKind.SNOW: N_(
        "Heavy snow is forecast. Please clear snow off windows and lights before you drive, start "
        "and brake gently, and keep a much greater distance than usual."
    ),
    AdvisoryKind.ICE: N_(
        "Roads may be icy. Please drive slowly, above all on bridges and in the shade, steer and "
        "brake gently, and use winter tyres where you have them."
    ),
    AdvisoryKind.COLD: N_(
        "A cold wave is coming. Please check coolant, washer fluid, battery and tyre pressure, and "
        "let the car warm up a little before you set off."
    ),
    AdvisoryKind.HEAT: N_(
        "Great heat is forecast. Please leave no child, pet, lighter or power bank in the car, air "
        "it before you get in, and check tyre pressure and coolant."
    ),
    AdvisoryKind.HAZE: N_(
        "Haze or blowing sand is forecast. Please switch on the lights, keep windows closed with "
        "the air recirculating, slow down and keep your distance."
    ),
    AdvisoryKind.CHECK_UP: N_(
        "The season changes: have brakes, tyres, battery and lights looked at before the next long "
        "trip. Tell us when it suits you, and we keep a time for you."
    ),
    AdvisoryKind.TYRES: N_(
        "The temperature goes up and down these weeks. Please check pressure and tread of your "
        "tyres, the spare one, too; below 1.6 mm of tread they must be changed."
    ),
    AdvisoryKind.WIPERS: N_(
        "The rainy season begins. Please look whether the wipers wipe cleanly, and fill up the "
        "washer fluid; blades that smear should be changed."
    ),
    AdvisoryKind.OTHER: "",
}
WAYS: Final = (Way.WECHAT, Way.SMS, Way.PHONE)
LONGEST: Final = 300


class Reach(NamedTuple):
    """Whom a notice meets; None is everybody. All that is said must hold.

    `owners`: who has a car, bought here or noted; `model_id`: of that model; `district`: a part of
    the address; `since` and `until`: bought here between these days.
    """

    owners: bool | None = None
    model_id: int | None = None
    district: str | None = None
    since: date | None = None
    until: date | None = None


class Met(NamedTuple):
    """Who is met: who can be told, and how many cannot, by why."""

    ids: list[int]
    no_consent: int
    no_contact: int

    def left_out(self) -> str:
        """Who cannot be told, in words; "" when everybody can."""
        said = [
            text.format(count=f"{count:,}")
            for text, count in (
                (_("without consent to this way: {count}"), self.no_consent),
                (_("without a number or account: {count}"), self.no_contact),
            )
            if count
        ]
        return _(", ").join(said)


class AdvisoryRow(NamedTuple):
    """One notice; `told` of how many, `reach` in words."""

    id: int
    kind: AdvisoryKind
    colour: Alert | None
    day: date
    way: Way
    words: str
    reach: str
    told: int
    by: str


class PersonRow(NamedTuple):
    """One customer and one notice; `contact` as who sits at the desk may see it."""

    id: int
    name: str
    honorific: Honorific
    title: str
    contact: str
    car: str
    address: str
    consultant: str
    told_at: datetime | None
    told_by: str


# --- making one


def usual(session: Session, kind: AdvisoryKind) -> str:
    """The words to begin with: those of the last notice of this kind, else the shop's own."""
    last = session.scalar(
        select(Advisory.words).where(Advisory.kind == kind).order_by(Advisory.id.desc()).limit(1)
    )
    return last or standard(kind)


def standard(kind: AdvisoryKind) -> str:
    """The words that come with the program."""
    return _(TEXTS[kind]) if TEXTS[kind] else ""


def add(
    session: Session,
    *,
    kind: AdvisoryKind,
    colour: Alert | None = None,
    way: Way = Way.WECHAT,
    said: str,
    reach: Reach | None = None,
    now: datetime,
    today: date,
) -> Advisory:
    """A new notice. Raises `Invalid` beside `said`, `way` or `until`."""
    said = clean(said)
    problems = _problems(said)
    if way not in WAYS:
        problems["way"] = _("Choose WeChat, SMS or phone.")
    wanted = _tidy(reach or Reach())
    if wanted.since is not None and wanted.until is not None and wanted.until < wanted.since:
        problems["until"] = _("It must not be before the first day.")
    if problems:
        raise Invalid(problems)
    made = Advisory(
        kind=kind,
        colour=None if kind in SERVICE else colour,
        day=today,
        way=way,
        words=said,
        rule=_rule(wanted),
        made_at=now,
        staff_id=session.info["staff_id"],
    )
    journal.act(session, "advisory", made, why=words.advisory(kind, made.colour))
    session.add(made)
    session.flush()
    return made


def reword(session: Session, advisory_id: int, said: str) -> None:
    """Say it otherwise to who is told from now on. Raises `Invalid` beside `said`."""
    one, said = get(session, advisory_id), clean(said)
    problems = _problems(said)
    if problems:
        raise Invalid(problems)
    journal.act(session, "advisory", one, why=words.advisory(one.kind, one.colour))
    one.words = said


def _problems(said: str) -> dict[str, str]:
    if not said:
        return {"said": _("Write what the customers are told.")}
    if len(said) > LONGEST:
        return {"said": _("A notice has at most {count} characters.").format(count=LONGEST)}
    found = offers.found(said)
    if found:
        sentence = _("A notice offers nothing: take out “{words}”.")
        return {"said": sentence.format(words="”, “".join(found))}
    return {}


def get(session: Session, advisory_id: int) -> Advisory:
    """The notice. Raises `ShowroomError` when it is gone."""
    one = session.get(Advisory, advisory_id)
    if one is None:
        raise ShowroomError(_("This notice is no longer there."))
    return one


# --- whom it meets


def _tidy(reach: Reach) -> Reach:
    district = narrow(reach.district or "") or None
    return reach._replace(district=district, owners=reach.owners or None)


def _rule(reach: Reach) -> str:
    held = {name: value for name, value in reach._asdict().items() if value is not None}
    return json.dumps(held, sort_keys=True, default=str, ensure_ascii=False) if held else ""


def reach_of(rule: str) -> Reach:
    """The reach of a notice as it was kept."""
    held: dict[str, Any] = json.loads(rule) if rule else {}
    for name in ("since", "until"):
        if name in held:
            held[name] = date.fromisoformat(held[name])
    return Reach(**held)


def reach_words(session: Session, reach: Reach) -> str:
    """Whom it meets in words."""
    said = []
    if reach.owners:
        said.append(_("who has a car"))
    if reach.model_id is not None:
        said.append(choices.labels(session).get(reach.model_id, "?"))
    if reach.district:
        said.append(_("address with “{words}”").format(words=reach.district))
    if reach.since is not None:
        said.append(_("bought since {day}").format(day=reach.since))
    if reach.until is not None:
        said.append(_("bought until {day}").format(day=reach.until))
    return " · ".join(said) or _("everybody")


def met(session: Session, reach: Reach, way: Way) -> Met:
    """Whom it meets of all in the file, by what they agreed to; who came last is first."""
    query = (
        select(Customer.id, _agreed(way), _contact(way))
        .where(Customer.erased_at.is_(None), *_conditions(session, _tidy(reach)))
        .order_by(Customer.last_visit_on.desc(), Customer.id.desc())
    )
    ids, no_consent, no_contact = [], 0, 0
    for id, agreed, contact in session.execute(query):
        if not contact:
            no_contact += 1
        elif not agreed:
            no_consent += 1
        else:
            ids.append(id)
    return Met(ids, no_consent, no_contact)


def _conditions(session: Session, reach: Reach) -> list[ColumnElement[bool]]:
    deal = and_(Deal.customer_id == Customer.id, Deal.cancelled_on.is_(None))
    car = Vehicle.customer_id == Customer.id
    found: list[ColumnElement[bool]] = []
    if reach.owners:
        found.append(or_(Customer.status == Status.OWNER, select(Vehicle.id).where(car).exists()))
    if reach.model_id is not None:
        one = Choice.id == reach.model_id
        labels = select(Choice.zh).where(one).union(select(Choice.en).where(one))
        found.append(
            or_(
                select(Deal.id).where(deal, Deal.model_id == reach.model_id).exists(),
                select(Vehicle.id).where(car, Vehicle.model.in_(labels)).exists(),
            )
        )
    if reach.district:
        found.append(Customer.address.icontains(reach.district, autoescape=True))
    if reach.since is not None or reach.until is not None:
        bought = select(Deal.id).where(deal)
        if reach.since is not None:
            bought = bought.where(Deal.ordered_on >= reach.since)
        if reach.until is not None:
            bought = bought.where(Deal.ordered_on <= reach.until)
        found.append(bought.exists())
    return found


def _agreed(way: Way) -> ColumnElement[bool]:
    """Who agreed to this way and still does; nothing said is no consent here."""
    said = select(models.Consent.customer_id).where(
        models.Consent.way == way,
        models.Consent.purpose != Purpose.EVENTS,
        models.Consent.given_at.is_not(None),
        models.Consent.withdrawn_at.is_(None),
    )
    return and_(~Customer.do_not_contact, Customer.id.in_(said), ~barred.withdrawn(way))


def _contact(way: Way) -> ColumnElement[bool]:
    if way is Way.WECHAT:
        return Customer.wechat != ""
    return select(Phone.id).where(Phone.customer_id == Customer.id).exists()


# --- telling


def waiting(session: Session, advisory_id: int) -> list[int]:
    """Who is met by it, may be told and was not yet."""
    one = get(session, advisory_id)
    done = set(told_ids(session, advisory_id))
    return [id for id in met(session, reach_of(one.rule), one.way).ids if id not in done]


def told_ids(session: Session, advisory_id: int) -> list[int]:
    """Who was told of it, the last first."""
    query = select(Told.customer_id).where(Told.advisory_id == advisory_id)
    return list(session.scalars(query.order_by(Told.at.desc(), Told.id.desc())))


def tell(session: Session, advisory_id: int, ids: Collection[int], *, now: datetime) -> int:
    """Note that these were told; returns how many had not been.

    Raises `ShowroomError` when none is left of them: nobody is told twice of one notice, and nobody
    who does not want to be reached this way.
    """
    one = get(session, advisory_id)
    before = set(told_ids(session, advisory_id))
    new = [id for id in dict.fromkeys(ids) if id not in before]
    if not new:
        raise ShowroomError(_("Told of this already: nobody is told twice."))
    may = _may(session, new, one.way)
    new = [id for id in new if id in may]
    if not new:
        sentence = _("He does not agree to be told by {way}.")
        raise ShowroomError(sentence.format(way=_(consent.WAYS[one.way])))
    alone = session.get(Customer, new[0]) if len(new) == 1 else None
    name = words.advisory(one.kind, one.colour)
    journal.act(session, "tell", alone or one, why="" if alone else name)
    journal.insert_many(
        session,
        Told,
        [
            {
                "advisory_id": advisory_id,
                "customer_id": id,
                "at": now,
                "staff_id": session.info["staff_id"],
            }
            for id in new
        ],
    )
    return len(new)


def _may(session: Session, ids: Sequence[int], way: Way) -> set[int]:
    query = select(Customer.id).where(
        Customer.id.in_(any_of(ids)), Customer.erased_at.is_(None), _agreed(way)
    )
    return set(session.scalars(query))


def may_tell(session: Session, advisory_id: int, customer_id: int) -> bool:
    """Whether he may be told of it now."""
    return bool(_may(session, [customer_id], get(session, advisory_id).way))


# --- reading


def listed(session: Session) -> list[int]:
    """All notices, the newest first."""
    return list(session.scalars(select(Advisory.id).order_by(Advisory.id.desc())))


def rows(session: Session, ids: Sequence[int]) -> list[AdvisoryRow]:
    """The lines for these ids, in no order."""
    told = dict(
        session.execute(
            select(Told.advisory_id, func.count())
            .where(Told.advisory_id.in_(ids))
            .group_by(Told.advisory_id)
        ).all()
    )
    names = staff.names(session)
    return [
        AdvisoryRow(
            one.id,
            one.kind,
            one.colour,
            one.day,
            one.way,
            one.words,
            reach_words(session, reach_of(one.rule)),
            told.get(one.id, 0),
            names.get(one.staff_id or 0, ""),
        )
        for one in session.scalars(select(Advisory).where(Advisory.id.in_(ids)))
    ]


def people(session: Session, advisory_id: int, ids: Sequence[int]) -> list[PersonRow]:
    """The customers of a notice in this order, as who sits at the desk may see them."""
    one, seen = get(session, advisory_id), mask.seen(session, ids)
    found = {
        c.id: c
        for c in session.scalars(select(Customer).where(Customer.id.in_(ids)))
        if c.erased_at is None
    }
    phones = {} if one.way is Way.WECHAT else customers.first_phones(session, list(found))
    cars, names = _cars(session, list(found)), staff.names(session)
    told = {
        id: (at, by)
        for id, at, by in session.execute(
            select(Told.customer_id, Told.at, Told.staff_id).where(
                Told.advisory_id == advisory_id, Told.customer_id.in_(ids)
            )
        )
    }
    made = []
    for id in ids:
        if id not in found:
            continue
        c, (at, by) = found[id], told.get(id, (None, None))
        contact = mask.wechat(c.wechat, whole=id in seen) if c.wechat else ""
        made.append(
            PersonRow(
                id=id,
                name=c.name,
                honorific=c.honorific,
                title=c.title,
                contact=contact if one.way is Way.WECHAT else phones.get(id, ""),
                car=cars.get(id, ""),
                address=c.address,
                consultant=names.get(c.consultant_id or 0, ""),
                told_at=at,
                told_by=names.get(by or 0, ""),
            )
        )
    return made


def _cars(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The car of each: as noted, else as ordered here."""
    labels = choices.labels(session)
    found = {
        id: labels.get(model_id, "")
        for id, model_id in session.execute(
            select(Deal.customer_id, Deal.model_id)
            .where(Deal.customer_id.in_(ids), Deal.cancelled_on.is_(None))
            .order_by(Deal.id)
        )
    }
    for id, model, plate in session.execute(
        select(Vehicle.customer_id, Vehicle.model, Vehicle.plate)
        .where(Vehicle.customer_id.in_(ids))
        .order_by(Vehicle.id)
    ):
        found[id] = " ".join(part for part in (model or found.get(id, ""), plate) if part)
    return found


def called(row: PersonRow) -> str:
    """What he is called in a list."""
    return words.called(row.name, row.honorific) or _("No name")
