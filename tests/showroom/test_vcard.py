"""Customers as vCards: for a phone's address book, and only of whom it may call."""

from __future__ import annotations

import pytest

from showroom.errors import ShowroomError
from showroom.figures import registers
from showroom.people import customers, phones
from showroom.sheets import vcard
from showroom.store.models import Role
from tests import builders as b
from tests.rigs.naughty import STRINGS
from tests.stories import story


@story
def shop(db):
    b.stop_clock(db)
    with db.write() as session:
        one = b.a_customer(session, "张伟", phone="13800138000")
        two = b.a_customer(session, "李娜", phone="13900139000")
        customers.change(session, two, do_not_contact=True)
        phones.add(session, one, "010-62345678")
    return db, one, two


def test_several_numbers_stand_on_one_card_and_who_must_not_be_called_on_none(shop, tmp_path):
    db, one, two = shop
    path = tmp_path / "people.vcf"
    with db.read() as session:
        assert registers.customers(session, path, ids=[one, two]) == 1
    said = path.read_bytes().decode()
    assert said.count("BEGIN:VCARD\r\nVERSION:3.0\r\n") == said.count("END:VCARD\r\n") == 1
    assert "FN:张伟\r\n" in said
    assert "TEL;TYPE=CELL:13800138000\r\n" in said
    assert "TEL;TYPE=WORK:01062345678\r\n" in said
    assert "13900139000" not in said


def test_hidden_numbers_make_no_card(shop, tmp_path):
    db, one, _two = shop
    with db.write() as session:
        chief = b.a_member(session, "陈主管", Role.MANAGER)
        desk = b.a_member(session, "李静", Role.RECEPTIONIST)
        b.a_pin(session, chief, "246810", by=chief)
        b.a_pin(session, desk, "135790", by=chief)
    db.staff_id = desk
    path = tmp_path / "people.vcf"
    with db.read() as session, pytest.raises(ShowroomError, match="nothing to write"):
        registers.customers(session, path, ids=[one])
    assert not path.exists()


def test_no_name_breaks_out_of_its_line():
    for words in [*STRINGS, "a\nEND:VCARD\nTEL:1", "a;b,c\\d", "长" * 200]:
        stays_in_its_line(words)


def stays_in_its_line(words):
    made = vcard.card(vcard.Person(words, ["13800138000"], note=words, address=words))
    lines = made.split("\r\n")
    assert lines[0] == "BEGIN:VCARD"
    assert [line for line in lines if line.startswith(("END", "TEL"))] == [
        "TEL;TYPE=CELL:13800138000",
        "END:VCARD",
    ]
    assert all(len(line.encode()) <= vcard.FOLD for line in lines)
    assert "\n" not in made.replace("\r\n", "")
    whole = made.replace("\r\n ", "")
    assert whole.count("\r\n") == whole.count("\n")


@pytest.mark.parametrize("day", ["1981-02-30", "1981-08-15"])
def test_a_lunar_birthday_stands_in_the_note_for_a_phone_knows_the_sun_alone(shop, tmp_path, day):
    db, one, _two = shop
    with db.write() as session:
        customers.change(session, one, birthday=day, birthday_lunar=True)
    path = tmp_path / "people.vcf"
    with db.read() as session:
        registers.customers(session, path, ids=[one])
    said = path.read_bytes().decode()
    assert "BDAY" not in said
    assert f"Birthday lunar {day}" in said
