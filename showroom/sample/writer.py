"""Turning the invented lives into rows of the desk's tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from showroom import choices, dates, words, workdays
from showroom.guard import notice, staff
from showroom.progress import Progress
from showroom.sample import house
from showroom.sample.care import Care
from showroom.sample.circle import Circle
from showroom.sample.lives import Contact, Life, Sale, Shop, Stay
from showroom.store import journal, models
from showroom.store.models import (
    Ask,
    Base,
    Card,
    CardKind,
    ChoiceKind,
    Customer,
    Deal,
    DemoCar,
    FollowUp,
    Gift,
    GiftMove,
    Honorific,
    KeyMove,
    Moment,
    Outcome,
    Phone,
    Promise,
    Referral,
    ReferralState,
    Role,
    Status,
    TestDrive,
    Visit,
    VisitKind,
    Way,
)

_BLOCK: Final = 2000

_MANAGERS: Final = (Promise.MANAGER_CALL, Promise.WEEK)
_PRINTER: Final = "HP-前台"


class Made(NamedTuple):
    """How much was invented."""

    customers: int
    visits: int
    deals: int
    cards: int
    follow_ups: int


class Writer:
    """Turns lives into rows, tables in the order in which they refer to each other."""

    def __init__(
        self, session: Session, shop: Shop, rng: Random, now: datetime, progress: Progress
    ) -> None:
        self.session = session
        self.shop = shop
        self.rng = rng
        self.now = now
        self.today = dates.local_day(now)
        self.progress = progress
        self.done = self.total = 0
        self.working_day_after = cache(workdays.of(shop.settings).after)
        reception = staff.everyone(session, Role.RECEPTIONIST)
        self.receptionist = reception[0].id

    def write(self, lives: Sequence[Life], others: Sequence[Stay]) -> Made:
        """Write everything."""
        stays: list[tuple[Stay, int | None]] = [
            (stay, number) for number, life in enumerate(lives) for stay in life.stays
        ]
        stays += [(stay, None) for stay in others]
        stays.sort(key=lambda pair: pair[0].arrived)
        self.total = len(lives) * 3 + len(stays) * 3
        owners = self._insert(Customer, lives, self._customer)
        phones = [
            {"customer_id": owner, "number": number, "position": position}
            for owner, life in zip(owners, lives, strict=True)
            for position, number in enumerate(life.phones)
        ]
        self._insert(Phone, phones, dict)
        visits = self._visits(stays, lives, owners)
        sales = [
            (life.sale, life, owner)
            for owner, life in zip(owners, lives, strict=True)
            if life.sale is not None
        ]
        sales.sort(key=lambda triple: triple[0].closed)
        deals = self._deals(sales, visits)
        cards, thanks = self._cards(sales, deals, lives, owners)
        follow_ups = self._follow_ups(lives, owners, deals) + thanks
        self._insert(FollowUp, follow_ups, dict)
        self._circle(Circle(lives, owners, self.now), deals)
        sold = [(sale.stay.day, life.consultant_id) for sale, life, _owner in sales]
        targets = house.targets(sold, self.shop.consultants)
        self._insert(models.Target, targets, dict)
        self.progress.step(self.total, self.total)
        return Made(len(lives), len(stays), len(sales), cards, len(follow_ups))

    def _insert(
        self, model: type[Base], things: Sequence[Any], row: Callable[[Any], dict[str, Any]]
    ) -> list[int]:
        """Insert a row for each thing, some at a time."""
        ids: list[int] = []
        for start in range(0, len(things), _BLOCK):
            block = [row(thing) for thing in things[start : start + _BLOCK]]
            ids += journal.insert_many(self.session, model, block)
            self.done += len(block)
            self.progress.step(min(self.done, self.total), self.total)
        return ids

    def _circle(self, known: Circle, deals: dict[int, int]) -> None:
        """What is known of the people beside their visits."""
        labels = choices.labels(self.session)
        reasons = choices.options(self.session, ChoiceKind.LOSS_REASON)
        codes = {reason.code: reason.id for reason in reasons}
        self._insert(models.Vehicle, known.vehicles(labels), dict)
        traits = known.traits()
        self._insert(models.Trait, traits, dict)
        self._insert(models.Relation, known.relations(), dict)
        self._insert(models.Survey, known.surveys(deals), dict)
        self._insert(models.Loss, known.losses(codes, self.shop.manager), dict)
        consents = known.consents(notice.keep(self.session))
        self._insert(models.Consent, consents, dict)
        agreed = [one["customer_id"] for one in consents if one["way"] is Way.SMS]
        care = Care(known.people, self.now, self.shop.consultants, self.shop.manager)
        self._care(care, agreed)
        self._insert(models.Absence, care.absences(), dict)
        (club,) = self._insert(models.NamedList, [care.club()], dict)
        (event,) = self._insert(models.Event, [care.activity(club)], dict)
        self._insert(models.Invitation, care.guests(event, traits), dict)

    def _care(self, known: Care, agreed: list[int]) -> None:
        """Complaints with their steps, notices with who was told."""
        causes = {
            cause.code: cause.id
            for cause in choices.options(self.session, ChoiceKind.COMPLAINT_CAUSE)
        }
        rows, steps = known.complaints(causes, self.shop.settings.complaint_hours)
        ids = self._insert(models.Complaint, rows, dict)
        done = [
            {**step, "complaint_id": id}
            for id, each in zip(ids, steps, strict=True)
            for step in each
        ]
        self._insert(models.ComplaintStep, done, dict)
        notices = self._insert(models.Advisory, known.notices(), dict)
        self._insert(models.Told, known.told(notices, agreed), dict)

    def _customer(self, life: Life) -> dict[str, Any]:
        return {
            "name": life.person.name,
            "honorific": life.person.honorific,
            "status": life.status,
            "level": life.level,
            "consultant_id": life.consultant_id,
            "model_id": life.model_id,
            "channel_id": life.channel_id,
            "address": life.address,
            "postcode": life.postcode,
            "birthday": life.birthday,
            "note": life.note,
            "do_not_contact": life.do_not_contact,
            "created_at": life.created,
            "contact_on": min(dates.local_day(life.created), life.first_on),
            "first_visit_on": life.first_on,
            "last_visit_on": life.last_on,
        }

    # --- the door

    def _visits(
        self,
        stays: Sequence[tuple[Stay, int | None]],
        lives: Sequence[Life],
        owners: Sequence[int],
    ) -> dict[int, int]:
        """Visits with asks and drives; returns the visit of each stay by the stay's identity."""
        numbers: Counter[date] = Counter()

        def row(pair: tuple[Stay, int | None]) -> dict[str, Any]:
            stay, number = pair
            numbers[stay.day] += 1
            who = lives[number].person if number is not None else None
            return {
                "kind": stay.kind,
                "day": stay.day,
                "number": numbers[stay.day],
                "arrived_at": stay.arrived,
                "left_at": stay.left,
                "people": stay.people,
                "again": stay.again,
                "consultant_id": stay.consultant_id,
                "hand_over": stay.hand_over,
                "customer_id": owners[number] if number is not None else None,
                "name": who.name if who else "",
                "honorific": who.honorific if who else Honorific.NONE,
                "model_id": stay.model_id,
                "channel_id": stay.channel_id,
                "errand_id": stay.errand_id,
                "level": stay.level,
                "quoted": stay.quoted,
                "note": stay.note,
            }

        ids = self._insert(Visit, stays, row)
        placed = [(id, stay) for id, (stay, _number) in zip(ids, stays, strict=True)]
        asks = [
            {
                "visit_id": id,
                "moment": tried.moment,
                "outcome": Outcome.REFUSED if tried.refusal else Outcome.GIVEN,
                "refusal": tried.refusal,
                "at": tried.at,
            }
            for id, stay in placed
            for tried in stay.asks
        ]
        self._insert(Ask, asks, dict)
        self._drives(placed)
        self._gifts(ids, stays, lives, owners)
        return {id(stay): visit_id for visit_id, stay in placed}

    def _drives(self, placed: Sequence[tuple[int, Stay]]) -> None:
        """Test drives with a demo car of the model, where it was not out, and its key."""
        fleet = house.Fleet(
            [model.id for model in self.shop.models],
            [
                house.Driven(id, stay.model_id, stay.consultant_id, *stay.drive)
                for id, stay in placed
                if stay.drive is not None and stay.kind is VisitKind.WALK_IN
            ],
        )
        cars = self._insert(DemoCar, fleet.cars, dict)
        rows = [
            {**drive, "car_id": None if place is None else cars[place]}
            for drive, place in zip(fleet.drives, fleet.places, strict=True)
        ]
        ids = self._insert(TestDrive, rows, dict)
        keys = [
            {**key, "car_id": rows[place]["car_id"], "test_drive_id": ids[place]}
            for place, key in fleet.keys
        ]
        self._insert(KeyMove, keys, dict)

    def _gifts(
        self,
        ids: Sequence[int],
        stays: Sequence[tuple[Stay, int | None]],
        lives: Sequence[Life],
        owners: Sequence[int],
    ) -> None:
        """The gifts, one for everybody who left his contact when it was handed out."""
        given = [
            house.Given(
                id,
                owners[number],
                stay.consultant_id,
                words.called(lives[number].person.name, lives[number].person.honorific),
                tried.at,
            )
            for id, (stay, number) in zip(ids, stays, strict=True)
            if number is not None
            for tried in stay.asks
            if tried.moment is Moment.GIFT and tried.refusal is None
        ]
        first = min((stay.day for stay, _number in stays), default=self.today)
        cupboard = house.Cupboard(first, given)
        made = self._insert(Gift, cupboard.gifts, dict)
        moves = [{**move, "gift_id": made[gift]} for gift, move in cupboard.moves]
        self._insert(GiftMove, moves, dict)

    # --- deals and what they set going

    def _deals(
        self, sales: Sequence[tuple[Sale, Life, int]], visits: dict[int, int]
    ) -> dict[int, int]:
        """Deals in the order they were closed; returns the deal of each customer."""
        numbers: Counter[date] = Counter()

        def row(triple: tuple[Sale, Life, int]) -> dict[str, Any]:
            sale, life, owner = triple
            day = sale.stay.day
            numbers[day] += 1
            return {
                "number": f"{day:%Y%m%d}-{numbers[day]:02}",
                "customer_id": owner,
                "visit_id": visits[id(sale.stay)],
                "consultant_id": life.consultant_id,
                "model_id": life.model_id,
                "colour_id": sale.colour_id,
                "price": sale.price,
                "deposit": sale.deposit,
                "payment": sale.payment,
                "ordered_on": day,
                "planned_on": sale.planned_on,
                "delivered_on": sale.delivered_on,
                "cancelled_on": sale.cancelled_on,
                "cancel_reason_id": sale.reason_id,
                "closed_at": sale.closed,
            }

        ids = self._insert(Deal, sales, row)
        return {owner: deal for deal, (_sale, _life, owner) in zip(ids, sales, strict=True)}

    def _cards(
        self,
        sales: Sequence[tuple[Sale, Life, int]],
        deals: dict[int, int],
        lives: Sequence[Life],
        owners: Sequence[int],
    ) -> tuple[int, list[dict[str, Any]]]:
        """Thank-you cards; one buyer in ten was introduced, and that owner is thanked too."""
        introducers = [
            owner
            for owner, life in zip(owners, lives, strict=True)
            if life.status is Status.OWNER and not life.stays
        ]
        cards: list[dict[str, Any]] = []
        referrals: list[dict[str, Any]] = []
        thanks: list[dict[str, Any]] = []
        for sale, life, owner in sales:
            deal = deals[owner]
            cards += self._card(CardKind.THANKS, owner, deal, sale)
            if introducers and self.rng.random() < 0.1:
                introducer = self.rng.choice(introducers)
                state = ReferralState.DEAL if sale.cancelled_on is None else ReferralState.VOID
                noted = {"introducer_id": introducer, "customer_id": owner, "noted_at": sale.closed}
                referrals.append({**noted, "state": state, "deal_id": deal})
                cards += self._card(CardKind.INTRODUCER, introducer, deal, sale)
                thanks += self._thanks(introducer, deal, sale, life.consultant_id)
        self._insert(Card, cards, dict)
        self._insert(Referral, referrals, dict)
        return len(cards), thanks

    def _thanks(
        self, introducer: int, deal: int, sale: Sale, consultant: int
    ) -> Iterator[dict[str, Any]]:
        """The introducer is called the next day."""
        due = sale.stay.day + timedelta(days=1)
        done = None
        if due < self.today:
            done = dates.at(due, dates.local(sale.closed).time().replace(hour=11))
        rule = Promise.THANK_INTRODUCER
        yield _follow_up(introducer, deal, rule, due, consultant, done, "已致谢" if done else "")

    def _card(self, kind: CardKind, owner: int, deal: int, sale: Sale) -> Iterator[dict[str, Any]]:
        """One card, printed when it was due; a few of the last days still wait."""
        day = sale.stay.day
        due = self.working_day_after(day, self.shop.settings.card_due_days)
        printed = posted = None
        standing = sale.cancelled_on is None
        forgotten = standing and (self.today - due).days < 6 and self.rng.random() < 0.15
        if due < (sale.cancelled_on or self.today) and not forgotten:
            printed = dates.at(due, dates.local(sale.closed).time().replace(hour=17))
            posted = printed + timedelta(minutes=30)
        elif not standing:
            return
        yield {
            "kind": kind,
            "customer_id": owner,
            "deal_id": deal,
            "due_on": due,
            "late_on": self.working_day_after(day, self.shop.settings.card_late_days),
            "printed_at": printed,
            "printed_by_id": self.receptionist if printed else None,
            "printer": _PRINTER if printed else "",
            "posted_at": posted,
        }

    def _follow_ups(
        self, lives: Sequence[Life], owners: Sequence[int], deals: dict[int, int]
    ) -> list[dict[str, Any]]:
        return [
            {
                **_follow_up(
                    owner,
                    deals[owner] if contact.of_sale else None,
                    contact.rule,
                    contact.due_on,
                    self.shop.manager if contact.rule in _MANAGERS else life.consultant_id,
                    contact.done,
                    contact.result,
                ),
                "asked_by": contact.asked_by,
                "since": contact.since,
                **self._told(owner, contact),
            }
            for owner, life in zip(owners, lives, strict=True)
            for contact in life.contacts
        ]

    def _told(self, owner: int, contact: Contact) -> dict[str, Any]:
        """Every eighth who is still to be contacted said when: on the half hour, as people do."""
        said = (
            contact.done is None and contact.rule is Promise.NEXT and contact.due_on >= self.today
        )
        if not said or owner % 8:
            return {}
        clock = time(10 + owner // 8 % 8, 30 * (owner // 64 % 2))
        return {"clock": clock, "agreed": True, "asked_by": "", "since": None}


def _follow_up(
    owner: int,
    deal: int | None,
    rule: Promise,
    due_on: date,
    staff_id: int | None,
    done: datetime | None,
    result: str,
) -> dict[str, Any]:
    return {
        "customer_id": owner,
        "deal_id": deal,
        "rule": rule,
        "due_on": due_on,
        "staff_id": staff_id,
        "done_at": done,
        "result": result,
        "agreed": False,
        "asked_by": "",
        "since": None,
        "clock": None,
    }
