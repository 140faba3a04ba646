"""The frame: the list that is drawn from, in the order of its key, not in that of the file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.data import Data, kind_of, name_of, read_all
from analysis.errors import DataError
from analysis.files import present
from analysis.totals import Codes, Floats, as_key
from analysis.units import numbered

ALL = "all"  # the name of the one group there is without columns


@dataclass(frozen=True)
class Groups:
    """Rows by the values of some columns. `code` is per row, from 0 in the order of the values;

    first : the first row of each group; table : the rows
    """

    columns: tuple[str, ...]
    code: Codes
    first: Codes
    table: pa.Table

    def __len__(self) -> int:
        return len(self.first)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What each group is called in messages and output."""
        return tuple(self.name(i) for i in range(len(self)))

    def name(self, group: int) -> str:
        if not self.columns:
            return ALL
        row = int(self.first[group])
        return ", ".join(f"{c} = {self.table.column(c)[row].as_py()}" for c in self.columns)


@dataclass(frozen=True)
class Frame:
    """The rows in order. `row` is each one's place in the file, from 1."""

    name: str
    table: pa.Table
    row: Codes

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def fault(self, column: str, sentence: str) -> DataError:
        return DataError(f'{self.name}: column "{column}" {sentence}')

    def code(self, column: str) -> Codes:
        """Codes of a column in the order of its values. Raises DataError for an empty cell."""
        values = self.table.column(column)
        if pa.types.is_nested(values.type):
            raise self.fault(column, f"holds {values.type}; one value a cell is needed")
        code = as_key(column, values).codes
        empty = np.flatnonzero(code < 0)
        if len(empty):
            row = self.row[empty].min()
            raise self.fault(column, f"is empty in {len(empty)} rows, the first is row {row}")
        return code

    def groups(self, columns: Sequence[str]) -> Groups:
        """The rows by the crossing of `columns`; one group of all when there is none."""
        nothing = np.zeros(len(self), dtype=np.int64)
        code = numbered(nothing, *(self.code(c) for c in columns))
        first = np.unique(code, return_index=True)[1].astype(np.int64)
        return Groups(tuple(columns), code, first, self.table)

    def numbers(self, column: str) -> Floats:
        """A column as numbers, NaN where it is empty. Raises DataError when it holds none."""
        values = self.table.column(column)
        if pa.types.is_dictionary(values.type):
            values = values.cast(values.type.value_type)
        kind = kind_of(values.type)
        if kind == "text":
            row, value = self.first_text(values)
            raise self.fault(column, f'must be numbers, but holds "{value}" in row {row}')
        if kind not in ("whole", "number", "boolean", "empty"):
            raise self.fault(column, f"must be numbers, but holds {values.type}")
        found: Floats = values.cast(pa.float64()).to_numpy().astype(np.float64)
        return found

    def first_text(self, values: pa.ChunkedArray) -> tuple[int, object]:
        """The first row of the file whose cell is not a number."""
        number = pc.match_substring_regex(values, r"^\s*[+-]?[\d.]+([eE][+-]?\d+)?\s*$")
        wrong = np.flatnonzero(~pc.fill_null(number, True).to_numpy().astype(bool))
        at = wrong[np.argmin(self.row[wrong])] if len(wrong) else int(np.argmin(self.row))
        return int(self.row[at]), values[int(at)].as_py()

    def measure(self, column: str, *, zero: bool = False) -> Floats:
        """A column whose every cell is a number over 0 (or from 0 up). Raises DataError."""
        values = self.numbers(column)
        good = np.isfinite(values) & ((values >= 0) if zero else (values > 0))
        wrong = np.flatnonzero(~good)
        if len(wrong):
            at = wrong[np.argmin(self.row[wrong])]
            held = "is empty" if np.isnan(values[at]) else f"is {values[at]:g}"
            limit = "from 0 up" if zero else "over 0"
            raise self.fault(
                column,
                f"must be a number {limit} in every row; it {held} in row {self.row[at]} "
                f"({len(wrong)} such rows of {len(self)})",
            )
        return values


def read_frame(data: Data, key: Sequence[str], needed: Mapping[str, str]) -> Frame:
    """The frame sorted by its key. `needed`: column to the key of the plan that names it.

    Raises DataError for no rows, an empty or repeated key; ColumnMissingError naming both.
    """
    name = name_of(data, "the frame")
    table = read_all(data)
    present(table.column_names, {**dict.fromkeys(key, "`key` in [sample]"), **needed}, name)
    if not len(table):
        raise DataError(f"{name}: the frame has no rows")
    frame = Frame(name, table, np.arange(1, len(table) + 1))
    if not key:
        return frame
    groups = frame.groups(key)
    counts = np.bincount(groups.code)
    if (counts > 1).any():
        first = int(np.argmax(counts > 1))
        rows = frame.row[groups.code == first]
        raise DataError(
            f"{name}: the key {groups.name(first)} is in {counts[first]} rows, the first are "
            f"{rows[0]} and {rows[1]} ({int((counts > 1).sum())} such keys)"
        )
    order = np.argsort(groups.code, kind="stable")
    return Frame(name, table.take(pa.array(order)), frame.row[order])
