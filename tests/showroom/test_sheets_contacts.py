"""Names and phones as people type them into a list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showroom import text
from showroom.sheets import contacts
from showroom.sheets.read import ErrorCell
from showroom.sheets.times import Wrong
from showroom.store.models import Honorific

ERROR = ErrorCell("#N/A")
MR, MS, NONE, COMPANY = Honorific.MR, Honorific.MS, Honorific.NONE, Honorific.COMPANY

# --- phones


@pytest.mark.parametrize(
    "cell",
    [
        13800138000.0,
        13800138000,
        "13800138000",
        "138-0013-8000",
        "138 0013 8000",
        "+8613800138000",
        "0086 13800138000",
        "86 13800138000",
        "１３８００１３８０００",
        "1380013８00０",
        "1380013800٠",
        "\u202a13800138000\u202c",
        "'13800138000",
        "13800138000.0",
        "张先生13800138000",
        "13800138000(妻)",
    ],
)
def test_a_phone_however_it_is_written(cell):
    assert contacts.phones(cell) == ("+8613800138000",)


@pytest.mark.parametrize(
    "cell",
    [
        "13800138000/13972082734",
        "13800138000、13972082734",
        "13800138000 13972082734",
        "1380013800013972082734",
        "13800138000；139-7208-2734",
        "13800138000\n13972082734",
        "13800138000或13972082734",
        "本人13800138000 妻子13972082734",
    ],
)
def test_two_phones_in_a_cell(cell):
    assert contacts.phones(cell) == ("+8613800138000", "+8613972082734")


def test_the_same_phone_twice_is_one():
    assert contacts.phones("13800138000/+86 138 0013 8000") == ("+8613800138000",)


@pytest.mark.parametrize("cell", ["未留", "/", "无", "-", "—", "N/A", "", " ", "不详", "拒留"])
def test_no_phone_was_left(cell):
    assert contacts.phones(cell) == ()


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("1380013800", "1 is missing"),
        (138001380001.0, "1 too many"),
        ("1.38E+10", "Excel shortened this number to 1.38E+10"),
        ("138****8000", "hidden"),
        ("1380013xxxx", "hidden"),
        ("12345678", "area code"),
        ("老王", "digits only"),
        ("12345/67890", "no such phone"),
        (0.5, "not a phone number"),
        (ERROR, "#N/A"),
        ("13800138000/139720827", "2 are missing"),
    ],
)
def test_a_wrong_phone_says_what_is_wrong(cell, sentence):
    found = contacts.phones(cell)
    assert isinstance(found, Wrong)
    assert sentence in found


def test_a_landline_and_another_country_are_phones():
    assert contacts.phones("0755-23456789") == ("+8675523456789",)
    assert contacts.phones("+852 9123 4567") == ("+85291234567",)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["{}", "+86{}", "{}.0"]))
def test_every_mobile_is_what_the_desk_makes_of_it(number, form):
    assert contacts.phones(form.format(number)) == (text.phone(number),)
    assert contacts.phones(float(number)) == (text.phone(number),)


# --- names


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("张伟", ("张伟", NONE, "")),
        ("张 伟", ("张伟", NONE, "")),
        ("张先生", ("张", MR, "")),
        ("欧阳女士", ("欧阳", MS, "")),
        ("李小姐", ("李", MS, "")),
        ("王强先生", ("王强", MR, "")),
        ("女士", ("", MS, "")),
        ("王总", ("王", NONE, "总")),
        ("欧阳经理", ("欧阳", NONE, "经理")),
        ("单超", ("单超", NONE, "")),
        ("文文文", ("文文文", NONE, "")),
        ("公孙昊", ("公孙昊", NONE, "")),
        ("李老师", ("李", NONE, "老师")),
        ("深圳市华强贸易有限公司", ("深圳市华强贸易有限公司", COMPANY, "")),
        ("Mr. John Smith", ("John Smith", MR, "")),
        ("John Smith", ("John Smith", NONE, "")),
        ("未留", ("", NONE, "")),
        ("/", ("", NONE, "")),
        ("=1+1", ("=1+1", NONE, "")),
        (12.0, ("12", NONE, "")),
    ],
)
def test_a_name_and_how_its_bearer_is_addressed(cell, found):
    assert contacts.name(cell) == found


def test_a_name_that_is_none_is_told():
    assert isinstance(contacts.name(ERROR), Wrong)
    assert "at most 100" in contacts.name("长" * 101)
