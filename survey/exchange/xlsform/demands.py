"""Constraints of an XLSForm as limits, options that stand alone, and checks."""

import math
from collections.abc import Mapping
from typing import Any

from survey.exchange.fidelity import N_
from survey.exchange.xlsform.heard import Hearing, Unsayable, hear, joined, short
from survey.exchange.xlsform.known import Asked
from survey.exchange.xlsform.languages import Wording
from survey.exchange.xlsform.limits import constraint, from_kept
from survey.exchange.xlsform.rows import Line
from survey.exchange.xlsform.spoken import Speech
from survey.exchange.xlsform.xpath import Call, Field, Figure, Text, Tree, Two, parts

Table = dict[str, Any]
NOT_CHECKED = N_("Words and notes are not checked here.")
OWN_WORDS = N_("Limits are said in the words of the page.")
NO_MESSAGE = N_("There is no message for a check; a general one was put.")
NO_SUCH = N_("No answer could fulfil the limits; they were left out.")
GENERAL = {"vi": "Xin xem lại câu trả lời này.", "en": "Please look at this answer again."}
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
MOST = {"number": 2**31 - 1}


class Demands:
    """Reads the constraint of one question into its table."""

    def __init__(
        self,
        line: Line,
        question: Table,
        asked: Asked,
        known: Mapping[str, Asked],
        wording: Wording,
    ) -> None:
        self.line = line
        self.question = question
        self.asked = asked
        self.hearing = Hearing(known, asked)
        self.wording = wording

    def read(self, choices: dict[int, str], speech: Speech) -> None:
        """speech has learnt the question."""
        if self._own(choices, speech):
            self.line.keep("constraint", "constraint_message", "sipas_constraint")
            return
        self.line.drop("sipas_constraint", N_("The constraint was changed since it was written."))
        if "constraint" not in self.line.cells:
            return
        if self.question["kind"] in ("text", "note", "place"):
            self.line.drop("constraint", NOT_CHECKED)
            self.line.drop("constraint_message", NOT_CHECKED)
            return
        self.line.keep("constraint")
        try:
            tree = hear(self.line.get("constraint"))
        except Unsayable as fault:
            self.line.drop("constraint", fault.why, **fault.values)
            return
        self._parts(parts(tree, "and"))

    def _own(self, choices: dict[int, str], speech: Speech) -> bool:
        """Whether our own column says the same as the constraint; then that is taken."""
        if not self.line.get("sipas_constraint"):
            return False
        kept = from_kept(self.line.get("sipas_constraint"))
        if kept is None:
            return False
        try:
            same = constraint({**self.question, **kept}, choices, speech)
        except (KeyError, TypeError, ValueError):  # it speaks of what is no longer there
            return False
        if same != self.line.get("constraint"):
            return False
        self.question |= kept
        self.wording.languages.of(self.line, "constraint_message")
        return True

    def _parts(self, found: list[Tree]) -> None:
        said, faults = [], []
        for part in found:
            if self._limit(part) or self._alone(part):
                continue
            try:
                said.append(self.hearing.condition(part))
            except Unsayable as fault:
                faults.append(fault)
        if self._impossible():
            self.line.near("constraint", NO_SUCH)
        self._check(joined("and", said), faults)
        if len(faults) == len(found):
            self.line.drop("constraint", faults[0].why, **faults[0].values)
        elif faults:
            self.line.near("constraint", faults[0].why, **faults[0].values)

    def _check(self, holds: Any, faults: list[Unsayable]) -> None:
        if isinstance(holds, bool):
            self.line.drop("constraint_message", OWN_WORDS)
            return
        try:
            text = str(short(holds))
        except Unsayable as fault:
            faults.append(fault)
            return
        message = self.wording.of(self.line, "constraint_message", pipes=False)
        if not message:
            self.line.ledger.added("check.message", self.line.place, NO_MESSAGE)
            codes = self.wording.languages.codes
            message = {code: GENERAL.get(code, GENERAL["en"]) for code in codes}
        self.question["check"] = [{"holds": text, "message": message}]

    def _limit(self, part: Tree) -> bool:
        """Take `. >= 3` as a limit; whether it is one."""
        match part:
            case Two("<" | "<=" | ">" | ">=" as straight, Field(""), value):
                op = str(straight)
            case Two("<" | "<=" | ">" | ">=" as turned, value, Field("")):
                op = _FLIPPED[turned]
            case _:
                return False
        bound = self._bound(op, value)
        if bound is None:
            return False
        self._narrow("min" if op in (">", ">=") else "max", bound)
        return True

    def _bound(self, op: str, value: Tree) -> int | str | None:
        match self.question["kind"]:
            case "number":
                return _number(op, value)
            case "date":
                return self._day(op, value)
        return None

    def _day(self, op: str, value: Tree) -> str | None:
        match value:
            case Call("today", ()):
                if op in ("<", ">"):
                    self.line.near("constraint", N_("Today itself is allowed too."))
                return "today"
            case Call("date", (Text(day),)) | Text(day) if _iso(day) and op in ("<=", ">="):
                return day
        return None

    def _narrow(self, key: str, bound: int | str) -> None:
        before = self.question.get(key)
        if type(before) is type(bound) and before is not None and "today" not in (before, bound):
            bound = max(before, bound) if key == "min" else min(before, bound)
        self.question[key] = bound

    def _impossible(self) -> bool:
        pair = [self.question[key] for key in ("min", "max") if key in self.question]
        if len(pair) < 2 or "today" in pair or pair == sorted(pair):
            return False
        self.question.pop("min")
        self.question.pop("max")
        return True

    def _alone(self, part: Tree) -> bool:
        """Take `not(selected(., 'x') and count-selected(.) > 1)` as an option that stands alone."""
        match part:
            case Call("not", (Two("and", Call("selected", (Field(""), Text(name))), rest),)) if (
                rest == Two(">", Call("count-selected", (Field(""),)), Figure(1))
                and self.question["kind"] == "multiple"
            ):
                pass
            case _:
                return False
        codes = self.asked.codes(name)
        others = [one for one in self.question["options"] if one["code"] not in codes]
        if not codes or all(one.get("exclusive") for one in others):
            return False
        for option in self.question["options"]:
            if option["code"] in codes:
                option["exclusive"] = True
        return True


def _number(op: str, value: Tree) -> int | None:
    match value:
        case Figure(number):
            pass
        case Two("-", Figure(0), Figure(number)):
            number = -number
        case _:
            return None
    whole = {
        ">=": math.ceil(number), ">": math.floor(number) + 1,
        "<=": math.floor(number), "<": math.ceil(number) - 1,
    }[op]  # fmt: skip
    if op in (">", ">="):
        return max(whole, 0) if whole <= MOST["number"] else None
    return min(whole, MOST["number"]) if whole >= 0 else None


def _iso(text: str) -> bool:
    from_parts = text.split("-")
    return len(text) == 10 and len(from_parts) == 3 and all(p.isdigit() for p in from_parts)
