"""The archive of a customer: nine basic fields weigh 20 %, ten extra fields 80 % (DOMAIN §6).

Name, sex, address and phone stand in his file; what he bought and for how much comes from his
deals when he has one; the rest are traits. A field that is switched off (`Settings.archive_off`,
the sensitive ones unless the shop wants them) is neither shown nor counted: 100 can be reached
without it. Of a company only what a company can have is counted, see `COMPANY`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from showroom import choices, settings, text, words
from showroom.errors import Invalid
from showroom.guard import mask
from showroom.i18n import N_, _
from showroom.people import customers, phones
from showroom.settings import Settings
from showroom.store import journal
from showroom.store.models import Customer, Deal, Honorific, Phone, Trait, TraitKind

NAME, SEX, ADDRESS, PHONE = "name", "sex", "address", "phone"
BASIC: Final[tuple[str, ...]] = (
    NAME,
    SEX,
    TraitKind.ETHNICITY,
    TraitKind.AGE,
    TraitKind.EMAIL,
    ADDRESS,
    PHONE,
    TraitKind.SPENT,
    TraitKind.BOUGHT,
)
EXTRA: Final[tuple[str, ...]] = (
    TraitKind.WORK,
    TraitKind.FAMILY,
    TraitKind.CHARACTER,
    TraitKind.SPENDING,
    TraitKind.CLOTHES,
    TraitKind.LEISURE,
    TraitKind.LIFESTYLE,
    TraitKind.SERVICE,
    TraitKind.OFFERS,
    TraitKind.VALUES,
)
COMPANY: Final[frozenset[str]] = frozenset(
    {
        *(NAME, ADDRESS, PHONE, TraitKind.EMAIL, TraitKind.SPENT, TraitKind.BOUGHT),
        *(TraitKind.WORK, TraitKind.SPENDING, TraitKind.SERVICE, TraitKind.OFFERS),
    }
)
"""What is counted of a company: it has no age, no family and no taste in clothes."""

SENSITIVE: Final[frozenset[str]] = frozenset({TraitKind.ETHNICITY, TraitKind.VALUES})
WHY_OFF: Final = N_(
    "Ethnicity and values are sensitive personal data (PIPL, articles 28 and 29): they may only be "
    "noted for a stated need and with a consent of their own. They are off unless the shop "
    "switches them on, and are never proposed as something to ask."
)
TITLES: Final[dict[str, str]] = {
    NAME: N_("Name"),
    SEX: N_("Sex"),
    ADDRESS: N_("Address"),
    PHONE: N_("Phone"),
    **{kind.value: title for kind, title in words.ARCHIVE.items()},
}
HINTS: Final[dict[str, str]] = {  # what belongs there, short enough for the empty field
    NAME: N_("As he wants to be called"),
    TraitKind.ETHNICITY: N_("Only if he told it himself"),
    TraitKind.AGE: N_("Around forty will do"),
    TraitKind.EMAIL: N_("name@example.com"),
    ADDRESS: N_("Where post reaches him"),
    PHONE: N_("A mobile, or a landline"),
    TraitKind.SPENT: N_("In all, at home too: 120,000"),
    TraitKind.BOUGHT: N_("What he bought, here or before"),
    TraitKind.WORK: N_("Trade, post, busy or not"),
    TraitKind.FAMILY: N_("Who rides along, children's age"),
    TraitKind.CHARACTER: N_("Quick, careful, fond of talking"),
    TraitKind.SPENDING: N_("Who decides, cash or loan"),
    TraitKind.CLOTHES: N_("Sporty, formal, which brands"),
    TraitKind.LEISURE: N_("Fishing, camping, basketball"),
    TraitKind.LIFESTYLE: N_("Early or late, tea or coffee"),
    TraitKind.SERVICE: N_("Called first, left alone, fetched"),
    TraitKind.OFFERS: N_("Phone, SMS, WeChat, not at all"),
    TraitKind.VALUES: N_("What matters most to him"),
}
USUAL: Final[dict[str, tuple[str, ...]]] = {  # what may be picked besides earlier answers
    TraitKind.OFFERS: (
        N_("Prefers a call"),
        N_("Prefers SMS"),
        N_("Prefers WeChat"),
        N_("Prefers post"),
        N_("Wants no offers"),
    ),
    TraitKind.SERVICE: (
        N_("Called before the appointment"),
        N_("Left alone to look"),
        N_("Car fetched and brought"),
    ),
}
ASKED_FIRST: Final = (
    *(TraitKind.FAMILY, TraitKind.LEISURE, TraitKind.WORK, TraitKind.OFFERS, TraitKind.SERVICE),
    *(TraitKind.LIFESTYLE, TraitKind.SPENDING, TraitKind.CHARACTER, TraitKind.CLOTHES),
    *(ADDRESS, TraitKind.AGE, TraitKind.EMAIL, PHONE, SEX, NAME, TraitKind.BOUGHT, TraitKind.SPENT),
)
"""Of what is worth the same: what is easier to ask comes first."""

LONGEST: Final = 200
_REMEMBERED, _SHORT, _OFFERED = 5000, 12, 8


class Scheme(NamedTuple):
    """The fields that count, and what the basic ones weigh together, in per cent."""

    basic: tuple[str, ...]
    extra: tuple[str, ...]
    weight: int

    def points(self, basic: int, extra: int) -> Fraction:
        """Between 0 and 100, of so many fields filled: 20 × basic ÷ 9 + 80 × extra ÷ 10."""
        found = Fraction(0)
        if self.basic:
            found += Fraction(self.weight * basic, len(self.basic))
        if self.extra:
            found += Fraction((100 - self.weight) * extra, len(self.extra))
        return found

    def score(self, filled: Collection[str]) -> int:
        """The completeness as it is shown, when these fields are filled."""
        return rounded(
            self.points(
                sum(field in filled for field in self.basic),
                sum(field in filled for field in self.extra),
            )
        )

    def gain(self, field: str, filled: Collection[str]) -> int:
        """By how much the score that is shown grows when this field is filled, too."""
        return self.score({*filled, field}) - self.score(filled)

    def next(self, filled: Collection[str], count: int) -> list[tuple[str, int]]:
        """What to ask: the empty fields that are worth most with their gain, extra ones first."""
        empty = [f for f in ASKED_FIRST if f in (*self.extra, *self.basic) and f not in filled]
        empty.sort(key=lambda field: (-self._worth(field), field not in self.extra))
        return [(field, self.gain(field, filled)) for field in empty[:count]]

    def _worth(self, field: str) -> Fraction:
        return self.points(field in self.basic, field in self.extra)


def rounded(points: Fraction) -> int:
    """A score as it is shown: whole, a half goes up."""
    return int(points + Fraction(1, 2))


def scheme(shop: Settings, *, company: bool = False) -> Scheme:
    """What counts in this shop, of a person or of a company."""

    def counts(field: str) -> bool:
        return field not in shop.archive_off and (not company or field in COMPANY)

    basic, extra = tuple(filter(counts, BASIC)), tuple(filter(counts, EXTRA))
    weight = shop.archive_basic if basic and extra else 100 if basic else 0
    return Scheme(basic, extra, weight)


class Archive(NamedTuple):
    """What stands in one archive, as who sits at the desk may see it.

    `values` are the words by field, empty ones left out; `sold`: money and product come from deals.
    """

    customer_id: int
    scheme: Scheme
    values: dict[str, str]
    sold: bool

    @property
    def score(self) -> int:
        """How complete it is, 0 to 100."""
        return self.scheme.score(self.values)

    def next(self, count: int = 2) -> list[tuple[str, int]]:
        """What to ask next time, with what it is worth."""
        return self.scheme.next(self.values, count)


# --- one archive


def of_customer(session: Session, customer_id: int) -> Archive:
    """His archive. Raises `ShowroomError` when he is gone."""
    customers.on_file(session, customer_id)
    return of_many(session, [customer_id])[customer_id]


def of_many(session: Session, ids: Sequence[int]) -> dict[int, Archive]:
    """The archives of these customers by id; who is gone or erased has none."""
    shop = settings.load(session)
    schemes = {company: scheme(shop, company=company) for company in (False, True)}
    seen, labels = mask.seen(session, ids), choices.labels(session)
    numbers = customers.first_phones(session, ids)
    traits: dict[int, dict[str, str]] = {}
    for owner, kind, said in session.execute(
        select(Trait.customer_id, Trait.kind, Trait.words).where(
            Trait.customer_id.in_(ids), Trait.kind.in_(words.ARCHIVE)
        )
    ):
        traits.setdefault(owner, {})[kind] = mask.text(said, whole=owner in seen)
    deals: dict[int, list[tuple[Decimal, str]]] = {}
    for owner, price, model_id in session.execute(
        select(Deal.customer_id, Deal.price, Deal.model_id)
        .where(Deal.customer_id.in_(ids), Deal.cancelled_on.is_(None))
        .order_by(Deal.ordered_on, Deal.id)
    ):
        deals.setdefault(owner, []).append((price, labels.get(model_id, "")))
    found = {}
    for one in session.scalars(select(Customer).where(Customer.id.in_(ids))):
        if one.erased_at is not None:
            continue
        values = traits.get(one.id, {}) | {
            NAME: one.name,
            SEX: _sex(one.honorific),
            ADDRESS: mask.text(one.address, whole=one.id in seen),
            PHONE: numbers.get(one.id, ""),
        }
        sold = deals.get(one.id, [])
        if sold:
            total = sum((price for price, _model in sold), Decimal(0))
            values[TraitKind.SPENT] = text.show_money(total)
            models = dict.fromkeys(model for _price, model in sold)
            values[TraitKind.BOUGHT] = _(", ").join(filter(None, models)) or "—"
        found[one.id] = Archive(
            one.id,
            schemes[one.honorific is Honorific.COMPANY],
            {field: said for field, said in values.items() if said},
            bool(sold),
        )
    return found


def _sex(honorific: Honorific) -> str:
    return honorific.value if honorific in (Honorific.MR, Honorific.MS) else ""


def fill(session: Session, customer_id: int, field: str, said: str) -> None:
    """Write one field of an archive; empty words take it out. What is there already is no change.

    `sex` is the code of an honorific, mr or ms. An amount that reads as one is kept as 120,000; any
    other words (about, 十二万) stay as they are, as on paper. Raises `Invalid` beside the field,
    `ShowroomError` when he is gone.
    """
    if field not in TITLES:
        raise ValueError(field)
    customer = customers.on_file(session, customer_id)
    said = text.clean(" ".join(said.split()))
    if len(said) > LONGEST:
        raise Invalid({field: _("At most {count} characters.").format(count=LONGEST)})
    held: Archive = of_many(session, [customer_id])[customer_id]
    if said == held.values.get(field, ""):
        return
    journal.act(session, "archive", customer)
    if field == PHONE:
        phones.add(session, customer_id, said)
    elif field == SEX:
        customers.change(session, customer_id, honorific=Honorific(said or Honorific.NONE))
    elif field in (NAME, ADDRESS):
        customers.change(session, customer_id, **{field: said})
    elif field == TraitKind.EMAIL:
        customers.set_email(session, customer_id, said)
    else:
        _note(session, customer_id, TraitKind(field), said)
    session.flush()
    if journal.acted(session):
        journal.note(session, "archive", customer, what=_(TITLES[field]))


def _note(session: Session, customer_id: int, kind: TraitKind, said: str) -> None:
    row = session.scalar(select(Trait).where(Trait.customer_id == customer_id, Trait.kind == kind))
    if said:
        said = mask.meant(said, row.words if row is not None else "")
        said = _read(kind, said)
    if row is None and said:
        session.add(Trait(customer_id=customer_id, kind=kind, words=said))
    elif row is not None and said:
        row.words = said
    elif row is not None:
        session.delete(row)


def _read(kind: TraitKind, said: str) -> str:
    """The words as they are kept. Raises `Invalid` beside the kind."""
    if kind is TraitKind.SPENT:
        try:
            amount = text.money(said)
        except Invalid:
            return said
        if amount < 0:
            raise Invalid({kind: _("Enter an amount such as 218,000 or 21.8万.")})
        return text.show_money(amount)
    return said


def suggestions(session: Session) -> dict[str, list[str]]:
    """What may be picked, by field: the usual answers, then those that were given more than once.

    Only short ones of the last while, without digits: what is long tells of somebody.
    """
    recent = (
        select(Trait.kind, Trait.words)
        .where(Trait.kind.in_([*EXTRA]))
        .order_by(Trait.id.desc())
        .limit(_REMEMBERED)
        .subquery()
    )
    given: dict[str, list[str]] = {}
    for kind, said in session.execute(
        select(recent.c.kind, recent.c.words)
        .where(func.length(recent.c.words) <= _SHORT)
        .group_by(recent.c.kind, recent.c.words)
        .having(func.count() > 1)
        .order_by(func.count().desc(), recent.c.words)
    ):
        if kind not in SENSITIVE and not any(char.isdigit() for char in said):
            given.setdefault(kind, []).append(said)
    return {
        field: list(
            dict.fromkeys([*(_(each) for each in USUAL.get(field, ())), *given.get(field, ())])
        )[:_OFFERED]
        for field in EXTRA
    }


# --- many archives


def counted(shop: Settings, *where: ColumnElement[bool]) -> Select[tuple[int, int, bool, int, int]]:
    """The query of how many fields each has filled: id, consultant_id, company, basic, extra.

    One statement over all archives, a second for 100,000. The erased are left out; `where` are
    further conditions on `Customer`.
    """
    person, company = scheme(shop), scheme(shop, company=True)
    in_deals = (TraitKind.SPENT, TraitKind.BOUGHT)

    def kinds(fields: tuple[str, ...]) -> list[TraitKind]:
        own = [field for field in fields if field in words.ARCHIVE]
        return [TraitKind(field) for field in own if field not in in_deals]

    def amount(those: Sequence[TraitKind]) -> ColumnElement[int]:
        return func.sum(case((Trait.kind.in_(those), 1), else_=0))

    noted = (
        select(
            Trait.customer_id,
            amount(kinds(person.basic)).label("basic"),
            amount(kinds(person.extra)).label("extra"),
            amount(kinds(company.basic)).label("basic_company"),
            amount(kinds(company.extra)).label("extra_company"),
            amount([TraitKind.SPENT]).label(TraitKind.SPENT),
            amount([TraitKind.BOUGHT]).label(TraitKind.BOUGHT),
        )
        .group_by(Trait.customer_id)
        .subquery()
    )
    sold = (
        select(Deal.id)
        .where(Deal.customer_id == Customer.id, Deal.cancelled_on.is_(None))
        .correlate(Customer)
        .exists()
    )
    there: dict[str, ColumnElement[bool]] = {
        NAME: Customer.name != "",
        SEX: Customer.honorific.in_((Honorific.MR, Honorific.MS)),
        ADDRESS: Customer.address != "",
        PHONE: select(Phone.id)
        .where(Phone.customer_id == Customer.id)
        .correlate(Customer)
        .exists(),
        TraitKind.SPENT: or_(noted.c.spent > 0, sold),
        TraitKind.BOUGHT: or_(noted.c.bought > 0, sold),
    }

    def own(of: Scheme, suffix: str) -> ColumnElement[int]:
        found: ColumnElement[int] = func.coalesce(noted.c["basic" + suffix], 0)
        for field in of.basic:
            if field in there:
                found = found + case((there[field], 1), else_=0)
        return found

    is_company = Customer.honorific == Honorific.COMPANY
    return (
        select(
            Customer.id,
            Customer.consultant_id,
            is_company.label("company"),
            case((is_company, own(company, "_company")), else_=own(person, "")).label("basic"),
            func.coalesce(case((is_company, noted.c.extra_company), else_=noted.c.extra), 0).label(
                "extra"
            ),
        )
        .outerjoin(noted, noted.c.customer_id == Customer.id)
        .where(Customer.erased_at.is_(None), *where)
    )
