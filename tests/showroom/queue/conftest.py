"""A showroom whose deals make cards, for each test anew."""

from __future__ import annotations

from tests.showroom.queue.kit import Shop
from tests.stories import story

shop = story(Shop)
