"""Who belongs together: linked, not merged, and read from both sides."""

from __future__ import annotations

import pytest

from showroom.door import reception
from showroom.errors import Invalid, ShowroomError
from showroom.guard import erasure
from showroom.people import customers, relations
from showroom.store import journal
from showroom.store.models import Cause, Honorific, Relation
from tests import builders as make
from tests.builders import NOW
from tests.stories import story


@story
def two(db):
    """A husband and his wife, and the company he works at."""
    make.stop_clock(db)
    ids = []
    for name, honorific in (
        ("张伟", Honorific.MR),
        ("李雪晨", Honorific.MS),
        ("宏达公司", Honorific.COMPANY),
    ):
        with db.write() as session:
            ids.append(make.a_customer(session, name, honorific=honorific))
    return ids


def link(db, one, other, kind, **facts):
    with db.write() as session:
        return relations.link(session, one, other, kind, now=NOW, **facts).id


def kin(db, id):
    with db.read() as session:
        return [(one.word, one.name, one.note) for one in relations.of_customer(session, id)]


def test_a_couple_is_seen_from_both_files(db, two):
    man, wife, _company = two
    link(db, man, wife, "couple", note="她定颜色")
    assert kin(db, man) == [("Couple", "Ms 李雪晨", "她定颜色")]
    assert kin(db, wife) == [("Couple", "Mr 张伟", "她定颜色")]
    with db.read() as session:  # two they stay
        assert customers.file(session, man).row.name == "张伟"
        assert customers.file(session, wife).row.name == "李雪晨"


def test_of_a_company_the_one_works_there_and_the_other_has_people(db, two):
    man, wife, company = two
    link(db, man, company, "company")
    link(db, company, wife, relations.PEOPLE)
    assert kin(db, man) == [("Works at", "宏达公司", "")]
    assert kin(db, wife) == [("Works at", "宏达公司", "")]
    assert kin(db, company) == [("Works here", "Mr 张伟", ""), ("Works here", "Ms 李雪晨", "")]


def test_the_kind_is_corrected_the_note_kept_and_each_step_undone(db, two):
    man, _wife, company = two
    id = link(db, man, company, "friend", note="司机")
    with db.write() as session:
        relations.change(session, id, company, relations.PEOPLE, note="司机")
    assert kin(db, man) == [("Works at", "宏达公司", "司机")]
    with db.write() as session:
        journal.undo(session)
    assert kin(db, man) == [("Friend", "宏达公司", "司机")]
    with db.write() as session:
        relations.unlink(session, id, man)
    assert kin(db, man) == kin(db, company) == []
    with db.write() as session:
        journal.undo(session)
    assert kin(db, company) == [("Friend", "Mr 张伟", "司机")]


def test_nobody_is_linked_with_himself_or_twice(db, two):
    man, wife, _company = two
    with pytest.raises(Invalid, match="he himself"):
        link(db, man, man, "family")
    link(db, man, wife, "couple")
    with pytest.raises(Invalid, match="linked already: Couple"):
        link(db, wife, man, "friend")
    with pytest.raises(Invalid) as error:
        link(db, man, two[2], "enemy")
    assert "kind" in error.value.problems
    with pytest.raises(Invalid, match="At most 200"):
        link(db, man, two[2], "friend", note="长" * 201)
    assert len(kin(db, man)) == 1


def test_a_guest_who_left_no_contact_is_refused_with_the_way_forward(db, two):
    from showroom.door import guests
    from showroom.store.models import Visit

    with db.write() as session:
        visit = reception.arrive(session, people=1, now=NOW)
        guest = guests.stay(session, session.get_one(Visit, visit.id), now=NOW).id
    with pytest.raises(Invalid, match="enter his phone or WeChat first"):
        link(db, two[0], guest, "friend")


def test_who_was_erased_is_nobodys_relation_any_more(db, two):
    man, wife, _company = two
    link(db, man, wife, "couple")
    erasure.erase_now(db, [wife], why=Cause.ASKED)
    assert kin(db, man) == []
    with db.read() as session:
        assert session.query(Relation).count() == 0
    with pytest.raises(ShowroomError, match="no longer in the file"):
        link(db, man, wife, "couple")
