"""Words of Qt's own dialogs that its translations leave in English, or say oddly."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QTranslator

from showroom.i18n import N_, _, language

WORDS: Final = {
    "&Look in:": N_("&Look in:"),
    "Files of &type:": N_("Files of &type:"),
    "Size": N_("Size"),
    "Drive": N_("Disk drive"),
    "File": N_("File"),
    "%1 File": N_("%1 file"),
    "Folder": N_("Folder"),
    "File Folder": N_("Folder"),
    "Alias": N_("Shortcut"),
    "Shortcut": N_("Shortcut"),
    "Unknown": N_("Unknown"),
    "Could not create directory.": N_("The folder could not be made."),
    "Page &Set:": N_("Page &set:"),
}
_PLACES: Final = ("QFile", "QAbstractFileIconProvider", "QPrint", "QCups")


class _Words(QTranslator):
    def isEmpty(self) -> bool:
        return False

    def translate(
        self, context: str, source: str, _disambiguation: str | None = None, _n: int = -1
    ) -> str | None:  # None: Qt goes on to its own translations
        ours = source in WORDS and context.startswith(_PLACES) and language() != "en"
        return _(WORDS[source]) if ours else None


_installed: list[_Words] = []


def complete() -> None:
    """Let file and print dialogs speak the language of the desk throughout; once is enough."""
    if not _installed and language() != "en":
        _installed.append(_Words())
        QCoreApplication.installTranslator(_installed[0])
