"""Who is expected: made, moved, known again when he comes, counted; calls, errands, who left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from showroom import choices, dates
from showroom.door import appointments, checkin, expected, reception, turns, visits
from showroom.door.appointments import DayCounts, Standing
from showroom.door.close import sign
from showroom.errors import Invalid, ShowroomError
from showroom.figures import counts
from showroom.guard import amends, consent, entries, staff
from showroom.people import customers, timeline
from showroom.store import journal
from showroom.store.models import (
    Action,
    Aim,
    Appointment,
    CameBy,
    ChoiceKind,
    Customer,
    HandOver,
    TurnState,
    Visit,
    VisitKind,
    Way,
)
from tests import builders as make
from tests.stories import story

PHONE = "13912345678"


@story
def crew(db: Any) -> dict[str, int]:
    make.stop_clock(db)
    with db.write() as session:
        return {name: make.a_member(session, name) for name in ("王强", "李娜", "赵磊")}


def expect(db: Any, *, now: Any = make.NOW, **facts: Any) -> int:
    facts = {"at": make.later(minutes=30), "name": "周敏"} | facts
    with db.write() as session:
        return appointments.make(session, now=now, **facts).id


def come(db: Any, appointment_id: int, now: Any = make.NOW) -> visits.VisitRow:
    with db.write() as session:
        visit = checkin.check_in(session, appointment_id, now=now)
    return seen(db, visit.id)


def seen(db: Any, visit_id: int) -> visits.VisitRow:
    with db.read() as session:
        return visits.row(session, visit_id)


def row(db: Any, appointment_id: int) -> expected.ExpectedRow:
    with db.read() as session:
        return expected.row(session, appointment_id, today=make.TODAY)


def line(db: Any) -> list[str]:
    with db.read() as session:
        return [one.name for one in turns.order(session, make.TODAY)]


# --- made and moved


def test_an_appointment_takes_from_the_file_what_nobody_said(db, crew):
    with db.write() as session:
        known = make.a_customer(
            session, "李雪", phone=PHONE, model_id="汉EV", consultant_id=crew["赵磊"]
        )
    id = expect(db, name="", phone=PHONE)

    shown = row(db, id)
    assert (shown.customer_id, shown.name, shown.phone) == (known, "李雪", "139 1234 5678")
    assert (shown.consultant, shown.model, shown.standing) == ("赵磊", "汉EV", Standing.OPEN)
    with db.read() as session:  # a name and a phone stand in the file alone
        kept = session.get_one(Appointment, id)
        assert (kept.name, kept.phone) == ("", "")


@pytest.mark.parametrize(
    ("facts", "field", "sentence"),
    [
        ({"name": ""}, "who", "Say who comes: a name, a phone, or a customer."),
        (
            {"at": make.later(minutes=-1)},
            "when",
            f"It is 11-18 {dates.show_clock(make.NOW)} already: choose a time that is still to "
            "come.",
        ),
        ({"people": 100}, "people", "A party has 1 to 99 people."),
        ({"phone": "139123"}, "phone", "A mobile number has 11 digits: 5 are missing."),
        ({"customer_id": 99}, "who", "This customer is no longer in the file."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(db, crew, facts, field, sentence):
    with pytest.raises(Invalid) as refused:
        expect(db, **facts)
    assert refused.value.problems == {field: sentence}
    with db.read() as session:
        assert expected.listed(session, today=make.TODAY) == []


def test_nobody_is_expected_twice_on_a_day(db, crew):
    first = expect(db, phone=PHONE)
    with pytest.raises(Invalid, match="Expected on that day already"):
        expect(db, phone=PHONE, at=make.later(hours=3))
    expect(db, phone=PHONE, at=make.later(days=1))
    with db.write() as session:
        appointments.cancel(session, first, now=make.NOW)
    expect(db, phone=PHONE, at=make.later(hours=3))


def test_postponing_cancelling_and_taking_it_back(db, crew):
    id = expect(db)
    with db.write() as session:
        appointments.change(session, id, now=make.NOW, at=make.later(days=2), people=3)
    assert (row(db, id).day, row(db, id).people) == (make.TODAY + timedelta(days=2), 3)
    with db.write() as session:
        appointments.cancel(session, id, now=make.NOW)
    with db.read() as session:
        assert expected.listed(session, today=make.TODAY) == []
    with db.write() as session:
        journal.undo(session)
    assert row(db, id).standing is Standing.OPEN
    with db.write() as session:
        journal.undo(session)  # the cancelling is taken back already: now the postponing
    assert row(db, id).day == make.TODAY


def test_what_was_cancelled_stands_again_only_while_nothing_else_does(db, crew):
    id = expect(db, phone=PHONE)
    with db.write() as session:
        appointments.cancel(session, id, now=make.NOW)
    with db.read() as session:
        cancelled = session.scalars(select(Action.id).order_by(Action.id.desc())).first()
    other = expect(db, phone=PHONE, at=make.later(hours=2))
    with pytest.raises(Invalid, match="Expected on that day already"), db.write() as session:
        appointments.put_back(session, id, now=make.NOW)
    with pytest.raises(ShowroomError, match="another appointment"), db.write() as session:
        amends.undo(session, cancelled)
    with db.write() as session:
        appointments.cancel(session, other, now=make.NOW)
    with pytest.raises(ShowroomError, match="He did not come on"), db.write() as session:
        appointments.put_back(session, id, now=make.later(days=1))
    with db.write() as session:
        appointments.put_back(session, id, now=make.NOW)
    assert (row(db, id).standing, row(db, other).standing) == (Standing.OPEN, Standing.CANCELLED)


def test_who_is_asked_again_keeps_the_phones_that_were_shown_hidden(db, crew):
    id = expect(db, phone=PHONE, note="wife 13800138000")
    facts = {"phone": "139****5678", "note": "wife 138****8000, evenings"}
    tomorrow = make.later(days=1)
    again = expect(db, now=tomorrow, at=make.later(days=2), again_of=id, **facts)
    with db.read() as session:
        kept = session.get_one(Appointment, again)
        assert (kept.phone, kept.note) == (f"+86{PHONE}", "wife 13800138000, evenings")


def test_who_must_not_be_contacted_keeps_the_appointment_he_asked_for(db, crew):
    with db.write() as session:
        quiet = make.a_customer(session, "吴静", phone=PHONE)
        consent.withdraw(session, quiet, Way.PHONE, now=make.NOW)
        consent.withdraw(session, quiet, Way.WECHAT, now=make.NOW)
        customers.change(session, quiet, do_not_contact=True)
    shown = row(db, expect(db, name="", customer_id=quiet))
    assert shown.barred
    assert shown.standing is Standing.OPEN


# --- due


def test_who_is_due_within_the_hour_or_late_stands_in_the_list_of_now(db, crew):
    late = expect(db, name="迟到", at=make.later(minutes=5))
    soon = expect(db, name="快到", at=make.later(minutes=80))
    expect(db, name="下午", at=make.later(hours=5))
    expect(db, name="明天", at=make.later(days=1))
    with db.read() as session:
        assert expected.due(session, now=make.NOW) == [late]
        assert expected.due(session, now=make.later(minutes=20)) == [late, soon]
        assert expected.due(session, now=make.later(hours=12))[0] == late  # to the end of the day


def test_on_the_next_day_who_did_not_come_is_named_and_can_be_asked_again(db, crew):
    id = expect(db, phone=PHONE)
    tomorrow = make.TODAY + timedelta(days=1)
    with db.read() as session:
        assert expected.listed(session, today=tomorrow) == [id]
        assert expected.row(session, id, today=tomorrow).standing is Standing.MISSED
        assert expected.listed(session, today=make.TODAY + timedelta(days=8)) == []
    over = pytest.raises(ShowroomError, match="He did not come on 11-18")
    with over, db.write() as session:
        appointments.change(session, id, now=make.later(days=1), at=make.later(days=2))
    with pytest.raises(ShowroomError, match="周敏 was expected on 11-18 and did not come then"):
        come(db, id, make.later(days=1))
    with db.write() as session:
        again = appointments.make(
            session,
            at=make.later(days=2),
            now=make.later(days=1),
            again_of=id,
            name="周敏",
            phone="139****5678",
        )
        assert again.phone == "+8613912345678"  # though the desk saw it hidden


# --- he comes


def test_checking_in_makes_the_visit_with_all_that_was_planned_and_uses_no_turn(db, crew):
    with db.write() as session:
        old = make.a_customer(session, "李雪", phone=PHONE, consultant_id=crew["李娜"])
    id = expect(
        db, customer_id=old, people=3, consultant_id=crew["赵磊"], model_id="海豹", note="带家人"
    )
    visit = come(db, id, make.later(minutes=40))

    assert (visit.kind, visit.people, visit.name) == (VisitKind.WALK_IN, 3, "李雪")
    assert (visit.consultant, visit.hand_over) == ("赵磊", HandOver.APPOINTMENT)
    assert (visit.model, visit.note, visit.customer_id) == ("海豹", "带家人", old)
    assert line(db)[0] == "王强"
    shown = row(db, id)
    assert (shown.standing, shown.visit_number) == (Standing.CAME, visit.number)
    with pytest.raises(ShowroomError, match=r"Mr 李雪 was here at .* as visit 1"):
        come(db, id, make.later(minutes=50))


def test_in_the_absence_of_his_consultant_the_next_one_stands_in(db, crew):
    id = expect(db, phone=PHONE, consultant_id=crew["王强"])
    with db.write() as session:
        turns.set_state(session, crew["王强"], TurnState.RESTING, now=make.NOW)
    visit = come(db, id)
    assert (visit.consultant, visit.hand_over) == ("李娜", HandOver.STAND_IN)
    with db.read() as session:
        assert session.get_one(Visit, visit.id).stands_in_for_id == crew["王强"]
        customer = session.get_one(Customer, visit.customer_id)
        assert customer.consultant_id == crew["王强"]  # he stays his
    assert line(db)[:2] == ["赵磊", "李娜"]  # who is busy stands behind; his turn he still has


@pytest.mark.parametrize("on_file", [True, False])
def test_whoever_was_expected_by_one_who_left_the_company_is_the_next_ones(db, crew, on_file):
    if on_file:
        with db.write() as session:
            make.a_customer(session, "李雪", phone=PHONE, consultant_id=crew["王强"])
    id = expect(db, phone=PHONE, consultant_id=crew["王强"])
    with db.write() as session:
        staff.change(session, crew["王强"], active=False)
    visit = come(db, id)
    assert (visit.consultant, visit.hand_over, visit.stands_in_for) == ("李娜", HandOver.TURN, "")
    with db.read() as session:
        assert session.get_one(Customer, visit.customer_id).consultant_id == crew["李娜"]


def test_a_new_guest_without_a_consultant_is_the_next_ones_turn(db, crew):
    visit = come(db, expect(db, phone=PHONE))
    assert (visit.consultant, visit.hand_over, visit.again) == ("王强", HandOver.TURN, False)
    assert visit.phone == "139 1234 5678"


def test_the_contact_was_left_when_the_appointment_was_made(db, crew):
    id = expect(db, phone=PHONE, now=make.later(days=-3))
    visit = come(db, id)
    with db.read() as session:
        customer = session.get_one(Customer, visit.customer_id)
        assert customer.contact_on == make.TODAY - timedelta(days=3)


def test_who_fetches_his_car_is_an_errand(db, crew):
    visit = come(db, expect(db, aim=Aim.DELIVERY, consultant_id=crew["李娜"]))
    assert (visit.kind, visit.errand, visit.consultant) == (VisitKind.ERRAND, "Delivery", "李娜")
    assert visit.missing == ()
    assert line(db)[0] == "王强"


def test_who_comes_a_day_early_or_after_all_comes_today(db, crew):
    early = expect(db, at=make.later(days=1))
    come(db, early)
    assert (row(db, early).day, row(db, early).standing) == (make.TODAY, Standing.CAME)
    after_all = expect(db, name="孙浩")
    with db.write() as session:
        appointments.cancel(session, after_all, now=make.NOW)
    come(db, after_all)
    assert row(db, after_all).standing is Standing.CAME


def test_one_who_walks_in_is_known_by_his_phone_and_not_recorded_twice(db, crew):
    id = expect(db, phone=PHONE, consultant_id=crew["赵磊"])
    with db.write() as session:
        visit = make.a_visit(session, now=make.later(minutes=10))
    assert seen(db, visit).consultant == "王强"
    with db.write() as session:
        reception.complete(session, visit, now=make.later(minutes=12), phone=PHONE)

    assert row(db, id).visit_id == visit
    now_is = seen(db, visit)
    assert (now_is.name, now_is.consultant, now_is.hand_over) == (
        "周敏",
        "赵磊",
        HandOver.APPOINTMENT,
    )
    assert line(db)[0] == "王强"  # whose turn it was has it back
    with pytest.raises(ShowroomError, match=r"周敏 was here at .* as visit 1"):
        come(db, id, make.later(minutes=30))
    with db.write() as session:
        journal.undo(session)  # the phone was somebody else's
    assert row(db, id).standing is Standing.OPEN


def test_undoing_the_check_in_frees_the_appointment(db, crew):
    id = expect(db, phone=PHONE)
    visit = come(db, id)
    with db.write() as session:
        journal.undo(session)
    with db.read() as session:
        assert session.get(Visit, visit.id) is None
    shown = row(db, id)
    assert (shown.standing, shown.name, shown.phone) == (Standing.OPEN, "周敏", "139 1234 5678")
    assert come(db, id).number == 1


def test_a_plan_made_after_he_came_is_for_later(db, crew):
    with db.write() as session:
        visit = make.a_visit(session)
    later = expect(db, phone=PHONE, at=make.later(hours=4))
    with db.write() as session:
        reception.complete(session, visit, now=make.later(minutes=5), phone=PHONE)
    assert row(db, later).standing is Standing.OPEN
    with db.write() as session:
        reception.leave(session, visit, at=make.later(hours=1))
    assert come(db, later, make.later(hours=4)).number == 2


def test_an_errand_is_not_the_visit_somebody_planned_unless_he_fetches_his_car(db, crew):
    with db.write() as session:
        owner = make.a_customer(session, "李雪", phone=PHONE)
    drive = expect(db, customer_id=owner, aim=Aim.DRIVE, at=make.later(hours=4))
    other = expect(db, phone="13912340000", aim=Aim.DELIVERY)
    for number in (PHONE, "13912340000"):
        with db.write() as session:
            errand = reception.arrive(session, kind=VisitKind.ERRAND, now=make.later(minutes=1))
            reception.complete(session, errand.id, now=make.later(minutes=2), phone=number)
    assert row(db, drive).standing is Standing.OPEN
    assert row(db, other).standing is Standing.CAME


def test_the_customers_file_tells_when_he_is_expected_and_that_he_called(db, crew):
    with db.write() as session:
        call = reception.arrive(session, kind=VisitKind.CALL, now=make.NOW).id
        reception.complete(session, call, now=make.NOW, phone=PHONE)
    owner = seen(db, call).customer_id
    at = make.later(days=2)
    expect(db, name="", customer_id=owner, aim=Aim.DRIVE, at=at, note="带父母")
    with db.write() as session:
        make.a_visit(session, now=make.later(days=1), phone=PHONE)
    with db.read() as session:
        told = [entry.title for entry in timeline.of_customer(session, owner)]
    assert told[0] == f"Appointment {dates.show_clock(at)} · Test drive"
    assert [title.split(" · ")[0] for title in told if "person" in title or "people" in title] == [
        "First visit",
        "Call",
    ]


def test_who_is_still_here_is_not_checked_in_a_second_time(db, crew):
    with db.write() as session:
        visit = make.a_visit(session, phone=PHONE)
    later = expect(db, name="", phone=PHONE, aim=Aim.DRIVE)
    with pytest.raises(ShowroomError, match="Already here: visit 1"):
        come(db, later, make.later(minutes=30))
    with db.write() as session:
        reception.leave(session, visit, at=make.later(minutes=20))
    assert come(db, later, make.later(minutes=30)).again is False  # the same visit day


def test_a_call_leads_to_an_appointment_which_learns_who_called(db, crew):
    with db.write() as session:
        call = reception.arrive(session, kind=VisitKind.CALL, now=make.NOW).id
    id = expect(db, call_id=call, name="周敏", at=make.later(days=1))
    with db.write() as session:
        reception.complete(session, call, now=make.NOW, phone=PHONE, name="周敏")
    shown = row(db, id)
    assert shown.customer_id == seen(db, call).customer_id
    assert shown.standing is Standing.OPEN  # a call is no arrival


def test_the_trail_says_which_appointment_and_whose(db, crew):
    with db.write() as session:
        owner = make.a_customer(session, "李雪", phone=PHONE)
    id = expect(db, name="", customer_id=owner)
    with db.read() as session:
        (newest, *_rest) = entries.rows(session, entries.find(session))
    at = dates.local(row(db, id).at)
    assert newest.subject == f"Appointment {at:%m-%d %H:%M} · Mr 李雪"


def test_the_day_in_numbers(db, crew):
    came, off = expect(db, name="来了"), expect(db, name="取消")
    expect(db, name="没来")
    come(db, came)
    with db.write() as session:
        appointments.cancel(session, off, now=make.NOW)
    with db.read() as session:
        day = appointments.day_counts(session, make.TODAY, today=make.TODAY)
        assert day == DayCounts(made=2, came=1, missed=0, open=1, cancelled=1)
        visit = row(db, came).visit_id
        assert appointments.invited(session, [visit, 99]) == {visit}
    with db.write() as session:
        reception.leave(session, visit, at=make.later(hours=1))
    with db.write() as session:
        sign(session, make.TODAY, totals={}, receptionist="李静", now=make.later(hours=9))
    with db.read() as session:
        day = appointments.day_counts(session, make.TODAY, today=make.TODAY)
        assert (day.came, day.missed, day.open) == (1, 1, 0)
        assert expected.due(session, now=make.later(minutes=30)) == []


# --- calls, errands, who left without being received


def test_a_call_is_nobody_in_the_showroom(db, crew):
    with db.write() as session:
        call = reception.arrive(session, kind=VisitKind.CALL, now=make.NOW).id
        guest = make.a_visit(session)
    with db.read() as session:
        day = visits.of_day(session, make.TODAY)
    assert (day.present, day.calls) == ([guest], [call])
    with db.write() as session:
        reception.leave(session, call, at=make.later(minutes=4))
    with db.read() as session:
        assert visits.of_day(session, make.TODAY).incomplete == [call]  # it owes its consultant


def test_first_or_again_of_a_call_is_said_by_the_phone(db, crew):
    calls = []
    for minutes in (0, 5):
        with db.write() as session:
            call = reception.arrive(session, kind=VisitKind.CALL, now=make.later(minutes=minutes))
            reception.complete(session, call.id, now=make.later(minutes=minutes), phone=PHONE)
            calls.append(call.id)
    assert [seen(db, id).again for id in calls] == [False, True]
    with db.write() as session:
        visit = make.a_visit(session, now=make.later(days=1), phone=PHONE)
    assert not seen(db, visit).again  # he called, and comes for the first time
    with db.read() as session:
        customer = session.get_one(Customer, seen(db, visit).customer_id)
        assert customer.first_visit_on == make.TODAY + timedelta(days=1)


def test_errands_are_traffic_and_stand_in_no_rate(db, crew):
    with db.write() as session:
        errands = choices.options(session, ChoiceKind.ERRAND)
        for number, errand in enumerate(errands):
            visit = reception.arrive(
                session, kind=VisitKind.ERRAND, people=2, errand_id=errand.id, now=make.NOW
            )
            assert (visit.number, visit.hand_over) == (number + 1, None)
            reception.complete(session, visit.id, now=make.NOW, phone=make.a_phone())
    with db.read() as session:
        counted = counts.whole(session, make.TODAY, make.TODAY)
    assert [errand.code for errand in errands] == (
        "paperwork delivery refund service parcel supplier interview visitor other".split()
    )
    assert (counted.parties, counted.people, counted.errands) == (9, 18, 9)
    assert (counted.walk_ins, counted.first, counted.left, counted.again, counted.known) == (
        (0,) * 5
    )
    assert (counted.stays, counted.incomplete) == (0, 0)


def test_how_they_came_is_kept(db, crew):
    with db.write() as session:
        visit = reception.arrive(session, now=make.NOW, came_by=CameBy.TAXI)
    with db.read() as session:
        assert session.get_one(Visit, visit.id).came_by is CameBy.TAXI


def unmet_reason(db: Any) -> int:
    with db.read() as session:
        found = choices.find(session, ChoiceKind.UNMET, "busy")
    assert found is not None
    return found


def test_who_left_without_being_received_owes_nothing_and_cost_no_turn(db, crew):
    with db.write() as session:
        visit = make.a_visit(session)
    with db.write() as session:
        reception.leave_unmet(session, visit, reason_id=unmet_reason(db), at=make.later(minutes=9))
    now_is = seen(db, visit)
    assert (now_is.unmet, now_is.consultant, now_is.missing) == ("Everybody was busy", "", ())
    assert dates.minutes_between(now_is.arrived_at, now_is.left_at) == 9
    assert line(db)[0] == "王强"
    with db.read() as session:
        assert visits.of_day(session, make.TODAY).gone == [visit]
    with db.write() as session:
        reception.come_back(session, visit)
    now_is = seen(db, visit)
    assert (now_is.unmet, now_is.left_at, now_is.consultant) == ("", None, "王强")


def test_nobody_on_the_phone_is_left_standing(db, crew):
    with db.write() as session:
        call = reception.arrive(session, kind=VisitKind.CALL, now=make.NOW).id
    with pytest.raises(ShowroomError, match="A call ends with F8"), db.write() as session:
        reception.leave_unmet(session, call, reason_id=unmet_reason(db), at=make.NOW)


# --- the clock


def test_two_parties_of_the_same_second_have_two_numbers(db, crew):
    numbers = []
    for _party in range(3):
        with db.write() as session:
            numbers.append(reception.arrive(session, now=make.NOW).number)
    assert numbers == [1, 2, 3]


def test_a_clock_set_back_gives_no_number_twice_and_nobody_leaves_before_he_came(db, crew):
    with db.write() as session:
        visit = make.a_visit(session)
        other = reception.arrive(session, now=make.later(hours=-1))
        assert other.number == 2
    with pytest.raises(Invalid) as refused, db.write() as session:
        reception.leave(session, visit, at=make.later(minutes=-50))
    assert refused.value.problems == {
        "left": f"They arrived at {dates.show_clock(make.NOW)}; leaving cannot be before that."
    }
    with pytest.raises(Invalid), db.write() as session:
        reception.leave_unmet(
            session, visit, reason_id=unmet_reason(db), at=make.later(minutes=-50)
        )
    assert seen(db, visit).left_at is None


def test_who_stays_over_midnight_is_still_here(db, crew):
    with db.write() as session:
        visit = make.a_visit(session, now=make.later(hours=11))  # 21:30
    tomorrow = make.TODAY + timedelta(days=1)
    with db.read() as session:
        assert visits.of_day(session, tomorrow).present == [visit]
    with db.write() as session:
        reception.leave(session, visit, at=make.later(hours=14))  # 00:30
    with db.read() as session:
        assert visits.of_day(session, tomorrow).present == []
        assert visit in visits.of_day(session, make.TODAY).incomplete
