"""Results as tables to protect, and results without what is hidden."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from analysis.disclosure.shown import HIDDEN
from analysis.disclosure.suppression import Protected
from analysis.disclosure.tables import Count, Dimension, Key, Table
from analysis.errors import DisclosureError
from analysis.results import Estimate, Results

ITEM = "of"  # the column of results that names the item or group
WITHHELD = "withheld"  # the status of what is hidden
WHOLE = 1e-6


def results_table(
    results: Results, dimensions: Sequence[Dimension], columns: Mapping[str, str]
) -> Table:
    """All rows of results of shares as one table, margins included.

    columns : domain column to the dimension that its values are categories of; of two columns of
        one dimension, such as a province and a commune, the later one counts. "of" is the item
    Shares that are whole numbers of answers give those counted too; with weights they do not, and
    the numbers of answers alone are protected.
    Raises DisclosureError where two rows are the same cell or a category is in no dimension.
    """
    cells: dict[tuple[str | None, ...], Count] = {}
    counted = [counted_of(row) for row in results]
    exact = all(one is not None for one in counted)
    for row, one in zip(results, counted, strict=True):
        place = place_of(row, dimensions, columns)
        count = Count(row.n or 0, one if exact else None)
        if place in cells:
            raise DisclosureError(
                f"two rows of the results are {place}; protect one item at a time"
            )
        cells[place] = count
    return Table(tuple(dimensions), cells)


def counted_of(row: Estimate) -> int | None:
    """How many answers the share counts; None when that is no whole number."""
    if row.n is None:
        raise DisclosureError("these results are without their numbers of answers already")
    if row.n == 0:
        return 0
    if row.value is None or not -WHOLE <= row.value <= 1 + WHOLE:
        return None
    number = row.value * row.n
    return round(number) if abs(number - round(number)) < WHOLE * max(1, row.n) else None


def place_of(
    row: Estimate, dimensions: Sequence[Dimension], columns: Mapping[str, str]
) -> tuple[str | None, ...]:
    """The category of a row in each dimension; None, its total."""
    found: dict[str, str] = {}
    for column, dimension in columns.items():
        value = row.of if column == ITEM else row.by.get(column)
        if value is not None:
            found[dimension] = str(value)
    return tuple(found.get(one.name) for one in dimensions)


def conceal(
    results: Results,
    protected: Protected,
    dimensions: Sequence[Dimension],
    columns: Mapping[str, str],
    *,
    sizes_shown: bool = False,
) -> Results:
    """The results without the numbers of hidden figures, whose `status` is "withheld".

    It is the same whatever the reason: that one has few answers, and its neighbour not, would
    narrow both down.
    """
    table = Table(tuple(dimensions), {})
    keys: list[Key] = [table.key(place_of(row, dimensions, columns)) for row in results]
    gone = np.array([key in protected.hidden for key in keys], dtype=bool)
    out = results.table
    names = [*HIDDEN, *(() if sizes_shown else ("n", "rows"))]
    for name in names:
        at = out.column_names.index(name)
        values = out.column(name).to_pylist()
        kept = [None if hide else v for v, hide in zip(values, gone, strict=True)]
        out = out.set_column(at, name, pa.array(kept, out.schema.field(name).type))
    status = [WITHHELD if hide else row.status for hide, row in zip(gone, results, strict=True)]
    at = out.column_names.index("status")
    return Results(out.set_column(at, "status", pa.array(status, pa.string())), results.by)
