"""One [[estimate]] of a plan: what is asked, of which columns, by which domains."""

from dataclasses import dataclass

from analysis.errors import PlanError
from analysis.keys import Keys, Value
from analysis.qrules import QRULES

KINDS = ("share", "mean", "total", "ratio", "quantile", "distribution", "net", "index")
SHARE_INTERVALS = ("logit", "xlogit", "wilson", "beta", "kg", "likelihood", "asin", "pooled")
INTERVALS = ("wald", *SHARE_INTERVALS)
VARIANCES = ("linearized", "jackknife", "bootstrap")
FORMULAS = ("pooled-items", "mean-of-factors")
CODED = ("distribution", "quantile")  # whose rows have a code: an answer, or a probability
WITH_SATISFIED = ("share", "total", "net", "index")


@dataclass(frozen=True)
class Group:
    """Items pooled under one name: satisfied answers over answers given, or their mean."""

    name: str
    of: tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """One question to the data. `df` is "design", "inf" or a number of degrees of freedom."""

    kind: str
    of: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    satisfied: tuple[Value, ...] = ()
    dissatisfied: tuple[Value, ...] = ()
    missing: tuple[Value, ...] = ()
    by: tuple[str, ...] = ()
    variance: str = "linearized"
    replicates: int = 200
    seed: int = 1
    ci: str = "wald"
    level: float = 0.95
    df: str | float = "design"
    deff: str = "replace"
    formula: str | None = None
    scoring: str | None = None
    top: float | None = None
    probs: tuple[float, ...] = ()
    qrule: str = "math"

    @property
    def is_share(self) -> bool:
        """Whether the value is a share, for which the intervals of shares are made."""
        return self.kind in ("share", "distribution") or self.scoring == "share"

    def items(self) -> tuple[str, ...]:
        """The columns of answers that the block reads; for a ratio the pair is still joined."""
        own = () if self.kind == "index" else self.of
        return tuple(dict.fromkeys([*own, *(c for g in self.groups for c in g.of)]))


def read_block(keys: Keys) -> Block:
    """A Block. Raises PlanError naming the key."""
    kind = keys.choice("kind", KINDS)
    variance = keys.choice("variance", VARIANCES, "linearized")
    scoring = keys.choice("scoring", ("share", "mean"), "share") if kind == "index" else None
    shares = kind in ("share", "distribution") or scoring == "share"
    block = Block(
        kind=kind,
        of=keys.names("of"),
        groups=tuple(read_group(g) for g in keys.tables("groups")),
        satisfied=keys.codes("satisfied") if kind in WITH_SATISFIED else (),
        dissatisfied=keys.codes("dissatisfied") if kind == "net" else (),
        missing=keys.codes("missing"),
        by=keys.names("by"),
        variance=variance,
        replicates=whole(keys, "replicates", 200, 2) if variance == "bootstrap" else 200,
        seed=whole(keys, "seed", 1, 0) if variance == "bootstrap" else 1,
        ci=keys.choice("ci", (*INTERVALS, "replicates"), "logit" if shares else "wald"),
        level=read_level(keys),
        df=read_df(keys),
        deff=keys.choice("deff", ("replace", "without", "none"), "replace"),
        formula=keys.choice("formula", FORMULAS) if kind == "index" else None,
        scoring=scoring,
        top=keys.number("top") if kind == "index" else None,
        probs=keys.numbers("probs") if kind == "quantile" else (),
        qrule=keys.choice("qrule", QRULES, "math") if kind == "quantile" else "math",
    )
    keys.done()
    check(block, keys)
    return block


def read_group(keys: Keys) -> Group:
    name, of = keys.text("name"), keys.names("of")
    keys.done()
    if name is None or not of:
        raise keys.fault("name", "and `of` are both needed")
    return Group(name, of)


def whole(keys: Keys, key: str, default: int, least: int) -> int:
    """A whole number from `least` up."""
    value = keys.number(key, default)
    if not isinstance(value, int) or value < least:
        raise keys.fault(key, f"must be a whole number from {least} up")
    return value


def read_level(keys: Keys) -> float:
    level = keys.number("level", 0.95)
    if level is None or not 0 < level < 1:
        raise keys.fault("level", "must lie between 0 and 1, such as 0.95")
    return float(level)


def read_df(keys: Keys) -> str | float:
    df = keys.take("df", "design")
    if df in ("design", "inf"):
        return str(df)
    if isinstance(df, bool) or not isinstance(df, int | float) or not df > 0:
        raise keys.fault("df", 'must be "design", "inf" or a number above 0')
    return "inf" if df == float("inf") else float(df)


def check(block: Block, keys: Keys) -> None:
    """Raises PlanError when the keys of one block contradict each other."""
    if not block.of and not block.groups:
        raise keys.fault("of", "is needed")
    if block.kind == "quantile":
        check_quantile(block, keys)
    elif block.ci == "replicates":
        raise keys.fault("ci", '= "replicates" is for quantiles')
    elif not block.is_share and block.ci != "wald":
        raise keys.fault("ci", f'= "{block.ci}" is for shares; a {block.kind} has "wald"')
    if block.deff == "none" and block.ci == "pooled":
        raise keys.fault("deff", '= "none" leaves ci = "pooled" nothing to pool')
    if block.kind in ("share", "net") and not block.satisfied:
        raise keys.fault("satisfied", f"is needed for a {block.kind}")
    if block.kind == "net" and not block.dissatisfied:
        raise keys.fault("dissatisfied", "is needed for a net share")
    if block.kind in ("total", "ratio", "quantile") and block.groups:
        raise keys.fault("groups", "are for shares, means, distributions, net shares and indexes")
    if block.kind == "ratio" and not all(0 < of.find("/") < len(of) - 1 for of in block.of):
        raise keys.fault("of", 'of a ratio is written "numerator/denominator"')
    names = [*(() if block.kind == "index" else block.of), *(g.name for g in block.groups)]
    if len(set(names)) != len(names):
        raise keys.fault("groups", "has a name that is there twice, or is an item in `of`")
    check_codes(block, keys)
    if block.kind == "index":
        check_index(block, keys)


def check_quantile(block: Block, keys: Keys) -> None:
    """Raises PlanError for probabilities and intervals that a quantile cannot have."""
    if not block.probs or not all(0 < p < 1 for p in block.probs):
        raise keys.fault("probs", "is needed: numbers between 0 and 1, such as [0.25, 0.5, 0.75]")
    if len(set(block.probs)) != len(block.probs):
        raise keys.fault("probs", "names a number twice")
    if block.ci == "pooled":
        raise keys.fault("ci", '= "pooled" is for shares')


def check_codes(block: Block, keys: Keys) -> None:
    both = set(block.satisfied) & (set(block.missing) | set(block.dissatisfied))
    both |= set(block.dissatisfied) & set(block.missing)
    if both:
        raise PlanError(f"{keys.where}: the code {sorted(map(str, both))[0]} has two meanings")


def check_index(block: Block, keys: Keys) -> None:
    if not block.groups:
        raise keys.fault("groups", "is needed: the factors of the index and their items")
    if len(block.of) > 1:
        raise keys.fault("of", "of an index is one name")
    if block.scoring == "share" and not block.satisfied:
        raise keys.fault("satisfied", "is needed for an index of shares")
    if block.scoring == "mean" and not (block.top and block.top > 0):
        raise keys.fault("top", "is needed for an index of mean scores: the highest score")
