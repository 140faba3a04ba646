"""Numbers that SAS and Stata printed, to the digits that they printed, and R's beside them."""

import pyarrow as pa
import pytest

from analysis import estimate
from tests.golden.reference import cases, table

CLOSE = 1e-8


def agree(row, case: dict, value: str, se: str, low: str = "", high: str = "") -> None:
    """The row has R's numbers at 1e-8, and those that were printed within their last digit."""
    for own, key in ((row.value, value), (row.se, se), (row.low, low), (row.high, high)):
        if not key:
            continue
        assert own == pytest.approx(case["R"][key], rel=CLOSE)
        printed = case["published"][key]
        digits = len(str(printed).partition(".")[2]) if isinstance(printed, float) else 0
        assert round(own, digits) == pytest.approx(printed, abs=1.01 * 10**-digits)


def test_schools_as_sas_has_them():
    """R: svymean(~growth, dsrs), svytotal, svyratio(~api00, ~api99), svymean(~sch.wide)."""
    case = cases("published")["published.camis_sas_apisrs"]
    data = table("apisrs")
    grown = zip(data["api00"].to_pylist(), data["api99"].to_pylist(), strict=True)
    data = data.drop_columns(["growth"]) if "growth" in data.column_names else data
    data = data.append_column("growth", [[a - b for a, b in grown]])
    blocks = [
        {"kind": "mean", "of": ["growth"]},
        {"kind": "total", "of": ["growth"]},
        {"kind": "ratio", "of": ["api00/api99"]},
        {"kind": "share", "of": ["sch.wide"], "satisfied": ["Yes"], "ci": "wald"},
    ]
    plan = {"design": {"fpc": ["fpc"], "weight": "pw"}, "estimate": blocks}
    mean, total, ratio, share = estimate(plan, data)
    agree(mean, case, "growth_mean", "growth_se", "growth_lo", "growth_hi")
    agree(total, case, "growth_total", "growth_total_se")
    agree(ratio, case, "ratio", "ratio_se", "ratio_lo", "ratio_hi")
    agree(share, case, "schwide_yes", "schwide_se", "schwide_lo", "schwide_hi")


def test_a_repeated_systematic_sample_as_stata_has_it():
    """R: svymean(~xibar, svydesign(~cluster, weights = ~wt1, fpc = ~M)), svytotal(~xi)."""
    case = cases("published")["published.ucla_stata_systematic"]
    blocks = [{"kind": "mean", "of": ["xibar"]}, {"kind": "total", "of": ["xi"]}]
    plan = {
        "design": {"stages": ["cluster"], "fpc": ["M"], "weight": "wt1"},
        "estimate": blocks,
    }
    mean, total = estimate(plan, pa.table(case["data"]))
    agree(mean, case, "xibar", "xibar_se", "lo", "hi")
    agree(total, case, "xi", "xi_se", "xi_lo", "xi_hi")
