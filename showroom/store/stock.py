"""The stock of a gift is the sum of its moves, also after an undo: it is added up, not put back.

What was handed out in between stays handed out, so the number that stood there before means
nothing any more. A move that the rest cannot do without stays, and is named as kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection

from showroom.store.images import Image

Row = tuple[str, int]
Pair = tuple[Image | None, Image | None]

GIFT: Final = "gift"
MOVE: Final = "gift_move"
SUMMED: Final = frozenset({GIFT, MOVE})
STOCK: Final = "stock"
_SUM: Final = "SELECT coalesce(sum(count), 0) FROM gift_move WHERE gift_id = ?"
_THERE: Final = "SELECT stock FROM gift WHERE id = ?"
_SET: Final = "UPDATE gift SET stock = ? WHERE id = ?"


def without(row: Row, image: Image | None) -> Image | None:
    """The image of a row without what is added up."""
    if row[0] != GIFT or image is None:
        return image
    return {name: value for name, value in image.items() if name != STOCK}


def short(connection: Connection, going: Mapping[Row, Any]) -> set[Row]:
    """Of the moves that would go back, those of gifts of which there would be fewer than none.

    `going` has an effect (before, after) a row.
    """
    change: dict[int, int] = defaultdict(int)
    rows: dict[int, list[Row]] = defaultdict(list)
    for row, (before, after) in going.items():
        if row[0] != MOVE:
            continue
        for image, sign in ((before, 1), (after, -1)):
            if image is not None and "gift_id" in image:
                change[image["gift_id"]] += sign * image["count"]
                rows[image["gift_id"]].append(row)
    wrong: set[Row] = set()
    for gift, by in change.items():
        if by < 0 and connection.exec_driver_sql(_SUM, (gift,)).scalar_one() + by < 0:
            wrong.update(rows[gift])
    return wrong


def settle(connection: Connection, rows: Iterable[tuple[Row, Pair]]) -> dict[Row, Pair]:
    """Add up anew the stock of every gift these effects touched; returns what it became."""
    gifts: set[int] = set()
    for (table, id), pair in rows:
        if table == GIFT:
            gifts.add(id)
        elif table == MOVE:
            gifts.update(image["gift_id"] for image in pair if image and "gift_id" in image)
    done: dict[Row, Pair] = {}
    for gift in sorted(gifts):
        there = connection.exec_driver_sql(_THERE, (gift,)).scalar()
        summed = connection.exec_driver_sql(_SUM, (gift,)).scalar_one()
        if there is not None and there != summed:
            connection.exec_driver_sql(_SET, (summed, gift))
            done[GIFT, gift] = ({STOCK: there}, {STOCK: summed})
    return done
