"""What a question is, fact by fact, so that two versions of it can be laid side by side.

A fact has a name, for an option its code, for a wording its language, and a text. How much it
weighs when it changes stands in `WEIGHTS`; comparing is `compare`'s.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from questionnaires.model import Item, Option, Question, Questionnaire, Screen, Words

HARMLESS, TRANSLATION, ORDER, CARE, REWORDED, BREAKS = EFFECTS = (
    "harmless",
    "translation",
    "order",
    "care",
    "reworded",
    "breaks",
)
SAME, DIFFERENT = "same", "different"
GRADES = (SAME, REWORDED, DIFFERENT)  # of what is measured, from least to worst

WEIGHTS: Mapping[str, str] = {
    "kind": BREAKS,
    "codes": BREAKS,
    "satisfied": BREAKS,
    "missing": BREAKS,
    "show_when": BREAKS,  # other people are asked
    "unit": BREAKS,
    "text": REWORDED,
    "stem": REWORDED,
    "hint": REWORDED,
    "option_text": REWORDED,
    "option_exclusive": CARE,
    "option_other": CARE,
    "option_no_opinion": CARE,
    "option_show_when": CARE,
    "limits": CARE,
    "required": CARE,
    "checks": CARE,
    "picture": CARE,
    "title": CARE,
    "introduction": CARE,
    "screen_title": CARE,
    "screen_introduction": CARE,
    "option_order": ORDER,
    "screen": ORDER,
    "paging": ORDER,
}
SCALE = ("codes", "satisfied", "missing", "option_text")  # what a recode speaks of


@dataclass(frozen=True, order=True)
class Name:
    """Which fact: `code` of an option, else 0; `language` of a wording, else ""."""

    what: str
    code: int = 0
    language: str = ""


Facts = Mapping[Name, str]


def weight(name: Name, language: str) -> str:
    """The effect of a change; a wording counts in the form's first language, `language`."""
    effect = WEIGHTS.get(name.what, HARMLESS)
    worded = name.language and name.language != language and effect != HARMLESS
    return TRANSLATION if worded else effect


def of_item(item: Item, question: Question, screen: Screen) -> Facts:
    """The facts of an item, those of its question and screen included."""
    return dict([*_asked(question, screen), *_item(item, question)])


def of_question(question: Question, screen: Screen) -> Facts:
    """The facts of a question that makes no item: a note, a text."""
    return dict([*_asked(question, screen), *_worded("text", question.text)])


def of_form(form: Questionnaire) -> Facts:
    """The facts of the form as a whole."""
    plain = ("paging", "status", "source", "notice")
    found = [(Name(what), str(getattr(form, what))) for what in plain]
    found.append((Name("scales"), ", ".join(scale.id for scale in form.scales)))
    for what in ("title", "introduction", "remark"):
        found += _worded(what, getattr(form, what))
    return dict(found)


def of_screen(screen: Screen) -> Facts:
    worded = [(Name("alias"), screen.alias), *_worded("screen_title", screen.title)]
    return dict([*worded, *_worded("screen_introduction", screen.introduction)])


def _worded(what: str, words: Words, code: int = 0) -> Iterator[tuple[Name, str]]:
    for language, text in words.items():
        yield Name(what, code, language), text


def _asked(question: Question, screen: Screen) -> Iterator[tuple[Name, str]]:
    whens = [str(one.show_when) for one in (screen, question) if one.show_when]
    yield Name("kind"), question.kind
    yield Name("alias"), question.alias
    yield Name("screen"), screen.id
    yield Name("show_when"), " and ".join(f"({one})" for one in whens)
    yield Name("required"), "yes" if question.required else "no"
    yield Name("checks"), "; ".join(str(one.holds) for one in question.checks)
    yield Name("data_class"), question.data_class
    yield Name("mark"), question.mark
    yield Name("source"), question.source
    yield Name("legal_basis"), question.legal_basis
    yield Name("retention_months"), str(question.retention_months or "")
    yield Name("picture"), question.picture
    yield from _worded("hint", question.hint)
    yield from _worded("unit", question.unit)
    yield from _worded("audio", question.audio)
    yield from _worded("picture_alt", question.picture_alt)
    for number, check in enumerate(question.checks, 1):
        yield from _worded("check_message", check.message, number)


def _item(item: Item, question: Question) -> Iterator[tuple[Name, str]]:
    yield from _worded("text", item.label)
    if question.rows:
        yield Name("row_alias"), question.rows[question.items.index(item)].alias
        yield Name("stem_mark"), question.mark
        yield Name("stem_source"), question.source
    if question.rows or question.choices:
        yield from _worded("stem", question.text)
    yield Name("data_class"), item.data_class
    yield Name("mark"), item.mark
    yield Name("source"), item.source
    if item.wide:
        least = "today" if "min" in item.today else item.least
        most = "today" if "max" in item.today else item.most
        yield Name("limits"), f"{least} – {most}"
        return
    yield Name("scale"), item.scale.id
    yield Name("scale_alias"), item.scale.alias
    yield Name("codes"), codes(sorted(item.codes))
    yield Name("satisfied"), codes(sorted(item.scale.satisfied))
    yield Name("missing"), codes(sorted(item.scale.missing))
    if not question.choices:
        for option in item.options:
            yield from _worded("option_text", option.text, option.code)
    offered = question.options or item.options
    yield Name("option_order"), codes(option.code for option in offered)
    for option in offered:
        yield from _option(option)


def _option(option: Option) -> Iterator[tuple[Name, str]]:
    yield Name("option_alias", option.code), option.alias
    if option.exclusive:
        yield Name("option_exclusive", option.code), "yes"
    if option.other:
        yield Name("option_other", option.code), "yes"
    if option.no_opinion:
        kind = "not_applicable" if option.not_applicable else "dont_know"
        yield Name("option_no_opinion", option.code), kind
    if option.show_when:
        yield Name("option_show_when", option.code), str(option.show_when)


def codes(found: Iterable[int]) -> str:
    """Codes as a text that can be compared and shown."""
    return ", ".join(map(str, found))
