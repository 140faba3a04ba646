"""The rules of deadlines: which one holds for a case, from the most that it names down."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from survey.feedback.clock.working import Allowance

FILE: Final = Path(__file__).parent / "data" / "deadlines.toml"
NAMED: Final = ("kind", "severity", "anonymous")


@dataclass(frozen=True)
class Rule:
    """How long a stage may take; what is None holds for every case."""

    stage: str
    allowance: Allowance
    valid_from: date
    source: str
    default: bool = False
    kind: str | None = None
    severity: str | None = None
    anonymous: bool | None = None

    @property
    def named(self) -> int:
        return sum(getattr(self, name) is not None for name in NAMED)


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the file."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))["rule"]
    return tuple(
        Rule(
            allowance=Allowance(table.pop("amount"), table.pop("unit")),
            valid_from=table.pop("from"),
            **table,
        )
        for table in tables
    )


def rule_for(stage: str, day: date, *, kind: str, severity: str, anonymous: bool) -> Rule | None:
    """The rule for a case whose clock began on `day`; None before the first rule was in force."""
    case = {"kind": kind, "severity": severity, "anonymous": anonymous}
    fitting = [
        rule
        for rule in rules()
        if rule.stage == stage
        and rule.valid_from <= day
        and all(getattr(rule, name) in (None, value) for name, value in case.items())
    ]
    return max(fitting, key=lambda rule: (rule.named, rule.valid_from), default=None)


def longest(day: date) -> dict[str, int] | None:
    """The most working hours until a case is accepted and days until it is answered, as rules of
    `day` say; None without such rules."""
    most = {"accept": ("hours", 0), "answer": ("days", 0)}
    for rule in rules():
        unit, amount = most[rule.stage]
        if rule.valid_from <= day and rule.allowance.unit == unit:
            most[rule.stage] = (unit, max(amount, rule.allowance.amount))
    found = dict(most.values())
    return found if all(found.values()) else None
