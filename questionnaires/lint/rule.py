"""A rule, what it finds, and the book in which the rules of one meaning are kept."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from questionnaires.lint.source import Said, Source
from questionnaires.problems import Path, Problem

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Rule:
    """One thing that a form must (`error`) or should (`warning`) be.

    sentence: what is wrong, in general; remedy: what its author can do about it.
    """

    id: str
    severity: str
    sentence: str
    remedy: str


@dataclass(frozen=True)
class Finding:
    """A place where a rule is not kept. `question` is empty where it is about no single one."""

    file: str
    line: int
    question: str
    rule: Rule
    what: str
    remedy: str

    @property
    def severity(self) -> str:
        return self.rule.severity

    def __str__(self) -> str:
        about = f"{self.question} {self.rule.id}" if self.question else self.rule.id
        return f"{self.file}:{self.line} {about}: {self.what} — {self.remedy}"


@dataclass(frozen=True)
class Fault:
    """What a check yields: the path of the key at fault, the question, and what is wrong."""

    path: Path
    question: str
    what: str


SaysOf = Callable[[Said], str]
FindsIn = Callable[[Source], Iterator[Fault]]
S = TypeVar("S", bound=SaysOf)
F = TypeVar("F", bound=FindsIn)


class Rules:
    """The rules of one meaning, each with the function that looks for it.

    said: look at one wording in one language and say what is wrong with it, or nothing.
    table: look at the file's table, of whatever shape.
    form: look at a form that the loader takes; its table has every shape the format asks for.
    refused: what the loader says when it does not take the file.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.every: list[Rule] = []
        self.of_said: list[tuple[Rule, SaysOf]] = []
        self.of_table: list[tuple[Rule, FindsIn]] = []
        self.of_form: list[tuple[Rule, FindsIn]] = []
        self.of_refusal: list[tuple[Rule, re.Pattern[str]]] = []

    def _add(self, *words: str) -> Rule:
        rule = Rule(*words)
        self.every.append(rule)
        return rule

    def said(self, name: str, severity: str, sentence: str, remedy: str) -> Callable[[S], S]:
        rule = self._add(name, severity, sentence, remedy)

        def keep(check: S) -> S:
            self.of_said.append((rule, check))
            return check

        return keep

    def table(self, name: str, severity: str, sentence: str, remedy: str) -> Callable[[F], F]:
        return self._finder(self.of_table, self._add(name, severity, sentence, remedy))

    def form(self, name: str, severity: str, sentence: str, remedy: str) -> Callable[[F], F]:
        return self._finder(self.of_form, self._add(name, severity, sentence, remedy))

    def _finder(self, kept: list[tuple[Rule, FindsIn]], rule: Rule) -> Callable[[F], F]:
        def keep(check: F) -> F:
            kept.append((rule, check))
            return check

        return keep

    def refused(self, name: str, sentence: str, remedy: str, pattern: str) -> None:
        """A rule that the loader keeps; `pattern` finds its problem by its words."""
        rule = self._add(name, ERROR, sentence, remedy)
        self.of_refusal.append((rule, re.compile(pattern)))

    def behind(self, problem: Problem) -> Rule | None:
        """The rule that a problem of the loader breaks; None when it is not of this book."""
        said = f"{problem.what} {problem.remedy}"
        return next((rule for rule, pattern in self.of_refusal if pattern.search(said)), None)
