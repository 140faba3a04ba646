"""What exists, looked up by code: turns the codes of a file into the rows they mean."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.errors import Words
from survey.units.kinds import Unreadable
from survey.units.tables import Agency, Area, Centre, Counter, Field

AreaKey = tuple[str, str, date]  # level, code, first day

DIGITS = {"province": 2, "district": 3, "commune": 5}  # of official codes (QĐ 19/2025/QĐ-TTg)


@dataclass(frozen=True)
class Life:
    """When an area of a code exists; `id` is None when it comes with the file."""

    key: AreaKey
    until: date | None
    id: int | None

    def on(self, day: date) -> bool:
        return self.key[2] <= day and (self.until is None or day < self.until)

    def meets(self, other: "Life") -> bool:
        """Both exist on some day."""
        early, late = sorted((self, other), key=lambda life: life.key[2])
        return early.until is None or late.key[2] < early.until


class Register:
    """Codes of the database, and of the file once it has told them (`add_area`)."""

    def __init__(self, session: Session) -> None:
        self.lives: dict[str, dict[AreaKey, Life]] = defaultdict(dict)
        query = select(Area.level, Area.code, Area.valid_from, Area.valid_to, Area.id)
        for level, code, first, until, area_id in session.execute(query):
            self.add_area(Life((level, code, first), until, area_id))
        self.codes = {
            "agency": _codes(session, Agency.code, Agency.id),
            "centre": _codes(session, Centre.code, Centre.id),
            "counter": _codes(session, Counter.code, Counter.id),
            "field": _codes(session, Field.code, Field.code),
        }

    def add_area(self, life: Life) -> None:
        self.lives[life.key[1]][life.key] = life

    def area(self, code: str, day: date, level: str | None = None) -> Life:
        """The area of that code on that day. Raises Unreadable when there is none, or several."""
        same = [x for x in self.lives.get(code, {}).values() if level in (None, x.key[0])]
        if not same:
            raise Unreadable(self._no_area(code, level))
        found = [life for life in same if life.on(day)]
        if len(found) > 1:
            raise Unreadable(
                _l(
                    "areas of several levels have the code %(code)s; name the level in its column",
                    code=code,
                )
            )
        if not found:
            raise Unreadable(
                _l(
                    "the area with the code %(code)s does not exist on %(day)s",
                    code=code,
                    day=day.isoformat(),
                )
            )
        return found[0]

    def others(self, life: Life) -> list[Life]:
        """Areas of the same level and code, with another first day, that exist at the same time."""
        same = self.lives.get(life.key[1], {}).values()
        return [x for x in same if x.key[0] == life.key[0] and x.key != life.key and x.meets(life)]

    def _no_area(self, code: str, level: str | None) -> Words:
        longer = next((c for c in self._padded(code) if c in self.lives), None)
        if longer is not None:
            return lost_zero(code, longer)
        if level is None:
            return _l("no area has the code %(code)s", code=code)
        return _l("no area of the level %(level)s has the code %(code)s", level=level, code=code)

    @staticmethod
    def _padded(code: str) -> Iterable[str]:
        return (code.zfill(n) for n in range(len(code) + 1, 7)) if code.isdigit() else ()


def _codes(session: Session, code: Any, own_id: Any) -> "Codes":
    return Codes((c, i) for c, i in session.execute(select(code, own_id)))


def lost_zero(code: str, longer: str) -> Words:
    """Words for a code whose leading zeros a spreadsheet has dropped."""
    return _l(
        "%(code)s should be %(longer)s: Excel has dropped the zero in front. "
        "Format the column as text and enter the code again",
        code=code,
        longer=longer,
    )


def whole_code(code: str, level: str) -> str:
    """The code, if it has the digits of its level. Raises Unreadable when zeros are missing."""
    digits = DIGITS.get(level, 0)
    if code.isdigit() and len(code) < digits:
        raise Unreadable(lost_zero(code, code.zfill(digits)))
    return code


class Codes(dict[str, int | str]):
    """Codes of one table with their ids; knows those that begin with zeros by the rest."""

    def __init__(self, ids: Iterable[tuple[str, int | str]]) -> None:
        super().__init__(ids)
        self._rest = {c.lstrip("0"): c for c in self if c.isdigit() and c.startswith("0")}

    def whole(self, code: str) -> str:
        """The code. Raises Unreadable when only the same number with more zeros is known."""
        longer = self._rest.get(code.lstrip("0")) if code.isdigit() else None
        if code not in self and longer is not None and len(longer) > len(code):
            raise Unreadable(lost_zero(code, longer))
        return code

    def find(self, code: str, missing: Words) -> int | str:
        """The id of the code. Raises Unreadable with `missing`, or about a lost zero."""
        self.whole(code)
        if code not in self:
            raise Unreadable(missing)
        return self[code]
