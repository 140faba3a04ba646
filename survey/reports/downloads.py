"""What leaves with a person: the rows of a table as a file, the words of a chart."""

from typing import Any, Final

from flask_babel import gettext as _

from questionnaires.facts import DIFFERENT
from survey.lazy import load
from survey.reports import words
from survey.reports.catalogue import COUNTERS
from survey.reports.figures import Figure
from survey.reports.published import OLD_QUANG_TRI
from survey.reports.trend import MERGER, METHOD_BREAK, Trend

ENDINGS: Final = ("csv", "xlsx")


def rows(shown: list[Figure], measure: str, *, line: bool = False) -> list[dict[str, Any]]:
    """One flat row a figure, with everything that must travel with it. Shares are 0–1.

    line: the figures are a trend's, and each says how it is joined to the one before.
    """
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
            **_without(f),
            "flag": f.flag,
            "method": f.method,
            "form": f.form,
            "sample": f.sample,
            "weights": f.weights,
            "comparability": f.grade,
            "comparability_note": str(words.GRADE_NAMES[f.grade]),
            "recoded": words.recode(f),
            **({"line_from_before": words.joins(f)} if line else {}),
            "coverage": "part" if f.partial else "whole",
            "simulated": "Dữ liệu mô phỏng" if f.simulated else "",
        }
        for f in shown
    ]


def _without(figure: Figure) -> dict[str, Any]:
    """The figure without what flags leave out; the same again where nothing is left out."""
    second = figure.without
    return {
        "left_out": 0 if second is None else second.left_out,
        "n_without": figure.n if second is None else second.n,
        "value_without": figure.value if second is None else second.value,
        "low_without": figure.low if second is None else second.low,
        "high_without": figure.high if second is None else second.high,
        "status_without": figure.status if second is None else second.status,
    }


def table(found: list[dict[str, Any]], ending: str) -> bytes:
    """The rows as a file, safe to open in a spreadsheet."""
    body: bytes = load("survey.reports.numbers").table_bytes(found, ending)
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
        "note": "\n".join([_bars(kind), *_wordings(made)]),
        "dashed": _("dashed: the question was reworded, compare with care"),
        "breaks": _breaks(made),
        "statuses": {name: str(text) for name, text in words.STATUSES.items()},
    }


def _bars(kind: str) -> str:
    if kind == COUNTERS:
        return str(_("Bars: reference interval, not a sampling error"))
    return str(_("Bars: 95 percent interval"))


def _wordings(made: Trend) -> list[str]:
    """How the questions behind an indicator are graded, year by year; nothing for the index."""
    recoded = _("codes recoded")
    told = [
        f"{words.years(one.years)} ({words.GRADE_NAMES[one.grade]}"
        + (f", {recoded})" if one.recode else ")")
        for one in made.wordings
    ]
    return [_("Wording against the reference: %(grades)s", grades="; ".join(told))] if told else []


def _breaks(made: Trend) -> dict[int, str]:
    """What is written on the line at each break, by the last year before it."""
    told: dict[int, list[str]] = {}
    if made.breaks:
        told = {METHOD_BREAK: [_("new method")], MERGER: [_("provinces merged")]}
    for line in made.lines:
        for year in line.after(DIFFERENT):
            known = told.setdefault(year, [])
            known += [text for text in [_("another question")] if text not in known]
    return {year: "\n".join(said) for year, said in told.items()}


def published_name(area: str) -> str:
    """What a published series is called: the province of before 2025 is not today's."""
    return f"{area} cũ" if area == OLD_QUANG_TRI else area
