"""Who buys, what is clicked and what is read on the page of cards."""

from __future__ import annotations

from datetime import UTC, date, datetime

from PySide6.QtCore import Qt

from showroom.store.models import Action, Card
from tests import builders

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def sell(db, name, on=date(2026, 11, 19), **facts):
    facts = {"address": "深圳市莲花路 1 号", "postcode": "518000"} | facts
    with db.write() as session:
        buyer = builders.a_customer(session, name, **facts)
    with db.write() as session:
        builders.a_deal(session, buyer, ordered_on=on, today=on)
    return buyer


def click(qtbot, button):
    assert button.isVisible()
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def names(table):
    return [table.rows.row(number).customer for number in range(table.rows.rowCount())]


def cards(db):
    with db.read() as session:
        return session.query(Card).order_by(Card.id).all()


def last_action(db):
    with db.read() as session:
        return session.query(Action).order_by(Action.id.desc()).first()
