"""Saving back what came in, or is looked at, with what became of each row."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from showroom.i18n import _
from showroom.sheets import results
from ui import dialogs, leaving

if TYPE_CHECKING:
    from showroom.sheets.plan import Plan
    from ui.page import Page


def save(page: Page, made: Plan) -> None:
    """Ask where to, and write: one workbook, or each of several into a folder."""
    several = len(made.books) > 1
    write = partial(results.save_all if several else results.save, plan=made)
    said = _("Saved: {name}")
    if several:
        folders = dialogs.choose_open(page, _("Folder for the Results"), folder=True)
        path = folders[0] if folders else None
    else:
        name = _("{name} with results.xlsx").format(name=made.book.path.stem)
        macros = results.keeps_macros(made.book)
        kinds = "Excel (*.xlsm *.xlsx)" if macros else "Excel (*.xlsx)"
        proposed = name.removesuffix(".xlsx") + ".xlsm" if macros else name
        chosen = dialogs.choose_save(page, _("Save with Results"), proposed, kinds)
        path = results.target(made, chosen) if chosen is not None else None
        if path != chosen:
            said = _("Saved as {name}: macros stay only in the workbook itself.")
    if path is not None:
        leaving.take_out(
            page,
            _("Writing {name}…").format(name=path.name),
            _("{name} with results").format(name=made.name),
            path,
            lambda session, progress: write(session, path=path, progress=progress),
            lambda _count: page.said.emit(said.format(name=path.name)),
        )
