"""Settings: when a card is due, its paper, its pictures, and where envelopes have their boxes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from showroom import settings
from showroom.cards import dress, layout
from showroom.guard.rights import Right
from showroom.i18n import N_, _
from showroom.progress import Progress
from showroom.settings import Settings
from ui import dialogs, style
from ui.forms import Check, Choice, Options
from ui.lengths import Millimetres
from ui.page import Page
from ui.settings_shop import FormSection, days
from ui.widgets import label

if TYPE_CHECKING:
    from pathlib import Path

CAPTIONS: Final = {
    "logo": N_("Logo, at the lower left"),
    "cover": N_("Picture on the front of folded cards"),
    "signature": N_("Image of the signature"),
}
THUMB: Final = QSize(150, 64)


class CardsSection(FormSection):
    """When a thank-you card is due, what it wears, and where envelopes have their boxes."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Thank-you cards"), "cards")
        working = _("working days")
        self.form.row(
            days("card_due_days", _("Due, late after"), working),
            days("card_late_days", _("Late after"), working),
        )
        sizes = [(paper.code, paper.name) for paper in layout.PAPERS.values()]
        self.form.row(Choice("card_size", _("Paper"), sizes, optional=False))
        ahead = [(-1, _("not at all")), (0, _("on the day"))]
        ahead += [(days, _("{count} days before").format(count=days)) for days in (3, 5, 7, 14)]
        self.form.row(
            Choice("card_ahead_days", _("Birthdays, anniversaries"), ahead, optional=False)
        )
        dates = [("", "2026年11月21日"), ("han", "二〇二六年十一月二十一日")]
        self.form.row(Options("card_han_dates", _("Date"), dates, optional=False))
        said = _("Who is noted as a couple gets one card to both of them")
        self.form.row(Check("card_couples", _("Couples"), said))
        signing = [
            (dress.ROOM, _("Room for the pen")),
            (dress.LINE, _("A line for the pen")),
            (dress.IMAGE, _("The image below")),
        ]
        self.form.row(Options("card_sign", _("Signing"), signing, optional=False))
        boxes = (
            ("envelope_x", _("Postcode boxes from the left"), 3, 40),
            ("envelope_y", _("Postcode boxes from above"), 3, 18),
            ("envelope_pitch", _("From box to box"), 6, 13),
        )
        for name, caption, least, most in boxes:
            self.form.row(Millimetres(name, caption, least=least, most=most))
        self.body.addWidget(self.form)
        self.body.addLayout(self.save_line())
        self.pictures = PictureRow(page)
        self.body.addWidget(self.pictures)
        self.body.addStretch(1)
        self.save.setEnabled(False)

    def reload(self) -> None:
        """Read the settings, unless something is being typed, and the pictures anew."""
        super().reload()
        self.pictures.reload()

    def read(self, shop: Settings) -> dict[str, Any]:
        """Return the settings; which way a date is written is chosen from two."""
        return super().read(shop) | {"card_han_dates": "han" if shop.card_han_dates else ""}

    def write(self, shop: Settings, held: dict[str, Any]) -> None:
        """An empty number stays as it was."""
        held = held | {"card_han_dates": held["card_han_dates"] == "han"}
        super().write(shop, {name: value for name, value in held.items() if value is not None})


class PictureRow(QWidget):
    """The three pictures of a card, each chosen and taken away; they lie in the encrypted data."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.db = page, page.db
        self.thumbs: dict[str, QLabel] = {}
        self.buttons: dict[str, Any] = {}
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(style.XL)
        for which, caption in CAPTIONS.items():
            column = QVBoxLayout()
            column.setSpacing(style.S)
            column.addWidget(label(_(caption), "label"))
            thumb = label("", "muted", name=f"settings.picture.{which}")
            thumb.setFixedSize(THUMB)
            thumb.setAccessibleName(_(caption))
            self.thumbs[which] = thumb
            column.addWidget(thumb)
            choose = page.button(
                _("Choose…"), "", partial(self._choose, which), name=f"picture.{which}"
            )
            away = page.button(
                _("Take Away"),
                "",
                partial(self._keep, which, b""),
                kind="quiet",
                name=f"picture.{which}.away",
            )
            for button in (choose, away):
                button.setAccessibleName(f"{thumb.accessibleName()}: {button.text()}")
            page.needs(Right.SETTINGS, choose, away)
            self.buttons[which] = away
            both = QHBoxLayout()
            both.setSpacing(style.S)
            both.addWidget(choose)
            both.addWidget(away)
            both.addStretch()
            column.addLayout(both)
            line.addLayout(column)
        line.addStretch()

    def reload(self) -> None:
        """Show the pictures that are in use."""
        with self.db.read() as session:
            shop = settings.load(session)
            found = {
                which: dress.picture(session, getattr(shop, f"card_{which}")) for which in CAPTIONS
            }
        for which, content in found.items():
            thumb = self.thumbs[which]
            self.buttons[which].setVisible(bool(content))
            if not content:
                thumb.setPixmap(QPixmap())
                thumb.setText(_("none"))
                continue
            ratio = thumb.devicePixelRatioF()
            image = QImage.fromData(content).scaled(
                THUMB * ratio,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            image.setDevicePixelRatio(ratio)
            thumb.setPixmap(QPixmap.fromImage(image))

    def _choose(self, which: str) -> None:
        paths = dialogs.choose_open(self, _(CAPTIONS[which]), _("Pictures (*.png *.jpg *.jpeg)"))
        if paths:
            path: Path = paths[0]

            def work(_progress: Progress) -> bytes:
                return dress.read(path, which)

            self.page.job(_("Reading the picture…"), work, partial(self._keep, which))

    def _keep(self, which: str, content: bytes) -> None:
        with self.page.reporting():
            with self.db.write() as session:
                dress.keep(session, which, content)
            self.page.said.emit(_("Saved."))
