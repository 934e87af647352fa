"""The words that are stored for what `showroom.words` calls by its name."""

from enum import StrEnum


class Role(StrEnum):
    """What a member of staff may do."""

    RECEPTIONIST = "receptionist"
    CONSULTANT = "consultant"
    MANAGER = "manager"
    OWNER = "owner"


class Level(StrEnum):
    """How soon somebody means to buy (DOMAIN §2); the letters are labels, see settings."""

    ORDERED = "ordered"
    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"
    QUARTER = "quarter"
    UNRATED = "unrated"


class Status(StrEnum):
    """Where a customer stands; never a letter (DOMAIN §2.3)."""

    VISITED = "visited"
    OPEN = "open"
    ORDERED = "ordered"
    OWNER = "owner"
    LOST = "lost"
    DORMANT = "dormant"
    INVALID = "invalid"


class Honorific(StrEnum):
    """How somebody is addressed; a company has none of its own."""

    NONE = "none"
    MR = "mr"
    MS = "ms"
    COMPANY = "company"


class ChoiceKind(StrEnum):
    """The editable lists."""

    CHANNEL = "channel"
    MODEL = "model"
    COLOUR = "colour"
    CANCEL_REASON = "cancel_reason"
    ERRAND = "errand"
    UNMET = "unmet"
    LOSS_REASON = "loss_reason"
    COMPLAINT_CAUSE = "complaint_cause"


class VisitKind(StrEnum):
    """Why somebody is counted."""

    WALK_IN = "walk_in"
    CALL = "call"
    ERRAND = "errand"


class Moment(StrEnum):
    """The seven moments to ask for a contact, in their order (DOMAIN §4.1)."""

    SEATED = "seated"
    OFFER = "offer"
    RAPPORT = "rapport"
    BUSINESS_CARD = "business_card"
    PRIZE = "prize"
    GIFT = "gift"
    FAREWELL = "farewell"


class Outcome(StrEnum):
    """What came of an ask."""

    GIVEN = "given"
    REFUSED = "refused"


class Refusal(StrEnum):
    """The four reasons for not leaving a contact (DOMAIN §4.2)."""

    SPAM = "spam"
    CONTROL = "control"
    NO_REASON = "no_reason"
    NOT_BUYER = "not_buyer"


class HandOver(StrEnum):
    """Why this consultant received the party (DOMAIN §3.4)."""

    TURN = "turn"
    ON_FILE = "on_file"
    STAND_IN = "stand_in"
    ASKED_FOR = "asked_for"
    APPOINTMENT = "appointment"
    COMPENSATION = "compensation"
    ASSIGNED = "assigned"


class TurnState(StrEnum):
    """Whether a consultant receives; who is with a party is on post, and busy."""

    POST = "post"
    AWAY = "away"
    RESTING = "resting"


class AwayReason(StrEnum):
    """Why a consultant is not on post (DOMAIN §3.4)."""

    ERRAND = "errand"
    LUNCH = "lunch"
    MINUTE = "minute"
    MEETING = "meeting"
    LEAVE = "leave"
    PRIVATE = "private"


class CameBy(StrEnum):
    """How a party came to the showroom (DOMAIN §1.2b)."""

    CAR = "car"
    TAXI = "taxi"
    TRANSIT = "transit"
    BIKE = "bike"
    FOOT = "foot"


class Company(StrEnum):
    """Whom a script speaks to."""

    MAN = "man"
    WOMAN = "woman"
    FAMILY = "family"


class Wording(StrEnum):
    """The two ways to say it that are tried against each other."""

    A = "a"
    B = "b"


class Payment(StrEnum):
    """How a deal is paid."""

    CASH = "cash"
    LOAN = "loan"
    LEASE = "lease"
    TRADE_IN = "trade_in"


class Promise(StrEnum):
    """The rule that asked for a contact."""

    NEXT = "next"
    MANAGER_CALL = "manager_call"
    THREE_DAYS = "three_days"
    WEEK = "week"
    VISIT = "visit"
    TWO_MONTHS = "two_months"
    THANK_INTRODUCER = "thank_introducer"
    ABSENT = "absent"
    BIRTHDAY = "birthday"
    ANNIVERSARY = "anniversary"
    FIRST_SERVICE = "first_service"
    INSPECTION = "inspection"
    INSURANCE = "insurance"
    LICENCE = "licence"
    WARRANTY = "warranty"
    COMPLAINT = "complaint"
    MONTH = "month"
    QUARTER = "quarter"
    LOST = "lost"


class CardKind(StrEnum):
    """What a card is for."""

    THANKS = "thanks"
    INTRODUCER = "introducer"
    HELP = "help"
    BIRTHDAY = "birthday"
    ANNIVERSARY = "anniversary"
    FESTIVAL = "festival"
    CONGRATULATION = "congratulation"


class Purpose(StrEnum):
    """What somebody may be contacted for."""

    CONTACT = "contact"
    CARDS = "cards"
    EVENTS = "events"


class Way(StrEnum):
    """How somebody may be reached."""

    PHONE = "phone"
    SMS = "sms"
    WECHAT = "wechat"
    POST = "post"


class Heard(StrEnum):
    """How a consent or its withdrawal reached us."""

    VISIT = "visit"
    DESK = "desk"
    EVENT = "event"


class Cause(StrEnum):
    """Why somebody was erased."""

    ASKED = "asked"
    RETENTION = "retention"


class Aim(StrEnum):
    """What somebody comes for by appointment (DOMAIN §9)."""

    LOOK = "look"
    DRIVE = "drive"
    DELIVERY = "delivery"
    EVENT = "event"


class TraitKind(StrEnum):
    """What is noted of somebody: what one without a phone is known again by, and his archive.

    The first four belong to a guest (DESIGN §3), the others to the archive (DOMAIN §6).
    """

    CAR = "car"
    COMPANY = "company"
    INTEREST = "interest"
    LOOK = "look"
    ETHNICITY = "ethnicity"
    AGE = "age"
    EMAIL = "email"
    SPENT = "spent"
    BOUGHT = "bought"
    WORK = "work"
    FAMILY = "family"
    CHARACTER = "character"
    SPENDING = "spending"
    CLOTHES = "clothes"
    LEISURE = "leisure"
    LIFESTYLE = "lifestyle"
    SERVICE = "service"
    OFFERS = "offers"
    VALUES = "values"


class Kinship(StrEnum):
    """What two customers are to each other; of `COMPANY` the other one is the company."""

    COUPLE = "couple"
    FAMILY = "family"
    FRIEND = "friend"
    COLLEAGUE = "colleague"
    COMPANY = "company"


class FieldKind(StrEnum):
    """What a field of the showroom's own holds."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    CHOICE = "choice"
    YES_NO = "yes_no"


class Verdict(StrEnum):
    """What a spot check found: the archive says what is so, in part, or not."""

    TRUE = "true"
    PARTLY = "partly"
    FALSE = "false"


class LossState(StrEnum):
    """A loss is applied for, then approved or refused by a manager (DOMAIN §2.3)."""

    APPLIED = "applied"
    APPROVED = "approved"
    REFUSED = "refused"


class ReferralState(StrEnum):
    """How far an introduction got (DOMAIN §5.5); void: the deal was cancelled, or it was none."""

    NOTED = "noted"
    CHECKED = "checked"
    DEAL = "deal"
    PAID = "paid"
    VOID = "void"


class TalkStep(StrEnum):
    """The five steps of asking an owner whom he knows (DOMAIN §6, seed 001)."""

    CREDIT = "credit"
    AGREE = "agree"
    ASK = "ask"
    CALL = "call"
    THANK = "thank"


class Reply(StrEnum):
    """What somebody who was invited said."""

    NONE = "none"
    COMES = "comes"
    MAYBE = "maybe"
    NOT = "not"


class Gravity(StrEnum):
    """How grave a complaint is; each has its time for the first answer (DOMAIN §5.7)."""

    ORDINARY = "ordinary"
    ESCALATED = "escalated"
    MAJOR = "major"


class CareStep(StrEnum):
    """What was done about a complaint: first the mood, then the matter (DOMAIN §5.7)."""

    CALMED = "calmed"
    ANSWERED = "answered"
    HANDLED = "handled"
    CALLED = "called"
    REOPENED = "reopened"
    NOTE = "note"


class DateKind(StrEnum):
    """A day of a car or its driver that somebody wants to be reminded of (DOMAIN §5.3)."""

    FIRST_SERVICE = "first_service"
    INSPECTION = "inspection"
    INSURANCE = "insurance"
    LICENCE = "licence"
    WARRANTY = "warranty"


class AdvisoryKind(StrEnum):
    """What a notice warns of: the weather, or the season's service (DOMAIN §5.4)."""

    RAIN = "rain"
    COLD = "cold"
    HEAT = "heat"
    TYPHOON = "typhoon"
    SNOW = "snow"
    HAZE = "haze"
    ICE = "ice"
    CHECK_UP = "check_up"
    TYRES = "tyres"
    WIPERS = "wipers"
    OTHER = "other"


class Alert(StrEnum):
    """The colour of a weather warning, the mildest first (DOMAIN §5.4)."""

    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


class Asked(StrEnum):
    """Which questions a survey asked (DOMAIN §5.6)."""

    WHOLE = "whole"
    SSI = "ssi"
    CSI = "csi"
