"""What is asked, as plain data: conditions, limits, scales. Its words stand elsewhere."""

from typing import Any

from questionnaires.model import Item, Option, Question, Questionnaire, Screen
from questionnaires.trees import Condition, as_json

Table = dict[str, Any]


def form(asked: Questionnaire) -> Table:
    """paging, and the screens with their questions in the order shown. Where nothing is said of
    a condition it always holds; limits that are the day of answering are named by `today`."""
    return {"paging": asked.paging, "screens": [_screen(screen) for screen in asked.screens]}


def _screen(screen: Screen) -> Table:
    questions = [_question(question) for question in screen.questions]
    return {"id": screen.id, **_when(screen.show_when), "questions": questions}


def _when(condition: Condition | None) -> Table:
    return {} if condition is None else {"when": as_json(condition)}


def _question(question: Question) -> Table:
    table: Table = {
        "id": question.id,
        "kind": question.kind,
        "required": question.required,
        **_when(question.show_when),
        "items": [_item(item) for item in question.items],
        "options": [_option(option) for option in question.options],
    }
    if question.checks:
        table["checks"] = [as_json(check.holds) for check in question.checks]
    if question.audio:
        table["audio"] = True
    return table


def _item(item: Item) -> Table:
    if not item.wide:
        return {"id": item.id}
    table: Table = {"id": item.id, "kind": item.kind, "least": item.least, "most": item.most}
    return {**table, "today": list(item.today)} if item.today else table


def _option(option: Option) -> Table:
    table: Table = {"code": option.code, **_when(option.show_when)}
    marks = {"exclusive": option.exclusive, "other": option.other}
    return {**table, **{name: True for name, is_so in marks.items() if is_so}}
