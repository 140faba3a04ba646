"""Series of points for a chart, and how results become them."""

from dataclasses import dataclass
from itertools import pairwise

from analysis.errors import ChartError
from analysis.results import Results


@dataclass(frozen=True)
class Point:
    """One value of a series, 0 to 1; None is no number, and `status` says why."""

    x: float
    value: float | None
    low: float | None = None
    high: float | None = None
    status: str = "ok"
    flag: str = ""


@dataclass(frozen=True)
class Series:
    """Points in the order of x. `kind`: "estimate", or "published" for figures of others.

    broken_after : the last x of each stretch; points on both sides are never joined
    dashed_after : the last x before what makes a line uncertain; it is dashed from there to the
        next point
    """

    name: str
    points: tuple[Point, ...]
    kind: str = "estimate"
    broken_after: tuple[float, ...] = ()
    simulated: bool = False
    dashed_after: tuple[float, ...] = ()


def drawn(one: Series) -> list[Point]:
    return [p for p in one.points if p.value is not None and p.status == "ok"]


def stretches(one: Series) -> list[list[Point]]:
    """The points of a series between its breaks, and where no point is missing between them."""
    out: list[list[Point]] = [[]]
    for point in one.points:
        previous = out[-1][-1].x if out[-1] else None
        crossed = previous is not None and any(previous <= b < point.x for b in one.broken_after)
        if point.value is None or point.status != "ok":
            out.append([])
            continue
        if crossed:
            out.append([])
        out[-1].append(point)
    return [own for own in out if own]


def strokes(one: Series) -> list[tuple[list[Point], bool]]:
    """The stretches of a series cut where its line begins or ends to be dashed; whether each is.

    A stretch of a single point is not drawn as a line, and not among them.
    """
    out: list[tuple[list[Point], bool]] = []
    for stretch in stretches(one):
        begun = False
        for before, after in pairwise(stretch):
            dashed = any(before.x <= d < after.x for d in one.dashed_after)
            if begun and out[-1][1] == dashed:
                out[-1][0].append(after)
            else:
                out.append(([before, after], dashed))
            begun = True
    return out


def trend_of(
    results: Results,
    block: int,
    x: str,
    by: str | None,
    *,
    broken_after: tuple[float, ...] = (),
    simulated: bool = False,
) -> list[Series]:
    """The series of one block of results: by item, and by the values of a domain column.

    x : the domain column of the axis, numbers. Raises ChartError when a column is not there,
    x is not a number, or a point of a series is there twice.

    >>> import pyarrow as pa
    >>> from analysis import estimate
    >>> people = pa.table({"q1": [5, 1, 5, 5], "year": [2023, 2023, 2024, 2024]})
    >>> share = {"kind": "share", "of": ["q1"], "satisfied": [5], "by": ["year"]}
    >>> (line,) = trend_of(estimate({"estimate": [share]}, people), 0, "year", None)
    >>> line.name, [(point.x, point.value) for point in line.points]
    ('q1', [(2023, 0.5), (2024, 1.0)])
    """
    rows = [row for row in results if row.estimate == block]
    if not rows:
        raise ChartError(f"the results have no block {block}")
    own = set(rows[0].by)
    for column in [x, *([by] if by else [])]:
        if column not in own:
            raise ChartError(f'block {block} has no domain column "{column}"; it has {sorted(own)}')
    items = {row.of for row in rows}
    found: dict[str, dict[float, Point]] = {}
    for row in rows:
        place = row.by[x]
        if isinstance(place, bool) or not isinstance(place, int | float):
            raise ChartError(f'the column "{x}" of the axis is not numbers: it holds {place}')
        code = [] if row.code is None else [str(row.code)]
        name = " ".join([str(row.by[by])] if by else []) or row.of
        name = " ".join([name, *([row.of] if by and len(items) > 1 else []), *code])
        points = found.setdefault(name, {})
        if place in points:
            rest = sorted(own - {x, by})
            raise ChartError(f"{name} has two values at {place}: name the series by one of {rest}")
        points[place] = Point(place, row.value, row.low, row.high, row.status, row.flag)
    return [
        Series(n, tuple(p[k] for k in sorted(p)), "estimate", broken_after, simulated)
        for n, p in found.items()
    ]
