"""The unattended jobs on a desk with PINs: who is there is asked, and the same rights hold."""

from __future__ import annotations

import io

import pytest

from showroom import cli, paths, settings
from showroom.errors import ShowroomError
from showroom.guard import staff
from showroom.store import recovery
from showroom.store.models import Role
from tests import builders
from tests.amounts import slow_but
from tests.showroom.cli.kit import last_entry

# --- with PINs


@pytest.fixture
def locked(folder, tmp_path, monkeypatch):
    """A desk whose manager 周敏 has the PIN 2468, and whose receptionist 李静 has 1357."""
    with cli.opened(paths.desk(folder)) as db, db.write() as session:
        keeper = builders.a_member(session, "周敏的经理", Role.MANAGER)
        desk = builders.a_member(session, "前台李静", Role.RECEPTIONIST)
    with cli.opened(paths.desk(folder)) as db:
        for id, number in ((keeper, "2468"), (desk, "1357")):
            with db.write() as session:
                builders.a_pin(session, id, number, by=keeper)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    return folder


@pytest.fixture
def give(tmp_path, monkeypatch):
    """Return a function that writes a PIN into the file named in SHOWROOM_PIN_FILE."""

    def write(number):
        file = tmp_path / "pin.txt"
        file.write_text(f"{number}\n", "utf-8")
        monkeypatch.setenv("SHOWROOM_PIN_FILE", str(file))

    return write


JOBS_WITH_PEOPLE = (
    "find 1",
    "day 2026-11-20",
    "undo",
    "import none.csv",
    "export customers out.xlsx",
    "export month 2026-11 out.xlsx",
    "export visits out.xlsx",
    "export register 2026-11-20 out.xlsx",
    "cards out.pdf",
    "restore copy.db",
    "sample --customers 5",
    "person 1 out.pdf",
    "retention --erase",
)
JOBS_OF_THE_NIGHT = ("check", "duplicates", "backup copy.db")


@pytest.mark.parametrize("line", slow_but(JOBS_WITH_PEOPLE[::3], JOBS_WITH_PEOPLE))
def test_a_locked_desk_asks_who_is_there(locked, call, tmp_path, line):
    (tmp_path / "none.csv").write_text("姓名,手机\n张伟,13800138000\n", "utf-8")
    code, out, err = call(locked, line)
    assert (code, out) == (1, "")
    assert err == "This desk is locked: say who you are with --staff NAME.\n"
    assert not (tmp_path / "out.xlsx").exists()


@pytest.mark.parametrize("line", slow_but(JOBS_WITH_PEOPLE[::6], JOBS_WITH_PEOPLE))
def test_a_wrong_pin_gets_nothing_done(locked, call, give, tmp_path, line):
    (tmp_path / "none.csv").write_text("姓名,手机\n张伟,13800138000\n", "utf-8")
    give("9999")
    assert call(locked, f"--staff 周敏的经理 {line}") == (1, "", "Wrong PIN. 4 more tries.\n")
    assert not (tmp_path / "out.xlsx").exists()


def test_every_job_asks_who_is_there_but_those_of_the_night():
    asked = {line.split()[0] for line in (*JOBS_WITH_PEOPLE, *JOBS_OF_THE_NIGHT)}
    assert asked == set(cli.JOBS) - {"reset-pin"}  # who forgot his PIN gives the recovery code


@pytest.mark.parametrize("line", JOBS_OF_THE_NIGHT)
def test_what_shows_nobody_asks_for_no_pin(locked, call, give, line):
    assert call(locked, line)[0] == 0
    give("9999")
    assert call(locked, f"--staff 周敏的经理 {line}")[0] == 1, "who is named gives his PIN"


def test_the_pin_comes_from_a_file_and_the_journal_names_who_it_was(locked, give, answer, tmp_path):
    give("1357")
    (tmp_path / "list.csv").write_text("姓名,手机\n张大伟,13800138000\n", "utf-8")
    assert answer(locked, "--staff 前台李静 find 李 --limit 1")
    assert answer(locked, "import --staff 前台李静 list.csv")["new"] == 1
    with cli.opened(paths.desk(locked)) as db, db.read() as session:
        from showroom.store.models import Action, Staff

        last = session.query(Action).filter_by(verb="import").order_by(Action.id.desc()).first()
        assert session.get_one(Staff, last.staff_id).name == "前台李静"


def test_a_wrong_pin_is_said_and_counted_until_it_locks(locked, call, give):
    give("0000")
    for left in ("4 more tries", "3 more tries", "2 more tries", "1 more try"):
        assert call(locked, "--staff 前台李静 find 1") == (1, "", f"Wrong PIN. {left}.\n")
    assert "locked for 1 minute" in call(locked, "--staff 前台李静 find 1")[2]
    give("1357")
    assert "locked for 1 minute" in call(locked, "--staff 前台李静 find 1")[2]


def test_who_is_unknown_or_has_no_pin_or_cannot_be_asked_is_told_so(
    locked, call, give, monkeypatch
):
    assert call(locked, "--staff nobody find 1")[2] == "Nobody called nobody works here.\n"
    assert "SHOWROOM_PIN_FILE" in call(locked, "--staff 前台李静 find 1")[2]
    monkeypatch.setenv("SHOWROOM_PIN_FILE", "not-there.txt")
    assert call(locked, "--staff 前台李静 find 1")[2] == (
        "The PIN cannot be read from not-there.txt.\n"
    )
    with cli.opened(paths.desk(locked)) as db, db.write() as session:
        builders.a_member(session, "新来的")
    give("1234")
    assert "新来的 has no PIN yet" in call(locked, "--staff 新来的 find 1")[2]


def test_only_a_manager_puts_a_copy_in_place_of_a_locked_desk(locked, call, give, tmp_path):
    copy = tmp_path / "copy.db"
    assert call(locked, "backup", copy)[0] == 0
    give("1357")
    code, _out, err = call(locked, "--staff 前台李静 restore", copy)
    assert (code, err) == (
        1,
        "Only a manager or an owner may restore, repair, or make a recovery code.\n",
    )
    give("2468")
    assert call(locked, "--staff 周敏的经理 restore", copy)[0] == 0


WHAT_SHE_MAY_NOT = {  # the job, and what the receptionist is told
    "restore copy.db": "may restore, repair, or make a recovery code",
    "undo": "may take this back: Invented data",
    "export customers out.xlsx": "may be taken out only by a manager or an owner",
    "export visits out.xlsx": "may be taken out only by a manager or an owner",
    "export month 2026-10 out.xlsx": "may be taken out only by a manager or an owner",
    "cards out.pdf --due 2099-01-01": "may be taken out only by a manager or an owner",
}


@pytest.fixture
def strict(locked):
    """The locked desk, where a list of more than one row needs a manager, and of many two."""
    with cli.opened(paths.desk(locked)) as db:
        for name in ("张大伟", "张小伟"):
            with db.write() as session:
                builders.a_deal(session, builders.a_customer(session, name, address="城东路 1 号"))
        with db.write() as session, builders.unguarded(session):
            shop = settings.load(session)
            shop.export_alone, shop.export_two = 1, 1
            settings.save(session, shop)
    return locked


@pytest.mark.parametrize("line", slow_but([*WHAT_SHE_MAY_NOT][::3], WHAT_SHE_MAY_NOT))
def test_the_receptionist_may_no_more_here_than_at_the_window(strict, call, give, tmp_path, line):
    assert call(strict, "backup copy.db")[0] == 0
    give("1357")
    line = line.replace("undo", "undo 2")  # the invented data
    code, out, err = call(strict, f"--staff 前台李静 {line}")
    assert (code, out) == (1, "")
    assert WHAT_SHE_MAY_NOT[line.replace("undo 2", "undo")] in err
    assert not [*tmp_path.glob("out.*")]


def test_what_is_printed_leaves_the_desk_like_a_list(strict, call, give):
    give("1357")
    assert call(strict, "--staff 前台李静 find 张大伟")[0] == 0
    code, out, err = call(strict, "--staff 前台李静 find 张 --limit 100")
    assert (code, out) == (1, "")
    assert "may be taken out only by a manager or an owner" in err
    assert last_entry(strict).verb == "Export refused"


@pytest.fixture
def second(strict, tmp_path, monkeypatch):
    """The owner 孙悦 with the PIN 8642; return a function that writes it into its file."""
    with cli.opened(paths.desk(strict)) as db:
        with db.write() as session:
            owner = builders.a_member(session, "孙悦", Role.OWNER)
            keeper = next(one.id for one in staff.everyone(session) if one.name == "周敏的经理")
        with db.write() as session:
            builders.a_pin(session, owner, "8642", by=keeper)

    def write(number="8642"):
        file = tmp_path / "second.txt"
        file.write_text(number, "utf-8")
        monkeypatch.setenv("SHOWROOM_SECOND_PIN_FILE", str(file))

    return write


MANY = ["export customers out.xlsx", "export visits out.csv", "cards out.pdf --due 2099-01-01"]


@pytest.mark.parametrize("line", slow_but(MANY[:1], MANY))
def test_very_many_rows_leave_with_two(strict, second, call, give, tmp_path, line):
    give("2468")
    line = f"--staff 周敏的经理 {line}"
    code, _out, err = call(strict, line)
    assert code == 1
    assert "only by two" in err
    assert last_entry(strict).verb == "Export refused"
    assert "SHOWROOM_SECOND_PIN_FILE" in call(strict, f"{line} --second 孙悦")[2]
    second("0000")
    assert "Wrong PIN" in call(strict, f"{line} --second 孙悦")[2]
    assert "Nobody called 无人" in call(strict, f"{line} --second 无人")[2]
    assert not [*tmp_path.glob("out.*")]
    second()
    assert call(strict, f"{line} --second 孙悦")[0] == 0
    assert [*tmp_path.glob("out.*")]
    noted = last_entry(strict)
    assert (noted.verb, noted.who) == ("Export", "周敏的经理")
    assert noted.what.endswith("second person: 孙悦")


def test_on_an_open_desk_the_second_person_needs_no_pin(folder, call):
    with cli.opened(paths.desk(folder)) as db, db.write() as session:
        builders.a_member(session, "孙悦", Role.OWNER)
    assert call(folder, "export customers out.csv --second 孙悦")[0] == 0


def test_a_forgotten_pin_is_reset_by_the_recovery_code(locked, call, give, tmp_path, monkeypatch):
    code, page, new = recovery.new_code(), tmp_path / "page.txt", tmp_path / "new.txt"
    desk = paths.desk(locked)
    with cli.opened(desk) as db:
        recovery.write(recovery.beside(db.path), db.key, code, db.now())
    new.write_text("7777", "utf-8")
    monkeypatch.setenv("SHOWROOM_NEW_PIN_FILE", str(new))
    assert "SHOWROOM_RECOVERY_CODE_FILE" in call(locked, "reset-pin 周敏的经理")[2]
    monkeypatch.setenv("SHOWROOM_RECOVERY_CODE_FILE", str(page))
    page.write_text(recovery.new_code(), "utf-8")
    assert "another desk or" in call(locked, "reset-pin 周敏的经理")[2]
    page.write_text(code, "utf-8")
    assert "they set the others" in call(locked, "reset-pin 前台李静")[2]
    assert call(locked, "reset-pin 周敏的经理") == (0, "周敏的经理 has a new PIN.\n", "")
    give("2468")
    assert call(locked, "--staff 周敏的经理 find 1")[0] == 1
    give("7777")
    assert call(locked, "--staff 周敏的经理 find 1")[0] == 0


def test_data_that_cannot_be_written_just_now_is_not_restored_without_a_pin(
    locked, call, tmp_path, monkeypatch
):
    from showroom.store import opening

    copy = tmp_path / "copy.db"
    assert call(locked, "backup", copy)[0] == 0

    def busy(_desk):
        raise ShowroomError("Another program is using it.")

    monkeypatch.setattr(opening, "open_desk", busy)
    assert call(locked, "restore", copy) == (1, "", "Another program is using it.\n")


def test_a_restore_names_who_asked_for_it(locked, call, give, tmp_path):
    copy = tmp_path / "copy.db"
    assert call(locked, "backup", copy)[0] == 0
    give("2468")
    assert call(locked, f"--staff 周敏的经理 restore {copy}")[0] == 0
    entry = last_entry(locked)
    assert (entry.verb, entry.who) == ("Backup restored", "周敏的经理")
    paths.desk(locked).database.write_bytes(b"\0" * 8192)
    assert call(locked, f"--staff 周敏的经理 restore {copy}")[0] == 0
    assert (last_entry(locked).who, last_entry(locked).what) == ("", "copy.db"), "nobody was asked"


def test_who_looks_for_more_than_a_look_takes_them_out(locked, call, give):
    give("2468")
    assert call(locked, "--staff 周敏的经理 find 1 --limit 50")[0] == 0
    assert last_entry(locked).verb != "Export"
    assert call(locked, "--staff 周敏的经理 find 1 --limit 1000")[0] == 0
    assert (last_entry(locked).verb, last_entry(locked).who) == ("Export", "周敏的经理")
    assert last_entry(locked).what.startswith("Search · ")


def test_data_that_does_not_open_is_restored_without_a_pin(locked, call, tmp_path):
    copy = tmp_path / "copy.db"
    assert call(locked, "backup", copy)[0] == 0
    paths.desk(locked).database.write_bytes(b"\0" * 8192)
    assert call(locked, "restore", copy)[0] == 0


def test_without_pins_a_name_is_enough_and_stands_in_the_journal(folder, call):
    with cli.opened(paths.desk(folder)) as db, db.write() as session:
        who = builders.a_member(session, "前台李静", Role.RECEPTIONIST)
    with cli.opened(paths.desk(folder)) as db:
        cli.sit_down(db, "前台李静")
        assert db.staff_id == who
