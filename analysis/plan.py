"""The analysis plan: what is asked of the data, as frozen dataclasses.

A plan is a TOML file, a mapping of the same shape, or a Plan. Unknown keys are errors that name
the key; what this release does not compute is refused by name, never passed over.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analysis.blocks import Block, read_block
from analysis.comparing import Comparing, TrendOptions, read_compare, read_trend
from analysis.driving import DriverOptions, read_drivers
from analysis.errors import PlanError
from analysis.keys import Keys, Value
from analysis.modelling import AreaOptions, read_small_area
from analysis.ranking import RankOptions, read_rank
from analysis.repweights import ReplicateWeights, read_replicates
from analysis.sampling.request import Sampling, read_sampling
from analysis.weighting import (
    Calibration,
    Nonresponse,
    Trim,
    read_calibration,
    read_nonresponse,
    read_trim,
)

SAMPLES = ("probability", "census", "open")
LONELY = ("fail", "certainty", "adjust", "average")
OPERATORS = ("==", "!=", "<", "<=", ">", ">=", "in", "not in")


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
    rounds : the column that tells samples drawn one after the other apart; strata are then
    each round's own, and clusters with the same ids in two rounds are the same clusters.
    """

    strata: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    fpc: tuple[str, ...] = ()
    weight: str | None = None
    rounds: str | None = None
    nested: bool = False
    lonely: str = "fail"
    lonely_domains: bool = False
    where: tuple[Condition, ...] = ()
    replicates: ReplicateWeights | None = None
    sample: str = "probability"


@dataclass(frozen=True)
class Plan:
    """The whole plan; `folder` is where margin files are looked for."""

    design: Design = Design()
    nonresponse: Nonresponse | None = None
    calibration: Calibration | None = None
    trim: Trim | None = None
    sample: Sampling | None = None
    estimates: tuple[Block, ...] = ()
    rank: RankOptions = RankOptions()
    drivers: DriverOptions | None = None
    compare: tuple[Comparing, ...] = ()
    trend: TrendOptions | None = None
    small_area: AreaOptions | None = None
    folder: Path = field(default_factory=Path)

    def block_of_one_column(self, table: str, place: int, things: str) -> Block:
        """The estimate at `place`, whose domains are of one column; `things` is what they become.

        Raises PlanError, which names the table that asks for it.
        """
        if place >= len(self.estimates):
            raise PlanError(f"[{table}]: `block` is {place}, of {len(self.estimates)} [[estimate]]")
        block = self.estimates[place]
        if len(block.by) != 1:
            raise PlanError(
                f"[{table}]: {things} are of one domain column; `by` of [[estimate]] {place} has "
                f"{len(block.by)}. Choose one year or group by `where` in [design]"
            )
        return block


def read_plan(plan: "Plan | Mapping[str, object] | str | Path") -> Plan:
    """The plan as dataclasses. Raises PlanError, which names the table and the key.

    >>> read_plan({"estimate": [{"kind": "mean", "of": ["q1"]}]}).estimates[0].ci
    'wald'
    >>> read_plan({"estimates": []})
    Traceback (most recent call last):
    ...
    analysis.errors.PlanError: the plan: unknown key `estimates` (known here: ...)
    """
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
    design = read_design(Keys(keys.take("design", {}), "[design]"))
    nonresponse = read_nonresponse(keys)
    calibration = read_calibration(keys)
    trim = read_trim(keys)
    sample = read_sampling(keys.take("sample")) if keys.has("sample") else None
    rank = read_rank(keys)
    compare, trend = read_compare(keys), read_trend(keys)
    small_area = read_small_area(keys)
    blocks = keys.take("estimate", [])
    if not isinstance(blocks, list | tuple):
        raise PlanError("`estimate` must be a list of tables, each written [[estimate]]")
    estimates = tuple(read_block(Keys(b, f"[[estimate]] {i}")) for i, b in enumerate(blocks))
    drivers = read_drivers(keys, estimates)
    keys.done()
    return Plan(
        design=design,
        nonresponse=nonresponse,
        calibration=calibration,
        trim=trim,
        sample=sample,
        estimates=estimates,
        rank=rank,
        drivers=drivers,
        compare=compare,
        trend=trend,
        small_area=small_area,
        folder=folder,
    )


def read_design(keys: Keys) -> Design:
    design = Design(
        strata=keys.names("strata"),
        stages=keys.names("stages"),
        fpc=keys.names("fpc"),
        weight=keys.text("weight"),
        rounds=keys.text("rounds"),
        nested=keys.flag("nested"),
        lonely=keys.choice("lonely", LONELY, "fail"),
        lonely_domains=keys.flag("lonely_domains"),
        where=tuple(read_condition(c) for c in keys.tables("where")),
        sample=keys.choice("sample", SAMPLES, "probability"),
        replicates=read_replicates(keys),
    )
    keys.done()
    if design.lonely_domains and design.lonely not in ("adjust", "average"):
        raise keys.fault("lonely_domains", 'is for lonely = "adjust" or "average"')
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
