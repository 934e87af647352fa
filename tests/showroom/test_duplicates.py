"""Who is on file already: while one types, by a look through the whole file, and who is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showroom import cli
from showroom.errors import Cancelled, ShowroomError
from showroom.people import customers, duplicates, likeness, merging, pairs, relations, unmerging
from showroom.people.likeness import Facts
from showroom.progress import Progress
from showroom.store import journal, models
from showroom.store.models import Kinship, Role
from tests import builders as make
from tests.builders import NOW


@pytest.fixture
def db(db):
    return make.stop_clock(db)


def add(db, name: str, **facts: Any) -> int:
    with db.write() as session:
        return make.a_customer(session, name, **facts)


def car(db, id: int, **facts: str) -> None:
    with db.write() as session:
        journal.act(session, "vehicle")
        session.add(models.Vehicle(customer_id=id, **facts))


def asked(db, *, own: int = 0, **typed: Any) -> list[tuple[int, int, set[str]]]:
    """Who is warned of: id, score, reasons."""
    with db.read() as session:
        found = duplicates.alike(session, duplicates.typed(own=own, **typed))
    return [(row.id, row.score, {reason.value for reason in row.reasons}) for row in found]


def found(db) -> list[tuple[set[int], set[str]]]:
    pairs.look(db)
    with db.read() as session:
        return [
            ({pair.one.id, pair.other.id}, {reason.value for reason in pair.reasons})
            for pair in pairs.listed(session)
        ]


def model(db, name: str = "汉 EV") -> int:
    with db.write() as session:
        return make.a_model(session, name)


# --- while typing


def test_each_reason_by_itself_and_together(db):
    han = model(db)
    id = add(
        db, "欧阳思远", phone="13800138000", wechat="Ouyang_88", model_id=han, address="南山区 1 号"
    )
    car(db, id, plate="粤B12345", vin="LGXCE6CB1M0123456")
    for typed, reasons in (
        ({"phones": ["138 0013 8000"]}, {"phone"}),
        ({"wechat": "Ouyang_88"}, {"wechat"}),
        ({"plates": ["粤B 12345"]}, {"plate"}),
        ({"vins": ["lgxce6cb1m0123456"]}, {"vin"}),
        ({"phones": ["13800138001"]}, {"near"}),
        ({"phones": ["13800183000"]}, {"near"}),
        ({"name": "欧阳思远", "model_id": han}, {"name", "model"}),
        ({"name": "欧阳思远", "address": "南山区1号"}, {"name", "address"}),
        ({"name": "欧阳思源", "phones": ["13800138000"]}, {"phone", "sound"}),
    ):
        assert [(one, why) for one, _score, why in asked(db, **typed)] == [(id, reasons)], typed
    ((_id, score, _why),) = asked(db, phones=["13800138000"], name="欧阳思远", model_id=han)
    assert score == 100
    for nothing in (
        {"name": "欧阳思远"},
        {"model_id": han},
        {"address": "南山区 1 号"},
        {"name": "王芳", "model_id": han},
        {"phones": ["13911112222"]},
        {"phones": ["13800138100", "13900138000x"]},
        {},
    ):
        assert asked(db, **nothing) == [] or nothing.get("phones"), nothing


def test_from_the_seventh_digit_on_and_the_longer_the_likelier(db):
    id = add(db, "张伟", phone="13800138000")
    assert asked(db, phones=["138001"]) == []
    scores = [asked(db, phones=["13800138000"[:digits]])[0][1] for digits in (7, 8, 9, 10, 11)]
    assert scores == sorted(scores)
    assert asked(db, phones=["+86 138 0013"])[0][0] == id
    add(db, "李娜", phone="075523456789")
    assert asked(db, phones=["0755234"])[0][2] == {"begins"}


def test_the_most_likely_comes_first_and_three_are_enough(db):
    han = model(db)
    for last in range(5):
        add(db, "张伟", phone=f"1380013800{last}", model_id=han)
    best = add(db, "张伟", phone="13800138009", wechat="zw", model_id=han)
    rows = asked(db, phones=["13800138009"], name="张伟")
    assert len(rows) == 3
    assert rows[0][0] == best
    assert [score for _id, score, _why in rows] == sorted((row[1] for row in rows), reverse=True)


def test_a_frequent_name_with_the_same_model_says_less_than_a_rare_one(db):
    han = model(db)
    add(db, "欧阳思远", model_id=han)
    ((_id, rare, _why),) = asked(db, name="欧阳思远", model_id=han)
    for _one in range(4):
        add(db, "张伟", model_id=han)
    frequent = asked(db, name="张伟", model_id=han)[0][1]
    assert likeness.WARNED <= frequent < likeness.LISTED <= rare


def test_he_himself_his_wife_and_who_is_somebody_else_are_not_proposed(db):
    id = add(db, "张伟", phone="13800138000")
    wife, other = (add(db, name, phone="13800138000") for name in ("王芳", "张玮"))
    assert {row[0] for row in asked(db, own=id, phones=["13800138000"])} == {wife, other}
    with db.write() as session:
        relations.link(session, id, wife, Kinship.COUPLE.value, now=NOW)
    with db.write() as session:
        duplicates.different(session, other, id, now=NOW)
    assert asked(db, own=id, phones=["13800138000"]) == []
    assert len(asked(db, phones=["13800138000"])) == 3


def test_what_is_hidden_says_nothing_and_nobody_learns_digits_he_does_not_see(db):
    with db.write() as session:
        boss = make.a_member(session, "陈经理", Role.MANAGER)
        desk = make.a_member(session, "李静", Role.RECEPTIONIST)
        for staff_id in (boss, desk):
            make.a_pin(session, staff_id, "2468", by=boss)
    db.staff_id = boss
    id = add(db, "张伟", phone="13800138000", wechat="zw_1988")
    twin = add(db, "张伟", phone="13800138001")
    assert {row[0] for row in asked(db, phones=["13800138002"])} == {id, twin}
    assert found(db)[0][1] == {"near", "name"}
    db.staff_id = desk
    for guess in ("1380013", "1380013800", "13800138002", "13800183000"):
        assert asked(db, phones=[guess], name="张伟") == []
    assert asked(db, phones=["138****8000"]) == []
    ((known, _score, why),) = asked(db, phones=["13800138000"])
    assert (known, why) == (id, {"phone"})
    assert asked(db, wechat="zw****88") == []
    with db.read() as session:
        assert pairs.listed(session) == []
        assert pairs.count(session) == 0
        (row,) = duplicates.alike(session, Facts(numbers=["+8613800138000"]))
        assert row.phone == "138****8000"


@given(st.integers(13000000000, 19999999999), st.integers(0, 9), st.integers(1, 10))
def test_a_number_one_slip_apart_is_found_by_either_way(number, digit, at):
    one = f"+86{number}"
    other = f"{one[: 3 + at]}{digit}{one[4 + at :]}"
    swapped = f"{one[: 3 + at]}{one[4 + at : 5 + at]}{one[3 + at]}{one[5 + at :]}"
    for wrong in (other, swapped):
        if wrong == one:
            continue
        assert likeness.near(one, wrong)
        assert likeness.near(wrong, one)
        assert wrong in likeness.neighbours(one)
        assert set(likeness.slips(one)) & set(likeness.slips(wrong))


def test_two_slips_are_none():
    assert not likeness.near("+8613800138000", "+8613800138011")
    assert not likeness.near("+8613800138000", "+861380013800")
    assert not likeness.near("+8613800138000", "+8623800138000")


# --- the look through the file


def test_the_look_finds_what_is_likely_and_says_how_many_are_new(db):
    han = model(db)
    one, two = add(db, "张伟", phone="13800138000"), add(db, "章玮", phone="13800138010")
    wife, husband = (add(db, name, phone="13912345678") for name in ("王芳", "刘强"))
    first, second = (
        add(db, "欧阳思远", model_id=han, phone=phone) for phone in ("15011112222", "15833334444")
    )
    near = add(db, "李娜", address="福田区1号", phone="18655556666")
    home = add(db, "李娜", address="福田区 1号", phone="18977778888")
    car_a, car_b = add(db, "周敏", phone="13311110000"), add(db, "吴迪", phone="13522220000")
    for id in (car_a, car_b):
        car(db, id, vin="LGXCE6CB1M0123456")
    add(db, "赵磊", phone="13700001111")
    assert pairs.look(db) == (11, 5, 5)
    with db.read() as session:
        assert pairs.count(session) == 5
    assert found(db) == [
        ({car_a, car_b}, {"vin"}),
        ({near, home}, {"name", "address"}),
        ({wife, husband}, {"phone"}),
        ({first, second}, {"name", "model"}),
        ({one, two}, {"near", "sound"}),
    ]
    assert pairs.look(db).new == 0


def test_a_number_of_a_whole_company_makes_no_pairs(db):
    for number in range(pairs.CROWD + 1):
        add(db, f"员工{number:02}", phone="075523456789")
    assert pairs.look(db).pairs == 0


def test_who_is_different_linked_or_gone_leaves_the_list_at_once_and_comes_back(db):
    one, two = add(db, "张伟", phone="13800138000"), add(db, "张伟", phone="13800138000")
    pairs.look(db)

    def count() -> int:
        with db.read() as session:
            assert pairs.count(session) == len(pairs.listed(session))
            return pairs.count(session)

    assert count() == 1
    with db.write() as session:
        duplicates.different(session, two, one, now=NOW)
    assert count() == 0
    assert found(db) == []
    with db.read() as session:
        (apart,) = pairs.apart(session)
        assert {apart.one, apart.other} == {"Mr 张伟"}
    with db.write() as session:
        duplicates.not_different(session, apart.id)
    pairs.look(db)
    assert count() == 1
    with db.write() as session:
        merging.merge(session, two, one, now=NOW, today=db.today())
    assert count() == 0
    with db.write() as session:
        unmerging.undo(session)
    assert count() == 1


def test_one_and_the_same_is_not_different_and_saying_it_twice_stands_once(db):
    one, two = add(db, "张伟"), add(db, "张玮")
    with pytest.raises(ShowroomError, match="one and the same"), db.write() as session:
        duplicates.different(session, one, one, now=NOW)
    for _time in range(2):
        with db.write() as session:
            duplicates.different(session, one, two, now=NOW)
    with db.read() as session:
        assert len(pairs.apart(session)) == 1


def test_a_pair_keeps_nobody_whose_entry_is_undone(db):
    add(db, "张伟", phone="13800138000")
    add(db, "张伟", phone="13800138000")
    pairs.look(db)
    with db.write() as session:
        undone = journal.undo(session)
    assert undone.verb == "add_customer"
    assert undone.kept == []
    with db.read() as session:
        assert pairs.listed(session) == []


def test_a_look_is_due_once_a_day_and_after_a_file_came_in(db):
    def due() -> bool:
        with db.read() as session:
            return pairs.is_due(session, db.today())

    assert not due()  # nobody on file
    add(db, "张伟")
    assert due()
    pairs.look(db)
    assert not due()
    with db.write() as session:
        journal.act(session, "import")
        session.add(
            models.ImportBatch(
                file_name="a.xlsx", sha256="0", at=NOW + timedelta(minutes=1), counts="{}"
            )
        )
    assert due()
    db.clock = lambda: NOW + timedelta(hours=1)
    pairs.look(db)
    assert not due()
    db.clock = lambda: NOW + timedelta(days=1)
    assert due()


def test_a_look_that_is_stopped_leaves_the_list_as_it_was(db):
    add(db, "张伟", phone="13800138000")
    add(db, "张伟", phone="13800138000")
    pairs.look(db)
    stopped = Progress(lambda done, total: stopped.cancel() if done == 3 else None)
    with pytest.raises(Cancelled):
        pairs.look(db, stopped)
    with db.read() as session:
        assert pairs.count(session) == 1
        assert customers.rows(session, [1])


def test_the_job_of_the_night_tells_how_many(db, desk, capsys):
    import json

    from showroom.commands import parser

    add(db, "张伟", phone="13800138000")
    add(db, "张伟", phone="13800138000")
    db.close()
    words = ["--data", str(desk.data), "--language", "en", "duplicates"]
    assert cli.run(parser().parse_args([*words, "--json"])) == 0
    assert json.loads(capsys.readouterr().out) == {"customers": 2, "pairs": 1, "new": 1}
    assert cli.run(parser().parse_args(words)) == 0
    assert "1 likely pair among 2 customers, 0 of them new." in capsys.readouterr().out
