"""A day of anything, undone, is the start: whatever is done in whatever order."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from showroom.errors import ShowroomError
from showroom.store import journal, keys
from showroom.store.db import Database
from showroom.store.models import (
    Ask,
    Card,
    Customer,
    Deal,
    FollowUp,
    Level,
    Moment,
    Outcome,
    Phone,
    Promise,
    Referral,
    Refusal,
    Visit,
)
from tests import builders
from tests.builders import NOW, TODAY
from tests.showroom.journaled import (
    add,
    change,
    customer,
    get,
    last,
    redo,
    tables,
    undo,
    visit,
)


class AnyDay(RuleBasedStateMachine):
    """Random work at the desk, by rows and in bulk; undoing all of it leads back to the start."""

    make: Any = None  # set by the fixture below: opens a new file
    people = Bundle("people")
    visits = Bundle("visits")

    @initialize()
    def open(self) -> None:
        self.db = type(self).make()
        self.numbers = iter(range(1, 10_000))
        with self.db.write() as session:
            self.staff_id = builders.a_member(session)
            self.model_id = builders.a_model(session)
        self.start = tables(self.db)
        self.done = last(self.db)

    def teardown(self) -> None:
        if not hasattr(self, "db"):
            return
        try:
            while (newest := self.newest()) and newest > self.done:
                assert undo(self.db).kept == []
            assert tables(self.db) == self.start
            with self.db.read() as session:
                connection = session.connection()
                assert not connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                count = "SELECT count(*) FROM customer_fts WHERE rowid > 0"
                assert connection.exec_driver_sql(count).scalar() == 0
        finally:
            self.db.close()

    @rule(target=people, name=st.text(max_size=3), level=st.sampled_from(Level))
    def someone_comes_with_a_phone(self, name: str, level: Level) -> int:
        with self.db.write() as session:
            row = customer(name=name, level=level, consultant_id=self.staff_id)
            journal.act(session, "add_customer", row)
            session.add(row)
            session.flush()
            session.add(Phone(customer_id=row.id, number=f"+86{next(self.numbers)}"))
            session.add(FollowUp(customer_id=row.id, rule=Promise.NEXT, due_on=TODAY))
        return row.id

    @rule(target=visits, who=st.none() | people)
    def a_party_comes(self, who: int | None) -> int:
        return add(self.db, visit(number=next(self.numbers), customer_id=self.there(who)))

    @rule(id=visits, refusal=st.none() | st.sampled_from(Refusal))
    def they_are_asked(self, id: int, refusal: Refusal | None) -> None:
        if get(self.db, Visit, id):
            outcome = Outcome.REFUSED if refusal else Outcome.GIVEN
            row = Ask(visit_id=id, moment=Moment.GIFT, outcome=outcome, refusal=refusal, at=NOW)
            add(self.db, row)

    @rule(id=visits, who=people, minutes=st.integers(0, 99))
    def a_visit_is_changed_twice(self, id: int, who: int, minutes: int) -> None:
        with self.db.write() as session:
            row = session.get(Visit, id)
            if row is not None:
                journal.act(session, "complete", row)
                row.left_at = builders.later(minutes=minutes)
                session.flush()
                row.note, row.customer_id = str(minutes), self.there(who)

    @rule(id=people, note=st.text(max_size=2), title=st.sampled_from(["", "经理"]))
    def a_customer_is_changed(self, id: int, note: str, title: str) -> None:
        if self.there(id):
            change(self.db, Customer, id, note=note, title=title)

    @rule(id=people)
    def a_deal_is_closed(self, id: int) -> None:
        if self.there(id):
            with self.db.write() as session:
                builders.a_deal(
                    session,
                    id,
                    model_id=self.model_id,
                    visit_id=None,
                    ordered_on=TODAY - timedelta(days=next(self.numbers)),
                )

    @rule(one=people, two=people)
    def one_brings_another(self, one: int, two: int) -> None:
        if one != two and self.there(one) and self.there(two):
            with self.db.read() as session:
                if session.scalar(select(Referral.id).where(Referral.customer_id == two)):
                    return
            add(self.db, Referral(introducer_id=one, customer_id=two, noted_at=NOW))

    @rule(id=consumes(people))
    def a_customer_without_traces_is_removed(self, id: int) -> None:
        if self.there(id):
            with self.db.write() as session:
                for model in (Visit, Deal, Card, FollowUp, Referral):
                    if session.scalar(select(model.id).where(model.customer_id == id).limit(1)):
                        return
                if session.scalar(select(Referral.id).where(Referral.introducer_id == id)):
                    return
                journal.act(session, "change_customer")
                for phone in session.scalars(select(Phone).where(Phone.customer_id == id)):
                    session.delete(phone)
                session.delete(session.get_one(Customer, id))

    @rule(target=people, count=st.integers(1, 4))
    def a_sheet_is_imported(self, count: int) -> int:
        with self.db.write() as session:
            journal.act(session, "import")
            rows = [{"name": f"导入{n}", "created_at": NOW} for n in range(count)]
            ids = journal.insert_many(session, Customer, rows)
            phones = [{"customer_id": id, "number": f"+86{next(self.numbers)}"} for id in ids]
            journal.insert_many(session, Phone, phones)
            journal.update_many(session, Customer, [{"id": id, "note": "表"} for id in ids])
        return ids[-1]

    @rule()
    def the_last_is_undone(self) -> None:
        newest = self.newest()
        if newest and newest > self.done:
            assert undo(self.db).kept == []

    @rule(back=st.integers(0, 12))
    def something_older_is_undone(self, back: int) -> None:
        """Whatever comes of it, nothing may break."""
        chosen = last(self.db) - back
        if chosen > self.done:
            try:
                undo(self.db, chosen)
            except ShowroomError:
                return

    @rule()
    def it_is_done_again(self) -> None:
        with self.db.read() as session:
            again = journal.last_redoable(session)
        if again:
            assert redo(self.db).kept == []

    def newest(self) -> int | None:
        with self.db.read() as session:
            return journal.last_undoable(session)

    def there(self, id: int | None) -> int | None:
        return id if id is not None and get(self.db, Customer, id) else None


@pytest.mark.slow
def test_a_day_of_anything_undone_is_the_start(desk, tmp_path):
    files = iter(range(10_000))
    key = keys.key_of(desk, made_already=True)

    def make() -> Database:
        copy = shutil.copy(desk.database, tmp_path / f"{next(files)}.db")
        return builders.stop_clock(Database(copy, key))

    AnyDay.make = staticmethod(make)
    run_state_machine_as_test(
        AnyDay,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
