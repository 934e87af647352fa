"""The folder of copies: names, ages, which stay; made by themselves, here and on a stick."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from showroom.dates import local_day
from showroom.sheets import apply, plan, read
from showroom.store import backup, copies, keeping, recovery
from showroom.store.db import Database
from showroom.store.keeping import Second
from showroom.store.models import Customer
from showroom.store.opening import open_desk
from tests import builders
from tests.builders import NOW, later

moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


@pytest.fixture
def db(db: Database) -> Database:
    return builders.stop_clock(db)


def add(db, name: str = "张伟") -> None:
    with db.write() as session:
        builders.a_customer(session, name)


def keep(db, moment: datetime, **options) -> keeping.Kept:
    return keeping.keep_safe(db.path, db.key, db.backups, moment, **options)


# --- names and ages


def test_copies_are_found_by_their_names_and_age(tmp_path):
    for moment in (later(days=40), later(hours=1), NOW):
        copies.place(tmp_path, moment).touch()
    for other in ("before-restore-20300101T000000Z.db", "notes.db", "desk-2026.db", "desk-.txt"):
        (tmp_path / other).touch()
    assert [path.name for path in copies.listed(tmp_path)] == [
        "desk-20261118T023000Z.db",
        "desk-20261118T033000Z.db",
        "desk-20261228T023000Z.db",
    ]
    assert copies.last(tmp_path, later(days=41)) == later(days=40)
    assert [path.name for path in copies.listed(tmp_path, "before")] == [
        "before-restore-20300101T000000Z.db"
    ]
    assert len(copies.listed(tmp_path, "")) == 4


def test_a_copy_from_the_future_says_nothing_about_today(tmp_path):
    copies.place(tmp_path, later(days=4000)).touch()
    assert copies.last(tmp_path, NOW) is None
    assert copies.newest(tmp_path, NOW) is None
    copies.place(tmp_path, NOW).touch()
    assert copies.last(tmp_path, NOW) == NOW


def test_no_folder_no_copy(tmp_path):
    assert copies.last(tmp_path / "none", NOW) is None
    assert copies.listed(tmp_path / "none") == []
    assert copies.thin(tmp_path / "none") == []


def test_two_copies_of_one_second_have_two_names(tmp_path):
    for _copy in range(11):
        copies.place(tmp_path, NOW).touch()
    found = [path.name for path in copies.listed(tmp_path)]
    assert found[:2] == ["desk-20261118T023000Z.db", "desk-20261118T023000Z-2.db"]
    assert found[-1] == "desk-20261118T023000Z-11.db"


def test_moments_in_names_are_utc(tmp_path):
    beijing = NOW.astimezone().replace(tzinfo=None).astimezone()
    assert copies.place(tmp_path, beijing).name == "desk-20261118T023000Z.db"
    assert copies.moment(copies.place(tmp_path, beijing)) == NOW
    assert copies.moment(tmp_path / "letter.docx") is None


# --- thinning


@given(st.sets(moments, max_size=120))
def test_what_stays_is_bounded_and_holds_the_newest_of_each_day_week_and_month(made):
    stay = copies.kept(made)
    assert stay <= made
    assert len(stay) <= copies.NEWEST + copies.DAILY + copies.WEEKLY + copies.MONTHLY
    newest_first = sorted(made, reverse=True)
    assert set(newest_first[: copies.NEWEST]) <= stay
    for count, bucket in (
        (12, lambda day: day),
        (10, lambda day: day.isocalendar()[:2]),
        (9, lambda day: (day.year, day.month)),
    ):
        newest = {}
        for moment in newest_first:
            newest.setdefault(bucket(local_day(moment)), moment)
        assert set(list(newest.values())[:count]) <= stay


@given(st.sets(moments, max_size=120))
def test_thinning_twice_removes_nothing_more(made):
    stay = copies.kept(made)
    assert copies.kept(stay) == stay


def test_a_desk_that_copies_all_day_for_two_years_keeps_its_history():
    held: set[datetime] = set()
    start = datetime(2025, 1, 6, 1, tzinfo=UTC)
    for day in range(730):
        if day % 7 != 6:  # closed on Sundays
            for half in range(0, 20, 4):
                held = copies.kept({*held, start + timedelta(days=day, minutes=30 * half)})
    days = {local_day(moment) for moment in held}
    end = local_day(start + timedelta(days=728))
    assert len([day for day in days if day > end - timedelta(days=14)]) >= 12
    assert len({day.isocalendar()[:2] for day in days}) >= 10
    assert len({(day.year, day.month) for day in days}) >= 9
    assert end - min(days) > timedelta(days=210)


def test_old_copies_go_with_what_lies_beside_them_and_the_newest_stay(tmp_path):
    for day in range(60):
        path = copies.place(tmp_path, later(days=day))
        path.touch()
        recovery.beside(path).touch()
        copies.place(tmp_path, later(days=day), "before-restore").touch()
    (tmp_path / "mine.db").touch()
    removed = copies.thin(tmp_path)
    stay = copies.listed(tmp_path)
    assert stay[-1] == tmp_path / "desk-20270116T023000Z.db"
    assert 12 <= len(stay) <= 31
    assert not set(stay) & set(removed)
    assert {recovery.beside(path) for path in stay} == set(tmp_path.glob("desk-*.recovery"))
    assert len(copies.listed(tmp_path, "before")) == copies.BEFORE
    assert (tmp_path / "mine.db").exists()


# --- made by themselves


def test_the_desk_is_copied_when_something_changed(db):
    first = keep(db, NOW).copy
    assert first is not None
    assert copies.last(db.backups, NOW) == NOW
    assert keep(db, later(hours=1)).copy is None
    add(db)
    assert keep(db, later(hours=2)).copy is not None
    assert keep(db, later(hours=3)).copy is None
    copies.listed(db.backups)[-1].write_bytes(b"broken")  # nothing to compare with
    assert keep(db, later(hours=4)).copy is not None
    assert first.path.exists()


def test_before_an_import_the_newest_copy_is_enough_when_it_holds_all(db):
    add(db)
    made = keep(db, NOW, why="before-import").copy
    assert made is not None
    assert made.path.name.startswith("before-import-")
    assert keep(db, later(hours=1), why="before-import").copy is None


def test_a_second_folder_gets_each_copy_proved_with_its_wrapped_key(db, tmp_path):
    stick = tmp_path / "stick"
    assert keep(db, NOW, second=stick).second is Second.ABSENT
    assert not stick.exists()
    stick.mkdir()
    code = recovery.new_code()
    recovery.write(recovery.beside(db.path), db.key, code, NOW)
    add(db)
    made = keep(db, later(hours=1), second=stick)
    assert made.second is Second.DONE
    (there,) = copies.listed(stick)
    assert there.read_bytes() == made.copy.path.read_bytes()
    assert recovery.unwrap(recovery.beside(there), code) == db.key
    assert keep(db, later(hours=2), second=stick).second is Second.DONE
    assert copies.listed(stick) == [there]
    assert not list(stick.glob(".*"))


def test_a_stick_that_was_away_gets_the_newest_copy_when_it_is_back(db, tmp_path):
    stick = tmp_path / "stick"
    add(db)
    keep(db, NOW, second=stick)
    stick.mkdir()
    kept = keep(db, later(hours=1), second=stick)
    assert (kept.copy, kept.second) == (None, Second.DONE)
    assert len(copies.listed(stick)) == 1


def test_a_second_folder_that_takes_nothing_is_said_and_the_first_copy_counts(
    db, tmp_path, monkeypatch
):
    stick = tmp_path / "stick"
    stick.mkdir()
    add(db)

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keeping, "copyfile", full)
    kept = keep(db, NOW, second=stick)
    assert kept.second is Second.FAILED
    assert kept.copy is not None
    assert kept.copy.path.exists()
    assert list(stick.iterdir()) == []


def test_a_copy_is_never_without_the_wrapped_key(db, tmp_path, monkeypatch):
    recovery.write(recovery.beside(db.path), db.key, recovery.new_code(), NOW)
    made = backup.back_up(db.path, db.key, tmp_path / "one.db")
    assert recovery.belongs(recovery.beside(made.path), db.key)

    def refuse(*_args: object) -> None:
        raise OSError

    monkeypatch.setattr(backup.os, "replace", refuse)
    with pytest.raises(Exception, match="cannot be written"):
        backup.back_up(db.path, db.key, tmp_path / "two.db")
    assert not list(tmp_path.glob("*two*"))


def test_an_import_copies_the_file_away_first_unless_it_changes_nothing(db):
    add(db)
    book = read.read(Path(__file__).parents[1] / "data" / "samples" / "客户-GBK.csv")

    def take_in() -> None:
        with db.read() as session:
            planned = plan.plan(session, book, today=db.today(), now=db.now())
        apply.apply(db, planned)

    take_in()
    (before,) = copies.listed(db.backups, "before-import")
    copy = Database(before, db.key)
    with copy.read() as session:
        assert session.scalar(select(func.count()).select_from(Customer)) == 1
    copy.close()
    take_in()
    assert copies.listed(db.backups, "before-import") == [before]


# --- what a killed program left


def test_drafts_that_a_killed_program_left_are_gone_after_the_next_start(db, desk):
    left = [
        desk.backups / ".desk-20261118T023000Z.db.part",
        desk.backups / ".desk-20261118T023000Z.db.part-journal",
        desk.data / ".showroom.db.part",
    ]
    made_now = desk.backups / ".desk-20261118T030000Z.db.part"
    for path in (*left, made_now):
        path.write_bytes(b"half")
    for path in left:
        os.utime(path, (time.time() - 3600,) * 2)
    keep(db, NOW)
    (copy,) = copies.listed(desk.backups)
    db.close()
    open_desk(desk).close()
    assert not any(path.exists() for path in left)
    assert made_now.exists()  # another program may be making it
    assert copy.exists()


def test_drafts_on_a_stick_are_swept_when_a_copy_goes_there(db, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    draft = stick / ".desk-20261118T023000Z.db.part"
    draft.write_bytes(b"half")
    os.utime(draft, (time.time() - 3600,) * 2)
    add(db)
    assert keep(db, NOW, second=stick).second is Second.DONE
    assert not draft.exists()
    assert len(copies.listed(stick)) == 1
