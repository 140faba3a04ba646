"""A survey in which waiting matters more than the forms, and the place hardly at all."""

import numpy as np
import pyarrow as pa
import pytest

ITEMS = ("wait1", "wait2", "form1", "form2", "place1")


def answers(
    clusters: int = 60, people: int = 12, seed: int = 1, strata: int = 2
) -> dict[str, np.ndarray]:
    """Codes 1 to 5 of people in clusters, with weights; 0 where somebody did not say."""
    own = np.random.default_rng(seed)
    n = clusters * people
    cluster = np.repeat(np.arange(clusters), people)
    common = own.normal(size=n) + 0.5 * own.normal(size=clusters)[cluster]
    scores = {item: 0.6 * common + own.normal(size=n) for item in ITEMS}
    overall = (
        0.8 * scores["wait1"] + 0.5 * scores["wait2"] + 0.3 * scores["form1"] + own.normal(size=n)
    )
    codes = {
        name: np.clip(np.rint(3.6 + value), 1, 5).astype(np.int64)
        for name, value in [*scores.items(), ("overall", overall)]
    }
    for item in ITEMS:
        codes[item][own.random(n) < 0.02] = 0
    return codes | {
        "cluster": cluster,
        "stratum": cluster % strata,
        "w": own.uniform(1, 3, clusters)[cluster],
    }


@pytest.fixture
def people() -> pa.Table:
    return pa.table(answers())


@pytest.fixture
def plan() -> dict:
    return {
        "design": {"strata": ["stratum"], "stages": ["cluster"], "weight": "w"},
        "drivers": {
            "overall": "overall",
            "factors": [
                {"name": "waiting", "of": ["wait1", "wait2"]},
                {"name": "forms", "of": ["form1", "form2"]},
                {"name": "place", "of": ["place1"]},
            ],
            "satisfied": [4, 5],
            "missing": [0],
        },
    }
