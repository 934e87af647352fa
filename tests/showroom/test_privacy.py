"""The rights of the person from the command line: the report, who is due, a restore."""

from __future__ import annotations

import json

import pytest

import main
from showroom.guard import entries, erasure, retention
from showroom.people import search
from showroom.store import drafts
from showroom.store.models import Cause, Role
from showroom.store.opening import open_desk
from tests import builders


@pytest.fixture
def call(capsys, desk):
    """Return a function that runs a command line and returns (exit code, stdout, stderr)."""

    def run(line: str, *more: object):
        words = ["--language", "en", "--data", str(desk.data), *line.split(), *map(str, more)]
        code = main.main(words)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def silent(desk) -> int:
    """A desk with somebody nobody heard of for years, and one of today."""
    db = builders.stop_clock(open_desk(desk))
    db.clock = lambda: builders.later(days=-1000)
    with db.write() as session:
        id = builders.a_customer(session, "张伟国", phone="13912345678", now=db.now())
    with db.write() as session:
        drafts.save(session, "customer:new", {"name": "李"}, now=db.now())
    db.clock = lambda: builders.NOW
    with db.write() as session:
        builders.a_customer(session, "李娜")
    db.close()
    return id


def arm(desk, tmp_path, monkeypatch) -> None:
    db = builders.stop_clock(open_desk(desk))
    with db.write() as session:
        builders.a_member(session, "李静", Role.RECEPTIONIST)
        boss = builders.a_member(session, "陈总", Role.OWNER)
        builders.a_pin(session, boss, "1234", by=boss)
    db.close()
    kept = tmp_path / "pin"
    kept.write_text("1234")
    monkeypatch.setenv("SHOWROOM_PIN_FILE", str(kept))


def test_a_report_is_written_as_json_and_as_pdf(call, silent, desk, tmp_path):
    code, _out, err = call("--json person", silent, tmp_path / "out.json")
    assert (code, err) == (0, "")
    held = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert held["tables"]["customer"][0]["name"] == "张伟国"
    assert call("person", silent, tmp_path / "out.pdf")[0] == 0
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")
    assert call("person", silent, tmp_path / "out.txt") == (
        1,
        "",
        f"{tmp_path / 'out.txt'}: the name of the file ends in .pdf or .json.\n",
    )
    assert call("person 99", tmp_path / "x.pdf")[0] == 1
    assert not (tmp_path / "x.pdf").exists()
    db = open_desk(desk)
    with db.read() as session:
        rows = entries.rows(session, entries.find(session, verb="export"))
    assert [row.what for row in rows] == ["Everything held · PDF", "Everything held · JSON"]
    db.close()


def test_who_is_due_is_said_and_erased_only_when_asked(call, silent, desk):
    code, out, _err = call("--json retention")
    said = json.loads(out)
    assert code == 0
    assert [one["id"] for one in said["due"]] == [silent]
    assert said["due"][0]["term"] == "lead"
    assert (said["drafts"], said["erased"], said["warning"]) == (1, 0, "")
    assert call("retention")[1] == (
        "Not bought, nothing heard: 1\nLost: 0\nOwner: 0\n1 draft is due, too.\n"
    )
    assert call("find 张伟国")[1].startswith(str(silent))
    said = json.loads(call("--json retention --erase")[1])
    assert (said["drafts"], said["erased"]) == (1, 1)
    assert call("find 张伟国")[1] == "Nobody was found.\n"
    assert "0 persons erased." in call("retention --erase")[1]
    assert call("undo")[0] == 0  # what came before the erasure
    assert "张伟国" not in call("find 张伟国")[1]


def test_a_locked_desk_erases_for_a_keeper_alone(call, silent, desk, tmp_path, monkeypatch):
    arm(desk, tmp_path, monkeypatch)
    code, _out, err = call("retention --erase")
    assert code == 1
    assert "say who you are" in err
    code, _out, err = call("--staff 陈总 --json retention --erase")
    assert (code, err) == (0, "")


def test_many_persons_are_a_warning_not_a_fault(call, silent, monkeypatch):
    assert json.loads(call("--json check")[1]) == {"problems": []}
    monkeypatch.setattr(retention, "SOON", 2)
    code, out, _err = call("check")
    assert code == 0
    assert "2 persons are on file" in out
    assert "2 persons" in json.loads(call("--json check")[1])["warning"]


def test_a_restore_from_the_command_line_leaves_who_was_erased_erased(call, silent, desk, tmp_path):
    assert call("backup", tmp_path / "copy.db")[0] == 0
    db = builders.stop_clock(open_desk(desk))
    erasure.erase_now(db, [silent], why=Cause.ASKED)
    db.close()
    code, out, _err = call("restore", tmp_path / "copy.db")
    assert code == 0
    assert "1 person in it was erased since and is erased again." in out
    db = open_desk(desk)
    with db.read() as session:
        assert search.find(session, "张伟国") == []
        assert search.find(session, "李娜") != []
    db.close()
