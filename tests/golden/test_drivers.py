"""LMG of R's relaimpo for the fertility of 47 Swiss provinces."""

import pytest

from analysis.drivers import drivers, words
from tests.golden.reference import DATA

LMG = {  # R: calc.relimp(swiss, type = "lmg"), as Grömping (2006), J. Stat. Soft. 17(1), prints it
    "Agriculture": 0.05709122,
    "Examination": 0.17117303,
    "Education": 0.26013468,
    "Catholic": 0.10557015,
    "Infant.Mortality": 0.11276592,
}


def test_the_importances_are_those_of_relaimpo():
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
