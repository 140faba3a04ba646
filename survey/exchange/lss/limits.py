"""Attributes that limit answers: least and greatest, validation, how many may be chosen."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import ceil, floor

from questionnaires.expressions import GREATEST
from questionnaires.features import OWN
from questionnaires.model import TODAY, as_integer, day_of
from questionnaires.trees import (
    Answered,
    Comparison,
    Condition,
    Count,
    Joined,
    Name,
    Not,
    Number,
    counted,
    names,
    sets,
)
from survey.exchange.fidelity import N_
from survey.exchange.lss.joining import Found, fitting
from survey.exchange.lss.kinds import Maker, Table
from survey.exchange.lss.logic import Logic
from survey.exchange.lss.script import Figure, ScriptFault, Text, parse
from survey.exchange.lss.source import Cell, Thing

AGAIN = {"vi": "Xin xem lại câu trả lời này.", "en": "Please look at this answer again."}
LEAST = {"vi": "Xin chọn ít nhất {n} mục.", "en": "Please choose at least {n}."}
MOST = {"vi": "Xin chọn nhiều nhất {n} mục.", "en": "Please choose at most {n}."}
LEAST_NUMBER = {"vi": "Số này nhỏ quá.", "en": "This number is too small."}
MOST_NUMBER = {"vi": "Số này lớn quá.", "en": "This number is too great."}
BOUNDS = {  # attribute: key of a question, and the types whose boxes it limits
    "min_num_value_n": ("min", "NK"),
    "max_num_value_n": ("max", "NK"),
    "multiflexible_min": ("min", ":"),
    "multiflexible_max": ("max", ":"),
    "date_min": ("min", "D"),
    "date_max": ("max", "D"),
}
CHOSEN = {"min_answers": (">=", LEAST), "max_answers": ("<=", MOST)}
WHOLE = N_("Only whole numbers from 0 are taken.")
HOURS = N_("The day alone is asked, without the hour.")
NO_LIMIT = N_("“%(value)s” is no limit here: a whole number, a day, or a comparison.")
CROSSED = N_("The least allowed is greater than the greatest: neither is kept.")
UNCHECKED = N_("Nothing is checked of words, notes, or a question in several parts.")
ALWAYS_FALSE = N_("Nothing could fulfil it: it is not checked.")


def limit(maker: Maker, question: Thing, made: Sequence[Table]) -> None:
    """Give the questions made of one the limits that its attributes say."""
    kind = question.row.get("type", "")
    for name, (key, kinds) in BOUNDS.items():
        cell = question.attribute(name)
        if cell and kind in kinds:
            _bound(maker, cell, made, key)
    if kind == "N":
        _whole_numbers(maker, question)
        _unit(maker, question, made[0])
    if kind == "D":
        _hours(maker, question)
    if kind in "MP" and made[0]["kind"] == "multiple":
        for name, (op, message) in CHOSEN.items():
            if cell := question.attribute(name):
                _number_chosen(maker, cell, made[0], op, message)
    if cell := question.attribute("em_validation_q"):
        _validation(maker, question, cell, made)
    for one in made:
        least, most = one.get("min"), one.get("max")
        if least is None or most is None or TODAY in (least, most):
            continue
        if least > most:
            del one["min"], one["max"]
            maker.ledger.added("limits", question.name, CROSSED)


def _bound(maker: Maker, cell: Cell, made: Sequence[Table], key: str) -> None:
    for one in made:
        found = _day(cell.text, key) if one["kind"] == "date" else _number(cell.text, key)
        if found is not None:
            one[key] = found
            maker.ledger.kept(cell.place)
        elif not _compared(maker, cell, one, ">=" if key == "min" else "<="):
            maker.ledger.dropped(cell.place, NO_LIMIT, value=cell.text.strip()[:60])


def _number(text: str, key: str) -> int | None:
    """A limit as whole numbers from 0 have it; None when the text is no number."""
    try:
        tree = parse(text)
    except ScriptFault:
        return None
    value = tree.value if isinstance(tree, Figure) else None
    if isinstance(tree, Text) and tree.value.strip().isdigit():
        value = Decimal(tree.value.strip()[:12])
    if value is None:
        return None
    return max(0, min(GREATEST, ceil(value) if key == "min" else floor(value)))


def _day(text: str, key: str) -> str | None:
    """A day as a form writes it: of an ISO date, or the first or last of a year."""
    bare = text.strip().strip("\"'")
    if bare.lower() in ("today", "now"):
        return TODAY
    if len(bare) == 4 and bare.isdigit():
        bare += "-01-01" if key == "min" else "-12-31"
    digits = bare[:10].replace("-", "")
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        return None
    day = day_of(int(digits))
    if day is None or not 1900 <= day.year <= 2199:
        return None
    assert as_integer(day) == int(digits)
    return day.isoformat()


def _compared(maker: Maker, cell: Cell, one: Table, op: str) -> bool:
    """A limit that an earlier answer gives becomes a check."""
    try:
        figure = Logic(maker.variables).figure(parse(cell.text), cell.text)
        found = fitting(Comparison(op, Name(one["id"]), figure))
    except ScriptFault:
        return False
    words = LEAST_NUMBER if op == ">=" else MOST_NUMBER
    if one["kind"] == "date" or isinstance(found, bool):
        return False
    _check(one, found, maker.given(words))
    maker.ledger.kept(cell.place)
    return True


def _whole_numbers(maker: Maker, question: Thing) -> None:
    cell = question.attribute("num_value_int_only")
    if cell and cell.text.strip() == "1":
        maker.ledger.kept(cell.place)
    else:
        maker.typed(question, WHOLE)


def _unit(maker: Maker, question: Thing, made: Table) -> None:
    cells = question.attributes.get("suffix", {})
    words = maker.wordings.plain(
        {one or maker.wordings.main: cell for one, cell in cells.items()}, f"{question.name} suffix"
    )
    if words:
        made["unit"] = words


def _hours(maker: Maker, question: Thing) -> None:
    cell = question.attribute("date_format")
    if cell and (":" in cell.text or "HH" in cell.text.upper()):
        maker.typed(question, HOURS)


def _number_chosen(
    maker: Maker, cell: Cell, made: Table, op: str, message: Mapping[str, str]
) -> None:
    number = _number(cell.text, "min" if op == ">=" else "max")
    most = len(made["options"])
    if number is None or (op == ">=" and number > most):
        maker.ledger.dropped(cell.place, NO_LIMIT, value=cell.text.strip()[:60])
        return
    maker.ledger.kept(cell.place)
    if (op == ">=" and number > 1) or (op == "<=" and 0 < number < most):
        said = {one: text.format(n=number) for one, text in maker.given(message).items()}
        _check(made, Comparison(op, Count((made["id"],)), Number(number)), said)


def _validation(maker: Maker, question: Thing, cell: Cell, made: Sequence[Table]) -> None:
    tips = question.attributes.get("em_validation_q_tip", {})
    if len(made) > 1 or made[0]["kind"] not in OWN["check"]:
        for one in (cell, *tips.values()):
            maker.ledger.dropped(one.place, UNCHECKED)
        return
    try:
        found = Logic(maker.variables, question.row.get("title", "")).read(cell.text)
        found = fitting(_once_answered(found))
    except ScriptFault as fault:
        for one in (cell, *tips.values()):
            maker.ledger.dropped(one.place, fault.why, **fault.values)
        return
    if found is False:
        maker.ledger.dropped(cell.place, ALWAYS_FALSE)
        return
    maker.ledger.kept(cell.place)
    cells = {one or maker.wordings.main: tip for one, tip in tips.items()}
    message = maker.wordings.plain(cells, f"{question.name} em_validation_q_tip")
    if not isinstance(found, bool):
        _check(made[0], found, message or maker.given(AGAIN))


def _once_answered(found: Found) -> Found:
    """A check waits for its answers by itself: `is_empty(a) or a > b` is `a > b`."""
    if not (isinstance(found, Joined) and found.op == "or"):
        return found
    empty = [part for part in found.parts if isinstance(part, Not)
             and isinstance(part.part, Answered)]  # fmt: skip
    rest = [part for part in found.parts if part not in empty]
    spoken = {name for part in rest for name in _spoken(part)}
    waits = all(set(counted(part)) <= spoken for part in empty)
    if not rest or not waits:
        return found
    return rest[0] if len(rest) == 1 else Joined("or", tuple(rest))


def _spoken(tree: Condition) -> tuple[str, ...]:
    return (*names(tree), *counted(tree), *sets(tree))


def _check(made: Table, found: Condition, message: Mapping[str, str]) -> None:
    made.setdefault("check", []).append({"holds": str(found), "message": dict(message)})
