"""Bands such as 18–24, 25–34, over 60: whether each number is in exactly one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from questionnaires.lint.rule import ERROR, WARNING, Fault, Rules
from questionnaires.lint.source import Source
from questionnaires.model import Option
from questionnaires.problems import Path

_NUMBER = r"(?<![\w/.:,])(\d+(?:\.\d{3})*(?:,\d+)?)(?![\d/:])"
_UNIT = r"(?:\s*(?:tuổi|năm|triệu|lần|phút|ngày|%))?"
_BOTH = re.compile(
    rf"(?:trên\s+)?{_NUMBER}{_UNIT}\s*(?:-|–|—|đến|tới|to)\s*(?:dưới\s+)?{_NUMBER}", re.IGNORECASE
)
_OPEN = (  # pattern, whether the number is the lowest, whether the number itself is inside
    (re.compile(rf"(?:trên|hơn)\s+{_NUMBER}", re.IGNORECASE), True, False),
    (re.compile(rf"{_NUMBER}\D*\btrở lên", re.IGNORECASE), True, True),
    (re.compile(rf"(?:dưới|chưa đến|ít hơn)\s+{_NUMBER}", re.IGNORECASE), False, False),
    (re.compile(rf"{_NUMBER}\D*\btrở xuống", re.IGNORECASE), False, True),
    (re.compile(rf"^từ\s+{_NUMBER}\D*$", re.IGNORECASE), True, True),
)

rules = Rules("Bands of numbers")


@dataclass(frozen=True)
class Band:
    """The numbers from `low` to `high`, both inside. Whole numbers unless a decimal is named."""

    low: float
    high: float
    path: Path


def band(option: Option, path: Path) -> Band | None:
    """The band that an option's Vietnamese text names; None when it names none."""
    text = option.text["vi"]
    if both := _BOTH.search(text):
        words = both[0].lower()
        low = _number(both[1]) + words.startswith("trên")
        return Band(low, _number(both[2]) - ("dưới" in words), path)
    for pattern, lowest, inside in _OPEN:
        if found := pattern.search(text):
            number = _number(found[1])
            if lowest:
                return Band(number if inside else number + 1, inf, path)
            return Band(-inf, number if inside else number - 1, path)
    return None


def _number(text: str) -> float:
    return float(text.replace(".", "").replace(",", "."))


def bands(source: Source) -> Iterator[tuple[str, list[Band]]]:
    """The questions most of whose options are bands, with these in the order shown."""
    for path, question, options in source.lists:
        found = [band(option, (*path, i, "text", "vi")) for i, option in enumerate(options)]
        named = [one for one in found if one is not None]
        if len(named) > 1 and len(named) >= len(options) - 1:
            yield question, named


def neighbours(found: list[Band]) -> Iterator[tuple[Band, Band]]:
    """Pairs that follow each other by size; none while one of the bands runs backwards."""
    if all(one.low <= one.high for one in found):
        order = sorted(found, key=lambda one: one.low)
        yield from zip(order, order[1:], strict=False)


@rules.form(
    "bands-overlap",
    WARNING,
    "Two bands share a number, so that some people belong to both.",
    "Let each band begin after the one before.",
)
def bands_overlap(source: Source) -> Iterator[Fault]:
    for question, found in bands(source):
        for before, after in neighbours(found):
            if after.low <= before.high:
                yield Fault(after.path, question, f"{after.low:g} is in two bands")


@rules.form(
    "bands-gap",
    WARNING,
    "Between two bands a number is missing, so that some people belong to none.",
    "Let each band begin right after the one before.",
)
def bands_gap(source: Source) -> Iterator[Fault]:
    for question, found in bands(source):
        for before, after in neighbours(found):
            if after.low > before.high + 1:
                missing = f"{before.high + 1:g}"
                yield Fault(after.path, question, f"{missing} is in no band")


@rules.form(
    "bands-order",
    WARNING,
    "The bands are not in the order of their numbers.",
    "Put them in order.",
)
def bands_order(source: Source) -> Iterator[Fault]:
    for question, found in bands(source):
        lows = [one.low for one in found if one.low <= one.high]
        if lows not in (sorted(lows), sorted(lows, reverse=True)):
            odd = next(i for i, (a, b) in enumerate(zip(lows, lows[1:], strict=False)) if a > b)
            yield Fault(found[odd + 1].path, question, f"{lows[odd]:g} stands before its place")


@rules.form("band-backwards", ERROR, "A band ends before it begins.", "Swap its two numbers.")
def band_backwards(source: Source) -> Iterator[Fault]:
    for question, found in bands(source):
        for one in found:
            if one.low > one.high:
                yield Fault(one.path, question, f"from {one.low:g} to {one.high:g}")
