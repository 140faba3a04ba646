"""Samples at unequal rates, raked: the variance that raked totals have, and the one estimated."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from analysis.calibration import fit
from analysis.plan import Plan, read_plan
from analysis.totals import Key
from analysis.units import Stage, Units
from analysis.variance import linear_variance

SEED, EACH = 20, 12_000
DRAWN = {"thick": 2400, "thin": 400}  # of 12,000 each
People = dict[str, np.ndarray]


def population() -> People:
    """Satisfaction rises with age where few are asked and falls where many are."""
    rng = np.random.default_rng(SEED)
    stratum = np.repeat(list(DRAWN), EACH)
    age, sex = rng.integers(0, 4, 2 * EACH), rng.integers(0, 2, 2 * EACH)
    slope = np.where(stratum == "thin", 1.0, -1.0)
    y = 10 + 3 * slope * age + 2 * sex + rng.normal(0, 1.5, 2 * EACH)
    weight = np.where(stratum == "thin", EACH / DRAWN["thin"], EACH / DRAWN["thick"])
    size = np.full(2 * EACH, EACH)
    return {"stratum": stratum, "age": age, "sex": sex, "y": y, "N": size, "w": weight}


def plan(people: People) -> dict:
    margins = [
        {"by": [c], "totals": {str(v): int((people[c] == v).sum()) for v in np.unique(people[c])}}
        for c in ("age", "sex")
    ]
    return {
        "design": {"strata": ["stratum"], "fpc": ["N"], "weight": "w"},
        "calibration": {"method": "rake", "margins": margins},
        "estimate": [{"kind": "total", "of": ["y"]}],
    }


def left_over(people: People) -> np.ndarray:
    """What the margins do not explain of y in the population."""
    sides = [people[c][:, None] == np.unique(people[c]) for c in ("age", "sex")]
    x = np.concatenate(sides, axis=1).astype(float)
    return people["y"] - x @ np.linalg.lstsq(x, people["y"], rcond=None)[0]


def drawn(rng: np.random.Generator) -> np.ndarray:
    """Places of a sample, stratum by stratum."""
    parts = [k * EACH + rng.choice(EACH, n, False) for k, n in enumerate(DRAWN.values())]
    return np.concatenate(parts)


def by_hand(own: Plan, people: People, at: np.ndarray) -> tuple[float, float]:
    """The raked total and its variance by the functions that estimate() calls."""
    stratum = np.repeat([0, 1], list(DRAWN.values()))
    ones, w, y = np.ones(len(at)), people["w"][at], people["y"][at]
    keys = {c: Key(c, people[c][at], pa.array(np.unique(people[c]))) for c in ("age", "sex")}
    assert own.calibration is not None
    done = fit(own.calibration, keys, w, ones, Path()).calibrated
    z = done.residuals((w * y)[:, None], w)
    drawn_of = np.array(list(DRAWN.values()), dtype=float)
    stage = Stage(np.arange(len(at)), stratum, drawn_of, np.full(2, float(EACH)))
    all_in = np.zeros(len(at), dtype=np.int64)
    found = linear_variance(Units((stage,), True), all_in, z, z == z, 1, "fail")
    return float(w * done.g[done.cell] @ y), float(found.value[0, 0])


@dataclass(frozen=True)
class Raked:
    """estimated : mean of the estimated variances; simulated : of raked totals.

    totals : the raked totals; plain : the variance of these numbers
    """

    estimated: float
    simulated: float
    totals: np.ndarray
    plain: float


def raked(samples: int) -> Raked:
    """Draws and rakes many samples.

    The simulated variance is that of the total of what is left over, which is known, and of the
    rest of the raked total, which varies little: so that 300 samples are enough.
    """
    people, rng = population(), np.random.default_rng(SEED)
    own, e = read_plan(plan(people)), left_over(people)
    parts = zip(e.reshape(2, EACH), DRAWN.values(), strict=True)
    known = sum(EACH**2 / n * (1 - n / EACH) * part.var(ddof=1) for part, n in parts)
    linear, totals, variance = np.zeros((3, samples))
    for i in range(samples):
        at = drawn(rng)
        linear[i] = people["w"][at] @ e[at]
        totals[i], variance[i] = by_hand(own, people, at)
    rest = totals - linear
    simulated = known + 2 * np.cov(linear, rest)[0, 1] + rest.var(ddof=1)
    return Raked(variance.mean(), float(simulated), totals, totals.var(ddof=1))
