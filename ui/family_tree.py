"""Who brought whom, as a picture: the introducer left, whom he brought right of him, with state.

Up and Down walk, Left goes to the introducer, Right to whom he brought, Enter shows the file; plus
and minus (or the wheel with Ctrl) zoom. Only what is in sight is painted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollArea, QWidget

from showroom.i18n import _
from showroom.people.introductions import STATES, Link
from showroom.store.models import ReferralState
from ui import style
from ui.widgets import slim

TONES: Final = {
    ReferralState.NOTED: "soon",
    ReferralState.CHECKED: "accent",
    ReferralState.DEAL: "good",
    ReferralState.PAID: "good",
    ReferralState.VOID: "muted",
}
WIDE, WIDEST, HIGH = 178.0, 260.0, 30.0
STEP, GAP, EDGE = 38.0, 48.0, 12.0
SMALLEST, LARGEST = 0.6, 1.8
SPOKEN: Final = 100
"""So many introductions are said in the accessible description."""


class Node(NamedTuple):
    """One person in the picture; `place` in rows from the top, `above` the node who brought him."""

    id: int
    column: int
    place: float
    above: int
    state: ReferralState | None
    brought: int


def lay_out(links: Sequence[Link]) -> list[Node]:
    """Place everybody: families one below the other, each introducer in the middle of his own.

    Who stands in a circle (an old step taken back may make one) is shown once.
    """
    brought: dict[int, list[int]] = defaultdict(list)
    by = {link.customer_id: link for link in links}
    for link in links:
        brought[link.introducer_id].append(link.customer_id)
    heads = [id for id in brought if id not in by]
    nodes: list[Node] = []
    done: set[int] = set()
    row = 0.0
    for head in [*heads, *brought]:
        if head in done:
            continue
        row = _family(head, brought, by, nodes, done, row) + 0.4
    order = sorted(range(len(nodes)), key=lambda n: (nodes[n].place, nodes[n].column))
    where = {old: new for new, old in enumerate(order)}
    return [nodes[old]._replace(above=where.get(nodes[old].above, -1)) for old in order]


def _family(
    head: int,
    brought: Mapping[int, list[int]],
    by: Mapping[int, Link],
    nodes: list[Node],
    done: set[int],
    row: float,
) -> float:
    """Append one family below `row`, without recursion: some go far. Returns the next free row."""
    stack: list[tuple[int, int, int]] = [(head, 0, -1)]
    begun: list[int] = []
    while stack:
        id, column, above = stack.pop()
        if id in done:
            continue
        done.add(id)
        state = by[id].state if id in by and above >= 0 else None
        begun.append(len(nodes))
        own = [one for one in brought.get(id, ()) if one not in done]
        nodes.append(Node(id, column, row if not own else -1.0, above, state, len(own)))
        if own:
            stack += [(one, column + 1, len(nodes) - 1) for one in reversed(own)]
        else:
            row += 1
    below: dict[int, list[float]] = defaultdict(list)
    for number in reversed(begun):  # children stand after their introducer
        node = nodes[number]
        if node.place < 0:
            places = below[number] or [row]
            node = nodes[number] = node._replace(place=(min(places) + max(places)) / 2)
        below[node.above].append(node.place)
    return row


class FamilyTree(QScrollArea):
    """The picture with its scroll bars; `chosen(id)` when a person is clicked or Enter is hit."""

    chosen = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        slim(self)
        self.canvas = _Canvas(name, self)
        self.setWidget(self.canvas)
        self.canvas.setAutoFillBackground(False)
        self.setFocusProxy(self.canvas)
        self.canvas.chosen.connect(self.chosen)

    def show_links(self, links: Sequence[Link], called: Mapping[int, str]) -> None:
        """Show these; who was marked stays marked."""
        self.canvas.show_nodes(lay_out(links), called)

    def current_id(self) -> int:
        """Who is marked; 0: nobody."""
        return self.canvas.current_id()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.canvas.fit()


class _Canvas(QWidget):
    """What is painted, as large as it is."""

    chosen = Signal(int)

    def __init__(self, name: str, area: QScrollArea) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(_("Who brought whom"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._area = area
        self._nodes: list[Node] = []
        self._places: list[float] = []
        self._called: Mapping[int, str] = {}
        self._current = -1
        self.zoom = 1.0
        self._wide = WIDE

    def show_nodes(self, nodes: Sequence[Node], called: Mapping[int, str]) -> None:
        """Show these people, by their place from the top."""
        kept = self.current_id()
        self._nodes, self._called = list(nodes), called
        self._places = [node.place for node in nodes]
        ids = [node.id for node in nodes]
        self._current = ids.index(kept) if kept in ids else (0 if ids else -1)
        said = [
            _("{introducer} brought {customer}: {state}").format(
                introducer=called.get(nodes[node.above].id, ""),
                customer=called.get(node.id, ""),
                state=_(STATES[node.state]),
            )
            for node in nodes
            if node.state is not None
        ]
        self.setAccessibleDescription("; ".join(said[:SPOKEN]))
        self.fit()

    def current_id(self) -> int:
        """Who is marked; 0: nobody."""
        return self._nodes[self._current].id if 0 <= self._current < len(self._nodes) else 0

    def box(self, node: Node) -> QRectF:
        """Where a person stands, not zoomed."""
        x = EDGE + node.column * (self._wide + GAP)
        return QRectF(x, EDGE + node.place * STEP, self._wide, HIGH)

    def fit(self) -> None:
        """Take as much room as everybody needs, and broader boxes where there is more."""
        columns = max((node.column for node in self._nodes), default=0) + 1
        rows = max(self._places, default=0.0) + 1
        gaps = 2 * EDGE + (columns - 1) * GAP
        room = (self._area.viewport().width() - gaps) / columns
        self._wide = min(max(room, WIDE), WIDEST)
        width = gaps + columns * self._wide
        self.resize(round(width * self.zoom), round((2 * EDGE + rows * STEP) * self.zoom))
        self.update()

    # -- inside --

    def _zoom_by(self, factor: float) -> None:
        self.zoom = min(max(self.zoom * factor, SMALLEST), LARGEST) if factor else 1.0
        self.fit()
        self._reveal()

    def _reveal(self) -> None:
        if self._current >= 0:
            middle = self.box(self._nodes[self._current]).center() * self.zoom
            self._area.ensureVisible(
                round(middle.x()), round(middle.y()), round(self._wide * self.zoom), round(STEP)
            )

    def _mark(self, number: int) -> None:
        if 0 <= number < len(self._nodes):
            self._current = number
            self._reveal()
            self.update()

    def _beside(self, step: int) -> int:
        """The next one up or down in the same column, else in any."""
        here = self._nodes[self._current]
        way = range(self._current + step, len(self._nodes) if step > 0 else -1, step)
        same = (n for n in way if self._nodes[n].column == here.column)
        return next(same, self._current + step)

    def _first_below(self) -> int:
        return next((n for n, node in enumerate(self._nodes) if node.above == self._current), -1)

    # -- Qt --

    def sizeHint(self) -> QSize:
        return self.size()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not self._nodes:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._mark(self._beside(1 if key == Qt.Key.Key_Down else -1))
        elif key == Qt.Key.Key_Left:
            self._mark(self._nodes[self._current].above)
        elif key == Qt.Key.Key_Right:
            self._mark(self._first_below())
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._mark(0 if key == Qt.Key.Key_Home else len(self._nodes) - 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self.current_id())
        elif event.text() in ("+", "="):
            self._zoom_by(1.2)
        elif event.text() == "-":
            self._zoom_by(1 / 1.2)
        elif event.text() == "0":
            self._zoom_by(0)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_by(1.1 if event.angleDelta().y() > 0 else 1 / 1.1)
            event.accept()
        else:
            super().wheelEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = event.position() / self.zoom
        for number, node in enumerate(self._nodes):
            if self.box(node).contains(at):
                self._mark(number)
                self.chosen.emit(node.id)
                return

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self.zoom, self.zoom)
        top = (event.rect().top() / self.zoom - EDGE) / STEP - 1
        bottom = (event.rect().bottom() / self.zoom - EDGE) / STEP + 1
        first, last = bisect_left(self._places, top), bisect_left(self._places, bottom)
        for node in self._nodes:  # a line may cross what is in sight, though both ends are not
            if node.above >= 0:
                ends = sorted((node.place, self._nodes[node.above].place))
                if ends[1] >= top and ends[0] <= bottom:
                    self._line(painter, node)
        for number in range(first, last):
            self._person(painter, self._nodes[number], number == self._current)

    def _line(self, painter: QPainter, node: Node) -> None:
        start = self.box(self._nodes[node.above])
        end = self.box(node)
        a, b = QPointF(start.right(), start.center().y()), QPointF(end.left(), end.center().y())
        path = QPainterPath(a)
        half = GAP / 2
        path.cubicTo(a + QPointF(half, 0), b - QPointF(half, 0), b)
        state = node.state or ReferralState.NOTED
        pen = QPen(style.colour(TONES[state]), 1.6)
        if state is ReferralState.VOID:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)

    def _person(self, painter: QPainter, node: Node, marked: bool) -> None:
        box = self.box(node)
        ring = "accent" if marked else "line"
        fill = style.colour("surface")
        if marked and self.hasFocus():
            fill = style.blend("accent", "surface", 0.12)
        style.rounded(painter, box, fill, style.colour(ring))
        said = _(STATES[node.state]) if node.state is not None else str(node.brought)
        tone = TONES[node.state] if node.state is not None else "accent"
        wide = style.tag_width(said)
        tag = QRectF(box.right() - wide - 5, box.top() + 4, wide, 22).toRect()
        style.paint_tag(painter, tag, said, tone)
        name = style.metrics().elidedText(
            self._called.get(node.id, ""),
            Qt.TextElideMode.ElideRight,
            round(box.width() - wide - 20),
        )
        painter.setFont(style.font(13, strong=node.state is None))
        painter.setPen(style.colour("text"))
        painter.drawText(box.adjusted(10, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, name)
