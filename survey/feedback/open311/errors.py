"""What other systems are told that ask for what cannot be: statuses as GeoReport v2 has them."""

from survey.errors import SurveyError, Words


class GeoReportError(SurveyError):
    """400, unless another class of these says otherwise; `detail` tells what to send instead."""

    def __init__(self, detail: Words) -> None:
        super().__init__(detail)
        self.detail = detail


class NoKey(GeoReportError):
    status = 403


class NoSuch(GeoReportError):
    status = 404
