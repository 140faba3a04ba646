"""What a league table says of one domain, in the words of one language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analysis.errors import PlanError

WORDS = Path(__file__).parent / "phrases.toml"


@dataclass(frozen=True)
class Phrases:
    """Sentences with {rank}, {low}, {high}; `left` with {reason}; `reasons` by status.

    tied : where another domain has the same value; sure : where the set holds one rank
    """

    plain: str
    tied: str
    sure: str
    left: str
    reasons: Mapping[str, str] = field(default_factory=dict)

    def said(self, rank: int, low: int, high: int, *, tied: bool) -> str:
        """The phrase of a domain that has a rank."""
        pattern = self.tied if tied else self.sure if low == high else self.plain
        return pattern.format(rank=rank, low=low, high=high)

    def left_out(self, status: str) -> str:
        """The phrase of a domain that has none, by its status."""
        return self.left.format(reason=self.reasons.get(status, status))


def phrases(language: str) -> Phrases:
    """The phrases of a language. Raises PlanError for one that the file does not have.

    >>> phrases("vi").said(5, 3, 9, tied=False)
    'Hạng 5, khoảng tin cậy từ hạng 3 đến hạng 9'
    """
    words = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    if language not in words:
        raise PlanError(f'no phrases in "{language}": there are {", ".join(words)}')
    return Phrases(**words[language])
