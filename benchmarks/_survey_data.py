"""A seeded survey like SIPAS at any size: provinces, strata, communes, years and 22 criteria."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ITEMS = tuple(f"q{i:02d}" for i in range(1, 23))
FACTORS = {
    "f1": ITEMS[0:4],
    "f2": ITEMS[4:9],
    "f3": ITEMS[9:14],
    "f4": ITEMS[14:18],
    "f5": ITEMS[18:],
}
PROVINCES, YEARS, STRATA = 63, (2020, 2021, 2022, 2023, 2024), 3
MISSING = 0.08


def make(rows: int, seed: int) -> pa.Table:
    """About `rows` answers sorted by commune; communes and people per commune both grow."""
    rng = np.random.default_rng(seed)
    per_stratum = max(2, round((rows / (PROVINCES * len(YEARS) * STRATA * 13)) ** 0.5 * 3))
    cells = [
        (year, province, stratum, commune)
        for year in YEARS
        for province in range(1, PROVINCES + 1)
        for stratum in range(STRATA)
        for commune in range(per_stratum)
    ]
    each = rng.poisson(rows / len(cells), len(cells)).clip(min=2)
    year, province, stratum, commune = (np.repeat(c, each) for c in np.array(cells).T)
    strata = (province * 10 + stratum) * 10_000 + year
    cluster = strata * 1000 + commune
    pull = rng.normal(0, 0.4, len(cells)).repeat(each) + rng.normal(0, 0.8, each.sum())
    columns = {
        "year": year.astype(np.int16),
        "province": province.astype(np.int16),
        "stratum": strata.astype(np.int64),
        "cluster": cluster.astype(np.int64),
        "w": rng.lognormal(5, 0.4, each.sum()).round(6),
    }
    for item in ITEMS:
        felt = pull + 1.3 + rng.normal(0, 0.2) + rng.logistic(0, 0.6, len(pull))
        code = (1 + np.searchsorted([-2.4, -1.4, -0.3, 1.5], felt)).astype(np.int8)
        code[rng.random(len(code)) < MISSING] = 0
        columns[item] = code
    return pa.table(columns)


def write(rows: int, folder: Path, seed: int = 1) -> Path:
    path = folder / f"survey_{rows}.parquet"
    pq.write_table(make(rows, seed), path, compression="zstd", row_group_size=122_880)
    return path
