"""What a plan says of weights: [nonresponse], [calibration] and [trim]."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.keys import Keys

CALIBRATIONS = ("poststratify", "rake", "linear", "logit")


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
class KnownSum:
    """The population's sum of a column of numbers, such as all pupils of all schools."""

    of: str
    total: float


@dataclass(frozen=True)
class Calibration:
    """How weights are brought to margins of categories and to sums of numbers.

    within : columns whose values together are a unit with one factor for all its rows
    """

    method: str
    margins: tuple[Margin, ...]
    bounds: tuple[float, float] | None = None
    sums: tuple[KnownSum, ...] = ()
    within: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns whose values make the cells, in the order of the plan."""
        own = [*(c for m in self.margins for c in m.by), *(s.of for s in self.sums)]
        return tuple(dict.fromkeys([*own, *self.within]))


@dataclass(frozen=True)
class Nonresponse:
    """Classes `by`, or a propensity to respond that depends on `covariates`.

    respondent : the column that is 1 for a row that answered, else 0
    categorical : covariates that are categories though they look like numbers
    classes : how many classes of equal weight of the propensity; None: its inverse itself
    """

    by: tuple[str, ...]
    respondent: str
    covariates: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    classes: int | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.by, *self.covariates, self.respondent)


@dataclass(frozen=True)
class Trim:
    """Limits of the weights; what is cut is shared among the others, again if `strict`.

    cycles : how often at most calibration and trimming alternate until both hold; 0: trim once
    """

    lower: float | None
    upper: float | None
    strict: bool
    cycles: int = 0


def read_nonresponse(keys: Keys) -> Nonresponse | None:
    if not keys.has("nonresponse"):
        return None
    inner = Keys(keys.take("nonresponse"), "[nonresponse]")
    found = Nonresponse(
        by=inner.names("by"),
        respondent=inner.text("respondent") or "",
        covariates=inner.names("covariates"),
        categorical=inner.names("categorical"),
        classes=whole(inner, "classes"),
    )
    inner.done()
    if not found.respondent:
        raise inner.fault("respondent", "is needed: the column that is 1 for a row that answered")
    if found.by and found.covariates:
        raise inner.fault("by", "and `covariates` exclude each other: classes or propensities")
    strange = [c for c in found.categorical if c not in found.covariates]
    if strange:
        raise inner.fault("categorical", f'names "{strange[0]}", which is not in `covariates`')
    if found.classes is not None and (found.classes < 2 or not found.covariates):
        raise inner.fault("classes", "is a number from 2, of classes of what `covariates` say")
    return found


def whole(keys: Keys, key: str) -> int | None:
    value = keys.number(key)
    if value is not None and (value != int(value) or value < 0):
        raise keys.fault(key, "must be a whole number from 0 up")
    return None if value is None else int(value)


def read_calibration(keys: Keys) -> Calibration | None:
    if not keys.has("calibration"):
        return None
    inner = Keys(keys.take("calibration"), "[calibration]")
    method = inner.choice("method", CALIBRATIONS)
    margins: list[Margin] = []
    sums: list[KnownSum] = []
    for one in inner.tables("margins"):
        if one.has("of"):
            sums.append(read_sum(one))
        else:
            margins.append(read_margin(one))
    bounds = inner.numbers("bounds")
    within = inner.names("within")
    inner.done()
    if not margins and not sums:
        raise inner.fault("margins", "is needed: at least one")
    if len({s.of for s in sums}) < len(sums):
        raise inner.fault("margins", "give the total of a column twice")
    if method == "poststratify" and (len(margins) != 1 or sums or within):
        raise inner.fault(
            "margins",
            "must be one of categories for poststratify, and nothing more; cross its columns in "
            "`by`, or use another method",
        )
    known = read_bounds(inner, method, bounds)
    return Calibration(method, tuple(margins), known, tuple(sums), within)


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


def read_sum(keys: Keys) -> KnownSum:
    of, total = keys.text("of"), keys.number("total")
    keys.done()
    if of is None or total is None:
        raise keys.fault("total", "is needed beside `of`: the population's sum of that column")
    return KnownSum(of, float(total))


def read_margin(keys: Keys) -> Margin:
    by, file = keys.names("by"), keys.text("file")
    totals = keys.take("totals")
    keys.done()
    if not by:
        raise keys.fault("by", "is needed, the columns of the margin; or `of`, a column of numbers")
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
    trim = Trim(
        inner.number("lower"),
        inner.number("upper"),
        inner.flag("strict"),
        whole(inner, "cycles") or 0,
    )
    inner.done()
    if trim.lower is None and trim.upper is None:
        raise inner.fault("upper", "or `lower` is needed")
    if trim.lower is not None and trim.upper is not None and trim.lower >= trim.upper:
        raise inner.fault("lower", f"is {trim.lower:g}, not below `upper`, {trim.upper:g}")
    if trim.cycles and not keys.has("calibration"):
        raise inner.fault("cycles", "alternate with [calibration], which the plan does not have")
    return trim
