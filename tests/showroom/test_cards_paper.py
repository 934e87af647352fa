"""A card on paper: lines that break well, sizes, fonts inside, every glyph there."""

from __future__ import annotations

import re
import subprocess
from datetime import date

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from showroom.cards import compose, glyphs, layout, lines, render, templates
from showroom.cards.compose import Facts, Letter
from showroom.cards.dress import Dress
from showroom.errors import Cancelled, ShowroomError
from showroom.progress import Progress
from showroom.store.models import Honorific

EVERYTHING = templates.everything()
SIZES = list(layout.PAPERS)


def letter(code="thanks-family", **changed):
    facts = {
        "on": date(2026, 11, 21),
        "name": "张伟",
        "honorific": Honorific.MR,
        "model": "汉EV",
        "ordered": date(2026, 11, 20),
        "consultant": "王强",
        "shop": "城东展厅",
        "friend": "陈先生",
    }
    return compose.letter(EVERYTHING[code], Facts(**{**facts, **changed}))


def texts(pdf):
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_bounded() for page in document]


def sides(pdf):
    """Width and height of each page in mm."""
    document = pypdfium2.PdfDocument(pdf)
    return [tuple(round(side / layout.MM, 1) for side in page.get_size()) for page in document]


def flat(text):
    return re.sub(r"\s", "", text)


# --- lines


def em(text):
    """A width without a font: Han one em, the rest half."""
    return sum(1.0 if ord(char) > 0x2E7F else 0.5 for char in text)


def broken(text, width, **options):
    paragraph = lines.Paragraph(text, em, options.pop("names", ()))
    return lines.break_lines(paragraph, width, **options)


def test_no_line_begins_with_a_stop_or_ends_with_an_opening_bracket():
    text = "他说：“今天（周六）来看车，好吗？”我们说：“好……”——于是，他就来了。《说明书》也带上了！"
    for width in range(4, 30):
        made = broken(text, width)
        assert "".join(line.text for line in made) == text
        for line in made:
            assert line.text[0] not in lines.NOT_FIRST or line is made[0]
            assert line.text[-1] not in lines.NOT_LAST


@given(st.text("汉字，。！（）《》“”…—AB c1,.-", min_size=1, max_size=60), st.integers(3, 20))
@settings(max_examples=300, deadline=None)
def test_lines_lose_nothing_and_stay_inside(text, width):
    made = broken(text, width)
    assert flat("".join(line.text for line in made)) == flat(text)
    for line in made:
        seen = line.width + line.spacing * (len(line.text) - 1)
        if line.text[-1] in lines.HALF:
            seen -= 0.5
        assert seen <= width + 0.01 or len(line.text.rstrip(lines.NOT_FIRST)) <= 2


def test_words_numbers_and_names_are_not_broken():
    made = broken("请看宋PLUS DM-i和iPhone17的138-0013-8000，谢谢", 9)
    joined = "|".join(line.text for line in made)
    for word in ("PLUS", "DM-i", "iPhone17", "138-0013-8000"):
        assert word in joined
    made = broken("请您直接来找欧阳思远女士吧", 8, names=["欧阳思远"])
    assert [line.text for line in made] == ["请您直接来找", "欧阳思远女士吧"]


def test_a_word_longer_than_the_line_is_broken_by_force():
    made = broken("A" * 50, 10)
    assert [len(line.text) for line in made] == [20, 20, 10]


def test_full_lines_reach_the_margin_and_the_last_does_not():
    made = broken("一二三四五六七八九，十一二三四五六七八九十", 9, indent=2)
    first, *_rest, last = made
    assert first.width + first.spacing * (len(first.text) - 1) == pytest.approx(7)
    assert last.spacing == 0
    squeezed = broken("一二三四五六七八九十一二三四五六七八九十。完", 20)
    assert squeezed[0].text.endswith("。")
    ragged = broken("one two three four five six", 8, justify=False)
    assert all(line.spacing == 0 for line in ragged)


# --- glyphs


def test_a_name_with_one_strange_character_is_set_whole_in_the_other_font():
    runs = list(glyphs.runs("尊敬的张㸃先生：", ["张㸃先生"]))
    assert [(run.face.name, run.text) for run in runs] == [
        ("showroom-kai", "尊敬的"),
        ("showroom-sans", "张㸃先生"),
        ("showroom-kai", "："),
    ]
    runs = list(glyphs.runs("㸃来了㸃㸃", []))
    assert [run.text for run in runs] == ["㸃", "来了", "㸃㸃"]
    assert list(glyphs.runs("")) == []
    assert glyphs.substituted([letter(), letter(name="张㸃", honorific=Honorific.NONE)]) == ["张㸃"]
    assert glyphs.loaded()


def test_what_no_font_has_is_reported_by_name():
    letters = [
        letter(name="张🜲", honorific=Honorific.NONE),
        letter(),
        letter(name="李🜲\ue000🜲", honorific=Honorific.NONE),
    ]
    found = glyphs.missing(letters)
    assert [(one.who, one.chars) for one in found] == [("张🜲", "🜲"), ("李🜲\ue000🜲", "🜲\ue000")]
    sentences = glyphs.report(found)
    assert sentences[0] == "No font has “🜲” (张🜲)."
    with pytest.raises(ShowroomError, match=r"张🜲.*\n.*李🜲"):
        render.pdf(letters, size="A6")
    assert render.preview(letters[0], size="A6").startswith(b"%PDF")


@pytest.mark.parametrize("name", ["陈鋐", "张𬭎", "王㛃", "赵䶮", "刘喆堃燚"])
def test_rare_names_have_their_glyphs_in_the_card_font(name):
    assert glyphs.face("kai").has(name)
    assert glyphs.missing([letter(name=name)]) == []


# --- paper


@pytest.mark.parametrize("size", SIZES)
def test_every_template_fits_every_card_with_a_long_name(size):
    for code in EVERYTHING:
        fits_with_a_long_name(code, size)


def fits_with_a_long_name(code, size):
    made = letter(
        code,
        name="深圳市前海远航国际供应链管理有限责任公司",
        honorific=Honorific.COMPANY,
        model="海豹 06 DM-i 冠军版 四驱尊荣型",
        shop="比亚迪汽车海洋网城东旗舰展厅",
        consultant="尉迟恭敏",
        friend="阿依古丽·买买提女士",
    )
    paper = layout.paper(size)
    page = layout.set_letter(made, paper)
    assert page.fits, code
    assert page.size >= 10, code
    low, high = paper.margin_y * layout.MM * 0.9, (paper.height - paper.margin_y) * layout.MM
    assert all(low <= line.y <= high for line in page.placed), code
    assert all(line.x >= paper.margin_x * layout.MM - 0.01 for line in page.placed), code


@pytest.mark.parametrize(
    ("size", "expected"),
    [("148x100", (148, 100)), ("210x100", (210, 100)), ("A5", (210, 148)), ("A6", (148, 105))],
)
def test_each_card_has_a_page_of_its_size(size, expected):
    pdf = render.pdf([letter(), letter(name="李娜", honorific=Honorific.MS)], size=size)
    assert sides(pdf) == [expected, expected]
    first, second = texts(pdf)
    assert flat(first) == flat(letter().text())
    assert "尊敬的李女士：" in second


@pytest.mark.parametrize(
    ("size", "sheet", "capacity", "expected"),
    [
        ("148x100", "A4", 4, (297, 210)),
        ("142x100", "A4", 4, (297, 210)),
        ("A6", "A4", 4, (297, 210)),
        ("210x100", "A4", 2, (210, 297)),
        ("210x99", "A4", 3, (210, 297)),
        ("203x140", "A4", 2, (210, 297)),
        ("A5", "A4", 2, (210, 297)),
        ("148x100", "A5", 2, (148, 210)),
        ("A6", "A5", 2, (148, 210)),
        ("145x210", "A4", 2, (297, 210)),
        ("185x260", "A4", 1, (210, 297)),
        ("210x285", "A4", 1, (210, 297)),
    ],
)
def test_several_cards_share_a_sheet(size, sheet, capacity, expected):
    assert render.capacity(size, sheet) == capacity
    assert sheet in render.sheets(size)
    assert render.sides(size, sheet) == expected
    letters = [letter(name=name) for name in ("张一", "李二", "王三", "赵四", "钱五")]
    pdf = render.pdf(letters, size=size, sheet=sheet)
    pages = texts(pdf)
    assert sides(pdf) == [expected] * len(pages)
    assert len(pages) == -(-5 // capacity)
    assert pages[0].count("尊敬的") == capacity
    with pytest.raises(ShowroomError, match=f"places for {capacity} cards"):
        render.pdf(letters, size=size, sheet=sheet, start=capacity + 1)


@pytest.mark.parametrize("size", SIZES)
def test_every_cut_has_its_mark_on_the_sheet(size):
    """Also where the cards reach the edge of the sheet: a grey pixel on each cut, near each end."""
    paper = layout.paper(size)
    for sheet in (one for one in render.sheets(size) if one in render.SHEETS):
        pdf = render.pdf([letter()], size=size, sheet=sheet)
        image = pypdfium2.PdfDocument(pdf)[0].render(scale=4, grayscale=True).to_pil()
        wide, tall = render.sides(size, sheet)
        columns = int(wide // paper.width)
        rows = int(tall // paper.height)
        left, top = (wide - columns * paper.width) / 2, (tall - rows * paper.height) / 2
        pixels = image.width / wide
        for step in range(rows + 1):
            y = top + step * paper.height
            if 1 < y < tall - 1:
                assert has_ink(image, 0, y, left + 3, pixels), (sheet, "row", step)
        for step in range(columns + 1):
            x = left + step * paper.width
            if 1 < x < wide - 1:
                strip = image.transpose(Image.Transpose.TRANSPOSE)
                assert has_ink(strip, 0, x, top + 3, pixels), (sheet, "column", step)


def has_ink(image, first, at, last, pixels) -> bool:
    """Whether a line of some length lies at that height, in mm from the left upper corner."""
    box = [int(one * pixels) for one in (first, at - 0.3, last)]
    strip = image.crop((box[0], box[1], box[2], box[1] + int(0.6 * pixels) + 1))
    darkest = [strip.crop((x, 0, x + 1, strip.height)).getextrema()[0] for x in range(strip.width)]
    return sum(dark < 235 for dark in darkest) > pixels


def test_a_sheet_that_was_begun_is_used_up_from_its_first_free_place():
    letters = [letter(name=name) for name in ("张一", "李二", "王三")]
    begun = render.pdf(letters, size="148x100", sheet="A4", start=3)
    assert [page.count("尊敬的") for page in texts(begun)] == [2, 1]
    ((first, *_rest),) = boxes_of_page(begun, 0, "尊敬的张")
    whole = render.pdf([letter(name="张一")], size="148x100", sheet="A4")
    ((left, *_rest),) = boxes_of_page(whole, 0, "尊敬的张")
    assert first == pytest.approx(left, abs=1)  # the third place is the left one of the lower row
    tops = [boxes_of_page(pdf, 0, "尊敬的张")[0][1] for pdf in (begun, whole)]
    assert tops[1] - tops[0] == pytest.approx(100 * layout.MM, abs=1)


def test_a_size_says_how_it_may_lie():
    assert render.sheets("148x100") == ["", "fold", "A4", "A5"]
    assert render.sheets("210x99") == ["", "A4"]
    assert render.sheets("210x285") == ["", "A4"]
    with pytest.raises(ShowroomError, match=r"203 × 140 mm do not come on fold"):
        render.pdf([letter()], size="203x140", sheet="fold")


@pytest.mark.parametrize(
    ("size", "expected"),
    [("A6", (148, 210)), ("A5", (210, 296)), ("210x100", (210, 200)), ("148x100", (148, 200))],
)
def test_a_folded_card_has_an_outside_and_an_inside(size, expected):
    worn = Dress(shop=("城东展厅", "城东路 1 号", "0755-8888"))
    pdf = render.pdf([letter(), letter(name="李雪")], size=size, sheet="fold", dress=worn)
    assert sides(pdf) == [expected] * 4
    outside, inside, *_others = texts(pdf)
    assert "城东路 1 号" in outside
    assert "尊敬的" not in outside
    assert flat(inside) == flat(letter().text())
    (box,) = boxes_of_page(pdf, 1, "尊敬的")
    assert box[3] < expected[1] / 2 * layout.MM  # the letter stands below the fold
    strange = Dress(shop=("城\U0001f732",))
    with pytest.raises(ShowroomError, match="No font has"):
        render.pdf([letter()], size=size, sheet="fold", dress=strange)
    render.pdf([letter()], size=size, dress=strange)  # it is not printed on a flat card


def boxes_of_page(pdf, number, said):
    page = pypdfium2.PdfDocument(pdf)[number].get_textpage()
    at = page.search(said).get_next()
    return [page.get_charbox(at[0])]


def test_all_fonts_are_inside_and_no_helvetica_is_left(tmp_path):
    path = tmp_path / "card.pdf"
    path.write_bytes(render.pdf([letter(name="张㸃", honorific=Honorific.NONE)], size="A6"))
    fonts = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout
    rows = fonts.splitlines()[2:]
    assert len(rows) == 2
    assert all(re.search(r"TrueType .* yes yes yes", row) for row in rows)
    assert b"Helvetica" not in path.read_bytes()


def test_the_same_letters_make_the_same_file():
    assert render.pdf([letter()], size="A6") == render.pdf([letter()], size="A6")


def test_a_long_letter_is_set_smaller_until_it_does_not_fit():
    short, long = letter(), compose.reworded(letter(), "谢谢您的信任。" * 40)
    paper = layout.paper("148x100")
    assert layout.set_letter(long, paper).size < layout.set_letter(short, paper).size
    assert layout.set_letter(long, paper).fits
    endless = compose.reworded(letter(), "谢谢您的信任。" * 120)
    assert not layout.set_letter(endless, paper).fits
    (sentence,) = render.problems([short, endless], size="148x100")
    assert "words for 张伟 do not fit on 148 × 100 mm" in sentence
    with pytest.raises(ShowroomError, match="shorten them or choose a larger card"):
        render.pdf([endless], size="148x100")
    assert render.problems([short, long], size="148x100") == []


def test_no_paragraph_ends_with_one_lonely_character():
    for size in SIZES:
        for model in ("汉", "汉EV", "唐DM-i", "宋PLUS", "海豹06", "元PLUS荣耀版", "海鸥"):
            made = letter(model=model)
            page = layout.set_letter(made, layout.paper(size))
            assert not page.lonely, (size, model)


def test_a_lonely_character_stays_when_no_near_size_spares_it():
    words = "\n".join("谢" * count + "。" for count in (43, 36, 69, 67, 39))
    page = layout.set_letter(compose.reworded(letter(), words), layout.paper("A6"))
    assert page.fits
    assert page.lonely


def test_lines_of_english_are_ragged_and_of_chinese_flush():
    spaced = [line.spacing for line in layout.set_letter(letter(), layout.paper("A6")).placed]
    assert any(spaced)
    english = letter("thanks-english", name="Ann Lee", model="Seal", consultant="Bo", shop="East")
    page = layout.set_letter(english, layout.paper("A6"))
    assert not any(line.spacing for line in page.placed)


def test_a_size_that_is_none_and_an_empty_batch_are_explained():
    with pytest.raises(ShowroomError, match=r"no card of size A9.*148x100"):
        render.pdf([letter()], size="A9")
    with pytest.raises(ShowroomError, match="no card to print"):
        render.pdf([], size="A6")


def test_a_batch_can_be_stopped():
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        render.pdf([letter()] * 50, size="A6", progress=progress)


def test_an_empty_letter_can_be_set():
    made = Letter(0, "x", "zh", "", (), (), (), ())
    assert layout.set_letter(made, layout.paper("A6")).fits
    assert render.pdf([made], size="A6").startswith(b"%PDF")
