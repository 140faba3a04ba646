"""The [sample] table of a plan: sizes, allocation, selection by stage, seed."""

import math
from dataclasses import dataclass

from analysis.errors import PlanError
from analysis.keys import Keys

MOST = 2**62
SIZES = ("yamane", "cochran", "exact", "change")
ALLOCATIONS = ("proportional", "equal", "neyman", "power", "bethel", "sizes")
SELECTIONS = ("simple", "systematic", "pps")
SIZE_KEYS = {  # what each rule reads beside those that all have
    "yamane": ("error", "rounding"),
    "cochran": ("error", "share", "level", "rounding"),
    "exact": ("error", "share", "level", "interval"),
    "change": ("share", "later", "level", "power", "overlap", "correlation"),
}

ALLOCATION_KEYS = {  # likewise
    "proportional": ("total", "size"),
    "equal": ("total",),
    "neyman": ("total", "size", "sd", "cost"),
    "power": ("total", "size", "sd", "mean", "exponent"),
    "bethel": ("cost", "targets"),
    "sizes": ("total",),
}


@dataclass(frozen=True)
class SizeRule:
    """One [[sample.sizes]]: a rule with its numbers, for each value of `by` in the frame.

    population : a number, a column of the frame to add up, or None: rows of the frame
    """

    name: str
    method: str
    by: tuple[str, ...]
    population: float | str | None
    numbers: tuple[tuple[str, float], ...]
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Precision:
    """One [[sample.allocation.targets]]: `cv` or `error` that a mean or share may have.

    of : column with values of the rows; or share : anticipated share, a number or a column
    """

    name: str
    of: str | None
    share: float | str | None
    by: tuple[str, ...]
    cv: float | None
    error: float | None
    level: float
    deff: float


@dataclass(frozen=True)
class AllocationRule:
    """[sample.allocation]. total : a number, or the name of a size."""

    method: str
    total: int | str | None
    size: str | None
    sd: str | None
    mean: str | None
    cost: str | None
    exponent: float
    minimum: int
    maximum: int | None
    targets: tuple[Precision, ...]


@dataclass(frozen=True)
class Selected:
    """One [[sample.selection]], a stage of drawing. unit None: the rows of the frame.

    One of take (a number, or a column that has one in each stratum or unit before) and rate, or
    neither in a first stage whose numbers are allocated.
    reserve : replacements of each final cluster; -1 is as many as drawn
    """

    unit: str | None
    method: str
    take: int | str | None
    rate: float | None
    size: str | None
    order: tuple[str, ...]
    short: str
    reserve: int


@dataclass(frozen=True)
class Sampling:
    """The whole [sample] table. `key` names each row of the frame once and gives its order."""

    seed: int | None = None
    key: tuple[str, ...] = ()
    strata: tuple[str, ...] = ()
    sizes: tuple[SizeRule, ...] = ()
    allocation: AllocationRule | None = None
    selection: tuple[Selected, ...] = ()


def read_sampling(table: object) -> Sampling:
    """The [sample] table as dataclasses. Raises PlanError naming the table and the key."""
    keys = Keys(table, "[sample]")
    out = Sampling(
        seed=whole(keys, "seed", 0),
        key=keys.names("key"),
        strata=keys.names("strata"),
        sizes=tuple(read_size(k, i) for i, k in enumerate(keys.tables("sizes"))),
        allocation=read_allocation(keys),
        selection=tuple(read_stage(k) for k in keys.tables("selection")),
    )
    keys.done()
    names = [size.name for size in out.sizes]
    if len(set(names)) < len(names):
        raise keys.fault("sizes", "has two of one name; give each its own `name`")
    for i, stage in enumerate(out.selection):
        where = f"[sample] selection {i}"
        last = i == len(out.selection) - 1
        if stage.unit is None and not last:
            raise PlanError(f"{where}: `unit` is needed: only the last stage draws rows")
        if stage.reserve and not last:
            raise PlanError(f"{where}: `reserve` is for the last stage")
        if not i and out.allocation and (stage.take is not None or stage.rate is not None):
            raise PlanError(
                f"{where}: `take` or `rate` and [sample.allocation] both say how many to draw; "
                "leave one out"
            )
        if stage.take is None and stage.rate is None and (i or out.allocation is None):
            raise PlanError(
                f"{where}: `take` or `rate` is needed (a first stage may be allocated instead, "
                "by [sample.allocation])"
            )
    units = [stage.unit for stage in out.selection]
    if len(set(units)) < len(units):
        raise keys.fault("selection", "draws the same unit at two stages")
    return out


def whole(keys: Keys, key: str, least: int) -> int | None:
    """A whole number from `least` to MOST, or None when absent."""
    value = keys.take(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise keys.fault(key, f"must be a whole number from {least} up")
    if value > MOST:
        raise keys.fault(key, f"must be at most {MOST}")
    return value


def finite(keys: Keys, key: str, default: float | None = None) -> float | None:
    """A number that is neither endless nor none (TOML knows inf and nan), or the default."""
    value = keys.number(key, default)
    if value is not None and not math.isfinite(value):
        raise keys.fault(key, f"is {value}, but must be a finite number")
    return value


def read_size(keys: Keys, number: int) -> SizeRule:
    method = keys.choice("method", SIZES)
    name = keys.text("name", f"{method} {number}") or method
    population = number_or_name(keys, "population")
    own = SIZE_KEYS[method]
    texts = {"rounding": ("up", "nearest"), "interval": ("beta", "wilson")}
    words = tuple((k, keys.choice(k, texts[k])) for k in own if k in texts and keys.has(k))
    numbers = []
    for key in (*own, "deff", "response"):
        value = finite(keys, key) if key not in texts else None
        if value is not None:
            numbers.append((key, float(value)))
    by = keys.names("by")
    keys.done()
    for key in ("share", "later") if method == "change" else ("error",):
        if key not in dict(numbers):
            raise keys.fault(key, f"is needed for {method}")
    return SizeRule(name, method, by, population, tuple(numbers), words)


def number_or_name(keys: Keys, key: str) -> float | str | None:
    """A number, the name of a column, or None."""
    if isinstance(keys.take(key), str):
        return keys.text(key)
    return finite(keys, key)


def read_allocation(outer: Keys) -> AllocationRule | None:
    if not outer.has("allocation"):
        return None
    keys = Keys(outer.take("allocation"), "[sample.allocation]")
    method = keys.choice("method", ALLOCATIONS)
    refuse_others(keys, method)
    given = keys.take("total")
    total = keys.text("total") if isinstance(given, str) else whole(keys, "total", 1)
    rule = AllocationRule(
        method=method,
        total=total,
        size=keys.text("size"),
        sd=keys.text("sd"),
        mean=keys.text("mean"),
        cost=keys.text("cost"),
        exponent=finite(keys, "exponent", 0.5) or 0.0,
        minimum=1 if (least := whole(keys, "minimum", 0)) is None else least,
        maximum=whole(keys, "maximum", 1),
        targets=tuple(read_target(k, i) for i, k in enumerate(keys.tables("targets"))),
    )
    keys.done()
    needs = {"neyman": "sd", "bethel": "targets", "power": "size"}
    if (key := needs.get(method)) and not getattr(rule, key):
        raise keys.fault(key, f"is needed for {method}")
    if method != "bethel" and total is None:
        raise keys.fault("total", f"is needed for {method}")
    if method == "power" and (rule.sd is None) != (rule.mean is None):
        raise keys.fault("sd", "and `mean` go together: their ratio is the variation")
    if method == "sizes" and not isinstance(total, str):
        raise keys.fault("total", "must be the name of a size with `by`, for sizes")
    return rule


def refuse_others(keys: Keys, method: str) -> None:
    """Raises PlanError for a key that this method would pass over."""
    own = ALLOCATION_KEYS[method]
    for key in dict.fromkeys(key for every in ALLOCATION_KEYS.values() for key in every):
        if keys.has(key) and key not in own:
            raise keys.fault(key, f"is not for {method}, which reads {', '.join(own)}")


def read_target(keys: Keys, number: int) -> Precision:
    of, share = keys.text("of"), number_or_name(keys, "share")
    out = Precision(
        name=keys.text("name", of or f"target {number}") or "",
        of=of,
        share=share,
        by=keys.names("by"),
        cv=finite(keys, "cv"),
        error=finite(keys, "error"),
        level=finite(keys, "level", 0.95) or 0.0,
        deff=finite(keys, "deff", 1.0) or 0.0,
    )
    keys.done()
    if (of is None) == (share is None):
        raise keys.fault("of", "or `share` is needed, one of the two")
    if (out.cv is None) == (out.error is None):
        raise keys.fault("cv", "or `error` is needed, one of the two")
    if not (out.cv or out.error or 0) > 0:
        raise keys.fault("cv" if out.error is None else "error", "must be over 0")
    if not out.deff > 0 or not 0 < out.level < 1:
        raise keys.fault("deff", "must be over 0, and `level` between 0 and 1")
    if isinstance(share, float | int) and not 0 < share < 1:
        raise keys.fault("share", "must be between 0 and 1")
    return out


def read_stage(keys: Keys) -> Selected:
    given = keys.take("reserve", 0)
    reserve = -1 if given == "equal" else whole(keys, "reserve", 0) or 0
    stage = Selected(
        unit=keys.text("unit"),
        method=keys.choice("method", SELECTIONS, "simple"),
        take=keys.text("take") if isinstance(keys.take("take"), str) else whole(keys, "take", 1),
        rate=finite(keys, "rate"),
        size=keys.text("size"),
        order=keys.names("order"),
        short=keys.choice("short", ("fail", "all"), "fail"),
        reserve=reserve,
    )
    keys.done()
    if stage.take is not None and stage.rate is not None:
        raise keys.fault("rate", "and `take` cannot both be given")
    if stage.rate is not None and not 0 < stage.rate <= 1:
        raise keys.fault("rate", f"is {stage.rate:g}, but must be over 0 and at most 1")
    if stage.size is not None and stage.method != "pps":
        raise keys.fault("size", f"is for pps, not for {stage.method}")
    if stage.order and stage.method == "simple":
        raise keys.fault("order", "is for systematic and pps; a simple sample has no order")
    return stage
