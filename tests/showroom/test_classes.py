"""Which class a customer is in and why, and what he is worth (DOMAIN §6)."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from showroom import choices, settings
from showroom.care import followups, surveys
from showroom.deals import closing
from showroom.door import reception
from showroom.errors import Cancelled, Invalid
from showroom.guard import erasure
from showroom.people import archive, classes, customers, facts, referrals, value
from showroom.people.classes import ContactCard, CustomerCard, Relationship
from showroom.people.facts import Facts
from showroom.people.value import Band, Key
from showroom.progress import Progress
from showroom.settings import Settings
from showroom.store import journal, models
from showroom.store.models import (
    Cause,
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
from tests import builders as make
from tests.stories import story

TODAY = make.TODAY
SHOP = Settings()
NOBODY = Facts(
    id=1,
    status=Status.OPEN,
    level=Level.UNRATED,
    at_home=False,
    archive=0,
    orders=0,
    ordered_on=None,
    money=Decimal(0),
    came=0,
    services=0,
    seen_on=None,
    score=None,
    introduced=0,
)
BUYER = NOBODY._replace(
    status=Status.ORDERED, orders=1, ordered_on=TODAY, money=Decimal(218000), seen_on=TODAY
)
LOYAL = BUYER._replace(services=3, score=100, introduced=1)


def one(fact: Facts, shop: Settings = SHOP) -> classes.Classed:
    return classes.classed(fact, shop, value.rank((), shop, value.BEGINNING), today=TODAY)


# --- one customer


@pytest.mark.parametrize(
    ("fact", "card", "why"),
    [
        (LOYAL, CustomerCard.LOYAL, "3 visits to the workshop, satisfied 100, 1 introduced"),
        (
            LOYAL._replace(score=60),
            CustomerCard.ACTIVE,
            "last contact 2026-11-18, 3 visits to the workshop",
        ),
        (
            LOYAL._replace(introduced=0, services=1),
            CustomerCard.ACTIVE,
            "last contact 2026-11-18, 1 visit to the workshop",
        ),
        (
            BUYER._replace(services=1, seen_on=date(2025, 11, 17), archive=50),
            CustomerCard.RECORD,
            "archive 50 %",
        ),
        (BUYER._replace(at_home=True), CustomerCard.RECORD, "address and birthday known"),
        (BUYER._replace(archive=49), CustomerCard.DEAL, "ordered 2026-11-18"),
        (NOBODY._replace(status=Status.OWNER), CustomerCard.DEAL, "Owner"),
        (NOBODY._replace(level=Level.WEEK), ContactCard.WEEK, "means to buy within 7 days"),
        (NOBODY._replace(level=Level.QUARTER), ContactCard.QUARTER, "means to buy within 90 days"),
        (NOBODY, ContactCard.POTENTIAL, "not rated yet"),
        (
            NOBODY._replace(level=Level.WEEK, status=Status.LOST),
            ContactCard.POTENTIAL,
            "Lost",
        ),
        (NOBODY._replace(status=Status.VISITED), ContactCard.POTENTIAL, "No contact left"),
    ],
)
def test_the_card_with_its_reason(fact: Facts, card: Any, why: str) -> None:
    found = one(fact)
    assert (found.card, found.card_why) == (card, why)


@pytest.mark.parametrize(
    ("fact", "relationship", "why"),
    [
        (LOYAL, Relationship.LOYAL, "satisfied 100, 1 introduced"),
        (
            NOBODY._replace(score=100, introduced=2, seen_on=TODAY),
            Relationship.LOYAL,
            "satisfied 100, 2 introduced",
        ),
        (LOYAL._replace(score=60), Relationship.KEY, "bought, 1 introduced"),
        (BUYER, Relationship.KEY, "bought"),
        (NOBODY._replace(came=3, seen_on=TODAY), Relationship.KEY, "came on 3 days"),
        (BUYER._replace(score=40), Relationship.ORDINARY, "satisfied 40"),
        (
            NOBODY._replace(came=2, seen_on=TODAY),
            Relationship.ORDINARY,
            "last contact 2026-11-18",
        ),
        (NOBODY, Relationship.POTENTIAL, "no contact yet"),
    ],
)
def test_the_relationship_with_its_reason(fact: Facts, relationship: Any, why: str) -> None:
    found = one(fact)
    assert (found.relationship, found.relationship_why) == (relationship, why)


def test_the_borders_are_the_shops_own() -> None:
    shop = Settings(loyal_services=5, active_months=1, record_least=90, key_visits=9)
    assert one(LOYAL, shop).card is CustomerCard.ACTIVE
    seen = LOYAL._replace(seen_on=TODAY - timedelta(days=40), archive=80)
    assert one(seen, shop).card is CustomerCard.DEAL
    assert one(BUYER, Settings(active_services=0)).card_why == "last contact 2026-11-18"
    assert one(NOBODY._replace(came=5, seen_on=TODAY), shop).relationship is Relationship.ORDINARY


def test_who_was_not_seen_for_long_is_losing_value() -> None:
    seen = BUYER._replace(seen_on=date(2025, 5, 17))
    assert one(seen).losing == "not seen since 2025-05-17"
    assert one(seen._replace(seen_on=date(2025, 5, 18))).losing == ""
    assert one(seen, Settings(losing_months=0)).losing == ""
    assert one(NOBODY._replace(seen_on=date(2020, 1, 1))).losing == ""  # he never bought


def test_of_a_stranger_there_is_nothing_to_say() -> None:
    assert one(NOBODY).unknown
    assert not one(NOBODY._replace(seen_on=TODAY)).unknown


def test_a_card_of_a_level_is_called_by_its_letter() -> None:
    shop = Settings(letters={**SHOP.letters, Level.WEEK: "A+"})
    assert classes.card_name(ContactCard.WEEK, shop) == "A+"
    assert classes.card_name(ContactCard.POTENTIAL, shop) == "Potential"
    assert classes.card_name(CustomerCard.ACTIVE, shop) == "Active customer"


# --- the value


def key(money: int, id: int = 1, day: date = TODAY) -> Key:
    return Key(Decimal(money), day, id)


def test_one_large_customer_is_the_first_target_alone() -> None:
    found = value.rank([key(900, 1), key(50, 2), key(50, 3)], SHOP, value.BEGINNING)
    bands = [value.band(key(money, id), found) for money, id in ((900, 1), (50, 2), (50, 3))]
    assert bands == [Band.FIRST, Band.REST, Band.REST]  # he makes the basis, too


def test_of_the_same_money_the_newer_order_comes_first() -> None:
    same = [key(100, id, TODAY - timedelta(days=id // 2)) for id in range(1, 11)]
    found = value.rank(same, SHOP, value.BEGINNING)
    bands = {one.id: value.band(one, found) for one in same}
    assert [id for id, band in bands.items() if band is Band.FIRST] == [1, 3]  # the newer file
    assert [id for id, band in bands.items() if band is Band.BASIS] == [2, 4, 5]


def test_without_any_order_there_is_no_band() -> None:
    found = value.rank((), SHOP, value.BEGINNING)
    assert (found.first, found.basis, found.money) == (None, None, 0)
    assert value.band(key(0), found) is Band.NONE
    assert value.band(key(5), found) is Band.NONE  # an order that is newer than the borders


@given(
    st.lists(st.integers(1, 1000), min_size=1, max_size=40),
    st.integers(1, 98),
    st.integers(1, 99),
)
def test_the_bands_respect_their_borders(money: list[int], first: int, more: int) -> None:
    shop = Settings(value_first=first, value_basis=min(first + more, 100))
    keys = [key(amount, id, TODAY - timedelta(days=amount % 3)) for id, amount in enumerate(money)]
    found = value.rank(keys, shop, value.BEGINNING)
    total = sum(money)
    before = 0
    for each in sorted(keys, reverse=True):
        band = value.band(each, found)
        if before * 100 < first * total:
            assert band is Band.FIRST
        elif before * 100 < shop.value_basis * total:
            assert band is Band.BASIS
        else:
            assert band is Band.REST
        before += int(each.money)
    assert found.money == total


@pytest.mark.parametrize(
    ("facts_", "field", "sentence"),
    [
        ({"value_first": 50, "value_basis": 50}, "value_basis", "It must be more than the border"),
        ({"value_first": 0}, "value_first", "Enter a whole number from 1 to 99."),
        ({"value_basis": 101}, "value_basis", "Enter a whole number from 2 to 100."),
        ({"loyal_services": 1, "active_services": 2}, "loyal_services", "Who is loyal comes"),
        ({"sample_km_least": 500}, "sample_km_most", "It must be more than the least."),
        ({"dissatisfied": 40}, "dissatisfied", "Enter a whole number from 0 to 39."),
    ],
)
def test_borders_that_cross_are_refused(
    db: Any, facts_: dict[str, int], field: str, sentence: str
) -> None:
    with pytest.raises(Invalid) as refused, db.write() as session:
        settings.save(session, Settings(**facts_))
    assert sentence in refused.value.problems[field]


# --- read from the file


@story
def desk_db(db: Any) -> Any:
    make.stop_clock(db)
    with db.write() as session:
        make.a_member(session)
    return db


def facts_of(db: Any, id: int) -> Facts:
    with db.read() as session:
        return facts.of(session, [id], since=value.BEGINNING)[id]


def census(db: Any, **shop: Any) -> classes.Census:
    with db.read() as session:
        return classes.census(session, Settings(**shop), today=TODAY)


def errand(session: Any, customer_id: int, days: int, code: str = "service") -> None:
    """He came for something else than a car, so many days ago."""
    number = session.scalar(
        select(models.Choice.id).where(
            models.Choice.kind == ChoiceKind.ERRAND, models.Choice.code == code
        )
    )
    journal.act(session, "arrive")
    session.add(
        Visit(
            kind=VisitKind.ERRAND,
            day=TODAY - timedelta(days=days),
            number=900 + days,
            arrived_at=make.later(days=-days),
            left_at=make.later(days=-days),
            customer_id=customer_id,
            errand_id=number,
        )
    )
    session.flush()


def a_car(session: Any, customer_id: int, plate: str, services: int) -> None:
    journal.act(session, "vehicle")
    session.add(models.Vehicle(customer_id=customer_id, plate=plate, services=services))
    session.flush()


def test_the_workshop_is_counted_by_desk_or_car_and_never_twice(desk_db: Any) -> None:
    with desk_db.write() as session:
        id = make.a_customer(session)
        for days in (10, 20):
            errand(session, id, days)
        errand(session, id, 30, "paperwork")
    assert facts_of(desk_db, id).services == 2
    with desk_db.write() as session:
        a_car(session, id, "京A10001", 2)
        a_car(session, id, "京A10002", 3)
    assert facts_of(desk_db, id).services == 5  # both cars; the two at the desk are among them


def test_the_facts_of_a_customer(desk_db: Any) -> None:
    with desk_db.write() as session:
        id = make.a_customer(session)
        friend = make.a_customer(session, "李娜")
        other = make.a_customer(session, "赵磊")
    assert facts_of(desk_db, id) == NOBODY._replace(id=id)
    with desk_db.write() as session:
        make.a_deal(session, id)
    with desk_db.write() as session:
        surveys.note(session, id, score=100, day=TODAY - timedelta(days=3), today=TODAY)
    with desk_db.write() as session:
        surveys.note(session, id, score=60, day=TODAY, today=TODAY)
    for new in (friend, other):
        with desk_db.write() as session:
            referrals.note(session, introducer_id=id, customer_id=new, now=make.NOW)
    with desk_db.write() as session:
        journal.act(session, "void_referral")
        void = session.scalars(select(Referral).where(Referral.customer_id == other)).one()
        void.state = ReferralState.VOID
    found = facts_of(desk_db, id)
    assert (found.orders, found.money, found.ordered_on) == (1, Decimal(218000), TODAY)
    assert (found.score, found.introduced, found.seen_on) == (60, 1, TODAY)
    with desk_db.read() as session:
        assert found.archive == archive.of_customer(session, id).score == 13


def test_a_contact_that_was_made_is_one(desk_db: Any) -> None:
    with desk_db.write() as session:
        id = make.a_customer(session)
        due = session.scalars(select(FollowUp.id).where(FollowUp.customer_id == id)).one()
    with desk_db.write() as session:
        followups.done(session, due, result="电话里谈了", now=make.NOW, today=TODAY)
    assert facts_of(desk_db, id).seen_on == TODAY
    assert one(facts_of(desk_db, id)).relationship is Relationship.ORDINARY


def test_cancelled_orders_and_erased_customers_do_not_count(desk_db: Any) -> None:
    ids, orders = [], []
    for name, price in (("张伟", 300000), ("李娜", 200000), ("赵磊", 100000)):
        with desk_db.write() as session:
            ids.append(make.a_customer(session, name))
            deal = make.a_deal(session, ids[-1], price=Decimal(price))
        orders.append(deal)
    first, second, _third = orders
    assert census(desk_db).bands[Band.FIRST] == [ids[0]]
    with desk_db.write() as session:
        reason = choices.find(session, ChoiceKind.CANCEL_REASON, "Budget")
        closing.cancel(session, first, reason_id=reason, on=TODAY)
    found = census(desk_db)
    assert found.bands[Band.FIRST] == [ids[1]]
    assert found.bands[Band.NONE] == [ids[0]]
    assert found.money[Band.FIRST] == Decimal(200000)
    with desk_db.write() as session:
        closing.deliver(session, second, on=TODAY, today=TODAY)
    with desk_db.write() as session:
        erasure.erase(session, ids[1], why=Cause.ASKED)
    found = census(desk_db)
    assert (found.size, found.bands[Band.FIRST], found.borders.money) == (2, [ids[2]], 100000)
    with desk_db.read() as session:
        assert classes.of(session, [ids[1]], SHOP, found.borders, today=TODAY) == {}


def test_only_the_orders_of_the_last_years_count(desk_db: Any) -> None:
    with desk_db.write() as session:
        old = make.a_customer(session, "张伟")
        make.a_deal(session, old, ordered_on=date(2024, 11, 17), price=Decimal(900000))
    with desk_db.write() as session:
        new = make.a_customer(session, "李娜")
        make.a_deal(session, new, price=Decimal(100000))
    assert census(desk_db).bands[Band.FIRST] == [old]
    found = census(desk_db, value_years=2)
    assert (found.bands[Band.FIRST], found.bands[Band.NONE]) == ([new], [old])
    assert found.borders.since == date(2024, 11, 18)
    with desk_db.read() as session:
        shop = Settings(value_years=2)
        assert value.borders(session, shop, today=TODAY) == found.borders
        said = classes.of(session, [new, old], shop, found.borders, today=TODAY)
    assert said[new].band_why == "100,000: among those who make the first 20 % of the sales"
    assert (said[old].band, said[old].band_why) == (Band.NONE, "")
    assert said[old].card is CustomerCard.DEAL  # he bought, though not in these years


def test_the_counting_can_be_stopped(desk_db: Any) -> None:
    with desk_db.write() as session:
        make.a_customer(session)
    progress = Progress()
    progress.cancel()
    with desk_db.read() as session, pytest.raises(Cancelled):
        classes.census(session, SHOP, today=TODAY, progress=progress)


# --- all, against a naive recount


def a_world(session: Any, chance: Random) -> None:
    """Customers with all that may be known of them, at random; never kept."""
    model = choices.find(session, ChoiceKind.COLOUR, "White")
    service = choices.find(session, ChoiceKind.ERRAND, "Service or repair")
    people = [
        Customer(
            name=f"客户{number}",
            status=chance.choice(list(Status)),
            level=chance.choice(list(Level)),
            address=chance.choice(["", "北京"]),
            birthday=chance.choice([None, date(1990, 5, 5)]),
            created_at=make.NOW,
            erased_at=make.NOW if chance.random() < 0.1 else None,
        )
        for number in range(chance.randint(0, 12))
    ]
    session.add_all(people)
    session.flush()
    ids = [person.id for person in people]
    for number in range(chance.randint(0, 4 * len(ids))):
        owner, day = chance.choice(ids), TODAY - timedelta(days=chance.randint(0, 900))
        kind = chance.randrange(6)
        if kind == 0:
            gone = chance.random() < 0.3
            session.add(
                Deal(
                    number=f"D{number}",
                    customer_id=owner,
                    model_id=model,
                    price=Decimal(chance.choice([100, 200, 300])),
                    ordered_on=day,
                    cancelled_on=day if gone else None,
                    cancel_reason_id=service if gone else None,
                    closed_at=make.NOW,
                )
            )
        elif kind == 1:
            session.add(
                Visit(
                    kind=chance.choice(list(VisitKind)),
                    day=day,
                    number=500 + number,
                    arrived_at=make.NOW,
                    customer_id=owner,
                    errand_id=chance.choice([None, service]),
                )
            )
        elif kind == 2:
            session.add(
                models.Survey(customer_id=owner, day=day, score=chance.choice([20, 60, 100]))
            )
        elif kind == 3:
            session.add(
                models.Vehicle(
                    customer_id=owner, plate=f"京A{number:05}", services=chance.randint(0, 4)
                )
            )
        elif kind == 4:
            session.add(
                FollowUp(
                    customer_id=owner,
                    rule="next",
                    due_on=day,
                    done_at=chance.choice([None, make.later(days=-chance.randint(0, 900))]),
                )
            )
        else:
            new = [id for id in ids if id != owner and id not in session.info.setdefault("b", [])]
            if new:
                session.info["b"].append(new[0])
                session.add(
                    Referral(
                        introducer_id=owner,
                        customer_id=new[0],
                        noted_at=make.NOW,
                        state=chance.choice(list(ReferralState)),
                    )
                )
    session.flush()


def recounted(session: Any, person: Customer, shop: Settings) -> Facts:
    """His facts, looked up one by one."""

    def his(table: Any, owner: Any) -> list[Any]:
        return list(session.scalars(select(table).where(owner == person.id)))

    service = choices.find(session, ChoiceKind.ERRAND, "Service or repair")
    deals = [d for d in his(Deal, Deal.customer_id) if d.cancelled_on is None]
    visits = his(Visit, Visit.customer_id)
    asked = sorted(his(models.Survey, models.Survey.customer_id), key=lambda s: (s.day, s.id))
    spoken = [f.done_at for f in his(FollowUp, FollowUp.customer_id) if f.done_at is not None]
    begin = value.since(shop, TODAY)
    days = [v.day for v in visits] + [d.ordered_on for d in deals] + [s.day for s in asked]
    days += [at.astimezone().date() for at in spoken]
    errands = len({v.day for v in visits if v.errand_id == service})
    cars = sum(car.services for car in his(models.Vehicle, models.Vehicle.customer_id))
    brought = his(Referral, Referral.introducer_id)
    return Facts(
        id=person.id,
        status=person.status,
        level=person.level,
        at_home=bool(person.address) and person.birthday is not None,
        archive=0,
        orders=len(deals),
        ordered_on=max((d.ordered_on for d in deals), default=None),
        money=sum((d.price for d in deals if d.ordered_on >= begin), Decimal(0)),
        came=len({v.day for v in visits if v.kind is VisitKind.WALK_IN}),
        services=max(errands, cars),
        seen_on=max(days, default=None),
        score=asked[-1].score if asked else None,
        introduced=sum(r.state is not ReferralState.VOID for r in brought),
    )


@hypothesis_settings(max_examples=25)
@given(seed=st.integers(0, 10**6), years=st.sampled_from([0, 1]))
def test_a_random_showroom_agrees_with_a_naive_recount(
    random_db: Any, seed: int, years: int
) -> None:
    with random_db.read() as session:  # what a session for looking changes is thrown away
        a_world(session, Random(seed))
        agree(session, Settings(value_years=years))


def agree(session: Any, shop: Settings) -> None:
    """Census, facts and borders say what a naive recount says, each customer once."""
    found = classes.census(session, shop, today=TODAY)
    people = session.scalars(select(Customer).where(Customer.erased_at.is_(None))).all()
    naive = {person.id: recounted(session, person, shop) for person in people}
    read = facts.of(session, list(naive), since=found.borders.since)
    assert {id: fact._replace(archive=0) for id, fact in read.items()} == naive
    said = classes.of(session, list(naive), shop, found.borders, today=TODAY)
    for kind in (found.cards, found.relationships, found.bands):  # each in exactly one
        assert Counter(id for ids in kind.values() for id in ids) == Counter(list(naive))
    for id, one in said.items():
        assert id in found.cards[one.card]
        assert id in found.relationships[one.relationship]
        assert id in found.bands[one.band]
        assert (id in found.losing) == bool(one.losing)
    assert found.borders == value.borders(session, shop, today=TODAY)
    for band, money in found.money.items():
        assert money == sum((naive[id].money for id in found.bands[band]), Decimal(0))


@pytest.fixture(scope="module")
def random_db(new_desk: Any) -> Any:
    with new_desk() as opened:
        yield make.stop_clock(opened)


def test_who_came_last_stands_first(desk_db: Any) -> None:
    with desk_db.write() as session:
        ids = [make.a_customer(session, name) for name in ("张伟", "李娜")]
    with desk_db.write() as session:
        visit = reception.arrive(session, people=1, now=make.NOW)
        phone = customers.file(session, ids[0]).row.phone
        reception.complete(session, visit.id, now=make.NOW, name="张伟", phone=phone)
    assert census(desk_db).cards[ContactCard.POTENTIAL] == [ids[0], ids[1]]
