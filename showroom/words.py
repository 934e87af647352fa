"""The words for what is stored as a code; translate with `_()` where they are shown."""

from __future__ import annotations

from showroom.i18n import N_, _, language
from showroom.store.models import (
    AdvisoryKind,
    Aim,
    Alert,
    AwayReason,
    CameBy,
    CardKind,
    ChoiceKind,
    Company,
    HandOver,
    Honorific,
    Level,
    Moment,
    Payment,
    Promise,
    Refusal,
    Role,
    Status,
    TraitKind,
    TurnState,
    VisitKind,
    Wording,
)

ROLES = {
    Role.RECEPTIONIST: N_("Receptionist"),
    Role.CONSULTANT: N_("Consultant"),
    Role.MANAGER: N_("Sales manager"),
    Role.OWNER: N_("Owner of the shop"),
}
LEVELS = {
    Level.ORDERED: N_("Ordered"),
    Level.WEEK: N_("Within a week"),
    Level.FORTNIGHT: N_("Within two weeks"),
    Level.MONTH: N_("Within a month"),
    Level.QUARTER: N_("Within three months"),
    Level.UNRATED: N_("Unrated"),
}
STATUSES = {
    Status.VISITED: N_("No contact left"),
    Status.OPEN: N_("Contact left"),
    Status.ORDERED: N_("Has ordered"),
    Status.OWNER: N_("Owner"),
    Status.LOST: N_("Lost"),
    Status.DORMANT: N_("Dormant"),
    Status.INVALID: N_("Invalid"),
}
HONORIFICS = {
    Honorific.NONE: N_("—"),
    Honorific.MR: N_("Mr"),
    Honorific.MS: N_("Ms"),
    Honorific.COMPANY: N_("Company"),
}
WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
VISIT_KINDS = {
    VisitKind.WALK_IN: N_("Walk-in"),
    VisitKind.CALL: N_("Call"),
    VisitKind.ERRAND: N_("Errand"),
}
MOMENTS = {
    Moment.SEATED: N_("Just seated"),
    Moment.OFFER: N_("Asks for offers"),
    Moment.RAPPORT: N_("Common ground"),
    Moment.BUSINESS_CARD: N_("Cards exchanged"),
    Moment.PRIZE: N_("Prize draw"),
    Moment.GIFT: N_("Gift handed out"),
    Moment.FAREWELL: N_("Farewell"),
}
REFUSALS = {
    Refusal.SPAM: N_("Fears spam"),
    Refusal.CONTROL: N_("Fears losing the upper hand"),
    Refusal.NO_REASON: N_("Asked without a good reason"),
    Refusal.NOT_BUYER: N_("Not really buying"),
}
HAND_OVERS = {
    HandOver.TURN: N_("Next in turn"),
    HandOver.ON_FILE: N_("Consultant on file"),
    HandOver.STAND_IN: N_("Standing in"),
    HandOver.ASKED_FOR: N_("Asked for by name"),
    HandOver.APPOINTMENT: N_("By appointment"),
    HandOver.COMPENSATION: N_("Turn made good"),
    HandOver.ASSIGNED: N_("Assigned"),
}
TURN_STATES = {
    TurnState.POST: N_("On post"),
    TurnState.AWAY: N_("Away"),
    TurnState.RESTING: N_("Resting"),
}
AWAY_REASONS = {
    AwayReason.ERRAND: N_("Out on an errand"),
    AwayReason.LUNCH: N_("Lunch"),
    AwayReason.MINUTE: N_("Back in a minute"),
    AwayReason.MEETING: N_("Meeting"),
    AwayReason.LEAVE: N_("On leave"),
    AwayReason.PRIVATE: N_("Private matter"),
}
CAME_BY = {
    CameBy.CAR: N_("Own car"),
    CameBy.TAXI: N_("Taxi"),
    CameBy.TRANSIT: N_("Bus or metro"),
    CameBy.BIKE: N_("Bicycle"),
    CameBy.FOOT: N_("On foot"),
}
COMPANIES = {
    Company.MAN: N_("A man"),
    Company.WOMAN: N_("A woman"),
    Company.FAMILY: N_("A family"),
}
AIMS = {
    Aim.LOOK: N_("Look at cars"),
    Aim.DRIVE: N_("Test drive"),
    Aim.DELIVERY: N_("Delivery"),
    Aim.EVENT: N_("Event"),
}
TRAITS = {
    TraitKind.CAR: N_("His car"),
    TraitKind.COMPANY: N_("With"),
    TraitKind.INTEREST: N_("Interested in"),
    TraitKind.LOOK: N_("Looks"),
}
ARCHIVE = {  # DOMAIN §6; name, sex, phone and address stand in the file itself
    TraitKind.ETHNICITY: N_("Ethnicity"),
    TraitKind.AGE: N_("Age, about"),
    TraitKind.EMAIL: N_("E-mail"),
    TraitKind.SPENT: N_("Money spent"),
    TraitKind.BOUGHT: N_("What he bought"),
    TraitKind.WORK: N_("Work"),
    TraitKind.FAMILY: N_("Family"),
    TraitKind.CHARACTER: N_("Character"),
    TraitKind.SPENDING: N_("Spending habits"),
    TraitKind.CLOTHES: N_("Taste in clothes"),
    TraitKind.LEISURE: N_("Leisure"),
    TraitKind.LIFESTYLE: N_("Daily habits"),
    TraitKind.SERVICE: N_("Service he likes"),
    TraitKind.OFFERS: N_("How he takes offers"),
    TraitKind.VALUES: N_("Values"),
}
PAYMENTS = {
    Payment.CASH: N_("Paid in full"),
    Payment.LOAN: N_("Loan"),
    Payment.LEASE: N_("Lease"),
    Payment.TRADE_IN: N_("Trade-in"),
}
CARD_KINDS = {
    CardKind.THANKS: N_("Thanks for the purchase"),
    CardKind.INTRODUCER: N_("Thanks for the introduction"),
    CardKind.HELP: N_("Thanks for help"),
    CardKind.BIRTHDAY: N_("Birthday card"),
    CardKind.ANNIVERSARY: N_("A year with the car"),
    CardKind.FESTIVAL: N_("Festival card"),
    CardKind.CONGRATULATION: N_("Congratulation"),
}
PROMISES = {
    Promise.NEXT: N_("Next contact"),
    Promise.MANAGER_CALL: N_("Manager's call"),
    Promise.THREE_DAYS: N_("Call after 3 days"),
    Promise.WEEK: N_("Call after a week"),
    Promise.VISIT: N_("Visit within a month"),
    Promise.TWO_MONTHS: N_("Contact every two months"),
    Promise.THANK_INTRODUCER: N_("Thank the introducer"),
    Promise.ABSENT: N_("Long away from the workshop"),
    Promise.BIRTHDAY: N_("Birthday greeting"),
    Promise.ANNIVERSARY: N_("A year with the car"),
    Promise.FIRST_SERVICE: N_("First service"),
    Promise.INSPECTION: N_("Inspection due"),
    Promise.INSURANCE: N_("Insurance runs out"),
    Promise.LICENCE: N_("Driving licence runs out"),
    Promise.WARRANTY: N_("Warranty ends"),
    Promise.COMPLAINT: N_("Call after a complaint"),
    Promise.MONTH: N_("Sample call after a month"),
    Promise.QUARTER: N_("Call after three months"),
    Promise.LOST: N_("Asked again after a loss"),
}
DAYS = {  # what falls on a day of the calendar, in one word
    Promise.NEXT: N_("Agreed call"),
    Promise.BIRTHDAY: N_("Birthday"),
    Promise.ANNIVERSARY: N_("Anniversary"),
    Promise.FIRST_SERVICE: N_("First service"),
    Promise.INSPECTION: N_("Inspection"),
    Promise.INSURANCE: N_("Insurance"),
    Promise.LICENCE: N_("Licence"),
    Promise.WARRANTY: N_("Warranty"),
}
SATISFACTION = (  # from which score on (DOMAIN §5.6)
    (100, N_("Very satisfied")),
    (60, N_("Satisfied")),
    (40, N_("It is all right")),
    (0, N_("Not satisfied")),
)
ADVISORIES = {
    AdvisoryKind.RAIN: N_("Rainstorm"),
    AdvisoryKind.TYPHOON: N_("Typhoon"),
    AdvisoryKind.SNOW: N_("Snowstorm"),
    AdvisoryKind.ICE: N_("Icy roads"),
    AdvisoryKind.COLD: N_("Cold wave"),
    AdvisoryKind.HEAT: N_("Heat"),
    AdvisoryKind.HAZE: N_("Haze and sand"),
    AdvisoryKind.CHECK_UP: N_("Check-up of the car"),
    AdvisoryKind.TYRES: N_("Season for tyres"),
    AdvisoryKind.WIPERS: N_("Wipers before the rain"),
    AdvisoryKind.OTHER: N_("Something else"),
}
ALERTS = {
    Alert.BLUE: N_("blue"),
    Alert.YELLOW: N_("yellow"),
    Alert.ORANGE: N_("orange"),
    Alert.RED: N_("red"),
}
CHOICES = {
    ChoiceKind.MODEL: N_("Models"),
    ChoiceKind.COLOUR: N_("Colours"),
    ChoiceKind.CHANNEL: N_("Channels"),
    ChoiceKind.ERRAND: N_("Errands"),
    ChoiceKind.CANCEL_REASON: N_("Reasons for cancelling"),
    ChoiceKind.UNMET: N_("Left without being received"),
    ChoiceKind.LOSS_REASON: N_("Reasons for a loss"),
    ChoiceKind.COMPLAINT_CAUSE: N_("Causes of complaints"),
}
VERBS = {
    "seed": N_("Set up the desk"),
    "sample": N_("Invented data"),
    "arrive": N_("Arrival"),
    "hand_over": N_("Hand-over"),
    "complete": N_("Visit completed"),
    "leave": N_("Leaving"),
    "reopen": N_("Visit reopened"),
    "ask": N_("Asked for a contact"),
    "test_drive": N_("Test drive"),
    "add_customer": N_("New customer"),
    "change_customer": N_("Customer changed"),
    "set_level": N_("Level changed"),
    "set_status": N_("Status changed"),
    "refer": N_("Introduction noted"),
    "follow_up": N_("Follow-up"),
    "postpone": N_("Follow-up postponed"),
    "close_deal": N_("Deal closed"),
    "change_deal": N_("Deal changed"),
    "deliver": N_("Delivery"),
    "cancel_deal": N_("Deal cancelled"),
    "print_cards": N_("Cards printed"),
    "complaint": N_("Complaint taken"),
    "complaint_step": N_("Complaint followed up"),
    "key_date": N_("Dates noted"),
    "write_card": N_("Card written"),
    "remember_cards": N_("Birthdays and anniversaries"),
    "remember_dates": N_("Reminders of coming days"),
    "remember_absent": N_("Reminders of who stays away"),
    "remember_lost": N_("Reminders of who was lost"),
    "follow_rule": N_("Rule of the follow-ups changed"),
    "festival": N_("Festival changed"),
    "absence": N_("Absence noted"),
    "open_month": N_("Levels at the start of the month"),
    "keep_figures": N_("Figures of a month's workbook kept"),
    "targets": N_("Targets set"),
    "unprint_cards": N_("Cards did not come out"),
    "sign_cards": N_("Cards signed"),
    "post_cards": N_("Cards posted"),
    "card_wording": N_("Wording of a card changed"),
    "skip_card": N_("Card skipped"),
    "unskip_card": N_("Card put back"),
    "reword_card": N_("Card reworded"),
    "import": N_("Import"),
    "layout": N_("Layout of sheets"),
    "remember_layout": N_("Layout of sheets remembered"),
    "look_up": N_("File compared with the customers"),
    "staff": N_("Staff changed"),
    "sit_down": N_("Sat down at the desk"),
    "wrong_pin": N_("Wrong PIN"),
    "set_pin": N_("PIN set"),
    "remove_pin": N_("PIN removed"),
    "unlock": N_("PIN unlocked"),
    "reset_pin": N_("PIN reset by recovery code"),
    "second": N_("Gave the PIN as second person"),
    "restore": N_("Backup restored"),
    "recovery_code": N_("Recovery code made"),
    "choices": N_("List changed"),
    "settings": N_("Settings changed"),
    "turns": N_("Turns changed"),
    "compensate": N_("Turn made good later"),
    "check_in": N_("Checked in"),
    "appoint": N_("Appointment"),
    "unmet": N_("Left without being received"),
    "join": N_("Visits joined"),
    "traits": N_("Traits noted"),
    "script": N_("Script changed"),
    "book_drive": N_("Test drive booked"),
    "car": N_("Demo car changed"),
    "key": N_("Key moved"),
    "gift": N_("Gift changed"),
    "gift_in": N_("Gifts came in"),
    "gift_out": N_("Gift handed out"),
    "close_day": N_("Day closed"),
    "reopen_day": N_("Day opened again"),
    "compare_day": N_("Day compared with a file"),
    "vehicle": N_("Car noted"),
    "relate": N_("People linked"),
    "custom_field": N_("Own field changed"),
    "archive": N_("Archive filled in"),
    "spot_check": N_("Spot check"),
    "survey": N_("Satisfaction noted"),
    "merge": N_("Customers merged"),
    "different": N_("Two different people"),
    "look_pairs": N_("Looked for duplicates"),
    "list": N_("List of customers changed"),
    "many": N_("Several customers changed"),
    "apply_loss": N_("Loss applied for"),
    "decide_loss": N_("Loss decided"),
    "reactivate": N_("Customer taken up again"),
    "check_referral": N_("Introduction checked"),
    "pay_referral": N_("Reward paid"),
    "void_referral": N_("Introduction void"),
    "prove": N_("Proof attached"),
    "talk": N_("Talk about an introduction"),
    "event": N_("Event changed"),
    "invite": N_("Invited"),
    "attend": N_("Came to an event"),
    "advisory": N_("Notice made"),
    "tell": N_("Told of a notice"),
    "undo": N_("Undone"),
    "redo": N_("Done again"),
    "take_back": N_("Taken back"),
    "export": N_("Export"),
    "export_refused": N_("Export refused"),
    "reveal": N_("Number shown"),
    "seal": N_("Sealed later"),
    "consent": N_("Consent noted"),
    "withdraw": N_("Consent withdrawn"),
    "erase": N_("Person erased"),
    "thin": N_("Thinned out"),
    "set_back": N_("End was missing"),
}
SCRIPTS = {  # honest wording only (DOMAIN §4.1): nothing feigned, nothing promised that is not so
    Moment.SEATED: {
        Wording.A: N_(
            "“Make yourselves comfortable. May I note whom I am talking to, and a number to "
            "send you the figures?”"
        ),
        Wording.B: N_(
            "“I put equipment and price of {model} on one page for you. Shall I send it to your "
            "phone or by WeChat?”"
        ),
    },
    Moment.OFFER: {
        Wording.A: N_(
            "“Offers change with the month. Leave me your number, and I tell you when one "
            "fits {model}.”"
        ),
        Wording.B: N_(
            "“Here is all that counts today. Shall I tell you when it changes for {model}? Then "
            "I need a number.”"
        ),
    },
    Moment.RAPPORT: {
        Wording.A: N_(
            "“I enjoy talking with you. May I add you on WeChat? Then you ask me about {model} "
            "whenever you like.”"
        ),
        Wording.B: N_(
            "“Good to have that in common. Shall we stay in touch, by phone or WeChat, as suits "
            "you?”"
        ),
    },
    Moment.BUSINESS_CARD: {
        Wording.A: N_("“Here is my card. Which number may I call, so that you know it is me?”"),
        Wording.B: N_(
            "“My card, so that you can reach me. May I have yours, or write down a number?”"
        ),
    },
    Moment.PRIZE: {
        Wording.A: N_(
            "“There is a draw, the prize is {prize}. It needs a number to reach the winner. Shall "
            "I enter you?”"
        ),
        Wording.B: N_(
            "“Care to be in the draw for {prize}? The number is to tell the winner; whether we "
            "ring about cars is up to you.”"
        ),
    },
    Moment.GIFT: {
        Wording.A: N_(
            "“This is for you: {gift}, once the form is filled. A name and a number, please.”"
        ),
        Wording.B: N_(
            "“{gift}: we hand it out against the form. Shall I write for you? Your name and "
            "number, please.”"
        ),
    },
    Moment.FAREWELL: {
        Wording.A: N_(
            "“Thank you for coming. Shall I send you what we talked about? Which number is best?”"
        ),
        Wording.B: N_(
            "“Ask me whatever comes up at home. May I have a number? I call when it suits you.”"
        ),
    },
}


def satisfaction(score: int) -> str:
    """How satisfied somebody is who has this score, 0 to 100."""
    return _(next(said for least, said in SATISFACTION if score >= least))


def advisory(kind: AdvisoryKind, colour: Alert | None) -> str:
    """What a notice is called: Rainstorm · orange."""
    return " · ".join([_(ADVISORIES[kind]), *([_(ALERTS[colour])] if colour else [])])


def called(name: str, honorific: Honorific) -> str:
    """A name with its honorific as it stands in a list: 张伟 先生, Mr Smith; a company alone."""
    if not name or honorific in (Honorific.NONE, Honorific.COMPANY):
        return name
    title = _(HONORIFICS[honorific])
    return f"{title} {name}" if language() == "en" else f"{name} {title}"
