"""Figures of a measure by area and year, from snapshots: what a table or a chart shows.

A figure carries its n, interval, method, sample and modes; one that should not exist carries the
reason in its place (docs/methods.md, Publication).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires import plan
from survey.fieldwork.tables import RoundPlace
from survey.lazy import load
from survey.reports.catalogue import InForm, Measure, Source
from survey.reports.territory import Territory, name, territory
from survey.units.areas import descendants

OFFICIAL, WEIGHTED = "official", "weighted"
LEVEL_COLUMN, MODE_COLUMN = "domain_area", "mode"
FEW_LEFT_OUT = "few-left-out"


@dataclass(frozen=True)
class Request:
    """What is asked for: see catalogue.Measure and territory.LEVELS."""

    measure: Measure
    level: str
    weights: str  # official or weighted
    split: bool = False  # by mode as well


@dataclass(frozen=True)
class Without:
    """The second figure: without the answers that flags leave out (docs/flags.md).

    left_out: how many; it and the figure are None where so few are left out that the difference
    would tell what they say.
    """

    left_out: int | None
    n: int | None
    value: float | None
    low: float | None
    high: float | None
    status: str


@dataclass(frozen=True)
class Figure:
    """One cell of the table. Shares are 0–1; None where nothing may be shown, see `status`."""

    area_id: int
    area: str
    code: str
    year: int
    round: str
    mode: str | None  # None: every mode together
    modes: tuple[str, ...]  # those present
    n: int
    value: float | None
    se: float | None
    low: float | None
    high: float | None
    df: float | None
    deff: float | None
    n_eff: float | None
    interval: str  # name of the interval's method
    level: float
    status: str  # ok, or why there is no figure
    flag: str  # a reason to read it with care, or empty
    method: str
    sample: str
    weights: str  # official, or the name of the weight set
    grade: str
    simulated: bool
    form: str
    method_title: Mapping[str, str] = field(hash=False)
    partial: bool  # the round asked in a part of the area only
    recode: Mapping[int, int] = field(default_factory=dict, hash=False)  # of codes, before counting
    without: Without | None = None  # None: nothing is left out, or the first is not shown either
    joins: tuple[str, ...] | None = None  # on a trend: what is between it and the one before


def figures(session: Session, data: Path, found: list[Source], request: Request) -> list[Figure]:
    """Figures of every source that has the measure, by area name, year and mode.

    data: the folder that snapshots' paths are below. Raises AnalysisError from the numbers.
    """
    made: list[Figure] = []
    for source in found:
        if source.form.name in request.measure.items:
            places = territory(session, source.round.opens, request.level)
            if places.areas:
                whole = covered(session, source.round.code)
                made += _of_source(data, source, request, places, whole)
    return sorted(made, key=lambda f: (f.area, f.code, f.year, f.round, f.mode or ""))


def weight_set(source: Source, weights: str, columns: list[str]) -> str | None:
    """The snapshot's column of weights: the best set it has, None for the official way."""
    if weights == OFFICIAL:
        return None
    order = ("served",) if source.is_open else ("poststratified", "base")
    return next((f"w_{name}" for name in order if f"w_{name}" in columns), None)


def analysis_plan(source: Source, request: Request, weight: str | None) -> dict[str, Any]:
    """The plan that makes the figures: the form's, by its method, for this measure and domain."""
    items, factors, index = plan(source.form, source.method)["estimate"]
    asked = request.measure.items[source.form.name]
    if asked.onto is not None and "satisfied" in items:  # beside the others, for their pooled deff
        items = {**items, "of": list(dict.fromkeys([*items["of"], *asked.items]))}
    elif asked.onto is not None:  # a mean on the points of the reference, and 0 is missing
        items = {**items, "of": list(asked.items), "missing": [0]}
    block = {"index": index, "factor": factors, "indicator": items}[request.measure.kind]
    design: dict[str, Any] = {}
    if not source.is_open:
        design = {"strata": ["stratum"], "stages": ["cluster1"], "lonely": "adjust"}
    if weight is not None:
        design["weight"] = weight
    blocks = [{**block, "by": [LEVEL_COLUMN]}]
    if request.split:
        blocks.append({**block, "by": [LEVEL_COLUMN, MODE_COLUMN]})
    return {"design": design, "estimate": blocks}


def counted_as(source: Source, asked: InForm) -> dict[str, Mapping[int, int]]:
    """What the codes of recoded items become in the data, before anything is counted.

    Where shares are counted these are codes of the form's own scale, one for what is satisfied
    on the reference's scale and one for what is not, as all items of a block are counted alike.
    """
    if asked.onto is None:
        return {}
    recode = asked.recode
    if source.method.scoring == "share":
        scale = source.form.rated[0].scale
        good = scale.satisfied[0]
        bad = next(
            o.code for o in scale.options if o.code not in {*scale.satisfied, *scale.missing}
        )
        kept = {code: one for code, one in recode.items() if one not in asked.onto.missing}
        recode = {c: good if one in asked.onto.satisfied else bad for c, one in kept.items()}
    return dict.fromkeys(asked.items, recode)


def wanted(source: Source, request: Request) -> str:
    """What result rows of the measure bear in `of`."""
    if request.measure.kind == "index":
        return "index"
    if request.measure.kind == "factor":
        return request.measure.key.removeprefix("factor.")
    return request.measure.items[source.form.name].items[0]


def covered(session: Session, round_code: str) -> set[int]:
    """Ids of the areas that a round asks in as wholes: its areas and all below them."""
    named = session.scalars(
        select(RoundPlace.area_id).where(
            RoundPlace.round == round_code, RoundPlace.area_id.is_not(None)
        )
    )
    return {below for area_id in named if area_id for below in descendants(session, area_id)}


def _of_source(
    data: Path, source: Source, request: Request, places: Territory, whole: set[int]
) -> list[Figure]:
    numbers = load("survey.reports.numbers")
    path = data / source.snapshot.path
    weight = weight_set(source, request.weights, numbers.columns(path))
    asked = (
        path,
        source.snapshot.sha256,
        analysis_plan(source, request, weight),
        places.of,
        source.method.inside_limit,
        counted_as(source, request.measure.items[source.form.name]),
    )
    rows, modes = numbers.snapshot_estimates(*asked)
    of = wanted(source, request)
    figures = [
        _figure(source, request, places, weight, row, modes, row[LEVEL_COLUMN] not in whole)
        for row in rows
        if row["of"] == of
    ]
    if not numbers.flags_some(path, source.snapshot.sha256):
        return figures
    others, _modes = numbers.snapshot_estimates(*asked, without_flagged=True)
    seconds = {_domain(row): row for row in others if row["of"] == of}
    firsts = [row for row in rows if row["of"] == of]
    least = source.method.inside_limit
    return [
        replace(figure, without=_without(row, seconds.get(_domain(row)), least))
        for figure, row in zip(figures, firsts, strict=True)
    ]


def _domain(row: Mapping[str, Any]) -> tuple[Any, Any]:
    return row[LEVEL_COLUMN], row.get(MODE_COLUMN)


def _without(row: Mapping[str, Any], other: Mapping[str, Any] | None, least: int) -> Without | None:
    """The second figure of a domain, which has none when all of its answers are left out."""
    left_out = row["rows"] - (0 if other is None else other["rows"])
    if left_out == 0 or row["value"] is None:
        return None
    if left_out < least:
        return Without(None, None, None, None, None, FEW_LEFT_OUT)
    if other is None:
        return Without(left_out, 0, None, None, None, "no-answers")
    told = (other[name] for name in ("n", "value", "low", "high", "status"))
    return Without(left_out, *told)


def _figure(
    source: Source,
    request: Request,
    places: Territory,
    weight: str | None,
    row: dict[str, Any],
    modes: dict[int, tuple[str, ...]],
    partial: bool,
) -> Figure:
    area = places.areas[row[LEVEL_COLUMN]]
    mode = row.get(MODE_COLUMN)
    return Figure(
        area_id=area.id,
        area=name(area),
        code=area.code,
        year=source.round.year,
        round=source.round.code,
        mode=mode,
        modes=(mode,) if mode else modes.get(area.id, ()),
        n=row["n"],
        value=row["value"],
        se=row["se"],
        low=row["low"],
        high=row["high"],
        df=row["df"],
        deff=row["deff"],
        n_eff=row["n_eff"],
        interval=row["method"],
        level=row["level"],
        status=row["status"],
        flag=row["flag"],
        method=source.method.id,
        sample=source.round.sample,
        weights=OFFICIAL if weight is None else weight.removeprefix("w_"),
        grade=request.measure.items[source.form.name].grade,
        recode=request.measure.items[source.form.name].recode,
        simulated=source.round.simulated,
        form=source.form.name,
        method_title=source.method.title,
        partial=partial,
    )
