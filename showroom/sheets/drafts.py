"""The visits and deals of a file against those on file: found again, filled, or new."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import choices, dates
from showroom.i18n import _
from showroom.sheets import course
from showroom.sheets.marks import Mark
from showroom.sheets.match import Person
from showroom.store.driven import drove
from showroom.store.index import folded
from showroom.store.listed import listed
from showroom.store.models import (
    ChoiceKind,
    Deal,
    Honorific,
    Level,
    Status,
    TestDrive,
    Visit,
    VisitKind,
)

Facts = dict[str, Any]
Place = tuple[int, int]

_VISIT: Final = (
    "left_at consultant_id model_id channel_id errand_id level name honorific note colour_id brand "
    "series trim offer course source their_number"
).split()
#: What few sheets say, and is kept only of the visits it is said of: of 100,000 it is 40 MB
SELDOM: Final = ("brand", "series", "trim", "course", "source")
#: The column of a visit and what the fact is called; identity has consultant and name
_FROM: Final = {"left_at": "left", "their_number": "number"}
_BLANKS: Final = (None, "", Honorific.NONE)
#: What one visit is told apart by is never overwritten
_SAME: Final = frozenset({"left_at", "errand_id", "name", "honorific", "consultant_id"})
Changes = dict[str, tuple[Mark, Any]]


class Drafted:
    """A visit or deal as the file leaves it; `id` is nothing for a new one.

    `person` is its customer, or `customer_id` when he is on file and not named by the file; `row`
    is the sheet and row that meant it first.
    """

    __slots__ = ("changed", "customer_id", "drive", "id", "person", "row", "values")

    def __init__(
        self, id: int | None, values: Facts, person: Person | None, row: Place | None = None
    ) -> None:
        self.id = id
        self.values = values
        self.person = person
        self.customer_id: int | None = person.id if person is not None else None
        self.row = row
        self.changed: Facts = {}
        self.drive: Facts | None = None


class Visits:
    """The visits of the days a file speaks of."""

    def __init__(self, session: Session, days: Iterable[date], ids: Sequence[int] = ()) -> None:
        self._at: dict[datetime, list[Drafted]] = {}
        self._new: list[Drafted] = []
        self._known: list[Drafted] = []
        self._driven: set[int] = set()
        self._guess: list[Drafted] = []
        errands = choices.options(session, ChoiceKind.ERRAND, everything=True)
        self._errands = {one.label for one in errands}
        of_ids = select(Visit.day).where(Visit.id.in_(listed(ids)))
        wanted = sorted({*days, *(session.scalars(of_ids) if ids else ())})
        if wanted:
            self._load(session, wanted)
        self._of = {draft.id: draft for draft in self._known}

    def _load(self, session: Session, days: Sequence[date]) -> None:
        on_them = Visit.day.in_(listed([day.isoformat() for day in days]))
        columns = [getattr(Visit, name) for name in (*_VISIT, "people", "day", "again")]
        for id, arrived, customer_id, *values in session.execute(
            select(Visit.id, Visit.arrived_at, Visit.customer_id, *columns)
            .where(on_them)
            .order_by(Visit.id)
        ):
            names = (*_VISIT, "people", "day", "again")
            draft = Drafted(id, dict(zip(names, values, strict=True)), None)
            draft.customer_id = customer_id
            draft.values["arrived_at"] = arrived
            self._known.append(draft)
            self._at.setdefault(_minute(arrived), []).append(draft)
        self._driven |= set(
            session.scalars(
                select(TestDrive.visit_id)
                .join(Visit, Visit.id == TestDrive.visit_id)
                .where(on_them, drove())
            )
        )

    def of(self, id: int) -> Drafted:
        """The visit of an id that was asked for."""
        return self._of[id]

    def find(self, facts: Facts, person: Person | None) -> Drafted | None:
        """The visit a row means: first one that no other row of the file meant."""
        there = self._at.get(_minute(facts["arrived"]))
        if there is None:
            return None
        for free in (True, False):
            for draft in there:
                if (draft.row is None) is free and _same_visit(draft, facts, person):
                    return draft
        return None

    def whose(self, facts: Facts, people: Sequence[Person]) -> Person | None:
        """Which of them came at the moment a row speaks of."""
        there = self._at.get(_minute(facts["arrived"]), ())
        return next((one for one in people for draft in there if _is_his(draft, one)), None)

    def add(self, facts: Facts, person: Person | None, row: Place) -> Drafted:
        """A visit that is not on file."""
        get = facts.get
        errand, again = get("errand_id"), get("again")
        values = {
            "kind": get("kind", VisitKind.WALK_IN) if errand is None else VisitKind.ERRAND,
            "day": facts["day"],
            "arrived_at": facts["arrived"],
            "left_at": facts["left"],
            "people": get("people", 1),
            "again": again,
            "consultant_id": get("consultant_id"),
            "name": facts["name"] or (person.name if person is not None else ""),
            "honorific": facts["honorific"],
            "model_id": get("model_id"),
            "channel_id": get("channel_id"),
            "errand_id": errand,
            "level": get("level"),
            "note": get("note", ""),
            "colour_id": get("colour_id"),
            "offer": get("offer"),
            "quoted": bool(get("offer")),
            "their_number": get("number", ""),
        }
        values |= {name: facts[name] for name in SELDOM if facts.get(name)}
        draft = Drafted(None, values, person, row)
        if get("drive"):
            draft.drive = _drive(facts)
        if again is None:
            self._guess.append(draft)
        self._new.append(draft)
        self._at.setdefault(_minute(facts["arrived"]), []).append(draft)
        return draft

    def fill(
        self,
        draft: Drafted,
        facts: Facts,
        person: Person | None,
        changes: Changes,
        *,
        take: bool = False,
    ) -> bool:
        """Fill what is not known of a visit yet; tells whether there was anything.

        What the row says otherwise counts where its word is to be taken (`take`). `changes` is
        told of both.
        """
        before = len(draft.changed)
        for name in _VISIT:
            fact = _FROM.get(name, name)
            value, known = facts.get(fact), draft.values.get(name, "")
            if value in _BLANKS or value == known or self._is_ours(draft, name, value):
                continue
            if known in _BLANKS:
                draft.values[name] = draft.changed[name] = value
                changes[fact] = Mark.FILL, known
            elif draft.id is not None and name not in _SAME:
                changes[fact] = (Mark.REPLACE if take else Mark.KEPT), known
                if take:
                    draft.values[name] = draft.changed[name] = value
        if facts["left"] and draft.values["left_at"] == draft.values["arrived_at"] < facts["left"]:
            draft.values["left_at"] = draft.changed["left_at"] = facts["left"]
            changes["left"] = Mark.FILL, None
        if person is not None and draft.person is None and draft.customer_id is None:
            draft.person = person
            draft.changed["customer"] = person
            changes["phone"] = Mark.FILL, ""
        elif person is not None and draft.customer_id == person.id:
            draft.person = person
        if facts.get("drive") and draft.drive is None and draft.id not in self._driven:
            draft.drive = draft.changed["drive"] = _drive(facts)
            changes["drive"] = Mark.FILL, ""
        if draft.changed.get("offer"):
            draft.changed["quoted"] = True
        return len(draft.changed) > before

    def settle_again(self) -> None:
        """Whoever came on an earlier day comes again, where the sheet does not say it."""
        for draft in self._guess:
            day = draft.values["day"]
            first = draft.person.facts["first_visit_on"] if draft.person is not None else None
            draft.values["again"] = first is not None and first < day

    def _is_ours(self, draft: Drafted, name: str, value: Any) -> bool:
        """Whether a register that went out says it of itself (see `showroom.sheets.course`)."""
        if draft.id is None:
            return False
        if name == "their_number":
            return bool(value == str(draft.customer_id))
        if name == "source":
            return value in map(_, choices.GROUPS.values())
        return name == "course" and course.is_ours(value, self._errands)

    def to_write(self) -> list[Drafted]:
        """New visits and those that were filled."""
        return [*self._new, *(draft for draft in self._known if draft.changed)]


def _drive(facts: Facts) -> Facts:
    return {
        "model_id": facts.get("drive_model_id") or facts.get("model_id"),
        "started_at": facts.get("drive_start"),
        "ended_at": facts.get("drive_end"),
    }


def _minute(moment: datetime) -> datetime:
    return (
        moment.replace(second=0, microsecond=0) if moment.second or moment.microsecond else moment
    )


def _is_his(draft: Drafted, person: Person) -> bool:
    known = draft.customer_id is not None
    return draft.person is person or (known and draft.customer_id == person.id)


def _same_visit(draft: Drafted, facts: Facts, person: Person | None) -> bool:
    """Same consultant (or one not noted) and the same party."""
    values = draft.values
    consultant = facts.get("consultant_id")
    if consultant and values["consultant_id"] and consultant != values["consultant_id"]:
        return False
    known = draft.person is not None or draft.customer_id is not None
    if person is not None and known:
        return _is_his(draft, person)
    if facts["name"] and values["name"]:
        return folded(facts["name"]) == folded(values["name"])
    if draft.id is None:
        # Two nameless parties of one file are two, unless their rows say the very same
        return not (known or person or facts["name"] or values["name"]) and all(
            facts.get(_FROM.get(name, name)) == (values.get(name) or None)
            for name in (*_VISIT, "people")
            if name not in ("name", "honorific", "errand_id")
        )
    if facts.get("people", values["people"]) != values["people"]:
        return False
    model = facts.get("model_id")
    return model is None or values["model_id"] in (None, model)


class Deals:
    """The deals of the customers a file of owners speaks of."""

    def __init__(self, session: Session, customers: Sequence[int], today: date) -> None:
        self._today = today
        self._of: dict[object, list[Drafted]] = {}
        self._of_vin: dict[str, Drafted] = {}
        self._by_id: dict[int, Drafted] = {}
        self._new: list[Drafted] = []
        self._known: list[Drafted] = []
        names = (
            "model_id colour_id price deposit payment vin consultant_id ordered_on planned_on "
            "delivered_on cancelled_on"
        ).split()
        columns = [getattr(Deal, name) for name in names]
        if not customers:
            return
        for id, customer_id, *values in session.execute(
            select(Deal.id, Deal.customer_id, *columns).where(
                Deal.customer_id.in_(listed(customers))
            )
        ):
            draft = Drafted(id, dict(zip(names, values, strict=True)), None)
            draft.customer_id = customer_id
            self._known.append(draft)
            self._of.setdefault(customer_id, []).append(draft)
            self._by_id[id] = draft
            self.note_vin(draft)

    @staticmethod
    def owners(session: Session, ids: Sequence[int]) -> set[int]:
        """Whose deals these are."""
        query = select(Deal.customer_id).where(Deal.id.in_(listed(ids)))
        return set(session.scalars(query)) if ids else set()

    def of(self, id: int) -> Drafted:
        """The deal of an id; its customer was asked for."""
        return self._by_id[id]

    @staticmethod
    def buyers(session: Session, vins: set[str]) -> set[int]:
        """Who bought cars of these chassis numbers, by deals that stand."""
        if not vins:
            return set()
        query = select(Deal.customer_id).where(Deal.vin.in_(listed(sorted(vins))))
        return set(session.scalars(query.where(Deal.cancelled_on.is_(None))))

    def of_vin(self, vin: str) -> Drafted | None:
        """The deal that stands of a chassis number."""
        return self._of_vin.get(vin) if vin else None

    def find(self, facts: Facts, person: Person) -> Drafted | None:
        """The deal a row means: by its chassis number, else by model and day of the order."""
        for draft in self._of.get(_key(person), ()):
            values = draft.values
            vin = facts.get("vin", "")
            if vin and values["vin"]:
                same = vin == values["vin"]
            else:
                delivered = facts["ordered"] == facts.get("delivered") == values["delivered_on"]
                same = facts["model_id"] == values["model_id"] and (
                    facts["ordered"] == values["ordered_on"] or delivered
                )
            if same and values["cancelled_on"] is None:
                draft.person = person
                return draft
        return None

    def add(self, facts: Facts, person: Person, row: Place, now: datetime) -> Drafted:
        """A deal that is not on file; the customer's standing follows from it."""
        delivered = facts.get("delivered")
        to_come = delivered is not None and delivered > self._today
        values = {
            "model_id": facts["model_id"],
            "colour_id": facts.get("colour_id"),
            "price": facts["price"],
            "deposit": facts.get("deposit", 0),
            "payment": facts.get("payment"),
            "vin": facts.get("vin", ""),
            "consultant_id": facts.get("consultant_id") or person.facts["consultant_id"],
            "ordered_on": facts["ordered"],
            "planned_on": facts.get("planned") or (delivered if to_come else None),
            "delivered_on": None if to_come else delivered,
            "cancelled_on": None,
            "closed_at": min(dates.at(facts["ordered"], time(12)), now),
        }
        draft = Drafted(None, values, person, row)
        self._new.append(draft)
        self._of.setdefault(_key(person), []).append(draft)
        self.note_vin(draft)
        if person.created_at is not None and values["closed_at"] < person.created_at:
            person.created_at = values["closed_at"]
        self._stand(person)
        return draft

    def fill(self, draft: Drafted, facts: Facts, changes: Changes) -> bool:
        """Fill what is not known of a deal yet; tells whether there was anything.

        `changes` is told of it, and of what the row says otherwise: that stays as it is on file.
        """
        before = len(draft.changed)
        for name in ("vin", "colour_id", "payment"):
            value = facts.get(name)
            if value not in _BLANKS and draft.values[name] in _BLANKS:
                draft.values[name] = draft.changed[name] = value
                changes[name] = Mark.FILL, None
        self.note_vin(draft)
        for name in ("price", "deposit"):
            if facts.get(name) not in (None, draft.values[name]) and draft.id is not None:
                changes[name] = Mark.KEPT, draft.values[name]
        delivered = facts.get("delivered")
        if delivered and draft.values["delivered_on"] is None and delivered <= self._today:
            draft.values["delivered_on"] = draft.changed["delivered_on"] = delivered
            changes["delivered"] = Mark.FILL, None
            assert draft.person is not None
            self._stand(draft.person)
        planned, before_it = facts.get("planned"), draft.values["planned_on"]
        if planned not in (None, before_it) and draft.values["delivered_on"] is None:
            changes["planned"] = (Mark.KEPT if before_it else Mark.FILL), before_it
            if before_it is None:
                draft.values["planned_on"] = draft.changed["planned_on"] = planned
        return len(draft.changed) > before

    def note_vin(self, draft: Drafted) -> None:
        """From now on the car with the chassis number of this deal is of it."""
        if draft.values["vin"] and draft.values["cancelled_on"] is None:
            self._of_vin[draft.values["vin"]] = draft

    def _stand(self, person: Person) -> None:
        """Whoever waits for a car has ordered, whoever has his is an owner (DESIGN §4.8)."""
        waiting = any(
            draft.values["delivered_on"] is None and draft.values["cancelled_on"] is None
            for draft in self._of.get(_key(person), ())
        )
        person.put("status", Status.ORDERED if waiting else Status.OWNER)
        person.put("level", Level.ORDERED if waiting else Level.UNRATED)

    def to_write(self) -> list[Drafted]:
        """New deals and those that were filled."""
        return [*self._new, *(draft for draft in self._known if draft.changed)]


def _key(person: Person) -> object:
    return person.id if person.id is not None else person
