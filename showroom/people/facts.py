"""What the classes are made of: one line of facts a customer, for one or for all (DOMAIN §6).

A visit to the workshop is an errand of the kind "service" at the desk, or one that is counted at
the car (`Vehicle.services`). Both may have seen the same visit, so the greater number counts and
not the sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Subquery,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from showroom import dates
from showroom.people import archive
from showroom.settings import Settings
from showroom.store import models
from showroom.store.models import (
    Choice,
    ChoiceKind,
    Customer,
    Deal,
    FollowUp,
    Level,
    Referral,
    ReferralState,
    Status,
    Visit,
    VisitKind,
)

SERVICE: Final = "service"
"""The code of the errand that is a visit to the workshop."""

BUYERS: Final = (Status.ORDERED, Status.OWNER)
"""The states of who bought, also where his order is not in the file."""

_BLOCK: Final = 5000
_IDS: Final[Any] = bindparam("ids", expanding=True)


class Facts(NamedTuple):
    """What decides the classes of one customer.

    `orders` stand, the last of them `ordered_on`; `money` is that of those since a day. `came` are
    the days he walked in, `services` the visits to the workshop, `seen_on` the last day of a visit,
    a call, a contact that was made, an order or a survey. `score` is the last satisfaction, 0 to
    100, `introduced` how many he brought. `archive` is how complete his is, in per cent; 0 of who
    did not buy: nothing asks for it.
    """

    id: int
    status: Status
    level: Level
    at_home: bool
    archive: int
    orders: int
    ordered_on: date | None
    money: Decimal
    came: int
    services: int
    seen_on: date | None
    score: int | None
    introduced: int


def of(session: Session, ids: Sequence[int], *, since: date) -> dict[int, Facts]:
    """The facts of these customers by id, without who is gone or erased; one takes 3 ms.

    `since`: the day from which orders count for `Facts.money`.
    """
    given = {"since": since, "ids": list(ids)}
    rows = session.execute(_statement(whole=False), given).all()
    bought = [row.id for row in rows if _bought(row)]
    full = archive.of_many(session, bought) if bought else {}
    scores = {id: one.score for id, one in full.items()}
    return {row.id: _facts(row, scores) for row in rows}


def of_all(session: Session, shop: Settings, *, since: date) -> Iterator[list[Facts]]:
    """The facts of all customers, a block at a time, who came last first."""
    full = _archives(session, shop)
    found = session.connection().execute(_statement(whole=True), {"since": since})
    for rows in found.partitions(_BLOCK):
        yield [_facts(row, full) for row in rows]


def _bought(row: Any) -> bool:
    return bool(row.orders) or row.status in BUYERS


def _facts(row: Any, archives: Mapping[int, int]) -> Facts:
    (id, status, level, address, birthday, orders, ordered_on, money) = row[:8]
    came, errands, visited, spoken, score, asked, cars, introduced = row[8:]
    days = (visited, ordered_on, asked, dates.local_day(spoken) if spoken is not None else None)
    return Facts(
        id=id,
        status=status,
        level=level,
        at_home=bool(address) and birthday is not None,
        archive=archives.get(id, 0),
        orders=orders or 0,
        ordered_on=ordered_on,
        money=money or Decimal(0),
        came=came or 0,
        services=max(errands or 0, cars or 0),
        seen_on=max((day for day in days if day is not None), default=None),
        score=score,
        introduced=introduced or 0,
    )


def _archives(session: Session, shop: Settings) -> dict[int, int]:
    """How complete the archives of all who bought are, in per cent by id."""
    schemes = {company: archive.scheme(shop, company=company) for company in (False, True)}
    known: dict[Any, int] = {}
    found = {}
    sold = select(Deal.customer_id).where(Deal.cancelled_on.is_(None))
    buyers = or_(Customer.status.in_(BUYERS), Customer.id.in_(sold))
    rows: Any = session.connection().execute(archive.counted(shop, buyers))
    for id, _consultant, *filled in rows:
        key = company, basic, extra = tuple(filled)
        if key not in known:
            known[key] = archive.rounded(schemes[bool(company)].points(basic, extra))
        found[id] = known[key]
    return found


@cache
def _statement(*, whole: bool) -> Select[Any]:
    """One line a customer: each kind of fact is summed up by customer first, then joined."""
    deals, visits, spoken, asked = _deals(whole), _visits(whole), _spoken(whole), _asked(whole)
    cars, brought = _cars(whole), _brought(whole)
    query = select(
        Customer.id,
        Customer.status,
        Customer.level,
        Customer.address,
        Customer.birthday,
        deals.c.orders,
        deals.c.ordered_on,
        deals.c.money,
        visits.c.came,
        visits.c.errands,
        visits.c.visited,
        spoken.c.spoken,
        asked.c.score,
        asked.c.day,
        cars.c.services,
        brought.c.introduced,
    ).where(Customer.erased_at.is_(None))
    if not whole:
        query = query.where(Customer.id.in_(_IDS))
    for part in (deals, visits, spoken, asked, cars, brought):
        query = query.outerjoin(part, part.c.owner == Customer.id)
    return query.order_by(Customer.last_visit_on.desc().nulls_last(), Customer.id.desc())


def _summed(owner: Any, whole: bool, *columns: Any) -> Select[Any]:
    """Something of each customer; of those asked for alone, unless it is of the `whole` file."""
    query = select(owner.label("owner"), *columns)
    return query if whole else query.where(owner.in_(_IDS))


def _deals(whole: bool) -> Subquery:
    counted = case((Deal.ordered_on >= bindparam("since", type_=Date), Deal.price), else_=None)
    query = _summed(
        Deal.customer_id,
        whole,
        func.count().label("orders"),
        func.max(Deal.ordered_on).label("ordered_on"),
        func.sum(counted).label("money"),
    ).where(Deal.cancelled_on.is_(None))
    return query.group_by(Deal.customer_id).subquery("deals")


def workshop_days() -> Select[Any]:
    """On how many days (`errands`) each customer (`owner`) was in the workshop, as the desk saw."""
    days = func.count(Visit.day.distinct()).label("errands")
    query = _summed(Visit.customer_id, True, days)
    return query.where(_to_workshop(), Visit.customer_id.is_not(None)).group_by(Visit.customer_id)


def _to_workshop() -> ColumnElement[bool]:
    workshop = select(Choice.id).where(Choice.kind == ChoiceKind.ERRAND, Choice.code == SERVICE)
    return Visit.errand_id == workshop.scalar_subquery()


def _visits(whole: bool) -> Subquery:
    walked = case((Visit.kind == VisitKind.WALK_IN, Visit.day), else_=None)
    service = case((_to_workshop(), Visit.day), else_=None)
    query = _summed(
        Visit.customer_id,
        whole,
        func.count(walked.distinct()).label("came"),
        func.count(service.distinct()).label("errands"),
        func.max(Visit.day).label("visited"),
    ).where(Visit.customer_id.is_not(None))
    return query.group_by(Visit.customer_id).subquery("visits")


def _spoken(whole: bool) -> Subquery:
    query = _summed(FollowUp.customer_id, whole, func.max(FollowUp.done_at).label("spoken"))
    return (
        query.where(FollowUp.done_at.is_not(None)).group_by(FollowUp.customer_id).subquery("spoken")
    )


def _asked(whole: bool) -> Subquery:
    """The last survey of each."""
    survey = models.Survey
    place = func.row_number().over(
        partition_by=survey.customer_id, order_by=(survey.day.desc(), survey.id.desc())
    )
    ranked = _summed(
        survey.customer_id, whole, survey.score, survey.day, place.label("place")
    ).subquery("ranked")
    return (
        select(ranked.c.owner, ranked.c.score, ranked.c.day)
        .where(ranked.c.place == 1)
        .subquery("asked")
    )


def _cars(whole: bool) -> Subquery:
    car = models.Vehicle
    query = _summed(car.customer_id, whole, func.sum(car.services).label("services"))
    return query.group_by(car.customer_id).subquery("cars")


def _brought(whole: bool) -> Subquery:
    query = _summed(Referral.introducer_id, whole, func.count().label("introduced"))
    query = query.where(Referral.state != ReferralState.VOID)
    return query.group_by(Referral.introducer_id).subquery("brought")
