"""The rules of flags, read from their file."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "rules.toml"
STRONG, WEAK, TOLD = "strong", "weak", "told"
ENOUGH_WEAK = 2


@dataclass(frozen=True)
class Rule:
    """One rule in its present version; thresholds by name."""

    id: str
    version: int
    weight: str
    title: Mapping[str, str]
    about: Mapping[str, str]
    thresholds: Mapping[str, float]


@cache
def rules() -> dict[str, Rule]:
    """Every rule by its id, in the order of the file."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))["rule"]
    return {table["id"]: _rule(table) for table in tables}


def _rule(table: dict[str, Any]) -> Rule:
    named = {name: table.pop(name) for name in ("id", "version", "weight", "title", "about")}
    return Rule(**named, thresholds=table)


def of_weight(weight: str) -> list[str]:
    """Ids of the rules that weigh so."""
    return [rule.id for rule in rules().values() if rule.weight == weight]


def leaves_out(flags: Iterable[str]) -> bool:
    """The published rule: one strong flag, or two weak ones. What is not known here is told."""
    known = rules()
    weights = [known[flag].weight for flag in set(flags) if flag in known]
    return STRONG in weights or weights.count(WEAK) >= ENOUGH_WEAK
