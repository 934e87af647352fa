"""The archive of a customer: how complete it is, what to ask next, all its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from showroom.i18n import _
from showroom.people import archive
from showroom.people.archive import SENSITIVE, TITLES, WHY_OFF
from ui import style
from ui.archive_form import ArchiveForm
from ui.customer_parts import Section
from ui.widgets import label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from showroom.people.customers import File
    from showroom.store.db import Session
    from ui.pages.customers import CustomersPage


class Meter(QWidget):
    """A line that fills up from the left; `set_score` 0 to 100."""

    def __init__(self) -> None:
        super().__init__()
        self.score = 0
        self.setFixedHeight(6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_score(self, score: int) -> None:
        """Show another score."""
        self.score = score
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 6)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        painter.setBrush(style.colour("line"))
        painter.drawRoundedRect(whole, 3, 3)
        if self.score:
            painter.setBrush(style.colour("good" if self.score >= 100 else "accent"))
            whole.setWidth(max(whole.width() * self.score / 100, 6))
            painter.drawRoundedRect(whole, 3, 3)


class Completeness(QWidget):
    """The words, the number, the line that fills up, and below it what to ask next."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.words = label(_("Archive completeness"), "label")
        self.score = label("", "section", name=f"{name}.score")
        self.meter = Meter()
        self.next = label("", "muted", name=f"{name}.next", wrap=True)
        line = QHBoxLayout()
        line.addWidget(self.words)
        line.addStretch()
        line.addWidget(self.score)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.S)
        layout.addLayout(line)
        layout.addWidget(self.meter)
        layout.addWidget(self.next)

    def show_score(self, score: int, asked: Sequence[tuple[str, int]]) -> None:
        """Show how complete it is, and the fields to ask with what each is worth."""
        self.score.setText(str(score))
        self.meter.set_score(score)
        self.next.setText(next_words(asked) or _("Nothing is missing."))
        self.setAccessibleName(f"{self.words.text()} {score}. {self.next.text()}")


def next_words(asked: Sequence[tuple[str, int]]) -> str:
    """What to ask next, as `Next to ask: Family +8 · Leisure +8`; "" when nothing is missing."""
    if not asked:
        return ""
    fields = " · ".join(f"{_(TITLES[field])} +{gain}" for field, gain in asked)
    return _("Next to ask: {fields}").format(fields=fields)


class ArchiveBar(Section):
    """How complete the archive is and what to ask next; `asked()` when it is clicked."""

    asked = Signal()

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self.setObjectName("customers.archive.bar")
        self.held = Completeness("customers.archive.bar")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(_("Show all fields (Alt+2)"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.held)

    def show_for(self, session: Session, file: File) -> None:
        """Show how complete his archive is."""
        held = archive.of_customer(session, file.row.id)
        self.held.show_score(held.score, held.next())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.asked.emit()


class ArchiveTab(Section):
    """All fields of the archive, the score live while one types."""

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self.held = Completeness("customers.archive")
        self.form = ArchiveForm(page, "customers.archive")
        self.why_off = label(_(WHY_OFF), "quote", name="customers.archive.why_off", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addWidget(self.held)
        layout.addWidget(self.form)
        layout.addWidget(self.why_off)
        self.form.scored.connect(self.held.show_score)

    def show_for(self, session: Session, file: File) -> None:
        """Show his archive; what is being typed stays."""
        held = archive.of_customer(session, file.row.id)
        self.form.show_archive(session, held)
        counted = {*held.scheme.basic, *held.scheme.extra}
        self.why_off.setVisible(not counted >= SENSITIVE)

    def begin(self) -> None:
        """Go to the first empty field."""
        self.form.begin()

    def settle(self) -> None:
        """Save what is being typed; what cannot be stays a draft."""
        self.form.settle()
