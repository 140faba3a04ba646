"""How many answers are needed, and how many people to ask for them.

Each rule is named after its source. Shares are 0 to 1, `error` is half the width of an interval.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy import stats

from analysis.errors import SampleError

LARGEST = 10**9  # a size beyond this is a slip in the plan
SLACK = 1e-9  # 200.00000000003 is 200: what binary fractions leave


@dataclass(frozen=True)
class Size:
    """A sample size and what it rests on.

    exact : the formula's own number, before rounding, without design effect unless the rule has it
    answers : answers needed, design effect included, at most the population
    invited : people to ask so that `answers` of them answer, at most the population
    population : None is one without end; census : the population is smaller than what is needed
    """

    method: str
    exact: float
    answers: int
    invited: int
    population: float | None
    census: bool


def whole(value: float, rounding: str = "up") -> int:
    """`value` as a whole number, up or to the nearest (halves up)."""
    if rounding == "nearest":
        return math.floor(value + 0.5 + SLACK)
    return math.ceil(value - SLACK)


def sized(
    method: str,
    exact: float,
    needed: float,
    population: float | None,
    response: float,
    rounding: str = "up",
) -> Size:
    """The Size of a formula: rounded, raised for those who will not answer, cut at the population.

    Raises SampleError for a response rate outside (0, 1] or a size that no sample has.
    """
    within("response", response, upper=True)
    if not needed < LARGEST:
        raise SampleError(f"{method}: the size would be {needed:.3g}; the error asked is too small")
    answers = max(1, whole(needed, rounding))
    invited = whole(answers / response)
    if population is None:
        return Size(method, exact, answers, invited, None, False)
    top = math.floor(population + SLACK)
    return Size(method, exact, min(answers, top), min(invited, top), population, answers >= top)


def within(name: str, value: float, *, upper: bool = False) -> None:
    """Raises SampleError unless 0 < value < 1 (or ≤ 1)."""
    if not (0 < value < 1 or (upper and value == 1)):
        limit = "over 0 and at most 1" if upper else "between 0 and 1"
        raise SampleError(f"`{name}` is {value:g}, but must be {limit}")


def precise(error: float) -> None:
    """Raises SampleError unless the error is between a millionth and 1."""
    within("error", error)
    if error < 1e-6:
        raise SampleError(f"`error` is {error:g}: no sample has an error that small")


def peopled(population: float | None) -> None:
    if population is not None and not 1 <= population < math.inf:
        raise SampleError(f"`population` is {population:g}, but must be 1 or more")


def effect(deff: float) -> None:
    if not 0 < deff < math.inf:
        raise SampleError(f"`deff` is {deff:g}, but must be a number over 0")


def yamane(
    population: float,
    error: float,
    *,
    deff: float = 1.0,
    response: float = 1.0,
    rounding: str = "up",
) -> Size:
    """n = N / (1 + N e²), rounded up (the sources seen do not say how; `nearest` is the other).

    A share of one half, a normal quantile of 2 and simple random sampling are inside the formula;
    `deff` multiplies it, which the formula itself does not.
    Source: Yamane (1967), Statistics: An Introductory Analysis, 2nd ed., p. 886; written so in
    the guidance to officers of 2013 on the satisfaction surveys of decision 1383/QĐ-BNV, with N
    the transactions of one service in the period and e = 5 %.
    """
    peopled(population)
    precise(error)
    effect(deff)
    exact = population / (1 + population * error**2)
    return sized("yamane", exact, exact * deff, population, response, rounding)


def cochran(
    error: float,
    *,
    share: float = 0.5,
    level: float = 0.95,
    population: float | None = None,
    deff: float = 1.0,
    response: float = 1.0,
    rounding: str = "up",
) -> Size:
    """n0 = deff z² p(1-p)/e², then n0 / (1 + (n0 - 1)/N) where the population is known.

    Source: Cochran (1977), Sampling Techniques, 3rd ed., eq. 4.1 and 4.2, p. 75 and 76.
    """
    peopled(population)
    precise(error)
    within("share", share)
    effect(deff)
    start = deff * normal(level) ** 2 * share * (1 - share) / error**2
    exact = start if population is None else start / (1 + (start - 1) / population)
    exact = max(exact, 0.0)
    return sized("cochran", exact, exact, population, response, rounding)


def normal(level: float) -> float:
    """The upper quantile of a two-sided interval of `level`."""
    within("level", level)
    quantile = float(stats.norm.ppf((1 + level) / 2))
    if not 0 < quantile < math.inf:
        raise SampleError(f"`level` is {level:g}, too near 0 or 1 for an interval")
    return quantile


def beta_width(n: int, share: float, level: float) -> float:
    """Half the width of Clopper and Pearson's interval at n p satisfied of n."""
    x, tail = n * share, (1 - level) / 2
    low = float(stats.beta.ppf(tail, x, n - x + 1)) if x > 0 else 0.0
    high = float(stats.beta.ppf(1 - tail, x + 1, n - x)) if x < n else 1.0
    return (high - low) / 2


def wilson_width(n: int, share: float, level: float) -> float:
    """Half the width of Wilson's score interval at n p satisfied of n."""
    z = normal(level)
    spread = share * (1 - share) / n + z**2 / (4 * n**2)
    return z * math.sqrt(spread) / (1 + z**2 / n)


WIDTHS: dict[str, Callable[[int, float, float], float]] = {
    "beta": beta_width,
    "wilson": wilson_width,
}


def exact_binomial(
    error: float,
    *,
    share: float = 0.5,
    level: float = 0.95,
    interval: str = "beta",
    population: float | None = None,
    deff: float = 1.0,
    response: float = 1.0,
) -> Size:
    """The smallest n at which half the width of the interval is at most `error`.

    The interval is taken at n p satisfied, also where that is no whole number, so that its width
    falls with every n. `deff` multiplies the size; a finite population only cuts it.
    Source: Clopper and Pearson (1934), Biometrika 26, p. 404; Wilson (1927), JASA 22, p. 209.
    """
    peopled(population)
    precise(error)
    within("share", share)
    within("level", level)
    effect(deff)
    width = WIDTHS[interval]
    high = 2
    while width(high, share, level) > error:
        high *= 2
        if high > LARGEST:
            raise SampleError(f"exact: no sample has an error as small as {error:g}")
    low = high // 2  # too few, or 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if width(middle, share, level) <= error else (middle, high)
    if width(low, share, level) <= error:
        high = low
    return sized(f"exact-{interval}", high, high * deff, population, response)


def change(
    share: float,
    later: float,
    *,
    level: float = 0.95,
    power: float = 0.8,
    overlap: float = 0.0,
    correlation: float = 0.0,
    population: float | None = None,
    deff: float = 1.0,
    response: float = 1.0,
) -> Size:
    """Answers in each of two rounds, to see a change from `share` to `later` with `power`.

    Two-sided test, as R's power.prop.test; `overlap` is the part of the sample asked in both
    rounds and `correlation` that of their two answers, which shrink the variance by 1 - overlap
    times correlation. Source: Fleiss, Levin and Paik (2003), Statistical Methods for Rates and
    Proportions, 3rd ed., eq. 4.14, p. 72; Kish (1965), Survey Sampling, sec. 12.4, p. 457.
    """
    peopled(population)
    for name, value in (("share", share), ("later", later), ("power", power)):
        within(name, value)
    if not (0 <= overlap <= 1 and -1 <= correlation <= 1 and overlap * correlation < 1):
        raise SampleError("`overlap` is 0 to 1, `correlation` -1 to 1, and not both 1")
    if share == later:
        raise SampleError("`share` and `later` are equal: no sample sees a change of nothing")
    effect(deff)
    middle = (share + later) / 2
    first = normal(level) * math.sqrt(2 * middle * (1 - middle))
    second = float(stats.norm.ppf(power)) * math.sqrt(share * (1 - share) + later * (1 - later))
    exact = (first + second) ** 2 / (later - share) ** 2
    needed = exact * deff * (1 - overlap * correlation)
    return sized("change", exact, needed, population, response)
