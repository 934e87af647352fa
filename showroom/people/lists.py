"""Named lists (名单): who fits a rule that is looked up anew each time, and who was put on by hand.

A list may have both. Who is erased is on none.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from showroom.errors import Invalid, ShowroomError
from showroom.guard import staff
from showroom.i18n import _
from showroom.people import filters, search
from showroom.people.filters import Filter
from showroom.store import images, journal
from showroom.store.models import Customer, Event, ListEntry, NamedList
from showroom.text import clean, narrow

LONGEST_NAME: Final = 60


class ListRow(NamedTuple):
    """One list: `rule` in words ("" for none), `by_hand` how many were put on, who made it, when.

    `problem` says why the rule may find nobody any more.
    """

    id: int
    name: str
    rule: str
    by_hand: int
    by: str
    made_at: datetime
    problem: str


class Taken(NamedTuple):
    """What became of taking rows off: so many went, so many stand there by the rule."""

    off: int
    by_rule: int


# --- reading


def rows(session: Session) -> list[ListRow]:
    """All lists by name, without who is on them: see `count` and `members`."""
    by_hand = dict(
        session.execute(
            select(ListEntry.list_id, func.count())
            .join(Customer, Customer.id == ListEntry.customer_id)
            .where(Customer.erased_at.is_(None))
            .group_by(ListEntry.list_id)
        ).all()
    )
    names = staff.names(session)
    found = []
    for one in session.scalars(select(NamedList).order_by(NamedList.name, NamedList.id)):
        rule, problem = _rule_words(session, one.rule)
        by = names.get(one.staff_id or 0, "")
        found.append(
            ListRow(one.id, one.name, rule, by_hand.get(one.id, 0), by, one.made_at, problem)
        )
    return found


def _rule_words(session: Session, rule: str) -> tuple[str, str]:
    """The rule in words, and what is wrong with it."""
    try:
        said = filters.said(session, filters.of_rule(rule))
    except ShowroomError as error:
        return "?", str(error)
    return " · ".join(one.words for one in said), " ".join(one.problem for one in said).strip()


def members(session: Session, list_id: int, *, today: date) -> list[int]:
    """Ids of who is on a list today, last visit first. Raises `ShowroomError` when it is gone."""
    one = get(session, list_id)
    return search.find(session, where=[_on_it(one, today)], broad=_is_broad(one.rule))


def of_customer(session: Session, customer_id: int, *, today: date) -> list[str]:
    """The names of the lists somebody is on today."""
    one = select(Customer.id).where(Customer.id == customer_id)
    return [
        each.name
        for each in session.scalars(select(NamedList).order_by(NamedList.name, NamedList.id))
        if session.scalar(one.where(_on_it(each, today))) is not None
    ]


def count(session: Session, list_id: int, *, today: date) -> int:
    """How many are on a list today."""
    query = select(func.count()).select_from(Customer)
    on_it = _on_it(get(session, list_id), today)
    return session.scalar(query.where(Customer.erased_at.is_(None), on_it)) or 0


def _on_it(one: NamedList, today: date) -> ColumnElement[bool]:
    """Who is on a list, as a condition of a query that has `Customer`."""
    by_hand = Customer.id.in_(select(ListEntry.customer_id).where(ListEntry.list_id == one.id))
    try:
        wanted = filters.conditions(filters.of_rule(one.rule), today=today)
    except ShowroomError:
        wanted = []
    return or_(by_hand, and_(*wanted) if wanted else false())


def _is_broad(rule: str) -> bool:
    """Whether most customers fit a rule."""
    try:
        return bool(rule) and filters.of_rule(rule).broad
    except ShowroomError:
        return False


def get(session: Session, list_id: int) -> NamedList:
    """The list. Raises `ShowroomError` when it is gone."""
    one = session.get(NamedList, list_id)
    if one is None:
        raise ShowroomError(_("This list is no longer there."))
    return one


# --- changing


def add(
    session: Session,
    name: str,
    *,
    wanted: Filter | None = None,
    ids: Collection[int] = (),
    now: datetime,
) -> NamedList:
    """A new list, of who fits `wanted`, of these customers, or both.

    Raises `Invalid` beside `name` when it is empty or taken, `ShowroomError` when the filter says
    nothing.
    """
    name = _free_name(session, name)
    made = NamedList(
        name=name,
        rule="" if wanted is None else filters.rule(wanted),
        staff_id=session.info["staff_id"],
        made_at=now,
    )
    journal.act(session, "list", made)
    session.add(made)
    session.flush()
    _put(session, made.id, ids)
    return made


def rename(session: Session, list_id: int, name: str) -> None:
    """Call a list otherwise. Raises `Invalid` beside `name`."""
    one = get(session, list_id)
    name = _free_name(session, name, besides=list_id)
    journal.act(session, "list", one)
    one.name = name


def set_rule(session: Session, list_id: int, wanted: Filter | None) -> None:
    """Give a list another rule, or none; who was put on by hand stays."""
    one = get(session, list_id)
    journal.act(session, "list", one)
    one.rule = "" if wanted is None else filters.rule(wanted)


def delete(session: Session, list_id: int) -> None:
    """Take a list away; the customers stay. Undo brings it back with all who were on it."""
    one = get(session, list_id)
    journal.act(session, "list", one)
    for event in session.scalars(select(Event).where(Event.club_id == list_id)):
        event.club_id = None
    session.flush()
    entries = session.scalars(select(ListEntry.id).where(ListEntry.list_id == list_id)).all()
    journal.delete_many(session, ListEntry, entries)
    session.delete(session.get_one(NamedList, list_id))


def put_on(session: Session, list_id: int, ids: Collection[int]) -> int:
    """Put customers on a list by hand; returns how many were not on it by hand yet."""
    journal.act(session, "list", get(session, list_id))
    return _put(session, list_id, ids)


def _put(session: Session, list_id: int, ids: Collection[int]) -> int:
    there = set(session.scalars(select(ListEntry.customer_id).where(ListEntry.list_id == list_id)))
    wanted = [id for id in dict.fromkeys(ids) if id not in there]
    known = _known(session, wanted)
    new = [{"list_id": list_id, "customer_id": id} for id in wanted if id in known]
    return len(journal.insert_many(session, ListEntry, new))


def _known(session: Session, ids: Sequence[int]) -> set[int]:
    """Those of them who are in the file."""
    found: set[int] = set()
    for where, values in images.blocks("id", ids):
        found.update(
            id
            for (id,) in session.connection().exec_driver_sql(
                f"SELECT id FROM customer WHERE {where} AND erased_at IS NULL", values
            )
        )
    return found


def take_off(session: Session, list_id: int, ids: Collection[int], *, today: date) -> Taken:
    """Take customers off a list; who fits its rule stands there still."""
    one = get(session, list_id)
    journal.act(session, "list", one)
    wanted = set(ids)
    entries = session.execute(
        select(ListEntry.id, ListEntry.customer_id).where(ListEntry.list_id == list_id)
    ).all()
    going = [id for id, customer_id in entries if customer_id in wanted]
    journal.delete_many(session, ListEntry, going)
    left = wanted.intersection(members(session, list_id, today=today)) if one.rule else set()
    return Taken(len(going), len(left))


def _free_name(session: Session, name: str, *, besides: int = 0) -> str:
    name = clean(narrow(name))
    if not name:
        raise Invalid({"name": _("Give the list a name.")})
    if len(name) > LONGEST_NAME:
        sentence = _("A name of a list has at most {count} characters.")
        raise Invalid({"name": sentence.format(count=LONGEST_NAME)})
    for id, taken in session.execute(select(NamedList.id, NamedList.name)):
        if id != besides and taken.casefold() == name.casefold():
            sentence = _("There is a list called {name} already: choose another name.")
            raise Invalid({"name": sentence.format(name=taken)})
    return name
