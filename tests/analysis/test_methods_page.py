"""The page of methods names functions that exist, and every interval and kind has its line."""

import importlib
import re
from pathlib import Path

from analysis.blocks import INTERVALS, KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "methods.md").read_text(encoding="utf-8")


def test_every_function_on_the_page_exists():
    named = set(re.findall(r"`(analysis(?:\.\w+)+)`", PAGE))
    assert len(named) > 30
    for name in named:
        parts = name.split(".")
        found = importlib.import_module(".".join(parts[:2]))
        for part in parts[2:]:
            found = getattr(found, part)
        assert callable(found), name


def test_every_interval_and_kind_is_on_the_page():
    rows = {cell.strip() for line in PAGE.splitlines() for cell in line.split("|")[1:2]}
    first = {word for row in rows for word in re.split(r"[ ,]+", row)}
    assert [name for name in INTERVALS if name not in first] == []
    assert [name for name in KINDS if name not in first and name != "quantile"] == []
