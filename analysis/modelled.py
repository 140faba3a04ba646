"""From a plan and data to the model of small areas that [small_area] asks for."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from analysis.blocks import Block
from analysis.data import Data, kind_of, read_all
from analysis.disclosure import publish
from analysis.errors import PlanError, SmallAreaError
from analysis.estimates import estimate
from analysis.modelling import AreaOptions
from analysis.plan import Plan, read_plan
from analysis.results import Results
from analysis.small_area import SmallAreas, small_areas

NUMBERS = ("whole", "number", "boolean")


def model_areas(
    plan: Plan | Mapping[str, object] | str | Path,
    data: Data,
    areas: Data | None = None,
    minimum: int | None = None,
) -> SmallAreas:
    """The composite estimates of the figure that [small_area] names, one row an area.

    plan, data : as for `estimate`
    areas : a CSV or Parquet file or a table, one row an area, with the block's `by` column and
        the covariates; None, the `file` of [small_area], or no table where it names none
    minimum : areas of fewer answers get the synthetic value, status few-answers: a composite and
        its weight tell the direct estimate, which may not be published
    Raises PlanError for what the plan asks, SmallAreaError naming area, column or covariate.

    >>> good = [1, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 1, 0]
    >>> people = pa.table({"q1": good, "commune": [i // 4 for i in range(16)]})
    >>> block = {"kind": "share", "of": ["q1"], "satisfied": [1], "by": ["commune"]}
    >>> plan = {"estimate": [block], "small_area": {"smoothing": "gvf"}}
    >>> model_areas(plan, people, pa.table({"commune": [0, 1, 2, 3, 4]})).table["status"][4]
    <pyarrow.StringScalar: 'no-answers'>
    """
    own = read_plan(plan)
    block, options = asked(own)
    table = areas
    if areas is None and options.file is not None:
        table = own.folder / options.file
    known = read_all(table) if table is not None else None
    results = estimate(replace(own, estimates=(block,)), data)
    if minimum is not None:
        results = publish(results, minimum)
    chosen = one_figure(results, options)
    if known is not None:
        like(chosen, known)
    return small_areas(chosen, known, options.model)


def asked(plan: Plan) -> tuple[Block, AreaOptions]:
    """The block to model and the options. Raises PlanError or SmallAreaError saying what is not."""
    options = plan.small_area
    if options is None:
        raise PlanError("the plan has no [small_area]: there is nothing to model")
    if plan.design.sample == "open":
        raise SmallAreaError(
            'the plan says sample = "open": who answered chose to, so that there is no sampling '
            "error for a model to weigh; rounds of a sample can be modelled"
        )
    block = plan.block_of_one_column("small_area", options.block, "areas")
    if block.kind == "quantile":
        raise PlanError("[small_area]: a quantile is not modelled; ask for a share or a mean")
    if options.model.scale != "identity" and not block.is_share:
        raise PlanError(
            f'[small_area]: `scale` = "{options.model.scale}" is for shares; a {block.kind} has '
            '"identity"'
        )
    return block, options


def one_figure(results: Results, options: AreaOptions) -> Results:
    """The rows of the figure that is modelled. Raises PlanError where it is not said which."""
    keep = np.ones(len(results), dtype=bool)
    for name, value in (("of", options.of), ("code", options.code)):
        if name not in results.table.column_names:
            if value is not None:
                raise PlanError(f"[small_area]: `{name}` is for a distribution")
            continue
        column = results.table.column(name).to_pylist()
        there = list(dict.fromkeys(v for v, own in zip(column, keep, strict=True) if own))
        words = ", ".join(map(str, there))
        if value is None and len(there) > 1:
            raise PlanError(f"[small_area]: `{name}` is needed: one of {words}")
        if value is not None:
            if there and value not in there:
                raise PlanError(f'[small_area]: `{name}` is "{value}", but must be one of {words}')
            keep &= np.array([v == value for v in column], dtype=bool)
    return Results(results.table.filter(pa.array(keep)), results.by)


def like(results: Results, areas: pa.Table) -> None:
    """Raises SmallAreaError where areas are numbers in one table and texts in the other."""
    (column,) = results.by
    if column not in areas.column_names:
        raise SmallAreaError(f'the table of areas has no column "{column}"')
    kinds = [kind_of(t.schema.field(column).type) for t in (results.table, areas)]
    if (kinds[0] in NUMBERS) != (kinds[1] in NUMBERS):
        words = ["numbers" if kind in NUMBERS else "texts" for kind in kinds]
        raise SmallAreaError(
            f'the column "{column}" has {words[0]} in the data and {words[1]} in the table of '
            "areas: write them alike"
        )
