"""The facts of the shop and the numbers it may choose; they travel with the file."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom.errors import Invalid
from showroom.guard import rights
from showroom.guard.rights import Right
from showroom.i18n import _
from showroom.store import journal
from showroom.store.models import Gravity, Level, Promise, Role, Setting

CLASS_LIMITS: Final = {
    "record_least": (1, 100),
    "active_months": (1, 120),
    "active_services": (0, 99),
    "loyal_services": (0, 99),
    "loyal_introduced": (0, 99),
    "key_visits": (2, 99),
    "value_years": (0, 50),
    "value_first": (1, 99),
    "value_basis": (2, 100),
    "losing_months": (0, 240),
    "sample_km_least": (0, 9_999),
    "sample_km_most": (1, 9_999),
    "sample_months": (0, 600),
    "sample_services": (0, 99),
    "dissatisfied": (0, 39),
}
"""From where to where the borders of the classes may be put; 40 is the next score."""
DATE_LIMITS: Final = {
    "service_months": (1, 36),
    "service_km": (500, 100_000),
    "insurance_months": (1, 36),
    "repair_months": (1, 180),
    "repair_km": (1_000, 1_000_000),
    "return_months": (1, 180),
    "return_km": (1_000, 1_000_000),
}
"""From where to where the numbers of the rules for cars may be put."""
FARTHEST_LEAD: Final = 365
GRACE_MOST: Final = {"card_grace_days": 60, "greet_grace_days": 14}
"""So many days at most a greeting may come late: a card, a call."""
COMPLAINT_MOST: Final = 240
"""So many hours at most may a complaint wait."""

REMIND_MOST: Final = 180
"""So many minutes at most before an appointment one is reminded of it."""
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


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
    card_ahead_days: int = 5  # birthdays and anniversaries; below 0: none are remembered
    card_grace_days: int = 5  # so long after its day a greeting is still printed unasked
    card_couples: bool = True  # who is noted as a couple gets one card to both
    card_han_dates: bool = False  # 二〇二六年十一月二十一日 under a card, not 2026年11月21日
    card_sign: str = "room"  # for the pen: room, a line; or the image of a signature
    card_logo: str = ""  # SHA-256 of a `Picture`, as the next two; empty: none
    card_cover: str = ""
    card_signature: str = ""
    shop_postcode: str = ""
    envelope_x: float = 12.0  # mm from the left upper corner to the first box of the postcode
    envelope_y: float = 10.0
    envelope_pitch: float = 10.0  # mm from one box to the next
    backups_kept: int = 30
    trail_years: int = 3
    idle_lock_seconds: int = 180  # 0: never
    full_phones: list[str] = field(default_factory=lambda: [Role.MANAGER, Role.OWNER])
    export_alone: int = 200  # more rows leave with a manager or an owner only
    export_two: int = 2500  # more rows leave with two of them
    export_purposes: list[str] = field(default_factory=list)  # none: `exports.PURPOSES`
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
    slips: list[str] = field(
        default_factory=lambda: ["zh", "ch", "sh", "ng"]
    )  # what a search does not hear apart, see `showroom.store.pinyin.SLIPS`
    archive_basic: int = 20  # per cent; the extra fields have the rest (DOMAIN §6)
    archive_off: list[str] = field(default_factory=lambda: ["ethnicity", "values"])
    contest_rules: list[str] = field(
        default_factory=lambda: ["count", "completeness", "honesty", "free"]
    )  # what decides in each quarter, see `showroom.people.contest`
    contest_free: str = ""  # what the points that are given by hand are for
    contest_sample: int = 5  # files of each consultant that are drawn to be checked
    contest_least: int = 5  # with fewer files a consultant is in no place
    contest_reward: str = ""
    contest_penalty: str = ""  # none unless the shop writes one (DOMAIN §6)
    contest_points: dict[str, dict[str, int]] = field(default_factory=dict)  # by quarter and id
    # the borders of the classes (DOMAIN §6): the seeds give none, these are ours; see
    # `showroom.people.classes`, `value`, `service_sample`
    record_least: int = 50  # per cent of the archive that make a card one of records
    active_months: int = 12  # since the last contact
    active_services: int = 1  # visits to the workshop; 0 of the next three: not asked
    loyal_services: int = 3
    loyal_introduced: int = 1
    key_visits: int = 3  # so often came who is known well
    value_years: int = 0  # orders of so many years count; 0: all there ever were
    value_first: int = 20  # per cent of the sales, made by who comes first
    value_basis: int = 50  # … made by them and by who is the basis
    losing_months: int = 18  # not seen for so long: is losing value; 0: nobody is
    sample_km_least: int = 5  # a day
    sample_km_most: int = 500
    sample_months: int = 7  # since the plate
    sample_services: int = 4
    dissatisfied: int = 20  # the score of who is not satisfied (DOMAIN §5.6)
    # the days of customers and cars, see `showroom.care.calendar` and `vehicle_dates`; verify the
    # rules yearly (DOMAIN §5.3)
    date_leads: dict[str, list[int]] = field(
        default_factory=lambda: {
            Promise.BIRTHDAY: [0],
            Promise.ANNIVERSARY: [0],
            Promise.FIRST_SERVICE: [7],
            Promise.INSPECTION: [90],
            Promise.INSURANCE: [45, 30, 15, 7, 1],
            Promise.LICENCE: [90],
            Promise.WARRANTY: [60],
        }
    )  # days before, each a contact; none: nobody is reminded
    greet_grace_days: int = 3  # so long after a birthday or an anniversary one still calls for it
    service_months: int = 3
    service_km: int = 5_000
    inspection_marks: list[int] = field(default_factory=lambda: [2, 4, 6, 8, 10])  # then each year
    inspection_tests: list[int] = field(default_factory=lambda: [6, 10])  # … of them on the spot
    insurance_months: int = 12
    licence_years: list[int] = field(default_factory=lambda: [6, 10])
    repair_months: int = 36
    repair_km: int = 60_000
    return_months: int = 24
    return_km: int = 50_000
    complaint_hours: dict[str, int] = field(
        default_factory=lambda: {Gravity.ORDINARY: 24, Gravity.ESCALATED: 8, Gravity.MAJOR: 4}
    )  # to the first answer; nights, weekends and holidays count (DOMAIN §5.7)
    complaint_call_hours: int = 24  # from handling to the closing call
    # what the shop changed of the rules of the follow-ups, see `showroom.people.rules`, and of the
    # public holidays by year, see `showroom.workdays`
    follow_rules: dict[str, dict[str, Any]] = field(default_factory=dict)
    holidays: dict[str, dict[str, str]] = field(default_factory=dict)
    # what the shop changed of the festivals, and its own, see `showroom.care.own_festivals`
    festivals: dict[str, dict[str, Any]] = field(default_factory=dict)
    # reminders, see `showroom.care.reminders`; times of day as HH:MM
    remind_morning: str = "09:00"  # contacts, late cards and events of the day
    remind_before: int = 15  # minutes before an appointment
    remind_close: str = "18:00"  # the day is not closed yet; empty: nobody is reminded
    quiet_from: str = "20:00"  # nothing is said until …; the same time twice: never quiet
    quiet_to: str = "08:00"

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
    """The settings of this shop; the file is asked once in a transaction."""
    stored = session.info.get(journal.REMEMBERED)
    if stored is None:
        stored = dict(session.execute(select(Setting.key, Setting.value)).all())
        session.info[journal.REMEMBERED] = stored
    known = {f.name for f in fields(Settings)}
    return Settings(**{key: json.loads(text) for key, text in stored.items() if key in known})


def _one(session: Session, name: str) -> Any:
    """One setting by itself; the file is not asked where all were read already."""
    stored = session.info.get(journal.REMEMBERED)
    if stored is None:
        text = session.scalar(select(Setting.value).where(Setting.key == name))
    else:
        text = stored.get(name)
    return json.loads(text) if text else getattr(Settings(), name)


def full_phones(session: Session) -> list[str]:
    """`Settings.full_phones` by itself: it is asked for with every list of customers."""
    found: list[str] = _one(session, "full_phones")
    return found


def slips(session: Session) -> list[str]:
    """`Settings.slips` by itself: it is asked for with every letter that is typed to find."""
    found: list[str] = _one(session, "slips")
    return found


def card_grace(session: Session) -> int:
    """`Settings.card_grace_days` by itself: it is asked for with every list of cards."""
    found: int = _one(session, "card_grace_days")
    return found


def owed(session: Session) -> list[str]:
    """`Settings.owed` by itself: it is asked for with every list of visits."""
    found: list[str] = _one(session, "owed")
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
    session.info.pop(journal.REMEMBERED, None)
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
    for name, most in GRACE_MOST.items():
        if not 0 <= getattr(settings, name) <= most:
            problems[name] = _("Enter a whole number from {least} to {most}.").format(
                least=0, most=most
            )
    if not 0 <= settings.archive_basic <= 100:
        problems["archive_basic"] = _("Enter a whole number from {least} to {most}.").format(
            least=0, most=100
        )
    if settings.export_two < settings.export_alone:
        problems["export_two"] = _("It must not be less than what one manager takes out alone.")
    hours_of = {**settings.complaint_hours, "call": settings.complaint_call_hours}
    for gravity, hours in hours_of.items():
        if not 1 <= hours <= COMPLAINT_MOST:
            problems[f"complaint_{gravity}"] = _(
                "Enter a whole number from {least} to {most}."
            ).format(least=1, most=COMPLAINT_MOST)
    problems |= _class_muddle(settings) | _date_muddle(settings) | _clock_muddle(settings)
    if problems:
        raise Invalid(problems)


def _class_muddle(settings: Settings) -> dict[str, str]:
    """The borders of the classes do not cross, and each class can be reached."""
    problems: dict[str, str] = {}
    for name, (least, most) in CLASS_LIMITS.items():
        if not least <= getattr(settings, name) <= most:
            problems[name] = _("Enter a whole number from {least} to {most}.").format(
                least=least, most=most
            )
    if settings.value_basis <= settings.value_first:
        problems.setdefault("value_basis", _("It must be more than the border of the first."))
    if settings.sample_km_most <= settings.sample_km_least:
        problems.setdefault("sample_km_most", _("It must be more than the least."))
    if settings.loyal_services < settings.active_services:
        problems.setdefault(
            "loyal_services", _("Who is loyal comes at least as often as who is active.")
        )
    return problems


def _date_muddle(settings: Settings) -> dict[str, str]:
    """The numbers of the rules for cars, beside their names; the days before beside `lead_…`."""
    sentence = _("Enter a whole number from {least} to {most}.")
    several = _("Enter whole numbers from {least} to {most}, with spaces between them.")
    problems = {
        name: sentence.format(least=f"{least:,}", most=f"{most:,}")
        for name, (least, most) in DATE_LIMITS.items()
        if not least <= getattr(settings, name) <= most
    }
    for kind, leads in settings.date_leads.items():
        if not all(0 <= lead <= FARTHEST_LEAD for lead in leads):
            problems[f"lead_{kind}"] = several.format(least=0, most=FARTHEST_LEAD)
    for name in ("inspection_marks", "inspection_tests", "licence_years"):
        if not all(1 <= year <= 40 for year in getattr(settings, name)):
            problems[name] = several.format(least=1, most=40)
    if not set(settings.inspection_tests) <= set(settings.inspection_marks):
        problems.setdefault(
            "inspection_tests", _("A year with a test is a year with an inspection, too.")
        )
    return problems


def _clock_muddle(settings: Settings) -> dict[str, str]:
    """The times of day of the reminders, beside their names."""
    problems = {
        name: _("Enter a time such as 18:00.")
        for name in ("remind_morning", "remind_close", "quiet_from", "quiet_to")
        if not _CLOCK.fullmatch(getattr(settings, name) or ("00:00" * (name == "remind_close")))
    }
    if not 0 <= settings.remind_before <= REMIND_MOST:
        problems["remind_before"] = _("Enter a whole number from {least} to {most}.").format(
            least=0, most=REMIND_MOST
        )
    return problems
