"""The same plan on DuckDB and on Spark: `./test spark`."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis import covariance, estimate, weigh
from analysis.comparisons import compare, sentences, trend
from analysis.drivers import drivers, logit, words
from analysis.ranks import phrases, rank
from analysis.spark import SparkFile, SparkSource, session
from tests.analysis.spark_alike import same_results, same_tables, same_totals

pytestmark = pytest.mark.spark

SHARE = {"kind": "share", "of": ["q1", "q2"], "satisfied": [4, 5], "missing": [0]}
PAIR = {"name": "both", "of": ["q1", "q2"]}
DESIGN = {"strata": ["h"], "stages": ["c"], "weight": "w"}
KINDS = [
    SHARE | {"groups": [PAIR], "ci": "pooled"},
    {"kind": "mean", "of": ["q1", "income"], "groups": [PAIR]},
    {"kind": "total", "of": ["income"]},
    {"kind": "total", "of": ["q1"], "satisfied": [1]},
    {"kind": "ratio", "of": ["income/visits"]},
    {"kind": "distribution", "of": ["q1", "word"], "missing": [0]},
    {"kind": "net", "of": ["q1"], "satisfied": [4, 5], "dissatisfied": [1, 2], "groups": [PAIR]},
    {"kind": "index", "of": ["all"], "satisfied": [4, 5], "missing": [0]}
    | {"groups": [{"name": "one", "of": ["q1"]}, {"name": "two", "of": ["q2"]}]}
    | {"formula": "mean-of-factors", "scoring": "share"},
]


@pytest.fixture(scope="module")
def spark():
    return session("local[2]")


def people(rows: int = 900) -> pa.Table:
    """Three strata of ten clusters with gaps, NaN, empty texts, decimals, booleans and dates."""
    rng = np.random.default_rng(7)
    cluster = rng.integers(0, 30, rows)
    own = {
        "h": cluster // 10,
        "c": cluster,
        "w": np.where(rng.uniform(size=rows) < 0.1, 0.0, rng.uniform(1, 9, rows)),
        "whole": rng.integers(1, 5_000, rows),
        "N": np.full(rows, 40),
        "q1": pa.array(rng.integers(0, 6, rows), pa.int8(), mask=rng.uniform(size=rows) < 0.1),
        "q2": rng.choice([0.0, 1.0, 4.0, 5.0, np.nan], rows),
        "word": rng.choice(["", "có", "không", "1"], rows),
        "income": rng.integers(0, 30_000_000, rows),
        "visits": rng.integers(1, 9, rows),
        "year": rng.choice([2023, 2024], rows),
        "sex": pa.array(rng.choice(["nam", "nữ"], rows)).dictionary_encode(),
        "urban": pa.array(rng.uniform(size=rows) < 0.5, mask=rng.uniform(size=rows) < 0.1),
        "day": pa.array(rng.integers(19_000, 19_003, rows), pa.int32()).cast(pa.date32()),
        "price": pa.array((rng.integers(0, 4, rows) / 2).tolist()).cast(pa.decimal128(5, 2)),
        "all": rng.integers(1, 6, rows),
    }
    for i in range(6):
        own[f"r{i}"] = own["w"] * rng.choice([0, 2], 30)[cluster]
    return pa.table(own)


@pytest.fixture(scope="module")
def table():
    return people()


@pytest.fixture(scope="module")
def frame(spark, table):
    return spark.createDataFrame(table).repartition(3)


@pytest.mark.parametrize("kind", range(len(KINDS)))
@pytest.mark.parametrize("by", [[], ["sex", "year"], ["urban"], ["day"], ["price"]])
def test_every_kind_of_estimate_is_the_same(table, frame, kind, by):
    same_results({"design": DESIGN, "estimate": [KINDS[kind] | {"by": by}]}, table, frame)


def test_sums_are_within_1e_12_and_counts_equal(table, frame):
    same_totals({"design": DESIGN, "estimate": [SHARE | {"by": ["sex"]}]}, table, frame, False)


@pytest.mark.parametrize("weight", ["whole", None])
def test_whole_weights_give_sums_that_are_equal_to_the_last_digit(table, frame, weight):
    design = {"strata": ["h"], "stages": ["c"]} | ({"weight": weight} if weight else {})
    blocks = [SHARE | {"groups": [PAIR], "by": ["sex"]}]
    blocks += [{"kind": "mean", "of": ["income", "visits"], "by": ["sex"]}]
    same_totals({"design": design, "estimate": blocks}, table, frame, True)


@pytest.mark.parametrize(
    "where",
    [
        {"column": "year", "op": "==", "value": 2024},
        {"column": "q2", "op": "in", "value": [4, 5.0]},
        {"column": "word", "op": "not in", "value": ["1", "có"]},
        {"column": "word", "op": ">", "value": "d"},
        {"column": "urban", "op": "==", "value": True},
        {"column": "urban", "op": "!=", "value": 1},
        {"column": "price", "op": "<=", "value": 0.5},
        {"column": "q1", "op": ">=", "value": 3.5},
    ],
)
def test_conditions_choose_the_same_people(table, frame, where):
    design = DESIGN | {"where": [where]}
    same_results({"design": design, "estimate": [SHARE | {"by": ["sex"]}]}, table, frame)


@pytest.mark.parametrize(
    "more",
    [
        {"variance": "jackknife"},
        {"variance": "bootstrap", "replicates": 50, "seed": 3},
        {"deff": "without", "ci": "beta"},
    ],
)
def test_replicates_and_populations_are_the_same(table, frame, more):
    plan = {"design": DESIGN | {"fpc": ["N"]}, "estimate": [SHARE | more | {"by": ["year"]}]}
    same_results(plan, table, frame)


@pytest.mark.parametrize("df", [{}, {"df": 4}])
def test_replicate_weights_in_columns_are_the_same(table, frame, df):
    given = {"columns": "r[0-9]", "kind": "bootstrap"} | df
    design = {"weight": "w", "replicates": given}
    same_results({"design": design, "estimate": [SHARE | {"by": ["sex"]}]}, table, frame)


@pytest.mark.parametrize("rule", ["math", "hf2", "hf7"])
def test_quantiles_are_the_same(table, frame, rule):
    asked = {"kind": "quantile", "of": ["visits", "q2"], "probs": [0.25, 0.5], "qrule": rule}
    same_results({"design": DESIGN, "estimate": [asked | {"by": ["year"]}]}, table, frame)


@pytest.mark.parametrize("method", ["poststratify", "rake", "linear"])
def test_calibrated_estimates_are_the_same(table, frame, method):
    margins = [{"by": ["sex"], "totals": {"nam": 5000.0, "nữ": 5200.0}}]
    if method != "poststratify":
        margins.append({"by": ["year"], "totals": {"2023": 6000.0, "2024": 4200.0}})
    plan = {"design": DESIGN, "calibration": {"method": method, "margins": margins}}
    same_results(plan | {"estimate": [SHARE | {"by": ["sex"]}]}, table, frame)


def test_a_design_without_clusters_is_the_same(table, frame):
    plan = {"design": {"weight": "w", "strata": ["h"]}, "estimate": [SHARE | {"by": ["sex"]}]}
    same_results(plan, table, frame)


def test_many_items_go_in_several_passes(spark):
    rng = np.random.default_rng(1)
    items = {f"i{k:03d}": rng.integers(0, 6, 60) for k in range(90)}
    table = pa.table({"c": np.arange(60) // 5, **items})
    asked = {"kind": "mean", "of": list(items), "groups": [{"name": "g", "of": list(items)}]}
    plan = {"design": {"stages": ["c"]}, "estimate": [asked]}
    same_results(plan, table, spark.createDataFrame(table))


def test_covariances_are_the_same(table, frame):
    plan = {"design": DESIGN, "estimate": [SHARE | {"by": ["year"]}]}
    here, there = covariance(plan, table), covariance(plan, frame)
    assert there.matrix == pytest.approx(here.matrix, rel=1e-9, abs=1e-15)
    assert there.df == here.df


def test_changes_trends_and_ranks_are_the_same(table, frame):
    block = SHARE | {"of": ["q1"], "by": ["sex", "year"]}
    change = {"kind": "change", "column": "year", "from": 2023, "to": 2024}
    test = {"kind": "independence", "block": 1}
    told = {"kind": "distribution", "of": ["q1"], "by": ["sex"]}
    plan = {"design": DESIGN, "estimate": [block, told], "compare": [change, test]}
    plan |= {"trend": {"period": "year"}}
    for made in (compare, trend):
        own = [made(plan, data, sentences("vi")).table for data in (table, frame)]
        same_tables(*own)
    plan = {"design": DESIGN, "estimate": [SHARE | {"of": ["q1"], "by": ["h"]}]}
    same_tables(*(rank(plan, data, phrases("vi")).table for data in (table, frame)))


def test_drivers_are_the_same(table, frame):
    factors = [{"name": "a", "of": ["q1"]}, {"name": "b", "of": ["visits", "price"]}]
    asked = {"overall": "all", "factors": factors, "satisfied": [4, 5]}
    plan = {"design": DESIGN, "drivers": asked}
    same_tables(*(drivers(plan, data, words("vi")).table for data in (table, frame)))
    same_tables(*(logit(plan, data).table for data in (table, frame)))


def test_weights_are_made_of_a_data_frame_of_spark(table, frame):
    known = {"by": ["sex"], "totals": {"nam": 5000.0, "nữ": 5200.0}}
    plan = {"design": DESIGN, "calibration": {"method": "poststratify", "margins": [known]}}
    columns = ["h", "c", "w", "sex"]
    done = weigh(plan, frame.select(*columns)).table
    assert done.num_rows == table.num_rows
    assert sum(done.column("weight").to_pylist()) == pytest.approx(10_200)


def test_with_clusters_only_sums_leave_spark(frame, monkeypatch):
    def near(self):
        raise AssertionError("the rows were asked for")

    monkeypatch.setattr(SparkSource, "near", near)
    blocks = [*KINDS, {"kind": "quantile", "of": ["visits"], "probs": [0.5], "qrule": "math"}]
    plan = {"design": DESIGN, "estimate": [block | {"by": ["year"]} for block in blocks]}
    assert len(estimate(plan, frame)) > 20


def test_a_file_and_a_folder_of_files_are_read_by_name(spark, table, tmp_path):
    plan = {"design": DESIGN, "estimate": [SHARE | {"by": ["sex"]}]}
    whole = tmp_path / "năm [2024] {a}*.parquet"
    pq.write_table(table, whole)
    same_results(plan, table, SparkFile(str(whole), spark))
    parts = tmp_path / "parts.parquet"
    parts.mkdir()
    pq.write_table(table.slice(0, 400), parts / "a.parquet")
    pq.write_table(table.slice(400), parts / "b.parquet")
    same_results(plan, table, SparkFile(str(parts), spark))
