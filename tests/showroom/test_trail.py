"""The trail: sealed by every write, proved entry by entry, read back in words."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from showroom import dates, settings
from showroom.door import reception
from showroom.errors import Invalid, ShowroomError
from showroom.figures import trail_sheet
from showroom.guard import entries, staff, trail
from showroom.people import customers, timeline
from showroom.store import backup, check, journal, seals
from showroom.store.db import Database, connect
from showroom.store.models import (
    Action,
    Card,
    Change,
    Choice,
    Customer,
    FollowUp,
    ImportBatch,
    Role,
    Staff,
)
from tests import builders
from tests.builders import NOW, TODAY
from tests.stories import story

ROWS = [{"name": f"客户{n}", "created_at": NOW} for n in range(20)]


@pytest.fixture
def db(db: Database) -> Database:
    return builders.stop_clock(db)


@story
def day(db):
    """A day at the desk: people, visits, a deal, an import, an undo, an export."""
    with db.write() as session:
        db.staff_id = builders.a_member(session)
    for name in ("张伟", "李娜", "欧阳芳"):
        with db.write() as session:
            builders.a_customer(session, name)
    for people in (1, 2, 3):
        with db.write() as session:
            builders.a_visit(session, people=people)
    with db.write() as session:
        model = builders.a_model(session)
    with db.write() as session:
        builders.a_deal(session, 1, model_id=model)
    with db.write() as session:
        journal.act(session, "import")
        journal.insert_many(session, Customer, ROWS)
    with db.write() as session:
        rows = [{"id": id, "note": "老客户"} for id in (1, 2)]
        journal.act(session, "change_customer")
        journal.update_many(session, Customer, rows)
    with db.write() as session:
        journal.undo(session)
    trail.exported(db, "Customers", count=3)
    return db


def verdict(db, anchor: str = "") -> trail.Verdict:
    with db.read() as session:
        return trail.verify(session, anchor)


def code(db) -> str:
    with db.read() as session:
        return trail.anchor(session)


def doctor(db, *statements: str) -> None:
    """Write past the program, as somebody with the key and patience would."""
    connection = connect(db.path, db.key, foreign_keys=False)
    connection.execute("BEGIN IMMEDIATE")
    for sql in statements:
        connection.execute(sql)
    connection.execute("COMMIT")
    connection.close()


def actions(db) -> list[int]:
    with db.read() as session:
        return list(session.scalars(select(Action.id).order_by(Action.id)))


# --- proof


def test_every_write_is_sealed_and_the_chain_holds(day):
    said = verdict(day)
    assert said[:5] == (True, len(actions(day)), None, "", 0)
    assert said.sentence == f"{len(actions(day))} entries: whole."
    with day.read() as session:
        assert all(len(seal) == 64 for seal in session.scalars(select(Action.seal)))
        assert all(len(digest) == 32 for digest in session.scalars(select(Change.digest)))


def test_an_empty_file_is_whole(db):
    assert verdict(db).ok
    doctor(db, "DELETE FROM change", "DELETE FROM action", "DELETE FROM sqlite_sequence")
    assert verdict(db)[:4] == (True, 0, None, "")
    assert code(db) == ""


@pytest.mark.parametrize(
    ("sql", "broken", "what"),
    [
        ("UPDATE action SET why = 'nothing' WHERE id = 4", 4, "changed"),
        ("UPDATE action SET staff_id = 2 WHERE id = 5", 5, "changed"),
        ("UPDATE action SET at = '2026-01-01 00:00:00.000' WHERE id = 3", 3, "changed"),
        ("UPDATE action SET seal = 'x' || substr(seal, 2) WHERE id = 3", 3, "changed"),
        ("UPDATE action SET seal = '' WHERE id = 3", 3, "inserted"),
        ("UPDATE change SET after = replace(after, '张', '章') WHERE action_id = 3", 3, "rows"),
        ("UPDATE change SET after = NULL WHERE action_id = 3", 3, "rows"),
        ("UPDATE change SET row_id = 99 WHERE action_id = 3", 3, "rows"),
        ("UPDATE change SET digest = '' WHERE action_id = 3", 3, "changed"),
        ("UPDATE change SET action_id = 4 WHERE action_id = 3", 3, "changed"),
        ("DELETE FROM change WHERE action_id = 6", 6, "changed"),
        ("DELETE FROM action WHERE id = 4", 4, "removed"),
        ("DELETE FROM action WHERE id = 1", 1, "removed"),
    ],
)
def test_the_first_entry_that_was_doctored_is_named(day, sql, broken, what):
    doctor(day, sql)
    said = verdict(day)
    assert (said.ok, said.first_broken, said.what) == (False, broken, what)
    assert str(broken) in said.sentence


def test_two_entries_that_changed_places_are_found(day):
    doctor(
        day,
        "UPDATE action SET id = -id WHERE id IN (7, 8)",
        "UPDATE change SET action_id = 15 - action_id WHERE action_id IN (7, 8)",
        "UPDATE action SET id = 15 + id WHERE id < 0",
    )
    assert verdict(day)[2:4] == (7, "moved")


def test_an_entry_put_in_is_found(day):
    last = actions(day)[-1]
    names = ", ".join(name for name in (*seals.FIELDS, "seal") if name != "id")
    doctor(day, f"INSERT INTO action ({names}) SELECT {names} FROM action WHERE id = 5")
    assert verdict(day)[2:4] == (last + 1, "inserted")


def test_changes_without_their_action_are_found(day):
    last = actions(day)[-1]
    doctor(
        day,
        "INSERT INTO change (action_id, table_name, row_id, digest)"
        f" VALUES ({last + 5}, 'customer', 1, '')",
    )
    assert verdict(day).what == "cut"
    doctor(
        day,
        "INSERT INTO change (action_id, table_name, row_id, digest)"
        f" VALUES ({last + 6}, 'customer', 1, '')",
    )
    assert verdict(day)[2:4] == (last + 5, "cut")
    doctor(day, f"UPDATE change SET action_id = 0 WHERE action_id = {last + 5}")
    assert verdict(day)[2:4] == (0, "inserted")


def test_a_trail_cut_at_its_end_is_found(day):
    last = actions(day)[-1]
    doctor(
        day,
        f"DELETE FROM change WHERE action_id > {last - 2}",
        f"DELETE FROM action WHERE id > {last - 2}",
    )
    assert verdict(day)[2:4] == (last - 1, "cut")


def test_a_trail_cut_without_a_trace_is_found_by_the_printed_code(day):
    printed, last = code(day), actions(day)[-1]
    assert verdict(day, printed).ok
    assert verdict(day, f" {printed.lower()} ").ok
    doctor(
        day,
        f"DELETE FROM change WHERE action_id = {last}",
        f"DELETE FROM action WHERE id = {last}",
        f"UPDATE sqlite_sequence SET seq = {last - 1} WHERE name = 'action'",
    )
    assert verdict(day).ok
    assert verdict(day, printed)[2:4] == (last, "shorter")
    with day.write() as session:
        builders.a_customer(session, "别人")
    assert verdict(day, printed)[2:4] == (last, "anchor")


def test_a_code_that_is_none_is_said(day):
    with pytest.raises(Invalid) as found:
        verdict(day, "12-hello")
    assert "anchor" in found.value.problems


def test_a_chain_made_with_another_key_does_not_hold(day):
    day._sealer = seals.Sealer(bytes(32))
    assert verdict(day).first_broken == 1


def test_two_hundred_random_tamperings_are_all_found(day):
    """One cell, one row, at random: see `tests/rigs` for many more."""
    chance = random.Random(7)
    for _round in range(200):
        with day.read() as session:  # what is written here is thrown away
            connection = session.connection()
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            sql = a_tampering(connection.exec_driver_sql, chance)
            assert connection.exec_driver_sql(sql).rowcount == 1, sql
            assert not trail.verify(session).ok, sql
    assert verdict(day).ok


def a_tampering(execute, chance: random.Random) -> str:
    def one(table: str) -> int:
        return chance.choice([id for (id,) in execute(f"SELECT id FROM {table}")])

    action, change = one("action"), one("change")
    return chance.choice(
        [
            f"DELETE FROM action WHERE id = {action}",
            f"DELETE FROM change WHERE id = {change}",
            f"UPDATE action SET staff_id = coalesce(staff_id, 0) + 1 WHERE id = {action}",
            f"UPDATE action SET why = why || ' ' WHERE id = {action}",
            f"UPDATE action SET what = 'x' || what WHERE id = {action}",
            f"UPDATE action SET verb = verb || 's' WHERE id = {action}",
            f"UPDATE action SET at = datetime(at, '-1 minute') WHERE id = {action}",
            f"UPDATE action SET subject_id = coalesce(subject_id, 0) + 1 WHERE id = {action}",
            f"UPDATE action SET subject_table = subject_table || 'x' WHERE id = {action}",
            f"UPDATE action SET undoes_id = coalesce(undoes_id, 0) + 1 WHERE id = {action}",
            f"UPDATE action SET seal = upper(seal) || '0' WHERE id = {action}",
            f"UPDATE action SET id = id + 1000 WHERE id = {action}",
            f"UPDATE change SET after = coalesce(after, '') || ' ' WHERE id = {change}",
            f"UPDATE change SET before = coalesce(before, '') || ' ' WHERE id = {change}",
            f"UPDATE change SET before = NULL, after = NULL WHERE id = {change}",
            f"UPDATE change SET row_id = row_id + 1 WHERE id = {change}",
            f"UPDATE change SET table_name = 'phones' WHERE id = {change}",
            f"UPDATE change SET digest = 'f' || digest WHERE id = {change}",
            f"UPDATE change SET action_id = action_id + 1 WHERE id = {change}",
            f"UPDATE change SET id = id + 5000 WHERE id = {change}",
            "INSERT INTO change (action_id, table_name, row_id, before, after, digest)"
            f" SELECT action_id, table_name, row_id, before, after, digest FROM change"
            f" WHERE id = {change}",
            "INSERT INTO action (at, staff_id, verb, subject_table, why, seal)"
            f" SELECT at, staff_id, verb, subject_table, why, seal FROM action WHERE id = {action}",
        ]
    )


# --- erasure


def test_what_an_erasure_emptied_is_said_and_holds(day):
    with day.write() as session:
        journal.act(session, "change_customer")
        session.get_one(Customer, 2).name = "—"
        emptied = journal.empty(session, "customer", [2])
    assert emptied == 4  # made, changed, changed back, renamed
    said = verdict(day)
    assert (said.ok, said.emptied) == (True, 4)
    assert said.sentence.endswith("4 rows were emptied by erasures.")
    with day.read() as session:
        left = session.scalars(
            select(Change).where(Change.table_name == "customer", Change.row_id == 2)
        )
        assert all(change.before is None and change.after is None for change in left)
        text = session.scalars(select(Change.after).where(Change.after.contains("李娜"))).all()
        assert text == []
        assert timeline.of_customer(session, 2)
    with day.write() as session:
        assert journal.empty(session, "customer", []) == 0
    with pytest.raises(ShowroomError, match="was erased"), day.write() as session:
        journal.undo(session, said.entries)


def test_what_somebody_emptied_himself_is_broken(day):
    doctor(day, "UPDATE change SET before = NULL, after = NULL WHERE action_id = 4")
    assert verdict(day)[2:4] == (4, "rows")
    doctor(day, "UPDATE change SET digest = digest || ':' || digest WHERE action_id = 4")
    assert verdict(day)[2:4] == (4, "rows")


# --- notes


def test_a_note_is_an_action_without_changes(db):
    heard = []
    db.on_change(lambda: heard.append(1))
    with db.write() as session:
        person = session.get_one(Staff, builders.a_member(session))
    with db.write() as session:
        journal.note(session, "export", person, why="asked for", what="3 rows")
    assert heard == [1]  # nothing to look at anew
    with db.read() as session:
        (row,) = entries.rows(session, entries.find(session, verb="export"))
    assert row[2:] == ("", "Export", "王强", "asked for", "3 rows", 0)
    assert row.detail == "3 rows · asked for"
    assert verdict(db).ok


def test_undo_and_redo_pass_over_notes(day):
    with day.write() as session:
        customers.change(session, 1, note="x")
    trail.exported(day, "Customers")
    with day.write() as session:
        assert journal.undo(session).verb == "change_customer"
    trail.exported(day, "Customers")
    with day.write() as session:
        journal.redo(session)
    with day.read() as session:
        assert session.get_one(Customer, 1).note == "x"
    note = actions(day)[-2]
    with pytest.raises(ShowroomError, match="nothing to undo"), day.write() as session:
        journal.undo(session, note)


def test_a_note_about_a_customer_stands_in_his_timeline_and_cannot_be_undone(day):
    with day.write() as session:
        journal.note(session, "export", session.get_one(Customer, 1), what="file.pdf")
    with day.read() as session:
        entry = next(e for e in timeline.of_customer(session, 1) if e.title.startswith("Export"))
    assert entry.action_id is None
    assert "file.pdf" in entry.detail


def test_in_a_named_transaction_the_note_adds_what(db):
    with db.write() as session:
        staff.add(session, name="李静", role=Role.RECEPTIONIST)
        journal.note(session, "export", what="list")
    with db.read() as session:
        row = entries.rows(session, entries.find(session))[0]
    assert (row.verb, row.what, row.rows) == ("Staff changed", "list", 1)


# --- another key


def test_a_copy_with_another_key_is_sealed_anew_and_says_so(day, tmp_path):
    copy = backup.back_up(day.path, day.key, tmp_path / "copy.db")
    count = len(actions(day))
    other, key = tmp_path / "other.db", bytes(range(32))
    backup.restore(other, key, copy.path, tmp_path, NOW, source_key=day.key)
    there = Database(other, key)
    said = verdict(there)
    assert (said.ok, said.entries) == (True, count + 1)
    with there.read() as session:
        row = entries.rows(session, entries.find(session, verb="seal"))[0]
    assert row.what == f"1–{count}"
    there.close()


def test_a_doctored_copy_is_not_mended_by_another_key(day, tmp_path):
    with day.write() as session:
        customers.change(session, 1, note="x")
        journal.empty(session, "customer", [3])
    doctor(day, "UPDATE action SET why = 'nothing' WHERE id = 9")
    copy = backup.back_up(day.path, day.key, tmp_path / "copy.db")
    other, key = tmp_path / "other.db", bytes(range(32))
    backup.restore(other, key, copy.path, tmp_path, NOW, source_key=day.key)
    there = Database(other, key)
    assert verdict(there).first_broken == 9
    there.close()
    doctor(day, "UPDATE action SET why = 'nothing' WHERE id = 1")
    copy = backup.back_up(day.path, day.key, tmp_path / "second.db")
    backup.restore(other, key, copy.path, tmp_path, NOW, source_key=day.key)
    there = Database(other, key)
    assert verdict(there).first_broken == 1
    there.close()


# --- reading


def read(db, text: str = "", **narrow: object) -> list[entries.Entry]:
    with db.read() as session:
        return entries.rows(session, entries.find(session, text, **narrow))


def test_entries_are_read_in_words_the_newest_first(day):
    rows = read(day)
    assert [row.id for row in rows] == sorted((row.id for row in rows), reverse=True)
    assert rows[0][2:] == ("王强", "Export", "", "", "Customers · 3 rows", 0)
    subjects = [row.subject for row in rows]
    assert "Mr 张伟" in subjects
    assert any(subject.endswith(" · Mr 张伟") for subject in subjects)
    assert f"Visit {dates.local(NOW):%m-%d %H:%M}" in subjects
    assert (rows[-1].verb, rows[-1].subject) == ("Set up the desk", "")
    assert (rows[-2].verb, rows[-2].subject) == ("Staff changed", "王强")  # by the row it made
    (undone,) = [row for row in rows if row.verb == "Undone"]
    assert undone.what == f"Entry {undone.id - 1}: Customer changed"


def test_entries_are_found_by_day_person_verb_and_customer(day):
    with day.write() as session:
        reception.leave(session, 1, at=builders.later(minutes=30))
    day.clock = lambda: NOW + timedelta(days=1)
    with day.write() as session:
        customers.change(session, 3, note="明天")
    everything = len(read(day))
    tomorrow = TODAY + timedelta(days=1)
    (row,) = read(day, first=tomorrow, last=tomorrow)
    assert row.verb == "Customer changed"
    assert len(read(day, first=TODAY, last=TODAY)) == everything - 2  # the desk was set up today
    assert len(read(day, staff_id=0)) == 2
    assert {row.verb for row in read(day, verb="arrive")} == {"Arrival"}
    assert {row.subject.split("Mr ")[-1] for row in read(day, "欧阳")} == {"欧阳芳"}
    assert read(day, "没有这个人") == []
    assert read(day, " · ") == []
    with day.read() as session:
        phone = customers.file(session, 1).phones[0][1]
    for digits in (phone, phone[-5:], phone[-3:]):
        assert {row.verb for row in read(day, digits)} >= {"New customer", "Deal closed"}


def test_the_verbs_that_occur_are_offered(day):
    with day.read() as session:
        assert ("export", "Export") in entries.verbs(session)


def test_a_subject_that_is_gone_is_a_number(day):
    with day.write() as session:
        builders.a_customer(session, "走了")
    with day.write() as session:
        journal.undo(session)
    assert read(day, verb="undo")[0].subject == "Customer #24"


def test_cards_follow_ups_lists_and_files_are_said_by_what_they_are(day):
    with day.write() as session:
        journal.act(session, "import")
        batch = ImportBatch(file_name="来店.xlsx", sha256="", at=NOW, counts="{}")
        session.add(batch)
    with day.read() as session:
        about = [
            session.scalars(select(model)).first()
            for model in (Card, FollowUp, Choice, ImportBatch)
        ]
    for row in about:
        with day.write() as session:
            journal.note(session, "export", row)
    subjects = [row.subject for row in read(day, verb="export")]
    assert subjects[0] == "来店.xlsx"
    assert subjects[1]
    assert subjects[2].endswith(" · Mr 张伟")
    assert subjects[3] == "Thanks for the purchase · Mr 张伟"


def test_settings_say_how_long_the_trail_is_kept():
    assert settings.Settings().trail_years == 3


def test_in_a_damaged_file_nothing_is_proved(day, monkeypatch):
    damage = [check.Problem("damage", 1, "", "")]
    monkeypatch.setattr(check, "check", lambda _db, _progress: damage)
    assert trail.check_all(day) == damage


def test_the_check_of_the_file_proves_the_trail(day):
    before = trail.check_all(day)
    assert "trail" not in {problem.code for problem in before}
    doctor(day, "DELETE FROM action WHERE id = 4")
    (problem,) = [one for one in trail.check_all(day) if one.code == "trail"]
    assert problem.sentence == "The trail does not hold"
    assert problem.repair.startswith("Entry 4 is missing. Keep")


# --- taking it along


def test_the_trail_goes_out_as_a_workbook_with_its_code(day, tmp_path):
    from openpyxl import load_workbook

    path = tmp_path / "trail.xlsx"
    with day.read() as session:
        ids = entries.find(session)
        assert trail_sheet.save(session, ids, path) == len(ids)
    sheet = load_workbook(path)["Trail"]
    assert sheet["A1"].value == f"Code of the trail: {code(day)}"
    head = [cell.value for cell in sheet[3]]
    assert head[:3] == ["Entry", "When", "Who"]
    shown = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert shown[0][0] == ids[0]
    assert shown[0][2:6] == ["王强", "Export", None, "Customers · 3 rows"]


def test_a_journal_without_entries_needs_no_seals(db):
    doctor(db, "DELETE FROM change", "DELETE FROM action")
    connection = connect(db.path, db.key)
    sealer = seals.Sealer(db.key)
    assert seals.seal_old(connection, sealer, "2026-11-18 02:30:00.000") == 0
    assert seals.carry_over(connection, sealer, sealer, "2026-11-18 02:30:00.000") == 0
    connection.close()
    assert actions(db) == []


def test_a_file_that_leaves_is_noted_by_its_name_alone(db, tmp_path):
    trail.exported(db, "Cards", tmp_path / "cards.pdf")
    assert read(db, verb="export")[0].what == "Cards · cards.pdf"
