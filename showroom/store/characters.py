"""Traditional characters as the simplified ones they are compared as: 張偉 is 张伟.

The table comes from OpenCC (`resources/characters`). Its library is not used: it turns whole
phrases, so that part of a name would be another than in the name, and it brings 7 MB.
"""

from __future__ import annotations

from functools import cache

from showroom import paths


def simplified(text: str) -> str:
    """The text with every traditional character as the simplified one; as long as before."""
    return text if text.isascii() else text.translate(_table())


@cache
def _table() -> dict[int, int]:
    """Read when the first name is compared: 1 ms."""
    said = (paths.resources() / "characters" / "simplified.txt").read_text("utf-8")
    traditional, plain = (line for line in said.splitlines() if not line.startswith("#"))
    return str.maketrans(traditional, plain)
