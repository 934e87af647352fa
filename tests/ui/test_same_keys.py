"""What is saved, printed and exported has the same key on every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SOURCES = sorted((Path(__file__).parents[2] / "ui").rglob("*.py"))
COMMAND = re.compile(r'N?_\(\s*"([^"]+)"\s*\),\s*"([^"]*)"')  # words and key of a command

RULE = {
    "Ctrl+S": r"Save|Note$",
    "Ctrl+P": r"Print|Labels",
    "Ctrl+Shift+P": r"Print|Link a Person",
    "Ctrl+E": r"Export Month|Month's Workbook|Save (Month|Register|List|Ledger)",
    "Ctrl+Shift+E": r"Export",
    "Ctrl+Shift+S": r"Save as PDF|Picture",
}
"""Which words a key may stand for."""

WORDS = {
    r"Save as PDF|Picture…$": {"Ctrl+Shift+S"},
    r"Save (Month|Register|List|Ledger)": {"Ctrl+E"},
    r"Export (This )?List": {"Ctrl+Shift+E"},
    r"Print (List|Register|Ledger|Ranking|Agreement|the Ticked)": {"Ctrl+P", "Ctrl+Shift+P"},
}
"""Which keys such words may have, where they have one."""


def commands() -> list[tuple[str, str, str]]:
    """Words, key and file of every command that is bound where it is named."""
    return [
        (words, key, path.name)
        for path in SOURCES
        for words, key in COMMAND.findall(path.read_text("utf-8"))
    ]


@pytest.mark.parametrize("key", RULE)
def test_a_key_does_the_same_everywhere(key: str) -> None:
    found = [(words, name) for words, bound, name in commands() if bound == key]
    assert found
    assert [one for one in found if not re.match(RULE[key], one[0])] == []


@pytest.mark.parametrize("what", WORDS)
def test_what_is_the_same_has_the_same_key_everywhere(what: str) -> None:
    found = [(words, key, name) for words, key, name in commands() if re.match(what, words) and key]
    assert found
    assert [one for one in found if one[1] not in WORDS[what]] == []
