"""What a card wears beside its words: the showroom's pictures and the room for the pen.

The pictures lie in the encrypted file by their SHA-256 (`Picture`); a setting names the one in use,
so that a change is taken back like any other setting.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import settings
from showroom.errors import ShowroomError
from showroom.guard import rights
from showroom.guard.rights import Right
from showroom.i18n import _
from showroom.settings import Settings
from showroom.store import journal, models

if TYPE_CHECKING:
    from PIL.Image import Image

ROOM, LINE, IMAGE = "room", "line", "image"
WHICH: Final = ("logo", "cover", "signature")
LARGEST: Final = 10 * 1024 * 1024
MOST_PIXELS: Final = 50_000_000
LEAST_SIDE: Final = 60
SIDES: Final = {"logo": 900, "cover": 1800, "signature": 900}
"""So many pixels the longer side has at most: 300 dpi and more where it is printed."""
FORMATS: Final = ("PNG", "JPEG")


@dataclass(frozen=True, slots=True)
class Dress:
    """Pictures as PNG or JPEG, b"" for none; `sign` is `ROOM`, `LINE` or `IMAGE`.

    With `IMAGE` a card has the one of who signs, from `signatures` by its SHA-256, else that of the
    showroom, else a line for the pen. `shop` are the lines on the back of a folded card.
    """

    sign: str = ROOM
    logo: bytes = b""
    cover: bytes = b""
    signature: bytes = b""
    signatures: Mapping[str, bytes] = field(default_factory=dict)
    shop: tuple[str, ...] = ()

    def signed(self, digest: str) -> tuple[str, bytes]:
        """What a card is signed with: the name of the image in a PDF, and the image; b"" none."""
        if self.sign != IMAGE:
            return "", b""
        own = self.signatures.get(digest, b"")
        return (f"signature-{digest[:16]}", own) if own else ("signature", self.signature)


PLAIN: Final = Dress()


def load(session: Session) -> Dress:
    """What the cards of this showroom wear."""
    shop = settings.load(session)
    lines = (shop.shop_name, shop.shop_address, shop.shop_phone)
    return Dress(
        sign=shop.card_sign,
        logo=picture(session, shop.card_logo),
        cover=picture(session, shop.card_cover),
        signature=picture(session, shop.card_signature),
        signatures=_signatures(session) if shop.card_sign == IMAGE else {},
        shop=tuple(line for line in lines if line.strip()),
    )


def _signatures(session: Session) -> dict[str, bytes]:
    """The signatures of everybody who has one, by their SHA-256."""
    query = select(models.Picture.digest, models.Picture.content).where(
        models.Picture.digest.in_(select(models.Staff.signature))
    )
    return {digest: content for digest, content in session.execute(query)}


def picture(session: Session, digest: str) -> bytes:
    """The bytes of a picture; b"" for none, and for one that is not there."""
    kept = session.get(models.Picture, digest) if digest else None
    return b"" if kept is None else kept.content


def read(path: Path, which: str) -> bytes:
    """A file as the picture that will be kept: upright, no larger than it is printed, no remarks.

    Raises `ShowroomError` saying why it is none.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise ShowroomError(
            _("{name} cannot be read. Choose another file.").format(name=path.name)
        ) from error
    if len(content) > LARGEST:
        raise ShowroomError(
            _("{name} is larger than 10 MB. Take a smaller picture.").format(name=path.name)
        )
    return prepared(content, which, path.name)


def prepared(content: bytes, which: str, name: str = "") -> bytes:
    """The picture as it is kept; raises `ShowroomError` when it is none that can be printed."""
    import warnings

    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(content), formats=FORMATS)
        wide, tall = opened.size
        if wide * tall > MOST_PIXELS:
            raise ShowroomError(
                _("{name} has too many pixels. Take a smaller picture.").format(name=name)
            )
        if min(wide, tall) < LEAST_SIDE:
            raise ShowroomError(
                _("{name} is too small to be printed: {wide} × {tall} pixels.").format(
                    name=name, wide=wide, tall=tall
                )
            )
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((SIDES[which], SIDES[which]))
        return _packed(upright)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ShowroomError(
            _("{name} has too many pixels. Take a smaller picture.").format(name=name)
        ) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise ShowroomError(
            _("{name} is no picture (PNG, JPEG) that can be read.").format(name=name)
        ) from error


def _packed(upright: Image) -> bytes:
    """PNG for what has clear parts or few colours, JPEG for a photograph."""
    clear = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    plain = upright.convert("RGBA" if clear else "RGB")
    out = io.BytesIO()
    if clear or plain.getcolors(4096) is not None:
        plain.save(out, "PNG", optimize=True)
    else:
        plain.save(out, "JPEG", quality=88)
    return out.getvalue()


def keep(session: Session, which: str, content: bytes) -> None:
    """Use this picture (as `read` gives it) from now on; b"" for none.

    Raises `ShowroomError` for who may not change settings.
    """
    rights.require(session, Right.SETTINGS)
    shop = settings.load(session)
    before = _is_signed(session, shop)
    setattr(shop, f"card_{which}", _stored(session, content))
    _sign(session, shop, before)


def keep_own(session: Session, staff_id: int, content: bytes) -> None:
    """Use this picture as the signature of a member of staff; b"" for none.

    Cards are signed with images from the first one on, and by pen once the last is taken away.
    Raises `ShowroomError` for who may not.
    """
    rights.require(session, Right.STAFF)
    person = session.get_one(models.Staff, staff_id)
    shop = settings.load(session)
    before = _is_signed(session, shop)
    journal.act(session, "staff", person)
    person.signature = _stored(session, content)
    session.flush()
    _sign(session, shop, before)


def own(session: Session, staff_id: int) -> bytes:
    """The signature of a member of staff; b"" for none."""
    person = session.get(models.Staff, staff_id)
    return b"" if person is None else picture(session, person.signature)


def _stored(session: Session, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest() if content else ""
    if digest and session.get(models.Picture, digest) is None:
        session.add(models.Picture(digest=digest, content=content))
    return digest


def _is_signed(session: Session, shop: Settings) -> bool:
    """Whether there is an image of a signature, anybody's."""
    theirs = select(models.Staff.id).where(models.Staff.signature != "").limit(1)
    return bool(shop.card_signature) or session.scalar(theirs) is not None


def _sign(session: Session, shop: Settings, before: bool) -> None:
    """Keep the settings: with images from the first one on, by pen once the last is gone."""
    some = _is_signed(session, shop)
    if some is not before:
        shop.card_sign = IMAGE if some else ROOM
    settings.save(session, shop)
