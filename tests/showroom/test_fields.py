"""The showroom's own fields: made in the settings, filled in the file, checked by their kind."""

from __future__ import annotations

from datetime import date

import pytest

from showroom import i18n
from showroom.errors import Invalid, ShowroomError
from showroom.people import fields
from showroom.store import journal
from showroom.store.models import FieldKind, FieldValue, Role
from tests import builders as make
from tests.stories import story


@story
def zhang(db):
    make.stop_clock(db)
    with db.write() as session:
        return make.a_customer(session, "张伟")


def add(db, zh, kind=FieldKind.TEXT, **facts):
    with db.write() as session:
        return fields.add(session, zh=zh, kind=kind, **facts).id


def put(db, customer, field, value):
    with db.write() as session:
        fields.put(session, customer, field, value)


def held(db, customer):
    with db.read() as session:
        return [(one.field.label, one.shown) for one in fields.of_customer(session, customer)]


def test_each_kind_takes_what_it_is_for(db, zhang):
    area = add(db, "面积", FieldKind.NUMBER, en="Area")
    style = add(db, "风格", FieldKind.CHOICE, options="现代\n北欧\n 现代 \n")
    start = add(db, "装修日期", FieldKind.DAY)
    seen = add(db, "看样板", FieldKind.YES_NO)
    words = add(db, "材料")
    for field, value in (
        (area, "1,200.50"),
        (style, "北欧"),
        (start, date(2026, 12, 1)),
        (seen, True),
        (words, "  岩板 "),
    ):
        put(db, zhang, field, value)
    assert held(db, zhang) == [
        ("Area", "1,200.5"),
        ("风格", "北欧"),
        ("装修日期", "2026-12-01"),
        ("看样板", "Yes"),
        ("材料", "岩板"),
    ]
    i18n.use("zh_CN")
    assert held(db, zhang)[0] == ("面积", "1,200.5")
    with db.read() as session:
        assert fields.every(session)[1].options == ("现代", "北欧")


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (FieldKind.NUMBER, "many", "Enter a number"),
        (FieldKind.NUMBER, "NaN", "Enter a number"),
        (FieldKind.NUMBER, "1e40", "Enter a number"),
        (FieldKind.DAY, "2026-02-30", "no such day"),
        (FieldKind.CHOICE, "法式", "Choose one from the list"),
        (FieldKind.YES_NO, "maybe", "Choose yes or no"),
        (FieldKind.TEXT, "长" * 201, "At most 200"),
    ],
)
def test_what_does_not_fit_its_kind_is_refused(db, zhang, kind, value, said):
    field = add(db, "某项", kind, options="现代\n北欧" if kind is FieldKind.CHOICE else "")
    with pytest.raises(Invalid, match=said):
        put(db, zhang, field, value)
    assert held(db, zhang) == [("某项", "")]


def test_an_emptied_field_keeps_nothing_and_undo_brings_it_back(db, zhang):
    field = add(db, "材料")
    put(db, zhang, field, "岩板")
    put(db, zhang, field, "")
    with db.read() as session:
        assert session.query(FieldValue).count() == 0
    with db.write() as session:
        journal.undo(session)
    assert held(db, zhang) == [("材料", "岩板")]


def test_a_field_put_away_is_shown_where_it_holds_something(db, zhang):
    with db.write() as session:
        other = make.a_customer(session, "李娜")
    field = add(db, "材料")
    put(db, zhang, field, "岩板")
    with db.write() as session:
        fields.change(session, field, active=False)
    assert held(db, zhang) == [("材料", "岩板")]
    assert held(db, other) == []


def test_names_and_options_are_checked(db):
    add(db, "材料")
    for facts, field in (
        ({"zh": "材料"}, "zh"),
        ({"zh": " "}, "zh"),
        ({"zh": "长" * 41}, "zh"),
        ({"zh": "风格", "kind": FieldKind.CHOICE, "options": "一种"}, "options"),
    ):
        with pytest.raises(Invalid) as error:
            add(db, **facts)
        assert list(error.value.problems) == [field]
    assert add(db, "面积(㎡)")
    with db.read() as session:
        assert fields.every(session)[-1].label == "面积(㎡)"


def test_the_order_is_the_showrooms(db):
    ids = [add(db, zh) for zh in ("甲", "乙", "丙")]
    with db.write() as session:
        fields.move(session, ids[2], -1)
    with db.write() as session:
        fields.move(session, ids[0], -1)  # at the end nothing happens
    with db.read() as session:
        assert [one.zh for one in fields.every(session)] == ["甲", "丙", "乙"]


def test_a_furniture_showroom_takes_its_fields_over_in_one_go(db):
    own = add(db, "户型")
    with db.write() as session:
        fields.change(session, own, active=False)
    with db.write() as session:
        assert fields.take_over(session, "furniture") == 7
    with db.read() as session:
        made = {one.en: one for one in fields.every(session)}
    assert made["Style"].options[2] == "Nordic"
    assert "户型" in made  # the one that was there is used again
    with db.write() as session:
        assert fields.take_over(session, "furniture") == 0
    with db.write() as session:
        assert fields.take_over(session, "kitchen") == 4
    with db.write() as session:
        journal.undo(session)
    with db.read() as session:
        assert len(fields.every(session)) == 7


def test_who_may_not_change_settings_makes_no_fields(db, zhang):
    field = add(db, "材料")
    with db.write() as session:
        boss = make.a_member(session, "赵总", Role.MANAGER)
    with db.write() as session:
        desk = make.a_member(session, "李静", Role.RECEPTIONIST)
    with db.write() as session:
        make.a_pin(session, boss, "1234", by=boss)
    db.staff_id = desk
    for change in (
        lambda session: fields.add(session, zh="面积"),
        lambda session: fields.change(session, field, active=False),
        lambda session: fields.move(session, field, 1),
        lambda session: fields.take_over(session, "kitchen"),
    ):
        with pytest.raises(ShowroomError), db.write() as session:
            change(session)
    put(db, zhang, field, "岩板")  # what stands in them anybody may write
    assert held(db, zhang) == [("材料", "岩板")]


def test_a_phone_in_a_field_is_hidden_from_who_may_not_see_it(db, zhang):
    field = add(db, "装修公司")
    put(db, zhang, field, "小王 13912345678")
    with db.write() as session:
        boss = make.a_member(session, "赵总", Role.MANAGER)
    with db.write() as session:
        desk = make.a_member(session, "李静", Role.RECEPTIONIST)
    with db.write() as session:
        make.a_pin(session, boss, "1234", by=boss)
    db.staff_id = desk
    assert held(db, zhang) == [("装修公司", "小王 139****5678")]
    put(db, zhang, field, "老王 139****5678")
    db.staff_id = boss
    assert held(db, zhang) == [("装修公司", "老王 13912345678")]
