"""Every rule, in files by meaning."""

from questionnaires.lint.rule import Rule
from questionnaires.lint.rules import (
    address,
    bands,
    choices,
    conditions,
    languages,
    measures,
    privacy,
    refusals,
    scales,
    structure,
    typography,
    wording,
)

BOOKS = (
    refusals.rules,
    structure.rules,
    choices.rules,
    bands.rules,
    scales.rules,
    languages.rules,
    typography.rules,
    wording.rules,
    address.rules,
    measures.rules,
    privacy.rules,
    conditions.rules,
)


def every() -> tuple[Rule, ...]:
    """All rules, in the order of the table in docs/questionnaire-rules.md."""
    return tuple(rule for book in BOOKS for rule in book.every)
