"""Settings: when a card is due, its paper, its pictures, and where envelopes have their boxes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QHBoxLayout, QWidget

from showroom import settings
from showroom.cards import dress, layout
from showroom.guard.rights import Right
from showroom.i18n import N_, _
from showroom.settings import Settings
from ui import style
from ui.forms import Check, Choice, Number, Options
from ui.lengths import Millimetres
from ui.page import Page
from ui.picture_pick import PicturePick
from ui.settings_shop import FormSection, days
from ui.widgets import label

if TYPE_CHECKING:
    from pathlib import Path

    from showroom.store.db import Session

CAPTIONS: Final = {
    "logo": N_("Logo, at the lower left"),
    "cover": N_("Picture on the front of folded cards"),
    "signature": N_("Signature of the showroom"),
}


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
        grace = Number(
            "card_grace_days",
            _("Belated greetings"),
            least=0,
            most=settings.GRACE_MOST["card_grace_days"],
            width=190,
            help=_(
                "So long after its day a birthday, anniversary or festival card is still printed "
                "with the others; later it is held back: the day is over."
            ),
        )
        grace.set_hint(_("days after"))
        self.form.row(grace)
        dates = [("", "2026年11月21日"), ("han", "二〇二六年十一月二十一日")]
        self.form.row(Options("card_han_dates", _("Date"), dates, optional=False))
        said = _("Who is noted as a couple gets one card to both of them")
        self.form.row(Check("card_couples", _("Couples"), said))
        signing = [
            (dress.ROOM, _("Room for the pen")),
            (dress.LINE, _("A line for the pen")),
            (dress.IMAGE, _("An image")),
        ]
        self.form.row(Options("card_sign", _("Signing"), signing, optional=False))
        said = _("Of who signs (Staff), else the showroom's below, else a line for the pen.")
        self.form.add(label(said, "note"))
        boxes = []
        for name, said, least, most in (
            ("envelope_x", _("mm from the left"), 3, 40),
            ("envelope_y", _("mm from above"), 3, 18),
            ("envelope_pitch", _("mm apart"), 6, 13),
        ):
            box = Millimetres(name, _("Postcode boxes"), least=least, most=most)
            box.setAccessibleName(f"{box.caption}: {said}")
            box.set_hint(said)
            box.setFixedWidth(152)
            boxes.append(box)
        self.form.row(*boxes)
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
        self.db = page.db
        self.picks = {
            which: PicturePick(
                page,
                f"picture.{which}",
                _(caption),
                partial(_read, which),
                partial(_keep, which),
            )
            for which, caption in CAPTIONS.items()
        }
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(style.XL)
        for pick in self.picks.values():
            page.needs(Right.SETTINGS, pick.choose, pick.away)
            line.addWidget(pick)
        line.addStretch()

    def reload(self) -> None:
        """Show the pictures that are in use."""
        with self.db.read() as session:
            shop = settings.load(session)
            for which, pick in self.picks.items():
                pick.show_picture(dress.picture(session, getattr(shop, f"card_{which}")))


def _read(which: str, path: Path) -> bytes:
    return dress.read(path, which)


def _keep(which: str, session: Session, _of: int, content: bytes) -> None:
    dress.keep(session, which, content)
