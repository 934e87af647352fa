"""Somebody who can write into the open file doctors the trail: each time it is found.

He changes, empties, removes, adds, moves, exchanges and copies entries and what they say of rows,
takes whole ones from another copy of the desk that went on otherwise, cuts off the end or the
beginning, and makes up checkpoints. He knows every seal that stands in the file and a code printed
before stands against him, but the key of the seals he does not have. Half of the trails were
thinned before. Each tampering is made in a transaction that is thrown away.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from showroom.guard import thinning, trail
from showroom.people import customers
from showroom.store import journal, seals
from showroom.store.db import Database
from tests import builders
from tests.builders import NOW
from tests.rigs import desks, rig

SHORT, LONG = 1_000, 20_000

Execute = Callable[..., Any]
_FIELDS = ", ".join((*seals.FIELDS[1:], "seal"))
Elsewhere = list[tuple[tuple[Any, ...], list[tuple[Any, ...]]]]  # entries with their rows
_CHANGE = "table_name, row_id, before, after, digest"


class Trail:
    """A trail as SQL reaches it, and chance."""

    def __init__(self, execute: Execute, chance: random.Random, elsewhere: Elsewhere) -> None:
        self.execute, self.chance, self.elsewhere = execute, chance, elsewhere
        self.actions = [id for (id,) in execute("SELECT id FROM action ORDER BY id")]
        self.changes = [id for (id,) in execute("SELECT id FROM change ORDER BY id")]

    def action(self) -> int:
        """Any entry."""
        return self.chance.choice(self.actions)

    def change(self, where: str = "1") -> int:
        """Anything an entry says of a row."""
        found = self.execute(f"SELECT id FROM change WHERE {where}").fetchall()
        id: int = self.chance.choice(found)[0]
        return id

    def two(self) -> tuple[int, int]:
        """Two entries."""
        one, other = sorted(self.chance.sample(self.actions, 2))
        return one, other

    def seal_of(self, id: int) -> str:
        """The seal that stands at an entry."""
        return str(self.execute("SELECT seal FROM action WHERE id = ?", (id,)).scalar_one())


def _edit(trail: Trail) -> None:
    """One field of an entry says something else."""
    column, value = trail.chance.choice(
        [
            ("staff_id", "coalesce(staff_id, 0) + 1"),
            ("why", "why || ' '"),
            ("what", "'x' || what"),
            ("verb", "verb || 's'"),
            ("at", "datetime(at, '-1 minute')"),
            ("subject_id", "coalesce(subject_id, 0) + 1"),
            ("subject_table", "subject_table || 'x'"),
            ("undoes_id", "coalesce(undoes_id, 0) + 1"),
        ]
    )
    trail.execute(f"UPDATE action SET {column} = {value} WHERE id = ?", (trail.action(),))


def _edit_image(trail: Trail) -> None:
    """What a row was, or became, is said otherwise."""
    side = trail.chance.choice(["before", "after"])
    trail.execute(
        f"UPDATE change SET {side} = coalesce({side}, '') || ' ' WHERE id = ?", (trail.change(),)
    )


def _empty_image(trail: Trail) -> None:
    """The images go, as if an erasure had taken them, with and without its mark."""
    mark = trail.chance.choice(["digest", "digest || ':' || digest", "digest || ':'"])
    trail.execute(
        f"UPDATE change SET before = NULL, after = NULL, digest = {mark} WHERE id = ?",
        (trail.change("before IS NOT NULL OR after IS NOT NULL"),),
    )


def _edit_row(trail: Trail) -> None:
    """It was another row, or a row of another table."""
    what = trail.chance.choice(["row_id = row_id + 1", "table_name = table_name || 's'"])
    trail.execute(f"UPDATE change SET {what} WHERE id = ?", (trail.change(),))


def _edit_digest(trail: Trail) -> None:
    """Another digest, of the right length, of the wrong one, or none."""
    made_up = trail.chance.choice([f"{trail.chance.getrandbits(128):032x}", "0", ""])
    trail.execute("UPDATE change SET digest = ? WHERE id = ?", (made_up, trail.change()))


def _edit_image_and_digest(trail: Trail) -> None:
    """An image is said otherwise, and its digest made again, without the key."""
    id = trail.change("after IS NOT NULL")
    trail.execute("UPDATE change SET after = after || ' ' WHERE id = ?", (id,))
    (after,) = trail.execute("SELECT after FROM change WHERE id = ?", (id,)).one()
    digest = hashlib.sha256(after.encode()).hexdigest()[:32]
    trail.execute("UPDATE change SET digest = ? WHERE id = ?", (digest, id))


def _swap_images(trail: Trail) -> None:
    """Two rows change what is said of them, digests and all."""
    one, other = trail.chance.sample(trail.changes, 2)
    texts = [
        trail.execute(f"SELECT {_CHANGE} FROM change WHERE id = ?", (id,)).one()
        for id in (one, other)
    ]
    if texts[0] == texts[1]:
        return _remove_change(trail)
    for id, text in ((one, texts[1]), (other, texts[0])):
        trail.execute(
            "UPDATE change SET table_name = ?, row_id = ?, before = ?, after = ?, digest = ?"
            " WHERE id = ?",
            (*text, id),
        )
    return None


def _remove(trail: Trail) -> None:
    """An entry is gone, with what it changed or without."""
    id = trail.action()
    if trail.chance.random() < 0.5:
        trail.execute("DELETE FROM change WHERE action_id = ?", (id,))
    trail.execute("DELETE FROM action WHERE id = ?", (id,))


def _remove_change(trail: Trail) -> None:
    """What an entry says of a row is gone."""
    trail.execute("DELETE FROM change WHERE id = ?", (trail.change(),))


def _close_gap(trail: Trail) -> None:
    """An entry is gone and those after it move up."""
    id = trail.chance.choice(trail.actions[:-1])
    trail.execute("DELETE FROM change WHERE action_id = ?", (id,))
    trail.execute("DELETE FROM action WHERE id = ?", (id,))
    for later in trail.actions:
        if later > id:
            trail.execute("UPDATE change SET action_id = ? WHERE action_id = ?", (later - 1, later))
            trail.execute("UPDATE action SET id = ? WHERE id = ?", (later - 1, later))
    trail.execute("UPDATE sqlite_sequence SET seq = seq - 1 WHERE name = 'action'")


def _cut(trail: Trail) -> None:
    """The end is cut off; the counter of SQLite is forgotten."""
    last = trail.chance.choice(trail.actions[:-1])
    trail.execute("DELETE FROM change WHERE action_id > ?", (last,))
    trail.execute("DELETE FROM action WHERE id > ?", (last,))


def _cut_counted(trail: Trail) -> None:
    """The end is cut off and the counter set back: only a code printed before tells."""
    _cut(trail)
    trail.execute(
        "UPDATE sqlite_sequence SET seq = (SELECT max(id) FROM action) WHERE name = 'action'"
    )


def _insert(trail: Trail) -> None:
    """An entry is added: a copy of another with its seal, without one, or with one made up."""
    seal = trail.chance.choice(["seal", "''", f"'{trail.chance.getrandbits(256):064x}'"])
    trail.execute(
        f"INSERT INTO action ({_FIELDS}) SELECT {', '.join(seals.FIELDS[1:])}, {seal} FROM action"
        " WHERE id = ?",
        (trail.action(),),
    )


def _insert_change(trail: Trail) -> None:
    """An entry says something of a row that another entry said."""
    trail.execute(
        f"INSERT INTO change (action_id, {_CHANGE}) SELECT ?, {_CHANGE} FROM change WHERE id = ?",
        (trail.action(), trail.change()),
    )


def _move(trail: Trail) -> None:
    """An entry, or what it says of a row, stands elsewhere."""
    if trail.chance.random() < 0.5:
        id, far = trail.action(), trail.chance.choice([1000, -1000])
        trail.execute("UPDATE action SET id = id + ? WHERE id = ?", (far, id))
        return
    id = trail.change()
    (now,) = trail.execute("SELECT action_id FROM change WHERE id = ?", (id,)).one()
    other = trail.chance.choice([each for each in trail.actions if each != now])
    trail.execute("UPDATE change SET action_id = ? WHERE id = ?", (other, id))


def _swap(trail: Trail) -> None:
    """Two entries change places, with all they say."""
    one, other = trail.two()
    for was, then in ((one, -1), (other, one), (-1, other)):
        trail.execute("UPDATE change SET action_id = ? WHERE action_id = ?", (then, was))
        trail.execute("UPDATE action SET id = ? WHERE id = ?", (then, was))


def _overwrite(trail: Trail) -> None:
    """An entry becomes a copy of another, seal and all."""
    one, other = trail.two()
    names = (*seals.FIELDS[1:], "seal")
    row = trail.execute(f"SELECT {_FIELDS} FROM action WHERE id = ?", (one,)).one()
    sets = ", ".join(f"{name} = ?" for name in names)
    trail.execute(f"UPDATE action SET {sets} WHERE id = ?", (*row, other))


def _graft(trail: Trail) -> None:
    """An entry becomes the one of that number in a copy of the desk that went on otherwise."""
    (id, *row), changes = trail.chance.choice(trail.elsewhere)
    trail.execute("DELETE FROM change WHERE action_id = ?", (id,))
    sets = ", ".join(f"{name} = ?" for name in (*seals.FIELDS[1:], "seal"))
    trail.execute(f"UPDATE action SET {sets} WHERE id = ?", (*row, id))
    for change in changes:
        trail.execute("DELETE FROM change WHERE id = ?", (change[0],))
        trail.execute(
            f"INSERT INTO change (id, action_id, {_CHANGE}) VALUES (?, ?, ?, ?, ?, ?, ?)", change
        )


def _reseal(trail: Trail) -> None:
    """An entry is changed and sealed again, with a key that is not the right one."""
    sealer = seals.Sealer(trail.chance.randbytes(32))
    id = trail.action()
    trail.execute("UPDATE action SET why = why || '!' WHERE id = ?", (id,))
    for each in trail.actions[trail.actions.index(id) :]:
        fields = trail.execute(
            f"SELECT {', '.join(seals.FIELDS)} FROM action WHERE id = ?", (each,)
        ).one()
        rows = trail.execute(
            "SELECT id, digest FROM change WHERE action_id = ? ORDER BY id", (each,)
        ).all()
        place = trail.actions.index(each)
        before = trail.seal_of(trail.actions[place - 1]) if place else ""
        seal = sealer.seal(before, fields, [(row[0], row[1]) for row in rows])
        trail.execute("UPDATE action SET seal = ? WHERE id = ?", (seal, each))


def _thin(trail: Trail) -> None:
    """The beginning is taken out with no checkpoint, or with one that is made up."""
    last = trail.chance.choice(trail.actions[:-2])
    seal = trail.seal_of(last)
    claim = seals.Checkpoint(trail.actions[0], last, "2023-10-31", seal).text
    trail.execute("DELETE FROM change WHERE action_id <= ?", (last,))
    trail.execute("DELETE FROM action WHERE id <= ?", (last,))
    kind = trail.chance.choice(["none", "added", "taken"])
    if kind == "added":  # a copy of the newest seal, or none
        trail.execute(
            "INSERT INTO action (at, verb, subject_table, why, what, seal)"
            " VALUES ('2026-11-18 02:30:00.000', 'thin', '', '', ?, ?)",
            (claim, trail.chance.choice([seal, "", f"{trail.chance.getrandbits(256):064x}"])),
        )
    elif kind == "taken":  # another entry, or the checkpoint that is there, is made into one
        id = trail.execute(
            "SELECT coalesce(max(CASE verb WHEN 'thin' THEN id END), max(id)) FROM action"
        ).scalar_one()
        trail.execute("UPDATE action SET verb = 'thin', what = ? WHERE id = ?", (claim, id))


TAMPERINGS: Sequence[Callable[[Trail], None]] = (
    _edit,
    _edit_image,
    _empty_image,
    _edit_row,
    _edit_digest,
    _edit_image_and_digest,
    _swap_images,
    _remove,
    _remove_change,
    _close_gap,
    _cut,
    _cut_counted,
    _insert,
    _insert_change,
    _move,
    _swap,
    _overwrite,
    _graft,
    _reseal,
    _thin,
)


def run(*, long: bool) -> rig.Report:
    """Doctor the trail in every way, in turns, and prove it each time."""
    report, chance = rig.Report(), random.Random(20261122)
    with rig.scratch() as root:
        folder = root / "desk"
        with desks.opened(folder) as db:
            _fill(db)
        with desks.opened(rig.copied(folder, root / "other")) as other:
            elsewhere = _go_on(other, "那边")
        with desks.opened(folder) as db:
            _go_on(db, "这边")
        with desks.opened(rig.copied(folder, root / "whole")) as whole, desks.opened(folder) as db:
            if thinning.thin(db) is None:
                report.fault("nothing was thinned")
            for turn in range(LONG if long else SHORT):
                way = TAMPERINGS[turn % len(TAMPERINGS)]
                _tamper(report, db if chance.random() < 0.5 else whole, way, chance, elsewhere)
            for each in (db, whole):
                with each.read() as session:
                    said = trail.verify(session)
                if not said.ok:
                    report.fault(f"the trail that was doctored: {said.sentence}")
    return report


def _fill(db: Database) -> None:
    """Entries of three years ago, and a busy autumn."""
    for ago in (*range(1150, 1140, -1), *range(20, -1, -1)):
        db.clock = lambda at=NOW - timedelta(days=ago): at  # type: ignore[misc]
        with db.write() as session:
            id = builders.a_customer(session, f"客户{ago}")
        with db.write() as session:
            customers.change(session, id, note=f"{ago} 天前")
    with db.write() as session:
        builders.a_deal(session, 2)
    with db.write() as session:
        journal.undo(session)


def _go_on(db: Database, note: str) -> Elsewhere:
    """Four more entries; returns them as they stand in the file."""
    for id in range(1, 5):
        with db.write() as session:
            customers.change(session, id, note=note)
    with db.read() as session:
        execute = session.connection().exec_driver_sql
        newest = execute(f"SELECT id, {_FIELDS} FROM action ORDER BY id DESC LIMIT 4").all()
        rows = f"SELECT id, action_id, {_CHANGE} FROM change WHERE action_id = ? ORDER BY id"
        return [
            (tuple(row), [tuple(change) for change in execute(rows, (row[0],))]) for row in newest
        ]


def _tamper(
    report: rig.Report,
    db: Database,
    way: Callable[[Trail], None],
    chance: random.Random,
    elsewhere: Elsewhere,
) -> None:
    name = way.__name__.strip("_").replace("_", " ")
    with db.read() as session:  # what is written here is thrown away
        anchor = trail.anchor(session)
        connection = session.connection()
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        before = _state(connection.exec_driver_sql)
        way(Trail(connection.exec_driver_sql, chance, elsewhere))
        if _state(connection.exec_driver_sql) == before:
            report.fault(f"{name}: nothing was changed")
            return
        found = trail.verify(session, anchor)
    report.count("tamperings")
    report.count("found", int(not found.ok))
    if found.ok:
        report.fault(f"{name}: not found")
    elif found.first_broken is None or not found.sentence:
        report.fault(f"{name}: found, but nobody is told where")


def _state(execute: Execute) -> list[Any]:
    return [
        *execute("SELECT * FROM action ORDER BY id"),
        *execute("SELECT * FROM change ORDER BY id"),
    ]
