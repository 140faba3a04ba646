"""Stacked bars of counts: a bar a row, its parts told apart by colour and hatching.

Made without pyplot, as the other charts, and the same bytes every time; every word is an argument.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.charts import settings
from analysis.errors import ChartError

LOOKS = (  # colour and hatching of each part, as far apart in grey as in colour
    ("#0b6e4f", ""),
    ("#E69F00", "///"),
    ("#8fc9b5", "\\\\"),
    ("#56B4E9", ""),
    ("#b10e1e", "xxx"),
    ("#bdbdbd", "..."),
    ("#595959", ""),
)
ROW, FRAME = 0.34, 2.0  # inches


@dataclass(frozen=True)
class Bars:
    """Counts by row and part: `counts[row][part]`."""

    rows: Sequence[str]
    parts: Sequence[str]
    counts: Sequence[Sequence[int]]


def bars_figure(
    bars: Bars,
    *,
    title: str,
    x: str,
    simulated: str = "",
    fonts: Sequence[Path] = (),
) -> Figure:
    """Horizontal bars, the first row on top. Raises ChartError when there is no row.

    >>> bars = Bars(["Huế"], ["on time", "late"], [[8, 2]])
    >>> len(bars_figure(bars, title="Answers", x="Cases").axes)
    1
    """
    if not bars.rows:
        raise ChartError("there is nothing to draw: no row")
    with rc_context(settings(fonts)):
        figure = Figure(figsize=(9.0, FRAME + ROW * len(bars.rows)), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        _draw(axes, bars)
        axes.set_title(title, loc="left", fontsize=12)
        axes.set_xlabel(x)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="x", color="#dddddd", linewidth=0.6)
        axes.set_axisbelow(True)
        figure.legend(loc="outside lower left", ncols=3, frameon=False)
        if simulated:
            figure.text(0.99, 0.99, simulated, ha="right", va="top", color="#b10e1e", weight="bold")
    return figure


def _draw(axes: Axes, bars: Bars) -> None:
    places = range(len(bars.rows))
    left = [0] * len(bars.rows)
    for part, name in enumerate(bars.parts):
        widths = [counts[part] for counts in bars.counts]
        colour, hatch = LOOKS[part % len(LOOKS)]
        axes.barh(
            places, widths, left=left, height=0.7, label=name,
            color=colour, hatch=hatch, edgecolor="white", linewidth=0.5,
        )  # fmt: skip
        left = [at + width for at, width in zip(left, widths, strict=True)]
    axes.set_yticks(places, bars.rows)
    axes.set_ylim(len(bars.rows) - 0.4, -0.6)
