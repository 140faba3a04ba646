"""What may be shown: a number that should not exist is not, and the reason is given."""

import numpy as np
import pyarrow as pa

from analysis.plan import Plan
from analysis.publication import FEW_DF, LEAST, findings, numbers, shares
from analysis.results import Results

HIDDEN = ("value", "se", "low", "high", "deff", "n_eff")


def publish(results: Results, minimum: int = 10, plan: Plan | None = None) -> Results:
    """The results without the numbers that may not be shown, and with a `flag` column.

    Hidden: rows of fewer than `minimum` answers (status few-answers), with fewer than one degree
    of freedom (few-clusters), or that have another status than ok already. Flagged, but shown:
    "few-clusters" below 8 degrees of freedom, "few-answers" below an effective size of 30 and,
    with the plan of the results, "wide-interval" of a share whose interval is too wide for the
    standard of NCHS (publication.nchs).

    >>> import pyarrow as pa
    >>> from analysis import estimate
    >>> people = pa.table({"q": [5, 4, 2, 0, 4, 1]})
    >>> results = estimate({"estimate": [{"kind": "mean", "of": ["q"]}]}, people)
    >>> print(publish(results).rows[0])
    q: few-answers, n = 6
    """
    table = results.table
    n = numbers(table, "n")
    df = numbers(table, "df")
    n_eff = numbers(table, "n_eff")
    status = np.array(table.column("status").to_pylist(), dtype=object)
    ok = status == "ok"
    status[ok & (df < 1)] = "few-clusters"
    status[np.isin(status, ("ok", "lonely", "few-clusters")) & (n < minimum)] = "few-answers"
    shown = status == "ok"
    effective = np.where(np.isnan(n_eff), n, n_eff)
    flag = np.full(len(n), "", dtype="<U16")
    if plan is not None:
        found = findings(table, shares(results, plan))
        flag[found.wide | found.wide_for_value] = "wide-interval"
    flag = np.where(effective < LEAST, "few-answers", flag)
    flag = np.where(df < FEW_DF, "few-clusters", flag)
    out = table
    for name in HIDDEN:
        values = numbers(table, name)
        own = pa.array(values, mask=~(shown & np.isfinite(values)))
        out = out.set_column(out.column_names.index(name), name, own)
    out = out.set_column(
        out.column_names.index("status"), "status", pa.array(status.tolist(), pa.string())
    )
    flags = pa.array(np.where(shown, flag, "").tolist(), pa.string())
    return Results(out.append_column("flag", flags), results.by)
