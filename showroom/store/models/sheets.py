"""What came in from a file: the file, and every row of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
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
