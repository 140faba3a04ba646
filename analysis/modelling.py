"""The [small_area] of a plan: which figure is modelled over areas, and from what they share."""

from dataclasses import dataclass

from analysis.keys import Keys, Value
from analysis.ranking import whole

METHODS = ("reml", "ml", "moments")
SCALES = ("identity", "logit", "arcsine")
SMOOTHINGS = ("none", "gvf")


@dataclass(frozen=True)
class Options:
    """How to model. `method` reml | ml | moments; `scale` identity | logit | arcsine.

    smoothing : "gvf" replaces the variances of the direct estimates by a curve of n
    covariates : columns of the table of areas; a constant is always there
    """

    method: str = "reml"
    scale: str = "identity"
    smoothing: str = "none"
    covariates: tuple[str, ...] = ()
    level: float = 0.95


@dataclass(frozen=True)
class AreaOptions:
    """What is modelled, and how. `of` is needed where the block has several figures.

    code : of a distribution; file : the table of areas, looked for beside the plan
    """

    block: int = 0
    of: str | None = None
    code: Value | None = None
    file: str | None = None
    model: Options = Options()


def read_small_area(keys: Keys) -> AreaOptions | None:
    """The options, or None where the plan has no [small_area]. Raises PlanError naming the key."""
    if not keys.has("small_area"):
        return None
    own = Keys(keys.take("small_area"), "[small_area]")
    level = own.number("level", 0.95) or 0.0
    if not 0 < level < 1:
        raise own.fault("level", "must lie between 0 and 1, such as 0.95")
    code = own.take("code")
    if code is not None and not isinstance(code, Value):
        raise own.fault("code", "must be one code, a number or a text in quotes")
    options = AreaOptions(
        block=whole(own, "block", 0, 0) or 0,
        of=own.text("of"),
        code=code,
        file=own.text("file"),
        model=Options(
            method=own.choice("method", METHODS, "reml"),
            scale=own.choice("scale", SCALES, "identity"),
            smoothing=own.choice("smoothing", SMOOTHINGS, "none"),
            covariates=own.names("covariates"),
            level=level,
        ),
    )
    own.done()
    return options
