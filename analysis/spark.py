"""Data in Spark: files that it reads or data frames that it has, for the same scan.

PySpark is an extra: nothing here imports it before it is asked for. The rows stay where Spark has
them; what comes to this machine is the small table of the scan.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

import narwhals as nw
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.errors import DataError, EngineError
from analysis.files import CODE, NUMBER, WHOLE, form_of, present
from analysis.source import TOO_LARGE, Source, clean, connected

ANSI = "spark.sql.ansi.enabled"
PART = 33  # bits that a row has within its part of the data in Spark's row ids
KINDS = {
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), "whole"),
    **dict.fromkeys(("float", "double", "decimal"), "number"),
    **dict.fromkeys(("string", "varchar", "char"), "text"),
    "boolean": "boolean",
    "void": "empty",
}
INSTALL = (
    "Spark is not installed: pip install 'sipas[spark]', and Java 17 or later "
    "(Debian: apt-get install default-jre-headless)"
)
LOCAL = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "8",
}
OURS = {
    ANSI: "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.csv.parser.columnPruning.enabled": "false",
    "spark.python.sql.dataFrameDebugging.enabled": "false",
}


@dataclass(frozen=True)
class SparkFile:
    """A CSV or Parquet file, or a folder of one, that Spark reads; hdfs:// and the like too."""

    path: str
    session: Any

    @property
    def name(self) -> str:
        return PurePosixPath(self.path).name

    def frame(self) -> Any:
        """Its columns, those of a CSV as text. Raises DataError."""
        form, path = form_of(Path(self.path)), self.path
        if "://" not in path:
            if not Path(path).exists():
                raise DataError(f"there is no data file {path}")
            path = "file://" + re.sub(r"([*?{}\[\]\\])", r"\\\1", str(Path(path).resolve()))
        with told(self.name):
            if form == "parquet":
                return self.session.read.parquet(path)
            return self.session.read.csv(
                path, header=True, multiLine=True, escape='"', mode="FAILFAST", nullValue=""
            )


@dataclass(frozen=True)
class SparkSource(Source):
    """Data in Spark; relation is a DataFrame of PySpark."""

    widest: ClassVar[Any] = nw.Decimal(38, 0)

    def near(self) -> Source:
        with self.refusing():
            relation = connected().from_arrow(self.relation.toArrow())
        return Source(self.name, relation, self.names, self.kinds)

    def countable(self, truth: nw.Expr) -> nw.Expr:
        return truth.cast(nw.Int32)

    def part(self, columns: Iterable[str], numbered: bool) -> Any:
        some = list(dict.fromkeys(columns)) or ["*"]
        relation = self.relation.select(*some)
        functions = functions_of(relation)
        row = functions.monotonically_increasing_id()
        return relation.withColumn("__row", row) if numbered else relation

    def collected(self, frame: nw.LazyFrame[Any]) -> pa.Table:
        with self.refusing():
            return frame.to_native().toArrow()

    def first(self, column: str, test: str) -> tuple[int, object] | None:
        name = self.names[column]
        with self.refusing():
            rows = self.part([name], numbered=True)
            found = rows.where(test).orderBy("__row").limit(1).collect()
            if not found:
                return None
            place, within = divmod(found[0]["__row"], 1 << PART)
            before = rows.where(f"shiftright(__row, {PART}) < {place}").count()
            return before + within + 1, found[0][name]

    def counted(self, test: str) -> int:
        with self.refusing():
            return int(self.relation.where(test).count())

    def distinct(
        self, frame: nw.LazyFrame[Any], columns: Sequence[str], most: int
    ) -> dict[str, list[Any]]:
        found = {}
        for column in columns:
            rows = frame.filter(~nw.col(column).is_null()).select(column).unique().head(most)
            found[column] = self.collected(rows).column(column).to_pylist()
        return found

    def matching(self, name: str) -> str:
        return f"{name} RLIKE r'{NUMBER}'"

    def mixed(self, rows: nw.LazyFrame[Any], columns: list[str], count: int) -> NDArray[np.float64]:
        native = rows.to_native()
        functions = functions_of(native)
        cells = native.withColumn("__cell", functions.expr(f"pmod(xxhash64(__row), {count})"))
        sums = [functions.expr(f"sum({c}::DOUBLE)").alias(c) for c in columns]
        table = cells.groupBy("__cell").agg(*sums).select(*columns).toArrow()
        return np.stack([table.column(c).to_numpy() for c in columns], axis=1).astype(float)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        with told(self.name):
            yield


@contextmanager
def told(name: str) -> Iterator[None]:
    """Turns what Spark refuses into DataError."""
    try:
        yield
    except faults() as error:
        if type(error).__name__ == "ArithmeticException":
            raise DataError(f"{name}: {TOO_LARGE}") from error
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise DataError(f"{name}: Spark cannot use the data: {lines[0]}") from error


def faults() -> tuple[type[Exception], ...]:
    """What PySpark raises; asked for only when something was raised."""
    own = import_module("pyspark.errors").PySparkException
    return own, import_module("py4j.protocol").Py4JError


def functions_of(frame: Any) -> Any:
    """pyspark.sql.functions, or those of Spark Connect for its frames."""
    connect = ".connect." in type(frame).__module__
    return import_module(f"pyspark.sql{'.connect' if connect else ''}.functions")


def in_spark(data: object) -> bool:
    """Whether data is a SparkFile or a DataFrame of PySpark."""
    return isinstance(data, SparkFile) or type(data).__module__.startswith("pyspark.sql.")


def frame_name(data: Any) -> str:
    """The name of data in Spark in messages."""
    return data.name if isinstance(data, SparkFile) else "the data frame"


def frame_of(data: Any) -> tuple[Any, str]:
    """The data frame and its name in messages. Raises DataError."""
    return data.frame() if isinstance(data, SparkFile) else data, frame_name(data)


def frame_columns(data: Any) -> list[str]:
    """Names of the columns, in order. Raises DataError."""
    frame, _ = frame_of(data)
    return list(frame.columns)


def from_spark(data: Any, needed: Mapping[str, str]) -> SparkSource:
    """The columns in `needed`, renamed and typed as `open_data` has them. Raises DataError."""
    frame, name = frame_of(data)
    if str(frame.sparkSession.conf.get(ANSI)).lower() != "true":
        raise DataError(f"{name}: sums may run over unseen in this Spark session: set {ANSI}")
    have = list(frame.columns)
    present(have, needed, name)
    columns = list(needed) or have[:1]
    if not columns:
        raise DataError(f"{name}: the data have no columns")
    plain = [f"__y{have.index(c)}" for c in columns]
    with told(name):
        frame = frame.toDF(*(f"__y{i}" for i in range(len(have)))).select(*plain)
        if isinstance(data, SparkFile) and form_of(Path(data.path)) == "csv":
            frame = typed(frame, plain)
        held = {field.name: field.dataType.simpleString() for field in frame.schema.fields}
        kinds = {
            c: KINDS.get(held[p].split("(")[0].split(" ")[0], "other")
            for c, p in zip(columns, plain, strict=True)
        }
        names = {c: f"__x{i}" for i, c in enumerate(columns)}
        return SparkSource(name, frame.selectExpr(*clean(names, plain, kinds)), names, kinds)


def typed(frame: Any, columns: list[str]) -> Any:
    """Texts of a CSV as numbers where every cell of a column is one, as `data.typed` has them."""
    frame = frame.selectExpr(*(f"nullif({c}, '') AS {c}" for c in columns))
    functions = functions_of(frame)
    tests = {"code": CODE, "whole": WHOLE, "number": NUMBER}
    asked = [functions.count(c).alias(f"filled{c}") for c in columns]
    for name, pattern in tests.items():
        pick = functions.max if name == "code" else functions.min
        asked += [pick(functions.col(c).rlike(pattern)).alias(f"{name}{c}") for c in columns]
    found = frame.agg(*asked).collect()[0]

    def shape(column: str) -> Any:
        own = functions.col(column)
        if not found[f"filled{column}"]:
            return functions.lit(None).cast("void").alias(column)
        if found[f"code{column}"] or not found[f"number{column}"]:
            return own
        kind = "bigint" if found[f"whole{column}"] else "double"
        return functions.regexp_replace(own, r"\s", "").cast(kind).alias(column)

    return frame.select(*(shape(column) for column in columns))


def rows_of(data: Any) -> pa.Table:
    """Every row and column on this machine. Raises DataError."""
    frame, name = frame_of(data)
    with told(name):
        if isinstance(data, SparkFile) and form_of(Path(data.path)) == "csv":
            plain = [f"__y{i}" for i in range(len(frame.columns))]
            return typed(frame.toDF(*plain), plain).toDF(*frame.columns).toArrow()
        return frame.toArrow()


def session(master: str = "local[*]") -> Any:
    """A Spark session on this machine alone, or on the cluster that `master` names.

    Raises EngineError where PySpark or Java is not installed, or the cluster does not answer.
    """
    try:
        builder = import_module("pyspark.sql").SparkSession.builder
    except ModuleNotFoundError as error:
        raise EngineError(INSTALL) from error
    settings = OURS | LOCAL if master.startswith("local") else OURS
    if master.startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    try:
        for key, value in settings.items():
            builder = builder.config(key, value)
        own = builder.master(master).appName("sipas").getOrCreate()
        own.sparkContext.setLogLevel("OFF")
    except faults() as error:
        if "JAVA" in str(error):
            raise EngineError(INSTALL) from error
        raise EngineError(f"Spark does not start on {master}: {error}") from error
    return own
