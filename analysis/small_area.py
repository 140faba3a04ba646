"""Estimates of areas too small to publish directly: a model lends them what others have.

Model-based: right as far as the model is. Every row says so, with the weight its own answers have.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy.special import expit, ndtri

from analysis.data import kind_of
from analysis.errors import SmallAreaError
from analysis.fay_herriot import Areas, Floats, fay_herriot
from analysis.modelling import SCALES, SMOOTHINGS, Options
from analysis.results import Estimate, Results
from analysis.tabled import Tabled

BRIEF = ("n", "direct", "value", "se", "low", "high", "gamma", "source", "status")
OURS = ("direct", "direct_se", "mse", "gamma", "synthetic", "source", "scale", "back", "smoothing")


@dataclass(frozen=True)
class SmallAreas(Tabled):
    """`table`: one row an area; `model`: what was fitted, on the scale of the options."""

    table: pa.Table
    model: Areas

    @property
    def shown(self) -> Results:
        """The rows with the columns that fit a screen."""
        first = self.table.column_names[0]
        return Results(self.table.select([first, *BRIEF]), ())

    def lines(self) -> list[str]:
        """What a reader must know, as sentences."""
        own = self.model
        said = [f"model-based: {own.method}, fitted to {own.fitted} areas with a direct estimate"]
        if own.variance == 0:
            said.append("areas differ no more than sampling explains: every value is synthetic")
        return said


def small_areas(
    results: Results, areas: pa.Table | None = None, options: Options | None = None
) -> SmallAreas:
    """The composite estimate of every area with its mean squared error.

    results : direct estimates of one figure by one domain column, as `estimate` gives them
    areas : one row an area with the domain column and the covariates; areas that the results
        lack, or whose direct estimate has no error, get the synthetic value
    Columns: the domain column, of, n, direct, direct_se, value, se (root of the mse), low, high,
    mse, gamma, synthetic, source (composite | synthetic), method, scale, back, smoothing, level,
    status (ok, or why there is no direct estimate). mse and se are on the scale of the share.
    Raises SmallAreaError naming the area, the covariate or the option.

    >>> from analysis import estimate
    >>> good = [1, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 1, 0]
    >>> people = pa.table({"q1": good, "commune": [i // 4 for i in range(16)]})
    >>> block = {"kind": "share", "of": ["q1"], "satisfied": [1], "by": ["commune"]}
    >>> found = small_areas(estimate({"estimate": [block]}, people))
    >>> found.table["source"].to_pylist()
    ['composite', 'composite', 'composite', 'composite']
    >>> found.lines()[0]
    'model-based: reml, fitted to 4 areas with a direct estimate'
    """
    own = options or Options()
    valid(own)
    column, rows = figure(results)
    names, sides = covered(rows, column, areas, own)
    direct, psi, n, status = directs(names, rows, own)
    model = fay_herriot(direct, psi, sides, own.method)
    return SmallAreas(pa.table(columns(column, names, rows, model, n, status, own)), model)


def valid(options: Options) -> None:
    for name, value, allowed in (
        ("scale", options.scale, SCALES),
        ("smoothing", options.smoothing, SMOOTHINGS),
    ):
        if value not in allowed:
            raise SmallAreaError(f'the {name} "{value}" is none of {", ".join(allowed)}')
    if not 0 < options.level < 1:
        raise SmallAreaError(f"the level {options.level} does not lie between 0 and 1")


def figure(results: Results) -> tuple[str, dict[object, Estimate]]:
    """The domain column and the rows by area. Raises SmallAreaError when it is not one figure."""
    if len(results.by) != 1:
        raise SmallAreaError(f"small areas are by one column; these results have {len(results.by)}")
    figures = list(dict.fromkeys((row.estimate, row.of, row.code) for row in results))
    if len(figures) != 1:
        raise SmallAreaError(f"small areas are of one figure; these results have {len(figures)}")
    (column,) = results.by
    if column in OURS:
        raise SmallAreaError(f'rename the domain column "{column}": the table has one of its own')
    return column, {row.by[column]: row for row in results if column in row.by}


def covered(
    rows: dict[object, Estimate], column: str, areas: pa.Table | None, options: Options
) -> tuple[list[object], Floats]:
    """The areas in order and their covariates (areas, p), the constant first."""
    if areas is None:
        if options.covariates:
            raise SmallAreaError(f"there is no table of areas with {options.covariates[0]}")
        return list(rows), np.ones((len(rows), 1))
    for name in (column, *options.covariates):
        if name not in areas.column_names:
            raise SmallAreaError(f'the table of areas has no column "{name}"')
    names = areas.column(column).to_pylist()
    twice = [n for i, n in enumerate(names) if n in names[:i]]
    lost = [n for n in rows if n not in set(names)]
    if twice or lost:
        why = f"{twice[0]} twice" if twice else f"no row for {lost[0]}, which has an estimate"
        raise SmallAreaError(f"the table of areas has {why}")
    sides = [np.ones(len(names)), *(numbers(areas, c, names) for c in options.covariates)]
    return names, np.stack(sides, axis=1)


def numbers(areas: pa.Table, column: str, names: Sequence[object]) -> Floats:
    """A covariate, (areas,). Raises SmallAreaError for one that is missing or no number."""
    values = areas.column(column)
    if kind_of(values.type) not in ("whole", "number", "boolean"):
        raise SmallAreaError(f'the covariate "{column}" must be numbers only')
    found: Floats = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
    wrong = np.flatnonzero(~np.isfinite(found))
    if len(wrong):
        raise SmallAreaError(f'the covariate "{column}" of {names[wrong[0]]} is missing')
    if np.ptp(found) == 0:
        raise SmallAreaError(f'the covariate "{column}" is {found[0]:g} everywhere: leave it out')
    return found


def directs(
    names: Sequence[object], rows: dict[object, Estimate], options: Options
) -> tuple[Floats, Floats, Floats, list[str]]:
    """Direct estimates and variances on the model's scale (NaN: none), n, and why there is none."""
    count = len(names)
    value, variance = np.full(count, np.nan), np.full(count, np.nan)
    n, status = np.zeros(count), ["no-answers"] * count
    for i, name in enumerate(names):
        row = rows.get(name)
        if row is None:
            continue
        n[i], status[i] = row.n, row.status
        if row.status == "ok" and row.value is not None and row.se is not None:
            value[i], variance[i] = row.value, row.se**2
    y, psi = scaled(value, variance, names, options)
    if options.smoothing == "gvf":
        psi = smoothed(psi, n, np.isfinite(y))
    wrong = [i for i in range(count) if np.isfinite(y[i]) and not psi[i] > 0]
    if wrong:
        raise SmallAreaError(
            f"{names[wrong[0]]} has the value {value[wrong[0]]:g} without any variance (n = "
            f'{int(n[wrong[0]])}): with smoothing = "gvf" it has that of areas like it'
        )
    return y, psi, n, status


def scaled(
    value: Floats, variance: Floats, names: Sequence[object], options: Options
) -> tuple[Floats, Floats]:
    """Values and variances on the scale of the model, by the delta method."""
    if options.scale == "identity":
        return value, variance
    told = np.isfinite(value)
    outside = told & ~((value >= 0) & (value <= 1))
    edge = told & ((value == 0) | (value == 1))
    if outside.any() or (options.scale == "logit" and edge.any()):
        i = int(np.flatnonzero(outside if outside.any() else edge)[0])
        raise SmallAreaError(
            f"{names[i]} has the value {value[i]:g}, which the {options.scale} scale does not "
            'have: scale = "arcsine" has 0 and 1, "identity" every number'
        )
    spread = value * (1 - value)
    with np.errstate(divide="ignore", invalid="ignore"):
        if options.scale == "logit":
            return np.log(value / (1 - value)), variance / spread**2
        psi = np.where(spread > 0, variance / (4 * spread), np.where(told, 0.0, np.nan))
        return np.arcsin(np.sqrt(value)), psi


def smoothed(psi: Floats, n: Floats, own: np.ndarray) -> Floats:
    """Variances by the curve log psi = a + b log n, with the same sum as those it was fitted to.

    Source: Wolter (2007), Introduction to Variance Estimation, ch. 7; Rao and Molina (2015), 6.4.1.
    """
    fit = own & (psi > 0) & (n > 0)
    if fit.sum() < 3:
        raise SmallAreaError(
            f"{int(fit.sum())} variances above 0 are too few to smooth: 3 at least"
        )
    sides = np.stack([np.ones(int(fit.sum())), np.log(n[fit])], axis=1)
    slope = np.linalg.lstsq(sides, np.log(psi[fit]), rcond=None)[0]
    curve = np.exp(slope[0] + slope[1] * np.log(np.maximum(n, 1)))
    return np.where(own, curve * psi[fit].sum() / curve[fit].sum(), np.nan)


def back(theta: Floats, scale: str) -> Floats:
    """Values of the model's scale as shares: the plain inverse, named "inverse" in the rows."""
    if scale == "logit":
        return np.asarray(expit(theta))
    if scale == "arcsine":
        return np.asarray(np.sin(np.clip(theta, 0, np.pi / 2)) ** 2)
    return theta


def slope_of(theta: Floats, scale: str) -> Floats:
    """The derivative of `back`."""
    if scale == "logit":
        return np.asarray(expit(theta) * expit(-theta))
    if scale == "arcsine":
        return np.asarray(np.sin(2 * np.clip(theta, 0, np.pi / 2)))
    return np.ones(len(theta))


def columns(
    column: str,
    names: Sequence[object],
    rows: dict[object, Estimate],
    model: Areas,
    n: Floats,
    status: Sequence[str],
    options: Options,
) -> dict[str, pa.Array]:
    """The columns of the table; no number is null."""
    count = len(names)
    t = float(ndtri((1 + options.level) / 2))
    root = np.sqrt(model.mse)
    mse = model.mse * slope_of(model.value, options.scale) ** 2
    given = [rows[name] if s == "ok" else None for name, s in zip(names, status, strict=True)]

    def same(word: str) -> pa.Array:
        return pa.array([word] * count, pa.string())

    return {
        column: pa.array(names),
        "of": same(next(iter(rows.values())).of),
        "n": pa.array(n.astype(np.int64)),
        "direct": pa.array([r and r.value for r in given], pa.float64()),
        "direct_se": pa.array([r and r.se for r in given], pa.float64()),
        "value": pa.array(back(model.value, options.scale)),
        "se": pa.array(np.sqrt(mse)),
        "low": pa.array(back(model.value - t * root, options.scale)),
        "high": pa.array(back(model.value + t * root, options.scale)),
        "mse": pa.array(mse),
        "gamma": pa.array(model.gamma),
        "synthetic": pa.array(back(model.synthetic, options.scale)),
        "source": pa.array(["synthetic" if r is None else "composite" for r in given]),
        "method": same(f"fay-herriot-{model.method} (model-based)"),
        "scale": same(options.scale),
        "back": same("none" if options.scale == "identity" else "inverse"),
        "smoothing": same(options.smoothing),
        "level": pa.array([options.level] * count),
        "status": pa.array(list(status), pa.string()),
    }
