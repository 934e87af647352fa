"""Everything people read is there in Chinese, and the catalogue is what the sources say."""

from __future__ import annotations

import ast
import json

import pytest

from showroom import i18n
from tests import catalogue

HOW = "run: uv run python -m tests.catalogue"


@pytest.fixture(scope="module")
def found():
    """Where a message is called for: all calls, and those inside an f-string."""
    calls, hidden = set[tuple[str, ast.Call]](), set[tuple[str, ast.Call]]()
    for path in catalogue.sources():
        where = str(path.relative_to(catalogue.ROOT))
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                hidden |= {(where, call) for call in ast.walk(node) if is_message(call)}
            elif is_message(node):
                calls.add((where, node))
    return calls, hidden


def is_message(node):
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in catalogue.KEYWORDS
    )


@pytest.fixture(scope="module")
def fresh():
    """The catalogue that the sources and the committed translations make."""
    return catalogue.build(catalogue.said(), catalogue.stored())


def test_every_message_has_its_chinese_with_the_same_placeholders(fresh):
    assert catalogue.problems(fresh) == []


def test_the_committed_catalogue_is_what_the_sources_say(fresh):
    assert catalogue.PO.read_bytes() == catalogue.po_bytes(fresh), HOW
    assert catalogue.MO.read_bytes() == catalogue.mo_bytes(fresh), HOW


def test_the_catalogue_names_no_date_and_no_place():
    text = catalogue.PO.read_text("utf-8")
    assert "-Date:" not in text
    assert "#:" not in text


def test_messages_are_whole_sentences_in_the_source(found):
    """A message put together before it is translated can never be found in a catalogue."""
    made = [
        f"{where}:{call.lineno}"
        for where, call in found[0]
        if isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
    ]
    assert made == []


def test_no_message_stands_inside_an_f_string(found):
    """Whoever gathers the messages does not look into an f-string: it would stay English."""
    hidden = {
        f"{where}:{call.lineno}"
        for where, call in found[1]
        if any(isinstance(said, ast.Constant) for said in call.args)
    }
    assert hidden == set()


@pytest.mark.parametrize(
    ("english", "chinese", "problem"),
    [
        ("Save", "", "untranslated"),
        ("Save", "   ", "untranslated"),
        ("{count} visits", "{number} 批", "placeholders differ"),
        ("%(prog)s: error", "错误", "placeholders differ"),
        ("Save", "保存 ", "stray spaces"),
        (("{count} visit", "{count} visits"), "批", "placeholders differ"),
    ],
)
def test_a_faulty_translation_is_named(english, chinese, problem):
    made = catalogue.Chinese()
    made.add(english, (chinese,) if isinstance(english, tuple) else chinese)
    (line,) = catalogue.problems(made)
    assert line.startswith(problem)


def test_a_fuzzy_translation_counts_as_none():
    made = catalogue.Chinese()
    made.add("Save", "保存", flags=["fuzzy"])
    assert catalogue.problems(made) == ["untranslated: Save"]


def test_a_right_translation_is_not_complained_of():
    made = catalogue.Chinese()
    made.add("{count} of {total}: 80 %", "{total} 里有 {count}：80 %")
    made.add(("{count} visit", "{count} visits"), ("{count} 批",))
    assert catalogue.problems(made) == []


def test_translations_come_from_files_and_stay(tmp_path):
    words = tmp_path / "words.json"
    words.write_text(json.dumps({"Save": "保存", "{n} visit": "{n} 批", "Gone": "无"}), "utf-8")
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"Save": "存盘"}), "utf-8")
    made = catalogue.build({"Save", ("{n} visit", "{n} visits")}, {})
    remarks = catalogue.take(made, [words, other])
    assert remarks == [
        "not in the sources (words.json): Gone",
        "also '存盘' (other.json): Save = 保存",
    ]
    assert catalogue.problems(made) == []
    assert catalogue.chinese(made["Save"]) == "保存"
    assert catalogue.build({"Save"}, {"Save": made["Save"]})["Save"].string == "保存"


def test_one_entry_serves_a_message_and_its_plural():
    assert catalogue.merged_plurals({"card", ("card", "cards"), ""}) == {("card", "cards")}


def test_the_program_says_what_the_catalogue_says(fresh):
    i18n.use("zh_CN")
    for message in fresh:
        chinese = catalogue.chinese(message)
        if isinstance(message.id, tuple):
            assert i18n.ngettext(*message.id, 2) == i18n._(message.id[0]) == chinese
        elif message.id:
            assert i18n._(message.id) == chinese
    assert i18n._("") == ""
    assert i18n._("not in it") == i18n.ngettext("not in it", "plural", 1) == "not in it"


def test_without_its_catalogue_the_program_speaks_english(monkeypatch, tmp_path):
    before = i18n.language()
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(i18n.paths, "resources", lambda: tmp_path)
        i18n.use("zh_CN")
        assert i18n._("Save") == "Save"
    i18n.use(before)
