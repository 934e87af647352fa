"""The editable lists: channels with their group, models, colours, reasons, errands.

Who edits a list needs `Right.SETTINGS`; a name that is typed at the desk joins its list by itself
(`find_or_add`), whoever types it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from showroom.errors import Invalid
from showroom.guard import rights
from showroom.guard.rights import Right
from showroom.i18n import N_, _, language
from showroom.store import journal
from showroom.store.models import Choice, ChoiceKind
from showroom.text import narrow

GROUPS = {
    "showroom": N_("Showroom, signs, advertising"),
    "owners": N_("Owners and introductions"),
    "events": N_("Events and outside"),
}


class Option(NamedTuple):
    """One entry of a list as the desk sees it."""

    id: int
    code: str
    label: str
    group: str
    active: bool


class Entry(NamedTuple):
    """One entry of a list with both its labels, as the settings show it."""

    id: int
    zh: str
    en: str
    group: str
    active: bool


def _label(zh: str, en: str) -> str:
    return en if language() == "en" else zh


_SEVERAL: Final = (  # made once: it is asked after every save
    select(
        *(Choice.id, Choice.kind, Choice.code, Choice.zh, Choice.en),
        *(Choice.group, Choice.active),
    )
    .where(Choice.kind.in_(bindparam("kinds")))
    .order_by(Choice.position, Choice.id)
)


def options(session: Session, kind: ChoiceKind, *, everything: bool = False) -> list[Option]:
    """The entries of a list in their order; those no longer in use only when asked for."""
    return several(session, [kind], everything=everything)[0]


def several(
    session: Session, kinds: Sequence[ChoiceKind], *, everything: bool = False
) -> list[list[Option]]:
    """The `options` of several lists, in one look at the file."""
    found: dict[ChoiceKind, list[Option]] = {kind: [] for kind in kinds}
    for c in session.execute(_SEVERAL, {"kinds": list(kinds)}):
        if c.active or everything:
            found[c.kind].append(Option(c.id, c.code, _label(c.zh, c.en), c.group, c.active))
    return list(found.values())


_FIRST: Final = (
    select(Choice.id)
    .where(Choice.kind == bindparam("kind"), Choice.active)
    .order_by(Choice.position, Choice.id)
    .limit(1)
)


def first(session: Session, kind: ChoiceKind) -> int | None:
    """The entry in use that stands first in a list: what is meant when nothing is said."""
    return session.scalar(_FIRST, {"kind": kind})


def entries(session: Session, kind: ChoiceKind) -> list[Entry]:
    """All entries of a list in their order, with both labels."""
    query = select(Choice).where(Choice.kind == kind).order_by(Choice.position, Choice.id)
    return [Entry(c.id, c.zh, c.en, c.group, c.active) for c in session.scalars(query)]


def labels(session: Session, kind: ChoiceKind | None = None) -> dict[int, str]:
    """Every label by id, of one list or of all."""
    return {id: label for id, label in session.execute(_labels(kind, language() == "en"))}


@cache
def _labels(kind: ChoiceKind | None, english: bool) -> Select[int, str]:
    """Made once: it is asked with every list of visits or customers."""
    query = select(Choice.id, Choice.en if english else Choice.zh)
    return query if kind is None else query.where(Choice.kind == kind)


def find(session: Session, kind: ChoiceKind, text: str) -> int | None:
    """The entry called so in either language or by its code; spaces and case do not count."""
    wanted = _key(text)
    for choice in session.scalars(select(Choice).where(Choice.kind == kind)):
        if wanted in (_key(choice.zh), _key(choice.en), _key(choice.code)):
            return choice.id
    return None


def find_or_add(session: Session, kind: ChoiceKind, text: str, *, group: str = "") -> int:
    """The entry that is called so, made at the end of the list when there is none.

    Raises `Invalid` when the name is empty.
    """
    return find(session, kind, text) or _add(session, kind, text, group).id


def join(session: Session, wanted: Sequence[tuple[ChoiceKind, str, str]]) -> list[int]:
    """The ids of entries (list, name, group) that no list holds yet, each at the end of its own.

    Raises `Invalid` when a name is empty.
    """
    return [choice.id for choice in _append(session, wanted)]


def add(session: Session, kind: ChoiceKind, text: str, *, group: str = "") -> Choice:
    """A new entry at the end of a list.

    Raises `Invalid` when the name is empty or taken, `ShowroomError` for who may not.
    """
    rights.require(session, Right.SETTINGS)
    return _add(session, kind, text, group)


def _add(session: Session, kind: ChoiceKind, text: str, group: str) -> Choice:
    name = narrow(text)
    if name and find(session, kind, name) is not None:
        raise Invalid({"name": _("{name} is in the list already.").format(name=name)})
    return _append(session, [(kind, name, group)])[0]


def _append(session: Session, wanted: Sequence[tuple[ChoiceKind, str, str]]) -> list[Choice]:
    """New entries, all in one flush."""
    journal.act(session, "choices")
    codes: dict[ChoiceKind, set[str]] = {kind: set() for kind, _name, _group in wanted}
    last = dict.fromkeys(codes, -1)
    there = select(Choice.kind, Choice.code, Choice.position).where(Choice.kind.in_(codes))
    for kind, code, position in session.execute(there):
        codes[kind].add(code)
        last[kind] = max(last[kind], position)
    made = []
    for kind, text, group in wanted:
        name = narrow(text)
        if not name:
            raise Invalid({"name": _("Enter a name.")})
        number = len(codes[kind]) + 1
        while f"own_{number}" in codes[kind]:
            number += 1
        code = f"own_{number}"
        codes[kind].add(code)
        last[kind] += 1
        made.append(
            Choice(kind=kind, code=code, zh=name, en=name, group=group, position=last[kind])
        )
    session.add_all(made)
    session.flush()
    return made


def change(session: Session, choice_id: int, **facts: object) -> None:
    """Change labels, group, position or use of an entry (`zh en group position active`).

    Raises `Invalid` beside `zh` or `en` when a label is empty or another entry's, `ShowroomError`
    for who may not.
    """
    rights.require(session, Right.SETTINGS)
    journal.act(session, "choices")
    choice = session.get_one(Choice, choice_id)
    problems: dict[str, str] = {}
    for name in ("zh", "en"):
        if name in facts:
            facts[name] = label = narrow(str(facts[name]))
            taken = find(session, choice.kind, label)
            if not label:
                problems[name] = _("Enter a name.")
            elif taken not in (None, choice_id):
                problems[name] = _("{name} is in the list already.").format(name=label)
    if problems:
        raise Invalid(problems)
    for name, value in facts.items():
        if name not in ("zh", "en", "group", "position", "active"):
            raise ValueError(name)
        setattr(choice, name, value)


def move(session: Session, choice_id: int, step: int) -> None:
    """Put an entry one place up (-1) or down (1) in its list; at an end nothing happens.

    Raises `ShowroomError` for who may not.
    """
    rights.require(session, Right.SETTINGS)
    journal.act(session, "choices")
    kind = session.get_one(Choice, choice_id).kind
    query = select(Choice).where(Choice.kind == kind).order_by(Choice.position, Choice.id)
    order = list(session.scalars(query))
    at = next(place for place, one in enumerate(order) if one.id == choice_id)
    if 0 <= at + step < len(order):
        order.insert(at + step, order.pop(at))
    for place, one in enumerate(order):
        one.position = place


def _key(text: str) -> str:
    return "".join(narrow(text).split()).casefold()
