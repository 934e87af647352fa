"""The desk's habits (sizes, column widths, last folder), kept in `desk.ini` of the data folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QWidget

_store: QSettings | None = None


def use(folder: Path | None) -> None:
    """Keep habits in that data folder from now on; None keeps nothing (as in tests)."""
    global _store
    if _store is not None:
        _store.sync()
    _store = None
    if folder is not None:
        _store = QSettings(str(folder / "desk.ini"), QSettings.Format.IniFormat)


def text(key: str, default: str = "") -> str:
    """Return a remembered text."""
    if _store is None:
        return default
    value = _store.value(key, default)
    return value if isinstance(value, str) else default


def set_text(key: str, value: str) -> None:
    """Remember a text."""
    if _store is not None:
        _store.setValue(key, value)


def numbers(key: str) -> list[int]:
    """Return remembered whole numbers, as column widths; [] when there are none."""
    parts = text(key).split()
    return [int(part) for part in parts if part.lstrip("-").isdigit()]


def set_numbers(key: str, values: list[int]) -> None:
    """Remember whole numbers."""
    set_text(key, " ".join(str(value) for value in values))


def folder() -> Path:
    """Return the folder last used for opening or saving, else the home folder."""
    kept = text("folder")
    return Path(kept) if kept and Path(kept).is_dir() else Path.home()


def set_folder(path: Path) -> None:
    """Remember the folder of a file just opened or saved."""
    set_text("folder", str(path if path.is_dir() else path.parent))


def restore_geometry(window: QWidget, key: str) -> bool:
    """Give a window the size and place it had; tell whether there was one."""
    kept = text(f"{key}/geometry")
    return bool(kept) and window.restoreGeometry(QByteArray.fromBase64(kept.encode()))


def save_geometry(window: QWidget, key: str) -> None:
    """Remember a window's size and place."""
    set_text(f"{key}/geometry", window.saveGeometry().toBase64().toStdString())
