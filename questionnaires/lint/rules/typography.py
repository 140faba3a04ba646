"""How a wording is set: quotes, spaces, marks and letters that are not what they look like."""

import re
import unicodedata
from collections.abc import Iterator

from questionnaires.lint.rule import ERROR, WARNING, Fault, Rules
from questionnaires.lint.source import LONGEST, Said, Source

LATIN = ("vi", "en")  # other languages have letters and joiners of their own
_STRAIGHT = re.compile("[\"`]|(?<!\\w)'|'(?!\\w)(?<!s')")
_APOSTROPHE = re.compile(r"\w'\w|s'(?!\w)")
_DOUBLE_SPACE = re.compile(r"\S  +\S")
_SPACE_BEFORE = re.compile(r"\w\s+[,.;:?!](?:\s|$)")
_NO_SPACE_AFTER = re.compile(r"[^\W\d_]{2,}[,;:?!](?=[^\W\d_])")
_DOTS = re.compile(r"(?<!\.)\.\.\.?(?!\.)")
_REPEATED = re.compile(r"[!?]{2,}|,,|;;|::")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffd]")
_HARD_SPACE = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_ETH = re.compile("[\u00d0\u00f0\u0189\u0256]")
_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u052f\uff01-\uff5e]")
_PICTURE = re.compile("[\u2600-\u27bf\u2b50\u2b55\U0001f000-\U0001faff]")
_UNFINISHED = re.compile(
    r"\b(?:x{3,}|lorem ipsum|tbd|fixme)\b|\?{3,}|\[(?:en|vi|\.\.\.|…)\]", re.IGNORECASE
)
_BLANK = re.compile(r"_{3,}|\.{4,}|…{2,}")
_MARKER = re.compile(r"^\w{1,3}\)")
_PAIRS = {"(": ")", "[": "]", "“": "”", "‘": "’"}

rules = Rules("How a wording is set")


@rules.said("straight-quotes", WARNING, "A wording has straight quotes.", "Write “…”.")
def straight_quotes(said: Said) -> str:
    found = _STRAIGHT.search(said.text)
    return f"a straight quote: {found[0]}" if found else ""


@rules.table(
    "straight-apostrophe",
    WARNING,
    "Words have the straight apostrophe; told once for the form.",
    "Write ’.",
)
def straight_apostrophe(source: Source) -> Iterator[Fault]:
    found = [said for said in source.said if _APOSTROPHE.search(said.text)]
    if found:
        first = found[0]
        what = f"{len(found)} texts have it, this is the first"
        yield Fault((*first.wording.path, first.language), first.wording.question, what)


@rules.said("double-space", WARNING, "A wording has two spaces in a row.", "Keep one.")
def double_space(said: Said) -> str:
    found = _DOUBLE_SPACE.search(said.text)
    return f"two spaces in a row before “{said.text[found.end() - 1 :][:12]}”" if found else ""


@rules.said(
    "space-before-mark", WARNING, "A space stands before a comma or a stop.", "Remove the space."
)
def space_before_mark(said: Said) -> str:
    found = _SPACE_BEFORE.search(said.text)
    return f"a space before “{found[0].strip()[-1]}”" if found else ""


@rules.said("no-space-after-mark", WARNING, "A comma or colon has no space behind it.", "Add one.")
def no_space_after_mark(said: Said) -> str:
    found = None if "://" in said.text else _NO_SPACE_AFTER.search(said.text)
    return f"no space behind “{found[0]}”" if found else ""


@rules.said("three-dots", WARNING, "Dots stand for the ellipsis.", "Write …, or say it in full.")
def three_dots(said: Said) -> str:
    found = _DOTS.search(said.text)
    return f"“{found[0]}” stands for …" if found else ""


@rules.said("repeated-mark", WARNING, "A mark is repeated, as in ?? or !!.", "Keep one.")
def repeated_mark(said: Said) -> str:
    found = _REPEATED.search(said.text)
    return f"“{found[0]}” is repeated" if found and "???" not in found[0] else ""


@rules.said("open-bracket", WARNING, "A bracket or a quote is not closed.", "Close or remove it.")
def open_bracket(said: Said) -> str:
    open_: list[str] = []
    text = _MARKER.sub("", said.text)
    for letter in text if "‘" in text else text.replace("’", ""):
        if letter in _PAIRS:
            open_.append(_PAIRS[letter])
        elif letter in _PAIRS.values() and (not open_ or open_.pop() != letter):
            return f"“{letter}” closes nothing"
    return f"“{open_[-1]}” is missing" if open_ else ""


@rules.said(
    "all-capitals",
    WARNING,
    "A wording is in capitals, which are slow to read.",
    "Use small letters.",
)
def all_capitals(said: Said) -> str:
    words = [word for word in re.findall(r"[^\W\d_]+", said.text) if len(word) > 1]
    shouted = len(words) > 1 and sum(map(len, words)) >= 10 and said.text.isupper()
    return "every letter is a capital" if shouted else ""


@rules.said(
    "invisible-letter",
    ERROR,
    "A wording has a letter that nobody sees, or one that was lost.",
    "Delete it and type the word again.",
)
def invisible_letter(said: Said) -> str:
    found = _INVISIBLE.search(said.text) if said.language in LATIN else None
    return f"an invisible letter, {_name(found[0])}" if found else ""


@rules.said(
    "hard-space",
    WARNING,
    "A space is not the plain one, so that lines break badly.",
    "Type a space.",
)
def hard_space(said: Said) -> str:
    found = _HARD_SPACE.search(said.text)
    return f"a space of another kind, {_name(found[0])}" if found else ""


@rules.said(
    "eth-for-d",
    ERROR,
    "The Icelandic Ð or ð stands where the Vietnamese Đ or đ belongs.",
    "Type Đ or đ with a Vietnamese keyboard.",
)
def eth_for_d(said: Said) -> str:
    found = _ETH.search(said.text)
    return f"{_name(found[0])} stands for Đ or đ" if found else ""


@rules.said(
    "foreign-letter",
    ERROR,
    "A Greek, Cyrillic or full-width letter looks like a Latin one.",
    "Type the Latin letter.",
)
def foreign_letter(said: Said) -> str:
    found = _FOREIGN.search(said.text) if said.language in LATIN else None
    return f"a letter of another script, {_name(found[0])}" if found else ""


@rules.said(
    "picture-letter",
    WARNING,
    "An emoji stands in a wording; devices draw it differently or not at all.",
    "Say it in words.",
)
def picture_letter(said: Said) -> str:
    found = _PICTURE.search(said.text)
    return f"the picture {found[0]}" if found else ""


@rules.said(
    "unfinished", ERROR, "A wording was left unfinished, such as xxx or ???.", "Write the wording."
)
def unfinished(said: Said) -> str:
    found = _UNFINISHED.search(said.text)
    return f"“{found[0]}” is still to be written" if found else ""


@rules.said(
    "blank-to-fill",
    WARNING,
    "A wording leaves a line to write on, and no screen has one there.",
    "Ask in a question of the kind text, or let an option be other = true.",
)
def blank_to_fill(said: Said) -> str:
    found = _BLANK.search(said.text)
    return f"“{found[0][:6]}” is to be filled in by hand" if found else ""


@rules.table(
    "enormous-text",
    ERROR,
    f"A wording has more than {LONGEST} letters.",
    "Say it shortly, or in a document of its own.",
)
def enormous_text(source: Source) -> Iterator[Fault]:
    for wording in source.enormous:
        for language, text in wording.words.items():
            if len(text) > LONGEST:
                where = (*wording.path, language)
                yield Fault(where, wording.question, f"the text has {len(text)} letters")


@rules.form(
    "uneven-stops",
    WARNING,
    "Some options of a question end with a full stop and others do not.",
    "End all of them alike.",
)
def uneven_stops(source: Source) -> Iterator[Fault]:
    for path, question, options in source.lists:
        for language in source.languages:
            stopped = [option.text[language].endswith(".") for option in options]
            if len(set(stopped)) > 1:
                odd = stopped.index(len(stopped) > 2 * sum(stopped))
                what = f"option {odd + 1} ends unlike the others in “{language}”"
                yield Fault((*path, odd, "text", language), question, what)


@rules.form(
    "uneven-capitals",
    WARNING,
    "Some options of a question begin with a capital and others do not.",
    "Begin all of them alike.",
)
def uneven_capitals(source: Source) -> Iterator[Fault]:
    for path, question, options in source.lists:
        for language in source.languages:
            small = [option.text[language][:1].islower() for option in options]
            numbers = any(option.text[language][:1].isdigit() for option in options)
            if len(set(small)) > 1 and not numbers:
                odd = small.index(len(small) > 2 * sum(small))
                what = f"option {odd + 1} begins unlike the others in “{language}”"
                yield Fault((*path, odd, "text", language), question, what)


def _name(letter: str) -> str:
    return f"U+{ord(letter):04X} {unicodedata.name(letter, '')}".strip()
