"""Behind every number stand its rows: as many as it says, and the same ones."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from showroom.figures import behind, counts, cuts, figures, listings, overview
from showroom.figures.definitions import BY_CODE, DEFINITIONS
from showroom.figures.listings import Of
from showroom.store.models import Moment, Role
from tests import builders as b
from tests.builders import NOW, TODAY
from tests.showroom.filled_kit import filled, ids_of

FIRST = TODAY - timedelta(days=40)
SUMS = {"people", "amount", "stayed", "waited", "call_days"}
"""Not numbers of rows: people, money, minutes, days."""


@pytest.fixture(scope="module")
def house(new_desk):
    with filled(new_desk, 150, NOW) as db:
        yield db


@pytest.mark.parametrize("code", [made.code for made in DEFINITIONS])
def test_as_many_rows_stand_behind_a_figure_as_it_counts(house, code):
    made = BY_CODE[code]
    with house.read() as session:
        counted = counts.whole(session, FIRST, TODAY)
        more = figures.extra(session, FIRST, TODAY, counted)
        for name in filter(None, (made.above, made.below)):
            value = more[name] if name in more else getattr(counted, name)
            _of, ids = behind.rows_of(session, name, FIRST, TODAY)
            assert len(set(ids)) == len(ids)
            if name not in SUMS:
                assert len(ids) == value, name
        found = behind.of_figure(session, code, FIRST, TODAY)
    if made.below and made.above not in SUMS and len(found.ids) != len(found.counted):
        assert len(found.counted) / len(found.ids) == pytest.approx(
            figures.figure(code, counted, more).value
        )


def test_the_parts_of_the_pictures_add_up(house):
    with house.read() as session:
        counted = counts.whole(session, FIRST, TODAY)
        for code, title in overview.STEPS:
            found = behind.of_step(session, code, title, FIRST, TODAY)
            assert len(found.ids) == getattr(counted, code), code
        heat = cuts.by_hour(session, FIRST, TODAY)
        for (weekday, hour), count in heat.items():
            found = behind.of_hour(session, FIRST, TODAY, weekday, hour, "")
            assert len(found.ids) == count
        for slice in cuts.by_consultant(session, FIRST, TODAY):
            found = behind.of_consultant(session, slice.key, slice.label, FIRST, TODAY)
            assert (len(found.ids), len(found.counted)) == (
                slice.counts.walk_ins,
                slice.counts.left,
            )
        for row in cuts.by_moment(session, FIRST, TODAY):
            found = behind.of_moment(session, row.moment, FIRST, TODAY)
            assert len(found.counted) <= row.given
            assert len(found.ids) <= row.asked
        assert behind.of_moment(session, Moment.SEATED, FIRST, TODAY).ids


@pytest.mark.parametrize("of", list(Of))
def test_every_list_says_its_lines_and_leaves_through_the_gate(house, tmp_path, of):
    with house.read() as session:
        ids = ids_of(session, of, most=30)
        lines = listings.rows(session, of, ids, TODAY)
        assert len(lines) == len(ids)
        assert [c.code for c in listings.narrow(session, of)] == list(listings.LISTINGS[of].shown)
        for ending in ("xlsx", "csv", "pdf"):
            path = tmp_path / f"list.{ending}"
            assert listings.save(session, of, ids, path, today=TODAY) == len(ids)
            assert path.stat().st_size > 40
        assert session.info["leaving"] == len(ids)


def test_numbers_are_hidden_in_every_list_of_who_may_not_see_them(house, tmp_path):
    with house.write() as session:
        chief = b.a_member(session, "陈总管", Role.MANAGER)
        desk = b.a_member(session, "何静怡", Role.RECEPTIONIST)
        b.a_pin(session, chief, "246810", by=chief)
        b.a_pin(session, desk, "135790", by=chief)
    house.staff_id = desk
    try:
        with house.read() as session:
            for of, name in ((Of.DEALS, "orders"), (Of.VISITS, "left")):
                _of, ids = behind.rows_of(session, name, FIRST, TODAY)
                path = tmp_path / f"{of}.csv"
                listings.save(session, of, ids[:20], path, today=TODAY)
                said = path.read_text("utf-8-sig")
                assert "****" in said
                assert not re.search(r"1[3-9]\d{9}", said)
    finally:
        house.staff_id = None
