"""What happened to each invented customer: visits, asks, drives, a deal, promises.

The rates are those a sales manager would call ordinary: of ten new parties seven or eight leave a
phone, three or four drive, one in seven who left a phone buys (DOMAIN §4.3 and its targets).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Final, NamedTuple

from showroom import dates
from showroom.people import rules
from showroom.sample.hours import OPENS, Calendar
from showroom.sample.names import Person, address, person, phone
from showroom.settings import Settings
from showroom.store.models import (
    HandOver,
    Level,
    Moment,
    Payment,
    Promise,
    Refusal,
    Status,
    VisitKind,
)

_PEOPLE: Final = ([1, 2, 3, 4, 5], [30, 42, 18, 8, 2])
_LEVELS: Final = ([Level.WEEK, Level.FORTNIGHT, Level.MONTH, Level.QUARTER], [12, 25, 35, 28])
_REFUSALS: Final = (list(Refusal), [42, 24, 20, 14])
_PAYMENTS: Final = (list(Payment), [38, 44, 6, 12])
_GIVEN_AT: Final = (0.34, 0.3, 0.36, 0.3, 0.42, 0.5, 0.33)  # by moment, when asked then
_NOTES: Final = (
    "带家人来看空间",
    "对比竞品，关注续航",
    "置换，旧车 6 年",
    "周末再带太太来",
    "问贷款方案",
)
_RESULTS: Final = ("已加微信", "约周末试驾", "报价已发", "还在对比", "未接，改天再打", "很满意")


class Model(NamedTuple):
    """A car of the shop: its id in the list and its prices in hundreds of yuan."""

    id: int
    cheapest: int
    dearest: int


@dataclass(frozen=True, slots=True)
class Shop:
    """What visits and deals choose from: ids of staff and lists, with weights where uneven."""

    consultants: list[int]
    manager: int
    models: list[Model]
    model_weights: list[int]
    channels: list[int]
    channel_weights: list[int]
    colours: list[int]
    reasons: list[int]
    errands: list[int]
    delivery: int
    introduced: int
    settings: Settings


class Tried(NamedTuple):
    """One ask: given when there is no refusal."""

    moment: Moment
    refusal: Refusal | None
    at: datetime


@dataclass(slots=True)
class Stay:
    """A visit that happened."""

    day: date
    arrived: datetime
    left: datetime
    kind: VisitKind = VisitKind.WALK_IN
    people: int = 1
    consultant_id: int | None = None
    hand_over: HandOver | None = None
    again: bool = False
    model_id: int | None = None
    channel_id: int | None = None
    errand_id: int | None = None
    level: Level | None = None
    note: str = ""
    asks: list[Tried] = field(default_factory=list)
    drive: tuple[datetime, datetime] | None = None

    @property
    def quoted(self) -> bool:
        """Whether a price was told: to most who drove, and some who left a contact."""
        least = 12 if self.drive is not None else 57
        return self.kind is VisitKind.WALK_IN and self.arrived.minute >= least


@dataclass(slots=True)
class Sale:
    """A deal that was closed at the end of a stay."""

    stay: Stay
    closed: datetime
    price: Decimal
    deposit: Decimal
    colour_id: int
    payment: Payment
    planned_on: date
    delivered_on: date | None = None
    cancelled_on: date | None = None
    reason_id: int | None = None


class Contact(NamedTuple):
    """A promise, kept or still open."""

    rule: Promise
    due_on: date
    done: datetime | None
    result: str
    of_sale: bool = False
    asked_by: str = ""
    since: date | None = None


@dataclass(slots=True)
class Life:
    """A customer and all that happened with him; one without stays is from before our time."""

    person: Person
    phones: list[str]
    created: datetime
    first_on: date
    last_on: date
    consultant_id: int
    model_id: int
    channel_id: int
    status: Status = Status.OPEN
    level: Level = Level.UNRATED
    address: str = ""
    postcode: str = ""
    birthday: date | None = None
    note: str = ""
    do_not_contact: bool = False
    stays: list[Stay] = field(default_factory=list)
    sale: Sale | None = None
    contacts: list[Contact] = field(default_factory=list)


class Inventor:
    """Invents lives and the parties that left no phone."""

    def __init__(self, rng: Random, shop: Shop, calendar: Calendar) -> None:
        self.rng = rng
        self.shop = shop
        self.calendar = calendar
        self.today = calendar.today
        self._numbers: set[str] = set()

    def newcomer(self) -> Life:
        """Somebody who came in our time, left a phone, and what became of it."""
        rng = self.rng
        stay = self._stay(self.calendar.day(), captured=True)
        life = self._life(stay.day, stay.arrived + (stay.left - stay.arrived) / 2)
        self._join(life, stay)
        buys = rng.random() < 0.17
        while rng.random() < (0.5 if len(life.stays) == 1 else 0.22):
            day = life.last_on + timedelta(days=rng.randint(1, 18))
            if day >= self.today:
                break
            self._join(life, self._stay(day, captured=True, again=True))
        if buys:
            self._buy(life)
        else:
            self._wait(life)
        return life

    def old_acquaintance(self) -> Life:
        """Somebody on file from before our time: mostly owners and people who did not buy."""
        rng = self.rng
        came = self.calendar.first - timedelta(days=rng.randint(30, 1100))
        life = self._life(came, self.calendar.at(came, OPENS + rng.random() * 500))
        life.last_on = min(
            came + timedelta(days=int(rng.random() ** 2 * 90)),
            self.calendar.first - timedelta(days=1),
        )
        (life.status,) = rng.choices(
            [Status.OWNER, Status.LOST, Status.DORMANT, Status.OPEN, Status.INVALID],
            [46, 30, 16, 6, 2],
        )
        if life.status is Status.OWNER and rng.random() < 0.7:
            life.address, life.postcode = address(rng)
        if life.status is Status.OPEN:
            life.level = rng.choice([Level.MONTH, Level.QUARTER])
            self._promise_next(life)
        elif life.status in (Status.LOST, Status.DORMANT):
            (life.level,) = rng.choices(*_LEVELS)
        return life

    def stranger(self) -> Stay:
        """A party that left no phone."""
        return self._stay(self.calendar.day(), captured=False)

    def caller(self) -> Stay:
        """A phone call."""
        arrived, left = self.calendar.span(self.calendar.day(), 2 + self.rng.random() * 8)
        consultant = self.rng.choice(self.shop.consultants)
        stay = Stay(dates.local_day(arrived), arrived, left, VisitKind.CALL)
        stay.consultant_id, stay.hand_over = consultant, HandOver.ASSIGNED
        return stay

    def errand(self) -> Stay:
        """Somebody who came for something else."""
        arrived, left = self.calendar.span(self.calendar.day(), 5 + self.rng.random() * 40)
        stay = Stay(dates.local_day(arrived), arrived, left, VisitKind.ERRAND)
        stay.errand_id = self.rng.choice(self.shop.errands)
        return stay

    # --- one visit

    def _stay(self, day: date, *, captured: bool, again: bool = False) -> Stay:
        rng, shop = self.rng, self.shop
        minutes = 25 + rng.random() ** 1.5 * 90 if captured else 4 + rng.random() ** 2 * 45
        arrived, left = self.calendar.span(day, minutes)
        stay = Stay(day, arrived, left, again=again)
        (stay.people,) = rng.choices(*_PEOPLE)
        stay.consultant_id = rng.choice(shop.consultants)
        stay.hand_over = HandOver.TURN if rng.random() < 0.88 else HandOver.ASKED_FOR
        stay.model_id = rng.choices(shop.models, shop.model_weights)[0].id
        (stay.channel_id,) = rng.choices(shop.channels, shop.channel_weights)
        if captured:
            (stay.level,) = rng.choices(*_LEVELS)
            if rng.random() < 0.25:
                stay.note = rng.choice(_NOTES)
        if not again:
            self._ask(stay, captured)
        if rng.random() < (0.42 if captured else 0.08):
            length = left - arrived
            stay.drive = (arrived + length * 0.4, arrived + length * 0.65)
        return stay

    def _ask(self, stay: Stay, captured: bool) -> None:
        """The asks of a first visit: the last one is given when the phone was left."""
        rng = self.rng
        moments = [moment for moment in Moment if rng.random() < 0.5] or [rng.choice(list(Moment))]
        if captured:
            order = list(Moment)
            for count, moment in enumerate(moments, 1):
                if rng.random() < _GIVEN_AT[order.index(moment)]:
                    moments = moments[:count]
                    break
        step = (stay.left - stay.arrived) / (len(moments) + 1)
        for count, moment in enumerate(moments, 1):
            given = captured and count == len(moments)
            refusal = None if given else rng.choices(*_REFUSALS)[0]
            stay.asks.append(Tried(moment, refusal, stay.arrived + step * count))

    # --- one customer

    def _life(self, day: date, created: datetime) -> Life:
        rng, shop = self.rng, self.shop
        life = Life(
            person=person(rng),
            phones=[phone(rng, self._numbers)],
            created=created,
            first_on=day,
            last_on=day,
            consultant_id=rng.choice(shop.consultants),
            model_id=rng.choices(shop.models, shop.model_weights)[0].id,
            channel_id=rng.choices(shop.channels, shop.channel_weights)[0],
        )
        if rng.random() < 0.03:
            life.phones.append(phone(rng, self._numbers))
        if rng.random() < 0.15:
            life.birthday = date(rng.randint(1962, 2004), rng.randint(1, 12), rng.randint(1, 28))
        return life

    def _join(self, life: Life, stay: Stay) -> None:
        """This stay was his: first or again, and with the consultant who knows him."""
        if not life.stays:
            life.consultant_id = stay.consultant_id or life.consultant_id
            life.channel_id = stay.channel_id or life.channel_id
            life.note = stay.note
        else:
            stay.consultant_id, stay.hand_over = life.consultant_id, HandOver.ON_FILE
            stay.channel_id = life.channel_id
        life.model_id = stay.model_id or life.model_id
        life.level = stay.level or life.level
        life.last_on = stay.day
        life.stays.append(stay)

    def _buy(self, life: Life) -> None:
        rng, shop = self.rng, self.shop
        stay = life.stays[-1]
        day = stay.day
        model = next(each for each in shop.models if each.id == life.model_id)
        sale = Sale(
            stay=stay,
            closed=stay.left - (stay.left - stay.arrived) / 10,
            price=Decimal(rng.randint(model.cheapest, model.dearest) * 100),
            deposit=Decimal(rng.choice([1000, 2000, 5000, 5000, 10000])),
            colour_id=rng.choice(shop.colours),
            payment=rng.choices(*_PAYMENTS)[0],
            planned_on=day + timedelta(days=rng.randint(5, 30)),
        )
        life.sale = sale
        if rng.random() < 0.9:
            life.address, life.postcode = address(rng)
        life.status = Status.ORDERED
        life.level = stay.level = Level.ORDERED
        ends_on = sale.planned_on + timedelta(days=rng.randint(-2, 3))
        if rng.random() < 0.06 and ends_on < self.today:
            sale.cancelled_on, sale.reason_id = ends_on, rng.choice(shop.reasons)
            life.level = Level.WEEK
            life.status = Status.OPEN
            if (self.today - ends_on).days > 14:
                life.status = Status.LOST
        elif ends_on < self.today:
            sale.delivered_on = ends_on
            life.status, life.level = Status.OWNER, Level.UNRATED
            self._fetch(life, ends_on)
        self._care(life, sale)
        if life.status in (Status.ORDERED, Status.OPEN):
            self._promise_next(life)

    def _fetch(self, life: Life, day: date) -> None:
        arrived, left = self.calendar.span(day, 50 + self.rng.random() * 60)
        stay = Stay(day, arrived, left, VisitKind.ERRAND, self.rng.randint(1, 3))
        stay.errand_id, stay.model_id, stay.again = self.shop.delivery, life.model_id, True
        life.stays.append(stay)
        life.last_on = day

    def _care(self, life: Life, sale: Sale) -> None:
        """What closing set going (DESIGN §4.8), counted anew from the delivery."""
        start = sale.delivered_on or sale.stay.day
        shop = self.shop.settings
        for code in ("manager_call", *rules.AFTER_DEAL):
            since = sale.stay.day if code == "manager_call" else start
            asks, due = rules.OCCASION[code].promise, rules.day(shop, code, since)
            if asks is None or not rules.rule(shop, code).on:
                continue
            done = self._done(due)
            if sale.cancelled_on is None or (done is not None and due < sale.cancelled_on):
                made = self._contact(asks, due, done, of_sale=True)
                life.contacts.append(made._replace(asked_by=code, since=since))
            if asks is Promise.TWO_MONTHS and done is not None and sale.cancelled_on is None:
                while due <= self.today:
                    since, due = due, rules.day(shop, code, due)
                life.contacts.append(Contact(asks, due, None, "", True, code, since))

    def _wait(self, life: Life) -> None:
        """He did not buy yet: he is called until he is lost, asleep, or asks not to be."""
        rng = self.rng
        silent = (self.today - life.last_on).days
        horizon = self.shop.settings.horizons.get(life.level, 30)
        if rng.random() < 0.006:
            life.do_not_contact = True
        elif silent > horizon + 20 or (silent > 7 and rng.random() < 0.08):
            life.status = Status.LOST if rng.random() < 0.7 else Status.DORMANT
        for stay in life.stays:
            due = stay.day + timedelta(days=self.shop.settings.first_visit_days)
            if due < self.today and rng.random() < 0.7:
                life.contacts.append(self._contact(Promise.NEXT, due, self._at_work(due)))
        if life.status is Status.OPEN and not life.do_not_contact:
            self._promise_next(life)

    def _promise_next(self, life: Life) -> None:
        """His one open contact; a few are late."""
        rng = self.rng
        if life.first_on == self.today:
            wait = self.shop.settings.first_visit_days
        elif rng.random() < 0.03:
            wait = -rng.randint(1, 4)
        else:
            called = dates.local(self.calendar.now).hour >= 17  # today's calls are made by then
            wait = rng.randint(int(called), self.shop.settings.cadence[life.level])
        due = max(life.last_on + timedelta(days=1), self.today + timedelta(days=wait))
        code = rules.of_level(life.level)
        life.contacts.append(Contact(Promise.NEXT, due, None, "", False, code, life.last_on))

    def _done(self, due: date) -> datetime | None:
        """When a promise was kept; of those of the last days a few were not."""
        recent = (self.today - due).days <= 5
        if due >= self.today or (recent and self.rng.random() < 0.1):
            return None
        return self._at_work(due)

    def _at_work(self, day: date) -> datetime:
        return self.calendar.at(day, 600 + self.rng.random() * 420)

    def _contact(
        self, rule: Promise, due: date, done: datetime | None, *, of_sale: bool = False
    ) -> Contact:
        result = self.rng.choice(_RESULTS) if done is not None else ""
        return Contact(rule, due, done, result, of_sale)
