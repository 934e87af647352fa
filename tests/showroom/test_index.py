"""What stands in the search index for a name and a phone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from showroom.store import index


def pieces(digits: str, size: int) -> list[str]:
    return [digits[start : start + size] for start in range(len(digits) - size + 1)]


@given(st.from_regex(r"\+(86)?[1-9][0-9]{6,13}", fullmatch=True))
def test_a_phone_is_found_by_every_three_and_four_digits_in_a_row(number):
    digits = index.national(number)
    wanted = [f"t{piece}" for piece in pieces(digits, 3)] + [f"d{p}" for p in pieces(digits, 4)]
    assert index.phone_tokens(number).split() == wanted


def test_a_mobile_is_typed_without_its_country():
    assert index.phone_tokens("+8613812345678").split()[:2] == ["t138", "t381"]
    assert index.phone_tokens("+861065432198").split()[0] == "t010"
