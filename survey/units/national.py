"""Days on which the nation does not work as its week says."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).parent / "data" / "national_days.toml"


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def holidays() -> Mapping[date, str]:
    """Weekdays on which nobody works, with the Vietnamese name of the holiday, in order."""
    named = {day: one["name"] for one in _told()["holiday"] for day in one["days"]}
    return dict(sorted(named.items()))


@cache
def makeup() -> Mapping[date, date]:
    """Days of a weekend that are worked, and the weekday off in whose place."""
    return {date.fromisoformat(worked): off for worked, off in _told()["makeup"].items()}
