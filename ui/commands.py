"""What the box of Ctrl+K can do: here, in the window, and on the pages one does not see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from showroom.i18n import _
from ui.palette import CUSTOMERS, Command, Hit

if TYPE_CHECKING:
    from ui.main_window import MainWindow
    from ui.wiring import PageSpec, Services


def here(window: MainWindow) -> list[Command]:
    """The commands of the page that is shown, the pages, and what the window does."""
    page = window.pages.get(window.code)
    own = [Command(*command) for command in page.commands()] if page is not None else []
    pages = [
        Command(_(spec.title), f"Ctrl+{number}", _goes(window, spec.code))
        for number, spec in enumerate(window.specs.values(), 1)
    ]
    return [
        *own,
        *pages,
        Command(_("Undo"), "Ctrl+Z", window.undo),
        Command(_("Redo"), "Ctrl+Shift+Z", window.redo),
        Command(_("Keys of This Page"), "F1", window.show_keys),
        Command(_("Lock"), "Ctrl+L", window.lock),
        Command(_("Quit"), "Ctrl+Q", window.close),
    ]


def elsewhere(window: MainWindow) -> list[Command]:
    """The commands of every other page; choosing one goes there and does it.

    Of a page that was not made yet these are its views and tools, which are data.
    """
    return [
        Command(words, "", _does(window, spec.code, words, key), _(spec.title))
        for spec in window.specs.values()
        if spec.code != window.code
        for words, key in _of_page(window, spec)
    ]


def _of_page(window: MainWindow, spec: PageSpec) -> Iterator[tuple[str, str]]:
    if spec.code in window.pages:
        for words, key, _do in window.pages[spec.code].commands():
            yield words, key
    elif spec.parts:
        module = import_module(spec.parts)
        for part in (*module.VIEWS, *module.TOOLS):
            yield _(part.title), part.key


def _goes(window: MainWindow, code: str) -> Callable[[], None]:
    return lambda: window.show_page(code)


def _does(window: MainWindow, code: str, words: str, key: str) -> Callable[[], None]:
    def do() -> None:
        window.show_page(code)
        for text, own, act in window.pages[code].commands():
            if (text, own) == (words, key):
                act()
                return
        window.status.say(_("“{command}” cannot be done there now.").format(command=words))

    return do


def customers(window: MainWindow, services: Services, typed: str) -> list[Hit]:
    """Who fits what is typed; the last line lists all of them where they are many."""
    found = services.find(typed)
    hits = [
        Hit(
            name,
            _opens(window, id),
            note=note,
            tag=standing,
            tone="late" if standing == "H" else "accent" if len(standing) == 1 else "muted",
        )
        for id, name, note, standing in found[:CUSTOMERS]
    ]
    if len(found) > CUSTOMERS:
        more = _("More customers fit: Enter here shows them all")
        hits.append(Hit("", lambda: _list(window, typed), note=more, icon="users"))
    return hits


def _list(window: MainWindow, typed: str) -> None:
    """List whoever fits what was typed on the customers' page."""
    window.show_page("customers", anew=True)
    window.pages["customers"].look_for(typed)


def _opens(window: MainWindow, id: int) -> Callable[[], None]:
    return lambda: window.open_id("customers", id)
