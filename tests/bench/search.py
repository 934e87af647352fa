"""Who is it, at each key: p99 ≤ 10 ms, of a million 30 ms; the floor is the index by the driver.

Every word is looked up several times; its median counts, and the p99 is that of the words. What
is said of keys is the whole of it: who fits, in order, and the first 50 rows of the list.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from typing import Any

from showroom import choices, paths
from showroom.guard import pins, staff
from showroom.people import customers, search
from showroom.store import index, journal, pinyin
from showroom.store.db import Database, connect
from showroom.store.models import ChoiceKind, Role, Vehicle
from tests.bench import desks
from tests.bench.measure import Measure, each_in_turn, in_turn, seconds, steady
from ui.services import DeskServices

MATCH = "SELECT rowid FROM customer_fts WHERE customer_fts MATCH ? ORDER BY rowid DESC LIMIT 1000"
ALL = "SELECT id FROM customer ORDER BY last_visit_on DESC, id DESC"
FAST = (("p99", 10.0),)
FAST_OF_MANY = (("p99", 30.0),)
TIMES = 10
BLOCK = 200
SCREEN = 50
SAVED = (("median", 5.0),)
QUIET = 20  # saves without a pause


def run(quick: bool) -> list[Measure]:
    """Each kind of word by itself, the search line at each key, all ids, a block of rows."""
    folder = desks.big(quick).folder
    db = desks.opened(folder)
    bare = connect(db.path, db.key)
    count, rounds = (3, 1) if quick else (200, 5)
    measures = [*words(db, bare, rounds, kinds(db, count))]
    measures += keys(db, bare, rounds, count, FAST)

    look = DeskServices(db, paths.desk(folder)).find
    typed = [word[:end] for word in people(db, count // 4 + 1) for end in range(1, len(word) + 1)]
    look(typed[0])
    line = steady([[seconds(look, word) * 1000 for word in typed] for _round in range(rounds)])
    measures.append(Measure("search: the line of Ctrl+K, key by key", line, promises=FAST))
    measures += lists(db, bare, count)
    measures.append(hidden(quick, count))
    measures += known(db, count, rounds, FAST)
    bare.close()
    db.close()
    measures += plates(quick, count, rounds)
    measures += saves(quick, count)
    measures += many(quick, count, rounds)
    return measures


def keys(
    db: Database,
    bare: Any,
    rounds: int,
    count: int,
    promises: tuple[tuple[str, float], ...],
    more: str = "",
) -> Iterator[Measure]:
    """What the promises name: who fits and the first 50 rows, at one key."""
    names, phones = known_by(db, 3 * count)
    asked = [
        ("one character", [name[0] for name in names]),
        ("two characters", [name[:2] for name in names if len(name) > 1]),
        ("zs", ["zs"] * count),
        ("zhangs", ["zhangs"] * count),
        ("the last 4 digits", [phone[-4:] for phone in phones]),
        ("4 digits in the middle", [phone[3:7] for phone in phones]),
        ("a consultant and a model", [f"{one} {other}" for one, other in labels(db, count)]),
    ]

    def rows(typed: str) -> int:
        with db.read() as session:
            return len(customers.rows(session, search.find(session, typed)[:SCREEN]))

    def floor(typed: str) -> int:
        match = " AND ".join(f"({raw_tokens(word)})" for word in typed.split())
        return len(bare.execute(MATCH, (match,)).fetchall())

    for name, typed in asked:
        if name.startswith("a consultant"):
            mine = steady(
                [[seconds(rows, word) * 1000 for word in typed] for _one in range(rounds)]
            )
            its: list[float] = []
        else:
            mine, its = each_in_turn(rounds, typed[:count], rows, floor)
        yield Measure(f"search: a key, {name}{more}", mine, its, promises=promises)


def labels(db: Database, count: int) -> list[tuple[str, str]]:
    """Consultants and models, each with each by chance."""
    chance = random.Random(5)
    with db.read() as session:
        people = [one.name for one in staff.everyone(session, Role.CONSULTANT)]
        models = [one.label for one in choices.options(session, ChoiceKind.MODEL)]
    return [(chance.choice(people), chance.choice(models)) for _one in range(count)]


def saves(quick: bool, count: int) -> Iterator[Measure]:
    """A new customer and another name for him, each with the journal, the index, FULL sync.

    The log is folded into the file between the saves now and then, as the window does it.
    """
    db = desks.opened(desks.copy(quick, "saved"))
    now, today = db.now(), db.today()
    made: list[int] = []
    again = iter(range(10**6))

    def add() -> None:
        with db.write() as session:
            phone = str(19_100_000_000 + next(again))
            one = customers.add(session, name="欧阳思远", phone=phone, now=now, today=today)
            made.append(one.id)

    def change() -> None:
        with db.write() as session:
            customers.change(session, made[next(again) % len(made)], name=f"欧阳{next(again)}")

    for name, work in (("a new customer", add), ("another name", change)):
        spent: list[float] = []
        for _some in range(max(count // QUIET, 1)):
            spent += [seconds(work) * 1000 for _one in range(min(count, QUIET))]
            db.fold()
        yield Measure(f"search: save {name} with the index", spent, promises=SAVED)
    db.close()


def known(
    db: Database, count: int, rounds: int, promises: tuple[tuple[str, float], ...], more: str = ""
) -> Iterator[Measure]:
    """Who that may be, at each key of a visit's form, with his consultant and his protection."""

    def look(typed: str) -> int:
        with db.read() as session:
            return len(search.known(session, typed, today=db.today()))

    for name, typed in kinds_typed(db, count):
        keys = [word[:end] for word in typed for end in range(1, len(word) + 1)]
        look(keys[0])
        spent = steady([[seconds(look, key) * 1000 for key in keys] for _round in range(rounds)])
        yield Measure(f"search: known while {name} is typed{more}", spent, promises=promises)


def plates(quick: bool, count: int, rounds: int) -> Iterator[Measure]:
    """Parts of plates, where every third customer has one; they are written in a copy."""
    db = desks.opened(desks.copy(quick, "plates"))
    chance = random.Random(4)
    with db.write() as session:
        journal.act(session, "vehicle")
        cars = [
            {"customer_id": id, "plate": f"粤B{chance.randrange(100_000):05}", "model": ""}
            for id in search.find(session)[::3]
        ]
        journal.insert_many(session, Vehicle, cars)
    bare = connect(db.path, db.key)
    starts = [(chance.choice(cars)["plate"], chance.randrange(4)) for _one in range(count)]
    typed = [plate[start : start + chance.choice((3, 4, 5))] for plate, start in starts]
    yield from words(db, bare, rounds, [("part of a plate", typed)])
    bare.close()
    db.close()


def many(quick: bool, count: int, rounds: int) -> Iterator[Measure]:
    """Ten times as many customers: copied in the file itself, past the journal, only to look at."""
    db = desks.opened(desks.copy(quick, "searched"))
    bare = connect(db.path, db.key)
    (last,) = bare.execute("SELECT max(id) FROM customer").fetchone()
    names = [row[1] for row in bare.execute("PRAGMA table_info(customer)") if row[1] != "id"]
    columns = ", ".join(names)
    bare.execute("BEGIN")
    for time in range(1, TIMES):
        bare.execute(
            f"INSERT INTO customer (id, {columns}) SELECT id + ?, {columns} FROM customer"
            " WHERE id <= ?",
            (last * time, last),
        )
        bare.execute(
            "INSERT INTO phone (customer_id, number, position) SELECT customer_id + ?,"
            " substr(number, 1, 6) || printf('%08d', (substr(number, 7) + ?) % 100000000), position"
            " FROM phone WHERE customer_id <= ?",
            (last * time, time * 12_345_679, last),
        )
    bare.execute("COMMIT")
    with db.write() as session:
        index.rebuild(session)
    yield from known(db, count, rounds, FAST_OF_MANY, f", {last * TIMES:,} customers")
    yield from keys(db, bare, rounds, count, FAST_OF_MANY, f", {last * TIMES:,} customers")
    yield from words(db, bare, rounds, list(kinds(db, count))[-4:], FAST_OF_MANY)
    bare.close()
    db.close()


def words(
    db: Database,
    bare: Any,
    rounds: int,
    asked: Iterable[tuple[str, list[str]]],
    promises: tuple[tuple[str, float], ...] = FAST,
) -> Iterator[Measure]:
    """Ids of whom a word fits."""

    def find(typed: str) -> int:
        with db.read() as session:
            return len(search.find(session, typed))

    def floor(typed: str) -> int:
        return len(bare.execute(MATCH, (raw_tokens(typed),)).fetchall())

    for name, typed in asked:
        for word in typed[:5]:  # the first one compiles the SQL
            find(word)
            floor(word)
        mine, its = each_in_turn(rounds, typed, find, floor)
        yield Measure(f"search: {name}", mine, its, promises=promises)


def lists(db: Database, bare: Any, count: int) -> Iterator[Measure]:
    """What the customers page asks for when it opens and when it is scrolled."""

    def everybody() -> list[int]:
        with db.read() as session:
            return search.find(session)

    ids = everybody()
    mine, its = in_turn(max(count // 10, 2), everybody, lambda: bare.execute(ALL).fetchall())
    yield Measure("search: ids of all customers", mine, its)

    def block(start: int) -> None:
        with db.read() as session:
            customers.rows(session, ids[start : start + BLOCK])

    def least(start: int) -> None:
        wanted = ids[start : start + BLOCK]
        marks = ", ".join("?" * len(wanted))
        bare.execute(f"SELECT * FROM customer WHERE id IN ({marks})", wanted).fetchall()
        bare.execute(f"SELECT * FROM phone WHERE customer_id IN ({marks})", wanted).fetchall()

    block(0)
    chance = random.Random(2)
    starts = [chance.randrange(max(len(ids) - BLOCK, 1)) for _round in range(count)]
    mine, its = each_in_turn(3, starts, block, least)
    yield Measure(f"search: a block of {BLOCK} rows", mine, its)


def hidden(quick: bool, count: int) -> Measure:
    """How much longer a screen of rows takes where numbers are hidden than where nobody asks."""
    db = desks.opened(desks.copy(quick, "hidden"))
    with db.read() as session:
        crew = {person.role: person.id for person in staff.everyone(session)}
    db.staff_id = crew[Role.MANAGER]
    for role in (Role.MANAGER, Role.RECEPTIONIST):
        with db.write() as session:
            pins.set_pin(session, crew[role], "2468")
    db.staff_id = crew[Role.RECEPTIONIST]

    def rows(everything: bool | None) -> None:
        with db.read() as session:
            session.info["sees_all"] = everything
            customers.rows(session, range(1, SCREEN + 1))

    mine, its = in_turn(max(count, 5), lambda: rows(None), lambda: rows(True))
    db.close()
    more = [one - other for one, other in zip(mine, its, strict=True)]
    return Measure(f"search: {SCREEN} rows hidden, more", more, promises=(("median", 1.0),))


def kinds(db: Database, count: int) -> Iterator[tuple[str, list[str]]]:
    """Parts of names and phones that are there, and some that are not."""
    chance = random.Random(1)
    names, phones = known_by(db, 3 * count)

    def parts(whole: list[str], length: int) -> list[str]:
        long = [word for word in whole if len(word) >= length]
        starts = [(word, chance.randrange(len(word) - length + 1)) for word in long * count]
        return [word[start : start + length] for word, start in starts[:count]]

    yield "one character", parts(names, 1)
    yield "two characters", parts(names, 2)
    yield "three characters", parts(names, 3)
    for length in (3, 4, 6, 11):
        yield f"{length} digits of a phone", parts(phones, length)
    yield "nobody", [chance.choice(["鑫龘", "王龘", "99999999", "龘"]) for _one in range(count)]
    spelled = [sounds for sounds in map(syllables, names) if len(sounds) > 1]
    yield "initials", ["".join(sound[0] for sound in sounds) for sounds in spelled[:count]]
    yield "pinyin of a surname", [sounds[0] for sounds in spelled[:count]]
    yield (
        "pinyin, the last begun",
        ["".join(sounds[:-1]) + sounds[-1][:1] for sounds in spelled[:count]],
    )
    yield "pinyin of a name", ["".join(sounds) for sounds in spelled[:count]]


def kinds_typed(db: Database, count: int) -> Iterator[tuple[str, list[str]]]:
    """Names as they are written and spelled, and phones: what is typed key by key."""
    some = people(db, count)
    names = [word for word in some if not word.isdigit()][: count // 4 + 1]
    yield "a name", names
    yield "its pinyin", ["".join(syllables(name)) for name in names]
    yield "a phone", [word for word in some if word.isdigit()][: count // 4 + 1]


def syllables(name: str) -> list[str]:
    """How a name is spelled."""
    from pypinyin import lazy_pinyin

    return [sound for sound in lazy_pinyin(name) if sound.isascii()]


def people(db: Database, count: int) -> list[str]:
    """Names and phones of customers taken by chance."""
    with db.read() as session:
        ids = search.find(session)
        rows = customers.rows(session, random.Random(3).sample(ids, min(count, len(ids))))
    return [word for row in rows for word in (row.name, row.phone.replace(" ", "")) if word]


def known_by(db: Database, count: int) -> tuple[list[str], list[str]]:
    """Names, and mobile phones."""
    known = people(db, count)
    names = [word for word in known if not word.isdigit()]
    return names, [word for word in known if word.isdigit() and len(word) == 11]


def raw_tokens(typed: str) -> str:
    """The tokens of the index that a word asks for."""
    if typed.isdigit():
        tokens = [f"t{typed}"] if len(typed) == 3 else index.fours(typed)
    elif typed.isascii():
        return pinyin.asked(typed).part or " AND ".join(index.threes(index.folded(typed)))
    elif any(map(str.isascii, typed)):
        tokens = index.threes(index.folded(typed))
    else:
        own = index.name_tokens(typed)
        tokens = own if len(typed) == 1 else own[len(typed) :]
    return " AND ".join(dict.fromkeys(tokens))
