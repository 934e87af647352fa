"""The course of a visit in words, out of what the desk noted, and whether a text is just that."""

from __future__ import annotations

import re
from collections.abc import Collection

from showroom.i18n import _


def said(purpose: str, *, asks: int, driven: str | None, quoted: bool, ordered: bool) -> str:
    """What was done with a party; `driven` is the model, or nothing where nobody drove."""
    parts = [
        purpose,
        _("asked for a contact {count} times").format(count=asks) if asks else "",
        _("drove {model}").format(model=driven).strip() if driven is not None else "",
        _("was quoted a price") if quoted else "",
        _("ordered") if ordered else "",
    ]
    return _("; ").join(part for part in parts if part)


def is_ours(text: str, errands: Collection[str]) -> bool:
    """Whether a register of this desk says so of itself; one of the `errands` may stand first."""
    told = [
        re.escape(_("asked for a contact {count} times")).replace(re.escape("{count}"), r"\d+"),
        re.escape(_("drove {model}")).replace(re.escape("{model}"), ".*"),
        re.escape(_("was quoted a price")),
        re.escape(_("ordered")),
    ]
    one = "|".join(told)
    parts = [part.strip() for part in text.split(_("; ").strip())]
    return all(re.fullmatch(one, part) for part in parts[parts[0] in errands :])
