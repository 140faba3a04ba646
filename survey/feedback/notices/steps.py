"""The steps at which somebody is told: so much of the time used, or so long overdue."""

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Final

from survey.feedback.clock.pauses import Reading
from survey.feedback.deadlines import FILE

TELLS: Final = ("officer", "head", "supervisor")


@dataclass(frozen=True)
class Step:
    """tells : the officer who has the case (or, without one, all of the unit), the head of the
        unit, the supervisor above it.
    used : share of the working time; late : working hours overdue. One of them is said.
    """

    name: str
    tells: str
    source: str
    used: float | None = None
    late: int | None = None
    default: bool = False

    def __post_init__(self) -> None:
        if self.tells not in TELLS or (self.used is None) == (self.late is None):
            raise ValueError(f"not a step: {self}")

    def reached(self, clock: Reading) -> bool:
        if self.used is not None:
            return clock.used >= self.used
        return clock.late is not None and clock.late >= (self.late or 0) * 60


@cache
def steps() -> tuple[Step, ...]:
    """Every step, the first one first."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))["step"]
    return tuple(Step(**table) for table in tables)
