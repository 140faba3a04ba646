"""A sample drawn stage by stage, and what the estimator makes of it."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import estimate
from analysis.errors import AnalysisError, ColumnMissingError, DataError, PlanError, SampleError
from analysis.sampling.drawn import draw
from analysis.sampling.joint import yates_grundy

VILLAGES = [
    {"unit": "commune", "take": 3},
    {"unit": "village", "take": 2},
    {"take": 6, "reserve": 4, "short": "all"},
]


def plan(selection, **more):
    own = {"seed": 1, "key": ["household"], "strata": ["district"], "selection": selection}
    return {"sample": {k: v for k, v in (own | more).items() if v is not None}}


def main(drawn):
    return drawn.table.filter(pc.equal(drawn.table.column("sample_part"), "sample"))


def estimated(drawn, kind="mean", of="days", **more):
    block = {"kind": kind, "of": [of], **more}
    return estimate({"design": drawn.design, "estimate": [block]}, main(drawn)).rows[0]


def test_districts_communes_villages_households(households):
    drawn = draw(plan(VILLAGES), households)
    rows = main(drawn).to_pylist()
    assert len({r["commune"] for r in rows}) == 12 and len({r["sample_cell"] for r in rows}) == 24
    first = rows[0]
    assert first["sample_cell"] == f"district = 1, commune = {first['commune']}, village = " + str(
        first["village"]
    )
    assert (first["sample_units1"], first["sample_units2"]) == (6, 5)
    there = sum(
        h["commune"] == first["commune"] and h["village"] == first["village"]
        for h in households.to_pylist()
    )
    assert first["sample_units3"] == there
    assert first["sample_weight"] == pytest.approx(6 / 3 * 5 / 2 * there / 6)
    assert first["sample_probability1"] == first["sample_fraction1"] == 0.5
    assert "stage 2, village, simple: 24 of 60 in 12 units" in drawn.told


def test_the_reserve_is_in_order_by_village_and_weighs_nothing_yet(households):
    drawn = draw(plan(VILLAGES), households)
    kept = {}
    for row in drawn.table.to_pylist():
        if row["sample_part"] == "reserve":
            assert row["sample_weight"] is None
            kept.setdefault(row["sample_cell"], []).append(row["sample_order"])
    assert len(kept) == 24
    assert all(orders == list(range(1, len(orders) + 1)) for orders in kept.values())
    assert all(len(orders) <= 4 for orders in kept.values())
    few = draw(plan([{"unit": "commune", "take": 1}, {"take": 9, "reserve": 999}]), households)
    assert few.told[2].endswith("in 4 units; fewer in reserve than asked in 4")
    twice = draw(plan([{"take": 5, "reserve": "equal"}]), households)
    assert twice.record["sample"] == twice.record["reserve"] == 20
    with pytest.raises(DataError, match='"sample_weight" is empty in row'):
        estimate(
            {"design": drawn.design, "estimate": [{"kind": "mean", "of": ["days"]}]}, drawn.table
        )


def test_the_order_of_the_file_does_not_count(households):
    shuffled = households.take(pa.array(np.random.default_rng(9).permutation(len(households))))
    for selection in (
        VILLAGES,
        [{"take": 9, "method": "systematic", "order": ["commune"], "reserve": 3}],
        [{"take": 9, "method": "pps", "size": "adults", "reserve": 3}],
        [{"unit": "commune", "method": "pps", "take": 2}, {"unit": "village", "rate": 0.5}],
    ):
        assert draw(plan(selection), households).table.equals(draw(plan(selection), shuffled).table)
    assert not draw(plan(VILLAGES), households).table.equals(
        draw(plan(VILLAGES, seed=2), households).table
    )


def test_a_seed_draws_these_very_households():
    """A list by rule, so that it is the same wherever this runs: 3 communes, 4 villages each."""
    rows = [
        {"id": 100 * c + 10 * v + h, "commune": c, "village": v, "people": c + 2}
        for c in (1, 2, 3)
        for v in (1, 2, 3, 4)
        for h in range(1, 8)
    ]
    stages = [
        {"unit": "commune", "take": 2, "method": "pps", "size": "people"},
        {"unit": "village", "take": 2},
        {"take": 2, "reserve": 1},
    ]
    drawn = draw(
        {"sample": {"seed": 11, "key": ["id"], "selection": stages}}, pa.Table.from_pylist(rows)
    )
    assert drawn.table.column("id").to_pylist() == [
        *(133, 132, 136, 143, 146, 145),
        *(237, 234, 231, 243, 245, 247),
    ]
    assert drawn.record["rows_sha256"].startswith("58f8b134a785")


def test_a_unit_for_certain_is_a_stratum_of_its_own(households):
    rows = households.to_pylist()
    big = [r | {"adults": r["adults"] * (60 if r["commune"] == 100 else 1)} for r in rows]
    stages = [{"unit": "commune", "method": "pps", "size": "adults", "take": 3}, {"take": 8}]
    drawn = draw(plan(stages), pa.Table.from_pylist(big))
    own = {r["sample_stratum"]: r for r in main(drawn).to_pylist()}
    assert own["district = 1, commune = 100"]["sample_probability1"] == 1
    assert own["district = 1, commune = 100"]["sample_fraction1"] == 1
    assert len(own) == 5 and 0 < own["district = 1"]["sample_fraction1"] < 1
    assert "stage 1, commune, pps: 12 of 24 in 4 strata, 1 of them for certain" in drawn.told
    row = estimated(drawn)
    assert row.status == "ok" and row.df == 12 - 5


def test_an_allocated_sample_has_its_sizes_and_a_lonely_stratum_is_told(households):
    rule = {"method": "equal", "total": 40}
    drawn = draw(plan([{}], allocation=rule), households)
    counts = pc.value_counts(main(drawn).column("district")).to_pylist()
    assert [c["counts"] for c in counts] == [10] * 4
    alone = draw(plan([{"unit": "commune", "take": 1}, {"take": 5}]), households)
    assert "warning: 4 strata have one unit of several: no standard error there" in alone.told
    assert estimated(alone).status == "lonely"


@given(st.data())
def test_whatever_is_drawn_adds_up_and_does_not_know_the_order(data):
    """Any strata, method, size and reserve: probabilities, weights, parts, and a shuffled file."""
    sizes = data.draw(st.lists(st.integers(1, 12), min_size=1, max_size=4))
    rows = [
        {"id": f"{h}-{i}", "h": h, "x": data.draw(st.floats(0.01, 99))}
        for h, many in enumerate(sizes)
        for i in range(many)
    ]
    stage = {
        "take": data.draw(st.integers(1, 12)),
        "method": data.draw(st.sampled_from(["simple", "systematic", "pps"])),
        "short": "all",
        "reserve": data.draw(st.integers(0, 3)),
    }
    if stage["method"] == "pps":
        stage["size"] = "x"
    own = {"seed": data.draw(st.integers(0, 2**40)), "key": ["id"], "strata": ["h"]}
    drawn = draw({"sample": own | {"selection": [stage]}}, pa.Table.from_pylist(rows))
    shuffled = pa.Table.from_pylist(data.draw(st.permutations(rows)))
    assert draw({"sample": own | {"selection": [stage]}}, shuffled).table.equals(drawn.table)
    kept = main(drawn).to_pylist()
    assert len(kept) == sum(min(stage["take"], many) for many in sizes)
    assert len({r["id"] for r in drawn.table.to_pylist()}) == len(drawn.table)
    assert all(0 < r["sample_probability"] <= 1 for r in kept)
    assert all(0 < r["sample_fraction1"] <= 1 for r in kept)
    if stage["method"] != "pps":
        assert sum(r["sample_weight"] for r in kept) == pytest.approx(len(rows))


@pytest.mark.parametrize(
    ("selection", "worst"),
    [
        ([{"take": 20}], 0.02),
        ([{"take": 20, "method": "pps", "size": "adults"}], 0.02),
        (VILLAGES, 0.05),
        (
            [
                {"unit": "commune", "method": "pps", "size": "adults", "take": 3},
                {"unit": "village", "method": "pps", "size": "adults", "take": 2},
                {"take": 6, "short": "all", "method": "systematic"},
            ],
            0.05,
        ),
    ],
)
def test_over_many_seeds_the_estimate_is_right_and_its_interval_honest(
    households, selection, worst
):
    """120 samples: no bias in the total of days, and 95 % intervals that hold the true mean."""
    days, draws = households.column("days").to_numpy(), 120
    drawn = [draw(plan(selection, seed=seed), households) for seed in range(draws)]
    samples = [main(one) for one in drawn]
    marked = [s.append_column("seed", pa.array([i] * len(s))) for i, s in enumerate(samples)]
    design = drawn[0].design | {"strata": ["seed", "sample_stratum"]}
    block = {"kind": "mean", "of": ["days"], "by": ["seed"]}
    rows = estimate({"design": design, "estimate": [block]}, pa.concat_tables(marked)).rows
    totals = [s["days"].to_numpy() @ s["sample_weight"].to_numpy() for s in samples]
    error = np.std(totals, ddof=1) / np.sqrt(draws)
    assert abs(np.mean(totals) - days.sum()) < 3.5 * error
    assert error * np.sqrt(draws) / days.sum() < 0.2
    inside = sum(row.low <= days.mean() <= row.high for row in rows)
    assert inside / draws > 0.95 - worst
    assert np.mean([row.se**2 for row in rows]) == pytest.approx(
        np.var([row.value for row in rows], ddof=1), rel=0.45
    ), "the variance that is estimated is the one there is"


@pytest.mark.parametrize(
    ("stage", "method"),
    [
        ({"method": "simple"}, "simple"),
        ({"method": "pps", "size": "adults"}, "hartley-rao"),
    ],
)
def test_pairs_of_first_stage_units_give_the_variance_of_a_total(households, stage, method):
    """Whole communes, 3 of 6 a district: Yates and Grundy's mean is the variance there is."""
    totals, variances, draws = [], [], 80
    for seed in range(draws):
        drawn = draw(
            plan([stage | {"unit": "commune", "take": 3}], seed=seed), households, pairs=True
        )
        assert set(drawn.pairs.column("method").to_pylist()) == {method}
        grouped = drawn.table.group_by(["sample_stratum", "commune", "sample_probability"])
        units = grouped.aggregate([("days", "sum")]).to_pylist()
        totals.append(sum(u["days_sum"] / u["sample_probability"] for u in units))
        by_stratum, both = {}, {}
        for unit in units:
            by_stratum.setdefault(unit["sample_stratum"], []).append(unit)
        for pair in drawn.pairs.to_pylist():
            both[pair["unit"], pair["other"]] = pair["probability"]
        variances.append(sum(pairwise(own, both) for own in by_stratum.values()))
    assert np.mean(variances) == pytest.approx(np.var(totals, ddof=1), rel=0.4)


def pairwise(units, both):
    p = np.array([u["sample_probability"] for u in units])
    joint = np.diag(p)
    for i, a in enumerate(units):
        for j, b in enumerate(units):
            if i != j:
                pair = sorted((a["commune"], b["commune"]))
                joint[i, j] = both[pair[0], pair[1]]
    return yates_grundy(np.array([u["days_sum"] for u in units]), p, joint)


def test_pairs_with_a_unit_for_certain_and_of_a_list_in_order(households):
    rows = households.to_pylist()
    big = [r | {"adults": r["adults"] * (60 if r["commune"] == 100 else 1)} for r in rows]
    stage = {"unit": "commune", "method": "pps", "size": "adults", "take": 3, "order": ["commune"]}
    drawn = draw(plan([stage]), pa.Table.from_pylist(big), pairs=True)
    own = {r["commune"]: r["sample_probability1"] for r in main(drawn).to_pylist()}
    pairs = [p for p in drawn.pairs.to_pylist() if p["unit"] == 100]
    assert len(pairs) == 2 and {p["method"] for p in pairs} == {"ordered"}
    assert all(p["probability"] == pytest.approx(own[p["other"]]) for p in pairs)
    assert len(drawn.pairs) == 4 * 3 and draw(plan([stage]), households).pairs is None


def test_the_capital_and_two_more_by_a_column_of_numbers(households):
    """Commune 100 is the capital of district 1: a stratum of one, beside two of its other five."""
    rows = [
        r | {"capital": r["commune"] % 100 == 0, "many": 1 if r["commune"] % 100 == 0 else 2}
        for r in households.to_pylist()
    ]
    stages = [{"unit": "commune", "take": "many", "method": "pps"}, {"take": 5}]
    own = plan(stages, strata=["district", "capital"])
    drawn = draw(own, pa.Table.from_pylist(rows))
    chosen = {r["commune"]: r["sample_probability1"] for r in main(drawn).to_pylist()}
    assert len(chosen) == 4 * 3 and chosen[100] == chosen[400] == 1
    assert estimated(drawn).df == 12 - 8
    rows[5]["many"] = 7
    words = 'column "many" must be one whole number in district = 1, capital = True'
    with pytest.raises(DataError, match=words):
        draw(own, pa.Table.from_pylist(rows))


def test_a_stratum_that_is_allocated_nobody_is_an_error(households):
    rule = {"method": "proportional", "total": 3, "minimum": 0}
    with pytest.raises(SampleError, match="district = . is allocated no unit"):
        draw(plan([{}], allocation=rule), households)


def cell(table, row, column, value):
    rows = table.to_pylist()
    rows[row][column] = value
    return pa.Table.from_pylist(rows)


PPS = [{"take": 2, "method": "pps", "size": "adults"}]


def test_what_is_wrong_with_a_frame_is_said(households):
    small = households.slice(0, 300)
    own = plan([{"take": 2}])
    for error, words, table, asked in (
        (
            ColumnMissingError,
            'no column "village", which `unit` in',
            small.drop(["village"]),
            plan(VILLAGES),
        ),
        (
            ColumnMissingError,
            'no column "household", which `key` in',
            small.drop(["household"]),
            own,
        ),
        (
            DataError,
            r"key household = H00004 is in 2 rows, the first are 3 and 5 \(1 such",
            cell(small, 2, "household", "H00004"),
            own,
        ),
        (
            DataError,
            '"household" is empty in 1 rows, the first is row 3',
            cell(small, 2, "household", None),
            own,
        ),
        (
            DataError,
            '"district" is empty in 1 rows, the first is row 8',
            cell(small, 7, "district", None),
            own,
        ),
        (
            DataError,
            r'"adults" must be a number over 0 in every row; it is -3 in row 5 \(1 such ',
            cell(small, 4, "adults", -3),
            plan(PPS),
        ),
        (
            DataError,
            '"adults" must be a number over 0 in every row; it is empty in row 5',
            cell(small, 4, "adults", None),
            plan(PPS),
        ),
        (DataError, "the frame has no rows", small.slice(0, 0), own),
        (
            DataError,
            'column "sample_x" begins with "sample_"',
            small.append_column("sample_x", small.column("days")),
            own,
        ),
        (
            SampleError,
            "district = 1: 999 rows to draw, but the frame has",
            small,
            plan([{"take": 999}]),
        ),
        (
            SampleError,
            "district = 1, commune = 10.: 9 units of village to draw, but the frame has 5",
            households,
            plan([{"unit": "commune", "take": 1}, {"unit": "village", "take": 9}]),
        ),
        (
            SampleError,
            r"the unit village = 1 is in the strata",
            households,
            plan([{"unit": "village", "take": 1}]),
        ),
    ):
        with pytest.raises(error, match=words):
            draw(asked, table)
    with pytest.raises(DataError, match='"adults" must be numbers, but holds "three" in row 1'):
        texts = pa.array(["three", *["2"] * 299])
        draw(plan(PPS), small.set_column(4, "adults", texts))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"seed": None}, "`seed` is needed to draw"),
        ({"seed": -1}, "`seed` must be a whole number from 0 up"),
        ({"key": []}, "`key` is needed to draw"),
        ({"selection": []}, "nothing to draw"),
        ({"selection": [{}]}, "`take` or `rate` is needed"),
        ({"selection": [{"take": 1, "rate": 0.5}]}, "cannot both be given"),
        ({"selection": [{"take": 1, "size": "adults"}]}, "is for pps"),
        ({"selection": [{"take": 1, "order": ["adults"]}]}, "has no order"),
        ({"selection": [{"take": 1}, {"take": 1}]}, "only the last stage draws rows"),
        ({"selection": [{"take": 1, "unit": "commune", "reserve": 2}, {"take": 1}]}, "last stage"),
        ({"selection": [{"take": 1, "methode": "pps"}]}, "unknown key `methode`"),
        ({"siezes": []}, "unknown key `siezes`"),
        ({"sizes": [{"method": "yamane"}]}, "`error` is needed for yamane"),
        ({"sizes": [{"method": "yamane", "error": 0.1, "share": 0.5}]}, "unknown key `share`"),
        ({"sizes": [{"method": "cochran", "error": 0.1, "name": "a"}] * 2}, "two of one name"),
        ({"allocation": {"method": "neyman", "total": 9}}, "`sd` is needed for neyman"),
        ({"allocation": {"method": "bethel"}}, "`targets` is needed"),
        ({"allocation": {"method": "equal"}}, "`total` is needed for equal"),
        ({"allocation": {"method": "equal", "total": 9, "sd": "days"}}, "`sd` is not for equal"),
        ({"allocation": {"method": "bethel", "total": 9}}, "`total` is not for bethel"),
        (
            {"allocation": {"method": "power", "total": 9, "size": "days", "sd": "days"}},
            "and `mean` go together",
        ),
        ({"allocation": {"method": "equal", "total": 9}}, "both say how many to draw"),
        (
            {"allocation": {"method": "bethel", "targets": [{"of": "days"}]}},
            "`cv` or `error` is needed, one of the two",
        ),
    ],
)
def test_what_is_wrong_with_a_plan_is_said(households, more, words):
    with pytest.raises(PlanError, match=words):
        draw(plan(**({"selection": [{"take": 2}]} | more)), households)


def test_a_plan_without_a_sample_has_nothing_to_draw(households):
    with pytest.raises(AnalysisError, match=r"the plan has no \[sample\]"):
        draw({}, households)
