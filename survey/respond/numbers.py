"""The room's one door to `analysis`; reached by survey.lazy.load when weights are made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from analysis import AnalysisError, weigh
from analysis.weights import millionths
from survey.errors import Conflict


@dataclass(frozen=True)
class Margin:
    """Category of each response, in their order, and the population's total by category."""

    categories: Sequence[str]
    totals: Mapping[str, float]


@dataclass(frozen=True)
class Fitted:
    """Frozen weights in millionths, in the order of the responses, and what they look like."""

    values: list[int]
    diagnostics: list[str]


def frozen(weights: Sequence[float]) -> list[int]:
    """Weights in whole millionths. Raises Conflict for one that is negative or not finite."""
    try:
        return [int(value) for value in millionths(pa.array(weights, pa.float64()).to_numpy())]
    except AnalysisError as error:
        raise Conflict(str(error)) from error


def fit(base: Sequence[float], margins: Mapping[str, Margin]) -> Fitted:
    """`base` weights brought to every margin: one is post-stratified, several are raked.

    Raises Conflict naming the margin and the category that nobody of the sample is in, that has
    no total, or where margins contradict each other or raking does not settle.
    """
    columns = {"base": pa.array(base, pa.float64())}
    columns |= {name: pa.array(margin.categories) for name, margin in margins.items()}
    plan = {
        "design": {"weight": "base"},
        "calibration": {
            "method": "poststratify" if len(margins) == 1 else "rake",
            "margins": [
                {"by": [name], "totals": dict(margin.totals)} for name, margin in margins.items()
            ],
        },
    }
    try:
        done = weigh(plan, pa.table(columns))
    except AnalysisError as error:
        raise Conflict(str(error)) from error
    return Fitted(frozen(done.table["weight"].to_pylist()), done.diagnostics.lines())
