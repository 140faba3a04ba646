"""A league table: the figures of one block by one domain column, with ranks and their sets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pyarrow as pa

from analysis.blocks import Block
from analysis.covariance import covariance
from analysis.data import Data
from analysis.disclosure import publish
from analysis.errors import PlanError, RankError
from analysis.plan import Plan, read_plan
from analysis.ranking import RankOptions
from analysis.ranks.phrases import Phrases
from analysis.ranks.sets import Floats, RankSets, best_set, chance_of_top, rank_sets
from analysis.results import Estimate

EDGES = (0.0, 1.0)


@dataclass(frozen=True)
class League:
    """`table`: one row a domain, in the order of the data; `left_out`: domains without a rank."""

    table: pa.Table
    column: str
    left_out: tuple[str, ...]

    def lines(self) -> list[str]:
        """What was left out, as sentences."""
        return [f"no rank: {self.column} {one}" for one in self.left_out]


def rank(
    plan: Plan | Mapping[str, object] | str | Path,
    data: Data,
    phrases: Phrases,
    *,
    minimum: int | None = None,
) -> League:
    """The league table of the block that the plan's [rank] names.

    Columns: domain, value, se, rank, low_rank, high_rank, method, level, status, phrase; with
    `top` also top_chance and top_possible. A domain without a number has no rank and says why.
    minimum : domains of fewer answers are left out, as they are not published; None leaves none.
    Raises RankError for a self-selected sample, PlanError, and whatever `covariance` raises.

    >>> from analysis.ranks.phrases import phrases
    >>> data = pa.table({"town": ["a"] * 40 + ["b"] * 40, "q1": [5] * 30 + [1] * 42 + [5] * 8})
    >>> share = {"kind": "share", "of": ["q1"], "satisfied": [4, 5], "by": ["town"]}
    >>> rank({"estimate": [share]}, data, phrases("en")).table["phrase"].to_pylist()[0]
    'Rank 1, the confidence interval holds this rank alone'
    """
    own = read_plan(plan)
    if own.design.sample == "open":
        raise RankError(
            'the plan says sample = "open": who answered chose to, so that there is no sampling '
            "error and a rank would say nothing of the whole; rounds of a sample can be ranked"
        )
    block, options = asked(own)
    found = covariance(replace(own, estimates=(block,)), data)
    results = found.results if minimum is None else publish(found.results, minimum)
    places = chosen(results.rows, options)
    matrix = found.matrix[np.ix_(places, places)]
    return league([results.rows[i] for i in places], matrix, block, options, phrases)


def asked(plan: Plan) -> tuple[Block, RankOptions]:
    """The block to rank and the options. Raises PlanError naming what does not fit."""
    options = plan.rank
    block = plan.block_of_one_column("rank", options.block, "ranks")
    if block.kind == "distribution":
        raise PlanError("[rank]: a distribution is not ranked; ask for the share of its codes")
    return block, options


def chosen(rows: Sequence[Estimate], options: RankOptions) -> list[int]:
    """The places of the rows of one figure. Raises PlanError when it is not said which."""
    figures = list(dict.fromkeys(row.of for row in rows))
    if options.of is None and len(figures) > 1:
        raise PlanError(f"[rank]: `of` is needed: one of {', '.join(figures)}")
    found = [i for i, row in enumerate(rows) if options.of in (None, row.of)]
    if rows and not found:
        raise PlanError(f'[rank]: `of` is "{options.of}", but must be one of {", ".join(figures)}')
    return found


def league(
    rows: Sequence[Estimate],
    matrix: Floats,
    block: Block,
    options: RankOptions,
    phrases: Phrases,
) -> League:
    """The league table of these rows; matrix (rows, rows) is the covariance of their values.

    It is read where both rows have a number and an error.

    >>> from analysis import read_plan
    >>> from analysis.ranks.phrases import phrases
    >>> data = pa.table({"q1": [5, 4, 5, 4, 4] * 8 + [1, 1, 2, 5] * 10, "town": [1, 2] * 40})
    >>> share = {"kind": "share", "of": ["q1"], "satisfied": [4, 5], "by": ["town"]}
    >>> plan = read_plan({"estimate": [share]})
    >>> found = covariance(plan, data)
    >>> made = league(found.rows, found.matrix, plan.estimates[0], RankOptions(), phrases("en"))
    >>> made.table.select(["domain", "rank", "low_rank", "high_rank"]).num_rows
    2
    """
    errors = [error_of(row) for row in rows]
    held = [i for i, error in enumerate(errors) if error is not None]
    own = matrix[np.ix_(held, held)].copy()
    np.fill_diagonal(own, [float(errors[i] or 0) ** 2 for i in held])
    sign = 1.0 if options.order == "descending" else -1.0
    values = sign * np.array([rows[i].value for i in held], dtype=float)
    df = np.array([rows[i].df for i in held], dtype=float) if options.reference == "t" else None
    level = options.level or block.level
    rng = np.random.default_rng(options.seed)
    sets = rank_sets(
        values,
        own,
        rng=rng,
        level=level,
        sets=options.sets,
        stepdown=options.stepdown,
        draws=options.draws,
        df=df,
    )
    (column,) = block.by
    columns = columns_of(rows, errors, held, sets, phrases, column)
    if options.top is not None:
        columns |= top_columns(values, own, df, held, len(rows), level, options)
    left = [i for i in range(len(rows)) if errors[i] is None]
    told = tuple(f"{rows[i].by[column]}: {status_of(rows[i])}" for i in left)
    return League(pa.table(columns), column, told)


def error_of(row: Estimate) -> float | None:
    """The standard error to rank with; None when there is no number or no error.

    A share of exactly 0 or 1 has none of its own (R's is 0, as if it were certain): half of what
    its interval reaches to, in units of the normal quantile.
    """
    if row.status != "ok" or row.value is None or row.se is None:
        return None
    if row.se > 0:
        return row.se
    if row.low is None or row.high is None or row.value not in EDGES or row.low == row.high:
        return None
    return (row.high - row.low) / NormalDist().inv_cdf((1 + row.level) / 2)


def status_of(row: Estimate) -> str:
    return row.status if row.status != "ok" else "no-error"


def columns_of(
    rows: Sequence[Estimate],
    errors: Sequence[float | None],
    held: Sequence[int],
    sets: RankSets,
    phrases: Phrases,
    column: str,
) -> dict[str, pa.Array]:
    """The columns of the table; no number and no rank are null."""
    place = {i: k for k, i in enumerate(held)}
    often = np.bincount(sets.rank, minlength=len(held) + 1)

    def whole(values: np.ndarray) -> pa.Array:
        return pa.array([int(values[place[i]]) if i in place else None for i in range(len(rows))])

    def said(i: int) -> str:
        if i not in place:
            return phrases.left_out(status_of(rows[i]))
        k = place[i]
        rank_, low, high = int(sets.rank[k]), int(sets.low[k]), int(sets.high[k])
        return phrases.said(rank_, low, high, tied=often[rank_] > 1)

    every = range(len(rows))
    return {
        "domain": pa.array([rows[i].by[column] for i in every]),
        "value": pa.array([rows[i].value for i in every], pa.float64()),
        "se": pa.array([errors[i] for i in every], pa.float64()),
        "rank": whole(sets.rank).cast(pa.int64()),
        "low_rank": whole(sets.low).cast(pa.int64()),
        "high_rank": whole(sets.high).cast(pa.int64()),
        "method": pa.array([sets.method for _ in every], pa.string()),
        "level": pa.array([sets.level for _ in every], pa.float64()),
        "status": pa.array(["ok" if i in place else status_of(rows[i]) for i in every]),
        "phrase": pa.array([said(i) for i in every], pa.string()),
    }


def top_columns(
    values: Floats,
    own: Floats,
    df: Floats | None,
    held: Sequence[int],
    count: int,
    level: float,
    options: RankOptions,
) -> dict[str, pa.Array]:
    """The chance of each domain to be among the first `top`, and whether it may be."""
    top = options.top or 1
    rng = np.random.default_rng(options.seed)
    possible = best_set(
        values,
        own,
        top,
        rng=rng,
        level=level,
        stepdown=options.stepdown,
        draws=options.draws,
        df=df,
    )
    chance = chance_of_top(
        values, own, top, rng=np.random.default_rng(options.seed), draws=options.draws
    )
    place = {i: k for k, i in enumerate(held)}
    return {
        "top_chance": pa.array(
            [float(chance[place[i]]) if i in place else None for i in range(count)], pa.float64()
        ),
        "top_possible": pa.array(
            [bool(possible[place[i]]) if i in place else None for i in range(count)], pa.bool_()
        ),
    }
