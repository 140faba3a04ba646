"""Population totals of a calibration, matched with the cells of the sample."""

import csv
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

import numpy as np

from analysis.errors import CalibrationError, DataError
from analysis.plan import Calibration, Margin
from analysis.totals import Codes, Floats, Key

AGREE = 1e-6  # margins whose sums differ by more than this share contradict each other


@dataclass(frozen=True)
class Fitted:
    """One margin over the sample's cells: `code` (cells,) and `total` (codes,), `label` each."""

    name: str
    code: Codes
    total: Floats
    label: tuple[str, ...]


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
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"the margin file {path} cannot be read: {error}") from error
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


def fitted(
    calibration: Calibration,
    keys: dict[str, Key],
    cells: dict[str, Codes],
    folder: Path,
    weight: Floats,
) -> list[Fitted]:
    """The margins over the sample's cells, `cells` having each column's code per cell.

    Raises CalibrationError when a category of the sample has no total, a total has nobody in the
    sample, or two margins add up differently.
    """
    found = [
        one_margin(margin, keys, cells, known_totals(margin, folder), weight)
        for margin in calibration.margins
    ]
    first = found[0]
    for other in found[1:]:
        a, b = first.total.sum(), other.total.sum()
        if abs(a - b) > AGREE * max(a, b):
            raise CalibrationError(
                f"the margin {other.name} adds up to {b:g}, but {first.name} to {a:g}"
            )
    return found


def one_margin(
    margin: Margin,
    keys: dict[str, Key],
    cells: dict[str, Codes],
    known: dict[tuple[str, ...], float],
    weight: Floats,
) -> Fitted:
    """One margin over the cells; `weight` (cells,) says which categories have any weight."""
    names = {column: [label(v) for v in keys[column].values.to_pylist()] for column in margin.by}
    rows = zip(*([names[c][code] for code in cells[c]] for c in margin.by), strict=True)
    labels = list(rows)
    order = {key: i for i, key in enumerate(known)}
    for key in labels:
        if key not in order:
            raise CalibrationError(
                f"the margin {margin.name} has no total for {', '.join(key)}, which is in the data"
            )
    code = np.array([order[key] for key in labels], dtype=np.int64)
    total = np.array(list(known.values()))
    held = np.bincount(code, weights=weight, minlength=len(total))
    empty = np.flatnonzero((held == 0) & (total > 0))
    if len(empty):
        who = ", ".join(list(known)[empty[0]])
        raise CalibrationError(
            f"the margin {margin.name} has a total for {who}, but no one sampled"
        )
    return Fitted(margin.name, code, total, tuple(", ".join(k) for k in known))
