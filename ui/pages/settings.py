"""The shop's own facts, lists and numbers; one part at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtWidgets import QHBoxLayout

from showroom.i18n import N_, _
from ui import style
from ui.page import Page
from ui.settings_archive import ArchiveSection
from ui.settings_classes import ClassesSection
from ui.settings_data import DataSection
from ui.settings_fields import FieldsSection
from ui.settings_gifts import GiftsSection
from ui.settings_house import CarsSection, DrivesSection
from ui.settings_people import ListsSection, StaffSection
from ui.settings_privacy import PrivacySection
from ui.settings_scripts import ScriptsSection
from ui.settings_section import Section
from ui.settings_shop import (
    ExportSection,
    LevelsSection,
    LookSection,
    NumbersSection,
    OwedSection,
    SearchSection,
    ShopSection,
)
from ui.settings_trail import TrailSection
from ui.tables import Column, Table
from ui.views import Pile
from ui.widgets import Card

if TYPE_CHECKING:
    from showroom.store.db import Database


class Part(NamedTuple):
    """One line of the list of parts."""

    id: int
    title: str


WIDEST = 1000
PARTS = (
    ("staff", N_("Staff")),
    ("shop", N_("The shop")),
    ("lists", N_("Lists")),
    ("levels", N_("Levels")),
    ("cards", N_("Thank-you cards")),
    ("look", N_("Language and look")),
    ("data", N_("Data and backup")),
    ("trail", N_("Trail")),
    ("numbers", N_("Phone numbers")),
    ("export", N_("Taking out lists")),
    ("privacy", N_("Personal data")),
    ("owed", N_("To complete")),
    ("scripts", N_("What to say")),
    ("cars", N_("Demo cars")),
    ("drives", N_("Test drives")),
    ("gifts", N_("Gifts")),
    ("targets", N_("Targets")),
    ("dates", N_("Dates and reminders")),
    ("reminders", N_("Reminders")),
    ("classes", N_("Classes of customers")),
    ("archive", N_("Archive and contest")),
    ("own_fields", N_("Own fields")),
    ("complaints", N_("Complaints")),
    ("follow_ups", N_("Rules of the follow-ups")),
    ("holidays", N_("Public holidays")),
    ("festivals", N_("Festivals")),
    ("finding", N_("Search")),
    ("wordings", N_("Words of the cards")),
)


class SettingsPage(Page):
    """Parts at the left, the chosen one beside them; staff comes first."""

    title = N_("Settings")
    code = "settings"
    panel = False

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.figures.hide()
        self._parts = [Part(number, _(title)) for number, (_name, title) in enumerate(PARTS, 1)]
        self.list = Table(
            "settings.parts",
            (Column("", lambda row: row.title, stretch=True),),
            self._rows,
            header=False,
        )
        self.list.setAccessibleName(_("Settings"))
        self.pile = Pile()
        self.pile.setMaximumWidth(WIDEST)
        parts = Card()
        parts.setFixedWidth(190)
        parts.body.addWidget(self.list)
        line = QHBoxLayout()
        line.setSpacing(style.XL)
        line.addWidget(parts)
        line.addWidget(self.pile, 1)
        line.addStretch()
        self.body.addLayout(line, 1)

        self.list.chosen.connect(self._show)
        self.list.opened.connect(lambda _id: self.section().focus_first())
        self.list.show_ids([part.id for part in self._parts])
        self.list.choose(1)

    @classmethod
    def warm(cls, db: Database) -> None:
        StaffSection.warm(db)  # the part that is shown first

    # each part is made when it is first shown: the page opens sooner

    @cached_property
    def staff(self) -> StaffSection:
        """Who works here."""
        return StaffSection(self)

    @cached_property
    def shop(self) -> ShopSection:
        """What stands on cards and workbooks."""
        return ShopSection(self)

    @cached_property
    def lists(self) -> ListsSection:
        """The lists to choose from."""
        return ListsSection(self)

    @cached_property
    def levels(self) -> LevelsSection:
        """Letters and days."""
        return LevelsSection(self)

    @cached_property
    def cards(self) -> Section:
        """When a card is due, its paper and pictures."""
        from ui.settings_cards import CardsSection

        return CardsSection(self)

    @cached_property
    def wordings(self) -> Section:
        """What the cards say."""
        from ui.settings_wordings import WordingsSection

        return WordingsSection(self)

    @cached_property
    def look(self) -> LookSection:
        """Language, light or dark."""
        return LookSection(self)

    @cached_property
    def data(self) -> DataSection:
        """Where the data lies."""
        return DataSection(self)

    @cached_property
    def finding(self) -> SearchSection:
        """What a search does not hear apart."""
        return SearchSection(self)

    @cached_property
    def trail(self) -> TrailSection:
        """Who did what."""
        return TrailSection(self)

    @cached_property
    def numbers(self) -> NumbersSection:
        """Who sees phone numbers whole."""
        return NumbersSection(self)

    @cached_property
    def privacy(self) -> PrivacySection:
        """How long persons are kept."""
        return PrivacySection(self)

    @cached_property
    def owed(self) -> OwedSection:
        """What a visit lacks until it is filled in."""
        return OwedSection(self)

    @cached_property
    def export(self) -> ExportSection:
        """How many rows leave with whom."""
        return ExportSection(self)

    @cached_property
    def scripts(self) -> ScriptsSection:
        """What is said at the seven moments."""
        return ScriptsSection(self)

    @cached_property
    def cars(self) -> CarsSection:
        """The demo cars and their keys."""
        return CarsSection(self)

    @cached_property
    def drives(self) -> DrivesSection:
        """How test drives are done."""
        return DrivesSection(self)

    @cached_property
    def gifts(self) -> GiftsSection:
        """What the desk hands out."""
        return GiftsSection(self)

    @cached_property
    def targets(self) -> Section:
        """What a month is to bring."""
        from ui.settings_targets import TargetsSection

        return TargetsSection(self)

    @cached_property
    def complaints(self) -> Section:
        """How long a complaint may wait."""
        from ui.settings_complaints import ComplaintsSection

        return ComplaintsSection(self)

    @cached_property
    def follow_ups(self) -> Section:
        """Which occasion promises a contact, and when."""
        from ui.settings_follow_ups import FollowUpsSection

        return FollowUpsSection(self)

    @cached_property
    def holidays(self) -> Section:
        """Which days are worked."""
        from ui.settings_follow_ups import HolidaysSection

        return HolidaysSection(self)

    @cached_property
    def festivals(self) -> Section:
        """What is said on which festival."""
        from ui.settings_festivals import FestivalsSection

        return FestivalsSection(self)

    @cached_property
    def dates(self) -> Section:
        """How long before a day somebody is reminded."""
        from ui.settings_dates import DatesSection

        return DatesSection(self)

    @cached_property
    def reminders(self) -> Section:
        """When the desk reminds, when it is quiet."""
        from ui.settings_reminders import RemindersSection

        return RemindersSection(self)

    @cached_property
    def classes(self) -> ClassesSection:
        """Where the classes of customers part."""
        return ClassesSection(self)

    @cached_property
    def archive(self) -> ArchiveSection:
        """What the archive asks, what the contest goes by."""
        return ArchiveSection(self)

    @cached_property
    def own_fields(self) -> FieldsSection:
        """What this showroom wants to know besides."""
        return FieldsSection(self)

    def section(self) -> Section:
        """Return the part that is shown."""
        shown = self.pile.currentWidget()
        assert isinstance(shown, Section)
        return shown

    def reload(self) -> None:
        """Read the part that is shown anew."""
        self.section().reload()
        self.section().show_right()

    def show_id(self, id: int) -> None:
        """Show a part by its place in the list, from 1; 0 is the staff."""
        self.list.choose(id or 1)
        self.section().focus_first()

    def show_part(self, code: str) -> None:
        """Show a part by its code in `PARTS`."""
        self.show_id([each for each, _title in PARTS].index(code) + 1)

    def commands(self) -> list[tuple[str, str, Callable[[], object]]]:
        """Return its parts too, so that Ctrl+K finds them."""
        parts = [(part.title, "", partial(self.show_id, part.id)) for part in self._parts]
        return [*super().commands(), *parts]

    def focus_first(self) -> None:
        """Where there is nobody yet, names are typed at once."""
        if self.section() is self.staff and not self.staff.has_anybody():
            self.staff.focus_first()
        else:
            self.list.setFocus()

    def _rows(self, ids: Sequence[int]) -> list[Part]:
        return [part for part in self._parts if part.id in ids]

    def _show(self, id: int) -> None:
        if id:
            section: Section = getattr(self, PARTS[id - 1][0])
            if self.pile.indexOf(section) < 0:
                self.pile.addWidget(section)
            self.pile.setCurrentWidget(section)
            self.reload()
            self.show_rights()
