"""Conditions of a form in the words of JSON Schema, where it has words for them.

They speak of the object of answers, in which whatever is not asked is absent. JSON Schema compares
an answer with numbers, never with another answer; so what names several answers is tried with each
of their codes, as long as these are few.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

from questionnaires.conditions import CHOSEN, evaluate, values_of
from questionnaires.model import CHOSEN as CHOICE
from questionnaires.model import Item, Question, Questionnaire
from questionnaires.trees import (
    Among,
    Answered,
    Comparison,
    Condition,
    Joined,
    Name,
    Not,
    Number,
    counted,
    names,
    sets,
)

Schema = dict[str, Any]
NEVER: Schema = {"not": {}}
NOT_CHOSEN = 2
MOST_COMBINATIONS = 1024
MOST_NUMBERS = 128  # of a number whose values are tried one by one
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


class Unsayable(Exception):
    """A condition that JSON Schema has no words for."""


@lru_cache(maxsize=8192)
def said(form: Questionnaire, tree: Condition) -> Schema:
    """A schema of answers that holds exactly when the condition does. Raises Unsayable.

    It is kept, as one condition is asked for several times: nobody changes what is returned.
    """
    match tree:
        case Joined(op, parts):
            return {"allOf" if op == "and" else "anyOf": [said(form, part) for part in parts]}
        case Not(part):
            return {"not": said(form, part)}
        case Answered(ids):
            return {"allOf": [_anything(form, id) for id in ids]}
        case Among(Number(value), str(of)):
            return _holds_code(form.by_question[of], value)
        case Among(Name(id), tuple(of)) if form.by_id[id].wide:
            taken = sorted(value for value in {*of} if form.by_id[id].takes(value))
            return {"properties": {id: {"enum": taken}}, "required": [id]} if taken else NEVER
        case Comparison(op, Name(id), Number(value)) if form.by_id[id].wide:
            return _range(form.by_id[id], op, value)
        case Comparison(op, Number(value), Name(id)) if form.by_id[id].wide:
            return _range(form.by_id[id], TURNED[op], value)
    return _tried(form, tree)


def sayable(form: Questionnaire, tree: Condition) -> bool:
    try:
        said(form, tree)
    except Unsayable:
        return False
    return True


def answered(item: Item) -> Schema:
    """0 is an answer to a number only."""
    if item.kind == "number":
        return {"required": [item.id]}
    return {"properties": {item.id: {"minimum": 1}}, "required": [item.id]}


def empty(items: Iterable[Item]) -> Schema:
    """None of them is answered."""
    return {
        "properties": {item.id: False if item.kind == "number" else {"const": 0} for item in items}
    }


def chosen(item: Item) -> Schema:
    return {"properties": {item.id: {"const": CHOSEN}}, "required": [item.id]}


def _anything(form: Questionnaire, name: str) -> Schema:
    """Whether anything is answered to an item or to a question of several."""
    if name in form.by_id:
        return answered(form.by_id[name])
    question = form.by_question[name]
    one = chosen if question.kind == "multiple" else answered
    return {"anyOf": [one(item) for item in question.items]}


def _holds_code(question: Question, code: int) -> Schema:
    if question.kind == "multiple":
        found = [item for item in question.items if item.id == f"{question.id}_{code}"]
        return chosen(found[0]) if found else NEVER
    if code not in [option.code for option in question.options]:
        return NEVER
    rows = question.items
    return {"anyOf": [{"properties": {r.id: {"const": code}}, "required": [r.id]} for r in rows]}


def _range(item: Item, op: str, value: int) -> Schema:
    """A comparison of a number, a day or a commune; what is not answered is below its least."""
    limits: dict[str, Schema] = {
        "==": {"minimum": item.least, "const": value},
        "!=": {"minimum": item.least, "not": {"const": value}},
        "<": {"minimum": item.least, "exclusiveMaximum": value},
        "<=": {"minimum": item.least, "maximum": value},
        ">": {"minimum": max(item.least, value + 1)},
        ">=": {"minimum": max(item.least, value)},
    }
    return {"properties": {item.id: limits[op]}, "required": [item.id]}


@dataclass(frozen=True)
class _Sort:
    """Answers to one item that a condition does not tell apart.

    value: one of them, None for no answer. codes: how they are written, none of them is any.
    absent: they may be written by leaving the item out.
    """

    value: int | None
    codes: tuple[int, ...]
    absent: bool = False


def _tried(form: Questionnaire, part: Condition) -> Schema:
    """A schema made by trying the answers that the condition tells apart."""
    whole = {*names(part)}
    whole |= {
        item.id
        for name in sets(part)
        if form.by_question[name].kind == "grid"
        for item in form.by_question[name].items
    }
    several = [*counted(part), *sets(part)]
    items = dict.fromkeys([*names(part), *(id for name in several for id in _items(form, name))])
    sorts = {id: _sorts(form.by_id[id], id in whole) for id in items}
    if prod(map(len, sorts.values())) > MOST_COMBINATIONS:
        raise Unsayable(str(part))
    found = _tree(form, part, list(sorts.items()), {})
    return found if isinstance(found, dict) else ({} if found else NEVER)


def _items(form: Questionnaire, name: str) -> list[str]:
    if name in form.by_id:
        return [name]
    return [item.id for item in form.by_question[name].items]


def _sorts(item: Item, whole: bool) -> list[_Sort]:
    """whole: its very answer matters, and not only whether there is one."""
    nothing = _Sort(None, () if item.kind == "number" else (0,), absent=True)
    if not whole and item.scale is CHOICE:
        return [_Sort(NOT_CHOSEN, (0, NOT_CHOSEN), absent=True), _Sort(CHOSEN, (CHOSEN,))]
    if not whole:
        return [nothing, _Sort(item.least if item.wide else item.codes[0], ())]
    if not item.wide:
        return [nothing, *(_Sort(code, (code,)) for code in item.codes)]
    if item.kind != "number" or item.most - item.least >= MOST_NUMBERS:
        raise Unsayable(item.id)
    return [nothing, *(_Sort(n, (n,)) for n in range(item.least, item.most + 1))]


def _tree(
    form: Questionnaire,
    part: Condition,
    left: list[tuple[str, list[_Sort]]],
    given: Mapping[str, int],
) -> Schema | bool:
    """What must hold of the items that are left, once the others are answered as given."""
    if not left:
        return evaluate(part, _values(form, given))
    (id, sorts), rest = left[0], left[1:]
    found: list[tuple[Schema | bool, _Sort]] = []
    for sort in sorts:
        answer = {} if sort.value is None else {id: sort.value}
        found.append((_tree(form, part, rest, {**given, **answer}), sort))
    inner = {json.dumps(one): one for one, _ in found}
    if len(inner) == 1:
        return found[0][0]
    ways = [
        _way(form.by_id[id], [sort for one, sort in found if json.dumps(one) == text], then)
        for text, then in inner.items()
        if then is not False
    ]
    return ways[0] if len(ways) == 1 else {"anyOf": ways}


def _way(item: Item, sorts: list[_Sort], inner: Schema | bool) -> Schema:
    """One of these sorts of answers to the item, and what must hold of the others then."""
    nothing = any(sort.absent for sort in sorts)
    codes = sorted(code for sort in sorts for code in sort.codes)
    if not nothing and not codes:
        here = answered(item)
    else:
        limits = {"const": codes[0]} if len(codes) == 1 else {"enum": codes} if codes else False
        here = {"properties": {item.id: limits}, **({} if nothing else {"required": [item.id]})}
    return here if inner is True else {**here, "allOf": [inner]}


def _values(form: Questionnaire, given: Mapping[str, int]) -> dict[str, int | list[int]]:
    values: dict[str, int | list[int]] = {}
    for id in dict.fromkeys(form.by_id[item].question_id for item in given):
        question = form.by_question[id]
        own = {item.id: given[item.id] for item in question.items if item.id in given}
        values |= values_of(question, own)
    return values
