"""From a checked document to the model."""

from dataclasses import replace
from datetime import date
from typing import Any

from questionnaires.expressions import parse
from questionnaires.model import (
    CHOSEN,
    FIGURES,
    GREATEST,
    GREATEST_COMMUNE,
    TODAY,
    YES_NO,
    Check,
    Factor,
    Item,
    Option,
    Question,
    Questionnaire,
    Row,
    Scale,
    Screen,
    as_integer,
)
from questionnaires.shapes import Table
from questionnaires.trees import Condition
from questionnaires.walk import factors, item_ids, numbered


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
    return tuple(_option(table) for table in tables)


def _option(table: Table) -> Option:
    return Option(
        table["code"],
        table["text"],
        table.get("exclusive", False),
        table.get("other", False),
        table.get("not_applicable", False),
        table.get("dont_know", False),
        _when(table),
        table.get("alias", ""),
    )


def _choices(tables: list[Any]) -> tuple[Option, ...]:
    """Options of which several can be chosen: what is no opinion stands alone."""
    return tuple(
        replace(option, exclusive=option.exclusive or option.no_opinion)
        for option in _options(tables)
    )


def _when(table: Table) -> Condition | None:
    return parse(table["show_when"]) if "show_when" in table else None


def _scale(name: str, table: Table) -> Scale:
    options = _options(table["options"])
    missing = table.get("missing", [])
    flagged = [o.code for o in options if o.no_opinion and o.code not in missing]
    satisfied = tuple(table.get("satisfied", []))
    return Scale(name, options, satisfied, (*missing, *flagged), table.get("alias", ""))


def _limits(table: Table) -> tuple[int, int]:
    """The least and the greatest integer that answers a question without options, on any day."""
    kind = table["kind"]
    table = {key: value for key, value in table.items() if value != TODAY}
    widest = {
        "number": (0, GREATEST),
        "date": (as_integer(date(1900, 1, 1)), as_integer(date(2199, 12, 31))),
        "place": (1, GREATEST_COMMUNE),
    }
    least, most = widest[kind]
    return bound(table.get("min", least)), bound(table.get("max", most))


def bound(value: int | str | date) -> int:
    """A limit as an integer: a day, or the text of a day, is a number such as 20260731."""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    return as_integer(value) if isinstance(value, date) else value


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
        introduction, alias = table.get("introduction", {}), table.get("alias", "")
        return Screen(table["id"], table["title"], introduction, asked, _when(table), alias)

    def question(self, table: Table) -> Question:
        scale = self._scale(table)
        rates = scale is not None and bool(scale.satisfied)
        required = table.get("required", rates)
        mark, source = table.get("mark", self.mark), table.get("source", self.source)
        data_class = table.get("data_class", "none")
        rows = self._rows(table, data_class, mark, source)
        choices = _choices(table["options"]) if table["kind"] == "multiple" else ()
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
            unit=table.get("unit", {}),
            show_when=_when(table),
            checks=tuple(Check(parse(c["holds"]), c["message"]) for c in table.get("check", [])),
            legal_basis=table.get("legal_basis", ""),
            retention_months=table.get("retention_months"),
            audio=table.get("audio", {}),
            picture=table.get("picture", ""),
            picture_alt=table.get("picture_alt", {}),
            alias=table.get("alias", ""),
        )

    def _scale(self, table: Table) -> Scale | None:
        match table["kind"]:
            case "rating" | "grid":
                return self.scales[table["scale"]]
            case "single":
                return _scale(table["id"], {"options": table["options"]})
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
                row.get("alias", ""),
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
        figure = table["kind"] in FIGURES
        today = tuple(key for key in ("min", "max") if table.get(key) == TODAY)
        kind = (table["kind"], *_limits(table), today) if figure else ()
        return tuple(
            Item(
                name,
                table["id"],
                row.text,
                Scale(table["kind"], ()) if figure else scale or CHOSEN,
                required,
                self.factor.get(name, ""),
                row.data_class,
                row.mark,
                row.source,
                *kind,
            )
            for name, row in zip(ids, labels[: len(ids)], strict=True)
        )
