"""The performance-importance table: how satisfied people are with what matters to them.

Importance is association, not effect: what satisfaction overall goes with, never what would
happen if an item were mended. Quadrants after Martilla and James (1977), J. Marketing 41(1).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import pyarrow as pa

from analysis.data import Data, open_data
from analysis.drivers.moments import Seen, seen
from analysis.drivers.shapley import Floats, Importance, importance
from analysis.drivers.spread import Spread, jackknifed, linearized, summed
from analysis.driving import DriverOptions
from analysis.errors import NotComputedError, PlanError
from analysis.estimates import block_rows, by_groups
from analysis.intervals import quantile
from analysis.plan import Plan, read_plan
from analysis.scan import columns_of_design
from analysis.source import Source
from analysis.tabled import Tabled
from analysis.values import block_values

QUADRANTS = {  # (important, satisfied)
    (True, False): "improve",
    (True, True): "keep",
    (False, False): "later",
    (False, True): "enough",
}
COLUMNS = (
    *("kind", "of", "factor", "n", "share", "share_se", "share_low", "share_high"),
    *("importance", "importance_se", "importance_low", "importance_high", "importance_share"),
    *("monte_carlo_se", "df", "quadrant", "word", "unsure", "share_cut", "importance_cut"),
    *("method", "variance", "level", "status"),
)


@dataclass(frozen=True)
class Drivers(Tabled):
    """`table`: one row for the overall answer, each factor, each item (see docs/methods.md).

    r2 : the share of the variance of the overall answer that the items explain together
    n, lost : complete cases, and rows of the domain that are not; open : a self-selected round
    """

    brief: ClassVar = (
        "of",
        "n",
        "share",
        "importance",
        "importance_low",
        "importance_high",
        "word",
    )
    table: pa.Table
    r2: float
    n: int
    lost: int
    open: bool

    def lines(self) -> list[str]:
        """What a reader must know, as sentences."""
        said = [
            f"importance: {self.n} complete cases, {self.lost} of {self.n + self.lost} rows left "
            f"out; the items explain {self.r2:.1%} of the overall answer (R²)"
        ]
        if self.open:
            said.append('sample = "open": description only, no errors, intervals or tests')
        return said


def drivers(
    plan: Plan | Mapping[str, object] | str | Path,
    data: Data,
    words: Mapping[str, str],
) -> Drivers:
    """The performance-importance table that the plan's [drivers] asks for, from one scan.

    A self-selected round (`sample = "open"`) is described: no errors, intervals, words of
    evidence. Raises PlanError, DataError, DesignError; DriversError naming the item.

    >>> staff, forms = [5, 4, 3, 3, 4, 1, 5, 2], [4, 5, 2, 4, 5, 2, 3, 3]
    >>> people = pa.table({"all": [5, 4, 2, 3, 5, 1, 4, 2], "staff": staff, "forms": forms})
    >>> factors = [{"name": "the staff", "of": ["staff"]}, {"name": "the forms", "of": ["forms"]}]
    >>> asked = {"overall": "all", "factors": factors, "satisfied": [4, 5]}
    >>> keep = {"improve": "mend", "keep": "keep", "later": "later", "enough": "well"}
    >>> found = drivers({"drivers": asked}, people, keep)
    >>> [(row["of"], round(row["importance"], 2)) for row in found.table.to_pylist()[1:3]]
    [('the staff', 0.56), ('the forms', 0.39)]
    """
    own, options, source = opened(plan, data)
    found = seen(own, options, source)
    places = places_of(options)
    rng = np.random.default_rng(options.seed)
    parts = importance(found.moments.covariance, places, options.orders, rng)
    open_ = own.design.sample == "open"
    if open_:
        spread = Spread(np.full(1 + len(places) + len(parts.items), np.nan), np.array([False]))
    elif options.variance == "jackknife":
        spread = jackknifed(found, parts, places, options)
    else:
        spread = linearized(found, parts, places)
    table = assembled(found, options, parts, spread, words, open_)
    moments = found.moments
    return Drivers(table, parts.r2, moments.n, moments.asked - moments.n, open_)


def opened(
    plan: Plan | Mapping[str, object] | str | Path, data: Data
) -> tuple[Plan, DriverOptions, Source]:
    """The plan, its [drivers], and the data with the columns that they need."""
    own = read_plan(plan)
    if own.drivers is None:
        raise PlanError("the plan has no [drivers]: there is nothing to explain")
    for name in ("nonresponse", "trim"):
        if getattr(own, name) is not None:
            raise NotComputedError(f"[{name}]: add weights to the data first, by `sipas weight`")
    if own.design.replicates is not None:
        raise NotComputedError("[drivers] needs strata and stages, not [design.replicates]")
    needed = dict(columns_of_design(own))
    needed.setdefault(own.drivers.overall, "`overall` in [drivers]")
    for item in own.drivers.items:
        needed.setdefault(item, "`factors` in [drivers]")
    return own, own.drivers, by_groups(own, open_data(data, needed))


def places_of(options: DriverOptions) -> list[list[int]]:
    """The places of the items of each factor."""
    place = {item: i for i, item in enumerate(options.items)}
    return [[place[item] for item in factor.of] for factor in options.factors]


def assembled(
    found: Seen,
    options: DriverOptions,
    parts: Importance,
    spread: Spread,
    words: Mapping[str, str],
    open_: bool,
) -> pa.Table:
    """The rows: overall, factors, items."""
    values = block_values(found.done, found.measures)
    shares = block_rows(0, found.block, found.done, found.measures, values).to_pylist()
    count = len(options.items)
    shares = [shares[0], *shares[count + 1 :], *shares[1 : count + 1]]
    df = int(found.done.df[0])
    figures = limits(summed(parts.items, places_of(options)), spread, df, options, open_)
    exact = [0.0, *parts.monte_carlo_factors, *parts.monte_carlo]
    rows = [
        row(i, shares[i], figures, float(exact[i]), options, parts)
        | {"df": df, "variance": "none" if open_ else options.variance}
        for i in range(len(shares))
    ]
    for own in rows:
        if open_:
            own |= dict.fromkeys(("share_se", "share_low", "share_high"))
            own["status"] = "open"
    for kind in ("factor", "item"):
        placed([own for own in rows if own["kind"] == kind], options, words)
    kinds = {name: pa.float64() for name in COLUMNS}
    texts = ("kind", "of", "factor", "quadrant", "word", "unsure", "method", "variance", "status")
    kinds |= dict.fromkeys(texts, pa.string()) | dict.fromkeys(("n", "df"), pa.int64())
    return pa.Table.from_pylist(rows, schema=pa.schema(kinds))


@dataclass(frozen=True)
class Figures:
    """Importances with their limits, in the order overall, factors, items; NaN is none."""

    value: Floats
    se: Floats
    low: Floats
    high: Floats
    status: list[str]


def limits(value: Floats, spread: Spread, df: int, options: DriverOptions, open_: bool) -> Figures:
    """Wald limits with the design's degrees of freedom, cut at 0 and 1."""
    lonely = np.broadcast_to(spread.lonely, value.shape)
    se = np.where(lonely, np.nan, spread.se)
    t = float(quantile(options.level, np.array([float(df)]))[0])
    low, high = np.maximum(value - t * se, 0), np.minimum(value + t * se, 1)
    fallback = "open" if open_ else "few-clusters" if df < 1 else "ok"
    return Figures(value, se, low, high, ["lonely" if one else fallback for one in lonely])


def row(
    i: int,
    share: Mapping[str, object],
    figures: Figures,
    monte_carlo: float,
    options: DriverOptions,
    parts: Importance,
) -> dict[str, object]:
    """One row, before its quadrant."""
    factors = len(options.factors)
    homes = [factor.name for factor in options.factors for _ in factor.of]
    kind = "overall" if i == 0 else "factor" if i <= factors else "item"
    name = options.factors[i - 1].name if kind == "factor" else share["of"]

    def told(value: float) -> float | None:
        return float(value) if np.isfinite(value) else None

    return {
        "kind": kind,
        "of": name,
        "factor": name if kind == "factor" else homes[i - factors - 1] if kind == "item" else None,
        "n": share["n"],
        "share": share["value"],
        "share_se": share["se"],
        "share_low": share["low"],
        "share_high": share["high"],
        "importance": float(figures.value[i]),
        "importance_se": told(figures.se[i]),
        "importance_low": told(figures.low[i]),
        "importance_high": told(figures.high[i]),
        "importance_share": float(figures.value[i] / parts.r2) if parts.r2 > 0 else None,
        "monte_carlo_se": monte_carlo,
        "method": "r2"
        if kind == "overall"
        else parts.method.replace("owen", "lmg")
        if kind == "factor"
        else parts.method,
        "level": options.level,
        "status": figures.status[i] if figures.status[i] != "ok" else share["status"],
    }


def placed(rows: list[dict[str, object]], options: DriverOptions, words: Mapping[str, str]) -> None:
    """Sets the quadrant of rows of one kind, and says which of their intervals hold the cut."""
    cuts = {
        "share": options.share_cut,
        "importance": options.importance_cut,
    }
    for name, cut in cuts.items():
        told = [float(str(r[name])) for r in rows if r[name] is not None]
        cuts[name] = float(np.mean(told)) if cut is None and told else cut
    for own in rows:
        own["share_cut"], own["importance_cut"] = cuts["share"], cuts["importance"]
        if own["share"] is None or own["importance"] is None:
            continue
        high = {name: float(str(own[name])) >= float(cuts[name] or 0.0) for name in cuts}
        own["quadrant"] = QUADRANTS[high["importance"], high["share"]]
        own["word"] = words[str(own["quadrant"])]
        own["unsure"] = straddled(own, cuts)


def straddled(own: Mapping[str, object], cuts: Mapping[str, float | None]) -> str:
    """share, importance or both where the interval holds the cut or there is none; else no."""
    open_ = []
    for name, cut in cuts.items():
        low, high = own[f"{name}_low"], own[f"{name}_high"]
        if low is None or high is None or float(str(low)) <= float(cut or 0) <= float(str(high)):
            open_.append(name)
    return "both" if len(open_) == 2 else open_[0] if open_ else "no"
