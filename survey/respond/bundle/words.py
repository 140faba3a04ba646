"""What a browser says while a form is answered: the server's own sentences, with places for
values that are known only then."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask_babel import get_translations
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from questionnaires.features import PIPE
from questionnaires.model import Question, Questionnaire
from survey.errors import Words
from survey.respond import advice, comments, figures
from survey.respond.advice import Advice, Advised
from survey.respond.bundle.unanswered import Unanswered
from survey.respond.form import OneOf, SeveralMulti
from survey.respond.journey import Journey
from survey.respond.said import label_of

Table = dict[str, Any]
ADVICE: Final[Mapping[str, Advice]] = {
    "pick_level": advice.PICK_LEVEL,
    "pick_line": advice.PICK_LINE,
    "pick_one": advice.PICK_ONE,
    "pick_some": advice.PICK_SOME,
    "pick_shown": advice.PICK_SHOWN,
    "keep_alone": advice.KEEP_ALONE,
    "type_number": figures.TYPE_NUMBER,
    "write_whole": figures.WRITE_WHOLE,
    "write_day": figures.WRITE_DAY,
    "within": figures.WITHIN,
    "shorten": figures.SHORTEN,
}
PLAIN: Final[Mapping[str, Words]] = {
    "error": _l("Error:"),
    "progress": _l("Part %(step)d of %(steps)d"),
    "anything_else": _l("Anything else?"),
    "thank_you": _l("Thank you"),
    "resume": _l("Would you like to go on with the form that you began?"),
    "resume_why": _l("It is kept on this device alone, locked, and nothing of it was sent."),
    "resume_yes": _l("Go on with it"),
    "resume_no": _l("Begin anew"),
    "sending": _l("Sending your answers…"),
    "offline": _l("There is no network just now. You can go on: nothing is lost."),
    "waiting": _l("Answers that wait on this device to be sent: %(n)s."),
    "closed": _l("This survey can no longer be answered here. Please ask the staff."),
    "cannot_keep": _l(
        "This device has no room to keep your answers. Please leave this page open, and press the "
        "button again when there is a network."
    ),
}
LONGEST: Final = {"text": comments.LONGEST, "other": figures.LONGEST_OTHER}


def words() -> Table:
    """In the language of the moment. Sentences of advice are pairs: for beside the question, and
    for the summary, which names it; sentences with a number have one for each plural."""
    table: Table = {name: [str(text) for text in pair] for name, pair in ADVICE.items()}
    table |= {name: str(text) for name, text in PLAIN.items()}
    table["missing"] = _plurals(*MISSING)
    table["comment_long"] = _plurals(*TOO_LONG)
    return table


MISSING: Final = ("One thing on this page is missing", "%(num)d things on this page are missing")
TOO_LONG: Final = (
    "Your comment is %(n)d letter too long. Please shorten it; nothing was lost.",
    "Your comment is %(n)d letters too long. Please shorten it; nothing was lost.",
)


def _plurals(one: str, many: str) -> list[str]:
    """For one, and for more."""
    known = get_translations()
    return [str(known.ungettext(one, many, n)) for n in (1, 2)]


def fields(journey: Unanswered) -> list[Table]:
    """The fields of the form in their order: name, question, what they take, how advice names
    them, and which advice a missing answer gets."""
    return [
        _field(field, question)
        for question in journey.doorway.questionnaire.questions
        for field in journey.form.fields_of([question])
    ]


def _field(field: Advised, question: Question) -> Table:
    table: Table = {"name": field.name, "question": question.id, "of": field.of}
    table["plain"] = str(field.plain)
    table["missing"] = next(key for key, pair in ADVICE.items() if pair is field.missing)
    if field.number:
        table["number"] = field.number
    if isinstance(field, SeveralMulti):
        table["several"] = True
        if field.exclusive:
            table["exclusive"] = dict(field.exclusive)
    if isinstance(field, OneOf | SeveralMulti):
        table["values"] = [str(choice.value) for choice in field.choices]
    if field.of in LONGEST:
        table["longest"] = LONGEST[field.of]
    return table


def checks(asked: Questionnaire, language: str) -> dict[str, list[str]]:
    """What is said where a check of a question does not hold, in the order of its checks."""
    return {
        question.id: [check.message[language] for check in question.checks]
        for question in asked.questions
        if question.checks
    }


def repeated(journey: Journey) -> dict[str, Table]:
    """What wordings of the form repeat: for each name its labels by code, or its unit."""
    asked, language = journey.doorway.questionnaire, journey.language
    found: dict[str, Table] = {}
    for name in sorted(set(_named(asked, language))):
        item = asked.by_id.get(name)
        question = asked.by_question[item.question_id] if item else asked.by_question.get(name)
        if question is None:
            continue
        options = item.options if item else question.options
        found[name] = {"labels": {str(o.code): label_of(o, language) for o in options}}
        if item and item.wide:
            found[name] = {"of": item.kind, "unit": question.unit.get(language, "")}
    return found


def _named(asked: Questionnaire, language: str) -> Iterator[str]:
    for screen in asked.screens:
        texts = [screen.title, screen.introduction]
        for question in screen.questions:
            texts += [question.text, question.hint, *(row.text for row in question.rows)]
            texts += [check.message for check in question.checks]
        for text in texts:
            yield from PIPE.findall(text.get(language, ""))


def title_of(journey: Unanswered, step: int) -> str:
    """The title of a page, as the server's has it."""
    if step == journey.last:
        return str(_("Anything else?"))
    return journey.said(journey.pages[step - 1][0].title)
