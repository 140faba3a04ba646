"""Tickets and invitations: what lets somebody answer once. Hashes only, and no id of an answer."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from survey.database import Base

KINDS = ("ticket", "invitation")


class Ticket(Base):
    """A one-time code (phiếu mời), or that of a letter to a sampled person (thư mời).

    The code itself is on paper alone: `hash` is keyed, so that without the installation's secret it
    cannot be found by trying codes. A ticket carries counter, field and day; an invitation the cell
    of its sample. That it was used is known to the day, and not by whom or with which answer.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        CheckConstraint("kind IN ('ticket', 'invitation')", "kind"),
        {"sqlite_with_rowid": False},  # rows lie in the order of their hash
    )

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    round: Mapped[str] = mapped_column(ForeignKey("round.code"), index=True)
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counter.id"))
    field: Mapped[str | None] = mapped_column(ForeignKey("field.code"))
    cell_id: Mapped[int | None] = mapped_column(ForeignKey("cell.id"))
    day: Mapped[date | None]  # of the visit
    expires_on: Mapped[date]  # the last day on which it may be used
    used_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    settled: Mapped[bool] = mapped_column(default=False)  # its use was written again at a release
