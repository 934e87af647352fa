"""Complaints: first the mood, then the matter; never by whom they are about (DOMAIN §5.7)."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from showroom import choices, dates, settings
from showroom.cards import queue
from showroom.care import complaint_rows, complaints, cover, followups
from showroom.errors import Invalid, ShowroomError
from showroom.guard import erasure, staff
from showroom.guard.erasure import Cause
from showroom.people import customers, many, merging, talks, timeline, unmerging
from showroom.store import journal
from showroom.store.models import (
    Action,
    ChoiceKind,
    Complaint,
    ComplaintStep,
    FollowUp,
    Gravity,
    Promise,
    Role,
)
from tests import builders as b
from tests.amounts import slow_but
from tests.stories import story

CALMED, ANSWERED, HANDLED, CALLED = complaint_rows.ORDER


@story
def shop(db):
    """王强 receives, 李静 manages; 张伟 waited two hours for his car."""
    b.stop_clock(db)
    with db.write() as session:
        db.about = b.a_member(session, "王强")
        db.other = b.a_member(session, "赵磊")
        db.manager = b.a_member(session, "李静", Role.MANAGER)
        db.customer = b.a_customer(session, "张伟", consultant_id=db.about)
        db.cause = choices.find(session, ChoiceKind.COMPLAINT_CAUSE, "waiting")
    return db


def take(session, shop, words="I waited two hours", **facts):
    facts = {
        "cause_id": shop.cause,
        "about_id": shop.about,
        "responsible_id": shop.other,
        "now": b.NOW,
    } | facts
    return complaints.take(session, shop.customer, words=words, **facts).id


def a_complaint(shop, **facts):
    with shop.write() as session:
        return take(session, shop, **facts)


def tick(shop, id, *steps, words="as said", hours=1, **facts):
    for step in steps:
        with shop.write() as session:
            complaints.tick(
                session, id, step, words=words, **({"now": b.later(hours=hours)} | facts)
            )


def row(shop, id):
    with shop.read() as session:
        return complaint_rows.one(session, id)


def calls(shop):
    with shop.read() as session:
        found = select(FollowUp).where(FollowUp.rule == Promise.COMPLAINT)
        return [(one.due_on, one.done_at, one.staff_id) for one in session.scalars(found)]


def test_a_complaint_goes_step_by_step_until_a_manager_signs(shop):
    id = a_complaint(shop)
    assert row(shop, id).step is CALMED
    assert row(shop, id).due == b.later(hours=24)
    tick(shop, id, CALMED, words="")
    tick(shop, id, ANSWERED)
    assert row(shop, id).in_time()
    assert row(shop, id).due is None
    tick(shop, id, HANDLED, hours=3)
    assert row(shop, id).due == b.later(hours=27)
    assert calls(shop) == [(b.TODAY + timedelta(days=1), None, shop.other)]
    tick(shop, id, CALLED, words="content", hours=5)
    assert row(shop, id).step is None
    assert calls(shop) == [(b.TODAY + timedelta(days=1), b.later(hours=5), shop.other)]
    with shop.write() as session:
        complaints.close(session, id, now=b.later(hours=6))
    assert row(shop, id).closed_at == b.later(hours=6)
    assert [step.kind for step in row(shop, id).steps] == list(complaint_rows.ORDER)
    with shop.read() as session:
        assert complaint_rows.open_ones(session) == []
        assert complaint_rows.closed(session, b.TODAY, b.TODAY) == [id]


@pytest.mark.parametrize(
    ("gravity", "hours"),
    [(Gravity.ORDINARY, 24), (Gravity.ESCALATED, 8), (Gravity.MAJOR, 4)],
)
def test_the_time_for_the_answer_runs_through_the_weekend(shop, gravity, hours):
    friday = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    id = a_complaint(shop, gravity=gravity, taken_at=friday, now=friday)
    assert row(shop, id).answer_by == friday + timedelta(hours=hours)


def test_the_times_are_those_of_the_shop(shop):
    with shop.write() as session:
        found = settings.load(session)
        found.complaint_hours[Gravity.MAJOR] = 2
        found.complaint_call_hours = 48
        settings.save(session, found)
    id = a_complaint(shop, gravity=Gravity.MAJOR)
    assert row(shop, id).due == b.later(hours=2)
    tick(shop, id, CALMED, ANSWERED, HANDLED)
    assert row(shop, id).due == b.later(hours=49)
    assert calls(shop)[0][0] == b.TODAY + timedelta(days=2)


def test_a_time_that_cannot_be_is_refused(shop):
    with shop.write() as session:
        found = settings.load(session)
        found.complaint_hours[Gravity.MAJOR], found.complaint_call_hours = 0, 999
        with pytest.raises(Invalid) as error:
            settings.save(session, found)
    assert set(error.value.problems) == {"complaint_major", "complaint_call"}


def test_the_third_with_the_same_cause_proposes_escalated(shop):
    other = shop.cause + 1
    for _count in range(2):
        a_complaint(shop)
    with shop.read() as session:

        def asked(cause):
            return complaints.propose(session, shop.customer, words="again", cause_id=cause)

        assert asked(other) == (Gravity.ORDINARY, "")
        assert asked(shop.cause).gravity is Gravity.ESCALATED
        assert "Complaint 3" in asked(shop.cause).why


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("高速上刹车失灵，差点出事", "刹车"),
        ("我妈坐后排受伤了", "受伤"),
        ("车停着自己冒烟", "冒烟"),
        ("The airbag did not open", "airbag"),
        ("I go to the media tomorrow", "media"),
        ("服务员的态度让我很火大，很伤心", ""),
        ("The salesman should be fired, immediately", ""),
    ],
)
def test_injury_fire_brakes_and_media_propose_major_with_the_reason(shop, words, found):
    with shop.read() as session:
        said = complaints.propose(session, shop.customer, words=words, cause_id=shop.cause)
    assert said.gravity is (Gravity.MAJOR if found else Gravity.ORDINARY)
    assert found in said.why


def test_it_is_proposed_and_not_decided(shop):
    id = a_complaint(shop, words="刹车失灵")
    assert row(shop, id).gravity is Gravity.ORDINARY


def test_never_is_he_proposed_whom_it_is_about(shop):
    with shop.read() as session:

        def proposed(about):
            return complaints.responsible_for(session, shop.customer, about_id=about)

        assert proposed(None) == shop.about  # his consultant
        assert proposed(shop.about) == shop.manager
        assert proposed(shop.manager) == shop.about


def test_whom_it_is_about_does_not_handle_it(shop):
    with shop.write() as session, pytest.raises(Invalid) as error:
        take(session, shop, responsible_id=shop.about)
    assert error.value.problems == {
        "responsible_id": "The complaint is about 王强: somebody else handles it."
    }
    id = a_complaint(shop)
    with shop.write() as session:
        session.info["staff_id"] = shop.about
        with pytest.raises(ShowroomError, match="about you"):
            complaints.tick(session, id, CALMED, now=b.NOW)
    with shop.write() as session, pytest.raises(Invalid):
        complaints.change(
            session,
            id,
            gravity=Gravity.ORDINARY,
            about_id=shop.about,
            responsible_id=shop.about,
        )
    with pytest.raises(IntegrityError):
        by_force(shop, id)


def by_force(shop, id):
    with shop.write() as session:
        journal.act(session, "complaint")
        session.get_one(Complaint, id).responsible_id = shop.about


def test_what_lacks_is_said_beside_its_field(shop):
    with shop.write() as session, pytest.raises(Invalid) as error:
        take(
            session,
            shop,
            words="  ",
            cause_id=None,
            responsible_id=None,
            taken_at=b.later(hours=1),
        )
    assert set(error.value.problems) == {"words", "cause_id", "responsible_id", "taken_at"}


def test_about_somebody_who_left_but_never_handled_by_one(shop):
    with shop.write() as session, b.unguarded(session):
        staff.change(session, shop.about, active=False)
    id = a_complaint(shop)
    assert row(shop, id).about == "王强 (left)"
    with shop.write() as session, pytest.raises(Invalid) as error:
        take(session, shop, about_id=None, responsible_id=shop.about)
    assert "no longer" in error.value.problems["responsible_id"]


def test_no_step_before_the_one_before_it(shop):
    id = a_complaint(shop)
    with pytest.raises(ShowroomError, match="First: Calmed"):
        tick(shop, id, ANSWERED)
    with shop.write() as session, pytest.raises(ShowroomError, match=r"closed yet\. First: Calmed"):
        complaints.close(session, id, now=b.NOW)
    tick(shop, id, CALMED, ANSWERED, HANDLED)
    with shop.write() as session, pytest.raises(ShowroomError, match="First: Called back"):
        complaints.close(session, id, now=b.NOW)


def test_an_answer_needs_words_and_no_time_before_it_was_taken(shop):
    id = a_complaint(shop)
    tick(shop, id, CALMED, words="")
    with pytest.raises(Invalid) as error:
        tick(shop, id, ANSWERED, words="", at=b.later(hours=-1))
    assert error.value.problems == {
        "words": "Write what he was answered.",
        "at": f"That was before: it was taken {dates.local(b.NOW):%m-%d %H:%M}.",
    }
    with pytest.raises(Invalid):
        tick(shop, id, ANSWERED, at=b.later(hours=3))


def test_only_a_manager_signs(shop):
    id = a_complaint(shop)
    tick(shop, id, *complaint_rows.ORDER)
    with shop.write() as session:
        b.a_pin(session, shop.manager, "481516", by=shop.manager)
    with shop.write() as session:
        session.info["staff_id"] = shop.other
        with pytest.raises(ShowroomError, match="manager or an owner"):
            complaints.close(session, id, now=b.NOW)
    with shop.write() as session:
        session.info["staff_id"] = shop.manager
        complaints.close(session, id, now=b.later(hours=2))
    assert row(shop, id).closed_by == "李静"


def test_who_is_not_content_opens_it_again_and_that_is_counted(shop):
    id = a_complaint(shop)
    with shop.write() as session, pytest.raises(ShowroomError, match="not handled yet"):
        complaints.reopen(session, id, "still", now=b.NOW)
    tick(shop, id, *complaint_rows.ORDER)
    with shop.write() as session:
        complaints.close(session, id, now=b.later(hours=2))
    with shop.write() as session, pytest.raises(Invalid):
        complaints.reopen(session, id, " ", now=b.later(hours=3))
    with shop.write() as session:
        complaints.reopen(session, id, "it rattles again", now=b.later(hours=3))
    assert (row(shop, id).reopened, row(shop, id).step, row(shop, id).closed_at) == (
        1,
        HANDLED,
        None,
    )
    assert row(shop, id).due == b.later(hours=3 + 24)  # an ordinary one
    tick(shop, id, HANDLED, hours=4)
    assert row(shop, id).step is CALLED  # the old call does not count
    assert [done for _due, done, _who in calls(shop)] == [b.later(hours=1), None]


def test_opened_again_before_the_call_no_call_is_due(shop):
    id = a_complaint(shop)
    tick(shop, id, CALMED, ANSWERED, HANDLED)
    with shop.write() as session:
        complaints.reopen(session, id, "the wrong part", now=b.later(hours=2))
    assert calls(shop) == []


def test_the_call_among_the_follow_ups_is_the_closing_call(shop):
    id = a_complaint(shop)
    tick(shop, id, CALMED, ANSWERED, HANDLED)
    with shop.write() as session:
        due = session.scalar(select(FollowUp.id).where(FollowUp.rule == Promise.COMPLAINT))
        followups.done(session, due, result="Satisfied", now=b.later(hours=9), today=b.TODAY)
    assert row(shop, id).step is None
    assert row(shop, id).steps[-1].words == "Satisfied"


def calls_of(session):
    waits = (FollowUp.rule == Promise.COMPLAINT, FollowUp.done_at.is_(None))
    return session.scalars(select(FollowUp.id).where(*waits)).all()


def the_call(session):
    return calls_of(session)[0]


def test_who_is_complained_about_makes_no_closing_call_though_he_stands_in(shop):
    id = a_complaint(shop)
    tick(shop, id, CALMED, ANSWERED, HANDLED)
    day = calls(shop)[0][0]
    with shop.write() as session:
        cover.note(session, staff_id=shop.other, stand_in_id=shop.about, first_on=day, today=day)
    with shop.read() as session:
        whose = {
            name: the_call(session) in followups.due(session, day, staff_id=one)
            for name, one in (("about", shop.about), ("manager", shop.manager))
        }
        (seen,) = followups.rows(session, [the_call(session)], day)
    assert whose == {"about": False, "manager": True}
    assert (seen.staff, seen.covered) == ("李静 for 赵磊", True)
    shop.staff_id = shop.about
    facts = {"now": b.later(hours=9), "today": day}
    with shop.write() as session, pytest.raises(ShowroomError, match="about you"):
        followups.done(session, the_call(session), result="Satisfied", **facts)
    facts = {"to": day + timedelta(days=3), "why": "busy", "today": day}
    with shop.write() as session, pytest.raises(ShowroomError, match="about you"):
        followups.postpone(session, the_call(session), **facts)
    facts = {"gravity": Gravity.ORDINARY, "responsible_id": shop.about, "about_id": None}
    with shop.write() as session, pytest.raises(ShowroomError, match="about you"):
        complaints.change(session, id, **facts)
    shop.staff_id = None
    with shop.write() as session:
        call = the_call(session)
        followups.done(session, call, result="Satisfied", now=b.later(hours=9), today=day)
        assert session.get_one(FollowUp, call).staff_id == shop.manager


def test_the_closing_call_goes_along_with_who_is_responsible_not_with_the_consultant(shop):
    id = a_complaint(shop)
    tick(shop, id, CALMED, ANSWERED, HANDLED)
    with shop.write() as session:
        facts = {"gravity": Gravity.ORDINARY, "about_id": shop.about}
        complaints.change(session, id, responsible_id=shop.manager, **facts)
    assert [who for _due, _done, who in calls(shop)] == [shop.manager]
    with shop.write() as session:
        customers.change(session, shop.customer, consultant_id=shop.manager)
        customers.change(session, shop.customer, consultant_id=shop.about)
        many.change_consultant(session, [shop.customer], shop.other)
    assert [who for _due, _done, who in calls(shop)] == [shop.manager]


def test_who_is_not_content_at_the_closing_call_has_it_opened_again(shop):
    id = a_complaint(shop)
    tick(shop, id, CALMED, ANSWERED, HANDLED)
    with shop.write() as session:
        call, said = the_call(session), {"result": "Not satisfied", "content": False}
        followups.done(session, call, **said, now=b.later(hours=9), today=b.TODAY)
    now = row(shop, id)
    assert (now.step, now.reopened, now.called_at) == (HANDLED, 1, None)
    assert [one.kind for one in now.steps[-2:]] == [CALLED, complaint_rows.CareStep.REOPENED]
    assert [done for _due, done, _who in calls(shop)] == [b.later(hours=9)]
    tick(shop, id, HANDLED, hours=10)
    assert calls(shop)[-1][1] is None  # and he is called again
    for _step in (HANDLED, CALLED):
        with shop.write() as session:
            journal.undo(session)
    assert (row(shop, id).step, row(shop, id).reopened) == (CALLED, 0)
    assert [done for _due, done, _who in calls(shop)] == [None]


def test_of_two_files_that_became_one_a_single_call_is_enough(shop):
    first = a_complaint(shop)
    with shop.write() as session:
        twin = b.a_customer(session, "张伟", phone="13800138001")
    with shop.write() as session:
        facts = {"words": "too loud", "cause_id": shop.cause, "now": b.NOW}
        second = complaints.take(session, twin, responsible_id=shop.manager, **facts).id
    for id in (first, second):
        tick(shop, id, CALMED, ANSWERED, HANDLED)
    with shop.write() as session:
        merging.merge(session, twin, shop.customer, now=b.NOW, today=b.TODAY)
    assert len(calls(shop)) == 2
    with shop.write() as session:
        call = calls_of(session)[0]
        followups.done(session, call, result="Satisfied", now=b.later(hours=9), today=b.TODAY)
    assert [row(shop, id).step for id in (first, second)] == [None, None]
    assert None not in [done for _due, done, _who in calls(shop)]


def test_two_handled_complaints_need_two_calls(shop):
    first, second = a_complaint(shop), a_complaint(shop)
    for id in (first, second):
        tick(shop, id, CALMED, ANSWERED, HANDLED)
    assert len(calls(shop)) == 1
    tick(shop, first, CALLED)
    assert calls(shop)[0][1] is None
    tick(shop, second, CALLED)
    assert calls(shop)[0][1] is not None


def test_weighed_anew_the_time_counts_from_its_taking(shop):
    id = a_complaint(shop)

    def weigh(gravity):
        with shop.write() as session:
            complaints.change(
                session, id, gravity=gravity, about_id=None, responsible_id=shop.manager
            )

    weigh(Gravity.MAJOR)
    assert row(shop, id).due == b.later(hours=4)
    tick(shop, id, CALMED, ANSWERED)
    weigh(Gravity.ORDINARY)
    assert row(shop, id).answer_by == b.later(hours=4)  # answered: what was to be kept stays
    assert row(shop, id).responsible == "李静"


def test_open_ones_stand_by_what_is_due_first(shop):
    late = a_complaint(shop)
    major = a_complaint(shop, gravity=Gravity.MAJOR)
    waits = a_complaint(shop)
    tick(shop, waits, CALMED, ANSWERED)
    with shop.read() as session:
        assert complaint_rows.open_ones(session) == [major, late, waits]


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (22, "2 h left"),
        (27, "late 3 h"),
        (23.5, "30 min left"),
        (24.25, "late 15 min"),
        (24 + 50, "late 2 days"),
    ],
)
def test_the_clock(shop, hours, said):
    found = row(shop, a_complaint(shop))
    assert complaints.clock(found, b.later(hours=hours)) == said
    assert found.late(b.later(hours=hours)) is said.startswith("late")


def test_nobody_is_asked_for_others_while_he_complains(shop):
    id = a_complaint(shop)
    with shop.write() as session, pytest.raises(ShowroomError, match="open complaint"):
        talks.begin(session, shop.customer, now=b.NOW)
    tick(shop, id, *complaint_rows.ORDER)
    with shop.write() as session:
        complaints.close(session, id, now=b.later(hours=2))
    with shop.write() as session:
        assert talks.begin(session, shop.customer, now=b.NOW).id


def test_the_file_tells_each_step_and_takes_it_back(shop):
    id = a_complaint(shop)
    tick(shop, id, CALMED, words="")
    tick(shop, id, ANSWERED, words="We look into it today")
    with shop.read() as session:
        found = timeline.of_customer(session, shop.customer)
    said = [(entry.title, entry.detail) for entry in found[:3]]
    assert said[0][0] == "Complaint followed up"
    assert "Answered · We look into it today" in said[0][1]
    assert said[2][0] == "Complaint taken"
    assert "Waited too long · Ordinary · I waited two hours" in said[2][1]
    for step in (ANSWERED, CALMED):
        with shop.write() as session:
            unmerging.undo(session)
        assert row(shop, id).step is step
    with shop.write() as session:
        unmerging.undo(session)
    with shop.read() as session:
        assert session.scalar(select(Complaint.id)) is None


def test_the_handling_goes_back_whole_with_the_call_it_made_due(shop):
    id = a_complaint(shop)
    tick(shop, id, CALMED, ANSWERED, HANDLED)
    with shop.write() as session:
        unmerging.undo(session)
    assert calls(shop) == []
    assert row(shop, id).step is HANDLED


def test_a_closed_one_keeps_its_call_and_its_answer(shop):
    id = a_complaint(shop)
    tick(shop, id, *complaint_rows.ORDER)
    with shop.write() as session:
        complaints.close(session, id, now=b.later(hours=2))
    with shop.read() as session:
        actions = [
            entry.action_id
            for entry in timeline.of_customer(session, shop.customer)
            if entry.title == "Complaint followed up" and entry.action_id
        ]
    for action in actions[1:]:
        with pytest.raises(ShowroomError), shop.write() as session:
            unmerging.undo(session, action)
        assert row(shop, id).step is None


def test_an_erased_customer_stays_counted_without_his_words(shop):
    id = a_complaint(shop, words="张伟 waited two hours")
    with shop.write() as session:
        erasure.erase(session, shop.customer, why=Cause.ASKED)
    with shop.read() as session:
        assert complaint_rows.taken(session, b.TODAY, b.TODAY) == [id]
        assert complaint_rows.open_ones(session) == []
        assert "张伟" not in complaint_rows.one(session, id).words


@pytest.mark.parametrize("seed", slow_but((0,), range(3)))
def test_whatever_is_done_and_undone_no_closed_one_lacks_answer_and_call(shop, seed):
    dice = random.Random(seed)
    a_complaint(shop)
    a_complaint(shop)
    done = {"closed": 0, "undone": 0}

    def act(session, id, hours):
        now = b.later(hours=hours)
        what = dice.random()
        if what < 0.55:
            step = complaint_rows.one(session, id).step or CALLED
            complaints.tick(session, id, step, words="said", now=now)
        elif what < 0.62:
            complaints.tick(session, id, dice.choice(complaint_rows.ORDER), words="x", now=now)
        elif what < 0.76:
            complaints.close(session, id, now=now)
            done["closed"] += 1
        elif what < 0.84:
            complaints.reopen(session, id, "not content", now=now)
        else:
            actions = session.scalars(select(Action.id).order_by(Action.id)).all()
            action = dice.choice([None, *actions[-12:]])
            verb = None if action is None else session.get_one(Action, action).verb
            if verb in (None, "complaint_step", "undo", "take_back"):
                unmerging.undo(session, action)
                done["undone"] += 1

    for hours in range(50):
        with shop.read() as session:
            ids = list(session.scalars(select(Complaint.id)))
        if not ids:
            a_complaint(shop)
            continue
        try:
            with shop.write() as session:
                act(session, dice.choice(ids), hours)
        except ShowroomError:
            pass
        with shop.read() as session:
            for found in complaint_rows.rows(session, ids):
                if found.closed_at is not None:
                    assert found.answered_at is not None
                    assert found.called_at is not None
                    assert found.step is None
            steps = session.scalars(select(ComplaintStep.complaint_id)).all()
            assert set(steps) <= set(session.scalars(select(Complaint.id)))
    assert min(done.values()) > 0


def test_his_cards_wait_until_it_is_closed(shop):
    with shop.write() as session:
        customers.change(session, shop.customer, address="城东路 1 号")
        deal = b.a_deal(session, shop.customer)
    day = b.TODAY + timedelta(days=1)
    with shop.read() as session:
        (card,) = queue.due(session, day)
        assert deal
    id = a_complaint(shop)
    with shop.read() as session:
        assert queue.due(session, day) == []
        assert queue.counts(session, day).due == 0
        assert queue.waiting(session) == [card]  # not lost
        (found,) = queue.rows(session, [card], today=b.TODAY + timedelta(days=9))
        assert (found.state, found.problems[0]) == (queue.State.HELD, "Open complaint")
        with pytest.raises(ShowroomError, match=r"complaint is open \(张伟\)"):
            queue.pdf(session, [card], today=day, size="148x100")
        with pytest.raises(ShowroomError, match="No card is due"):
            queue.pdf_of_due(session, due=day, size="148x100")
    tick(shop, id, *complaint_rows.ORDER)
    with shop.write() as session:
        complaints.close(session, id, now=b.later(hours=2))
    with shop.read() as session:
        assert queue.due(session, day) == [card]


def sign(shop, id, who):
    with shop.write() as session:
        session.info["staff_id"] = who
        complaints.close(session, id, now=b.later(hours=2))


def take_back(shop, who):
    with shop.write() as session:
        session.info["staff_id"] = who
        unmerging.undo(session)


def test_what_a_manager_signed_only_a_manager_takes_back(shop):
    id = a_complaint(shop)
    tick(shop, id, *complaint_rows.ORDER)
    with shop.write() as session:
        b.a_pin(session, shop.manager, "481516", by=shop.manager)
    sign(shop, id, shop.manager)
    with pytest.raises(ShowroomError, match="manager or an owner"):
        take_back(shop, shop.other)
    take_back(shop, shop.manager)
    assert row(shop, id).closed_at is None


def test_a_manager_does_not_sign_what_is_about_himself(shop):
    with shop.write() as session:
        b.a_member(session, "周敏", Role.OWNER)
        owner = staff.everyone(session, Role.OWNER)[0].id
        b.a_pin(session, shop.manager, "481516", by=shop.manager)
    with shop.write() as session:
        b.a_pin(session, owner, "231642", by=shop.manager)
    id = a_complaint(shop, about_id=shop.manager)
    tick(shop, id, *complaint_rows.ORDER)
    with pytest.raises(ShowroomError, match="about you"):
        sign(shop, id, shop.manager)
    sign(shop, id, owner)
    assert row(shop, id).closed_by == "周敏"
