"""The trend of an area: its own years, those of the areas it was made of, and published values.

No line goes over a break: the method changed between 2021 and 2022, the areas on 1 July 2025.
An indicator's line goes only as far as its wordings allow: dashed between reworded questions, and
never between different ones.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from questionnaires.facts import DIFFERENT, GRADES, REWORDED, SAME
from questionnaires.model import Words
from survey.reports.catalogue import INDEX, SAMPLED, Measure, Source
from survey.reports.figures import Figure, Request, figures
from survey.reports.published import NATION, OLD_QUANG_TRI, PublishedValue, published
from survey.reports.territory import forebears
from survey.units.tables import Area

METHOD_BREAK, MERGER = 2021, 2024  # last years before each break
METHOD, MERGED = "method", "merged"  # what stands between two figures, beside a grade
OLD_QUANG_TRI_CODE = "45"


@dataclass(frozen=True)
class Line:
    """One series of our own figures, oldest first."""

    name: str
    figures: tuple[Figure, ...]

    def after(self, between: str) -> tuple[int, ...]:
        """The years of the figures that `between` stands behind."""
        return tuple(a.year for a, b in pairwise(self.figures) if between in (b.joins or ()))


@dataclass(frozen=True)
class Wording:
    """How an indicator was asked: in which form, in which years, and how it is graded.

    recode: own code with its words, and the reference's code with its words, for each code.
    """

    form: str
    years: tuple[int, ...]
    text: Words
    grade: str
    recode: tuple[tuple[int, Words, int, Words], ...] = ()


@dataclass(frozen=True)
class Trend:
    """What one chart shows."""

    area: Area
    lines: tuple[Line, ...]
    published: tuple[tuple[str, tuple[PublishedValue, ...]], ...]
    breaks: tuple[int, ...]
    wordings: tuple[Wording, ...] = ()

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
    breaks = (METHOD_BREAK, MERGER) if kind == SAMPLED else ()
    lines = []
    for one in (*old, area):
        wanted = Request(measure, one.level, weights)
        own = [f for f in figures(session, data, found, wanted) if f.area_id == one.id]
        if own:
            lines.append(Line(own[0].area, joined(own, breaks)))
    beside: list[tuple[str, tuple[PublishedValue, ...]]] = []
    if kind == SAMPLED and measure.key == INDEX:
        beside.append((NATION, published(NATION)))
        if any(one.code == OLD_QUANG_TRI_CODE for one in (*old, area)):
            beside.append((OLD_QUANG_TRI, published(OLD_QUANG_TRI)))
    asked = wordings(found, measure, lines) if measure.kind == "indicator" else ()
    return Trend(area, tuple(lines), tuple(beside), breaks, asked)


def joined(found: list[Figure], breaks: tuple[int, ...]) -> tuple[Figure, ...]:
    """The figures of a line, each with what stands between it and the one before: nothing where
    the line may go on as it is. The first has none before it, and None."""
    made = found[:1]
    for before, after in pairwise(found):
        between = [
            what
            for what, last in ((METHOD, METHOD_BREAK), (MERGED, MERGER))
            if last in breaks and before.year <= last < after.year
        ]
        grade = SAME if before.form == after.form else max(before.grade, after.grade, key=_worse)
        made.append(replace(after, joins=(*between, *([grade] if grade != SAME else []))))
    return tuple(made)


def _worse(grade: str) -> int:
    return GRADES.index(grade)


def wordings(found: list[Source], measure: Measure, lines: list[Line]) -> tuple[Wording, ...]:
    """How the indicator was asked in the forms behind the lines, oldest first."""
    years: dict[str, set[int]] = {}
    for figure in (figure for line in lines for figure in line.figures):
        years.setdefault(figure.form, set()).add(figure.year)
    forms = {source.form.name: source.form for source in found}
    made = []
    for name in sorted(years, key=lambda name: sorted(years[name])):
        asked = measure.items[name]
        item = forms[name].by_id[asked.items[0]]
        own = {option.code: option.text for option in item.options}
        new = {option.code: option.text for option in asked.onto.options} if asked.onto else {}
        recode = tuple((code, own[code], to, new[to]) for code, to in asked.recode.items())
        made.append(Wording(name, tuple(sorted(years[name])), item.label, asked.grade, recode))
    return tuple(made)


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
            "broken_after": (*made.breaks, *line.after(DIFFERENT)),
            "dashed_after": line.after(REWORDED),
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
