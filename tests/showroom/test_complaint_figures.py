"""What complaints come to: figures with their formulas, the list on paper, the slip for one."""

from __future__ import annotations

from datetime import timedelta

from openpyxl import load_workbook

from showroom import choices
from showroom.care import complaint_rows, complaints
from showroom.figures import complaints as counted
from showroom.guard import erasure, exports
from showroom.guard.erasure import Cause
from showroom.people import customers
from showroom.store.models import ChoiceKind
from tests import builders as b
from tests.stories import story

FIRST, LAST = b.TODAY.replace(day=1), b.TODAY


@story
def shop(db):
    """One answered in time and closed after it was opened again, one too late, one of October."""
    b.stop_clock(db)
    with db.write() as session:
        db.other = b.a_member(session, "赵磊")
        db.customer = b.a_customer(session, "张伟", phone="13912345678")
        db.waiting = choices.find(session, ChoiceKind.COMPLAINT_CAUSE, "waiting")
        db.charges = choices.find(session, ChoiceKind.COMPLAINT_CAUSE, "charges")
    db.ids = [take(db, 20, db.waiting), take(db, 60, db.waiting), take(db, 60, db.charges)]
    take(db, 24 * 40, db.charges)
    tick(db, db.ids[0], *complaint_rows.ORDER)
    with db.write() as session:
        complaints.reopen(session, db.ids[0], "again", now=b.NOW)
    tick(db, db.ids[0], *complaint_rows.ORDER[2:])
    with db.write() as session:
        complaints.close(session, db.ids[0], now=b.NOW)
    tick(db, db.ids[1], *complaint_rows.ORDER[:2])
    return db


def take(db, hours, cause):
    with db.write() as session:
        return complaints.take(
            session,
            db.customer,
            words="等了两个小时",
            cause_id=cause,
            responsible_id=db.other,
            taken_at=b.later(hours=-hours),
            now=b.NOW,
        ).id


def tick(db, id, *steps):
    for step in steps:
        with db.write() as session:
            complaints.tick(session, id, step, words="已处理", now=b.NOW)


def look(db):
    with db.read() as session:
        return counted.look(session, FIRST, LAST, now=b.NOW)


def test_the_figures_say_what_stands_above_and_below(shop):
    found = {one.code: (one.shown, one.numerator, one.denominator) for one in look(shop).figures}
    assert found == {
        "open": ("3", None, None),
        "late": ("2", None, None),
        "in_time": ("33%", 1, 3),
        "closed": ("33%", 1, 3),
        "reopened": ("1", None, None),
    }
    assert all(one.formula for one in look(shop).figures)
    assert [(one.label, one.number) for one in look(shop).tallies] == [
        ("Waited too long", 2),
        ("Charged too much", 1),
    ]


def test_without_any_there_is_no_share(db):
    b.stop_clock(db)
    assert [one.shown for one in look(db).figures] == ["0", "0", "—", "—", "0"]


def test_who_is_erased_stays_counted(shop):
    before = [one[:3] for one in look(shop).figures if one.denominator]
    with shop.write() as session:
        erasure.erase(session, shop.customer, why=Cause.ASKED)
    assert [one[:3] for one in look(shop).figures if one.denominator] == before
    assert look(shop).figures[0].value == 0  # nobody is left to be answered


def test_the_list_leaves_without_the_number_of_who_must_not_be_contacted(shop, tmp_path):
    def saved(name):
        path = tmp_path / name
        with exports.leaving(shop, "Complaints", path) as session:
            assert counted.save(session, FIRST, LAST, path, now=b.NOW) == 3
        book = load_workbook(path)
        return [str(cell.value) for line in book["Complaints"].iter_rows() for cell in line]

    assert any("139 1234 5678" in cell for cell in saved("a.xlsx"))
    with shop.write() as session:
        customers.change(session, shop.customer, do_not_contact=True)
    held = saved("b.xlsx")
    assert not any("5678" in cell for cell in held)
    assert "等了两个小时" in held


def test_the_slip_has_his_words_and_each_step(shop):
    import pypdfium2

    with exports.leaving(shop, "Slip", None) as session:
        paper = counted.slip(session, shop.ids[0])
    with pypdfium2.PdfDocument(paper) as held:
        said = "".join(page.get_textpage().get_text_bounded() for page in held)
        assert len(held) == 1
    for part in ("张伟", "等了两个小时", "Opened again", "Called back", "赵磊", "139 1234 5678"):
        assert part in said
    with shop.write() as session:
        customers.change(session, shop.customer, do_not_contact=True)
    with exports.leaving(shop, "Slip", None) as session:
        paper = counted.slip(session, shop.ids[0])
    with pypdfium2.PdfDocument(paper) as held:
        assert "5678" not in held[0].get_textpage().get_text_bounded()


def test_what_is_of_another_month_is_not_counted(shop):
    with shop.read() as session:
        assert len(complaint_rows.taken(session, FIRST - timedelta(days=40), LAST)) == 4
        assert complaint_rows.taken(session, FIRST, LAST) == [*shop.ids[1:], shop.ids[0]]
