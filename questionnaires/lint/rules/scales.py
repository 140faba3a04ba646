"""Scales of answers: their order, their middle, and what their codes are said to mean."""

import re
from collections.abc import Iterator

from questionnaires.lint.rule import ERROR, WARNING, Fault, Rules
from questionnaires.lint.source import Source
from questionnaires.model import Option, Scale

MOST_POINTS = 7
_NEGATIVE = {
    "vi": re.compile(r"\b(?:không|chưa|kém|tệ|xấu)\b", re.IGNORECASE),
    "en": re.compile(r"\b(?:dis|un)satisfied\b|\bnot\b|\bpoor|\bbad", re.IGNORECASE),
}

rules = Rules("Scales")


def opinions(scale: Scale) -> list[Option]:
    """The options that are an opinion, in the order shown."""
    return [option for option in scale.options if option.code not in scale.missing]


def rating(source: Source) -> Iterator[tuple[tuple[str | int, ...], Scale, list[int]]]:
    """Each scale with satisfied codes: its path, itself, and the codes that are an opinion."""
    for path, scale in source.scales:
        if scale.satisfied:
            yield path, scale, [option.code for option in opinions(scale)]


@rules.form(
    "scale-order",
    WARNING,
    "The options of a scale are shown neither from the lowest code up nor from the highest down.",
    "Put them in the order of their codes.",
)
def scale_order(source: Source) -> Iterator[Fault]:
    for path, scale in source.scales:
        codes = [option.code for option in opinions(scale)]
        if codes not in (sorted(codes), sorted(codes, reverse=True)):
            yield Fault((*path, "options"), "", f"“{scale.id}” is shown in the order {codes}")


@rules.form(
    "scale-directions",
    WARNING,
    "Some scales of the form run from low to high and others from high to low.",
    "Let all of them run the same way.",
)
def scale_directions(source: Source) -> Iterator[Fault]:
    up: list[bool] = []
    for path, scale in source.scales:
        codes = [option.code for option in opinions(scale)]
        if len(codes) > 1 and codes in (sorted(codes), sorted(codes, reverse=True)):
            up.append(codes[0] < codes[-1])
            if up[-1] != up[0]:
                yield Fault((*path, "options"), "", f"“{scale.id}” runs against the scale before")


@rules.form(
    "no-neutral",
    WARNING,
    "A scale of ratings has no middle, so that people without an opinion must take a side.",
    "Add a neutral option, or a missing code for no opinion.",
)
def no_neutral(source: Source) -> Iterator[Fault]:
    for path, scale, codes in rating(source):
        if len(codes) % 2 == 0 and not scale.missing:
            yield Fault((*path, "options"), "", f"“{scale.id}” has {len(codes)} points, no middle")


@rules.form(
    "unbalanced-scale",
    WARNING,
    "A scale of ratings has more satisfied points than dissatisfied ones, or fewer.",
    "Give both sides of the middle as many points.",
)
def unbalanced_scale(source: Source) -> Iterator[Fault]:
    for path, scale, codes in rating(source):
        good = len(set(scale.satisfied))
        if good < len(codes) and good != len(codes) // 2:
            what = f"{good} of the {len(codes)} points of “{scale.id}” are satisfied"
            yield Fault((*path, "satisfied"), "", what)


@rules.form(
    "satisfied-not-highest",
    ERROR,
    "The satisfied codes of a scale are not its highest, so that a mean score would mislead.",
    "Number the options so that more satisfied is higher.",
)
def satisfied_not_highest(source: Source) -> Iterator[Fault]:
    for path, scale, codes in rating(source):
        good = sorted(set(scale.satisfied))
        if good != sorted(codes)[-len(good) :]:
            what = f"{good} are satisfied, the codes are {sorted(codes)}"
            yield Fault((*path, "satisfied"), "", what)


@rules.form(
    "everything-satisfied",
    ERROR,
    "Every code of a scale is satisfied, so that each share would be 100%.",
    "Leave out the codes that are not.",
)
def everything_satisfied(source: Source) -> Iterator[Fault]:
    for path, scale, codes in rating(source):
        if set(codes) == set(scale.satisfied):
            yield Fault((*path, "satisfied"), "", f"every code of “{scale.id}” is satisfied")


@rules.form(
    "everything-missing",
    ERROR,
    "Every code of a scale means that there is no opinion.",
    "Take the codes that are an opinion out of missing.",
)
def everything_missing(source: Source) -> Iterator[Fault]:
    for path, scale in source.scales:
        if not opinions(scale):
            yield Fault((*path, "missing"), "", f"every code of “{scale.id}” is missing")


@rules.form(
    "satisfied-says-no",
    WARNING,
    "The words of a satisfied code say the contrary.",
    "See whether the codes were swapped.",
)
def satisfied_says_no(source: Source) -> Iterator[Fault]:
    for path, scale in source.scales:
        for index, option in enumerate(scale.options):
            if option.code in scale.satisfied:
                for language, negative in _NEGATIVE.items():
                    if negative.search(option.text[language]):
                        what = f"code {option.code} counts as satisfied and says the contrary"
                        yield Fault((*path, "options", index, "text", language), "", what)
                        break


@rules.form(
    "missing-between",
    WARNING,
    "A code that is no opinion is shown between the opinions.",
    "Show it last.",
)
def missing_between(source: Source) -> Iterator[Fault]:
    for path, scale in source.scales:
        good = [index for index, o in enumerate(scale.options) if o.code not in scale.missing]
        for index, option in enumerate(scale.options):
            if option.code in scale.missing and good and index < good[-1]:
                what = f"code {option.code} of “{scale.id}” stands before an opinion"
                yield Fault((*path, "options", index), "", what)


@rules.form(
    "scale-gap",
    WARNING,
    "The codes of a rating's opinions do not run without a gap, which bends a mean score.",
    "Number the points one after the other.",
)
def scale_gap(source: Source) -> Iterator[Fault]:
    for path, scale, codes in rating(source):
        if codes and max(codes) - min(codes) + 1 != len(codes):
            yield Fault((*path, "options"), "", f"the codes of “{scale.id}” are {sorted(codes)}")


@rules.form(
    "long-scale",
    WARNING,
    f"A scale has more than {MOST_POINTS} points, which do not fit beside each other on a phone.",
    f"Use at most {MOST_POINTS}.",
)
def long_scale(source: Source) -> Iterator[Fault]:
    for path, scale in source.scales:
        if len(opinions(scale)) > MOST_POINTS:
            what = f"“{scale.id}” has {len(opinions(scale))} points"
            yield Fault((*path, "options"), "", what)


@rules.form("unused-scale", WARNING, "No question uses a scale.", "Remove it, or use it.")
def unused_scale(source: Source) -> Iterator[Fault]:
    used = {asked.table.get("scale") for asked in source.asked}
    for path, scale in source.scales:
        if scale.id not in used:
            yield Fault(path, "", f"no question uses the scale “{scale.id}”")
