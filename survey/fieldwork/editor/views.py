"""Pages that show questionnaires: the list, and everything about one."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any, Final

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from questionnaires import shipped
from questionnaires.lint import Finding
from questionnaires.loader import load, sha256
from questionnaires.model import Questionnaire
from questionnaires.model import Words as Wording
from survey.addresses import leaf
from survey.database import reading
from survey.fieldwork import catalogue, drafts
from survey.fieldwork import words as round_words
from survey.fieldwork.editor import (
    begin,
    files_page,
    outline,
    pages,
    publish,
    rule_words,
    text_pages,
    translating,
    words,
)
from survey.fieldwork.editor.door import (
    PAGE,
    bp,
    counted,
    data,
    findings,
    links,
    links_to,
    toml_of,
)
from survey.fieldwork.publishing import published, published_names
from survey.fieldwork.rounds import list_rounds
from survey.fieldwork.tables import PublishedForm
from survey.i18n import label
from survey.staff.desk import add_nav
from survey.staff.guard import allowed, anywhere
from survey.staff.names import actor_names
from survey.text import fold

NAMES: dict[str, Any] = {
    "state_names": words.STATE_NAMES,
    "state_kinds": words.STATE_KINDS,
    "severity_names": words.SEVERITY_NAMES,
    "kind_names": words.KIND_NAMES,
    "language_name": words.language_name,
}


@dataclass(frozen=True)
class Line:
    """One questionnaire in the list. `questions` is None when its file cannot be read."""

    name: str
    state: str
    title: Wording
    languages: tuple[str, ...]
    questions: int | None


@bp.route("", endpoint="list")
@allowed("questionnaire.see", scope=anywhere)
def list_() -> ResponseReturnValue:
    """All questionnaires, narrowed by a word of the title and by state."""
    text, state = request.args.get("text", ""), request.args.get("state", "")
    found = [line for line in lines() if _wanted(line, text, state)]
    return render_template(
        "questionnaires/list.html",
        shown=leaf(found, PAGE),
        text=text,
        state=state,
        removed=[n for n in drafts.removed_names(data()) if n not in published_names(reading())],
        editable=g.staff.holds("questionnaire.edit"),
        arriving=links(exchange__upload=_l("Questionnaire from a file")),
        **NAMES,
    )


def _wanted(line: Line, text: str, state: str) -> bool:
    said = fold(" ".join([line.name, *line.title.values()]))
    return (not state or line.state == state) and fold(text).strip() in said


def lines() -> list[Line]:
    """Every questionnaire, a form's latest version first."""
    session = reading()
    here, kept = set(drafts.draft_names(data())), set(published_names(session))
    found = []
    for name in drafts.every_name(session, data()):
        if name in here:
            found.append(_of_draft(name))
        elif name in kept:
            found.append(_of_form(published(session, name), "published"))
        else:
            found.append(_of_shipped(name))
    return sorted(found, key=lambda line: _order(line.name))


def _order(name: str) -> tuple[str, int]:
    form, _at, version = name.partition("@")
    return form, -int(version) if version.isdigit() else 0


def _of_form(form: Questionnaire, state: str) -> Line:
    return Line(form.name, state, form.title, form.languages, len(form.questions))


@lru_cache
def _of_shipped(name: str) -> Line:
    return _of_form(load(shipped()[name]), "shipped")


def _of_draft(name: str) -> Line:
    try:
        return _of_text(name, drafts.read_draft(data(), name).text)
    except catalogue.FormFaulty:
        return Line(name, "draft", {}, (), None)


@lru_cache(maxsize=64)
def _of_text(name: str, text: str) -> Line:
    """What a text says of itself, as far as it can be read."""
    try:
        table = tomllib.loads(text)
        screens = [len(screen.get("questions", [])) for screen in table.get("screens", [])]
        title = {str(k): str(v) for k, v in table.get("title", {}).items()}
        languages = tuple(map(str, table.get("languages", [])))
    except (ValueError, AttributeError, TypeError, RecursionError):
        return Line(name, "draft", {}, (), None)
    return Line(name, "draft", title, languages, sum(screens))


@bp.route("/<name>")
@allowed("questionnaire.see", scope=anywhere)
def show(name: str) -> ResponseReturnValue:
    """Everything about one questionnaire, and what can be done with it."""
    session = reading()
    form, state, faults, found = looked_at(name)
    kept = session.get(PublishedForm, name)
    return render_template(
        "questionnaires/show.html",
        name=name,
        state=state,
        form=form,
        title=label(form.title) if form else name,
        hash=sha256(form) if form else "",
        faults=faults,
        published=kept,
        editable=g.staff.holds("questionnaire.edit"),
        names=actor_names(session),
        rounds=[one for one in list_rounds(session) if one.questionnaire == name],
        round_states=round_words.STATE_NAMES,
        round_kinds=round_words.STATE_KINDS,
        findings=found,
        counts=counted(found),
        links=links_to(
            name,
            preview__show=_l("Preview"),
            preview__analysis=_l("Analysis"),
            exchange__show=_l("Other formats"),
            comparing__choose=_l("What changed"),
        )
        if form
        else [],
        **NAMES,
    )


def looked_at(
    name: str,
) -> tuple[Questionnaire | None, str, list[str], tuple[Finding, ...]]:
    """A questionnaire with its state; None with why it is no form yet; and what the linter says."""
    form, faults = None, list[str]()
    state = "draft" if name in drafts.draft_names(data()) else "shipped"
    try:
        form, state = drafts.form_to_look_at(reading(), data(), name)
    except catalogue.FormFaulty as error:
        faults = error.faults
    try:
        return form, state, faults, findings(toml_of(name), name)
    except catalogue.FormFaulty:
        return form, state, faults, ()


PAGES: Final[tuple[ModuleType, ...]] = (
    begin,
    files_page,
    outline,
    pages,
    publish,
    text_pages,
    translating,
)


def install(app: Flask) -> None:
    """Questionnaires at the desk."""
    app.register_blueprint(bp)
    app.jinja_env.filters.update(
        rule_sentence=rule_words.sentence,
        rule_remedy=rule_words.remedy,
        rule_detail=rule_words.detail,
    )
    add_nav(
        app,
        _l("Questionnaires"),
        "questionnaires.list",
        "questionnaire.see",
        group="survey",
        order=25,
        about=_l("What is asked: forms of every version, and drafts to work on."),
    )
