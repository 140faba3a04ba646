"""The examples in docstrings run and give what they say; results are tables that people read."""

import doctest
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pyarrow as pa
import pytest

import analysis
from analysis import covariance, estimate
from analysis.errors import AnalysisError
from tests.analysis.conftest import survey

PAGE = (Path(__file__).parents[2] / "docs" / "methods.md").read_text(encoding="utf-8")
MODULES = [m.name for m in pkgutil.walk_packages(analysis.__path__, "analysis.")]
PACKAGES = [
    "analysis",
    *(m.name for m in pkgutil.iter_modules(analysis.__path__, "analysis.") if m.ispkg),
]
ALONE = (  # modules that others than this package take functions from
    *("analysis.charts.trend_figure", "analysis.charts.to_svg", "analysis.charts.to_png"),
    *("analysis.modelled.model_areas", "analysis.small_area.small_areas"),
    *("analysis.series.trend_of", "analysis.weights.millionths"),
)
SHARE = {"kind": "share", "of": ["q1"], "satisfied": [4, 5], "missing": [0], "by": ["sex"]}
DESIGN = {"strata": ["stratum"], "stages": ["cluster"], "weight": "w"}


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name):
    module = importlib.import_module(name)
    assert (
        doctest.testmod(
            module, optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
        ).failed
        == 0
    )


def public() -> dict[str, object]:
    """Every function that a package of `analysis` offers, by where it is defined."""
    offered = [
        getattr(package, name)
        for package in map(importlib.import_module, PACKAGES)
        for name in getattr(package, "__all__", ())
    ]
    for name in ALONE:
        module, _, function = name.rpartition(".")
        offered.append(getattr(importlib.import_module(module), function))
    return {f"{f.__module__}.{f.__name__}": f for f in offered if inspect.isfunction(f)}


@pytest.mark.parametrize("name", public())
def test_every_public_function_has_an_example(name):
    assert ">>>" in (public()[name].__doc__ or ""), f"{name} has no example"


@pytest.mark.parametrize("name", public())
def test_every_public_function_has_its_place_on_the_page_of_methods(name):
    function = name.rpartition(".")[2]
    assert re.search(rf"`analysis[\w.]*\.{function}`", PAGE), name


def test_results_print_as_a_table_and_escape_in_a_notebook():
    named = survey(sex=["<b>"] * 6 + ["nữ"] * 6)
    results = estimate({"design": DESIGN, "estimate": [SHARE]}, named)
    head, first, second = str(results).splitlines()
    assert head.split() == ["of", "sex", "n", "value", "se", "low", "high", "df", "status"]
    assert first.split()[:3] == ["q1", "<b>", "6"]
    assert second.split()[-1] == "ok"
    assert "<td>&lt;b&gt;</td>" in results._repr_html_()
    assert str(results.rows[1]).startswith("q1, sex nữ: 0.")
    assert results.rows[0].cv == pytest.approx(results.rows[0].se / results.rows[0].value)


def test_more_rows_than_a_screen_holds_are_counted():
    many = pa.table({"q": [1, 2] * 60, "g": [i // 2 for i in range(120)]})
    results = estimate({"estimate": [{"kind": "mean", "of": ["q"], "by": ["g"]}]}, many)
    assert str(results).splitlines()[-1] == "(20 more rows)"


def test_what_nobody_answered_prints_its_reason():
    nobody = survey(q1=[0] * 12)
    results = estimate({"design": DESIGN, "estimate": [SHARE]}, nobody)
    assert str(results.rows[0]) == "q1, sex nam: no-answers, n = 0"
    assert results.rows[0].cv is None
    assert "no-answers" in str(results)


def test_results_are_read_as_arrow_and_a_missing_library_is_told():
    results = estimate({"design": DESIGN, "estimate": [SHARE]}, survey())
    assert pa.table(results) == results.to_arrow()
    with pytest.raises(AnalysisError, match="no_such_library is not installed: pip install"):
        analysis.results.library("no_such_library")


def test_a_covariance_prints_its_rows():
    found = covariance({"design": DESIGN, "estimate": [SHARE]}, survey())
    assert str(found).splitlines()[-1] == "covariance 2 x 2, linearized, df 2"
