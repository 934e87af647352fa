"""Erasing a person: nothing says who he was, the counts stay, and nothing brings him back."""

from __future__ import annotations

import shutil
import time

import pytest
from sqlalchemy import func, insert, select

from showroom import paths
from showroom.deals import closing
from showroom.door import reception
from showroom.errors import ShowroomError
from showroom.figures import figures
from showroom.guard import erasure, trail
from showroom.people import customers, phones, referrals, search
from showroom.progress import Progress
from showroom.sheets import apply, history, plan, read
from showroom.store import (
    backup,
    check,
    drafts,
    index,
    journal,
    keeping,
    models,
    recovery,
    restoring,
    tombs,
)
from showroom.store.db import Database, connect
from showroom.store.models import (
    Action,
    CareStep,
    Cause,
    Change,
    Choice,
    ChoiceKind,
    Consent,
    Customer,
    DateKind,
    Deal,
    Draft,
    Erased,
    FieldKind,
    FollowUp,
    ImportRow,
    Kinship,
    Phone,
    Promise,
    Referral,
    Role,
    Status,
    TalkStep,
    TraitKind,
    Visit,
)
from showroom.store.opening import open_desk
from tests import builders
from tests.builders import NOW, TODAY, later

NAME, PHONE, WECHAT = "欧阳若楠", "13912345678", "ruonan_oy"
SECRETS = (NAME, PHONE, "+86" + PHONE, WECHAT, "梧桐路", "若楠的妹妹")


@pytest.fixture
def db(db: Database) -> Database:
    return builders.stop_clock(db)


def write_csv(folder, *lines: str):
    path = folder / "in.csv"
    path.write_text("\n".join(lines), "utf-8-sig")
    return path


def take_in(db: Database, path) -> apply.Result:
    with db.read() as session:
        planned = plan.plan(session, read.read(path), today=db.today(), now=db.now())
    return apply.apply(db, planned)


@pytest.fixture
def person(db, tmp_path) -> int:
    """Somebody of whom the file holds all there can be."""
    with db.write() as session:
        builders.a_member(session)
    with db.write() as session:
        visit = builders.a_visit(session, name=NAME, phone=PHONE, note="若楠的妹妹也来了")
        reception.complete(session, visit, now=builders.NOW, rival=f"小鹏 {NAME}")
    with db.read() as session:
        (id,) = session.scalars(select(Customer.id))
    with db.write() as session:
        customers.change(session, id, wechat=WECHAT, address="梧桐路 1 号", note=f"{NAME}要白色")
    with db.write() as session:
        phones.add(session, id, "13700001111")
    with db.write() as session:
        (second,) = session.scalars(select(Phone.id).where(Phone.number == "+8613700001111"))
        phones.remove(session, second)
    with db.write() as session:
        customers.set_status(session, id, Status.LOST, today=TODAY, why=f"{NAME}买了别家")
    with db.write() as session:
        journal.undo(session)
    with db.write() as session:
        deal = builders.a_deal(session, id)
        closing.deliver(session, deal, on=TODAY, vin="LSVAA4182E2184841", today=TODAY)
    with db.write() as session:
        friend = builders.a_customer(session, "王芳")
        referrals.note(session, introducer_id=id, customer_id=friend, now=NOW)
    take_in(
        db,
        write_csv(
            tmp_path,
            "姓名,手机,备注",
            f"{NAME},139 1234 5678,老客户",
            f"{NAME},12,号码写错的行",
            f"某某,13,微信是 {WECHAT}",
            "李娜,13633334444,好",
        ),
    )
    with db.write() as session:
        visit = session.scalar(select(Visit.id))
        drafts.save(session, f"visit:{visit}", {"note": NAME}, now=NOW)
        drafts.save(session, "customer:new", {"phone": "139-1234-5678"}, now=NOW)
    return id


def everything(db: Database) -> str:
    """All that stands in all tables, and all words of the index."""
    connection = connect(db.path, db.key)
    parts = []
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'customer_fts%'"
    ).fetchall():
        parts += [repr(row) for row in connection.execute(f'SELECT * FROM "{name}"')]
    connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, customer_fts, row)")
    parts += [f"word {word}" for (word,) in connection.execute("SELECT term FROM temp.words")]
    connection.close()
    return "\n".join(parts)


def words_of(name: str) -> set[str]:
    others = index.tokens("王芳", ()) + " " + index.tokens("李娜", ())
    return set(index.tokens(name, ()).split()) - set(others.split())


def erase(db: Database, *ids: int) -> erasure.Gone:
    return erasure.erase_now(db, ids, why=Cause.ASKED)


def verdict(db: Database) -> trail.Verdict:
    with db.read() as session:
        return trail.verify(session)


def found(db: Database, text: str) -> list[int]:
    with db.read() as session:
        return search.find(session, text)


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


def test_visits_and_deals_stay_counted(db, person):
    def counted() -> list[object]:
        with db.read() as session:
            shown = figures.period(session, TODAY, TODAY)
            counts = [session.scalar(select(func.count()).select_from(t)) for t in (Visit, Deal)]
        return [*[figure.shown for figure in shown], *counts]

    before = counted()
    assert erase(db, person) == (1, 1, 1, 0)
    assert counted() == before
    with db.read() as session:
        gone = session.get_one(Customer, person)
        deal = session.scalars(select(Deal)).one()
        assert (gone.name, gone.wechat, gone.birthday, gone.erased_at) == ("", "", None, NOW)
        assert (deal.price, deal.number, deal.vin) == (218000, "20261118-01", "")
        assert session.scalars(select(Visit.customer_id)).all() == [person]


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


def test_a_neighbour_keeps_every_image(db):
    """Rows are emptied by their ids, never by a range in which somebody else's lie."""
    with db.write() as session:
        three = [builders.a_customer(session, name) for name in ("赵一", "钱二", "孙三")]
    with db.write() as session:
        customers.change(session, three[1], note="不能丢")
    erase(db, three[0], three[2])
    with db.read() as session:
        images = session.scalars(
            select(Change.after).where(Change.table_name == "customer", Change.row_id == three[1])
        ).all()
    assert len(images) == 2
    assert all(images)
    assert found(db, "钱二") == [three[1]]
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


def test_an_open_deal_keeps_him(db):
    with db.write() as session:
        id = builders.a_customer(session)
        deal = builders.a_deal(session, id)
    with db.read() as session:
        assert "20261118-01" in erasure.refusal(session, id)
    with pytest.raises(ShowroomError, match="20261118-01 is neither delivered nor cancelled"):
        erase(db, id)
    assert found(db, "张伟") == [id]
    with db.write() as session:
        closing.deliver(session, deal, on=TODAY, today=TODAY)
    erase(db, id)
    assert found(db, "张伟") == []


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


def test_of_a_couple_the_other_one_stays_whole(db, tmp_path):
    with db.write() as session:
        his = builders.a_customer(session, "张伟国", phone=PHONE)
        hers = builders.a_customer(session, "林小雨", phone=PHONE)
    take_in(db, write_csv(tmp_path, "姓名,手机,备注", f"林小雨,{PHONE},喜欢红色"))
    erase(db, his)
    assert found(db, PHONE) == [hers]
    with db.read() as session:
        assert [row.phones for row in session.scalars(select(Erased))] == [""]
        (row,) = session.scalars(select(ImportRow).where(ImportRow.customer_id == hers))
    assert "红色" in row.cells
    assert "张伟国" not in everything(db)


def test_a_namesake_keeps_his_own_rows(db, tmp_path):
    with db.write() as session:
        one = builders.a_customer(session, "张伟国", phone=PHONE)
    take_in(db, write_csv(tmp_path, "姓名,手机,备注", "张伟国,13988887777,开白车"))
    (other,) = found(db, "13988887777")
    erase(db, one)
    with db.read() as session:
        (row,) = session.scalars(select(ImportRow).where(ImportRow.customer_id == other))
    assert "开白车" in row.cells
    assert found(db, "张伟国") == [other]


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


# --- copies


def restore(db: Database, copy) -> None:
    restoring.restore(db.path, db.key, copy, db.backups, NOW, settle=erasure.settle)
    db.engine.dispose()


def test_a_copy_from_before_does_not_bring_him_back(db, person, tmp_path):
    copy = backup.back_up(db.path, db.key, tmp_path / "copy.db").path
    erase(db, person)
    seen = restoring.look(copy, db.key, db.path, db.key)
    assert seen.erasures == 1
    restore(db, copy)
    after = everything(db)
    for secret in SECRETS:
        assert secret not in after
    assert found(db, NAME) == []
    assert found(db, "李娜") != []
    said = verdict(db)
    assert said.ok
    assert said.emptied
    with db.read() as session:
        last = session.scalars(select(Action).order_by(Action.id.desc()).limit(1)).one()
        tombstones = session.scalars(select(Erased)).all()
    assert (last.verb, last.what) == ("erase", "once more, after a restore: 1 person")
    assert len(tombstones) == 1
    assert restoring.look(copy, db.key, db.path, db.key).erasures == 1  # the copy is what it was
    newer = backup.back_up(db.path, db.key, tmp_path / "newer.db").path
    assert restoring.look(newer, db.key, db.path, db.key).erasures == 0


def test_the_file_beside_the_copies_is_enough_on_a_new_pc(db, desk, person, tmp_path):
    copy = backup.back_up(db.path, db.key, db.backups / "desk-20261118T023000Z.db").path
    erase(db, person)
    beside = tombs.beside(db.backups)
    text = beside.read_text("ascii")
    assert not any(secret in text for secret in SECRETS)
    stick = tmp_path / "stick"
    stick.mkdir()
    shutil.copy(copy, stick)
    shutil.copy(beside, stick)
    fresh = paths.desk(tmp_path / "fresh")
    paths.prepare(fresh)
    shutil.copy(desk.key, fresh.key)
    restoring.restore_desk(fresh, stick / copy.name, NOW, str, settle=erasure.settle)
    opened = open_desk(fresh)
    assert not any(secret in everything(opened) for secret in SECRETS)
    assert verdict(opened).ok
    opened.close()


def test_a_desk_with_another_key_knows_them_after_its_restore(db, person, tmp_path):
    """The digests were made with the key of the desk the copy comes from."""
    code = recovery.new_code()
    recovery.write(recovery.beside(db.path), db.key, code, NOW)
    old = backup.back_up(db.path, db.key, tmp_path / "old.db").path
    erase(db, person)
    new = backup.back_up(db.path, db.key, tmp_path / "new.db").path
    other = builders.stop_clock(open_desk(paths.desk(tmp_path / "other")))
    for copy in (new, old):
        restoring.restore(
            other.path, other.key, copy, other.backups, NOW, code=code, settle=erasure.settle
        )
        other.engine.dispose()
        assert not any(secret in everything(other) for secret in SECRETS)
        assert verdict(other).ok
    other.close()


def test_a_restored_file_remembers_those_it_never_knew(db, tmp_path):
    with db.write() as session:
        builders.a_customer(session, "李娜")
    first = backup.back_up(db.path, db.key, tmp_path / "first.db").path
    with db.write() as session:
        id = builders.a_customer(session, NAME)
    second = backup.back_up(db.path, db.key, tmp_path / "second.db").path
    erase(db, id)
    restore(db, first)
    tombs.beside(db.backups).unlink()
    restore(db, second)
    assert found(db, NAME) == []
    assert NAME not in everything(db)


def test_the_secret_of_another_desk_is_remembered(db, person, tmp_path):
    """Its digests lie in this file now, and a copy of this one may hold the same person."""
    code = recovery.new_code()
    recovery.write(recovery.beside(db.path), db.key, code, NOW)
    old = backup.back_up(db.path, db.key, tmp_path / "old.db").path
    erase(db, person)
    (tmp_path / "later").mkdir()
    new = backup.back_up(db.path, db.key, tmp_path / "later" / "new.db").path
    other = builders.stop_clock(open_desk(paths.desk(tmp_path / "other")))

    def put_back(copy) -> None:
        restoring.restore(
            other.path, other.key, copy, other.backups, NOW, code=code, settle=erasure.settle
        )
        other.engine.dispose()

    put_back(old)
    assert NAME in everything(other)  # nobody has told this desk yet
    own = backup.back_up(other.path, other.key, tmp_path / "own.db").path
    put_back(new)
    put_back(own)
    assert NAME not in everything(other)
    assert verdict(other).ok
    other.close()


def test_a_file_that_was_called_after_him_is_forgotten_too(db, tmp_path):
    path = tmp_path / f"{NAME}.csv"
    path.write_text("姓名,手机\n李娜,13633334444\n", "utf-8-sig")
    take_in(db, path)
    with db.write() as session:
        id = builders.a_customer(session, NAME)
    erase(db, id)
    assert NAME not in everything(db)
    with db.read() as session:
        (batch,) = history.batches(session)
    assert (batch.file_name, batch.new) == ("", 1)
    with db.write() as session:
        journal.undo(session, batch.action_id)
    with db.read() as session:
        (batch,) = history.batches(session)
    assert batch.undone


def test_without_the_step_he_would_be_back(db, person, tmp_path):
    copy = backup.back_up(db.path, db.key, tmp_path / "copy.db").path
    erase(db, person)
    restoring.restore(db.path, db.key, copy, db.backups, NOW)
    db.engine.dispose()
    assert NAME in everything(db)


def test_an_earlier_life_with_his_number_goes_too_but_no_later_one(db, tmp_path):
    """He was taken back and entered again: the copy knows him by another id."""
    with db.write() as session:
        builders.a_customer(session, NAME, phone=PHONE)
    copy = backup.back_up(db.path, db.key, tmp_path / "copy.db").path
    with db.write() as session:
        journal.undo(session)
    db.clock = lambda: later(hours=1)
    with db.write() as session:
        again = builders.a_customer(session, NAME, phone=PHONE)
    db.clock = lambda: later(hours=2)
    erase(db, again)
    assert restoring.look(copy, db.key, db.path, db.key).erasures == 1
    db.clock = lambda: later(hours=3)
    with db.write() as session:
        back = builders.a_customer(session, NAME, phone=PHONE)  # he came again, and agreed again
    newest = backup.back_up(db.path, db.key, tmp_path / "newest.db").path
    restore(db, copy)
    assert found(db, PHONE) == []
    restore(db, newest)
    assert found(db, PHONE) == [back]


def test_a_copy_with_older_tables_and_a_thinned_trail_knows_him_by_his_number(db, tmp_path):
    """Its journal may say no more when he came into the file: his own date counts then."""
    with db.write() as session:
        builders.a_customer(session, NAME, phone=PHONE)
    connection = connect(db.path, db.key, foreign_keys=False)
    connection.execute("DELETE FROM change")
    connection.execute("DROP INDEX ix_customer_last_visit_on")
    connection.execute("ALTER TABLE customer DROP COLUMN erased_at")
    connection.execute("DROP TABLE erased")
    digest = tombs.digester(tombs.secret(db.key))
    tomb = tombs.Tomb("2026-11-19 00:00:00.000", "?", (digest(tombs.phone("+86" + PHONE)),))
    before = tomb._replace(at="2026-11-01 00:00:00.000")
    secrets = (tombs.secret(db.key),)
    assert tombs.held(connection) == set()
    assert tombs.found(connection, tombs.Graves(frozenset({tomb}), secrets)) == {1: tomb.at}
    assert tombs.found(connection, tombs.Graves(frozenset({before}), secrets)) == {}
    connection.close()


def test_copies_carry_the_digests_to_the_second_folder(db, person, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    erase(db, person)
    tombs.beside(db.backups).unlink()  # killed before it was written
    keeping.keep_safe(db.path, db.key, db.backups, NOW, second=stick)
    assert tombs.read(db.backups) == tombs.read(stick) == tombs.of_file(db.path, db.key)
    assert len(tombs.read(stick)) == 1
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tombs, "FILE", "other.txt")
        assert tombs.read(stick) == set()
    tombs.beside(stick).write_text("rubbish\n2026 x y\n", "ascii")
    assert len(tombs.read(stick)) == 1  # what is no digest of ours fits nobody


def test_data_that_does_not_open_leaves_the_file_beside_it(db, person, tmp_path):
    copy = backup.back_up(db.path, db.key, db.backups / "desk-20261118T023000Z.db").path
    erase(db, person)
    db.close()
    db.path.write_bytes(b"rubbish" * 1000)
    restoring.restore(db.path, db.key, copy, db.backups, NOW, settle=erasure.settle)
    assert not any(secret in everything(db) for secret in SECRETS)


def test_no_byte_of_the_data_folder_says_who_he_was(db, desk, person):
    erase(db, person)
    names = [text.encode(code) for text in SECRETS for code in ("utf-8", "utf-16-le", "gb18030")]
    for path in desk.data.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not any(name in data for name in names), path.name
    log = db.path.with_name(db.path.name + "-wal")
    assert not log.exists() or not log.stat().st_size


def test_a_file_whose_list_of_the_erased_is_damaged_is_said_in_a_sentence(db, person):
    """The copy before an import reads it: no error of the driver reaches the desk."""
    erase(db, person)
    connection = connect(db.path, db.key)
    (page,) = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'erased'"
    ).fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    db.close()
    with db.path.open("r+b") as file:
        file.seek((int(page) - 1) * int(size) + 200)
        file.write(b"\xff" * 16)
    with pytest.raises(ShowroomError, match="damaged"):
        tombs.of_file(db.path, db.key)
