"""The simulated feedback of the demo as a plan: what was sent, and what became of it when."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from survey.demo.accounts import COMMUNE

TEXTS: Final = Path(__file__).parent / "cases.toml"
LINE: Final = re.compile(r"(\d+) (\d\d:\d\d) ([a-z]+)(?:: (.+))?")


@dataclass(frozen=True)
class When:
    """A moment: working days before the one on which the demo is built, and the hour."""

    days: int
    hour: str


@dataclass(frozen=True)
class Step:
    """An act on a case, with the words or the numbers that go with it."""

    when: When
    act: str
    words: str = ""


@dataclass(frozen=True)
class Story:
    """One piece of simulated feedback and its steps in order. `name`: what a merge calls it."""

    number: int
    received: When
    unit: str
    kind: str
    severity: str
    channel: str
    topic: str
    field: str | None
    name: str | None
    words: str
    steps: tuple[Step, ...]


def stories() -> list[Story]:
    """All of them, the earliest first. Raises ValueError for a line that is not one."""
    told = tomllib.loads(TEXTS.read_text(encoding="utf-8"))["case"]
    found = [_story(number, one) for number, one in enumerate(told)]
    return sorted(found, key=lambda story: (-story.received.days, story.received.hour))


def _story(number: int, told: dict[str, Any]) -> Story:
    days, hour = told["received"].split()
    return Story(
        number=number,
        received=When(int(days), hour),
        unit=told.get("unit", COMMUNE),
        kind=told.get("kind", "report"),
        severity=told.get("severity", "normal"),
        channel=told["channel"],
        topic=told["topic"],
        field=told.get("field"),
        name=told.get("name"),
        words=told["words"],
        steps=tuple(_step(line) for line in told["acts"]),
    )


def _step(line: str) -> Step:
    found = LINE.fullmatch(line)
    if found is None:
        raise ValueError(f"not an act of a story: {line}")
    days, hour, act, words = found.groups()
    return Step(When(int(days), hour), act, words or "")
