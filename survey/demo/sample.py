"""The simulated yearly sample of villages.

Until 2024 a stratum is a district, its communes are the first stage and villages the second.
From 2025 there are no districts: a stratum is a commune and its villages are the first stage.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

from questionnaires.model import Questionnaire
from survey.database import Base
from survey.demo.people import AGES, AREA_SD, VILLAGE_SD, answers, crowd
from survey.demo.places import MERGED_ON, Commune
from survey.fieldwork.tables import Cell, Margin, Round

COMMUNES, VILLAGES, INVITED = 4, 2, 14  # a district's sample until 2024
VILLAGES_NOW, INVITED_NOW = 3, 18  # a commune's sample from 2025
ANSWERED = 0.82
MODES = {"post": 0.7, "call": 0.2, "web": 0.1}
SOURCE = "Simulated with the demo; no census figure"


@dataclass(frozen=True)
class Drawn:
    """One village of the sample: its cell's columns and its leaning."""

    cell: dict[str, Any]
    invited: int
    leaning: float


def draw(
    rng: np.random.Generator, code: str, communes: list[Commune], day: date, mood: dict[str, float]
) -> list[Drawn]:
    """The villages drawn for round `code`. `mood`: latent leaning by commune code."""
    if day >= MERGED_ON:
        return [
            village
            for commune in communes
            for village in _villages(rng, code, commune, mood, VILLAGES_NOW, INVITED_NOW)
        ]
    districts: dict[int, list[Commune]] = {}
    for commune in communes:
        districts.setdefault(commune.area.parent_id or 0, []).append(commune)
    found = []
    for district, within in districts.items():
        picked = rng.permutation(len(within))[:COMMUNES]
        stage = [len(within), len(picked)]
        for commune in (within[i] for i in sorted(picked)):
            for village in _villages(rng, code, commune, mood, VILLAGES, INVITED):
                village.cell.update(
                    stratum=f"district-{district}",
                    cluster1=commune.area.code,
                    cluster2=village.cell["cluster1"],
                    sizes=[stage, *village.cell["sizes"]],
                )
                found.append(village)
    return found


def _villages(
    rng: np.random.Generator,
    code: str,
    commune: Commune,
    mood: dict[str, float],
    many: int,
    invited: int,
) -> list[Drawn]:
    numbers = sorted(rng.permutation(commune.villages)[:many] + 1)
    adults = commune.adults / commune.villages
    return [
        Drawn(
            cell={
                "round": code,
                "stratum": commune.area.code,
                "cluster1": f"{commune.area.code}-{number:02d}",
                "cluster2": None,
                "area_id": commune.area.id,
                "sizes": [[commune.villages, len(numbers)], [round(adults), invited]],
            },
            invited=invited,
            leaning=mood[commune.area.code] + float(rng.normal(0, VILLAGE_SD)),
        )
        for number in numbers
    ]


def moods(rng: np.random.Generator, communes: list[Commune]) -> dict[str, float]:
    """A latent leaning for each commune code, kept over the years."""
    return {c.area.code: float(rng.normal(0, AREA_SD)) for c in communes}


def fill(
    session: Session,
    rng: np.random.Generator,
    round_: Round,
    questionnaire: Questionnaire,
    drawn: list[Drawn],
    level: float,
) -> int:
    """Cells and responses of a sample round; the count of responses. About 82 % answer."""
    cells = [Cell(**village.cell) for village in drawn]
    session.add_all(cells)
    session.flush()
    counts = [int(rng.binomial(v.invited, ANSWERED)) for v in drawn]
    people = crowd(rng, np.repeat([v.leaning for v in drawn], counts))
    codes = answers(rng, questionnaire, people, level)
    rows: list[dict[str, Any]] = []
    period = (round_.closes - round_.opens).days
    for cell, count in zip(cells, counts, strict=True):
        day = round_.opens + timedelta(days=int(rng.integers(0, period + 1)))
        for _ in range(count):
            mode = str(rng.choice(list(MODES), p=list(MODES.values())))
            rows.append(
                {
                    "id": random_id(rng),
                    "round": round_.code,
                    "version": round_.questionnaire,
                    "day": day,
                    "area_id": cell.area_id,
                    "mode": mode,
                    "assisted": mode == "call" or bool(rng.random() < 0.1),
                    "language": "vi",
                    "cell_id": cell.id,
                    "answers": codes[len(rows)],
                }
            )
    session.execute(insert(Base.metadata.tables["response"]), rows)
    return len(rows)


def margins(
    session: Session, rng: np.random.Generator, round_: Round, communes: list[Commune]
) -> None:
    """Simulated population totals by sex and age, which the sample is weighted to."""
    total = sum(commune.adults for commune in communes)
    for sex, men in ((1, 0.49), (2, 0.51)):
        for age, share in enumerate(AGES, start=1):
            session.add(
                Margin(
                    round=round_.code,
                    name="sex_age",
                    key=f"{sex}|{age}",
                    items=["sex", "age"],
                    total=round(total * men * share * float(rng.uniform(0.97, 1.03))),
                    source=SOURCE,
                    simulated=True,
                )
            )


def random_id(rng: np.random.Generator) -> UUID:
    """A version-4 UUID from the seeded generator."""
    return UUID(bytes=rng.bytes(16), version=4)
