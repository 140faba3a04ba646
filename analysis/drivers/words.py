"""The words of a performance-importance table in one language."""

import tomllib
from pathlib import Path

from analysis.errors import PlanError

WORDS = Path(__file__).parent / "phrases.toml"


def words(language: str) -> dict[str, str]:
    """Quadrant to its word. Raises PlanError for a language that the file does not have.

    >>> words("en")["improve"] != words("vi")["improve"]
    True
    """
    read: dict[str, dict[str, str]] = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    if language not in read:
        raise PlanError(f'no words in "{language}": there are {", ".join(read)}')
    return read[language]
