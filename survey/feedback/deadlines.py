"""The rules of deadlines: which one holds for a case, from the most that it names down."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.feedback.clock.working import UNITS, Allowance
from survey.feedback.deadline_tables import DeadlineRule
from survey.units.areas import ancestors

FILE: Final = Path(__file__).parent / "data" / "deadlines.toml"
NAMED: Final = ("kind", "topic", "severity", "anonymous")
KEPT: Final = "feedback.deadlines"  # in a session: one transaction judges by one set of rules
ABOVE: Final = "feedback.above"


@dataclass(frozen=True)
class Rule:
    """How long a stage may take; what is None holds for every case.

    default : it comes with the program. ended_on : the first day on which no clock begins with it.
    """

    stage: str
    allowance: Allowance
    valid_from: date
    source: str
    default: bool = False
    kind: str | None = None
    severity: str | None = None
    anonymous: bool | None = None
    topic: str | None = None
    unit_id: int | None = None
    ended_on: date | None = None

    @property
    def named(self) -> int:
        return sum(getattr(self, name) is not None for name in NAMED)

    def on(self, day: date) -> bool:
        """Whether a clock that begins on `day` may run by it."""
        return self.valid_from <= day and (self.ended_on is None or day < self.ended_on)


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule that comes with the program, in the order of the file."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))["rule"]
    return tuple(
        Rule(
            allowance=Allowance(table.pop("amount"), table.pop("unit")),
            valid_from=table.pop("from"),
            **table,
        )
        for table in tables
    )


def all_rules(session: Session) -> tuple[Rule, ...]:
    """Those of the program and those that were made here."""
    known: tuple[Rule, ...] | None = session.info.get(KEPT)
    if known is None:
        own = session.scalars(select(DeadlineRule).order_by(DeadlineRule.id))
        known = (*rules(), *(own_rule(row) for row in own))
        session.info[KEPT] = known
    return known


def own_rule(row: DeadlineRule) -> Rule:
    return Rule(
        stage=row.stage,
        allowance=Allowance(row.amount, next(unit for unit in UNITS if unit == row.counted)),
        valid_from=row.valid_from,
        source=row.source,
        kind=row.kind,
        severity=row.severity,
        anonymous=row.anonymous,
        topic=row.topic,
        unit_id=row.unit_id,
        ended_on=row.ended_on,
    )


def rule_for(
    session: Session,
    stage: str,
    day: date,
    *,
    unit_id: int,
    kind: str,
    severity: str,
    anonymous: bool,
    topic: str | None = None,
) -> Rule | None:
    """The rule for a case whose clock began on `day`; None before the first rule was in force.

    The rule that names the most of a case holds; of those the one of the nearest unit, then one
    made here before one of the program, then the one that came into force last.
    """
    case = {"kind": kind, "severity": severity, "anonymous": anonymous, "topic": topic}
    near = _nearness(session, unit_id)
    fitting = [
        rule
        for rule in all_rules(session)
        if rule.stage == stage
        and rule.on(day)
        and rule.unit_id in near
        and all(getattr(rule, name) in (None, value) for name, value in case.items())
    ]
    return max(
        fitting,
        key=lambda rule: (rule.named, near[rule.unit_id], not rule.default, rule.valid_from),
        default=None,
    )


def _nearness(session: Session, unit_id: int) -> dict[int | None, int]:
    """The unit and those above it, the nearest with the highest number; the installation has 0."""
    known: dict[int, dict[int | None, int]] = session.info.setdefault(ABOVE, {})
    if unit_id not in known:
        line = [None, *(area.id for area in reversed(ancestors(session, unit_id))), unit_id]
        known[unit_id] = {id: place for place, id in enumerate(line)}
    return known[unit_id]


def longest(rules: Iterable[Rule], day: date) -> dict[str, int] | None:
    """The most working hours until a case is accepted and days until it is answered, as rules of
    `day` say; None without such rules."""
    most = {"accept": ("hours", 0), "answer": ("days", 0)}
    for rule in rules:
        unit, amount = most[rule.stage]
        if rule.on(day) and rule.allowance.unit == unit:
            most[rule.stage] = (unit, max(amount, rule.allowance.amount))
    found = dict(most.values())
    return found if all(found.values()) else None
