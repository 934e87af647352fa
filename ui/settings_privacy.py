"""Settings: personal data. What customers are told, how long they are kept, who is due to go."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QVBoxLayout

from showroom import settings, words
from showroom.guard import exports, notice, retention, rights
from showroom.guard.retention import TERMS, DueRow, Term
from showroom.guard.rights import Right
from showroom.i18n import N_, _, ngettext
from ui import dialogs, style
from ui.customer_rights import closing, what_goes
from ui.forms import Note, Number
from ui.jobs import Job
from ui.notice import print_notice
from ui.settings_shop import FormSection
from ui.tables import Column, Table
from ui.widgets import Card, label

if TYPE_CHECKING:
    from datetime import date

    from showroom.guard.erasure import Gone
    from showroom.progress import Progress
    from showroom.settings import Settings
    from ui.page import Page

Found = dict[int, tuple[Term, "date"]]

NUMBERS: Final = {
    "keep_months": (N_("Not bought: keep"), N_("months after the last contact")),
    "keep_lost_months": (N_("Lost: keep"), N_("months after the last contact")),
    "keep_owner_years": (N_("Owners: keep"), N_("years after the last contact")),
    "keep_draft_days": (N_("Unsaved drafts: keep"), N_("days")),
}
COLUMNS: Final = (
    Column(
        N_("Customer"),
        lambda row: words.called(row.name, row.honorific) or _("No name"),
        width=160,
        stretch=True,
    ),
    Column(N_("Kept as"), lambda row: _(TERMS[row.term]), width=190, tone="muted"),
    Column(N_("Last contact"), lambda row: f"{row.last_on:%Y-%m-%d}", width=120),
    Column(N_("Due since"), lambda row: f"{row.since:%Y-%m-%d}", width=120),
)


class PrivacySection(FormSection):
    """The notice and the terms as a form, and below it who is due, to be ticked and erased."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Personal data"), "privacy")
        self._due: Found = {}
        self._looking = False
        self.warning = label("", "late", name="settings.privacy_warning", wrap=True)
        self.count = label("", "note", name="settings.privacy_count", wrap=True)
        self.body.addWidget(self.warning)
        self.body.addWidget(self.count)
        self.form.row(Note("privacy_notice", _("What customers are told"), lines=6))
        for name, (caption, unit) in NUMBERS.items():
            field = Number(name, _(caption), least=1, most=999, width=260)
            field.set_hint(_(unit))
            self.form.row(field)
        placeholder = "\n".join(_(words) for words in exports.PURPOSES)
        purposes = Note("export_purposes", _("Lists leave for"), lines=4, placeholder=placeholder)
        self.form.row(purposes)
        self.version = label("", "help", name="settings.privacy_version", wrap=True)
        self.form.add(self.version)
        said = _("Print the Notice…")
        print_it = partial(print_notice, page)
        self.form.add(page.button(said, "", print_it, icon="printer", name="notice"))
        self.finish()
        self._make_due()

    def _make_due(self) -> None:
        self.table = Table("settings.due", COLUMNS, self._rows, checkable=True)
        self.table.setAccessibleName(_("Due to be erased"))
        self.table.set_empty(_("Nobody is due: everybody was heard of in time."))
        self.erase = self.page.button(_("Erase"), "", self._erase, kind="danger", name="erase_due")
        self.page.needs(Right.DELETE, self.erase)
        self.shelf = Card(_("Due to be erased"))
        self.erase.setFixedHeight(26)
        self.shelf.head.addWidget(self.erase)
        self.shelf.body.addWidget(self.table, 1)
        whole = self.layout()
        assert isinstance(whole, QVBoxLayout)
        whole.setSpacing(style.XL)
        whole.addWidget(self.shelf, 1)
        self.table.ticked.connect(self._say_button)
        self._say_button()

    # -- what is shown --

    def reload(self) -> None:
        """Show the notice and the terms; who is due is looked for on a thread."""
        super().reload()
        with self.db.read() as session:
            shop = settings.load(session)
            number = notice.number(session)
            count = retention.persons(session)
        said = ngettext("{count} person on file.", "{count} persons on file.", count)
        self.count.setText(said.format(count=f"{count:,}"))
        self.warning.setText(retention.warning(count))
        self.warning.setVisible(bool(self.warning.text()))
        version = _(
            "Wording {version}. Left empty, the words shown in grey count, with the facts of the "
            "shop."
        )
        self.version.setText(version.format(version=number))
        shop.privacy_notice = ""
        self.form.fields["privacy_notice"].setPlaceholderText(notice.text(shop))
        self._look()

    def read(self, shop: Settings) -> dict[str, Any]:
        """A purpose stands on a line of its own."""
        return super().read(shop) | {"export_purposes": "\n".join(shop.export_purposes)}

    def write(self, shop: Settings, held: dict[str, Any]) -> None:
        """An empty number stays as it was."""
        lines = [line.strip() for line in (held.get("export_purposes") or "").splitlines()]
        held = held | {"export_purposes": list(dict.fromkeys(filter(None, lines)))}
        super().write(shop, {name: value for name, value in held.items() if value is not None})

    def _look(self) -> None:
        if self._looking:
            return
        self._looking = True
        db = self.db

        def work(_progress: Progress) -> Found:
            with db.read() as session:
                return retention.due(session, db.today())

        Job(self, _("Looking who is due…"), work, self._show, quiet=True, failed=self._failed)

    def _show(self, found: Found) -> None:
        self._looking = False
        self._due = found
        self.table.show_ids(list(found))
        self._say_button()

    def _failed(self, error: Exception) -> None:
        self._looking = False
        dialogs.show_error(self, error)

    def _rows(self, ids: Sequence[int]) -> list[DueRow]:
        with self.db.read() as session:
            return retention.rows(session, ids, self._due)

    def _say_button(self) -> None:
        count = len(self._chosen())
        ticked = bool(self.table.checked_ids())
        words = _("Erase the {count} Ticked…") if ticked else _("Erase All {count}…")
        self.erase.setText(words.format(count=f"{count:,}") if count else _("Erase"))
        self.erase.setEnabled(bool(count))
        note = ngettext("{count} person", "{count} people", len(self._due))
        self.shelf.set_title(
            _("Due to be erased"), note.format(count=f"{len(self._due):,}") if self._due else ""
        )

    def _chosen(self) -> Collection[int]:
        return self.table.checked_ids() or list(self._due)

    # -- erasing --

    def _erase(self) -> None:
        db, chosen = self.db, list(self._chosen())
        with db.read() as session:
            rights.require(session, Right.DELETE)
        count = len(chosen)
        question = ngettext(
            "Erase {count} person for good?", "Erase {count} persons for good?", count
        ).format(count=f"{count:,}")
        if not dialogs.confirm(self, question, _("Erase"), detail=what_goes(count)):
            return

        def work(progress: Progress) -> Gone:
            gone = retention.erase_due(db, chosen, progress)
            retention.drop_drafts(db)
            return gone

        self.page.job(_("Erasing…"), work, self._on_erased, writes=True)

    def _on_erased(self, gone: Gone) -> None:
        self.page.said.emit(closing(gone))
        self.reload()
