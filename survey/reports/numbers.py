"""The room's door to the numbers: files and snapshots in, estimates and pictures out."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis import AnalysisError, estimate, keep, nchs, read_plan, weigh
from analysis import weigh_file as weigh_to
from analysis.charts import Words, to_png, to_svg, trend_figure
from analysis.comparisons import compare, sentences, trend
from analysis.data import Data
from analysis.disclosure import publish
from analysis.drivers import drivers, logit, words
from analysis.errors import EngineError
from analysis.modelled import model_areas
from analysis.ranks import phrases, rank
from analysis.results import Results, format_of
from analysis.series import Point, Series, trend_of
from analysis.spark import SparkFile, session
from survey.errors import SurveyError
from survey.files import table_bytes as table_bytes

AREA, DOMAIN, MODE, FLAGGED = "area", "domain_area", "mode", "flagged"
FONTS = tuple(sorted((Path(__file__).parents[1] / "static" / "fonts" / "ttf").glob("*.ttf")))
KEPT = 256  # answers remembered: a snapshot never changes, its hash is part of the key


def columns(path: Path) -> list[str]:
    """Names of the columns of a snapshot."""
    return list(pq.read_schema(path).names)


def snapshot_estimates(
    path: Path,
    sha256: str,
    plan: Mapping[str, Any],
    of: Mapping[str, int],
    minimum: int,
    recode: Mapping[str, Mapping[int, int]],
    without_flagged: bool = False,
) -> tuple[list[dict[str, Any]], dict[int, tuple[str, ...]]]:
    """What `plan` estimates from a snapshot, and the modes present in each area.

    of: area code of the snapshot → id of the area that figures are about; the plan's column
        `domain_area` holds it, and rows whose code is not in `of` belong to none.
    recode: item → what its codes become before anything is counted; any other code is missing.
    without_flagged: rows that flags leave out keep their place in the design and belong to none.
    Rows are dictionaries with the result columns, `flag`, and the domain columns; figures with
    fewer than `minimum` answers have none, and say so in `status`.
    """
    asked = json.dumps([plan, sorted(of.items()), minimum, recode, without_flagged], sort_keys=True)
    return _estimates(path, sha256, asked)


@lru_cache(maxsize=KEPT)
def flags_some(path: Path, _sha256: str) -> bool:
    """Whether a snapshot has any row that flags leave out; older ones do not say."""
    if FLAGGED not in columns(path):
        return False
    return bool(pc.any(pq.read_table(path, columns=[FLAGGED])[FLAGGED]).as_py())


@lru_cache(maxsize=KEPT)
def _estimates(
    path: Path, _sha256: str, asked: str
) -> tuple[list[dict[str, Any]], dict[int, tuple[str, ...]]]:
    plan, of, minimum, recode, without_flagged = json.loads(asked)
    names = [*_needed(plan), *([FLAGGED] if without_flagged else [])]
    table = _with_domain(pq.read_table(path, columns=names), dict(of))
    if without_flagged:
        left = pc.if_else(table[FLAGGED], None, table[DOMAIN])
        table = table.set_column(table.column_names.index(DOMAIN), DOMAIN, left)
    table = _recoded(table, recode)
    own = read_plan(plan)
    results = publish(estimate(own, table), minimum=minimum, plan=own)
    rows = [
        {**{name: getattr(row, name) for name in row.__slots__ if name != "by"}, **row.by}
        for row in results
    ]
    pairs = table.group_by([DOMAIN, MODE]).aggregate([]).to_pylist()
    modes: dict[int, tuple[str, ...]] = {}
    for pair in sorted(pairs, key=lambda p: str(p[MODE])):
        if pair[DOMAIN] is not None:
            modes[pair[DOMAIN]] = (*modes.get(pair[DOMAIN], ()), pair[MODE])
    return rows, modes


def _needed(plan: Mapping[str, Any]) -> list[str]:
    """The snapshot's columns that a plan reads."""
    design = plan["design"]
    names = {AREA, MODE, *design.get("strata", ()), *design.get("stages", ())}
    if "weight" in design:
        names.add(design["weight"])
    for block in plan["estimate"]:
        for group in block.get("groups", ()):
            names.update(group["of"])
        if block["kind"] != "index":
            names.update(block.get("of", ()))
    return sorted(names)


def _with_domain(table: pa.Table, of: dict[str, int]) -> pa.Table:
    codes = pa.array(of.keys(), pa.string())
    ids = pa.array(of.values(), pa.int64())
    place = pc.index_in(table.column(AREA).combine_chunks(), value_set=codes)
    return table.append_column(DOMAIN, ids.take(place))


def _recoded(table: pa.Table, recode: Mapping[str, Mapping[str, int]]) -> pa.Table:
    """The columns of items with other codes; what a recode does not name becomes 0, missing."""
    for item, codes in recode.items():
        column = table.column(item).combine_chunks()
        known = pa.array(map(int, codes), column.type)
        become = pa.array(codes.values(), column.type)
        new = pc.fill_null(become.take(pc.index_in(column, value_set=known)), 0)
        table = table.set_column(table.column_names.index(item), item, new)
    return table


class NumbersRefused(SurveyError):
    """A plan or its data cannot give the numbers asked for; the detail says what and where."""

    title = "The numbers cannot be had"


class EngineMissing(NumbersRefused):
    """The engine that was asked for is not installed, or does not start."""


@contextmanager
def told() -> Iterator[None]:
    """Turns what the numbers refuse, and files that cannot be written, into NumbersRefused."""
    try:
        yield
    except EngineError as error:
        raise EngineMissing(str(error)) from error
    except AnalysisError as error:
        raise NumbersRefused(str(error)) from error
    except OSError as error:
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        raise NumbersRefused(what) from error


def in_spark(path: str, master: str) -> SparkFile:
    """A file for Spark to read, with a session on the cluster `master`. Raises EngineMissing."""
    with told():
        return SparkFile(path, session(master))


def estimate_file(
    plan: Path,
    data: Data,
    out: Path | None,
    kind: str | None,
    minimum: int | None = None,
    flags: str | None = None,
    cv: bool = False,
    kept: Path | None = None,
) -> str:
    """The estimates written to `out`, or as text when there is none; "" when written.

    minimum: figures of fewer answers are hidden as for publication; None hides nothing.
    flags: "nchs" adds what that standard says of each share; cv: adds se over value.
    kept: where the totals are kept that the estimates were made from.
    """
    with told():
        if out is not None:
            kind = format_of(out, kind)
        own = read_plan(plan)
        if kept is None:
            results = estimate(own, data)
        else:
            made = keep(own, data)
            made.save(kept)
            results = estimate(own, made)
        if minimum is not None:
            results = publish(results, minimum, own)
        if flags == "nchs":
            results = nchs(results, own)
        if cv:
            results = results.with_cv()
        return _delivered(results, out, kind)


def rank_file(
    plan: Path,
    data: Data,
    out: Path | None,
    kind: str | None,
    *,
    minimum: int | None,
    language: str,
) -> tuple[str, list[str]]:
    """The league table as `estimate_file` delivers it, and a line for each domain left out."""
    with told():
        if out is not None:
            kind = format_of(out, kind)
        done = rank(plan, data, phrases(language), minimum=minimum)
        return _delivered(Results(done.table, ()), out, kind), done.lines()


def drivers_file(
    plan: Path, data: Data, out: Path | None, kind: str | None, *, model: str, language: str
) -> tuple[str, list[str]]:
    """The performance-importance table, or with model "logit" the ordinal logit, and its lines."""
    with told():
        if out is not None:
            kind = format_of(out, kind)
        done = logit(plan, data) if model == "logit" else drivers(plan, data, words(language))
        return _delivered(Results(done.table, ()), out, kind), done.lines()


def compare_file(
    plan: Path,
    data: Data,
    out: Path | None,
    kind: str | None,
    *,
    minimum: int | None,
    language: str,
    over_time: bool = False,
) -> str:
    """The comparisons of a plan, or its trend, as `estimate_file` delivers them."""
    with told():
        if out is not None:
            kind = format_of(out, kind)
        made = (trend if over_time else compare)(plan, data, sentences(language), minimum=minimum)
        return _delivered(Results(made.table, ()), out, kind)


def small_area_file(
    plan: Path,
    data: Path,
    out: Path | None,
    kind: str | None,
    *,
    areas: Path | None,
    minimum: int | None,
) -> tuple[str, list[str]]:
    """The modelled areas as `estimate_file` delivers them, and what to know of the model."""
    with told():
        if out is not None:
            kind = format_of(out, kind)
        done = model_areas(plan, data, areas, minimum)
        return _delivered(done.results, out, kind), done.lines()


def weigh_file(plan: Path, data: Path, out: Path | None, kind: str | None) -> tuple[str, list[str]]:
    """The data with weights, as `estimate_file` delivers them, and the diagnostics' lines.

    kind "json" makes the diagnostics one line of JSON; where `out` ends in another format, only
    them.
    """
    with told():
        if out is None:
            done = weigh(plan, data)
            text, found = Results(done.table, ()).text(kind or "csv"), done.diagnostics
        else:
            ends = out.suffix.lower() in (".csv", ".parquet", ".pq")
            form = None if kind == "json" and ends else kind
            text, found = "", weigh_to(plan, data, out, format_of(out, form))
        document = json.dumps(found.document(), ensure_ascii=False)
        return text, [document] if kind == "json" else found.lines()


def _delivered(results: Results, out: Path | None, kind: str | None) -> str:
    if out is None:
        return results.text(kind or "csv")
    results.write(out, kind)
    return ""


def chart_file(
    plan: Path,
    data: Path,
    out: Path,
    *,
    block: int,
    x: str,
    series: str | None,
    minimum: int,
    breaks: tuple[float, ...],
    simulated: bool,
    words: Callable[[float], dict[str, Any]],
) -> None:
    """The trend of one block of a plan, written as SVG or PNG by the ending of `out`."""
    with told():
        own = read_plan(plan)
        results = publish(estimate(own, data), minimum, own)
        lines = trend_of(results, block, x, series, broken_after=breaks, simulated=simulated)
        figure = trend_figure(lines, Words(**words(own.estimates[block].level)), fonts=FONTS)
        made = (
            to_svg(figure, FONTS) if out.suffix.lower() == ".svg" else to_png(figure, fonts=FONTS)
        )
        out.write_bytes(made)


def picture(
    series: list[dict[str, Any]], words: Mapping[str, Any], *, ending: str, outlines: bool = False
) -> bytes:
    """A trend as SVG or PNG; `series` and `words` are analysis.charts' own, as plain data.

    outlines: letters as shapes, for an SVG shown as an image, which cannot load our font.
    """
    made = trend_figure(
        [Series(**{**one, "points": tuple(Point(**p) for p in one["points"])}) for one in series],
        Words(**words),
        size=(9.0, 5.2),
        fonts=FONTS,
    )
    if ending == "png":
        return to_png(made, fonts=FONTS)
    return to_svg(made, fonts=FONTS, outlines=outlines)
