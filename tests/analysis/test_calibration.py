"""Calibration: totals are met or the miss is told, bounds hold, trimming keeps sums."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import weigh
from analysis.errors import CalibrationError, DataError, DesignError, NotConvergedError, PlanError
from tests.analysis.conftest import survey

DESIGN = {"weight": "w"}
SEX = {"by": ["sex"], "totals": {"nam": 90, "nữ": 110}}
STRATUM = {"by": ["stratum"], "totals": {"a": 80, "b": 120}}


def done(method: str, margins: list, data=None, **more):
    trim = {"trim": more.pop("trim")} if "trim" in more else {}
    own = {"method": method, "margins": margins} | more
    plan = {"design": DESIGN, "calibration": own} | trim
    return weigh(plan, survey() if data is None else data)


def weights(*args, **more) -> np.ndarray:
    return done(*args, **more).table["weight"].to_numpy()


@st.composite
def samples(draw) -> tuple[pa.Table, list]:
    """A sample of 24 to 60 with three columns and totals that some weights of it do meet."""
    n = draw(st.integers(24, 60))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    data = {
        "w": rng.uniform(1, 9, n),
        "a": np.r_[[0, 1, 2], rng.integers(0, 3, n - 3)],
        "b": [("x", "y")[i] for i in np.r_[[0, 1, 1], rng.integers(0, 2, n - 3)]],
        "size": rng.integers(1, 7, n).astype(float),
    }
    met = data["w"] * rng.uniform(0.8, 1.25, n)
    totals = {k: {v: met[data["a"] == v].sum() for v in range(3)} for k in "a"}
    totals["b"] = {v: met[np.array(data["b"]) == v].sum() for v in "xy"}
    margins = [{"by": [k], "totals": {str(c): t for c, t in totals[k].items()}} for k in "ab"]
    return pa.table(data), [*margins, {"of": "size", "total": float(met @ data["size"])}]


SOME = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])


@SOME
@given(samples(), st.sampled_from(["rake", "linear", "logit"]), st.booleans())
def test_calibrated_weights_sum_to_every_total_and_keep_to_their_bounds(sample, method, numbers):
    data, margins = sample
    bounds = {"bounds": [0.78, 1.28]} if method != "rake" else {}
    found = done(method, margins if numbers else margins[:2], data, **bounds)
    for one in found.diagnostics.margins:
        assert one.after == pytest.approx(one.population, rel=1e-8)
    factor = found.table["weight"].to_numpy() / data["w"].to_numpy()
    assert factor.min() > 0
    if bounds:
        assert 0.78 - 1e-9 <= factor.min() <= factor.max() <= 1.28 + 1e-9


@SOME
@given(samples(), st.floats(1e-3, 1e3))
def test_weights_in_another_unit_change_no_raked_weight(sample, unit):
    data, margins = sample
    before = weights("rake", margins[:2], data)
    scaled = data.set_column(0, "w", pa.array(data["w"].to_numpy() * unit))
    assert weights("rake", margins[:2], scaled) == pytest.approx(before, rel=1e-9)


@SOME
@given(samples())
def test_poststratified_weights_have_the_totals_of_each_crossing(sample):
    data, _ = sample
    (one,) = sample[1][:1]
    found = weights("poststratify", [one], data)
    a = data["a"].to_numpy()
    for value, total in one["totals"].items():
        assert found[a == int(value)].sum() == pytest.approx(total, rel=1e-12)
    ratios = (found / data["w"].to_numpy())[a == 0]
    assert np.ptp(ratios) == pytest.approx(0, abs=1e-12)


@SOME
@given(samples(), st.floats(0.5, 0.95))
def test_trimming_keeps_the_total_of_the_weights(sample, share):
    data, _ = sample
    w = data["w"].to_numpy()
    upper = w.mean() + share * (w.max() - w.mean())
    plan = {"design": DESIGN, "trim": {"upper": float(upper), "strict": True}}
    found = weigh(plan, data)
    weight = found.table["weight"].to_numpy()
    assert weight.sum() == pytest.approx(w.sum(), rel=1e-12)
    assert weight.max() <= upper * (1 + 1e-9)
    assert 0 < found.diagnostics.share_trimmed == (w > upper).mean()


def test_raking_to_numbers_and_raking_by_turns_are_the_same_weights():
    by_turns = weights("rake", [SEX, STRATUM])
    one = survey(one=[1.0] * 12)
    assert weights("rake", [SEX, STRATUM, {"of": "one", "total": 200}], one) == pytest.approx(
        by_turns, rel=1e-10
    )


def test_cycles_end_with_margins_met_and_weights_within_the_limits():
    trim = {"upper": 20.5, "lower": 10}
    data = survey(sex=["nam", "nữ", "nữ"] * 4)
    totals = {"nam": 66, "nữ": 124}
    margins = [
        {"by": ["sex"], "totals": totals},
        {"by": ["stratum"], "totals": {"a": 75, "b": 115}},
    ]
    once = done("rake", margins, data, trim=trim)
    assert max(abs(c.after - c.population) for c in once.diagnostics.margins) > 0.1
    found = done("rake", margins, data, trim=trim | {"cycles": 200})
    weight = found.table["weight"].to_numpy()
    assert 10 * (1 - 1e-8) <= weight.min() <= weight.max() <= 20.5 * (1 + 1e-8)
    for one in found.diagnostics.margins:
        assert one.after == pytest.approx(one.population, rel=1e-8)
    with pytest.raises(NotConvergedError, match=r"after 3 cycles \d+ rows of 12 have weights"):
        done("rake", margins, data, trim={"upper": 19.6, "lower": 12.5, "cycles": 3})


def test_a_miss_is_told_with_its_margin_its_size_and_its_cause():
    crossed = survey(sex=["nam"] * 6 + ["nữ"] * 6)
    told = r"in the margin sex, nam has .* instead of 90 \(.*\); no row is in both sex = nam and "
    with pytest.raises(NotConvergedError, match=told + "stratum = b"):
        done("rake", [SEX, STRATUM], crossed)
    with pytest.raises(
        NotConvergedError, match=r"bounds 0\.98 and 1\.02 are too tight: \d+ rows of"
    ):
        done("linear", [SEX, STRATUM], bounds=[0.98, 1.02])
    with pytest.raises(
        NotConvergedError, match=r"q1 over 200 is 7 each, but the data go from 0 to 5"
    ):
        done("rake", [SEX, {"of": "q1", "total": 1400}])


def test_totals_are_checked_before_anything_is_computed():
    odd = {"by": ["stratum"], "totals": {"a": 80, "b": 110}}
    with pytest.raises(CalibrationError, match="stratum adds up to 190, but sex to 200"):
        done("rake", [SEX, odd])
    rounded = {"by": ["stratum"], "totals": {"a": 80, "b": 120.00001}}
    with pytest.raises(
        CalibrationError, match=r"adds up to 200\.00001, .* \(\+1e-05\); both must be"
    ):
        done("rake", [SEX, rounded])
    with pytest.raises(CalibrationError, match=r"no total for nữ, which is in the data \(6 rows\)"):
        done("rake", [{"by": ["sex"], "totals": {"nam": 200}}, STRATUM])
    with pytest.raises(CalibrationError, match=r"says 0 for nữ, which is in the data \(6 rows\)"):
        done("rake", [{"by": ["sex"], "totals": {"nam": 200, "nữ": 0}}, STRATUM])
    with pytest.raises(CalibrationError, match="a population total is -1"):
        done("rake", [{"by": ["sex"], "totals": {"nam": 201, "nữ": -1}}, STRATUM])


def test_cells_that_weights_cannot_use_are_told_with_their_number():
    words = ["1", "2", "many", "4"] * 3
    with pytest.raises(DataError, match=r'"q1" has a .* it holds "many" \(3 rows without a'):
        done("linear", [{"of": "q1", "total": 500}], survey(q1=words))
    sex = ["nam", None, "nữ", ""] * 3
    with pytest.raises(DataError, match=r'column "sex" is empty in row 2 \(6 rows without it\)'):
        done("rake", [SEX, STRATUM], survey(sex=sex))
    with pytest.raises(DataError, match=r'"w" holds -1 in row 2 \(1 row without a number from 0'):
        done("rake", [SEX], survey(w=[1.0, -1.0] + [1.0] * 10))
    with pytest.raises(DataError, match=r'"w" is empty in row 1 \(2 rows'):
        done("rake", [SEX], survey(w=[None, None] + [1.0] * 10))
    with pytest.raises(DataError, match=r'holds "two" in row 2 \(1 row like it\)'):
        done("rake", [SEX], survey(w=["1", "two"] + ["3"] * 10))
    with pytest.raises(DataError, match="there are no rows to weigh"):
        done("rake", [SEX], survey().slice(0, 0))
    with pytest.raises(DesignError, match="none of 12 rows has a weight above 0"):
        done("rake", [SEX], survey(w=[0.0] * 12))


def test_linear_weights_below_0_are_counted():
    margins = [{"by": ["sex"], "totals": {"nam": 90, "nữ": 90}}, {"of": "q1", "total": 240}]
    found = done("linear", margins)
    weight = found.table["weight"].to_numpy()
    assert found.diagnostics.negative == (weight < 0).sum() > 0
    assert "`bounds` keep weights above 0" in str(found)


@pytest.mark.parametrize(
    ("calibration", "told"),
    [
        ({"method": "poststratify", "margins": [{"of": "q1", "total": 3}]}, "must be one of categ"),
        ({"method": "rake", "margins": [{"of": "q1"}]}, "`total` is needed beside `of`"),
        ({"method": "rake", "margins": [{"of": "q1", "total": 3}] * 2}, "a column twice"),
        (
            {"method": "rake", "margins": [{"of": "q1", "total": 3, "by": ["s"]}]},
            "unknown key `by`",
        ),
    ],
)
def test_plans_of_calibration_that_say_too_little_or_too_much(calibration, told):
    with pytest.raises(PlanError, match=told):
        weigh({"design": DESIGN, "calibration": calibration}, survey())


def test_plans_of_trimming_that_contradict_themselves():
    for trim, told in (
        ({"lower": 3, "upper": 2}, "`lower` is 3, not below `upper`, 2"),
        ({"upper": 2, "cycles": 5}, r"`cycles` alternate with \[calibration\]"),
        ({"upper": 2, "cycles": 1.5}, "`cycles` must be a whole number"),
    ):
        with pytest.raises(PlanError, match=told):
            weigh({"design": DESIGN, "trim": trim}, survey())
