"""The unattended jobs as they are called: what they print, what they return, what they refuse."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import main
from showroom import cli, commands, paths
from showroom.errors import ShowroomError
from showroom.people import search
from showroom.store.db import connect
from tests.showroom.cli.kit import ROOT


def somebody(answer, folder):
    return answer(folder, "find 1 --limit 1")[0]


# --- looking


def test_without_a_command_the_line_is_read_the_same():
    words = ["--data", "desk", "--language", "en", "--staff", "周敏", "--json"]
    assert commands.arguments(words) == commands.parser().parse_args(words)
    assert commands.arguments([]) == commands.parser().parse_args([])
    assert commands.arguments([*words, "check"]).command == "check"


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


def test_a_doctored_trail_is_named(folder, call):
    with cli.opened(paths.desk(folder)) as db:
        connection = connect(db.path, db.key)
        connection.execute("UPDATE action SET verb = 'arrive' WHERE id = 2")
        connection.close()
    code, out, _err = call(folder, "check")
    assert code == 1
    assert "The trail does not hold: 1. Entry 2 was changed" in out


# --- what cannot be


def test_a_backup_onto_a_stick_that_is_not_there_makes_no_folder_for_it(folder, call, tmp_path):
    stick = tmp_path / "usb"
    code, _out, err = call(folder, "backup", stick / "desk.db")
    assert (code, err.strip()) == (1, f"There is no folder {stick}. Choose another one.")
    assert not stick.exists()


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
        cli.perform(commands.parser().parse_args(["--data", str(tmp_path / "none"), "check"]))


# --- the README


def readme_commands():
    """Every command line of ours in the README, without the comment behind it."""
    text = (ROOT / "README.md").read_text("utf-8")
    lines = re.findall(r"^uv run main\.py (.*)$", text, re.MULTILINE)
    return [line.partition("#")[0].split() for line in lines]


def test_the_readme_names_commands_that_exist():
    for words in readme_commands():
        assert commands.parser().parse_args(words).command, words


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
        while job.poll() is None and not (tmp_path / "desk" / "showroom.db").exists():
            time.sleep(0.05)
        time.sleep(0.5)
        job.send_signal(signal.SIGINT)
        out, err = job.communicate(timeout=60)
    finally:
        job.kill()
    assert (job.returncode, out, err) == (130, b"", b"")
    with cli.opened(paths.desk(tmp_path / "desk")) as db, db.read() as session:
        assert search.find(session) == []
