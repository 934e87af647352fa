"""A file is written whole beside its place and then put there, or nothing is changed."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.text import clean

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_BAD_NAME = {errno.EINVAL, errno.ENAMETOOLONG, errno.EILSEQ}
_WINDOWS_IN_USE = {5, 32, 33}


@contextmanager
def saving(path: Path) -> Iterator[BinaryIO]:
    """A file to write into; it takes the place of `path` when the block ends well.

    Raises `ShowroomError`: no such folder, no permission, the target is open elsewhere, disk full.
    """
    try:
        target = Path(os.path.realpath(path))
        is_folder = target.is_dir()
    except (OSError, ValueError) as error:  # too long, or with characters no name can have
        raise _unnamable(path) from error
    if is_folder:
        raise ShowroomError(_("{path} is a folder. Choose a file name.").format(path=target))
    if target.exists() and not os.access(target, os.W_OK):
        raise ShowroomError(
            _("{name} may not be changed. Choose another name.").format(name=target.name)
        )
    beside = target.with_name(f".{target.name[:40]}.{secrets.token_hex(4)}.part")
    try:
        file = beside.open("xb")
    except OSError as error:
        raise _refused(error, target) from error
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _put(beside, target)
    except OSError as error:
        raise _refused(error, target) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _put(beside: Path, target: Path) -> None:
    try:
        os.replace(beside, target)
    except PermissionError as error:
        if target.exists():
            raise ShowroomError(_in_use(target)) from error
        raise


def _in_use(target: Path) -> str:
    return _(
        "{name} is open in another program. Close it there and try again, or choose another name."
    ).format(name=target.name)


def _refused(error: OSError, target: Path) -> ShowroomError:
    folder = target.parent
    if error.errno in _FULL:
        return ShowroomError(
            _("The disk is full: {name} was not saved. Free some space and try again.").format(
                name=target.name
            )
        )
    if getattr(error, "winerror", None) in _WINDOWS_IN_USE and target.exists():
        return ShowroomError(_in_use(target))
    if error.errno in _FORBIDDEN:
        return ShowroomError(
            _("You may not save files in {folder}. Choose another folder.").format(folder=folder)
        )
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return ShowroomError(
            _("There is no folder {folder}. Choose another one.").format(folder=folder)
        )
    if error.errno in _BAD_NAME:
        return _unnamable(target)
    return ShowroomError(
        _("{name} could not be saved in {folder}. Choose another folder.").format(
            name=target.name, folder=folder
        )
    )


def _unnamable(path: Path) -> ShowroomError:
    name = clean(path.name)
    shown = f"{name[:40]}…" if len(name) > 40 else name
    return ShowroomError(
        _("A file cannot be called {name}. Choose another name.").format(name=shown)
    )
