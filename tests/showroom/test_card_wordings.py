"""Wordings of the showroom's own: checked, taken back, and nothing that was printed changes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st
from sqlalchemy import select

from showroom import choices, offers, paths, settings
from showroom.cards import compose, filling, occasions, queue, templates, wordings
from showroom.cards.compose import Facts
from showroom.care import complaints
from showroom.deals import closing
from showroom.errors import Invalid, ShowroomError
from showroom.guard import erasure, trail
from showroom.people import customers, relations
from showroom.store import journal
from showroom.store.models import (
    Card,
    CardKind,
    CardTemplate,
    Cause,
    ChoiceKind,
    Honorific,
    Kinship,
    Role,
)
from tests import builders
from tests.builders import NOW, TODAY

EVERYTHING = templates.everything()


@pytest.fixture
def db(db):
    return builders.stop_clock(db)


def a_card(db, name="张伟", **facts):
    """A customer of today with his card of thanks."""
    facts = {"address": "城东路 1 号"} | facts
    with db.write() as session:
        customer = builders.a_customer(session, name, **facts)
    with db.write() as session:
        deal = builders.a_deal(session, customer)
        return session.query(Card).filter_by(deal_id=deal).one().id


def text(db, card):
    with db.read() as session:
        return compose.compose(session, card, today=TODAY).text()


def changed(code="thanks-family", **parts):
    return replace(wordings.typed(EVERYTHING[code]), **parts)


def save(db, code, wording):
    with db.write() as session:
        return wordings.save(session, code, wording)


BODY = "尊敬的{greeting}：\n您好！\n谢谢您选择{model}。"


# --- filling


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("感谢您选择{model}。欢迎常来。", "欢迎常来。"),
        ("感谢您[[选择{model}，]]一路平安。", "感谢您一路平安。"),
        ("[[couple: 祝二位]][[!couple: 祝您]]平安。", "祝您平安。"),
        ("[[夫妇：祝二位]][[！夫妇：祝您]]平安。", "祝您平安。"),
        ("[[model: 爱车]][[!model: 您]]平安。", "您平安。"),
        ("[[company: 贵单位]][[person: 您]]平安。", "您平安。"),
        ("[[请注意：]]路滑。", "请注意：路滑。"),
        ("请找{顾问}。", "请找王强。"),
        ("Mr. {model} is here. Please ask for Ms. {consultant}.", "Please ask for Ms. 王强."),
    ],
)
def test_conditions_and_places(text, said):
    values = dict.fromkeys([*filling.PLACES, *filling.CONDITIONS], "")
    assert filling.filled(text, values | {"person": "yes", "consultant": "王强"}) == said


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("您好{price}。", r"“{price}” stands for nothing. There are: {greeting} {model}"),
        ("您好{}。", r"“{}” stands for nothing"),
        (
            "[[vip: 您好]]。",
            r"“vip” is no condition. There are: person, single, business, company, couple",
        ),
        ("[[couple: 您好。", r"“\[\[” has no other half"),
        ("您好]]。", r"“\]\]” has no other half"),
        ("您好{。", "“{” has no other half"),
        ("[[a[[b]]c]]", "has no other half"),
        ("[[情侣: 祝二位]]。", "“情侣” is no condition"),
        ("[[一对夫妇：祝二位]]。", "“一对夫妇” is no condition"),
        ("[[选择{model}，\n感谢您。]]", r"“\[\[” has no other half in its paragraph"),
    ],
)
def test_what_cannot_be_filled_is_named(text, problem):
    assert re.search(problem, filling.problem(text))


def test_a_heading_before_a_place_is_no_condition():
    assert filling.problem("[[您的顾问：{顾问}。]]") == ""


def test_what_a_chinese_input_method_types_is_read_as_it_is_meant():
    typed = "感谢您选择｛车型｝。【【夫妇：祝二位】】［［！夫妇：祝您］］平安。【请注意】"
    coded = "感谢您选择{model}。[[couple: 祝二位]][[!couple: 祝您]]平安。【请注意】"
    assert filling.coded(typed) == coded


def test_a_condition_may_be_typed_over_paragraphs(db):
    """A single man's card began with “[[couple: 祝二位平安。”."""
    card = a_card(db)
    said = "祝二位平安。\n\n  二位的信任，我们会放在心上。"
    body = f"尊敬的{{称呼}}：\n您好！\n[[夫妇: {said}]]\n[[!夫妇：祝您\n平安。]]谢谢。"
    save(db, "thanks-family", changed(body=body))
    assert "您好！\n祝您\n平安。谢谢。\n" in text(db, card)
    with db.read() as session:
        wording = templates.known(session)["thanks-family"]
    made = compose.letter(wording, Facts(TODAY, "王伟", Honorific.MR, partner="李女士"))
    assert made.paragraphs == ("您好！", "祝二位平安。", "二位的信任，我们会放在心上。", "谢谢。")


def test_half_a_part_that_was_kept_once_is_not_printed(db):
    save(db, "thanks-family", changed(body=BODY))
    card = a_card(db)
    with db.write() as session:
        row = session.scalars(select(CardTemplate)).one()
        journal.act(session, "card_wording", row)
        row.body = "您好！\n[[couple: 祝二位平安。\n二位保重。]]\n[[谢谢您\n选择我们。]]"
    assert "您好！\n谢谢您\n选择我们。\n" in text(db, card)


def test_places_are_shown_in_the_language_in_use_and_kept_by_their_code():
    said = "[[夫妇：祝二位]]{称呼}[[!车型: 您]]{nothing}"
    coded = "[[couple: 祝二位]]{greeting}[[!model: 您]]{nothing}"
    assert filling.coded(said) == coded
    assert filling.spelled(said) == coded  # the desk speaks English


@pytest.mark.language("zh_CN")
def test_a_chinese_desk_reads_chinese_places():
    assert filling.spelled("[[!couple: 您]]{greeting}") == "[[!夫妇: 您]]{称呼}"
    assert filling.places()[0] == "{称呼}"


@given(
    st.sampled_from(list(EVERYTHING)),
    st.sets(st.sampled_from(["model", "consultant", "shop", "friend", "name", "ordered", "title"])),
    st.sampled_from(list(Honorific)),
    st.sampled_from(["", "李女士"]),
)
@tries(max_examples=300, deadline=None)
def test_no_sentence_with_a_hole_is_ever_printed(code, known, honorific, partner):
    full = {
        "model": "汉EV",
        "consultant": "王强",
        "shop": "城东展厅",
        "friend": "陈先生",
        "name": "张伟",
        "title": "经理",
        "ordered": date(2024, 11, 20),
    }
    facts = {name: value for name, value in full.items() if name in known}
    made = compose.letter(
        EVERYTHING[code],
        Facts(on=date(2026, 11, 21), honorific=honorific, partner=partner, **facts),
    )
    said = made.text()
    assert not re.search(r"[{}\[\]]|None|找，|，。|由专人|介绍来到|陪伴您已满。|  ", said)
    assert made.salutation.endswith(("：", ":"))
    assert made.paragraphs


# --- whom it is to


def test_a_couple_gets_one_card_to_both(db):
    card = a_card(db, "王伟")
    with db.write() as session:
        other = builders.a_customer(session, "李雪", honorific=Honorific.MS)
        mine = session.get_one(Card, card).customer_id
    with db.write() as session:
        relations.link(session, mine, other, Kinship.COUPLE, now=NOW)
    said = text(db, card)
    assert said.startswith("尊敬的王先生、李女士 伉俪：")
    assert "感谢二位选择" in said
    with db.write() as session:
        shop = settings.load(session)
        shop.card_couples, shop.card_han_dates = False, True
        settings.save(session, shop)
    assert text(db, card).startswith("尊敬的王先生：")
    assert text(db, card).endswith("二〇二六年十一月十八日")
    with db.write() as session:
        shop = settings.load(session)
        shop.card_couples = True
        settings.save(session, shop)
        customers.change(session, other, do_not_contact=True)
    assert text(db, card).startswith("尊敬的王先生：")  # she is left in peace


def test_a_card_of_ones_own_is_not_to_both():
    for code, template in EVERYTHING.items():
        if template.kind not in compose.TO_BOTH:
            assert "couple" not in template.text(), code


def test_business_wishes_are_for_who_has_a_title():
    wording = EVERYTHING["thanks-business"]
    facts = Facts(on=TODAY, name="陈明", honorific=Honorific.MR, title="总经理")
    assert compose.letter(wording, facts).closing == ("顺颂", "商祺！")
    assert compose.letter(wording, replace(facts, title="")).closing == ("此致", "敬礼！")
    family = EVERYTHING["thanks-family"]
    assert compose.letter(family, facts).closing == ("敬祝", "阖家平安，行车愉快！")


# --- the showroom's own


def test_the_closing_is_filled_and_what_is_empty_is_left_out(db):
    """It printed “{model}一路平安！”."""
    card = a_card(db)
    wish = "敬祝\n[[couple: 二位]][[!couple: 您]]与{车型}一路平安！"
    save(db, "thanks-family", changed(closing_person=wish))
    assert "\n敬祝\n您与汉 EV一路平安！\n" in text(db, card)
    facts = Facts(on=TODAY, name="张伟", honorific=Honorific.MR)
    with db.read() as session:
        made = compose.letter(templates.known(session)["thanks-family"], facts)
    assert made.closing == ()  # and no 敬祝 without a wish
    file = (paths.resources() / "cards" / "help.toml").read_text("utf-8")
    assert templates.read("x", file.replace("万事如意！", "{车型}如意！")).closing_person[1] == (
        "平安顺遂，{model}如意！"
    )


@pytest.mark.parametrize("raw", ["{车型}", "｛车型｝", "[[夫妇: 二位]]", "【【夫妇：二位】】", "{"])
def test_nothing_in_braces_is_printed_from_own_words(db, raw):
    card = a_card(db)
    words = f"尊敬的张先生：\n感谢您选择{raw}，一路平安。"
    with pytest.raises(Invalid, match="would be printed so"), db.write() as session:
        queue.reword(session, card, words, today=TODAY)
    assert "感谢您选择汉 EV。" in text(db, card)


def test_a_delivered_wording_is_replaced_and_is_there_again(db):
    waiting, printed = a_card(db), a_card(db, "李雪")
    with db.write() as session:
        queue.mark_printed(session, [printed], printer="HP", now=NOW)
    before = text(db, printed)
    file = paths.resources() / "cards" / "thanks-family.toml"
    on_disk = file.read_bytes()
    assert save(db, "thanks-family", changed(body=BODY)) == "thanks-family"
    assert "谢谢您选择汉 EV。" in text(db, waiting)
    assert text(db, printed) == before
    assert file.read_bytes() == on_disk
    with db.write() as session:
        journal.undo(session)
    assert "感谢您选择汉 EV" in text(db, waiting)
    save(db, "thanks-family", changed(body=BODY))
    with db.write() as session:
        wordings.withdraw(session, "thanks-family")
    assert "感谢您选择汉 EV" in text(db, waiting)
    with pytest.raises(ShowroomError, match="delivered with the program"), db.write() as session:
        wordings.withdraw(session, "thanks-family")


def test_a_new_wording_is_chosen_for_a_card_which_falls_back_when_it_goes(db):
    card = a_card(db)
    code = save(db, "", changed(name="简短", body=BODY))
    assert code == "own-1"
    with db.write() as session:
        queue.set_template(session, card, code)
    assert "谢谢您选择" in text(db, card)
    with db.read() as session:
        names = [t.name for t in templates.of_kind(CardKind.THANKS, templates.known(session))]
    assert names == ["购车感谢·家庭", "简短", "购车感谢·商务", "Thank you for your order"]
    with db.write() as session:
        wordings.withdraw(session, code)
    assert "感谢您选择" in text(db, card)
    assert save(db, "", changed(name="另一条", body=BODY)) == "own-2"  # own-1 is still on a card


def test_what_cannot_be_is_said_beside_its_field(db):
    with pytest.raises(Invalid) as refused:
        save(
            db,
            "",
            changed(
                name=" ",
                body="尊敬的{greeting}：\n{price}谢谢。",
                closing_person="全场 8 折",
                signature="城" * 700,
            ),
        )
    found = refused.value.problems
    assert found["name"] == "Give the wording a name."
    assert found["body"].startswith("“{price}” stands for nothing.")
    assert found["closing_person"].startswith("“8 折” sells something")
    assert found["signature"] == "That is too long for a card."
    for body, said in (
        ("谢谢。", "The first line addresses the customer, the words follow"),
        ("您好：\n谢谢。", r"addresses the customer: \{greeting\} must stand in it"),
    ):
        with pytest.raises(Invalid, match=said):
            save(db, "", changed(name="x", body=body))
    with pytest.raises(Invalid, match="a wording of this name"):
        save(db, "", changed())
    with pytest.raises(Invalid, match="keeps its kind"):
        save(db, "thanks-family", changed(kind=CardKind.HELP))
    with db.read() as session:
        assert session.query(CardTemplate).count() == 0


@pytest.mark.parametrize(
    ("name", "body", "field", "said"),
    [
        ("清明祝福", "祝您清明节快乐！", "body", "“快乐” does not fit Tomb-Sweeping Day"),
        ("端午", "端午快乐！", "body", "“快乐” does not fit Dragon Boat Festival"),
        (
            "端午问候",
            "粽叶飘香，愿您天天开心。",
            "body",
            "“开心” does not fit Dragon Boat Festival",
        ),
        ("中元", "中元节安康。", "name", "nobody is greeted, there is no card"),
        ("过节", "清明时节，祝您愉快！", "body", "“愉快” does not fit 清明"),
        ("过节", "中元节快乐！", "body", "“快乐” does not fit 中元节"),
    ],
)
def test_no_festival_wording_wishes_a_merry_day_of_graves(db, name, body, field, said):
    wording = changed("festival-any", name=name, body=f"尊敬的{{称呼}}：\n{body}")
    with pytest.raises(Invalid) as refused:
        save(db, "", wording)
    assert list(refused.value.problems) == [field]
    assert said in refused.value.problems[field]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("端午问候", "端午安康，阖家平安！"),
        ("中秋问候", "端午一别，转眼中秋，祝您中秋快乐！"),
        ("清明问候", "清明时节，愿您珍重。"),
    ],
)
def test_what_fits_such_a_day_is_kept(db, name, body):
    save(db, "", changed("festival-any", name=name, body=f"尊敬的{{称呼}}：\n{body}"))


def test_a_wish_may_speak_of_what_thanks_may_not(db):
    sells = "尊敬的{greeting}：\n您好！\n双十一到店有礼。"
    with pytest.raises(Invalid, match="到店有礼"):
        save(db, "", changed(name="x", body=sells))
    save(db, "", changed("festival-spring", name="x", body=sells))


def test_words_for_one_card_make_no_offer_but_may_name_the_model(db):
    with db.write() as session:
        model = builders.a_model(session, "汉EV 限量版")
        customer = builders.a_customer(session, "张伟")
    with db.write() as session:
        deal = builders.a_deal(session, customer, model_id=model)
        card = session.query(Card).filter_by(deal_id=deal).one().id
    with pytest.raises(Invalid, match="“优惠” sells something"), db.write() as session:
        queue.reword(session, card, "尊敬的张先生：\n下次优惠。", today=TODAY)
    with db.write() as session:
        queue.reword(session, card, "尊敬的张先生：\n汉EV 限量版与您很配。", today=TODAY)
    assert "很配" in text(db, card)


@pytest.mark.parametrize("code", EVERYTHING)
def test_what_is_delivered_can_be_edited_as_it_is_and_sells_nothing(code):
    template = EVERYTHING[code]
    assert wordings.checked(wordings.typed(template), code) == template
    assert offers.found(template.text()) == []
    for which in wordings.EXAMPLES:
        assert wordings.example(template, which, TODAY).paragraphs


def test_only_who_may_change_settings_changes_wordings(db):
    with db.write() as session:
        boss = builders.a_member(session, "周敏", Role.MANAGER)
        li = builders.a_member(session, "李静", Role.RECEPTIONIST)
    with db.write() as session:
        builders.a_pin(session, boss, "135790", by=boss)
    db.staff_id = li
    with pytest.raises(ShowroomError, match="manager or an owner"):
        save(db, "", changed(name="x"))


@pytest.mark.parametrize(
    "said",
    [
        "全场8折起",
        "立减￥500",
        "赠送脚垫",
        "限时抢购",
        "零首付 特价",
        "a 10% discount",
        "送５００元",
        "特惠来袭",
        "到店领取精美礼品",
        "送您一次保养",
        "保养免工时费",
        "满1000减100",
        "转介绍送油卡",
        "礼品一份",
        "仅需999",
        "分期付款",
        "20 percent off",
        "100% off",
        "百分之五的回馈",
    ],
)
def test_an_offer_is_recognised(said):
    assert offers.found(said)


@pytest.mark.parametrize(
    "said",
    [
        "感谢您的信任",
        "一个电话就好",
        "转折",
        "Thank you for choosing us",
        "百分之百用心",
        "100%用心",
        "您仅需一个电话",
        "仅需10分钟",
        "这部分期待我们记在心里",
        "送上我们的祝福",
        "送车保养时请直接找他",
        "感谢您送来的礼品",
        "陪伴您已满两年",
    ],
)
def test_thanks_are_no_offer(said):
    assert offers.found(said) == []


@pytest.mark.parametrize(
    ("name", "honorific"), [("诸葛雪芹", Honorific.NONE), ("李雪", Honorific.MS)]
)
def test_who_is_erased_goes_from_own_words_that_wait(db, name, honorific):
    """The card of the husband waited with words of its own, and named her."""
    card = a_card(db, "王伟")
    with db.write() as session:
        other = builders.a_customer(session, name, honorific=honorific)
        mine = session.get_one(Card, card).customer_id
    with db.write() as session:
        relations.link(session, mine, other, Kinship.COUPLE, now=NOW)
    with db.read() as session:
        words = compose.words_of(compose.compose(session, card, today=TODAY))
    with db.write() as session:
        queue.reword(session, card, words.replace("您好！", "二位好！"), today=TODAY)
    assert name[0] in text(db, card)
    with db.write() as session:
        erasure.erase(session, other, why=Cause.ASKED)
    assert name[0] not in text(db, card)
    with db.read() as session:
        assert queue.waiting(session) == [card]  # his card waits as before
        images = session.connection().exec_driver_sql("SELECT before, after FROM change").all()
        assert not any(name in str(image) for image in images)


def test_who_complains_is_not_greeted_on_the_card_to_both(db):
    card = a_card(db, "王伟")
    with db.write() as session:
        other = builders.a_customer(session, "李雪", honorific=Honorific.MS)
        mine = session.get_one(Card, card).customer_id
    with db.write() as session:
        relations.link(session, mine, other, Kinship.COUPLE, now=NOW)
    with db.write() as session:
        cause = choices.first(session, ChoiceKind.COMPLAINT_CAUSE)
        hand = builders.a_member(session)
        said = {"cause_id": cause, "words": "慢", "responsible_id": hand}
        complaints.take(session, other, **said, now=NOW)
    assert text(db, card).startswith("尊敬的王先生：")


def test_a_congratulation_that_cards_wait_with_is_not_withdrawn(db):
    """They would have wished luck for a new flat."""
    code = save(db, "", changed("congratulation", name="恭贺添丁"))
    with db.write() as session:
        customer = builders.a_customer(session, "张伟", address="城东路 1 号")
    with db.write() as session:
        card = occasions.write(session, customer, code, on=TODAY, today=TODAY).id
    waits = pytest.raises(ShowroomError, match="1 card waits with this wording")
    with waits, db.write() as session:
        wordings.withdraw(session, code)
    with pytest.raises(ShowroomError, match="1 card waits with this wording"):
        save(db, code, changed("help", name="恭贺添丁"))
    with db.write() as session:
        queue.skip(session, card, "done", now=NOW)
    with db.write() as session:
        wordings.withdraw(session, code)


def test_who_is_erased_is_erased_from_the_cards_of_others(db):
    """The introducer's card named him whole, and so did the card to his wife."""
    with db.write() as session:
        brought = builders.a_customer(session, "欧阳思远", honorific=Honorific.NONE)
        introducer = builders.a_customer(session, "李娜", address="城东路 1 号")
        wife = builders.a_customer(session, "周敏", honorific=Honorific.MS)
    with db.write() as session:
        relations.link(session, brought, wife, Kinship.COUPLE, now=NOW)
    with db.write() as session:
        deal = builders.a_deal(session, brought, introducer_id=introducer)
    with db.write() as session:
        builders.a_deal(session, wife)
    with db.write() as session:
        ids = [card.id for card in session.query(Card).filter(Card.customer_id != brought)]
        queue.mark_printed(session, ids, printer="HP", now=NOW)
    assert all("欧阳思远" in text(db, id) for id in ids)
    with db.write() as session:
        closing.deliver(session, deal, on=TODAY, today=TODAY)
    with db.write() as session:
        erasure.erase(session, brought, why=Cause.ASKED)
    assert not any("欧阳" in text(db, id) for id in ids)
    with db.read() as session:
        images = session.connection().exec_driver_sql("SELECT before, after FROM change").all()
        assert not any("欧阳思远" in str(image) for image in images)
        assert trail.verify(session).ok
