"""What the linter's rules say at the desk. Their English stands at the rules; the catalogs have
the rest: `extract` is how pybabel finds it (translations/babel.cfg)."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext

from questionnaires.lint import Finding, every
from questionnaires.lint.run import UNNAMED

Message = tuple[int, str, str, list[str]]


def extract(_file: Any, _keywords: Any, _tags: Any, options: Any) -> Iterator[Message]:
    """Every sentence and remedy of a rule, as a message; `options` is Babel's name for it."""
    for rule in (*every(), UNNAMED):
        for words in (rule.sentence, rule.remedy):
            yield 1, "gettext", words, []


def sentence(finding: Finding) -> str:
    """What is wrong, in general."""
    return str(gettext(finding.rule.sentence))


def remedy(finding: Finding) -> str:
    """What its author can do about it."""
    return str(gettext(finding.rule.remedy))


def detail(finding: Finding) -> str:
    """What exactly is wrong there, in English; with a remedy that only this place has."""
    own = "" if finding.remedy == finding.rule.remedy else f" {finding.remedy}"
    return finding.what + own
