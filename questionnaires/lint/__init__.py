"""The linter: everything wrong with a form, each with file, line, question, rule and remedy."""

from questionnaires.lint.rule import ERROR, WARNING, Finding, Rule
from questionnaires.lint.rules import BOOKS, every
from questionnaires.lint.run import lint, lint_file

__all__ = ["BOOKS", "ERROR", "WARNING", "Finding", "Rule", "every", "lint", "lint_file"]
