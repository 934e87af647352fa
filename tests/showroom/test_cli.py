"""The unattended jobs as they are called: what they print, what they return, what they refuse."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import main
from showroom import cli, paths, settings
from showroom.door import close
from showroom.errors import ShowroomError
from showroom.guard import entries, staff
from showroom.people import customers, search
from showroom.sheets import history
from showroom.store import recovery
from showroom.store.db import connect
from showroom.store.models import Role
from tests import builders

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def filled_folder(tmp_path_factory):
    """A data folder with an invented showroom; copy it, never use it."""
    folder = tmp_path_factory.mktemp("filled")
    assert main.main(["--data", str(folder), *"--language en sample --customers 60".split()]) == 0
    return folder


@pytest.fixture
def folder(filled_folder, tmp_path):
    return shutil.copytree(filled_folder, tmp_path / "desk")


@pytest.fixture
def call(capsys, tmp_path, monkeypatch):
    """Return a function that runs a command line and returns (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)

    def run(folder, line, *more):
        words = ["--language", "en", "--data", str(folder), *line.split(), *map(str, more)]
        code = main.main(words)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def answer(call):
    """Return a function that runs a command line with --json and returns the object."""

    def run(folder, line, *more):
        code, out, err = call(folder, f"--json {line}", *more)
        assert (code, err) == (0, "")
        return json.loads(out)

    return run


def somebody(answer, folder):
    return answer(folder, "find 1 --limit 1")[0]


def last_entry(folder):
    """The newest entry of the trail."""
    with cli.opened(paths.desk(folder)) as db, db.read() as session:
        return entries.rows(session, entries.find(session)[:1])[0]


# --- looking


def test_without_a_command_the_line_is_read_the_same():
    words = ["--data", "desk", "--language", "en", "--staff", "周敏", "--json"]
    assert main.arguments(words) == main.parser().parse_args(words)
    assert main.arguments([]) == main.parser().parse_args([])
    assert main.arguments([*words, "check"]).command == "check"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--language", "fr"], "invalid choice"),
        (["--data"], "expected one argument"),
        (["nonsense"], "invalid choice"),
        (["--nonsense"], "unrecognized arguments"),
        (["cards", "cards.xlsx"], "Cards are written as PDF: “cards.xlsx” does not end in .pdf."),
        (["cards", "卡片"], "“卡片” does not end in .pdf."),
    ],
)
def test_a_wrong_line_is_refused_as_by_the_whole_parser(words, said, capsys, monkeypatch):
    monkeypatch.setattr(main.i18n, "use", lambda _language: None)
    with pytest.raises(SystemExit) as refused:
        main.main(words)
    assert refused.value.code == 2
    assert said in capsys.readouterr().err


def test_somebody_is_found_by_name_and_by_any_part_of_the_phone(folder, answer):
    one = somebody(answer, folder)
    assert set(one) == {"id", "name", "phone", "consultant", "level", "last_visit"}
    assert one["phone"].isdecimal()
    assert one in answer(folder, "find", one["name"])
    assert one in answer(folder, "find", one["phone"][4:])


def test_what_is_found_stands_in_columns_for_people(folder, call, answer):
    one = somebody(answer, folder)
    code, out, _err = call(folder, "find", one["phone"])
    assert code == 0
    assert out.split()[:2] == [str(one["id"]), one["name"]]
    assert call(folder, "find 没有这个人") == (0, "Nobody was found.\n", "")


def test_a_day_has_its_figures_with_their_formulas(folder, answer, call):
    day = answer(folder, "find 1 --limit 1")[0]["last_visit"]
    found = answer(folder, "day", day)
    assert found["day"] == day
    parties = found["figures"][0]
    assert parties["code"] == "parties"
    assert parties["value"] > 0
    assert all(figure["formula"] for figure in found["figures"])
    code, out, _err = call(folder, "day", day)
    assert code == 0
    assert parties["formula"] in out
    for formula in found["formulas"].values():
        assert "\n" not in formula
    assert f"By consultant ({found['formulas']['consultants']})" in out
    assert sum(found["hours"].values()) == parties["value"]
    walk_ins = next(f["value"] for f in found["figures"] if f["code"] == "walk_ins")
    assert sum(row["walk_ins"] for row in found["consultants"]) == walk_ins
    assert len(found["moments"]) == 7
    assert all(row["asked"] >= row["given"] for row in found["moments"])


# --- checking and copies


def test_an_invented_showroom_is_in_order(folder, answer):
    assert answer(folder, "check") == {"problems": []}


def test_a_broken_rule_is_named_and_the_exit_code_says_so(folder, call):
    from sqlalchemy import delete

    with cli.opened(paths.desk(folder)) as db:
        from showroom.store.models import FollowUp, Promise

        with db.write() as session:
            session.info["bulk"] = True
            session.execute(delete(FollowUp).where(FollowUp.rule == Promise.NEXT))
    code, out, _err = call(folder, "check")
    assert code == 1
    assert "Open customers without a next contact" in out


def test_a_copy_is_made_and_brought_back(folder, answer, call, tmp_path):
    copy = tmp_path / "copy.db"
    rows = answer(folder, "backup", copy)["rows"]
    assert rows["customer"] == 60
    answer(folder, "undo")
    assert answer(folder, "find 1") == []
    kept = answer(folder, "restore", copy)["kept"]
    assert Path(kept).exists()
    assert answer(folder, "find 1")
    assert call(folder, "backup", copy)[0] == 1
    for file in folder.glob("showroom.db*"):
        file.unlink()
    assert answer(folder, "restore", copy)["kept"] is None
    assert answer(folder, "find 1")


def test_restoring_without_the_key_says_what_is_missing(folder, call, tmp_path):
    copy = tmp_path / "copy.db"
    call(folder, "backup", copy)
    code, out, err = call(tmp_path / "elsewhere", "restore", copy)
    assert (code, out) == (1, "")
    assert "key" in err


# --- filling


def test_a_sample_refuses_a_desk_with_data(folder, call):
    code, out, err = call(folder, "sample --customers 5")
    assert (code, out) == (1, "")
    assert "empty folder" in err


@pytest.fixture
def guests(tmp_path):
    """A list of people as it comes by mail: two good rows, one with half a phone."""
    file = tmp_path / "guests.csv"
    file.write_text("姓名,手机号\n张伟,13800138000\n李娜,13900139000\n王强,1380013\n", "utf-8")
    return file


def test_a_file_comes_in_once_and_can_be_taken_back(tmp_path, guests, answer):
    desk = tmp_path / "new"
    first = answer(desk, "import", guests)
    assert (first["new"], len(first["refused"]), first["rows"]) == (2, 1, 4)
    (refused,) = first["refused"]
    assert (refused["row"], refused["column"]) == (4, "手机号")
    again = answer(desk, "import", guests)
    assert (again["new"], again["same"], again["action"]) == (0, 2, None)
    assert [one["name"] for one in answer(desk, "find 张伟")] == ["张伟"]
    assert answer(desk, "undo", first["action"])["verb"] == "import"
    assert answer(desk, "find 张伟") == []


def test_the_rows_of_a_file_add_up(tmp_path, guests, answer):
    found = answer(tmp_path / "new", "import", guests)
    counted = sum(found[name] for name in ("new", "filled", "same", "duplicates", "ignored"))
    assert counted + len(found["refused"]) == found["rows"]


def test_rows_of_a_closed_day_come_in_with_a_reason_only(tmp_path, answer):
    file, desk = tmp_path / "visits.csv", tmp_path / "new"
    file.write_text("来店时间,姓名\n2026-01-05 10:00,张伟\n2026-01-06 10:00,李娜\n", "utf-8")
    with cli.opened(paths.desk(desk), make=True) as db, db.write() as session:
        moment = datetime(2026, 1, 5, 20, tzinfo=UTC)
        close.sign(session, moment.date(), totals={}, receptionist="李静", now=moment)
    first = answer(desk, "import", file)
    assert (first["new"], first["refused"][0]["row"]) == (1, 2)
    assert first["refused"][0]["reason"] == (
        "01-05 is closed since 20:00. Say why it is corrected."
    )
    second = answer(desk, "import --reason 纸表补录", file)
    assert (second["new"], second["same"], second["refused"]) == (1, 1, [])


def test_what_came_in_is_listed_with_its_moment_in_utc(tmp_path, guests, answer):
    answer(tmp_path / "new", "import", guests)
    with cli.opened(paths.desk(tmp_path / "new")) as db, db.read() as session:
        (batch,) = history.batches(session)
    assert timedelta() <= datetime.now(UTC) - batch.at < timedelta(minutes=5)


def test_a_dry_run_writes_nothing_not_even_a_desk(tmp_path, guests, answer, call):
    assert answer(tmp_path / "new", "import --dry-run", guests)["new"] == 2
    assert not (tmp_path / "new").exists()
    assert call(tmp_path / "new", "import --dry-run", guests)[1].endswith("only the plan.\n")


def test_a_refused_row_is_named_for_people(tmp_path, guests, call):
    code, out, _err = call(tmp_path / "new", "import", guests)
    assert code == 0
    assert "row 4 · 手机号" in out


def test_several_files_are_added_up_and_told_apart(tmp_path, guests, answer):
    other = tmp_path / "more.csv"
    other.write_text("姓名,手机号\n赵磊,13700137000\n", "utf-8")
    found = answer(tmp_path / "new", "import", guests, other)
    assert (found["new"], found["rows"]) == (3, 6)
    assert [file["file"] for file in found["files"]] == ["guests.csv", "more.csv"]


def test_one_unreadable_file_keeps_all_of_them_out(tmp_path, guests, call):
    code, out, err = call(tmp_path / "new", "import", guests, tmp_path / "missing.xlsx")
    assert (code, out) == (1, "")
    assert "missing.xlsx" in err
    assert not (tmp_path / "new").exists()


def test_an_undo_says_what_was_changed_since_and_stays(tmp_path, guests, answer, call):
    desk = paths.desk(tmp_path / "new")
    answer(desk.data, "import", guests)
    with cli.opened(desk) as db:
        with db.read() as session:
            (known,) = search.find(session, "张伟")
        with db.write() as session:
            customers.change(session, known, note="rings back")
    action = 2
    code, out, _err = call(desk.data, f"undo {action}")
    assert code == 0
    assert "changed since" in out
    assert answer(desk.data, "find 张伟")
    assert answer(desk.data, "find 李娜") == []


def test_a_doctored_trail_is_named(folder, call):
    with cli.opened(paths.desk(folder)) as db:
        connection = connect(db.path, db.key)
        connection.execute("UPDATE action SET verb = 'arrive' WHERE id = 2")
        connection.close()
    code, out, _err = call(folder, "check")
    assert code == 1
    assert "The trail does not hold: 1. Entry 2 was changed" in out


# --- what leaves


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("export month 2026-10", "month.xlsx"),
        ("export customers", "customers.xlsx"),
        ("export customers", "customers.csv"),
        ("export visits --from 2026-10-01 --to 2026-10-31", "visits.xlsx"),
        ("export visits", "visits.xlsx"),
        ("export register 2026-10-15", "register.xlsx"),
        ("export register 2026-10-15 --form traffic", "register.pdf"),
        ("export register 2026-10-15 --form dms", "dms.csv"),
        ("export register 2026-10-01 --form log --to 2026-10-31", "log.pdf"),
        ("export register 2026-10-01 --form levels", "levels.xlsx"),
        ("export register 2026-10-15 --form report --blank 20", "report.pdf"),
        ("export register 2026-10-15 --form owner --blank 9", "owner.xlsx"),
        ("export customers", "customers.vcf"),
    ],
)
def test_a_workbook_is_written(folder, answer, tmp_path, line, name):
    rows = answer(folder, line, tmp_path / name)["rows"]
    assert (tmp_path / name).stat().st_size > 200
    noted = last_entry(folder)
    assert noted.verb == "Export"
    assert noted.what.endswith(f" · {name}")
    assert rows is None or f" · {rows} row" in noted.what


def test_what_a_list_is_for_stands_in_the_trail(folder, answer, tmp_path):
    line = "export customers --purpose 财务做账 --recipient 王会计"
    answer(folder, line, tmp_path / "customers.csv")
    assert last_entry(folder).why == "财务做账 → 王会计"


def test_a_scheduler_gets_the_month_without_a_screen_in_one_line(folder, tmp_path):
    """No display and nothing of Qt; the second run freezes nothing anew."""
    with cli.opened(paths.desk(folder)) as db:
        db.clock = lambda: datetime.now(UTC) - timedelta(days=40)  # older than the month
        with db.write() as session:
            builders.a_member(session, "老张")
    book = tmp_path / "月报.xlsx"
    code = (
        "import sys, main; code = main.main(sys.argv[1:]);"
        "print(code, any('PySide6' in name for name in sys.modules), file=sys.stderr)"
    )
    line = ["--json", "--data", folder, "export", "month", f"{datetime.now(UTC):%Y-%m}", book]
    for _turn in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code, *map(str, line)],
            cwd=ROOT,
            capture_output=True,
            env={k: v for k, v in os.environ.items() if k not in ("DISPLAY", "QT_QPA_PLATFORM")},
            timeout=120,
        )
        assert done.stderr.decode() == "0 False\n"
        said = done.stdout.decode()
        assert said.count("\n") == 1
        assert json.loads(said)["path"] == str(book)
        assert json.loads(said)["rows"] > 0
    with cli.opened(paths.desk(folder)) as db, db.read() as session:
        verbs = [row.verb for row in entries.rows(session, entries.find(session))]
    assert verbs.count("Levels at the start of the month") == 1
    assert verbs.count("Figures of a month's workbook kept") == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("export month 2026-10 nowhere/out.xlsx", "nowhere"),
        ("export month 2026-10 out.csv", "ends in .xlsx"),
    ],
)
def test_a_month_that_cannot_be_written_ends_with_a_code_and_a_sentence(
    folder, call, tmp_path, line, said
):
    code, out, err = call(folder, line)
    assert (code, out) == (1, "")
    assert said in err
    assert not list(tmp_path.glob("out*"))


def test_visits_need_days_in_their_order(folder, call):
    code, _out, err = call(folder, "export visits --from 2026-10-02 --to 2026-10-01 out.xlsx")
    assert code == 1
    assert "before" in err


@pytest.fixture
def buyer(desk, db):
    """A desk where somebody has just bought: his card is due tomorrow."""
    with db.write() as session:
        builders.a_deal(session, builders.a_customer(session, address="城东路 1 号"))
        builders.a_deal(session, builders.a_customer(session, "李雪"))
    return desk.data


def test_the_cards_that_are_due_become_a_pdf_and_stay_due(buyer, answer):
    first = answer(buyer, "cards one.pdf --due 2027-01-01")
    assert Path("one.pdf").read_bytes().startswith(b"%PDF")
    assert (first["cards"], first["left_out"]) == (1, ["Mr 李雪: No address"])
    assert last_entry(buyer).what == f"Cards · {first['cards']} row · one.pdf"
    assert (
        answer(buyer, "cards two.pdf --due 2027-01-01 --size 100x210")["cards"] == (first["cards"])
    )


def test_no_card_and_no_such_paper_are_sentences(buyer, call):
    assert "No card is due" in call(buyer, "cards one.pdf --due 2001-01-01")[2]
    assert "148x100" in call(buyer, "cards one.pdf --due 2027-01-01 --size 90x50")[2]
    assert not Path("one.pdf").exists()


# --- what cannot be


@pytest.mark.parametrize("line", ["find 1", "check", "day 2026-10-01", "undo", "backup b.db"])
def test_without_a_desk_nothing_is_made_and_the_way_is_said(tmp_path, call, line):
    code, out, err = call(tmp_path / "none", line)
    assert (code, out) == (1, "")
    assert "There is no desk in" in err
    assert not (tmp_path / "none").exists()


def test_a_sentence_comes_in_the_language_asked_for(tmp_path, capsys):
    assert main.main(["--language", "zh_CN", "--data", str(tmp_path / "none"), "check"]) == 1
    assert "--data" in capsys.readouterr().err


def test_there_is_nothing_to_undo_on_a_new_desk(desk, call):
    assert call(desk.data, "undo") == (1, "", "There is nothing to undo.\n")


def test_only_a_desk_named_by_its_folder_keeps_its_key_there(tmp_path):
    assert paths.desk(tmp_path).portable
    assert not paths.desk().portable, "on Windows and macOS its folders are one and the same"


def test_refusals_are_errors_of_ours(tmp_path):
    with pytest.raises(ShowroomError):
        cli.perform(main.parser().parse_args(["--data", str(tmp_path / "none"), "check"]))


# --- the README


def readme_commands():
    """Every command line of ours in the README, without the comment behind it."""
    text = (ROOT / "README.md").read_text("utf-8")
    lines = re.findall(r"^uv run main\.py (.*)$", text, re.MULTILINE)
    return [line.partition("#")[0].split() for line in lines]


@pytest.mark.parametrize("words", readme_commands(), ids=" ".join)
def test_the_readme_names_commands_that_exist(words):
    assert main.parser().parse_args(words).command


def test_every_job_stands_in_the_readme():
    told = {word for words in readme_commands() for word in words}
    assert {*cli.JOBS, "tour"} <= told


def test_the_pictures_of_the_readme_are_there_and_small():
    text = (ROOT / "README.md").read_text("utf-8")
    pictures = {ROOT / name for name in re.findall(r"\]\((\S+\.png)\)", text)}
    assert pictures == set((ROOT / "resources" / "pictures").iterdir())
    assert all(picture.stat().st_size < 200_000 for picture in pictures)


# --- as a process


def started(folder, line):
    return subprocess.Popen(
        [sys.executable, "main.py", "--data", str(folder), "--language", "en", *line.split()],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"LANG": "C"},
    )


def test_chinese_reaches_a_pipe_that_nobody_prepared(filled_folder):
    out, err = started(filled_folder, "--json find 1 --limit 3").communicate(timeout=60)
    assert err == b""
    assert len(json.loads(out.decode("utf-8"))) == 3


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_ends_a_job_quietly_and_leaves_nothing_half_done(tmp_path):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
    try:
        job = started(tmp_path / "desk", "sample --customers 200000")
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        while not (tmp_path / "desk" / "showroom.db").exists():
            time.sleep(0.05)
        time.sleep(0.5)
        job.send_signal(signal.SIGINT)
        out, err = job.communicate(timeout=60)
    finally:
        job.kill()
    assert (job.returncode, out, err) == (130, b"", b"")
    with cli.opened(paths.desk(tmp_path / "desk")) as db, db.read() as session:
        assert search.find(session) == []


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


@pytest.mark.parametrize("line", JOBS_WITH_PEOPLE)
def test_a_locked_desk_asks_who_is_there(locked, call, tmp_path, line):
    (tmp_path / "none.csv").write_text("姓名,手机\n张伟,13800138000\n", "utf-8")
    code, out, err = call(locked, line)
    assert (code, out) == (1, "")
    assert err == "This desk is locked: say who you are with --staff NAME.\n"
    assert not (tmp_path / "out.xlsx").exists()


@pytest.mark.parametrize("line", JOBS_WITH_PEOPLE)
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


@pytest.mark.parametrize("line", WHAT_SHE_MAY_NOT)
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


@pytest.mark.parametrize(
    "line",
    ["export customers out.xlsx", "export visits out.csv", "cards out.pdf --due 2099-01-01"],
)
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
