"""Population totals of a calibration, matched with the cells of the sample."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

import numpy as np
import pyarrow as pa

from analysis.data import kind_of
from analysis.errors import CalibrationError, DataError
from analysis.totals import Codes, Floats, Key
from analysis.units import numbered
from analysis.weighting import Calibration, KnownSum, Margin

AGREE = 1e-9  # margins whose sums differ by more than this share contradict each other


@dataclass(frozen=True)
class Fitted:
    """One margin over the sample's cells: `code` (cells,) and `total` (codes,), `label` each."""

    name: str
    code: Codes
    total: Floats
    label: tuple[str, ...]


@dataclass(frozen=True)
class Measured:
    """A column of numbers over the sample's cells, (cells,), and the population's sum of it."""

    name: str
    value: Floats
    total: float


@dataclass(frozen=True)
class Known:
    """All that is known of the population, over the sample's cells."""

    margins: tuple[Fitted, ...]
    sums: tuple[Measured, ...]

    def sides(self) -> Floats:
        """Indicators of the categories, then the numbers: (cells, categories + numbers)."""
        parts = [m.code[:, None] == np.arange(len(m.total)) for m in self.margins]
        return np.concatenate([*parts, *(s.value[:, None] for s in self.sums)], axis=1).astype(
            float
        )

    def totals(self) -> Floats:
        """The population's totals in the order of the sides."""
        return np.concatenate([*(m.total for m in self.margins), [s.total for s in self.sums]])

    def held(self, weight: Floats) -> Floats:
        """The sums of weights (cells,) in the order of the sides."""
        parts = [np.bincount(m.code, weight, len(m.total)) for m in self.margins]
        return np.concatenate([*parts, [float(s.value @ weight) for s in self.sums]])


def label(value: object) -> str:
    """A cell's value as text, so that 1, 1.0 and "1" are one category."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def known_totals(margin: Margin, folder: Path) -> dict[tuple[str, ...], float]:
    """Totals by category. Raises CalibrationError or DataError naming file, column and row."""
    if margin.file is None:
        return {(key.strip(),): positive(v, margin.name) for key, v in margin.totals}
    path = folder / margin.file
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(f"the margin file {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"the margin file {path} is not UTF-8 text (byte {error.start})") from error
    lines = csv.DictReader(text.splitlines())
    header = list(lines.fieldnames or [])
    absent = [c for c in margin.by if c not in header]
    if absent:
        raise DataError(f'{path.name}: no column "{absent[0]}", which the margin names')
    rest = [c for c in header if c not in margin.by]
    if len(rest) != 1:
        raise DataError(
            f"{path.name}: beside {', '.join(margin.by)} there must be one column, the totals; "
            f"there are {len(rest)}"
        )
    found: dict[tuple[str, ...], float] = {}
    for number, line in enumerate(lines, start=1):
        key = tuple(plain(line[c]) for c in margin.by)
        where = f'{path.name}: column "{rest[0]}", row {number}'
        if key in found:
            raise DataError(f"{path.name}: row {number} repeats {', '.join(key)}")
        found[key] = positive(parsed(line[rest[0]], where), where)
    return found


def plain(text: str | None) -> str:
    """A category of a file as the data would write it: "1.0" is 1, "01" stays."""
    own = (text or "").strip()
    if own.endswith(".0") and own[:-2].lstrip("-").isdigit():
        return own[:-2]
    return own


def parsed(text: str | None, where: str) -> float:
    try:
        return float(text or "")
    except ValueError as error:
        raise DataError(f'{where}: "{text or ""}" is not a number') from error


def positive(value: float, where: str) -> float:
    if not isfinite(value) or value < 0:
        raise CalibrationError(f"{where}: a population total is {value:g}, below 0 or not finite")
    return value


def known_of(
    calibration: Calibration,
    keys: Mapping[str, Key],
    cells: Mapping[str, Codes],
    folder: Path,
    weight: Floats,
    rows: Floats,
) -> Known:
    """What is known of the population over the sample's cells.

    keys, cells : the columns of the calibration, and the code of each in every cell
    weight, rows : (cells,) sums of start weights, numbers of rows
    Raises CalibrationError when a category of the sample has no total, a total has nobody in the
    sample, or two margins add up differently; DataError when a column of numbers holds others.
    """
    found = [
        one_margin(margin, keys, cells, known_totals(margin, folder), weight, rows)
        for margin in calibration.margins
    ]
    for other in found[1:]:
        first = found[0]
        a, b = first.total.sum(), other.total.sum()
        if abs(a - b) > AGREE * max(a, b):
            raise CalibrationError(
                f"the margin {other.name} adds up to {b:.12g}, but {first.name} to {a:.12g} "
                f"({b - a:+.4g}); both must be totals of the same population, unrounded"
            )
    sums = [measured(one, keys[one.of], cells[one.of], rows) for one in calibration.sums]
    return Known(tuple(found), tuple(sums))


def measured(known: KnownSum, key: Key, code: Codes, rows: Floats) -> Measured:
    """The numbers of a column over the cells. Raises DataError where they are none."""
    if kind_of(key.values.type) not in ("whole", "number", "boolean"):
        words = [i for i, v in enumerate(key.values.to_pylist()) if not is_number(v)] or [0]
        count = many(int(rows[np.isin(code, words)].sum()))
        raise DataError(
            f'the column "{known.of}" has a total in [calibration] but is not of numbers: '
            f'it holds "{key.values[words[0]]}" ({count} without a number)'
        )
    values = key.values.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return Measured(known.of, values[code], known.total)


def is_number(value: object) -> bool:
    try:
        return isfinite(float(str(value)))
    except ValueError:
        return False


def one_margin(
    margin: Margin,
    keys: Mapping[str, Key],
    cells: Mapping[str, Codes],
    known: dict[tuple[str, ...], float],
    weight: Floats,
    rows: Floats,
) -> Fitted:
    """One margin over the cells; `weight` (cells,) says which categories have any weight."""
    combination = numbered(*(cells[c] for c in margin.by))
    first = np.zeros(combination.max(initial=-1) + 1, dtype=np.int64)
    first[combination] = np.arange(len(combination))
    order = {key: i for i, key in enumerate(known)}
    place = np.empty(len(first), dtype=np.int64)
    for i, at in enumerate(first):
        key = tuple(label(keys[c].values[cells[c][at]].as_py()) for c in margin.by)
        if key not in order:
            count = int(rows[combination == i].sum())
            raise CalibrationError(
                f"the margin {margin.name} has no total for {', '.join(key)}, which is in the data "
                f"({many(count)})"
            )
        place[i] = order[key]
    code = place[combination]
    total = np.array(list(known.values()))
    held = np.bincount(code, weights=weight, minlength=len(total))
    for i, key in enumerate(known):
        if held[i] == 0 and total[i] > 0:
            raise CalibrationError(
                f"the margin {margin.name} has a total for {', '.join(key)}, but no one sampled "
                "there has a weight; join it with another category"
            )
        if held[i] != 0 and total[i] == 0:
            count = int(rows[code == i].sum())
            raise CalibrationError(
                f"the margin {margin.name} says 0 for {', '.join(key)}, which is in the data "
                f"({many(count)}); a total must be above 0"
            )
    return Fitted(margin.name, code, total, tuple(", ".join(k) for k in known))


def many(rows: int) -> str:
    return "1 row" if rows == 1 else f"{rows} rows"
