"""What a job says: columns, JSON, percent; to people, to programs, and to nobody."""

from __future__ import annotations

import io
import json
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from showroom.terminal import Answer, percent, pin, say, table


def test_columns_count_a_chinese_character_twice():
    assert table([["张伟", "a"], ["b", "c"]]) == ["张伟  a", "b     c"]
    assert table([]) == []


def test_people_read_lines(capsys):
    say(Answer({"a": 1}, ["one", "two"]), as_json=False)
    assert capsys.readouterr().out == "one\ntwo\n"


def test_programs_read_one_object_with_days_money_and_paths(capsys):
    data = {
        "day": date(2026, 11, 20),
        "whole": Decimal("218000.00"),
        "part": Decimal("0.5"),
        "path": Path("out.pdf"),
        "name": "张伟",
    }
    say(Answer(data, []), as_json=True)
    assert json.loads(capsys.readouterr().out) == {
        "day": "2026-11-20",
        "whole": 218000,
        "part": 0.5,
        "path": "out.pdf",
        "name": "张伟",
    }


def test_a_terminal_without_chinese_shows_question_marks(monkeypatch):
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", narrow)
    say(Answer({}, ["张伟 ok"]), as_json=False)
    assert narrow.buffer.getvalue() == b"?? ok\n"


def test_a_reader_who_went_away_is_no_error(monkeypatch, tmp_path):
    class Gone(io.StringIO):
        def write(self, _text):
            raise BrokenPipeError

        def fileno(self):
            return file.fileno()

    with (tmp_path / "pipe").open("w") as file:
        monkeypatch.setattr(sys, "stdout", Gone())
        say(Answer({}, ["one"]), as_json=False)


class Terminal(io.StringIO):
    """A stderr that somebody looks at."""

    def isatty(self):
        return True


def test_percent_is_shown_at_a_terminal_and_wiped_away(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with percent(hidden=False) as progress:
        for done in range(5):
            progress.step(done, 4)
        progress.step(4, 4)
        progress.step(0, 0)
    assert sys.stderr.getvalue() == "\r  0 %\r 25 %\r 50 %\r 75 %\r100 %\r  0 %\r     \r"


@pytest.mark.parametrize("hidden", [True, False])
def test_percent_is_not_shown_where_nobody_looks(monkeypatch, hidden):
    monkeypatch.setattr(sys, "stderr", Terminal() if hidden else io.StringIO())
    with percent(hidden=hidden) as progress:
        progress.step(1, 2)
    assert sys.stderr.getvalue() == ""


def test_a_pin_is_asked_for_at_a_terminal(monkeypatch):
    asked = []
    monkeypatch.setattr("showroom.terminal.getpass", lambda words: asked.append(words) or "2468")
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.delenv("SHOWROOM_PIN_FILE", raising=False)
    assert pin() == "2468"
    assert asked == ["PIN: "]
