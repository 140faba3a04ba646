"""One plan on both engines: what must be equal, and what must be as good as equal."""

import pyarrow as pa
import pytest

from analysis import estimate, read_plan
from analysis.estimates import opened
from analysis.scan import scan

FLOATS = ("value", "se", "low", "high", "deff", "n_eff")


def same_results(plan: dict, table: object, frame: object) -> None:
    """Estimates of both engines: counts and words equal, values within 1e-12."""
    here, there = estimate(plan, table).table, estimate(plan, frame).table
    same_tables(here, there)


def same_tables(here: pa.Table, there: pa.Table) -> None:
    assert here.column_names == there.column_names
    for name in here.column_names:
        ours, theirs = here.column(name).to_pylist(), there.column(name).to_pylist()
        if not pa.types.is_floating(here.schema.field(name).type):
            assert ours == theirs, name
            continue
        near = {"rel": 1e-12, "abs": 1e-14} if name == "value" else {"rel": 1e-7, "abs": 1e-9}
        assert [v is None for v in ours] == [v is None for v in theirs], name
        known = [(a, b) for a, b in zip(ours, theirs, strict=True) if a is not None]
        assert [b for _, b in known] == pytest.approx([a for a, _ in known], **near), name


def totals(plan: dict, data: object):
    """The small table of the scan of a plan whose blocks have the same domains."""
    own = read_plan(plan)
    done, _ = scan(own, opened(own, data), own.estimates)
    return done[0].totals


def same_totals(plan: dict, table: object, frame: object, exact: bool) -> None:
    """The sums of both engines: counts equal, sums equal or within 1e-12."""
    here, there = totals(plan, table), totals(plan, frame)
    assert len(here) == len(there) > 1
    assert here.rows.tolist() == there.rows.tolist()
    for key, found in here.counts.items():
        assert found.tolist() == there.counts[key].tolist(), key
    for key, found in (here.sums | {"the weights": here.weight}).items():
        own = (there.sums | {"the weights": there.weight})[key]
        assert own.tolist() == (found.tolist() if exact else pytest.approx(found, rel=1e-12)), key
