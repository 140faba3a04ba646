"""The room's one door to `analysis`, and to NumPy; reached by survey.lazy.load."""

from collections.abc import Sequence

import numpy as np

from analysis.intervals import quantile, score
from survey.feedback.public import figures as public_figures
from survey.feedback.public.lines import PublicLine
from survey.feedback.reports.cohort import Cohort

LEVEL = 0.95


def public(
    cohort: Cohort, named: Sequence[str | int]
) -> tuple[PublicLine | None, list[PublicLine]]:
    """What everybody may read: a line of all, and one for each name with enough cases."""
    return public_figures.lines(cohort, named, wilson)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Wilson's interval at 95 % of the share `hits` of `n`."""
    t = quantile(LEVEL, np.array([np.inf]))
    low, high = score(np.array([hits / n]), np.array([float(n)]), t)
    return float(low[0]), float(high[0])
