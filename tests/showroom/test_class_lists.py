"""A class of customers, and the service sample, leave the desk as a list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from showroom import settings
from showroom.figures import class_lists
from showroom.guard import exports
from showroom.people import classes, customers, service_sample
from showroom.people.classes import ContactCard, CustomerCard
from showroom.store import journal, models
from showroom.store.models import Level, Role
from tests import builders as make
from tests.showroom.test_service_sample import LIMITS, OLD
from tests.stories import story

TODAY = make.TODAY


@story
def people(db: Any) -> Any:
    """A buyer with a car, and one who wants to be left in peace."""
    make.stop_clock(db)
    with db.write() as session:
        wang = make.a_member(session)
    with db.write() as session:
        buyer = make.a_customer(session, "张伟", phone="13800138000", consultant_id=wang)
    with db.write() as session:
        make.a_deal(session, buyer)
    with db.write() as session:
        journal.act(session, "vehicle")
        session.add(
            models.Vehicle(
                customer_id=buyer,
                plate="京A12345",
                model="汉 EV",
                plated_on=OLD,
                km=36500,
                km_on=TODAY,
                services=5,
            )
        )
    with db.write() as session:
        silent = make.a_customer(session, "李娜", phone="13900139000", level=Level.WEEK)
        customers.change(session, silent, do_not_contact=True)
    return db, buyer, silent


def save(db: Any, path: Path, ids: list[int]) -> str:
    with db.read() as session:
        shop = settings.load(session)
        found = classes.census(session, shop, today=TODAY)
        count = class_lists.save(session, "Class", ids, found.borders, path, today=TODAY)
    assert count == len(ids)
    return path.read_text("utf-8-sig")


def test_a_class_leaves_with_its_reasons(people: Any, tmp_path: Path) -> None:
    db, buyer, silent = people
    with db.read() as session:
        found = classes.census(session, settings.load(session), today=TODAY)
    assert (found.cards[CustomerCard.ACTIVE], found.cards[ContactCard.WEEK]) == ([buyer], [silent])
    text = save(db, tmp_path / "class.csv", [buyer, silent])
    assert "5 visits to the workshop" in text
    assert "means to buy within 7 days" in text
    assert "218000" in text
    assert "13800138000" in text
    assert "13900139000" not in text  # do not contact


def test_the_sample_leaves_with_its_cars(people: Any, tmp_path: Path) -> None:
    db, _buyer, _silent = people
    path = tmp_path / "sample.csv"
    with db.read() as session:
        found = service_sample.draw(session, LIMITS, today=TODAY)
        assert class_lists.save_sample(session, found, path) == 1
    text = path.read_text("utf-8-sig")
    assert "京A12345" in text
    assert "100" in text
    assert "13800138000" in text


def test_who_may_not_take_out_so_many_takes_out_nothing(people: Any, tmp_path: Path) -> None:
    db, buyer, silent = people
    with db.write() as session:
        boss = make.a_member(session, "陈主管", Role.MANAGER)
        settings.save(session, settings.Settings(export_alone=1, export_two=5))
        make.a_pin(session, boss, "1234", by=boss)
    path = tmp_path / "class.csv"
    with pytest.raises(exports.Refused):
        save(db, path, [buyer, silent])
    assert not path.exists()
