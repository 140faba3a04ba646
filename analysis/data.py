"""Opening the data: CSV, Parquet or an Arrow table in DuckDB, or data in Spark.

Column names of the data never become SQL: columns are renamed `__x0`, `__x1`, ... on the way
in (a text of the data that equals the name of a column would make DuckDB warn).
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from analysis.errors import DataError
from analysis.files import CODE, NUMBER, WHOLE, form_of, present
from analysis.source import Source, clean, connected
from analysis.spark import frame_columns, frame_name, from_spark, in_spark, rows_of

Data: TypeAlias = str | Path | pa.Table | Any  # or a SparkFile, or a DataFrame of PySpark


def open_data(data: Data, needed: Mapping[str, str]) -> Source:
    """The columns in `needed` (column: the key of the plan that names it), renamed and typed.

    NaN and the empty text are missing. Raises DataError; ColumnMissingError naming both.
    """
    if in_spark(data):
        return from_spark(data, needed)
    if isinstance(data, pa.Table):
        return from_table(data, "the table", needed)
    path = Path(data)
    if not path.is_file():
        raise DataError(f"there is no data file {path}")
    if form_of(path) == "csv":
        return from_table(read_csv(path, needed), path.name, needed)
    return from_parquet(path, needed)


def column_names(data: Data) -> list[str]:
    """The names of the columns of the data, in order. Raises DataError."""
    if in_spark(data):
        return frame_columns(data)
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


def name_of(data: Data, given: str) -> str:
    """The data's name in messages; `given` for a table that has none."""
    if in_spark(data):
        return frame_name(data)
    return Path(data).name if isinstance(data, str | Path) else given


def read_all(data: Data) -> pa.Table:
    """Every column of the data, typed as for estimating. Raises DataError."""
    if in_spark(data):
        return rows_of(data)
    if isinstance(data, pa.Table):
        return data
    path = Path(data)
    names = column_names(path)
    if form_of(path) == "csv":
        return read_csv(path, dict.fromkeys(names, "the file"))
    return pq.read_table(path)


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


def kinds_of(schema: pa.Schema, columns: Iterable[str], name: str) -> dict[str, str]:
    """What each column holds. Raises DataError for one whose cells hold several values."""
    for column in columns:
        if pa.types.is_nested(schema.field(column).type):
            kind = schema.field(column).type
            raise DataError(f'{name}: column "{column}" holds {kind}, not one value a cell')
    return {column: kind_of(schema.field(column).type) for column in columns}


def from_table(table: pa.Table, name: str, needed: Mapping[str, str]) -> Source:
    present(table.column_names, needed, name)
    columns = list(needed) or table.column_names[:1]
    if not columns:
        raise DataError(f"{name}: the data have no columns")
    plain = [f"__x{i}" for i in range(len(columns))]
    chosen = table.select(columns)
    kinds = kinds_of(chosen.schema, columns, name)
    relation = connected().from_arrow(chosen.rename_columns(plain))
    gaps = {c for c in columns if chosen.column(c).null_count}
    names = dict(zip(columns, plain, strict=True))
    shaped = relation.project(", ".join(clean(names, plain, kinds)))
    return Source(name, shaped, names, kinds, full_of(names, kinds, gaps))


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
    kinds = kinds_of(schema, columns, path.name)
    pattern = "".join(f"[{c}]" if c in "*?[" else c for c in str(path))
    relation = connected().read_parquet(pattern)
    names = {c: f"__x{i}" for i, c in enumerate(columns)}
    quoted = ['"' + c.replace('"', '""') + '"' for c in columns]
    return Source(
        path.name,
        relation.project(", ".join(clean(names, quoted, kinds))),
        names,
        kinds,
        full_of(names, kinds, gaps_of(about, columns)),
    )


def gaps_of(about: pq.FileMetaData, columns: Iterable[str]) -> set[str]:
    """Columns of a Parquet file of which its statistics do not say that no cell is empty."""
    place = {about.schema.column(i).path: i for i in range(about.num_columns)}
    groups = [about.row_group(i) for i in range(about.num_row_groups)]

    def none(column: str) -> bool:
        told = (group.column(place[column]).statistics for group in groups)
        return all(s is not None and s.has_null_count and s.null_count == 0 for s in told)

    return {c for c in columns if c not in place or not none(c)}


def full_of(
    names: Mapping[str, str], kinds: Mapping[str, str], gaps: Iterable[str]
) -> frozenset[str]:
    """Columns in the relation that have a value in each row; `gaps` are those with empty cells."""
    return frozenset(names[c] for c in names if c not in gaps and kinds[c] == "whole")
