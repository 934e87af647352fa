"""What stands in the search index for a name and a phone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from showroom.people import search
from showroom.store import characters, index
from tests import builders as make


def pieces(digits: str, size: int) -> list[str]:
    return [digits[start : start + size] for start in range(len(digits) - size + 1)]


@given(st.from_regex(r"\+(86)?[1-9][0-9]{6,13}", fullmatch=True))
def test_a_phone_is_found_by_every_three_and_four_digits_in_a_row(number):
    digits = index.national(number)
    wanted = [f"t{piece}" for piece in pieces(digits, 3)] + [f"d{p}" for p in pieces(digits, 4)]
    assert index.phone_tokens(number).split() == [*wanted, f"ft{digits[:3]}", f"zd{digits[-4:]}"]


@given(st.text("ABCDEFGH0123456789", min_size=6, max_size=17))
def test_a_vin_is_found_by_its_end_alone(vin):
    known = index.tokens("", (), (), [index.folded(vin)]).split()
    for size in range(1, len(vin) + 1):
        asked = index.tail(index.folded(vin[-size:]))
        assert (asked in known) == (size >= 4)
    assert len(known) <= 5


def test_a_name_says_how_long_it_is_and_how_it_begins():
    assert {"l2_5f20", "l2_z", "fc5f20", "fi" + "z", "fyzhang"} <= set(
        index.tokens("張 偉", ()).split()
    )
    assert "l4_j" in index.tokens("John", ()).split()
    assert index.tokens("", ()) == ""


def test_each_traditional_character_is_compared_as_one_that_stays_itself():
    table = characters._table()
    assert len(table) > 4000
    for traditional, simple in table.items():
        assert characters.simplified(chr(simple)) == chr(simple)
        assert index.folded(f"王{chr(traditional)}") == f"王{chr(simple)}"
    assert characters.simplified("張偉 abc 〇㛃𬭎 喆堃") == "张伟 abc 〇㛃𬭎 喆堃"


def test_a_model_is_found_however_it_is_said():
    known = set(index._of_label("汉 EV", "Han EV").split())
    for said in ("汉", "汉ev", "ev", "hanev", "hev", "han"):
        assert index.name_tokens(said)[-1] in known, said


def test_a_mobile_is_typed_without_its_country():
    assert index.phone_tokens("+8613812345678").split()[:2] == ["t138", "t381"]
    assert index.phone_tokens("+861065432198").split()[0] == "t010"


def parts(db) -> int:
    """How many segments the index has: its structure record, version 2, second number."""
    with db.read() as session:
        said = "SELECT block FROM customer_fts_data WHERE id = 10"
        return session.connection().exec_driver_sql(said).scalar()[9]


def known(db, *names: str) -> None:
    for name in names:
        with db.write() as session:
            make.a_customer(session, name, phone=make.a_phone())


def test_small_parts_are_put_together_while_nobody_waits_and_not_by_a_save(db):
    known(db, "张伟")
    db.fold()
    known(db, *["李娜"] * 30)
    many = parts(db)
    db.fold()
    assert parts(db) < many >= 30
    with db.read() as session:
        assert len(search.find(session, "李娜", limit=50)) == 30
        assert len(search.find(session, "张伟", limit=50)) == 1
