"""138****8000 for whoever may not see a number; opened for a short while by a reason.

Whole numbers are for the roles of `Settings.full_phones`, for a consultant those of his own
customers, and for everybody those that were asked for (`reveal`). Whoever has no PIN sees none
whole: anybody could sit down as him. As long as nobody has a PIN everybody sees all.

Services mask what they give out, so that a list, a tooltip, the clipboard, a workbook and the
command line have nothing else to show. What was shown hidden and comes back is what it was
(`meant`): no service ever keeps a star.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Collection, Container
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import settings
from showroom.errors import Invalid, ShowroomError
from showroom.guard import rights
from showroom.i18n import N_, _
from showroom.store import index, journal
from showroom.store.db import Database
from showroom.store.models import Customer, Role
from showroom.text import STARS, clean, is_hidden, narrow, show_phone

SECONDS: Final = 30
REASONS: Final = {
    "call": N_("Call him"),
    "identity": N_("Check who he is"),
    "correct": N_("Correct the data"),
}
"""The usual reasons for asking to see a number."""

_GAP: Final = r"[ \t\u3000().·–—-]{0,2}"
_NUMBERS: Final = re.compile(
    r"(?P<day>(?<![0-9A-Za-z])(?:19|20)\d\d"  # a day, or the number of a deal
    r"(?:([-/.])\d\d?\2\d\d?|(?:0[1-9]|1[0-2])[0-3]\d(?:-\d\d)?)(?![\d-]))"
    rf"|(?<!\d)(?:(?:\+|00)86{_GAP})?1[3-9]\d(?:{_GAP}\d){{8}}(?!\d)"  # a mobile
    rf"|(?<!\d)\(?0\d{{2,3}}{_GAP}\d{{3,4}}{_GAP}\d{{4}}(?!\d)"  # a landline
    rf"|(?<![0-9A-Za-z])\+?\(?\d(?:{_GAP}\d){{6,}}(?![0-9A-Za-z])"
)


class _Everybody:
    """All customers there are."""

    def __contains__(self, _id: object) -> bool:
        return True


# --- who sees what


def sees_all(session: Session) -> bool:
    """Whether who sits at the desk sees every number whole. Asked once in a session."""
    known = session.info.get("sees_all")
    if known is None:
        known = session.info["sees_all"] = not rights.armed(session) or _role_may(session)
    return bool(known)


def _role_may(session: Session) -> bool:
    person = rights.holder(session)
    if person is None or not person.pin:
        return False
    return person.role in settings.full_phones(session)


def seen(session: Session, ids: Collection[int] | None = None) -> Container[int]:
    """The customers whose numbers who sits at the desk sees whole; of `ids`, or of all."""
    if sees_all(session):
        return _Everybody()
    revealed: frozenset[int] = session.info.get("revealed", frozenset())
    person = rights.holder(session)
    if person is None or not person.pin or person.role is not Role.CONSULTANT:
        return revealed
    own = select(Customer.id).where(Customer.consultant_id == person.id)
    if ids is not None:
        own = own.where(Customer.id.in_(ids))
    return revealed.union(session.scalars(own))


def leaving(session: Session) -> None:
    """What leaves the desk follows the right alone: a look at one number takes none along."""
    session.info["revealed"] = frozenset()


# --- how it is shown


def phone(number: str, *, whole: bool) -> str:
    """A stored number as people write it, 138 0013 8000; else 138****8000."""
    return show_phone(number) if whole else hidden(number)


def hidden(number: str) -> str:
    """A number (E.164, or as somebody wrote it) with the four digits before the last four hidden.

    138****8000, 0755****6789, +852****4567.
    """
    typed = narrow(number)
    digits = re.sub(r"\D", "", typed)
    plus = "+" if typed.startswith("+") and not digits.startswith("86") else ""
    if typed.startswith("+"):
        digits = index.national(f"+{digits}")
    return f"{plus}{index.head(digits)}{STARS[: max(len(digits) - 4, 0)]}{digits[-4:]}"


def wechat(name: str, *, whole: bool) -> str:
    """A WeChat id; else its first and last two characters."""
    if whole or not name:
        return name
    return f"{name[:2]}{STARS}{name[-2:]}" if len(name) > 5 else STARS


def text(said: str, *, whole: bool) -> str:
    """Words somebody wrote, with the numbers in them hidden: all that read as a phone."""
    if whole or not any(char.isdigit() for char in said):
        return said
    return _NUMBERS.sub(lambda found: found[0] if found["day"] else hidden(found[0]), said)


# --- what comes back


def meant(typed: str, kept: str) -> str:
    """Words that were shown hidden and come back edited, with the numbers of `kept` in them.

    Where something was written so close to a number that it would be shown otherwise than hidden,
    the words stay what they were.
    """
    if not is_hidden(typed):
        return typed
    back = []
    for found in _NUMBERS.finditer(kept):
        stars = hidden(found[0])
        if not found["day"] and stars in typed:
            typed = typed.replace(stars, found[0], 1)
            back.append(stars)
    shown = text(typed, whole=False)
    if typed == wechat(kept, whole=False) or not all(stars in shown for stars in back):
        return kept
    return typed


def is_same(typed: str, number: str) -> bool:
    """Whether what was typed is this stored number, hidden: nobody changed it."""
    return is_hidden(typed) and narrow(typed).replace(" ", "") == hidden(number)


# --- for a short while


def reveal(db: Database, customer_id: int, reason: str) -> None:
    """Show everybody at this desk his numbers for `SECONDS`; it is on the disk before that.

    Raises `Invalid` beside `reason` when none is given, `ShowroomError` when he is gone.
    """
    why = clean(reason)
    if not why:
        raise Invalid({"reason": _("Say why the number is needed.")})
    with db.write() as session:
        customer = session.get(Customer, customer_id)
        if customer is None:
            raise ShowroomError(_("This customer is no longer in the file."))
        journal.note(session, "reveal", customer, why=why)
    db.revealed = {**db.revealed, customer_id: time.monotonic() + SECONDS}
    db.tell()


def left(db: Database, customer_id: int) -> int:
    """For how many seconds his numbers are shown still; 0: they are not."""
    return max(math.ceil(db.revealed.get(customer_id, 0) - time.monotonic()), 0)


def hide(db: Database, *ids: int) -> None:
    """Hide the numbers of these customers before their time is over, and those whose time is."""
    kept = {id: end for id, end in db.revealed.items() if id not in ids and left(db, id)}
    if kept != db.revealed:
        db.revealed = kept
        db.tell()
