"""Data ready for one scan: where it stands, what its columns hold, and the engine that reads it.

SQL of this module and of its callers is read alike by DuckDB and Spark.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from os import register_at_fork
from typing import Any, ClassVar

import duckdb
import narwhals as nw
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.errors import DataError
from analysis.files import NUMBER

CLEAN = {
    "number": "CASE WHEN isnan({0}::DOUBLE) THEN NULL ELSE {0}::DOUBLE END",
    "empty": "NULL::DOUBLE",
    "text": "nullif({0}::STRING, '')",
}
FIRST = 20_000  # rows in which a code that is not rare stands
TOO_LARGE = (
    "sums of whole numbers this large do not fit; write the column or the weight with a decimal "
    "point"
)


@dataclass(frozen=True)
class Source:
    """Data in DuckDB. `kinds`: whole, number, boolean, text, empty or other.

    relation : has the columns under plain names, NaN and empty texts turned to null
    names : column in the data to column in the relation
    full : columns in the relation known to have a value in each row
    """

    name: str
    relation: Any
    names: Mapping[str, str]
    kinds: Mapping[str, str]
    full: frozenset[str] = frozenset()

    widest: ClassVar[Any] = nw.Int128  # whole numbers whose products and sums stay exact

    def fault(self, column: str, sentence: str) -> DataError:
        return DataError(f'{self.name}: column "{column}" {sentence}')

    def numeric(self, column: str) -> bool:
        return self.kinds[column] in ("whole", "number", "boolean", "empty")

    def near(self) -> "Source":
        """The same data on this machine, for what needs every row: itself."""
        return self

    def countable(self, truth: nw.Expr) -> nw.Expr:
        """Whether something is so, in a type whose sum is a count."""
        return truth

    def part(self, columns: Iterable[str], numbered: bool) -> Any:
        """Some columns of the relation; `numbered` adds `__row`, which tells rows apart.

        The fewer the columns, the quicker it is planned.
        """
        some = list(dict.fromkeys(columns))
        relation = self.relation
        if some and len(some) < len(self.names):
            relation = relation.project(", ".join(some))
        return relation.project("*, row_number() OVER () AS __row") if numbered else relation

    def collected(self, frame: nw.LazyFrame[Any]) -> pa.Table:
        """What a frame over the relation comes to. Raises DataError for what the engine refuses."""
        with self.refusing():
            return frame.to_native().to_arrow_table()

    def first(self, column: str, test: str) -> tuple[int, object] | None:
        """The first row where a test of SQL holds, counted from 1, and its cell; or None."""
        name = self.names[column]
        faulty = self.part([name], numbered=True).filter(test)
        row, cell = faulty.aggregate(f"min(__row), arg_min_null({name}, __row)").fetchall()[0]
        return None if row is None else (row, cell)

    def counted(self, test: str) -> int:
        """How many rows there are where a test of SQL holds."""
        return int(self.relation.filter(test).aggregate("count(*)").fetchall()[0][0])

    def distinct(
        self, frame: nw.LazyFrame[Any], columns: Sequence[str], most: int
    ) -> dict[str, list[Any]]:
        """The values of each column that occur in rows of the relation; `most` of those with more.

        Where the first rows hold every whole number from the least to the largest, which the
        statistics of a file tell, no other row can add one.
        """
        rows = frame.to_native()
        found = listed(rows.limit(FIRST), columns, most)
        ends = ", ".join(f"min({c}), max({c})" for c in columns)
        known = self.part(columns, numbered=False).aggregate(ends).fetchall()[0]
        bounds = zip(columns, known[::2], known[1::2], strict=True)
        full = {c for c, *both in bounds if every_whole(found[c], *both)}
        left = [c for c in columns if c not in full]
        return found | (listed(rows, left, most) if left else {})

    def like(self, test: str) -> str:
        """How many rows there are like a faulty one, in words."""
        count = self.counted(test)
        return f"{count} row{'' if count == 1 else 's'} like it"

    def matching(self, name: str) -> str:
        """SQL for whether a text is a number."""
        return f"regexp_full_match({name}, '{NUMBER}')"

    def words(self, column: str) -> tuple[object, int, str] | None:
        """The first cell that is no number, its row, how many there are; None if all are."""
        name = self.names[column]
        if self.kinds[column] == "text":
            test = f"{name} IS NOT NULL AND NOT {self.matching(name)}"
        else:
            test = f"{name} IS NOT NULL AND TRY_CAST({name} AS DOUBLE) IS NULL"
        found = self.first(column, test)
        return None if found is None else (found[1], found[0], self.like(test))

    def no_numbers(self, column: str, why: str) -> DataError:
        """The error of a column that is not numeric and has to be; `why` ends the sentence."""
        found = self.words(column)
        if found is None:
            return self.fault(column, f"is {self.told(column)}, where {why}")
        return self.fault(column, f'holds "{found[0]}" in row {found[1]} ({found[2]}), where {why}')

    def told(self, column: str) -> str:
        text = self.kinds[column] == "text"
        return "text (codes with leading zeros)" if text else "no column of numbers"

    def mixed(self, rows: nw.LazyFrame[Any], columns: list[str], count: int) -> NDArray[np.float64]:
        """Sums of columns over numbered rows that are thrown into `count` cells by chance."""
        cells = rows.to_native().project(f"hash(__row) % {count} AS __cell, *")
        sums = cells.aggregate(", ".join(f"sum({c}::DOUBLE) AS {c}" for c in columns), "__cell")
        return np.stack(list(sums.fetchnumpy().values()), axis=1).astype(float)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Turns what the engine refuses into DataError."""
        try:
            yield
        except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
            raise DataError(f"{self.name}: {TOO_LARGE}") from error


def clean(names: Mapping[str, str], sources: Iterable[str], kinds: Mapping[str, str]) -> list[str]:
    """SQL for the columns of a relation, from those of the data: NaN and empty texts are null."""
    return [
        f"{CLEAN.get(kinds[c], '{0}').format(source)} AS {names[c]}"
        for c, source in zip(names, sources, strict=True)
    ]


def listed(rows: Any, columns: Sequence[str], most: int) -> dict[str, list[Any]]:
    """The values of each column of a relation, at most `most` of each."""
    lists = [f"list(DISTINCT {c}) FILTER ({c} IS NOT NULL)[:{most}]" for c in columns]
    return dict(
        zip(
            columns,
            (one or [] for one in rows.aggregate(", ".join(lists)).fetchall()[0]),
            strict=True,
        )
    )


def every_whole(values: Sequence[Any], least: Any, largest: Any) -> bool:
    """Whether values are all whole numbers between two of them."""
    whole = all(type(one) is int for one in (*values, least, largest))
    return whole and len(values) == largest - least + 1


def connected() -> duckdb.DuckDBPyConnection:
    """A connection of its own to the DuckDB of this process."""
    try:
        return with_settings(engine().cursor())
    except duckdb.FatalException:  # a fault within DuckDB closes it for good
        engine.cache_clear()
        return with_settings(engine().cursor())


def with_settings(own: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The connection, which derives terms as they are named.

    The optimizer that looks for more to share finds none, and takes a while over hundreds of items.
    """
    own.execute("SET disabled_optimizers = 'common_subexpressions'")
    return own


@cache
def engine() -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory that fetches nothing from anywhere; opening one takes some milliseconds.

    What a connection to it registers, no other sees.
    """
    return duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )


register_at_fork(before=engine.cache_clear)  # its threads would not be in the child
