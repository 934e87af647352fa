"""Erasing a person: nothing says who he was, in any table, list, index or trail."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import func, insert, select

from showroom.door import reception
from showroom.errors import ShowroomError
from showroom.guard import erasure, trail
from showroom.people import customers
from showroom.progress import Progress
from showroom.store import (
    check,
    index,
    journal,
    models,
)
from showroom.store.db import Database, connect
from showroom.store.models import (
    Action,
    CareStep,
    Cause,
    Choice,
    ChoiceKind,
    Consent,
    Customer,
    DateKind,
    Draft,
    Erased,
    FieldKind,
    FollowUp,
    Kinship,
    Phone,
    Promise,
    Referral,
    Role,
    TalkStep,
    TraitKind,
    Visit,
)
from tests import builders
from tests.builders import NOW, TODAY
from tests.showroom.erasure.kit import (
    NAME,
    PHONE,
    SECRETS,
    erase,
    everything,
    found,
    take_in,
    verdict,
    write_csv,
)


def words_of(name: str) -> set[str]:
    others = index.tokens("王芳", ()) + " " + index.tokens("李娜", ())
    return set(index.tokens(name, ()).split()) - set(others.split())


def test_nothing_anywhere_says_who_he_was(db, person):
    before = everything(db)
    for secret in SECRETS:
        assert secret in before
    for word in words_of(NAME):
        assert f"word {word}" in before
    assert "LSVAA4182E2184841" in before
    erase(db, person)
    after = everything(db)
    for secret in (*SECRETS, "LSVAA4182E2184841", "13700001111", "139 1234 5678"):
        assert secret not in after, secret
    for word in words_of(NAME):
        assert f"word {word}" not in after.splitlines()
    assert "李娜" in after
    assert "13633334444" in after


def strew(session, id: int, friend: int) -> None:
    """Speak of him in every table that names a customer since step 0005."""
    journal.act(session, "sample")
    said = {"note": f"{NAME}说的"}
    field = models.CustomField(zh="爱喝", en="Drink", kind=FieldKind.TEXT)
    event = models.Event(name="试驾日", day=TODAY, until=TODAY, note=f"{NAME}带朋友来")
    names = models.NamedList(name="老客户", made_at=NOW)
    reason = Choice(kind=ChoiceKind.LOSS_REASON, code="rig", zh="其他", en="Other")
    session.add_all([field, event, names, reason])
    session.flush()
    referral = session.scalar(select(Referral).where(Referral.introducer_id == id))
    referral.note, referral.reward_words = f"{NAME}介绍", f"给{NAME}的保养券"
    proof = f"{NAME}收条".encode()
    session.add_all(
        [
            models.FieldValue(customer_id=id, field_id=field.id, words=NAME),
            models.Trait(customer_id=id, kind=TraitKind.FAMILY, words=f"{NAME}的孩子"),
            models.Vehicle(customer_id=id, plate="粤B77777", vin="LSVAA4182E2184841"),
            models.SpotCheck(quarter_on=TODAY, customer_id=id, drawn_at=NOW, **said),
            models.Survey(customer_id=id, day=TODAY, score=100, words=f"{NAME}很满意"),
            models.Loss(
                customer_id=id, reason_id=reason.id, shop=NAME, day=TODAY, applied_at=NOW, **said
            ),
            models.Talk(customer_id=id, begun_at=NOW, step=TalkStep.ASK, **said),
            models.Talk(customer_id=friend, begun_at=NOW, step=TalkStep.ASK, **said),
            models.Invitation(customer_id=id, event_id=event.id, came_at=NOW, prize=f"{NAME}得奖"),
            models.ListEntry(list_id=names.id, customer_id=id),
            models.Relation(
                customer_id=friend, other_id=id, kind=Kinship.FRIEND, noted_at=NOW, **said
            ),
            models.KeyDate(customer_id=id, kind=DateKind.LICENCE, day=TODAY, **said),
            models.Different(low_id=min(id, friend), high_id=max(id, friend), noted_at=NOW),
            models.Proof(
                referral_id=referral.id,
                name=f"{NAME}.jpg",
                size=len(proof),
                digest="d" * 64,
                at=NOW,
            ),
        ]
    )
    complaint = models.Complaint(
        customer_id=id,
        day=TODAY,
        taken_at=NOW,
        cause_id=reason.id,
        words=f"{NAME}等了很久",
        car="粤B77777",
        answer_by=NOW,
    )
    session.add(complaint)
    session.flush()
    session.add(
        models.ComplaintStep(
            complaint_id=complaint.id, kind=CareStep.CALMED, at=NOW, words=f"向{NAME}道歉"
        )
    )
    session.flush()
    pair = {"low_id": min(id, friend), "high_id": max(id, friend), "score": 90, "reasons": NAME}
    session.execute(insert(models.LikelyPair.__table__).values(**pair, found_at=NOW))
    session.execute(insert(models.ProofFile.__table__).values(digest="d" * 64, content=proof))


def test_the_tables_about_people_forget_him_too(db, person):
    """All words go, what is counted stays: a loss with its reason, who came, how satisfied."""
    with db.read() as session:
        friend = session.scalar(select(Referral.customer_id))
    with db.write() as session:
        strew(session, person, friend)
    with db.write() as session:  # words that were there once
        journal.act(session, "sample")
        session.scalar(select(models.Relation)).note = f"{NAME}的同学"
        session.scalar(select(models.FieldValue)).words = f"{NAME}不喝"
    assert everything(db).count(NAME) > 20
    erase(db, person)
    after = everything(db)
    assert "梧桐" not in after
    for secret in (NAME, NAME.encode("utf-8").hex(), "粤B77777", "LSVAA4182E2184841"):
        assert secret not in after
    with db.read() as session:
        gone = (models.Relation, models.FieldValue, models.ListEntry, models.Different)
        gone += (models.Proof, models.ProofFile, models.LikelyPair, models.Vehicle, models.KeyDate)
        for model in gone:
            assert session.scalar(select(func.count()).select_from(model)) == 0, model
        stays = (models.Loss, models.Survey, models.Invitation, models.SpotCheck)
        for model in stays:
            assert session.scalars(select(model.customer_id)).all() == [person], model
        assert session.scalars(select(models.Talk.customer_id)).all() == [person, friend]
        assert session.scalar(select(models.Survey.score)) == 100
    assert verdict(db).ok


def test_what_stood_in_those_tables_and_was_taken_back_forgets_him_too(db, person):
    """Undone, all of it stands in the journal alone: also what names him by another row."""
    with db.read() as session:
        friend = session.scalar(select(Referral.customer_id))
    with db.write() as session:
        strew(session, person, friend)
    with db.write() as session:
        assert not journal.undo(session).kept
    assert "梧桐" in everything(db)
    erase(db, person)
    after = everything(db)
    for secret in ("梧桐", NAME, NAME.encode("utf-8").hex(), "粤B77777", "LSVAA4182E2184841"):
        assert secret not in after
    assert verdict(db).ok


def test_the_index_keeps_no_word_of_his_in_its_pages(db, person):
    """What is only marked as gone would stand there until some later merge."""

    def pages() -> bytes:
        connection = connect(db.path, db.key)
        rows = connection.execute("SELECT block FROM customer_fts_data").fetchall()
        connection.close()
        return b"".join(bytes(block) for (block,) in rows)

    tails = [token.encode()[-6:] for token in index.name_tokens(NAME) if token.startswith("b")]
    assert all(tail in pages() for tail in tails)
    erase(db, person)
    assert not any(tail in pages() for tail in tails)


def test_he_is_in_no_list_and_nothing_waits_for_him(db, person):
    assert found(db, NAME) == [person]
    erase(db, person)
    assert found(db, NAME) == []
    assert found(db, PHONE) == []
    assert person not in found(db, "")
    with db.read() as session:
        assert (
            session.scalars(
                select(FollowUp).where(FollowUp.customer_id == person, FollowUp.done_at.is_(None))
            ).all()
            == []
        )
        assert session.scalars(select(Consent).where(Consent.customer_id == person)).all() == []
        assert session.scalars(select(Draft.key)).all() == []
    assert [problem.code for problem in check.check(db)] == []


def test_the_trail_holds_and_says_so(db, person):
    code = anchor(db)
    erase(db, person)
    said = verdict(db)
    assert said.ok
    assert said.emptied > 10
    assert "emptied by erasures" in said.sentence
    with db.read() as session:
        assert trail.verify(session, code).ok
        entry = session.scalars(select(Action).order_by(Action.id.desc()).limit(1)).one()
    assert (entry.verb, entry.subject_id) == ("erase", person)


def anchor(db: Database) -> str:
    with db.read() as session:
        return trail.anchor(session)


def test_a_text_that_was_taken_out_cannot_be_put_back_or_replaced(db, person):
    erase(db, person)
    with db.read() as session:
        id = session.scalar(select(Action.id).where(Action.verb == "set_status"))
        assert session.get_one(Action, id).why.startswith("\x1a")
    connection = connect(db.path, db.key)
    for words in ("", "买了别家", "\x1a" + "0" * 32):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE action SET why = ? WHERE id = ?", (words, id))
        connection.execute("COMMIT")
        assert verdict(db)[2:4] == (id, "changed")
    connection.close()


def test_no_undo_brings_him_back(db, person):
    with db.read() as session:
        made = session.scalar(select(Action.id).where(Action.verb == "change_customer"))
        imported = session.scalar(select(Action.id).where(Action.verb == "import"))
    erase(db, person)
    with db.read() as session:
        erased = session.scalar(select(func.max(Action.id)))
    for action in (erased, made):
        with pytest.raises(ShowroomError, match="erased"), db.write() as session:
            journal.undo(session, action)
    with db.write() as session:
        undone = journal.undo(session, imported)
    assert undone.erased > 0
    assert "stay erased" in journal.say_erased(undone.erased)
    with db.write() as session:
        journal.redo(session)
    assert not any(secret in everything(db) for secret in SECRETS)
    with db.write() as session:
        assert journal.undo(session).verb == "import"  # what was emptied is passed over
    assert verdict(db).ok


def test_nobody_writes_into_what_is_left_of_him(db, person):
    erase(db, person)
    with db.read() as session:
        visit = session.scalar(select(Visit.id))
        assert customers.rows(session, [person]) == []
    with pytest.raises(ShowroomError, match="stays without a name"), db.write() as session:
        reception.complete(session, visit, now=NOW, name="张伟")
    with pytest.raises(ShowroomError, match="no longer in the file"), db.write() as session:
        customers.change(session, person, name="张伟")
    with pytest.raises(ShowroomError, match="no longer in the file"), db.write() as session:
        builders.a_deal(session, person)


def test_who_is_gone_already_is_said(db, person):
    erase(db, person)
    with pytest.raises(ShowroomError, match="no longer in the file"):
        erase(db, person)
    with pytest.raises(ShowroomError, match="no longer in the file"):
        erase(db, 999)


def test_only_a_keeper_may_erase(db, person):
    with db.write() as session:
        desk = builders.a_member(session, "李静", Role.RECEPTIONIST)
        boss = builders.a_member(session, "陈总", Role.OWNER)
        builders.a_pin(session, boss, "1234", by=boss)
    db.staff_id = desk
    with pytest.raises(ShowroomError, match="may delete"):
        erase(db, person)
    assert found(db, NAME) == [person]
    db.staff_id = boss
    erase(db, person)
    with db.read() as session:
        assert session.scalars(select(Erased.staff_id)).all() == [boss]


def test_what_was_taken_back_forgets_him_too(db, tmp_path):
    """An import that was undone stands in the journal alone, with every row of its file."""
    take_in(db, write_csv(tmp_path, "姓名,手机", f"{NAME},{PHONE}", f"{NAME},1"))
    with db.write() as session:
        journal.undo(session)
    with db.write() as session:
        id = builders.a_customer(session, NAME, phone=PHONE)
    assert everything(db).count(NAME) > 4
    erase(db, id)
    after = everything(db)
    assert NAME not in after
    assert PHONE not in after
    assert verdict(db).ok


def test_a_thousand_go_in_seconds(db):
    rows = [{"name": f"客户{n:04}", "created_at": NOW} for n in range(1200)]
    with db.write() as session:
        journal.act(session, "import")
        ids = journal.insert_many(session, Customer, rows)
        journal.insert_many(
            session,
            Phone,
            [{"customer_id": id, "number": f"+86139{id:08}"} for id in ids],
        )
        journal.insert_many(
            session,
            FollowUp,
            [{"customer_id": id, "rule": Promise.NEXT, "due_on": TODAY} for id in ids],
        )
    steps: list[int] = []
    began = time.monotonic()
    gone = erasure.erase_now(
        db,
        ids[:1000],
        why=Cause.RETENTION,
        progress=Progress(lambda done, _all: steps.append(done)),
    )
    assert time.monotonic() - began < 20  # some seconds, on a busy machine too
    assert gone.persons == 1000
    assert steps == sorted(steps)
    assert len(steps) > 3
    after = everything(db)
    assert "客户0999" not in after
    assert "客户1000" in after
