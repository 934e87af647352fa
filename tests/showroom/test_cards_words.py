"""What a card says: greetings, templates, and a sentence that would have a hole is not said."""

from __future__ import annotations

import re
import shutil
from datetime import date

import pytest

from showroom import paths
from showroom.cards import address, compose, filling, templates
from showroom.cards.compose import Facts
from showroom.errors import ShowroomError
from showroom.store.models import CardKind, Honorific

MR, MS, NONE, COMPANY = Honorific.MR, Honorific.MS, Honorific.NONE, Honorific.COMPANY
EVERYTHING = templates.everything()


def facts(**changed):
    return Facts(
        **{
            "on": date(2026, 11, 21),
            "name": "张伟",
            "honorific": MR,
            "model": "汉EV",
            "ordered": date(2026, 11, 20),
            "consultant": "王强",
            "shop": "城东展厅",
            "friend": "陈先生",
            **changed,
        }
    )


def letter(code="thanks-family", **changed):
    return compose.letter(EVERYTHING[code], facts(**changed))


@pytest.mark.parametrize(
    ("name", "honorific", "title", "greeting"),
    [
        ("张伟", MR, "", "张先生"),
        ("尉迟恭敏", MS, "", "尉迟女士"),
        ("欧阳", MR, "", "欧阳先生"),
        ("欧阳女士", MS, "", "欧阳女士"),
        ("爱新觉罗启明", MR, "", "爱新觉罗先生"),
        ("陈鋐", MR, "", "陈先生"),
        ("张𬭎", NONE, "", "张𬭎"),
        ("㛃", NONE, "", "㛃"),
        ("阿依古丽·买买提", MS, "", "阿依古丽·买买提女士"),
        ("范徐丽泰", MS, "", "范徐丽泰女士"),
        ("李静", MS, "经理", "李经理"),
        ("李静", MS, "销售部副经理", "李经理"),
        ("陈明", MR, "副总经理", "陈总"),
        ("陈明", MR, "总裁", "陈总"),
        ("上官云", NONE, "董事长", "上官董事长"),
        ("周工", NONE, "高级工程师", "周工"),
        ("赵敏", MS, "员工", "赵女士"),
        ("王总", MR, "", "王总"),
        ("刘小姐", NONE, "", "刘女士"),
        ("李先生", NONE, "", "李先生"),
        ("深圳市远航物流有限公司", COMPANY, "", "深圳市远航物流有限公司"),
        ("深圳市远航物流有限公司", COMPANY, "经理", "深圳市远航物流有限公司"),
        ("John Smith", MR, "", "John Smith 先生"),
        ("老王", MR, "", "王先生"),
        ("小李", MS, "", "李女士"),
        ("小欧阳", MS, "", "欧阳女士"),
        ("老王", NONE, "", "客户"),
        ("张", NONE, "", "客户"),
        ("欧阳", NONE, "", "客户"),
        ("张", NONE, "经理", "张经理"),
        ("John Smith", NONE, "", "John Smith"),
        ("老舍", MR, "", "老舍先生"),
        ("小李总", NONE, "", "李总"),
        ("王经理", MR, "", "王经理"),
        ("王副经理", MR, "", "王经理"),
        ("李明经理", MR, "", "李经理"),
        ("李老师", MS, "", "李老师"),
        ("欧阳主任", NONE, "", "欧阳主任"),
        ("周工程师", MR, "", "周工"),
        ("王经理", MR, "总经理", "王总"),
        ("", MR, "", "客户"),
    ],
)
def test_a_customer_is_greeted_as_chinese_manners_ask(name, honorific, title, greeting):
    assert address.addressed(name, honorific, title) == greeting


@pytest.mark.parametrize(
    ("name", "honorific", "greeting"),
    [
        ("John Smith", MR, "Mr. Smith"),
        ("Ann Lee", MS, "Ms. Lee"),
        ("Ann Lee", NONE, "Ann Lee"),
        ("张伟", MR, "Mr. 张"),
        ("老王", MR, "Mr. 王"),
        ("刘小姐", NONE, "Ms. 刘"),
        ("Acme Ltd", COMPANY, "Acme Ltd"),
        ("", NONE, "Customer"),
    ],
)
def test_a_customer_is_greeted_in_english(name, honorific, greeting):
    assert address.addressed(name, honorific, language="en") == greeting


@pytest.mark.parametrize(
    ("day", "spoken"),
    [
        (date(2026, 11, 20), "十一月二十日"),
        (date(2026, 1, 10), "一月十日"),
        (date(2026, 12, 31), "十二月三十一日"),
        (date(2026, 10, 9), "十月九日"),
        (date(2025, 12, 30), "二〇二五年十二月三十日"),
    ],
)
def test_days_are_spoken_in_chinese(day, spoken):
    assert address.spoken_day(day, date(2026, 11, 21), "zh") == spoken


def test_days_are_written_in_both_languages():
    assert address.day(date(2026, 11, 2), "zh") == "2026年11月2日"
    assert address.day(date(2026, 11, 2), "en") == "2 November 2026"
    assert address.spoken_day(date(2025, 3, 1), date(2026, 1, 1), "en") == "1 March 2025"


def test_a_letter_has_its_parts_in_the_order_of_a_letter():
    made = letter()
    assert made.salutation == "尊敬的张先生："
    assert made.paragraphs[0] == "您好！"
    assert made.paragraphs[1].startswith("感谢您选择汉EV。十一月二十日与您")
    assert made.paragraphs[2] == "往后用车，无论大事小事，请直接找王强，一个电话就好。"
    assert made.closing == ("敬祝", "阖家平安，行车愉快！")
    assert made.signature == ("城东展厅　王强", "2026年11月21日")
    assert made.who == "张伟"


@pytest.mark.parametrize("gone", ["model", "ordered", "consultant", "shop", "friend", "name"])
def test_a_sentence_with_a_hole_is_not_printed(gone):
    for code in EVERYTHING:
        prints_no_hole(code, gone)


def prints_no_hole(code, gone):
    full = letter(code)
    made = letter(code, **{gone: None if gone == "ordered" else ""})
    text = made.text()
    assert not re.search(
        r"[{}]|None|  |　$|^　|找，|由专人|ask for \.|the \.", text, re.MULTILINE
    ), code
    assert [one for one in made.paragraphs if one != "您好！"], f"{code} says nothing"
    said = full.text() + full.text().replace("，选用汉EV", "")  # a part in brackets
    assert made.signature[-1] == full.signature[-1], code
    for paragraph in made.paragraphs:
        assert paragraph.endswith(("。", "！", "."))
        if gone != "name":
            assert all(
                sentence in said for sentence in filling._SENTENCE.findall(paragraph) if sentence
            )


def test_without_a_model_the_card_still_thanks_for_the_trust():
    made = letter(model="")
    assert "选择" not in made.text()
    assert "您的这份信任" in made.text()


def test_only_what_is_known_stands_in_the_signature():
    assert letter(consultant="").signature[0] == "城东展厅"
    assert letter(shop="").signature[0] == "王强"
    assert letter(shop="", consultant="").signature == ("2026年11月21日",)
    assert letter("thanks-english", shop="East Hall").signature[0] == "East Hall, 王强"


def test_business_wishes_are_for_business_only():
    for template in EVERYTHING.values():
        assert "商祺" not in "".join(template.closing_person)
    company = {"name": "远航公司", "honorific": COMPANY}
    assert letter("thanks-business", **company).closing == ("顺颂", "商祺！")
    assert letter("thanks-family", **company).closing == ("此致", "敬礼！")
    assert letter("thanks-business").closing == ("此致", "敬礼！")


@pytest.mark.parametrize("code", EVERYTHING)
def test_no_card_speaks_of_offers_or_prices(code):
    text = letter(code).text()
    assert not re.search(
        r"优惠|折|降价|[￥¥元]|特价|赠|discount|offer|price|%", text, re.IGNORECASE
    )
    assert "小姐" not in text


def test_there_is_a_template_for_everyone():
    for kind in CardKind:
        for language in ("zh", "en"):
            for company in (True, False):
                found = templates.usual(kind, company=company, language=language, among=EVERYTHING)
                assert found.kind is kind
                assert found.language == language
    for company, code in ((True, "thanks-business"), (False, "thanks-family")):
        found = templates.usual(CardKind.THANKS, company=company, language="zh", among=EVERYTHING)
        assert found.code == code
    assert [t.name for t in templates.of_kind(CardKind.THANKS, EVERYTHING)][:2] == [
        "购车感谢·家庭",
        "购车感谢·商务",
    ]


@pytest.mark.parametrize("code", EVERYTHING)
def test_a_company_is_not_spoken_to_as_a_person(code):
    template = EVERYTHING[code]
    if template.kind in (CardKind.THANKS, CardKind.ANNIVERSARY):  # which have one for companies
        code = templates.usual(
            template.kind, company=True, language=template.language, among=EVERYTHING
        ).code
    made = letter(code, name="远航公司", honorific=COMPANY)
    assert not re.search(r"家人|爱车|新居|身边|您的|your family|car needs", made.text())
    assert made.paragraphs


def test_a_template_is_found_by_code_or_name_or_explained():
    assert templates.named("购车感谢·商务", EVERYTHING) is EVERYTHING["thanks-business"]
    with pytest.raises(ShowroomError, match=r"no template called 明信片.*thanks-family"):
        templates.named("明信片", EVERYTHING)


def test_a_template_with_a_strange_placeholder_is_refused():
    text = (paths.resources() / "cards" / "help.toml").read_text("utf-8")
    with pytest.raises(ShowroomError, match=r"x.toml: “{price}” stands for nothing.*{greeting}"):
        templates.read("x", text.replace("{consultant}", "{price}"))
    with pytest.raises(ShowroomError, match=r"x.toml lacks “body”: mend the file"):
        templates.read("x", text.replace("body =", "bodies ="))
    with pytest.raises(ShowroomError, match=r"x.toml cannot be read"):
        templates.read("x", text + "[[")


def test_a_file_that_cannot_be_used_is_left_out_and_named(tmp_path, monkeypatch):
    shutil.copytree(paths.resources() / "cards", tmp_path / "cards")
    (tmp_path / "cards" / "bad.toml").write_text('name = "{price}"')
    monkeypatch.setattr(paths, "resources", lambda: tmp_path)
    templates._delivered.cache_clear()
    try:
        assert list(templates.everything()) == list(EVERYTHING)
        (fault,) = templates.faults()
        assert "bad.toml" in fault
    finally:
        templates._delivered.cache_clear()


# --- own words


@pytest.mark.parametrize("honorific", [COMPANY, MR])
def test_words_that_were_not_changed_make_the_same_letter(honorific):
    for code in EVERYTHING:
        made = letter(code, honorific=honorific)
        assert compose.reworded(made, compose.words_of(made)) == made, code


def test_own_words_replace_greeting_paragraphs_and_wishes():
    words = "尊敬的王先生、李女士伉俪：\n\n 您好！ \n恭喜添丁！\n谨祝\n满门吉庆！"
    made = compose.letter(EVERYTHING["thanks-family"], facts(), words=words)
    assert made.salutation == "尊敬的王先生、李女士伉俪："
    assert made.paragraphs == ("您好！", "恭喜添丁！")
    assert made.closing == ("谨祝", "满门吉庆！")
    assert made.signature == ("城东展厅　王强", "2026年11月21日")


def test_own_words_without_greeting_or_wishes_keep_the_greeting():
    made = compose.reworded(letter(), "多谢。")
    assert made.salutation == "尊敬的张先生："
    assert made.paragraphs == ("多谢。",)
    assert made.closing == ()
    assert compose.reworded(letter(), "尊敬的朋友：").paragraphs == ()
    assert compose.letter(EVERYTHING["thanks-family"], facts(), words=" \n ") == letter()


def test_own_words_in_english_may_end_with_their_closing():
    made = compose.reworded(letter("thanks-english"), "Dear Bob,\nThanks.\nYours,")
    assert (made.salutation, made.paragraphs, made.closing) == (
        "Dear Bob,",
        ("Thanks.",),
        ("Yours,",),
    )
