"""`compare`: what the [[compare]] of a plan ask, from one scan of the data for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from analysis.blocks import Block
from analysis.comparing import Comparing
from analysis.comparisons.asked import combinations
from analysis.comparisons.contrasts import contrasts
from analysis.comparisons.lines import Line, family, table_of
from analysis.comparisons.tabled import table_lines
from analysis.comparisons.words import Sentences
from analysis.covariance import Covariance, covariance
from analysis.data import Data
from analysis.disclosure import publish
from analysis.errors import CompareError, PlanError
from analysis.plan import Plan, read_plan
from analysis.results import Estimate

HEAD = ("compare", "name")
Held = tuple[Covariance, list[Estimate]]


@dataclass(frozen=True)
class Comparisons:
    """`lines`: one a comparison, in the order of the plan; `table`: the same with their heads."""

    lines: tuple[Line, ...]
    head: tuple[str, ...]

    @property
    def table(self) -> pa.Table:
        return table_of(self.lines, self.head)

    def __len__(self) -> int:
        return len(self.lines)


def compare(
    plan: Plan | Mapping[str, object] | str | Path,
    data: Data,
    words: Sentences,
    *,
    minimum: int | None = None,
) -> Comparisons:
    """The comparisons that a plan asks for, each [[compare]] a family that is adjusted together.

    minimum : figures of fewer answers are not compared, as they are not published
    Raises CompareError for a self-selected sample, or names that do not fit; PlanError, and
    whatever `covariance` raises.

    >>> good = [1, 0, 1, 0, 1, 0, 0, 0] * 5 + [1, 1, 1, 0, 1, 1, 1, 1] * 5
    >>> people = pa.table({"q1": good, "year": [2023] * 40 + [2024] * 40})
    >>> share = {"kind": "share", "of": ["q1"], "satisfied": [1], "by": ["year"]}
    >>> change = {"kind": "change", "column": "year", "from": 2023, "to": 2024}
    >>> from analysis.comparisons.words import sentences
    >>> made = compare({"estimate": [share], "compare": [change]}, people, sentences("en"))
    >>> print(made.lines[0].verdict, made.lines[0].value)
    improved 0.5
    """
    own = read_plan(plan)
    probability(own)
    if not own.compare:
        raise PlanError("the plan has no [[compare]]: there is nothing to compare")
    held: dict[tuple[int, ...], Held] = {}
    lines: list[Line] = []
    for i, asked in enumerate(own.compare):
        where = f"[[compare]] {i}"
        blocks = blocks_of(where, asked, own)
        head = {"compare": i, "name": asked.name}
        if asked.kind in ("independence", "goodness"):
            lines += table_lines(where, asked, own, data, words, head, minimum or 0)
            continue
        if blocks not in held:
            held[blocks] = rows_of(own, blocks, data, minimum)
        lines += compared(where, asked, own.estimates, held[blocks], words, head)
    return Comparisons(tuple(lines), HEAD)


def probability(plan: Plan) -> None:
    """Raises CompareError for a plan of a self-selected sample."""
    if plan.design.sample == "open":
        raise CompareError(
            'the plan says sample = "open": who answered chose to, so that there is no sampling '
            "error and a difference would say nothing of the whole; rounds of a sample can be "
            "compared"
        )


def blocks_of(where: str, asked: Comparing, plan: Plan) -> tuple[int, ...]:
    """The blocks that a comparison reads. Raises PlanError where one is not there."""
    blocks = sorted({term.block for term in asked.terms} or {asked.block})
    for block in blocks:
        if block >= len(plan.estimates):
            raise PlanError(f"{where}: `block` is {block}, of {len(plan.estimates)} [[estimate]]")
    return tuple(blocks)


def rows_of(plan: Plan, blocks: Sequence[int], data: Data, minimum: int | None) -> Held:
    """The covariance of some blocks, and its rows with the numbers that blocks have in the plan."""
    found = covariance(replace(plan, estimates=tuple(plan.estimates[b] for b in blocks)), data)
    results = found.results if minimum is None else publish(found.results, minimum)
    return found, [replace(row, estimate=blocks[row.estimate]) for row in results.rows]


def compared(
    where: str,
    asked: Comparing,
    blocks: Sequence[Block],
    held: Held,
    words: Sentences,
    head: Mapping[str, object],
) -> list[Line]:
    """The lines of one [[compare]] of figures; a t-test's model takes a degree of freedom."""
    found, rows = held
    less = 1 if asked.kind == "t-test" else 0
    made = contrasts(found, rows, combinations(where, asked, rows), blocks, less=less)
    return family(
        made,
        blocks[asked.terms[0].block if asked.terms else asked.block],
        words,
        adjust=asked.adjust,
        level=asked.level,
        better=asked.better,
        head=head,
    )
