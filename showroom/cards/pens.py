"""The colours of paper; names are never red: that breaks off relations (DOMAIN §8.2)."""

from __future__ import annotations

from typing import Final

INK: Final = (0.09, 0.08, 0.07)
GOLD: Final = (0.70, 0.56, 0.34)
GREY: Final = (0.45, 0.45, 0.45)
