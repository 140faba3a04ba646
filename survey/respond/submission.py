"""A submission as it is sent: read strictly, because what is stored can never be mended later.

Nothing here knows the database: a fault is a sentence that names the key or the item.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

from questionnaires.conditions import Route, answered, broken, offered, route
from questionnaires.model import Item, Question, Questionnaire
from survey.fieldwork.tables import MODES
from survey.respond.form import CHOSEN

OUTCOMES = ("timeout", "exit")
LANGUAGE = re.compile(r"[a-z]{2,8}")
ITEM = re.compile(r"[a-z][a-z0-9_]{0,79}")
GREATEST = 2**31 - 1  # of an integer column
LATEST = 253_402_300_799_000  # milliseconds: the end of the year 9999
LONGEST = 24 * 3600 * 31.0  # seconds; a queue that waited longer has no meaning


class SubmissionFault(Exception):
    """Why a submission cannot be taken: one sentence that names the key or the item."""


@dataclass(frozen=True)
class Place:
    """Codes, as sent: where somebody was served, who decided, where they live."""

    counter: str | None = None
    agency: str | None = None
    residence: str | None = None


@dataclass(frozen=True)
class Submission:
    """One finished questionnaire. answers: item to code, nothing where nothing was answered."""

    id: UUID
    round: str
    version: str
    mode: str
    assisted: bool
    language: str
    answers: Mapping[str, int]
    place: Place = Place()
    field: str | None = None
    seconds: float | None = None
    device: str | None = None
    seq: int | None = None
    finished_at: int | None = None  # milliseconds since 1970 by the sender's clock


@dataclass(frozen=True)
class Unfinished:
    """Somebody began and left: counted, and nothing of what they answered is sent."""

    id: UUID
    round: str
    outcome: str
    last_item: str
    place: Place = Place()
    extra: Mapping[str, Any] = field(default_factory=dict)


Reader = Callable[[str, Any], Any]


def _refuse(key: str, wanted: str) -> SubmissionFault:
    return SubmissionFault(f"{key}: write {wanted}")


def uuid4_of(key: str, value: Any) -> UUID:
    """A random UUID written plainly. Raises SubmissionFault."""
    try:
        read = UUID(value) if isinstance(value, str) else None
    except ValueError:
        read = None
    if read is None or read.version != 4 or str(read) != value.lower():
        raise _refuse(key, "a UUID of version 4")
    return read


def _text(longest: int) -> Reader:
    def read(key: str, value: Any) -> str:
        if not isinstance(value, str) or not 0 < len(value) <= longest or not value.isprintable():
            raise _refuse(key, f"a text of 1 to {longest} letters")
        return value

    return read


def _among(*allowed: str) -> Reader:
    def read(key: str, value: Any) -> str:
        if value not in allowed:
            raise _refuse(key, "one of " + ", ".join(allowed))
        return str(value)

    return read


def _flag(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _refuse(key, "true or false")
    return value


def _count(key: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= GREATEST:
        raise _refuse(key, "a whole number from 0")
    return value


def _seconds(key: str, value: Any) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or not 0 <= value <= LONGEST:
        raise _refuse(key, "a number of seconds, from 0")
    return float(value)


def _instant(key: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LATEST:
        raise _refuse(key, "milliseconds since 1970")
    return value


def _language(key: str, value: Any) -> str:
    if not isinstance(value, str) or not LANGUAGE.fullmatch(value):
        raise _refuse(key, "a language such as vi")
    return value


def _item(key: str, value: Any) -> str:
    if not isinstance(value, str) or not ITEM.fullmatch(value):
        raise _refuse(key, "the id of an item")
    return value


def _answers(key: str, value: Any) -> dict[str, int]:
    if not isinstance(value, dict):
        raise _refuse(key, "an object of items and codes")
    for item, code in value.items():
        if not ITEM.fullmatch(item):
            raise _refuse(f"{key}: “{item[:40]}”", "the id of an item")
        if not isinstance(code, int) or isinstance(code, bool) or not 0 <= code <= GREATEST:
            raise _refuse(f"{key}.{item}", f"a code, or a whole number from 0 to {GREATEST}")
    return dict(value)


PLACE: Mapping[str, Reader] = {
    "counter": _text(40),
    "agency": _text(40),
    "residence": _text(12),
}


def _place(key: str, value: Any) -> Place:
    if not isinstance(value, dict):
        raise _refuse(key, "an object with counter, agency or residence")
    return Place(**_read(value, PLACE, (), f"{key}."))


KEYS: Mapping[str, Reader] = {
    "id": uuid4_of,
    "round": _text(40),
    "version": _text(80),
    "place": _place,
    "field": _text(40),
    "mode": _among(*MODES),
    "assisted": _flag,
    "language": _language,
    "answers": _answers,
    "seconds": _seconds,
    "device": _text(64),
    "seq": _count,
    "finished_at": _instant,
}
NEEDED = ("id", "round", "version", "place", "mode", "assisted", "language", "answers")
UNFINISHED: Mapping[str, Reader] = {
    **{key: read for key, read in KEYS.items() if key != "answers"},
    "outcome": _among(*OUTCOMES),
    "last_item": _item,
}
UNFINISHED_NEEDED = ("id", "round", "outcome", "last_item")


def _read(
    table: Mapping[str, Any], readers: Mapping[str, Reader], needed: tuple[str, ...], at: str = ""
) -> dict[str, Any]:
    for key in table:
        if key not in readers:
            known = ", ".join(readers)
            raise SubmissionFault(f"{at}{key[:40]}: unknown key; write one of {known}")
    for key in needed:
        if key not in table:
            raise SubmissionFault(f"{at}{key}: is missing")
    return {key: readers[key](at + key, value) for key, value in table.items()}


def parse(table: object) -> Submission | Unfinished:
    """A submission from JSON already read. Raises SubmissionFault."""
    if not isinstance(table, dict):
        raise SubmissionFault("a submission is a JSON object")
    if "outcome" not in table:
        return Submission(**_read(table, KEYS, NEEDED))
    read = _read(table, UNFINISHED, UNFINISHED_NEEDED)
    plain = {key: read.pop(key) for key in (*UNFINISHED_NEEDED, "place") if key in read}
    return Unfinished(**plain, extra=read)


def read_json(body: bytes) -> object:
    """The value of a JSON text. Raises SubmissionFault, also when a key stands twice."""
    try:
        return STRICT.decode(body.decode())
    except (ValueError, RecursionError) as error:
        raise SubmissionFault("the body is not JSON") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        raise SubmissionFault("a key stands twice in one object")
    return table


def _no_constant(name: str) -> object:
    raise ValueError(name)


STRICT = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)


def check_answers(questionnaire: Questionnaire, answers: Mapping[str, int]) -> None:
    """Raises SubmissionFault for an unknown item, an answer that it does not take, a compulsory
    item left out, a set of options that says yes and no at once, an answer to what the others do
    not lead to, or a check that does not hold. 0 means not answered, save for a number."""
    given: dict[str, int] = {}
    for name, code in answers.items():
        item = questionnaire.by_id.get(name)
        if item is None:
            raise SubmissionFault(f"answers.{name}: {questionnaire.name} has no such item")
        if answered(item, answers):
            given[name] = code
            if not item.takes(code):
                raise SubmissionFault(f"answers.{name}: {code} is not {_wanted(item)}")
    if questionnaire.is_plain and all(i.id in given for i in questionnaire.items if i.required):
        return
    for question in questionnaire.questions:
        if question.kind == "multiple":
            _check_multiple(question, answers)
    way = route(questionnaire, answers)
    for name in given:
        if name not in way.answers:
            raise SubmissionFault(f"answers.{name}: is not asked after the other answers")
    for question in questionnaire.questions:
        if question.id in way.questions:
            _check_asked(question, way)


def _wanted(item: Item) -> str:
    if not item.wide:
        return f"on its scale ({', '.join(map(str, item.codes))})"
    wanted = {"number": "a number", "date": "a day such as 20260731", "place": "a commune's code"}
    return f"{wanted[item.kind]} from {item.least} to {item.most}"


def _check_multiple(question: Question, answers: Mapping[str, int]) -> None:
    codes = [answers.get(item.id, 0) for item in question.items]
    if any(codes) and CHOSEN not in codes and all(codes):
        raise SubmissionFault(f"answers.{question.id}: leave it out when nothing is chosen")


def _check_asked(question: Question, way: Route) -> None:
    if question.kind == "multiple":
        named = {option.code: f"{question.id}_{option.code}" for option in question.choices}
        choices = offered(question, way.values)
        names = [named[option.code] for option in choices]
        empty = [name for name in names if name not in way.answers]
        if empty and len(empty) < len(names):
            raise SubmissionFault(f"answers.{empty[0]}: say 1 or 2 for every option, or for none")
        chosen = [o for o in choices if way.answers.get(named[o.code]) == CHOSEN]
        if len(chosen) > 1 and any(option.exclusive for option in chosen):
            raise SubmissionFault(f"answers.{question.id}: an option that excludes the others")
    elif question.required:
        empty = [item.id for item in question.items if item.id not in way.answers]
    if question.required and empty:
        raise SubmissionFault(f"answers.{empty[0]}: is compulsory")
    for check in broken(question, way.values):
        raise SubmissionFault(f"answers.{question.id}: {check.holds} does not hold")


def canonical(submission: Submission) -> bytes:
    """The bytes of a submission that came from a page: sorted JSON, without what changes when
    the same page is sent again (how long it was open)."""
    table: dict[str, Any] = {
        "id": str(submission.id),
        "round": submission.round,
        "version": submission.version,
        "place": {key: code for key, code in vars(submission.place).items() if code},
        "mode": submission.mode,
        "assisted": submission.assisted,
        "language": submission.language,
        "answers": dict(submission.answers),
    }
    if submission.field:
        table["field"] = submission.field
    return json.dumps(table, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(body: bytes) -> str:
    """Hex SHA-256 of the bytes sent: what a sender compares before it deletes its copy."""
    return sha256(body).hexdigest()
