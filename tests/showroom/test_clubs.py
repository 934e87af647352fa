"""Clubs: who shares a hobby, what they did, who came, whom they brought."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from showroom.care import attendance, clubs, events, invitations
from showroom.errors import Invalid
from showroom.guard import amends
from showroom.people import archive, filters, lists, referrals
from showroom.people.filters import Filter
from tests import builders as b
from tests.stories import story


@story
def shop(db: Any) -> Any:
    """张伟 fishes and plays badminton, 李娜 fishes; 赵敏 brought 李娜 and does neither."""
    b.stop_clock(db)
    with db.write() as session:
        db.wang = b.a_member(session)
    db.staff_id = db.wang
    for name in ("zhang", "li", "zhao"):
        with db.write() as session:
            setattr(
                db, name, b.a_customer(session, {"zhang": "张伟", "li": "李娜"}.get(name, "赵敏"))
            )
    for id, said in ((db.zhang, "钓鱼、羽毛球"), (db.li, "钓鱼")):
        with db.write() as session:
            archive.fill(session, id, "leisure", said)
    with db.write() as session:
        referrals.note(session, introducer_id=db.zhao, customer_id=db.li, now=b.NOW)
    return db


def a_club(db: Any, **facts: Any) -> int:
    with db.write() as session:
        return clubs.found(session, "钓友会", now=b.NOW, **({"hobby": "钓鱼"} | facts))


def rows(db: Any) -> list[clubs.ClubRow]:
    with db.read() as session:
        return clubs.rows(session, today=b.TODAY)


def test_hobbies_are_counted_word_by_word(shop: Any) -> None:
    with shop.read() as session:
        assert clubs.hobbies(session) == [("钓鱼", 2), ("羽毛球", 1)]


def test_who_shares_a_hobby_is_a_member_also_later_on(shop: Any) -> None:
    id = a_club(shop)
    assert [(row.name, row.members, row.rule) for row in rows(shop)] == [
        ("钓友会", 2, "Hobby: 钓鱼")
    ]
    with shop.write() as session:
        archive.fill(session, shop.zhao, "leisure", "周末钓鱼")
    assert rows(shop)[0].members == 3
    with shop.read() as session:
        assert lists.of_customer(session, shop.zhao, today=b.TODAY) == ["钓友会"]
        assert filters.offer(session).hobbies == [("钓鱼", "钓鱼")]
        assert filters.of_rule(lists.get(session, id).rule) == Filter(hobby="钓鱼")


def test_an_activity_says_who_came_and_whom_they_brought(shop: Any) -> None:
    id = a_club(shop)
    with shop.write() as session:
        event = clubs.arrange(session, id, name="水库垂钓", day=b.TODAY, place="西丽水库")
    with shop.write() as session:
        invitations.invite(session, event, [shop.zhang, shop.li], now=b.NOW)
    with shop.read() as session:
        first, _second = invitations.guests(session, event)
    with shop.write() as session:
        attendance.came(session, first, people=2, now=b.NOW)
    with shop.write() as session:
        clubs.arrange(session, id, name="冬钓", day=b.TODAY + timedelta(days=9))
    (row,) = rows(shop)
    assert (row.activity, row.activity_on, row.came) == ("水库垂钓", b.TODAY, 1)
    assert (row.next_on, row.brought) == (b.TODAY + timedelta(days=9), 0)
    with shop.read() as session:
        members = {one.name: one for one in clubs.member_rows(session, id, [shop.zhang, shop.li])}
    assert (members["张伟"].came, members["张伟"].last_on) == (1, b.TODAY)
    assert (members["李娜"].came, members["李娜"].last_on) == (0, None)
    with shop.write() as session:
        lists.put_on(session, id, [shop.zhao])
    assert rows(shop)[0].brought == 1


def test_introducers_of_the_members_are_invited_with_them(shop: Any) -> None:
    with shop.read() as session:
        assert clubs.introducers(session, [shop.zhang, shop.li]) == [shop.zhao]
        assert clubs.introducers(session, [shop.li, shop.zhao]) == []


def test_a_list_there_is_becomes_a_club_and_is_one_no_more(shop: Any) -> None:
    with shop.write() as session:
        made = lists.add(session, "车友", ids=[shop.zhang], now=b.NOW).id
    with shop.write() as session:
        assert clubs.found(session, "", list_id=made, now=b.NOW) == made
    assert [row.members for row in rows(shop)] == [1]
    with shop.write() as session:
        clubs.dissolve(session, made)
    assert rows(shop) == []
    with shop.write() as session:
        amends.undo(session)
    assert [row.name for row in rows(shop)] == ["车友"]


@pytest.mark.parametrize(
    ("name", "hobby", "field"), [("", "钓鱼", "name"), ("钓友会", " ", "hobby")]
)
def test_what_lacks_is_said_beside_its_field(shop: Any, name: str, hobby: str, field: str) -> None:
    with pytest.raises(Invalid) as refused, shop.write() as session:
        clubs.found(session, name, hobby=hobby, now=b.NOW)
    assert list(refused.value.problems) == [field]


def test_deleting_the_list_leaves_its_activities_and_undo_joins_them_again(shop: Any) -> None:
    id = a_club(shop)
    with shop.write() as session:
        event = clubs.arrange(session, id, name="冬钓", day=b.TODAY)
    with shop.write() as session:
        lists.delete(session, id)
    with shop.read() as session:
        assert events.get(session, event).club_id is None
    with shop.write() as session:
        amends.undo(session)
    with shop.read() as session:
        assert events.get(session, event).club_id == id
    assert rows(shop)[0].activity == "冬钓"
