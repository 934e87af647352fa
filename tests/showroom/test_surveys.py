"""How satisfied somebody says he is (DOMAIN §5.6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from showroom.care import surveys
from showroom.errors import Invalid, ShowroomError
from showroom.guard import amends
from showroom.people import timeline
from showroom.settings import Settings
from tests import builders as make
from tests.showroom.test_classes import errand
from tests.stories import story

TODAY = make.TODAY


@story
def buyer(db: Any) -> Any:
    make.stop_clock(db)
    with db.write() as session:
        make.a_member(session)
    with db.write() as session:
        id = make.a_customer(session)
    with db.write() as session:
        deal = make.a_deal(session, id)
    db.clock = lambda: make.later(minutes=5)
    return db, id, deal


def entries(db: Any, id: int) -> list[timeline.Entry]:
    with db.read() as session:
        return timeline.of_customer(session, id)


def test_the_scores_are_those_of_the_seed() -> None:
    assert surveys.scores(Settings(dissatisfied=10)) == [
        (10, "Not satisfied"),
        (40, "It is all right"),
        (60, "Satisfied"),
        (100, "Very satisfied"),
    ]


def test_what_he_said_stands_in_his_file_and_is_undone_whole(buyer: Any) -> None:
    db, id, deal = buyer
    with db.write() as session:
        surveys.note(
            session, id, score=100, day=TODAY, deal_id=deal, note="交车很顺利", today=TODAY
        )
    with db.read() as session:
        (row,) = surveys.of_customer(session, id)
    assert (row.day, row.score, row.words) == (TODAY, 100, "交车很顺利")
    said = entries(db, id)[0]
    assert (said.title, said.tone) == ("Very satisfied (100)", "good")
    assert said.detail == "20261118-01 · 交车很顺利"
    assert said.action_id is not None
    with db.write() as session:
        amends.undo(session, said.action_id)
    assert "Very satisfied (100)" not in [entry.title for entry in entries(db, id)]
    with db.read() as session:
        assert surveys.of_customer(session, id) == []
    with db.write() as session:
        amends.redo(session)
    assert [e.title for e in entries(db, id)].count("Very satisfied (100)") == 1


def test_one_who_is_not_satisfied_is_seen_at_once(buyer: Any) -> None:
    db, id, _deal = buyer
    day = TODAY - timedelta(days=2)
    with db.write() as session:
        surveys.note(session, id, score=20, day=day, today=TODAY)
    said = entries(db, id)[0]
    assert (said.title, said.tone, said.detail) == ("Not satisfied (20)", "late", "2026-11-16")


def test_a_survey_older_than_the_journal_stands_on_its_day(buyer: Any) -> None:
    db, id, _deal = buyer
    with db.write() as session:
        surveys.note(session, id, score=60, day=TODAY, today=TODAY)
    with db.read() as session:
        session.connection().exec_driver_sql("DELETE FROM change WHERE table_name = 'survey'")
        found = timeline.of_customer(session, id)
    (said,) = (entry for entry in found if entry.title == "Satisfied (60)")
    assert said.action_id is None


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"score": None}, "score"),
        ({"score": 101}, "score"),
        ({"day": None}, "day"),
        ({"day": TODAY + timedelta(days=1)}, "day"),
        ({"note": "好" * 501}, "note"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    buyer: Any, facts: dict[str, Any], field: str
) -> None:
    db, id, _deal = buyer
    whole = {"score": 60, "day": TODAY, "today": TODAY} | facts
    with pytest.raises(Invalid) as refused, db.write() as session:
        surveys.note(session, id, **whole)
    assert list(refused.value.problems) == [field]


def test_a_deal_of_somebody_else_is_refused(buyer: Any) -> None:
    db, _id, deal = buyer
    with db.write() as session:
        other = make.a_customer(session, "李娜")
    with pytest.raises(ShowroomError, match="not his"), db.write() as session:
        surveys.note(session, other, score=60, day=TODAY, deal_id=deal, today=TODAY)


def test_he_may_be_asked_about_his_deals_and_his_visits(buyer: Any) -> None:
    db, id, deal = buyer
    with db.write() as session:
        errand(session, id, 3)
    with db.read() as session:
        found = surveys.occasions(session, id)
    assert [(one.words, one.day, one.deal_id) for one in found] == [
        ("20261118-01 · 汉 EV", TODAY, deal),
        ("2026-11-15 · Service or repair", TODAY - timedelta(days=3), None),
    ]
