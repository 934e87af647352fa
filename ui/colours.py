"""The colours by name, light and dark, and sizes of the frame; no Qt, for the first picture.

Everybody else asks `ui.style`.
"""

from __future__ import annotations

TOP_BAR, RAIL, STATUS_BAR = 48, 140, 28
# The right side: on a small screen, on a large one, and at 200 %.
PANEL, WIDE_PANEL, NARROW_PANEL = 371, 440, 320
RADIUS = 6

LIGHT = {
    "ground": "#F5F6F8",
    "surface": "#FFFFFF",
    "line": "#E2E6EB",
    "text": "#1A2330",
    "muted": "#5A6675",
    "accent": "#0F6CBD",
    "good": "#1E7B4B",
    "late": "#B42318",
    "soon": "#9A6700",
    # made from those above
    "on_accent": "#FFFFFF",
    "accent_hover": "#0C5CA3",
    "accent_soft": "#E8F1FA",
    "good_soft": "#E5F3EB",
    "late_soft": "#FCEBE9",
    "soon_soft": "#FDF6E4",
    "muted_soft": "#EEF1F4",
    "hover": "#F5F7FA",
    "faint": "#818B98",
    "disabled": "#9AA4B0",
    "paper": "#FFFDF6",
    "ink": "#1A2330",
    "scrim": "#66101820",
}
DARK = {
    "ground": "#12161B",
    "surface": "#1A2027",
    "line": "#2B333D",
    "text": "#E7EBF0",
    "muted": "#9BA7B4",
    "accent": "#6CB8F6",
    "good": "#5CC58C",
    "late": "#FF8A80",
    "soon": "#E3B341",
    "on_accent": "#12161B",
    "accent_hover": "#8AC7F8",
    "accent_soft": "#1D3346",
    "good_soft": "#17352A",
    "late_soft": "#40211F",
    "soon_soft": "#3A2F14",
    "muted_soft": "#262E37",
    "hover": "#222A33",
    "faint": "#6F7B88",
    "disabled": "#5C6772",
    "paper": "#FFFDF6",
    "ink": "#1A2330",
    "scrim": "#99000000",
}


def contrast(front: str, back: str) -> float:
    """Return the WCAG contrast of two colours given as #RRGGBB: 1 (none) to 21."""

    def light(value: str) -> float:
        parts = [int(value[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    one, two = sorted((light(front), light(back)), reverse=True)
    return (one + 0.05) / (two + 0.05)
