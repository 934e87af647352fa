"""What Linux must have before Qt is touched: its system libraries and a screen that answers.

Qt ends the process when either is missing. Here the same is found out first, mended with apt
where that is allowed, and otherwise said in a sentence.
"""

from __future__ import annotations

import builtins
import ctypes
import enum
import importlib
import os
import re
import sys
from pathlib import Path
from typing import Any, Final

from showroom.errors import ShowroomError
from showroom.i18n import _

# Debian's and Ubuntu's names, tried on a bare Debian 12
_ANY_QT: Final = (
    "libgl1",
    "libegl1",
    "libxkbcommon0",
    "libglib2.0-0",
    "libfontconfig1",
    "libdbus-1-3",
)
_X11: Final = (
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-shape0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
    "libcups2",
)
_WAYLAND: Final = ("libwayland-client0", "libwayland-cursor0", "libwayland-egl1", "libcups2")
_PACKAGES: Final = {"xcb": _X11, "wayland": _WAYLAND}

_WITHOUT_SCREEN: Final = ("offscreen", "minimal", "vnc")


def ensure_libraries() -> None:
    """Make Qt importable and drawable without a screen, or raise ShowroomError saying how."""
    if sys.platform.startswith("linux"):
        _ensure("offscreen", _ANY_QT)


def import_plainly() -> None:
    """Take PySide6's own step out of every import.

    It waits there for `from __feature__ import …`, which nobody of us writes: two calls for each
    of some thousand imports, and the source of each module read. A tenth of the start goes into it.
    """
    builtins.__import__ = vars(builtins).get("__orig_import__", builtins.__import__)


def make_enums_simply() -> None:
    """Let Qt's enums be made as Python's library makes its own large ones; before Qt is imported.

    Who touches a class of Qt gets all its enums, 3,500 members until the desk stands. The checks
    they then go without take half of their time. Done in the Pythons it was compared in.
    """
    if sys.version_info >= (3, 14):
        return
    checked = vars(enum.EnumType)["_create_"]

    def simply(kind: Any, name: str, members: Any, **how: Any) -> Any:
        if how.get("boundary") is not enum.KEEP:  # it is not Qt who asks
            return checked(kind, name, members, **how)
        made = enum._simple_enum(kind, boundary=enum.KEEP)(type(name, (), dict(members)))  # type: ignore[attr-defined]
        for word, member in made.__members__.items():
            if not hasattr(kind, word):
                type.__setattr__(made, word, member)  # found at once, not by a property
        return made

    enum.EnumType._create_ = simply  # type: ignore[attr-defined]


def ensure_screen() -> None:
    """Make sure that a window can open, or raise ShowroomError; to be called before QApplication.

    Sets QT_QPA_PLATFORM to the kind of screen that answered, so that Qt tries no other.
    """
    if not sys.platform.startswith("linux"):
        return
    kinds = _kinds()
    if not kinds:
        raise _no_screen()
    _ensure("offscreen", (*_ANY_QT, *_PACKAGES.get(_family(kinds[0]), ())))
    problem: ShowroomError | None = None
    for kind in kinds:
        try:
            _ensure_kind(kind)
        except ShowroomError as error:
            problem = problem or error
        else:
            os.environ["QT_QPA_PLATFORM"] = kind
            return
    assert problem is not None
    raise problem


def _kinds() -> list[str]:
    """Return the Qt platforms to try, in Qt's own order; its settings after a colon stay."""
    if wanted := os.environ.get("QT_QPA_PLATFORM"):
        return wanted.split(";")
    kinds = ["xcb"] if os.environ.get("DISPLAY") else []
    if os.environ.get("WAYLAND_DISPLAY"):
        first = os.environ.get("XDG_SESSION_TYPE") == "wayland"
        kinds.insert(0 if first else len(kinds), "wayland")
    return kinds


def _family(kind: str) -> str:
    """Return "xcb" of "xcb:gl=none", "wayland" of "wayland-egl"."""
    return re.split("[:-]", kind)[0]


def _ensure_kind(kind: str) -> None:
    family = _family(kind)
    if family == "xcb":
        _ask_x11()
    elif family == "wayland":
        _ask_wayland()
    elif family not in _WITHOUT_SCREEN:
        _ask_qt(kind)
    _ensure(kind.partition(":")[0], _PACKAGES.get(family, _ANY_QT))


def _ensure(kind: str, packages: tuple[str, ...]) -> None:
    """Load Qt and its plugin for `kind`; when a library is missing install `packages`, once."""
    missing = _missing(kind)
    if missing is not None and _may_install():
        command = _command(packages)
        print(
            _("Qt needs system libraries ({library}). Installing them: {command}").format(
                library=missing, command=command
            ),
            file=sys.stderr,
            flush=True,
        )
        _install(packages)
        missing = _missing(kind)
    if missing is not None:
        raise ShowroomError(
            _(
                "Qt needs a system library that is missing here: {library}. "
                "On Debian or Ubuntu, type as administrator: {command}"
            ).format(library=missing, command=_command(packages))
        )


def _missing(kind: str) -> str | None:
    """Return the system library that keeps Qt or its plugin for `kind` from loading."""
    try:
        importlib.import_module("PySide6.QtWidgets")
        core = importlib.import_module("PySide6.QtCore")
        folder = core.QLibraryInfo.path(core.QLibraryInfo.LibraryPath.PluginsPath)
        plugin = Path(folder, "platforms", f"libq{kind}.so")
        if plugin.exists():
            ctypes.CDLL(str(plugin))
    except (ImportError, OSError) as error:
        found = re.match(r"(\S+\.so[\w.]*): cannot open shared object file", str(error))
        if found is None:
            raise
        return found[1]
    return None


def _may_install() -> bool:
    import shutil

    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _command(packages: tuple[str, ...]) -> str:
    return " ".join(("apt-get install -y --no-install-recommends", *packages))


def _install(packages: tuple[str, ...]) -> None:
    """Run apt, quiet unless it fails; whether it helped shows when the library is looked for."""
    import subprocess

    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in ("apt-get update", _command(packages)):
        done = subprocess.run(
            [*command.split(), "-qq"], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(done.stderr.strip(), file=sys.stderr)


def _ask_x11() -> None:
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    try:
        if xcb.xcb_connection_has_error(connection):
            raise _no_answer(os.environ.get("DISPLAY", ""))
    finally:
        xcb.xcb_disconnect(connection)


def _ask_wayland() -> None:
    import socket

    if os.environ.get("WAYLAND_SOCKET"):
        return
    name = os.environ.get("WAYLAND_DISPLAY") or "wayland-0"
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(Path(os.environ.get("XDG_RUNTIME_DIR", "/"), name)))
    except OSError as error:
        raise _no_answer(name) from error


def _ask_qt(kind: str) -> None:
    """Let another process try a platform we do not know: Qt aborts where it cannot."""
    import subprocess

    program = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"
    tried = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"QT_QPA_PLATFORM": kind},
        capture_output=True,
        check=False,
    )
    if tried.returncode:
        raise _no_answer(kind)


def _no_screen() -> ShowroomError:
    return ShowroomError(_("There is no screen here. Try: uv run main.py tour OUT"))


def _no_answer(name: str) -> ShowroomError:
    if not name:
        return _no_screen()
    return ShowroomError(
        _("The screen “{name}” does not answer. Without one, try: uv run main.py tour OUT").format(
            name=name
        )
    )
