"""Rows of results of comparisons: adjusted over their family, with a verdict and a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import pyarrow as pa

from analysis.blocks import Block
from analysis.comparisons.adjusting import adjusted
from analysis.comparisons.contrasts import Contrast, around
from analysis.comparisons.words import Sentences
from analysis.errors import PlanError

TIME = ("change", "previous", "first")
KEYS = {  # what is compared: sentences of more, of less, of no evidence
    **dict.fromkeys(TIME, ("rise", "fall", "none")),
    **dict.fromkeys(("contrast", "t-test"), ("above", "below", "same")),
    "slope": ("up", "down", "flat"),
}
UNITS = {"mean": "score", "total": "number", "ratio": "number"}  # all others are shares


@dataclass(frozen=True)
class Line:
    """One row of the result. None is no number; `status` says why.

    value : the difference, with its own interval low to high at `level`
    p_adjusted, low_adjusted, high_adjusted : over the `comparisons` of its family by `adjust`
    verdict : improved, fell (rose, where lower is better) | above, below | rising, falling |
        differs | no-evidence; by what is adjusted
    """

    kind: str
    of: str
    code: object
    by: Mapping[str, object]
    before: object
    after: object
    n: int | None
    value: float | None
    se: float | None
    low: float | None
    high: float | None
    df: float | None
    ddf: float | None
    statistic: float | None
    p: float | None
    level: float
    status: str
    p_adjusted: float | None = None
    low_adjusted: float | None = None
    high_adjusted: float | None = None
    adjust: str = "none"
    comparisons: int = 1
    verdict: str | None = None
    phrase: str | None = None
    head: Mapping[str, object] = field(default_factory=dict)


def family(
    made: Sequence[Contrast],
    block: Block,
    words: Sentences,
    *,
    adjust: str,
    level: float | None,
    better: str,
    head: Mapping[str, object],
) -> list[Line]:
    """The lines of comparisons that are adjusted together, in their order."""
    sure = level or block.level
    tested = [i for i, one in enumerate(made) if one.p is not None]
    ps, levels = adjusted([made[i].p or 0.0 for i in tested], adjust, sure)
    place = {i: k for k, i in enumerate(tested)}
    out = []
    for i, one in enumerate(made):
        k = place.get(i)
        p = None if k is None else float(ps[k])
        wide = (None, None) if k is None else around(one, float(levels[k]))
        many = len(tested) if adjust != "none" else 1
        verdict = None if p is None or not one.asked.apart else verdict_of(one, p, sure, better)
        phrase = said(one, block, words, wide, sure, many, verdict)
        plain = line_of(one, around(one, sure), sure)
        out.append(
            replace(
                plain,
                p_adjusted=p,
                low_adjusted=wide[0],
                high_adjusted=wide[1],
                adjust=adjust,
                comparisons=many,
                verdict=verdict,
                phrase=phrase,
                head=head,
            )
        )
    return out


def line_of(one: Contrast, ends: tuple[float | None, float | None], level: float) -> Line:
    """The line of one combination before anything is adjusted."""
    asked = one.asked
    return Line(
        kind=asked.what,
        of=asked.of,
        code=asked.code,
        by=asked.by,
        before=asked.before,
        after=asked.after,
        n=one.n,
        value=one.value,
        se=one.se,
        low=ends[0],
        high=ends[1],
        df=one.df,
        ddf=None,
        statistic=one.statistic,
        p=one.p,
        level=level,
        status=one.status,
    )


def verdict_of(one: Contrast, p: float, level: float, better: str) -> str:
    """By the adjusted p-value, which agrees with the adjusted interval."""
    if p > 1 - level:
        return "no-evidence"
    more = (one.value or 0.0) > 0
    if one.asked.what == "slope":
        return "rising" if more else "falling"
    if one.asked.what not in TIME:
        return "above" if more else "below"
    if more == (better == "higher"):
        return "improved"
    return "rose" if more else "fell"


def said(
    one: Contrast,
    block: Block,
    words: Sentences,
    wide: tuple[float | None, float | None],
    level: float,
    count: int,
    verdict: str | None,
) -> str | None:
    """The sentence to print; None for a combination that is no difference."""
    if one.status != "ok":
        return words.without(one.status)
    low, high = wide
    if verdict is None or one.value is None or low is None or high is None:
        return None
    more, less, none = KEYS[one.asked.what]
    key = none if verdict == "no-evidence" else more if one.value > 0 else less
    unit = UNITS.get(block.kind, "points")
    return words.change(key, (one.value, low, high), unit, level, count)


def table_of(lines: Sequence[Line], head: Sequence[str]) -> pa.Table:
    """The lines as a table: head, kind, of, code if any, by columns, and the rest."""
    by = list(dict.fromkeys(column for line in lines for column in line.by))
    names = [f.name for f in fields(Line) if f.name not in ("by", "head", "phrase", "status")]
    names += ["status", "phrase"]
    taken = {*head, *names}
    for column in by:
        if column in taken:
            raise PlanError(f'`by` names a column "{column}", which the result has already')
    names = [n for n in names if n != "code" or any(line.code is not None for line in lines)]
    out: dict[str, pa.Array] = {h: column_of([line.head.get(h) for line in lines]) for h in head}
    for name in names:
        out[name] = column_of([getattr(line, name) for line in lines], FLOATS.get(name))
        if name == ("code" if "code" in names else "of"):
            out |= {c: column_of([line.by.get(c) for line in lines]) for c in by}
    return pa.table(out)


NUMBERS = ("value", "se", "low", "high", "df", "ddf", "statistic", "p", "p_adjusted")
FLOATS = dict.fromkeys((*NUMBERS, "low_adjusted", "high_adjusted", "level"), pa.float64())
FLOATS |= {"n": pa.int64(), "comparisons": pa.int64()}
FLOATS |= dict.fromkeys(("kind", "of", "adjust", "verdict", "status", "phrase"), pa.string())


def column_of(values: list[Any], kind: pa.DataType | None = None) -> pa.Array:
    """Values as they are; as text where they are of several kinds."""
    if kind is not None:
        return pa.array(values, kind)
    kinds = {type(v) for v in values if v is not None}
    if not kinds:
        return pa.array(values, pa.string())
    if len(kinds) > 1:
        return pa.array([None if v is None else str(v) for v in values], pa.string())
    return pa.array(values)
