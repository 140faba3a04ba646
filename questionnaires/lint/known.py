"""What comes with the platform and a form is looked at beside: methods and indicators."""

from collections.abc import Mapping
from functools import cache

from questionnaires.indicators import indicators
from questionnaires.methods import Method, method, methods

COUNTER = "counter-form"  # the method of forms that people answer at the counter


@cache
def methods_of() -> Mapping[str, Method]:
    """The method made for each form, by the form's name without its version."""
    found = (method(name) for name in methods())
    return {form: one for one in found for form in one.forms}


@cache
def mapped_items() -> Mapping[str, Mapping[str, str]]:
    """By form version (`sipas-2022@1`), the items that measure an indicator, with its id."""
    found: dict[str, dict[str, str]] = {}
    for indicator in indicators():
        for measure in indicator.items:
            found.setdefault(measure.form, {})[measure.item] = indicator.id
    return found
