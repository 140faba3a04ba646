"""What holds one table and is read as one: printed, in a notebook, as a data frame."""

from typing import Any, ClassVar

import pyarrow as pa

from analysis.results import Results


class Tabled:
    """A mixin of results whose `table` is all there is to show; `lines` say what to know of it."""

    table: pa.Table
    brief: ClassVar[tuple[str, ...]] = ()  # columns to show, where all are too many

    def lines(self) -> list[str]:
        """What a reader must know, as sentences."""
        return []

    def __str__(self) -> str:
        return "\n".join([str(self.shown), *self.lines()])

    def _repr_html_(self) -> str:
        return self.shown._repr_html_()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)

    @property
    def shown(self) -> Results:
        """The rows with the columns that fit a screen."""
        known = [name for name in self.brief if name in self.table.column_names]
        return Results(self.table.select(known) if known else self.table, ())

    @property
    def results(self) -> Results:
        return Results(self.table, ())

    def to_polars(self) -> Any:
        """A polars.DataFrame. Raises AnalysisError where polars is not installed."""
        return self.results.to_polars()

    def to_pandas(self) -> Any:
        """A pandas.DataFrame. Raises AnalysisError where pandas is not installed."""
        return self.results.to_pandas()
