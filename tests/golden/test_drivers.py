"""LMG of R's relaimpo for the fertility of 47 Swiss provinces; ordinal logits of R's svyolr."""

import numpy as np
import pyarrow as pa
import pytest

from analysis.drivers import drivers, logit, words
from tests.golden.reference import DATA, cases, design, table

LMG = {  # R: calc.relimp(swiss, type = "lmg"), as Grömping (2006), J. Stat. Soft. 17(1), prints it
    "Agriculture": 0.05709122,
    "Examination": 0.17117303,
    "Education": 0.26013468,
    "Catholic": 0.10557015,
    "Infant.Mortality": 0.11276592,
}


def test_the_importances_are_those_of_relaimpo():
    """R: calc.relimp(Fertility ~ ., swiss, type = "lmg")."""
    plan = {
        "drivers": {
            "overall": "Fertility",
            "factors": [{"name": f"of {item}", "of": [item]} for item in LMG],
            "satisfied": [20],
        }
    }
    done = drivers(plan, DATA / "swiss.csv", words("en"))
    rows = {row["of"]: row for row in done.table.to_pylist()}
    for item, part in LMG.items():
        assert rows[item]["importance"] == pytest.approx(part, abs=1e-8)
        assert rows[f"of {item}"]["importance"] == pytest.approx(part, abs=1e-8)
    assert done.r2 == pytest.approx(0.7067, abs=5e-5)


def near(found: pa.Table, case: dict, renamed: dict[str, str]) -> None:
    """Within the 1e-3 at which R's optimiser stops."""
    rows = {row["of"]: row for row in found.to_pylist()}
    for ours, theirs in renamed.items():
        for name, key in (("value", "estimate"), ("se", "se")):
            assert rows[ours][name] == pytest.approx(case["expected"][key][theirs], rel=1e-3)


def test_the_ordinal_logit_of_schools_is_that_of_svyolr():
    """R: svyolr(cut(api00, c(0, 550, 650, 750, 1000)) ~ meals + ell, dst)."""
    case, schools = cases("classic")["strat.olr"], table("apistrat")
    band = 1 + np.searchsorted([550, 650, 750], schools["api00"].to_numpy())
    plan = {
        "design": design(case),
        "drivers": {
            "overall": "band",
            "factors": [{"name": item, "of": [item]} for item in ("meals", "ell")],
            "satisfied": [4],
            "predictors": "items",
        },
    }
    done = logit(plan, schools.append_column("band", pa.array(band)))
    cuts = ["(0,550]|(550,650]", "(550,650]|(650,750]", "(650,750]|(750,1e+03]"]
    near(
        done.table,
        case,
        {"meals": "meals", "ell": "ell", **dict(zip(["1|2", "2|3", "3|4"], cuts, strict=True))},
    )


def test_the_ordinal_logit_of_a_criterion_is_that_of_svyolr():
    """R: svyolr(factor(c01) ~ factor(sex) + factor(urban), subset(d24, c01 > 0))."""
    case, people = cases("olr")["x.olr"], table("sipas_36k")
    sex, urban = people["sex"].to_numpy() - 1, people["urban"].to_numpy().astype(int)
    people = people.append_column("woman", pa.array(sex)).append_column("town", pa.array(urban))
    year = {"where": [{"column": "year", "op": "==", "value": 2024}]}
    plan = {
        "design": {"strata": ["ystrat"], "stages": ["ypsu"], "weight": "w"} | year,
        "drivers": {
            "overall": "c01",
            "factors": [{"name": "demography", "of": ["woman", "town"]}],
            "satisfied": [4, 5],
            "predictors": "items",
        },
    }
    codes = pa.array(people["c01"].to_numpy(), mask=people["c01"].to_numpy() == 0)
    people = people.set_column(people.column_names.index("c01"), "c01", codes)
    cuts = {cut: cut for cut in ("1|2", "2|3", "3|4", "4|5")}
    renamed = {"woman": "factor(sex)2", "town": "factor(urban)1", **cuts}
    near(logit(plan, people).table, case, renamed)
