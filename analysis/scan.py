"""From a plan's blocks of the same domains to one scan of the data, ready for estimating."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import narwhals as nw
import numpy as np
import pyarrow as pa

from analysis.blocks import Block
from analysis.calibration import Calibrated, Fit, fit
from analysis.errors import PlanError
from analysis.frames import inside
from analysis.kept import Kept
from analysis.keys import Value
from analysis.measures import MANY, fitting, measures
from analysis.plan import Design, Plan
from analysis.repweights import ReplicateWeights
from analysis.results import RESERVED
from analysis.source import Source
from analysis.terms import Measure, Terms
from analysis.totals import Codes, Floats, Totals, grouped, those, weight_of
from analysis.units import Units, base_weight, degrees, numbered, units
from analysis.weighting import Calibration


@dataclass(frozen=True)
class Domains:
    """The domains that occur: `code` (groups,) from 0, -1 for none; values of each by column."""

    by: tuple[str, ...]
    code: Codes
    count: int
    values: dict[str, pa.Array]

    @cached_property
    def here(self) -> slice | Codes:
        """The groups that are in a domain."""
        return those(self.code)


@dataclass(frozen=True)
class Scan:
    """All that the estimates of some blocks need.

    start : (groups,) factor from sums to start-weighted sums; final : with calibration
    rows, df : (domains,) rows of each domain, clusters less strata
    """

    totals: Totals
    units: Units
    domains: Domains
    start: Floats
    final: Floats
    calibrated: Calibrated | None
    rows: Floats
    df: Codes
    lonely: str
    calibration: Calibration | None = None
    fit: Fit | None = None
    replicates: ReplicateWeights | None = None
    lonely_domains: bool = False


def columns_of_design(plan: Plan) -> dict[str, str]:
    """The columns that the design and the calibration name, and which key names each."""
    design = plan.design
    named = [(c, "`strata` in [design]") for c in design.strata]
    named += [(c, "`stages` in [design]") for c in design.stages]
    named += [(c, "`fpc` in [design]") for c in design.fpc]
    named += [(design.weight, "`weight` in [design]")] if design.weight else []
    named += [(design.rounds, "`rounds` in [design]")] if design.rounds else []
    named += [(one.column, "`where` in [design]") for one in design.where]
    if plan.calibration is not None:
        named += [(c, "[calibration]") for c in plan.calibration.columns]
    first: dict[str, str] = {}
    for column, key in named:
        first.setdefault(column, key)
    return first


def codes_in(source: Source, design: Design, block: Block) -> dict[str, list[Value]]:
    """The codes of each item that occur inside the conditions and are not missing."""
    if isinstance(source, Kept):
        return source.codes_of(block)
    found: dict[str, list[Value]] = {}
    if block.kind != "distribution":
        return found
    frame = nw.from_native(source.relation)
    frame = frame.filter(inside(source, design.where)) if design.where else frame
    columns = [source.names[item] for item in block.items()]
    values = source.distinct(frame, list(dict.fromkeys(columns)), MANY + 1)
    for item, column in zip(block.items(), columns, strict=True):
        codes = values[column]
        if len(codes) > MANY:
            raise source.fault(item, f"has more than {MANY} different values: no distribution")
        gaps = fitting(block.missing, source, item)
        found[item] = [code for code in codes if code not in gaps]
    return found


def scan(
    plan: Plan,
    source: Source,
    blocks: Sequence[Block],
    beside: Sequence[str] = (),
    each_row: bool = False,
) -> tuple[list[Scan], list[list[Measure]]]:
    """One pass over the data for some blocks: what each needs, and the measures of each.

    The table is as fine as the crossing of all their `by` columns and those `beside` them, or
    has a group for each row.
    """
    totals, wanted = summed(plan, source, blocks, beside, each_row)
    cells = plan.calibration.columns if plan.calibration else ()
    found = units(plan.design, totals)
    start = base_weight(plan.design, found)
    fitted = calibrated_by(plan, source, totals, cells, start * totals.weight)
    calibrated = None if fitted is None else fitted.calibrated
    final = start if calibrated is None else start * calibrated.g[calibrated.cell]

    told = replicate_df(source, plan.design)

    def part(own: tuple[str, ...]) -> Scan:
        domains = domains_of(own, totals)
        of_one_round(plan.design, found, domains)
        here = domains.code >= 0
        rows = weight_of(domains.code[here], totals.rows[here], domains.count)
        df = degrees(found, domains.code, final * totals.weight, domains.count)
        df = df if told is None else np.full(domains.count, told)
        rule = plan.design.lonely
        design = plan.design
        known = (plan.calibration, fitted, design.replicates, design.lonely_domains)
        return Scan(totals, found, domains, start, final, calibrated, rows, df, rule, *known)

    parts = {own: part(own) for own in dict.fromkeys(block.by for block in blocks)}
    return [parts[block.by] for block in blocks], wanted


def summed(
    plan: Plan,
    source: Source,
    blocks: Sequence[Block],
    beside: Sequence[str] = (),
    each_row: bool = False,
) -> tuple[Totals, list[list[Measure]]]:
    """The totals that some blocks need, from one pass or a table kept, and their measures."""
    by = list(dict.fromkeys(column for block in blocks for column in block.by))
    for column in by:
        if column in RESERVED:
            raise PlanError(f'`by` names a column "{column}", which the results have already')
    weight = plan.design.weight
    terms = Terms(source, exact=weight is None or source.kinds[weight] == "whole")
    wanted = [measures(block, terms, codes_in(source, plan.design, block)) for block in blocks]
    if any(block.kind != "distribution" for block in blocks):
        terms.split.clear()  # else a share of 1 may have parts that differ in their last digit
    every = [m for own in wanted for m in own]
    keys = [*by, *(plan.calibration.columns if plan.calibration else ()), *beside]
    if isinstance(source, Kept):
        return source.asked(plan.design, keys, terms, every), wanted
    counted = list(dict.fromkeys(m.answered for m in every))
    sums = list(dict.fromkeys(key for m in every for key in m.terms()))
    ratios = every if plan.design.replicates else []
    again = list(dict.fromkeys(key for m in ratios for p in m.parts for key in (p.y, p.x)))
    return grouped(source, plan.design, keys, terms, sums, counted, again, each_row), wanted


def replicate_df(source: Source, design: Design) -> int | None:
    """What the plan says, or the rank of the replicate weights less 1, as R counts them.

    Rows are added up at random into more sums than there are replicates, which keeps the rank.
    """
    own = design.replicates
    if own is None or own.df is not None:
        return None if own is None else max(1, int(own.df or 1))
    columns = [source.names[c] for c in own.matching(source.names)]
    read = [*columns, *(source.names[one.column] for one in design.where)]
    frame = nw.from_native(source.part(read, numbered=True))
    frame = frame.filter(inside(source, design.where)) if design.where else frame
    matrix = source.mixed(frame, columns, 2 * len(columns) + 8)
    top = np.linalg.svd(matrix, compute_uv=False)
    return int((top > 1e-9 * top.max(initial=0.0)).sum()) - 1


def of_one_round(design: Design, found: Units, domains: Domains) -> None:
    """Raises PlanError when a domain holds answers of two rounds."""
    if found.round is None:
        return
    here = domains.code >= 0
    first = np.zeros(domains.count, dtype=np.int64)
    first[domains.code[here]] = found.round[here]
    if (first[domains.code[here]] != found.round[here]).any():
        raise PlanError(
            f'the rounds of column "{design.rounds}" are samples of their own: name it in `by`, '
            "or one of them in `where`, so that each estimate is of one round"
        )


def domains_of(by: tuple[str, ...], totals: Totals) -> Domains:
    """Domains in the order of their values; without `by`, the whole population is one."""
    here = totals.inside.copy()
    for column in by:
        here &= totals.keys[column].codes >= 0
    code = np.full(len(totals), -1, dtype=np.int64)
    if not by:
        code[here] = 0
        return Domains(by, code, 1, {})
    at = np.flatnonzero(here)
    own = numbered(*(totals.keys[c].codes[at] for c in by))
    code[at] = own
    count = int(own.max(initial=-1)) + 1
    first = np.zeros(count, dtype=np.int64)
    first[own] = at
    values = {c: totals.keys[c].values.take(pa.array(totals.keys[c].codes[first])) for c in by}
    return Domains(by, code, count, values)


def calibrated_by(
    plan: Plan, source: Source, totals: Totals, cells: Sequence[str], weight: Floats
) -> Fit | None:
    """The calibration of the plan over the cells of the sample, if it asks for one."""
    if plan.calibration is None:
        return None
    keys = {c: totals.keys[c] for c in cells}
    for column, key in keys.items():
        if (key.codes < 0).any():
            raise source.fault(column, "is empty in some row; [calibration] needs every cell")
    return fit(plan.calibration, keys, weight, totals.rows, plan.folder)
