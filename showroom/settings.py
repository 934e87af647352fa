"""The facts of the shop and the numbers it may choose; they travel with the file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom.errors import Invalid
from showroom.guard import rights
from showroom.guard.rights import Right
from showroom.i18n import _
from showroom.store import journal
from showroom.store.models import Level, Role, Setting


@dataclass
class Settings:
    """Defaults stand here; days are calendar days unless said otherwise (DESIGN §4.6, §4.8)."""

    shop_name: str = ""
    shop_phone: str = ""
    shop_address: str = ""
    letters: dict[str, str] = field(
        default_factory=lambda: {
            Level.ORDERED: "O",
            Level.WEEK: "H",
            Level.FORTNIGHT: "A",
            Level.MONTH: "B",
            Level.QUARTER: "C",
            Level.UNRATED: "N",
        }
    )
    horizons: dict[str, int] = field(
        default_factory=lambda: {
            Level.WEEK: 7,
            Level.FORTNIGHT: 15,
            Level.MONTH: 30,
            Level.QUARTER: 90,
        }
    )
    cadence: dict[str, int] = field(
        default_factory=lambda: {
            Level.ORDERED: 7,
            Level.WEEK: 2,
            Level.FORTNIGHT: 7,
            Level.MONTH: 15,
            Level.QUARTER: 30,
            Level.UNRATED: 7,
        }
    )
    first_visit_days: int = 1
    protection_days: int = 90
    card_due_days: int = 1
    card_late_days: int = 2
    card_size: str = "148x100"
    backups_kept: int = 30
    trail_years: int = 3
    idle_lock_seconds: int = 180  # 0: never
    full_phones: list[str] = field(default_factory=lambda: [Role.MANAGER, Role.OWNER])
    export_alone: int = 200  # more rows leave with a manager or an owner only
    export_two: int = 2500  # more rows leave with two of them
    privacy_notice: str = ""  # what customers are told; empty: `showroom.guard.notice`
    privacy_version: int = 1  # grows with every change of the notice
    keep_months: int = 24  # since the last contact: who did not buy
    keep_lost_months: int = 12
    keep_owner_years: int = 10
    keep_draft_days: int = 30
    roster: str = "rotation"  # rotation, groups: one team a day, fixed: team 1 alone (DOMAIN §3.4)
    first_team_on: str = (
        ""  # the day, YYYY-MM-DD, on which team 1 was on duty; then they change daily
    )
    compensate: bool = True  # busy when the turn comes: made good later, else skipped
    owed: list[str] = field(
        default_factory=lambda: ["consultant", "name", "model", "channel", "level", "moments"]
    )  # what a visit lacks until the consultant filled it in (DOMAIN §1.2b)
    rates_days: int = 180  # the rates of the moments are those of so many days
    rates_least: int = 20  # with fewer asks a rate says nothing yet
    drive_minutes: int = 30
    drive_routes: list[str] = field(default_factory=list)
    drive_terms: str = ""  # the agreement of a test drive; empty: `showroom.cards.drive_page`

    def letter(self, level: Level | None) -> str:
        """The letter a level is shown with."""
        return "" if level is None else self.letters.get(level, "")

    def level(self, letter: str) -> Level | None:
        """The level a letter stands for in this shop, or nothing."""
        for code, label in self.letters.items():
            if label.upper() == letter.upper():
                return Level(code)
        return None


def load(session: Session) -> Settings:
    """The settings of this shop."""
    stored = {s.key: json.loads(s.value) for s in session.scalars(select(Setting))}
    known = {f.name for f in fields(Settings)}
    return Settings(**{key: value for key, value in stored.items() if key in known})


def full_phones(session: Session) -> list[str]:
    """`Settings.full_phones` by itself: it is asked for with every list of customers."""
    stored = session.scalar(select(Setting.value).where(Setting.key == "full_phones"))
    found: list[str] = json.loads(stored) if stored else Settings().full_phones
    return found


def owed(session: Session) -> list[str]:
    """`Settings.owed` by itself: it is asked for with every list of visits."""
    stored = session.scalar(select(Setting.value).where(Setting.key == "owed"))
    found: list[str] = json.loads(stored) if stored else Settings().owed
    return found


def save(session: Session, settings: Settings) -> None:
    """Keep the settings; only what differs from what was kept is written.

    Raises `Invalid` beside `letter_…`, `horizon_…` (of a level), `card_late_days` or `export_two`,
    `ShowroomError` for who may not.
    """
    rights.require(session, Right.SETTINGS)
    _refuse_muddle(settings)
    journal.act(session, "settings")
    rows = {row.key: row for row in session.scalars(select(Setting))}
    before = asdict(load(session))
    if settings.privacy_notice != before["privacy_notice"]:
        settings.privacy_version = before["privacy_version"] + 1
    for key, value in asdict(settings).items():
        if value != before[key]:
            text = json.dumps(value, ensure_ascii=False)
            if key in rows:
                rows[key].value = text
            else:
                session.add(Setting(key=key, value=text))
    if settings.privacy_notice != before["privacy_notice"]:
        from showroom.guard import notice

        session.flush()
        notice.keep(session)


def _refuse_muddle(settings: Settings) -> None:
    """Every level has a letter of its own, each horizon is longer than the one before it."""
    problems: dict[str, str] = {}
    seen: dict[str, str] = {}
    for level, letter in settings.letters.items():
        if not letter.strip():
            problems[f"letter_{level}"] = _("Enter a letter.")
        elif letter.upper() in seen:
            problems[f"letter_{level}"] = _("{letter} stands for two levels.").format(letter=letter)
        seen[letter.upper()] = level
    last = 0
    for level, days in settings.horizons.items():
        if days <= last:
            problems[f"horizon_{level}"] = _("It must be longer than the level before it.")
        last = days
    if settings.card_late_days < settings.card_due_days:
        problems["card_late_days"] = _("A card cannot be late before it is due.")
    if settings.export_two < settings.export_alone:
        problems["export_two"] = _("It must not be less than what one manager takes out alone.")
    if problems:
        raise Invalid(problems)
