"""The JSON Schema (2020-12) of what a device sends when somebody has answered a form.

Wordings in the wished language are titles, where people and tools look for them; those in every
language stand beside them under `x-title`, which validators pass over.
"""

import json

from questionnaires import Questionnaire, sha256
from questionnaires.model import CHOSEN as CHOICE
from questionnaires.model import GREATEST, Item, Option, Question, Words
from survey.exchange.fidelity import Report, account
from survey.exchange.schema_conditions import Schema
from survey.exchange.schema_fates import fates
from survey.exchange.schema_rules import always, rules
from survey.exchange.wishes import Wishes
from survey.fieldwork.tables import MODES

DRAFT = "https://json-schema.org/draft/2020-12/schema"
UNANSWERED: Words = {"vi": "Không trả lời", "en": "Not answered"}
NEEDED = ("id", "round", "version", "place", "mode", "assisted", "language", "answers")


def write(form: Questionnaire, wishes: Wishes) -> tuple[bytes, Report]:
    """The schema in UTF-8, and what of the form it says."""
    made = schema(form, wishes.language)
    text = json.dumps(made, ensure_ascii=False, indent=1)
    return f"{text}\n".encode(), told(form)


def told(form: Questionnaire) -> Report:
    """What of the form its schema says."""
    return account(form, fates(form))


def schema(form: Questionnaire, language: str) -> Schema:
    """Of a whole submission; that of its answers is `$defs.answers`."""
    return {
        "$schema": DRAFT,
        "$id": f"urn:sipas:questionnaire:{form.name}",
        **_titled(form.title, language),
        "$comment": f"sha256 of the form: {sha256(form)}",
        "type": "object",
        "properties": _envelope(form),
        "required": list(NEEDED),
        "additionalProperties": False,
        "$defs": {"answers": answers(form, language), **_scales(form, language)},
    }


def answers(form: Questionnaire, language: str) -> Schema:
    compulsory, further = always(form), rules(form)
    return {
        "type": "object",
        "properties": {
            item.id: _item(question, item, language, item.id in compulsory)
            for question in form.questions
            for item in question.items
        },
        "required": compulsory,
        "additionalProperties": False,
        **({"allOf": further} if further else {}),
    }


def _envelope(form: Questionnaire) -> Schema:
    """What stands around the answers, as the door for devices takes it."""
    return {
        "id": {"type": "string", "format": "uuid", "description": "Version 4, made by the sender."},
        "round": _text(40),
        "version": {"const": form.name},
        "place": {
            "type": "object",
            "properties": {"counter": _text(40), "agency": _text(40), "residence": _text(12)},
            "additionalProperties": False,
        },
        "field": _text(40),
        "mode": {"enum": list(MODES)},
        "assisted": {"type": "boolean"},
        "language": {"enum": list(form.languages)},
        "answers": {"$ref": "#/$defs/answers"},
        "seconds": {"type": "number", "minimum": 0},
        "device": _text(64),
        "seq": {"type": "integer", "minimum": 0, "maximum": GREATEST},
        "finished_at": {"type": "integer", "minimum": 0},
    }


def _text(longest: int) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": longest}


def _titled(words: Words, language: str) -> Schema:
    return {"title": words.get(language, ""), "x-title": dict(words)}


def _scales(form: Questionnaire, language: str) -> Schema:
    """The lists of options that questions share, `unanswered` and `chosen` among them."""
    found = {
        f"scale_{question.scale.id}": _options(question.scale.options, language)
        for question in form.questions
        if question.scale and question.kind != "single"
    }
    return {
        "unanswered": {"const": 0, **_titled(UNANSWERED, language)},
        "chosen": _options(CHOICE.options, language),
        **found,
    }


def _options(options: tuple[Option, ...], language: str) -> Schema:
    return {"oneOf": [{"const": o.code, **_titled(o.text, language)} for o in options]}


def _item(question: Question, item: Item, language: str, compulsory: bool) -> Schema:
    said: Schema = {**_titled(item.label, language), "type": "integer"}
    more = [] if item.label is question.text else [question.text]
    more += [words for words in (question.hint, question.unit) if words]
    if more:
        said["description"] = " — ".join(words[language] for words in more)
        said["x-description"] = {
            other: " — ".join(words[other] for words in more) for other in question.text
        }
    if item.data_class != "none":
        said["x-data-class"] = item.data_class
    taken = _taken(question, item, language)
    if compulsory or item.kind == "number":
        return {**said, **taken}
    return {**said, "anyOf": [taken, {"$ref": "#/$defs/unanswered"}]}


def _taken(question: Question, item: Item, language: str) -> Schema:
    """The integers that answer it."""
    if item.wide:
        return {"minimum": item.least, "maximum": item.most}
    if question.kind == "multiple":
        return {"$ref": "#/$defs/chosen"}
    if question.kind == "single":
        return _options(question.options, language)
    return {"$ref": f"#/$defs/scale_{item.scale.id}"}
