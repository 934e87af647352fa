"""The agreement that is signed before a drive."""

from __future__ import annotations

from typing import Any

import pytest

from showroom.cards import drive_page
from showroom.cards.drive_page import Agreement
from showroom.door import bookings, cars, testdrives
from tests import builders as make
from tests.builders import NOW, later
from tests.showroom.driving.kit import (
    arrive,
    at,
    begin,
    book,
    row,
)

# --- the agreement


def pages(data: bytes) -> list[str]:
    import io

    import pypdfium2

    paper = pypdfium2.PdfDocument(io.BytesIO(data))
    said = [page.get_textpage().get_text_range() for page in paper]
    paper.close()
    return said


def sheet(**facts: Any) -> Agreement:
    known: dict[str, Any] = {
        "shop": "城东展厅",
        "driver": "欧阳思远 先生",
        "plate": "京A12345",
        "model": "汉EV",
        "start": NOW,
        "until": later(minutes=30),
        "route": "滨河路环线",
        "consultant": "王强",
        "terms": drive_page.default_terms(),
    }
    return Agreement(**(known | facts))


@pytest.mark.language("zh_CN")
def test_the_agreement_says_what_is_agreed_on_one_page():
    (said,) = pages(drive_page.pdf(sheet()))
    for words in ("城东展厅", "欧阳思远", "京A12345", "汉EV", "滨河路环线", "王强", at(), "2026"):
        assert words in said, words
    assert len(drive_page.TERMS) == 6
    assert "6." in said


def test_a_long_text_of_the_shop_goes_on_and_all_sign_on_the_last_page():
    terms = [f"{number}. " + "本店规定，" * 30 for number in range(1, 31)]
    first, *_rest, last = pages(drive_page.pdf(sheet(terms=terms)))
    assert "Test drive agreement" in first
    assert "Signature" in last
    assert "Signature" not in first


@pytest.mark.parametrize(
    "strange", ["", "<b>x</b>", "=1+1", "龘䶮𬭎", "x" * 200, "a\x00b\nc", "{0}%s"]
)
def test_whatever_a_name_or_a_route_is_it_is_text(strange):
    said = drive_page.pdf(sheet(driver=strange, route=strange, shop=strange, terms=[strange]))
    assert said.startswith(b"%PDF")
    if strange.isascii() and strange.isprintable() and len(strange) < 50:
        assert strange in pages(said)[0]


def test_the_sheet_of_a_party_has_the_facts_of_visit_car_and_shop(db, car):
    visit = arrive(db)
    with db.write() as session:
        cars.change(session, car, plate="京A99999")
    with db.read() as session:
        said = drive_page.agreement(
            session, visit_id=visit, car_id=car, start=NOW, route=" 一号线 "
        )
        paper = drive_page.hand_out(session, visit_id=visit, car_id=car, start=NOW, minutes=45)
    assert said[1:5] == ("张伟", "京A99999", "汉EV", NOW)
    assert (said.until, said.route, said.consultant) == (later(minutes=30), "一号线", "王强")
    assert said.terms == drive_page.default_terms()
    assert at(minutes=45) in pages(paper)[0]


def test_a_key_that_is_brought_back_ends_the_drive_it_was_taken_for(db, car):
    visit = arrive(db)
    begin(db, visit, car)
    with db.write() as session:
        (key,) = cars.log(session)
        testdrives.key_back(session, key.id, km=1209, now=later(minutes=20))
    assert row(db, visit).driving is None
    with db.write() as session:
        move = cars.take_key(session, car, staff_id=1, purpose="wash", now=later(hours=1))
        testdrives.key_back(session, move.id, km=1210, now=later(hours=2))
    with db.read() as session:
        assert cars.listed(session)[0].key_out == 0


def test_who_left_no_phone_books_for_this_visit(db, car):
    with db.write() as session:
        visit = make.a_visit(session)
    book(db, car, later(hours=1), visit_id=visit)
    with db.read() as session:
        (kept,) = bookings.booked(session, now=NOW, visit_id=visit)
    assert kept.who == "No name · 王强"
