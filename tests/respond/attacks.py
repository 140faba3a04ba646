"""Counters' days with honest citizens and, in some, somebody who fills in for them. Seeded.

Honest: Poisson arrivals over the hours of service with a morning and an afternoon peak, an own
level of satisfaction for each counter, a third of citizens at one level for every item, times
per item lognormal around four seconds. Of all answers a `share` is false; they come at every
second counter, where they are twice the share, at least eight a day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from survey.respond.flags.signs import Day, Seen

ITEMS = 9
HOUR = 3600.0
SERVED = ((7.5 * HOUR, 11.5 * HOUR), (13.0 * HOUR, 17.0 * HOUR))
OPEN = sum(end - start for start, end in SERVED)
SLACK = 30 * 60.0


@dataclass
class Played:
    """A counter's day: its answers, the signals each met, which are false, what is known."""

    seen: list[Seen]
    signals: list[set[str]]
    false: list[bool]
    day: Day


def person(rng: Random, level: float, at: float) -> tuple[Seen, set[str]]:
    each = rng.lognormvariate(1.4, 0.5)
    if rng.random() < 0.33:
        levels = (max(1, min(5, round(rng.gauss(level, 0.8)))),) * ITEMS
    else:
        levels = tuple(max(1, min(5, round(rng.gauss(level, 0.9)))) for _ in range(ITEMS))
    signals = {"staff-network"} if rng.random() < 0.15 else set()  # the office's Wi-Fi
    return seen(at, each * ITEMS, levels), signals


def seen(at: float, seconds: float, levels: tuple[int, ...]) -> Seen:
    return Seen(at, seconds, ITEMS, levels, "".join(map(str, levels)))


def moment(rng: Random) -> float:
    start, end = SERVED[rng.random() < 0.45]
    middle = start + (end - start) * 0.4
    return rng.triangular(start, end, middle) if rng.random() < 0.5 else rng.uniform(start, end)


def honest(rng: Random, level: float, mean: int) -> Iterator[tuple[Seen, set[str]]]:
    count = max(3, round(rng.gauss(mean, mean**0.5)))
    for _ in range(count):
        yield person(rng, level, moment(rng))


def session(rng: Random, n: int) -> Iterator[tuple[Seen, set[str]]]:
    """Form after form at the kiosk when the hall is empty, all fives."""
    at = rng.choice((11.4, 16.2, 17.8)) * HOUR
    for _ in range(n):
        seconds = rng.uniform(8, 16)
        at += seconds + rng.uniform(3, 7)
        signals = {"off-hours"} if at > SERVED[1][1] + SLACK else set()
        yield seen(at, seconds, (5,) * ITEMS), signals


def script(rng: Random, n: int) -> Iterator[tuple[Seen, set[str]]]:
    """A program that posts in a few minutes what looks like different people."""
    at = moment(rng)
    for number in range(n):
        at += rng.expovariate(1 / 4)
        levels = tuple(rng.choice((4, 5, 5)) for _ in range(ITEMS))
        yield seen(at, rng.uniform(15, 80), levels), {"same-address"} if number > 20 else set()


def angry(rng: Random, n: int) -> Iterator[tuple[Seen, set[str]]]:
    """One person with a phone and a grudge, in a sitting: ones."""
    at = moment(rng)
    for _ in range(n):
        seconds = rng.uniform(5, 14)
        at += seconds + rng.uniform(2, 15)
        yield seen(at, seconds, (1,) * ITEMS), {"same-address"}


def between(rng: Random, n: int) -> Iterator[tuple[Seen, set[str]]]:
    """An officer who fills in two or three at a time between citizens, quickly."""
    left = n
    while left > 0:
        at = moment(rng)
        for _ in range(min(left, rng.choice((2, 3)))):
            seconds = rng.uniform(4, 10)
            at += seconds + 4
            yield seen(at, seconds, (5,) * ITEMS), {"staff-network"}
            left -= 1


def desk(rng: Random, n: int) -> Iterator[tuple[Seen, set[str]]]:
    """From the officer's own computer, at any hour, with some care."""
    for _ in range(n):
        levels = tuple(rng.choice((4, 5, 5, 5)) for _ in range(ITEMS))
        yield seen(moment(rng), rng.uniform(20, 60), levels), {"staff-session", "staff-network"}


def children(rng: Random, n: int) -> Iterator[tuple[Seen, set[str]]]:
    """Fingers on a kiosk."""
    at = moment(rng)
    for _ in range(n):
        seconds = rng.uniform(3, 9)
        at += seconds + rng.uniform(1, 20)
        yield seen(at, seconds, tuple(rng.randint(1, 5) for _ in range(ITEMS))), set()


def patient(rng: Random, n: int) -> Iterator[tuple[Seen, set[str]]]:
    """One who takes time, varies the answers and spreads them over the day: not to be told."""
    for _ in range(n):
        levels = tuple(rng.choice((4, 5, 5)) for _ in range(ITEMS))
        yield seen(moment(rng), rng.uniform(25, 70), levels), set()


ATTACKS = {
    "session": session,
    "script": script,
    "angry": angry,
    "between": between,
    "desk": desk,
    "children": children,
    "patient": patient,
}


def play(rng: Random, attack: str | None, share: float, *, counters: int, mean: int = 60):
    """A day of some counters, each with the attack; `usual` is of the honest ones beside them."""
    common: dict[str, int] = {}
    for _ in range(20):
        for one, _signals in honest(rng, rng.gauss(4.2, 0.3), mean):
            common[one.whole] = common.get(one.whole, 0) + 1
    total = sum(common.values())
    usual = {whole: count / total for whole, count in common.items()}
    for number in range(counters):
        real = list(honest(rng, rng.gauss(4.2, 0.3), mean))
        count = max(8, round(len(real) * 2 * share / (1 - 2 * share)))
        honest_one = attack is None or number % 2 == 0
        false = [] if honest_one else list(ATTACKS[attack or ""](rng, count))
        both = [*((one, False) for one in real), *((one, True) for one in false)]
        yield Played(
            [one for (one, _s), _f in both],
            [signals for (_o, signals), _f in both],
            [is_false for _one, is_false in both],
            Day(OPEN, usual=usual),
        )
