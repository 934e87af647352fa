"""How a name is typed with its title: 张伟先生, Ms Lee."""

from __future__ import annotations

from typing import Any, Final

from showroom.store.models import Honorific

AFTER: Final = {
    "先生": Honorific.MR,
    "女士": Honorific.MS,
    "小姐": Honorific.MS,
    "太太": Honorific.MS,
}
BEFORE: Final = {"mr": Honorific.MR, "ms": Honorific.MS, "mrs": Honorific.MS, "miss": Honorific.MS}


def parted(name: str) -> dict[str, Any]:
    """`name` without its title and the `honorific` it gives; only the name where it has none."""
    whole = name.strip()
    for title, honorific in AFTER.items():
        bare = whole.removesuffix(title).strip()
        if bare and bare != whole:
            return {"name": bare, "honorific": honorific}
    first, _space, rest = whole.partition(" ")
    found = BEFORE.get(first.removesuffix(".").casefold())
    if found is not None and rest.strip():
        return {"name": rest.strip(), "honorific": found}
    return {"name": name}
