"""What typed words ask of the search index, best first (`showroom.store.index`).

A word may be part of a name or its spelling, of a phone, of a plate, the tail of a VIN, or what a
model or a consultant is called; every word has to fit. A customer comes first whose name or number
a word is, then whose name or number begins with one (a phone or plate may also end so, as it is
said), then who has all of them in what is his own, then whose name only sounds so, then the rest:
those of a consultant or a model that is called so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from showroom.store import characters, index, pinyin
from showroom.text import narrow

LONGEST = 40
NOBODY = EVERYBODY = ""


class Word(NamedTuple):
    """A word typed, as FTS expressions, "" for nobody: who is called so, begins so, has it in him.

    `heard` are who is called or begins so for who makes slips; `offered` is whoever fits at all.
    `tests` say in SQL of whom the index offers that he does, any of them; none where the index
    says all. `:w` stands for the word in them.
    """

    typed: str
    exact: str = NOBODY
    begun: str = NOBODY
    own: str = NOBODY
    heard: tuple[str, str] = (NOBODY, NOBODY)
    offered: str = NOBODY
    tests: Sequence[str] = ()


class Question(NamedTuple):
    """FTS expressions, best first; what has to hold besides, and the words it is said of.

    Those of `heard` are asked only when nobody is found before them. Where only the tests tell (of
    two digits of a phone) the one expression is `EVERYBODY`.
    """

    matches: list[str]
    heard: frozenset[str]
    tests: list[str]
    words: list[str]


def words(typed: str) -> list[str]:
    """The words typed, as they are compared; digits with spaces or dashes between are one phone.

    Beside another word one or two digits tell nothing yet: they wait for the third. Of what is
    typed the first 200 characters count, and of these the first eight words.
    """
    typed = characters.simplified(narrow(typed[:200]))
    typed = re.sub(r"(?<=\d)[\s()-]+(?=\d)", "", typed)
    typed = re.sub(r"(?:\+|\b00)86(?=\d)|(?<!\S)[+(](?=\d)", "", typed)
    typed = _PLATE.sub(r"\1", typed)
    found = [word for word in (index.folded(part) for part in typed.split()) if word]
    telling = [word for word in found if len(word) > 2 or not word.isdigit()]
    return list(dict.fromkeys(telling or found))[:8]


def question(
    session: Session,
    asked: Sequence[str],
    *,
    hidden: bool,
    slips: Collection[str],
    labels: bool = True,
) -> Question:
    """What these words ask; `hidden`: digits find as they do for who does not see all numbers.

    `slips` are what is not heard apart (`pinyin.SLIPS`). Without `labels` no word is a model or a
    consultant.
    """
    found = [_word(word, hidden=hidden, slips=slips) for word in asked]
    if labels:
        found = [_labelled(session, word) for word in found]
    tests = [
        f"({' OR '.join(word.tests)})".replace(":w", f":w{number}")
        for number, word in enumerate(found)
        if word.tests
    ]
    kept = [word.typed for word in found]
    every = [word.offered for word in found if word.offered]
    if not every:
        return Question([EVERYBODY], frozenset(), tests, kept)
    glued = _glued(asked, slips)

    def better(*kinds: str) -> str:
        """Who fits one word better, and all of them somehow."""
        return _any(
            _all([kind, *(other for other in every if other != word.offered)])
            for kind, word in zip(kinds, found, strict=True)
        )

    heard = [
        _all([glued.heard[0], *every]),
        better(*(word.heard[0] for word in found)),
        better(*(word.heard[1] for word in found)),
    ]
    matches = [
        _all([glued.exact, *every]),
        better(*(word.exact for word in found)),
        _all([glued.begun, *every]),
        better(*(word.begun for word in found)),
        _all([word.own for word in found]),
        *heard,
        _all(every),
    ]
    asking = list(dict.fromkeys(filter(None, matches)))
    return Question(asking, frozenset(heard), tests, kept)


def _glued(asked: Sequence[str], slips: Collection[str]) -> Word:
    """Words that may be one name, typed with spaces: zhang wei, 王 强, John Smith."""
    glued = "".join(asked)
    if len(asked) < 2 or len(glued) > LONGEST or not glued.isalpha():
        return Word(glued)
    return _name(glued, slips)


def _word(word: str, *, hidden: bool, slips: Collection[str]) -> Word:
    """All that may be meant by a word as part of what is his."""
    made = _digits(word, hidden=hidden) if word.isdigit() else _name(word, slips)
    if len(word) > LONGEST:
        return made._replace(exact=NOBODY, begun=NOBODY)  # hundreds of tokens are enough once
    parts = [made]
    if len(word) > 2 and _PLAIN.search(word):
        parts += [_plate(word), _vin(word)]
    return Word(
        word,
        _any(part.exact for part in parts),
        _any(part.begun for part in parts),
        _any(part.own for part in parts),
        made.heard,
        _any(part.offered for part in parts),
        [test for part in parts for test in part.tests] if made.tests else (),
    )


def _labelled(session: Session, word: Word) -> Word:
    """The same word, which may also be what a model or a consultant is called; no letter is."""
    if not word.offered or (len(word.typed) < 2 and word.typed.isascii()):
        return word
    staff, models = index.labelled(session, word.offered)
    offered = _any([word.offered, *(f"w{id}" for id in staff), *(f"m{id}" for id in models)])
    tests = list(word.tests)
    if tests:
        tests += [f"c.consultant_id = {id}" for id in staff]
        tests += [f"c.model_id = {id}" for id in models]
    return word._replace(offered=offered, tests=tests)


def _digits(word: str, *, hidden: bool) -> Word:
    """Part of a phone."""
    if len(word) < 3:
        return Word(word, tests=[_PHONE.format(test="national(p.number) LIKE :w || '%'")])
    if hidden:
        ends = f"zd{word[-4:]}" if len(word) > 3 else NOBODY
        tests = [_PHONE.format(test="found_by(p.number, :w)")] if len(word) > 4 else []
        return Word(word, exact=ends, own=ends, offered=ends, tests=tests)
    if len(word) == 3:
        return Word(word, begun=f"ft{word}", own=f"t{word}", offered=f"t{word}")
    fours = index.fours(word)
    own = _all(fours)
    begins, ends = f"ft{word[:3]}", f"zd{word[-4:]}"
    whole = _all([*fours, begins, ends]) if len(word) > 6 else ""
    tests = [_PHONE.format(test="instr(national(p.number), :w)")] if len(word) > 4 else []
    begun = _any([_all([*fours, begins]), _all([*fours, ends])])
    return Word(word, whole, begun, own, offered=own, tests=tests)


def _name(word: str, slips: Collection[str]) -> Word:
    """Part of a name, or of how it is spelled.

    Of letters the index says all: syllables in a row, each three of a Latin name.
    """
    marks = index.name_tokens(word)
    spelled, heard = pinyin.asked(word), pinyin.asked(word, slips)
    threes = index.threes(word)
    if index.LATIN.search(word) and threes:
        part, first = _all(threes), f"f{threes[0]}"
    else:
        part = _all(marks if len(word) == 1 else marks[len(word) :])
        first = f"f{marks[0]}"
    begun = first if len(word) == 1 else _all([first, part])
    sure = len(word) < 3 or (index.LATIN.search(word) and threes)
    return Word(
        word,
        _any([_all([index.sized(len(word), word[0]), part]), spelled.whole]),
        _any([begun, spelled.begun]),
        _any([part, spelled.part]),
        (NOBODY, NOBODY) if heard == spelled else (heard.whole, heard.begun),
        _any([part, heard.part]),
        () if sure else ["instr(folded(c.name), :w)"],
    )


def _plate(word: str) -> Word:
    """Three or more in a row of a plate; it is said by its end."""
    threes = index.threes(word)
    if not threes:
        return Word(word)
    own, begins, ends = _all(threes), f"f{threes[0]}", f"z{threes[-1]}"
    whole = _all([*threes, begins, ends]) if len(word) > 6 else ""
    return Word(word, whole, _all([*threes, ends]), own, offered=own, tests=[_CAR])


def _vin(word: str) -> Word:
    """The end of a VIN, or all of it."""
    ends = index.tail(word) if word.isascii() and word.isalnum() else ""
    whole = ends if len(word) == 17 else ""
    tests = [_VIN.format(match=ends)] if ends else []
    return Word(word, whole, ends, ends, offered=ends, tests=tests)


def _any(parts: Iterable[str]) -> str:
    """Whoever fits one of these at least."""
    found = list(dict.fromkeys(filter(None, parts)))
    return found[0] if len(found) == 1 else " OR ".join(f"({part})" for part in found)


def _all(parts: Iterable[str]) -> str:
    """Who fits all of these; nobody when one of them is for nobody."""
    found = list(dict.fromkeys(parts))
    if not all(found):
        return NOBODY
    return found[0] if len(found) == 1 else " AND ".join(f"({part})" for part in found)


_PLAIN = re.compile("[a-z0-9]")
_PHONE = "EXISTS (SELECT 1 FROM phone p WHERE p.customer_id = c.id AND {test})"
_CAR = (
    "EXISTS (SELECT 1 FROM vehicle v WHERE v.customer_id = c.id AND v.plate <> ''"
    " AND instr(folded(v.plate), :w))"
)
_VIN = "c.id IN (SELECT rowid FROM customer_fts WHERE customer_fts MATCH '{match}')"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(rf"(?<!\S)([{_PROVINCES}][A-Za-z])\s+(?=[A-Za-z0-9]{{3}})")
