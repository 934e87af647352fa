"""The words people read: English in the source, Chinese from the catalogue, one switch."""

from __future__ import annotations

from functools import cache
from struct import iter_unpack, unpack_from
from typing import Final

from showroom import paths

LANGUAGES: Final = {"zh_CN": "简体中文", "en": "English"}
DEFAULT: Final = "zh_CN"

_language = DEFAULT


def use(language: str) -> None:
    """Speak `language` ("zh_CN" or "en") from now on; ValueError for any other."""
    global _language
    if language not in LANGUAGES:
        raise ValueError(f"no such language: {language}")
    _language = language


def language() -> str:
    """Return the language in use, "zh_CN" or "en"."""
    return _language


def _(message: str) -> str:
    """Return `message` in the language in use."""
    return message if _language == "en" else _chinese().get(message, message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """Return the form for `number` of things, in the language in use; Chinese has one."""
    form = singular if number == 1 else plural
    return form if _language == "en" else _chinese().get(singular, form)


def headed(what: str, words: str) -> str:
    """Return `what`, a colon, and `words`, as the language in use sets it."""
    return _("{what}: {words}").format(what=what, words=words).rstrip(" ")


def everywhere(message: str) -> frozenset[str]:
    """Return `message` in every language: as the file may hold it, whichever was in use."""
    return frozenset((message, _chinese().get(message, message)))


def N_(message: str) -> str:
    """Mark `message` for the catalogue and return it as it is; `_()` it where it is shown."""
    return message


@cache
def _chinese() -> dict[str, str]:
    """Return the Chinese of every message; a plural stands under its singular.

    Read as the compiled catalogue lies: gettext takes four times as long, before the first picture.
    Where the file is missing the program speaks English: better than not at all.
    """
    try:
        data = (paths.resources() / "locale/zh_CN/LC_MESSAGES/showroom.mo").read_bytes()
    except OSError:
        return {}
    count, messages, words = unpack_from("<3I", data, 8)

    def strings(table: int) -> list[str]:
        places = iter_unpack("<2I", data[table : table + 8 * count])
        return [data[start : start + size].decode() for size, start in places]

    singulars = (message.partition("\0")[0] for message in strings(messages))
    found = dict(zip(singulars, strings(words), strict=True))
    found.pop("", None)  # the catalogue's own header
    return found
