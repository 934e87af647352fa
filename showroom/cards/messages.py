"""A notice as one customer reads it: how he is addressed, the words, who sends it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from showroom import settings
from showroom.cards.address import addressed
from showroom.cards.compose import language_of
from showroom.care import advisories
from showroom.errors import ShowroomError
from showroom.guard import consent, staff
from showroom.i18n import _
from showroom.people import customers


def of_notice(session: Session, advisory_id: int, customer_id: int) -> str:
    """The message for one customer; no number stands in it.

    Raises `ShowroomError` for who does not agree to this way any more.
    """
    one = advisories.get(session, advisory_id)
    customer = customers.on_file(session, customer_id)
    if not advisories.may_tell(session, advisory_id, customer_id):
        sentence = _("He does not agree to be told by {way}.")
        raise ShowroomError(sentence.format(way=_(consent.WAYS[one.way])))
    language = language_of(customer)
    name = addressed(customer.name, customer.honorific, customer.title, language)
    shop = settings.load(session).shop_name
    who = staff.names(session).get(customer.consultant_id or session.info["staff_id"] or 0, "")
    sender = " ".join(part for part in (shop, who) if part)
    if language == "en":
        return "\n".join(filter(None, (f"Dear {name},", one.words, sender)))
    return f"{name}，您好！{one.words}" + (f"——{sender}" if sender else "")
