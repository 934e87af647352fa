"""The recovery code: printed once, it opens a backup on a PC that never had the key.

    code = new_code()                                   # "7K3F-9QXM-…", shown and printed, not kept
    write(beside(path), key, code, now)                 # the key, wrapped, beside the data
    key = unwrap(beside(copy), code)                    # on another PC, with the backup

The code is 155 random bits and a check character. Argon2id makes a key of it, AES key wrap (RFC
3394) seals the data's key with that. What lies beside the data is useless without the code.
"""

from __future__ import annotations

import json
import os
import secrets
import unicodedata
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from showroom.errors import Invalid, ShowroomError
from showroom.i18n import _

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 O, no 1 I: they look alike
GROUPS: Final = 8
GROUP: Final = 4
LENGTH: Final = GROUPS * GROUP
TAIL: Final = ".recovery"
# RFC 9106 §4, second choice: 64 MiB, 0.1 s
COST: Final = {"time": 3, "memory": 65536, "lanes": 4}
_FORMAT: Final = 1


def beside(path: Path) -> Path:
    """The place of the wrapped key of a data file or a copy: `showroom.db.recovery`."""
    return path.with_name(path.name + TAIL)


# --- the code


def new_code() -> str:
    """A new code as it is printed: eight groups of four."""
    drawn = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH - 1))
    return shown(drawn + ALPHABET[_turned(_folded(drawn))])


def shown(code: str) -> str:
    """The code in its groups."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def read_code(typed: str) -> str:
    """The 32 characters of what was typed or scanned: any case, width, spaces and dashes.

    Raises `Invalid` naming `code` when it cannot be a code: one false character, or two that
    changed places, are always found.
    """
    plain = unicodedata.normalize("NFKC", typed).upper()
    code = "".join(char for char in plain if char.isalnum())
    strange = sorted({char for char in code if char not in ALPHABET})
    if strange:
        raise Invalid(
            {
                "code": _(
                    "“{characters}” never stands in a recovery code: look again at the page."
                ).format(characters=" ".join(strange))
            }
        )
    if len(code) != LENGTH:
        raise Invalid(
            {
                "code": _(
                    "The recovery code has {groups} groups of {size} characters; "
                    "{count} characters were typed."
                ).format(groups=GROUPS, size=GROUP, count=len(code))
            }
        )
    if _folded(code):
        raise Invalid({"code": _("A character of the recovery code is wrong. Compare each group.")})
    return code


def _folded(code: str) -> int:
    """The remainder of the characters as a polynomial over GF(32): 0 for a whole code."""
    value = 0
    for char in code:
        value = _turned(value) ^ ALPHABET.index(char)
    return value


def _turned(value: int) -> int:
    """Times x in GF(32), modulo x⁵ + x² + 1: 31 places have 31 different weights."""
    value <<= 1
    return value ^ 0b100101 if value & 32 else value


# --- the wrapped key


def write(side: Path, key: bytes, code: str, now: datetime) -> None:
    """Put the key, wrapped with the code, into the file `side`: whole, or what was there stays.

    Raises `ShowroomError` when it cannot be written.
    """
    from cryptography.hazmat.primitives.keywrap import aes_key_wrap

    salt = secrets.token_bytes(16)
    sealed = aes_key_wrap(_stretched(read_code(code), salt), key)
    _place(
        side,
        {
            "format": _FORMAT,
            "made": now.astimezone(UTC).isoformat(timespec="seconds"),
            "opens": mark(key),
            "argon2id": COST,
            "salt": salt.hex(),
            "wrapped": sealed.hex(),
        },
    )


def unwrap(side: Path, code: str) -> bytes:
    """The key that `side` keeps; takes 0.1 s.

    Raises `Invalid` naming `code` when it is mistyped or of another desk, `ShowroomError` when
    `side` is missing or damaged.
    """
    from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

    typed = read_code(code)
    kept = _kept(side)
    try:
        return aes_key_unwrap(_stretched(typed, bytes.fromhex(kept["salt"])), _sealed(kept))
    except InvalidUnwrap as error:
        raise Invalid(
            {
                "code": _(
                    "This recovery code belongs to another desk or to an earlier page. "
                    "Take the page that was printed last before this backup."
                )
            }
        ) from error


def made(side: Path) -> datetime | None:
    """When the code of `side` was made (aware UTC); None without one that can be read."""
    try:
        return datetime.fromisoformat(_kept(side)["made"])
    except (ShowroomError, ValueError):
        return None


def belongs(side: Path, key: bytes) -> bool:
    """Whether `side` keeps this key; nobody can tell from outside, its mark is a digest."""
    try:
        return bool(_kept(side)["opens"] == mark(key))
    except ShowroomError:
        return False


def carry(origin: Path, target: Path) -> bool:
    """Give the copy `target` of the data file `origin` its wrapped key, if there is one."""
    side = beside(origin)
    if side == beside(target) or not side.is_file():
        return False
    try:
        kept = _kept(side)
    except ShowroomError:
        return False  # a damaged one helps nobody
    _place(beside(target), kept)
    return True


def mark(key: bytes) -> str:
    """A short digest by which a key is known again; 256 random bits cannot be found from it."""
    return sha256(b"showroom desk\0" + key).hexdigest()[:16]


def _stretched(code: str, salt: bytes) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        code.encode("ascii"),
        salt,
        time_cost=COST["time"],
        memory_cost=COST["memory"],
        parallelism=COST["lanes"],
        hash_len=32,
        type=Type.ID,
    )


def _kept(side: Path) -> dict[str, Any]:
    try:
        text = side.read_text("utf-8")
    except FileNotFoundError as error:
        raise ShowroomError(
            _(
                "{path} is missing: the recovery code works only together with it. "
                "Bring it from where the backup lies."
            ).format(path=side)
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(side) from error
    try:
        kept: dict[str, Any] = json.loads(text)
        whole = (
            kept["format"] == _FORMAT
            and kept["argon2id"] == COST
            and len(bytes.fromhex(kept["salt"])) == 16
            and len(_sealed(kept)) == 40
            and all(isinstance(kept[name], str) for name in ("made", "opens"))
        )
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(side) from error
    if not whole:
        raise _damaged(side)
    return kept


def _sealed(kept: dict[str, Any]) -> bytes:
    return bytes.fromhex(kept["wrapped"])


def _damaged(side: Path) -> ShowroomError:
    return ShowroomError(
        _("{path} is damaged or was made by a newer version. Take another backup.").format(
            path=side
        )
    )


def _place(side: Path, kept: dict[str, Any]) -> None:
    draft = side.with_name(f".{side.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(kept, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, side)
    except OSError as error:
        raise ShowroomError(
            _("{path} cannot be written. Choose another folder.").format(path=side)
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink()
