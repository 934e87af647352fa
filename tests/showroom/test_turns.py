"""Turns: whose it is, who is passed over and made good, rosters, stand-ins, and the log."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import event

from showroom.door import handover, reception, roster, turns, visits
from showroom.errors import Invalid, ShowroomError
from showroom.guard import amends, staff
from showroom.settings import Settings
from showroom.settings import load as load_settings
from showroom.store.models import (
    AwayReason,
    Customer,
    HandOver,
    Role,
    Turn,
    TurnState,
    Visit,
    VisitKind,
)
from tests import builders as make
from tests.stories import story

NAMES = ("王强", "李娜", "赵磊")


@story
def crew(db):
    make.stop_clock(db)
    with db.write() as session:
        return {name: make.a_member(session, name) for name in NAMES}


def arrive(db, **facts):
    with db.write() as session:
        return make.a_visit(session, **facts)


def leave(db, visit_id, *, at=make.NOW):
    with db.write() as session:
        reception.leave(session, visit_id, at=at)


def give(db, visit_id, consultant_id, reason=None):
    with db.write() as session:
        handover.hand_over(session, visit_id, consultant_id, reason)


def set_state(db, staff_id, state, reason=None):
    with db.write() as session:
        turns.set_state(session, staff_id, state, reason=reason, now=make.NOW)


def away(db, staff_id, reason=AwayReason.LUNCH):
    set_state(db, staff_id, TurnState.AWAY, reason)


def post(db, staff_id):
    set_state(db, staff_id, TurnState.POST)


def line(db, day=make.TODAY):
    with db.read() as session:
        return [row.name for row in turns.order(session, day)]


def owed(db, staff_id):
    with db.read() as session:
        return session.query(Turn).filter_by(staff_id=staff_id).one().owed


def who(db, visit_id):
    with db.read() as session:
        row = visits.row(session, visit_id)
    return row.consultant, row.hand_over


def today(db, day=make.TODAY):
    with db.read() as session:
        return roster.of_day(session, day)


def log(db, day=make.TODAY):
    return [(row.what, row.whom, row.why) for row in today(db, day).log]


# --- passed over, and made good


def test_who_is_busy_when_his_turn_comes_is_owed_one_and_gets_it_when_he_is_free(db, crew):
    first = arrive(db)
    arrive(db)
    third = arrive(db)
    leave(db, third)
    fourth = arrive(db)  # would be 王强, who is still with the first
    assert who(db, fourth) == ("赵磊", HandOver.TURN)
    assert (owed(db, crew["王强"]), owed(db, crew["李娜"])) == (1, 1)

    leave(db, first)
    assert line(db)[0] == "王强"
    fifth = arrive(db)
    assert who(db, fifth) == ("王强", HandOver.COMPENSATION)
    assert owed(db, crew["王强"]) == 0


def test_a_shop_that_does_not_compensate_skips_who_is_busy(db, crew):
    with db.write() as session:
        turns.set_compensate(session, False)
    first, _second, third = arrive(db), arrive(db), arrive(db)
    leave(db, third)
    assert who(db, arrive(db)) == ("赵磊", HandOver.TURN)
    assert owed(db, crew["王强"]) == 0
    leave(db, first)
    assert who(db, arrive(db)) == ("王强", HandOver.TURN)


@pytest.mark.parametrize(
    ("reason", "made_good"),
    [
        (AwayReason.MINUTE, 1),
        (AwayReason.ERRAND, 1),
        (AwayReason.LUNCH, 1),
        (AwayReason.MEETING, 1),
        (AwayReason.LEAVE, 0),
        (AwayReason.PRIVATE, 0),
    ],
)
def test_only_absence_for_the_shop_is_made_good(db, crew, reason, made_good):
    away(db, crew["王强"], reason)
    assert who(db, arrive(db))[0] == "李娜"
    assert owed(db, crew["王强"]) == made_good
    post(db, crew["王强"])
    after = ("王强", HandOver.COMPENSATION) if made_good else ("赵磊", HandOver.TURN)
    assert who(db, arrive(db)) == after


def test_resting_costs_the_turn_that_passes(db, crew):
    set_state(db, crew["王强"], TurnState.RESTING)
    arrive(db)
    post(db, crew["王强"])
    assert owed(db, crew["王强"]) == 0
    assert line(db) == ["赵磊", "王强", "李娜"]


def test_why_he_is_away_must_be_said(db, crew):
    with pytest.raises(Invalid, match="Say why he is away"):
        set_state(db, crew["王强"], TurnState.AWAY)


def test_the_state_says_since_when(db, crew):
    db.clock = lambda: make.later(minutes=5)
    away(db, crew["王强"])
    with db.read() as session:
        row = next(r for r in turns.order(session, make.TODAY) if r.name == "王强")
    assert (row.state, row.reason, row.since) == (TurnState.AWAY, AwayReason.LUNCH, make.NOW)
    set_state(db, crew["王强"], TurnState.AWAY, AwayReason.LUNCH)  # again: it goes on
    post(db, crew["王强"])
    with db.read() as session:
        assert turns.order(session, make.TODAY)[0].reason is None


def test_calls_errands_and_old_customers_use_no_turn(db, crew):
    with db.write() as session:
        reception.arrive(session, now=make.NOW, kind=VisitKind.CALL)
        reception.arrive(session, now=make.NOW, kind=VisitKind.ERRAND)
    first = arrive(db, now=make.NOW - timedelta(days=9), name="李雪", phone="13900139000")
    leave(db, first, at=make.NOW - timedelta(days=9))
    assert line(db) == ["李娜", "赵磊", "王强"]
    for _again in range(2):  # on the turn of somebody else, then on his own
        again = arrive(db, phone="13900139000")
        assert who(db, again) == ("王强", HandOver.ON_FILE)
        assert line(db)[0] == "李娜"
        leave(db, again)
        with db.write() as session:
            turns.put_first(session, crew["王强"], now=make.NOW)
            turns.put_first(session, crew["李娜"], now=make.NOW)


@pytest.mark.parametrize("kind", [VisitKind.CALL, VisitKind.ERRAND])
def test_a_call_or_an_errand_given_to_whose_turn_it_is_costs_him_nothing(db, crew, kind):
    with db.write() as session:
        visit = reception.arrive(session, now=make.NOW, kind=kind).id
        handover.hand_over(session, visit, crew["王强"])
    assert who(db, visit) == ("王强", HandOver.ASSIGNED)
    assert line(db)[0] == "王强"


def test_an_old_customer_on_his_consultants_own_turn_costs_him_nothing(db, crew):
    first = arrive(db, now=make.NOW - timedelta(days=9), name="李雪", phone="13900139000")
    leave(db, first, at=make.NOW - timedelta(days=9))
    for name in ("李娜", "赵磊"):
        set_state(db, crew[name], TurnState.RESTING)
    again = arrive(db)
    assert who(db, again) == ("王强", HandOver.TURN)
    with db.write() as session:
        reception.complete(session, again, now=make.NOW, phone="13900139000")
    assert who(db, again) == ("王强", HandOver.ON_FILE)
    assert [row.taken for row in today(db).rows] == [0, 0, 0]


# --- reasons


def test_every_reason_is_kept_and_only_a_turn_costs_one(db, crew):
    visit = arrive(db)
    for reason in (HandOver.ASKED_FOR, HandOver.APPOINTMENT, HandOver.ASSIGNED):
        give(db, visit, crew["赵磊"], reason)
        assert who(db, visit) == ("赵磊", reason)
        assert line(db)[0] == "王强"
    give(db, visit, crew["李娜"])
    assert who(db, visit) == ("李娜", HandOver.ASSIGNED)
    give(db, visit, crew["王强"])
    assert who(db, visit) == ("王强", HandOver.TURN)
    assert line(db) == ["李娜", "赵磊", "王强"]


def test_a_turn_is_made_good_by_hand_only_when_it_is_owed(db, crew):
    visit = arrive(db)
    with pytest.raises(Invalid) as refused:
        give(db, visit, crew["赵磊"], HandOver.COMPENSATION)
    assert refused.value.problems == {"consultant_id": "赵磊 is owed no turn: give another reason."}
    assert who(db, visit) == ("王强", HandOver.TURN)

    with db.write() as session:
        turns.compensate(session, crew["赵磊"])
    give(db, visit, crew["赵磊"], HandOver.COMPENSATION)
    assert owed(db, crew["赵磊"]) == 0
    give(db, visit, crew["赵磊"], HandOver.ASKED_FOR)  # it was not that after all
    assert owed(db, crew["赵磊"]) == 1
    with db.write() as session:
        turns.compensate(session, crew["赵磊"], -1)
    with pytest.raises(Invalid, match="owed no turn"), db.write() as session:
        turns.compensate(session, crew["赵磊"], -1)


def test_a_turn_given_back_late_is_not_lost(db, crew):
    visits_ = [arrive(db) for _party in range(3)]
    for visit in visits_:
        leave(db, visit)
    fourth = arrive(db)  # 王强 again
    leave(db, fourth)
    give(db, visits_[0], None)
    give(db, fourth, None)  # both of his were none: he is two turns behind
    taken = []
    for _party in range(4):
        visit = arrive(db)
        taken.append(who(db, visit)[0])
        leave(db, visit)
    assert taken == ["王强", "王强", "李娜", "赵磊"]


# --- the consultant on file is not there


@pytest.fixture
def known(db, crew):
    """李雪, whom 王强 received nine days ago."""
    visit = arrive(db, now=make.NOW - timedelta(days=9), name="李雪", phone="13900139000")
    leave(db, visit, at=make.NOW - timedelta(days=9))
    return visit


def customer(db):
    with db.read() as session:
        return session.get_one(Customer, 1).consultant_id


def test_somebody_stands_in_while_the_consultant_on_file_is_away(db, crew, known):
    away(db, crew["王强"])
    visit = arrive(db)
    assert who(db, visit) == ("李娜", HandOver.TURN)
    with db.write() as session:
        reception.complete(session, visit, now=make.NOW, phone="13900139000")
    assert who(db, visit) == ("李娜", HandOver.STAND_IN)
    with db.read() as session:
        assert session.get_one(Visit, visit).stands_in_for_id == crew["王强"]
    assert customer(db) == crew["王强"]
    with db.read() as session:
        assert turns.next_up(session, make.TODAY, without=visit).name == "李娜"  # it cost no turn

    give(db, visit, crew["赵磊"])  # somebody else stands in
    assert who(db, visit) == ("赵磊", HandOver.STAND_IN)
    assert customer(db) == crew["王强"]
    post(db, crew["王强"])
    give(db, visit, crew["王强"])  # here he comes
    assert who(db, visit) == ("王强", HandOver.ON_FILE)
    with db.read() as session:
        assert session.get_one(Visit, visit).stands_in_for_id is None


def test_a_call_waits_for_the_consultant_on_file(db, crew, known):
    away(db, crew["王强"])
    with db.write() as session:
        call = reception.arrive(session, now=make.NOW, kind=VisitKind.CALL).id
        reception.complete(session, call, now=make.NOW, phone="13900139000")
    assert who(db, call) == ("王强", HandOver.ON_FILE)


def test_the_customer_of_who_left_the_company_goes_to_whose_turn_it_is(db, crew, known):
    with db.write() as session:
        staff.change(session, crew["王强"], active=False)
    visit = arrive(db, phone="13900139000")
    assert who(db, visit) == ("李娜", HandOver.TURN)
    assert customer(db) == crew["李娜"]


def test_open_visits_of_who_left_the_company_keep_his_name_until_somebody_takes_over(db, crew):
    visit = arrive(db, name="李雪", phone="13900139000")
    with db.write() as session:
        staff.change(session, crew["王强"], active=False)
    assert who(db, visit) == ("王强", HandOver.TURN)
    assert line(db) == ["李娜", "赵磊"]
    give(db, visit, crew["李娜"])
    assert who(db, visit) == ("李娜", HandOver.TURN)
    assert line(db) == ["赵磊", "李娜"]
    assert customer(db) == crew["李娜"]


# --- nobody


def nobody(db, day=make.TODAY):
    with db.read() as session:
        return turns.nobody(session, day)


def test_with_nobody_to_receive_the_party_is_kept_and_a_sentence_says_why(db, crew):
    assert nobody(db) == ""
    for id in crew.values():
        away(db, id)
    visit = arrive(db)
    assert who(db, visit) == ("", None)
    assert nobody(db).startswith("Everybody is away.")
    assert [owed(db, id) for id in crew.values()] == [0, 0, 0]
    with db.write() as session:
        for id in crew.values():
            staff.change(session, id, active=False)
    assert who(db, arrive(db)) == ("", None)
    assert nobody(db).startswith("Nobody is on the roster.")


def test_who_is_no_longer_on_the_roster_cannot_be_moved_in_it(db, crew):
    with db.write() as session:
        staff.change(session, crew["王强"], active=False)
    with pytest.raises(ShowroomError, match="no longer on the roster"):
        post(db, crew["王强"])


# --- changing the line


def test_two_change_places(db, crew):
    with db.write() as session:
        turns.swap(session, crew["王强"], crew["赵磊"], make.TODAY)
    assert line(db) == ["赵磊", "李娜", "王强"]
    assert who(db, arrive(db))[0] == "赵磊"
    assert log(db)[1] == ("Places swapped", "王强, 赵磊", "")


def test_who_is_owed_a_turn_lets_the_other_one_first(db, crew):
    with db.write() as session:
        turns.compensate(session, crew["赵磊"])
    assert line(db) == ["赵磊", "王强", "李娜"]
    with db.write() as session:
        turns.swap(session, crew["赵磊"], crew["李娜"], make.TODAY)
    assert line(db)[0] == "李娜"
    assert who(db, arrive(db)) == ("李娜", HandOver.TURN)
    assert who(db, arrive(db)) == ("赵磊", HandOver.COMPENSATION)


def test_who_is_called_to_the_front_goes_before_who_is_owed_and_then_to_the_end(db, crew):
    with db.write() as session:
        turns.compensate(session, crew["王强"])
    away(db, crew["赵磊"])
    with db.write() as session:
        turns.put_first(session, crew["赵磊"], now=make.NOW)
    assert line(db) == ["赵磊", "王强", "李娜"]
    leave(db, arrive(db))
    assert line(db) == ["王强", "李娜", "赵磊"]


def test_a_change_of_the_line_is_taken_back_by_undo(db, crew):
    with db.write() as session:
        turns.put_first(session, crew["赵磊"], now=make.NOW)
    visit = arrive(db)
    assert who(db, visit)[0] == "赵磊"
    with db.write() as session:
        amends.undo(session)
    with db.write() as session:
        amends.undo(session)
    assert line(db) == list(NAMES)
    assert log(db)[:4] == [
        ("Undone", "赵磊", "Turns changed"),
        ("Undone", "赵磊", "Arrival"),
        ("Visit 1", "赵磊", "Next in turn"),
        ("Called to the front", "赵磊", ""),
    ]


# --- rosters


def teams(db, crew, **of):
    with db.write() as session:
        turns.choose_roster(session, "groups", today=make.TODAY)
    for name, team in of.items():
        with db.write() as session:
            turns.set_team(session, crew[name], team, today=make.TODAY)


def test_teams_change_daily_and_the_manager_may_say_which_is_on(db, crew):
    teams(db, crew, 赵磊=2)
    visit = arrive(db)
    assert who(db, visit)[0] == "王强"
    leave(db, visit)
    assert who(db, arrive(db))[0] == "李娜"
    assert who(db, arrive(db))[0] == "王强"
    tomorrow = make.TODAY + timedelta(days=1)
    assert line(db, tomorrow)[0] == "赵磊"
    assert who(db, arrive(db, now=make.later(days=1)))[0] == "赵磊"
    assert line(db, make.TODAY + timedelta(days=2))[0] != "赵磊"

    with db.write() as session:
        turns.put_on_duty(session, 2, today=make.TODAY)
    assert line(db)[0] == "赵磊"
    with pytest.raises(ShowroomError, match="Nobody is in team 3"), db.write() as session:
        turns.put_on_duty(session, 3, today=make.TODAY)


def test_the_team_on_duty_without_anybody_on_post_is_said(db, crew):
    teams(db, crew, 赵磊=2)
    for name in ("王强", "李娜"):
        away(db, crew[name])
    assert who(db, arrive(db)) == ("", None)
    assert nobody(db).startswith("Everybody is away.")
    with db.write() as session:
        turns.choose_roster(session, "fixed", today=make.TODAY)
        for name in ("王强", "李娜"):
            staff.change(session, crew[name], active=False)
    assert nobody(db).startswith("Nobody is in the team on duty.")


def test_a_fixed_roster_gives_new_parties_to_team_one_alone(db, crew):
    teams(db, crew, 李娜=2, 赵磊=2)
    with db.write() as session:
        turns.choose_roster(session, "fixed", today=make.TODAY)
    assert [who(db, arrive(db))[0] for _party in range(3)] == ["王强"] * 3
    assert [row.place for row in today(db).rows] == [1, 0, 0]
    with db.write() as session:
        turns.choose_roster(session, "rotation", today=make.TODAY)
    assert who(db, arrive(db))[0] in ("李娜", "赵磊")


def test_a_new_team_does_not_change_who_is_on_duty_today(db, crew):
    teams(db, crew, 赵磊=2)
    with db.write() as session:
        turns.put_on_duty(session, 2, today=make.TODAY)
    teams(db, crew, 李娜=3)
    assert line(db)[0] == "赵磊"


def test_the_roster_is_the_managers(db, crew):
    with db.write() as session:
        manager = make.a_member(session, "周敏", Role.MANAGER)
        clerk = make.a_member(session, "李静", Role.RECEPTIONIST)
        make.a_pin(session, manager, "3333", by=manager)
    db.staff_id = clerk
    for refused in (
        lambda session: turns.choose_roster(session, "fixed", today=make.TODAY),
        lambda session: turns.put_on_duty(session, 1, today=make.TODAY),
        lambda session: turns.set_team(session, crew["王强"], 2, today=make.TODAY),
        lambda session: turns.set_compensate(session, False),
    ):
        with pytest.raises(ShowroomError, match="Only a manager"), db.write() as session:
            refused(session)
    away(db, crew["王强"])  # the line of today is the desk's
    with db.read() as session:
        assert load_settings(session).roster == Settings().roster


# --- what the day shows


def test_the_day_shows_who_took_how_many_and_the_whole_log(db, crew):
    first = arrive(db)
    give(db, first, crew["赵磊"], HandOver.ASKED_FOR)
    arrive(db)
    away(db, crew["李娜"])
    rows = {row.turn.name: row for row in today(db).rows}
    assert (rows["赵磊"].taken, rows["赵磊"].others, rows["赵磊"].visit_id) == (0, 1, first)
    assert (rows["王强"].taken, rows["王强"].place) == (1, 2)
    assert rows["李娜"].place == 0
    assert today(db).apart == 1
    assert log(db)[:4] == [
        ("Away", "李娜", "Lunch"),
        ("Visit 2", "王强", "Next in turn"),
        ("Visit 1", "赵磊", "Asked for by name · taken from 王强"),
        ("Visit 1", "王强", "Next in turn"),
    ]


def test_the_log_says_who_was_passed_over_made_good_and_stood_in(db, crew):
    with db.write() as session:
        make.a_customer(session, "李雪", phone="13900139000", consultant_id=crew["王强"])
    away(db, crew["王强"])
    first = arrive(db, phone="13900139000")
    assert who(db, first) == ("李娜", HandOver.STAND_IN)
    assert log(db)[:4] == [
        ("Visit 1", "李娜", "Standing in for 王强"),
        ("Visit 1", "李娜", "Next in turn"),
        ("Is owed a turn", "王强", "his turn passed by"),
        ("Away", "王强", "Lunch"),
    ]
    post(db, crew["王强"])
    arrive(db)
    assert log(db)[0] == ("Visit 2", "王强", "Turn made good")


def test_the_log_says_who_did_it(db, crew):
    with db.write() as session:
        db.staff_id = make.a_member(session, "李静", Role.RECEPTIONIST)
    with db.write() as session:
        turns.put_first(session, crew["赵磊"], now=make.NOW)
    with db.write() as session:
        turns.set_compensate(session, False)
    with db.write() as session:
        turns.choose_roster(session, "groups", today=make.TODAY)
    with db.write() as session:
        turns.set_team(session, crew["赵磊"], 2, today=make.TODAY)
    with db.write() as session:
        turns.put_on_duty(session, 2, today=make.TODAY)
    assert [(row.what, row.whom, row.why, row.by) for row in today(db).log[:6]] == [
        ("Team 2 today", "", "", "李静"),
        ("Team 2", "赵磊", "", "李静"),
        ("Team 1 today", "", "", "李静"),
        ("Roster", "", "Teams, changing daily", "李静"),
        ("Missed turns are skipped", "", "", "李静"),
        ("Called to the front", "赵磊", "", "李静"),
    ]


def test_who_comes_and_goes_stands_in_the_log(db, crew):
    visit = arrive(db)
    give(db, visit, None)
    with db.write() as session:
        staff.change(session, crew["李娜"], active=False)
    with db.write() as session:
        staff.change(session, crew["李娜"], active=True)
    assert log(db)[:3] == [
        ("Joined the roster", "李娜", ""),
        ("Off the roster", "李娜", ""),
        ("Visit 1", "", "taken from 王强"),
    ]


def test_a_day_that_does_not_make_good_says_whose_turn_was_passed(db, crew):
    with db.write() as session:
        turns.set_compensate(session, False)
    set_state(db, crew["王强"], TurnState.RESTING)
    arrive(db)
    assert log(db)[:2] == [
        ("Visit 1", "李娜", "Next in turn"),
        ("Turn passed by", "王强", ""),
    ]


_days = count(1)


@pytest.mark.slow
@pytest.mark.parametrize("compensate", [True, False])
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=some.lists(
        some.one_of(
            some.just(("arrive", 0)),
            some.tuples(some.just("leave"), some.integers(0, 5)),
            some.tuples(some.just("away"), some.integers(0, 2)),
            some.tuples(some.just("back"), some.integers(0, 2)),
        ),
        max_size=30,
    )
)
def test_new_parties_are_shared_out_evenly(db, crew, compensate, steps):
    """Among those always on post and never passed over, at every moment of any day."""
    day = make.TODAY + timedelta(days=3 * next(_days))
    now = make.NOW + (day - make.TODAY)
    ids = list(crew.values())
    with db.write() as session:
        turns.set_compensate(session, compensate)
        for turn in session.query(Turn):
            turn.owed, turn.state, turn.reason = 0, TurnState.POST, None
        session.flush()
        turns.choose_roster(session, "rotation", today=day)
    here, taken, passed, anybody_away = [], dict.fromkeys(ids, 0), set(), False
    for step, number in steps:
        with db.write() as session:
            if step == "arrive":
                before = {t.staff_id: t.position for t in session.query(Turn)}
                visit = reception.arrive(session, now=now)
                session.flush()
                here.append(visit.id)
                if visit.consultant_id is not None:
                    taken[visit.consultant_id] += 1
                passed |= {
                    turn.staff_id
                    for turn in session.query(Turn)
                    if turn.position != before[turn.staff_id]
                    and turn.staff_id != visit.consultant_id
                }
            elif step == "leave" and here:
                reception.leave(session, here.pop(number % len(here)), at=now)
            elif step in ("away", "back"):
                state = TurnState.AWAY if step == "away" else TurnState.POST
                passed |= {ids[number]}
                anybody_away = True
                turns.set_state(session, ids[number], state, reason=AwayReason.LUNCH, now=now)
        always = [taken[id] for id in ids if id not in passed]
        assert not always or max(always) - min(always) <= 1
        with db.read() as session:
            shown = roster.of_day(session, day)
        assert {row.id: row.taken for row in shown.rows} == taken
        if compensate and not anybody_away:
            assert shown.apart <= 1


def test_the_log_of_a_day_is_read_by_its_actions_and_not_from_all_visits_there_ever_were(db, crew):
    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *told: asked.append(told[2:4]))
    today(db)
    found = [(sql, values) for sql, values in asked if "JOIN change" in sql]
    with db.read() as session:
        plans = [
            session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
            for sql, values in found
        ]
    assert len(plans) == 1
    assert [row[3] for row in plans[0]][:2] == [
        "SEARCH action USING INDEX ix_action_at (at>? AND at<?)",
        "SEARCH change USING INDEX ix_change_action_id (action_id=?)",
    ]
