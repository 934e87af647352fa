"""The rules of cars: inspection since 2022-10-01, first service, warranty, and what cannot be."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showroom import settings
from showroom.care import vehicle_dates as rules
from showroom.errors import Invalid
from showroom.settings import Settings
from showroom.store.models import DateKind
from tests import builders as make

SHOP = Settings()
ANY = st.dates(date(1995, 1, 1), date(2040, 12, 31))


def test_a_car_is_inspected_in_these_years_and_tested_in_two_of_the_first_ten():
    plated = date(2018, 5, 20)
    found = rules.inspections(plated, date(2018, 1, 1), date(2032, 12, 31), SHOP)
    assert [(one.year, one.tested) for one in found] == [
        (2, False),
        (4, False),
        (6, True),
        (8, False),
        (10, True),
        (11, True),
        (12, True),
        (13, True),
        (14, True),
    ]
    assert found[2].day == date(2024, 5, 20)
    assert rules.inspection_words(found[1]) == "4 years · mark only, no test"
    assert rules.inspection_words(found[5]) == "11 years · with a test"


def test_a_car_of_29_february_is_inspected_on_the_28th():
    assert rules.next_inspection(date(2024, 2, 29), date(2025, 1, 1), SHOP).day == date(2026, 2, 28)


def test_a_plate_day_still_to_come_counts_from_itself():
    one = rules.next_inspection(date(2027, 3, 1), date(2026, 11, 18), SHOP)
    assert (one.day, one.year) == (date(2029, 3, 1), 2)


@given(plated=ANY, today=ANY)
def test_there_is_always_a_next_inspection_within_two_years(plated, today):
    one = rules.next_inspection(plated, today, SHOP)
    assert one.day >= max(plated, today)
    assert (one.day - max(plated, today)).days <= 731
    assert one in rules.inspections(plated, one.day, one.day, SHOP)


def test_the_shop_may_change_the_numbers():
    shop = Settings(inspection_marks=[3], inspection_tests=[], service_months=6)
    found = rules.inspections(date(2020, 1, 1), date(2020, 1, 1), date(2025, 12, 31), shop)
    assert [(one.year, one.tested) for one in found] == [(3, False), (4, True), (5, True)]
    assert rules.first_service(date(2026, 8, 31), shop) == date(2027, 2, 28)


def test_service_warranty_insurance_and_licence():
    got = date(2026, 11, 18)
    assert rules.first_service(got, SHOP) == date(2027, 2, 18)
    assert rules.warranty_ends(got, SHOP) == {
        "return": date(2028, 11, 18),
        "repair": date(2029, 11, 18),
    }
    assert rules.insured_until(got, SHOP) == date(2027, 11, 18)
    assert rules.licence_until(date(2027, 1, 5), SHOP) == date(2037, 1, 5)


def test_a_car_that_runs_far_comes_earlier():
    got = date(2026, 9, 1)
    assert rules.day_of_km(5_000, got, 3_000, date(2026, 10, 1)) == date(2026, 10, 21)
    assert rules.day_of_km(5_000, got, None, None) is None
    assert rules.day_of_km(5_000, got, 3_000, got) is None
    assert rules.day_of_km(5_000, got, 0, date(2026, 10, 1)) is None
    assert rules.day_of_km(1_000_000, got, 1, date(2026, 10, 1)) is None


@pytest.mark.parametrize(
    ("kind", "day", "said"),
    [
        (DateKind.LICENCE, date(1990, 5, 1), "cancelled"),
        (DateKind.INSURANCE, date(2024, 1, 1), "before the car was on the road"),
        (DateKind.FIRST_SERVICE, date(2024, 6, 1), "before the car was on the road"),
        (DateKind.INSPECTION, date(2025, 6, 1), "over a year ago"),
        (DateKind.INSURANCE, date(2062, 6, 1), "check the year"),
        (DateKind.INSURANCE, date(2027, 6, 1), ""),
        (DateKind.LICENCE, date(2026, 6, 1), ""),
        (DateKind.LICENCE, date(2024, 6, 1), "cancelled"),
    ],
)
def test_a_day_that_cannot_be_is_said_in_one_sentence(kind, day, said):
    found = rules.over(kind, day, since=date(2024, 6, 1), today=make.TODAY)
    assert said in found
    assert bool(found) == bool(said)


def test_every_rule_names_its_source_and_numbers_there_are():
    for rule in rules.RULES:
        assert rule.title
        assert rule.source
        assert all(hasattr(SHOP, name) for name in rule.numbers)
    assert {rule.kind for rule in rules.RULES} == set(DateKind)


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("service_months", 0, "service_months"),
        ("inspection_tests", [5], "inspection_tests"),
        ("inspection_marks", [0, 6, 10], "inspection_marks"),
        ("date_leads", {"insurance": [400]}, "lead_insurance"),
    ],
)
def test_numbers_that_cannot_be_are_said_beside_their_field(db, name, value, field):
    shop = Settings()
    setattr(shop, name, value)
    with db.write() as session, pytest.raises(Invalid) as refused:
        settings.save(session, shop)
    assert field in refused.value.problems
