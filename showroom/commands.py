"""The words of the command line: what may be asked, how it is read, what `--help` says."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from showroom import i18n
from showroom.i18n import N_, _, ngettext

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

# What argparse itself says, so that our catalogue has it
ARGPARSE = (
    N_("usage: "),
    N_("positional arguments"),
    N_("options"),
    N_("show this help message and exit"),
    N_("%(prog)s: error: %(message)s\n"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("the following arguments are required: %s"),
    N_("unrecognized arguments: %s"),
    N_("expected one argument"),
    N_("expected at least one argument"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
)


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """Read the command line; the parsers of the commands are not made where none is asked for."""
    desk = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    add_common(desk, command=None)
    try:
        args, more = desk.parse_known_args(words)
    except argparse.ArgumentError:
        more = list(words)
    return parser().parse_args(words) if more else args


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command, in the language in use."""
    vars(argparse).update(_=_, ngettext=ngettext)  # it would ask a catalogue that is not ours
    top = argparse.ArgumentParser(
        prog="main.py",
        description=_("Showroom Desk: walk-ins, deals, thank-you cards, the month's sheets."),
        epilog=_("Without a command the desk opens."),
        allow_abbrev=False,
    )
    add_common(top, data=None, language=None, staff=None, json=False)
    commands = top.add_subparsers(dest="command", metavar=_("COMMAND"), title=_("commands"))
    add_fillers(commands)
    add_readers(commands)
    add_exports(commands)
    add_copies(commands)
    return top


def add_common(parser: argparse.ArgumentParser, **defaults: object) -> None:
    """Add what may stand before the command and after it."""
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help=_("folder that holds everything of this desk")
    )
    parser.add_argument("--language", choices=list(i18n.LANGUAGES), help=_("language of all words"))
    parser.add_argument(
        "--staff", metavar="NAME", help=_("who asks; the PIN comes from a prompt or a file")
    )
    parser.add_argument("--json", action="store_true", help=_("print one JSON object"))
    parser.set_defaults(**defaults)


def command(commands: Commands, name: str, help: str) -> argparse.ArgumentParser:
    """Add the command `name`; what it does not set stays as it stood before the command."""
    made: argparse.ArgumentParser = commands.add_parser(
        name, help=help, description=help, argument_default=argparse.SUPPRESS, allow_abbrev=False
    )
    add_common(made)
    return made


def add_fillers(commands: Commands) -> None:
    """Add the commands that put something in, or take it back."""
    tour = command(commands, "tour", _("a day at the desk on invented data, as pictures and files"))
    tour.add_argument("out", type=Path, metavar="OUT", help=_("folder to fill"))

    sample = command(commands, "sample", _("fill an empty data folder with an invented showroom"))
    sample.add_argument("--customers", type=count, required=True, metavar="N")
    sample.add_argument("--months", type=count, default=12, metavar="M")
    sample.add_argument("--seed", type=count, default=1, metavar="S")

    imports = command(commands, "import", _("read Excel and CSV files"))
    imports.add_argument("files", type=Path, nargs="+", metavar="FILE")
    imports.add_argument("--sheet", default=None, metavar="NAME", help=_("read only this sheet"))
    imports.add_argument(
        "--dry-run", action="store_true", default=False, help=_("show the plan and write nothing")
    )

    why = _("why visits of days that are closed are corrected; without it they are left out")
    imports.add_argument("--reason", default="", metavar="WHY", help=why)

    undo = command(commands, "undo", _("take back the last action, or the one given"))
    undo.add_argument("action", type=count, nargs="?", default=None, metavar="ACTION")


def add_readers(commands: Commands) -> None:
    """Add the commands that look something up."""
    words = _("find customers by any part of name, pinyin, phone or plate")
    find = command(commands, "find", words)
    find.add_argument("text", metavar="TEXT")
    find.add_argument("--limit", type=count, default=50, metavar="N")

    figures = command(commands, "day", _("the figures of a day with their formulas"))
    figures.add_argument("day", type=day, metavar="YYYY-MM-DD")

    command(commands, "check", _("check the data file and the rules of the business"))
    command(commands, "duplicates", _("look for customers who may be one and the same"))

    retention = command(commands, "retention", _("who is due to be erased: not heard of for long"))
    retention.add_argument(
        "--erase", action="store_true", default=False, help=_("erase them; nothing undoes it")
    )


FORMS = ("visitors", "traffic", "dms", "log", "levels", "report", "prospect", "owner")


def add_exports(commands: Commands) -> None:
    """Add the commands that write workbooks and cards."""
    export = command(commands, "export", _("write an Excel workbook"))
    kinds = export.add_subparsers(dest="kind", required=True, metavar=_("KIND"))

    monthbook = command(kinds, "month", _("the month's workbook"))
    monthbook.add_argument("month", type=month, metavar="YYYY-MM")

    customers = command(kinds, "customers", _("the list of customers"))
    visits = command(kinds, "visits", _("the list of visits"))
    visits.add_argument("--from", dest="since", type=day, default=None, metavar="YYYY-MM-DD")
    visits.add_argument("--to", dest="until", type=day, default=None, metavar="YYYY-MM-DD")

    register = command(kinds, "register", _("a register of the showroom, filled or empty"))
    register.add_argument("day", type=day, metavar="YYYY-MM-DD")
    register.add_argument(
        "--form",
        choices=FORMS,
        default="visitors",
        help=_("visitors (with ticks), traffic, dms, log, levels (a month), report, or a card"),
    )
    register.add_argument("--to", dest="until", type=day, default=None, metavar="YYYY-MM-DD")
    register.add_argument(
        "--blank", type=count, default=0, metavar="N", help=_("so many empty rows for the pen")
    )
    register.add_argument(
        "--paper", choices=("a4", "a3"), default="a4", help=_("the size of the paper of a .pdf")
    )
    register.add_argument("--consultant", default=None, metavar="NAME")
    register.add_argument(
        "--customer",
        type=count,
        action="append",
        default=None,
        metavar="ID",
        help=_("whose card, by the number that “find” tells; several times for several"),
    )

    cards = command(commands, "cards", _("the cards that are due, as PDF; marks nothing printed"))
    cards.add_argument("--due", type=day, default=None, metavar="YYYY-MM-DD")
    cards.add_argument("--size", type=size, default=None, metavar="148x100")
    cards.add_argument("--template", default=None, metavar="NAME")

    person = command(commands, "person", _("everything held about one customer, PDF or JSON"))
    person.add_argument("id", type=count, metavar="ID", help=_("his number, as “find” tells it"))
    person.add_argument("out", type=Path, metavar="OUT", help=_("file to write"))

    for writer in (monthbook, customers, visits, register, cards):
        writer.add_argument(
            "--second",
            default=None,
            metavar="NAME",
            help=_("the second manager or owner, for very many rows; gives a PIN, too"),
        )
        writer.add_argument(
            "--purpose",
            default="",
            metavar="WORDS",
            help=_("what it is for, as the trail keeps it"),
        )
        writer.add_argument(
            "--recipient", default="", metavar="WORDS", help=_("who gets it, as the trail keeps it")
        )
        out = pdf if writer is cards else Path
        writer.add_argument("out", type=out, metavar="OUT", help=_("file to write"))


def add_copies(commands: Commands) -> None:
    """Add the commands for whole copies."""
    backup = command(commands, "backup", _("make a whole copy"))
    backup.add_argument("out", type=Path, metavar="OUT", help=_("file to write"))
    restore = command(commands, "restore", _("put a whole copy back in place"))
    restore.add_argument("file", type=Path, metavar="FILE")
    reset = command(
        commands, "reset-pin", _("give a manager or an owner another PIN, by the recovery code")
    )
    reset.add_argument("name", metavar="NAME")


def count(text: str) -> int:
    """Read a whole number from 1."""
    if not (text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(
            _("“{text}” is not a whole number from 1.").format(text=text)
        )
    return int(text)


def day(text: str) -> date:
    """Read a day as 2026-11-21."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            _("“{text}” is not a date. Write it as 2026-11-21.").format(text=text)
        ) from None


def month(text: str) -> date:
    """Read a month as 2026-11; the answer is its first day."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise argparse.ArgumentTypeError(
            _("“{text}” is not a month. Write it as 2026-11.").format(text=text)
        ) from None


def size(text: str) -> str:
    """Read a paper size as 148x100, width and height in millimetres, or by its name as A6."""
    sides = re.fullmatch(r"(\d{2,3})[xX×](\d{2,3})", text)
    if sides is None and re.fullmatch(r"[aA]\d", text) is None:
        raise argparse.ArgumentTypeError(
            _("“{text}” is not a paper size. Write it in millimetres as 148x100.").format(text=text)
        )
    return f"{int(sides[1])}x{int(sides[2])}" if sides else text.upper()


def pdf(text: str) -> Path:
    """Read the name of a PDF to be written."""
    if Path(text).suffix.lower() != ".pdf":
        raise argparse.ArgumentTypeError(
            _("Cards are written as PDF: “{text}” does not end in .pdf.").format(text=text)
        )
    return Path(text)
