"""Values that others published, shown beside ours as a series of their own and never mixed in."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "published.csv"
NATION, OLD_QUANG_TRI = "Việt Nam", "Quảng Trị"
METHOD_BREAK = 2021  # last year of the method of 2017: no line goes from it to the next year


@dataclass(frozen=True)
class PublishedValue:
    """One published share, 0–1, with the address it was seen at."""

    year: int
    area: str
    value: float
    source: str


@cache
def published(area: str) -> tuple[PublishedValue, ...]:
    """Published SIPAS values of `area` by year; rows with a rank alone are left out."""
    with FILE.open(encoding="utf-8", newline="") as file:
        found = [
            PublishedValue(int(row["year"]), area, float(row["value_percent"]) / 100, row["source"])
            for row in csv.DictReader(file)
            if row["area"] == area and row["value_percent"]
        ]
    return tuple(sorted(found, key=lambda value: value.year))
