"""The trend of an area: its own years, those of the areas it was made of, and published values.

No line goes over a break: the method changed between 2021 and 2022, the areas on 1 July 2025.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from survey.reports.catalogue import INDEX, SAMPLED, Measure, Source
from survey.reports.figures import Figure, Request, figures
from survey.reports.published import NATION, OLD_QUANG_TRI, PublishedValue, published
from survey.reports.territory import forebears
from survey.units.tables import Area

METHOD_BREAK, MERGER = 2021, 2024  # last years before each break
OLD_QUANG_TRI_CODE = "45"


@dataclass(frozen=True)
class Line:
    """One series of our own figures, oldest first."""

    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Trend:
    """What one chart shows."""

    area: Area
    lines: tuple[Line, ...]
    published: tuple[tuple[str, tuple[PublishedValue, ...]], ...]
    breaks: tuple[int, ...]

    @property
    def simulated(self) -> bool:
        return any(figure.simulated for line in self.lines for figure in line.figures)

    @property
    def figures(self) -> list[Figure]:
        return [figure for line in self.lines for figure in line.figures]


def trend(
    session: Session,
    data: Path,
    found: list[Source],
    *,
    kind: str,
    measure: Measure,
    weights: str,
    area: Area,
) -> Trend:
    """Figures of `area` and its forebears by year, with published values where they are alike."""
    old = forebears(session, area) if kind == SAMPLED else []
    lines = []
    for one in (*old, area):
        wanted = Request(measure, one.level, weights)
        own = [f for f in figures(session, data, found, wanted) if f.area_id == one.id]
        if own:
            lines.append(Line(own[0].area, tuple(own)))
    beside: list[tuple[str, tuple[PublishedValue, ...]]] = []
    if kind == SAMPLED and measure.key == INDEX:
        beside.append((NATION, published(NATION)))
        if any(one.code == OLD_QUANG_TRI_CODE for one in (*old, area)):
            beside.append((OLD_QUANG_TRI, published(OLD_QUANG_TRI)))
    breaks = (METHOD_BREAK, MERGER) if kind == SAMPLED else ()
    return Trend(area, tuple(lines), tuple(beside), breaks)


def series(made: Trend, name_of_published: Callable[[str], str]) -> list[dict[str, Any]]:
    """The chart's series as plain data: ours, then the published ones."""
    ours = [
        {
            "name": line.name,
            "points": [
                {
                    "x": f.year,
                    "value": f.value,
                    "low": f.low,
                    "high": f.high,
                    "status": f.status,
                    "flag": f.flag,
                }
                for f in line.figures
            ],
            "kind": "estimate",
            "broken_after": made.breaks,
            "simulated": any(f.simulated for f in line.figures),
        }
        for line in made.lines
    ]
    theirs = [
        {
            "name": name_of_published(area),
            "points": [{"x": v.year, "value": v.value} for v in values],
            "kind": "published",
            "broken_after": made.breaks,
            "simulated": False,
        }
        for area, values in made.published
    ]
    return ours + theirs
