"""Every name that is proposed for a file is one that every system takes."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showroom import text
from tests.rigs.naughty import STRINGS

ROOT = Path(__file__).parents[2]
FORBIDDEN = set('/\\:*?"<>|')
DEVICES = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"} | {
    f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789¹²³"
}


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Trail 2026-11-18.xlsx", "Trail 2026-11-18.xlsx"),
        ("客户 张伟.pdf", "客户 张伟.pdf"),
        ("𠮷野家𪚥.pdf", "𠮷野家𪚥.pdf"),
        ("../../etc/passwd", "etc passwd"),
        ("..\\..\\windows.xlsx", "windows.xlsx"),
        ("a:b*c?d|e<f>g.pdf", "a b c d e f g.pdf"),
        ("CON", "_CON"),
        ("nul.xlsx", "_nul.xlsx"),
        ("Com1.tar.gz", "_Com1.tar.gz"),
        ("lpt¹.pdf", "_lpt¹.pdf"),
        ("Conrad.pdf", "Conrad.pdf"),
        ("end. ", "end"),
        ("end. .xlsx", "end.xlsx"),
        (".xlsx", "Showroom Desk.xlsx"),
        (".", "Showroom Desk"),
        ("..", "Showroom Desk"),
        ("", "Showroom Desk"),
        ("\u200b\u202e", "Showroom Desk"),
        ("\u202eslx.exe", "slx.exe"),  # it would read exe.xls
        ("张\u200b伟\ufeff\u2066.pdf", "张伟.pdf"),
        ("张\x00伟\n\t李\u2028娜.pdf", "张 伟 李 娜.pdf"),
        ("\ud83d张\udcff伟", "张伟"),
    ],
)
def test_a_title_becomes_a_name(title, name):
    assert text.file_name(title) == name


def assert_good(name: str) -> None:
    assert name
    assert not FORBIDDEN & set(name)
    assert all(unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in name)
    assert name.strip(" .") == name
    assert len(name.encode()) <= 255
    assert name.split(".")[0].strip().upper() not in DEVICES
    assert Path(name).name == name


@pytest.mark.parametrize("ending", ["", ".xlsx", ".pdf"])
def test_naughty_titles_become_good_names_that_a_disk_takes(ending, tmp_path):
    for string in STRINGS:
        name = text.file_name(f"{string}{ending}")
        assert_good(name)
        assert name.endswith(ending), ascii(string)
        (tmp_path / name).write_bytes(b"x")
        assert [path.name for path in tmp_path.iterdir()] == [name], ascii(string)
        (tmp_path / name).unlink()


@given(st.text(st.characters(), max_size=400), st.sampled_from(["", ".xlsx"]))
def test_whatever_is_given_a_good_name_comes_out_and_stays(title, ending):
    name = text.file_name(f"{title}{ending}")
    assert_good(name)
    assert name.endswith(ending)
    assert text.file_name(name) == name


def test_a_long_name_is_cut_between_characters_and_keeps_its_ending():
    name = text.file_name("长" * 300 + ".xlsx")
    assert name == "长" * 78 + ".xlsx"
    assert text.file_name("𠮷" * 300) == "𠮷" * 60


def test_only_one_place_asks_where_to_save_and_it_minds_the_name():
    words = re.compile(r"\.(getSaveFileName|getSaveFileUrl|setOutputFileName|selectFile)\b")
    asking = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "ui").rglob("*.py")
        if words.search(path.read_text("utf-8"))
    }
    assert asking <= {"ui/dialogs.py"}
