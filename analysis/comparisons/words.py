"""What is said of one comparison, in the words of one language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analysis.errors import PlanError

WORDS = Path(__file__).parent / "words.toml"
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Sentences:
    """Patterns with {size}, {unit}, {low}, {high}, {interval}; {reason} in `left`.

    rise, fall, none : a change over time; above, below, same : a difference of groups
    up, down, flat : a slope, a period; linked, apart, fits, differs : of tables
    interval, adjusted : name an interval by {level}, the second with {count} comparisons
    """

    decimal: str
    interval: str
    adjusted: str
    left: str
    said: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)

    def number(self, value: float, digits: int = 1, *, sign: bool = False) -> str:
        """A number to print, with the language's decimal mark and a true minus."""
        text = f"{value:+.{digits}f}" if sign else f"{value:.{digits}f}"
        if float(text) == 0:
            text = text.lstrip("+-")
        return text.replace("-", MINUS).replace(".", self.decimal)

    def change(
        self,
        key: str,
        numbers: tuple[float, float, float],
        unit: str,
        level: float,
        count: int,
    ) -> str:
        """The sentence `key` of a difference and its interval, in percentage points for shares.

        Falls are told by their size: both ends change sign and place.
        """
        scale, digits = (100.0, 1) if unit == "points" else (1.0, 2)
        value, low, high = (scale * one for one in numbers)
        if key in ("fall", "below", "down"):
            value, low, high = -value, -high, -low
        sure = self.number(100 * level, 0 if round(100 * level, 6).is_integer() else 1)
        pattern = self.adjusted if count > 1 else self.interval
        return self.said[key].format(
            size=self.number(value, digits, sign=key in ("none", "same", "flat")),
            low=self.number(low, digits),
            high=self.number(high, digits),
            unit=self.units[unit],
            interval=pattern.format(level=sure, count=count),
        )

    def table(self, key: str, p: float) -> str:
        """The sentence of a test of a table, by its adjusted p-value."""
        small = p < 0.001
        shown = f"< {self.number(0.001, 3)}" if small else f"= {self.number(p, 3)}"
        return self.said[key].format(p=shown)

    def without(self, status: str) -> str:
        """The sentence of a comparison that cannot be made, by its status."""
        return self.left.format(reason=self.reasons.get(status, status))


def sentences(language: str) -> Sentences:
    """The sentences of a language. Raises PlanError for one that the file does not have.

    >>> sentences("vi").number(-3.25)
    '−3,2'
    """
    words = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    if language not in words:
        raise PlanError(f'no sentences in "{language}": there are {", ".join(words)}')
    return Sentences(**words[language])
