"""By when a case must be dealt with: the running clock, its rule and its pauses."""

from datetime import datetime

from sqlalchemy.orm import Session

from survey.feedback.standing import Standing


def due_of(session: Session, now: Standing, *, anonymous: bool) -> datetime | None:
    """When the running clock ends; None when none runs, or while it is paused."""
    return now.extended
