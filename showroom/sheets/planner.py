"""Decides on the rows of a file one by one, with the customers, visits and deals they touch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from showroom.dates import When
from showroom.i18n import _
from showroom.people import customers, level_moves, promises
from showroom.progress import Progress
from showroom.sheets import likely, returned
from showroom.sheets.answers import NOBODY, Answers
from showroom.sheets.columns import Kind
from showroom.sheets.drafts import Deals, Drafted, Visits
from showroom.sheets.lists import Lists
from showroom.sheets.marks import Mark
from showroom.sheets.match import People, Person
from showroom.sheets.meaning import Facts
from showroom.sheets.outcomes import Outcome, Row, SheetPlan
from showroom.sheets.stamps import Of, Stamp
from showroom.sheets.synonyms import LABELS
from showroom.store.index import folded
from showroom.store.models import ChoiceKind, Level, Status

EVERY: Final = 500
NEXT: Final = "next"


class Planner:
    """Goes through the facts of all rows with the customers, visits and deals they touch."""

    def __init__(
        self,
        session: Session,
        sheets: Sequence[SheetPlan],
        all_rows: list[Row],
        today: date,
        now: datetime,
        answers: Answers,
    ) -> None:
        for row in all_rows:
            if row.touched is not None and not row.nothing:
                returned.restrict(row)
        self._session = session
        self._rows = [row for row in all_rows if row.facts is not None]
        self._sheets = sheets
        self._now, self._today = now, today
        self._answers = answers
        self._taker = customers.taker(session)
        facts = [row.facts for row in self._rows if row.facts is not None]
        self.lists = Lists(session)
        stamped = [row.stamp for row in self._rows if row.stamp is not None]
        self.people = People(
            session,
            (number for each in facts for number in each["phones"]),
            (each["wechat"] for each in facts if each.get("wechat")),
            {
                *(id for id in answers.people.values() if id != NOBODY),
                *(stamp.id for stamp in stamped if stamp.of is Of.CUSTOMER),
                *Deals.owners(session, [stamp.id for stamp in stamped if stamp.of is Of.DEAL]),
                *Deals.buyers(session, {each["vin"] for each in facts if each.get("vin")}),
            },
        )
        self._first: dict[int, When] = {}  # what a list says of the next contact, of any rule
        self._promised: dict[int, When] = {}  # where it is one that a list may move
        if any(NEXT in each for each in facts):
            known = [person.id for person in self.people.all if person.id is not None]
            self._first = promises.first_days(session, known)
            own = promises.next_days(session, known).items()
            self._promised = {id: when for id, when in own if when == self._first.get(id)}
        of_form = [
            row.stamp.id
            for row in self._rows
            if row.stamp is not None and row.facts and row.facts.get(returned.RATED_ON)
        ]
        self._rated = level_moves.rated_on(session, of_form) if of_form else {}
        self.visits = Visits(
            session,
            {each["day"] for each in facts if "day" in each},
            [stamp.id for stamp in stamped if stamp.of is Of.VISIT],
        )
        owners = [p.id for p in self.people.all if p.id is not None]
        wanted = owners if any(sheet.kind is Kind.DEALS for sheet in sheets) else []
        self.deals = Deals(session, wanted, today)

    def decide(self, progress: Progress) -> None:
        """Give every row with facts its outcome."""
        steps = {
            Kind.VISITS: self._visit,
            Kind.CUSTOMERS: self._customer,
            Kind.DEALS: self._deal,
        }
        for number, row in enumerate(self._rows):
            if number % EVERY == 0:
                progress.step(number, len(self._rows))
            kind = self._sheets[row.sheet].kind
            facts = row.facts
            assert kind is not None
            assert facts is not None
            self._refer(facts)
            if row.stamp is None:
                steps[kind](row, facts)
            else:
                self._returned(row, facts, row.stamp)
            doubts = facts.get("doubts")
            if doubts:
                row.reason = _sentences((row.reason, *doubts))
        self.visits.settle_again()
        likely.note(self._session, self._rows)

    def _returned(self, row: Row, facts: Facts, stamp: Stamp) -> None:
        """A row that left this desk: what was edited in it since counts."""
        if stamp.of is Of.CUSTOMER:
            row.person = self.people.of(stamp.id)
            returned.to_customer(
                row,
                row.person,
                facts,
                self._takes,
                self._promised.get(stamp.id),
                self._rated.get(stamp.id),
            )
        elif stamp.of is Of.DEAL:
            row.draft = draft = self.deals.of(stamp.id)
            row.person = self.people.of(draft.customer_id or 0)
            returned.to_deal(row, draft, row.person, facts, self.deals, self._today)
        else:
            row.draft = draft = self.visits.of(stamp.id)
            returned.to_visit(row, draft, facts, self.people, self._now)
            if row.person is not None:
                self._tell(row.person, {**returned.of_visit(draft), "phones": facts["phones"]})

    def _refer(self, facts: Facts) -> None:
        """Put references to the lists beside the words."""
        for name, reference, kind in _REFERENCES:
            if name in facts:
                facts[reference] = self.lists.ref(kind, facts[name])

    # --- one row of each kind

    def _visit(self, row: Row, facts: Facts) -> None:
        told = facts["phones"] or facts.get("wechat")
        person = self._person(row, facts, self._was_there(facts)) if told else None
        if facts.get("purpose"):
            facts["errand_id"] = self.lists.errand(facts["purpose"])
        draft = self.visits.find(facts, person)
        row.person = person
        take = self._sheets[row.sheet].replace
        if draft is None:
            row.draft = self.visits.add(facts, person, row.place)
            row.outcome = Outcome.NEW
            if person is not None:
                self._tell(person, facts)
            return
        row.draft = draft
        joined = person is not None and draft.person is None and draft.customer_id is None
        filled = self.visits.fill(draft, facts, person, row.changes, take=take)
        if joined and person is not None:
            self._tell(person, facts)
        self._known(row, draft, filled=filled and draft.id is not None)

    def _customer(self, row: Row, facts: Facts) -> None:
        person = self._person(row, facts)
        filled = self._fill(row, person, facts)
        if row.outcome is not Outcome.NEW:
            self._known(row, person, filled=filled and person.id is not None)
            return
        person.row = row.place
        if "status" in facts:
            person.put("status", facts["status"])

    def _deal(self, row: Row, facts: Facts) -> None:
        buyer = self._buyer(facts)
        if buyer is not None and row.place not in self._answers.people:
            meant = self.people.find(facts)
            if (meant is None and folded(facts["name"]) != folded(buyer.name)) or (
                meant is not None and meant is not buyer
            ):
                row.field = "vin"
                row.reason = _(
                    "The car with this chassis number is {name}'s. If it is the same person, write "
                    "his name as on file; else mend the chassis number."
                ).format(name=buyer.name or "—")
                return
        person = self._person(row, facts, self.people.find(facts) or buyer)
        filled = self._fill(row, person, facts)
        if not facts["whole"]:
            if row.outcome is Outcome.NEW:
                person.row = row.place
                person.put("status", Status.OWNER)
                person.put("level", Level.UNRATED)
            else:
                self._known(row, person, filled=filled and person.id is not None)
            return
        draft = self.deals.find(facts, person)
        if draft is None:
            row.draft = self.deals.add(facts, person, row.place, self._now)
            row.outcome = Outcome.NEW
        else:
            row.draft = draft
            filled |= self.deals.fill(draft, facts, row.changes)
            self._known(row, draft, filled=filled and draft.id is not None)

    # --- what they share

    def _buyer(self, facts: Facts) -> Person | None:
        """Who bought the car of this row by a deal that stands: one car is sold once."""
        draft = self.deals.of_vin(facts.get("vin", ""))
        if draft is None:
            return None
        return draft.person or self.people.of(draft.customer_id or 0)

    def _was_there(self, facts: Facts) -> Person | None:
        """Of several with this number who came at that moment: a row without a name means him."""
        owners = [] if facts["name"] else self.people.owners(facts)
        return self.visits.whose(facts, owners) if len(owners) > 1 else None

    def _person(self, row: Row, facts: Facts, known: Person | None = None) -> Person:
        """Who the row means, `known` before others; a new one makes the row new."""
        decided = self._answers.people.get(row.place)
        if decided is None:
            person = known or self.people.find(facts)
        else:
            person = None if decided == NOBODY else self.people.of(decided)
        if person is None:
            other = self.people.sharing(facts)
            person = self.people.add(facts)
            person.created_at = self._now
            row.outcome = Outcome.NEW
            if other is not None:
                row.reason = _("Shares the phone of {name}.").format(name=other.name or "—")
        else:
            row.outcome = Outcome.SAME
        row.person = person
        return person

    def _fill(self, row: Row, person: Person, facts: Facts) -> bool:
        """Fill what is not known of a customer yet; what is known otherwise stays and is told."""
        if row.outcome is Outcome.NEW:
            for fact, name in _CUSTOMER_FACTS:
                if value := facts.get(name):
                    person.facts[fact] = value
            person.promised = facts.get("next")
            return True
        take = self._sheets[row.sheet].replace
        filled, kept = False, []
        for fact, name in _CUSTOMER_FACTS:
            value = facts.get(name)
            if value is None or (name == "level" and person.facts["status"] not in _RATED):
                continue
            before = person.facts[fact]
            if self._takes(person, fact, value):
                row.changes[name] = Mark.KEPT, before
                kept.append(_(LABELS[name]))
            elif person.fill(fact, value):
                filled = True
                row.changes[name] = Mark.FILL, before
            elif person.differs(fact, value):
                row.changes[name] = (Mark.REPLACE if take else Mark.KEPT), before
                if take:
                    person.put(fact, value)
                elif name in LABELS:
                    kept.append(_(LABELS[name]))
        when, there = facts.get(NEXT), self._first.get(person.id or 0)
        if when is not None and there is not None and when != there:
            moves = take and person.id in self._promised
            row.changes[NEXT] = (Mark.REPLACE if moves else Mark.KEPT), returned.said(there)
            if moves:
                person.promised = when
            else:
                kept.append(_(LABELS[NEXT]))
        before = person.name
        if person.fill_name(facts["name"]):
            filled = True
            row.changes["name"] = Mark.FILL, before
        if person.add_phones(facts["phones"]):
            filled = True
            row.changes["phone"] = Mark.FILL, ""
        self.people.note(person, [*facts["phones"], facts.get("wechat") or ""])
        if kept:
            where = (
                _("Kept as there: {fields}.")
                if person.id is None
                else _("Kept as on file: {fields}.")
            )
            row.reason = where.format(fields=_(", ").join(kept))
        return filled

    def _tell(self, person: Person, facts: Facts) -> None:
        """What a visit says of its customer: first and last day, and the latest wish and level."""
        day = facts["day"]
        first, last = person.facts["first_visit_on"], person.facts["last_visit_on"]
        if person.id is None and (first is None or facts["arrived"] < person.created_at):
            person.created_at = facts["arrived"]
        if first is None or day < first:
            person.put("first_visit_on", day)
        if last is None or day > last:
            person.put("last_visit_on", day)
        new = person.id is None
        for fact, name in _VISIT_FACTS:
            value = facts.get(name)
            if value is not None and (new or not self._takes(person, fact, value)):
                person.fill(fact, value)
        person.fill_name(facts["name"])
        person.add_phones(facts["phones"])
        self.people.note(person, facts["phones"])
        newer = last is None or day >= last
        if newer and person.facts["status"] in _RATED:
            if "level" in facts:
                person.put("level", facts["level"])
            if "model_id" in facts:
                person.put("model_id", facts["model_id"])

    def _takes(self, person: Person, fact: str, value: Any) -> bool:
        """Whether by his file a consultant would make somebody on file his own customer."""
        return (
            person.id is not None
            and fact == "consultant_id"
            and value is not None
            and value == self._taker != person.facts[fact]
        )

    def _known(self, row: Row, what: Person | Drafted, *, filled: bool) -> None:
        """A row about what is on file, or what an earlier row of the file was about."""
        earlier = what.row
        what.row = earlier or row.place
        if what.id is not None and any(mark is Mark.REPLACE for mark, _was in row.changes.values()):
            row.outcome = Outcome.CHANGED
        elif filled:
            row.outcome = Outcome.FILLED
        elif earlier is None:
            row.outcome = Outcome.SAME
        else:
            row.outcome = Outcome.DUPLICATE
            sheet, number = earlier
            of = self._sheets[sheet]
            where = _("As {row}.").format(row=of.called(number))
            if sheet != row.sheet:
                where = _("As {row} of {sheet}.").format(row=of.called(number), sheet=of.name)
            row.reason = _sentences((where, row.reason))


_RATED: Final = (Status.OPEN, Status.VISITED)
_REFERENCES: Final = (
    ("consultant", "consultant_id", None),
    ("model", "model_id", ChoiceKind.MODEL),
    ("channel", "channel_id", ChoiceKind.CHANNEL),
    ("colour", "colour_id", ChoiceKind.COLOUR),
    ("drive_model", "drive_model_id", ChoiceKind.MODEL),
)
_CUSTOMER_FACTS: Final = (
    ("honorific", "honorific"),
    ("title", "position"),
    ("level", "level"),
    ("consultant_id", "consultant_id"),
    ("model_id", "model_id"),
    ("channel_id", "channel_id"),
    ("wechat", "wechat"),
    ("address", "address"),
    ("postcode", "postcode"),
    ("birthday", "birthday"),
    ("note", "note"),
    ("do_not_contact", "do_not_contact"),
)
_VISIT_FACTS: Final = (
    ("honorific", "honorific"),
    ("title", "position"),
    ("consultant_id", "consultant_id"),
    ("model_id", "model_id"),
    ("channel_id", "channel_id"),
    ("wechat", "wechat"),
)


def _sentences(parts: Iterable[str]) -> str:
    return " ".join(part for part in parts if part)
