"""Write what a plan says in one transaction: all of it or none, and one undo takes it back.

Whoever comes from a file agreed to nothing here: no consent is noted (`showroom.guard.consent`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache, partial
from itertools import islice
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from showroom import dates, lunar, settings
from showroom.deals import closing
from showroom.guard import closed, consent, mask, trail
from showroom.people import losses, rules
from showroom.progress import Progress, uncollected
from showroom.sheets import along, learning, sealed, standing
from showroom.sheets.answers import Answers
from showroom.sheets.columns import Nothing
from showroom.sheets.drafts import SELDOM, Drafted
from showroom.sheets.match import Person
from showroom.sheets.plan import Outcome, Plan, Row, plan
from showroom.sheets.read import Workbook
from showroom.store import journal, keeping
from showroom.store.db import Database
from showroom.store.listed import listed
from showroom.store.models import (
    Action,
    Base,
    Customer,
    Deal,
    FollowUp,
    ImportBatch,
    ImportRow,
    Phone,
    Promise,
    Status,
    TestDrive,
    Visit,
    VisitKind,
)

BLOCK: Final = 10_000
REFERENCES: Final = ("consultant_id", "model_id", "channel_id", "colour_id", "errand_id")


@dataclass(frozen=True)
class Result:
    """What an import did; `action_id` is what undo takes, nothing when nothing was written."""

    counts: dict[Outcome, int]
    refused: list[Row]
    action_id: int | None
    plan: Plan


def apply(db: Database, planned: Plan, progress: Progress | None = None) -> Result:
    """Write a plan; cancelling leaves the file as it was.

    Was anything written since the plan was made, it is made anew first: what the receptionist
    typed meanwhile counts. A plan that changes nothing writes nothing. Before the rest, the file
    is copied away unless its newest copy holds all of it. Raises `ShowroomError` where visits of a
    day that is closed would change.
    """
    progress = progress or Progress()
    action_id = None
    if planned.changes:
        keeping.keep_safe(db.path, db.key, db.backups, db.now(), why="before-import")
    with uncollected(), db.write() as session:
        if (session.scalar(select(func.max(Action.id))) or 0) != planned.action:
            planned = plan(
                session,
                planned.books,
                today=db.today(),
                now=db.now(),
                progress=progress,
                answers=planned.answers,
                ask=True,
            )
        if planned.changes:
            days = sealed.days(session, planned.visits)
            said = planned.answers.correction
            if said:
                session.info["reasons"] = {**session.info["reasons"], **dict.fromkeys(days, said)}
            closed.require_open(session, *days)
            planned.action = -1  # its people get their ids now: it cannot be written twice
            why = f"{planned.name} · {said}" if days and said else planned.name
            journal.act(session, "import", why=why)
            _Writer(session, planned, progress).write(db.staff_id)
            session.flush()
            action_id = session.scalar(select(func.max(Action.id)))
        progress.step(1, 1)
    if action_id is not None:
        learning.remember(db, planned)
    return Result(planned.counts, planned.refused, action_id, planned)


def look(
    db: Database,
    books: Workbook | Sequence[Workbook],
    progress: Progress | None = None,
    *,
    answers: Answers | None = None,
    ask: bool = False,
) -> Plan:
    """Plan workbooks, see `plan.plan`.

    A plan tells of each number in the file whether it is known. So it is noted before, where who
    asks does not see every number.
    """
    with db.read() as session:
        sees_all = mask.sees_all(session)
    if not sees_all:
        several = [books] if isinstance(books, Workbook) else books
        for book in several if answers is None else ():
            count = sum(len(sheet.rows) for sheet in book.sheets)
            with db.write() as session:
                said = trail.what_left(book.name, count=count)
                journal.note(session, "look_up", what=said)
    with db.read() as session:
        return plan(
            session,
            books,
            today=db.today(),
            now=db.now(),
            progress=progress,
            answers=answers,
            ask=ask,
        )


class _Writer:
    """Writes the parts of a plan in the order in which they rest on each other."""

    def __init__(self, session: Session, planned: Plan, progress: Progress) -> None:
        self._session = session
        self._plan = planned
        self._progress = progress
        self._ids: dict[int, int] = {}
        self._done = 0

    def write(self, staff_id: int | None) -> None:
        self._ids = self._plan.lists.add_all(self._session)
        for step in (self._customers, self._visits, self._deals, self._promises):
            step()
            self._done += 1
            self._progress.step(self._done, 5)
        self._losses(staff_id)
        self._source(staff_id)

    def _insert(self, model: type[Base], rows: Iterable[dict[str, Any]]) -> list[int]:
        """Some thousands at a time: of a hundred thousand the rows would fill the memory."""
        ids: list[int] = []
        each = iter(rows)
        while block := list(islice(each, BLOCK)):
            for name in REFERENCES if self._ids else ():
                if name in block[0]:
                    self._settle(block, name)
            ids += journal.insert_many(self._session, model, block)
        return ids

    def _settle(self, rows: Iterable[dict[str, Any]], name: str) -> None:
        """References to words that were just added become their ids."""
        for row in rows:
            reference = row[name]
            if reference is not None and reference < 0:
                row[name] = self._ids[reference]

    def _real(self, values: dict[str, Any]) -> dict[str, Any]:
        """The same in a row that says some of them."""
        for name in REFERENCES if self._ids else ():
            if name in values:
                self._settle([values], name)
        return values

    # --- customers

    def _customers(self) -> None:
        new = [person for person in self._plan.people if person.id is None]
        known = [person for person in self._plan.people if person.id is not None]
        fresh = partial(self._fresh, lru_cache(maxsize=1000)(dates.local_day))
        for person, id in zip(new, self._insert(Customer, map(fresh, new)), strict=True):
            person.id = id
        with along.following(self._session, self._plan):
            changed = [(p.id, _born(p.changed)) for p in known if p.id and p.changed]
            self._update(Customer, changed)
        self._swap_phones()
        phones = (
            {
                "customer_id": person.id,
                "number": number,
                "position": len(person.phones) - len(person.new_phones) + place,
            }
            for person in self._plan.people
            for place, number in enumerate(person.new_phones)
        )
        self._insert(Phone, phones)

    def _fresh(self, local_day: Callable[[datetime], date], person: Person) -> dict[str, Any]:
        """The row of somebody new."""
        facts, created = person.facts, person.created_at or self._plan.now
        facts["created_at"] = created
        facts["contact_on"] = standing.contact_on(person, local_day(created))
        if isinstance(facts["birthday"], str):
            return _born(facts)
        facts["birthday_more"], facts["birthday_lunar"] = 0, False
        return facts

    def _swap_phones(self) -> None:
        """Numbers that take the place of others."""
        swapped = {person.id: person.swapped for person in self._plan.people if person.swapped}
        if swapped:
            ids = listed([id for id in swapped if id is not None])
            found = self._session.execute(
                select(Phone.id, Phone.customer_id, Phone.number).where(Phone.customer_id.in_(ids))
            )
            changes = [
                (id, {"number": swapped[owner][number]})
                for id, owner, number in found
                if number in swapped[owner]
            ]
            self._update(Phone, changes)

    def _update(self, model: Any, changes: Iterable[tuple[int, dict[str, Any]]]) -> None:
        """Update rows in groups that change the same columns."""
        groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for id, changed in changes:
            groups.setdefault(tuple(sorted(changed)), []).append(
                {"id": id, **self._real(dict(changed))}
            )
        for rows in groups.values():
            journal.update_many(self._session, model, rows)

    # --- visits

    def _visits(self) -> None:
        new = [draft for draft in self._plan.visits if draft.id is None]
        known = [draft for draft in self._plan.visits if draft.id is not None]
        self._number(new)
        unsaid = {name: "" for name in SELDOM if any(name in draft.values for draft in new)}
        rows = (
            {**unsaid, **draft.values, "customer_id": draft.person and draft.person.id}
            for draft in new
        )
        for draft, id in zip(new, self._insert(Visit, rows), strict=True):
            draft.id = id
        changes = []
        for draft in known:
            changed = {name: value for name, value in draft.changed.items() if name != "drive"}
            if changed.pop("customer", None) is not None and draft.person is not None:
                changed["customer_id"] = draft.person.id
            if changed and draft.id is not None:
                changes.append((draft.id, changed))
        self._update(Visit, changes)
        drives = [draft for draft in new if draft.drive]
        drives += [draft for draft in known if "drive" in draft.changed]
        journal.insert_many(
            self._session,
            TestDrive,
            [self._real({**(draft.drive or {}), "visit_id": draft.id}) for draft in drives],
        )

        self._came_again()

    def _came_again(self) -> None:
        """Whose first visit came in only now: those on file of later days are no first ones."""
        earlier = [p.id for p in self._plan.people if p.id and "first_visit_on" in p.changed]
        if not earlier:
            return
        walk_in = aliased(Visit)
        first = (
            select(func.min(walk_in.day))
            .where(walk_in.customer_id == Visit.customer_id, walk_in.kind == VisitKind.WALK_IN)
            .scalar_subquery()
        )
        later = self._session.scalars(
            select(Visit.id)
            .where(Visit.customer_id.in_(listed(earlier)), Visit.day > first)
            .where(Visit.kind != VisitKind.CALL, ~Visit.again)
        )
        self._update(Visit, [(id, {"again": True}) for id in later.all()])

    def _number(self, new: Sequence[Drafted]) -> None:
        """Numbers of the day go on after those given, by arrival."""
        days = listed([day.isoformat() for day in sorted({draft.values["day"] for draft in new})])
        found = self._session.execute(
            select(Visit.day, func.max(Visit.number)).where(Visit.day.in_(days)).group_by(Visit.day)
        )
        last = {day: number for day, number in found}
        for draft in sorted(new, key=lambda draft: draft.values["arrived_at"]):
            day = draft.values["day"]
            last[day] = draft.values["number"] = last.get(day, 0) + 1

    # --- deals

    def _deals(self) -> None:
        new = [draft for draft in self._plan.deals if draft.id is None]
        known = [draft for draft in self._plan.deals if draft.id is not None]
        numbers = self._deal_numbers({draft.values["ordered_on"] for draft in new})
        rows = []
        for draft in new:
            day = draft.values["ordered_on"]
            numbers[day] = numbers.get(day, 0) + 1
            number = f"{day:%Y%m%d}-{numbers[day]:02}"
            customer = draft.person and draft.person.id
            rows.append(self._real({**draft.values, "number": number, "customer_id": customer}))
        for draft, id in zip(new, journal.insert_many(self._session, Deal, rows), strict=True):
            draft.id = id
        self._update(Deal, [(d.id, d.changed) for d in known if d.id and d.changed])
        for draft in known:
            if "planned_on" in draft.changed:
                closing.follow_plan(self._session, self._session.get_one(Deal, draft.id))

    def _deal_numbers(self, days: Iterable[date]) -> dict[date, int]:
        """The last number of each day; numbers are never used twice."""
        last: dict[date, int] = {}
        wanted = listed(sorted(day.isoformat() for day in days))
        for day, number in self._session.execute(
            select(Deal.ordered_on, Deal.number).where(Deal.ordered_on.in_(wanted))
        ):
            tail = number.rpartition("-")[2]
            last[day] = max(last.get(day, 0), int(tail) if tail.isdigit() else 0)
        return last

    # --- promises

    def _promises(self) -> None:
        """Everybody new who is waited for has a next contact; who got his car has none any more."""
        due = cache(partial(rules.day, settings.load(self._session)))  # few days, many people
        today = self._plan.today
        turned = {
            person.id: person
            for person in self._plan.people
            if person.changed.keys() & {"status", "do_not_contact"}
        }
        said = {p.id: p for p in self._plan.people if p.promised is not None}
        promised = set()
        known = {id for id in (*turned, *said) if id is not None}
        for promise in self._open_promises(sorted(known)):
            one = said.get(promise.customer_id)
            if one is not None and one.promised is not None and promise.rule is Promise.NEXT:
                promise.due_on, promise.clock = one.promised
                promise.agreed = promise.agreed or promise.clock is not None
                promise.asked_by, promise.since = "", None
            person = turned.get(promise.customer_id)
            if person is None:
                continue
            if promise.rule is Promise.NEXT and standing.waited_for(person):
                promised.add(person.id)
            elif person.facts["do_not_contact"] or (
                promise.rule is Promise.NEXT
                and not (promise.agreed and person.facts["status"] is Status.OWNER)
            ):
                self._session.delete(promise)
        rows = (
            {
                "customer_id": person.id,
                "rule": Promise.NEXT,
                "due_on": when.on if when else standing.next_on(person, due, today),
                "clock": when and when.clock,
                "agreed": bool(when and when.clock),
                "staff_id": self._ids.get(
                    person.facts["consultant_id"], person.facts["consultant_id"]
                ),
            }
            for person in self._plan.people
            for when in (person.promised,)
            if (person.created_at is not None or person.id in turned)
            and person.id not in promised
            and standing.waited_for(person)
        )
        self._insert(FollowUp, rows)
        stopped = [id for id in turned if id is not None]
        if stopped:  # who must not be contacted, or withdrew: cards, too
            consent.stop(self._session, stopped, now=self._plan.now)

    def _open_promises(self, customers: Sequence[int]) -> Iterable[FollowUp]:
        if not customers:
            return []
        return self._session.scalars(
            select(FollowUp).where(
                FollowUp.customer_id.in_(listed(customers)), FollowUp.done_at.is_(None)
            )
        ).all()

    # --- losses

    def _losses(self, staff_id: int | None) -> None:
        """Who is lost by the file has a loss like any other; what is known of it is its day."""
        today = self._plan.today
        lost = {
            person.id: person.facts["last_visit_on"] or today
            for person in self._plan.people
            if person.id is not None
            and person.facts["status"] is Status.LOST
            and (person.created_at is not None or "status" in person.changed)
        }
        if lost:
            losses.brought_in(self._session, lost, staff_id=staff_id, now=self._plan.now)
        back = [
            person.id
            for person in self._plan.people
            if person.id is not None
            and person.changed.get("status", Status.LOST) is not Status.LOST
        ]
        if back:
            losses.came_back_many(self._session, back, self._plan.now)

    # --- the source

    def _source(self, staff_id: int | None) -> None:
        """The file and every row of it as it stood there."""
        for number, book in enumerate(self._plan.books):
            rows = self._plan.of_book(number)
            counts = Counter(row.outcome for row in rows)
            (batch,) = journal.insert_many(
                self._session,
                ImportBatch,
                [
                    {
                        "file_name": book.name,
                        "sha256": book.sha256,
                        "at": self._plan.now,
                        "staff_id": staff_id,
                        "counts": json.dumps({outcome: counts[outcome] for outcome in Outcome}),
                    }
                ],
            )
            self._source_rows(batch, rows)

    def _source_rows(self, batch: int, rows: Sequence[Row]) -> None:
        source = (
            {
                "batch_id": batch,
                "sheet": sheet,
                "row": number,
                "outcome": str(row.outcome),
                "reason": row.reason,
                "cells": self._cells(row),
                "customer_id": row.person.id if row.person is not None else None,
                "visit_id": row.draft.id
                if row.draft is not None and "arrived_at" in row.draft.values
                else None,
            }
            for row in self._progress.track(rows, 1000)
            if not _is_blank(row)
            for sheet, number in (self._place(row),)
        )
        self._insert(ImportRow, source)

    def _place(self, row: Row) -> tuple[str, int]:
        """Sheet and number of a row in its file; where it is a column there: Sheet1!C."""
        of = self._plan.sheets[row.sheet]
        if of.origin is None:
            return of.name, row.number
        line = of.line(row)
        return of.name if line.isdigit() else f"{of.name}!{line}", of.cell(row)[0]

    def _cells(self, row: Row) -> str:
        """What a row said; of somebody who is no longer on file nothing is kept."""
        return "[]" if row.nothing is Nothing.GONE else self._plan.source(row).decode().strip()


def _born(values: dict[str, Any]) -> dict[str, Any]:
    """Facts with the birthday as it is kept; in words it is lunar, or has no year."""
    if "birthday" not in values:
        return values
    said, more, by_moon = values["birthday"], 0, False
    if isinstance(said, str):
        heard = lunar.heard(said)
        by_moon = heard is not None
        said, more = lunar.kept(heard or lunar.without_year(said) or said)
    return {**values, "birthday": said, "birthday_more": more, "birthday_lunar": by_moon}


def _is_blank(row: Row) -> bool:
    return row.nothing is Nothing.BLANK
