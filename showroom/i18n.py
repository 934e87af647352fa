"""The words people read: English in the source, Chinese from the catalogue, one switch."""

from __future__ import annotations

import gettext
from bisect import bisect_left
from struct import unpack_from
from typing import Final

from showroom import paths

LANGUAGES: Final = {"zh_CN": "简体中文", "en": "English"}
DEFAULT: Final = "zh_CN"
DOMAIN: Final = "showroom"

_language = DEFAULT
_translations: gettext.NullTranslations | None = None


def use(language: str) -> None:
    """Speak `language` ("zh_CN" or "en") from now on; ValueError for any other."""
    global _language, _translations
    if language not in LANGUAGES:
        raise ValueError(f"no such language: {language}")
    _language = language
    _translations = _catalogue(language)


def language() -> str:
    """Return the language in use, "zh_CN" or "en"."""
    return _language


def _(message: str) -> str:
    """Return `message` in the language in use."""
    # gettext answers the empty string with its own header
    return _current().gettext(message) if message else ""


def ngettext(singular: str, plural: str, number: int) -> str:
    """Return the form for `number` of things, in the language in use."""
    return _current().ngettext(singular, plural, number)


def headed(what: str, words: str) -> str:
    """Return `what`, a colon, and `words`, as the language in use sets it."""
    return _("{what}: {words}").format(what=what, words=words).rstrip(" ")


def everywhere(message: str) -> frozenset[str]:
    """Return `message` in every language: as the file may hold it, whichever was in use."""
    return frozenset(_catalogue(language).gettext(message) for language in LANGUAGES)


def N_(message: str) -> str:
    """Mark `message` for the catalogue and return it as it is; `_()` it where it is shown."""
    return message


class _Catalogue(gettext.NullTranslations):
    """A compiled catalogue of one plural form, looked up where it lies: it is sorted for that.

    gettext reads all of its thousands at once, which takes as long as importing a library
    (GNU gettext, "The Format of GNU MO Files").
    """

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._data = data
        self._count, self._messages, self._words = unpack_from("<3I", data, 8)
        self._known: dict[str, str | None] = {}

    def gettext(self, message: str) -> str:
        """Return what `message` is called, itself where the catalogue has nothing."""
        found = self._known.get(message)
        return found or self._found(message) or message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form for `n`; a plural stands under its singular."""
        return self._found(msgid1) or (msgid1 if n == 1 else msgid2)

    def _found(self, message: str) -> str | None:
        if message not in self._known:
            place = bisect_left(range(self._count), message.encode(), key=self._message)
            there = place < self._count and self._message(place) == message.encode()
            self._known[message] = self._string(self._words, place).decode() if there else None
        return self._known[message]

    def _message(self, place: int) -> bytes:
        return self._string(self._messages, place).partition(b"\0")[0]

    def _string(self, table: int, place: int) -> bytes:
        size, start = unpack_from("<2I", self._data, table + 8 * place)
        return self._data[start : start + size]


def _catalogue(language: str) -> gettext.NullTranslations:
    compiled = paths.resources() / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    if language == "en" or not compiled.exists():
        return gettext.NullTranslations()  # English is better than nothing
    return _Catalogue(compiled.read_bytes())


def _current() -> gettext.NullTranslations:
    if _translations is None:
        use(_language)
    assert _translations is not None
    return _translations
