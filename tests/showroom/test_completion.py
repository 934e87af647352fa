"""Completion: what a visit owes, who owes it, the level it speaks for, the next contact."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as some
from sqlalchemy import create_engine, delete, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from showroom import choices, i18n, settings
from showroom.door import handover, levels, moments, reception, visits
from showroom.errors import Invalid
from showroom.guard import erasure
from showroom.people import customers, promises
from showroom.store import journal
from showroom.store.models import (
    Ask,
    Base,
    CameBy,
    Cause,
    Choice,
    ChoiceKind,
    Customer,
    FollowUp,
    Level,
    Moment,
    Outcome,
    Refusal,
    Role,
    Staff,
    Status,
    Visit,
    VisitKind,
)
from tests import builders as make
from tests.stories import story

DAY = make.TODAY


@story
def crew(db: Any) -> dict[str, int]:
    """Two consultants, and the clock at half past ten."""
    make.stop_clock(db)
    with db.write() as session:
        return {name: make.a_member(session, name) for name in ("王强", "李娜")}


def seen(db: Any, visit_id: int) -> visits.VisitRow:
    with db.read() as session:
        return visits.row(session, visit_id)


def left(db: Any, **facts: Any) -> int:
    """A party that came, said `facts` and went."""
    with db.write() as session:
        visit = make.a_visit(session, **facts)
        reception.leave(session, visit, at=make.later(minutes=30))
    return visit


# --- what is owed


def test_a_walk_in_with_phone_name_level_and_model_owes_nothing(db, crew):
    with db.write() as session:
        model = make.a_model(session)
    done = left(db, name="张伟", phone="13800138000", level=Level.WEEK, model_id=model)

    assert seen(db, done).channel == "Walked in"  # unless somebody says otherwise
    assert seen(db, done).missing == ()


def test_without_a_contact_a_walk_in_owes_an_ask_and_no_level(db, crew):
    stranger = left(db)
    assert seen(db, stranger).missing == ("model", "moments")
    with db.write() as session:
        moments.ask(session, stranger, Moment.OFFER, refusal=Refusal.SPAM, now=make.NOW)
    assert seen(db, stranger).missing == ("model",)


def test_a_contact_without_name_or_level_owes_both(db, crew):
    assert seen(db, left(db, phone="13800138000")).missing == ("name", "model", "level")


def test_the_manager_asks_for_more_or_for_less(db, crew):
    visit = left(db, name="张伟", phone="13800138000")
    with db.write() as session:
        shop = settings.load(session)
        shop.owed = ["colour", "rival", "came_by", "no longer known"]
        settings.save(session, shop)
    assert seen(db, visit).missing == ("colour", "rival", "came_by")
    with db.write() as session:
        reception.complete(session, visit, now=make.NOW, rival="宋 PLUS", came_by=CameBy.CAR)
    assert seen(db, visit).missing == ("colour",)
    with db.write() as session:
        shop = settings.load(session)
        shop.owed = []
        settings.save(session, shop)
    with db.read() as session:
        assert visits.of_day(session, DAY).incomplete == []


def test_errands_owe_nothing_calls_their_consultant_who_was_not_received_nothing(db, crew):
    with db.write() as session:
        errand = reception.arrive(session, now=make.NOW, kind=VisitKind.ERRAND)
        call = reception.arrive(session, now=make.NOW, kind=VisitKind.CALL)
        call.consultant_id = None
        unmet = reception.arrive(session, now=make.NOW)
        for visit in (errand, call, unmet):
            reception.leave(session, visit.id, at=make.later(minutes=9))
        unmet.unmet_id = choices.options(session, ChoiceKind.UNMET)[0].id
    with db.read() as session:
        rows = visits.rows(session, [errand.id, call.id, unmet.id])
        assert [row.missing for row in rows] == [(), ("consultant",), ()]
        assert visits.of_day(session, DAY).incomplete == [call.id]


def test_whose_customer_was_erased_can_be_filled_in_no_more_and_owes_nothing(db, crew):
    visit = left(db, phone="13800138000")
    assert seen(db, visit).missing
    with db.write() as session:
        erasure.erase(session, seen(db, visit).customer_id, why=Cause.ASKED)
    assert seen(db, visit).missing == ()
    with db.read() as session:
        assert visits.of_day(session, DAY).incomplete == []


def test_who_owes_most_comes_first_and_what_nobody_received_last(db, crew):
    ids = [left(db) for _n in range(4)]
    with db.write() as session:
        for id, who in zip(ids, ("李娜", "王强", "李娜", ""), strict=True):
            handover.hand_over(session, id, crew.get(who))
    with db.read() as session:
        day = visits.of_day(session, DAY)
        owing = visits.owing(session, day.incomplete)
    assert [(row.consultant, len(row.ids)) for row in owing] == [("李娜", 2), ("王强", 1), ("", 1)]
    assert sorted(id for row in owing for id in row.ids) == ids


# --- the two twins


@pytest.fixture
def memory() -> Iterator[Session]:
    """A file in memory with what visits point at."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Staff(id=1, name="王强", role=Role.CONSULTANT))
        for n, kind in enumerate(("model", "channel", "colour", "unmet"), 1):
            session.add(Choice(id=n, kind=ChoiceKind(kind), code=kind, zh="", en=""))
        session.commit()
        yield session
    engine.dispose()


def maybe(value: Any) -> some.SearchStrategy[Any]:
    return some.sampled_from([None, value])


VISITS = some.fixed_dictionaries(
    {
        "kind": some.sampled_from([VisitKind.WALK_IN, *VisitKind]),
        "left_at": some.sampled_from([make.later(minutes=9)] * 3 + [None]),
        "consultant_id": maybe(1),
        "name": some.sampled_from(["", "张伟"]),
        "model_id": maybe(1),
        "channel_id": maybe(2),
        "colour_id": maybe(3),
        "level": maybe(Level.WEEK),
        "rival": some.sampled_from(["", "宋"]),
        "came_by": maybe(CameBy.CAR),
        "unmet_id": some.sampled_from([None, None, None, 4]),
    }
)
CONTACT = some.sampled_from(["nobody", "anonymous", "before", "today", "later", "erased"])


@examples(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    facts=VISITS,
    contact=CONTACT,
    asked=some.booleans(),
    owed=some.sets(some.sampled_from([*visits.FACTS])),
)
def test_what_a_row_misses_and_what_sql_finds_are_the_same(memory, facts, contact, asked, owed):
    for table in (Ask, Visit, Customer):
        memory.execute(delete(table))
    days = {"before": -3, "today": 0, "erased": 0, "later": 2}
    who = None
    if contact != "nobody":
        on = DAY + timedelta(days=days[contact]) if contact in days else None
        who = Customer(created_at=make.NOW, contact_on=on, status=Status.VISITED)
        who.erased_at = make.NOW if contact == "erased" else None
        memory.add(who)
        memory.flush()
    visit = Visit(number=1, day=DAY, arrived_at=make.NOW, customer_id=who and who.id, **facts)
    memory.add(visit)
    memory.flush()
    if asked:
        memory.add(Ask(visit_id=visit.id, moment=Moment.OFFER, outcome=Outcome.GIVEN, at=make.NOW))
    query = (
        select(visits.incomplete(owed))
        .select_from(Visit)
        .outerjoin(Customer, Customer.id == Visit.customer_id)
    )
    misses = visits.missing(
        visit, owed=owed, asked=asked, contact=contact in ("before", "today", "erased")
    )
    over = visit.left_at is not None and contact != "erased"
    assert bool(memory.scalar(query)) is (over and bool(misses))


# --- the channel nobody said


def channel(db: Any, words: str) -> int:
    with db.read() as session:
        found = choices.find(session, ChoiceKind.CHANNEL, words)
    assert found is not None
    return found


def test_the_channel_nobody_said_gives_way_to_what_is_said_or_known(db, crew):
    friend = channel(db, "friend")
    with db.write() as session:
        visit = make.a_visit(session, name="张伟", phone="13800138000")
        reception.complete(session, visit, now=make.NOW, channel_id=friend)
        reception.leave(session, visit, at=make.later(minutes=20))
    with db.read() as session:
        assert session.get_one(Customer, seen(db, visit).customer_id).channel_id == friend
    with db.write() as session:
        again = make.a_visit(session, now=make.later(days=2), phone="13800138000")
    assert seen(db, again).channel_id == friend
    with db.write() as session:
        reception.complete(session, again, now=make.NOW, channel_id=channel(db, "walk_in"))
    with db.read() as session:
        assert session.get_one(Customer, seen(db, visit).customer_id).channel_id == friend


def test_calls_and_errands_have_no_channel_nobody_said(db, crew):
    with db.write() as session:
        for kind in (VisitKind.CALL, VisitKind.ERRAND):
            assert reception.arrive(session, now=make.NOW, kind=kind).channel_id is None


# --- the level


@pytest.mark.parametrize(
    ("known", "level", "reason"),
    [
        ((), Level.QUARTER, "little is known yet"),
        (("contact",), Level.QUARTER, "little is known yet"),
        (("model",), Level.QUARTER, "little is known yet"),
        (("model", "contact"), Level.MONTH, "knows the model, left a contact"),
        (("again",), Level.FORTNIGHT, "came again"),
        (("drive", "again", "model"), Level.FORTNIGHT, "drove the car, came again"),
        (("quoted", "model", "contact"), Level.MONTH, "knows the model, left a contact"),
        (("drive", "quoted", "again"), Level.WEEK, "drove the car, has a quote"),
    ],
)
def test_a_level_is_proposed_from_the_facts_with_its_reason(known, level, reason):
    proposed = levels.suggest(known)
    assert (proposed.level, proposed.reason) == (level, reason)


def test_a_proposed_level_is_written_by_nobody(db, crew):
    with db.write() as session:
        visit = make.a_visit(
            session, name="张伟", phone="13800138000", model_id=make.a_model(session)
        )
    row = seen(db, visit)
    proposed = levels.of_visit(row)
    assert proposed is not None
    assert proposed.level is Level.MONTH
    assert row.level is None
    with db.read() as session:
        assert session.get_one(Customer, row.customer_id).level is Level.UNRATED


def test_no_level_is_proposed_to_a_call_an_errand_or_who_has_ordered(db, crew):
    with db.write() as session:
        call = reception.arrive(session, now=make.NOW, kind=VisitKind.CALL).id
        visit = make.a_visit(session, name="张伟", phone="13800138000")
        make.a_deal(session, seen_customer(session, visit))
        session.get_one(Visit, visit).level = Level.ORDERED
    assert levels.of_visit(seen(db, call)) is None
    assert levels.of_visit(seen(db, visit)) is None
    with db.write() as session:
        other = make.a_visit(session)
    with pytest.raises(Invalid), db.write() as session:
        reception.complete(session, other, now=make.NOW, level=Level.ORDERED)


def seen_customer(session: Session, visit_id: int) -> int:
    found = session.get_one(Visit, visit_id).customer_id
    assert found is not None
    return found


# --- the next contact


def test_the_next_contact_is_set_with_the_contact_and_moves_with_the_level(db, crew):
    with db.write() as session:
        visit = make.a_visit(session, name="张伟", phone="13800138000")
    assert seen(db, visit).next_on == DAY + timedelta(days=1)  # the day after a first visit
    later = make.later(days=20)
    with db.write() as session:
        again = make.a_visit(session, now=later, phone="13800138000")
        reception.complete(session, again, now=later, level=Level.MONTH)
    assert seen(db, again).next_on == date(2026, 12, 9)  # and the day after each further one
    customer = seen(db, again).customer_id
    with db.write() as session:
        customers.set_level(session, customer, Level.QUARTER, today=date(2026, 12, 9))
    assert seen(db, again).next_on == date(2026, 12, 9) + timedelta(days=30)
    with db.write() as session:
        journal.act(session, "done")
        session.scalars(select(FollowUp)).one().done_at = later
    assert seen(db, again).next_on is None
    with db.read() as session:
        assert promises.next_days(session, []) == {}


def test_who_left_nothing_is_promised_nothing(db, crew):
    assert seen(db, left(db)).next_on is None


@pytest.mark.language("zh_CN")
def test_the_reason_in_chinese_is_more_than_letters():
    for words in (*levels.FACTS.values(), *(fact.words for fact in visits.FACTS.values())):
        assert i18n._(words)
