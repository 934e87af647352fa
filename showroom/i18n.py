"""The words people read: English in the source, Chinese from the catalogue, one switch."""

from __future__ import annotations

import gettext
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


def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    # Without its catalogue the program speaks English: better than not at all.
    return gettext.translation(DOMAIN, paths.resources() / "locale", [language], fallback=True)


def _current() -> gettext.NullTranslations:
    if _translations is None:
        use(_language)
    assert _translations is not None
    return _translations
