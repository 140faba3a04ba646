"""Conditions of our forms as XPath, so that they hold for the same answers.

A comparison with something unanswered does not hold in ours; XPath's `!=` would.
"""

from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt, ne

from questionnaires.expressions import parse
from questionnaires.model import day_of
from questionnaires.shapes import Table
from questionnaires.trees import (
    Among,
    Answered,
    Comparison,
    Condition,
    Count,
    Figure,
    Joined,
    Name,
    Not,
    Number,
    Sum,
    names,
)
from questionnaires.walk import item_ids, numbered
from survey.exchange.xlsform.known import ONE, Asked

EITHER, BOTH, ALONE = 0, 1, 2  # how loosely a text hangs together
_HOLDS: Mapping[str, Callable[[int, int], bool]] = {
    "==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
}  # fmt: skip
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
Text = tuple[str, int]


class Speech:
    """Puts conditions into XPath. It learns the questions in the order of the form."""

    def __init__(self) -> None:
        self.one: dict[str, Asked] = {}
        self.several: dict[str, list[Asked]] = {}
        self.here = ""

    def learn(
        self, question: Table, name: str, choices: Mapping[int, str], rows: Mapping[int, str]
    ) -> None:
        """Take in a question with its name, and those of its choices and rows by their codes and
        numbers."""
        kind, id = question["kind"], question["id"]
        if kind in ("text", "note"):
            return
        if kind == "grid":
            numbers = numbered(question["rows"])
            asked = [
                Asked(item, "single", rows[number], choices, id)
                for item, number in zip(item_ids(question), numbers, strict=True)
            ]
            self.one |= {one.id: one for one in asked}
            self.several[id] = asked
        elif kind == "multiple":
            self.several[id] = [Asked(id, kind, name, choices, id)]
            for code, item in zip(choices, item_ids(question), strict=True):
                self.one[item] = Asked(item, "chosen", name, {code: choices[code]}, id)
        else:
            self.one[id] = Asked(id, kind, name, choices, id)

    def says(self, condition: str, here: str = "") -> str:
        """A condition as XPath; here: id of the question that `.` stands for."""
        self.here = here
        return self._condition(parse(condition))[0]

    def checks(self, condition: str, here: str = "") -> Text:
        """The same for a check, which is not looked at before everything it names is answered."""
        self.here = here
        tree = parse(condition)
        others = [self.one[id] for id in dict.fromkeys(names(tree)) if id != here]
        empty = [(f"{self._field(one)} = ''", ALONE) for one in others]
        return _joined("or", [*dict.fromkeys(empty), self._condition(tree)])

    def _field(self, asked: Asked) -> str:
        own = asked.question if asked.kind == "chosen" else asked.id
        return "." if own == self.here else f"${{{asked.name}}}"

    def _condition(self, tree: Condition) -> Text:
        match tree:
            case Comparison(op, left, right):
                return self._comparison(op, left, right)
            case Among(value, of):
                if isinstance(of, str):
                    return self._among(value, of)
                parts = [self._comparison("==", value, Number(code)) for code in of]
                return _joined("or", list(dict.fromkeys(parts)))
            case Answered(ids):
                return _joined("and", [self._answered(id) for id in ids])
            case Not(part):
                return f"not({self._condition(part)[0]})", ALONE
            case Joined(op, conditions):
                return _joined(op, [self._condition(one) for one in conditions])

    def _comparison(self, op: str, left: Figure, right: Figure) -> Text:
        if isinstance(left, Number) and isinstance(right, Name):
            left, right, op = right, left, _TURNED[op]
        if isinstance(left, Name) and isinstance(right, Number):
            asked = self.one[left.id]
            if asked.kind in (*ONE, "chosen"):
                return self._coded(op, asked, right.value)
            day = day_of(right.value) if asked.kind == "date" else None
            wanted = f"date('{day.isoformat()}')" if day else str(right.value)
            if asked.kind != "date" or day:
                return self._guarded(op, self._field(asked), wanted, left)
        if isinstance(left, Name) and isinstance(right, Name):
            pair = self.one[left.id], self.one[right.id]
            if all(one.kind == "date" for one in pair):
                return self._guarded(op, self._field(pair[0]), self._field(pair[1]), left, right)
        return self._guarded(op, self._figure(left), self._figure(right), left, right)

    def _guarded(self, op: str, left: str, right: str, *figures: Figure) -> Text:
        text = f"{left} {'=' if op == '==' else op} {right}"
        if op != "!=":
            return text, ALONE
        given = [self._answered(id) for one in figures for id in names(one)]
        return _joined("and", [*dict.fromkeys(given), (text, ALONE)])

    def _coded(self, op: str, asked: Asked, value: int) -> Text:
        field = self._field(asked)
        if asked.kind == "chosen":
            [choice] = asked.choices.values()
            chosen = f"selected({field}, '{choice}')", ALONE
            empty = f"{field} != ''", ALONE
            held = [code for code in (1, 2) if _HOLDS[op](code, value)]
            left_out = _joined("and", [empty, (f"not({chosen[0]})", ALONE)])
            texts: dict[tuple[int, ...], Text] = {(1,): chosen, (2,): left_out, (1, 2): empty}
            return texts.get(tuple(held), ("false()", ALONE))
        if op not in ("==", "!=") and asked.numeric:
            return f"{field} {op} {value}", ALONE
        if op == "!=" and value in asked.choices:
            other = f"{field} != '{asked.choices[value]}'"
            return _joined("and", [(f"{field} != ''", ALONE), (other, ALONE)])
        codes = [code for code in asked.choices if _HOLDS[op](code, value)]
        if len(codes) == len(asked.choices):
            return f"{field} != ''", ALONE
        parts = [(f"{field} = '{asked.choices[code]}'", ALONE) for code in codes]
        return _joined("or", parts) if parts else ("false()", ALONE)

    def _among(self, value: Figure, of: str) -> Text:
        several = self.several[of]
        codes = [value.value] if isinstance(value, Number) else list(several[0].choices)
        found: list[Text] = []
        for code in codes:
            has = [self._has(one, code) for one in several]
            if isinstance(value, Number):
                found += has
            else:
                same = self._comparison("==", value, Number(code))
                found.append(_joined("and", [same, _joined("or", has)]))
        return _joined("or", found)

    def _has(self, asked: Asked, code: int) -> Text:
        if code not in asked.choices:
            return "false()", ALONE
        if asked.kind == "multiple":
            return f"selected({self._field(asked)}, '{asked.choices[code]}')", ALONE
        return f"{self._field(asked)} = '{asked.choices[code]}'", ALONE

    def _answered(self, id: str) -> Text:
        asked = self.several.get(id) or [self.one[id]]
        return _joined("or", [(f"{self._field(one)} != ''", ALONE) for one in asked])

    def _figure(self, tree: Figure) -> str:
        match tree:
            case Number(value):
                return str(value)
            case Name(id):
                return self._value(self.one[id])
            case Count(ids):
                texts = [text for id in ids for text in self._counts(id)]
                return texts[0] if len(texts) == 1 else f"({' + '.join(texts)})"
            case Sum(op, left, right):
                text = self._figure(right)
                inner = f"({text})" if isinstance(right, Sum) else text
                return f"{self._figure(left)} {op} {inner}"

    def _counts(self, id: str) -> list[str]:
        several = self.several.get(id)
        if several and several[0].kind == "multiple":
            return [f"count-selected({self._field(several[0])})"]
        asked = several or [self.one[id]]
        return [f"if({self._field(one)} != '', 1, 0)" for one in asked]

    def _value(self, asked: Asked) -> str:
        field = self._field(asked)
        if asked.kind == "date":
            return f"number(format-date({field}, '%Y%m%d'))"
        if asked.kind == "chosen":
            [choice] = asked.choices.values()
            return f"if(selected({field}, '{choice}'), 1, if({field} != '', 2, ''))"
        if asked.kind in ONE and not asked.numeric:
            text = "''"
            for code, choice in reversed(list(asked.choices.items())):
                text = f"if({field} = '{choice}', {code}, {text})"
            return text
        return field


def _joined(op: str, texts: list[Text]) -> Text:
    """Texts joined by `and` or `or`; brackets where they hang together more loosely."""
    if len(texts) == 1:
        return texts[0]
    level = BOTH if op == "and" else EITHER
    inside = [f"({text})" if inner < level else text for text, inner in texts]
    return f" {op} ".join(inside), level
