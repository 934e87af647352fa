"""Filters and the lists they become: who fits, who was put on by hand, what leaves the desk."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from showroom import choices
from showroom.errors import Invalid, ShowroomError
from showroom.figures import registers
from showroom.guard import amends, consent, erasure, exports, staff
from showroom.people import customers, filters, lists, search
from showroom.people.filters import Filter
from showroom.store import journal
from showroom.store.models import (
    Action,
    Cause,
    ChoiceKind,
    Customer,
    Level,
    ListEntry,
    NamedList,
    Role,
    Status,
    Way,
)
from tests import builders as make
from tests.stories import story

TODAY, NOW = make.TODAY, make.NOW


@pytest.fixture(autouse=True)
def _clock(db):
    make.stop_clock(db)


@story
def people(db):
    """Three customers that every filter tells apart."""
    with db.write() as session:
        wang = make.a_member(session, "王强")
    with db.write() as session:
        channels = choices.options(session, ChoiceKind.CHANNEL)
        zhang = make.a_customer(
            session,
            "张伟",
            level=Level.WEEK,
            consultant_id=wang,
            model_id="汉 EV",
            channel_id=channels[0].id,
            birthday=date(1980, 11, 20),
        )
    with db.write() as session:
        li = make.a_customer(
            session, "李娜", channel_id=channels[1].id, birthday=date(1990, 12, 24)
        )
    with db.write() as session:
        long_ago = TODAY - timedelta(days=100)
        zhou = make.a_customer(session, "周敏", now=make.later(days=-100), today=long_ago)
        session.get_one(Customer, zhou).last_visit_on = long_ago
    with db.write() as session:
        consent.withdraw(session, li, Way.PHONE, now=NOW)
        consent.give(session, li, Way.WECHAT, now=NOW)
        consent.withdraw(session, zhou, Way.PHONE, now=NOW)
        model = choices.find(session, ChoiceKind.MODEL, "汉 EV")
    return {
        "张伟": zhang,
        "李娜": li,
        "周敏": zhou,
        "王强": wang,
        "channel": channels[0].id,
        "model": model,
    }


def do(db, function, *args, **facts):
    with db.write() as session:
        return function(session, *args, **facts)


def ask(db, function, *args, **facts):
    with db.read() as session:
        return function(session, *args, **facts)


def found(db, wanted, today=TODAY):
    with db.read() as session:
        ids = search.find(
            session, where=filters.conditions(wanted, today=today), broad=wanted.broad
        )
        return {session.get_one(Customer, id).name for id in ids}


def on(db, list_id):
    with db.read() as session:
        ids = lists.members(session, list_id, today=TODAY)
        assert lists.count(session, list_id, today=TODAY) == len(ids)
        return [session.get_one(Customer, id).name for id in ids]


def a_list(db, name="十一月生日", **facts):
    with db.write() as session:
        return lists.add(session, name, now=NOW, **facts).id


# --- filters


def test_each_part_narrows_and_all_of_them_together(db, people):
    assert found(db, Filter()) == {"张伟", "李娜", "周敏"}
    assert found(db, Filter(level=Level.WEEK)) == {"张伟"}
    assert found(db, Filter(status=Status.LOST)) == set()
    assert found(db, Filter(consultant_id=people["王强"])) == {"张伟"}
    assert found(db, Filter(consultant_id=filters.NOBODY)) == {"李娜", "周敏"}
    assert found(db, Filter(channel_id=people["channel"])) == {"张伟"}
    assert found(db, Filter(model_id=people["model"])) == {"张伟"}
    assert found(db, Filter(away=90)) == {"周敏"}
    assert found(db, Filter(away=365)) == set()
    assert found(db, Filter(no_consent=True)) == {"周敏"}
    assert found(db, Filter(no_consent=True, away=90, birthday="month")) == set()
    later = TODAY + timedelta(days=1)
    assert found(db, Filter(due="due"), later) == {"张伟"}
    assert found(db, Filter(due="late"), later) == set()
    assert found(db, Filter(due="late"), later + timedelta(days=1)) == {"张伟"}


@pytest.mark.parametrize("status", [Status.LOST, Status.DORMANT, Status.OWNER, Status.INVALID])
def test_a_level_is_not_asked_of_who_is_no_longer_to_be_won(db, people, status):
    """Or whoever was lost at level H would be invited with those who buy within a week."""
    hot = a_list(db, "H 级", wanted=Filter(level=Level.WEEK))
    both = a_list(db, "H 级旧客", wanted=Filter(level=Level.WEEK, status=status))
    assert (on(db, hot), on(db, both)) == (["张伟"], [])
    with db.write() as session:
        session.get_one(Customer, people["张伟"]).status = status
        journal.act(session, "set_status", session.get_one(Customer, people["张伟"]))
    assert (on(db, hot), on(db, both)) == ([], ["张伟"])
    assert found(db, Filter(level=Level.WEEK)) == set()
    with db.write() as session:
        session.get_one(Customer, people["张伟"]).status = Status.ORDERED
        journal.act(session, "set_status", session.get_one(Customer, people["张伟"]))
    assert (on(db, hot), on(db, both)) == (["张伟"], [])


@pytest.mark.parametrize(
    ("code", "today", "born", "fits"),
    [
        ("month", date(2026, 11, 18), date(1980, 11, 1), True),
        ("month", date(2026, 11, 18), date(1980, 12, 1), False),
        ("next", date(2026, 11, 18), date(1980, 12, 31), True),
        ("next", date(2026, 12, 18), date(1980, 1, 1), True),
        ("week", date(2026, 11, 18), date(1980, 11, 18), True),
        ("week", date(2026, 11, 18), date(1980, 11, 25), True),
        ("week", date(2026, 11, 18), date(1980, 11, 26), False),
        ("week", date(2026, 12, 28), date(1980, 1, 3), True),
        ("week", date(2027, 2, 25), date(1996, 2, 29), True),
        ("week", date(2027, 3, 1), date(1996, 2, 29), False),
        ("week", date(2028, 2, 25), date(1996, 2, 29), True),
    ],
)
def test_birthdays_over_the_end_of_month_and_year(db, code, today, born, fits):
    with db.write() as session:
        make.a_customer(session, "张伟", birthday=born)
    assert (found(db, Filter(birthday=code), today) == {"张伟"}) is fits


def test_a_rule_comes_back_as_it_was(db):
    wanted = Filter(level=Level.MONTH, status=Status.OPEN, consultant_id=0, away=90)
    assert filters.of_rule(filters.rule(wanted)) == wanted
    assert filters.of_rule("") == Filter()
    with pytest.raises(ShowroomError, match="Choose above what narrows"):
        filters.rule(Filter())
    for strange in ('{"tail": 3}', '{"level": "someday"}'):
        with pytest.raises(ShowroomError, match="newer version"):
            filters.of_rule(strange)


def test_a_filter_in_words_names_who_left_and_what_is_retired(db, people):
    wanted = Filter(
        level=Level.WEEK,
        status=Status.OPEN,
        consultant_id=people["王强"],
        channel_id=people["channel"],
        due="late",
        birthday="next",
        away=90,
        no_consent=True,
    )
    with db.write() as session:
        staff.change(session, people["王强"], active=False)
        choices.change(session, people["channel"], active=False)
    said = ask(db, filters.said, wanted)
    channel = ask(db, choices.labels)[people["channel"]]
    assert [one.words for one in said] == [
        "H · Within a week",
        "Contact left",
        "王强 (left)",
        f"{channel} (out of use)",
        "Late",
        "Birthday next month",
        "Not here for 90 days",
        "No consent",
    ]
    assert [one.problem for one in said if one.problem] == [
        "王强 does not work here any more.",
        f"{channel} is out of use: nobody new comes under it.",
    ]
    assert found(db, Filter(consultant_id=people["王强"])) == {"张伟"}
    gone = ask(db, filters.said, Filter(consultant_id=999, channel_id=999))
    assert [one.words for one in gone] == ["?", "?"]
    assert found(db, Filter(consultant_id=999)) == set()
    assert ask(db, filters.said, Filter(consultant_id=0))[0].words == "No consultant"


def test_who_works_here_and_what_is_in_use_stand_by_their_names(db, people):
    wanted = Filter(consultant_id=people["王强"], model_id=people["model"])
    assert wanted.narrows
    assert not Filter().narrows
    assert ask(db, filters.said, wanted) == [
        ("consultant_id", "王强", ""),
        ("model_id", "汉 EV", ""),
    ]


def test_nobody_is_offered_only_while_somebody_has_no_consultant(db, people):
    with db.write() as session:
        customers.change(session, people["李娜"], consultant_id=people["王强"])
    with db.write() as session:
        customers.change(session, people["周敏"], consultant_id=people["王强"])
    assert [name for _id, name in ask(db, filters.offer).consultants] == ["王强"]


def test_who_left_is_offered_while_he_has_customers(db, people):
    with db.write() as session:
        make.a_member(session, "赵磊")
    with db.write() as session:
        staff.change(session, people["王强"], active=False)
    there = ask(db, filters.offer)
    assert [name for _id, name in there.consultants] == ["王强 (left)", "赵磊", "No consultant"]
    assert [name for _id, name in there.models] == ["汉 EV"]
    with db.write() as session:
        customers.change(session, people["张伟"], consultant_id=None)
    assert [name for _id, name in ask(db, filters.offer).consultants] == ["赵磊", "No consultant"]


# --- lists


def test_a_living_list_follows_its_rule_and_takes_entries_by_hand(db, people):
    id = a_list(db, wanted=Filter(birthday="month"), ids=[people["周敏"]])
    assert set(on(db, id)) == {"张伟", "周敏"}
    (row,) = ask(db, lists.rows)
    assert (row.name, row.rule, row.by_hand, row.by) == (
        "十一月生日",
        "Birthday this month",
        1,
        "",
    )
    with db.write() as session:
        customers.change(session, people["李娜"], birthday=date(1990, 11, 1))
    assert set(on(db, id)) == {"张伟", "李娜", "周敏"}
    do(db, lists.set_rule, id, Filter(birthday="next"))
    assert set(on(db, id)) == {"周敏"}
    do(db, lists.set_rule, id, None)
    assert on(db, id) == ["周敏"]


def test_who_stands_on_a_list_twice_is_there_once(db, people):
    id = a_list(db, ids=[people["张伟"], people["张伟"], 999])
    assert do(db, lists.put_on, id, [people["张伟"], people["李娜"]]) == 1
    assert set(on(db, id)) == {"张伟", "李娜"}


def test_names_are_given_once_and_not_empty(db, people):
    id = a_list(db, "展厅 活动")
    for name, sentence in (
        ("  ", "Give the list a name."),
        (" 展厅　活动 ", "There is a list called 展厅 活动 already: choose another name."),
        ("x" * 61, "A name of a list has at most 60 characters."),
    ):
        with pytest.raises(Invalid) as refused:
            a_list(db, name)
        assert refused.value.problems == {"name": sentence}
    do(db, lists.rename, id, "展厅 活动")
    do(db, lists.rename, id, "团购")
    assert [row.name for row in ask(db, lists.rows)] == ["团购"]


def test_rows_are_taken_off_and_those_of_the_rule_are_said(db, people):
    id = a_list(db, wanted=Filter(birthday="month"), ids=[people["周敏"], people["李娜"]])
    taken = do(db, lists.take_off, id, [people["张伟"], people["周敏"]], today=TODAY)
    assert taken == (1, 1)
    assert set(on(db, id)) == {"张伟", "李娜"}


def test_a_deleted_list_comes_back_whole_by_one_undo(db, people):
    id = a_list(db, wanted=Filter(away=90), ids=[people["张伟"], people["李娜"]])
    do(db, lists.delete, id)
    assert ask(db, lists.rows) == []
    with pytest.raises(ShowroomError, match="This list is no longer there"):
        on(db, id)
    do(db, amends.undo)
    assert set(on(db, id)) == {"张伟", "李娜", "周敏"}
    with db.read() as session:
        assert session.get_one(NamedList, id).name == "十一月生日"


def test_an_erased_person_is_on_no_list(db, people):
    id = a_list(db, ids=[people["张伟"], people["李娜"]], wanted=Filter(level=Level.WEEK))
    erasure.erase_now(db, [people["张伟"]], why=Cause.ASKED)
    assert on(db, id) == ["李娜"]
    assert [row.by_hand for row in ask(db, lists.rows)] == [1]
    with db.read() as session:
        assert len(session.scalars(select(ListEntry)).all()) == 1
    assert do(db, lists.put_on, id, [people["张伟"]]) == 0


def test_a_rule_of_a_newer_version_finds_nobody_and_says_so(db, people):
    id = a_list(db, wanted=Filter(level=Level.WEEK), ids=[people["李娜"]])
    with db.write() as session:
        journal.act(session, "list")
        session.get_one(NamedList, id).rule = '{"tail": 3}'
    assert on(db, id) == ["李娜"]
    (row,) = ask(db, lists.rows)
    assert (row.rule, "newer version" in row.problem) == ("?", True)


def test_the_journal_names_the_list(db, people):
    id = a_list(db)
    do(db, lists.put_on, id, [people["张伟"]])
    with db.read() as session:
        last = session.scalars(select(Action).order_by(Action.id.desc())).first()
        assert (last.verb, last.subject_table, last.subject_id) == ("list", "named_list", id)


# --- out of the desk


def test_a_list_leaves_without_the_contact_of_who_must_not_be_contacted(db, people, tmp_path):
    import openpyxl

    with db.write() as session:
        customers.change(session, people["李娜"], do_not_contact=True)
    path = tmp_path / "list.xlsx"
    with exports.leaving(db, "list", path) as session:
        ids = [people["张伟"], people["李娜"]]
        assert registers.customers(session, path, ids=ids) == 2
    head, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    phone = head.index("Phone")
    told = {row[0]: row[phone] for row in rows}
    assert set(told) == {"张伟", "李娜"}
    assert told["李娜"] is None
    assert told["张伟"]


def test_what_a_receptionist_takes_out_is_masked(db, people, tmp_path):
    with db.write() as session:
        boss = make.a_member(session, "陈主管", Role.MANAGER)
        desk = make.a_member(session, "李静", Role.RECEPTIONIST)
    with db.write() as session:
        make.a_pin(session, boss, "135790", by=boss)
    db.seat(desk)
    path = tmp_path / "list.xlsx"
    with exports.leaving(db, "list", path) as session:
        registers.customers(session, path, ids=[people["张伟"]])
    import openpyxl

    _head, row = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    assert any("****" in str(value) for value in row)
