"""What a round can be made of: the forms, methods and privacy notices that are there."""

from sqlalchemy.orm import Session

from questionnaires import Questionnaire, load, shipped
from questionnaires.loader import FOLDER
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
    return sorted(path.stem for path in (FOLDER / "methods").glob("*.toml"))


def notice_versions() -> list[str]:
    """The versions of the privacy notice, sorted."""
    return sorted(path.stem for path in (FOLDER / "notices").glob("*.toml"))
