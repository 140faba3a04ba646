"""Tests of the distributions of a block, item by item: from a plan to the tests of tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.blocks import Block
from analysis.comparing import Comparing
from analysis.comparisons.adjusting import adjusted
from analysis.comparisons.lines import Line
from analysis.comparisons.tables import TableTest, goodness, independence
from analysis.comparisons.words import Sentences
from analysis.covariance import covariance
from analysis.data import Data
from analysis.errors import CompareError, PlanError
from analysis.estimates import estimate
from analysis.keys import Value
from analysis.plan import Plan
from analysis.totals import Floats


@dataclass(frozen=True)
class Counted:
    """Weighted counts of an item's codes by domain, (codes, domains), and their covariance.

    of_shares : the covariance that gives their parts of the whole the variance that they have
        over replicates, where there are any; else that of the counts
    """

    codes: tuple[Value, ...]
    totals: Floats
    covariance: Floats
    n: int
    df: int
    status: str
    of_shares: Floats


def table_lines(
    where: str,
    asked: Comparing,
    plan: Plan,
    data: Data,
    words: Sentences,
    head: Mapping[str, object],
    minimum: int,
) -> list[Line]:
    """One line an item of the block: whether its answers depend on the domains, or fit."""
    block = plan.estimates[asked.block]
    items = items_of(where, asked, block)
    level = asked.level or block.level
    made = []
    for item, codes in codes_of(plan, block, items, data).items():
        own = counted(plan, block, item, codes, data)
        status = "few-answers" if own.status == "ok" and own.n < minimum else own.status
        test = tested(where, asked, item, own) if status == "ok" else None
        status = "undefined" if status == "ok" and test is None else status
        made.append((item, own, status, test))
    known = [test.p for *_, test in made if test is not None]
    ps = iter(adjusted(known, asked.adjust, level)[0].tolist())
    many = len(known) if asked.adjust != "none" else 1
    out = []
    for item, own, status, test in made:
        p = None if test is None else next(ps)
        out.append(line(asked, item, own, status, test, p, level, many, words, head))
    return out


def items_of(where: str, asked: Comparing, block: Block) -> tuple[str, ...]:
    """The items to test. Raises PlanError where the block is not one of such distributions."""
    if block.kind != "distribution" or block.groups:
        raise PlanError(
            f'{where}: [[estimate]] {asked.block} must be of kind "distribution", without groups'
        )
    if asked.kind == "independence" and not block.by:
        raise PlanError(f"{where}: [[estimate]] {asked.block} has no `by`: name the groups there")
    if asked.kind == "goodness" and block.by:
        raise PlanError(f"{where}: [[estimate]] {asked.block} has `by`: choose by `where` instead")
    for name in asked.of:
        if name not in block.of:
            raise PlanError(f'{where}: `of` names "{name}"; the block has {", ".join(block.of)}')
    return asked.of or block.of


def codes_of(
    plan: Plan, block: Block, items: Sequence[str], data: Data
) -> dict[str, tuple[Value, ...]]:
    """The codes of each item that occur, as the data has them."""
    out = {}
    for item in items:
        own = replace(block, of=(item,), by=())
        rows = estimate(replace(plan, estimates=(own,)), data).rows
        out[item] = tuple(row.code for row in rows if isinstance(row.code, Value))
    return out


def counted(plan: Plan, block: Block, item: str, codes: Sequence[Value], data: Data) -> Counted:
    """The weighted count of each code in each domain, with their covariance."""
    if not codes:
        none = np.zeros((0, 0))
        return Counted((), none, none, 0, 0, "no-answers", none)
    total = replace(block, kind="total", of=(item,), ci="wald")
    blocks = tuple(replace(total, satisfied=(code,)) for code in codes)
    found = covariance(replace(plan, estimates=blocks), data)
    rows = found.rows
    domains = len(rows) // len(codes)
    status = next((row.status for row in rows if row.status == "lonely"), "ok")
    df = found.df if found.present is None else found.present.df(range(len(rows)))
    if status == "ok" and df < 1:
        status = "few-clusters"
    totals, matrix = np.nan_to_num(found.value), np.nan_to_num(found.matrix)
    shares = matrix
    if found.spread is not None and totals.sum() > 0:
        shares = totals.sum() ** 2 * found.spread.through(parts)
    n = sum(row.n or 0 for row in rows[:domains])
    own = totals.reshape(len(codes), domains)
    return Counted(tuple(codes), own, matrix, n, df, status, shares)


def parts(totals: Floats) -> Floats:
    """Counts (k, cells) as parts of their sum, row by row."""
    known = np.nan_to_num(totals)
    found: Floats = known / known.sum(axis=1, keepdims=True)
    return found


def tested(where: str, asked: Comparing, item: str, own: Counted) -> TableTest | None:
    """The test of one item; None where its table has one row, one column or no error."""
    goal = expected(f"{where}: {item}", asked, own.codes) if asked.kind == "goodness" else None
    try:
        if goal is not None:
            return goodness(own.totals.ravel(), own.covariance, goal)
        scores = asked.correction not in ("wald", "adjusted-wald")
        matrix = own.of_shares if scores else own.covariance
        return independence(own.totals, matrix, own.n, own.df, asked.correction)
    except CompareError:
        return None


def expected(where: str, asked: Comparing, codes: Sequence[Value]) -> Floats:
    """The shares given for the codes, in their order. Raises CompareError for others."""
    given = dict(zip(asked.values, asked.coefficients, strict=True))
    if set(given) != set(codes):
        names = ", ".join(map(str, codes))
        raise CompareError(
            f"{where}: `codes` are {', '.join(map(str, given))}, but the data has {names}"
        )
    return np.array([given[code] for code in codes])


def line(
    asked: Comparing,
    item: str,
    own: Counted,
    status: str,
    test: TableTest | None,
    p: float | None,
    level: float,
    many: int,
    words: Sentences,
    head: Mapping[str, object],
) -> Line:
    found = p is not None and p <= 1 - level
    yes, no = ("linked", "apart") if asked.kind == "independence" else ("differs", "fits")
    finite = test is not None and np.isfinite(test.ddf)
    return Line(
        kind=asked.kind,
        of=item,
        code=None,
        by={},
        before=None,
        after=None,
        n=own.n,
        value=None,
        se=None,
        low=None,
        high=None,
        df=None if test is None else float(test.df),
        ddf=float(test.ddf) if test is not None and finite else None,
        statistic=None if test is None else test.statistic,
        p=None if test is None else test.p,
        level=level,
        status=status,
        p_adjusted=p,
        adjust=asked.adjust,
        comparisons=many,
        verdict=None if p is None else "differs" if found else "no-evidence",
        phrase=words.without(status) if p is None else words.table(yes if found else no, p),
        head=head,
    )
