"""Whose open ends the desk lists: those of all, or of the one consultant who stands there."""

from __future__ import annotations

from collections.abc import Sequence

from showroom.door.visits import Owing
from showroom.i18n import _
from ui.segmented import Segmented

ALL = "all"


class Owes(Segmented):
    """A part for each consultant with the count of what he has to complete, and one for all.

    `chosen(code)` when another is looked at; `ids()` are the visits to list.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name=name, optional=False)
        self.setAccessibleName(_("Whose visits to complete"))
        self._ids: list[int] = []
        self._theirs: dict[str, set[int]] = {"": set()}

    def show_owing(self, owing: Sequence[Owing], ids: Sequence[int]) -> None:
        """Offer these, of the visits `ids`; who is looked at stays while he owes something."""
        self._ids = list(ids)
        self._theirs = {str(row.consultant_id): set(row.ids) for row in owing} | {ALL: set(ids)}
        options = [(ALL, _("All {count}").format(count=len(ids)))]
        options += [
            (str(row.consultant_id), (row.consultant or _("not assigned")) + f" {len(row.ids)}")
            for row in owing
        ]
        if [(code, part.text()) for code, part in self.buttons.items()] != options:
            kept = self.code()
            self.set_options(options)
            self.set_code(kept if kept in self.buttons else ALL)

    def ids(self) -> list[int]:
        """The visits of who is looked at, in their order."""
        theirs = self._theirs[self.code()]
        return [id for id in self._ids if id in theirs]

    def turn(self) -> None:
        """Look at the next one, after the last at all."""
        codes = list(self.buttons)
        if codes:
            self._choose(codes[(codes.index(self.code()) + 1) % len(codes)])
