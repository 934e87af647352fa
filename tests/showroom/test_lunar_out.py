"""A lunar birthday leaves with its word and comes back as the same day (DOMAIN §5.4)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showroom import i18n, lunar
from showroom.cards import subject_page
from showroom.figures import registers
from showroom.guard import exports, subject
from showroom.people import customers
from showroom.sheets import apply as applying
from showroom.sheets import read as reading
from showroom.store.models import Customer
from tests import builders as make
from tests.amounts import LISTS_OUT, slow_but
from tests.showroom.sheet_kit import NOW, PERSON, all_of, bring_in, outcomes, person, plan

PHONE = "13800138000"


@pytest.fixture
def db(db):
    db.clock = lambda: NOW
    return db


def kept(db: Any) -> dict[str, tuple[date | None, int, bool]]:
    return {
        one.name: (one.birthday, one.birthday_more, one.birthday_lunar)
        for one in all_of(db, Customer)
    }


@LISTS_OUT
def test_a_list_goes_to_another_desk_and_back_with_every_birthday(db, tmp_path, language, ending):
    """Out of one desk, into an empty one (here: everybody was forgotten), the same days again."""
    i18n.use(language)
    days = {"1980-08-15": True, "1981-02-30": True, "1984-02-29": False, "1990-12-30": True}
    with db.write() as session:
        for number, (day, moon) in enumerate(days.items()):
            id = make.a_customer(session, f"客{number}", phone=f"1380013800{number}")
            born = day if day == "1981-02-30" else date.fromisoformat(day)
            customers.change(session, id, birthday=born, birthday_lunar=moon)
    before = kept(db)
    path = tmp_path / f"c.{ending}"
    with exports.leaving(db, "all", path) as session:
        registers.customers(session, path)
    book = reading.read(path)
    said = {cell for row in book.sheets[0].rows for cell in row if "1980-08-15" in str(cell)}
    assert said == {"农历1980-08-15" if language == "zh_CN" else "lunar 1980-08-15"}
    assert not plan(db, book).changes
    with db.write() as session:
        for one in session.query(Customer):
            customers.change(session, one.id, birthday=None, birthday_lunar=False)
    i18n.use("en" if language == "zh_CN" else "zh_CN")  # the other desk speaks otherwise
    for row in book.sheets[0].rows:
        row[-1] = ""  # nothing of ours knows the row again
    applying.apply(db, plan(db, book))
    assert kept(db) == before


HEARD = [
    ("农历1981-08-15", date(1981, 8, 15), 0),
    ("1981年八月十五（农历）", date(1981, 8, 15), 0),
    ("阴历 1981年8月15日", date(1981, 8, 15), 0),
    ("1981.8.15 [旧历]", date(1981, 8, 15), 0),
    ("Lunar: 1981/8/15", date(1981, 8, 15), 0),
    ("1987年闰六月初一", date(1987, 6, 1), 0),
    ("农历1987-闰6-15", date(1987, 6, 15), 0),
    ("1979年腊月廿三", date(1979, 12, 23), 0),
    ("1979年正月三十", date(1979, 1, 30), 0),
    ("农历1979年十一月二十九", date(1979, 11, 29), 0),
    ("农历 1981-02-30", date(1981, 2, 28), 2),
    ("1981-02-30", date(1981, 2, 28), 2),
]


@pytest.mark.parametrize(("said", "day", "more"), slow_but(HEARD[::3], HEARD))
def test_a_lunar_day_is_heard_however_it_is_written(db, said, day, more):
    bring_in(db, PERSON, person(客户姓名="李娜", 手机号=PHONE, 生日=said))
    assert kept(db) == {"李娜": (day, more, True)}


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("农历1981-13-01", "not a date"),
        ("农历1981-08-31", "not a date"),
        ("农历2031-08-15", "has not come yet"),
    ],
)
def test_what_is_no_lunar_day_is_left_out_with_its_reason(db, said, reason):
    planned = plan(db, make_book(said))
    (row,) = [one for one in planned.rows if one.outcome.value == "new"]
    assert reason in row.reason
    assert row.person.facts["birthday"] is None


def make_book(said: str) -> Any:
    from tests.showroom.sheet_kit import book

    return book(PERSON, person(客户姓名="李娜", 手机号=PHONE, 生日=said))


def test_a_list_that_does_not_say_which_calendar_changes_no_lunar_day(db):
    with db.write() as session:
        id = make.a_customer(session, "李娜", phone=PHONE)
        customers.change(session, id, birthday=date(1980, 8, 15), birthday_lunar=True)
    for said in ("1980-08-15", "农历1980-08-15", "lunar 1980-8-15"):
        planned = bring_in(db, PERSON, person(客户姓名="李娜", 手机号=PHONE, 生日=said))
        assert outcomes(planned)[-1] == "same"
        assert kept(db) == {"李娜": (date(1980, 8, 15), 0, True)}
    other = bring_in(db, PERSON, person(客户姓名="李娜", 手机号=PHONE, 生日="1980-08-16"))
    assert "birthday" in other.rows[-1].reason


@given(
    day=st.dates(date(1900, 1, 1), date(2099, 12, 31)).map(date.isoformat)
    | st.sampled_from(["1981-02-29", "1981-02-30", "1984-02-30"])
)
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_day_that_is_said_is_heard_again(day, language):
    i18n.use(language)
    born, more = lunar.kept(day)
    said = lunar.said(born, more, True)
    if int(day[-2:]) > 30:  # no lunar month has a 31st
        assert lunar.heard(str(said)) is None
    else:
        assert lunar.heard(str(said)) == day
    assert lunar.heard(day) is None


def test_the_report_for_the_person_says_so_too(db):
    with db.write() as session:
        id = make.a_customer(session, "李娜", phone=PHONE)
        customers.change(session, id, birthday="1981-02-30", birthday_lunar=True)
    with db.read() as session:
        found = subject.report(session, id, now=NOW)
        person_part = subject_page.parts(session, found)[0]
    assert ("Birthday", "lunar 1981-02-30") in person_part.lines
