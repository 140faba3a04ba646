"""Opening the data: CSV, Parquet or an Arrow table, as a DuckDB relation with plain names.

Column names of the data never become SQL: columns are renamed `__x0`, `__x1`, ... on the way
in (a text of the data that equals the name of a column would make DuckDB warn).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from analysis.errors import ColumnMissingError, DataError

NUMBER = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$"
WHOLE = r"^\s*[+-]?\d{1,18}\s*$"
CODE = r"^\s*[+-]?0\d"  # 01, 007: a code that would lose its zeros as a number
ENDINGS = (".csv", ".csv.gz", ".parquet", ".pq")


@dataclass(frozen=True)
class Source:
    """Data ready for one scan. `kinds`: whole, number, boolean, text, empty or other."""

    name: str
    relation: duckdb.DuckDBPyRelation
    names: Mapping[str, str]  # column in the data -> column in the relation
    kinds: Mapping[str, str]
    full: frozenset[str] = frozenset()  # columns in the relation known to have a value in each row

    def fault(self, column: str, sentence: str) -> DataError:
        return DataError(f'{self.name}: column "{column}" {sentence}')

    def rows(self) -> duckdb.DuckDBPyRelation:
        """The relation with one more column, `__row`, that counts from 1 in file order."""
        return self.relation.project("*, row_number() OVER () AS __row")

    def part(self, columns: Iterable[str], numbered: bool) -> duckdb.DuckDBPyRelation:
        """Some columns of the relation; `numbered` adds `__row`. The fewer, the quicker planned."""
        some = ", ".join(dict.fromkeys(columns)) or "*"
        relation = self.relation.project(some)
        return relation.project("*, row_number() OVER () AS __row") if numbered else relation

    def first(self, column: str, test: str) -> tuple[int, object] | None:
        """The first row where a test of SQL holds, counted from 1, and its cell; or None."""
        name = self.names[column]
        faulty = self.rows().filter(test)
        row, cell = faulty.aggregate(f"min(__row), arg_min_null({name}, __row)").fetchall()[0]
        return None if row is None else (row, cell)

    def like(self, test: str) -> str:
        """How many rows there are like a faulty one, in words."""
        count = self.relation.filter(test).aggregate("count(*)").fetchall()[0][0]
        return f"{count} row{'' if count == 1 else 's'} like it"

    def words(self, column: str) -> tuple[object, int, str] | None:
        """The first cell that is no number, its row, how many there are; None if all are."""
        name = self.names[column]
        if self.kinds[column] == "text":
            test = f"{name} IS NOT NULL AND NOT regexp_full_match({name}, '{NUMBER}')"
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

    def numeric(self, column: str) -> bool:
        return self.kinds[column] in ("whole", "number", "boolean", "empty")


def open_data(data: str | Path | pa.Table, needed: Mapping[str, str]) -> Source:
    """The columns in `needed` (column: the key of the plan that names it), renamed and typed.

    NaN and the empty text are missing. Raises DataError; ColumnMissingError naming both.
    """
    if isinstance(data, pa.Table):
        return from_table(data, "the table", needed)
    path = Path(data)
    if not path.is_file():
        raise DataError(f"there is no data file {path}")
    if form_of(path) == "csv":
        return from_table(read_csv(path, needed), path.name, needed)
    return from_parquet(path, needed)


def column_names(data: str | Path | pa.Table) -> list[str]:
    """The names of the columns of the data, in order. Raises DataError."""
    if isinstance(data, pa.Table):
        return list(data.column_names)
    path = Path(data)
    if not path.is_file():
        raise DataError(f"there is no data file {path}")
    try:
        if form_of(path) == "csv":
            with pacsv.open_csv(path) as reader:
                return list(reader.schema.names)
        return list(pq.read_schema(path).names)
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(f"{path.name} cannot be read: {error}") from error


def read_all(data: str | Path | pa.Table) -> pa.Table:
    """Every column of the data, typed as for estimating. Raises DataError."""
    if isinstance(data, pa.Table):
        return data
    path = Path(data)
    names = column_names(path)
    if form_of(path) == "csv":
        return read_csv(path, dict.fromkeys(names, "the file"))
    return pq.read_table(path)


def form_of(path: Path) -> str:
    """csv or parquet, by the ending. Raises DataError for another."""
    name = path.name.lower()
    if name.endswith((".csv", ".csv.gz")):
        return "csv"
    if name.endswith((".parquet", ".pq")):
        return "parquet"
    raise DataError(f"{path.name}: the data must be a file ending in {', '.join(ENDINGS)}")


def present(columns: Iterable[str], needed: Mapping[str, str], name: str) -> None:
    """Raises ColumnMissingError for the first needed column that is not there, or is twice."""
    have = list(columns)
    for column, key in needed.items():
        if column not in have:
            raise ColumnMissingError(f'{name}: no column "{column}", which {key} names')
        if have.count(column) > 1:
            raise DataError(f'{name}: column "{column}", which {key} names, is there twice')


def read_csv(path: Path, needed: Mapping[str, str]) -> pa.Table:
    """The needed columns: numbers where every cell is one, else text; an empty cell is null."""
    try:
        with pacsv.open_csv(path) as reader:
            header = reader.schema.names
        present(header, needed, path.name)
        columns = list(needed) or header[:1]
        table = pacsv.read_csv(
            path,
            parse_options=pacsv.ParseOptions(newlines_in_values=True),
            convert_options=pacsv.ConvertOptions(
                include_columns=columns,
                column_types=dict.fromkeys(columns, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        raise DataError(f"{path.name}: not a readable CSV file: {error}") from error
    for i, column in enumerate(columns):
        table = table.set_column(i, column, typed(table.column(column)))
    return table


def typed(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whole numbers or numbers if every cell is one; codes with leading zeros stay text."""
    filled = texts.drop_null()
    if not len(filled):
        return pa.chunked_array([pa.nulls(len(texts))])
    if pc.any(pc.match_substring_regex(filled, CODE)).as_py():
        return texts
    trimmed = pc.utf8_trim_whitespace(texts)
    if pc.all(pc.match_substring_regex(filled, WHOLE)).as_py():
        return pc.utf8_ltrim(trimmed, characters="+").cast(pa.int64())
    if pc.all(pc.match_substring_regex(filled, NUMBER)).as_py():
        return pc.utf8_ltrim(trimmed, characters="+").cast(pa.float64())
    return texts


def kind_of(kind: pa.DataType) -> str:
    """What a column holds, by its Arrow type."""
    if pa.types.is_dictionary(kind):
        return kind_of(kind.value_type)
    if pa.types.is_null(kind):
        return "empty"
    if pa.types.is_integer(kind):
        return "whole"
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "number"
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return "text"
    return "other"


def from_table(table: pa.Table, name: str, needed: Mapping[str, str]) -> Source:
    present(table.column_names, needed, name)
    columns = list(needed) or table.column_names[:1]
    if not columns:
        raise DataError(f"{name}: the data have no columns")
    plain = [f"__x{i}" for i in range(len(columns))]
    chosen = table.select(columns)
    kinds = {c: kind_of(chosen.schema.field(c).type) for c in columns}
    relation = connected().from_arrow(chosen.rename_columns(plain))
    gaps = {c for c in columns if chosen.column(c).null_count}
    return clean(name, relation, dict(zip(columns, plain, strict=True)), plain, kinds, gaps)


def connected() -> duckdb.DuckDBPyConnection:
    """A DuckDB of its own, in memory, that fetches nothing from anywhere.

    Terms are derived once and by name; two optimizers that look for more to share take seconds
    over hundreds of items.
    """
    own = duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )
    own.execute("SET disabled_optimizers = 'common_subexpressions,statistics_propagation'")
    return own


def from_parquet(path: Path, needed: Mapping[str, str]) -> Source:
    try:
        about = pq.read_metadata(path)
        schema = about.schema.to_arrow_schema()
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(f"{path.name}: not a readable Parquet file: {error}") from error
    present(schema.names, needed, path.name)
    if len({n.lower() for n in schema.names}) < len(schema.names):  # DuckDB is blind to case
        return from_table(pq.read_table(path, columns=list(needed)), path.name, needed)
    columns = list(needed) or schema.names[:1]
    kinds = {c: kind_of(schema.field(c).type) for c in columns}
    pattern = "".join(f"[{c}]" if c in "*?[" else c for c in str(path))
    relation = connected().read_parquet(pattern)
    names = {c: f"__x{i}" for i, c in enumerate(columns)}
    quoted = ['"' + c.replace('"', '""') + '"' for c in columns]
    return clean(path.name, relation, names, quoted, kinds, gaps_of(about, columns))


def gaps_of(about: pq.FileMetaData, columns: Iterable[str]) -> set[str]:
    """Columns of a Parquet file of which its statistics do not say that no cell is empty."""
    place = {about.schema.column(i).path: i for i in range(about.num_columns)}
    groups = [about.row_group(i) for i in range(about.num_row_groups)]

    def none(column: str) -> bool:
        told = (group.column(place[column]).statistics for group in groups)
        return all(s is not None and s.has_null_count and s.null_count == 0 for s in told)

    return {c for c in columns if c not in place or not none(c)}


def clean(
    name: str,
    relation: duckdb.DuckDBPyRelation,
    names: dict[str, str],
    sources: list[str],
    kinds: dict[str, str],
    gaps: set[str],
) -> Source:
    """The Source with NaN and empty texts turned to null; `gaps` are columns with empty cells."""
    shapes = {
        "number": "CASE WHEN isnan({0}::DOUBLE) THEN NULL ELSE {0}::DOUBLE END",
        "empty": "NULL::DOUBLE",
        "text": "nullif({0}::VARCHAR, '')",
    }
    parts = [
        f"{shapes.get(kinds[c], '{0}').format(source)} AS {names[c]}"
        for c, source in zip(names, sources, strict=True)
    ]
    full = frozenset(names[c] for c in names if c not in gaps and kinds[c] == "whole")
    return Source(name, relation.project(", ".join(parts)), names, kinds, full)
