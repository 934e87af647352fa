"""The contest of a quarter: files, completeness, spot check, points; fair places, one draw."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showroom import settings
from showroom.errors import Invalid, ShowroomError
from showroom.guard import consent
from showroom.people import archive, contest, quarters, spot_checks
from showroom.people.contest import Entrant, Rule
from showroom.people.quarters import Quarter
from showroom.store import journal
from showroom.store.models import Customer, Honorific, Role, SpotCheck, Verdict, Way
from tests import builders as make
from tests.stories import story

NOW = quarters.quarter_of(make.TODAY)
BEFORE = NOW.step(-1)


@story
def crew(db: Any) -> dict[str, int]:
    """Three consultants: six files, six, and two; a file of nobody, one of the quarter before."""
    make.stop_clock(db)
    ids = {}
    with db.write() as session:
        for name in ("王强", "李娜", "赵磊"):
            ids[name] = make.a_member(session, name)
    for name, count in (("王强", 6), ("李娜", 6), ("赵磊", 2), ("", 1)):
        with db.write() as session:
            for number in range(count):
                make.a_customer(session, f"{name}{number}", consultant_id=ids.get(name))
    with db.write() as session:
        day = date(2026, 8, 8)
        old = make.a_customer(session, "老客户", consultant_id=ids["赵磊"], today=day)
        assert session.get_one(Customer, old).contact_on == day
    return ids


def standing(db: Any, rule: Rule | None = None, quarter: Quarter = NOW) -> contest.Contest:
    with db.read() as session:
        return contest.of_quarter(session, quarter, rule)


def places(found: contest.Contest) -> list[tuple[str, int]]:
    return [(one.name, one.place) for one in found.entrants]


def files_of(db: Any, owner: int) -> list[int]:
    with db.read() as session:
        rows = session.query(Customer.id).filter_by(consultant_id=owner).order_by(Customer.id)
        return [id for (id,) in rows]


def fill(db: Any, id: int, **said: str) -> None:
    with db.write() as session:
        for field, words in said.items():
            archive.fill(session, id, field, words)


def draw(db: Any, quarter: Quarter = NOW) -> int:
    with db.write() as session:
        return spot_checks.draw(session, quarter, now=db.now())


def drawn(db: Any) -> list[spot_checks.Check]:
    with db.read() as session:
        return spot_checks.checks(session, NOW)


def judge(db: Any, check: spot_checks.Check, verdict: Verdict | None, note: str = "") -> None:
    with db.write() as session:
        spot_checks.judge(session, check.id, verdict, note=note, now=db.now())


# --- quarters


def test_a_quarter_has_its_days_and_its_words():
    quarter = quarters.quarter_of(date(2026, 11, 18))
    assert (quarter.first, quarter.last) == (date(2026, 10, 1), date(2026, 12, 31))
    assert quarter.title == "Q4 2026"
    assert quarter.step(1).title == "Q1 2027"
    assert [quarters.quarter_of(date(2026, month, 1)).number for month in range(1, 13)] == [
        *(1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4)
    ]
    assert quarter.step(-4).first == date(2025, 10, 1)


# --- the four rules


def test_files_count_for_whom_they_belong_to_in_the_quarter_they_were_made(db, crew):
    found = standing(db, Rule.COUNT)
    assert [(one.name, one.files) for one in found.entrants] == [
        *(("王强", 6), ("李娜", 6), ("赵磊", 2))
    ]
    assert places(found) == [("王强", 1), ("李娜", 1), ("赵磊", 0)]  # equal; too few
    assert found.entrants[2].few
    assert found.unowned == 1
    assert found.formulas[Rule.COUNT].startswith("Files whose contact was left in the quarter")
    before = standing(db, Rule.COUNT, BEFORE)
    assert [(one.name, one.files) for one in before.entrants if one.files] == [("赵磊", 1)]


def test_a_file_that_changes_hands_counts_for_who_has_it_now(db, crew):
    from showroom.people import customers

    id = files_of(db, crew["王强"])[0]
    with db.write() as session:
        customers.change(session, id, consultant_id=crew["李娜"])
    assert places(standing(db, Rule.COUNT)) == [("李娜", 1), ("王强", 2), ("赵磊", 0)]


def test_completeness_is_the_mean_of_the_files_and_the_worst_are_named(db, crew):
    mine = files_of(db, crew["李娜"])
    for id in mine[1:]:
        fill(db, id, family="一家三口", leisure="钓鱼", work="教师")
    found = standing(db, Rule.COMPLETENESS)
    assert places(found) == [("李娜", 1), ("王强", 2), ("赵磊", 0)]
    lena = found.entrants[0]
    poor = Fraction(20 * 3, 8)  # name, sex, phone
    assert lena.mean == (6 * poor + 5 * Fraction(80 * 3, 9)) / 6
    with db.read() as session:
        worst = contest.worst(session, NOW)
        rows = contest.lacking(session, worst[crew["李娜"]][:2])
    assert worst[crew["李娜"]] == mine
    assert len(worst[crew["王强"]]) == 6
    assert places(found.by(Rule.COUNT)) == places(standing(db, Rule.COUNT))
    assert [(row.name, row.score) for row in rows] == [("李娜0", 8), ("李娜1", 34)]
    assert [field for field, _gain in rows[0].next] == ["family", "leisure", "work"]


def test_a_company_is_measured_by_what_it_can_have(db, crew):
    with db.write() as session:
        id = make.a_customer(
            session,
            "大华公司",
            honorific=Honorific.COMPANY,
            consultant_id=crew["赵磊"],
            address="南山",
        )
    fill(
        db,
        id,
        email="a@dahua.cn",
        spent="80万",
        bought="三台汉",
        work="贸易",
        spending="年底采购",
        service="上门",
        offers="微信",
    )
    found = next(one for one in standing(db).entrants if one.id == crew["赵磊"])
    assert found.mean == (2 * Fraction(20 * 3, 8) + 100) / 3


def test_the_fourth_quarter_goes_by_points_given_by_hand(db, crew):
    assert standing(db).decides is Rule.FREE
    for name, points in (("王强", 12), ("赵磊", 30)):
        with db.write() as session:
            contest.give_points(session, NOW, crew[name], points)
    assert places(standing(db)) == [("赵磊", 1), ("王强", 2), ("李娜", 0)]
    with db.write() as session:
        contest.give_points(session, NOW, crew["赵磊"], None)
    assert places(standing(db))[0] == ("王强", 1)
    with db.write() as session, pytest.raises(Invalid, match="whole number from 0 to 9999"):
        contest.give_points(session, NOW, crew["王强"], -1)
    with db.write() as session:
        journal.undo(session)
    assert places(standing(db))[0] == ("赵磊", 1)
    assert standing(db, quarter=BEFORE).entrants[0].points is None


def test_the_shop_chooses_what_decides_and_the_formula_says_it(db, crew):
    with db.write() as session:
        shop = settings.load(session)
        shop.contest_rules = ["free", "free", "free", "count"]
        shop.contest_free = "车友会带来的新朋友"
        shop.contest_least = 1
        settings.save(session, shop)
    found = standing(db)
    assert (found.decides, found.rule) == (Rule.COUNT, Rule.COUNT)
    assert places(found) == [("王强", 1), ("李娜", 1), ("赵磊", 3)]
    assert standing(db).formulas[Rule.FREE] == "车友会带来的新朋友"
    assert (
        "20 × basic fields filled ÷ 8 + 80 × extra fields filled ÷ 9"
        in (standing(db).formulas[Rule.COMPLETENESS])
    )


entrants = st.lists(
    st.builds(
        Entrant,
        id=st.integers(1, 99),
        name=st.just("王强"),
        place=st.just(0),
        few=st.booleans(),
        files=st.integers(0, 5),
        mean=st.none() | st.fractions(0, 100),
        drawn=st.just(0),
        found=st.just({}),
        honesty=st.none() | st.fractions(0, 1),
        points=st.none() | st.integers(0, 5),
    ),
    unique_by=lambda one: one.id,
    max_size=9,
)


@pytest.mark.slow
@given(entrants, st.sampled_from([*Rule]))
def test_places_are_fair(them, rule):
    found = contest.placed(them, rule)
    assert sorted(one.id for one in found) == sorted(one.id for one in them)
    inside = [one for one in found if one.place]
    assert found[: len(inside)] == inside
    for one in inside:
        mine = contest.value(one, rule)
        better = [other for other in inside if contest.value(other, rule) > mine]
        assert one.place == len(better) + 1  # equal ones share it
    for one in found[len(inside) :]:
        assert (one.few and rule is not Rule.FREE) or contest.value(one, rule) is None


# --- the spot check


def test_files_are_drawn_by_lot_once_a_quarter_and_the_lot_can_be_drawn_again(db, crew):
    assert draw(db) == 5 + 5 + 2
    checks = drawn(db)
    by_owner = {name: [c.customer_id for c in checks if c.consultant == name] for name in crew}
    for name, ids in by_owner.items():
        quarter = [id for id in files_of(db, crew[name]) if len(name)][: 6 if len(ids) == 5 else 2]
        again = spot_checks.lot(quarter, 5, now=make.NOW, consultant_id=crew[name])
        assert again == ids
    with pytest.raises(ShowroomError, match="drawn on 2026-11-18: it is done once"):
        draw(db)
    with db.write() as session:
        journal.undo(session)
    assert drawn(db) == []
    assert draw(db) == 12
    assert len(drawn(db)) == 12


def test_another_moment_draws_others():
    lots = {
        tuple(spot_checks.lot(range(100), 5, now=make.later(minutes=minute), consultant_id=1))
        for minute in range(9)
    }
    assert len(lots) == 9


def test_who_must_not_be_contacted_is_not_drawn_and_nothing_is_said_so(db, crew):
    from showroom.people import customers

    for id in files_of(db, crew["王强"]):
        with db.write() as session:
            customers.change(session, id, do_not_contact=True)
    for id in files_of(db, crew["赵磊"]):
        with db.write() as session:  # there is no other way to him
            consent.withdraw(session, id, Way.PHONE, now=make.NOW)
    assert draw(db) == 5
    with pytest.raises(ShowroomError, match="none to draw"):
        draw(db, NOW.step(-9))


def test_the_verdicts_make_the_honesty_and_can_be_taken_back(db, crew):
    draw(db)
    mine = [check for check in drawn(db) if check.consultant == "李娜"]
    judge(db, mine[0], Verdict.TRUE)
    with pytest.raises(Invalid) as error:
        judge(db, mine[1], Verdict.FALSE)
    assert error.value.problems == {"note": "Say what is not so: the consultant will ask."}
    judge(db, mine[1], Verdict.FALSE, "没有女儿")
    judge(db, mine[2], Verdict.PARTLY, "住址旧了")
    lena = next(one for one in standing(db, Rule.HONESTY).entrants if one.name == "李娜")
    assert (lena.drawn, lena.checked, lena.honesty) == (5, 3, Fraction(1, 2))
    assert lena.place == 1
    assert [one.place for one in standing(db, Rule.HONESTY).entrants] == [1, 0, 0]
    judge(db, mine[1], None, "再问一次")
    check = next(one for one in drawn(db) if one.id == mine[1].id)
    assert (check.verdict, check.note, check.checked_at) == (None, "再问一次", None)
    with db.write() as session:
        journal.undo(session)
    assert next(one for one in drawn(db) if one.id == mine[1].id).verdict is Verdict.FALSE
    with pytest.raises(Invalid, match="At most 200"):
        judge(db, mine[0], Verdict.TRUE, "长" * 500)


def test_only_a_manager_draws_judges_and_gives_points(db, crew):
    with db.write() as session:
        boss = make.a_member(session, "陈主管", Role.MANAGER)
        make.a_pin(session, boss, "2468", by=boss)
    db.staff_id = crew["王强"]
    with pytest.raises(ShowroomError, match="Only a manager or an owner may approve"):
        draw(db)
    with db.write() as session, pytest.raises(ShowroomError, match="may approve"):
        contest.give_points(session, NOW, crew["王强"], 99)
    db.staff_id = boss
    draw(db)
    check = drawn(db)[0]
    db.staff_id = crew["王强"]
    with pytest.raises(ShowroomError, match="may approve"):
        judge(db, check, Verdict.TRUE)
    db.staff_id = boss
    judge(db, check, Verdict.TRUE)
    assert drawn(db)[0].checked_by == "陈主管"


def test_a_draw_that_was_undone_takes_no_verdict(db, crew):
    draw(db)
    check = drawn(db)[0]
    with db.write() as session:
        journal.undo(session)
    with pytest.raises(ShowroomError, match="no longer among those drawn"):
        judge(db, check, Verdict.TRUE)


def test_a_verdict_stays_counted_when_the_person_was_erased(db, crew):
    from showroom.guard import erasure
    from showroom.store.models import Cause

    draw(db)
    check = drawn(db)[0]
    judge(db, check, Verdict.PARTLY, "电话空号")
    with db.write() as session:
        erasure.erase(session, check.customer_id, why=Cause.ASKED)
    after = next(one for one in drawn(db) if one.id == check.id)
    assert (after.name, after.note, after.verdict) == ("", "", Verdict.PARTLY)
    with db.read() as session:
        assert session.get(SpotCheck, check.id) is not None
    found = next(one for one in standing(db, Rule.HONESTY).entrants if one.name == check.consultant)
    assert found.honesty == Fraction(1, 2)
