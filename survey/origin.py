"""Citizen pages hold no session that another site could misuse; still, only our pages may send."""

from flask import Request
from flask_babel import lazy_gettext as _l

from survey.errors import SurveyError
from survey.security import same_origin


class SentFromElsewhere(SurveyError):
    status = 403
    title = _l("This was sent from another site")
    remedy = _l("Please open our own page, and send it from there.")


def refuse_strangers(request: Request) -> None:
    """Raises SentFromElsewhere when a browser says that another site's page sent this."""
    if not same_origin(request):
        raise SentFromElsewhere
