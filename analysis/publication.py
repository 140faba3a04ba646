"""Which shares are sure enough to print, after the standard of the US health statisticians.

Source: Parker et al. (2017), National Center for Health Statistics Data Presentation Standards
for Proportions, Vital and Health Statistics 2(175): the table on p. 2, the reasons on p. 3-5.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.intervals import EDGE, Moments, exact, kg, quantile
from analysis.plan import Plan, read_plan
from analysis.results import Results
from analysis.totals import Floats

SHOW, REVIEW, SUPPRESS = "show", "review", "suppress"
LEAST = 30  # answers, and effective answers
NARROW, WIDE, RELATIVE = 0.05, 0.30, 1.30  # widths of the interval; the last is over the value
FEW_DF = 8
LEVEL = 0.95
ROUNDING = 1e-9

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Findings:
    """What the standard finds of each share, (rows,) each; False where it does not apply.

    few_answers : n or n_eff below 30
    wide : the interval is 30 points or wider
    wide_for_value : wider than 5 points and than 130 % of the value
    few_clusters : below 8 degrees of freedom
    all_or_none : nobody or everybody counts
    complement : the share may be shown, 100 % less the share is wider than 130 % of it
    """

    few_answers: Flags
    wide: Flags
    wide_for_value: Flags
    few_clusters: Flags
    all_or_none: Flags
    complement: Flags

    @property
    def suppressed(self) -> Flags:
        return self.few_answers | self.wide | self.wide_for_value


REASONS = (  # in the order in which they are told: the name in a result, the finding
    ("few-answers", "few_answers"),
    ("wide-interval", "wide"),
    ("wide-for-value", "wide_for_value"),
    ("few-clusters", "few_clusters"),
    ("all-or-none", "all_or_none"),
    ("complement", "complement"),
)


def nchs(results: Results, plan: Plan | Mapping[str, object] | str | Path) -> Results:
    """The results with two columns at the end: `nchs` and `nchs_why`.

    plan : the one that made the results; it tells which blocks are shares
    nchs : "show", "review" (a person decides) or "suppress"; null for what is no share, which the
        standard does not speak of. Nothing is hidden: `publish` does that by its own limits
    nchs_why : the reasons, with a space between them; "complement" goes with "show". A row
        without a value or an error has its status for a reason
    The interval is Korn and Graubard's at 95 %, whatever the row has; at 0 % and 100 % n is the
    effective size. Source: Parker et al. (2017), p. 2.

    >>> people = pa.table({"q": [5, 4, 2, 1] * 10, "sex": [1, 1, 1, 2] * 10})
    >>> share = {"kind": "share", "of": ["q"], "satisfied": [4, 5]}
    >>> plan = {"estimate": [share, share | {"by": ["sex"]}]}
    >>> from analysis import estimate
    >>> for row in nchs(estimate(plan, people), plan):
    ...     print(row.n, row.value, row.nchs, row.nchs_why)
    40 0.5 suppress wide-interval
    30 0.6666666666666666 suppress wide-interval
    10 0.0 suppress few-answers wide-interval all-or-none
    """
    own = shares(results, read_plan(plan))
    found = findings(results.table, own)
    ok = np.array([s == "ok" for s in column_of(results.table, "status")], dtype=bool)
    status = column_of(results.table, "status")
    verdict = np.where(found.few_clusters | found.all_or_none, REVIEW, SHOW)
    verdict = np.where(found.suppressed | ~ok, SUPPRESS, verdict)
    told = [(name, getattr(found, field)) for name, field in REASONS]
    why = [
        " ".join(name for name, flags in told if flags[i]) if ok[i] else status[i]
        for i in range(len(ok))
    ]
    table = results.table.append_column("nchs", pa.array(verdict.tolist(), mask=~own))
    return Results(
        table.append_column("nchs_why", pa.array(why, pa.string(), mask=~own)), results.by
    )


def shares(results: Results, plan: Plan) -> Flags:
    """Which rows are of a block of shares, (rows,)."""
    kinds = np.array([block.is_share for block in plan.estimates], dtype=bool)
    found: Flags = kinds[numbers(results.table, "estimate").astype(int)]
    return found


def findings(table: pa.Table, own: Flags) -> Findings:
    """What the standard finds of the rows that `own` marks; of the others nothing."""
    n, value, se = (numbers(table, name) for name in ("n", "value", "se"))
    df, n_eff = numbers(table, "df"), numbers(table, "n_eff")
    own = own & np.isfinite(value) & np.isfinite(se)
    edge = (value <= EDGE) | (value >= 1 - EDGE)
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.where(edge | np.isnan(n_eff), n, np.minimum(n, n_eff))
        width = widths(Moments(value, se**2, df, n, n, np.full(n.shape, np.nan)), edge)
        middling = (width > NARROW) & (width < WIDE)
        relative = middling & (width > RELATIVE * value)
        other = middling & (width > RELATIVE * (1 - value))
    made = Findings(
        few_answers=own & (size < LEAST * (1 - ROUNDING)),
        wide=own & (width >= WIDE),
        wide_for_value=own & relative,
        few_clusters=own & (df < FEW_DF),
        all_or_none=own & edge,
        complement=own & other & ~edge,
    )
    return replace(made, complement=made.complement & ~made.suppressed)


def widths(m: Moments, edge: Flags) -> Floats:
    """The width of Korn and Graubard's interval at 95 %; where `edge`, of Clopper and Pearson's."""
    low, high = kg(m, quantile(LEVEL, m.df), LEVEL)
    plain_low, plain_high = exact(m.value, m.n, LEVEL)
    return np.where(edge, plain_high - plain_low, high - low)


def numbers(table: pa.Table, name: str) -> Floats:
    """A column as floats, NaN where there is no number."""
    found: Floats = table.column(name).cast(pa.float64()).to_numpy(zero_copy_only=False)
    return found


def column_of(table: pa.Table, name: str) -> list[str]:
    return [str(value) for value in table.column(name).to_pylist()]
