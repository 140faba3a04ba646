"""Conditions, checks, limits and repeated answers: what can never be, and what always is."""

from collections.abc import Iterator
from dataclasses import dataclass

from questionnaires.features import PIPE
from questionnaires.lint.rule import ERROR, WARNING, Fault, Rules
from questionnaires.lint.source import Asked, Source
from questionnaires.lint.worlds import Outcome
from questionnaires.model import Questionnaire
from questionnaires.problems import Path
from questionnaires.trees import (
    Among,
    Comparison,
    Condition,
    Joined,
    Name,
    Not,
    Number,
    counted,
    names,
    sets,
)

rules = Rules("Conditions, checks and limits")


@dataclass(frozen=True)
class When:
    """A condition with where it stands, its question if it has one, and those that come first."""

    path: Path
    question: str
    before: tuple[Condition, ...]
    tree: Condition


def shown(source: Source) -> Iterator[When]:
    """The conditions on which screens, questions and options are shown."""
    form = source.form
    for index, screen in enumerate(form.screens if form else ()):
        if screen.show_when:
            yield When(("screens", index, "show_when"), "", (), screen.show_when)
    for asked in source.asked:
        yield from _of_question(source, asked)


def _of_question(source: Source, asked: Asked) -> Iterator[When]:
    question = asked.question
    screen = source.form.screens[int(asked.path[1])] if source.form else None
    before = (screen.show_when,) if screen and screen.show_when else ()
    if question.show_when:
        yield When((*asked.path, "show_when"), asked.id, before, question.show_when)
        before = (*before, question.show_when)
    if "options" in asked.table:
        for index, option in enumerate(question.options):
            if option.show_when:
                where = (*asked.options, index, "show_when")
                yield When(where, asked.id, before, option.show_when)


def checks(source: Source) -> Iterator[When]:
    """The conditions that answers must fulfil."""
    for asked in source.asked:
        for index, check in enumerate(asked.question.checks):
            yield When((*asked.path, "check", index, "holds"), asked.id, (), check.holds)


def outcome(source: Source, when: When) -> Outcome | None:
    """What a condition comes to; None when it names nothing sound, or too much to try."""
    if next(off_codes(source.form, when.tree), None) or source.worlds is None:
        return None
    return source.worlds.outcome(*when.before, when.tree)


def off_codes(form: Questionnaire | None, tree: Condition) -> Iterator[tuple[str, int]]:
    """The names held equal to a number that can never be their answer, with that number."""
    match tree:
        case Comparison("==" | "!=", Name(id), Number(value)):
            yield from _off(form, id, value)
        case Comparison("==" | "!=", Number(value), Name(id)):
            yield from _off(form, id, value)
        case Among(Name(id), tuple(numbers)):
            for value in numbers:
                yield from _off(form, id, value)
        case Among(Number(value), str(of)):
            yield from _off(form, of, value)
        case Not(part):
            yield from off_codes(form, part)
        case Joined(_, parts):
            for part in parts:
                yield from off_codes(form, part)


def _off(form: Questionnaire | None, name: str, value: int) -> Iterator[tuple[str, int]]:
    question = form.by_question.get(name) if form else None
    item = form.by_id.get(name) if form else None
    if question and question.kind in ("multiple", "grid"):
        if value not in [option.code for option in question.options]:
            yield name, value
    elif item and not item.takes(value):
        yield name, value


@rules.form(
    "condition-off-scale",
    ERROR,
    "A condition waits for a code or a number that its question does not take.",
    "Use a code of its options, or a number within its limits.",
)
def condition_off_scale(source: Source) -> Iterator[Fault]:
    for when in (*shown(source), *checks(source)):
        for name, value in off_codes(source.form, when.tree):
            yield Fault(when.path, when.question, f"“{name}” is never {value}")


@rules.form(
    "contradiction",
    ERROR,
    "A condition contradicts itself: no answers fulfil it.",
    "Correct it; “and” may stand where “or” is meant.",
)
def contradiction(source: Source) -> Iterator[Fault]:
    for when in shown(source):
        found = outcome(source, when)
        if found and found.free == {False}:
            yield Fault(when.path, when.question, f"nothing fulfils “{when.tree}”")


@rules.form(
    "unreachable",
    ERROR,
    "A question, a screen or an option is never shown: its condition contradicts an earlier one.",
    "Compare it with the conditions of its screen and of the questions that it names.",
)
def unreachable(source: Source) -> Iterator[Fault]:
    for when in shown(source):
        found = outcome(source, when)
        if found and True in found.free and found.reached == {False}:
            what = f"“{when.tree}” never holds on any way that leads there"
            yield Fault(when.path, when.question, what)


@rules.form(
    "condition-always",
    WARNING,
    "A condition holds whatever is answered.",
    "Remove it, or say what was meant.",
)
def condition_always(source: Source) -> Iterator[Fault]:
    for when in shown(source):
        found = outcome(source, when)
        if found and found.free == {True}:
            yield Fault(when.path, when.question, f"“{when.tree}” always holds")


@rules.form(
    "check-never",
    ERROR,
    "A check is fulfilled by no answers, so that nobody gets past it.",
    "Correct it; “and” may stand where “or” is meant.",
)
def check_never(source: Source) -> Iterator[Fault]:
    for when in checks(source):
        found = outcome(source, when)
        if found and found.free == {False}:
            yield Fault(when.path, when.question, f"nothing fulfils “{when.tree}”")


@rules.form(
    "check-of-others",
    WARNING,
    "A check does not name the question that it stands at, where its message is shown.",
    "Move it to a question that it names.",
)
def check_of_others(source: Source) -> Iterator[Fault]:
    for asked in source.asked:
        own = {asked.id, *(item.id for item in asked.question.items)}
        for index, check in enumerate(asked.question.checks):
            tree = check.holds
            if not own & {*names(tree), *counted(tree), *sets(tree)}:
                where = (*asked.path, "check", index, "holds")
                yield Fault(where, asked.id, f"“{tree}” does not name “{asked.id}”")


@rules.form(
    "condition-of-screen",
    WARNING,
    "All questions of a screen have the same condition.",
    "Give it to the screen, once.",
)
def condition_of_screen(source: Source) -> Iterator[Fault]:
    for index, screen in enumerate(source.form.screens if source.form else ()):
        conditions = {question.show_when for question in screen.questions}
        if len(screen.questions) > 1 and len(conditions) == 1 and None not in conditions:
            what = f"{len(screen.questions)} questions wait for the same"
            yield Fault(("screens", index), "", what)


@rules.form(
    "options-all-conditional",
    WARNING,
    "Every option of a question has a condition, so that none may be offered.",
    "Leave one without, or put the condition at the question.",
)
def options_all_conditional(source: Source) -> Iterator[Fault]:
    for asked in source.asked:
        options = asked.question.options if "options" in asked.table else ()
        if options and all(option.show_when for option in options):
            yield Fault(asked.options, asked.id, "each option waits for an answer")


@rules.form(
    "rated-sometimes",
    WARNING,
    "A rated item is asked of some people only; the index pools it with items asked of all.",
    "Ask everybody and offer “does not apply”, or leave it out of the factors.",
)
def rated_sometimes(source: Source) -> Iterator[Fault]:
    form = source.form
    for asked in source.asked if form else ():
        screen = form.screens[int(asked.path[1])] if form else None
        waits = asked.question.show_when or (screen and screen.show_when)
        if waits and any(item.rated for item in asked.question.items):
            yield Fault(asked.path, asked.id, "it is rated and has a condition")


@rules.form(
    "piped-maybe-nothing",
    WARNING,
    "A wording repeats an answer that may not have been given.",
    "Make that question compulsory, or ask without repeating it.",
)
def piped_maybe_nothing(source: Source) -> Iterator[Fault]:
    always = [a.question for a in source.asked if a.question.required and not a.question.show_when]
    sure = {name for one in always for name in (one.id, *(item.id for item in one.items))}
    for wording in source.wordings:
        for name in PIPE.findall(wording.words.get("vi", "")):
            if name not in sure:
                what = f"“{name}” may have no answer"
                yield Fault((*wording.path, "vi"), wording.question, what)


@rules.form(
    "number-without-limits",
    WARNING,
    "A number has no greatest value, so that a slip of the finger is kept.",
    "Give it min and max.",
)
def number_without_limits(source: Source) -> Iterator[Fault]:
    for asked in source.asked:
        if asked.question.kind == "number" and "max" not in asked.table:
            yield Fault(asked.path, asked.id, "there is no max")


@rules.form(
    "limits-equal",
    WARNING,
    "The least and the greatest value are the same, so that there is one answer.",
    "Widen the limits, or do not ask.",
)
def limits_equal(source: Source) -> Iterator[Fault]:
    for asked in source.asked:
        least, most = asked.table.get("min"), asked.table.get("max")
        if least is not None and least == most:
            yield Fault((*asked.path, "max"), asked.id, f"only {most} can be answered")
