"""The rows of the sheet `survey`: one for each question, screen and note."""

import json
from collections.abc import Mapping
from typing import Any

from questionnaires.features import PIPE
from questionnaires.shapes import Table
from questionnaires.walk import numbered
from survey.exchange.xlsform.choices import Choices
from survey.exchange.xlsform.columns import NO_ALIAS
from survey.exchange.xlsform.limits import constraint, kept_whole, messages
from survey.exchange.xlsform.naming import Naming, choices_of
from survey.exchange.xlsform.spoken import Speech

Row = dict[str, str]
TYPES = {"number": "integer", "date": "date", "place": "text", "text": "text", "note": "note"}


class Survey:
    """Writes the rows of one form. `labels`: language code to how its columns are named."""

    def __init__(self, form: Table, labels: Mapping[str, str]) -> None:
        self.form = form
        self.labels = labels
        self.naming = Naming(form)
        self.choices = Choices(form, labels)
        self.speech = Speech()
        self.rows: list[Row] = []

    def write(self) -> list[Row]:
        if "introduction" in self.form:
            self._introduction("introduction", self.form)
        for screen in self.form["screens"]:
            self._screen(screen)
        return self.rows

    def _words(self, key: str, words: Mapping[str, str]) -> Row:
        return {f"{key}::{self.labels[code]}": self._piped(text) for code, text in words.items()}

    def _piped(self, text: str) -> str:
        """`{q1}` as `${Q1}`."""
        return PIPE.sub(lambda match: f"${{{self._name_of(match[1])}}}", text)

    def _name_of(self, item: str) -> str:
        one = self.speech.one.get(item)
        return one.name if one else self.naming.questions.get(item, item)

    def _introduction(self, name: str, holder: Table) -> None:
        row = {"type": "note", "name": self.naming.new(name), "sipas_kind": "introduction"}
        self.rows.append(row | self._words("label", holder["introduction"]))

    def _named(self, table: Table, name: str, id: str) -> Row:
        """The name, and what of id and alias it is not."""
        row = {"name": name, **({"sipas_id": id} if "number" not in table else {})}
        alias = table.get("alias", "")
        if name == id:
            return row | ({"sipas_alias": alias} if alias else {})
        return row | ({} if alias == name else {"sipas_alias": alias or NO_ALIAS})

    def _when(self, table: Table) -> Row:
        if "show_when" not in table:
            return {}
        said = table["show_when"]
        return {"relevant": self.speech.says(said), "sipas_show_when": said}

    def _screen(self, screen: Table) -> None:
        row = {"type": "begin_group", **self._named(screen, self.naming.screens[screen["id"]],
                                                    screen["id"])}  # fmt: skip
        row |= self._words("label", screen["title"]) | self._when(screen)
        look = "field-list" if self.form["paging"] == "screens" else ""
        self.rows.append({**row, "appearance": look, "sipas_kind": "screen"})
        if "introduction" in screen:
            self._introduction(f"{row['name']}_introduction", screen)
        for question in screen["questions"]:
            self._question(question)
        self.rows.append({"type": "end_group", "name": row["name"]})

    def _question(self, question: Table) -> None:
        id = question["id"]
        name, rows = self.naming.questions[id], self.naming.rows.get(id, {})
        chosen = choices_of(question, self.form.get("scales", {}))
        when = self._when(question)
        self.speech.learn(question, name, chosen, rows)
        held = constraint(question, chosen, self.speech)
        limits = {"constraint": held} | self._words("constraint_message", messages(question))
        row = self._named(question, name, id) | self._asked(question) | when
        if question["kind"] == "grid":
            self._grid(question, row, rows, limits)
            return
        filter_ = self.choices.filter_of(question, self.speech)
        self.rows.append(
            {"type": self._type(question), **row, **self._required(question), **limits}
            | ({"choice_filter": filter_} if filter_ else {})
        )
        self._other(question, name, chosen)

    def _required(self, question: Table) -> Row:
        return {"required": "yes"} if question["required"] else {}

    def _type(self, question: Table) -> str:
        kind = question["kind"]
        if kind in TYPES:
            return TYPES[kind]
        several = "select_multiple" if kind == "multiple" else "select_one"
        return f"{several} {self.choices.list_of(question)}"

    def _asked(self, question: Table) -> Row:
        """Words, pictures and sounds of a question, and what only we read."""
        row = self._words("label", question["text"]) | self._words("hint", question.get("hint", {}))
        if picture := question.get("picture"):
            row |= {f"media::image::{label}": picture for label in self.labels.values()}
        for code, file in question.get("audio", {}).items():
            row[f"media::audio::{self.labels[code]}"] = file
        for key in ("unit", "picture_alt"):
            row |= {f"sipas_{key}_{code}": text for code, text in question.get(key, {}).items()}
        row["sipas_kind"] = question["kind"]
        row["sipas_constraint"] = kept_whole(question)
        return row | self._sources(question)

    def _sources(self, table: Table) -> Row:
        row = {}
        for key in ("data_class", "mark", "source", "legal_basis", "retention_months"):
            if key in table:
                row[f"sipas_{key}"] = str(table[key])
        return row

    def _grid(self, question: Table, row: Row, names: Mapping[int, str], limits: Row) -> None:
        type_ = f"select_one {self.choices.list_of(question)}"
        head = {"type": "begin_group", **row, "appearance": "table-list"}
        self.rows.append(head | {"sipas_required": "yes" if question["required"] else "no"})
        rows = question["rows"]
        for number, line in zip(numbered(rows), rows, strict=True):
            name = names[number]
            self.rows.append(
                {"type": type_, **self._named(line, name, f"{question['id']}_{number}")}
                | self._words("label", line["text"])
                | self._required(question)
                | self._sources(line)
                | {"sipas_row": str(number)}
                | (limits if line is rows[-1] else {})
            )
        self.rows.append({"type": "end_group", "name": row["name"]})

    def _other(self, question: Table, name: str, chosen: Mapping[int, str]) -> None:
        """The words for an option that asks to say which."""
        for option in question.get("options", []):
            if option.get("other"):
                self.rows.append(
                    {
                        "type": "text",
                        "name": self.naming.new(f"{name}_other"),
                        **self._words("label", option["text"]),
                        "relevant": f"selected(${{{name}}}, '{chosen[option['code']]}')",
                        "sipas_kind": "other",
                    }
                )


def form_rows(form: Table) -> list[Row]:
    """What the sheets of XLSForm have no place for, key by key."""
    rows: list[Row] = []
    for key in ("form", "version", "paging", "status", "source", "notice"):
        rows.append({"key": key, "content": str(form[key])})
    rows.append({"key": "languages", "content": " ".join(form["languages"])})
    for key in ("title", "remark"):
        if key in form:
            rows.append({"key": key, **_texts(form[key])})
    return rows


def factor_rows(factors: list[Any], parent: str = "") -> list[Row]:
    """Factors with what they hold, outer before inner."""
    rows: list[Row] = []
    for factor in factors:
        row = {"id": factor["id"], "parent": parent, **_texts(factor["label"])}
        row["items"] = json.dumps(factor["items"]) if "items" in factor else ""
        rows += [row, *factor_rows(factor.get("children", []), factor["id"])]
    return rows


def _texts(words: Mapping[str, str]) -> Row:
    return {f"text_{code}": text for code, text in words.items()}
