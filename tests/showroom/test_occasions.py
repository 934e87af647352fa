"""Cards beside those of a deal: written by hand, birthdays and anniversaries remembered once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from showroom import settings
from showroom.cards import compose, feasts, occasions, queue, templates
from showroom.care import calendar
from showroom.deals import closing
from showroom.errors import Invalid, ShowroomError
from showroom.guard import consent, staff
from showroom.people import customers, merging, relations
from showroom.store import journal
from showroom.store.models import (
    Card,
    CardKind,
    Customer,
    Deal,
    FollowUp,
    Honorific,
    Kinship,
    Promise,
    Role,
    Way,
)
from tests import builders
from tests.builders import NOW, TODAY


@pytest.fixture
def db(db):
    return builders.stop_clock(db)


def an_owner(db, name: str, *, ordered: date = TODAY, **facts: object) -> int:
    with db.write() as session:
        id = builders.a_customer(session, name, **facts)
    with db.write() as session:
        deal = builders.a_deal(session, id)
        closing.deliver(session, deal, on=TODAY, today=TODAY)
    with db.write() as session:
        journal.act(session, "change_deal")
        session.get_one(Deal, deal).ordered_on = ordered
    return id


def remembered(db, today: date = TODAY) -> list[tuple[CardKind, int, date, date]]:
    with db.write() as session:
        occasions.remember(session, today=today)
    with db.read() as session:
        kinds = (CardKind.BIRTHDAY, CardKind.ANNIVERSARY)
        found = select(Card.kind, Card.customer_id, Card.due_on, Card.late_on)
        return list(session.execute(found.where(Card.kind.in_(kinds)).order_by(Card.id)).all())


def years_ago(day: date, years: int) -> date:
    return day.replace(year=day.year - years)


def test_a_near_birthday_is_what_a_card_is_for_and_his_language_comes_first(db):
    near, far = (years_ago(TODAY + timedelta(days=ahead), 40) for ahead in (30, 31))
    with db.write() as session:
        one = builders.a_customer(session, "张伟", birthday=near, address="广州市天河路 1 号")
        two = builders.a_customer(session, "李雪", birthday=far)
        guest = builders.a_customer(session, "Jane Miller", birthday=near)
    with db.write() as session:
        offers = [occasions.offer(session, id, today=TODAY) for id in (one, two, guest)]
        occasions.write(session, one, "birthday", on=TODAY, today=TODAY)
        again = occasions.offer(session, one, today=TODAY)
    assert [offer.likely.code for offer in offers] == ["birthday", "help", "birthday-english"]
    assert [offer.has_address for offer in offers] == [True, False, False]
    assert again.likely.code == "help"  # his birthday card waits already
    languages = ["".join(one.language[0] for one in offer.templates) for offer in offers]
    assert languages[0] == languages[1] == "z" * 11 + "e" * 4
    assert languages[2] == "e" * 4 + "z" * 11


def test_a_birthday_is_remembered_some_days_before_and_once(db):
    soon = TODAY + timedelta(days=3)
    born = an_owner(db, "张伟", birthday=years_ago(soon, 40))
    an_owner(db, "李雪", birthday=years_ago(TODAY + timedelta(days=30), 30))
    with db.write() as session:  # a guest who bought nothing gets none
        builders.a_customer(session, "王五", birthday=years_ago(soon, 40))
    assert remembered(db) == [(CardKind.BIRTHDAY, born, TODAY, soon)]
    assert len(remembered(db)) == 1
    assert len(remembered(db, TODAY + timedelta(days=3))) == 1
    assert len(remembered(db, soon + timedelta(days=365 - 2))) == 2


def test_an_undo_takes_back_what_somebody_did_and_not_what_was_remembered_since(db):
    born = an_owner(db, "张伟", birthday=years_ago(TODAY + timedelta(days=3), 40))
    with db.write() as session:
        customers.change(session, born, name="张大伟")
    assert len(remembered(db)) == 1
    with db.write() as session:
        assert journal.undo(session).verb == "change_customer"
    assert len(remembered(db, TODAY + timedelta(days=3))) == 1
    with db.write() as session:
        calendar.remember(session, today=TODAY)  # while the desk rests
    with db.write() as session:
        assert journal.redo(session).verb == "change_customer"
    with db.read() as session:
        assert session.get_one(Customer, born).name == "张大伟"


def test_who_was_born_on_29_february_has_his_day_every_year(db):
    born = an_owner(db, "张伟", birthday=date(1992, 2, 29))
    assert remembered(db, date(2027, 2, 27))[0][1:] == (
        born,
        date(2027, 2, 27),
        date(2027, 2, 28),
    )
    assert remembered(db, date(2028, 2, 29))[-1][3] == date(2028, 2, 29)


def test_a_birthday_that_is_corrected_takes_its_card_and_its_contact_along(db):
    id = an_owner(db, "张伟", birthday=date(1988, 11, 20))
    assert [row[2:] for row in remembered(db)] == [(TODAY, date(2026, 11, 20))]
    with db.write() as session:
        calendar.remember(session, today=TODAY)

    def waits():
        with db.read() as session:
            rule = FollowUp.rule == Promise.BIRTHDAY
            return [
                session.scalar(select(FollowUp.due_on).where(rule)),
                *session.execute(
                    select(Card.due_on, Card.late_on).where(Card.kind == CardKind.BIRTHDAY)
                ).one(),
            ]

    before = waits()
    ahead = timedelta(days=settings.Settings().card_ahead_days)
    with db.write() as session:
        customers.change(session, id, birthday=date(1988, 3, 24))
    on = date(2027, 3, 24)
    assert waits() == [on, on - ahead, on]
    assert len(remembered(db, on - ahead)) == 1
    with db.write() as session:
        customers.change(session, id, birthday=date(1987, 3, 24))  # the year moves nothing
    with db.write() as session:
        customers.change(session, id, birthday_lunar=True)
    assert waits()[2] == date(2027, 4, 30)
    with db.write() as session:
        customers.change(session, id, birthday=None)
    with db.read() as session:
        assert queue.due(session, on) == queue.due(session, TODAY)
        assert session.scalar(select(FollowUp).where(FollowUp.rule == Promise.BIRTHDAY)) is None
    for _change in range(4):
        with db.write() as session:
            journal.undo(session)
    assert waits() == before


def test_a_card_printed_for_the_wrong_day_keeps_none_from_the_right_one(db):
    id = an_owner(db, "张伟", birthday=date(1988, 11, 20))
    remembered(db)
    with db.write() as session:
        journal.act(session, "print_cards")
        session.query(Card).filter_by(kind=CardKind.BIRTHDAY).one().printed_at = NOW
    with db.write() as session:
        customers.change(session, id, birthday=date(1988, 3, 24))
    assert len(remembered(db, date(2027, 3, 20))) == 2
    assert len(remembered(db, date(2027, 3, 24))) == 2


def test_the_anniversary_of_the_purchase_says_how_many_years(db):
    on = TODAY + timedelta(days=2)
    owner = an_owner(db, "张伟", ordered=years_ago(on, 2))
    an_owner(db, "今年刚买", ordered=TODAY)
    assert remembered(db) == [(CardKind.ANNIVERSARY, owner, TODAY, on)]
    with db.read() as session:
        card = session.scalars(select(Card.id).where(Card.kind == CardKind.ANNIVERSARY)).one()
        letter = compose.compose(session, card, today=TODAY)
    assert "汉 EV陪伴您已满两年。" in letter.text()


def test_who_wants_no_post_is_not_remembered(db):
    soon = TODAY + timedelta(days=1)
    silent = an_owner(db, "张伟", birthday=years_ago(soon, 40), ordered=years_ago(soon, 1))
    with db.write() as session:
        consent.withdraw(session, silent, Way.POST, now=NOW)
    assert remembered(db) == []
    with pytest.raises(ShowroomError, match="not to be contacted"), db.write() as session:
        occasions.write(session, silent, "birthday", on=TODAY, today=TODAY)


def test_it_can_be_switched_off(db):
    an_owner(db, "张伟", birthday=years_ago(TODAY, 40))
    with db.write() as session:
        shop = settings.load(session)
        shop.card_ahead_days = -1
        settings.save(session, shop)
    assert remembered(db) == []


def test_what_would_stand_on_it_is_shown_before(db):
    with db.write() as session:
        id = builders.a_customer(session, "张伟")
    with db.read() as session:
        said = occasions.preview(session, id, "help", today=TODAY)
        assert said.startswith("尊敬的张先生：\n您好！")
        assert "{" not in said
        assert occasions.preview(session, id, "", today=TODAY) == ""


def test_a_preview_is_signed_by_who_signs_the_card(db):
    """Who left signs neither; where there is no manager the owner does."""
    with db.write() as session:
        builders.a_member(session, "周老板", Role.OWNER)
        wang = builders.a_member(session, "王强")
        id = builders.a_customer(session, "张伟", consultant_id=wang)
    said = []
    for name in ("王强", "周老板"):
        with db.write() as session:
            said.append(occasions.preview(session, id, "help", today=TODAY))
            card = occasions.write(session, id, "help", on=TODAY, today=TODAY)
            assert compose.compose(session, card.id, today=TODAY).text() == said[-1]
            assert name in said[-1]
            queue.mark_printed(session, [card.id], printer="HP", now=NOW)
        with db.write() as session:
            staff.change(session, wang, active=False)


def test_a_card_by_hand_joins_the_queue_and_is_undone(db):
    with db.write() as session:
        id = builders.a_customer(session, "张伟", address="城东路 1 号")
    with db.write() as session:
        card = occasions.write(session, id, "congratulation-move", on=TODAY, today=TODAY).id
    with db.read() as session:
        (row,) = queue.rows(session, queue.due(session, TODAY), today=TODAY)
        assert (row.id, row.reason, row.template) == (
            card,
            "Congratulation",
            "congratulation-move",
        )
        assert "乔迁" in compose.compose(session, card, today=TODAY).text()
    with pytest.raises(Invalid, match="waits for him already"), db.write() as session:
        occasions.write(session, id, "congratulation", on=TODAY, today=TODAY)
    with db.write() as session:
        occasions.write(session, id, "help", on=TODAY, today=TODAY)
    for _step in range(2):
        with db.write() as session:
            journal.undo(session)
    with db.read() as session:
        assert queue.due(session, TODAY) == []


@pytest.mark.parametrize("template", ["thanks-family", "", "anniversary"])
def test_what_comes_with_a_deal_is_not_written_by_hand(db, template):
    with db.write() as session:
        id = builders.a_customer(session, "张伟")
    with pytest.raises(Invalid) as error, db.write() as session:
        occasions.write(session, id, template, on=TODAY, today=TODAY)
    assert list(error.value.problems) == ["template"]


def test_a_day_that_is_over_and_a_person_who_is_gone_are_said(db):
    with db.write() as session:
        id = builders.a_customer(session, "张伟")
    with pytest.raises(Invalid, match="over"), db.write() as session:
        occasions.write(session, id, "help", on=TODAY - timedelta(days=1), today=TODAY)
    with pytest.raises(ShowroomError, match="no longer in the file"), db.write() as session:
        occasions.write(session, 999, "help", on=TODAY, today=TODAY)


def test_every_occasion_has_its_words():
    for kind in CardKind:
        assert {one.language for one in templates.of_kind(kind, templates.everything())} == {
            "zh",
            "en",
        }


# --- for many


def test_a_festival_is_greeted_in_one_step_and_taken_back_in_one(db):
    def a_guest(name, **facts):
        with db.write() as session:
            return builders.a_customer(session, name, **{"address": "城东路 1 号"} | facts)

    ids = [a_guest("张伟"), a_guest("Jane Miller"), a_guest("李雪", address=""), a_guest("王强")]
    ids += [a_guest("赵磊"), a_guest("某某")]
    with db.write() as session:
        journal.act(session, "change_customer")
        session.get_one(Customer, ids[5]).name = ""
    with db.write() as session:
        customers.change(session, ids[3], do_not_contact=True)
    with db.write() as session:
        occasions.write(session, ids[4], "festival-autumn", on=TODAY, today=TODAY)
    on = TODAY + timedelta(days=3)
    with db.write() as session:
        made = occasions.write_many(session, ids, "festival-spring", on=on, today=TODAY)
    assert made.cards == 2
    assert made.left_out == [
        "Mr 李雪: no address",
        "Mr 王强: not to be contacted by post",
        "Mr 赵磊: such a card waits already",
        "No name: no name",
    ]
    with db.read() as session:
        waiting = queue.rows(session, queue.due(session, on), today=on)
        said = {
            row.customer: compose.compose(session, row.id, today=on).paragraphs for row in waiting
        }
    assert said["Mr 张伟"][1].startswith("新春将至")
    assert said["Mr Jane Miller"][0].startswith("Happy Spring Festival")
    with db.write() as session:
        journal.undo(session)
    with db.read() as session:
        assert len(queue.waiting(session)) == 1
    with pytest.raises(Invalid, match="what the card is for"), db.write() as session:
        occasions.write_many(session, ids, "thanks-family", on=on, today=TODAY)


def test_an_english_wording_for_many_is_the_same_occasion_in_chinese_or_none(db):
    """Chinese customers got 恭贺乔迁 for “Congratulations”."""
    with db.write() as session:
        where = {"address": "城东路 1 号"}
        zhang = builders.a_customer(session, "张伟", **where)
        firm = builders.a_customer(session, "远航物流", honorific=Honorific.COMPANY, **where)
        jane = builders.a_customer(session, "Jane Miller", **where)
    ids = [zhang, firm, jane]
    with db.write() as session:
        made = occasions.write_many(session, ids, "congratulation-english", on=TODAY, today=TODAY)
    assert (made.cards, made.left_out) == (2, ["Mr 张伟: no such wording in 中文"])
    with db.write() as session:
        made = occasions.write_many(session, ids, "festival-english", on=TODAY, today=TODAY)
    assert (made.cards, len(made.left_out)) == (1, 2)  # for no festival at all
    with db.read() as session:
        found = session.execute(select(Card.customer_id, Card.template).order_by(Card.id)).all()
    assert found == [
        (firm, "congratulation-business"),
        (jane, "congratulation-english"),
        (jane, "festival-english"),
    ]
    with db.write() as session:
        journal.undo(session)
    with db.write() as session:
        many = {"on": TODAY, "today": TODAY, "festival": "new_year"}
        assert occasions.write_many(session, ids, "festival-english", **many).left_out == []
    with db.read() as session:
        card = session.scalars(
            select(Card.id).where(Card.customer_id == zhang, Card.kind == CardKind.FESTIVAL)
        ).one()
        assert "辞旧迎新" in compose.compose(session, card, today=TODAY).text()


def test_a_couple_gets_one_festival_card_and_nobody_gets_it_twice(db):
    where = {"address": "城东路 1 号"}
    with db.write() as session:
        wang = builders.a_customer(session, "王伟", **where)
        li = builders.a_customer(session, "李雪", honorific=Honorific.MS, **where)
    with db.write() as session:
        relations.link(session, wang, li, Kinship.COUPLE, now=NOW)

    def many(ids, on=TODAY):
        with db.write() as session:
            return occasions.write_many(session, ids, "festival-spring", on=on, today=TODAY)

    assert many([wang, li]) == (1, ["Ms 李雪: the card to 王伟 is for both"])
    with db.read() as session:
        (card,) = queue.due(session, TODAY)
        assert "王先生、李女士 伉俪" in compose.compose(session, card, today=TODAY).text()
    with db.write() as session:
        queue.mark_printed(session, [card], printer="HP", now=NOW)
    assert many([wang, li]) == (
        0,
        ["Mr 王伟: has such a card already", "Ms 李雪: the card to 王伟 is for both"],
    )
    for id, said in ((wang, "print that one again"), (li, "the card to 王伟 is for both")):
        with pytest.raises(Invalid, match=said), db.write() as session:
            occasions.write(session, id, "festival-spring", on=TODAY, today=TODAY)
    assert many([wang], on=TODAY + timedelta(days=300)).cards == 1  # and in the next year


def test_who_turns_out_to_be_one_gets_one_festival_card(db):
    where = {"address": "城东路 1 号"}
    with db.write() as session:
        ids = [builders.a_customer(session, "张伟", **where) for _one in range(2)]
    with db.write() as session:
        occasions.write_many(session, ids, "festival-spring", on=TODAY, today=TODAY)
    with db.write() as session:
        occasions.write_many(session, ids[:1], "help", on=TODAY, today=TODAY)
    with db.write() as session:
        merging.merge(session, ids[1], ids[0], now=NOW, today=TODAY)
    with db.read() as session:
        kinds = [row.kind for row in queue.rows(session, queue.waiting(session), today=TODAY)]
    assert sorted(kinds) == [CardKind.FESTIVAL, CardKind.HELP]
    with db.write() as session:
        journal.undo(session)
    with db.read() as session:
        assert len(queue.waiting(session)) == 3


def test_of_two_festivals_that_nobody_knows_the_wording_tells_them_apart(db):
    """Cards from before a card knew its festival, with wordings of the showroom's own."""
    with db.write() as session:
        ids = [builders.a_customer(session, "张伟") for _one in range(2)]
        journal.act(session, "write_card")
        for id, template, on in (
            (ids[0], "own-1", TODAY),
            (ids[1], "own-2", TODAY + timedelta(days=120)),
            (ids[1], "own-1", TODAY),
        ):
            card = Card(kind=CardKind.FESTIVAL, customer_id=id, due_on=on, late_on=on)
            card.template = template
            session.add(card)
    with db.write() as session:
        journal.act(session, "print_cards")
        session.scalars(select(Card)).first().printed_at = NOW
    with db.write() as session:
        merging.merge(session, ids[0], ids[1], now=NOW, today=TODAY)
    with db.read() as session:
        assert list(session.scalars(select(Card.template).order_by(Card.id))) == ["own-1", "own-2"]


def test_the_order_of_a_29_february_has_its_first_anniversary(db):
    an_owner(db, "张伟", ordered=date(2024, 2, 29))
    with db.write() as session:
        shop = settings.load(session)
        shop.card_ahead_days = 0
        settings.save(session, shop)
    assert remembered(db, date(2025, 2, 27)) == []
    assert [one[0] for one in remembered(db, date(2025, 2, 28))] == [CardKind.ANNIVERSARY]


def test_the_next_festival_has_its_words_and_its_day(db):
    def coming(day):
        with db.read() as session:
            one = feasts.likely(feasts.coming(session, day))
        return one.wording.name, one.on

    assert coming(TODAY) == ("元旦祝福", date(2026, 12, 25))
    assert coming(date(2027, 1, 2)) == ("春节祝福", date(2027, 1, 30))
    assert coming(date(2027, 6, 8)) == ("端午祝福", date(2027, 6, 8))
    assert coming(date(2027, 6, 10))[0] == "中秋祝福"


def test_no_card_is_merry_at_the_dragon_boat_festival():
    for code, one in templates.everything().items():
        if "端午" in one.text():
            assert "安康" in one.text(), code
            assert "快乐" not in one.text(), code
