"""From a checked document to the model, and back to a document in which nothing is left implied."""

from typing import Any

from questionnaires.checks import factors, item_ids, numbered
from questionnaires.model import (
    CHOSEN,
    YES_NO,
    Factor,
    Item,
    Option,
    Question,
    Questionnaire,
    Row,
    Scale,
    Screen,
)
from questionnaires.shapes import Table


def build(document: Table) -> Questionnaire:
    """The questionnaire of a document that has passed every check."""
    scales = tuple(_scale(*named) for named in sorted(document.get("scales", {}).items()))
    maker = _Questions(document, {scale.id: scale for scale in scales})
    return Questionnaire(
        form=document["form"],
        version=document["version"],
        title=document["title"],
        introduction=document.get("introduction", {}),
        languages=tuple(document["languages"]),
        paging=document["paging"],
        status=document["status"],
        source=document["source"],
        notice=document["notice"],
        remark=document.get("remark", {}),
        scales=scales,
        screens=tuple(maker.screen(screen) for screen in document["screens"]),
        factors=tuple(_factor(factor) for factor in document.get("factors", [])),
    )


def _options(tables: list[Any]) -> tuple[Option, ...]:
    return tuple(Option(t["code"], t["text"], t.get("exclusive", False)) for t in tables)


def _scale(name: str, table: Table) -> Scale:
    return Scale(
        name,
        _options(table["options"]),
        tuple(table.get("satisfied", [])),
        tuple(table.get("missing", [])),
    )


def _factor(table: Table) -> Factor:
    children = tuple(_factor(child) for child in table.get("children", []))
    return Factor(table["id"], table["label"], tuple(table.get("items", [])), children)


class _Questions:
    """Makes questions with their items; knows the form's scales, defaults and factors."""

    def __init__(self, document: Table, scales: dict[str, Scale]) -> None:
        self.scales = scales
        self.mark = document.get("mark", "copied")
        self.source = document["source"]
        self.factor = {
            item: factor["id"]
            for _, factor in factors(document)
            for item in factor.get("items", [])
        }

    def screen(self, table: Table) -> Screen:
        asked = tuple(self.question(question) for question in table["questions"])
        return Screen(table["id"], table["title"], table.get("introduction", {}), asked)

    def question(self, table: Table) -> Question:
        scale = self._scale(table)
        rates = scale is not None and bool(scale.satisfied)
        required = table.get("required", rates)
        mark, source = table.get("mark", self.mark), table.get("source", self.source)
        data_class = table.get("data_class", "none")
        rows = self._rows(table, data_class, mark, source)
        choices = _options(table["options"]) if table["kind"] == "multiple" else ()
        common = (required, data_class, mark, source)
        return Question(
            table["id"],
            table["kind"],
            table["text"],
            table.get("hint", {}),
            scale,
            choices,
            rows,
            *common,
            items=self._items(table, scale, rows, choices, common),
        )

    def _scale(self, table: Table) -> Scale | None:
        match table["kind"]:
            case "rating" | "grid":
                return self.scales[table["scale"]]
            case "single":
                return Scale(table["id"], _options(table["options"]))
            case "yesno":
                return YES_NO
        return None

    def _rows(self, table: Table, data_class: str, mark: str, source: str) -> tuple[Row, ...]:
        rows = table.get("rows", [])
        return tuple(
            Row(
                number,
                row["text"],
                row.get("data_class", data_class),
                row.get("mark", mark),
                row.get("source", source),
            )
            for number, row in zip(numbered(rows), rows, strict=True)
        )

    def _items(
        self,
        table: Table,
        scale: Scale | None,
        rows: tuple[Row, ...],
        choices: tuple[Option, ...],
        common: tuple[bool, str, str, str],
    ) -> tuple[Item, ...]:
        required, data_class, mark, source = common
        labels: list[Row] = list(rows)
        if not rows:
            texts = [choice.text for choice in choices] or [table["text"]]
            labels = [Row(0, text, data_class, mark, source) for text in texts]
        ids = item_ids(table)
        return tuple(
            Item(
                name,
                table["id"],
                row.text,
                scale or CHOSEN,
                required,
                self.factor.get(name, ""),
                row.data_class,
                row.mark,
                row.source,
            )
            for name, row in zip(ids, labels[: len(ids)], strict=True)
        )


def document(questionnaire: Questionnaire) -> dict[str, Any]:
    """The questionnaire as a document with every default written out; `build` gives it back."""
    q = questionnaire
    head = {
        "form": q.form,
        "version": q.version,
        "title": dict(q.title),
        "languages": list(q.languages),
        "paging": q.paging,
        "status": q.status,
        "source": q.source,
        "notice": q.notice,
        **_words("introduction", q.introduction),
        **_words("remark", q.remark),
    }
    scales = {scale.id: _scale_document(scale) for scale in q.scales}
    factor_tables = [_factor_document(factor) for factor in q.factors]
    return {
        **head,
        **({"scales": scales} if scales else {}),
        "screens": [_screen_document(screen) for screen in q.screens],
        **({"factors": factor_tables} if factor_tables else {}),
    }


def _words(key: str, words: Table) -> dict[str, Any]:
    return {key: dict(words)} if words else {}


def _options_document(options: tuple[Option, ...]) -> list[dict[str, Any]]:
    return [
        {"code": o.code, "text": dict(o.text), **({"exclusive": True} if o.exclusive else {})}
        for o in options
    ]


def _scale_document(scale: Scale) -> dict[str, Any]:
    return {
        "options": _options_document(scale.options),
        "satisfied": list(scale.satisfied),
        "missing": list(scale.missing),
    }


def _screen_document(screen: Screen) -> dict[str, Any]:
    return {
        "id": screen.id,
        "title": dict(screen.title),
        **_words("introduction", screen.introduction),
        "questions": [_question_document(question) for question in screen.questions],
    }


def _asked_document(asked: Question | Row) -> dict[str, Any]:
    return {
        "text": dict(asked.text),
        "data_class": asked.data_class,
        "mark": asked.mark,
        "source": asked.source,
    }


def _question_document(question: Question) -> dict[str, Any]:
    table = {
        "id": question.id,
        "kind": question.kind,
        **_asked_document(question),
        **_words("hint", question.hint),
        "required": question.required,
    }
    if question.kind in ("rating", "grid") and question.scale:
        table["scale"] = question.scale.id
    if question.kind in ("single", "multiple"):
        table["options"] = _options_document(question.options)
    if question.rows:
        table["rows"] = [{"number": r.number, **_asked_document(r)} for r in question.rows]
    return table


def _factor_document(factor: Factor) -> dict[str, Any]:
    table: dict[str, Any] = {"id": factor.id, "label": dict(factor.label)}
    if factor.items:
        table["items"] = list(factor.items)
    if factor.children:
        table["children"] = [_factor_document(child) for child in factor.children]
    return table
