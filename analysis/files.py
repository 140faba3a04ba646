"""Files of data: their endings, and what a text of a CSV file may be."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from analysis.errors import ColumnMissingError, DataError

NUMBER = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$"
WHOLE = r"^\s*[+-]?\d{1,18}\s*$"
CODE = r"^\s*[+-]?0\d"  # 01, 007: a code that would lose its zeros as a number
ENDINGS = (".csv", ".csv.gz", ".parquet", ".pq")


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
