"""The values of a block in every replicate, from the totals of the one scan."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis.blocks import Block
from analysis.calibration import calibrate
from analysis.errors import NotConvergedError, PlanError
from analysis.influence import fits
from analysis.replicates import Replicates, bootstrap, given, jackknife, lonely_rule
from analysis.scan import Scan
from analysis.terms import Measure
from analysis.totals import Floats, sums_by, weight_of
from analysis.values import NOTHING, Values, beside, block_values, ratios

AT_ONCE = 4_000_000  # numbers held while some replicates are made


def with_variance(block: Block, done: Scan, found: list[Measure]) -> Values:
    """The values of a block with the variance that it asks for, or its design has."""
    linear = block.variance == "linearized" and done.replicates is None
    values = block_values(done, found, linear=linear)
    if linear:
        return values
    own = replicates_of(block, done)
    spread = own.spread(thetas(done, found, own), values.value)
    variance = (spread.rows**2).sum(axis=0)
    lonely = np.zeros(variance.shape, dtype=bool)
    if done.lonely == "fail" and own.lonely.any():
        here = own.lonely & (done.domains.code >= 0)
        cases = values.seen[here].astype(float)
        lonely = sums_by(done.domains.code[here], cases, done.domains.count) > 0
    variance[variance < NOTHING * values.simple] = 0.0
    variance[np.isnan(values.value) | lonely] = np.nan
    return replace(values, variance=variance, lonely=lonely, spread=spread)


def replicates_of(block: Block, done: Scan) -> Replicates:
    """The replicates of the design, or those that a block asks for."""
    if done.replicates is not None:
        if block.variance != "linearized":
            raise PlanError(
                f'variance = "{block.variance}" is made from clusters; a design of replicate '
                "weights has its own"
            )
        return given(done.replicates, done.totals.again[""].shape[1], len(done.totals))
    lonely_rule(done.lonely)
    stage = done.units.stages[0]
    if block.variance == "jackknife":
        return jackknife(stage)
    return bootstrap(stage, block.replicates, block.seed)


def thetas(done: Scan, found: Sequence[Measure], own: Replicates) -> Floats:
    """The value of every measure in every replicate, (replicates, domains, measures)."""
    keys = list(dict.fromkeys(k for m in found for p in m.parts for k in (p.y, p.x)))
    fits(len(own) * done.domains.count * len(found))
    out = np.full((len(own), done.domains.count, len(found)), np.nan)
    width = max(len(done.totals), done.domains.count * max(1, len(keys)), 1)
    step = max(1, AT_ONCE // width)
    for a in range(0, len(own), step):
        b = min(len(own), a + step)
        sums = repeated_sums(done, keys, own, a, b)

        def total(asked: list[str], sums: Floats = sums) -> Floats:
            at = [keys.index(key) for key in asked]
            return sums[:, :, at].reshape(-1, len(at))

        with np.errstate(divide="ignore", invalid="ignore"):
            values = ratios(found, total, (b - a) * done.domains.count)
        out[a:b] = values.reshape(done.domains.count, b - a, len(found)).transpose(1, 0, 2)
    return out


def repeated_sums(done: Scan, keys: Sequence[str], own: Replicates, a: int, b: int) -> Floats:
    """Sums of terms by domain in replicates a to b, (domains, replicates, terms)."""
    if done.replicates is None:
        factors = own.factors(a, b) * done.start[:, None]
        factors = factors * calibrated_again(done, factors * done.totals.weight[:, None], a)
        return multiplied(done, keys, factors)
    again = calibrated_again(done, done.totals.again[""][:, a:b], a)
    code, count = done.domains.code, done.domains.count
    here = code >= 0
    out = np.zeros((count, b - a, len(keys)))
    for i, key in enumerate(keys):
        out[:, :, i] = sums_by(code[here], (done.totals.again[key][:, a:b] * again)[here], count)
    return out


def calibrated_again(done: Scan, weights: Floats, first: int) -> Floats:
    """The factors that bring each replicate's weights (groups, replicates) to the margins."""
    out = np.ones_like(weights)
    if done.fit is None or done.calibration is None:
        return out
    cell, unit = done.fit.cell, done.fit.calibrated.cell
    cells = int(cell.max(initial=-1)) + 1
    rows = weight_of(cell, done.totals.rows, cells)
    units = np.zeros(cells, dtype=np.int64)
    units[cell] = unit
    for i in range(weights.shape[1]):
        held = weight_of(cell, weights[:, i], cells)
        try:
            again = calibrate(done.calibration, done.fit.known, units, held, rows)
        except NotConvergedError as error:
            raise NotConvergedError(f"in replicate {first + i + 1} {error}") from error
        out[:, i] = again.g[unit]
    return out


def multiplied(done: Scan, keys: Sequence[str], factors: Floats) -> Floats:
    """Sums of terms times factors (groups, replicates), by domain."""
    rows = beside([done.totals.sums[key] for key in keys], len(done.totals))
    out = np.zeros((done.domains.count, factors.shape[1], len(keys)))
    code = done.domains.code
    order = np.argsort(code, kind="stable")
    order = order[code[order] >= 0]
    for groups in np.split(order, np.flatnonzero(np.diff(code[order])) + 1):
        if len(groups):
            out[code[groups[0]]] = factors[groups].T @ rows[groups]
    return out
