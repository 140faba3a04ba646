"""What narrows the inbox, as a form: its choices are what the person may see."""

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.fields import MonthField
from wtforms.fields.choices import SelectChoice

from survey.errors import Words
from survey.feedback.desk.offered import Offered
from survey.feedback.desk.wanted import SORT_WORDS, Wanted
from survey.feedback.tables import CHANNELS, KINDS, SEVERITIES
from survey.feedback.words import CHANNEL_WORDS, KIND_WORDS, SEVERITY_WORDS, STATE_WORDS
from survey.forms import CitizenForm


class InboxFilter(CitizenForm):
    """Changes nothing, so it is sent without a token."""

    view = HiddenField()
    sort = SelectField(_l("Order"))
    state = SelectField(_l("State"))
    kind = SelectField(_l("Kind"))
    severity = SelectField(_l("Severity"))
    field = SelectField(_l("Field of service"))
    unit = SelectField(_l("Handled by the unit"))
    officer = SelectField(_l("Officer"))
    channel = SelectField(_l("Came by"))
    since = MonthField(_l("Received from month"), render_kw={"placeholder": "2026-07"})
    until = MonthField(_l("Until month"), render_kw={"placeholder": "2026-07"})


def filter_form(asked: Wanted, choices: Offered) -> InboxFilter:
    """The form as it was filled in; a list of one unit is no choice and is left out."""
    form = InboxFilter(data={**asked.args(), "sort": asked.order})
    form.sort.choices = _choices(SORT_WORDS, SORT_WORDS, everything=False)
    form.state.choices = _choices(STATE_WORDS, STATE_WORDS)
    form.kind.choices = _choices(KINDS, KIND_WORDS)
    form.severity.choices = _choices(SEVERITIES, SEVERITY_WORDS)
    form.channel.choices = _choices(CHANNELS, CHANNEL_WORDS)
    for name, named in (
        ("field", choices.fields),
        ("unit", choices.units),
        ("officer", choices.officers),
    ):
        words = dict(named)
        form[name].choices = _choices(words, words)
        form[name].data = str(form[name].data or "")
    if len(choices.units) < 2:
        del form.unit
    for month in (form.since, form.until):
        month.raw_data = [getattr(asked, month.name)]
    return form


def _choices(
    values: Iterable[str], words: Mapping[str, Words], *, everything: bool = True
) -> list[SelectChoice]:
    first = [SelectChoice("", _("All of them"))] if everything else []
    return first + [SelectChoice(value, words[value]) for value in values]
