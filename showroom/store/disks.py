"""Where the data must not lie, and what is asserted of engine and file at every start.

SQLite's locks and its write-ahead log need a disk of this PC: on a network drive two PCs damage the
file, and a connection that breaks loses what was saved.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Final

import sqlcipher3.dbapi2 as driver

from showroom.errors import ShowroomError
from showroom.i18n import _

OLDEST: Final = (3, 53, 0)  # the first line of SQLite whose every release resets its log safely
PLAIN: Final = b"SQLite format 3\0"
NETWORK: Final = frozenset(
    "afs beegfs ceph cifs coda davfs fuse.ceph fuse.curlftpfs fuse.davfs fuse.davfs2 "
    "fuse.glusterfs fuse.gvfsd-fuse fuse.rclone fuse.s3fs fuse.smbnetfs fuse.sshfs gfs2 glusterfs "
    "lustre ncpfs nfs nfs4 ocfs2 smb3 smbfs".split()
)
_REMOTE: Final = 4  # DRIVE_REMOTE of GetDriveTypeW
_LOCAL: Final = 0x1000  # MNT_LOCAL of statfs on macOS
_FLAGS, _NAME = slice(64, 68), slice(72, 88)  # of macOS's struct statfs


def refuse_network(folder: Path) -> None:
    """Raise `ShowroomError` when `folder`, which exists, lies on a network drive."""
    kind = network(folder)
    if kind:
        raise ShowroomError(
            _(
                "{folder} lies on a network drive ({kind}). A broken connection would lose what "
                "was saved, and two PCs would damage it. Choose a folder on a disk of this PC; "
                "backups may go to the network."
            ).format(folder=folder, kind=kind)
        )


def network(folder: Path) -> str:
    """Return the kind of network drive that `folder` lies on, "" for a disk of this PC."""
    place = folder.resolve()
    if sys.platform == "win32":
        import ctypes

        return on_windows(str(place), ctypes.windll.kernel32.GetDriveTypeW)
    if sys.platform == "darwin":
        return on_mac(_statfs(place))
    try:
        table = Path("/proc/self/mounts").read_text("utf-8", "surrogateescape")
    except OSError:
        return ""  # a system that does not tell is no reason to refuse
    return on_linux(place.as_posix(), table)


def on_linux(place: str, table: str) -> str:
    """The kind of network drive at an absolute path by the text of `/proc/self/mounts`."""
    path, deepest, found = PurePosixPath(place), -1, ""
    for line in table.splitlines():
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        point = PurePosixPath(_unescaped(parts[1]))
        if path.is_relative_to(point) and len(point.parts) >= deepest:  # a later one lies on top
            deepest, found = len(point.parts), parts[2]
    return found if found in NETWORK else ""


def _unescaped(point: str) -> str:
    r"""A space in a mount point stands there as \040."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), point)


def on_windows(place: str, drive_type: Callable[[str], int]) -> str:
    r"""The kind of network drive of a path: `\\server\share`, or a letter that stands for one."""
    bare = re.sub(r"^\\\\\?\\(?!UNC\\)", "", place.replace("/", "\\"))
    if bare.startswith("\\\\"):
        return "SMB"
    return "SMB" if drive_type(bare[:2] + "\\") == _REMOTE else ""


def on_mac(raw: bytes) -> str:
    """The kind of network drive by what `statfs` filled in: its name unless it says it is local."""
    if int.from_bytes(raw[_FLAGS], "little") & _LOCAL:
        return ""
    return raw[_NAME].split(b"\0")[0].decode("ascii", "replace")


def _statfs(place: Path) -> bytes:
    import ctypes
    import os

    libc = ctypes.CDLL(None, use_errno=True)
    ask = getattr(libc, "statfs$INODE64", None) or libc.statfs
    raw = ctypes.create_string_buffer(4096)
    local = bytes(_FLAGS.start) + _LOCAL.to_bytes(4, "little")
    return raw.raw if ask(os.fsencode(place), raw) == 0 else local


# --- engine and file


def refuse_engine(version: tuple[int, ...] = driver.sqlite_version_info) -> None:
    """Raise `ShowroomError` for an SQLite that could lose what was saved (its WAL-reset bug)."""
    if version < OLDEST:
        raise ShowroomError(
            _(
                "This program was installed with SQLite {version}, which can lose data. "
                "At least {oldest} is needed: install the program again."
            ).format(version=".".join(map(str, version)), oldest=".".join(map(str, OLDEST)))
        )


class NotEncrypted(ShowroomError):
    """The data file is one that anybody could read, so it is not ours."""


def refuse_plain(path: Path) -> None:
    """Raise `NotEncrypted` when the file at `path` holds data that anybody could read.

    An encrypted file begins with 16 random bytes. A file that is not there or empty may stay.
    """
    try:
        with path.open("rb") as file:
            header = file.read(len(PLAIN))
    except FileNotFoundError:
        return
    except OSError:
        return  # opening it says why in a sentence of its own
    if header == PLAIN or (header and len(set(header)) < 4):
        raise NotEncrypted(
            _(
                "{path} is not encrypted, so it is no data file of this desk: anybody could read "
                "it. Take it away, or restore a backup."
            ).format(path=path)
        )


def is_cut(path: Path, pages: int, page_size: int) -> bool:
    """Whether the file is shorter than the pages its header counts."""
    return path.stat().st_size < pages * page_size
