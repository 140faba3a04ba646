"""What leaves with a person: the rows of a table as a file, the words of a chart."""

from typing import Any, Final

from flask_babel import gettext as _

from survey.lazy import load
from survey.reports import words
from survey.reports.catalogue import COUNTERS
from survey.reports.figures import Figure
from survey.reports.published import OLD_QUANG_TRI
from survey.reports.trend import MERGER, METHOD_BREAK, Trend

ENDINGS: Final = ("csv", "xlsx")


def rows(shown: list[Figure], measure: str) -> list[dict[str, Any]]:
    """One flat row a figure, with everything that must travel with it. Shares are 0–1."""
    return [
        {
            "measure": measure,
            "area_code": f.code,
            "area": f.area,
            "year": f.year,
            "round": f.round,
            "mode": f.mode or "all",
            "modes": " ".join(f.modes),
            "n": f.n,
            "value": f.value,
            "se": f.se,
            "low": f.low,
            "high": f.high,
            "level": f.level,
            "interval": f.interval,
            "df": f.df,
            "deff": f.deff,
            "n_eff": f.n_eff,
            "status": f.status,
            "flag": f.flag,
            "method": f.method,
            "form": f.form,
            "sample": f.sample,
            "weights": f.weights,
            "comparability": f.grade,
            "coverage": "part" if f.partial else "whole",
            "simulated": "Dữ liệu mô phỏng" if f.simulated else "",
        }
        for f in shown
    ]


def table(found: list[dict[str, Any]], ending: str) -> bytes:
    """The rows as a file, safe to open in a spreadsheet."""
    body: bytes = load("survey.reports.numbers").table_file(found, ending)
    return body


def chart_words(made: Trend, measure: str, kind: str) -> dict[str, Any]:
    """Every word that the chart of a trend prints, in the page's language."""
    return {
        "title": f"{made.area.name}: {measure}",
        "x": _("Year"),
        "y": _("Satisfied (percent)"),
        "published": _("published by the ministry"),
        "simulated": _("Simulated data") if made.simulated else "",
        "hidden": _("Not shown"),
        "note": _("Bars: reference interval, not a sampling error")
        if kind == COUNTERS
        else _("Bars: 95 percent interval"),
        "breaks": {
            METHOD_BREAK: _("new method"),
            MERGER: _("provinces merged"),
        }
        if made.breaks
        else {},
        "statuses": {name: str(text) for name, text in words.STATUSES.items()},
    }


def published_name(area: str) -> str:
    """What a published series is called: the province of before 2025 is not today's."""
    return f"{area} cũ" if area == OLD_QUANG_TRI else area
