"""Who is away is covered: his contacts stand in the list of who stands in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from showroom.care import cover, followups
from showroom.door import turns
from showroom.errors import Invalid, ShowroomError
from showroom.guard import staff
from showroom.store import journal
from showroom.store.models import AwayReason, Level, Role, TurnState
from tests import builders as b
from tests.stories import story

DAY = timedelta(days=1)


@story
def crew(db: Any) -> dict[str, int]:
    """Two consultants, a manager; each consultant has somebody to call today."""
    with db.write() as session:
        found = {name: b.a_member(session, name) for name in ("王强", "李娜", "刘洋")}
        found["赵磊"] = b.a_member(session, "赵磊", Role.MANAGER)
        for name in ("王强", "李娜"):
            b.a_customer(
                session,
                f"{name}的客户",
                level=Level.WEEK,
                consultant_id=found[name],
                now=b.later(days=-1),
                today=b.TODAY - DAY,
            )
    return found


def away(db: Any, crew: dict[str, int], who: str, stands: str = "", **days: Any) -> int:
    with db.write() as session:
        return cover.note(
            session,
            staff_id=crew[who],
            stand_in_id=crew.get(stands),
            **{"first_on": b.TODAY, "today": b.TODAY, **days},
        ).id


def doers(db: Any, today: Any = b.TODAY) -> dict[str, str]:
    """Whose customers stand in whose list: by customer the words of the list."""
    with db.read() as session:
        rows = followups.rows(session, followups.due(session, today), today)
        return {row.name: row.staff for row in rows}


def test_who_stands_in_has_the_contacts_in_his_list_and_the_list_says_for_whom(db, crew):
    away(db, crew, "王强", "刘洋", last_on=b.TODAY + 2 * DAY)
    assert doers(db) == {"王强的客户": "刘洋 for 王强", "李娜的客户": "李娜"}
    with db.read() as session:
        his = {name: len(followups.due(session, b.TODAY, staff_id=id)) for name, id in crew.items()}
    assert his == {"王强": 0, "李娜": 1, "刘洋": 1, "赵磊": 0}
    later = b.TODAY + 3 * DAY
    assert doers(db, later)["王强的客户"] == "王强"  # he is back


def test_what_the_stand_in_made_is_his_and_what_follows_is_not(db, crew):
    away(db, crew, "王强", "李娜", last_on=b.TODAY)
    with db.write() as session:
        for id in followups.due(session, b.TODAY, staff_id=crew["李娜"]):
            followups.done(session, id, result="好", now=b.NOW, today=b.TODAY)
    with db.read() as session:
        made = {n: len(followups.done_on(session, b.TODAY, staff_id=crew[n])) for n in crew}
        coming = followups.board(session, b.TODAY + DAY, staff_id=crew["王强"], ahead=30).coming
    assert made == {"王强": 0, "李娜": 2, "刘洋": 0, "赵磊": 0}
    assert len(coming) == 1


def test_without_a_name_the_manager_stands_in(db, crew):
    away(db, crew, "王强")
    assert doers(db)["王强的客户"] == "赵磊 for 王强"
    away(db, crew, "赵磊", "李娜")
    assert doers(db)["王强的客户"] == "李娜 for 王强"  # who stands in for the manager


def test_while_no_manager_is_here_the_front_desk_has_the_calls_and_what_is_nobodys(db, crew):
    with db.write() as session:
        desk = b.a_member(session, "陈静", Role.RECEPTIONIST)
        b.a_customer(session, "张伟", now=b.later(days=-1), today=b.TODAY - DAY)
    assert doers(db)["张伟"] == "赵磊 (nobody's)"
    away(db, crew, "赵磊")
    away(db, crew, "王强")
    assert doers(db)["王强的客户"] == "陈静 for 王强"
    assert doers(db)["张伟"] == "陈静 (nobody's)"
    with db.write() as session:
        hers = followups.due(session, b.TODAY, staff_id=desk)
        assert len(hers) == 2
        for id in hers:
            followups.done(session, id, result="好", now=b.NOW, today=b.TODAY)
        assert len(followups.done_on(session, b.TODAY, staff_id=desk)) == 2
        staff.change(session, desk, active=False)
    assert {"陈静", "王强", "赵磊"}.isdisjoint(name[:2] for name in doers(db).values())


def test_a_stand_in_who_is_away_too_hands_on_and_nobody_goes_round_in_a_circle(db, crew):
    away(db, crew, "王强", "李娜")
    away(db, crew, "李娜", "刘洋")
    assert set(doers(db).values()) == {"刘洋 for 王强", "刘洋 for 李娜"}
    away(db, crew, "刘洋", "王强")
    assert set(doers(db).values()) == {"赵磊 for 王强", "赵磊 for 李娜"}


def test_who_rests_or_is_on_leave_by_the_roster_is_covered_who_is_at_lunch_is_not(db, crew):
    with db.write() as session:
        turns.set_state(session, crew["王强"], TurnState.AWAY, reason=AwayReason.LUNCH, now=b.NOW)
    assert doers(db)["王强的客户"] == "王强"
    with db.write() as session:
        turns.set_state(session, crew["王强"], TurnState.AWAY, reason=AwayReason.LEAVE, now=b.NOW)
        turns.set_state(session, crew["李娜"], TurnState.RESTING, now=b.NOW)
    assert set(doers(db).values()) == {"赵磊 for 王强", "赵磊 for 李娜"}
    with db.read() as session:
        rows = cover.listed(session, today=b.TODAY)
    assert [(row.name, row.id < 0, row.stand_in, row.due) for row in rows] == [
        ("王强", True, "赵磊", 1),
        ("李娜", True, "赵磊", 1),
    ]


def test_who_left_leaves_his_contacts_to_the_manager(db, crew):
    with db.write() as session:
        staff.change(session, crew["王强"], active=False)
    assert doers(db)["王强的客户"] == "赵磊 for 王强"


def test_absences_are_listed_changed_taken_out_and_undone(db, crew):
    id = away(db, crew, "王强", first_on=b.TODAY + 5 * DAY, last_on=b.TODAY + 9 * DAY)
    with db.write() as session:
        cover.note(
            session,
            staff_id=crew["王强"],
            stand_in_id=crew["李娜"],
            first_on=b.TODAY + 6 * DAY,
            last_on=b.TODAY + 7 * DAY,
            absence_id=id,
            today=b.TODAY,
        )
        (row,) = cover.listed(session, today=b.TODAY)
    assert (row.name, row.stand_in, row.due) == ("王强", "李娜", 0)
    with db.write() as session:
        cover.remove(session, id)
        assert cover.listed(session, today=b.TODAY) == []
        with pytest.raises(ShowroomError, match="no longer noted"):
            cover.remove(session, id)
    with db.write() as session:
        assert journal.undo(session).verb == "absence"
        assert len(cover.listed(session, today=b.TODAY)) == 1


def test_what_cannot_be_an_absence_is_said_beside_its_field(db, crew):
    away(db, crew, "王强", last_on=b.TODAY + 2 * DAY)
    for facts, field in (
        ({"staff_id": None}, "staff_id"),
        ({"stand_in_id": crew["李娜"]}, "stand_in_id"),
        ({"first_on": None}, "first_on"),
        ({"last_on": b.TODAY - DAY}, "last_on"),
        ({"first_on": b.TODAY - 9 * DAY, "last_on": b.TODAY - 8 * DAY}, "last_on"),
        ({"last_on": b.TODAY + 900 * DAY}, "last_on"),
        ({"staff_id": crew["王强"]}, "first_on"),
    ):
        held = {"staff_id": crew["李娜"], "first_on": b.TODAY} | facts
        with db.write() as session, pytest.raises(Invalid) as told:
            cover.note(session, **held, today=b.TODAY)
        assert list(told.value.problems) == [field]


def test_what_is_nobodys_was_made_by_who_sits_at_the_desk(db, crew):
    with db.write() as session:
        desk = b.a_member(session, "陈静", Role.RECEPTIONIST)
        id = b.a_customer(session, "张伟", now=b.later(days=-1), today=b.TODAY - DAY)
    assert doers(db)["张伟"] == "赵磊 (nobody's)"
    with db.write() as session:
        session.info["staff_id"] = desk
        (call,) = (
            row.id
            for row in followups.rows(session, followups.due(session, b.TODAY), b.TODAY)
            if row.customer_id == id
        )
        followups.done(session, call, result="好", now=b.NOW, today=b.TODAY)
        assert followups.done_on(session, b.TODAY, staff_id=desk) == [call]
