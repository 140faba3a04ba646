"""A made province: districts, communes, villages and households, each with a number of adults."""

import numpy as np
import pyarrow as pa
import pytest


def province(seed: int = 1, districts: int = 4, communes: int = 6, villages: int = 5) -> pa.Table:
    """Households with `satisfied` (1 or 0), leaning by village, and `days`, a number."""
    rng = np.random.default_rng(seed)
    rows = []
    for place in np.ndindex(districts, communes, villages):
        lean = rng.normal(0.8 - 0.2 * place[0], 0.4)
        for _ in range(int(rng.integers(8, 40))):
            rows.append(
                {
                    "household": f"H{len(rows):05d}",
                    "district": place[0] + 1,
                    "commune": (place[0] + 1) * 100 + place[1],
                    "village": place[2] + 1,
                    "adults": int(rng.integers(1, 6)),
                    "satisfied": int(rng.random() < 1 / (1 + np.exp(-lean))),
                    "days": float(rng.integers(1, 20) + 5 * place[0]),
                }
            )
    return pa.Table.from_pylist(rows)


@pytest.fixture(scope="package")
def households() -> pa.Table:
    return province()
