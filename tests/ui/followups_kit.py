"""The page of what was promised, open, and who stands in its list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ui.pages.followups import FollowUpsPage


def open_list(page_of: Callable[[type[Any]], Any], qtbot: Any) -> FollowUpsPage:
    found: FollowUpsPage = page_of(FollowUpsPage)
    qtbot.waitUntil(lambda: found.table.rows.rowCount() > 0)  # its frame is painted first
    found.focus_first()
    return found


def listed(page: FollowUpsPage) -> list[str]:
    return [page.table.rows.row(number).name for number in range(page.table.rows.rowCount())]
