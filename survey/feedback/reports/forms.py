"""Which report: a period of the calendar, what its rows are, and perhaps one unit."""

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import SelectField
from wtforms.fields import SelectChoice

from survey.feedback.reports.lines import BYS
from survey.feedback.reports.periods import KINDS, Period, between, read
from survey.feedback.reports.words import BY_WORDS
from survey.forms import CitizenForm

KIND_WORDS = {"month": _l("Months"), "quarter": _l("Quarters"), "year": _l("Years")}


class ReportForm(CitizenForm):
    """Read from the address: it holds no token and changes nothing."""

    period = SelectField(_l("Cases that came in during"))
    by = SelectField(_l("One row for each"))
    unit = SelectField(_l("Unit"))

    @property
    def chosen(self) -> Period:
        found = read(self.period.data or "")
        assert found is not None  # one of the choices
        return found


def filters(
    address: MultiDict[str, str], first: date, last: date, units: Mapping[int, str]
) -> ReportForm:
    """The choices made; what is unknown or absent falls back to the last whole month, by unit."""
    form = ReportForm(address)
    form.period.choices = [
        SelectChoice(one.key, one.label, optgroup=str(KIND_WORDS[kind]))
        for kind in KINDS
        for one in between(first, last, kind)
    ]
    form.by.choices = [SelectChoice(by, str(BY_WORDS[by])) for by in BYS]
    form.unit.choices = [SelectChoice("", _("All units")), *_units(units)]
    months = between(first, last, "month")
    usual = {"period": months[min(1, len(months) - 1)].key, "by": "unit", "unit": ""}
    for name, value in usual.items():
        field = form[name]
        if field.data not in [choice.value for choice in field.choices]:
            field.data = value
    return form


def _units(units: Mapping[int, str]) -> list[SelectChoice]:
    return [SelectChoice(str(id), name) for id, name in units.items()]
