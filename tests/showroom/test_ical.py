"""The calendar as a file: read back by a strict parser, as a real calendar would (RFC 5545)."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showroom import dates
from showroom.care import ical, key_dates
from showroom.care.calendar import Entry
from showroom.deals import closing
from showroom.guard import exports
from showroom.guard.exports import Refused
from showroom.people import customers, vehicles
from showroom.sheets import calendar_file
from showroom.store.models import DateKind, Honorific, Promise, Role
from tests import builders as make

NAME = re.compile(r"[A-Z-]+(?:;[A-Z-]+=[A-Za-z0-9.-]+)*:")
ESCAPES = {"\\\\": "\\", "\\;": ";", "\\,": ",", "\\n": "\n"}
ONCE = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"}


def read(raw: bytes) -> list[dict[str, str]]:
    """The events of a file; anything RFC 5545 does not allow fails."""
    assert raw.endswith(b"\r\n")
    physical = raw.split(b"\r\n")[:-1]
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in physical)
    lines: list[bytes] = []
    for line in physical:
        assert line, "an empty line"
        line.decode()  # no character is cut in two
        if line[:1] in b" \t":
            lines[-1] += line[1:]
        else:
            lines.append(line)
    said = [line.decode() for line in lines]
    assert said[0] == "BEGIN:VCALENDAR"
    assert said[-1] == "END:VCALENDAR"
    assert "VERSION:2.0" in said
    assert any(line.startswith("PRODID:") for line in said)
    events: list[dict[str, str]] = []
    inside = False
    for line in said[1:-1]:
        head = NAME.match(line)
        assert head, line
        name, value = head[0][:-1], line[head.end() :]
        if line == "BEGIN:VEVENT":
            assert not inside
            inside = True
            events.append({})
        elif line == "END:VEVENT":
            inside = False
            assert {one.split(";")[0] for one in events[-1]} >= ONCE
        elif line == "BEGIN:VALARM":
            events[-1]["VALARM"] = ""
        elif inside and events[-1].get("VALARM", "END").split(";")[-1] != "END":
            alarm = "END" if line == "END:VALARM" else line
            events[-1]["VALARM"] = f"{events[-1]['VALARM']};{alarm}".removeprefix(";")
        elif inside:
            assert name not in events[-1]
            events[-1][name] = unescaped(value) if name in ("SUMMARY", "DESCRIPTION") else value
    assert not inside
    assert len({one["UID"] for one in events}) == len(events)
    return events


def unescaped(value: str) -> str:
    assert not re.sub(r"\\[\\;,n]", "", value).count("\\")
    assert not re.search(r"(?<!\\)[;,]", re.sub(r"\\\\", "", value))
    return re.sub(r"\\[\\;,n]", lambda found: ESCAPES[found[0]], value)


def an_entry(**facts: Any) -> Entry:
    held = {
        "id": 1,
        "day": date(2027, 2, 18),
        "kind": Promise.BIRTHDAY,
        "customer_id": 7,
        "name": "张伟",
        "honorific": Honorific.MR,
        "about": "",
        "thing": "7-2027",
    }
    return Entry(**(held | facts))


def test_an_event_is_a_whole_day_with_a_stable_uid():
    made = [ical.text([an_entry()], [], now=make.later(days=days)).encode() for days in (0, 9)]
    first, again = (read(raw)[0] for raw in made)
    assert first["DTSTART;VALUE=DATE"] == "20270218"
    assert first["DTEND;VALUE=DATE"] == "20270219"
    assert first["DTSTAMP"] == "20261118T023000Z"
    assert again["DTSTAMP"] == "20261127T023000Z"
    assert first["UID"] == again["UID"]
    assert first["SUMMARY"] == "Mr 张伟 · Birthday greeting"


@given(
    name=st.text(max_size=60),
    about=st.text(alphabet=st.characters(codec="utf-8"), max_size=200),
)
def test_whatever_is_written_is_read_back(name, about):
    kept = {"name": name.encode("utf-8", "replace").decode(), "about": about}
    raw = ical.text([an_entry(honorific=Honorific.NONE, **kept)], [], now=make.NOW).encode()
    found = read(raw)[0]
    said = re.sub(r"\r\n?", "\n", about)
    said = "".join(char for char in said if char >= " " or char == "\n").replace("\x7f", "")
    assert found.get("DESCRIPTION", "") == said


def test_two_cars_on_one_day_are_two_events():
    raw = ical.text([an_entry(about="粤B1"), an_entry(id=2, about="粤B2")], [], now=make.NOW)
    assert [one["DESCRIPTION"] for one in read(raw.encode())] == ["粤B1", "粤B2"]


def save(db: Any, path: Any, **facts: Any) -> int:
    first, last = make.TODAY, make.TODAY + timedelta(days=90)
    with exports.leaving(db, "calendar", path) as session:
        return calendar_file.save(session, path, first, last, now=make.NOW, **facts)


def test_the_file_has_the_days_and_the_festivals(db, tmp_path):
    path = tmp_path / "c.ics"
    with db.write() as session:
        id = make.a_customer(session, "欧阳锋")
        silent = make.a_customer(session, "赵磊")
        for one in (id, silent):
            key_dates.note(
                session, one, kind=DateKind.LICENCE, day=date(2026, 12, 24), today=make.TODAY
            )
        customers.change(session, silent, do_not_contact=True)
    assert save(db, path) == 1
    events = read(path.read_bytes())
    assert [one["SUMMARY"] for one in events] == [
        "Mr 欧阳锋 · Driving licence runs out",
        "New Year's Day",
        "Laba Festival",
        "Little New Year",
        "New Year's Eve",
        "Spring Festival",
    ]
    assert save(db, path, kind=Promise.LICENCE) == 1
    assert len(read(path.read_bytes())) == 1


def test_who_sees_no_numbers_takes_no_names_and_few_rows(db, tmp_path):
    path = tmp_path / "c.ics"
    with db.write() as session:
        boss = make.a_member(session, "周敏", Role.MANAGER)
        desk = make.a_member(session, "李静", Role.RECEPTIONIST)
        for number in range(3):
            id = make.a_customer(session, "欧阳锋")
            key_dates.note(
                session,
                id,
                kind=DateKind.LICENCE,
                day=make.TODAY + timedelta(days=number),
                today=make.TODAY,
            )
        make.a_pin(session, boss, "2468", by=boss)
        make.a_pin(session, desk, "1357", by=boss)
    db.staff_id = desk
    save(db, path, kind=Promise.LICENCE)
    assert {one["SUMMARY"] for one in read(path.read_bytes())} == {
        "Mr 欧阳 · Driving licence runs out"
    }
    db.staff_id = boss
    with db.write() as session:
        from showroom import settings

        shop = settings.load(session)
        shop.export_alone, shop.export_two = 2, 9
        settings.save(session, shop)
    db.staff_id = desk
    path.unlink()
    with pytest.raises(Refused):
        save(db, path, kind=Promise.LICENCE)
    assert not path.exists()


def test_a_contact_at_a_time_of_day_begins_then_and_rings_before():
    held = {"kind": Promise.NEXT, "contact_id": 3, "thing": "contact3"}
    told = an_entry(**held, clock=time(15, 30))
    (event,) = read(ical.text([told], [], now=make.NOW).encode())
    begins = dates.at(told.day, time(15, 30))
    assert event["DTSTART"] == f"{begins:%Y%m%dT%H%M%SZ}"
    assert event["DTEND"] == f"{begins + timedelta(minutes=15):%Y%m%dT%H%M%SZ}"
    assert event["VALARM"] == "ACTION:DISPLAY;DESCRIPTION:Mr 张伟 · Next contact;TRIGGER:-PT10M;END"
    later = told._replace(day=told.day + timedelta(days=1), clock=None)  # put off: it moves there
    (moved,) = read(ical.text([later], [], now=make.NOW).encode())
    assert moved["UID"] == event["UID"]
    assert moved["DTSTART;VALUE=DATE"] == "20270219"
    assert "VALARM" not in moved


def events(db: Any, path: Any, kind: Promise, days: int = 800) -> list[dict[str, str]]:
    path.unlink(missing_ok=True)
    last = make.TODAY + timedelta(days=days)
    with exports.leaving(db, "calendar", path) as session:
        calendar_file.save(session, path, make.TODAY, last, kind=kind, now=make.NOW)
    return read(path.read_bytes())


def test_a_day_that_is_moved_moves_the_entry(db, tmp_path):
    make.stop_clock(db)
    with db.write() as session:
        id = make.a_customer(session)
    told = []
    for day in (date(2027, 3, 1), date(2027, 4, 9), date(2028, 1, 2)):
        with db.write() as session:
            key_dates.note(session, id, kind=DateKind.INSPECTION, day=day, today=make.TODAY)
        told += events(db, tmp_path / "c.ics", Promise.INSPECTION)
    assert [one["DTSTART;VALUE=DATE"] for one in told] == ["20270301", "20270409", "20280102"]
    assert len({one["UID"] for one in told}) == 1


@pytest.mark.parametrize("vin", ["", "LGXC16DF1A0000001"])
def test_an_insurance_that_was_presumed_is_the_one_that_is_noted(db, tmp_path, vin):
    make.stop_clock(db)
    with db.write() as session:
        id = make.a_customer(session)
        deal = make.a_deal(session, id)
        closing.deliver(session, deal, on=make.TODAY, vin=vin, today=make.TODAY)
    (presumed,) = events(db, tmp_path / "c.ics", Promise.INSURANCE)
    for day in (date(2027, 10, 1), date(2027, 12, 5)):
        with db.write() as session:
            car = next((one.id for one in vehicles.cars(session, id)), None)
            key_dates.note(
                session, id, kind=DateKind.INSURANCE, day=day, vehicle_id=car, today=make.TODAY
            )
        (noted,) = events(db, tmp_path / "c.ics", Promise.INSURANCE)
        assert noted["DTSTART;VALUE=DATE"] == f"{day:%Y%m%d}"
        assert noted["UID"] == presumed["UID"]


def test_a_birthday_that_is_corrected_is_one_entry_a_year(db, tmp_path):
    make.stop_clock(db)
    with db.write() as session:
        id = make.a_customer(session, birthday=date(1990, 3, 1))
        make.a_deal(session, id)
    before = events(db, tmp_path / "c.ics", Promise.BIRTHDAY)
    with db.write() as session:
        customers.change(session, id, birthday=date(1990, 3, 2))
    after = events(db, tmp_path / "c.ics", Promise.BIRTHDAY)
    assert [one["UID"] for one in before] == [one["UID"] for one in after]
    assert len({one["UID"] for one in after}) == len(after) == 2


def test_what_a_car_warrants_is_two_entries_and_stays_two(db, tmp_path):
    make.stop_clock(db)
    with db.write() as session:
        deal = make.a_deal(session, make.a_customer(session))
        closing.deliver(session, deal, on=make.TODAY, today=make.TODAY)
    whole = events(db, tmp_path / "c.ics", Promise.WARRANTY, days=1500)
    with_later = events(db, tmp_path / "c.ics", Promise.WARRANTY, days=1400)
    assert len(whole) == len({one["UID"] for one in whole})
    assert {one["UID"] for one in with_later} <= {one["UID"] for one in whole}
