"""What the answers of a time come to: on average, who is loyal, month by month, by question."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from showroom.care import surveys
from showroom.care.surveys import QUESTIONS, index
from showroom.errors import Invalid
from showroom.figures import surveys as counted
from showroom.guard import erasure
from showroom.people import customers
from showroom.store.models import Asked, Cause, Role
from tests import builders as b
from tests.stories import story

FIRST, LAST = date(2026, 11, 1), b.TODAY


@story
def shop(db: Any) -> Any:
    b.stop_clock(db)
    with db.write() as session:
        db.boss = b.a_member(session, "陈志远", Role.MANAGER)
        db.zhang = b.a_customer(session, "张伟")
    db.staff_id = db.boss
    return db


def note(db: Any, score: int | None = None, day: date = b.TODAY, **facts: Any) -> int:
    with db.write() as session:
        return surveys.note(session, db.zhang, score=score, day=day, today=b.TODAY, **facts)


def shown(db: Any) -> dict[str, str]:
    with db.read() as session:
        return {one.code: one.shown for one in counted.look(session, FIRST, LAST).figures}


def test_a_short_form_weighs_what_was_answered() -> None:
    assert index(Asked.SSI, {}) is None
    assert index(Asked.SSI, {"delivery": 100, "drive": 40}) == 80  # (20·100 + 10·40) ÷ 30
    assert index(Asked.CSI, dict.fromkeys(QUESTIONS[Asked.CSI], 60)) == 60
    assert sum(one.weight for one in QUESTIONS[Asked.SSI].values()) == 101  # as the source has it


def test_it_is_kept_with_each_answer_and_its_mean_as_score(shop: Any) -> None:
    note(shop, asked=Asked.SSI, answers={"delivery": 100, "drive": 40})
    with shop.read() as session:
        (row,) = surveys.of_customer(session, shop.zhang)
    assert (row.score, row.asked) == (80, Asked.SSI)
    with pytest.raises(Invalid) as refused:
        note(shop, asked=Asked.CSI, answers={})
    assert refused.value.problems == {"score": "Answer at least one question."}


def test_only_a_hundred_counts_as_loyal(shop: Any) -> None:
    for score in (100, 60, 40, 20):
        note(shop, score)
    note(shop, 100, day=date(2026, 10, 31))
    note(shop, asked=Asked.SSI, answers={"deal": 100})
    note(shop, asked=Asked.CSI, answers={"quality": 60, "place": 40})
    assert shown(shop) == {
        "asked": "6",
        "mean": "61.7",
        "loyal": "33%",
        "unhappy": "1",
        "ssi": "1,000",
        "csi": "500",
    }


def test_without_answers_nothing_is_divided(shop: Any) -> None:
    assert shown(shop)["mean"] == "—"
    assert shown(shop)["loyal"] == "—"
    with shop.read() as session:
        assert all(month.mean is None for month in counted.trend(session, LAST))


def test_the_trend_has_twelve_months_and_the_parts_the_weakest_first(shop: Any) -> None:
    note(shop, 60, day=date(2026, 10, 3))
    note(shop, 100, day=date(2026, 10, 30))
    note(shop, asked=Asked.SSI, answers={"deal": 100, "drive": 40})
    with shop.read() as session:
        months = counted.trend(session, LAST)
        parts = counted.look(session, FIRST, LAST).parts
    assert (len(months), months[0].first, months[-1].first) == (12, date(2025, 12, 1), FIRST)
    assert (months[-2].asked, months[-2].mean, months[-2].loyal) == (2, 80, 0.5)
    assert [(part.title, part.mean) for part in parts] == [("Test drive", 40), ("The deal", 100)]


def test_who_is_least_satisfied_stands_first_and_the_list_leaves(shop: Any, tmp_path: Any) -> None:
    from openpyxl import load_workbook

    note(shop, 100, note="很好 13800138000")
    note(shop, 20, note="等太久")
    path = tmp_path / "answers.xlsx"
    with shop.read() as session:
        rows = counted.rows(session, counted.answers(session, FIRST, LAST))
        assert counted.save(session, FIRST, LAST, path) == 2
    assert [row.score for row in rows] == [20, 100]
    held = [c.value for line in load_workbook(path).active.iter_rows() for c in line]
    assert {"等太久", "Mr 张伟"} <= {value for value in held if isinstance(value, str)}


def test_the_phone_of_who_must_not_be_contacted_leaves_in_no_list(shop: Any) -> None:
    note(shop, 60)
    with shop.write() as session:
        customers.change(session, shop.zhang, do_not_contact=True)
    with shop.read() as session:
        sheet = counted.sheet(session, FIRST, LAST)
        assert [sheet.withheld(row) for row in sheet.rows] == [True]


def test_who_is_erased_stays_counted_without_a_word(shop: Any) -> None:
    note(shop, 40, note="张伟说一般")
    with shop.write() as session:
        erasure.erase(session, shop.zhang, why=Cause.ASKED)
    with shop.read() as session:
        (row,) = counted.rows(session, counted.answers(session, FIRST, LAST))
    assert (counted.called(row), row.words, row.score) == ("No name", "", 40)
