"""The rows of the sheet `choices`: the options of each scale and each question."""

import json
from collections.abc import Mapping
from typing import Any

from questionnaires.model import YES_NO
from questionnaires.shapes import Table
from survey.exchange.xlsform.naming import CHOICE, choice_names
from survey.exchange.xlsform.naming import YES_NO as YES_NO_NAMES
from survey.exchange.xlsform.spoken import Speech

Row = dict[str, str]
YES_NO_LIST = "yes_no"
ALWAYS = "0"  # the condition of a choice that has none


class Choices:
    """The lists of a form. Questions whose options are the same in all share a list."""

    def __init__(self, form: Table, labels: Mapping[str, str]) -> None:
        self.labels = labels
        self.lists: dict[str, list[Row]] = {}
        self._names: dict[str, str] = {}
        self._scales: dict[str, str] = {}
        for id, scale in form.get("scales", {}).items():
            alias = scale.get("alias", "")
            usable = CHOICE.fullmatch(alias) and alias not in self.lists
            name = alias if usable else self._free(id)
            self._scales[id] = name
            self.lists[name] = self._scale(id, scale, name)

    def list_of(self, question: Table) -> str:
        """The name of the list of a question, which is there from now on."""
        kind = question["kind"]
        if kind in ("rating", "grid"):
            return self._scales[question["scale"]]
        if kind == "yesno":
            options: list[Any] = [
                {"code": one.code, "text": self._in_all(one.text), "alias": YES_NO_NAMES[one.code]}
                for one in YES_NO.options
            ]
            return self._list(YES_NO_LIST, options)
        return self._list(question.get("alias", "") or question["id"], question["options"])

    def filter_of(self, question: Table, speech: Speech) -> str:
        """Which choices are offered; empty when all of them always are."""
        conditions = _conditions(question.get("options", []))
        if not conditions:
            return ""
        parts = [f"sipas_when = '{ALWAYS}'"]
        for number, condition in enumerate(conditions, 1):
            parts.append(f"(sipas_when = '{number}' and ({speech.says(condition)}))")
        return " or ".join(parts)

    def rows(self) -> list[Row]:
        return [row for rows in self.lists.values() for row in rows]

    def _list(self, wanted: str, options: list[Any]) -> str:
        rows = self._options(options)
        key = json.dumps(rows, sort_keys=True)
        if key not in self._names:
            name = self._free(wanted if CHOICE.fullmatch(wanted) else "list")
            self._names[key] = name
            self.lists[name] = [{"list_name": name, **row} for row in rows]
        return self._names[key]

    def _in_all(self, words: Mapping[str, str]) -> dict[str, str]:
        """Words of the platform, which are in English where it does not speak a language."""
        return {code: words.get(code, words["en"]) for code in self.labels}

    def _free(self, wanted: str) -> str:
        found, number = wanted, 2
        while found in self.lists:
            found, number = f"{wanted}_{number}", number + 1
        return found

    def _scale(self, id: str, scale: Table, name: str) -> list[Row]:
        rows = self._options(scale["options"])
        for key in ("satisfied", "missing"):
            places = {code: place for place, code in enumerate(scale.get(key, []), 1)}
            for row, option in zip(rows, scale["options"], strict=True):
                if option["code"] in places:
                    row[f"sipas_{key}"] = str(places[option["code"]])
        named = {"list_name": name, "sipas_scale": id}
        if scale.get("alias", "") not in ("", name):
            named["sipas_scale_alias"] = scale["alias"]
        return [{**named, **row} for row in rows]

    def _options(self, options: list[Any]) -> list[Row]:
        names, conditions = choice_names(options), _conditions(options)
        return [self._option(option, names[option["code"]], conditions) for option in options]

    def _option(self, option: Table, name: str, conditions: list[str]) -> Row:
        row = {"name": name}
        row |= {f"label::{self.labels[code]}": text for code, text in option["text"].items()}
        if name != str(option["code"]):
            row["sipas_code"] = str(option["code"])
        if option.get("alias", "") not in ("", name) or option.get("alias") == str(option["code"]):
            row["sipas_alias"] = option["alias"]
        row |= {f"sipas_{key}": "yes" for key in ("exclusive", "other") if option.get(key)}
        for key in ("not_applicable", "dont_know"):
            if option.get(key):
                row["sipas_no_opinion"] = key
        if conditions:
            said = option.get("show_when", "")
            row["sipas_when"] = str(conditions.index(said) + 1) if said else ALWAYS
            row["sipas_show_when"] = said
        return row


def _conditions(options: list[Any]) -> list[str]:
    """The different conditions of some options, in their order."""
    return list(dict.fromkeys(one["show_when"] for one in options if "show_when" in one))
