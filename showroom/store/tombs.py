"""Who was erased, as keyed digests: no copy brings him back, and nobody can read who it was.

They stand in the table `erased`, and in a small file in every folder of copies, so that a restore
on a new PC knows them, too. The key of the digests is derived from that of the data file.
"""

from __future__ import annotations

import hmac
import json
import logging
import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from showroom.errors import ShowroomError
from showroom.store import backup
from showroom.store.db import speaking
from showroom.store.seals import Sealer

log = logging.getLogger(__name__)

FILE: Final = "erased.txt"
SECRETS: Final = "erased_secret:"  # facts of the desk: the secrets of desks whose copies came here
_SHORT: Final = 32

Digest = Callable[[str], str]


class Tomb(NamedTuple):
    """One erased person: when (as the file stores it), his digest, those of numbers only he had."""

    at: str
    person: str
    phones: tuple[str, ...]


class Graves(NamedTuple):
    """All that is known of erased persons, and the secrets their digests were made with."""

    tombs: frozenset[Tomb]
    secrets: tuple[bytes, ...]


def secret(key: bytes) -> bytes:
    """What the digests of a file with this key are made with."""
    return Sealer(key).tombs


def digester(secret: bytes) -> Digest:
    """Make digests, 32 hex digits, with a secret."""
    start = hmac.new(secret, digestmod="sha256")

    def digest(text: str) -> str:
        code = start.copy()
        code.update(text.encode())
        return code.hexdigest()[:_SHORT]

    return digest


def person(id: int, created_at: str) -> str:
    """What the digest of a customer is made of; ids are never used twice."""
    return f"person;{id};{created_at}"


def phone(number: str) -> str:
    """What the digest of a number is made of."""
    return f"phone;{number}"


# --- where they stand


def beside(folder: Path) -> Path:
    """The file of digests in a folder of copies."""
    return folder / FILE


def read(folder: Path) -> set[Tomb]:
    """The digests in a folder; a line that is none is passed over."""
    found = set()
    with suppress(OSError, UnicodeDecodeError):
        for line in beside(folder).read_text("ascii").splitlines():
            at, *digests = line.split()
            if digests:
                found.add(Tomb(at.replace("T", " "), digests[0], tuple(sorted(digests[1:]))))
    return found


def write(folder: Path, tombs: Collection[Tomb]) -> None:
    """Add digests to those in a folder; what stands there stays."""
    known = read(folder)
    together = known | set(tombs)
    if together == known:
        return
    target = beside(folder)
    draft = target.with_name(f".{FILE}.part")
    lines = [" ".join((t.at.replace(" ", "T"), t.person, *t.phones)) for t in sorted(together)]
    with backup.saying(target):
        folder.mkdir(parents=True, exist_ok=True)
        with open(draft, "w", encoding="ascii", newline="\n") as file:
            file.write("\n".join(lines) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)


def held(connection: Any) -> set[Tomb]:
    """The digests in an open file; none in one from before there were any."""
    if not connection.execute("PRAGMA table_info(erased)").fetchone():
        return set()
    rows = connection.execute("SELECT at, person, phones FROM erased")
    return {Tomb(at, person, tuple(sorted(phones.split()))) for at, person, phones in rows}


def of_file(path: Path, key: bytes) -> set[Tomb]:
    """The digests in a file that may be in use."""
    connection = backup.open_copy(path, key)
    try:
        with speaking(path):
            return held(connection)
    finally:
        connection.close()


def gather(path: Path, key: bytes | None, copy: Path, copy_key: bytes, backups: Path) -> Graves:
    """All that is known here of erased persons: in the data, beside its copies, beside `copy`.

    Data that does not open is passed over: to restore is its way out.
    """
    tombs = read(backups) | read(copy.parent)
    secrets = [secret(copy_key)]
    if key is not None and path.exists():
        secrets.append(secret(key))
        try:
            connection = backup.open_copy(path, key)
            try:
                with speaking(path):
                    tombs |= held(connection)
                    secrets += _foreign(connection)
            finally:
                connection.close()
        except ShowroomError:
            log.info("the data does not say who was erased: it does not open")
    return Graves(frozenset(tombs), tuple(dict.fromkeys(secrets)))


def _foreign(connection: Any) -> list[bytes]:
    rows = connection.execute("SELECT value FROM setting WHERE key LIKE ?", (f"{SECRETS}%",))
    return [bytes.fromhex(json.loads(value)) for (value,) in rows]


# --- who of them is in a copy


def found(connection: Any, graves: Graves) -> dict[int, str]:
    """The customers of an open file who were erased since, and when: by themselves, by a number.

    Who has a number of an erased person counts only if he was known before that one was erased:
    the number may be somebody else's by now. 100,000 customers take half a second.
    """
    tombs = graves.tombs - held(connection)
    if not tombs:
        return {}
    people = {tomb.person: tomb.at for tomb in tombs}
    numbers: dict[str, str] = {}
    for tomb in sorted(tombs):
        numbers.update(dict.fromkeys(tomb.phones, tomb.at))
    known = connection.execute("SELECT id, created_at FROM customer").fetchall()
    phones = connection.execute("SELECT customer_id, number FROM phone").fetchall()
    marked: dict[int, str] = {}
    suspects: dict[int, str] = defaultdict(str)
    for each in graves.secrets:
        digest = digester(each)
        named = ((id, people.get(digest(person(id, created)))) for id, created in known)
        marked |= {id: at for id, at in named if at is not None}
        for id, number in phones:
            at = numbers.get(digest(phone(number)))
            if at is not None:
                suspects[id] = max(suspects[id], at)
    for id, at in suspects.items():
        if id not in marked and _known_since(connection, id) < at:
            marked[id] = at
    gone = _erased_already(connection)
    return {id: marked[id] for id in sorted(marked) if id not in gone}


def _known_since(connection: Any, id: int) -> str:
    """When a customer came into the file: the journal knows it, else his own date."""
    (at,) = connection.execute(
        "SELECT min(action.at) FROM change JOIN action ON action.id = change.action_id"
        " WHERE change.table_name = 'customer' AND change.row_id = ?",
        (id,),
    ).fetchone()
    if at is None:
        (at,) = connection.execute("SELECT created_at FROM customer WHERE id = ?", (id,)).fetchone()
    return str(at)


def _erased_already(connection: Any) -> set[int]:
    columns: Iterable[Any] = connection.execute("PRAGMA table_info(customer)").fetchall()
    if "erased_at" not in {column[1] for column in columns}:
        return set()
    rows = connection.execute("SELECT id FROM customer WHERE erased_at IS NOT NULL")
    return {id for (id,) in rows}
