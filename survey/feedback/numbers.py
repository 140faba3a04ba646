"""The room's one door to `analysis`, and to NumPy; reached by survey.lazy.load."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import numpy as np

from analysis.bars import Bars, bars_figure
from analysis.charts import to_png, to_svg
from analysis.intervals import quantile, score
from analysis.waits import waits
from survey.feedback.public import figures as public_figures
from survey.feedback.public.lines import PublicLine
from survey.feedback.reports import figures
from survey.feedback.reports.cohort import Cohort
from survey.feedback.reports.lines import By, Line
from survey.feedback.reports.ruler import Worked
from survey.files import table_bytes as table_bytes

LEVEL = 0.95
FONTS = tuple(sorted((Path(__file__).parents[1] / "static" / "fonts" / "ttf").glob("*.ttf")))


def report(
    cohort: Cohort,
    calendars: Mapping[int, Worked],
    by: By,
    *,
    first: date,
    now: datetime,
    minimum: int,
) -> tuple[Line, list[Line]]:
    """The line of all cases, and one for each group.

    calendars : of each unit that occurs. first : the day from which their working time is needed.
    minimum : fewest cases of which a wait or a share is shown.
    """
    methods = figures.Methods(_waits, wilson, minimum)
    found = figures.measured(cohort, calendars, first, now=now)
    return figures.total(found, methods), figures.lines(found, by, methods)


def public(
    cohort: Cohort, named: Sequence[str | int]
) -> tuple[PublicLine | None, list[PublicLine]]:
    """What everybody may read: a line of all, and one for each name with enough cases."""
    return public_figures.lines(cohort, named, wilson)


def _waits(minutes: figures.Numbers, ended: figures.Mask) -> list[float | None]:
    return waits(minutes, ended, (0.5, 0.9))


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Wilson's interval at 95 % of the share `hits` of `n`."""
    t = quantile(LEVEL, np.array([np.inf]))
    low, high = score(np.array([hits / n]), np.array([float(n)]), t)
    return float(low[0]), float(high[0])


def picture(
    rows: Sequence[str],
    parts: Sequence[str],
    counts: Sequence[Sequence[int]],
    *,
    title: str,
    x: str,
    simulated: str,
    ending: str,
    outlines: bool,
) -> bytes:
    """Stacked bars as SVG or PNG; outlines: letters as shapes, for an SVG shown as an image."""
    made = bars_figure(
        Bars(rows, parts, counts), title=title, x=x, simulated=simulated, fonts=FONTS
    )
    if ending == "png":
        return to_png(made, fonts=FONTS)
    return to_svg(made, fonts=FONTS, outlines=outlines)
