"""The failures a user may meet, each a sentence with the way forward."""

from __future__ import annotations

from collections.abc import Mapping


class ShowroomError(Exception):
    """Something could not be done; the text says what and how to go on."""


class Invalid(ShowroomError):
    """What was typed cannot be: one sentence for each field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


class Cancelled(Exception):
    """The user asked the work to stop; never shown."""
