"""The [drivers] of a plan: which answer is explained by which factors, and how."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.blocks import SHARE_INTERVALS, Block, Group, read_group
from analysis.errors import PlanError
from analysis.keys import Keys, Value
from analysis.ranking import whole

VARIANCES = ("linearized", "jackknife")
PREDICTORS = ("factors", "items")
MOST_ORDERS = 100_000


@dataclass(frozen=True)
class DriverOptions:
    """What `drivers` needs. Factors are groups of items; no item is in two.

    satisfied, missing : codes, as in an [[estimate]]
    variance : of the importances: "linearized" or "jackknife" over the clusters of the one scan
    orders : random orders drawn where there are too many subsets to go through; seed : of them
    share_cut, importance_cut : where low ends and high begins; None, the mean of the rows beside
    predictors : of the ordinal logit: the mean score of each factor, or every item
    """

    overall: str
    factors: tuple[Group, ...]
    satisfied: tuple[Value, ...]
    missing: tuple[Value, ...] = ()
    ci: str = "logit"
    level: float = 0.95
    variance: str = "linearized"
    orders: int = 1000
    seed: int = 1
    share_cut: float | None = None
    importance_cut: float | None = None
    predictors: str = "factors"

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(item for factor in self.factors for item in factor.of)


def read_drivers(keys: Keys, blocks: Sequence[Block]) -> DriverOptions | None:
    """The options, or None where the plan has no [drivers]. Raises PlanError naming the key.

    Without `factors`, the groups of [[estimate]] `block` are the factors, with its codes.
    """
    if not keys.has("drivers"):
        return None
    own = Keys(keys.take("drivers"), "[drivers]")
    overall = own.text("overall")
    if overall is None:
        raise own.fault("overall", "is needed: the column of the overall satisfaction")
    factors = tuple(read_group(g) for g in own.tables("factors"))
    satisfied, missing = own.codes("satisfied"), own.codes("missing")
    number = whole(own, "block", 0, 0) or 0
    if not factors and number < len(blocks):
        block = blocks[number]
        factors = block.groups
        satisfied, missing = satisfied or block.satisfied, missing or block.missing
    options = DriverOptions(overall, factors, satisfied, missing)
    options = replace(
        options,
        ci=own.choice("ci", SHARE_INTERVALS, "logit"),
        level=own.number("level", 0.95) or 0.0,
        variance=own.choice("variance", VARIANCES, "linearized"),
        orders=whole(own, "orders", 1000, 100) or 1000,
        seed=whole(own, "seed", 1, 0) or 0,
        share_cut=own.number("share_cut"),
        importance_cut=own.number("importance_cut"),
        predictors=own.choice("predictors", PREDICTORS, "factors"),
    )
    own.done()
    check(options, own)
    return options


def check(options: DriverOptions, keys: Keys) -> None:
    """Raises PlanError when the keys of [drivers] contradict each other."""
    items = options.items
    names = [factor.name for factor in options.factors]
    if not items:
        raise keys.fault("factors", "are needed, or an [[estimate]] with `groups`")
    if not options.satisfied:
        raise keys.fault("satisfied", "is needed: the codes that count as satisfied")
    twice = [item for i, item in enumerate(items) if item in items[:i]]
    if twice:
        raise keys.fault("factors", f'have the item "{twice[0]}" twice')
    if options.overall in items:
        raise keys.fault("overall", f'is "{options.overall}", which is an item of a factor too')
    if len(set(names)) != len(names):
        raise keys.fault("factors", "have a name that is there twice")
    if not 0 < options.level < 1:
        raise keys.fault("level", "must lie between 0 and 1, such as 0.95")
    if options.orders > MOST_ORDERS:
        raise keys.fault("orders", f"must be at most {MOST_ORDERS}")
    both = set(options.satisfied) & set(options.missing)
    if both:
        raise PlanError(f"{keys.where}: the code {sorted(map(str, both))[0]} has two meanings")
