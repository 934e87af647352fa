"""The seals of the journal: who changes, removes, adds or moves an entry of it breaks the chain.

A change carries a keyed digest of its images. An action carries a seal over the seal before it, its
own fields and the digests of its changes; what people wrote (`TEXTS`) goes in as its digest, so
that an erasure can take images and texts out and the chain holds. The key of the seals is derived
from that of the file, so nothing more has to be kept; who holds it could make a new chain, which a
printed anchor gives away.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

FIELDS: Final = (
    "id",
    "at",
    "staff_id",
    "verb",
    "subject_table",
    "subject_id",
    "why",
    "undoes_id",
    "what",
)
TEXTS: Final = ("why", "what")  # may speak of a person
#: All that a seal says of the changes of an action between two ids (`?`), as one text
CHAINED: Final = (
    "SELECT group_concat(concat(id, ':', substr(digest, 1, 32), ';'), '')"
    " FROM (SELECT id, digest FROM change"  # in the order of the table: no index, no sorting
    " WHERE +action_id = ? AND id BETWEEN ? AND ? ORDER BY id LIMIT -1)"
)
#: The digest of a change, told as `_told` tells it, by names of columns or `?`: in half the time
DIGEST: Final = (
    "change_signed(CAST(concat({table}, ';', {row_id}, ';', ifnull(length({before}), -1), ';',"
    " ifnull(length({after}), -1), ';', ifnull({before}, 'None'), ifnull({after}, 'None'))"
    " AS BLOB))"
)
_LABEL: Final = b"showroom: seals of the journal, 1"
_CHANGES: Final = b"showroom: digests of changes, 2"
_TOMBS: Final = b"showroom: who was erased, 1"
_SHORT: Final = 32  # 128 bits, in hex
_EMPTIED: Final = ":"
_GONE: Final = re.compile(r"\x1a([0-9a-f]{32})")  # a text that was taken out; nobody can type it

_CHECKPOINT: Final = re.compile(r"(\d+)–(\d+) · (\d{4}-\d\d-\d\d) · ([0-9a-f]{64})")


class Checkpoint(NamedTuple):
    """What stands in for the entries that were taken out: the chain goes on from `seal`.

    `first` and `last` are their ids, `day` is that of the last one, `seal` its seal. An entry
    "thin" carries this in its `what`, under a seal of its own.
    """

    first: int
    last: int
    day: str
    seal: str

    @property
    def text(self) -> str:
        """As the entry keeps it."""
        return f"{self.first}–{self.last} · {self.day} · {self.seal}"


NOTHING_TAKEN: Final = Checkpoint(0, 0, "", "")


def read_checkpoint(what: str) -> Checkpoint | None:
    """The checkpoint that an entry "thin" carries; None for any other text."""
    found = _CHECKPOINT.fullmatch(what)
    return Checkpoint(int(found[1]), int(found[2]), found[3], found[4]) if found else None


def checkpoint(connection: Any) -> tuple[int, Checkpoint]:
    """The newest checkpoint and the id of its entry, as they stand there; ids of 0 without one.

    `connection` is one of the driver. Nothing is proved here.
    """
    newest = connection.execute(
        "SELECT id, what FROM action WHERE verb = 'thin' ORDER BY id DESC LIMIT 1"
    ).fetchone()
    claimed = read_checkpoint(newest[1]) if newest else None
    return (0, NOTHING_TAKEN) if claimed is None else (newest[0], claimed)


class Sealer:
    """Makes seals and digests with the key derived from `key`, that of the file."""

    def __init__(self, key: bytes) -> None:
        self._start = hmac.new(hmac.digest(key, _LABEL, "sha256"), digestmod="sha256")
        changes = hmac.digest(key, _CHANGES, "sha256")
        self._changes = hashlib.blake2b(key=changes, digest_size=_SHORT // 2)  # keyed, and quick
        self.tombs = hmac.digest(key, _TOMBS, "sha256")  # for `showroom.store.tombs`

    def digest(self, table: str, row_id: int, before: str | None, after: str | None) -> str:
        """The digest of a change, 32 hex digits; also the SQL function `change_digest`."""
        return self.signed(_told(table, row_id, before, after).encode("utf-8", "surrogatepass"))

    def signed(self, told: bytes) -> str:
        """The same of what is told of a change; also the SQL function `change_signed`."""
        return self._signer()(told)

    def emptied(self, change_id: int, digest: str) -> str:
        """The digest of a change whose images were taken out by an erasure, marked as such."""
        bare = bare_digest(digest)
        return bare + _EMPTIED + self._sign(f"emptied;{change_id};{bare}")[:_SHORT]

    def seal(self, previous: str, fields: Sequence[Any], digests: Iterable[tuple[int, str]]) -> str:
        """The seal of an action, 64 hex digits.

        `previous` is the seal before it, "" for the first. `fields` are the values of `FIELDS` as
        the file stores them, `digests` the ids and digests of its changes in their order.
        """
        rows = "".join(f"{id}:{digest[:_SHORT]};" for id, digest in digests)
        return self.seal_rows(previous, fields, [rows])

    def seal_rows(self, previous: str, fields: Sequence[Any], rows: Iterable[str]) -> str:
        """The same, with the changes as the texts that `CHAINED` selects, one after the other."""
        chained = hashlib.sha256()
        for text in rows:
            chained.update(text.encode())
        texts = [None if part is None else str(part) for part in (previous, *self.shown(fields))]
        said = "".join("-;" if text is None else f"{len(text)}:{text};" for text in texts)
        return self._sign(f"action;{said}{chained.hexdigest()}")

    def shown(self, fields: Sequence[Any]) -> Sequence[Any]:
        """The fields as a seal takes them: of a text its digest, also when the text is gone."""
        return [
            self.text_digest(value) if value and name in TEXTS else value
            for name, value in zip(FIELDS, fields, strict=True)
        ]

    def text_digest(self, text: str) -> str:
        """The digest of a text of an action, 32 hex digits; that of one that is gone stands in it.

        Nobody without the key can make one up: the text that stood there is all that fits.
        """
        gone = _GONE.fullmatch(text)
        return gone[1] if gone else self._sign(f"text;{text}")[:_SHORT]

    def text_gone(self, text: str) -> str:
        """What stands for a text that an erasure took out; also the SQL function `text_gone`."""
        return f"\x1a{self.text_digest(text)}" if text else ""

    def register(self, connection: Any) -> None:
        """Give a connection of the driver the SQL functions that make digests."""
        connection.create_function("text_gone", 1, self.text_gone, deterministic=True)
        connection.create_function("change_digest", 4, self.digest, deterministic=True)
        connection.create_function("change_signed", 1, self._signer(), deterministic=True)
        connection.create_function("change_emptied", 2, self.emptied, deterministic=True)

    def _signer(self) -> Callable[[bytes], str]:
        """As `signed`, for who calls it by ten thousands: nothing is looked up twice."""
        begin = self._changes.copy

        def signed(told: bytes) -> str:
            code = begin()
            code.update(told)
            return code.hexdigest()

        return signed

    def _sign(self, text: str) -> str:
        code = self._start.copy()
        code.update(text.encode("utf-8", "surrogatepass"))
        return code.hexdigest()


def _told(table: str, row_id: int, before: str | None, after: str | None) -> str:
    """A change, each text with its length, so that no two are written alike."""
    was = -1 if before is None else len(before)
    is_now = -1 if after is None else len(after)
    return f"{table};{row_id};{was};{is_now};{before}{after}"


class FirstSealer(Sealer):
    """Seals as they were made up to step 0002: over the texts themselves, digests by HMAC."""

    def digest(self, table: str, row_id: int, before: str | None, after: str | None) -> str:
        """The digest of a change."""
        return self._sign(_told(table, row_id, before, after))[:_SHORT]

    def shown(self, fields: Sequence[Any]) -> Sequence[Any]:
        """The fields as they are."""
        return fields


def readable(text: str) -> str:
    """A text of an action to be read: nothing where an erasure took it out."""
    return "" if _GONE.fullmatch(text) else text


def bare_digest(digest: str) -> str:
    """A digest without the mark of an erasure."""
    return digest[:_SHORT]


def is_emptied(digest: str) -> bool:
    """Whether a digest says that the images of its change were taken out."""
    return _EMPTIED in digest


# --- a file that comes from before the seals, or from another key


def seal_old(connection: Any, sealer: Sealer, now: str) -> int:
    """Seal a journal written before there were seals; the entry that follows says so.

    `connection` is one of the driver in a transaction of the caller, `now` the moment as the file
    stores it. Returns how many entries were sealed.
    """
    sealer.register(connection)
    connection.execute(
        "UPDATE change SET digest = change_digest(table_name, row_id, before, after)"
    )
    actions = connection.execute(f"SELECT {', '.join(FIELDS)} FROM action ORDER BY id").fetchall()
    previous = ""
    for fields in actions:
        previous = sealer.seal(previous, fields, _digests(connection, fields[0]))
        connection.execute("UPDATE action SET seal = ? WHERE id = ?", (previous, fields[0]))
    if actions:
        _say(connection, sealer, previous, now, f"1–{actions[-1][0]}")
    return len(actions)


def carry_over(connection: Any, old: Sealer, new: Sealer, now: str) -> int:
    """Seal with `new` what holds with `old`, and say so; from a broken entry on nothing is mended.

    For a copy that got another key. Returns how many entries were sealed anew.
    """
    taken = checkpoint(connection)[1]
    last, before, after, count = 0, taken.seal, taken.seal, 0
    actions = connection.execute(f"SELECT seal, {', '.join(FIELDS)} FROM action ORDER BY id")
    for seal, *fields in actions.fetchall():
        changes = connection.execute(
            "SELECT id, digest, table_name, row_id, before, after FROM change"
            " WHERE action_id = ? ORDER BY id",
            (fields[0],),
        ).fetchall()
        before = old.seal(before, fields, [(row[0], row[1]) for row in changes])
        if before != seal or not all(holds(old, row) for row in changes):
            return count
        digests = [(row[0], _anew(new, row)) for row in changes]
        after = new.seal(after, fields, digests)
        connection.executemany(
            "UPDATE change SET digest = ? WHERE id = ?", [(text, id) for id, text in digests]
        )
        connection.execute("UPDATE action SET seal = ? WHERE id = ?", (after, fields[0]))
        last, count = fields[0], count + 1
    if count:
        _say(connection, new, after, now, f"{taken.last + 1}–{last}")
    return count


def holds(sealer: Sealer, change: Sequence[Any]) -> bool:
    """Whether a change (id, digest, table, row, before, after) is what its digest says."""
    id, digest, table, row_id, before, after = change
    if is_emptied(digest):
        return before is None and after is None and bool(digest == sealer.emptied(id, digest))
    return bool(digest == sealer.digest(table, row_id, before, after))


def _anew(sealer: Sealer, change: Sequence[Any]) -> str:
    """The digest of another key; what was emptied keeps what can still be known of it."""
    id, digest, table, row_id, before, after = change
    if is_emptied(digest):
        return sealer.emptied(id, digest)
    return sealer.digest(table, row_id, before, after)


def _digests(connection: Any, action_id: int) -> list[tuple[int, str]]:
    rows: list[tuple[int, str]] = connection.execute(
        "SELECT id, digest FROM change WHERE action_id = ? ORDER BY id", (action_id,)
    ).fetchall()
    return rows


def _say(connection: Any, sealer: Sealer, previous: str, now: str, which: str) -> None:
    """Note the sealing itself as an entry, sealed like any other."""
    cursor = connection.execute(
        "INSERT INTO action (at, verb, subject_table, why, what, seal)"
        " VALUES (?, 'seal', '', '', ?, '')",
        (now, which),
    )
    fields = connection.execute(
        f"SELECT {', '.join(FIELDS)} FROM action WHERE id = ?", (cursor.lastrowid,)
    ).fetchone()
    connection.execute(
        "UPDATE action SET seal = ? WHERE id = ?",
        (sealer.seal(previous, fields, ()), cursor.lastrowid),
    )
