"""How a name is typed with its title: 张伟先生, Ms Lee."""

from __future__ import annotations

import re
from typing import Any, Final

from showroom.store.models import Honorific

AFTER: Final = {  # the longer ones first
    "老先生": Honorific.MR,
    "老太太": Honorific.MS,
    "先生": Honorific.MR,
    "女士": Honorific.MS,
    "小姐": Honorific.MS,
    "太太": Honorific.MS,
}
BEFORE: Final = {"mr": Honorific.MR, "ms": Honorific.MS, "mrs": Honorific.MS, "miss": Honorific.MS}
_FIRM: Final = re.compile(r"\b(ltd|inc|llc|co|corp|gmbh)\b|公司|科技|集团|贸易", re.IGNORECASE)
"""What is called so is no person: Mr Price Ltd."""


def heard(name: str, said: Honorific) -> dict[str, Any]:
    """As `parted`; a company is called as it is called, 好太太."""
    return {"name": name} if said is Honorific.COMPANY else parted(name)


def parted(name: str) -> dict[str, Any]:
    """`name` without its title and the `honorific` it gives; only the name where it has none."""
    whole = name.strip()
    for title, honorific in AFTER.items():
        bare = whole.removesuffix(title).strip()
        if bare and bare != whole:
            return {"name": bare, "honorific": honorific}
    first, _space, rest = whole.partition(" ")
    found = BEFORE.get(first.removesuffix(".").casefold())
    if found is not None and rest.strip() and not _FIRM.search(rest):
        return {"name": rest.strip(), "honorific": found}
    return {"name": name}
