"""Run by the Python of a venv that has svy: shares by province and year, or raking.

python _svy.py shares data.parquet | python _svy.py rake data.parquet margins.json out.parquet
Prints "fixed", "measured", "measures" and "version", as _survey.R does.
"""

import json
import sys
import time
from importlib.metadata import version

import polars as pl
import svy

ITEMS, FACTOR = ("q01", "q08", "q20"), ("q01", "q02", "q03", "q04")
KEYS = ("province", "year", "stratum", "cluster", "w")
BY = ("province", "year")


def shares(path: str) -> tuple[float, float, int]:
    start = time.perf_counter()
    data = pl.read_parquet(path, columns=list(dict.fromkeys([*KEYS, *ITEMS, *FACTOR])))
    data = data.with_columns(
        *(
            pl.when(pl.col(q) > 0).then((pl.col(q) >= 4).cast(pl.Float64)).alias(f"s_{q}")
            for q in ITEMS
        ),
        pl.sum_horizontal((pl.col(q) >= 4).cast(pl.Float64) for q in FACTOR).alias("y"),
        pl.sum_horizontal((pl.col(q) > 0).cast(pl.Float64) for q in FACTOR).alias("x"),
    )
    design = svy.Design(stratum="stratum", psu="cluster", wgt="w")
    sample = svy.Sample(data=data, design=design)
    ready = time.perf_counter()
    for q in ITEMS:
        sample.estimation.mean(y=f"s_{q}", by=BY, drop_nulls=True)
    sample.estimation.ratio(y="y", x="x", by=BY)
    return ready - start, time.perf_counter() - ready, len(ITEMS) + 1


def rake(path: str, margins: str, out: str) -> tuple[float, float, int]:
    start = time.perf_counter()
    with open(margins, encoding="utf-8") as file:
        told = json.load(file)
    data = pl.read_parquet(path)
    sample = svy.Sample(data=data, design=svy.Design(wgt="w"))
    controls = {c: {int(k): v for k, v in totals.items()} for c, totals in told.items()}
    ready = time.perf_counter()
    done = sample.weighting.rake(controls=controls, wgt_name="weight", tol=1e-8)
    done.data.write_parquet(out)
    return ready - start, time.perf_counter() - ready, 1


fixed, measured, measures = {"shares": shares, "rake": rake}[sys.argv[1]](*sys.argv[2:])
print("fixed", fixed, "\nmeasured", measured, "\nmeasures", measures)
print("version svy", version("svy"))
