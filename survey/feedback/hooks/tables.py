"""Who is told, and what waits to be told."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.database import Base, Moment


class Hook(Base):
    """An address of another system. `acts`: of which it is told; without an area, of every unit."""

    __tablename__ = "feedback_hook"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    url: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(Text)  # sealed
    acts: Mapped[list[str]] = mapped_column(JSON)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(String(80))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)  # is told nothing any more


class Delivery(Base):
    """One event that a hook is told of, once; written with the event, sent by a job.

    payload : ids, state, kind and due, as of the event. dead_at : given up, until somebody asks
    for it to be tried again.
    """

    __tablename__ = "feedback_delivery"
    __table_args__ = (
        UniqueConstraint("hook_id", "event_id"),
        Index("ix_feedback_delivery_waiting", "delivered_at", "dead_at", "next_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    hook_id: Mapped[int] = mapped_column(ForeignKey("feedback_hook.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("feedback_event.id"))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    next_at: Mapped[datetime] = mapped_column(Moment)
    tries: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(80))  # of the last try: 503, timeout, refused…
    delivered_at: Mapped[datetime | None] = mapped_column(Moment)
    dead_at: Mapped[datetime | None] = mapped_column(Moment)
