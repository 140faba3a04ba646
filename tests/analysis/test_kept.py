"""A table of totals that was kept gives what the data give, and refuses what it does not have."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis import Kept, covariance, estimate, keep, totals
from analysis.errors import DataError, PlanError
from tests.analysis.conftest import survey

DESIGN = {"strata": ["stratum"], "stages": ["cluster"], "weight": "w", "lonely": "certainty"}
ITEMS = {"satisfied": [4, 5], "missing": [0]}
GROUP = [{"name": "both", "of": ["q1", "q2"]}]
SHARE = {"kind": "share", "of": ["q1", "q2"], "groups": GROUP, "by": ["sex", "year"]} | ITEMS
CODES = {"kind": "distribution", "of": ["q1"], "missing": [0]}
MEAN = {"kind": "mean", "of": ["q2"], "missing": [0]}


def two_years() -> pa.Table:
    """People of two years; one has no sex told."""
    years = [2024, 2025, 2025] * 4
    return survey(year=years, sex=["nam", "nữ", None, "nữ"] * 3, N=[40] * 6 + [60] * 6)


def plan(*blocks: dict, **design: object) -> dict:
    return {"design": DESIGN | design, "estimate": list(blocks)}


def same(one: object, other: object) -> None:
    """The same rows, to the last digits that the order of a sum may change."""
    for mine, theirs in zip(one, other, strict=True):
        assert (mine.of, mine.by, mine.code, mine.n, mine.df) == (
            *(theirs.of, theirs.by, theirs.code, theirs.n, theirs.df),
        )
        for name in ("value", "se", "low", "high", "deff"):
            known = getattr(theirs, name)
            known = known if known is None else pytest.approx(known, rel=1e-10, abs=1e-14)
            assert getattr(mine, name) == known, name
        assert (mine.method, mine.status) == (theirs.method, theirs.status)


@pytest.fixture
def scans(monkeypatch) -> list:
    """One entry for each pass over data."""
    passes, real = [], totals.one_pass
    monkeypatch.setattr(totals, "one_pass", lambda *a: passes.append(1) or real(*a))
    return passes


OTHERS = [
    plan(SHARE | {"ci": "wilson", "level": 0.9, "df": "inf"}),
    plan(SHARE | {"by": ["year"]}),
    plan(SHARE | {"by": ["stratum"]}, SHARE | {"by": []}),
    plan(SHARE | {"variance": "bootstrap", "replicates": 100, "seed": 3}),
    plan(SHARE | {"variance": "jackknife"}),
    plan(SHARE | {"deff": "none"}),
    plan(SHARE | {"groups": []}, where=[{"column": "year", "op": ">", "value": 2024}]),
    plan(SHARE, lonely="adjust", fpc=["N"]),
    plan(CODES, MEAN, {"kind": "total", "of": ["q2"]} | ITEMS),
    plan(SHARE | {"by": []})
    | {
        "calibration": {
            "method": "poststratify",
            "margins": [{"by": ["year"], "totals": {"2024": 90, "2025": 70}}],
        }
    },
]


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("stored", [False, True])
def test_what_another_plan_asks_of_kept_totals_costs_no_scan(other, stored, scans, tmp_path):
    data = two_years()
    kept = keep(plan(SHARE, CODES, MEAN, fpc=["N"]), data)
    if stored:
        kept.save(tmp_path / "kept.parquet")
        kept = tmp_path / "kept.parquet"
    expected = estimate(other, data)
    before = len(scans)
    found = estimate(other, kept)
    assert len(scans) == before
    same(found, expected)


def test_a_covariance_comes_from_kept_totals_too(scans):
    data = two_years()
    kept = keep(plan(SHARE), data)
    before = len(scans)
    found = covariance(plan(SHARE | {"by": ["year"]}), kept)
    assert len(scans) == before
    expected = covariance(plan(SHARE | {"by": ["year"]}), data)
    assert found.matrix == pytest.approx(expected.matrix, rel=1e-9, abs=1e-15)


def test_one_scan_makes_totals_for_blocks_of_any_domains(scans):
    keep(plan(SHARE | {"by": ["sex"]}, SHARE | {"by": ["year"]}), two_years())
    assert len(scans) == 1


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (plan(SHARE | {"satisfied": [5]}), r'what "q2" needs \(sums of: in .q2. \[5\]\)'),
        (plan(SHARE | {"by": ["q2"]}), r'what column "q2" needs \(its groups are by stratum'),
        (plan(SHARE | {"by": ["age"]}), 'no column "age", which `by` in .* 0 names'),
        (plan(SHARE | {"groups": [{"name": "x", "of": ["q2", "q1"]}]}), r'what "x" needs'),
        (plan(CODES | {"of": ["q2"]}), r'what the distribution of "q2" needs \(its codes\)'),
        (plan(CODES | {"missing": []}), r'what "q1" needs \(sums of: answered .q1. \[\]\)'),
        (plan(SHARE, weight=None), r'the weight "None" needs \(its weight is "w"\)'),
        (plan(SHARE, stages=[]), r"stages \[\] needs \(its stages are cluster\)"),
        (plan(SHARE, where=[{"column": "q1", "op": "==", "value": 1}]), r'`where` over "q1"'),
        (plan(SHARE, fpc=["w"]), 'the population column "w" needs'),
        (plan({"kind": "quantile", "of": ["q1"], "probs": [0.5]}), "a quantile needs"),
    ],
)
def test_what_kept_totals_lack_is_refused_by_name(other, told):
    kept = keep(plan(SHARE, CODES), two_years())
    with pytest.raises((PlanError, DataError), match=told):
        estimate(other, kept)


def test_the_rows_that_totals_were_kept_of_are_theirs():
    later = [{"column": "year", "op": ">", "value": 2024}]
    data = two_years()
    kept = keep(plan(SHARE, where=later), data)
    same(estimate(plan(SHARE, where=later), kept), estimate(plan(SHARE, where=later), data))
    women = [*later, {"column": "sex", "op": "==", "value": "nữ"}]
    same(estimate(plan(SHARE, where=women), kept), estimate(plan(SHARE, where=women), data))
    with pytest.raises(PlanError, match="`where` needs .it was made for the rows of another"):
        estimate(plan(SHARE), kept)


def test_totals_that_cannot_be_kept_and_files_that_are_none(tmp_path):
    with pytest.raises(PlanError, match="totals are kept by clusters"):
        keep(plan(SHARE, stages=[]), two_years())
    with pytest.raises(PlanError, match="totals of quantiles are not kept"):
        keep(plan({"kind": "quantile", "of": ["q1"], "probs": [0.5]}), two_years())
    path = tmp_path / "people.parquet"
    pq.write_table(two_years(), path)
    with pytest.raises(DataError, match=r"people.parquet: is not a table of totals"):
        Kept.load(path)
    kept = keep(plan(SHARE), two_years())
    kept.save(path)
    assert len(Kept.load(path)) == len(kept) == len(kept.held)
    table = pq.read_table(path)
    marked = table.schema.metadata[b"sipas.totals"].replace(b'"format": 1', b'"format": 9')
    pq.write_table(table.replace_schema_metadata({b"sipas.totals": marked}), path)
    with pytest.raises(DataError, match="the table of totals has format 9; this release reads 1"):
        estimate(plan(SHARE), path)
