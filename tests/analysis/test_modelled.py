"""Small areas asked for in a plan: what comes out, and what is refused in a sentence."""

import pyarrow as pa
import pytest

from analysis import AnalysisError, estimate, read_plan
from analysis.modelled import model_areas
from analysis.modelling import Options
from analysis.small_area import small_areas
from tests.golden.reference import DATA

PEOPLE = DATA / "sipas_36k.parquet"
DESIGN = {
    "strata": ["ystrat"],
    "stages": ["ypsu"],
    "weight": "w",
    "where": [{"column": "year", "op": "==", "value": 2024}],
}
SHARE = {"kind": "share", "of": ["c01"], "satisfied": [4, 5], "missing": [0], "by": ["prov"]}
MODEL = {"covariates": ["poor"], "smoothing": "gvf"}
AREAS = pa.table({"prov": list(range(1, 65)), "poor": [(7 * i) % 23 / 2 for i in range(64)]})


def plan(small_area: dict | None = MODEL, block: dict | None = None, **more) -> dict:
    own = {"design": DESIGN, "estimate": [SHARE | (block or {})]} | more
    return own if small_area is None else own | {"small_area": small_area}


def test_a_plan_gives_what_the_functions_give():
    done = model_areas(plan(), PEOPLE, AREAS)
    direct = estimate({"design": DESIGN, "estimate": [SHARE]}, PEOPLE)
    again = small_areas(direct, AREAS, Options(covariates=("poor",), smoothing="gvf"))
    assert done.table.equals(again.table)
    assert done.table.num_rows == 64
    last = done.table.to_pylist()[-1]
    assert (last["prov"], last["source"], last["status"]) == (64, "synthetic", "no-answers")
    first = done.table.to_pylist()[0]
    low, high = sorted([first["direct"], first["synthetic"]])
    assert low <= first["value"] <= high
    assert first["mse"] == pytest.approx(first["se"] ** 2)


def test_the_table_of_areas_may_be_a_file_beside_the_plan(tmp_path):
    (tmp_path / "provinces.csv").write_text(
        "prov,poor\n" + "".join(f"{i},{(7 * i - 7) % 23 / 2}\n" for i in range(1, 65)),
        encoding="utf-8",
    )
    text = """
        [design]
        strata = ["ystrat"]
        stages = ["ypsu"]
        weight = "w"
        where = [{column = "year", op = "==", value = 2024}]
        [small_area]
        file = "provinces.csv"
        covariates = ["poor"]
        smoothing = "gvf"
        [[estimate]]
        kind = "share"
        of = ["c01"]
        satisfied = [4, 5]
        missing = [0]
        by = ["prov"]
    """
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    done = model_areas(tmp_path / "plan.toml", PEOPLE)
    assert done.table.equals(model_areas(plan(), PEOPLE, AREAS).table)


def test_without_covariates_the_areas_are_those_that_answered():
    done = model_areas(plan({"smoothing": "gvf"}), PEOPLE)
    assert done.table.num_rows == 63
    assert len(set(done.table["synthetic"].to_pylist())) == 1


def test_areas_of_few_answers_get_no_composite_when_the_table_is_published():
    """A composite, its weight and the synthetic value together would tell the direct one."""
    rows = model_areas(plan(), PEOPLE, AREAS, minimum=110).table.to_pylist()
    few = [row for row in rows if row["status"] == "few-answers"]
    assert few and len(few) < 60
    for row in few:
        assert (row["direct"], row["gamma"], row["source"]) == (None, 0, "synthetic")
        assert 0 < row["n"] < 110
    assert all(row["n"] >= 110 for row in rows if row["source"] == "composite")


def test_one_of_several_figures_is_modelled():
    several = {"of": ["c01", "c02"]}
    done = model_areas(plan(MODEL | {"of": "c02"}, several), PEOPLE, AREAS)
    assert set(done.table["of"].to_pylist()) == {"c02"}
    block = {"kind": "distribution", "of": ["c01"], "missing": [0], "by": ["prov"]}
    asked = {"design": DESIGN, "estimate": [block], "small_area": MODEL | {"code": 5}}
    done = model_areas(asked, PEOPLE, AREAS)
    fives = [row for row in estimate(asked, PEOPLE) if row.code == 5]
    assert done.table["direct"].to_pylist()[:63] == [row.value for row in fives]


@pytest.mark.parametrize(
    ("asked", "areas", "said"),
    [
        (plan(None), AREAS, r"the plan has no \[small_area\]"),
        (plan({"blocks": 1}), AREAS, r"\[small_area\]: unknown key `blocks`"),
        (plan({"method": "bayes"}), AREAS, '`method` is "bayes", but must be one of reml'),
        (plan({"level": 95}), AREAS, "`level` must lie between 0 and 1"),
        (plan({"block": 3}), AREAS, r"`block` is 3, of 1 \[\[estimate\]\]"),
        (plan({"code": [1]}), AREAS, "`code` must be one code"),
        (plan({"code": 1}), AREAS, "`code` is for a distribution"),
        (plan({"of": "c09"}), AREAS, '`of` is "c09", but must be one of c01'),
        (plan(block={"of": ["c01", "c02"]}), AREAS, "`of` is needed: one of c01, c02"),
        (plan(block={"by": ["prov", "year"]}), AREAS, "has 2. Choose one year"),
        (plan(block={"by": []}), AREAS, "has 0. Choose"),
        (plan(design=DESIGN | {"sample": "open"}), AREAS, 'sample = "open"'),
        (plan(MODEL), None, "no table of areas with poor"),
        (plan(MODEL), AREAS.select(["poor"]), 'has no column "prov"'),
        (plan(MODEL | {"covariates": ["rich"]}), AREAS, 'has no column "rich"'),
        (plan(MODEL), AREAS.slice(1), "no row for 1, which has an estimate"),
        (
            plan(MODEL),
            AREAS.set_column(0, "prov", AREAS["prov"].cast("string")),
            "numbers in the data and texts in the table",
        ),
        (plan(MODEL | {"file": "none.csv"}), None, "none.csv"),
        (
            {
                "design": DESIGN,
                "estimate": [{"kind": "mean", "of": ["c01"], "by": ["prov"]}],
                "small_area": {"scale": "logit"},
            },
            AREAS,
            '`scale` = "logit" is for shares',
        ),
        (
            {
                "design": DESIGN,
                "estimate": [
                    {"kind": "quantile", "of": ["c01"], "probs": [0.5], "by": ["prov"]},
                ],
                "small_area": {},
            },
            AREAS,
            "a quantile is not modelled",
        ),
    ],
)
def test_what_cannot_be_modelled_is_told(asked, areas, said):
    with pytest.raises(AnalysisError, match=said):
        model_areas(asked, PEOPLE, areas)


def test_a_plan_without_the_table_models_nothing():
    assert read_plan(plan(None)).small_area is None
