"""Published tables of counts: cells, their margins, and the cells that tables share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analysis.errors import DisclosureError

Key = tuple[tuple[str, str], ...]  # (dimension, category) of a cell, by name; totals left out


@dataclass(frozen=True)
class Dimension:
    """Categories and what they add up to. None: part of the total over the whole dimension.

    {"Huế": None, "Phú Vang": "Huế", "Phú Lộc": "Huế"}: a province and its two communes
    """

    name: str
    parent: Mapping[str, str | None]

    def parts(self) -> dict[str | None, list[str]]:
        """What each category, and the total (None), is the sum of."""
        found: dict[str | None, list[str]] = {}
        for category, above in self.parent.items():
            if above is not None and above not in self.parent:
                raise DisclosureError(
                    f'the dimension {self.name} puts "{category}" under "{above}", which it lacks'
                )
            found.setdefault(above, []).append(category)
        for category in self.parent:
            seen, above = {category}, self.parent[category]
            while above is not None:
                if above in seen:
                    raise DisclosureError(f'in {self.name}, "{above}" is a part of itself')
                seen.add(above)
                above = self.parent[above]
        return found


@dataclass(frozen=True)
class Count:
    """How many answered, and how many of them gave the answers that are counted.

    counted : None where no share is published beside the number of answers
    people : how many people gave these answers, where they gave several, as to a group of items
    """

    answers: int
    counted: int | None = None
    people: int | None = None

    def __post_init__(self) -> None:
        if self.answers < 0 or (self.counted is not None and not 0 <= self.counted <= self.answers):
            raise DisclosureError(f"{self.counted} of {self.answers} is no count of answers")


@dataclass(frozen=True)
class Table:
    """One published table. A cell's key has a category of each dimension, or None for its total.

    Cells that have no people may be left out, as results leave them out.
    """

    dimensions: tuple[Dimension, ...]
    cells: Mapping[tuple[str | None, ...], Count]

    def key(self, place: tuple[str | None, ...]) -> Key:
        """The same for the same cell of any table, whatever the order of its dimensions."""
        if len(place) != len(self.dimensions):
            raise DisclosureError(f"{place} needs a category of {len(self.dimensions)} dimensions")
        for one, category in zip(self.dimensions, place, strict=True):
            if category is not None and category not in one.parent:
                raise DisclosureError(f'the dimension {one.name} has no "{category}"')
        pairs = zip((d.name for d in self.dimensions), place, strict=True)
        return tuple(sorted((name, c) for name, c in pairs if c is not None))


@dataclass(frozen=True)
class Linked:
    """All cells of some tables, each once, and what adds up: (a cell, the cells it is the sum of).

    rests : for each sum, the answers, and those counted, that are in no part, as of people who
        left the question of the dimension out
    """

    counts: Mapping[Key, Count]
    sums: tuple[tuple[Key, tuple[Key, ...]], ...]
    rests: tuple[tuple[int, int], ...]


def said(key: Key) -> str:
    """A cell in words."""
    return ", ".join(f"{name} {category}" for name, category in key) or "the total"


def linked(tables: Iterable[Table]) -> Linked:
    """The cells and sums of tables. Raises DisclosureError where two say different things."""
    counts: dict[Key, Count] = {}
    sums: dict[tuple[Key, tuple[Key, ...]], tuple[int, int]] = {}
    for table in tables:
        for place, count in table.cells.items():
            key = table.key(place)
            if counts.setdefault(key, count) != count:
                raise DisclosureError(
                    f"two tables have different counts for {said(key)}: {counts[key]} and {count}"
                )
        for total, parts in sums_of(table):
            sums[total, parts] = rest(counts, total, parts)
    return Linked(counts, tuple(sums), tuple(sums.values()))


def sums_of(table: Table) -> list[tuple[Key, tuple[Key, ...]]]:
    """Every cell of a table that is a sum of others, by one dimension at a time."""
    found = []
    for depth, dimension in enumerate(table.dimensions):
        parts = dimension.parts()
        for place in table.cells:
            there = sorted(table.key(p) for p in below(table, place, depth, parts))
            if there:
                found.append((table.key(place), tuple(there)))
    return found


def below(
    table: Table,
    place: tuple[str | None, ...],
    depth: int,
    parts: Mapping[str | None, list[str]],
) -> list[tuple[str | None, ...]]:
    """The cells that add up to a cell along a dimension; levels that are not there are passed."""
    found = []
    for category in parts.get(place[depth], []):
        one = (*place[:depth], category, *place[depth + 1 :])
        found += [one] if one in table.cells else below(table, one, depth, parts)
    return found


def rest(counts: Mapping[Key, Count], total: Key, parts: tuple[Key, ...]) -> tuple[int, int]:
    """What is in the total and in no part. Raises DisclosureError where the parts hold more."""
    own = [counts[part] for part in parts]
    left = counts[total].answers - sum(c.answers for c in own)
    left_counted = 0
    whole = counts[total].counted
    if whole is not None and all(c.counted is not None for c in own):
        left_counted = whole - sum(c.counted or 0 for c in own)
    if left < 0 or not 0 <= left_counted <= left:
        raise DisclosureError(
            f"{said(total)} has {counts[total]}, but its {len(parts)} parts add up to "
            f"{sum(c.answers for c in own)} answers, {sum(c.counted or 0 for c in own)} counted"
        )
    return left, left_counted
