"""Variables of templates, a closed list, and words with them filled in."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.feedback.tables import Case
from survey.i18n import day
from survey.text import normal
from survey.units.tables import Agency, Area, Centre, Counter, Field

BRACES: Final = re.compile(r"\{([^{}]*)\}")
BLANK: Final = re.compile(r"\[[^\[\]\n]+\]")
VARIABLES: Final[Mapping[str, Mapping[str, str]]] = {  # meaning: its name in each language
    "number": {"vi": "số", "en": "number"},
    "unit": {"vi": "đơn vị", "en": "unit"},
    "due": {"vi": "ngày hẹn", "en": "due"},
    "field": {"vi": "lĩnh vực", "en": "field"},
    "place": {"vi": "địa điểm", "en": "place"},
    "received": {"vi": "ngày nhận", "en": "received"},
    "today": {"vi": "hôm nay", "en": "today"},
}
MEANT: Final = {name: what for what, names in VARIABLES.items() for name in names.values()}
EXAMPLE: Final[Mapping[str, Mapping[str, str]]] = {
    "vi": {
        "number": "PA-000123", "unit": "UBND xã Hưng Thịnh", "due": "20/7/2026",
        "field": "Đất đai", "place": "Quầy 2, Trung tâm Phục vụ hành chính công xã Hưng Thịnh",
        "received": "06/7/2026", "today": "07/7/2026",
    },
    "en": {
        "number": "PA-000123", "unit": "Hưng Thịnh", "due": "20 July 2026", "field": "Land",
        "place": "Counter 2, Hưng Thịnh", "received": "6 July 2026", "today": "7 July 2026",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Written:
    """Words to write with: a title, a language, and the body with its variables."""

    title: str
    act: str
    body: str
    language: str
    kind: str | None = None
    topic: str | None = None


def unknown(body: str) -> list[str]:
    """The names in braces that mean nothing, as they were typed, each once."""
    return [name for name in dict.fromkeys(BRACES.findall(body)) if _meaning(name) is None]


def stray(body: str) -> bool:
    """Whether a brace is left that belongs to no pair."""
    return bool(set("{}") & set(BRACES.sub("", body)))


def left_open(words: str) -> list[str]:
    """What stands in brackets still, for somebody to write: `[lý do]`."""
    return BLANK.findall(words)


def unwritten(words: str) -> list[str]:
    """What must not go to a sender: blanks, and braces with whatever name."""
    return [found[0] for found in re.finditer(f"{BLANK.pattern}|{BRACES.pattern}", words)]


def filled(session: Session, template: Written, case: Case, *, now: datetime) -> str:
    """The words for this case; what it does not have is left open, in brackets."""
    return many_filled(session, template, [case], now=now)[case.id]


def many_filled(
    session: Session, template: Written, cases: Iterable[Case], *, now: datetime
) -> dict[int, str]:
    """The same for several cases, by id: names are read once."""
    chosen, language = list(cases), template.language
    names = _Names(session, language)
    return {case.id: _with(template.body, language, names.values(case, now=now)) for case in chosen}


def example(body: str, language: str) -> str:
    """The words as they look for some case."""
    return _with(body, language, EXAMPLE[language])


def _meaning(name: str) -> str | None:
    return MEANT.get(" ".join(normal(name).casefold().split()))


def _with(body: str, language: str, values: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        what = _meaning(found[1])
        return found[0] if what is None else values[what] or f"[{VARIABLES[what][language]}]"

    return BRACES.sub(value, body)


class _Names:
    """What the variables mean for one case after another."""

    def __init__(self, session: Session, language: str) -> None:
        self._session, self._language = session, language
        self._units: dict[int, str] = {}

    def values(self, case: Case, *, now: datetime) -> dict[str, str]:
        get, lang = self._session.get_one, self._language
        place = [get(Counter, case.counter_id).name] if case.counter_id else []
        place += [get(Centre, case.centre_id).name] if case.centre_id else []
        field = get(Field, case.field) if case.field else None
        return {
            "number": case.number,
            "unit": self._unit(case.unit_id),
            "due": "" if case.due_at is None else day(case.due_at, lang),
            "field": "" if field is None else (lang == "en" and field.name_en) or field.name,
            "place": ", ".join(place) or get(Area, case.area_id).name,
            "received": day(case.received_at, lang),
            "today": day(now, lang),
        }

    def _unit(self, area_id: int) -> str:
        """The agency of a unit, by whose name people know it; the unit's own where it has none."""
        if area_id not in self._units:
            session = self._session
            theirs = Agency.area_id == area_id, Agency.closed_on.is_(None)
            agency = session.scalar(select(Agency.name).where(*theirs).order_by(Agency.id).limit(1))
            self._units[area_id] = agency or session.get_one(Area, area_id).name
        return self._units[area_id]
