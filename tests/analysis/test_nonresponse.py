"""Those who did not answer are stood for by those like them; what cannot be fitted is named."""

import numpy as np
import pyarrow as pa
import pytest

from analysis import weigh
from analysis.errors import DesignError, NotConvergedError, PlanError
from tests.analysis.conftest import survey

DESIGN = {"weight": "w"}


def sample(n: int = 4000, seed: int = 7) -> pa.Table:
    """People of whom the old and the rural answer less; `y` is known of all of them."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 90, n)
    area = rng.choice(["city", "rural", "town"], n)
    odds = 2.2 - 0.05 * (age - 18) - 0.8 * (area == "rural")
    answered = rng.random(n) < 1 / (1 + np.exp(-odds))
    return pa.table(
        {
            "w": rng.uniform(5, 15, n),
            "age": age,
            "area": area,
            "place": np.select([area == "city", area == "rural"], [1, 2], 3),
            "answered": answered.astype(int),
            "y": (rng.random(n) < 0.1 + 0.012 * (age - 18)).astype(int),
        }
    )


def found(data: pa.Table, **nonresponse) -> np.ndarray:
    plan = {"design": DESIGN, "nonresponse": {"respondent": "answered"} | nonresponse}
    return weigh(plan, data).table["weight"].to_numpy()


@pytest.mark.parametrize("classes", [None, 5, 10])
def test_propensities_take_away_the_bias_of_who_answers(classes):
    data = sample()
    y, w, answered = (data[c].to_numpy() for c in ("y", "w", "answered"))
    truth = (w @ y) / w.sum()
    naive = (w * answered) @ y / (w @ answered)
    more = {} if classes is None else {"classes": classes}
    weight = found(data, covariates=["age", "area"], **more)
    assert (weight[answered == 0] == 0).all()
    assert truth - naive > 0.04
    assert abs(weight @ y / weight.sum() - truth) < 0.012
    assert weight.sum() == pytest.approx(w.sum(), rel=0.02 if classes is None else 1e-12)


def test_categories_alone_make_the_propensity_the_share_of_the_class():
    data = sample(400)
    by_class = found(data, by=["area"])
    assert found(data, covariates=["area"]) == pytest.approx(by_class, rel=1e-9)
    coded = found(data, covariates=["place"], categorical=["place"])
    assert coded == pytest.approx(by_class, rel=1e-9)
    assert found(data, covariates=["place"]) != pytest.approx(by_class, rel=1e-3)


def test_a_covariate_that_says_another_again_changes_nothing():
    data = sample(400)
    twice = data.append_column("again", pa.array(data["age"].to_numpy() * 2.0 + 1))
    assert found(twice, covariates=["age", "again"]) == pytest.approx(
        found(data, covariates=["age"]), rel=1e-8
    )


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"area": ["x"] * 4 + ["y"] * 8}, r"nobody answered where area = x \(4 rows\)"),
        ({"area": ["x"] * 6 + ["z"] * 6}, r"everybody answered where area = z \(6 rows\)"),
        (
            {"area": list(range(12))},
            "area separates those who answered .*: the others go up to 3, the rest from 4",
        ),
    ],
)
def test_a_covariate_that_separates_those_who_answered_is_named(columns, told):
    answered = [0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]
    with pytest.raises(NotConvergedError, match=told):
        found(survey(answered=answered, **columns), covariates=["area"])


def test_covariates_that_separate_only_together_are_named():
    a, b = [1, 2, 3, 4] * 3, [1] * 4 + [2] * 4 + [3] * 4
    both = [int(x + y > 4) for x, y in zip(a, b, strict=True)]
    data = survey(answered=both, a=a, b=b)
    with pytest.raises(NotConvergedError, match="(a|b), perhaps with others, tells those"):
        found(data, covariates=["a", "b"])


def test_everybody_or_nobody_who_answers_leaves_no_propensity():
    for answered in ([1] * 12, [0] * 12):
        with pytest.raises(DesignError, match="everybody answered, or nobody"):
            found(survey(answered=answered), covariates=["sex"])


def test_who_did_not_answer_needs_no_category_of_a_margin():
    sex = ["nam", "nữ", None, "nam", "nữ", None] * 2
    answered = [int(s is not None) for s in sex]
    plan = {
        "design": DESIGN,
        "nonresponse": {"respondent": "answered", "by": ["stratum"]},
        "calibration": {
            "method": "poststratify",
            "margins": [{"by": ["sex"], "totals": {"nam": 90, "nữ": 110}}],
        },
    }
    weight = weigh(plan, survey(sex=sex, answered=answered)).table["weight"].to_numpy()
    assert weight.sum() == pytest.approx(200)
    assert (weight[[2, 5, 8, 11]] == 0).all()


@pytest.mark.parametrize(
    ("nonresponse", "told"),
    [
        ({"covariates": ["q1"]}, "`respondent` is needed"),
        ({"covariates": ["q1"], "by": ["sex"], "respondent": "r"}, "exclude each other"),
        ({"covariates": ["q1"], "categorical": ["q2"], "respondent": "r"}, 'names "q2"'),
        ({"classes": 5, "respondent": "r"}, "`classes` is a number from 2"),
        ({"covariates": ["q1"], "classes": 1, "respondent": "r"}, "`classes` is a number from 2"),
    ],
)
def test_plans_of_nonresponse_that_say_too_little_or_too_much(nonresponse, told):
    with pytest.raises(PlanError, match=told):
        weigh({"design": DESIGN, "nonresponse": nonresponse}, survey())
