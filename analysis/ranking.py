"""The [rank] of a plan: which figures are ranked, and how sure the sets are to be."""

from dataclasses import dataclass

from analysis.keys import Keys

SETS = ("simultaneous", "marginal")
REFERENCES = ("normal", "t")
ORDERS = ("descending", "ascending")
MOST_DRAWS = 1_000_000


@dataclass(frozen=True)
class RankOptions:
    """How to rank. `of` is needed where the block has several figures a domain.

    order : "descending", the highest value is rank 1
    reference : "t" simulates the errors' scale by each domain's degrees of freedom too
    top : also tell the chance to be among the first `top`, and who may be
    level : of the confidence; None, the level of the block
    """

    block: int = 0
    of: str | None = None
    order: str = "descending"
    sets: str = "simultaneous"
    stepdown: bool = True
    reference: str = "normal"
    top: int | None = None
    level: float | None = None
    draws: int = 10_000
    seed: int = 1


def read_rank(keys: Keys) -> RankOptions:
    """The options of a plan, the defaults where it has no [rank]. Raises PlanError."""
    inner = Keys(keys.take("rank", {}), "[rank]")
    level = inner.number("level")
    if level is not None and not 0 < level < 1:
        raise inner.fault("level", "must lie between 0 and 1, such as 0.95")
    options = RankOptions(
        block=whole(inner, "block", 0, 0) or 0,
        of=inner.text("of"),
        order=inner.choice("order", ORDERS, "descending"),
        sets=inner.choice("sets", SETS, "simultaneous"),
        stepdown=inner.flag("stepdown", True),
        reference=inner.choice("reference", REFERENCES, "normal"),
        top=whole(inner, "top", None, 1),
        level=level,
        draws=whole(inner, "draws", 10_000, 100) or 10_000,
        seed=whole(inner, "seed", 1, 0) or 0,
    )
    inner.done()
    if options.draws > MOST_DRAWS:
        raise inner.fault("draws", f"must be at most {MOST_DRAWS}")
    return options


def whole(keys: Keys, key: str, default: int | None, least: int) -> int | None:
    value = keys.number(key, default)
    if value is None:
        return None
    if value != int(value) or value < least:
        raise keys.fault(key, f"must be a whole number, {least} or more")
    return int(value)
