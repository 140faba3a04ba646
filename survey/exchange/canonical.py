"""A form as its canonical text: what is stored and hashed when it is published."""

from questionnaires import Questionnaire, canonical
from survey.exchange.fidelity import AS_IS, Report, account, used
from survey.exchange.wishes import Wishes


def write(form: Questionnaire, wishes: Wishes) -> tuple[bytes, Report]:
    """The text in UTF-8, and the report: all of it is kept."""
    return canonical(form).encode(), account(form, {one.feature: AS_IS for one in used(form)})
