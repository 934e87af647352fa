"""How sheets were read before: by their headings, so that next month nobody is asked again.

A layout is known again by the fingerprint of its headings. With a name it can be taken to another
desk as a small file of JSON. What a word means (重点 is H) is remembered by its field.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom.errors import Invalid, ShowroomError
from showroom.i18n import _
from showroom.sheets.saving import saving
from showroom.sheets.synonyms import FIELDS, label_key
from showroom.store import journal
from showroom.store.models import SheetLayout, SheetWord
from showroom.text import clean

FORMAT: Final = "showroom-layout-1"
LARGEST: Final = 1_000_000
LONGEST: Final = 60
Words = dict[tuple[str, str], str]


@dataclass(frozen=True)
class Choices:
    """What was decided for the columns of a layout, by their place; see `answers.Answers`.

    `lines` is how many rows its headings take, where they cannot be found by what they say;
    `clock` when those came of whom only the day is known.
    """

    fields: Mapping[int, str] = field(default_factory=dict)
    day_first: Mapping[int, bool] = field(default_factory=dict)
    lines: int | None = None
    clock: str | None = None

    def __bool__(self) -> bool:
        decided = self.lines is not None or self.clock is not None
        return bool(self.fields or self.day_first or decided)


class Known(NamedTuple):
    """A layout that is remembered."""

    id: int
    name: str
    labels: tuple[str, ...]
    choices: Choices
    used_at: datetime


def fingerprint(labels: Sequence[str]) -> str:
    """What the headings of a sheet are known again by, whatever their spaces, stars and case."""
    told = "\n".join(label_key(label) for label in labels).rstrip("\n")
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def known(session: Session) -> dict[str, Known]:
    """All that is remembered, by fingerprint, what was used last first."""
    found = session.execute(
        select(
            SheetLayout.fingerprint,
            SheetLayout.id,
            SheetLayout.name,
            SheetLayout.labels,
            SheetLayout.choices,
            SheetLayout.used_at,
        ).order_by(SheetLayout.used_at.desc(), SheetLayout.id.desc())
    )
    return {
        mark: Known(id, name, tuple(json.loads(labels)), _loaded(json.loads(choices)), used_at)
        for mark, id, name, labels, choices, used_at in found
    }


def words(session: Session) -> Words:
    """What words mean, by field and word."""
    found = session.execute(select(SheetWord.field, SheetWord.word, SheetWord.meaning))
    return {(name, word): meaning for name, word, meaning in found}


def remember(
    session: Session, labels: Sequence[str], choices: Choices, *, name: str = "", now: datetime
) -> int:
    """Remember how a sheet with these headings was read; returns the id of the layout."""
    mark = fingerprint(labels)
    row = session.scalar(select(SheetLayout).where(SheetLayout.fingerprint == mark))
    if row is None:
        row = SheetLayout(fingerprint=mark, name=name, used_at=now)
        session.add(row)
    row.labels = json.dumps(list(labels), ensure_ascii=False)
    row.choices = json.dumps(_dumped(choices), ensure_ascii=False, sort_keys=True)
    row.name, row.used_at = name or row.name, now
    session.flush()
    return row.id


def learn(session: Session, meanings: Mapping[tuple[str, str], str]) -> None:
    """Remember what words mean."""
    there = {(row.field, row.word): row for row in session.scalars(select(SheetWord))}
    for (name, word), meaning in meanings.items():
        row = there.get((name, word))
        if row is None:
            session.add(SheetWord(field=name, word=word, meaning=meaning))
        elif row.meaning != meaning:
            row.meaning = meaning
    session.flush()


def rename(session: Session, layout_id: int, name: str) -> None:
    """Give a layout a name. Raises `Invalid` beside `name` for none, or one that another has."""
    name = clean(name)
    if not name or len(name) > LONGEST:
        raise Invalid({"name": _("Give the layout a name of 1 to 60 characters.")})
    taken = select(SheetLayout.id).where(SheetLayout.name == name, SheetLayout.id != layout_id)
    if session.scalar(taken) is not None:
        raise Invalid({"name": _("There is a layout called {name}.").format(name=name)})
    row = session.get_one(SheetLayout, layout_id)
    journal.act(session, "layout", why=name)
    row.name = name
    session.flush()


def forget(session: Session, layout_id: int) -> None:
    """Read such sheets from now on as if for the first time."""
    row = session.get_one(SheetLayout, layout_id)
    journal.act(session, "layout", why=row.name or _("forgotten"))
    session.delete(row)
    session.flush()


# --- to another desk


def save(session: Session, layout_ids: Sequence[int], path: Path) -> int:
    """Write layouts and all words as a file for another desk; returns how many layouts."""
    wanted = [one for one in known(session).values() if one.id in set(layout_ids)]
    told = {
        "format": FORMAT,
        "layouts": [
            {"name": one.name, "labels": list(one.labels), **_dumped(one.choices)} for one in wanted
        ],
        "words": [
            {"field": name, "word": word, "meaning": meaning}
            for (name, word), meaning in sorted(words(session).items())
        ],
    }
    with saving(path) as file:
        file.write(json.dumps(told, ensure_ascii=False, indent=1).encode())
    return len(wanted)


def load(session: Session, path: Path, *, now: datetime) -> int:
    """Take in the layouts and words of a file; returns how many layouts.

    Raises `ShowroomError` when it is no such file; nothing is taken then.
    """
    wrong = ShowroomError(
        _("{name} holds no layouts. Choose a file that was saved with Export Layouts.").format(
            name=path.name
        )
    )
    try:
        if path.stat().st_size > LARGEST:
            raise wrong
        told = json.loads(path.read_bytes().decode("utf-8-sig"))
        if told["format"] != FORMAT:
            raise wrong
        layouts = [
            ([str(label) for label in one["labels"]], _loaded(one), clean(str(one["name"])))
            for one in told["layouts"]
        ]
        meanings = {
            (str(one["field"]), clean(str(one["word"]))): clean(str(one["meaning"]))
            for one in told["words"]
            if one["field"] in FIELDS
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise wrong from error
    journal.act(session, "layout", why=path.name)
    for labels, choices, name in layouts:
        remember(session, labels, choices, name=name[:LONGEST], now=now)
    learn(session, meanings)
    return len(layouts)


def _dumped(choices: Choices) -> dict[str, Any]:
    return {
        "fields": {str(place): name for place, name in choices.fields.items()},
        "day_first": {str(place): first for place, first in choices.day_first.items()},
        **({} if choices.lines is None else {"lines": choices.lines}),
        **({} if choices.clock is None else {"clock": choices.clock}),
    }


def _loaded(told: dict[str, Any]) -> Choices:
    fields = {int(place): str(name) for place, name in told.get("fields", {}).items()}
    if not {*fields.values()} <= {*FIELDS, ""}:
        raise ValueError("a field that is not known")
    lines = told.get("lines")
    if lines not in (None, 0, 1, 2):
        raise ValueError("headings take one row, two or none")
    clock = told.get("clock")
    if clock:
        time.fromisoformat(clock)
    return Choices(
        clock=clock,
        fields=fields,
        day_first={int(place): bool(first) for place, first in told.get("day_first", {}).items()},
        lines=lines,
    )
