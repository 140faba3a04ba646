"""The page of methods names functions that exist, and every interval and kind has its line."""

import importlib
import re
from pathlib import Path

from analysis.blocks import INTERVALS, KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "methods.md").read_text(encoding="utf-8")


def test_every_function_on_the_page_exists():
    named = set(re.findall(r"`((?:analysis|survey)(?:\.\w+)+)`", PAGE))
    assert len(named) > 30
    for name in named:
        module, _, function = name.rpartition(".")
        assert callable(found(module, function)), name


def found(module: str, function: str) -> object:
    """The function, or the method of a class of the module before the last dot."""
    try:
        return getattr(importlib.import_module(module), function)
    except ModuleNotFoundError:
        outer, _, owner = module.rpartition(".")
        return getattr(getattr(importlib.import_module(outer), owner), function)


def test_every_interval_and_kind_is_on_the_page():
    rows = {cell.strip() for line in PAGE.splitlines() for cell in line.split("|")[1:2]}
    first = {word for row in rows for word in re.split(r"[ ,]+", row)}
    assert [name for name in INTERVALS if name not in first] == []
    assert [name for name in KINDS if name not in first and name != "quantile"] == []
