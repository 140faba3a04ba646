"""The analysis plan: what is asked of the data, as frozen dataclasses.

A plan is a TOML file, a mapping of the same shape, or a Plan. Unknown keys are errors that name
the key; what this release does not compute is refused by name, never passed over.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analysis.blocks import Block, read_block
from analysis.errors import NotComputedError, PlanError
from analysis.keys import Keys, Value
from analysis.ranking import RankOptions, read_rank

SAMPLES = ("probability", "census", "open")
LONELY = ("fail", "certainty", "adjust", "average")
OPERATORS = ("==", "!=", "<", "<=", ">", ">=", "in", "not in")
CALIBRATIONS = ("poststratify", "rake", "linear", "logit")


@dataclass(frozen=True)
class Condition:
    """One condition of a domain: `column op value`; a missing value never meets it."""

    column: str
    op: str
    value: Value | tuple[Value, ...]


@dataclass(frozen=True)
class Design:
    """How the sample was drawn. Empty stages: every row is its own unit.

    sample : "open" is self-selected, whoever answers: nothing is ranked by it
    """

    strata: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    fpc: tuple[str, ...] = ()
    weight: str | None = None
    nested: bool = False
    lonely: str = "fail"
    where: tuple[Condition, ...] = ()
    sample: str = "probability"


@dataclass(frozen=True)
class Margin:
    """Known population totals over the crossing of `by`: from a file, or given by value."""

    by: tuple[str, ...]
    file: str | None
    totals: tuple[tuple[str, float], ...]

    @property
    def name(self) -> str:
        return " × ".join(self.by)


@dataclass(frozen=True)
class Calibration:
    method: str
    margins: tuple[Margin, ...]
    bounds: tuple[float, float] | None = None


@dataclass(frozen=True)
class Nonresponse:
    """Classes `by`; `respondent` is the column that is 1 for a row that answered, else 0."""

    by: tuple[str, ...]
    respondent: str


@dataclass(frozen=True)
class Trim:
    """Limits of the weights; what is cut is shared among the others, again if `strict`."""

    lower: float | None
    upper: float | None
    strict: bool


@dataclass(frozen=True)
class Plan:
    """The whole plan; `folder` is where margin files are looked for."""

    design: Design = Design()
    nonresponse: Nonresponse | None = None
    calibration: Calibration | None = None
    trim: Trim | None = None
    sample: Mapping[str, object] | None = None
    estimates: tuple[Block, ...] = ()
    rank: RankOptions = RankOptions()
    folder: Path = field(default_factory=Path)


def read_plan(plan: "Plan | Mapping[str, object] | str | Path") -> Plan:
    """The plan as dataclasses. Raises PlanError, which names the table and the key."""
    if isinstance(plan, Plan):
        return plan
    if isinstance(plan, Mapping):
        return plan_from(plan, Path())
    path = Path(plan)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PlanError(f"the plan {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PlanError(f"the plan {path} is not UTF-8 text (byte {error.start})") from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"the plan {path} is not TOML: {error}") from error
    return plan_from(table, path.parent)


def plan_from(table: Mapping[str, object], folder: Path) -> Plan:
    """A Plan from a mapping; margin files are looked for in `folder`."""
    keys = Keys(table, "the plan")
    if keys.has("design") and isinstance(table["design"], Mapping):
        refuse(table["design"], "[design]", "replicates", "replicate weights are")
    design = read_design(Keys(keys.take("design", {}), "[design]"))
    nonresponse = read_nonresponse(keys)
    calibration = read_calibration(keys)
    trim = read_trim(keys)
    sample = keys.take("sample")
    if sample is not None and not isinstance(sample, Mapping):
        raise PlanError("[sample] must be a table")
    rank = read_rank(keys)
    blocks = keys.take("estimate", [])
    if not isinstance(blocks, list | tuple):
        raise PlanError("`estimate` must be a list of tables, each written [[estimate]]")
    keys.done()
    return Plan(
        design=design,
        nonresponse=nonresponse,
        calibration=calibration,
        trim=trim,
        sample=sample,
        estimates=tuple(read_block(Keys(b, f"[[estimate]] {i}")) for i, b in enumerate(blocks)),
        rank=rank,
        folder=folder,
    )


def refuse(table: Mapping[str, object], where: str, key: str, what: str) -> None:
    """Raises NotComputedError when the table has a key this release does not compute."""
    if key in table:
        raise NotComputedError(f"{where}: `{key}`: {what} not computed by this release")


def read_design(keys: Keys) -> Design:
    design = Design(
        strata=keys.names("strata"),
        stages=keys.names("stages"),
        fpc=keys.names("fpc"),
        weight=keys.text("weight"),
        nested=keys.flag("nested"),
        lonely=keys.choice("lonely", LONELY, "fail"),
        where=tuple(read_condition(c) for c in keys.tables("where")),
        sample=keys.choice("sample", SAMPLES, "probability"),
    )
    keys.done()
    stages = max(1, len(design.stages))
    if design.fpc and len(design.fpc) != stages:
        raise keys.fault("fpc", f"needs one column a stage: {stages}, not {len(design.fpc)}")
    return design


def read_condition(keys: Keys) -> Condition:
    column = keys.text("column")
    op = keys.choice("op", OPERATORS)
    value = keys.take("value")
    keys.done()
    if column is None:
        raise keys.fault("column", "is needed")
    if op in ("in", "not in"):
        return Condition(column, op, keys.codes("value"))
    if not isinstance(value, Value):
        raise keys.fault("value", f"must be one number or text for {op}")
    return Condition(column, op, value)


def read_nonresponse(keys: Keys) -> Nonresponse | None:
    if not keys.has("nonresponse"):
        return None
    inner = Keys(keys.take("nonresponse"), "[nonresponse]")
    refuse(inner.table, "[nonresponse]", "covariates", "response propensities are")
    by, respondent = inner.names("by"), inner.text("respondent")
    inner.done()
    if respondent is None:
        raise inner.fault("respondent", "is needed: the column that is 1 for a row that answered")
    return Nonresponse(by, respondent)


def read_calibration(keys: Keys) -> Calibration | None:
    if not keys.has("calibration"):
        return None
    inner = Keys(keys.take("calibration"), "[calibration]")
    method = inner.choice("method", CALIBRATIONS)
    margins = tuple(read_margin(m) for m in inner.tables("margins"))
    bounds = inner.numbers("bounds")
    inner.done()
    if not margins:
        raise inner.fault("margins", "is needed: at least one")
    if method == "poststratify" and len(margins) != 1:
        raise inner.fault("margins", "must be one for poststratify; cross its columns in `by`")
    return Calibration(method, margins, read_bounds(inner, method, bounds))


def read_bounds(inner: Keys, method: str, bounds: tuple[float, ...]) -> tuple[float, float] | None:
    if not bounds:
        if method == "logit":
            raise inner.fault("bounds", "is needed for logit, such as [0.5, 2.0]")
        return None
    if method not in ("linear", "logit"):
        raise inner.fault("bounds", "is for linear and logit")
    if len(bounds) != 2 or not bounds[0] < 1 < bounds[1]:
        raise inner.fault("bounds", "must be two numbers, one below and one above 1")
    return (bounds[0], bounds[1])


def read_margin(keys: Keys) -> Margin:
    by, file = keys.names("by"), keys.text("file")
    totals = keys.take("totals")
    keys.done()
    if not by:
        raise keys.fault("by", "is needed: the columns of the margin")
    if (file is None) == (totals is None):
        raise keys.fault("totals", "or `file` is needed, one of the two")
    if totals is None:
        return Margin(by, file, ())
    if len(by) != 1:
        raise keys.fault("totals", "are for one column; give a crossing by `file`")
    if not isinstance(totals, Mapping) or any(
        isinstance(v, bool) or not isinstance(v, int | float) for v in totals.values()
    ):
        raise keys.fault("totals", "must be a table of numbers, such as {Yes = 5122, No = 1072}")
    return Margin(by, None, tuple((str(k), float(v)) for k, v in totals.items()))


def read_trim(keys: Keys) -> Trim | None:
    if not keys.has("trim"):
        return None
    inner = Keys(keys.take("trim"), "[trim]")
    trim = Trim(inner.number("lower"), inner.number("upper"), inner.flag("strict"))
    inner.done()
    if trim.lower is None and trim.upper is None:
        raise inner.fault("upper", "or `lower` is needed")
    return trim
