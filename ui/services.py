"""What the window's frame asks the business for: the day's summary, finding, undo, who sits here.

Imported on the opening thread, because the rooms behind it bring the database's libraries.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from showroom import dates, settings, words
from showroom.door import turns
from showroom.guard import amends, mask, pins, staff
from showroom.i18n import _, ngettext
from showroom.people import customers, search
from showroom.store import journal
from showroom.store.models import Role
from ui import copying, state
from ui.chairs import Chair
from ui.chrome import Summary
from ui.wiring import Weight

if TYPE_CHECKING:
    from showroom.paths import Desk
    from showroom.store.db import Database

FOUND = 8


class DeskServices:
    """The `Services` of a window on one open desk."""

    def __init__(self, db: Database, desk: Desk) -> None:
        self._db, self._desk = db, desk
        self._waiting: Callable[[], dict[str, int]] = dict
        self._first_call = ""
        kept = state.text("staff")
        with db.read() as session:
            locks = pins.in_use(session)
        db.staff_id = int(kept) if kept.isdecimal() and not locks else None
        self._proved: int | None = None

    def rest(self) -> None:
        """Import what counting takes and the first picture does without; any thread."""
        from showroom.cards import queue
        from showroom.care import followups
        from showroom.store import pinyin

        pinyin.load()  # the first name that is saved shall not wait for it

        def waiting() -> dict[str, int]:
            today = self._db.today()
            with self._db.read() as session:
                clock = followups.first_clock(session, today)
                self._first_call = f"{clock:%H:%M}" if clock is not None else ""
                return {
                    "cards": len(queue.due(session, today)),
                    "followups": followups.count_due(session, today),
                }

        waiting()
        self._waiting = waiting

    def summary(self) -> Summary:
        """Say what the frame shows of the day; what waits is counted only after `rest`."""
        db, waiting = self._db, self._waiting()
        with db.read() as session:
            crew = staff.everyone(session)
            people = [(one.id, one.name, _(words.ROLES[one.role])) for one in crew]
            locks = pins.in_use(session)
            if not locks and db.staff_id not in {one.id for one in crew}:
                at_the_desk = [one.id for one in crew if one.role is Role.RECEPTIONIST]
                db.staff_id = next(iter([*at_the_desk, *(one.id for one in crew)]), None)
            names = [row.name for row in turns.order(session, db.today()) if row.receives]
            return Summary(
                people=people,
                staff_id=db.staff_id,
                turn=names,
                turn_note=turns.nobody(session, db.today()) if crew and not names else "",
                badges=waiting,
                notes=self._notes(waiting),
                backup=copying.line(self._desk.backups, db.now()),
                saved=f"{dates.local(db.saved_at):%H:%M:%S}" if db.saved_at else "",
                locks=locks,
                idle=settings.load(session).idle_lock_seconds,
                banner="" if locks else self._banner(),
            )

    def _notes(self, waiting: dict[str, int]) -> list[str]:
        notes = []
        cards, calls = waiting.get("cards", 0), waiting.get("followups", 0)
        if calls:
            said = ngettext("{count} follow-up due today", "{count} follow-ups due today", calls)
            if self._first_call:
                said = _("{follow_ups}, next at {time}").format(
                    follow_ups=said, time=self._first_call
                )
            notes.append(said.format(count=calls))
        if cards:
            notes.append(
                ngettext("{count} card to print", "{count} cards to print", cards).format(
                    count=cards
                )
            )
        return notes

    def find(self, typed: str) -> list[tuple[int, str, str, str]]:
        """Find customers by what is typed: id, name, phone and consultant, where each stands.

        At most `FOUND`, and one more when there are more.
        """
        with self._db.read() as session:
            shop = settings.load(session)
            ids = search.find(session, typed, limit=FOUND + 1)
            rows = {row.id: row for row in customers.rows(session, ids)}
            return [
                (
                    id,
                    row.name,
                    " · ".join(filter(None, (row.phone, row.consultant))),
                    customers.standing(row, shop),
                )
                for id in ids
                if (row := rows.get(id)) is not None
            ]

    def undo(self) -> str:
        """Take the last action back; say what it was, and what was kept as edited since."""
        from showroom.people import unmerging

        with self._db.write() as session:
            undone = unmerging.undo(session)
            return said(amends.say(session, undone), undone)

    def redo(self) -> str:
        """Do again what was undone last; say what it was."""
        with self._db.write() as session:
            redone = amends.redo(session)
            return said(amends.say(session, redone), redone)

    def weight(self, again: bool) -> Weight:
        """How much the undo (or, `again`, the redo) would revert: a question, a job?

        Raises `ShowroomError` for who may not.
        """
        with self._db.read() as session:
            count, what = amends.weight(session, now=self._db.now(), again=again)
        return Weight(
            ngettext(
                "Take back the whole of it? {what}: {count} entry",
                "Take back the whole of it? {what}: {count} entries",
                count,
            ).format(what=what, count=f"{count:,}")
            if count > amends.MANY and not again
            else "",
            count > amends.LARGE,
        )

    def _banner(self) -> str:
        return _(
            "No PINs yet: whoever sits here sees every customer. A manager sets the first one."
        )

    def chairs(self) -> list[Chair]:
        """Say who may sit down, once PINs are in use; before, nobody needs to be asked."""
        with self._db.read() as session:
            if not pins.in_use(session):
                return []
            return [
                Chair(
                    seat.id,
                    seat.name,
                    _(words.ROLES[seat.role]),
                    seat.has_pin,
                    _("locked for {minutes} min").format(minutes=-(-seat.wait // 60))
                    if seat.wait
                    else "",
                    keeper=seat.role in staff.KEEPERS,
                )
                for seat in pins.seats(session, now=self._db.now())
            ]

    def check(self, id: int, pin: str) -> None:
        """Let somebody in by the PIN, or raise why not; any thread."""
        pins.check(self._db, id, pin)
        self._proved = id

    def reset(self, id: int, code: str, pin: str) -> None:
        """Let a manager or an owner in by the recovery code and a new PIN; any thread."""
        pins.reset(self._db, id, pin, code)
        self.check(id, pin)

    def sit_down(self, id: int) -> None:
        """Somebody else sits at the desk from now on; the journal names him.

        Raises `ShowroomError` for who must give a PIN and did not.
        """
        if id != self._proved:
            with self._db.read() as session:
                pins.hand_over(session, id)
        self._proved = None
        self._db.seat(id)
        state.set_text("staff", str(id))


def said(sentence: str, undone: journal.Undone) -> str:
    if undone.erased:
        sentence = f"{sentence} · {journal.say_erased(undone.erased)}"
    if not undone.kept:
        return sentence
    count = len(undone.kept)
    names = "、" if "：" in sentence else ", "
    kept = names.join(sorted({_name(row) for row in undone.kept}))
    more = ngettext(
        "{count} entry kept, because it was changed since: {names}",
        "{count} entries kept, because they were changed since: {names}",
        count,
    )
    return f"{sentence} · {more.format(count=count, names=kept)}"


def _name(row: journal.Touched) -> str:
    """Return what a person calls a row: its name or number, else its table and id."""
    if row.table == "phone" and row.image.get("number"):
        return mask.hidden(row.image["number"])
    for key in ("name", "number", "text"):
        if row.image.get(key):
            return str(row.image[key])
    return f"{row.table} {row.id}"
