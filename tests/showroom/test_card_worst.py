"""The worst cases of a batch are found before it is printed."""

from __future__ import annotations

from datetime import date

from showroom.cards import compose, templates, worst
from showroom.cards.compose import Facts
from showroom.store.models import Honorific


def letter(name, honorific=Honorific.MR, code="thanks-family", **facts):
    wording = templates.everything()[code]
    on = date(2026, 11, 21)
    return compose.letter(wording, Facts(on=on, name=name, honorific=honorific, **facts))


def cases(*letters):
    return {one.case: (one.letter.who, one.about) for one in worst.of(letters)}


def test_longest_name_rarest_character_missing_title_and_most_words():
    found = cases(
        letter("张伟"),
        letter("欧阳雪", Honorific.MS),
        letter("李静", Honorific.NONE),
        letter("王㛃", Honorific.NONE),
        letter("阿依古丽·买买提", Honorific.MS),
        letter("王强", model="汉EV", ordered=date(2024, 1, 2)),
        letter("王总", Honorific.NONE),
        letter("远航公司", Honorific.COMPANY),
    )
    assert found["longest"][0] == "阿依古丽·买买提"
    assert found["rarest"] == ("王㛃", "㛃")
    assert found["untitled"][0] == "李静"
    assert found["fullest"][0] == "王强"


def test_the_rarest_is_what_no_font_has_then_what_the_card_font_lacks():
    ranks = ("张镕", "张㛃", "张㸃", "张🜲")
    letters = [letter(name, Honorific.NONE) for name in ranks]
    for worst_one in (3, 2, 1, 0):
        assert cases(*letters[: worst_one + 1])["rarest"][0] == ranks[worst_one]


def test_ordinary_names_have_no_rarest_and_nobody_has_no_case():
    found = cases(letter("张伟"), letter("Jane Miller", code="thanks-english"))
    assert "rarest" not in found
    assert "untitled" not in found
    assert worst.of([]) == []
    assert "untitled" not in cases(letter("远航公司", Honorific.COMPANY, "thanks-business"))
