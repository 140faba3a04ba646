"""From arrays of estimates to rows of results, in the order that the results have."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from analysis.blocks import CODED, Block
from analysis.results import Results
from analysis.scan import Domains
from analysis.terms import Measure
from analysis.totals import Codes, Floats

WHOLE = ("n",)
LARGEST = 2**63 - 1  # a code beyond is written as text


def block_table(
    number: int,
    block: Block,
    domains: Domains,
    found: Sequence[Measure],
    columns: Mapping[str, np.ndarray],
    df: Codes,
    rows: Floats,
) -> pa.Table:
    """The rows of one block: measure by measure, domains in order within each."""
    count, measures = domains.count, len(found)

    def flat(name: str) -> pa.Array:
        values = columns[name].T.ravel()
        if name in WHOLE:
            return pa.array(values.astype(np.int64))
        if values.dtype.kind == "f":
            return pa.array(values, mask=~np.isfinite(values))
        return pa.array(values.tolist(), pa.string())

    out: dict[str, pa.Array] = {
        "estimate": pa.array(np.full(count * measures, number, dtype=np.int64)),
        "of": pa.array([m.of for m in found for _ in range(count)], pa.string()),
    }
    if block.kind in CODED:
        codes = [m.code for m in found for _ in range(count)]
        mixed = len({type(code) for code in codes}) > 1
        mixed = mixed or any(isinstance(code, int) and abs(code) > LARGEST for code in codes)
        out["code"] = pa.array([str(code) for code in codes] if mixed else codes)
    again = pa.array(np.tile(np.arange(count), measures))
    for column, values in domains.values.items():
        out[column] = values.take(again)
    for name in ("n", "value", "se", "low", "high"):
        out[name] = flat(name)
    out["df"] = pa.array(np.tile(df, measures))
    out["deff"], out["n_eff"] = flat("deff"), flat("n_eff")
    out["rows"] = pa.array(np.tile(rows.astype(np.int64), measures))
    out["method"] = flat("method")
    out["level"] = pa.array(np.full(count * measures, block.level))
    out["status"] = flat("status")
    return pa.table(out)


def joined(tables: Sequence[pa.Table], blocks: Sequence[Block]) -> Results:
    """The rows of all blocks under one header: estimate, of, code if any, by columns, the rest."""
    by = tuple(dict.fromkeys(column for block in blocks for column in block.by))
    coded = any(block.kind in CODED for block in blocks)
    head = ["estimate", "of", *(["code"] if coded else []), *by]
    rest = [c for c in tables[0].column_names if c not in (*head, "code")]
    kinds = {
        c: common([t.schema.field(c).type for t in tables if c in t.column_names])
        for c in [*head, *rest]
    }
    return Results(pa.concat_tables([shaped(t, kinds) for t in tables]), by)


def common(kinds: Sequence[pa.DataType]) -> pa.DataType:
    """The type that holds every block's column: its own, or text where they differ."""
    real = [k for k in kinds if not pa.types.is_null(k)]
    if not real:
        return pa.string()
    return real[0] if all(k == real[0] for k in real) else pa.string()


def shaped(table: pa.Table, kinds: Mapping[str, pa.DataType]) -> pa.Table:
    columns = [
        table.column(name).cast(kind)
        if name in table.column_names
        else pa.nulls(table.num_rows, kind)
        for name, kind in kinds.items()
    ]
    return pa.table(columns, names=list(kinds))
