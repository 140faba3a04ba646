"""The names that a form's questions, screens, rows, options and lists have in an XLSForm."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from questionnaires.shapes import Table
from questionnaires.walk import item_ids, numbered, questions

USABLE = re.compile(r"[^\W\d][\w.-]*")
CHOICE = re.compile(r"[^\s'\"]+")
RESERVED = ("meta",)
YES_NO = {1: "yes", 2: "no"}


class Naming:
    """A name is the alias where other tools can take it and nothing else has it, else the id."""

    def __init__(self, form: Table) -> None:
        self._taken = {*RESERVED}
        self.questions: dict[str, str] = {}
        self.rows: dict[str, dict[int, str]] = {}
        self.screens: dict[str, str] = {}
        asked = [question for _, question in questions(form)]
        ids = {item for one in asked for item in (one["id"], *item_ids(one))}
        for question in asked:
            self.questions[question["id"]] = self._name(question, question["id"], ids)
            if "rows" in question:
                numbers = numbered(question["rows"])
                self.rows[question["id"]] = {
                    number: self._name(row, item, ids)
                    for number, row, item in zip(
                        numbers, question["rows"], item_ids(question), strict=True
                    )
                }
        for screen in form["screens"]:
            self.screens[screen["id"]] = self._name(screen, screen["id"], ids)

    def _name(self, table: Table, id: str, ids: Iterable[str]) -> str:
        alias = table.get("alias", "")
        usable = USABLE.fullmatch(alias) and len(alias) <= 64
        if usable and alias not in self._taken and alias not in ids:
            return self.new(alias)
        return self.new(id)

    def new(self, wanted: str) -> str:
        """A name that nothing has yet."""
        found, number = wanted, 2
        while found in self._taken:
            found, number = f"{wanted}_{number}", number + 1
        self._taken.add(found)
        return found


def choice_names(options: Iterable[Table]) -> dict[int, str]:
    """Code to name: the alias where it can be one and nothing before has it, else the code."""
    found: dict[int, str] = {}
    codes = [str(option["code"]) for option in options]
    for option in options:
        alias, own = option.get("alias", ""), str(option["code"])
        usable = CHOICE.fullmatch(alias) and alias not in found.values()
        taken = alias != own and alias in codes
        found[option["code"]] = alias if usable and not taken else own
    return found


def choices_of(question: Table, scales: Mapping[str, Any]) -> dict[int, str]:
    """The names of a question's choices by their codes; none where nothing is chosen."""
    match question["kind"]:
        case "yesno":
            return dict(YES_NO)
        case "rating" | "grid":
            return choice_names(scales[question["scale"]]["options"])
        case "single" | "multiple":
            return choice_names(question["options"])
    return {}
