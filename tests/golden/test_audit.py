"""Every number of the reference is compared by a test here, or stands in a table that says why."""

import ast
import re
from pathlib import Path

import pytest

from tests.golden.reference import HERE, cases

PAGE = (HERE.parents[1] / "docs" / "methods.md").read_text(encoding="utf-8")
FILES = sorted(path.stem for path in HERE.glob("*.json"))
TESTS = [path for path in sorted(HERE.glob("test_*.py")) if path.name != "test_audit.py"]
SHORTEST = 6  # letters that a pattern must have outside its braces
NOT_COVERED = {  # case: the call of R that nothing here answers; the page says why
    "strat.var": "svyvar",
    "strat.stdize": "svystandardize",
    "strat.glm.gauss": "svyglm",
    "strat.glm.poisson": "svyglm",
    "strat.glm.regTermTest": "regTermTest",
    "strat.ranktest.wilcoxon": "svyranktest",
    "strat.ranktest.kw": "svyranktest",
    "strat.kappa": "svykappa",
    "strat.quantile.shahvaish": "svyquantile",
    "strat.quantile.ci.score": "svyquantile",
    "published.camis_sas_nhanes": "SAS",
    "published.ucla_hospital": "UCLA",
}


def patterns(path: Path) -> list[re.Pattern[str]]:
    """What the texts of a file of tests may name: literals, f-strings, beginnings, parts."""
    out = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            out.append(re.escape(node.value))
        elif isinstance(node, ast.JoinedStr):
            parts = [
                re.escape(str(one.value)) if isinstance(one, ast.Constant) else ".+"
                for one in node.values
            ]
            if sum(len(p) for p in parts if p != ".+") >= SHORTEST:
                out.append("".join(parts))
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "startswith":
            out += [re.escape(a.value) + ".*" for a in node.args if isinstance(a, ast.Constant)]
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In):
            left = node.left
            if isinstance(left, ast.Constant) and str(left.value).startswith("."):
                out.append(".*" + re.escape(str(left.value)) + ".*")
    return [re.compile(one) for one in out]


@pytest.fixture(scope="module")
def named() -> list[re.Pattern[str]]:
    return [one for path in TESTS for one in patterns(path)]


def test_every_case_is_compared_or_said_not_to_be(named):
    every = [name for file in FILES for name in cases(file)]
    assert len(every) == len(set(every)) > 290
    assert set(NOT_COVERED) < set(every)
    left = [n for n in every if not any(p.fullmatch(n) for p in named) and n not in NOT_COVERED]
    assert left == []


def test_what_is_said_not_to_be_compared_is_named_by_no_test():
    plain = {
        node.value
        for path in TESTS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert [name for name in NOT_COVERED if name in plain] == []
    for name, call in NOT_COVERED.items():
        (case,) = (cases(file)[name] for file in FILES if name in cases(file))
        assert call in case["r"], name


def test_the_page_says_why_of_each_case_that_is_not_compared():
    part = PAGE.partition("### Calls of R without an answer here")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in part.splitlines()
        if line.startswith("| ") and not line.startswith("| R's call")
    ]
    told = {name: row[0] for row in rows for name in re.findall(r"`([\w.]+)`", row[1])}
    assert set(told) == set(NOT_COVERED)
    for name, call in NOT_COVERED.items():
        assert call in told[name], name
    assert all(len(row[2].split()) > 4 for row in rows), "a reason is more than a word"


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_a_test_that_reads_a_case_names_the_call_of_r(path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            body = ast.unparse(node)
            if "cases(" in body or "milk(" in body or "quantiles(" in body:
                assert "R: " in (ast.get_docstring(node) or ""), f"{path.name}: {node.name}"
