"""The unattended jobs that take files in and give lists out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from showroom import cli, paths
from showroom.cards import layout
from showroom.door import close
from showroom.guard import entries
from showroom.people import customers, search
from showroom.sheets import history
from tests import builders
from tests.amounts import slow_but
from tests.showroom.cli.kit import ROOT, last_entry


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


def test_a_row_that_comes_in_without_one_of_its_cells_says_which(tmp_path, answer, call):
    file = tmp_path / "visits.csv"
    file.write_text(
        "来店时间,姓名,手机,人数\n2026-01-05 10:00,钱九,abc,很多\n2026-01-05 11:00,张伟,,2\n",
        "utf-8",
    )
    left_out = "手机: A phone number has digits only. 人数: “很多” is not understood."
    (remark,) = answer(tmp_path / "new", "import --dry-run", file)["remarks"]
    assert (remark["row"], remark["remark"]) == (2, left_out)
    _code, out, _err = call(tmp_path / "new", "import", file)
    assert f"row 2 · New · {left_out}\n" in out


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


# --- what leaves


WORKBOOKS = [
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
]


@pytest.mark.parametrize(("line", "name"), slow_but(WORKBOOKS[::3], WORKBOOKS))
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


def test_a_scheduler_gets_the_month_without_a_screen_in_one_line(folder, answer, tmp_path):
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
    assert answer(folder, " ".join(line[3:5]), *line[5:])["path"] == str(book)
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


@pytest.mark.parametrize("size", layout.PAPERS)
def test_each_paper_that_is_offered_is_taken_by_that_name(buyer, answer, size):
    assert answer(buyer, f"cards one.pdf --due 2027-01-01 --size {size}")["cards"] == 1
