"""Who was lost is asked again half a year later: ten at a time, by keys, until everybody was."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import Qt
from sqlalchemy import func, select

from showroom.people import losses
from showroom.store.models import FollowUp, Promise, Role
from tests import builders as make
from tests.ui.followups_kit import listed, open_list
from ui.daily_look import bring
from ui.pages.followups import FollowUpsPage

DUE = date(2027, 5, 18)
MANY = 23


def lost_many(db: Any) -> None:
    """Many customers of one bad day, and the manager who asks them again."""
    make.stop_clock(db)
    with db.write() as session:
        make.a_member(session, "陈志远", Role.MANAGER)
        ids = [make.a_customer(session, f"赵{number}") for number in range(MANY)]
    with db.write() as session:
        reason = losses.reason_for(session, "")
        for id in ids:
            losses.lose(session, id, reason_id=reason, now=make.NOW, today=make.TODAY)


def answer_all(page: FollowUpsPage, qtbot: Any) -> set[str]:
    """Everybody who stands on the list is called and answers; returns who stood there."""
    called = set(listed(page))
    for left in range(len(called), 0, -1):
        qtbot.keyClick(page.table, Qt.Key.Key_1)
        qtbot.keyClick(page.table, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda left=left: len(listed(page)) == left - 1)
    return called


def test_ten_stand_on_the_list_and_who_had_no_room_keeps_his_place(db, page_of, qtbot):
    lost_many(db)
    day = DUE - make.TODAY
    db.clock = lambda: make.NOW + day
    bring(db)
    page = open_list(page_of, qtbot)
    called: set[str] = set()
    for room in (10, 10, 3):
        stood = answer_all(page, qtbot)
        assert len(stood) == room
        assert not stood & called
        called |= stood
        day += timedelta(days=20)  # longer than what was missed is looked for
        bring(db)
        qtbot.waitUntil(lambda room=room: len(listed(page)) > 0 or room == 3)
    assert len(called) == MANY
    assert listed(page) == []
    with db.read() as session:
        asked = select(FollowUp.customer_id, func.count()).where(FollowUp.rule == Promise.LOST)
        times = {count for _id, count in session.execute(asked.group_by(FollowUp.customer_id))}
    assert times == {1}
