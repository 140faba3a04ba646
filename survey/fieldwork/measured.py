"""What is measured here: the platform's indicators and those that this installation adds."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from questionnaires import Indicator, Questionnaire, QuestionnaireError, indicators
from questionnaires.indicators import FILE, with_own
from survey.fieldwork.publishing import published, published_names


@dataclass(frozen=True)
class Measured:
    """The indicators that hold, and what is wrong with the installation's own file.

    faults: sentences by file and line; while there are any, the platform's indicators stand alone.
    """

    indicators: tuple[Indicator, ...]
    faults: tuple[str, ...] = ()


def own_file(data: Path) -> Path:
    """Where an installation writes its own indicators."""
    return data / FILE


def measured(session: Session, data: Path) -> Measured:
    """The indicators of this installation; a fault of its own file takes none of the others."""
    file = own_file(data)
    if not file.exists():
        return Measured(indicators())
    names = set(published_names(session))

    def form_of(name: str) -> Questionnaire | None:
        return published(session, name) if name in names else None

    try:
        return Measured(with_own(file, form_of))
    except QuestionnaireError as error:
        return Measured(indicators(), tuple(str(problem) for problem in error.problems))
