"""What holds for any survey: the order, the unit and the packing of the data change no figure."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import estimate
from analysis.blocks import INTERVALS

DESIGN = {"strata": ["stratum"], "stages": ["cluster"], "weight": "w"}
SHARE = {"kind": "share", "of": ["q1", "q2"], "satisfied": [4, 5], "missing": [0]}
SHARE |= {"groups": [{"name": "both", "of": ["q1", "q2"]}]}
MEAN = {"kind": "mean", "of": ["q1"], "missing": [0]}
TOTAL = {"kind": "total", "of": ["q2"]}
SPREAD = {"kind": "distribution", "of": ["q2"], "missing": [0]}
NUMBERS = ("n", "value", "se", "low", "high", "df", "deff", "n_eff", "rows")

SOME = settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def surveys(draw) -> pa.Table:
    """Two to four strata of two to four clusters of one to six people, of any weights."""
    sizes = draw(
        st.lists(st.lists(st.integers(1, 6), min_size=2, max_size=4), min_size=2, max_size=4)
    )
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    stratum = np.repeat([f"s{h}" for h, of in enumerate(sizes)], [sum(of) for of in sizes])
    n = len(stratum)
    satisfied = draw(st.floats(0, 1))
    codes = [0, 1, 2, 3, 4, 5]
    chances = [0.1, *[0.9 * (1 - satisfied) / 3] * 3, *[0.9 * satisfied / 2] * 2]
    return pa.table(
        {
            "stratum": stratum,
            "cluster": np.repeat(np.arange(sum(map(len, sizes))), [k for of in sizes for k in of]),
            "w": rng.uniform(0.5, 40, n),
            "q1": rng.choice(codes, n, p=chances),
            "q2": rng.choice(codes, n, p=chances),
            "sex": rng.choice(["nam", "nữ"], n),
        }
    )


def plan(*blocks: dict, **design) -> dict:
    return {"design": DESIGN | design, "estimate": list(blocks)}


def figures(rows) -> list[tuple]:
    """What each row is about, and whether there is a number."""
    return [(row.of, row.code, dict(row.by), row.status, row.method) for row in rows]


def numbers(rows) -> list[float]:
    return [float("nan") if (v := getattr(r, k)) is None else v for r in rows for k in NUMBERS]


def same(found, expected) -> None:
    """The same rows with the same numbers, up to the order of sums."""
    assert figures(found) == figures(expected)
    assert numbers(found) == pytest.approx(numbers(expected), rel=1e-7, abs=1e-7, nan_ok=True)


EVERY = plan(*(block | {"by": ["sex"]} for block in (SHARE, TOTAL, SPREAD)), MEAN)


@SOME
@given(surveys(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(data, random):
    order = list(range(len(data)))
    random.shuffle(order)
    same(estimate(EVERY, data.take(order)), estimate(EVERY, data))


@SOME
@given(surveys(), st.floats(1e-3, 1e3))
def test_the_unit_of_weights_changes_no_share_no_mean_and_no_interval(data, unit):
    asked = plan(SHARE | {"by": ["sex"]}, MEAN, SPREAD)
    scaled = data.set_column(2, "w", pa.array(data["w"].to_numpy() * unit))
    same(estimate(asked, scaled), estimate(asked, data))


@SOME
@given(surveys(), st.lists(st.integers(0, 90), max_size=4), st.integers(1, 20))
def test_splitting_the_data_changes_nothing(tmp_path_factory, data, cuts, group):
    """A table of many pieces, and a file written in small groups of rows."""
    ends = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    pieces = [data.slice(a, b - a) for a, b in zip(ends, ends[1:], strict=False)]
    whole = estimate(EVERY, data)
    same(estimate(EVERY, pa.concat_tables(pieces)), whole)
    path = tmp_path_factory.mktemp("split") / "data.parquet"
    pq.write_table(data, path, row_group_size=group)
    same(estimate(EVERY, path), whole)


@SOME
@given(surveys())
def test_the_totals_of_the_parts_of_a_file_are_those_of_the_file(data):
    """A file for each stratum: people and totals add up, and so do the variances of totals."""
    asked = plan(TOTAL, TOTAL | {"satisfied": [4, 5], "missing": [0]})
    whole = list(estimate(asked, data))
    strata = data["stratum"].to_pylist()
    files = [data.filter(pa.array([one == h for one in strata])) for h in sorted(set(strata))]
    parts = [list(estimate(asked, file)) for file in files]
    for i, row in enumerate(whole):
        own = [part[i] for part in parts]
        assert sum(one.rows for one in own) == row.rows
        assert sum(one.n for one in own) == row.n
        assert sum(one.value or 0 for one in own) == pytest.approx(row.value or 0)
        assert sum((one.se or 0) ** 2 for one in own) == pytest.approx((row.se or 0) ** 2)


@SOME
@given(surveys(), surveys())
def test_a_domain_is_the_same_in_a_larger_table(data, others):
    """The table grows by the strata of another province."""
    here = data.append_column("province", pa.array(["a"] * len(data)))
    there = others.append_column("province", pa.array(["b"] * len(others)))
    there = there.set_column(
        0, "stratum", pa.array([f"b{h}" for h in others["stratum"].to_pylist()])
    )
    there = there.set_column(1, "cluster", pa.array(others["cluster"].to_numpy() + 1000))
    by = SHARE | {"by": ["province", "sex"]}
    larger = estimate(plan(by), pa.concat_tables([there, here]))
    same([row for row in larger if row.by["province"] == "a"], list(estimate(plan(by), here)))


@SOME
@given(surveys())
def test_a_domain_by_a_column_is_the_domain_by_a_condition(data):
    every = estimate(plan(SHARE | {"by": ["sex"]}), data)
    where = [{"column": "sex", "op": "==", "value": "nữ"}]
    alone = list(estimate(plan(SHARE, where=where), data))
    found = [row for row in every if row.by["sex"] == "nữ"]
    if found:
        assert numbers(found) == pytest.approx(numbers(alone), rel=1e-9, nan_ok=True)
    else:
        assert {row.rows for row in alone} == {0}


@SOME
@given(surveys(), st.sampled_from(INTERVALS), st.sampled_from([0.8, 0.95, 0.999]))
def test_an_interval_holds_its_value_and_apart_from_wald_no_impossible_share(data, ci, level):
    blocks = [block | {"ci": ci, "level": level} for block in (SHARE, SPREAD)]
    for row in estimate(plan(*blocks), data):
        if row.value is None:
            assert (row.status, row.low, row.high) == ("no-answers", None, None)
            continue
        assert row.low - 1e-9 <= row.value <= row.high + 1e-9
        if ci != "wald":
            assert 0 <= row.low <= row.high <= 1


@SOME
@given(surveys(), st.floats(0.5, 2), st.booleans())
def test_estimates_of_poststratified_data_have_the_totals_of_the_margin(data, more, raked):
    """The margin is told by the plan; people are counted by a column of ones."""
    w, sex, stratum = (data[c].to_numpy(zero_copy_only=False) for c in ("w", "sex", "stratum"))
    target = w * np.where(sex == "nam", more, 1.0)
    margins = [{"by": ["sex"], "totals": {s: float(target[sex == s].sum()) for s in set(sex)}}]
    if raked:
        totals = {h: float(target[stratum == h].sum()) for h in sorted(set(stratum))}
        margins.append({"by": ["stratum"], "totals": totals})
    calibration = {"method": "rake" if raked else "poststratify", "margins": margins}
    people = TOTAL | {"of": ["one"], "by": ["sex"]}
    ones = data.append_column("one", pa.array([1] * len(data)))
    for row in estimate(plan(people) | {"calibration": calibration}, ones):
        assert row.value == pytest.approx(margins[0]["totals"][row.by["sex"]], rel=1e-7)
        assert row.se == pytest.approx(0, abs=1e-4 * row.value)
