"""Open the desk, or do one unattended job and exit: 0 done, 1 refused, 2 wrong use."""

from __future__ import annotations

import sys

sys.dont_write_bytecode = False  # some machines forbid it; every start would compile all again

import gc
import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from showroom import commands, i18n, spared
from showroom.errors import ShowroomError

if TYPE_CHECKING:
    import argparse

# What stands here is compiled at every start: all else is in the rooms.


def main(argv: Sequence[str] | None = None) -> int:
    """Do what `argv` asks and return the exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    i18n.use(chosen_language(words))
    args = commands.arguments(words)
    try:
        return run(args)
    except ShowroomError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def run(args: argparse.Namespace) -> int:
    """Open the desk or do the job; each imports no more than it needs."""
    spared.spare(spared.LIBRARIES)
    if args.command is None:
        gc.disable()  # nothing made while starting is ever garbage; see `ui.garbage`
        from ui import screen

        screen.make_enums_simply()
        with spared.unread(spared.DESCRIPTIONS):
            screen.ensure_screen()
            from ui import app

        return app.run(args)
    if args.command == "tour":
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        from ui import screen

        screen.ensure_libraries()
        screen.import_plainly()
        from ui import tour

        return tour.run(args)
    if args.command == "import":
        from showroom.sheets import standby

        standby.prepare()  # while the libraries are loaded
    from showroom import cli

    return cli.run(args)


def chosen_language(words: Sequence[str]) -> str:
    """Return the language asked for in `words`, else English where the system speaks it."""
    asked = re.search(r"(?:^|\0)--language[=\0](\w+)", "\0".join(words))
    if asked and asked[1] in i18n.LANGUAGES:
        return asked[1]
    spoken = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "en" if spoken.startswith("en") else i18n.DEFAULT


if __name__ == "__main__":
    sys.exit(main())
