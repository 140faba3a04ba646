"""The page of methods has every rule of sampling, and its plan draws."""

import re
import tomllib
from pathlib import Path

from analysis.sampling.asked import size_table
from analysis.sampling.drawn import draw
from analysis.sampling.request import ALLOCATIONS, SELECTIONS, SIZES

PAGE = (Path(__file__).parents[3] / "docs" / "methods.md").read_text(encoding="utf-8")


def test_every_rule_has_its_line():
    rules = {*SIZES, *ALLOCATIONS, *SELECTIONS}
    assert [rule for rule in sorted(rules) if f"\n| {rule} |" not in PAGE] == []


def test_the_plan_on_the_page_sizes_and_draws(households):
    (text,) = re.findall(r"```toml\n(\[sample\]\n.*?)```", PAGE, re.DOTALL)
    plan = tomllib.loads(text)
    assert len(size_table(plan, households)) == 4
    drawn = draw(plan, households)
    assert drawn.record["sample"] > 250
    assert len(set(drawn.table.column("sample_cell").to_pylist())) == 24
