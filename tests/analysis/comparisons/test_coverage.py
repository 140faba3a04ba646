"""How often the interval of a change holds the truth, over areas drawn from a seed."""

import numpy as np
import pyarrow as pa
import pytest

from analysis.comparisons import compare, sentences

AREAS, STRATA = 600, 2
PLAN = {
    "design": {"strata": ["layer"], "stages": ["cluster"], "rounds": "year"},
    "estimate": [{"kind": "mean", "of": ["y"], "by": ["area", "year"]}],
    "compare": [{"kind": "change", "column": "year", "from": 1, "to": 2, "adjust": "none"}],
}


def two_years(clusters: int, common: int) -> pa.Table:
    """Areas of two strata where nothing changes; half of a cluster's spread stays with it."""
    rng = np.random.default_rng(5)
    every = 2 * clusters - common
    own = rng.standard_normal((AREAS, STRATA, every))
    rows: dict[str, list] = {c: [] for c in ("area", "layer", "cluster", "year", "y")}
    for year, first in ((1, 0), (2, every - clusters)):
        y = (own + rng.standard_normal(own.shape))[:, :, first : first + clusters]
        area, layer, cluster = np.indices(y.shape)
        layer += area * STRATA
        for column, values in zip(
            rows,
            (area, layer, layer * every + first + cluster, np.full(y.shape, year), y),
            strict=True,
        ):
            rows[column].append(values.ravel())
    return pa.table({c: np.concatenate(values) for c, values in rows.items()})


@pytest.mark.parametrize(("common", "df"), [(0, 12), (2, 10), (4, 6)])
def test_the_interval_of_a_change_covers_as_it_says_with_four_clusters_a_stratum(common, df):
    """None, half or all of the clusters are in both years; 600 areas, 95 % within 2.5 points."""
    lines = compare(PLAN, two_years(4, common), sentences("vi")).lines
    assert {line.df for line in lines} == {df}
    held = np.mean([line.low <= 0 <= line.high for line in lines])
    assert held == pytest.approx(0.95, abs=0.025)
