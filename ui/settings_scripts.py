"""Settings: what is said at the seven moments, in two wordings, and which of them does better."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from showroom import choices, settings, words
from showroom.door import coach, scripts
from showroom.door.coach import NOTHING, Count, Tally
from showroom.door.scripts import EVERYBODY, Narrowing, Pair, Text
from showroom.guard.rights import Right
from showroom.i18n import N_, _
from showroom.store.models import ChoiceKind, Company, Moment, Wording
from ui import dialogs
from ui.forms import Choice, Form, Note, Number, Options
from ui.jobs import Job
from ui.segmented import Segmented
from ui.settings_shop import FormSection
from ui.tables import Column, Table
from ui.widgets import label

if TYPE_CHECKING:
    from showroom.progress import Progress
    from showroom.settings import Settings
    from ui.page import Page

AGAIN: Final = {"first": False, "again": True}
OURS: Final = {Wording.A: -1, Wording.B: -2}  # the ids of the texts we ship


class Row(NamedTuple):
    """One line of the list: a text, for whom, and what came of it."""

    id: int
    text: Text
    whose: str
    tried: Count


class ScriptsSection(FormSection):
    """A moment is chosen, below it its texts; the chosen one is changed in the form."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("What to say"), "rates")
        self.id = 0
        self._rows_by_id: dict[int, Row] = {}
        self._pairs: dict[Narrowing, Pair] = {}
        self._models: dict[int, str] = {}
        self._tally: Tally = {}
        self._least = 0
        self._counting = self._stale = False
        names = [(moment.value, _(text)) for moment, text in words.MOMENTS.items()]
        self.moment = Segmented(names, name="settings.moment", optional=False)
        self.moment.setAccessibleName(_("Moment"))
        self.moment.set_code(Moment.SEATED.value)
        self.table = Table("settings.scripts", COLUMNS, self._rows)
        self.table.setAccessibleName(_("What to say"))
        self.verdict = label("", "quote", name="settings.script_verdict", wrap=True)
        self.text = self._make_text()
        self.hint = label("", "soon", name="settings.script_hint", wrap=True)
        self.hint.hide()
        self.add = page.button(_("Add as New"), "", self._add, name="add_script")
        self.withdraw = page.button(_("Out of Use"), "", self._withdraw, name="withdraw_script")
        self.change = page.button(_("Save"), "", self._change, kind="primary", name="save_script")
        page.needs(Right.SETTINGS, self.add, self.withdraw, self.change)

        self.body.addWidget(self.moment)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.verdict)
        self.body.addWidget(self.text)
        self.body.addWidget(self.hint)
        self._forms = (self.form, self.text)
        self.text.remember()
        self.body.addLayout(self.buttons(self.add, self.withdraw, last=self.change))
        self.form.row(
            _number("rates_days", _("Rates of the last"), _("days"), least=7),
            _number("rates_least", _("Asks a rate needs"), _("asks at least"), least=5),
        )
        self.body.addWidget(self.form)
        self.body.addLayout(self.save_line())
        self.save.setEnabled(False)

        self.moment.chosen.connect(self._on_moment)
        self.table.chosen.connect(self._show)
        self.text.edited.connect(lambda _name: self._on_text())
        self.text.edited.connect(lambda _name: self.say_typed())
        self.text.entered.connect(self._change)

    def _make_text(self) -> Form:
        form = Form("settings.script", label_width=150)
        said = _("{places} stand for the names. Say only what is so: nothing feigned.")
        help = said.format(places=", ".join(scripts.places()))
        form.row(Note("words", _("What is said"), lines=2, help=help))
        letters = [(wording.value, wording.value.upper()) for wording in Wording]
        form.row(
            Options("wording", _("Wording, for whom"), letters, optional=False),
            Choice("again", _("First or again"), _again(), placeholder=_("first and again")),
            Choice("model_id", _("Model"), [], search=True, placeholder=_("every model")),
            Choice(
                "company",
                _("With whom"),
                [(one.value, _(text)) for one, text in words.COMPANIES.items()],
                placeholder=_("everybody"),
            ),
        )
        return form

    # -- showing --

    def reload(self) -> None:
        """Read the texts anew; what came of them is counted on a thread."""
        super().reload()
        with self.db.read() as session:
            self._pairs = scripts.texts(session)[self._chosen_moment()]
            self._models = choices.labels(session, ChoiceKind.MODEL)
            self._least = settings.load(session).rates_least
        field = self.text.fields["model_id"]
        kept = field.value()
        field.set_options(list(self._models.items()))
        field.set_value(kept)
        self._list()
        self._count()

    def _list(self) -> None:
        rows = []
        for narrowing, pair in self._pairs.items():
            counts = scripts.counts(pair, self._tally)
            for wording, one in sorted(pair.items()):
                id = OURS[wording] if one.id is None else one.id
                rows.append(Row(id, one, self._whose(narrowing), counts[wording]))
        self._rows_by_id = {row.id: row for row in rows}
        self.table.show_ids(list(self._rows_by_id))
        if self.id not in self._rows_by_id:
            self.table.choose(rows[0].id)
            self._show(rows[0].id)
        self._say()

    def _count(self) -> None:
        self._stale = self._counting  # what was written meanwhile is counted afterwards
        if self._counting:
            return
        self._counting = True
        db = self.db

        def work(_progress: Progress) -> Tally:
            with db.read() as session:
                days = settings.load(session).rates_days
                return coach.read(session, db.today() - timedelta(days=days), db.today())

        Job(self, "", work, self._on_counted, quiet=True, failed=self._on_failed)

    def _on_counted(self, tally: Tally) -> None:
        self._counting = False
        self._tally = tally
        self._list()
        if self._stale:
            self._count()

    def _on_failed(self, error: Exception) -> None:
        self._counting = False
        dialogs.show_error(self, error)

    def _whose(self, narrowing: Narrowing) -> str:
        again, model_id, company = narrowing
        parts = [
            "" if again is None else _again()[again][1],
            self._models.get(model_id or 0, ""),
            _(words.COMPANIES[company]) if company is not None else "",
        ]
        return " · ".join(part for part in parts if part) or _("everybody")

    def _say(self) -> None:
        """Which of the two wordings for the guests of the chosen text does better."""
        row = self._rows_by_id.get(self.id)
        pair = self._pairs.get(row.text.narrowing if row is not None else EVERYBODY, {})
        self.verdict.setText(scripts.compared(pair, self._tally, least=self._least))
        self.withdraw.setEnabled(row is not None and row.text.id is not None)
        self.change.setEnabled(row is not None)

    def _rows(self, ids: Sequence[int]) -> list[Row]:
        return [self._rows_by_id[id] for id in ids if id in self._rows_by_id]

    def _show(self, id: int) -> None:
        """Put a text into the form."""
        self.id = id
        row = self._rows_by_id.get(id)
        if row is not None:
            again, model_id, company = row.text.narrowing
            held = {"words": row.text.words, "wording": row.text.wording, "model_id": model_id}
            held |= {"again": None if again is None else _again()[again][0], "company": company}
            moment = list(Moment).index(self._chosen_moment())
            unique = id if id > 0 else id - 100 * moment  # ours have the same at every moment
            self.show_in(self.text, unique, held, row.text.words)
            self._on_text()
        self._say()

    def put_back(self) -> None:
        """Forget what is typed; the hint is about what stands there again."""
        super().put_back()
        self._on_text()

    def _on_text(self) -> None:
        said = scripts.hint(self.text.fields["words"].value())
        self.hint.setText(said)
        self.hint.setVisible(bool(said))

    def _chosen_moment(self) -> Moment:
        return Moment(self.moment.code())

    def _on_moment(self) -> None:
        self.id = 0
        self.reload()

    def focus_first(self) -> None:
        """The moments first."""
        self.moment.setFocus()

    def write(self, shop: Settings, held: dict[str, Any]) -> None:
        """An empty number stays as it was."""
        super().write(shop, {name: value for name, value in held.items() if value is not None})

    # -- changing --

    def _typed(self) -> tuple[str, Wording, Narrowing]:
        held = self.text.values()
        narrowing = Narrowing(
            again=AGAIN.get(held["again"]),
            model_id=held["model_id"],
            company=Company(held["company"]) if held["company"] else None,
        )
        return held["words"], Wording(held["wording"]), narrowing

    def _add(self) -> None:
        with self.text.reporting():
            said, wording, narrowing = self._typed()
            with self.db.write() as session:
                made = scripts.add(
                    session, self._chosen_moment(), wording, said, narrowing=narrowing
                ).id
            self._chosen(made)

    def _change(self) -> None:
        """One of ours is not changed: the shop's own takes its place."""
        row = self._rows_by_id.get(self.id)
        if row is None or row.text.id is None:
            self._add()
            return
        with self.text.reporting():
            said, wording, narrowing = self._typed()
            with self.db.write() as session:
                now_is = scripts.change(
                    session, row.text.id, said, wording=wording, narrowing=narrowing
                ).id
            self._chosen(now_is)

    def _withdraw(self) -> None:
        with self.db.write() as session:
            scripts.withdraw(session, self.id)
        self.page.said.emit(_("Out of use. What was asked with it stays known."))

    def _chosen(self, id: int) -> None:
        self.saved(self.text)
        self.reload()
        self.table.choose(id)
        self._show(id)
        self.page.said.emit(_("Saved."))


def _again() -> list[tuple[str, str]]:
    return [("first", _("First")), ("again", _("Again"))]


def _number(name: str, caption: str, unit: str, *, least: int) -> Number:
    made = Number(name, caption, least=least, most=999, width=150)
    made.set_hint(unit)
    return made


def _between(count: Count) -> str:
    if count == NOTHING:
        return ""
    low, high = coach.wilson(count)
    return f"{low * 100:.0f}-{high:.0%}"


COLUMNS: Final = (
    Column("", lambda row: row.text.wording.upper(), width=44, tag=lambda _row: "accent"),
    Column(N_("For whom"), lambda row: row.whose, width=130),
    Column(N_("What is said"), lambda row: row.text.words, width=300, stretch=True, tone="muted"),
    Column(N_("Asked"), lambda row: f"{row.tried.asks:,}", width=64, align="right"),
    Column(
        N_("Given"),
        lambda row: f"{row.tried.rate:.0%}" if row.tried.asks else "",
        width=64,
        align="right",
    ),
    Column(N_("95 % within"), lambda row: _between(row.tried), width=90, align="right"),
)
