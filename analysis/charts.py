"""Charts as matplotlib figures, made without pyplot, and the same bytes every time.

Knows no language: every word is an argument. Values are shares, 0 to 1; the axis is in percent.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from matplotlib import font_manager, rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

from analysis.errors import ChartError
from analysis.series import Series, drawn, strokes

FAMILIES = ("Be Vietnam Pro", "DejaVu Sans")
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
QUIET = "#595959"
DASHED = (0, (4, 3))  # a line that is to be read with care


@dataclass(frozen=True)
class Words:
    """Every word that a chart prints.

    breaks : {last x before the break: what is written on its line}
    statuses : {status of a point: how it is said}; hidden : heads the list of points not drawn
    dashed : what a dashed line means; it stands in the legend where one is drawn
    """

    title: str = ""
    x: str = ""
    y: str = "%"
    published: str = ""
    simulated: str = ""
    hidden: str = ""
    note: str = ""
    dashed: str = ""
    decimal_comma: bool = True
    breaks: Mapping[float, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)


def families(fonts: Sequence[Path] = ()) -> list[str]:
    """The font families that are found, after registering the files in `fonts`."""
    for path in fonts:
        font_manager.fontManager.addfont(str(path))
    known = set(font_manager.fontManager.get_font_names())
    return [name for name in FAMILIES if name in known] or ["sans-serif"]


def settings(fonts: Sequence[Path] = ()) -> Any:
    """The matplotlib settings under which figures are made and saved."""
    return {
        "font.family": families(fonts),
        "font.size": 10,
        "svg.hashsalt": "sipas",
        "svg.fonttype": "none",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.unicode_minus": False,
        "text.parse_math": False,  # a name with two $ is a name, not a formula
    }


def trend_figure(
    series: Sequence[Series],
    words: Words,
    *,
    size: tuple[float, float] = (8.0, 4.8),
    fonts: Sequence[Path] = (),
) -> Figure:
    """A line a series with its intervals, broken and marked where the series breaks.

    Points without a number are not drawn but listed under the chart. Published series have open
    marks and dotted lines. Raises ChartError when there is no point at all.

    >>> from analysis.series import Point
    >>> line = Series("Huế", (Point(2023, 0.8, 0.7, 0.9), Point(2024, 0.9, 0.8, 0.95)))
    >>> len(trend_figure([line], Words(title="Satisfied")).axes)
    1
    """
    if not any(one.points for one in series):
        raise ChartError("there is nothing to draw: no series has a point")
    with rc_context(settings(fonts)):
        figure = Figure(figsize=size, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        for number, one in enumerate(series):
            draw(axes, one, number, aside(series, number))
        name_series(axes, series, words)
        mark_breaks(axes, series, words)
        dress(axes, series, words)
        caption(figure, axes, series, words)
    return figure


def aside(series: Sequence[Series], number: int) -> float:
    """How far a series stands beside its x, so that intervals do not hide one another."""
    xs = sorted({p.x for one in series for p in one.points})
    step = min((b - a for a, b in pairwise(xs)), default=1.0)
    return step * 0.06 * (number - (len(series) - 1) / 2)


def draw(axes: Axes, one: Series, number: int, shift: float) -> None:
    """Lines, intervals as bars and marks of one series; flagged points are hollow."""
    colour = COLOURS[number % len(COLOURS)]
    marker = MARKERS[number % len(MARKERS)]
    published = one.kind == "published"
    for own, dashed in strokes(one):
        axes.plot(
            [p.x + shift for p in own],
            [100 * (p.value or 0) for p in own],
            color=colour,
            linestyle=":" if published else DASHED if dashed else "-",
            linewidth=1.2 if published else 1.8,
        )
    for point in drawn(one):
        value, at = 100 * (point.value or 0), point.x + shift
        if point.low is not None and point.high is not None:
            axes.vlines(at, 100 * point.low, 100 * point.high, color=colour, linewidth=1.2)
            axes.plot(
                [at] * 2,
                [100 * point.low, 100 * point.high],
                color=colour,
                linestyle="",
                marker="_",
                markersize=7,
            )
        hollow = published or bool(point.flag)
        axes.plot(
            [at],
            [value],
            color=colour,
            linestyle="",
            marker=marker,
            markersize=6,
            markerfacecolor="white" if hollow else colour,
        )


def name_series(axes: Axes, series: Sequence[Series], words: Words) -> None:
    """The names of the series below the axis, each with its colour, mark and kind of line."""
    signs = []
    for number, one in enumerate(series):
        published = one.kind == "published"
        colour = COLOURS[number % len(COLOURS)]
        signs.append(
            Line2D(
                [],
                [],
                color=colour,
                marker=MARKERS[number % len(MARKERS)],
                markerfacecolor="white" if published else colour,
                linestyle=":" if published else "-",
                label=f"{one.name} ({words.published})"
                if published and words.published
                else one.name,
            )
        )
    if words.dashed and any(dashed for one in series for _, dashed in strokes(one)):
        signs.append(Line2D([], [], color=QUIET, linestyle=DASHED, label=words.dashed))
    axes.legend(
        handles=signs,
        loc="upper left",
        bbox_to_anchor=(0, -0.16),
        ncols=2 if len(signs) > 1 else 1,
        frameon=False,
        borderaxespad=0,
    )
    xs = [p.x for one in series for p in one.points]
    axes.set_xlim(min(xs) - 0.5, max(xs) + 0.5)


def mark_breaks(axes: Axes, series: Sequence[Series], words: Words) -> None:
    """A dashed line with its words at every break inside the drawn years."""
    known = {b for one in series for b in one.broken_after}
    xs = sorted({p.x for one in series for p in one.points})
    told: dict[float, list[str]] = {}
    for before in sorted(known):
        sides = [pair for pair in pairwise(xs) if pair[0] <= before < pair[1]]
        if sides:
            told.setdefault(sum(sides[0]) / 2, []).append(words.breaks.get(before, ""))
    for at, said in told.items():
        axes.axvline(at, color=QUIET, linestyle="--", linewidth=1)
        axes.annotate(
            "\n".join(text for text in said if text),
            xy=(at, 1),
            xycoords=("data", "axes fraction"),
            xytext=(3, -2),
            textcoords="offset points",
            fontsize=8,
            color=QUIET,
            va="top",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
            zorder=1,  # above the grid and below the data, which no words may hide
        )


def percent(value: float, words: Words) -> str:
    """A tick in percent: "84,5" with a decimal comma, "84.5" without."""
    text = f"{value:.1f}".removesuffix(".0")
    return text.replace(".", ",") if words.decimal_comma else text


def dress(axes: Axes, series: Sequence[Series], words: Words) -> None:
    """Titles, ticks at the years that occur, and percent on the axis."""
    axes.set_title(words.title, loc="left", fontsize=12)
    axes.set_xlabel(words.x)
    axes.set_ylabel(words.y)
    axes.set_xticks(sorted({p.x for one in series for p in one.points}))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: percent(v, words)))
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    if words.simulated and any(one.simulated for one in series):
        axes.set_title(
            words.simulated, loc="right", color="#b10e1e", fontsize=11, fontweight="bold"
        )


def caption(figure: Figure, axes: Axes, series: Sequence[Series], words: Words) -> None:
    """The note, and every point that is not drawn with its reason."""
    lines = [words.note] if words.note else []
    absent = [
        f"{one.name} {p.x:g} ({words.statuses.get(p.status, p.status)})"
        for one in series
        for p in one.points
        if p.value is None or p.status != "ok"
    ]
    if absent:
        lines.append(f"{words.hidden}: " + "; ".join(absent))
    if lines:
        figure.supxlabel("\n".join(lines), x=0.01, ha="left", fontsize=8, color=QUIET, wrap=True)


def to_svg(figure: Figure, fonts: Sequence[Path] = (), *, outlines: bool = False) -> bytes:
    """The figure as SVG with its text as text; the same figure gives the same bytes.

    outlines : letters as shapes, for where the reader's machine may lack the font

    >>> from analysis.series import Point
    >>> line = Series("Huế", (Point(2023, 0.8, 0.7, 0.9), Point(2024, 0.9, 0.8, 0.95)))
    >>> b"<svg" in to_svg(trend_figure([line], Words()))
    True
    """
    out = io.BytesIO()
    chosen = settings(fonts)
    if outlines:
        chosen["svg.fonttype"] = "path"
    with rc_context(chosen):
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()


def to_png(figure: Figure, dpi: int = 150, fonts: Sequence[Path] = ()) -> bytes:
    """The figure as PNG; the same figure gives the same bytes.

    >>> from analysis.series import Point
    >>> line = Series("Huế", (Point(2023, 0.8, 0.7, 0.9), Point(2024, 0.9, 0.8, 0.95)))
    >>> to_png(trend_figure([line], Words()))[1:4]
    b'PNG'
    """
    out = io.BytesIO()
    with rc_context(settings(fonts)):
        figure.savefig(out, format="png", dpi=dpi, metadata={"Software": None})
    return out.getvalue()
