"""From the model to a document in which nothing is left implied."""

from typing import Any

from questionnaires.model import (
    Factor,
    Item,
    Option,
    Question,
    Questionnaire,
    Row,
    Scale,
    Screen,
    day_of,
)
from questionnaires.shapes import Table
from questionnaires.today import limits


def document(questionnaire: Questionnaire) -> dict[str, Any]:
    """The questionnaire as a document with every default written out; `build` gives it back.

    What a form does not use leaves no key, so that its canonical text stays what it was.
    """
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


def _alias(named: Option | Scale | Row | Question | Screen) -> dict[str, Any]:
    return {"alias": named.alias} if named.alias else {}


def _when(asked: Option | Question | Screen) -> dict[str, Any]:
    return {"show_when": str(asked.show_when)} if asked.show_when else {}


def _options_document(options: tuple[Option, ...]) -> list[dict[str, Any]]:
    flags = ("exclusive", "other", "not_applicable", "dont_know")
    return [
        {
            "code": o.code,
            "text": dict(o.text),
            **{flag: True for flag in flags if getattr(o, flag)},
            **_when(o),
            **_alias(o),
        }
        for o in options
    ]


def _scale_document(scale: Scale) -> dict[str, Any]:
    return {
        "options": _options_document(scale.options),
        "satisfied": list(scale.satisfied),
        "missing": list(scale.missing),
        **_alias(scale),
    }


def _screen_document(screen: Screen) -> dict[str, Any]:
    return {
        "id": screen.id,
        "title": dict(screen.title),
        **_words("introduction", screen.introduction),
        **_when(screen),
        **_alias(screen),
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
        table["rows"] = [
            {"number": r.number, **_asked_document(r), **_alias(r)} for r in question.rows
        ]
    return table | _limits_document(question) | _more_document(question)


def _limits_document(question: Question) -> dict[str, Any]:
    """The limits of a number or a day, always written out."""
    if question.kind not in ("number", "date"):
        return {}
    [item] = question.items
    least, most = limits(item)
    return {"min": _bound(item, least), "max": _bound(item, most)}


def _bound(item: Item, value: int | str) -> int | str:
    day = day_of(value) if item.kind == "date" and isinstance(value, int) else None
    return day.isoformat() if day else value


def _more_document(question: Question) -> dict[str, Any]:
    table: dict[str, Any] = {**_words("unit", question.unit), **_when(question)}
    if question.checks:
        table["check"] = [
            {"holds": str(c.holds), "message": dict(c.message)} for c in question.checks
        ]
    if question.legal_basis:
        table["legal_basis"] = question.legal_basis
    if question.retention_months is not None:
        table["retention_months"] = question.retention_months
    if question.picture:
        table["picture"] = question.picture
    table |= _alias(question)
    return table | _words("audio", question.audio) | _words("picture_alt", question.picture_alt)


def _factor_document(factor: Factor) -> dict[str, Any]:
    table: dict[str, Any] = {"id": factor.id, "label": dict(factor.label)}
    if factor.items:
        table["items"] = list(factor.items)
    if factor.children:
        table["children"] = [_factor_document(child) for child in factor.children]
    return table
