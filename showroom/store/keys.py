"""The key of a desk's file: 256 random bits in the system's keystore, or in a file of its owner.

A desk in a folder of its own (`--data`) has its key there, as a file. A key that exists is never
overwritten, and none is made for data that another key has encrypted.
"""

from __future__ import annotations

import logging
import os
import secrets
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.paths import APP, Desk

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

log = logging.getLogger(__name__)

SERVICE: Final = APP
USER: Final = "data key"
# The keystores an operating system guards; what else `keyring` may find is a plain file or nothing.
_GUARDED: Final = (
    "keyring.backends.Windows",
    "keyring.backends.macOS",
    "keyring.backends.SecretService",
    "keyring.backends.kwallet",
    "keyring.backends.libsecret",
)


class KeyMissing(ShowroomError):
    """The data is there, but not the key that opens it: the recovery code brings it back."""


def key_of(desk: Desk, *, made_already: bool) -> bytes:
    """Return the key of this desk; make and keep one when there is none and no data needs it.

    `made_already` says that the data file exists: then a missing key is an error. Raises
    `KeyMissing` for a missing or damaged key, `ShowroomError` for one that others may read and
    for a locked keystore.
    """
    if desk.key.exists():
        return _read(desk.key)
    store = None if desk.portable else keystore()
    if store is not None:
        kept = _ask(store)
        if kept is not None:
            return kept
    if made_already:
        raise KeyMissing(
            _(
                "The key of {path} is not on this PC. The recovery code opens it. Or bring {key} "
                "back from where it was kept, or sign in as the user who made the data."
            ).format(path=desk.database, key=desk.key)
        )
    key = secrets.token_bytes(32)
    if store is not None and _keep(store, key.hex()):
        return key
    return _write(desk.key, key)


def found(desk: Desk) -> bytes | None:
    """Return the key of this desk if there is one that can be read; make none.

    Raises `ShowroomError` for a locked keystore: what cannot be seen may be there.
    """
    with suppress(KeyMissing):
        return key_of(desk, made_already=True)
    return None


def adopt(desk: Desk, key: bytes, now: datetime) -> None:
    """Make `key`, which a recovery code brought back, the key of this desk.

    A key that was there, damaged or of other data, is put aside under a name with `now` in it.
    Raises `ShowroomError` when it cannot be kept.
    """
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    try:
        if found(desk) == key:
            return
        if desk.key.exists():
            os.replace(desk.key, desk.key.with_name(f"{desk.key.name}.{stamp}"))
    except OSError as error:
        raise _unwritable(desk.key) from error
    store = None if desk.portable else keystore()
    if store is not None:
        old = store.get_password(SERVICE, USER)
        if old is not None and not _keep(store, old, f"{USER} {stamp}"):
            store = None
    if store is None or not _keep(store, key.hex()):
        _write(desk.key, key)


def keystore() -> KeyringBackend | None:
    """Return the system's keystore, or None where there is none that guards what it holds."""
    import keyring
    from keyring.backends.chainer import ChainerBackend

    found = keyring.get_keyring()
    choices = found.backends if isinstance(found, ChainerBackend) else [found]
    return next((each for each in choices if type(each).__module__.startswith(_GUARDED)), None)


def _ask(store: KeyringBackend) -> bytes | None:
    from keyring.errors import KeyringError

    try:
        kept = store.get_password(SERVICE, USER)
    except KeyringError as error:
        raise ShowroomError(
            _("The system's keystore is locked or does not answer. Unlock it and start again.")
        ) from error
    return None if kept is None else _parse(kept, _("the system's keystore"))


def _keep(store: KeyringBackend, secret: str, user: str = USER) -> bool:
    """Give the keystore a secret and see whether it hands it back."""
    from keyring.errors import KeyringError

    try:
        store.set_password(SERVICE, user, secret)
        return store.get_password(SERVICE, user) == secret
    except KeyringError:
        log.warning("the keystore took no key; it goes into a file", exc_info=True)
        return False


def _read(path: Path) -> bytes:
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            path.chmod(0o600)
            log.warning("others could read the key file; now only its owner can")
        text = path.read_text("ascii")
    except UnicodeDecodeError:
        text = ""
    except OSError as error:
        raise ShowroomError(
            _(
                "The key file {path} cannot be read, or others can read it. "
                "Make it yours alone and start again."
            ).format(path=path)
        ) from error
    return _parse(text, str(path))


def _parse(text: str, place: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != 32:
        raise KeyMissing(
            _(
                "The key in {place} is damaged. The recovery code brings it back; "
                "or bring it from where it was kept."
            ).format(place=place)
        )
    return key


def _write(path: Path, key: bytes) -> bytes:
    """Make the key file whole or not at all; when another start was quicker, its key counts."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(key.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            _place(draft, path)
        except FileExistsError:
            return _read(path)
    except OSError as error:
        raise _unwritable(path) from error
    finally:
        with suppress(OSError):
            draft.unlink()
    return key


def _unwritable(path: Path) -> ShowroomError:
    return ShowroomError(
        _("The key file {path} cannot be written. Ask for the right to write there.").format(
            path=path
        )
    )


def _place(draft: Path, path: Path) -> None:
    """Give the draft its name, which nobody may have; disks without links copy it."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(draft.read_text("ascii"))
            file.flush()
            os.fsync(file.fileno())
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
