"""What the languages of a form owe each other, and the ways of writing Vietnamese."""

import re
from collections.abc import Iterator
from typing import Any

from questionnaires.lint.rule import ERROR, WARNING, Fault, Rules
from questionnaires.lint.source import Said, Source, held
from questionnaires.problems import Path

_MARKED = re.compile("[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]")
_OLD_TONE = re.compile(r"\b\w*(?:[òóỏõọ][ae]|(?<!q)[ùúủũụ]y)\b", re.IGNORECASE)
_NEW_TONE = re.compile(r"\b\w*(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?<!\w)\d+(?:[.,]\d+)*")
_CODE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,8})?")
_SHORT, _RATIO = 40, 3.0

rules = Rules("Languages")


@rules.table(
    "unequal-options",
    ERROR,
    "An option has no wording in a language that the options beside it have.",
    "Add it: every language offers the same options.",
)
def unequal_options(source: Source) -> Iterator[Fault]:
    for path, question, options in option_lists(source.table, (), ""):
        words = [option.get("text") for option in options if isinstance(option, dict)]
        given = [set(word) & set(source.languages) for word in words if isinstance(word, dict)]
        every = set().union(*given)
        if len(given) == len(options):
            for index, languages in enumerate(given):
                for language in sorted(every - languages):
                    what = f"option {index + 1} has no wording in “{language}”"
                    yield Fault((*path, index, "text"), question, what)


def option_lists(value: Any, path: Path, question: str) -> Iterator[tuple[Path, str, list[Any]]]:
    """Each list under a key `options`, whatever its file looks like."""
    inside = isinstance(value, dict) and path[-2:-1] == ("questions",)
    if inside and isinstance(value.get("id"), str):
        question = value["id"]
    for key, one in held(value):
        if key == "options" and isinstance(one, list):
            yield (*path, key), question, one
        elif isinstance(one, dict | list):
            yield from option_lists(one, (*path, key), question)


@rules.table(
    "language-code",
    ERROR,
    "A language is not named by its code.",
    "Use the code of ISO 639, such as km or hmn.",
)
def language_code(source: Source) -> Iterator[Fault]:
    for language in source.languages:
        if not _CODE.fullmatch(language):
            yield Fault(("languages",), "", f"“{language}” is not the code of a language")


@rules.table("duplicate-language", ERROR, "A language is named twice.", "Name it once.")
def duplicate_language(source: Source) -> Iterator[Fault]:
    told = source.table.get("languages")
    named = [one for one in told if isinstance(one, str)] if isinstance(told, list) else []
    for language in dict.fromkeys(named):
        if named.count(language) > 1:
            yield Fault(("languages",), "", f"“{language}” is named {named.count(language)} times")


@rules.table(
    "not-translated",
    WARNING,
    "The text in another language equals the Vietnamese one.",
    "Translate it.",
)
def not_translated(source: Source) -> Iterator[Fault]:
    for wording in source.wordings:
        vietnamese = wording.words.get("vi", "")
        for language, text in wording.words.items():
            same = language != "vi" and text.casefold() == vietnamese.casefold()
            if (
                same
                and (" " in text or _MARKED.search(text.lower()))
                and re.search("[^\\W\\d]", text)
            ):
                what = f"the text in “{language}” is the Vietnamese one"
                yield Fault((*wording.path, language), wording.question, what)


@rules.said(
    "vietnamese-without-marks",
    WARNING,
    "A Vietnamese text of several words has no Vietnamese letter.",
    "Write it with its marks, or translate it.",
)
def vietnamese_without_marks(said: Said) -> str:
    words = re.findall(r"[^\W\d_]{2,}", said.text)
    bare = said.vietnamese and len(words) > 2 and not _MARKED.search(said.text.lower())
    return "no letter of the Vietnamese text has a mark" if bare else ""


@rules.said(
    "vietnamese-in-english",
    WARNING,
    "An English text has Vietnamese words.",
    "Translate them; names may stay.",
)
def vietnamese_in_english(said: Said) -> str:
    if said.language != "en" or said.text == said.wording.words.get("vi"):
        return ""
    found = [word for word in re.findall(r"[^\W\d_]+", said.text) if word.islower()]
    marked = [word for word in found if _MARKED.search(word)]
    return f"Vietnamese words: “{' '.join(marked[:3])}”" if len(marked) > 1 else ""


@rules.table(
    "numbers-differ",
    WARNING,
    "The numbers in a wording differ between its languages.",
    "Correct the one that is wrong.",
)
def numbers_differ(source: Source) -> Iterator[Fault]:
    for wording in source.wordings:
        vietnamese = _numbers(wording.words.get("vi", ""))
        for language, text in wording.words.items():
            numbers = _numbers(text)
            if vietnamese and numbers and numbers != vietnamese:
                what = f"{', '.join(numbers)} in “{language}”, {', '.join(vietnamese)} in “vi”"
                yield Fault((*wording.path, language), wording.question, what)


def _numbers(text: str) -> list[str]:
    return sorted(re.sub("[.,]", "", number) for number in _NUMBER.findall(text))


@rules.table(
    "lengths-differ",
    WARNING,
    "A text is three times as long as the same text in Vietnamese, or a third of it.",
    "See whether both say the same.",
)
def lengths_differ(source: Source) -> Iterator[Fault]:
    for wording in source.wordings:
        vietnamese = len(wording.words.get("vi", ""))
        for language, text in wording.words.items():
            short, long = sorted((len(text), vietnamese))
            if short and long > _SHORT and long > _RATIO * short:
                what = f"{len(text)} letters in “{language}”, {vietnamese} in “vi”"
                yield Fault((*wording.path, language), wording.question, what)


@rules.table(
    "mixed-tone-marks",
    WARNING,
    "The tone stands on different letters in one form, as in hòa and hoà.",
    "Choose one of the two styles for the whole form.",
)
def mixed_tone_marks(source: Source) -> Iterator[Fault]:
    found: dict[str, list[tuple[Said, str]]] = {"old": [], "new": []}
    for said in source.said:
        if said.vietnamese:
            found["old"] += [(said, word) for word in _OLD_TONE.findall(said.text)]
            found["new"] += [(said, word) for word in _NEW_TONE.findall(said.text)]
    fewer, more = sorted(found.values(), key=len)
    if fewer:
        said, word = fewer[0]
        what = f"“{word}” has its tone elsewhere than “{more[0][1]}”"
        yield Fault((*said.wording.path, "vi"), said.wording.question, what)
