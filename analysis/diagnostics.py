"""What weights look like: their spread, and the margins before and after.

Source: Kish (1992), Journal of Official Statistics 8, 183-200, for 1 + cv² as the design effect
of unequal weights and n over it as the effective number.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from analysis.errors import DesignError
from analysis.margins import Known
from analysis.totals import Codes, Floats, weight_of


@dataclass(frozen=True)
class Category:
    """One category of a margin: the population, and the weights' sums before and after."""

    margin: str
    category: str
    population: float
    before: float
    after: float


@dataclass(frozen=True)
class Spread:
    """Counts and sums of weights: `positive` rows above 0, `negative` rows below it."""

    rows: int
    positive: int
    negative: int
    total: float
    squares: float
    low: float
    high: float
    trimmed: int = 0


@dataclass(frozen=True)
class Diagnostics:
    """What the weights look like; print shows a page.

    rows : all rows; positive, negative : those with a weight above or below 0
    low, high : smallest and largest weight that is not 0
    kish : 1 + cv², the deff of unequal weights alone; n_eff : rows with a weight, over it
    trimmed : rows cut at a limit; share_trimmed : of the rows with a weight, 0 to 1
    """

    rows: int
    positive: int
    negative: int
    total: float
    low: float
    high: float
    cv: float
    kish: float
    n_eff: float
    trimmed: int
    share_trimmed: float
    margins: tuple[Category, ...]

    def lines(self) -> list[str]:
        """The diagnostics as sentences, for a terminal."""
        out = [
            f"rows: {self.rows}, with a weight above 0: {self.positive}",
            f"sum of weights: {self.total:.6g}, from {self.low:.6g} to {self.high:.6g}",
            f"coefficient of variation: {self.cv:.4f}, Kish design effect: {self.kish:.4f}, "
            f"effective number of rows: {self.n_eff:.1f}",
            f"trimmed: {self.trimmed} ({100 * self.share_trimmed:.2f} %)",
        ]
        if self.negative:
            out.insert(1, f"with a weight below 0: {self.negative}; `bounds` keep weights above 0")
        return out + [
            f"{c.margin} = {c.category}: population {c.population:.10g}, "
            f"before {c.before:.10g}, after {c.after:.10g}"
            for c in self.margins
        ]

    def document(self) -> dict[str, object]:
        """The diagnostics as plain values, for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        return "\n".join(self.lines())


def described(spread: Spread, margins: Sequence[Category]) -> Diagnostics:
    """Diagnostics of weights. Raises DesignError when no row has any."""
    own = spread.positive + spread.negative
    if not own:
        raise DesignError(f"none of {spread.rows} rows has a weight other than 0")
    mean = spread.total / own
    variance = max(spread.squares / own - mean**2, 0.0)
    cv2 = variance / mean**2 if mean else np.inf
    return Diagnostics(
        rows=spread.rows,
        positive=spread.positive,
        negative=spread.negative,
        total=spread.total,
        low=spread.low,
        high=spread.high,
        cv=float(cv2**0.5),
        kish=float(1 + cv2),
        n_eff=float(own / (1 + cv2)),
        trimmed=spread.trimmed,
        share_trimmed=spread.trimmed / own,
        margins=tuple(margins),
    )


def spread_of(weight: Floats, trimmed: int) -> Spread:
    """The spread of weights (rows,)."""
    held = weight[weight != 0]
    return Spread(
        rows=len(weight),
        positive=int((weight > 0).sum()),
        negative=int((weight < 0).sum()),
        total=float(held.sum()),
        squares=float(held @ held),
        low=float(held.min(initial=np.inf)),
        high=float(held.max(initial=-np.inf)),
        trimmed=trimmed,
    )


def categories(known: Known, cell: Codes, before: Floats, after: Floats) -> list[Category]:
    """Every total beside what the weights (groups,) before and after sum to; `cell` (groups,)."""
    count = int(cell.max(initial=-1)) + 1
    sums = [known.held(weight_of(cell, w, count)) for w in (before, after)]
    names = [(m.name, label) for m in known.margins for label in m.label]
    names += [(one.name, "sum") for one in known.sums]
    return [
        Category(name, label, float(population), float(a), float(b))
        for (name, label), population, a, b in zip(names, known.totals(), *sums, strict=True)
    ]
