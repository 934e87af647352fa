"""A picture that is kept in the data: seen small, chosen from a file, taken away."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from showroom.i18n import _, language
from ui import dialogs, style
from ui.widgets import label

if TYPE_CHECKING:
    from pathlib import Path

    from showroom.progress import Progress
    from showroom.store.db import Session
    from ui.page import Page

THUMB: Final = QSize(150, 64)
FLAT: Final = QSize(120, style.CONTROL)


class PicturePick(QWidget):
    """`thumb`, `choose` and `away` under a caption, or `flat` in one line.

    `read(path)` makes of a file, on a thread, the picture that `keep(session, of, content)` stores,
    b"" for none; `of` is whose it is, as it was when the file was chosen.
    """

    def __init__(
        self,
        page: Page,
        name: str,
        caption: str,
        read: Callable[[Path], bytes],
        keep: Callable[[Session, int, bytes], None],
        *,
        flat: bool = False,
    ) -> None:
        super().__init__()
        self.page, self.caption = page, caption
        self._read, self._store = read, keep
        self.of = 0
        self._size = FLAT if flat else THUMB
        self.thumb = label("", "muted", name=f"settings.{name}")
        self.thumb.setFixedSize(self._size)
        self.thumb.setAccessibleName(caption)
        self.choose = page.button(_("Choose…"), "", self._choose, name=name)
        self.away = page.button(
            _("Take Away"), "", lambda: self._keep(self.of, b""), kind="quiet", name=f"{name}.away"
        )
        for button in (self.choose, self.away):
            button.setAccessibleName(f"{caption}: {button.text()}")
        both = QHBoxLayout()
        both.setSpacing(style.S)
        both.addWidget(self.choose)
        both.addWidget(self.away)
        both.addStretch()
        whole: QBoxLayout = QHBoxLayout(self) if flat else QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(style.M if flat else style.S)
        words = label(caption, "label")
        if flat:
            words.setFixedWidth(style.LABEL - style.M if language() == "zh_CN" else 88)
        whole.addWidget(words)
        whole.addWidget(self.thumb)
        whole.addLayout(both, 1)

    def show_picture(self, content: bytes) -> None:
        """Show a picture; of b"" that there is none."""
        self.away.setVisible(bool(content))
        if not content:
            self.thumb.setPixmap(QPixmap())
            self.thumb.setText(_("none"))
            return
        ratio = self.thumb.devicePixelRatioF()
        image = QImage.fromData(content).scaled(
            self._size * ratio,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        image.setDevicePixelRatio(ratio)
        self.thumb.setPixmap(QPixmap.fromImage(image))

    def _choose(self) -> None:
        paths = dialogs.choose_open(self, self.caption, _("Pictures (*.png *.jpg *.jpeg)"))
        if paths:
            path, of = paths[0], self.of

            def work(_progress: Progress) -> bytes:
                return self._read(path)

            self.page.job(_("Reading the picture…"), work, partial(self._keep, of))

    def _keep(self, of: int, content: bytes) -> None:
        with self.page.reporting():
            with self.page.db.write() as session:
                self._store(session, of, content)
            self.page.said.emit(_("Saved."))
