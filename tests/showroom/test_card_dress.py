"""What a card wears: pictures that are checked and kept inside, the pen, nothing in red."""

from __future__ import annotations

import ctypes
import io
import os
import re
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2
import pypdfium2.raw as raw
import pytest
from PIL import Image, ImageChops
from sqlalchemy import select

from showroom import settings
from showroom.cards import compose, dress, envelopes, layout, occasions, queue, render, templates
from showroom.cards.addressees import Addressee
from showroom.cards.compose import Facts
from showroom.cards.dress import Dress
from showroom.errors import ShowroomError
from showroom.store import journal
from showroom.store.models import Card, Honorific, Picture, Role
from tests import builders
from tests.builders import TODAY


def letter(**changed):
    facts = {"on": date(2026, 11, 21), "name": "张伟", "honorific": Honorific.MR, "model": "汉EV"}
    facts |= {"consultant": "王强", "shop": "城东展厅"}
    return compose.letter(templates.everything()["thanks-family"], Facts(**{**facts, **changed}))


def picture(size=(400, 200), colour=(20, 90, 160), kind="PNG", mode="RGB", **how):
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **how)
    return out.getvalue()


BLUE = dress.prepared(picture(), "logo")
GREEN = dress.prepared(picture(colour=(30, 150, 60)), "signature")
NOISE = os.urandom(400_000)


def pixels(pdf, page=0, dpi=100):
    return pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72).to_pil().convert("RGB")


def blue_box(image):
    """Where the blue picture stands: left, top, right, bottom in mm."""
    red, _green, blue = image.split()
    found = ImageChops.darker(
        red.point(lambda v: 255 * (v < 80)), blue.point(lambda v: 255 * (v > 130))
    ).getbbox()
    if found is None:
        return None
    left, top, right, bottom = found
    return tuple(round(v / 100 * 25.4, 1) for v in (left, top, right - 1, bottom - 1))


# --- files


def test_a_picture_is_made_upright_and_no_larger_than_it_is_printed(tmp_path):
    turned = Image.Exif()
    turned[0x0112] = 6
    path = tmp_path / "门头.jpg"
    path.write_bytes(picture((4000, 1000), kind="JPEG", exif=turned))
    made = Image.open(io.BytesIO(dress.read(path, "logo")))
    assert made.size == (225, 900)
    assert not made.getexif()
    clear = dress.prepared(picture(mode="RGBA", colour=(0, 0, 0, 0)), "logo")
    assert Image.open(io.BytesIO(clear)).mode == "RGBA"
    photo = Image.merge("RGB", [Image.effect_noise((2400, 1600), 90) for _band in "RGB"])
    out = io.BytesIO()
    photo.save(out, "PNG")
    kept = dress.prepared(out.getvalue(), "cover")
    assert Image.open(io.BytesIO(kept)).format == "JPEG"
    assert len(kept) < 2_000_000


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: b"", "x.png is no picture"),
        (lambda: b"MZ\x90 not a picture", "x.png is no picture"),
        (lambda: picture()[:60], "x.png is no picture"),
        (lambda: picture(kind="GIF"), "x.png is no picture"),
        (lambda: picture((20, 300)), "x.png is too small to be printed: 20 × 300 pixels"),
        (lambda: picture((9000, 8000), mode="L", colour=0), "x.png has too many pixels"),
        (lambda: picture((20000, 20000), mode="1", colour=0), "x.png has too many pixels"),
        (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * dress.LARGEST, "x.png is larger than 10 MB"),
    ],
    ids=["empty", "text", "cut", "gif", "small", "many pixels", "bomb", "large"],
)
def test_what_is_no_picture_is_said(tmp_path, made, said):
    path = tmp_path / "x.png"
    path.write_bytes(made())
    with pytest.raises(ShowroomError, match=said):
        dress.read(path, "logo")
    with pytest.raises(ShowroomError, match=r"none.png cannot be read"):
        dress.read(tmp_path / "none.png", "logo")


def test_a_picture_lies_in_the_encrypted_file_and_a_change_is_taken_back(db):
    builders.stop_clock(db)
    with db.write() as session:
        dress.keep(session, "logo", BLUE)
    with db.write() as session:
        dress.keep(session, "signature", BLUE)
    with db.read() as session:
        worn = dress.load(session)
        assert (worn.logo, worn.signature, worn.sign) == (BLUE, BLUE, dress.IMAGE)
        assert session.query(Picture).count() == 1
    assert b"\x89PNG" not in Path(db.path).read_bytes()
    with db.write() as session:
        journal.undo(session)
    with db.read() as session:
        assert dress.load(session).signature == b""
    with db.write() as session:
        dress.keep(session, "logo", b"")
    with db.write() as session:
        journal.undo(session)
    with db.read() as session:
        assert dress.load(session).logo == BLUE


def test_everybody_signs_with_his_own_hand_else_the_showroom_else_the_pen(db):
    """The one who made the deal signs; without an image of his there is the shop's, then a line."""
    builders.stop_clock(db)
    with db.write() as session:
        wang = builders.a_member(session, "王强")
        ling = builders.a_member(session, "李凌")
        cards = []
        for name, whose in (("张伟", wang), ("赵磊", ling)):
            customer = builders.a_customer(session, name, consultant_id=whose)
            occasions.write(session, customer, "help", on=TODAY, today=TODAY)
        cards = list(session.scalars(select(Card.id).order_by(Card.id)))

    def signed() -> list[bytes | str]:
        with db.read() as session:
            letters = compose.compose_many(session, cards, today=TODAY)
            worn = dress.load(session)
        return [worn.signed(one.sign)[1] or worn.sign for one in letters]

    assert signed() == [dress.ROOM, dress.ROOM]
    with db.write() as session:
        dress.keep_own(session, wang, BLUE)
    assert signed() == [BLUE, dress.IMAGE]  # of the other one: a line, there is no image
    with db.write() as session:
        dress.keep(session, "signature", GREEN)
    assert signed() == [BLUE, GREEN]
    with db.write() as session:
        dress.keep(session, "signature", b"")
    assert signed() == [BLUE, dress.IMAGE]
    with db.write() as session:
        dress.keep_own(session, wang, b"")
    assert signed() == [dress.ROOM, dress.ROOM]
    with db.write() as session:
        assert journal.undo(session).verb == "staff"
    assert signed() == [BLUE, dress.IMAGE]


def test_who_chose_a_line_keeps_it_while_somebody_has_an_image(db):
    with db.write() as session:
        wang, ling = builders.a_member(session, "王强"), builders.a_member(session, "李凌")
    signs = []
    for id, image in ((wang, BLUE), (ling, GREEN), (ling, b""), (wang, b"")):
        with db.write() as session:
            dress.keep_own(session, id, image)
        with db.write() as session:
            shop = settings.load(session)
            signs.append(shop.card_sign)
            if id == wang and image:
                shop.card_sign = dress.LINE
                settings.save(session, shop)
    assert signs == [dress.IMAGE, dress.LINE, dress.LINE, dress.ROOM]


def test_a_printed_card_keeps_the_hand_that_signed_it(db):
    builders.stop_clock(db)
    with db.write() as session:
        wang = builders.a_member(session, "王强")
        customer = builders.a_customer(session, "张伟", consultant_id=wang)
        card = occasions.write(session, customer, "help", on=TODAY, today=TODAY).id
        dress.keep_own(session, wang, BLUE)
    with db.write() as session:
        queue.mark_printed(session, [card], printer="HP", now=builders.NOW)
    with db.write() as session:
        dress.keep_own(session, wang, GREEN)
    with db.read() as session:
        kept = compose.compose(session, card, today=TODAY)
        assert dress.picture(session, kept.sign) == BLUE


def test_who_may_not_change_the_staff_takes_nobodys_signature(db):
    builders.stop_clock(db)
    with db.write() as session:
        boss = builders.a_member(session, "周敏", Role.MANAGER)
        desk = builders.a_member(session, "李静", Role.RECEPTIONIST)
        builders.a_pin(session, boss, "2468", by=boss)
    db.staff_id = desk
    with pytest.raises(ShowroomError), db.write() as session:
        dress.keep_own(session, desk, BLUE)


# --- on paper


@pytest.mark.parametrize("sheet", ["", "A4"])
def test_two_who_sign_stand_on_their_own_cards_and_a_third_has_a_line(sheet):
    worn = Dress(sign=dress.IMAGE, signatures={"b" * 64: BLUE, "g" * 64: GREEN})
    letters = [replace(letter(), sign=sign) for sign in ("b" * 64, "g" * 64, "x" * 64)]
    pdf = render.pdf(letters, size="A6", sheet=sheet, dress=worn)
    alone = [render.preview(one, size="A6", dress=worn) for one in letters]
    assert [blue_box(pixels(one)) is not None for one in alone] == [True, False, False]
    line = render.preview(letter(), size="A6", dress=Dress(sign=dress.LINE))
    assert pixels(alone[2]).tobytes() == pixels(line).tobytes()
    pages = pypdfium2.PdfDocument(pdf)
    assert len(pages) == (1 if sheet else 3)
    assert blue_box(pixels(pdf)) is not None
    unused = Dress(sign=dress.IMAGE, signatures={"b" * 64: BLUE, "n" * 64: NOISE})
    assert len(render.pdf(letters[:1], size="A6", dress=unused)) < len(NOISE)


@pytest.mark.parametrize("size", list(layout.PAPERS))
def test_the_logo_stands_at_the_lower_left_and_touches_no_word(size):
    plain = pixels(render.preview(letter(), size=size))
    worn = Dress(logo=BLUE)
    box = blue_box(pixels(render.preview(letter(), size=size, dress=worn)))
    paper = layout.paper(size)
    assert box[0] >= paper.margin_x - 0.5
    assert box[1] > paper.height / 2
    assert box[3] <= paper.height - paper.margin_y + 0.5
    assert box[2] - box[0] <= render.LOGO[0] + 0.5
    covered = plain.crop([round(v / 25.4 * 100) for v in box])
    assert min(covered.convert("L").tobytes()) > 200  # nothing was there
    assert blue_box(plain) is None


@pytest.mark.parametrize("sign", [dress.LINE, dress.IMAGE])
def test_there_is_room_to_sign_above_the_name(sign):
    worn = Dress(sign=sign, signature=BLUE)
    page = render._set(letter(), layout.paper("148x100"), worn)
    assert page.fits
    assert page.pen.height > 5 * layout.MM
    below = [line for line in page.placed if line.text == "城东展厅　王强"]
    above = [line for line in page.placed if line.text == "阖家平安，行车愉快！"]
    assert below[0].y + page.size * 0.8 <= page.pen.y
    assert page.pen.y + page.pen.height <= above[0].y
    image = pixels(render.preview(letter(), size="148x100", dress=worn))
    assert (blue_box(image) is not None) is (sign == dress.IMAGE)


def test_a_thousand_cards_hold_the_picture_once():
    out = io.BytesIO()
    noise = Image.merge("RGB", [Image.effect_noise((900, 600), 90) for _band in "RGB"])
    noise.save(out, "JPEG", quality=88)
    photo = dress.prepared(out.getvalue(), "logo")
    letters = [letter(name=f"张{number}") for number in range(40)]
    bare = len(render.pdf(letters, size="A6"))
    worn = len(render.pdf(letters, size="A6", dress=Dress(logo=photo)))
    assert worn - bare < len(photo) * 1.6 + 200 * 40


def test_the_front_of_a_folded_card_stands_on_its_head_above_the_fold():
    square = Image.new("RGB", (300, 300), (255, 255, 255))
    square.paste((20, 90, 160), (0, 0, 300, 100))  # blue above
    out = io.BytesIO()
    square.save(out, "PNG")
    worn = Dress(cover=dress.prepared(out.getvalue(), "cover"), shop=("城东展厅",))
    pdf = render.pdf([letter()], size="A6", sheet="fold", dress=worn)
    left, top, right, bottom = blue_box(pixels(pdf))
    assert bottom < 105  # in the upper half of the sheet
    assert top > 105 / 2  # … and its upper third lies nearest to the fold
    assert abs((left + right) / 2 - 74) < 1
    closed = blue_box(pixels(render.cover("A6", worn)))
    assert closed[1] < 105 / 2
    assert blue_box(pixels(pdf, 1)) is None


def test_without_a_picture_the_front_says_who_sends_it():
    pdf = render.pdf([letter()], size="A6", sheet="fold", dress=Dress(shop=("城东展厅", "㸃路")))
    said = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_bounded()
    assert said.count("城东展厅") == 2  # front and back
    logo = render.pdf([letter()], size="A6", sheet="fold", dress=Dress(logo=BLUE))
    assert blue_box(pixels(logo))[3] < 105


def test_no_name_is_ever_red(tmp_path):
    """Red ink breaks off relations (DOMAIN §8.2): whatever is written is written in ink or grey."""
    files = {
        "card": render.pdf([letter(), letter(name="张㸃")], size="A6", dress=Dress(sign="line")),
        "fold": render.pdf([letter()], size="A6", sheet="fold", dress=Dress(shop=("城东展厅",))),
        "envelope": envelopes.pdf(
            [Addressee("张伟", "518000", "深圳市莲花路 1 号", "张伟 先生 收")],
            envelopes.ENVELOPES["B6"],
            settings.Settings(shop_name="城东展厅", shop_address="城东路 1 号"),
            blank=True,
        ),
    }
    for name, pdf in files.items():
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(pdf)
        page = pypdfium2.PdfDocument(pdf)[0]
        words = page.get_textpage()
        for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
            red, green, blue = fill_of(one)
            if text_of(one, words) not in BOXES:
                assert red - max(green, blue) < 40, name


BOXES = (
    "贴邮票处",
    "贴邮",
    "票处",
    "贴",
    "邮",
    "票",
    "处",
    "邮政编码",
)  # as the standard prints them


def text_of(one, words):
    length = raw.FPDFTextObj_GetText(one.raw, words.raw, None, 0)
    held = (ctypes.c_ushort * length)()
    raw.FPDFTextObj_GetText(one.raw, words.raw, held, length)
    return bytes(held).decode("utf-16-le").rstrip("\0")


def fill_of(one):
    parts = [ctypes.c_uint() for _part in range(4)]
    assert raw.FPDFPageObj_GetFillColor(one.raw, *parts)
    return [part.value for part in parts[:3]]


def test_the_cards_of_the_queue_wear_what_the_showroom_has(db):
    builders.stop_clock(db)
    with db.write() as session:
        customer = builders.a_customer(session, "张伟", address="城东路 1 号")
    with db.write() as session:
        deal = builders.a_deal(session, customer)
    with db.write() as session:
        dress.keep(session, "logo", BLUE)
    with db.read() as session:
        card = session.query(Card).filter_by(deal_id=deal).one().id
        pdf = queue.pdf(session, [card], today=TODAY, size="148x100", sheet="A4", start=2)
    left, *_others = blue_box(pixels(pdf))
    assert left > 148  # the second place of the sheet


def test_the_fonts_of_every_shape_are_inside_and_the_words_can_be_taken_out(tmp_path):
    for sheet in ("", "A4", "A5", "fold"):
        path = tmp_path / f"{sheet or 'flat'}.pdf"
        path.write_bytes(
            render.pdf([letter(name="张㸃", honorific=Honorific.NONE)], size="A6", sheet=sheet)
        )
        fonts = subprocess.run(
            ["pdffonts", path], capture_output=True, text=True, check=True
        ).stdout
        assert all(re.search(r"TrueType .* yes yes yes", row) for row in fonts.splitlines()[2:])
        text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True)
        assert "尊敬的张㸃" in text.stdout
