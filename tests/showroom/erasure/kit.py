"""Somebody of whom the desk knows all there is, and how he is looked for afterwards."""

from __future__ import annotations

from sqlalchemy import select

from showroom.deals import closing
from showroom.door import reception
from showroom.guard import erasure, trail
from showroom.people import customers, phones, referrals, search
from showroom.sheets import apply, plan, read
from showroom.store import (
    drafts,
    journal,
)
from showroom.store.db import Database, connect
from showroom.store.models import (
    Cause,
    Customer,
    Phone,
    Status,
    Visit,
)
from tests import builders
from tests.builders import NOW, TODAY

NAME, PHONE, WECHAT = "欧阳若楠", "13912345678", "ruonan_oy"
SECRETS = (NAME, PHONE, "+86" + PHONE, WECHAT, "梧桐路", "若楠的妹妹")


def write_csv(folder, *lines: str):
    path = folder / "in.csv"
    path.write_text("\n".join(lines), "utf-8-sig")
    return path


def take_in(db: Database, path) -> apply.Result:
    with db.read() as session:
        planned = plan.plan(session, read.read(path), today=db.today(), now=db.now())
    return apply.apply(db, planned)


def known_all_over(db: Database) -> int:
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
            db.path.parent.parent,
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


def erase(db: Database, *ids: int) -> erasure.Gone:
    return erasure.erase_now(db, ids, why=Cause.ASKED)


def verdict(db: Database) -> trail.Verdict:
    with db.read() as session:
        return trail.verify(session)


def found(db: Database, text: str) -> list[int]:
    with db.read() as session:
        return search.find(session, text)
