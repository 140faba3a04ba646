"""Probabilities that two first-stage units of a drawn sample are both drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from analysis.sampling.joint import joint_hartley_rao, joint_ordered, joint_simple
from analysis.totals import Codes, Floats
from analysis.variance import Flags


@dataclass(frozen=True)
class FirstStage:
    """How the first stage went in one stratum. Units are in the order in which they were listed.

    rows : a row of the frame for each unit; chosen : the units drawn
    method : `simple`, `ordered` (systematic in this order) or `hartley-rao` (in random order)
    """

    stratum: int
    rows: Codes
    probability: Floats
    certain: Flags
    chosen: Codes
    method: str


def pair_table(stages: Sequence[FirstStage], strata: Sequence[str], units: pa.Array) -> pa.Table:
    """One row a pair of units drawn in one stratum: stratum, unit, other, probability, method.

    units : what each row's first-stage unit is called. Pairs of two strata are independent.
    """
    left: list[int] = []
    right: list[int] = []
    out: dict[str, list[object]] = {"stratum": [], "probability": [], "method": []}
    for stage in stages:
        chosen = np.sort(stage.chosen)
        both = joint(stage, chosen)
        for i, j in zip(*np.triu_indices(len(chosen), 1), strict=True):
            left.append(int(stage.rows[chosen[i]]))
            right.append(int(stage.rows[chosen[j]]))
            out["stratum"].append(strata[stage.stratum])
            out["probability"].append(float(both[i, j]))
            out["method"].append(stage.method)
    return pa.table(
        {
            "stratum": pa.array(out["stratum"], pa.string()),
            "unit": units.take(pa.array(left, pa.int64())),
            "other": units.take(pa.array(right, pa.int64())),
            "probability": pa.array(out["probability"], pa.float64()),
            "method": pa.array(out["method"], pa.string()),
        }
    )


def joint(stage: FirstStage, chosen: Codes) -> Floats:
    """The joint probabilities of the units drawn, (chosen, chosen)."""
    if stage.method == "simple":
        pair = joint_simple(len(stage.probability), len(chosen))
        return pair[: len(chosen), : len(chosen)]
    own = stage.probability[chosen]
    out = np.outer(own, own)  # where one of the two is drawn for certain
    np.fill_diagonal(out, own)
    rest = ~stage.certain
    if rest.any():
        inner = np.flatnonzero(rest[chosen])
        of = (np.cumsum(rest) - 1)[chosen[inner]]
        rule = joint_ordered if stage.method == "ordered" else joint_hartley_rao
        out[np.ix_(inner, inner)] = rule(stage.probability[rest], of)
    return out
