"""Taking back, with what follows when two customers are two again.

The journal puts every row back where it was; what was edited since stays and is named. What came
since stays with the one who kept his line: his visits are first or again by his own days then, and
both have a next contact.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import func, literal_column, select
from sqlalchemy.orm import Session

from showroom import dates, words
from showroom.guard import amends, consent, staff
from showroom.i18n import _
from showroom.people import again, pairs, promises
from showroom.store import images, journal
from showroom.store.journal import Undone
from showroom.store.models import Action, Change, Customer, Honorific, Visit
from showroom.store.undoing import effects

_DAYS = ("first_visit_on", "last_visit_on")


class Merged(NamedTuple):
    """A merge that stands: `id` is its action, `gone` how the other one was called."""

    id: int
    customer_id: int
    name: str
    gone: str
    at: Any
    by: str


def undo(session: Session, action_id: int | None = None) -> Undone:
    """Take an action back (`guard.amends.undo`); after a merge both are put in order."""
    undone = amends.undo(session, action_id)
    if undone.verb == "merge":
        _settle(session, undone)
    return undone


def merged(session: Session, *, limit: int = 200) -> list[Merged]:
    """The merges that stand, the newest first; one that was undone and done again stands."""
    made = session.scalars(
        select(Action)
        .where(Action.verb == "merge", Action.subject_id.is_not(None))
        .order_by(Action.id.desc())
    ).all()
    undone = journal.fallen(session, [action.id for action in made])
    found = [action for action in made if action.id not in undone][:limit]
    names = staff.names(session)
    people = {
        one.id: one
        for one in session.scalars(
            select(Customer).where(Customer.id.in_([action.subject_id for action in found]))
        )
    }
    images_of = _gone_of(session, [action.id for action in found])
    rows = []
    for action in found:
        person = people.get(action.subject_id or 0)
        if person is None or person.erased_at is not None:
            continue
        gone = images_of.get(action.id, {})
        honorific = Honorific(gone.get("honorific", Honorific.NONE))
        rows.append(
            Merged(
                action.id,
                person.id,
                words.called(person.name, person.honorific) or _("No name"),
                words.called(gone.get("name", ""), honorific) or _("No name"),
                action.at,
                names.get(action.staff_id or 0, ""),
            )
        )
    return rows


def _gone_of(session: Session, ids: list[int]) -> dict[int, dict[str, Any]]:
    """Whose line went with each of these merges, as it stood; nothing once he was erased."""
    found = session.execute(
        select(Change.action_id, Change.before).where(
            Change.action_id.in_(ids),
            literal_column("+change.table_name") == "customer",  # not all that ever became of them
            Change.after.is_(None),
            Change.before.is_not(None),
        )
    )
    return {action_id: images.load(before) or {} for action_id, before in found}


# --- what follows


def _settle(session: Session, undone: Undone) -> None:
    """First or again, the days of the visits and the next contact of both, as they are now."""
    now = session.info["now"]
    keeper_id = undone.subject_id
    back = session.scalar(
        select(Change.row_id).where(
            Change.action_id == undone.action_id,
            Change.table_name == "customer",
            Change.after.is_(None),
        )
    )
    if any(row.table == "customer" and row.id == keeper_id for row in undone.kept):
        _put_back(session, undone)
    both = [id for id in (keeper_id, back) if id is not None]
    for id in both:
        customer = session.get(Customer, id)
        if customer is None or customer.erased_at is not None:
            continue
        again.reckon(session, customer.id, anew=_came_since(session, customer.id, undone))
        consent.stop(session, [customer.id], now=now)
        promises.resume(session, customer, today=dates.local_day(now))
    pairs.look_at(session, both, now=now)
    session.flush()


def _put_back(session: Session, undone: Undone) -> None:
    """His own line was edited since, as by a new visit: what was not edited goes back all the same.

    The days of his visits are those of before, and of what came since.
    """
    assert undone.subject_id is not None
    customer = session.get_one(Customer, undone.subject_id)
    changes = session.execute(
        select(Change.table_name, Change.row_id, Change.before, Change.after)
        .where(
            Change.action_id == undone.action_id,
            Change.table_name == "customer",
            Change.row_id == customer.id,
        )
        .order_by(Change.id)
    ).all()
    effect = effects(changes).get(("customer", customer.id))
    after = effect.after if effect is not None else None
    if effect is None or effect.before is None or after is None:
        return
    table = images.named("customer")
    assert table is not None
    is_now = images.current(session.connection(), table, [customer.id])[customer.id]
    since = session.execute(
        select(func.min(Visit.day), func.max(Visit.day)).where(
            Visit.id.in_(_came_since(session, customer.id, undone))
        )
    ).one()
    for name, value in effect.before.items():
        if name in _DAYS or is_now[name] == after.get(name):
            setattr(customer, name, _read(Customer, name, value))
    for name, day, which in zip(_DAYS, since, (min, max), strict=True):
        if name in effect.before and day is not None:
            stood = getattr(customer, name)
            setattr(customer, name, day if stood is None else which(stood, day))
    session.flush()


def _came_since(session: Session, customer_id: int, undone: Undone) -> set[int]:
    """The visits that became this customer's after the merge."""
    his = select(Visit.id).where(Visit.customer_id == customer_id)
    came = session.scalars(
        select(Change.row_id).where(
            Change.table_name == "visit",
            Change.action_id > undone.action_id,
            Change.action_id < session.info["action"].id,
            Change.row_id.in_(his),
            func.json_extract(Change.after, "$.customer_id") == customer_id,
        )
    )
    return set(came)


def _read(model: Any, name: str, value: Any) -> Any:
    """A value of an image as the program has it."""
    column = model.__table__.columns[name]
    dialect = images._dialect
    maker = column.type.dialect_impl(dialect).result_processor(dialect, None)
    return value if maker is None else maker(value)
