"""What follows from how somebody stands after an import: contact left, next contact due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from showroom.people import promises, rules
from showroom.sheets.match import Person


def contact_on(person: Person, created: date) -> date | None:
    """The day somebody new left his contact: not after his first visit, as far as is known."""
    if not person.phones and not person.facts["wechat"]:
        return None
    return min(created, person.facts["first_visit_on"] or created)


def waited_for(person: Person) -> bool:
    """Whether he is to be contacted again."""
    return person.facts["status"] in promises.CONTACTED and not person.facts["do_not_contact"]


def next_on(person: Person, due: Callable[[str, date], date], today: date) -> date:
    """The day of the next contact: by level from his last visit, but no import makes anyone late.

    Where that day is gone already, as long from today (DOMAIN §2.2). `due` is `rules.day` as it
    holds in this shop.
    """
    first, last = person.facts["first_visit_on"], person.facts["last_visit_on"]
    by_level = rules.of_level(person.facts["level"])
    if last is None:
        return due(by_level, today)
    day = due(rules.FIRST_VISIT if first == last else by_level, last)
    return day if day >= today else due(by_level, today)
