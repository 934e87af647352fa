"""What proves an introduction or its reward: pictures and PDFs, kept in the encrypted file.

Each lies in `ProofFile` once, by its SHA-256, so that it is in every copy, and goes with the person
it is about. What it is is told by its first bytes, not by its name.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import text
from showroom.errors import ShowroomError
from showroom.guard import consent, mask, staff
from showroom.i18n import _
from showroom.people import customers
from showroom.store import journal
from showroom.store.models import Customer, Referral

if TYPE_CHECKING:
    from showroom.store.models import Proof

LARGEST: Final = 5 * 1024 * 1024
MOST: Final = 10
"""So many proofs an introduction has at most."""


class Sort(StrEnum):
    """What a proof is; the value is how its file ends."""

    PNG = ".png"
    JPEG = ".jpg"
    PDF = ".pdf"


HEADS: Final = {
    b"\x89PNG\r\n\x1a\n": Sort.PNG,
    b"\xff\xd8\xff": Sort.JPEG,
    b"%PDF-": Sort.PDF,
}


class ProofRow(NamedTuple):
    """One proof; `size` in bytes."""

    id: int
    name: str
    size: int
    by: str
    at: datetime


def read(path: Path) -> bytes:
    """The bytes of a file that may be a proof. Raises `ShowroomError` saying why it is none."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise ShowroomError(
            _("{name} cannot be read. Choose another file.").format(name=path.name)
        ) from error
    sort_of(content, path.name)
    return content


def sort_of(content: bytes, name: str = "") -> Sort:
    """What it is by its first bytes. Raises `ShowroomError` when it is nothing that proves."""
    if len(content) > LARGEST:
        raise ShowroomError(
            _("{name} is larger than 5 MB. Take a smaller picture, or scan it again.").format(
                name=name
            )
        )
    if not content:
        raise ShowroomError(_("{name} is empty.").format(name=name))
    for head, sort in HEADS.items():
        if content.startswith(head):
            return sort
    raise ShowroomError(
        _("{name} is no picture (PNG, JPEG) and no PDF, whatever its name says.").format(name=name)
    )


def attach(session: Session, referral_id: int, *, name: str, content: bytes, now: datetime) -> int:
    """Keep a proof of an introduction; returns its id.

    Raises `ShowroomError` when it is none (`sort_of`), is there already, or there are too many.
    """
    from showroom.store.models import Proof, ProofFile

    one = _referral(session, referral_id)
    sort = sort_of(content, name)
    digest = hashlib.sha256(content).hexdigest()
    there = session.scalars(select(Proof.digest).where(Proof.referral_id == referral_id)).all()
    if digest in there:
        raise ShowroomError(_("This file is attached already."))
    if len(there) >= MOST:
        raise ShowroomError(
            _("There are {count} proofs already: take one away first.").format(count=MOST)
        )
    journal.act(session, "prove", session.get(Customer, one.customer_id))
    if session.get(ProofFile, digest) is None:
        session.add(ProofFile(digest=digest, content=content))
    stem = text.file_name(Path(name).stem)
    made = Proof(
        referral_id=referral_id,
        name=f"{stem}{sort.value}",
        size=len(content),
        digest=digest,
        staff_id=session.info["staff_id"],
        at=now,
    )
    session.add(made)
    session.flush()
    return made.id


def remove(session: Session, proof_id: int) -> None:
    """Take a proof away. Raises `ShowroomError` once the reward is paid: it is its receipt."""
    one = _proof(session, proof_id)
    referral = _referral(session, one.referral_id)
    if referral.paid_at is not None:
        raise ShowroomError(_("The reward is paid: its proofs stay."))
    journal.act(session, "prove", session.get(Customer, referral.customer_id))
    session.delete(one)


def of_referral(session: Session, referral_id: int) -> list[ProofRow]:
    """The proofs of an introduction, as who sits at the desk may read their names."""
    from showroom.store.models import Proof

    one = _referral(session, referral_id)
    seen = mask.seen(session, [one.customer_id, one.introducer_id])
    whole = one.customer_id in seen and one.introducer_id in seen
    names = staff.names(session)
    found = session.scalars(
        select(Proof).where(Proof.referral_id == referral_id).order_by(Proof.id)
    )
    return [
        ProofRow(p.id, mask.text(p.name, whole=whole), p.size, names.get(p.staff_id or 0, ""), p.at)
        for p in found
    ]


def content(session: Session, proof_id: int) -> bytes:
    """What the proof shows. Raises `ShowroomError` when it is gone or not what was attached.

    A picture cannot be hidden in part: who does not see the numbers of both does not see it.
    """
    from showroom.store.models import ProofFile

    one = _proof(session, proof_id)
    referral = _referral(session, one.referral_id)
    seen = mask.seen(session, [referral.customer_id, referral.introducer_id])
    if referral.customer_id not in seen or referral.introducer_id not in seen:
        raise ShowroomError(
            _("A proof may show numbers: their consultant, a manager or an owner opens it.")
        )
    kept = session.get(ProofFile, one.digest)
    if kept is None or hashlib.sha256(kept.content).hexdigest() != one.digest:
        raise ShowroomError(_("The file of this proof is damaged or gone: attach it again."))
    return kept.content


def leaving(session: Session, proof_id: int) -> bytes:
    """The same for a file outside; not of whoever must not be contacted (DESIGN §4.5)."""
    referral = _referral(session, _proof(session, proof_id).referral_id)
    for id in (referral.introducer_id, referral.customer_id):
        if consent.is_barred(session, id):
            raise ShowroomError(
                _("{name} must not be contacted: what may show his number stays here.").format(
                    name=customers.on_file(session, id).name
                )
            )
    return content(session, proof_id)


def _proof(session: Session, proof_id: int) -> Proof:
    from showroom.store.models import Proof

    one = session.get(Proof, proof_id)
    if one is None:
        raise ShowroomError(_("This proof is no longer there."))
    return one


def _referral(session: Session, referral_id: int) -> Referral:
    one = session.get(Referral, referral_id)
    if one is None:
        raise ShowroomError(_("This introduction is no longer there."))
    return one
