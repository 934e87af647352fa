"""A name typed with its title is a name and an honorific; what a company is called stays whole."""

from __future__ import annotations

import pytest

from showroom.people import titles
from showroom.store.models import Honorific

MR, MS, COMPANY, NONE = Honorific.MR, Honorific.MS, Honorific.COMPANY, Honorific.NONE


@pytest.mark.parametrize(
    ("typed", "name", "honorific"),
    [
        ("张伟先生", "张伟", MR),
        ("张老先生", "张", MR),
        ("周太太", "周", MS),
        ("Ms. Lee", "Lee", MS),
        ("mr 王", "王", MR),
        ("先生", "先生", None),
        ("MS 科技", "MS 科技", None),
        ("Mr Price Ltd", "Mr Price Ltd", None),
        ("Mr Price & Co.", "Mr Price & Co.", None),
    ],
)
def test_a_title_goes_with_the_name(typed, name, honorific):
    found = titles.heard(typed, NONE)
    assert (found["name"], found.get("honorific")) == (name, honorific)


def test_a_company_is_called_as_it_is_called():
    assert titles.heard("广东好太太", COMPANY) == {"name": "广东好太太"}
    assert titles.heard("广东好太太", MS)["name"] == "广东好"
