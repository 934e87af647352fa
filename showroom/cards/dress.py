"""What a card wears beside its words: the showroom's pictures and the room for the pen.

The pictures lie in the encrypted file by their SHA-256 (`Picture`); a setting names the one in use,
so that a change is taken back like any other setting.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Session

from showroom import settings
from showroom.errors import ShowroomError
from showroom.guard import rights
from showroom.guard.rights import Right
from showroom.i18n import _
from showroom.store import models

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

    `shop` are the lines on the back of a folded card.
    """

    sign: str = ROOM
    logo: bytes = b""
    cover: bytes = b""
    signature: bytes = b""
    shop: tuple[str, ...] = ()


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
        shop=tuple(line for line in lines if line.strip()),
    )


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
    digest = hashlib.sha256(content).hexdigest() if content else ""
    if digest and session.get(models.Picture, digest) is None:
        session.add(models.Picture(digest=digest, content=content))
    shop = settings.load(session)
    setattr(shop, f"card_{which}", digest)
    if which == "signature":
        shop.card_sign = IMAGE if content else ROOM
    settings.save(session, shop)
