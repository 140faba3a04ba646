"""What a round can be made of: the forms, methods and privacy notices that are there."""

from sqlalchemy.orm import Session

from questionnaires import Questionnaire, QuestionnaireError, load, shipped
from questionnaires.methods import method, methods, plan
from questionnaires.notices import notices
from survey.fieldwork.publishing import published, published_names


def form_names(session: Session) -> list[str]:
    """The questionnaires that a round can use, published here or shipped; sorted."""
    return sorted({*published_names(session), *shipped()})


def form(session: Session, name: str) -> Questionnaire:
    """The questionnaire of record, or the shipped one that was not published yet.

    Raises QuestionnaireError with every problem of a faulty file; KeyError for an unknown name.
    """
    if name in published_names(session):
        return published(session, name)
    return load(shipped()[name])


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
