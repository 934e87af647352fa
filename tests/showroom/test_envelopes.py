"""Envelopes: where the standard wants what, who gets one, in the order of the cards."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from sqlalchemy import select

from showroom import choices, settings
from showroom.cards import address, envelopes, glyphs, held, labels, layout, queue
from showroom.cards.addressees import Addressee
from showroom.cards.envelopes import BAR_ZONE, BOX_ZONE, ENVELOPES
from showroom.care import complaints
from showroom.errors import ShowroomError
from showroom.guard import consent
from showroom.people import relations
from showroom.store import journal
from showroom.store.models import Card, ChoiceKind, Customer, Honorific, Kinship, Way
from tests import builders
from tests.builders import NOW

MM = 72 / 25.4
SHOP = settings.Settings(
    shop_name="城东展厅", shop_address="深圳市城东大道 88 号", shop_postcode="518001"
)
ZHANG = Addressee("张伟", "518000", "深圳市福田区莲花路 66 号海悦居 8 栋 1203", "张伟 先生 收")


@pytest.fixture
def db(db):
    return builders.stop_clock(db)


def a_card(db, name: str, **facts: object) -> int:
    """A buyer with an address, and his thank-you card."""
    with db.write() as session:
        id = builders.a_customer(session, name, **facts)
    with db.write() as session:
        deal = builders.a_deal(session, id)
        return session.scalars(select(Card.id).where(Card.deal_id == deal)).one()


def texts(pdf: bytes, page: int = 0) -> list[tuple[str, float, float, float, float]]:
    """Every stretch of text with its box: left, top, right, bottom, mm from the upper left."""
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    found = []
    paper = document[page]
    width, height = paper.get_size()
    words = paper.get_textpage()
    for number in range(words.count_rects()):
        left, bottom, right, top = words.get_rect(number)
        said = words.get_text_bounded(left, bottom, right, top).strip()
        box = (left / MM, (height - top) / MM, right / MM, (height - bottom) / MM)
        found.append((said, *box))
    document.close()
    assert width > 0
    return found


@pytest.mark.parametrize("kind", ENVELOPES.values(), ids=lambda kind: kind.code)
@pytest.mark.parametrize("blank", [True, False])
def test_every_envelope_keeps_the_zones_of_the_standard(kind, blank):
    pdf = envelopes.pdf([ZHANG], kind, SHOP, blank=blank)
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    width, height = (side / MM for side in document[0].get_size())
    document.close()
    assert (width, height) == pytest.approx((kind.width, kind.height), abs=0.1)
    near, far, high = BAR_ZONE
    for said, left, top, right, bottom in texts(pdf):
        assert 0 < left < right < kind.width, said
        assert 0 < top < bottom < kind.height, said
        if left < BOX_ZONE[0] and top < BOX_ZONE[1]:
            assert said.replace(" ", "").isdigit(), said  # nothing but the boxes there
        if bottom > kind.height - high:
            assert left > kind.width - near or right < kind.width - far, said


def test_the_order_is_postcode_address_name_and_the_sender_below_at_the_right():
    found = texts(envelopes.pdf([ZHANG], ENVELOPES["DL"], SHOP))
    said = [one[0] for one in found if not one[0].isdigit()]
    assert said == [
        *("贴邮", "票处"),
        "城东展厅",
        "深圳市城东大道 88 号",
        "邮政编码 518001",
        ZHANG.address,
        ZHANG.name,
    ]
    place = {one[0]: one for one in found}
    assert place[ZHANG.address][2] < place[ZHANG.name][2] < place["城东展厅"][2]
    assert place[ZHANG.name][4] - place[ZHANG.name][2] > 1.2 * (
        place[ZHANG.address][4] - place[ZHANG.address][2]
    )
    middle = (place[ZHANG.name][1] + place[ZHANG.name][3]) / 2
    assert middle == pytest.approx(110, abs=1)
    assert place["城东展厅"][4] <= 110 - 20


def test_each_digit_stands_in_the_middle_of_its_box_where_the_settings_say():
    shop = settings.Settings(envelope_x=15, envelope_y=8.5, envelope_pitch=9.5)
    found = [one for one in texts(envelopes.pdf([ZHANG], ENVELOPES["B6"], shop)) if one[2] < 26]
    digits = [one for one in found if one[0].isdigit()]
    assert "".join(one[0] for one in digits) == "518000"
    assert len(digits) == 6
    for place, (_said, left, _top, right, _bottom) in enumerate(digits):
        assert (left + right) / 2 == pytest.approx(15 + place * 9.5 + 4, abs=0.4)


def test_a_printed_envelope_gets_no_sender_and_no_frame():
    said = [one[0] for one in texts(envelopes.pdf([ZHANG], ENVELOPES["DL"], SHOP, blank=False))]
    assert "城东展厅" not in said
    assert "贴邮" not in said
    assert ZHANG.name in said


def test_one_for_each_card_in_the_order_of_the_cards(db):
    where = {"address": "深圳市莲花路 1 号", "postcode": "518000"}
    cards = [
        a_card(db, "张伟", honorific=Honorific.MR, **where),
        a_card(db, "没地址"),
        a_card(db, "李雪", honorific=Honorific.MS, **where),
        a_card(db, "不要信", **where),
        a_card(db, "远航物流有限公司", honorific=Honorific.COMPANY, **where),
    ]
    with db.write() as session:
        who = session.get_one(Card, cards[3]).customer_id
        consent.withdraw(session, who, Way.POST, now=NOW)
    wanted = [cards[4], cards[3], cards[2], cards[1], cards[0]]
    with db.read() as session:
        made = envelopes.of_cards(session, wanted, ENVELOPES["DL"])
    assert [one.name for one in made.addressees] == [
        "远航物流有限公司 收",
        "李雪 女士 收",
        "张伟 先生 收",
    ]
    assert [one.sentence for one in made.left_out] == [
        "Mr 不要信: must not be contacted by post",
        "Mr 没地址: no address",
    ]


def test_who_has_an_open_complaint_gets_no_envelope_for_his_card(db):
    card = a_card(db, "张伟", address="深圳市莲花路 1 号")
    with db.write() as session:
        cause = choices.first(session, ChoiceKind.COMPLAINT_CAUSE)
        who = session.get_one(Card, card).customer_id
        hand = builders.a_member(session)
        said = {"cause_id": cause, "words": "等了两个小时", "responsible_id": hand}
        complaints.take(session, who, **said, now=NOW)
    with db.read() as session:
        made = envelopes.of_cards(session, [card], ENVELOPES["DL"])
    assert [one.sentence for one in made.left_out] == ["Mr 张伟: a complaint is open"]


def test_who_has_no_name_gets_none_and_stops_nobody(db):
    """He left phone and 先生, and bought: nobody's envelope was printed."""
    where = {"address": "深圳市莲花路 1 号", "postcode": "518000"}
    nameless = a_card(db, "无名", honorific=Honorific.MR, **where)
    other = a_card(db, "张伟", honorific=Honorific.MR, **where)
    with db.write() as session:
        customer = session.get_one(Customer, session.get_one(Card, nameless).customer_id)
        journal.act(session, "change_customer", customer)
        customer.name = ""
    with db.write() as session:
        made, pdf = envelopes.take_out(session, [nameless, other], ENVELOPES["B6"], blank=True)
        ids = list(session.scalars(select(Customer.id)))
        stuck, _pdf = labels.take_out(session, ids, labels.SHEETS["70x37"])
    assert [one.name for one in made.addressees] == ["张伟 先生 收"]
    assert "张伟 先生 收" in [one[0] for one in texts(pdf)]
    for found in (made, stuck):
        assert [one.sentence for one in found.left_out] == ["No name: nobody to address it to"]


def a_couple(db, hers="李雪"):
    """A thank-you card to 王伟, noted as a couple with her."""
    card = a_card(db, "王伟", address="深圳市莲花路 1 号", postcode="518000")
    with db.write() as session:
        her = builders.a_customer(session, hers, honorific=Honorific.MS)
        him = session.get_one(Card, card).customer_id
    with db.write() as session:
        relations.link(session, him, her, Kinship.COUPLE, now=NOW)
    return card, him, her


def named(db, card, kind=ENVELOPES["B6"]):
    with db.read() as session:
        of_cards = labels.of_cards if isinstance(kind, labels.Sheet) else envelopes.of_cards
        (one,) = of_cards(session, [card], kind).addressees
        return one.name


def test_the_card_to_a_couple_goes_to_both(db):
    card, him, her = a_couple(db)
    both = "王伟 先生、李雪 女士 收"
    for kind in (*ENVELOPES.values(), *labels.SHEETS.values()):
        assert named(db, card, kind) == both
    with db.write() as session:
        made, pdf = envelopes.take_out(session, [card], ENVELOPES["B6"], blank=True)
        lone, _pdf = labels.take_out(session, [him], labels.SHEETS["70x37"])
    assert both in [one[0] for one in texts(pdf)]
    assert made.left_out == []
    assert [one.name for one in lone.addressees] == ["王伟 先生 收"]  # no card, no couple
    with db.write() as session:
        consent.withdraw(session, her, Way.POST, now=NOW)
    assert named(db, card) == "王伟 先生 收"


def test_the_envelope_says_whom_the_card_greets(db):
    card, _him, _her = a_couple(db)
    with db.write() as session:
        queue.reword(session, card, "尊敬的王先生：\n多谢您和李女士。", today=builders.TODAY)
    assert named(db, card) == "王伟 先生 收"
    with db.write() as session:
        queue.reword(session, card, "", today=builders.TODAY)
        queue.mark_printed(session, [card], printer="HP", now=NOW)
        shop = settings.load(session)
        shop.card_couples = False
        settings.save(session, shop)
    assert named(db, card) == "王伟 先生、李雪 女士 收"
    with db.write() as session:
        queue.not_come_out(session, [card])
    assert named(db, card) == "王伟 先生 收"


@pytest.mark.parametrize("kind", [ENVELOPES["B6"], labels.SHEETS["70x37"]])
def test_a_card_that_waits_for_the_other_one_has_no_envelope_and_no_label(db, kind):
    card, _him, her = a_couple(db)
    with db.write() as session:
        queue.reword(session, card, "王先生：\n多谢您和李女士。", today=builders.TODAY)
    with db.write() as session:
        consent.withdraw(session, her, Way.POST, now=NOW)
    with db.write() as session:
        of_cards = labels.of_cards if isinstance(kind, labels.Sheet) else envelopes.of_cards
        made = of_cards(session, [card], kind)
        assert made.addressees == []
        why = held.WHY["partner"]
        assert [one.sentence for one in made.left_out] == [f"Mr 王伟: {why}"]
        if isinstance(kind, labels.Sheet):
            with pytest.raises(ShowroomError):
                labels.take_out_of_cards(session, [card], kind)
    with db.write() as session:
        queue.reword(session, card, "王先生：\n多谢您。", today=builders.TODAY)
    assert named(db, card, kind) == "王伟 先生 收"


def test_where_both_have_no_room_it_goes_to_him(db):
    card, _him, _her = a_couple(db, "阿依古丽·买买提·" * 4)
    assert named(db, card) == "王伟 先生 收"


def test_what_does_not_fit_is_told_and_no_letter_is_lost(db):
    long = "广东省深圳市" + "福田区莲花街道" * 40
    card = a_card(db, "张伟", address=long)
    with db.read() as session:
        made = envelopes.of_cards(session, [card], ENVELOPES["DL"])
    assert made.left_out[0].why == "room"
    some = ZHANG._replace(address="深圳市福田区莲花街道景田北三街六十六号" * 4)
    for kind in ENVELOPES.values():
        lines = envelopes.set_address(some, kind)
        assert "".join(line.text for line in lines[:-1]) == some.address
        sizes = {line.size for line in lines[:-1]}
        assert len(sizes) == 1


def test_nobody_to_write_to_is_a_sentence(db):
    card = a_card(db, "没地址")
    with pytest.raises(ShowroomError, match="nobody of them has an address"), db.write() as session:
        envelopes.take_out(session, [card], ENVELOPES["DL"], blank=True)
    with pytest.raises(ShowroomError, match="There is no envelope A9"):
        envelopes.envelope("A9")


def test_the_cards_fit_into_their_envelopes():
    for paper in layout.PAPERS.values():
        kind = ENVELOPES[envelopes.FITS[paper.code]]
        long, short = sorted((paper.width, paper.height), reverse=True)
        assert long < kind.width
        assert short < kind.height


@pytest.mark.parametrize("code", ENVELOPES)
def test_the_plain_page_is_on_a4_and_shows_the_envelope_with_its_zones(code):
    """C4 is larger than the paper: it is laid together of two halves."""
    pdf = envelopes.plain_page(ENVELOPES[code], SHOP)
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    sizes = [sorted(round(side / MM) for side in page.get_size()) for page in document]
    document.close()
    assert sizes == [[210, 297]] * (2 if code == "C4" else 1)
    said = [one[0] for page in range(len(sizes)) for one in texts(pdf, page)]
    assert "张伟 先生 收" in "".join(said)
    assert "城东展厅" in said
    assert any("lay both halves together" in one for one in said) is (code == "C4")


def test_both_halves_of_a_large_envelope_are_as_large_as_life():
    """The last digit box of the left half and the frame of the right half lie where they would."""
    pdf = envelopes.plain_page(ENVELOPES["C4"], SHOP)
    left, right = texts(pdf, 0), texts(pdf, 1)
    half = (210 - 162) / 2
    whole = {one[0]: one for one in texts(envelopes.pdf([ZHANG], ENVELOPES["C4"], SHOP))}
    (digit,) = [one for one in left if one[0] == "518000" or one[0] == "5"][:1]
    assert digit[1] == pytest.approx(whole[digit[0]][1] + half, abs=0.2)
    (frame,) = [one for one in right if one[0] == "贴邮"][:1]
    assert frame[1] == pytest.approx(whole["贴邮"][1] + half - 162, abs=0.2)


@pytest.mark.parametrize("name", ["张㐀伟", "张䶶伟"])
def test_a_rare_name_is_set_in_one_font(name):
    """One of the characters is in the one font alone, one in the other."""
    rare = ZHANG._replace(name=f"{name} 先生 收")
    made = [envelopes.set_address(rare, ENVELOPES["DL"])[-1]]
    made += [labels._set(rare, labels.SHEETS["70x37"])[-1]]
    for line in made:
        assert len(list(glyphs.runs(line.text, first=line.first))) == 1


@pytest.mark.parametrize(
    ("name", "honorific", "said"),
    [
        ("张伟", Honorific.MR, "张伟 先生 收"),
        ("欧阳雪", Honorific.MS, "欧阳雪 女士 收"),
        ("王小姐", Honorific.NONE, "王 女士 收"),
        ("李四", Honorific.NONE, "李四 收"),
        ("王经理", Honorific.MR, "王经理 收"),
        ("王总", Honorific.MR, "王总 收"),
        ("李老师", Honorific.MS, "李老师 收"),
        ("老王", Honorific.MR, "王 先生 收"),
        ("老王", Honorific.NONE, "老王 收"),
        ("比亚迪", Honorific.COMPANY, "比亚迪 收"),
        ("John Smith", Honorific.MR, "John Smith 先生 收"),
    ],
)
def test_the_name_is_as_the_postman_calls_him(name, honorific, said):
    assert address.for_the_postman(name, honorific) == said


def test_what_is_hidden_stays_hidden_on_the_envelope(db):
    card = a_card(db, "张伟", address="莲花路 1 号，电话 13912345678")
    with db.read() as session:
        (whole,) = envelopes.of_cards(session, [card], ENVELOPES["C5"]).addressees
    with db.read() as session:
        session.info["armed"] = True  # nobody sits at a desk with PINs
        (hidden,) = envelopes.of_cards(session, [card], ENVELOPES["C5"]).addressees
    assert "13912345678" in whole.address
    assert "13912345678" not in hidden.address
    assert hidden.address.startswith("莲花路 1 号")
