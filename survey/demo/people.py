"""Simulated people: how satisfied they are and what they answer. Nothing here is about anyone real.

Each person has a leaning made of the area's, the village's and their own; each item has an ease.
A latent value above the thresholds gives the code. All randomness comes from the `rng` argument.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from questionnaires.model import Item, Questionnaire

Codes = NDArray[np.int8]

THRESHOLDS = (-2.1, -1.15, 0.0, 1.75)  # between the five degrees of satisfaction, latent units
AREA_SD, VILLAGE_SD, PERSON_SD = 0.22, 0.18, 0.75
HARD = ("feedback", "complaint", "participation", "response")  # parts of ids of weak factors
SKIPPED = 0.03  # items left empty on paper
AGES = (0.12, 0.20, 0.29, 0.23, 0.16)


@dataclass(frozen=True)
class Crowd:
    """Where each of n people stands: latent leaning (n,), sex and age codes (n,), 1 and up."""

    leaning: NDArray[np.float64]
    sex: Codes
    age: Codes

    def __len__(self) -> int:
        return len(self.leaning)


def crowd(rng: np.random.Generator, leanings: NDArray[np.float64]) -> Crowd:
    """People around the leaning of their place, (n,). Older people answer a little more kindly."""
    n = len(leanings)
    sex = rng.choice([1, 2], n, p=[0.47, 0.53]).astype(np.int8)
    age = rng.choice(np.arange(1, 6), n, p=AGES).astype(np.int8)
    own = rng.normal(0, PERSON_SD, n) + 0.09 * (age - 3.0) + 0.05 * (sex - 1.5)
    return Crowd(leanings + own, sex, age)


def ease(item: Item, position: int, level: float) -> float:
    """Latent ease of a rated item so that about `level` of all people are satisfied with it."""
    weak = 0.055 if any(part in item.factor for part in HARD) else 0.0
    wave = 0.025 * np.sin(1.7 * position)
    spread = np.sqrt(1 + AREA_SD**2 + VILLAGE_SD**2 + PERSON_SD**2)
    return float(ndtri(np.clip(level - weak + wave, 0.05, 0.985)) * spread)


def rated(rng: np.random.Generator, people: Crowd, item: Item, easy: float) -> Codes:
    """Codes of a rated item, (n,): the five degrees in order of their codes."""
    degrees = np.sort([c for c in item.codes if c not in item.scale.missing])
    latent = people.leaning + easy + rng.normal(0, 1, len(people))
    step = np.searchsorted(THRESHOLDS, latent)
    scaled = np.minimum(step * len(degrees) // (len(THRESHOLDS) + 1), len(degrees) - 1)
    return degrees[scaled].astype(np.int8)


def other(rng: np.random.Generator, people: Crowd, item: Item) -> Codes:
    """Codes of an item that rates nothing: the first options are the commoner ones."""
    if item.question_id == "sex":
        return people.sex
    if item.question_id == "age":
        return people.age
    weights = 1.0 / (1.0 + 0.6 * np.arange(len(item.codes)))
    picked = rng.choice(len(item.codes), len(people), p=weights / weights.sum())
    return np.asarray(item.codes, dtype=np.int8)[picked]


def answers(
    rng: np.random.Generator,
    questionnaire: Questionnaire,
    people: Crowd,
    level: float,
    *,
    skipped: float = SKIPPED,
) -> list[dict[str, int]]:
    """What each person answers: item id to code, items left empty are absent.

    level: about which share is satisfied with an item, 0–1.
    skipped: share of items left empty; compulsory items on a screen have none.
    """
    columns: dict[str, Codes] = {}
    for position, item in enumerate(questionnaire.items):
        if item.rated:
            column = rated(rng, people, item, ease(item, position, level))
        else:
            column = other(rng, people, item)
        personal = item.data_class != "none"
        rate = skipped * (1.6 if personal else 1.0) if skipped else (0.06 if personal else 0.0)
        columns[item.id] = np.where(rng.random(len(people)) < rate, 0, column).astype(np.int8)
    names = list(columns)
    rows = np.stack([columns[name] for name in names], axis=1).tolist()
    return [{name: code for name, code in zip(names, row, strict=True) if code} for row in rows]
