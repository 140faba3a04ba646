"""Groups of questions that share a list: the grids of our forms."""

from typing import Any

from questionnaires.expressions import ConditionFault
from survey.exchange.fidelity import N_
from survey.exchange.incoming import MOST_CODES
from survey.exchange.xlsform.known import Asked
from survey.exchange.xlsform.limits import constraint, from_kept
from survey.exchange.xlsform.questions import LEFT, YES, Questions, alias_of
from survey.exchange.xlsform.rows import Line
from survey.exchange.xlsform.tree import Node
from survey.exchange.xlsform.types import type_of

Table = dict[str, Any]
ALL_OR_NONE = N_("In a grid all lines must be answered or none; none must.")
NO_HINTS = N_("The lines of a grid have no hints, pictures or sounds.")
HEADER = N_("It is the head of a grid.")
OWN_KEYS = ("relevant", "choice_filter")


def is_grid(lines: list[Node], questions: Questions) -> bool:
    """Whether the rows are choices of one from the same list, without conditions of their own."""
    types = [type_of(node.type) if not node.kind else None for node in lines]
    if not lines or any(one is None or one.kind != "single" or one.or_other for one in types):
        return False
    names = {one.list for one in types if one}
    found = questions.selects.lists.choices(names.pop()) if len(names) == 1 else []
    if not 2 <= len(found) <= MOST_CODES or any("sipas_show_when" in c.columns for c in found):
        return False
    return not any(_own_demands(node.line, node is lines[-1]) for node in lines)


def _own_demands(line: Line, last: bool) -> bool:
    if any(key in line.cells for key in OWN_KEYS):
        return True
    return "constraint" in line.cells and not last


def sequences(nodes: list[Node]) -> list[Node | list[Node]]:
    """The rows, and in lists those that `label` and `list-nolabel` make the table of a grid."""
    found: list[Node | list[Node]] = []
    for node in nodes:
        last = found[-1] if found else None
        if isinstance(last, list) and _follows(node, last[0]):
            last.append(node)
            continue
        starts = not node.kind and node.looks("label") and type_of(node.type).kind == "single"
        found.append([node] if starts else node)
    return found


def _follows(node: Node, head: Node) -> bool:
    """Whether a row belongs below the head of a table."""
    same = type_of(node.type).list == type_of(head.type).list
    return not node.kind and node.looks("list-nolabel") and same


class Grids:
    def __init__(self, questions: Questions) -> None:
        self.questions = questions
        self.known = questions.known

    def of(self, head: Line, lines: list[Node], title: dict[str, str], page: int) -> Table:
        """The grid of some rows. title: its words where its head has none."""
        name = head.take("name")
        numbers = self._numbers(lines)
        named = self.questions.named(head, name, numbers)
        scale = self.questions.selects.lists.scale(type_of(lines[0].type).list)
        text = self.questions.wording.of(head, "label") or dict(title)
        question: Table = {**named, "kind": "grid", "text": text, "scale": scale}
        if hint := self.questions.wording.of(head, "hint"):
            question["hint"] = hint
        question |= {"required": self._required(head, lines), "rows": []}
        question |= self.questions.sources(head)
        head.keep("type", "appearance")
        for node, number in zip(lines, numbers, strict=True):
            question["rows"].append(self._row(node.line, named["id"], number))
        self._remember(question, lines, page)
        self._demands(head, lines[-1].line, question)
        for key, why in LEFT.items():
            if key != "appearance":
                head.drop(key, why)
        return question

    def _numbers(self, lines: list[Node]) -> list[int]:
        own = [node.line.get("sipas_row") for node in lines]
        numbers = [int(text) for text in own if text.isdigit() and 1 <= int(text[:4]) <= 127]
        if len(set(numbers)) == len(lines):
            return numbers
        return list(range(1, len(lines) + 1))

    def _row(self, line: Line, id: str, number: int) -> Table:
        name = line.take("name")
        line.keep("type", "appearance", "required")
        text = self.questions.wording.of(line, "label", name or "…", pipes=False)
        row: Table = {"number": number, "text": text}
        row |= alias_of(line, name, f"{id}_{number}")
        for key in ("hint", "image", "audio"):
            line.drop(key, NO_HINTS)
        for key, why in LEFT.items():
            if key != "appearance":
                line.drop(key, why)
        found = self.questions.sources(line)
        return row | {key: found[key] for key in ("data_class", "mark", "source") if key in found}

    def _required(self, head: Line, lines: list[Node]) -> bool:
        """Personal grids and lines may always be left empty."""
        said = [node.line.get("required").lower() in YES for node in lines]
        personal = any(
            line.get("sipas_data_class") in ("personal", "sensitive")
            for line in (head, *(node.line for node in lines))
        )
        whole = all(said) and not personal
        if any(said) and not whole:
            for node in lines:
                node.line.near("required", ALL_OR_NONE)
        return whole

    def _remember(self, question: Table, lines: list[Node], page: int) -> None:
        scale = self.questions.selects.lists.scales[question["scale"]]
        found = self.questions.selects.lists.choices(type_of(lines[0].type).list)
        pairs = zip(scale["options"], found, strict=True)
        choices = {option["code"]: choice.name for option, choice in pairs}
        names = {}
        for row, node in zip(question["rows"], lines, strict=True):
            names[row["number"]] = node.name
            item = f"{question['id']}_{row['number']}"
            self.known[node.name] = Asked(item, "single", node.name, choices, question["id"], page)
        self.questions.speech.learn(question, question["id"], choices, names)
        self.choices = choices

    def _demands(self, head: Line, last: Line, question: Table) -> None:
        """A check of ours stands at the last line; another tool's says nothing of a whole grid."""
        kept = from_kept(head.get("sipas_constraint")) if head.get("sipas_constraint") else None
        try:
            told = {**question, **(kept or {})}
            same = kept and constraint(told, self.choices, self.questions.speech)
        except (ConditionFault, KeyError, TypeError, ValueError):
            same = None
        if same and kept and same == last.get("constraint"):
            question |= kept
            head.keep("sipas_constraint")
            last.keep("constraint")
            self.questions.wording.languages.of(last, "constraint_message")
            return
        why = N_("The constraint of one line of a grid cannot be kept.")
        last.drop("constraint", why)
        last.drop("constraint_message", why)
