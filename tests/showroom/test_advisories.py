"""Notices about weather and service: whom they meet, who agreed, and nobody is told twice."""

from __future__ import annotations

from typing import Any

import pytest

from showroom import offers
from showroom.cards import messages
from showroom.care import advisories
from showroom.care.advisories import Reach
from showroom.errors import Invalid, ShowroomError
from showroom.figures import advisories as lists
from showroom.guard import amends, consent, erasure
from showroom.people import customers, timeline, vehicles
from showroom.store.models import AdvisoryKind, Alert, Cause, Role, Way
from tests import builders as b
from tests.stories import story

KIND = AdvisoryKind.RAIN


@story
def shop(db: Any) -> Any:
    """张伟 drives a Han and agreed to SMS and WeChat, 李娜 agreed to nothing but calls."""
    b.stop_clock(db)
    with db.write() as session:
        db.wang = b.a_member(session)
        db.boss = b.a_member(session, "陈志远", Role.MANAGER)
    with db.write() as session:
        db.zhang = b.a_customer(
            session,
            "张伟",
            consultant_id=db.wang,
            wechat="zhang_wei",
            address="深圳市福田区莲花路1号",
        )
        db.han = b.a_model(session)
    with db.write() as session:
        b.a_deal(session, db.zhang, model_id=db.han)
    with db.write() as session:
        db.li = b.a_customer(session, "李娜", address="深圳市南山区海德路2号")
    with db.write() as session:
        vehicles.save(session, db.zhang, plate="粤B12345", model="秦", today=b.TODAY)
    db.staff_id = db.wang
    for way in (Way.SMS, Way.WECHAT):
        with db.write() as session:
            consent.give(session, db.zhang, way, now=b.NOW)
    return db


def notice(db: Any, **facts: Any) -> int:
    facts = {"kind": KIND, "colour": Alert.ORANGE, "way": Way.SMS, "said": "请勿涉水行驶。"} | facts
    with db.write() as session:
        return advisories.add(session, now=b.NOW, today=b.TODAY, **facts).id


def tell(db: Any, id: int, *people: int) -> int:
    with db.write() as session:
        return advisories.tell(session, id, people, now=b.later(minutes=5))


def titles(db: Any, id: int) -> list[tuple[str, str]]:
    with db.read() as session:
        return [(one.title, one.detail) for one in timeline.of_customer(session, id)]


def met(db: Any, reach: Reach = Reach(), way: Way = Way.SMS) -> advisories.Met:  # noqa: B008
    with db.read() as session:
        return advisories.met(session, reach, way)


# --- whom it meets


def test_only_who_agreed_to_this_way_is_met_and_the_others_are_counted(shop: Any) -> None:
    assert met(shop) == ([shop.zhang], 1, 0)
    assert met(shop, way=Way.WECHAT) == ([shop.zhang], 0, 1)
    assert met(shop, way=Way.PHONE).ids == [shop.li, shop.zhang]  # who left a phone may be called
    assert met(shop).left_out() == "without consent to this way: 1"


@pytest.mark.parametrize(
    "facts",
    [
        {"owners": True},
        {"district": "福田"},
        {"since": b.TODAY},
        {"until": b.TODAY},
        {"owners": True, "district": " 福田区 ", "since": b.TODAY, "until": b.TODAY},
    ],
)
def test_by_car_district_and_purchase(shop: Any, facts: dict[str, Any]) -> None:
    assert met(shop, Reach(**facts), Way.PHONE).ids == [shop.zhang]


def test_by_model_bought_or_noted_as_his_car(shop: Any) -> None:
    assert met(shop, Reach(model_id=shop.han), Way.PHONE).ids == [shop.zhang]
    with shop.write() as session:
        vehicles.save(session, shop.li, plate="粤B54321", model="汉 EV", today=b.TODAY)
    assert set(met(shop, Reach(model_id=shop.han), Way.PHONE).ids) == {shop.zhang, shop.li}


def test_who_bought_later_or_lives_elsewhere_is_not_met(shop: Any) -> None:
    assert met(shop, Reach(since=b.TODAY.replace(year=2027)), Way.PHONE).ids == []
    assert met(shop, Reach(district="%"), Way.PHONE).ids == []


# --- telling


def test_who_is_told_stands_in_his_timeline_and_is_undone(shop: Any) -> None:
    id = notice(shop)
    assert tell(shop, id, shop.zhang) == 1
    with shop.read() as session:
        assert advisories.waiting(session, id) == []
        (row,) = advisories.people(session, id, [shop.zhang])
    assert (row.told_at, row.told_by) == (b.later(minutes=5), "王强")
    assert ("Told of a notice", "Rainstorm · orange · 王强") in titles(shop, shop.zhang)
    with shop.write() as session:
        amends.undo(session)
    with shop.read() as session:
        assert advisories.waiting(session, id) == [shop.zhang]


def test_nobody_is_told_twice_of_one_notice(shop: Any) -> None:
    id = notice(shop, way=Way.PHONE)
    assert tell(shop, id, shop.zhang, shop.zhang) == 1
    with pytest.raises(ShowroomError, match="nobody is told twice"):
        tell(shop, id, shop.zhang)
    assert tell(shop, id, shop.zhang, shop.li) == 1
    again = notice(shop, way=Way.PHONE)
    with shop.read() as session:
        assert set(advisories.waiting(session, again)) == {shop.zhang, shop.li}


def test_many_at_once_are_one_action_and_stand_in_each_timeline(shop: Any) -> None:
    id = notice(shop, way=Way.PHONE)
    assert tell(shop, id, shop.zhang, shop.li) == 2
    for each in (shop.zhang, shop.li):
        assert any("Rainstorm" in detail for _title, detail in titles(shop, each))


def test_who_withdraws_is_not_told_any_more(shop: Any) -> None:
    id = notice(shop)
    with shop.write() as session:
        consent.withdraw(session, shop.zhang, Way.SMS, now=b.NOW)
    with shop.read() as session:
        assert advisories.waiting(session, id) == []
        with pytest.raises(ShowroomError, match="does not agree to be told by SMS"):
            messages.of_notice(session, id, shop.zhang)
    with pytest.raises(ShowroomError, match="does not agree"):
        tell(shop, id, shop.zhang)


def test_do_not_contact_stops_every_way(shop: Any) -> None:
    with shop.write() as session:
        customers.change(session, shop.zhang, do_not_contact=True)
    assert all(shop.zhang not in met(shop, way=way).ids for way in advisories.WAYS)


def test_who_is_erased_is_not_met_but_stays_counted(shop: Any) -> None:
    id = notice(shop, way=Way.PHONE)
    tell(shop, id, shop.li)
    with shop.write() as session:
        erasure.erase(session, shop.li, why=Cause.ASKED)
    with shop.read() as session:
        assert [row.told for row in advisories.rows(session, [id])] == [1]
        assert advisories.people(session, id, [shop.li]) == []


# --- the words


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_no_text_of_ours_offers_anything(language: str) -> None:
    from showroom import i18n

    i18n.use(language)
    for kind in AdvisoryKind:
        words = advisories.standard(kind)
        assert offers.found(words) == []
        assert bool(words) is (kind is not AdvisoryKind.OTHER)
        assert len(words) <= advisories.LONGEST


@pytest.mark.parametrize(
    "words",
    [
        "暴雨将至，到店洗车免费",
        "换轮胎八折",
        "保养立减 200 元",
        "工时只要１００元",
        "雨刮 ¥99",
        "20% off on tyres",
        "A Special OFFER",
        "Checked free of charge",
        "立省三千",
        "立省3000",
        "老客户专享价",
        "专享检测价199",
        "会员专属价",
        "到店享福利",
        "福利多多",
        "推荐有礼",
        "转介绍有好礼",
        "惊喜大礼",
    ],
)
def test_words_that_offer_something_are_refused(shop: Any, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        notice(shop, said=words)
    assert refused.value.problems["said"].startswith("A notice offers nothing: take out “")


@pytest.mark.parametrize(
    "words",
    [
        *("元PLUS 车主请注意", "元旦将至，路面结冰", "后视镜折叠后再停车"),
        *("恭贺贵单位成立省级实验室", "会员评价", "专享服务的价值", "您的专属顾问", "内部评价"),
        *("社会福利院的各位同事", "彬彬有礼", "一份惊喜", "贵单位员工福利处", "推荐给朋友"),
    ],
)
def test_what_only_looks_like_an_offer_is_none(words: str) -> None:
    assert offers.found(words) == []


def test_the_message_names_him_and_no_number(shop: Any) -> None:
    id = notice(shop)
    with shop.read() as session:
        said = messages.of_notice(session, id, shop.zhang)
    assert said == "张先生，您好！请勿涉水行驶。——王强"


def test_the_words_of_last_time_are_the_first_of_the_next(shop: Any) -> None:
    notice(shop, said="低洼处请绕行。")
    with shop.read() as session:
        assert advisories.usual(session, KIND) == "低洼处请绕行。"
        assert advisories.usual(session, AdvisoryKind.ICE).startswith("Roads may be icy")


def test_a_service_notice_has_no_colour(shop: Any) -> None:
    id = notice(shop, kind=AdvisoryKind.TYRES)
    with shop.read() as session:
        (row,) = advisories.rows(session, [id])
    assert row.colour is None


# --- leaving


def test_the_list_leaves_with_what_was_said(shop: Any, tmp_path: Any) -> None:
    from openpyxl import load_workbook

    id = notice(shop)
    path = tmp_path / "list.xlsx"
    with shop.read() as session:
        assert lists.save(session, id, False, path) == 1
    held = [str(c.value) for row in load_workbook(path).active.iter_rows() for c in row if c.value]
    assert {"张伟 先生", "请勿涉水行驶。"} <= {*held} or {"Mr 张伟", "请勿涉水行驶。"} <= {*held}


def test_who_must_not_be_contacted_any_more_leaves_without_his_number(shop: Any) -> None:
    id = notice(shop)
    tell(shop, id, shop.zhang)
    with shop.write() as session:
        customers.change(session, shop.zhang, do_not_contact=True)
    with shop.read() as session:
        sheet = lists.sheet(session, id, True)
        assert [sheet.withheld(row) for row in sheet.rows] == [True]
