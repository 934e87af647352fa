"""A file of names, and another process on it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sqlalchemy import select

from showroom.store import (
    check,
)
from showroom.store.models import Customer
from tests import builders

ROOT = Path(__file__).resolve().parents[2]


def names(db) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(Customer.name).order_by(Customer.id)))


def add(db, name: str = "张伟") -> int:
    with db.write() as session:
        return builders.a_customer(session, name)


# --- power and disks


def python(code: str, *args: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, args)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def found(db) -> dict[str, int]:
    return {problem.code: problem.count for problem in check.check(db)}
