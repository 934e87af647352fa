"""What tests of the queue of cards begin with: a showroom, and a complaint."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from showroom import choices, settings
from showroom.cards import compose, queue
from showroom.care import complaints
from showroom.deals import closing
from showroom.guard import staff
from showroom.people import customers
from showroom.store.models import (
    Card,
    ChoiceKind,
    Honorific,
    Role,
)

FRIDAY = date(2026, 11, 20)


NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


class Shop:
    """A showroom with two consultants in which deals are closed on a Thursday."""

    def __init__(self, db):
        self.db = db
        db.clock = lambda: NOW
        with db.write() as session:
            self.li = staff.add(session, name="李静", role=Role.RECEPTIONIST).id
            self.wang = staff.add(session, name="王强", role=Role.CONSULTANT).id
            self.zhao = staff.add(session, name="赵磊", role=Role.CONSULTANT).id
            self.model = choices.find_or_add(session, ChoiceKind.MODEL, "汉EV")
        db.staff_id = self.li
        with db.write() as session:
            settings.save(session, settings.Settings(shop_name="城东展厅"))
        self.count = 0

    def customer(self, name="张伟", honorific=Honorific.MR, **fields):
        self.count += 1
        fields = {"address": "城东路 1 号", "postcode": "518000"} | fields
        with self.db.write() as session:
            customer = customers.add(
                session,
                name=name,
                honorific=honorific,
                phone=f"1380013{self.count:04}",
                consultant_id=self.wang,
                now=NOW,
                today=date(2026, 11, 19),
                **fields,
            )
            return customer.id

    def deal(self, customer_id, *, on=date(2026, 11, 19), introducer_id=None):
        """Close a deal on that day; return the cards it made, the buyer's first."""
        with self.db.write() as session:
            deal = closing.close(
                session,
                customer_id=customer_id,
                model_id=self.model,
                price=Decimal(200000),
                ordered_on=on,
                consultant_id=self.zhao,
                introducer_id=introducer_id,
                now=NOW,
                today=on,
            )
            return [card.id for card in session.query(Card).filter_by(deal_id=deal.id)]

    def row(self, id, today=FRIDAY):
        with self.db.read() as session:
            (row,) = queue.rows(session, [id], today=today)
            return row

    def letter(self, id, today=FRIDAY):
        with self.db.read() as session:
            return compose.compose(session, id, today=today)

    def ask(self, function, *args, **options):
        with self.db.read() as session:
            return function(session, *args, **options)

    def do(self, function, *args, **options):
        with self.db.write() as session:
            return function(session, *args, **options)


def complain(session, who, responsible_id):
    said = {"cause_id": choices.first(session, ChoiceKind.COMPLAINT_CAUSE), "words": "慢"}
    return complaints.take(session, who, **said, responsible_id=responsible_id, now=NOW).id
