"""What a round can be made of: the forms, methods and privacy notices that are there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from questionnaires import Questionnaire, QuestionnaireError, load, parse, shipped
from questionnaires.lint import ERROR, lint
from questionnaires.loader import read, sha256
from questionnaires.methods import method, methods, plan
from questionnaires.model import Words
from questionnaires.notices import notices
from survey.errors import InputFault
from survey.fieldwork.publishing import published, published_names
from survey.fieldwork.tables import PublishedForm


class FormFaulty(InputFault):
    """A questionnaire that cannot be used: `faults` are its problems, by file and line."""

    title = _l("This questionnaire cannot be used")
    remedy = _l("Please correct the questionnaire as said below, and try again.")


def form_names(session: Session) -> list[str]:
    """The questionnaires that a round can use, published here or shipped; sorted."""
    return sorted({*published_names(session), *shipped()})


def form(session: Session, name: str) -> Questionnaire:
    """The questionnaire of record, or the shipped one that was not published yet.

    Raises FormFaulty with every problem of a faulty file, FormNotPublished for an unknown name.
    """
    if name in shipped() and name not in published_names(session):
        return shipped_form(name)
    with _faults_told():
        return published(session, name)


def shipped_form(name: str) -> Questionnaire:
    """The form of a shipped file. Raises FormFaulty with every problem of a faulty one."""
    with _faults_told():
        return load(shipped()[name])


@contextmanager
def _faults_told() -> Iterator[None]:
    try:
        yield
    except QuestionnaireError as error:
        raise FormFaulty([str(problem) for problem in error.problems]) from error


def usable(session: Session, name: str) -> Questionnaire:
    """The questionnaire that a new round can ask: of record, or shipped and without an error.

    Raises FormNotPublished; FormFaulty with what the linter finds, or because the shipped file is
    not what was published under its name.
    """
    file = shipped().get(name)
    kept = session.get(PublishedForm, name)
    if file is not None and kept is None:
        return vetted(file)
    if file is not None and kept is not None and (reason := _changed(file, kept)):
        raise FormFaulty([reason])
    with _faults_told():
        return published(session, name)


def vetted(file: Path) -> Questionnaire:
    """The form of a file in which the linter finds no error. Raises FormFaulty with each error."""
    with _faults_told():
        text = read(file, shipped())
        errors = [one for one in lint(text, str(file)) if one.severity == ERROR]
        if errors:
            raise FormFaulty([str(one) for one in errors])
        return parse(text, str(file))


def changed_files(session: Session) -> dict[str, str]:
    """By name, why a shipped file is no longer what was published under that name."""
    kept = {name: session.get(PublishedForm, name) for name in shipped()}
    reasons = {n: _changed(file, row) for n, file in shipped().items() if (row := kept[n])}
    return {name: reason for name, reason in reasons.items() if reason}


def _changed(file: Path, kept: PublishedForm) -> str:
    """Why a shipped file cannot be used under a published name; "" when it is what was published.

    Rounds that are open, and everything that was answered, go by the published text.
    """
    try:
        if sha256(load(file)) == kept.sha256:
            return ""
    except QuestionnaireError:
        pass  # a file that is no form any more is not what was published either
    told: str = _(
        "%(name)s was published here on %(day)s, and its file has another content since: "
        "%(file)s. A published questionnaire is never edited. Put the file back as it was, or give "
        "what it says now a new version number.",
        name=kept.name,
        day=f"{kept.published_at:%Y-%m-%d}",
        file=file,
    )
    return told


def method_ids() -> list[str]:
    """The ids of the shipped methods, sorted."""
    return sorted(methods())


def notice_versions() -> list[str]:
    """The versions of the privacy notice, sorted."""
    return sorted(notices())


def methods_made_for(form: str) -> list[str]:
    """The ids of the methods that name this form (without its version), sorted."""
    return sorted(name for name in methods() if form in method(name).forms)


def misfit(questionnaire: Questionnaire, method_id: str) -> str:
    """Why the method cannot make an index of the form's answers; "" when it can.

    A form that methods name goes with those methods only; a form that none names goes with any.
    """
    made = methods_made_for(questionnaire.form)
    if made and method_id not in made:
        return f"{questionnaire.form}: {', '.join(made)}."
    try:
        plan(questionnaire, method(method_id))
    except QuestionnaireError as error:
        return str(error)
    return ""


def form_titles(session: Session) -> dict[str, Words]:
    """Title by name of every form that can be used; a faulty file has no words."""
    titles: dict[str, Words] = {}
    for name in form_names(session):
        try:
            titles[name] = form(session, name).title
        except FormFaulty:
            titles[name] = {}
    return titles
