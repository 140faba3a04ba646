"""The confidence sets for ranks that R's csranks gives for 63 provinces, within one rank."""

import numpy as np
import pytest

from analysis.ranks import phrases, rank, rank_sets
from tests.golden.reference import DATA, cases

ITEMS = [f"c{i:02d}" for i in range(1, 23)]
DESIGN = {"strata": ["ystrat"], "stages": ["ypsu"], "weight": "w"}
YEAR = {"where": [{"column": "year", "op": "==", "value": 2024}]}
OVERALL = {
    "kind": "share",
    "groups": [{"name": "overall", "of": ITEMS}],
    "satisfied": [4, 5],
    "missing": [0],
    "by": ["prov"],
}


def expected(sets: str) -> dict:
    return cases("ranks")[f"x.rank.{sets}.singlestep"]["expected"]


@pytest.mark.parametrize("sets", ["simultaneous", "marginal"])
def test_the_sets_of_csranks(sets):
    """R: csranks(b, diag(diag(V)), coverage = 0.95, simul = , stepdown = FALSE, R = 20000)."""
    given = cases("ranks")["x.rank.input"]["expected"]
    covariance = np.diag(np.square(given["se"]))
    rng = np.random.default_rng(1)  # R has its own; two differences lie at one threshold
    found = rank_sets(
        np.array(given["estimate"]), covariance, rng=rng, sets=sets, stepdown=False, draws=20_000
    )
    assert found.rank.tolist() == expected(sets)["rank"]
    assert np.abs(found.low - expected(sets)["L"]).max() <= 1
    assert np.abs(found.high - expected(sets)["U"]).max() <= 1


@pytest.mark.parametrize("stepdown", [False, True])
def test_from_answers_to_the_same_league_table(stepdown):
    """R: svyby(~num, denominator = ~den, ~prov, svyratio) and csranks on it."""
    plan = {"design": DESIGN | YEAR, "estimate": [OVERALL], "rank": {"stepdown": stepdown}}
    table = rank(plan, DATA / "sipas_36k.parquet", phrases("vi")).table
    given = cases("ranks")["x.rank.input"]["expected"]
    assert table["domain"].to_pylist() == list(range(1, 64))
    assert table["value"].to_pylist() == pytest.approx(given["estimate"], rel=1e-8)
    assert table["se"].to_pylist() == pytest.approx(given["se"], rel=1e-8)
    assert table["rank"].to_pylist() == expected("simultaneous")["rank"]
    for name, key in [("low_rank", "L"), ("high_rank", "U")]:
        far = np.array(table[name].to_pylist()) - expected("simultaneous")[key]
        assert np.abs(far).max() <= 1
