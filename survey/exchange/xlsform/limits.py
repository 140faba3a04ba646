"""What an answer must fulfil, as one XPath, and the way back from what we wrote ourselves."""

import json
from typing import Any

from questionnaires.model import TODAY
from questionnaires.shapes import Table
from survey.exchange.xlsform.spoken import EITHER, Speech

WIDEST = {"number": (0, 2**31 - 1), "date": ("1900-01-01", "2199-12-31")}
KEYS = ("min", "max", "check")


def constraint(question: Table, choices: dict[int, str], speech: Speech) -> str:
    """The constraint of a question that the speech has learnt; may be empty.

    Of a grid it belongs to its last row.
    """
    kind, parts = question["kind"], []
    if kind in WIDEST:
        widest = WIDEST[kind]
        least, most = question.get("min", widest[0]), question.get("max", widest[1])
        parts += [f". >= {_value(least)}"] if kind == "number" or least != widest[0] else []
        parts += [f". <= {_value(most)}"] if most != widest[1] else []
    for option in question.get("options", []):
        alone = option.get("exclusive") or option.get("not_applicable") or option.get("dont_know")
        if kind == "multiple" and alone:
            name = choices[option["code"]]
            parts.append(f"not(selected(., '{name}') and count-selected(.) > 1)")
    here = "" if kind == "grid" else question["id"]
    checks = [speech.checks(one["holds"], here) for one in question.get("check", [])]
    if len(parts) + len(checks) == 1:
        return parts[0] if parts else checks[0][0]
    parts += [f"({text})" if level == EITHER else text for text, level in checks]
    return " and ".join(parts)


def _value(bound: int | str) -> str:
    if bound == TODAY:
        return "today()"
    return f"date('{bound}')" if isinstance(bound, str) else str(bound)


def messages(question: Table) -> dict[str, str]:
    """What is said when it does not hold, in each language: the messages of all checks."""
    said: dict[str, list[str]] = {}
    for check in question.get("check", []):
        for language, text in check["message"].items():
            said.setdefault(language, []).append(text)
    return {language: " ".join(texts) for language, texts in said.items()}


def kept_whole(question: Table) -> str:
    """What the constraint says, for our own way back; empty when it says nothing."""
    found = {key: question[key] for key in KEYS if key in question}
    return json.dumps(found, ensure_ascii=False) if found else ""


def from_kept(text: str) -> dict[str, Any] | None:
    """What `kept_whole` wrote; None when it is anything else."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        return None
    return found if isinstance(found, dict) and set(found) <= set(KEYS) else None
