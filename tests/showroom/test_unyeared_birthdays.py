"""A birthday of which nobody said the year: it comes in, is kept, celebrated, and goes out."""

from __future__ import annotations

import json
from datetime import date, timedelta

import openpyxl
import pytest

from showroom import i18n, lunar
from showroom.cards import occasions
from showroom.care import calendar
from showroom.errors import Invalid
from showroom.figures import registers
from showroom.guard import exports, subject
from showroom.people import customers, timeline
from showroom.sheets import apply as applying
from showroom.sheets import questions
from showroom.sheets import read as reading
from showroom.sheets.plan import Outcome
from showroom.store.models import Card, CardKind, Customer, Phone
from tests import builders
from tests.amounts import LISTS_OUT
from tests.showroom.sheet_kit import (
    NOW,
    PERSON,
    all_of,
    book,
    bring_in,
    person,
    plan,
)
from tests.stories import story


@pytest.fixture
def db(db):
    db.clock = lambda: NOW
    return db


def told(db):
    """The birthdays on file as lists say them."""
    return [
        str(lunar.said(one.birthday, one.birthday_more, one.birthday_lunar))
        for one in all_of(db, Customer)
    ]


def out(db, path):
    with exports.leaving(db, "all", path) as session:
        registers.customers(session, path)
    return path


@LISTS_OUT
def test_days_without_a_year_come_in_go_out_and_come_back_unchanged(db, tmp_path, language, ending):
    i18n.use(language)
    lunar_ones = ["农历八月十五", "阴历2-30", "腊月廿三"]
    cells = ["10月3日", "10-03", 10.25, *lunar_ones, "2月29号", "1990-10-03"]
    rows = [
        person(客户姓名=f"客户{number}", 手机号=f"1390000200{number}", 生日=cell)
        for number, cell in enumerate(cells)
    ]
    bring_in(db, PERSON, *rows)
    said = {
        "zh_CN": "10月3日,10月3日,10月25日,农历08-15,农历02-30,农历12-23,2月29日,1990-10-03",
        "en": "10-3,10-3,10-25,lunar 08-15,lunar 02-30,lunar 12-23,2-29,1990-10-03",
    }
    assert told(db) == said[language].split(",")
    path = out(db, tmp_path / f"customers.{ending}")
    planned = plan(db, reading.read(path))
    assert not planned.changes
    assert planned.counts[Outcome.SAME] == len(cells)


@story
def zhang(db):
    """Born on 3 October, nobody said in which year; he bought here."""
    with db.write() as session:
        id = builders.a_customer(session, name="张伟", birthday="10-03", address="福田区 1 号")
        builders.a_deal(session, id)
    return id


def test_the_calendar_and_the_card_know_the_day_and_nobody_an_age(db, zhang):
    day = date(2027, 10, 3)
    with db.read() as session:
        found = calendar.entries(session, day, day)
        (entry,) = [one for one in found if one.customer_id == zhang]
    assert entry.about == ""
    with db.write() as session:
        occasions.remember(session, today=day - timedelta(days=3))
    (card,) = [card for card in all_of(db, Card) if card.kind is CardKind.BIRTHDAY]
    assert card.late_on == day


def test_a_list_that_knows_the_year_adds_it_and_one_that_does_not_takes_none_away(db, zhang):
    (number,) = [phone.number for phone in all_of(db, Phone)]
    row = person(客户姓名="张伟", 手机号=number, 生日="1988-10-03")
    planned = bring_in(db, PERSON, row)
    assert planned.rows[1].outcome is Outcome.FILLED
    assert told(db) == ["1988-10-03"]
    row[PERSON.index("生日")] = "10月3日"
    planned = plan(db, book(PERSON, row))
    assert (planned.rows[1].outcome, planned.rows[1].reason) == (Outcome.SAME, "")
    row[PERSON.index("生日")] = "10月4日"
    assert "birthday" in plan(db, book(PERSON, row)).rows[1].changes


def test_three_of_october_or_tenth_of_march_is_asked_once_for_the_column(db):
    rows = [
        person(客户姓名=f"客户{n}", 手机号=f"1390000200{n}", 生日=cell)
        for n, cell in enumerate(["03/10", "04/11"])
    ]
    source = book(PERSON, *rows)
    planned = plan(db, source)
    (asked,) = [one for one in questions.ask(planned) if one.code.startswith("date")]
    days = set()
    for option in asked.options:
        made = plan(db, source, option.answers)
        days.add(tuple(str(person.facts["birthday"]) for person in made.people))
    assert days == {("3-10", "4-11"), ("10-3", "11-4")}


def test_an_edited_day_is_the_one_change(db, zhang, tmp_path):
    path = out(db, tmp_path / "customers.xlsx")
    made = openpyxl.load_workbook(path)
    heads = {cell.value: cell.column for cell in made.active[1]}
    cell = made.active.cell(2, heads["Birthday"])
    assert cell.value == "10-3"
    cell.value = "10-5"
    made.save(path)
    applied = applying.apply(db, plan(db, reading.read(path))).plan
    (row,) = [row for row in applied.rows if row.changes]
    assert set(row.changes) == {"birthday"}
    assert told(db) == ["10-5"]


def test_the_timeline_and_the_report_for_him_know_no_year_that_was_made_up(db, zhang):
    born = ["10-04", "02-30", "1988-10-04"]
    for day, by_moon in zip(born, (False, True, False), strict=True):
        with db.write() as session:
            customers.change(session, zhang, birthday=day, birthday_lunar=by_moon)
        if by_moon:
            continue
        with db.read() as session:
            said = subject.as_json(subject.report(session, zhang, now=NOW))
        assert "1604" not in said
        held = json.loads(said)
        assert held["tables"]["customer"][0]["birthday"] == day
        changes = [row for entry in held["journal"] for row in entry["rows"]]
        assert any((row["after"] or {}).get("birthday") == day for row in changes)
    with db.read() as session:
        told = " ".join(entry.detail for entry in timeline.of_customer(session, zhang))
    for line in (
        "Birthday: 10-03 → 10-04",
        "Birthday: 10-04 → 02-30",
        "Lunar birthday: No → Yes",
        "Birthday: 02-30 → 1988-10-04",
    ):
        assert line in told, told


def test_a_day_of_the_year_that_stands_for_none_has_none(db):
    cells = ["1604-10-03", "1604/10/3", "1604年2月29日", "1604-10-03 00:00:00", "农历1604-08-15"]
    rows = [
        person(客户姓名=f"客户{number}", 手机号=f"1390000200{number}", 生日=cell)
        for number, cell in enumerate(cells)
    ]
    planned = bring_in(db, PERSON, *rows)
    assert [row.reason for row in planned.rows[1:]] == [""] * len(cells)
    assert told(db) == ["10-3", "10-3", "2-29", "10-3", "lunar 08-15"]


def test_a_day_no_month_has_is_refused_in_the_file(db, zhang):
    with db.write() as session, pytest.raises(Invalid, match="February"):
        customers.change(session, zhang, birthday="02-30")
