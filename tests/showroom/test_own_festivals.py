"""What a showroom says on a festival is its own; what does not fit the day is refused (§5.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from showroom import i18n, settings
from showroom.cards import compose, feasts, occasions, queue, templates, wordings
from showroom.care import festivals, own_festivals
from showroom.care.festivals import By
from showroom.care.own_festivals import Typed
from showroom.errors import Invalid, ShowroomError
from showroom.guard import amends, exports
from showroom.sheets import calendar_file
from showroom.store import journal
from showroom.store.models import Card, Role, Setting
from tests import builders as make
from tests.builders import NOW, TODAY

ANNIVERSARY = Typed("店庆", "Our anniversary", By.SOLAR, 5, 18, "店庆同喜，岁岁平安", "With thanks")


@pytest.fixture
def db(db):
    return make.stop_clock(db)


def save(db: Any, code: str, wanted: Typed) -> str:
    with db.write() as session:
        return own_festivals.save(session, code, wanted)


def known(db: Any) -> dict[str, festivals.Festival]:
    with db.read() as session:
        return {one.code: one for one in festivals.known(settings.load(session))}


def refused(db: Any, code: str, wanted: Typed) -> dict[str, str]:
    with pytest.raises(Invalid) as error, db.write() as session:
        own_festivals.save(session, code, wanted)
    return error.value.problems


def shipped(code: str) -> Typed:
    return own_festivals.typed(festivals.FESTIVAL[code])


def in_calendar(db: Any, tmp_path: Any, first: date, last: date) -> str:
    path = tmp_path / "c.ics"
    with exports.leaving(db, "calendar", path) as session:
        calendar_file.save(session, path, first, last, now=NOW)
    return path.read_text("utf-8")


def test_a_greeting_is_changed_taken_back_and_as_it_was_delivered(db):
    save(db, "mid_autumn", shipped("mid_autumn")._replace(zh="中秋吉祥，花好月圆"))
    assert known(db)["mid_autumn"].wish("zh") == "中秋吉祥，花好月圆"
    with db.read() as session:  # what is as delivered is not kept
        assert settings.load(session).festivals == {"mid_autumn": {"zh": "中秋吉祥，花好月圆"}}
    with db.write() as session:
        assert journal.undo(session).verb == "festival"
    assert known(db)["mid_autumn"] == festivals.FESTIVAL["mid_autumn"]
    with db.write() as session:
        journal.redo(session)
    with db.write() as session:
        own_festivals.forget(session, "mid_autumn")
    assert known(db)["mid_autumn"] == festivals.FESTIVAL["mid_autumn"]
    save(db, "mid_autumn", shipped("mid_autumn"))
    with db.read() as session:
        assert settings.load(session).festivals == {}


def test_what_is_switched_off_is_in_no_calendar_and_on_no_card(db, tmp_path):
    save(db, "army", shipped("army")._replace(on=False))
    with db.read() as session:
        used = {one.code for one in festivals.in_use(settings.load(session))}
        coming = {one.feast.festival.code for one in feasts.coming(session, TODAY)}
    assert "army" not in used
    assert "army" not in coming
    assert "ghosts" not in coming  # nobody is greeted
    i18n.use("zh_CN")
    said = in_calendar(db, tmp_path, date(2027, 7, 25), date(2027, 9, 11))
    assert "建军节" not in said
    assert "教师节" in said


def test_the_showroom_has_an_anniversary_of_its_own(db, tmp_path):
    code = save(db, "", ANNIVERSARY)
    assert code == "own-1"
    made = known(db)[code]
    assert made.own
    assert made.when.days(2027) == [date(2027, 5, 18)]
    i18n.use("zh_CN")
    said = in_calendar(db, tmp_path, date(2027, 5, 1), date(2027, 5, 31))
    assert "店庆" in said
    assert "店庆同喜" in said
    save(db, code, ANNIVERSARY._replace(day=20))
    assert known(db)[code].when.days(2027) == [date(2027, 5, 20)]
    local = save(db, "", Typed("开渔节", "", By.LUNAR, 2, 30, "鱼满舱"))
    assert local == "own-2"
    assert known(db)[local].when.words() == "农历二月三十"
    assert known(db)[local].when.days(2027) == [date(2027, 4, 6)]
    i18n.use("en")
    assert (known(db)[local].name, known(db)[local].greeting) == ("开渔节", "鱼满舱")
    with db.write() as session:
        own_festivals.forget(session, code)
    assert code not in known(db)
    with pytest.raises(ShowroomError, match="no longer in the table"):
        save(db, code, ANNIVERSARY)


@pytest.mark.parametrize(
    ("code", "changed", "field", "sentence"),
    [
        ("bright", {"zh": "清明快乐"}, "zh", "“快乐” does not fit"),
        ("bright", {"en": "A merry day"}, "en", "“merry” does not fit"),
        ("dragon_boat", {"zh": "端午节快乐"}, "zh", "安康"),
        ("ghosts", {"zh": "中元安康"}, "zh", "nobody is greeted"),
        ("spring", {"zh": "春节快乐，进店享优惠"}, "zh", "makes no offer"),
        ("spring", {"en": "Special offers for you"}, "en", "makes no offer"),
        ("spring", {"zh": "福" * 61}, "zh", "60"),
    ],
)
def test_what_does_not_fit_the_day_is_refused_beside_it(db, code, changed, field, sentence):
    problems = refused(db, code, shipped(code)._replace(**changed))
    assert list(problems) == [field]
    assert sentence in problems[field]
    assert known(db) == festivals.FESTIVAL


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"name_zh": "", "name_en": ""}, "name_zh", "a name"),
        ({"name_zh": "中秋节"}, "name_zh", "of this name"),
        ({"name_en": "army day"}, "name_en", "of this name"),
        ({"name_zh": "庆" * 21}, "name_zh", "20"),
        ({"month": None}, "month", "1 to 12"),
        ({"day": 32}, "day", "1 to 31"),
        ({"month": 2, "day": 30}, "day", "1 to 29"),
        ({"by": By.LUNAR, "day": 31}, "day", "1 to 30"),
        ({"zh": "店庆大酬宾，全场八折"}, "zh", "makes no offer"),
        ({"name_zh": "清明踏青", "zh": "踏青快乐"}, "zh", "does not fit"),
        ({"by": By.LUNAR, "month": 7, "day": 15, "en": ""}, "zh", "nobody is greeted"),
    ],
)
def test_an_own_one_has_a_name_a_day_and_fit_words(db, changed, field, sentence):
    problems = refused(db, "", ANNIVERSARY._replace(**changed))
    assert list(problems) == [field]
    assert sentence in problems[field]
    with db.read() as session:
        assert not session.scalar(select(func.count()).where(Setting.key == "festivals"))


def test_who_may_not_change_settings_changes_no_festival(db):
    with db.write() as session:
        boss = make.a_member(session, "周敏", Role.MANAGER)
        desk = make.a_member(session, "李静", Role.RECEPTIONIST)
        make.a_pin(session, boss, "2468", by=boss)
    db.staff_id = desk
    with pytest.raises(ShowroomError):
        save(db, "", ANNIVERSARY)
    with pytest.raises(ShowroomError), db.write() as session:
        own_festivals.forget(session, "army")
    db.staff_id = boss
    code = save(db, "", ANNIVERSARY)
    db.staff_id = desk
    with pytest.raises(ShowroomError), db.write() as session:
        amends.undo(session)
    assert code in known(db)


# --- on cards


def write(db: Any, name: str, template: str, festival: str = "", **facts: Any) -> int:
    with db.write() as session:
        id = make.a_customer(session, name, **facts)
    with db.write() as session:
        card = occasions.write(session, id, template, on=TODAY, today=TODAY, festival=festival)
        return card.id


def text(db: Any, card: int) -> str:
    with db.read() as session:
        return compose.compose(session, card, today=TODAY).text()


def test_a_card_says_what_the_showroom_says_until_it_is_printed(db):
    card = write(db, "张伟", "festival-autumn")
    assert "\n中秋快乐，人月两圆！\n" in text(db, card)
    save(db, "mid_autumn", shipped("mid_autumn")._replace(zh="中秋吉祥，花好月圆！"))
    assert "\n中秋吉祥，花好月圆！\n" in text(db, card)
    with db.write() as session:
        queue.mark_printed(session, [card], printer="HP", now=NOW)
    save(db, "mid_autumn", shipped("mid_autumn"))
    assert "\n中秋吉祥，花好月圆！\n" in text(db, card)


def test_a_card_takes_no_wording_in_whose_language_its_festival_has_no_greeting(db):
    """A waiting card of an own festival without English words stays as it was, and is told why."""
    code = save(db, "", ANNIVERSARY._replace(en=""))
    card = write(db, "张伟", "festival-any", code, address="城东路 1 号")
    before = text(db, card)
    said = "This festival has no greeting in English: write one in Settings."
    with pytest.raises(Invalid, match=said), db.write() as session:
        queue.set_template(session, card, "festival-english")
    assert text(db, card) == before
    batch = {"due": TODAY, "size": "148x100", "template": "festival-english"}
    with pytest.raises(Invalid, match=said), db.read() as session:  # nor does a batch of them
        queue.pdf_of_due(session, **batch)
    with db.write() as session:  # one that is for a festival of its own says that one's words
        queue.set_template(session, card, "festival-spring")
    assert "新春将至" in text(db, card)
    english = save(db, code, ANNIVERSARY)
    assert english == code
    other = write(db, "李娜", "festival-any", code)
    with db.write() as session:
        queue.set_template(session, other, "festival-english")
    assert "\nWith thanks.\n" in text(db, other)


def test_an_own_festival_has_cards_with_its_name_and_its_greeting(db):
    code = save(db, "", ANNIVERSARY)
    with db.read() as session:
        coming = {one.feast.festival.code: one for one in feasts.coming(session, date(2027, 5, 2))}
        likely = feasts.likely(feasts.coming(session, date(2027, 5, 9)))
    assert coming[code].wording.name == "节日祝福"
    assert coming[code].on == date(2027, 5, 11)
    assert likely is not None
    assert likely.feast.festival.code == code
    zhang = text(db, write(db, "张伟", "festival-any", code))
    assert "店庆将至" in zhang
    assert "\n店庆同喜，岁岁平安！\n" in zhang
    jane = text(db, write(db, "Jane Miller", "festival-english", code))
    assert "\nWith thanks.\n" in jane
    with pytest.raises(ShowroomError, match="2 cards for Our"), db.write() as session:
        own_festivals.forget(session, code)


def test_nobody_is_written_to_in_a_language_in_which_a_festival_has_no_words(db):
    code = save(db, "", ANNIVERSARY._replace(name_en="", en=""))
    with db.read() as session:
        for language, there in (("zh", True), ("en", False)):
            coming = feasts.coming(session, TODAY, language=language)
            assert (code in {one.feast.festival.code for one in coming}) is there
    with pytest.raises(Invalid, match="no greeting in English"):
        write(db, "Jane Miller", "festival-english", code)
    with db.write() as session:
        where = {"address": "城东路 1 号"}
        ids = [make.a_customer(session, name, **where) for name in ("张伟", "Ann Lee")]
    with db.write() as session:
        made = occasions.write_many(
            session, ids, "festival-any", on=TODAY, today=TODAY, festival=code
        )
    assert made == (1, ["Mr Ann Lee: no such wording in English"])


def test_a_card_whose_festival_nobody_knows_wishes_nothing_rather_than_half(db):
    said = text(db, write(db, "张伟", "festival-any"))
    assert "将至" not in said
    assert "敬祝" not in said
    assert "感谢您一直以来的信任与支持。" in said


def test_for_many_each_language_has_the_words_of_the_festival(db):
    address = "城东路 1 号"
    with db.write() as session:
        ids = [make.a_customer(session, name, address=address) for name in ("Ann Lee", "张伟")]
    with db.write() as session:
        occasions.write_many(
            session, ids, "festival-english", on=TODAY, today=TODAY, festival="dragon_boat"
        )
    with db.read() as session:
        waiting = queue.rows(session, queue.waiting(session), today=TODAY)
        assert {row.reason for row in waiting} == {"Festival card · Dragon Boat Festival"}
        assert {row.template for row in waiting} == {"festival-english", "festival-dragon-boat"}
        said = [compose.compose(session, row.id, today=TODAY).text() for row in waiting]
    assert any("Health and peace at the Dragon Boat Festival." in one for one in said)
    assert any("粽叶" in one and "端午安康！" in one for one in said)


def test_another_wording_takes_its_festival_along(db):
    card = write(db, "张伟", "festival-spring")
    with db.write() as session:
        assert session.get_one(Card, card).festival == "spring"
        queue.set_template(session, card, "festival-autumn")
    assert "中秋快乐，人月两圆！" in text(db, card)
    with db.write() as session:
        queue.set_template(session, card, "festival-any")
    assert "中秋节将至" in text(db, card)


def test_a_closing_of_ones_own_is_filled_too(db):
    wording = wordings.typed(templates.everything()["festival-any"])
    own = replace(wording, name="店庆贺卡", closing_person="祝{称呼}\n{祝福}，{店名}敬上")
    with db.write() as session:
        code = wordings.save(session, "", own)
    festival = save(db, "", ANNIVERSARY)
    with db.write() as session:
        shop = settings.load(session)
        shop.shop_name = "城东展厅"
        settings.save(session, shop)
    card = write(db, "张伟", code)
    with db.read() as session:
        assert session.get_one(Card, card).festival == festival
    assert "祝张先生\n店庆同喜，岁岁平安，城东展厅敬上" in text(db, card)


def test_a_wording_that_is_chosen_for_all_brings_its_own_festival(db):
    card = write(db, "张伟", "festival-spring")
    with db.read() as session:
        (made,) = compose.compose_many(session, [card], today=TODAY, template="festival-autumn")
    assert "中秋快乐，人月两圆！" in made.text()
    assert "春节" not in made.text()


def test_the_longest_name_says_which_festival_a_wording_is_for(db):
    code = save(db, "", Typed("春节团拜", "", By.LUNAR, 1, 6, "新春大吉"))
    with db.read() as session:
        among = festivals.known(settings.load(session))
    found = [feasts.meant(name, among) for name in ("春节团拜贺卡", "春节祝福", "节日祝福")]
    assert [one and one.code for one in found] == [code, "spring", None]
