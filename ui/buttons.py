"""Push buttons that show their key, painted in the desk's look."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QMenu,
    QPushButton,
    QSizePolicy,
)

from ui import style

ALIGN = Qt.AlignmentFlag


_KEYS = {"Return": "Enter", "Up": "↑", "Down": "↓", "Left": "←", "Right": "→"}


def key_text(key: str) -> str:
    """Return a shortcut as people read it: "Ctrl+K" → "Ctrl K" ("⌘K" on a Mac)."""
    shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) or key
    if len(shown) == 1:
        return shown
    return " ".join(_KEYS.get(part, part) for part in shown.split("+"))


class Button(QPushButton):
    """A push button that shows its key at the right: `Button("New Visit", "F2", primary=True)`.

    Pages make it with `Page.button`, which also binds the key. `kind` is "" (outlined),
    "primary" (the one main action), "quiet" (no outline) or "danger".
    """

    def __init__(
        self, text: str, key: str = "", *, kind: str = "", icon: str = "", name: str = ""
    ) -> None:
        super().__init__()
        self.kind = kind
        self.key = key
        self.bare = False  # the key is told by the tooltip alone
        self.note = ""  # muted words behind the text, for the one button that names a person
        self._wanted, self._withheld = True, ""
        self._icon_name = icon
        self.setObjectName(name)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setText(text)

    def withhold(self, reason: str) -> None:
        """Keep the button from being pressed, and say why where the mouse rests; "" gives it back.

        What `setEnabled` says meanwhile counts again then.
        """
        if reason != self._withheld:
            self._withheld = reason
            self.setEnabled(self._wanted)
            self._tell()

    def _tell(self) -> None:
        """Say the key, or why the button cannot be pressed."""
        keys = QKeySequence(self.key).toString(QKeySequence.SequenceFormat.NativeText)
        usual = f"{self._shown()} ({keys})" if keys else ""
        self.setToolTip(style.tip(self._withheld or usual))
        self.setAccessibleDescription(self._withheld)

    # -- Qt --

    def setEnabled(self, enabled: bool) -> None:
        self._wanted = enabled
        super().setEnabled(enabled and not self._withheld)

    def setMenu(self, menu: QMenu) -> None:
        super().setMenu(menu)
        menu.aboutToShow.connect(lambda: style.dress_popup(menu))

    def setText(self, text: str) -> None:
        keys_now = self.shortcut()
        super().setText(text.replace("&", "&&"))
        self.setShortcut(keys_now)  # Qt forgets the key when the words change
        self.setAccessibleName(text)
        self._tell()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        width = (12 if self.bare else 24) if self.text() else 14
        if self._icon_name:
            width += style.ICON + (6 if self.text() else 0)
        width += style.metrics(strong=self.kind == "primary").horizontalAdvance(self._shown())
        if self.key and not self.bare:
            width += 8 + style.metrics(11).horizontalAdvance(key_text(self.key))
        if self.note:
            width += 6 + style.metrics().horizontalAdvance(self.note)
        if self.menu() is not None:
            width += 18
        return QSize(max(width + 2, style.CONTROL), style.CONTROL)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill, line, ink, faint = self._colours()
        box = QRectF(self.rect())
        style.rounded(painter, box, fill, line)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = style.colour("on_accent" if self.kind == "primary" else "accent")
            inset = 3.0 if self.kind == "primary" else 1.0
            painter.setPen(QPen(ring, 1.5 if self.kind == "primary" else 2))
            painter.drawRoundedRect(
                box.adjusted(inset, inset, -inset, -inset), style.RADIUS - 1, style.RADIUS - 1
            )
        self._paint_content(painter, ink, faint)

    def _shown(self) -> str:
        return self.text().replace("&&", "&")

    def _colours(self) -> tuple[QColor | None, QColor | None, str, str]:
        hover, down = self.underMouse() and self.isEnabled(), self.isDown() or self.isChecked()
        if not self.isEnabled():
            quiet = self.kind == "quiet"
            fill = None if quiet else style.colour("ground")
            return fill, None if quiet else style.colour("line"), "disabled", "disabled"
        if self.kind == "primary":
            fill = style.colour("accent_hover" if hover or down else "accent")
            return fill, None, "on_accent", "on_accent"
        if self.isChecked():
            return style.colour("accent_soft"), style.colour("accent"), "accent", "accent"
        ink = "late" if self.kind == "danger" else "text"
        if self.kind == "quiet":
            return style.colour("hover") if hover or down else None, None, ink, "muted"
        fill = style.colour("hover" if hover or down else "surface")
        return fill, style.colour("faint" if hover else "line"), ink, "muted"

    def _paint_content(self, painter: QPainter, ink: str, faint: str) -> None:
        strong = self.kind == "primary"
        size, small = style.metrics(strong=strong), style.metrics(11)
        text, key = self._shown(), key_text(self.key) if self.key and not self.bare else ""
        width = size.horizontalAdvance(text)
        total = width + (8 + small.horizontalAdvance(key) if key else 0)
        note = style.metrics().horizontalAdvance(self.note) + 6 if self.note else 0
        total += note
        if self._icon_name:
            total += style.ICON + (6 if text else 0)
        arrow = 18 if self.menu() is not None else 0
        x = max((self.width() - total - arrow) // 2, 6)
        middle = self.height()
        if self._icon_name:
            top = (middle - style.ICON) // 2
            role = "muted" if ink == "text" else ink
            style.paint_icon(painter, self._icon_name, role, QRect(x, top, style.ICON, style.ICON))
            x += style.ICON + 6
        painter.setFont(style.font(strong=strong))
        painter.setPen(style.colour(ink))
        painter.drawText(QRect(x, 0, width + 4, middle), ALIGN.AlignVCenter, text)
        if note:
            painter.setFont(style.font())
            painter.setPen(style.colour(faint))
            painter.drawText(QRect(x + width + 6, 0, note, middle), ALIGN.AlignVCenter, self.note)
        if key:
            painter.setFont(style.font(11))
            painter.setPen(style.colour(faint))
            box = QRect(x + width + 8, 0, small.horizontalAdvance(key) + 4, middle)
            painter.drawText(box, ALIGN.AlignVCenter, key)
        if arrow:
            box = QRect(self.width() - 24, (middle - 14) // 2, 14, 14)
            style.paint_icon(painter, "chevron-down", "muted" if ink == "text" else ink, box)
