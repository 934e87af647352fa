"""Who belongs together and stays two: couples, families, friends, colleagues, companies.

A relation stands once and is read from both sides; of a company the one works there, the other has
people.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from showroom import words
from showroom.errors import Invalid, ShowroomError
from showroom.guard import mask
from showroom.i18n import N_, _
from showroom.people import customers
from showroom.store import journal
from showroom.store.models import Customer, Kinship, Relation, Status
from showroom.text import clean

LONGEST: Final = 200
PEOPLE: Final = "people"
"""The other way round of `Kinship.COMPANY`: this one is the company, the other works there."""
KINDS: Final = {
    Kinship.COUPLE.value: N_("Couple"),
    Kinship.FAMILY.value: N_("Family member"),
    Kinship.FRIEND.value: N_("Friend"),
    Kinship.COLLEAGUE.value: N_("Colleague"),
    Kinship.COMPANY.value: N_("Works at"),
    PEOPLE: N_("Works here"),
}
"""What the other one is to a customer: a code, and its word in his file."""


class Kin(NamedTuple):
    """Somebody who belongs to a customer, as his file shows it; `kind` is a code of `KINDS`."""

    id: int
    other_id: int
    name: str
    kind: str
    note: str

    @property
    def word(self) -> str:
        """What the other one is to him."""
        return _(KINDS[self.kind])


def of_customer(session: Session, customer_id: int) -> list[Kin]:
    """The people of a customer, the nearest first; who was erased is left out."""
    found = session.execute(
        select(Relation, Customer)
        .join(
            Customer,
            or_(
                (Relation.customer_id == customer_id) & (Customer.id == Relation.other_id),
                (Relation.other_id == customer_id) & (Customer.id == Relation.customer_id),
            ),
        )
        .where(
            or_(Relation.customer_id == customer_id, Relation.other_id == customer_id),
            Customer.erased_at.is_(None),
        )
        .order_by(Relation.id)
    ).all()
    whole = customer_id in mask.seen(session, [customer_id])
    kin = [
        Kin(
            row.id,
            other.id,
            words.called(other.name, other.honorific) or _("No name"),
            _seen_by(row, customer_id),
            mask.text(row.note, whole=whole),
        )
        for row, other in found
    ]
    order = list(KINDS)
    return sorted(kin, key=lambda one: order.index(one.kind))


def _seen_by(row: Relation, customer_id: int) -> str:
    """What the other one is to this customer."""
    if row.kind is Kinship.COMPANY and row.other_id == customer_id:
        return PEOPLE
    return row.kind.value


def link(
    session: Session, customer_id: int, other_id: int, kind: str, *, note: str = "", now: datetime
) -> Relation:
    """Note that two customers belong together: `kind` is what the other one is to the first.

    Both stay as they are. Raises `Invalid` beside `other` for himself, for a guest who left no
    contact and for who is linked already; beside `kind` when none is chosen.
    """
    customer = customers.on_file(session, customer_id)
    other = customers.on_file(session, other_id)
    problem = ""
    if customer_id == other_id:
        problem = _("That is he himself: choose somebody else.")
    elif _is_guest(customer) or _is_guest(other):
        problem = _(
            "A guest who left no contact cannot be linked: enter his phone or WeChat first."
        )
    else:
        known = {one.other_id: one for one in of_customer(session, customer_id)}
        if other_id in known:
            problem = _("They are linked already: {kind}.").format(kind=known[other_id].word)
    if problem:
        raise Invalid({"other": problem})
    if kind not in KINDS:
        raise Invalid({"kind": _("Choose how they belong together.")})
    journal.act(session, "relate", customer)
    here, there = (other_id, customer_id) if kind == PEOPLE else (customer_id, other_id)
    relation = Relation(
        customer_id=here, other_id=there, kind=_kept(kind), note=_note(note), noted_at=now
    )
    session.add(relation)
    session.flush()
    return relation


def change(
    session: Session, relation_id: int, customer_id: int, kind: str, *, note: str = ""
) -> None:
    """Correct how two belong together, as the file of `customer_id` shows it. Raises as `link`."""
    row = _there(session, relation_id)
    customer = customers.on_file(session, customer_id)
    if kind not in KINDS:
        raise Invalid({"kind": _("Choose how they belong together.")})
    other_id = row.other_id if row.customer_id == customer_id else row.customer_id
    journal.act(session, "relate", customer)
    row.customer_id, row.other_id = (
        (other_id, customer_id) if kind == PEOPLE else (customer_id, other_id)
    )
    row.kind, row.note = _kept(kind), mask.meant(_note(note), row.note)


def unlink(session: Session, relation_id: int, customer_id: int) -> None:
    """Take a relation away, from the file of `customer_id`; both customers stay."""
    row = _there(session, relation_id)
    journal.act(session, "relate", session.get_one(Customer, customer_id))
    session.delete(row)


def _there(session: Session, relation_id: int) -> Relation:
    row = session.get(Relation, relation_id)
    if row is None:
        raise ShowroomError(_("This link is no longer there."))
    return row


def _kept(kind: str) -> Kinship:
    return Kinship.COMPANY if kind == PEOPLE else Kinship(kind)


def _note(note: str) -> str:
    said = clean(note)
    if len(said) > LONGEST:
        raise Invalid({"note": _("At most {count} characters.").format(count=LONGEST)})
    return said


def _is_guest(customer: Customer) -> bool:
    """Whether he left no contact so far: the next visit may show that he is somebody else."""
    return customer.contact_on is None and customer.status is Status.VISITED
