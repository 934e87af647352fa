"""The archive: nine basic fields of 20 %, ten extra of 80 %, the sensitive ones off (DOMAIN §6)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showroom import choices, settings
from showroom.deals import closing
from showroom.errors import Invalid, ShowroomError
from showroom.people import archive, customers
from showroom.people.archive import BASIC, COMPANY, EXTRA, SENSITIVE, Scheme
from showroom.store import drafts, journal
from showroom.store.models import ChoiceKind, Honorific, Role, Trait, TraitKind
from tests import builders as make
from tests.stories import story

ALL = settings.Settings(archive_off=[])


@story
def desk_db(db: Any) -> Any:
    return make.stop_clock(db)


def fill(db: Any, id: int, **said: str) -> None:
    for field, words in said.items():
        with db.write() as session:
            archive.fill(session, id, field, words)


def look(db: Any, id: int) -> archive.Archive:
    with db.read() as session:
        return archive.of_customer(session, id)


def zhang(db: Any, **facts: Any) -> int:
    with db.write() as session:
        return make.a_customer(session, "张伟", **facts)


# --- the score


def test_nine_basic_fields_make_twenty_and_ten_extra_ones_eighty():
    scheme = archive.scheme(ALL)
    assert (len(scheme.basic), len(scheme.extra), scheme.weight) == (9, 10, 20)
    assert scheme.score(BASIC) == 20
    assert scheme.score(EXTRA) == 80
    assert scheme.score({*BASIC, *EXTRA}) == 100
    assert scheme.gain(TraitKind.FAMILY, BASIC) == 8
    # as in the seed: 20 × 5/9 + 80 × 5/10
    assert scheme.points(5, 5) == Fraction(20 * 5, 9) + 40
    assert scheme.score({*BASIC[:5], *EXTRA[:5]}) == 51


def test_without_the_sensitive_fields_a_hundred_is_reached_too():
    shop = settings.Settings()
    scheme = archive.scheme(shop)
    assert not SENSITIVE & {*scheme.basic, *scheme.extra}
    assert (len(scheme.basic), len(scheme.extra)) == (8, 9)
    assert scheme.score({*BASIC, *EXTRA} - SENSITIVE) == 100


def test_a_company_is_asked_for_no_family_and_no_taste():
    scheme = archive.scheme(settings.Settings(), company=True)
    assert {*scheme.basic, *scheme.extra} == COMPANY
    assert scheme.score(COMPANY) == 100
    assert TraitKind.FAMILY not in [field for field, _gain in scheme.next((), 9)]


def test_one_group_alone_makes_the_whole():
    shop = settings.Settings(archive_off=[*EXTRA])
    assert archive.scheme(shop).score(BASIC) == 100
    shop = settings.Settings(archive_off=[*BASIC], archive_basic=90)
    assert archive.scheme(shop).score(EXTRA) == 100
    assert archive.scheme(settings.Settings(archive_off=[*BASIC, *EXTRA])).score(EXTRA) == 0


@given(
    st.sets(st.sampled_from([*BASIC, *EXTRA])),
    st.sets(st.sampled_from([*BASIC, *EXTRA])),
    st.integers(0, 100),
    st.booleans(),
)
def test_the_gains_said_add_up_to_the_score_shown(off, filled, weight, company):
    shop = settings.Settings(archive_off=sorted(off), archive_basic=weight)
    scheme = archive.scheme(shop, company=company)
    score = scheme.score(filled)
    assert 0 <= score <= 100
    asked = scheme.next(filled, 99)
    fields = [field for field, _gain in asked]
    assert not SENSITIVE & {*fields}
    assert not {*fields} & filled
    for field, gain in asked:
        assert gain == scheme.score({*filled, field}) - score >= 0
    rest = {*scheme.basic, *scheme.extra} - filled
    for field in sorted(rest):
        score += scheme.gain(field, filled)
        filled = {*filled, field}
    assert score == scheme.score(filled)
    assert score == (100 if scheme.basic or scheme.extra else 0)


@given(st.sets(st.sampled_from([*BASIC, *EXTRA])), st.integers(1, 99))
def test_what_is_worth_most_is_asked_first_and_extra_before_basic(filled, weight):
    scheme = archive.scheme(settings.Settings(archive_basic=weight))
    worth = [scheme._worth(field) for field, _gain in scheme.next(filled, 99)]
    assert all(one >= other for one, other in pairwise(worth))
    even = Scheme(("age",), ("work",), 50)
    assert [field for field, _gain in even.next((), 2)] == ["work", "age"]


# --- filling in


def test_an_archive_is_filled_field_by_field_and_each_is_undone_whole(desk_db):
    db = desk_db
    id = zhang(db)
    held = look(db, id)
    assert held.score == 8  # name, sex, phone: 20 × 3/8, a half up
    assert held.next() == [("family", 8), ("leisure", 8)]
    fill(db, id, family="妻子教师，女儿八岁")
    assert look(db, id).score == 16
    fill(db, id, age="四十左右", address="前海路 1 号", sex="ms", name="张薇")
    with db.read() as session:
        file = customers.file(session, id)
    assert (file.row.name, file.row.honorific) == ("张薇", Honorific.MS)
    assert file.address == "前海路 1 号"
    held = look(db, id)
    assert held.values["age"] == "四十左右"
    for score in (21, 21, 21, 19, 16):
        assert look(db, id).score == score
        with db.write() as session:
            assert journal.undo(session).verb == "archive"
    assert look(db, id).values == {"name": "张伟", "sex": "mr", "phone": held.values["phone"]}


def test_the_timeline_says_which_field_was_filled_in_and_once_for_each_change(desk_db):
    from showroom.people import timeline

    id = zhang(desk_db)
    fill(desk_db, id, family="妻子教师")
    fill(desk_db, id, family="妻子教师")  # nothing new
    fill(desk_db, id, family="")
    with desk_db.read() as session:
        said = [(one.title, one.detail) for one in timeline.of_customer(session, id)]
    assert [title for title, _detail in said] == [*["Archive filled in"] * 2, "New customer"]
    assert all("Family" in detail for _title, detail in said[:2])
    assert "family" not in look(desk_db, id).values


def test_a_phone_is_added_where_there_is_none(desk_db):
    id = zhang(desk_db, phone="", wechat="zhangwei66")
    with pytest.raises(Invalid) as error:
        fill(desk_db, id, phone="1380013")
    assert error.value.problems == {"phone": "A mobile number has 11 digits: 4 are missing."}
    fill(desk_db, id, phone="13800138000")
    assert look(desk_db, id).values["phone"] == "138 0013 8000"


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("email", " Wei.Zhang＠qq.com ", "Wei.Zhang@qq.com"),
        ("spent", "12万", "120,000"),
        ("spent", "十二万", "十二万"),
        ("age", "四十左右", "四十左右"),
        ("age", "  40\t多\n岁 ", "40 多 岁"),
        ("work", "忙" * 200, "忙" * 200),
    ],
)
def test_what_is_typed_is_kept_as_it_was_meant(desk_db, field, typed, kept):
    id = zhang(desk_db)
    fill(desk_db, id, **{field: typed})
    assert look(desk_db, id).values[field] == kept


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("email", "zhang", "An e-mail address looks like name@example.com."),
        ("email", "@qq.com", "An e-mail address looks like name@example.com."),
        ("email", "zhang@qq", "An e-mail address looks like name@example.com."),
        ("spent", "-3", "Enter an amount such as 218,000 or 21.8万."),
        ("work", "忙" * 500, "At most 200 characters."),
        ("name", "", "Enter a name."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_changes(
    desk_db, field, typed, sentence
):
    id = zhang(desk_db)
    before = look(desk_db, id).values
    with pytest.raises(Invalid) as error:
        fill(desk_db, id, **{field: typed})
    assert error.value.problems == {field: sentence}
    assert look(desk_db, id).values == before


def test_a_field_that_is_none_or_a_customer_who_is_gone_is_an_error(desk_db):
    id = zhang(desk_db)
    with pytest.raises(ValueError, match="shoes"):
        fill(desk_db, id, shoes="44")
    with pytest.raises(ShowroomError, match="no longer in the file"):
        fill(desk_db, id + 1, family="x")
    with desk_db.read() as session:
        assert archive.of_many(session, [id + 1]) == {}


def test_money_and_product_come_from_his_deals_while_one_stands(desk_db):
    db = desk_db
    id = zhang(db)
    fill(db, id, spent="8万", bought="家里的轩逸")
    with db.write() as session:
        first = make.a_deal(session, id)
    with db.write() as session:
        other = make.a_model(session, "海豚")
        make.a_deal(session, id, price=Decimal(120000), model_id=other)
    held = look(db, id)
    assert held.sold
    assert (held.values["spent"], held.values["bought"]) == ("338,000", "汉 EV, 海豚")
    for deal_id, left in ((first, ("120,000", "海豚")), (first + 1, ("80,000", "家里的轩逸"))):
        with db.write() as session:
            reason = choices.first(session, ChoiceKind.CANCEL_REASON)
            closing.cancel(session, deal_id, reason_id=reason, on=make.TODAY)
        held = look(db, id)
        assert (held.values["spent"], held.values["bought"]) == left
    assert not held.sold


def test_numbers_in_the_words_are_hidden_and_come_back_unchanged(desk_db):
    db = desk_db
    id = zhang(db)
    fill(db, id, family="妻子 13912345678", email="13912345678@139.com", address="找 13912345678")
    with db.write() as session:
        boss = make.a_member(session, "陈主管", Role.MANAGER)
        lena = make.a_member(session, "李娜")
        make.a_pin(session, boss, "2468", by=boss)
        make.a_pin(session, lena, "1357", by=boss)
    db.staff_id = lena
    shown = look(db, id).values
    assert shown["family"] == "妻子 139****5678"
    assert shown["email"] == "139****5678@139.com"
    fill(db, id, family="妻子 139****5678，教师", email=shown["email"], address=shown["address"])
    db.staff_id = boss
    held = look(db, id).values
    assert held["family"] == "妻子 13912345678，教师"
    assert held["email"] == "13912345678@139.com"
    assert held["address"] == "找 13912345678"


def test_short_answers_that_were_given_more_than_once_are_proposed(desk_db):
    db = desk_db
    for number in range(3):
        id = zhang(db)
        fill(
            db,
            id,
            leisure="钓鱼" if number else "篮球",
            offers="朋友圈",
            family="妻子李娜在第三中学教英语，女儿八岁",
            work="工号 88",
        )
    with db.read() as session:
        offered = archive.suggestions(session)
    assert offered["leisure"] == ["钓鱼"]
    assert offered["offers"] == [
        *("Prefers a call", "Prefers SMS", "Prefers WeChat", "Prefers post"),
        *("Wants no offers", "朋友圈"),
    ]
    assert offered["family"] == []
    assert offered["work"] == []


# --- many


def test_all_archives_counted_at_once_are_the_same_as_one_by_one(desk_db):
    db = desk_db
    rng = Random(5)
    ids = []
    with db.write() as session:
        for number in range(40):
            honorific = rng.choice([*Honorific])
            facts: dict[str, Any] = {"honorific": honorific, "address": rng.choice(["", "南山"])}
            if rng.random() < 0.3:
                facts |= {"phone": "", "wechat": f"wx{number:05}"}
            ids.append(make.a_customer(session, f"客{number}", **facts))
    with db.write() as session:
        journal.act(session, "archive")
        for id in ids:
            for kind in rng.sample([*TraitKind], rng.randint(0, len(TraitKind))):
                session.add(Trait(customer_id=id, kind=kind, words="有"))
    for id in rng.sample(ids, 12):
        with db.write() as session:
            make.a_deal(session, id)
    for off in ([], [*SENSITIVE], ["email", "work", "spent", "phone"]):
        with db.write() as session:
            shop = settings.load(session)
            shop.archive_off = off
            settings.save(session, shop)
        with db.read() as session:
            rows = session.execute(archive.counted(shop)).all()
            held = archive.of_many(session, ids)
        assert [row.id for row in rows] == ids
        for row in rows:
            one = held[row.id]
            assert row.basic == sum(field in one.values for field in one.scheme.basic)
            assert row.extra == sum(field in one.values for field in one.scheme.extra)
            assert archive.rounded(one.scheme.points(row.basic, row.extra)) == one.score


def test_who_was_erased_has_no_archive(desk_db):
    from showroom.guard import erasure
    from showroom.store.models import Cause

    db = desk_db
    id = zhang(db)
    fill(db, id, family="妻子教师")
    with db.write() as session:
        drafts.save(session, f"archive:{id}", {"work": "教"}, now=make.NOW)
    with db.write() as session:
        erasure.erase(session, id, why=Cause.ASKED)
    with db.read() as session:
        assert archive.of_many(session, [id]) == {}
        assert session.execute(archive.counted(settings.Settings())).all() == []
        assert drafts.find(session, f"archive:{id}") == {}
