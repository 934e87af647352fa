"""Who is meant by a row: somebody on file, somebody named earlier in the file, or somebody new."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import lunar, text
from showroom.dates import When
from showroom.store.index import folded
from showroom.store.listed import listed
from showroom.store.models import Customer, Honorific, Level, Phone, Status

FACTS = (
    "name honorific title status level consultant_id model_id channel_id wechat address postcode "
    "birthday note do_not_contact first_visit_on last_visit_on"
).split()
_BLANK: dict[str, Any] = {
    **dict.fromkeys(FACTS),
    **dict.fromkeys(("name", "title", "wechat", "address", "postcode", "note"), ""),
    "honorific": Honorific.NONE,
    "status": Status.OPEN,
    "level": Level.UNRATED,
    "do_not_contact": False,
}


class Person:
    """A customer as the file leaves him; `id` is nothing for a new one.

    `row` is the sheet and row that named him first; `swapped` are numbers that take the place of
    others; `promised` is when he is to be contacted, where a file says so.
    """

    __slots__ = (
        *("changed", "created_at", "facts", "id", "new_phones", "phones", "promised", "row"),
        "swapped",
    )

    def __init__(self, id: int | None, facts: dict[str, Any], phones: tuple[str, ...] = ()) -> None:
        self.id = id
        self.facts = facts
        self.phones = phones
        self.new_phones: tuple[str, ...] = phones if id is None else ()
        self.swapped: dict[str, str] = {}
        self.changed: dict[str, Any] = {}
        self.created_at: datetime | None = None
        self.row: tuple[int, int] | None = None
        self.promised: When | None = None

    @property
    def name(self) -> str:
        """His name as far as it is known."""
        found: str = self.facts["name"]
        return found

    def put(self, fact: str, value: Any) -> None:
        """Note a fact, whatever stood there."""
        if self.facts[fact] != value:
            self.facts[fact] = value
            if self.id is not None:
                self.changed[fact] = value

    def fill(self, fact: str, value: Any) -> bool:
        """Note a fact where nothing stood, or a birthday without its year; tells whether it did."""
        known, blank = self.facts[fact], _BLANK[fact]
        if value is None or value in (known, blank):
            return False
        if known != blank and not (fact == "birthday" and _adds_year(known, value)):
            return False
        self.put(fact, value)
        return True

    def fill_name(self, name: str) -> bool:
        """A whole name takes the place of nothing and of a bare surname."""
        if self.name and name != self.name and text.surname(name) == self.name:
            self.put("name", name)
            return True
        return self.fill("name", name)

    def differs(self, fact: str, value: Any) -> bool:
        """Whether the file says something else than what stands there."""
        known = self.facts[fact]
        if value is None or value == _BLANK[fact] or known in (_BLANK[fact], value):
            return False
        if fact != "birthday":
            return True
        # the same day without the word: most lists do not say which calendar they mean
        same = isinstance(known, str) and isinstance(value, date)
        same = same and lunar.heard(known) == value.isoformat()
        return not (same or lunar.same_day(known, value))

    def add_phones(self, numbers: Iterable[str]) -> bool:
        """Note further numbers; tells whether one was new."""
        new = tuple(number for number in numbers if number not in self.phones)
        self.phones += new
        self.new_phones += new
        return bool(new)


class People:
    """Everybody the file may mean, by phone and WeChat."""

    def __init__(
        self,
        session: Session,
        numbers: Iterable[str],
        wechats: Iterable[str],
        ids: Iterable[int] = (),
    ) -> None:
        self.all: list[Person] = []
        self._by: dict[str, list[Person]] = {}
        self._of: dict[int, Person] = {}
        self._load(session, sorted(set(numbers)), sorted(set(wechats)), sorted(set(ids)))

    def _load(
        self, session: Session, numbers: list[str], wechats: list[str], ids: list[int]
    ) -> None:
        moon = [Customer.birthday_more, Customer.birthday_lunar]
        columns = [*moon, *(getattr(Customer, fact) for fact in FACTS)]
        known = self._of
        found: list[Any] = []
        if numbers:
            by_phone = select(Phone.number, Customer.id, *columns).join_from(Phone, Customer)
            last_first = (Customer.last_visit_on.desc().nulls_last(), Customer.id.desc())
            found += session.execute(
                by_phone.where(Phone.number.in_(listed(numbers))).order_by(*last_first)
            )
        if wechats:
            by_wechat = select(Customer.wechat, Customer.id, *columns)
            found += session.execute(by_wechat.where(Customer.wechat.in_(listed(wechats))))
        if ids:
            asked = select(Customer.wechat, Customer.id, *columns)
            found += session.execute(asked.where(Customer.id.in_(listed(ids))))
        for handle, id, more, by_moon, *facts in found:
            if id not in known:
                told = dict(zip(FACTS, facts, strict=True))
                told["birthday"] = lunar.said(told["birthday"], more, by_moon)
                known[id] = Person(id, told)
                self.all.append(known[id])
            elif not handle or known[id] in self._by.get(handle, ()):
                continue
            if handle.startswith("+"):
                known[id].phones += (handle,)
            if handle:
                self._by.setdefault(handle, []).append(known[id])
        if known:
            every = select(Phone.customer_id, Phone.number).order_by(Phone.position, Phone.id)
            for id, number in session.execute(
                every.where(Phone.customer_id.in_(listed(sorted(known))))
            ):
                if number not in known[id].phones:
                    known[id].phones += (number,)

    def of(self, id: int) -> Person:
        """The customer of an id that was asked for."""
        return self._of[id]

    def to_write(self) -> list[Person]:
        """Who is new, and who is changed."""
        return [
            p
            for p in self.all
            if p.id is None or p.changed or p.new_phones or p.swapped or p.promised
        ]

    def find(self, facts: dict[str, Any]) -> Person | None:
        """The one with this phone (or WeChat) whose name fits; nothing when there is none."""
        for handle in (*facts["phones"], facts.get("wechat") or ""):
            for fits in (_same_name, _fitting_name):
                for person in self._by.get(handle, ()) if handle else ():
                    if fits(person.name, facts["name"]):
                        return person
        return None

    def owners(self, facts: dict[str, Any]) -> list[Person]:
        """All who have one of these phones."""
        found = (person for number in facts["phones"] for person in self._by.get(number, ()))
        return list(dict.fromkeys(found))

    def sharing(self, facts: dict[str, Any]) -> Person | None:
        """Somebody of another name with the same phone, such as a wife."""
        for number in facts["phones"]:
            for person in self._by.get(number, ()):
                return person
        return None

    def add(self, facts: dict[str, Any]) -> Person:
        """Somebody new with the phones and the name of a row."""
        known = {**_BLANK, "name": facts["name"], "honorific": facts["honorific"]}
        person = Person(None, known, facts["phones"])
        self.all.append(person)
        self.note(person, [*person.phones, facts.get("wechat") or ""])
        return person

    def note(self, person: Person, handles: Iterable[str]) -> None:
        """Let somebody be found by these from now on."""
        for handle in handles:
            if handle:
                known = self._by.setdefault(handle, [])
                if person not in known:
                    known.append(person)


def _adds_year(known: date | str, value: date | str) -> bool:
    """Whether a birthday says the year of one that has none."""
    more = type(value) is date or len(str(value)) > len(str(known))
    return more and lunar.same_day(known, value)


def _same_name(one: str, other: str) -> bool:
    return one == other or folded(one) == folded(other)


def _fitting_name(one: str, other: str) -> bool:
    """A name fits nothing, itself, and its bare surname (王 and 王强)."""
    if not one or not other:
        return True
    short, long = sorted((one, other), key=len)
    return text.surname(long) == short
