"""Seeded interviews in clusters, many samples side by side, and what their intervals cover.

Each sample has two strata with equally many clusters, drawn anew, of twelve people. Whether a
person is satisfied with an item is a coin of their own, with log odds that the cluster shares:
all items of a cluster are moved together. The clusters are drawn from endlessly many, so that the
share is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.optimize import brentq

from analysis import estimate

METHODS = ("wald", "logit", "xlogit", "wilson", "beta", "kg", "likelihood", "asin", "pooled")
ITEMS = tuple(f"q{i:02d}" for i in range(1, 23))
FEWEST = 8  # items of which the design effects are still pooled
STRATA, PEOPLE, LEVEL = 2, 12, 0.95
DESIGN = {"strata": ["stratum"], "stages": ["cluster"]}
SHARE = {"kind": "share", "satisfied": [1], "by": ["sample"], "level": LEVEL}


@dataclass(frozen=True)
class Cell:
    """df : degrees of freedom; share : of satisfied; spread : sd of clusters on log odds."""

    df: int
    share: float
    spread: float


@dataclass(frozen=True)
class Covered:
    """What intervals did over all samples and figures of one kind.

    held : part that held the share; undefined : part without limits, which hold nothing
    width : mean width of those that are there; instead : part where `kg` stands in for the method
    """

    name: str
    held: float
    undefined: float
    width: float
    instead: float = 0.0


def level_of(share: float, spread: float) -> float:
    """The log odds at which clusters that spread around them have that share on average."""
    at, weight = np.polynomial.hermite_e.hermegauss(61)
    weight /= weight.sum()
    return float(brentq(lambda middle: weight @ odds(middle + spread * at) - share, -30, 30))


def odds(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def samples(cell: Cell, draws: int, rng: np.random.Generator) -> pa.Table:
    """The answers to all items, 1 or 0, of `draws` samples, one below the other."""
    clusters = cell.df + STRATA
    cluster = np.repeat(np.arange(draws * clusters, dtype=np.int32), PEOPLE)
    mood = cell.spread * rng.standard_normal(draws * clusters)
    chance = odds(level_of(cell.share, cell.spread) + mood).astype(np.float32)[cluster]
    columns = {
        "sample": cluster // clusters,
        "stratum": cluster // (clusters // STRATA),
        "cluster": cluster,
    }
    for item in ITEMS:
        columns[item] = (rng.random(len(cluster), dtype=np.float32) < chance).astype(np.int8)
    return pa.table(columns)


def blocks() -> dict[str, dict]:
    """What is estimated of every sample: each method for items, and the pages' other figures."""
    halves = [{"name": f"f{i}", "of": ITEMS[i : i + 2]} for i in range(0, len(ITEMS), 2)]
    asked = {name: SHARE | {"of": ITEMS, "ci": name} for name in METHODS}
    asked[f"pooled, {FEWEST} items"] = SHARE | {"of": ITEMS[:FEWEST], "ci": "pooled"}
    asked["logit, factors of 2"] = SHARE | {"groups": halves, "ci": "logit"}
    whole = [{"name": "all", "of": ITEMS}]
    asked["logit, all items"] = SHARE | {"groups": whole, "ci": "logit"}
    return asked


def covered(cell: Cell, draws: int, seed: int) -> list[Covered]:
    """Coverage, share undefined and width of every block, from one scan of all samples."""
    asked = blocks()
    rng = np.random.default_rng([seed, cell.df, round(100 * cell.share), round(10 * cell.spread)])
    table = samples(cell, draws, rng)
    found = estimate({"design": DESIGN, "estimate": list(asked.values())}, table).table
    number, low, high = (
        found[name].to_numpy(zero_copy_only=False) for name in ("estimate", "low", "high")
    )
    stood = pc.equal(found["method"], "kg").to_numpy()
    done = []
    for i, (name, block) in enumerate(asked.items()):
        own = number == i
        held = (low[own] <= cell.share) & (cell.share <= high[own])
        none = np.isnan(low[own]) | np.isnan(high[own])
        width = float(np.nanmean(high[own] - low[own]))
        instead = stood[own].mean() if block["ci"] != "kg" else 0.0
        done.append(Covered(name, held.mean(), none.mean(), width, instead))
    return done


def broken(cell: Cell, found: Sequence[Covered], least: float, spread: float) -> list[str]:
    """What the pages promise and these intervals do not keep, a sentence each.

    The pages have `pooled` for items, `kg` where a form has fewer than FEWEST, `logit` for
    factors and the index: defined everywhere, and at clusters' `spread` covering `least`.
    """
    lines = []
    for one in found:
        if not one.name.startswith(("pooled", "kg", "logit, ")):
            continue
        at = f"{one.name}: df {cell.df}, share {cell.share}, cluster sd {cell.spread}"
        if one.undefined:
            lines.append(f"{at}: {one.undefined:.2%} undefined")
        if cell.spread == spread and one.held < least:
            lines.append(f"{at}: covers {one.held:.2%}, below {least:.0%}")
    return lines
