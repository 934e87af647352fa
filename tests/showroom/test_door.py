"""Who comes in: arriving, turns, moments, capturing, leaving, and what is being typed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from showroom import choices
from showroom.door import handover, moments, reception, testdrives, turns, visits
from showroom.errors import Invalid, ShowroomError
from showroom.figures import figures
from showroom.guard import staff
from showroom.people import customers, phones
from showroom.store import drafts, journal
from showroom.store.models import (
    ChoiceKind,
    Customer,
    FollowUp,
    HandOver,
    Honorific,
    Level,
    Moment,
    Outcome,
    Refusal,
    Role,
    Status,
    TestDrive,
    TurnState,
    VisitKind,
)
from tests import builders as make
from tests.stories import story


@story
def crew(db):
    make.stop_clock(db)
    with db.write() as session:
        return {name: make.a_member(session, name) for name in ("王强", "李娜", "赵磊")}


def seen(db, visit_id):
    with db.read() as session:
        return visits.row(session, visit_id)


def names(db):
    with db.read() as session:
        return [row.name for row in turns.order(session, make.TODAY)]


# --- arriving and turns


def test_a_party_goes_to_whose_turn_it_is_and_he_goes_to_the_end(db, crew):
    with db.write() as session:
        visit = reception.arrive(session, people=3, now=make.NOW)
    row = seen(db, visit.id)
    assert (row.number, row.people, row.consultant) == (1, 3, "王强")
    assert row.hand_over is HandOver.TURN
    assert names(db) == ["李娜", "赵磊", "王强"]


def test_who_is_busy_or_away_is_passed_over(db, crew):
    with db.write() as session:
        turns.set_state(session, crew["李娜"], TurnState.RESTING, now=make.NOW)
        turns.put_first(session, crew["王强"], now=make.NOW)
    with db.write() as session:
        first = reception.arrive(session, now=make.NOW)
    with db.write() as session:
        turns.put_first(session, crew["王强"], now=make.NOW)
    with db.write() as session:
        second = reception.arrive(session, now=make.NOW)
    assert seen(db, first.id).consultant == "王强"
    assert seen(db, second.id).consultant == "赵磊"
    assert names(db)[-1] == "李娜"
    with db.write() as session:
        turns.set_state(session, crew["李娜"], TurnState.POST, now=make.NOW)
    with db.read() as session:
        assert turns.next_up(session, make.TODAY).staff_id == crew["李娜"]


def test_when_all_are_busy_the_first_on_post_receives(db, crew):
    for _party in range(3):
        with db.write() as session:
            reception.arrive(session, now=make.NOW)
    with db.read() as session:
        assert all(row.busy for row in turns.order(session, make.TODAY))
        assert turns.next_up(session, make.TODAY).staff_id == crew["王强"]


def test_with_nobody_on_the_list_the_party_waits_without_consultant(db):
    make.stop_clock(db)
    with db.write() as session:
        visit = reception.arrive(session, now=make.NOW)
    assert seen(db, visit.id).consultant_id is None
    assert "consultant" in seen(db, visit.id).missing


def test_a_call_and_an_errand_use_no_turn(db, crew):
    with db.write() as session:
        errand = choices.find(session, ChoiceKind.ERRAND, "快递")
        reception.arrive(session, now=make.NOW, kind=VisitKind.CALL)
        visit = reception.arrive(session, now=make.NOW, kind=VisitKind.ERRAND, errand_id=errand)
    assert names(db)[0] == "王强"
    assert seen(db, visit.id).errand == "Parcel"
    assert seen(db, visit.id).missing == ()


def test_a_party_handed_to_another_gives_the_turn_back(db, crew):
    with db.write() as session:
        visit = reception.arrive(session, now=make.NOW)
    with db.write() as session:
        handover.hand_over(session, visit.id, crew["赵磊"], HandOver.ASKED_FOR)
    assert names(db) == ["王强", "李娜", "赵磊"]
    assert seen(db, visit.id).hand_over is HandOver.ASKED_FOR
    with db.write() as session:
        handover.hand_over(session, visit.id, crew["赵磊"])  # the same again changes nothing
    assert seen(db, visit.id).hand_over is HandOver.ASKED_FOR
    with db.write() as session:
        handover.hand_over(session, visit.id, crew["王强"])
    assert seen(db, visit.id).hand_over is HandOver.TURN
    with db.write() as session:
        handover.hand_over(session, visit.id, crew["李娜"])
    assert seen(db, visit.id).consultant == "李娜"
    with db.write() as session:
        handover.hand_over(session, visit.id, None)
    assert seen(db, visit.id).consultant_id is None
    with db.write() as session:
        handover.hand_over(session, visit.id, crew["赵磊"])
    assert seen(db, visit.id).hand_over in (HandOver.TURN, HandOver.ASSIGNED)


def test_a_visit_handed_over_by_word_is_assigned(db, crew):
    with db.write() as session:
        visit = reception.arrive(session, now=make.NOW)
    with db.write() as session:
        last = turns.order(session, make.TODAY)[1].staff_id
        handover.hand_over(session, visit.id, last)
    assert seen(db, visit.id).hand_over is HandOver.ASSIGNED


def test_who_left_the_company_is_off_the_list_and_comes_back_to_its_end(db, crew):
    with db.write() as session:
        staff.change(session, crew["王强"], active=False)
    assert names(db) == ["李娜", "赵磊"]
    with db.write() as session:
        staff.change(session, crew["王强"], active=True)
    assert names(db) == ["李娜", "赵磊", "王强"]
    with db.write() as session:
        visit = reception.arrive(session, now=make.NOW)
        turns.took(session, 999, make.TODAY)  # nobody's turn: nothing happens
        staff.change(session, crew["李娜"], role=Role.MANAGER, name="李 娜")
    assert names(db) == ["赵磊", "王强"]
    assert seen(db, visit.id).consultant == "李 娜"
    with db.write() as session:
        handover.hand_over(session, visit.id, crew["赵磊"])  # whose turn it was has none to get
    assert seen(db, visit.id).consultant == "赵磊"


@pytest.mark.parametrize("people", [0, 100, -1])
def test_a_party_has_1_to_99_people(db, crew, people):
    with pytest.raises(Invalid) as error, db.write() as session:
        reception.arrive(session, people=people, now=make.NOW)
    assert "people" in error.value.problems
    with db.write() as session:
        visit = reception.arrive(session, now=make.NOW)
    with pytest.raises(Invalid), db.write() as session:
        reception.complete(session, visit.id, now=make.NOW, people=people)
    with db.write() as session:
        reception.complete(session, visit.id, now=make.NOW, people=5)
    assert seen(db, visit.id).people == 5


# --- capturing


def test_giving_a_phone_captures_the_customer_with_what_is_known(db, crew):
    with db.write() as session:
        visit = make.a_visit(
            session,
            name="张伟",
            honorific=Honorific.MR,
            phone="１３８-0013 8000",
            model_id=make.a_model(session),
            level=Level.WEEK,
        )
    row = seen(db, visit)
    assert row.phone == "138 0013 8000"
    with db.read() as session:
        customer = session.get_one(Customer, row.customer_id)
        promised = session.query(FollowUp).one()
        assert (customer.name, customer.honorific) == ("张伟", Honorific.MR)
        assert (customer.level, customer.status) == (Level.WEEK, Status.OPEN)
        assert customer.consultant_id == crew["王强"]
        assert customer.first_visit_on == customer.last_visit_on == make.TODAY
        assert promised.due_on == make.TODAY + timedelta(days=1)


def test_a_returning_phone_finds_its_customer_and_says_again(db, crew):
    before = make.NOW - timedelta(days=3)
    with db.write() as session:
        first = make.a_visit(session, now=before, name="李雪", phone="13900139000")
    with db.write() as session:
        reception.leave(session, first, at=before + timedelta(hours=1))
    with db.write() as session:
        second = make.a_visit(session, phone="139 0013 9000")
    row = seen(db, second)
    assert (row.name, row.again) == ("李雪", True)
    assert (row.consultant, row.hand_over) == ("王强", HandOver.ON_FILE)
    with db.read() as session:
        customer = session.get_one(Customer, row.customer_id)
        assert customer.first_visit_on == make.TODAY - timedelta(days=3)
        assert customer.last_visit_on == make.TODAY


def test_again_on_the_same_day_is_the_same_visit_day(db, crew):
    with db.write() as session:
        make.a_visit(session, name="李雪", phone="13900139000")
    with db.write() as session:
        second = make.a_visit(session, now=make.later(hours=2), phone="13900139000")
    assert seen(db, second).again is False


def test_protection_ends_after_ninety_days(db, crew):
    long_ago = make.NOW - timedelta(days=120)
    with db.write() as session:
        first = make.a_visit(session, now=long_ago, name="李雪", phone="13900139000")
        reception.leave(session, first, at=long_ago)
        customers.set_status(session, 1, Status.LOST, why="bought elsewhere", today=make.TODAY)
    with db.write() as session:
        second = make.a_visit(session, phone="13900139000")
    row = seen(db, second)
    assert (row.consultant, row.hand_over, row.again) == ("李娜", HandOver.TURN, True)
    with db.read() as session:
        assert session.get_one(Customer, 1).status is Status.OPEN  # he came back


def test_two_people_may_share_a_phone_and_the_name_tells_them_apart(db, crew):
    with db.write() as session:
        make.a_visit(session, name="王刚", phone="13900139000")
    with db.write() as session:
        other = make.a_visit(session, name="李梅", phone="13900139000")
    with db.write() as session:
        again = make.a_visit(session, now=make.later(days=1), name="王刚", phone="13900139000")
    assert seen(db, other).customer_id != seen(db, again).customer_id
    assert seen(db, again).customer_id == 1
    with db.read() as session:
        assert len(phones.owners(session, "+8613900139000")) == 2


def test_a_phone_corrected_on_the_only_visit_is_corrected_else_added(db, crew):
    with db.write() as session:
        visit = make.a_visit(session, name="张伟", phone="13800138000")
    with db.write() as session:
        reception.complete(session, visit, now=make.NOW, phone="13800138001")
    with db.read() as session:
        assert [n for _id, n in customers.file(session, 1).phones] == ["138 0013 8001"]
    with db.write() as session:
        second = make.a_visit(session, now=make.later(days=1), phone="13800138001")
    with db.write() as session:
        reception.complete(session, second, now=make.later(days=1), phone="13700137000")
        reception.complete(session, second, now=make.later(days=1), phone="13700137000")
    with db.read() as session:
        assert [n for _id, n in customers.file(session, 1).phones] == [
            "138 0013 8001",
            "137 0013 7000",
        ]


def test_what_is_said_later_goes_into_the_file_and_moves_the_next_contact(db, crew):
    with db.write() as session:
        visit = make.a_visit(session, now=make.NOW, name="张", phone="13800138000")
    with db.write() as session:
        before = make.a_visit(session, now=make.NOW - timedelta(days=9), phone="13800138000")
        reception.leave(session, before, at=make.NOW - timedelta(days=9))
    with db.write() as session:
        reception.complete(
            session,
            visit,
            now=make.NOW,
            name="张伟",
            honorific=Honorific.MR,
            level=Level.MONTH,
            model_id=make.a_model(session),
        )
    with db.read() as session:
        file = customers.file(session, 1)
        assert file.row.name == "张伟"
        assert file.row.level is Level.MONTH
        assert file.row.model == "汉 EV"
        assert file.row.next_on is not None
        assert session.get_one(Customer, 1).first_visit_on == make.TODAY - timedelta(days=9)


def test_a_level_of_ordered_and_an_endless_name_are_refused(db, crew):
    with db.write() as session:
        visit = make.a_visit(session)
    with pytest.raises(Invalid) as error, db.write() as session:
        reception.complete(session, visit, now=make.NOW, level=Level.ORDERED)
    assert "level" in error.value.problems
    with pytest.raises(Invalid) as error, db.write() as session:
        reception.complete(session, visit, now=make.NOW, name="张" * 101)
    assert "name" in error.value.problems
    with pytest.raises(ValueError, match="arrived_at"), db.write() as session:
        reception.complete(session, visit, now=make.NOW, arrived_at=make.NOW)
    assert seen(db, visit).name == ""


def test_a_first_visit_handed_over_takes_its_customer_along_a_later_one_does_not(db, crew):
    with db.write() as session:
        visit = make.a_visit(session, name="张伟", phone="13800138000")
    with db.write() as session:
        handover.hand_over(session, visit, crew["李娜"])
    with db.read() as session:
        assert customers.file(session, 1).consultant_id == crew["李娜"]
    with db.write() as session:
        second = make.a_visit(session, now=make.later(days=1), phone="13800138000")
        handover.hand_over(session, second, crew["赵磊"], HandOver.ASKED_FOR)
    with db.read() as session:
        assert customers.file(session, 1).consultant_id == crew["李娜"]


def test_a_customer_without_consultant_gets_who_receives_him(db):
    make.stop_clock(db)
    with db.write() as session:
        visit = make.a_visit(session, name="张伟", phone="13800138000")
        ours = make.a_member(session, "王强")
    with db.write() as session:
        handover.hand_over(session, visit, ours)
    with db.read() as session:
        assert customers.file(session, 1).consultant_id == ours


def test_a_name_told_later_joins_who_had_none(db, crew):
    with db.write() as session:
        make.a_visit(session, name="", phone="13900139000")
    with db.write() as session:
        visit = make.a_visit(session, name="李梅", phone="13900139000")
    assert seen(db, visit).customer_id == 1  # nobody had told his name yet


# --- moments, drives, leaving


def test_asks_are_kept_each_and_the_strip_shows_the_last(db, crew):
    with db.write() as session:
        visit = make.a_visit(session)
        moments.ask(session, visit, Moment.OFFER, refusal=Refusal.SPAM, now=make.NOW)
        moments.ask(session, visit, Moment.OFFER, now=make.later(minutes=9))
    with db.read() as session:
        strip = moments.strip(session, visit)
    assert [state.moment for state in strip] == list(Moment)
    assert strip[1] == moments.State(Moment.OFFER, Outcome.GIVEN, None, 2)
    assert strip[0].outcome is None


def test_a_test_drive_is_noted_once_and_taken_back(db, crew):
    with db.write() as session:
        visit = make.a_visit(session)
    for driven in (True, True, False, False):
        with db.write() as session:
            testdrives.set_driven(session, visit, driven, now=make.NOW)
        with db.read() as session:
            assert session.query(TestDrive).count() == int(driven)


def test_leaving_coming_back_and_correcting_the_arrival(db, crew):
    with db.write() as session:
        visit = make.a_visit(session)
    with pytest.raises(Invalid) as error, db.write() as session:
        reception.leave(session, visit, at=make.later(minutes=-1))
    assert "left" in error.value.problems
    with db.write() as session:
        reception.leave(session, visit, at=make.later(minutes=40))
    for at in (make.later(minutes=41), make.later(days=-1)):
        with pytest.raises(Invalid) as error, db.write() as session:
            reception.change_arrival(session, visit, at)
        assert "arrived" in error.value.problems
    with db.write() as session:
        reception.change_arrival(session, visit, make.later(minutes=-30))
        reception.come_back(session, visit)
    row = seen(db, visit)
    assert (row.arrived_at, row.left_at) == (make.later(minutes=-30), None)


def test_the_day_tells_who_is_here_what_is_owed_and_who_left(db, crew):
    with db.write() as session:
        old = make.a_visit(session, now=make.later(days=-1))
        here = make.a_visit(session)
        owed = make.a_visit(session)
        done = make.a_visit(
            session,
            name="张伟",
            phone="13800138000",
            level=Level.WEEK,
            model_id=make.a_model(session),
            channel_id=choices.find(session, ChoiceKind.CHANNEL, "路过"),
        )
        for visit in (owed, done):
            reception.leave(session, visit, at=make.later(minutes=5))
    with db.read() as session:
        day = visits.of_day(session, make.TODAY)
        owing = visits.row(session, owed)
        counted = figures.day(session, make.TODAY)
    assert day.present == [old, here]  # whoever never left is still here
    assert day.incomplete == [owed]
    assert set(owing.missing) == {"model", "moments"}
    assert day.gone == [done]
    assert counted.incomplete.value == 1


def test_an_undone_visit_is_no_longer_there(db, crew):
    with db.write() as session:
        visit = make.a_visit(session)
    with db.write() as session:
        journal.undo(session)
    with pytest.raises(ShowroomError, match="no longer there"):
        seen(db, visit)
    with pytest.raises(ShowroomError, match="no longer there"), db.write() as session:
        reception.leave(session, visit, at=make.NOW)


# --- drafts


def test_a_draft_is_kept_until_it_is_saved_and_is_no_action(db):
    with db.write() as session:
        drafts.save(session, "visit:1", {"phone": "1380"}, now=make.NOW)
    with db.read() as session:
        assert drafts.find(session, "visit:1") == {"phone": "1380"}
        assert make.actions_on(session, "draft", 1) == []
    with db.write() as session:
        drafts.save(session, "visit:1", {"phone": ""}, now=make.NOW)
    with db.read() as session:
        assert drafts.find(session, "visit:1") == {}


# --- random days


@pytest.mark.slow
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=some.lists(
        some.tuples(
            some.sampled_from(["arrive", "call", "phone", "refuse", "drive", "leave", "undo"]),
            some.integers(0, 9),
        ),
        max_size=25,
    )
)
def test_after_any_day_the_figures_are_what_a_recount_says(db, steps):
    make.stop_clock(db)
    with db.read() as session:
        alone = not staff.everyone(session)
    if alone:
        with db.write() as session:
            make.a_member(session, "王强")
    day = make.NOW + timedelta(days=test_after_any_day_the_figures_are_what_a_recount_says.days)
    test_after_any_day_the_figures_are_what_a_recount_says.days += 1
    db.clock = lambda: day
    open_ones: list[int] = []
    for step, number in steps:
        visit = open_ones[number % len(open_ones)] if open_ones else None
        if step == "undo":
            if open_ones:
                with db.write() as session:
                    journal.undo(session)
            with db.read() as session:
                open_ones = [row.id for row in _all(session, db.today())]
        elif step in ("arrive", "call"):
            kind = VisitKind.CALL if step == "call" else VisitKind.WALK_IN
            with db.write() as session:
                open_ones.append(
                    reception.arrive(session, people=number + 1, now=day, kind=kind).id
                )
        elif visit is not None:
            with db.write() as session:
                if step == "phone":
                    reception.complete(
                        session, visit, now=day, phone=f"1380013800{number}", name=f"客{number}"
                    )
                elif step == "refuse":
                    moments.ask(session, visit, Moment.SEATED, refusal=Refusal.SPAM, now=day)
                elif step == "drive":
                    testdrives.set_driven(session, visit, True, now=day)
                else:
                    reception.leave(session, visit, at=day)
    with db.read() as session:
        rows = _all(session, db.today())
        counted = figures.day(session, db.today())
        left_on = {customer.id: customer.contact_on for customer in session.query(Customer)}
    walk_ins = [row for row in rows if row.kind is VisitKind.WALK_IN]
    firsts = [row for row in walk_ins if not row.again]
    people = {row.customer_id for row in firsts if left_on.get(row.customer_id) == db.today()}
    strangers = [row for row in firsts if left_on.get(row.customer_id) is None]
    in_person = [row for row in rows if row.kind is not VisitKind.CALL]
    assert counted.parties.value == len(in_person)
    assert counted.people.value == sum(row.people for row in in_person)
    assert counted.contacts.numerator == len(people)
    assert counted.contacts.denominator == len(people) + len(strangers)
    assert counted.incomplete.value == sum(
        1 for row in rows if row.left_at is not None and row.missing
    )


test_after_any_day_the_figures_are_what_a_recount_says.days = 0


def _all(session, day):
    ids = [id for part in visits.of_day(session, day) for id in part]
    return [row for row in visits.rows(session, ids) if row.day == day]
