"""What a check of `sipas check` says, and what one looks like."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from survey.database import Database


@dataclass(frozen=True)
class Finding:
    """One sentence on one thing that was looked at."""

    check: str
    ok: bool
    detail: str


Check = Callable[[Database, datetime], Iterator[Finding]]
