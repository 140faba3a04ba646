"""Replicate weights that stand in columns of the data: what a plan says of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from analysis.errors import PlanError
from analysis.keys import Keys

KINDS = ("jk1", "jkn", "brr", "fay", "bootstrap")
INSTEAD = ("strata", "stages", "fpc", "rounds")


@dataclass(frozen=True)
class ReplicateWeights:
    """Columns by pattern, and the constants of their variance as R's svrepdesign has them.

    columns : a regular expression that a column's whole name matches
    rscales : one number a replicate, or none; df : None counts what the weights can tell
    """

    columns: str
    kind: str
    scale: float | None = None
    rscales: tuple[float, ...] = ()
    rho: float | None = None
    mse: bool = False
    df: float | None = None

    def matching(self, names: Iterable[str]) -> tuple[str, ...]:
        """The columns of replicate weights among some names, in their order."""
        return tuple(name for name in names if re.fullmatch(self.columns, name))

    def constants(self, count: int) -> tuple[float, tuple[float, ...]]:
        """scale and rscales for `count` columns. Raises PlanError where rscales do not fit."""
        if self.rscales and len(self.rscales) != count:
            raise PlanError(
                f"[design] replicates: `rscales` has {len(self.rscales)} numbers, but "
                f"{count} columns match {self.columns}"
            )
        usual = {
            "jk1": (count - 1) / count,
            "jkn": 1.0,
            "brr": 1 / count,
            "fay": 1 / (count * (1 - (self.rho or 0.0)) ** 2),
            "bootstrap": 1 / (count - 1),
        }
        scale = usual[self.kind] if self.scale is None else self.scale
        return scale, self.rscales or (1.0,) * count


def read_replicates(keys: Keys) -> ReplicateWeights | None:
    """[design.replicates], or None. Raises PlanError naming the key."""
    if not keys.has("replicates"):
        return None
    inner = Keys(keys.take("replicates"), "[design.replicates]")
    pattern = inner.text("columns")
    if pattern is None:
        raise inner.fault("columns", 'is needed: a pattern of column names, such as "repw.*"')
    try:
        re.compile(pattern)
    except re.error as error:
        raise inner.fault("columns", f"is no regular expression: {error}") from error
    own = ReplicateWeights(
        columns=pattern,
        kind=inner.choice("kind", KINDS),
        scale=inner.number("scale"),
        rscales=inner.numbers("rscales"),
        rho=inner.number("rho"),
        mse=inner.flag("mse"),
        df=inner.number("df"),
    )
    inner.done()
    checked(own, inner, keys)
    return own


def checked(own: ReplicateWeights, inner: Keys, outer: Keys) -> None:
    """Raises PlanError when the keys contradict each other."""
    if own.kind == "jkn" and not own.rscales:
        raise inner.fault("rscales", "is needed for jkn: (n - 1)/n of each replicate's stratum")
    if (own.kind == "fay") != (own.rho is not None):
        raise inner.fault("rho", "is for fay, which needs it")
    if own.rho is not None and not 0 <= own.rho < 1:
        raise inner.fault("rho", "must be from 0 to below 1")
    if any(r < 0 for r in own.rscales) or (own.scale is not None and own.scale <= 0):
        raise inner.fault("scale", "and `rscales` must not be negative")
    if own.df is not None and own.df <= 0:
        raise inner.fault("df", "must be above 0")
    beside = [key for key in INSTEAD if outer.has(key)]
    if beside:
        raise outer.fault(beside[0], "is not for a design of replicate weights")
    if not outer.has("weight"):
        raise outer.fault("weight", "is needed beside replicate weights: that of the estimates")
