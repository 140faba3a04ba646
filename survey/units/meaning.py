"""From the cells of a row to the values of a table row, with every fault on the way.

A reference to an area is kept as its key (level, code, first day), because the area may come with
the same file; it becomes an id when the rows are written.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l

from survey.errors import Words
from survey.text import fold
from survey.units.files import Fault, Row
from survey.units.kinds import KINDS, Kind, Unreadable
from survey.units.register import Life, Register, whole_code
from survey.units.tables import LEVELS


@dataclass
class Reading:
    """One row being understood: `given` holds its cells as read, `values` what will be stored."""

    row: Row
    day: date  # the day on which codes of areas are meant
    given: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, column: str, words: Words) -> None:
        self.faults.append(Fault(self.row.number, column, words))

    def find(self, column: str, look: Callable[[], Any]) -> Any:
        """What `look` gives, or None with its complaint noted for `column`."""
        try:
            return look()
        except Unreadable as error:
            self.fault(column, error.words)
            return None

    def faulty(self, *columns: str) -> bool:
        return any(fault.column in columns for fault in self.faults)


def understand(kind: str, rows: list[Row], register: Register, day: date) -> list[Reading]:
    """A Reading a row. Codes of areas without a day of their own mean those of `day`."""
    readings = [_cells(row, KINDS[kind], day) for row in rows]
    if kind == "area":
        for reading in readings:
            _area_itself(reading, register)
    for reading in readings:
        if reading.given:
            MEANINGS[kind](reading, register)
    return readings


def _cells(row: Row, kind: Kind, day: date) -> Reading:
    reading = Reading(row, day)
    for column in kind.columns:
        if column.name not in row.cells:
            continue
        cell = row.cells[column.name]
        if cell:
            value = reading.find(column.name, partial(column.read, cell))
            reading.given[column.name] = value
        elif column.required:
            reading.fault(column.name, _l("empty; please fill it in"))
        else:
            reading.given[column.name] = column.empty
    return reading


def _copy(reading: Reading, *names: str) -> None:
    reading.values.update({n: reading.given[n] for n in names if n in reading.given})


def _area_itself(reading: Reading, register: Register) -> None:
    """The area's own code and days, told to the register so that other rows can name it."""
    given = reading.given
    if any(given.get(name) is None for name in ("level", "code", "valid_from")):
        return
    key = (given["level"], given["code"], given["valid_from"])
    reading.find("code", lambda: whole_code(given["code"], given["level"]))
    stored = register.lives.get(key[1], {}).get(key)
    until: date | None = given.get("valid_to", stored.until if stored else None)
    if until is not None and until <= key[2]:
        reading.fault("valid_to", _l("the last day must come after valid_from"))
        return
    if not reading.faulty("code", "valid_to"):
        register.add_area(Life(key, until, stored.id if stored else None))


def _area(reading: Reading, register: Register) -> None:
    given = reading.given
    _copy(reading, "code", "level", "kind", "name", "valid_from", "valid_to")
    _copy(reading, "latitude", "longitude", "square_km", "source")
    if given.get("kind"):
        reading.values["kind"] = given["kind"].casefold()
    if given.get("name"):
        reading.values["folded"] = fold(given["name"])
    lives = register.lives.get(str(given.get("code")), {})
    own = [k for k in lives if (k[0], k[2]) == (given.get("level"), given.get("valid_from"))]
    if own and (others := register.others(lives[own[0]])):
        words = _l(
            "another area of this code and level exists at that time (since %(day)s); end it first",
            day=others[0].key[2].isoformat(),
        )
        reading.fault("valid_from", words)
    if "parent_code" in given:
        reading.values["parent_id"] = _parent(reading, register)


def _parent(reading: Reading, register: Register) -> Any:
    given = reading.given
    code, level, first = given["parent_code"], given.get("level"), given.get("valid_from")
    if code is None or level is None or first is None:
        return None
    above = given.get("parent_level")
    parent = reading.find("parent_code", partial(register.area, code, first, above))
    if parent is None:
        return None
    if LEVELS.index(parent.key[0]) >= LEVELS.index(level):
        reading.fault("parent_code", _l("the area above must be of a higher level"))
    return parent.key


def _link(reading: Reading, register: Register) -> None:
    given = reading.given
    _copy(reading, "portion", "source")
    for side, on in (("predecessor", -1), ("successor", 0)):
        code, level = given.get(f"{side}_code"), given.get(f"{side}_level")
        if code is None or level is None or given.get("day") is None:
            continue
        moment = given["day"] + timedelta(days=on)
        found = reading.find(f"{side}_code", partial(register.area, code, moment, level))
        reading.values[f"{side}_id"] = found and found.key
    both = {reading.values.get(f"{side}_id") for side in ("predecessor", "successor")}
    if len(both) == 1 and not reading.faults:
        reading.fault("day", _l("on this day the area did not change: both codes mean the same"))


def _in_area(reading: Reading, register: Register) -> None:
    code = reading.given.get("area_code")
    if code is not None:
        level = reading.given.get("area_level")
        found = reading.find("area_code", lambda: register.area(code, reading.day, level))
        reading.values["area_id"] = found and found.key


def _own_code(reading: Reading, register: Register, kind: str) -> None:
    code = reading.given.get("code")
    if code is not None:
        reading.find("code", lambda: register.codes[kind].whole(code))


def _agency(reading: Reading, register: Register) -> None:
    _copy(reading, "code", "name", "closed_on")
    _own_code(reading, register, "agency")
    _in_area(reading, register)


def _centre(reading: Reading, register: Register) -> None:
    _copy(reading, "code", "name", "closed_on")
    _own_code(reading, register, "centre")
    _in_area(reading, register)
    if "agency_code" in reading.given:
        code = reading.given["agency_code"]
        words = _l("no agency has the code %(code)s", code=code)
        reading.values["agency_id"] = code and reading.find(
            "agency_code", lambda: register.codes["agency"].find(code, words)
        )


def _counter(reading: Reading, register: Register) -> None:
    _copy(reading, "code", "name", "closed_on")
    _own_code(reading, register, "counter")
    if (centre := reading.given.get("centre_code")) is not None:
        missing = _l("no centre has the code %(code)s", code=centre)
        reading.values["centre_id"] = reading.find(
            "centre_code", lambda: register.codes["centre"].find(centre, missing)
        )
    if "field_code" in reading.given:
        code = reading.given["field_code"]
        words = _l("no field has the code %(code)s", code=code)
        reading.values["field"] = code and reading.find(
            "field_code", lambda: register.codes["field"].find(code, words)
        )


def _field(reading: Reading, register: Register) -> None:
    _copy(reading, "code", "name", "name_en")
    _own_code(reading, register, "field")


MEANINGS: dict[str, Callable[[Reading, Register], None]] = {
    "area": _area,
    "area_link": _link,
    "agency": _agency,
    "centre": _centre,
    "counter": _counter,
    "field": _field,
}
