"""How satisfied customers say they are (DOMAIN §5.6): 还可以 40, 满意 60, 非常满意 100.

Who is not satisfied at all has a score of the shop's own (`Settings.dissatisfied`). Only 100 is
evidence of a loyal customer. A short form asks several things with the same answers: SSI of the
sale, CSI of the workshop; its score is their weighted mean.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import choices, text, words
from showroom.deals import deals
from showroom.errors import Invalid, ShowroomError
from showroom.guard import mask
from showroom.i18n import N_, _
from showroom.people import customers
from showroom.settings import Settings
from showroom.store import journal
from showroom.store.models import Asked, Deal, Visit, VisitKind
from showroom.store.models.archive import Survey

LONGEST: Final = 500
UNHAPPY: Final = 40
"""Whose score is below this is not satisfied at all: somebody calls, it becomes a complaint."""
FORMS: Final = {
    Asked.WHOLE: N_("Over all"),
    Asked.SSI: N_("Sale (SSI)"),
    Asked.CSI: N_("Service (CSI)"),
}


class Question(NamedTuple):
    """One question of a short form; the weights of a form need not add up to 100."""

    title: str
    weight: int


QUESTIONS: Final[Mapping[Asked, Mapping[str, Question]]] = {
    Asked.WHOLE: {},
    Asked.SSI: {  # buyers, J.D. Power 2020 (DOMAIN §5.6); the source rounded them to 101
        "online": Question(N_("Experience online"), 18),
        "before": Question(N_("Talks before the visit"), 9),
        "reception": Question(N_("Reception in the shop"), 14),
        "look": Question(N_("Looking at cars"), 13),
        "drive": Question(N_("Test drive"), 10),
        "deal": Question(N_("The deal"), 17),
        "delivery": Question(N_("Delivery"), 20),
    },
    Asked.CSI: {  # the five of the after-sales counterpart; no source gives weights
        "start": Question(N_("Appointment and arrival"), 20),
        "advisor": Question(N_("Service adviser"), 20),
        "place": Question(N_("Waiting and rooms"), 20),
        "quality": Question(N_("Quality of the work"), 20),
        "pick_up": Question(N_("Getting the car back"), 20),
    },
}
_VISITS: Final = 8


class Occasion(NamedTuple):
    """What somebody may be asked about: a deal of his, or a day he was here."""

    words: str
    day: date
    deal_id: int | None


class SurveyRow(NamedTuple):
    """What he said before."""

    id: int
    day: date
    score: int
    words: str
    asked: Asked


def index(asked: Asked, answers: Mapping[str, int]) -> int | None:
    """The score of a short form, 0 to 100: the mean of what was answered, by its weights."""
    known = QUESTIONS[asked]
    weights = sum(known[code].weight for code in answers)
    if not weights:
        return None
    return round(sum(known[code].weight * score for code, score in answers.items()) / weights)


def answers_of(kept: str) -> dict[str, int]:
    """The answers of a survey as it was kept."""
    found: dict[str, int] = json.loads(kept) if kept else {}
    return found


def scores(shop: Settings) -> list[tuple[int, str]]:
    """The scores to choose from with their words, the worst first."""
    known = [(score or shop.dissatisfied, _(said)) for score, said in words.SATISFACTION]
    return known[::-1]


def note(
    session: Session,
    customer_id: int,
    *,
    score: int | None,
    day: date | None,
    deal_id: int | None = None,
    note: str = "",
    asked: Asked = Asked.WHOLE,
    answers: Mapping[str, int] | None = None,
    today: date,
) -> int:
    """Note how satisfied he said he is on a day, perhaps about one of his deals; returns the id.

    Of a short form (`asked`) the `answers` by question make the score. Raises `Invalid` beside
    `score`, `day` or `note`, `ShowroomError` when he is gone or the deal is another's.
    """
    customer = customers.on_file(session, customer_id)
    problems = {}
    answers = dict(answers or {})
    if asked is not Asked.WHOLE:
        score = index(asked, answers)
    if asked is not Asked.WHOLE and score is None:
        problems["score"] = _("Answer at least one question.")
    elif score is None or not 0 <= score <= 100:
        problems["score"] = _("Choose how satisfied he is.")
    if day is None:
        problems["day"] = _("Enter the day he said it.")
    elif day > today:
        problems["day"] = _("This day is still to come.")
    note = text.clean(note)
    if len(note) > LONGEST:
        problems["note"] = _("A note has at most {count} characters.").format(count=LONGEST)
    if problems:
        raise Invalid(problems)
    if deal_id is not None:
        deal = session.get(Deal, deal_id)
        if deal is None or deal.customer_id != customer_id:
            raise ShowroomError(_("This deal is not his: choose another one."))
    journal.act(session, "survey", customer)
    survey = Survey(
        customer_id=customer_id,
        deal_id=deal_id,
        day=day,
        score=score,
        words=note,
        staff_id=session.info.get("staff_id"),
        asked=asked,
        answers=json.dumps(answers, sort_keys=True) if answers else "",
    )
    session.add(survey)
    session.flush()
    return survey.id


def of_customer(session: Session, customer_id: int) -> list[SurveyRow]:
    """What he said, the last first; numbers in the words as who sits at the desk may see them."""
    whole = customer_id in mask.seen(session, [customer_id])
    found = session.scalars(
        select(Survey)
        .where(Survey.customer_id == customer_id)
        .order_by(Survey.day.desc(), Survey.id.desc())
    )
    return [
        SurveyRow(s.id, s.day, s.score, mask.text(s.words, whole=whole), s.asked) for s in found
    ]


def occasions(session: Session, customer_id: int) -> list[Occasion]:
    """His deals and the last days he was here, the newest first of each."""
    labels = choices.labels(session)
    sold = session.scalars(
        select(Deal)
        .where(Deal.customer_id == customer_id)
        .order_by(Deal.ordered_on.desc(), Deal.id.desc())
    )
    found = [
        Occasion(
            f"{deal.number} · {labels.get(deal.model_id, '')}",
            deal.delivered_on or deal.ordered_on,
            deal.id,
        )
        for deal in sold
        if deals.state(deal) is not deals.State.CANCELLED
    ]
    came = session.scalars(
        select(Visit)
        .where(Visit.customer_id == customer_id, Visit.kind != VisitKind.CALL)
        .order_by(Visit.arrived_at.desc())
        .limit(_VISITS)
    )
    for visit in came:
        what = labels.get(visit.errand_id or 0, "") or _(words.VISIT_KINDS[visit.kind])
        found.append(Occasion(f"{visit.day} · {what}", visit.day, None))
    return found
