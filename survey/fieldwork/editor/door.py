"""The desk's door to questionnaires: its blueprint, and what all its pages ask."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, current_app, request, url_for

from questionnaires import shipped
from questionnaires.document import document
from questionnaires.lint import ERROR, Finding, lint
from questionnaires.loader import read, sha256
from questionnaires.written import as_toml
from survey.database import reading
from survey.errors import Words
from survey.fieldwork import catalogue, drafts

bp = Blueprint("questionnaires", __name__, url_prefix="/desk/questionnaires")
PAGE = 50
ROOM = 2 * 1024 * 1024  # bytes of a page's form: a draft may be long


@bp.before_request
def _roomy() -> None:
    """A draft's text is longer than what other pages send, and a sound larger."""
    request.max_form_memory_size = ROOM
    if request.endpoint == "questionnaires.files":
        request.max_content_length = 2 * ROOM


def data() -> Path:
    """The folder of the installation's data."""
    found: Path = current_app.extensions["sipas.settings"].data
    return found


@lru_cache(maxsize=16)
def findings(text: str, name: str) -> tuple[Finding, ...]:
    """What the linter says of a text, errors first; what it said once it says again."""
    return tuple(lint(text, name))


def counted(found: tuple[Finding, ...]) -> tuple[int, int]:
    """How many errors and how many warnings."""
    errors = sum(finding.severity == ERROR for finding in found)
    return errors, len(found) - errors


def toml_of(name: str) -> str:
    """The TOML of a questionnaire of any state: as its authors wrote it where that is kept, else
    written from what was published. Raises FormNotPublished, FormFaulty."""
    if name in drafts.draft_names(data()):
        return drafts.read_draft(data(), name).text
    form = catalogue.form(reading(), name)
    kept = [drafts.last_text(data(), name)]
    if name in shipped():
        kept.append(read(shipped()[name], ()))
    for text in kept:
        if text is not None and _makes(text, name, sha256(form)):
            return text
    return as_toml(document(form))


def _makes(text: str, name: str, hash: str) -> bool:
    try:
        return sha256(drafts.sound(text, name)) == hash
    except catalogue.FormFaulty:
        return False


def links_to(name: str, **endpoints: Words) -> list[tuple[Words, str]]:
    """Words and address of each page about `name` that this installation has."""
    return [(words, url_for(there, name=name)) for there, words in _here(endpoints)]


def links(**endpoints: Words) -> list[tuple[Words, str]]:
    """Words and address of each of these pages that this installation has."""
    return [(words, url_for(there)) for there, words in _here(endpoints)]


def _here(endpoints: Mapping[str, Words]) -> list[tuple[str, Words]]:
    """A page is named `room__page`, as a keyword takes no point."""
    wanted = ((key.replace("__", "."), words) for key, words in endpoints.items())
    return [(there, words) for there, words in wanted if there in current_app.view_functions]
