"""What a round can be made of: the forms, methods and privacy notices that are there."""

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from questionnaires import Questionnaire, QuestionnaireError, load, shipped
from questionnaires.methods import method, methods, plan
from questionnaires.model import Words
from questionnaires.notices import notices
from survey.errors import InputFault
from survey.fieldwork.publishing import published, published_names


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
    files = shipped()
    try:
        if name in files and name not in published_names(session):
            return load(files[name])
        return published(session, name)
    except QuestionnaireError as error:
        raise FormFaulty([str(problem) for problem in error.problems]) from error


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
