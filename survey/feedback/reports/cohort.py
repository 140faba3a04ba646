"""The cases that came in during a period, as columns: one scan of one table, no object a case."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Double, Select, cast, extract, func, select
from sqlalchemy.orm import Session

from survey.feedback.reports.periods import Period
from survey.feedback.tables import Case

Seconds = float | None  # since 1970; None: has not happened


@dataclass(frozen=True)
class Cohort:
    """Columns of one length, a case in each place."""

    unit: tuple[int, ...]
    topic: tuple[str | None, ...]
    channel: tuple[str, ...]
    kind: tuple[str, ...]
    state: tuple[str, ...]
    received: tuple[float, ...]
    accepted: tuple[Seconds, ...]
    answered: tuple[Seconds, ...]  # for the first time
    answer_due: tuple[Seconds, ...]  # of that answer
    due: tuple[Seconds, ...]  # of the clock that runs now
    closed: tuple[Seconds, ...]
    pauses: tuple[list[list[str | None]], ...]
    reopened: tuple[int, ...]
    outstanding: tuple[bool, ...]
    extended: tuple[bool, ...]
    satisfied: tuple[int | None, ...]
    as_template: tuple[bool | None, ...]

    def __len__(self) -> int:
        return len(self.unit)


def _seconds(moment: Any) -> ColumnElement[Any]:
    return cast(extract("epoch", moment), Double)


def asked(
    period: Period, areas: Collection[int] | None, *, now: datetime
) -> Select[tuple[Any, ...]]:
    """The query of a cohort.

    Cases that their own unit may not see yet are not counted yet, by anybody: nobody learns from a
    figure that one has just come in. Sealed denunciations are in no figure.
    """
    query = select(
        Case.unit_id, Case.topic, Case.channel, Case.kind, Case.state,
        *(
            _seconds(moment)
            for moment in (
                Case.received_at, Case.accepted_at, Case.first_answered_at, Case.first_due_at,
                Case.due_at, Case.closed_at,
            )
        ),
        Case.pauses, Case.reopened, Case.outstanding,
        Case.extended_until.is_not(None), Case.satisfied, Case.as_template,
    ).where(
        Case.received_at >= period.begins,
        Case.received_at < period.ends,
        Case.shown_at <= now,
        ~Case.sealed,
    )  # fmt: skip
    return query if areas is None else query.where(Case.unit_id.in_(sorted(areas)))


def cohort(
    session: Session, period: Period, areas: Collection[int] | None, *, now: datetime
) -> Cohort:
    """The cases of `period` that are with the units `areas`; None: with any."""
    rows = session.execute(asked(period, areas, now=now)).all()
    columns = zip(*rows, strict=True) if rows else [()] * len(Cohort.__dataclass_fields__)
    return Cohort(*map(tuple, columns))


def first_came(session: Session) -> datetime | None:
    """When the oldest case came in; None when there is none."""
    return session.scalar(select(func.min(Case.received_at)))
