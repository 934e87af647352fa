"""Old entries of the trail go, and what is left is proved as before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from showroom import settings
from showroom.errors import ShowroomError
from showroom.guard import entries, thinning, trail
from showroom.people import customers, timeline
from showroom.store import backup, check, journal, seals
from showroom.store.db import Database, connect
from showroom.store.models import Action, Change, Customer
from tests import builders
from tests.builders import NOW
from tests.stories import story

OLD = datetime(2023, 10, 12, 3, tzinfo=UTC)
KEPT = datetime(2023, 11, 2, 3, tzinfo=UTC)


def at(db: Database, moment: datetime) -> Database:
    db.clock = lambda: moment
    return db


def work(db: Database, moment: datetime, note: str) -> int:
    """Something done to the first customer at that moment; returns the entry."""
    at(db, moment)
    with db.write() as session:
        customers.change(session, 1, note=note)
    with db.read() as session:
        return session.scalar(select(func.max(Action.id)))


@story
def old(db):
    """Three customers and a deal of three years ago, one note of later, and a busy autumn."""
    at(db, OLD)
    for name in ("张伟", "李娜", "欧阳芳"):
        with db.write() as session:
            builders.a_customer(session, name, now=OLD, today=OLD.date())
    with db.write() as session:
        builders.a_deal(session, 2, now=OLD, ordered_on=OLD.date(), today=OLD.date())
    work(db, KEPT, "老客户")
    for day in range(20, -1, -1):
        work(db, NOW - timedelta(days=day), f"第{day}天")
    return at(db, NOW)


def verdict(db, anchor: str = "") -> trail.Verdict:
    with db.read() as session:
        return trail.verify(session, anchor)


def ids(db) -> list[int]:
    with db.read() as session:
        return list(session.scalars(select(Action.id).order_by(Action.id)))


def doctor(db, *statements: str) -> None:
    connection = connect(db.path, db.key, foreign_keys=False)
    for sql in statements:
        connection.execute(sql)
    connection.close()


def code_of(db, id: int) -> str:
    with db.read() as session:
        return f"{id}-{session.get_one(Action, id).seal[:12].upper()}"


# --- what goes


def test_the_months_before_three_years_go_and_the_chain_holds(old):
    everything = ids(old)
    last = next(id for id in everything if code_is_kept(old, id)) - 1
    with old.read() as session:
        seal = session.get_one(Action, last).seal
    assert thinning.thin(old) == seals.Checkpoint(1, last, "2023-10-12", seal)
    assert ids(old) == [*everything[last:], everything[-1] + 1]
    with old.read() as session:
        assert session.scalar(select(func.min(Change.action_id))) > last
    said = verdict(old)
    assert (said.ok, said.entries, said.thinned) == (True, len(ids(old)), last)
    assert said.sentence.endswith(f"Entries up to {last} were taken out when their time was over.")
    assert thinning.thin(old) is None  # until the next month
    work(old, NOW, "weiter")
    assert verdict(old).ok


def code_is_kept(db, id: int) -> bool:
    with db.read() as session:
        return KEPT <= session.get_one(Action, id).at <= NOW


def test_the_next_month_goes_on_from_there(old):
    first = thinning.thin(old)
    at(old, datetime(2026, 12, 3, 3, tzinfo=UTC))
    second = thinning.thin(old)
    assert (second.first, second.day) == (first.last + 1, "2023-11-02")
    said = verdict(old)
    assert (said.ok, said.thinned) == (True, second.last)


def test_the_years_are_a_setting(old):
    with old.write() as session:
        shop = settings.load(session)
        shop.trail_years = 4
        settings.save(session, shop)
    assert thinning.thin(old) is None
    assert thinning.limit(date(2026, 11, 18), 3) <= KEPT


def test_customers_and_deals_stay_and_the_desk_is_whole(old):
    thinning.thin(old)
    assert [problem.code for problem in trail.check_all(old)] == []
    with old.read() as session:
        assert session.scalar(select(func.count()).select_from(Customer)) == 3


def test_an_imported_deal_without_a_card_is_no_fault_when_nobody_knows_it_was_imported(old):
    at(old, OLD)
    doctor(old, "DELETE FROM card")
    assert [problem.code for problem in check.check(old)] == ["no_card"]
    at(old, NOW)
    thinning.thin(old)
    assert check.check(old) == []


def test_what_a_newer_entry_undoes_stays_with_all_that_followed(old):
    with old.write() as session:
        journal.undo(session, 4)  # the third customer: nothing was done with her since
    assert thinning.thin(old).last == 3
    assert verdict(old).ok


def test_nothing_goes_while_the_clock_is_wrong(old):
    """Twelve years ahead for a morning: nothing is lost by it."""
    ahead = NOW + timedelta(days=12 * 365)
    for day in range(10):
        work(old, ahead + timedelta(days=day), f"{day}")
    before = ids(old)
    assert thinning.thin(at(old, ahead + timedelta(days=10))) is None
    assert ids(old) == before
    assert thinning.thin(at(old, NOW)) is not None  # set right again, it is as ever


def test_nothing_goes_from_a_trail_that_does_not_hold(old, caplog):
    doctor(old, "UPDATE action SET why = 'nothing' WHERE id = 3")
    before = ids(old)
    assert thinning.thin(old) is None
    assert ids(old) == before
    assert "does not hold" in caplog.text
    assert verdict(old).first_broken == 3


def test_a_fresh_desk_has_nothing_to_give(db):
    assert thinning.thin(builders.stop_clock(db)) is None


# --- what is said of it


def test_undoing_what_went_is_a_sentence(old):
    thinning.thin(old)
    with pytest.raises(ShowroomError, match="keeps it no longer"), old.write() as session:
        journal.undo(session, 2)


def test_the_timeline_says_that_it_begins_later(old):
    with old.read() as session:
        assert "no longer" not in timeline.of_customer(session, 1)[-1].title
    thinning.thin(old)
    with old.read() as session:
        titles = [entry.title for entry in timeline.of_customer(session, 1)]
        assert any("kept no longer" in title for title in titles)
        assert not any("New customer" in title for title in titles)
        fresh = timeline.of_customer(session, 2)
    assert any(entry.title.startswith("Ordered") for entry in fresh)  # its own row tells it


def test_the_trail_says_what_went_and_since_when_it_goes_back(old):
    with old.read() as session:
        assert trail.goes_back_to(session) is None
    taken = thinning.thin(old)
    with old.read() as session:
        (row,) = entries.rows(session, entries.find(session, verb="thin"))
        assert trail.goes_back_to(session) == KEPT
    assert (row.verb, row.who) == ("Thinned out", "")
    assert row.what == f"Entries 1 to {taken.last}, until 2023-10-12"


def test_codes_of_before_are_answered_honestly(old):
    gone, edge = code_of(old, 2), None
    kept = code_of(old, ids(old)[-3])
    taken = thinning.thin(old)
    edge = f"{taken.last}-{taken.seal[:12].upper()}"
    assert verdict(old, kept)[:1] + verdict(old, kept)[6:] == (True, 0)
    assert verdict(old, edge).older == 0
    wrong = f"{taken.last}-000000000000"
    assert verdict(old, wrong)[2:4] == (taken.last, "anchor")
    said = verdict(old, gone)
    assert (said.ok, said.older) == (True, 2)
    assert said.sentence.endswith("nothing to compare.")


# --- tampering


def test_more_taken_out_than_the_checkpoint_says_is_found(old):
    taken = thinning.thin(old)
    doctor(
        old,
        f"DELETE FROM change WHERE action_id <= {taken.last + 2}",
        f"DELETE FROM action WHERE id <= {taken.last + 2}",
    )
    assert verdict(old)[2:4] == (taken.last + 1, "removed")


def test_entries_taken_out_without_a_checkpoint_are_found(old):
    doctor(old, "DELETE FROM change WHERE action_id <= 3", "DELETE FROM action WHERE id <= 3")
    assert verdict(old)[2:4] == (1, "removed")


@pytest.mark.parametrize("sealed_as", ["", "0" * 64])
def test_a_checkpoint_made_up_is_found(old, sealed_as):
    """With the right seal in it, which anybody who reads the file can copy."""
    with old.read() as session:
        third = session.get_one(Action, 3)
        claim = seals.Checkpoint(1, 3, "2023-10-12", third.seal).text
    last = ids(old)[-1]
    doctor(
        old,
        "DELETE FROM change WHERE action_id <= 3",
        "DELETE FROM action WHERE id <= 3",
        "INSERT INTO action (at, verb, subject_table, why, what, seal)"
        f" VALUES ('2026-11-18 02:30:00.000', 'thin', '', '', '{claim}', '{sealed_as}')",
    )
    assert verdict(old)[2:4] == (last + 1, "changed")


def test_a_checkpoint_that_was_moved_on_is_found(old):
    taken = thinning.thin(old)
    with old.read() as session:
        further = session.get_one(Action, taken.last + 2)
        claim = taken._replace(last=further.id, seal=further.seal).text
    thin = ids(old)[-1]
    doctor(
        old,
        f"DELETE FROM change WHERE action_id <= {further.id}",
        f"DELETE FROM action WHERE id <= {further.id}",
        f"UPDATE action SET what = '{claim}' WHERE id = {thin}",
    )
    assert verdict(old)[2:4] == (thin, "changed")


def test_a_checkpoint_taken_away_is_found(old):
    taken = thinning.thin(old)
    thin = ids(old)[-1]
    doctor(old, f"DELETE FROM action WHERE id = {thin}")
    assert verdict(old)[2:4] == (1, "removed")
    doctor(old, f"UPDATE sqlite_sequence SET seq = {thin - 1} WHERE name = 'action'")
    assert verdict(old)[2:4] == (1, "removed")
    assert taken.last > 1


def test_a_row_left_over_from_an_entry_that_went_is_found(old):
    taken = thinning.thin(old)
    doctor(
        old,
        "INSERT INTO change (action_id, table_name, row_id, digest)"
        f" VALUES ({taken.last}, 'customer', 1, '')",
    )
    assert verdict(old)[2:4] == (taken.last, "inserted")


# --- another key, a copy


def test_a_thinned_copy_with_another_key_holds(old, tmp_path):
    taken = thinning.thin(old)
    work(old, NOW, "danach")
    copy = backup.back_up(old.path, old.key, tmp_path / "copy.db")
    other, key = tmp_path / "other.db", bytes(range(32))
    backup.restore(other, key, copy.path, tmp_path, NOW, source_key=old.key)
    there = Database(other, key)
    said = verdict(there)
    assert (said.ok, said.thinned) == (True, taken.last)
    there.close()
