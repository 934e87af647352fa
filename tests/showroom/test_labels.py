"""Address labels on paper: what stands on them, where, who gets none."""

from __future__ import annotations

import pypdfium2
import pytest

from showroom.cards import labels
from showroom.cards.addressees import Addressee
from showroom.cards.labels import SHEETS, Sheet
from showroom.cards.layout import MM
from showroom.errors import Invalid, ShowroomError
from showroom.guard import consent, erasure, exports
from showroom.people import customers
from showroom.store.models import Cause, Honorific, Role, Way
from tests import builders as make

SMALL = SHEETS["70x37"]
HOME = {"address": "广东省深圳市南山区临湖大道 64 号云山雅苑 1 栋 2703", "postcode": "518000"}
ZHANG = Addressee("Mr 张伟", "518000", HOME["address"], "张伟 先生 收")


@pytest.fixture(autouse=True)
def _clock(db):
    make.stop_clock(db)


def a_customer(db, name="张伟", **facts):
    with db.write() as session:
        return make.a_customer(session, name, **(HOME | facts))


def composed(db, ids, sheet=SMALL):
    with db.read() as session:
        return labels.compose(session, ids, sheet)


def texts(pdf):
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_bounded() for page in document]


def places(pdf, words):
    """The left lower corners of these words on the first page, in mm from the left upper one."""
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    found = page.search(words)
    corners = []
    while (hit := found.get_next()) is not None:
        left, bottom, _right, _top = page.get_charbox(hit[0])
        corners.append((round(left / MM), round(297 - bottom / MM)))
    return corners


# --- what stands on them


def test_postcode_address_then_the_name_as_the_postman_reads_it(db):
    made = composed(db, [a_customer(db)])
    assert made == ([ZHANG], [])
    (text,) = texts(labels.pdf(made.addressees, SMALL))
    said = text.replace("\r\n", "")
    assert said == "518000广东省深圳市南山区临湖大道 64 号云山雅苑 1 栋 2703张伟 先生 收"


@pytest.mark.parametrize(
    ("name", "honorific", "said"),
    [
        ("张伟", Honorific.MR, "张伟 先生 收"),
        ("尉迟恭敏", Honorific.MS, "尉迟恭敏 女士 收"),
        ("远航物流有限公司", Honorific.COMPANY, "远航物流有限公司 收"),
        ("李雪", Honorific.NONE, "李雪 收"),
        ("王小姐", Honorific.NONE, "王 女士 收"),
        ("John Smith", Honorific.MR, "John Smith 先生 收"),
        ("阿依古丽·买买提", Honorific.MS, "阿依古丽·买买提 女士 收"),
    ],
)
def test_how_everybody_is_called(db, name, honorific, said):
    (one,), _none = composed(db, [a_customer(db, name, honorific=honorific)])
    assert one.name == said


def test_a_rare_name_has_its_glyphs_and_a_strange_sign_is_left_out_by_name(db):
    rare, strange = a_customer(db, "张㛃𬭎"), a_customer(db, "张\U0001f600")
    made = composed(db, [rare, strange])
    assert [one.name for one in made.addressees] == ["张㛃𬭎 先生 收"]
    assert [one.sentence for one in made.left_out] == [
        "Mr 张\U0001f600: a character that no font has"
    ]
    assert "张㛃" in texts(labels.pdf(made.addressees, SMALL))[0]


def test_who_has_no_address_or_wants_no_post_is_named_and_left_out(db):
    here = a_customer(db, "张伟")
    homeless = a_customer(db, "李娜", address="", honorific=Honorific.MS)
    stopped, silent, gone = a_customer(db, "周敏"), a_customer(db, "赵磊"), a_customer(db, "孙亮")
    with db.write() as session:
        customers.change(session, stopped, do_not_contact=True)
    with db.write() as session:
        consent.withdraw(session, silent, Way.POST, now=make.NOW)
    erasure.erase_now(db, [gone], why=Cause.ASKED)
    made = composed(db, [silent, homeless, here, stopped, gone, 999])
    assert [one.who for one in made.addressees] == ["Mr 张伟"]
    assert [one.sentence for one in made.left_out] == [
        "Mr 赵磊: must not be contacted by post",
        "Ms 李娜: no address",
        "Mr 周敏: must not be contacted by post",
    ]


def test_an_address_that_fits_nowhere_is_left_out_and_a_long_one_becomes_smaller(db):
    long = a_customer(db, address="长" * 100)
    endless = a_customer(db, address="长" * 500)
    made = composed(db, [long, endless])
    assert [one.address for one in made.addressees] == ["长" * 100]
    assert [one.why for one in made.left_out] == ["room"]


def test_numbers_in_an_address_are_hidden_from_who_may_not_see_them(db):
    id = a_customer(db, address="临湖大道 64 号 电话 13800138000")
    with db.write() as session:
        boss = make.a_member(session, "陈主管", Role.MANAGER)
        desk = make.a_member(session, "李静", Role.RECEPTIONIST)
    with db.write() as session:
        make.a_pin(session, boss, "135790", by=boss)
    db.seat(desk)
    (one,), _none = composed(db, [id])
    assert one.address == "临湖大道 64 号 电话 138****8000"


# --- where they stand


def test_each_label_lies_in_its_place_from_the_first_free_one_on():
    pdf = labels.pdf([ZHANG] * 3, SMALL, start=3)
    left, top = 4, 0.5
    corners = places(pdf, "张伟")
    assert [x for x, _y in corners] == [140 + left, left, 70 + left]
    assert top < corners[0][1] < 37 < corners[1][1] == corners[2][1] < 74


def test_a_new_sheet_begins_when_one_is_full():
    assert len(texts(labels.pdf([ZHANG] * 24, SMALL))) == 1
    pages = texts(labels.pdf([ZHANG] * 25, SMALL, start=24))
    assert [page.count("张伟") for page in pages] == [1, 24]


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_all_usual_sheets_lie_on_a4_and_keep_to_their_labels(sheet):
    labels.check(sheet)
    pdf = labels.pdf([ZHANG] * sheet.places, sheet, outlines=True)
    corners = places(pdf, "张伟")
    assert len(corners) == sheet.places
    for number, (x, y) in enumerate(corners):
        row, column = divmod(number, sheet.columns)
        left = sheet.left + column * (sheet.width + sheet.gap_x)
        top = sheet.top + row * (sheet.height + sheet.gap_y)
        assert left < x < left + sheet.width
        assert top < y < top + sheet.height


def test_measures_that_cannot_be_are_said_beside_them():
    def problems(**changed):
        with pytest.raises(Invalid) as refused:
            labels.check(SMALL._replace(**changed))
        return refused.value.problems

    assert problems(columns=0) == {"columns": "From 1 to 10."}
    assert problems(rows=31) == {"rows": "From 1 to 30."}
    assert problems(width=80.0) == {"width": "That is 240 mm, and the sheet has 210."}
    assert problems(gap_y=2.0) == {"height": "That is 310.5 mm, and the sheet has 297."}
    assert problems(height=9.0)["height"].startswith("A label is at least 25 × 15 mm")
    assert problems(width=20.0)["width"].startswith("A label is at least 25 × 15 mm")
    with pytest.raises(Invalid, match="places from 1 to 24"):
        labels.pdf([ZHANG], SMALL, start=25)
    with pytest.raises(ShowroomError, match="There is no label to print"):
        labels.pdf([], SMALL)
    assert texts(labels.pdf([], Sheet(1, 1, 100, 100, 0, 0, 0, 0), outlines=True)) == [""]


# --- out of the desk


def test_labels_leave_counted(db):
    id = a_customer(db)
    nobody = a_customer(db, address="")
    with exports.leaving(db, "labels") as session:
        made, pdf = labels.take_out(session, [id, nobody], SMALL, start=2)
        assert session.info["leaving"] == len(made.addressees) == 1
        assert [one.sentence for one in made.left_out] == ["Mr 张伟: no address"]
    assert "张伟" in texts(pdf)[0]


def test_too_many_labels_need_a_manager(db):
    ids = [a_customer(db) for _number in range(2)]
    with db.write() as session:
        from showroom import settings

        shop = settings.load(session)
        shop.export_alone = 1
        settings.save(session, shop)
    with db.write() as session:
        boss = make.a_member(session, "陈主管", Role.MANAGER)
    with db.write() as session:
        make.a_pin(session, boss, "135790", by=boss)
        desk = make.a_member(session, "李静", Role.RECEPTIONIST)
    db.seat(desk)
    with pytest.raises(exports.Refused), exports.leaving(db, "labels") as session:
        labels.take_out(session, ids, SMALL)


def test_no_sign_stands_alone_in_a_last_line_and_numbers_stay_whole():
    one = Addressee(
        "公司",
        "510000",
        "广东省广州市天河区珠江新城华夏路 10 号富力中心 A 座写字楼 23 层 2301–2305 室 前台转交",
        "深圳市远航物流供应链管理有限公司 收",
    )
    said = texts(labels.pdf([one], SHEETS["63.5x38.1"]))[0].split("\r\n")
    assert said[-2:] == ["深圳市远航物流供应链管理有限", "公司 收"]
    assert any("2301–2305" in line for line in said)


def test_of_two_names_neither_is_broken():
    name = "John Smith 先生、阿依古丽·买买提 女士 收"
    (said,) = texts(labels.pdf([ZHANG._replace(name=name)], SMALL))
    assert said.splitlines()[-2:] == ["John Smith 先生、", "阿依古丽·买买提 女士 收"]
