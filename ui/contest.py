"""The contest of archives (F8): the standing of a quarter by its rule, and the files behind it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from showroom import settings
from showroom.figures import contest_sheet
from showroom.figures.contest_sheet import place_words
from showroom.guard import trail
from showroom.i18n import N_, _
from showroom.people import contest, quarters, spot_checks
from showroom.people.contest import MOST_POINTS, RULES, Contest, Entrant, Rule
from showroom.settings import Settings
from ui import dialogs, leaving, printing, style
from ui.contest_files import ContestFiles
from ui.customer_view import CustomerView
from ui.forms import Form, Number
from ui.jobs import Job
from ui.segmented import Segmented
from ui.tables import Column, Table
from ui.widgets import Card, Tag, label

if TYPE_CHECKING:
    from showroom.progress import Progress
    from showroom.store.db import Session
    from ui.pages.customers import CustomersPage

NAME = "customers.contest"
Found = tuple[Contest, dict[int, list[int]]]


class ContestView(CustomerView):
    """Who keeps the best files: Page Up and Down another quarter, Enter goes to the files below.

    The numbers are counted on a thread, also anew after every write.
    """

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self.quarter = quarters.quarter_of(self.db.today())
        self.standing: Contest | None = None
        self._worst: dict[int, list[int]] = {}
        self._shop = Settings()
        self._counting = self._again = False
        self.setObjectName(NAME)
        self.title = label("", "section", name=f"{NAME}.quarter")
        self.state = Tag(name=f"{NAME}.state")
        button = partial(page.button, kind="quiet")
        earlier, later = partial(self._step, -1), partial(self._step, 1)
        self.earlier = button(_("Quarter Before"), "PgUp", earlier, name="contest.earlier")
        self.later = button(_("Quarter After"), "PgDown", later, name="contest.later")
        rules = [(rule.value, _(title)) for rule, title in RULES.items()]
        self.rule = Segmented(rules, name=f"{NAME}.rule", optional=False)
        self.rule.setAccessibleName(_("What decides"))
        self.card = Card(_("Ranking"), name=f"{NAME}.card")
        self.table = Table(NAME, self._columns(), self._rows, fit=True, max_rows=7)
        self.table.setAccessibleName(_("Ranking"))
        self.table.set_empty(_("No consultants yet: add them in the settings."))
        self.points = Form(NAME, label_width=130)
        self.points_field = Number("points", _("Points"), least=0, most=MOST_POINTS, width=110)
        self.formula = label("", "muted", name=f"{NAME}.formula", wrap=True)
        self.reward = label("", "muted", name=f"{NAME}.reward", wrap=True)
        self.files = ContestFiles(page, NAME)
        self.print = page.button(_("Print Ranking"), "Ctrl+P", self._print, name="contest.print")
        self.save = page.button(_("Save Ranking…"), "", self._save, name="contest.save")
        self._place()
        self.rule.chosen.connect(self._show_standing)
        self.table.chosen.connect(lambda _id: self._show_chosen())
        self.table.opened.connect(lambda _id: self.files.take_keyboard())
        self.points.entered.connect(self._give_points)
        self.files.opened.connect(self.chosen)
        self.follow(self.files.lacking)
        self.follow(self.files.drawn, self.files.drawn_of)
        self.files.said.connect(self.said)

    def _place(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(style.M)
        for widget in (self.title, self.state):
            head.addWidget(widget)
        head.addStretch()
        head.addWidget(self.earlier)
        head.addWidget(self.later)
        rules = QHBoxLayout()
        rules.addWidget(self.rule)
        rules.addStretch()
        self.points.row(self.points_field)
        self.points.setContentsMargins(style.L, style.S, style.L, style.S)
        self.card.body.addWidget(self.table)
        self.card.body.addWidget(self.points)
        foot = QHBoxLayout()
        foot.setSpacing(style.M)
        foot.addWidget(self.print)
        foot.addWidget(self.save)
        foot.addWidget(self.reward, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addLayout(head)
        layout.addLayout(rules)
        layout.addWidget(self.card)
        layout.addWidget(self.formula)
        layout.addWidget(self.files, 1)
        layout.addLayout(foot)

    # -- showing --

    def begin(self) -> None:
        self.page.show_rights()
        self.table.setFocus()

    def show_quarter(self, quarter: quarters.Quarter) -> None:
        """Another quarter, none after this one; its own rule decides."""
        self.quarter = min(quarter, quarters.quarter_of(self.db.today()))
        self.standing, self._worst = None, {}
        self.rule.set_code("")
        self.reload()

    def _step(self, quarters_on: int) -> None:
        self.show_quarter(self.quarter.step(quarters_on))

    def reload(self) -> None:
        """Read what is quick, count the rest on a thread."""
        now = quarters.quarter_of(self.db.today())
        with self.db.read() as session:
            self._shop = settings.load(session)
            checks = spot_checks.checks(session, self.quarter)
        if not self.rule.code():
            self.rule.set_code(contest.rule_of(self._shop, self.quarter).value)
        days = f"{self.quarter.first:%m-%d} – {self.quarter.last:%m-%d}"
        self.title.setText(f"{self.quarter.title} · {days}")
        running = self.quarter == now
        self.state.set_tag(
            _("Under way") if running else _("Ended"), "accent" if running else "muted"
        )
        self.later.setEnabled(not running)
        reward = self._shop.contest_reward
        self.reward.setText(_("Reward: {words}").format(words=reward) if reward else "")
        self.files.show_checks(self.quarter, checks)
        self._show_standing()
        self._count()

    def _count(self) -> None:
        if self._counting:
            self._again = True
            return
        self._counting = True
        db, quarter = self.db, self.quarter

        def work(_progress: Progress) -> Found:
            with db.read() as session:
                return contest.of_quarter(session, quarter), contest.worst(session, quarter)

        Job(self.page, "", work, self._counted, quiet=True, failed=self._failed)

    def _counted(self, found: Found) -> None:
        self._counting = False
        shown = found[0].quarter == self.quarter
        if shown:
            self.standing, self._worst = found
            self._show_standing()
        if self._again or not shown:
            self._again = False
            self._count()

    def _failed(self, error: Exception) -> None:
        self._counting = self._again = False
        dialogs.show_error(self.page, error)

    def _show_standing(self, _code: str = "") -> None:
        """Place them by the rule that is chosen."""
        rule = Rule(self.rule.code())
        said = [_("counting…")]
        if self.standing is not None:
            self.standing = self.standing.by(rule)
            few = contest_sheet.few_words(self._shop.contest_least)
            said = [self.standing.formulas[rule], *([few] if rule is not Rule.FREE else [])]
            self.formula.setText(" ".join(said))
            said = [_("decides this quarter")] if rule is self.standing.decides else []
            nobody = self.standing.unowned
            if nobody:
                said.append(_("files of nobody: {count}").format(count=nobody))
        self.card.set_title(_("Ranking"), " · ".join(said))
        self.table.show_ids([one.id for one in self._entrants()])
        if not self.table.current_id() and self.table.rows.ids():
            self.table.choose(self.table.rows.ids()[0])
        self._show_chosen()

    def _show_chosen(self) -> None:
        """Show the points and the files of who is chosen."""
        one = self._chosen()
        free = self.rule.code() == Rule.FREE.value
        self.points.setVisible(free and one is not None)
        if one is not None:
            said = _("Points of {name}").format(name=one.name)
            self.points.labels["points"].setText(said)
            if not self.points_field.hasFocus():
                self.points.clear_problems()
                self.points_field.set_value(one.points)
        self.files.show_whose(
            one.name if one is not None else "",
            self._worst.get(one.id, []) if one is not None else [],
        )
        self.mark_shown()

    def _entrants(self) -> list[Entrant]:
        return self.standing.entrants if self.standing is not None else []

    def _chosen(self) -> Entrant | None:
        id = self.table.current_id()
        return next((one for one in self._entrants() if one.id == id), None)

    def _rows(self, ids: Sequence[int]) -> list[Entrant]:
        held = {one.id: one for one in self._entrants()}
        return [held[id] for id in ids if id in held]

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(N_("Rank"), self._placed, tag=_tone, width=76),
            Column(N_("Consultant"), lambda row: row.name, width=110, stretch=True),
            Column(N_("Files kept"), lambda row: str(row.files), align="right", width=76),
            Column(N_("Completeness"), _mean, align="right", width=100),
            Column(N_("Checked of drawn"), _checked, align="right", width=84),
            Column(N_("Found true"), _honesty, align="right", width=92),
            Column(N_("Points"), _points, align="right", width=70),
        )

    def _placed(self, row: Entrant) -> str:
        return place_words(row, Rule(self.rule.code()))

    # -- points by hand --

    def _give_points(self) -> None:
        one = self._chosen()
        if one is None:
            return
        with self.points.reporting():
            points = self.points_field.value()
            with self.db.write() as session:
                contest.give_points(session, self.quarter, one.id, points)
            self.table.setFocus()

    # -- on paper --

    def _what(self) -> str:
        return _("Contest of archives {quarter}").format(quarter=self.quarter.title)

    def _print(self) -> None:
        what, quarter, rule = self._what(), self.quarter, Rule(self.rule.code())

        def made(found: tuple[int, bytes]) -> None:
            rows, paper = found
            printing.print_pdf(self.page, paper, what, partial(self._printed, what, rows))

        leaving.take_out(
            self.page,
            _("Setting the page…"),
            what,
            None,
            lambda session, progress: contest_sheet.pdf(session, quarter, rule, progress),
            made,
            notes=False,
        )

    def _printed(self, what: str, rows: int, printer: str) -> None:
        """The printer took it: now it has left."""
        trail.exported(self.db, f"{what} · {printer}", None, rows, by=self.db.staff_id)
        self.said.emit(_("Sent to {printer}.").format(printer=printer))

    def _save(self) -> None:
        what, quarter, rule = self._what(), self.quarter, Rule(self.rule.code())
        kinds = "Excel (*.xlsx);;PDF (*.pdf)"
        path = dialogs.choose_save(self.page, what, f"{what}.xlsx", kinds)
        if path is None:
            return

        def write(session: Session, progress: Progress) -> int:
            return contest_sheet.save(session, quarter, rule, path, progress)

        leaving.take_out(
            self.page,
            _("Writing {name}…").format(name=path.name),
            what,
            path,
            write,
            lambda _count: self.said.emit(_("Saved: {name}").format(name=path.name)),
        )


def _tone(row: Entrant) -> str:
    if not row.place:
        return "muted"
    return "good" if row.place == 1 else "accent"


def _mean(row: Entrant) -> str:
    found = contest_sheet.mean(row)
    return "" if found is None else f"{found:.1f}"


def _honesty(row: Entrant) -> str:
    found = contest_sheet.honesty(row)
    return "" if found is None else f"{found * 100:.1f} %"


def _checked(row: Entrant) -> str:
    return f"{row.checked} / {row.drawn}" if row.drawn else ""


def _points(row: Entrant) -> str:
    return "" if row.points is None else str(row.points)
