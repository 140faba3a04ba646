"""What can go wrong, told to the person it happens to.

Facts that people may meet are named as facts (RoundClosed); what should not happen ends in Error.
Each carries an HTTP status, a title and a remedy, translated when shown. The pages are made in
one place, survey/app.py.
"""

from typing import Any, TypeAlias

from flask_babel import lazy_gettext as _l

Words: TypeAlias = Any  # a str, or flask_babel's lazy one, which has no types


class SurveyError(Exception):
    """Base of every error of the survey rooms: `title` says what, `remedy` what to do."""

    status = 400
    title: Words = _l("Something is not right")
    remedy: Words = _l("Please go back and try again.")
    reason = ""  # a word for a program at the API, where the status is not enough
    retry_after = 0  # seconds after which it may go well

    def __init__(self, detail: Words = "") -> None:
        super().__init__(str(detail) if detail else self.__class__.__name__)
        self.detail = detail


class SettingError(SurveyError):
    """The installation is told something it cannot use."""

    status = 500


class DatabaseUnreachable(SurveyError):
    status = 503
    title = _l("The service is not available for a moment")
    remedy = _l("Nothing was lost. Please wait a minute and press the button again.")


class NotFound(SurveyError):
    status = 404
    title = _l("This page does not exist")
    remedy = _l("Please check the address, or go to the first page.")


class NotAllowed(SurveyError):
    status = 403
    title = _l("You may not open this page")
    remedy = _l("Ask your administrator if your work needs it.")


class BodyTooLarge(SurveyError):
    status = 413
    title = _l("What was sent is too large")
    remedy = _l("Please shorten the text and send it again.")


class RoundUnknown(SurveyError):
    status = 404
    title = _l("There is no such survey")
    remedy = _l("Please check the address, or choose a survey on the first page.")


class RoundNotOpenYet(SurveyError):
    status = 409
    title = _l("This survey has not started yet")
    remedy = _l("Please come back when it has opened.")


class RoundClosed(SurveyError):
    status = 410
    title = _l("This survey is closed")
    remedy = _l("Thank you for wanting to answer. Other open surveys are on the first page.")


class CodeUnknown(SurveyError):
    status = 404
    title = _l("This code is not known")
    remedy = _l("Please scan the QR code on the poster at the counter again.")


class CodeExpired(SurveyError):
    status = 410
    title = _l("This code is no longer used")
    remedy = _l("The counter has a new code. Please scan the QR code on the poster again.")


class InputFault(SurveyError):
    """Bad input of a file or a form: `faults` are sentences with row and column."""

    status = 422
    title = _l("The input has mistakes")
    remedy = _l("Please correct the lines named below and send it again. Nothing was changed.")

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class Conflict(SurveyError):
    """What was asked contradicts what is stored, or somebody else was faster."""

    status = 409
    title = _l("This cannot be done as things are")
    remedy = _l("Please open the page again to see the present state.")
