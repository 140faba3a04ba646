"""Comparisons: changes, contrasts, tests of tables, trends, and what to say of each."""

from analysis.comparisons.adjusting import adjusted, benjamini_hochberg, holm
from analysis.comparisons.compare import Comparisons, compare
from analysis.comparisons.contrasts import Asked, Contrast, contrasts
from analysis.comparisons.tables import TableTest, goodness, independence
from analysis.comparisons.trend import trend
from analysis.comparisons.words import Sentences, sentences

__all__ = [
    "Asked",
    "Comparisons",
    "Contrast",
    "Sentences",
    "TableTest",
    "adjusted",
    "benjamini_hochberg",
    "compare",
    "contrasts",
    "goodness",
    "holm",
    "independence",
    "sentences",
    "trend",
]
