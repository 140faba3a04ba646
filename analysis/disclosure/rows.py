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

Place = tuple[str | None, ...]


def results_table(
    results: Results, dimensions: Sequence[Dimension], columns: Mapping[str, str]
) -> Table:
    """All rows of results of shares as one table, margins included.

    columns : domain column to the dimension that its values are categories of; of two columns of
        one dimension, such as a province and a commune, the later one counts. "of" is the item;
        a group above items in its dimension has the answers of its items, as its share has
    Shares that are whole numbers of answers give those counted too; with weights they do not, and
    the numbers of answers alone are protected.
    Raises DisclosureError where two rows are the same cell or a category is in no dimension.

    >>> import pyarrow as pa
    >>> from analysis import estimate
    >>> people = pa.table({"q1": [5] * 30 + [1] * 34, "area": ["north"] * 60 + ["south"] * 4})
    >>> share = {"kind": "share", "of": ["q1"], "satisfied": [5]}
    >>> results = estimate({"estimate": [share, share | {"by": ["area"]}]}, people)
    >>> area = Dimension("area", {"north": None, "south": None})
    >>> table = results_table(results, [area], {"area": "area"})
    >>> [(count.answers, count.counted) for count in table.cells.values()]
    [(64, 30), (60, 30), (4, 0)]
    """
    rows: dict[Place, Estimate] = {}
    for row in results:
        place = place_of(row, dimensions, columns)
        if place in rows:
            raise DisclosureError(
                f"two rows of the results are {place}; protect one item at a time"
            )
        rows[place] = row
    names = [one.name for one in dimensions]
    at = names.index(columns[ITEM]) if ITEM in columns else None
    parts = {} if at is None else dimensions[at].parts()
    answers = {place: answers_of(place, rows, at, parts) for place in rows}
    counted = {place: counted_of(rows[place], answers[place]) for place in rows}
    exact = all(one is not None for one in counted.values())
    cells = {
        place: Count(answers[place], counted[place] if exact else None, row.n)
        for place, row in rows.items()
    }
    return Table(tuple(dimensions), cells)


def answers_of(
    place: Place,
    rows: Mapping[Place, Estimate],
    at: int | None,
    parts: Mapping[str | None, list[str]],
) -> int:
    """The answers of a row: for a group those to its items, else of the people who answered."""
    n = rows[place].n
    if n is None:
        raise DisclosureError("these results are without their numbers of answers already")
    items = [] if at is None or place[at] is None else parts.get(place[at], [])
    below = [(*place[:at], item, *place[at + 1 :]) for item in items] if at is not None else []
    below = [one for one in below if one in rows]
    return sum(answers_of(one, rows, at, parts) for one in below) if below else n


def counted_of(row: Estimate, answers: int) -> int | None:
    """How many answers the share counts; None when that is no whole number."""
    if answers == 0:
        return 0
    if row.value is None or not -WHOLE <= row.value <= 1 + WHOLE:
        return None
    number = row.value * answers
    return round(number) if abs(number - round(number)) < WHOLE * answers else None


def place_of(row: Estimate, dimensions: Sequence[Dimension], columns: Mapping[str, str]) -> Place:
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

    >>> import pyarrow as pa
    >>> from analysis import estimate
    >>> people = pa.table({"q1": [5] * 30 + [1] * 34, "area": ["north"] * 60 + ["south"] * 4})
    >>> share = {"kind": "share", "of": ["q1"], "satisfied": [5]}
    >>> results = estimate({"estimate": [share, share | {"by": ["area"]}]}, people)
    >>> area = Dimension("area", {"north": None, "south": None})
    >>> table = results_table(results, [area], {"area": "area"})
    >>> from analysis.disclosure.suppression import protect
    >>> safe = conceal(results, protect([table]), [area], {"area": "area"})
    >>> [(row.status, row.value) for row in safe]
    [('ok', 0.46875), ('withheld', None), ('withheld', None)]
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
