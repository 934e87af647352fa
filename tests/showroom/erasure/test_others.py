"""Erased, and the others: counts, neighbours, couples and namesakes stay whole."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from showroom.deals import closing
from showroom.errors import ShowroomError
from showroom.figures import figures
from showroom.guard import erasure
from showroom.people import customers
from showroom.store.models import (
    Change,
    Customer,
    Deal,
    Erased,
    ImportRow,
    Visit,
)
from tests import builders
from tests.builders import NOW, TODAY
from tests.showroom.erasure.kit import (
    PHONE,
    erase,
    everything,
    found,
    take_in,
    verdict,
    write_csv,
)


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
