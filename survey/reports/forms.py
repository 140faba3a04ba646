"""The filters of the figures: shape only; what can be chosen is given by the view."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, SearchField, SelectField
from wtforms.fields import SelectChoice

from survey.forms import CitizenForm
from survey.i18n import label
from survey.reports.catalogue import COUNTERS, INDEX, Measure
from survey.reports.figures import OFFICIAL, WEIGHTED
from survey.reports.words import LEVEL_NAMES

GROUPS = {"index": _l("Index"), "factor": _l("Factors"), "indicator": _l("Single criteria")}


class FigureFilters(CitizenForm):
    """Which figures: read from the address, so it holds no token and changes nothing."""

    measure = SelectField(_l("What is measured"))
    level = SelectField(_l("Level of area"))
    weights = SelectField(_l("Weights"))
    q = SearchField(_l("Name of the area"))
    split = BooleanField(_l("A row for each mode"))


def filters(address: MultiDict[str, str], kind: str, found: list[Measure]) -> FigureFilters:
    """The filters as chosen; what is unknown or absent falls back to the first choice."""
    form = FigureFilters(address)
    form.measure.choices = [
        SelectChoice(m.key, label(m.label), optgroup=str(GROUPS[m.kind])) for m in found
    ]
    levels = ["province", "commune"] if kind == COUNTERS else list(LEVEL_NAMES)
    form.level.choices = [SelectChoice(name, str(LEVEL_NAMES[name])) for name in levels]
    form.weights.choices = [
        SelectChoice(WEIGHTED, _("Weighted")),
        SelectChoice(OFFICIAL, _("Official way (unweighted)")),
    ]
    for field, first in ((form.measure, INDEX), (form.level, "province"), (form.weights, WEIGHTED)):
        if field.data not in [choice.value for choice in field.choices]:
            field.data = first
    if kind == COUNTERS and "split" not in address:
        form.split.data = True
    return form
