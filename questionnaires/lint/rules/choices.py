"""Questions with options: other, none, exclusive, and whether one or several can be chosen."""

import re
from collections.abc import Iterator

from questionnaires.lint.rule import ERROR, WARNING, Fault, Rules
from questionnaires.lint.rules.bands import bands
from questionnaires.lint.source import Asked, Source
from questionnaires.model import Option

MOST, ENOUGH = 12, 5
_OTHER = re.compile(r"\bkhác\b", re.IGNORECASE)
_NONE = re.compile(
    r"^(?:không|không (?:có|cần|biết|rõ|ý kiến|gì|chọn|kênh|nội dung|hình thức)\b.*|chưa có.*"
    r"|tất cả.*|none\b.*)$",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"chọn (?:một hoặc )?nhiều|nhiều lựa chọn|nhiều đáp án", re.IGNORECASE)
_ONE = re.compile(r"chọn (?:chỉ )?(?:một|01|1) |chỉ chọn|một đáp án", re.IGNORECASE)
_YES = re.compile(r"^(?:có|đã từng|rồi|đúng)$", re.IGNORECASE)
_NO = re.compile(r"^(?:không|chưa|chưa từng|sai)$", re.IGNORECASE)

rules = Rules("Options to choose from")


def choosing(source: Source, *kinds: str) -> Iterator[tuple[Asked, tuple[Option, ...]]]:
    """The questions of these kinds with the options of their own."""
    for asked in source.asked:
        if asked.question.kind in kinds and "options" in asked.table:
            yield asked, asked.question.options


@rules.form(
    "same-option",
    ERROR,
    "Two options of a list have the same words.",
    "Give each its own words.",
)
def same_option(source: Source) -> Iterator[Fault]:
    for path, question, options in source.lists:
        seen: set[tuple[str, str]] = set()
        for index, option in enumerate(options):
            keys = {(language, text.casefold()) for language, text in option.text.items()}
            if keys & seen:
                what = f"option {index + 1} has the words of one before it"
                yield Fault((*path, index, "text"), question, what)
            seen |= keys


@rules.form(
    "no-exclusive",
    WARNING,
    "Several options can be chosen and none of them says “none”, so that none looks like a skip.",
    "Add an option such as “Không có” with exclusive = true.",
)
def no_exclusive(source: Source) -> Iterator[Fault]:
    for asked, options in choosing(source, "multiple"):
        none = any(_NONE.match(option.text["vi"]) for option in options)
        if not none and not any(option.exclusive for option in options):
            yield Fault(asked.options, asked.id, "no option excludes the others")


@rules.form(
    "none-not-exclusive",
    WARNING,
    "An option that says “none” or “all” can be chosen beside others.",
    "Write exclusive = true.",
)
def none_not_exclusive(source: Source) -> Iterator[Fault]:
    for asked, options in choosing(source, "multiple"):
        for index, option in enumerate(options):
            if _NONE.match(option.text["vi"]) and not option.exclusive:
                what = f"“{option.text['vi']}” can be chosen beside others"
                yield Fault((*asked.options, index), asked.id, what)


@rules.form(
    "all-exclusive",
    ERROR,
    "Every option of a multiple question excludes the others.",
    "Use the kind single, or remove exclusive.",
)
def all_exclusive(source: Source) -> Iterator[Fault]:
    for asked, options in choosing(source, "multiple"):
        if all(option.exclusive for option in options):
            yield Fault(asked.options, asked.id, "only one option can ever be chosen")


@rules.form(
    "exclusive-not-last",
    WARNING,
    "An option that excludes the others stands before them.",
    "Put it last.",
)
def exclusive_not_last(source: Source) -> Iterator[Fault]:
    for asked, options in choosing(source, "multiple"):
        marks = [option.exclusive for option in options]
        if not all(marks) and marks != sorted(marks):
            yield Fault((*asked.options, marks.index(True)), asked.id, "it is not at the end")


@rules.form(
    "no-other",
    WARNING,
    f"{ENOUGH} or more options are named and none of them is “other”.",
    "Add “Khác”, or make sure that the list is complete.",
)
def no_other(source: Source) -> Iterator[Fault]:
    banded = {question for question, _ in bands(source)}
    for asked, options in choosing(source, "single", "multiple"):
        other = any(o.other or _OTHER.search(o.text["vi"]) for o in options)
        if len(options) >= ENOUGH and not other and asked.id not in banded:
            yield Fault(asked.options, asked.id, "there is no option for everything else")


@rules.form("other-not-last", WARNING, "“Khác” stands before other options.", "Put it last.")
def other_not_last(source: Source) -> Iterator[Fault]:
    for asked, options in choosing(source, "single", "multiple"):
        plain = [o for o in options if not (o.exclusive or _NONE.match(o.text["vi"]))]
        for option in plain[:-1]:
            if option.text["vi"].casefold() in ("khác", "nội dung khác", "ý kiến khác"):
                where = (*asked.options, options.index(option))
                yield Fault(where, asked.id, f"“{option.text['vi']}” is not the last option")


@rules.form(
    "many-options",
    WARNING,
    f"A question has more than {MOST} options, which nobody reads to the end.",
    "Group them, or ask two questions.",
)
def many_options(source: Source) -> Iterator[Fault]:
    for asked, options in choosing(source, "single", "multiple"):
        if len(options) > MOST:
            yield Fault(asked.options, asked.id, f"there are {len(options)} options")


@rules.form(
    "says-several",
    WARNING,
    "The words allow several options and the kind allows one, or the other way round.",
    "Correct the words, or the kind.",
)
def says_several(source: Source) -> Iterator[Fault]:
    for asked, _ in choosing(source, "single", "multiple"):
        words = f"{asked.question.text['vi']} {asked.question.hint.get('vi', '')} "
        several = asked.question.kind == "multiple"
        if (_ONE if several else _SEVERAL).search(words):
            what = "the words allow one option" if several else "the words allow several options"
            yield Fault((*asked.path, "kind"), asked.id, f"{what}, the kind is not so")


@rules.form(
    "yes-no-as-options",
    WARNING,
    "Yes and no are written as options of a single question.",
    "Use the kind yesno.",
)
def yes_no_as_options(source: Source) -> Iterator[Fault]:
    for asked, options in choosing(source, "single"):
        words = [option.text["vi"] for option in options]
        if len(words) == 2 and _YES.match(words[0]) and _NO.match(words[1]):
            yield Fault((*asked.path, "kind"), asked.id, "the options are yes and no")


@rules.form(
    "specify-without-text",
    WARNING,
    "An option asks people to write something, and nothing that is written is kept.",
    "Write other = true, or leave out “ghi cụ thể”.",
)
def specify_without_text(source: Source) -> Iterator[Fault]:
    asks = re.compile(r"ghi (?:cụ thể|rõ)|nêu rõ|please specify", re.IGNORECASE)
    for path, question, options in source.lists:
        for index, option in enumerate(options):
            if asks.search(" ".join(option.text.values())) and not option.other:
                what = f"option {index + 1} asks for words that are not kept"
                yield Fault((*path, index, "text"), question, what)
