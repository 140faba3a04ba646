"""A seeded survey like SIPAS at any size, written in pieces so that no size needs much memory.

63 provinces of 2 to 4 strata, communes as clusters of which about half rotate out each year, 5
years, weights from commune and person, 22 criteria from 1 to 5 with 0 for no answer (0.5 to 8 %,
of the last factor 25 to 60 %). With the number of respondents both the communes and the people of
each grow, as its square root.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ITEMS = tuple(f"q{i:02d}" for i in range(1, 23))
FACTORS = {
    "f1": ITEMS[0:4],
    "f2": ITEMS[4:9],
    "f3": ITEMS[9:14],
    "f4": ITEMS[14:18],
    "f5": ITEMS[18:],
}
PROVINCES, YEARS = 63, (2020, 2021, 2022, 2023, 2024)
CUTS = np.array([-2.9, -2.0, -1.05, 0.75], dtype=np.float32)
PIECE = 200_000  # rows made at once
GROUP = 122_880  # rows of a row group
MILLION = 1_000_000  # frozen weights are whole numbers of millionths

Numbers = np.ndarray


@dataclass(frozen=True)
class World:
    """What the years share: of provinces, of strata (one row each) and of items."""

    region: Numbers
    effect: Numbers
    trend: Numbers
    size: Numbers
    province: Numbers
    communes: Numbers
    drawn: Numbers
    urban: Numbers
    pull: Numbers
    hard: Numbers
    slope: Numbers
    missing: Numbers


def world(rng: np.random.Generator, scale: float) -> World:
    """Provinces, strata and items; `scale` is respondents over 36 thousand."""
    strata = rng.integers(2, 5, PROVINCES)
    size = rng.lognormal(0, 0.55, PROVINCES)
    size /= size.mean()
    province = np.repeat(np.arange(PROVINCES), strata)
    own = rng.uniform(2.0, 4.2, len(province)) * np.sqrt(size[province] * scale)
    drawn = np.maximum(2, np.rint(own)).astype(int)
    first = np.r_[True, province[1:] != province[:-1]]
    return World(
        region=np.sort(rng.integers(0, 6, PROVINCES)),
        effect=rng.normal(0, 0.35, PROVINCES),
        trend=rng.normal(0.06, 0.05, PROVINCES),
        size=size,
        province=province,
        communes=(drawn * rng.uniform(4, 12, len(drawn))).astype(int) + 3,
        drawn=drawn,
        urban=first.astype(np.int8),
        pull=rng.normal(0, 0.15, len(drawn)),
        hard=rng.normal(0, 0.3, len(ITEMS)),
        slope=rng.uniform(0.7, 1.2, len(ITEMS)),
        missing=np.r_[rng.uniform(0.005, 0.08, 18), rng.uniform(0.25, 0.6, 4)],
    )


@dataclass(frozen=True)
class Communes:
    """The communes of one year's sample, one row each, and how many people answer in them."""

    year: int
    stratum: Numbers
    commune: Numbers
    people: Numbers
    population: Numbers
    drawn: Numbers
    pull: Numbers

    def some(self, which: Numbers) -> "Communes":
        return Communes(
            self.year, *(getattr(self, f.name)[which] for f in fields(self) if f.name != "year")
        )


def samples(rng: np.random.Generator, one: World, rows: int) -> Iterator[Communes]:
    """The sample of each year; about half of a stratum's communes stay from the year before."""
    everyone = [np.arange(m) for m in one.communes]
    population = [np.maximum(50, rng.lognormal(8.3, 0.5, m)).astype(int) for m in one.communes]
    pull = [rng.normal(0, 0.3, m) for m in one.communes]
    chosen = [rng.permutation(m)[:n] for m, n in zip(one.communes, one.drawn, strict=True)]
    mean = rows / (one.drawn.sum() * len(YEARS)) * np.sqrt(one.size[one.province])
    for year in YEARS:
        if year != YEARS[0]:
            chosen = [
                rotated(rng, own, out, n)
                for own, out, n in zip(chosen, everyone, one.drawn, strict=True)
            ]
        stratum = np.repeat(np.arange(len(chosen)), [len(own) for own in chosen])
        yield Communes(
            year=year,
            stratum=stratum,
            commune=np.concatenate(chosen),
            people=np.maximum(3, rng.poisson(mean[stratum])),
            population=np.concatenate([p[c] for p, c in zip(population, chosen, strict=True)]),
            drawn=np.bincount(stratum)[stratum],
            pull=np.concatenate([p[c] for p, c in zip(pull, chosen, strict=True)]),
        )


def rotated(rng: np.random.Generator, own: Numbers, everyone: Numbers, count: int) -> Numbers:
    """A stratum's communes of the next year."""
    kept = own[rng.random(len(own)) < 0.5]
    fresh = rng.permutation(np.setdiff1d(everyone, own))
    return np.r_[kept, fresh][: max(2, count)]


def answers(rng: np.random.Generator, one: World, part: Communes, year: int) -> pa.Table:
    """The people of some communes of one year."""
    place = np.repeat(np.arange(len(part.people)), part.people)
    stratum = part.stratum[place]
    province = one.province[stratum]
    n = len(place)
    sex = rng.integers(1, 3, n).astype(np.int8)
    age = 1 + np.searchsorted([0.18, 0.45, 0.7, 0.88], rng.random(n)).astype(np.int8)
    service = 1 + np.searchsorted([0.3, 0.5, 0.68, 0.82, 0.92], rng.random(n)).astype(np.int8)
    chance = part.drawn / one.communes[part.stratum] * part.people / part.population
    adjusted = (1.0 + 0.12 * (sex == 1) - 0.06 * age + 0.05 * service) * rng.uniform(0.85, 1.25, n)
    weight = np.round(adjusted / chance[place], 6)
    felt = 0.25 + one.effect[province] + one.trend[province] * year + part.pull[place]
    felt = felt + one.pull[stratum] + 0.08 * (sex == 2) - 0.03 * age + rng.normal(0, 0.8, n)
    columns = {
        "year": np.full(n, part.year, np.int16),
        "province": (province + 1).astype(np.int16),
        "region": (one.region[province] + 1).astype(np.int8),
        "stratum": (stratum + 1 + 1000 * year).astype(np.int32),
        "cluster": (stratum + 1) * 10_000 + part.commune[place] + 1 + 100_000_000 * year,
        "w": weight,
        "weight": np.rint(weight * MILLION).astype(np.int64),
        "sex": sex,
        "age": age,
        "service": service,
        "urban": one.urban[stratum],
    }
    return pa.table(columns | items(rng, one, felt.astype(np.float32)))


def items(rng: np.random.Generator, one: World, felt: Numbers) -> dict[str, Numbers]:
    """A code from 1 to 5, or 0, of each item."""
    out = {}
    for item, hard, slope, missing in zip(ITEMS, one.hard, one.slope, one.missing, strict=True):
        chance = rng.random((2, len(felt)), dtype=np.float32)
        noise = np.log((chance[0] + 1e-9) / (1 - chance[0] + 1e-9)) * np.float32(0.6)
        value = felt * np.float32(slope) - np.float32(hard) + noise
        code = sum((value > cut).view(np.int8) for cut in CUTS) + np.int8(1)
        out[item] = np.where(chance[1] < missing, np.int8(0), code)
    return out


def pieces(rows: int, seed: int) -> Iterator[tuple[int, np.random.Generator, World, Communes]]:
    """Communes in the order of the file, about PIECE people at a time, each with its numbers."""
    rng = np.random.default_rng(seed)
    one = world(rng, rows / 36_000)
    for year, sample in enumerate(samples(rng, one, rows)):
        ends = np.cumsum(sample.people) // PIECE
        for own in np.split(np.arange(len(ends)), np.flatnonzero(np.diff(ends)) + 1):
            yield year, rng.spawn(1)[0], one, sample.some(own)


def write(rows: int, folder: Path, seed: int = 2024) -> Path:
    """A Parquet file of about `rows` respondents, sorted by year, stratum and commune."""
    path = folder / f"survey_{rows}.parquet"
    writer = None
    with ThreadPoolExecutor(2) as pool:
        waiting = []
        for year, rng, one, part in pieces(rows, seed):
            waiting.append(pool.submit(answers, rng, one, part, year))
            if len(waiting) > 3:
                writer = added(writer, waiting.pop(0).result(), path)
        for last in waiting:
            writer = added(writer, last.result(), path)
    if writer is not None:
        writer.close()
    return path


def added(writer: pq.ParquetWriter | None, part: pa.Table, path: Path) -> pq.ParquetWriter:
    own = writer or pq.ParquetWriter(path, part.schema, compression="zstd")
    own.write_table(part, row_group_size=GROUP)
    return own
