"""The report of everything held about a person: complete, for him alone, and noted."""

from __future__ import annotations

import io
import json
import re
from decimal import Decimal

import pytest
from sqlalchemy import select

from showroom import i18n
from showroom.cards import subject_page
from showroom.errors import ShowroomError
from showroom.guard import belongings, consent, entries, erasure, subject
from showroom.people import customers
from showroom.store.models import Action, Cause, Customer, ImportRow, Role, Visit, Way, everything
from tests import builders
from tests.builders import NOW, later
from tests.showroom.erasure.kit import NAME, SECRETS, take_in, write_csv


def report(db, id: int) -> subject.Report:
    with db.read() as session:
        return subject.report(session, id, now=NOW)


def pdf(db, id: int) -> bytes:
    with db.read() as session:
        return subject_page.pdf(session, subject.report(session, id, now=NOW))


def words(data: bytes) -> str:
    import pypdfium2

    paper = pypdfium2.PdfDocument(io.BytesIO(data))
    text = "".join(page.get_textpage().get_text_range() for page in paper)
    paper.close()
    return text.replace("\r\n", "").replace("\ufffe", "")


def test_everything_he_would_be_erased_from_is_in_the_report(db, person):
    held = json.loads(subject.as_json(report(db, person)))
    assert held["customer"] == person
    tables = held["tables"]
    assert {name: len(rows) for name, rows in tables.items()} == {
        "customer": 1,
        "phone": 1,
        "consent": 1,
        "visit": 1,
        "ask": 0,
        "test_drive": 0,
        "deal": 1,
        "card": 1,
        "follow_up": len(tables["follow_up"]),
        "referral": 1,
        "import_row": 3,
        **dict.fromkeys(subject.TABLES[subject.TABLES.index("trait") :], 0),
        "vehicle": 1,  # delivered, by its VIN
    }
    assert tables["follow_up"]
    assert len(held["drafts"]) == 2
    with db.read() as session:
        rows = belongings.rows(session, [person])
    assert set(tables) == set(rows)
    text = json.dumps(held, ensure_ascii=False)
    assert all(secret in text for secret in SECRETS)
    assert "13700001111" in text  # the number he had once stands in the journal alone
    assert "王芳" not in text
    assert "李娜" not in text
    verbs = {entry["verb"] for entry in held["journal"]}
    assert {"arrive", "change_customer", "add_customer", "import", "set_status", "undo"} <= verbs


def test_every_table_that_names_a_customer_is_looked_at():
    """A table of a later step must say whether it belongs to the person."""
    naming = {
        table.name
        for table in everything().metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in ("customer", "visit")
    }
    assert naming <= set(subject.TABLES)
    assert {"customer", *belongings.OWNED} <= set(subject.TABLES)


def test_of_somebody_elses_row_nothing_is_told(db, tmp_path):
    with db.write() as session:
        his = builders.a_customer(session, "张伟国", phone="13912345678")
        builders.a_customer(session, "林小雨", phone="13811112222", note="先生手机 13912345678")
    take_in(db, write_csv(tmp_path, "姓名,手机,地址", "林小雨,13811112222,先生 13912345678"))
    with db.read() as session:
        assert session.scalars(select(ImportRow)).all()
    assert "林小雨" not in subject.as_json(report(db, his))


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_on_paper_it_says_what_is_held_what_for_how_long_and_his_rights(db, person, language):
    from showroom import settings

    with db.write() as session:
        shop = settings.load(session)
        shop.shop_name = "比亚迪海豚4S店"
        settings.save(session, shop)
    i18n.use(language)
    said = words(pdf(db, person))
    for text in (NAME, "139 1234 5678", "比亚迪海豚4S店", "20261118-01", "2026-11-18", "218,000"):
        assert text in said, text
    assert "24" in said
    if language == "en":
        for text in ("What for", "For how long", "Your rights", "Page 1 of", "agreed on"):
            assert text in said


def test_what_another_system_said_of_a_visit_is_on_the_paper(db):
    said = {"brand": "比亚迪", "series": "海豹", "trim": "荣耀版", "source": "垂直媒体"}
    with db.write() as session:
        id = builders.a_customer(session, "张伟")
        visit = builders.a_visit(session, name="张伟")
        for name, value in {**said, "course": "带爱人来看车", "offer": Decimal(209800)}.items():
            setattr(session.get_one(Visit, visit), name, value)
        session.get_one(Visit, visit).customer_id = id
    found = words(pdf(db, id))
    for text in ("wanted 比亚迪 海豹 荣耀版", "source: 垂直媒体", "209,800", "带爱人来看车"):
        assert text in found, text


def test_what_looks_like_markup_is_text_and_long_words_are_broken(db):
    with db.write() as session:
        id = builders.a_customer(
            session, "<b>张</b>&amp;", note="http://example.com/" + "x" * 300 + "\n第二行"
        )
    said = words(pdf(db, id))
    assert "<b>张</b>&amp;" in said
    assert "x" * 300 in said
    assert "第二行" in said


def test_that_it_left_the_desk_stands_in_the_trail_without_his_name(db, person):
    with db.write() as session:
        subject.handed_out(session, person, "PDF")
    with db.read() as session:
        (row,) = entries.rows(session, entries.find(session)[:1])
        action = session.scalars(select(Action).order_by(Action.id.desc()).limit(1)).one()
    assert (row.verb, row.what) == ("Export", "Everything held · PDF")
    assert (action.subject_table, action.subject_id) == ("customer", person)


def test_who_does_not_see_every_number_hands_out_none(db, person):
    with db.write() as session:
        desk = builders.a_member(session, "李静", Role.RECEPTIONIST)
        boss = builders.a_member(session, "陈总", Role.OWNER)
        builders.a_pin(session, boss, "1234", by=boss)
    db.staff_id = desk
    with pytest.raises(ShowroomError, match="every number whole"):
        report(db, person)
    db.staff_id = boss
    assert report(db, person).name == NAME


def test_of_an_erased_person_nothing_is_held(db, person):
    erasure.erase_now(db, [person], why=Cause.ASKED)
    with pytest.raises(ShowroomError, match="no longer in the file"):
        report(db, person)


def test_a_correction_shows_in_the_next_report(db, person):
    with db.write() as session:
        customers.change(session, person, address="解放路 2 号")
    (row,) = report(db, person).tables["customer"]
    assert row["address"] == "解放路 2 号"


def test_many_visits_fill_page_after_page_and_a_title_never_ends_one(db, tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "来店"
    book.active.append(["姓名", "手机", "日期"])
    book.active.append(["张伟国", "13912345678", NOW.date()])
    book.save(tmp_path / "in.xlsx")
    take_in(db, tmp_path / "in.xlsx")
    with db.read() as session:
        (id,) = session.scalars(select(Customer.id))
    with db.write() as session:
        for day in range(60):
            builders.a_visit(session, name="张伟国", phone="13912345678", now=later(days=day))
    with db.write() as session:
        consent.give(session, id, Way.SMS, now=NOW)
        consent.withdraw(session, id, Way.SMS, now=later(hours=1))
    data = pdf(db, id)
    said = words(data)
    assert "来店, row 2" in said
    assert "withdrawn on 2026-11-18" in said
    count = int(re.search(r"Page 1 of (\d+)", said)[1])
    assert count > 2
    titles = {"Visits", "Follow-ups", "What was done", "What for", "For how long", "Your rights"}
    import pypdfium2

    paper = pypdfium2.PdfDocument(io.BytesIO(data))
    for page in paper:
        lines = page.get_textpage().get_text_range().split("\r\n")
        last = [line for line in lines if line and not line.startswith("Page ")][-1]
        assert last not in titles
    paper.close()
