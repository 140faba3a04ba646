"""From a file to findings: the loader first, then each rule on what it takes."""

from collections.abc import Iterator
from pathlib import Path

from questionnaires.build import build
from questionnaires.lint.rule import ERROR, Fault, Finding, Rule
from questionnaires.lint.rules import BOOKS, every
from questionnaires.lint.source import Source
from questionnaires.loader import check_whole, read, tables
from questionnaires.model import Questionnaire
from questionnaires.problems import Faults, Lines, Problem, QuestionnaireError
from questionnaires.shapes import Table

UNNAMED = Rule("refused", ERROR, "The loader refuses the form for another reason.", "See there.")
ECHOES = {  # rule: the rules it only follows from, when they are on the same line, question or file
    "missing-translation": (("unequal-options", "line"),),
    "duplicate-item": (("duplicate-row", "question"),),
    "factor-unrated-item": (("rating-without-satisfied", ""), ("unknown-scale", "")),
}


def lint_file(path: str | Path) -> list[Finding]:
    """What is wrong with a file, errors before warnings, each in the order of the lines."""
    try:
        text = read(Path(path), ())
    except QuestionnaireError as error:
        return [_refusal(str(path), problem) for problem in error.problems]
    return lint(text, str(path))


def lint(text: str, file: str) -> list[Finding]:
    """What is wrong with the text of a form; `file` is the name that findings give for it."""
    try:
        table = tables(text, file)
    except QuestionnaireError as error:
        return [_refusal(file, problem) for problem in error.problems]
    lines = Lines(text)
    form, refusals = loaded(table, Faults(file, lines))
    source = Source(file, lines, table, form)
    found = [*(_refusal(file, problem, source) for problem in refusals), *_found(source)]
    return _ordered(_without_echoes(found))


def loaded(table: Table, faults: Faults) -> tuple[Questionnaire | None, list[Problem]]:
    """What `questionnaires.parse` makes of a table that is read already, or why it refuses it."""
    check_whole(table, faults)
    return (None, faults.problems) if faults.problems else (build(table), [])


def _refusal(file: str, problem: Problem, source: Source | None = None) -> Finding:
    behind = (book.behind(problem) for book in BOOKS)
    rule = next((one for one in behind if one is not None), UNNAMED)
    question = problem.question.removeprefix("question ")
    if source and problem.line and not question:
        question = source.question_at(problem.line)
    return Finding(file, problem.line or 1, question, rule, problem.what, problem.remedy)


def _found(source: Source) -> Iterator[Finding]:
    for book in BOOKS:
        for rule, look in book.of_table:
            yield from (_finding(source, rule, fault) for fault in look(source))
        for rule, look in book.of_form if source.form else ():
            yield from (_finding(source, rule, fault) for fault in look(source))
    yield from _found_said(source)


def _found_said(source: Source) -> Iterator[Finding]:
    """What is wrong with single wordings. The same words in the same part are looked at once."""
    checks = [one for book in BOOKS for one in book.of_said]
    known: dict[tuple[str, ...], list[tuple[Rule, str]]] = {}
    for said in source.said:
        words, part = said.wording.words, said.wording.part
        key = (said.text, said.language, part, words.get("vi", ""))
        if key not in known:
            known[key] = [(rule, what) for rule, says in checks if (what := says(said))]
        for rule, what in known[key]:
            path = (*said.wording.path, said.language)
            yield _finding(source, rule, Fault(path, said.wording.question, what))


def _finding(source: Source, rule: Rule, fault: Fault) -> Finding:
    line = source.lines.of(fault.path) or 1
    return Finding(source.file, line, fault.question, rule, f"{fault.what}.", rule.remedy)


def _without_echoes(found: list[Finding]) -> list[Finding]:
    """What only follows from another finding is left out: one mistake, one message."""
    told = {(one.rule.id, where) for one in found for where in (one.line, one.question, "")}
    return [
        one
        for one in found
        if not any(
            (cause, getattr(one, at, "")) in told for cause, at in ECHOES.get(one.rule.id, ())
        )
    ]


def _ordered(found: list[Finding]) -> list[Finding]:
    place = {rule.id: index for index, rule in enumerate(every())}
    return sorted(
        found,
        key=lambda one: (one.severity != ERROR, one.line, place.get(one.rule.id, -1)),
    )
