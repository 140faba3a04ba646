"""What comes with the platform and a form is looked at beside: methods and indicators."""

from collections.abc import Mapping
from functools import cache

from questionnaires.indicators import Indicator, Measure, as_shipped
from questionnaires.loader import load
from questionnaires.methods import Method, method, methods
from questionnaires.model import Item
from questionnaires.problems import QuestionnaireError

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
    for indicator in as_shipped():
        for measure in indicator.items:
            found.setdefault(measure.form, {})[measure.item] = indicator.id
    return found


@cache
def measured() -> Mapping[str, tuple[tuple[Measure, Indicator], ...]]:
    """By form version, what measures an indicator in it, with the indicator."""
    found: dict[str, list[tuple[Measure, Indicator]]] = {}
    for indicator in as_shipped():
        for measure in indicator.items:
            found.setdefault(measure.form, []).append((measure, indicator))
    return {form: tuple(pairs) for form, pairs in found.items()}


@cache
def reference_item(indicator: Indicator) -> Item | None:
    """The item that others are graded against; None when its form cannot be read just now."""
    reference = indicator.reference
    try:
        return load(reference.form).by_id.get(reference.item)
    except QuestionnaireError:
        return None
