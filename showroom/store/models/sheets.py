"""What came in from a file: the file, every row of it, and how such files are read."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Id


class ImportBatch(Base):
    """One file that was imported, known again by its hash."""

    __tablename__ = "import_batch"
    __table_args__ = (Index("ix_import_batch_sha256", "sha256"), {"sqlite_autoincrement": True})
    id: Mapped[Id]
    file_name: Mapped[str]
    sha256: Mapped[str]
    at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    counts: Mapped[str]


class ImportRow(Base):
    """One row of the file as it stood there, and what it became."""

    __tablename__ = "import_row"
    __table_args__ = (
        Index("ix_import_row_batch_id", "batch_id"),
        Index("ix_import_row_customer_id", "customer_id"),
        Index("ix_import_row_visit_id", "visit_id"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    sheet: Mapped[str]
    row: Mapped[int]
    outcome: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    cells: Mapped[str]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))


class SheetLayout(Base):
    """How sheets with these headings are read, so that next month nobody is asked again.

    `fingerprint` says which headings; `labels` are they, as JSON; `choices` is what was decided,
    as JSON (`showroom.sheets.layouts`). A name makes it one that is kept on purpose.
    """

    __tablename__ = "sheet_layout"
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: Mapped[Id]
    fingerprint: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    labels: Mapped[str]
    choices: Mapped[str]
    used_at: Mapped[datetime]


class SheetWord(Base):
    """What a word in a column of some field means here: 重点 in a column of levels is H."""

    __tablename__ = "sheet_word"
    __table_args__ = (UniqueConstraint("field", "word"), {"sqlite_autoincrement": True})
    id: Mapped[Id]
    field: Mapped[str]
    word: Mapped[str]
    meaning: Mapped[str]
