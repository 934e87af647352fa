"""The words of a file against the shop's lists: consultants, models, channels, colours, errands.

Whatever a list does not hold gets a number below zero until `apply` adds it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import choices
from showroom.guard import staff
from showroom.i18n import language
from showroom.store.models import Choice, ChoiceKind, Staff
from showroom.text import narrow

_OWNERS = re.compile(r"介绍|推荐|老客户|朋友|亲友|亲戚|转介")
_EVENTS = re.compile(r"展|路演|活动|团购|外拓|地推")


class Addition(NamedTuple):
    """A word that no list holds yet; `kind` is nothing for a consultant."""

    kind: ChoiceKind | None
    name: str


def _key(text: str) -> str:
    return "".join(narrow(text).split()).casefold()


class Lists:
    """The lists as they stand, and what a file adds to them."""

    def __init__(self, session: Session) -> None:
        self.additions: dict[int, Addition] = {}
        self.names: dict[int, str] = {}
        self.people: list[str] = []
        self.words: dict[ChoiceKind, list[str]] = {}
        self._known: dict[tuple[ChoiceKind | None, str], int] = {}
        self._errands: dict[str, int | None] = {}
        for id, name, active in session.execute(select(Staff.id, Staff.name, Staff.active)):
            self._known[None, _key(name)] = id
            self.names[id] = name
            if active:
                self.people.append(name)
        rows = session.execute(
            select(
                *(Choice.id, Choice.kind, Choice.active, Choice.code, Choice.zh, Choice.en)
            ).order_by(Choice.id.desc())
        )
        self.labels: dict[int, str] = {}
        for id, kind, active, *words in rows:
            for word in words:
                self._known[kind, _key(word)] = id
            self.labels[id] = words[1] if language() == "zh_CN" else words[2]
            if active:
                self.words.setdefault(kind, []).append(self.labels[id])

    def ref(self, kind: ChoiceKind | None, text: str) -> int:
        """The id of a word, or its number below zero when it is to be added."""
        word = (kind, text)
        found = self._known.get(word)
        if found is None:
            key = (kind, _key(text))
            found = self._known.get(key)
            if found is None:
                found = -1 - len(self.additions)
                self.additions[found] = Addition(kind, text)
                self._known[key] = found
            self._known[word] = found
        return found

    def said(self, kind: ChoiceKind | None, id: int | None) -> str:
        """What an entry is called, also one that is still to be added."""
        if id is None:
            return ""
        if id < 0:
            return self.additions[id].name
        return (self.names if kind is None else self.labels).get(id, "")

    def errand(self, text: str) -> int | None:
        """The errand a purpose names; nothing when it is none of the list."""
        if text not in self._errands:
            self._errands[text] = self._known.get((ChoiceKind.ERRAND, _key(text)))
        return self._errands[text]

    def new(self, kind: ChoiceKind | None) -> list[str]:
        """The words that are added to one list, in the order of the file."""
        return [added.name for added in self.additions.values() if added.kind is kind]

    def add_all(self, session: Session) -> dict[int, int]:
        """Write the additions; returns the id of each number below zero."""
        people = {n: name for n, (kind, name) in self.additions.items() if kind is None}
        words = {
            n: (kind, name, _group(name) if kind is ChoiceKind.CHANNEL else "")
            for n, (kind, name) in self.additions.items()
            if kind is not None
        }
        ids: dict[int, int] = {}
        if people:
            made = staff.consultants(session, list(people.values()))
            ids |= zip(people, made, strict=True)
        if words:
            ids |= zip(words, choices.join(session, list(words.values())), strict=True)
        return ids


def _group(channel: str) -> str:
    """The group of a channel by its words (DOMAIN §3.3)."""
    if _OWNERS.search(channel):
        return "owners"
    return "events" if _EVENTS.search(channel) else "showroom"
