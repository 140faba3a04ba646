"""A form as TOML: all of it is kept."""

from questionnaires.document import document
from questionnaires.model import Questionnaire
from questionnaires.written import as_toml
from survey.exchange.fidelity import AS_IS, Report, account
from survey.exchange.fidelity import used as everything
from survey.exchange.wishes import Wishes


def write(form: Questionnaire, wishes: Wishes) -> tuple[bytes, Report]:
    """The form in UTF-8, and the report: all of it is kept."""
    fates = {one.feature: AS_IS for one in everything(form)}
    return as_toml(document(form)).encode(), account(form, fates)
