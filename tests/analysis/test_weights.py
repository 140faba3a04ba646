"""Weights step by step: base, nonresponse, calibration, trimming; and their diagnostics."""

import numpy as np
import pytest

from analysis import weigh
from analysis.errors import CalibrationError, DataError, DesignError, NotConvergedError, PlanError
from analysis.weights import millionths
from tests.analysis.conftest import survey

DESIGN = {"strata": ["stratum"], "stages": ["cluster"]}


def weights(plan: dict, data=None) -> np.ndarray:
    return weigh(plan, survey() if data is None else data).table["weight"].to_numpy()


def sizes(**more):
    """Populations: 5 of 2 clusters in a, 8 of 2 in b; people 30 a cluster, 3 of them asked."""
    return survey(N=[5] * 6 + [8] * 6, M=[30] * 12, person=list(range(12)), **more)


def test_base_weights_are_population_over_sample_by_stage():
    design = {"strata": ["stratum"], "stages": ["cluster", "person"], "fpc": ["N", "M"]}
    found = weights({"design": design}, sizes())
    assert found == pytest.approx([5 / 2 * 10] * 6 + [8 / 2 * 10] * 6)
    shares = sizes(f=[0.4] * 6 + [0.25] * 6, g=[0.1] * 12)
    again = weights({"design": design | {"fpc": ["f", "g"]}}, shares)
    assert again == pytest.approx(found)


def test_those_who_answered_carry_the_weight_of_their_class():
    data = survey(answered=[1, 1, 0, 1, 0, 0, 1, 1, 1, 1, 1, 1])
    plan = {"design": DESIGN | {"weight": "w"}}
    plan["nonresponse"] = {"by": ["stratum"], "respondent": "answered"}
    found = weights(plan, data)
    start = data["w"].to_numpy()
    assert (found[[2, 4, 5]] == 0).all()
    assert found[:6].sum() == pytest.approx(start[:6].sum())
    assert found[6:] == pytest.approx(start[6:])
    nobody = survey(answered=[0] * 6 + [1] * 6)
    with pytest.raises(DesignError, match="nobody answered in the class stratum = a"):
        weights(plan, nobody)


def rake(sex: dict, stratum: dict) -> dict:
    margins = [{"by": ["sex"], "totals": sex}, {"by": ["stratum"], "totals": stratum}]
    return {
        "design": DESIGN | {"weight": "w"},
        "calibration": {"method": "rake", "margins": margins},
    }


def test_raking_reaches_every_margin_and_says_so():
    done = weigh(rake({"nam": 90, "nữ": 110}, {"a": 80, "b": 120}), survey())
    for category in done.diagnostics.margins:
        assert category.after == pytest.approx(category.population, rel=1e-9)
    assert [c.category for c in done.diagnostics.margins] == ["nam", "nữ", "a", "b"]
    assert done.diagnostics.kish == pytest.approx(1 + done.diagnostics.cv**2)
    assert any("sex = nữ: population 110" in line for line in done.diagnostics.lines())


def test_margins_from_files_beside_the_plan(tmp_path):
    (tmp_path / "margin.csv").write_text("stratum,sex,N\na,nam,40\na,nữ,41\nb,nam,60\nb,nữ,61\n")
    plan = tmp_path / "plan.toml"
    plan.write_text(
        '[design]\nweight = "w"\n[calibration]\nmethod = "poststratify"\n'
        'margins = [{by = ["stratum", "sex"], file = "margin.csv"}]\n'
    )
    assert weigh(plan, survey()).table["weight"].to_numpy().sum() == pytest.approx(202)


def test_margin_files_that_cannot_be_used_are_named(tmp_path):
    plan = tmp_path / "plan.toml"
    plan.write_text(
        '[design]\nweight = "w"\n[calibration]\nmethod = "poststratify"\n'
        'margins = [{by = ["sex"], file = "m.csv"}]\n'
    )
    for text, told in (
        (None, "m.csv cannot be read: No such file"),
        (b"sex,N\nnam,\xff\n", r"m.csv is not UTF-8 text \(byte 10\)"),
        (b"sex,N\nnam,many\n", 'm.csv: column "N", row 1: "many" is not a number'),
        (b"sex,N\nnam,1\nnam,2\n", "row 2 repeats nam"),
        (b"stratum,N\na,1\n", 'no column "sex"'),
    ):
        if text is not None:
            (tmp_path / "m.csv").write_bytes(text)
        with pytest.raises(DataError, match=told):
            weigh(plan, survey())


def test_margins_that_cannot_be_met_are_named():
    with pytest.raises(CalibrationError, match="stratum adds up to 190, but sex to 200"):
        weights(rake({"nam": 90, "nữ": 110}, {"a": 80, "b": 110}))
    with pytest.raises(CalibrationError, match="sex has no total for nữ"):
        weights(rake({"nam": 200}, {"a": 80, "b": 120}))
    with pytest.raises(CalibrationError, match="total for c, but no one sampled"):
        weights(rake({"nam": 90, "nữ": 110}, {"a": 80, "b": 60, "c": 60}))
    crossed = survey(sex=["nam"] * 6 + ["nữ"] * 6)
    with pytest.raises(NotConvergedError, match=r"in the margin \w+, "):
        weights(rake({"nam": 90, "nữ": 110}, {"a": 80, "b": 120}), crossed)


def test_trimming_keeps_the_sum_and_the_limits():
    plan = {"design": DESIGN | {"weight": "w"}, "trim": {"upper": 15, "strict": True}}
    found = weights(plan)
    assert found.max() <= 15 + 1e-9
    assert found.sum() == pytest.approx(survey()["w"].to_numpy().sum())
    with pytest.raises(DesignError, match="cannot have the same sum"):
        weights({"design": DESIGN | {"weight": "w"}, "trim": {"upper": 1}})


def test_faults_of_weights_are_told_where():
    plan = {"design": DESIGN | {"weight": "w"}}
    with pytest.raises(DataError, match='column "w" holds -1 in row 2'):
        weights(plan, survey(w=[1.0, -1.0] + [1.0] * 10))
    with pytest.raises(DataError, match='"weight" already'):
        weights(plan, survey(weight=[1] * 12))
    with pytest.raises(PlanError, match="`where`"):
        where = [{"column": "sex", "op": "==", "value": "nam"}]
        weights({"design": DESIGN | {"where": where}})


def test_frozen_weights_are_whole_millionths():
    assert millionths(np.array([1.5, 1 / 3])).tolist() == [1_500_000, 333_333]
    with pytest.raises(DesignError, match="cannot be frozen"):
        millionths(np.array([1.0, np.nan]))
