"""A desk with one of each role, and what the trail says of what they did."""

from __future__ import annotations

from showroom import settings
from showroom.door import reception
from showroom.figures import registers
from showroom.guard import amends, entries, exports
from showroom.store.models import (
    Role,
)
from tests import builders as make

CREW = {
    Role.RECEPTIONIST: ("李静", "1111"),
    Role.CONSULTANT: ("王强", "2222"),
    Role.MANAGER: ("周敏", "3333"),
    Role.OWNER: ("孙悦", "4444"),
}
KEEPERS = (Role.MANAGER, Role.OWNER)
OTHERS = (Role.RECEPTIONIST, Role.CONSULTANT)


def hire(db):
    """One of each role, a customer with a deal, and a list of two; nobody has a PIN yet."""
    make.stop_clock(db)
    with db.write() as session:
        people = {role: make.a_member(session, name, role) for role, (name, _pin) in CREW.items()}
        make.a_model(session)
    with db.write() as session:
        make.a_deal(session, make.a_customer(session))
    return people


def arm(db):
    """The same desk, where everybody has a PIN and nobody sits."""
    crew = hire(db)
    for role in (*KEEPERS, *OTHERS):
        _name, pin = CREW[role]
        with db.write() as session:
            make.a_pin(session, crew[role], pin, by=crew[Role.MANAGER])
    return crew


def noted(db):
    """The newest entry of the trail, as it is read."""
    with db.read() as session:
        return entries.rows(session, entries.find(session)[:1])[0]


# --- what is done, and what must be there before


def save_settings(db, **facts):
    with db.write() as session:
        shop = settings.load(session)
        for name, value in (facts or {"shop_name": "Long Road Cars"}).items():
            setattr(shop, name, value)
        settings.save(session, shop)


def come_in(db):
    with db.write() as session:
        reception.arrive(session, people=2, now=db.now())


def undo(db):
    with db.write() as session:
        amends.undo(session)


def redo(db):
    with db.write() as session:
        amends.redo(session)


def as_manager(*deeds):
    """What the manager did before somebody else sits down."""

    def prepare(db, people):
        held, db.staff_id = db.staff_id, people[Role.MANAGER]
        for deed in deeds:
            deed(db)
        db.staff_id = held

    return prepare


def take_out(db):
    with exports.leaving(db, "Customers", db.path.parent / "out.csv") as session:
        registers.customers(session, db.path.parent / "out.csv")
