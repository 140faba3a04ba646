"""Every form goes to every format in every language, and what becomes of each thing is told."""

from pathlib import Path

import pytest

import questionnaires
from questionnaires.checks import SHAPES
from survey.exchange.fidelity import INNER, used
from survey.exchange.formats import FORMATS, format_of
from survey.exchange.wishes import Wishes
from tests.exchange.test_fidelity import FORMS

WHOLE = Path(__file__).parent / "whole.toml"
WRITERS = [one for one in FORMATS if one.writes]
IMPLIED = {"form.mark"}  # stands at the questions of a document


def things(found):
    return sorted((one.feature, one.place) for one in found)


def test_the_whole_form_says_everything_that_the_format_has_a_key_for():
    keys = {f"{shape}.{key}" for shape, keys in SHAPES.items() for key in keys if key not in INNER}
    assert {one.feature for one in used(questionnaires.load(WHOLE))} == keys - IMPLIED


@pytest.mark.parametrize("format", WRITERS, ids=lambda one: one.id)
@pytest.mark.parametrize("name", [*FORMS, str(WHOLE)], ids=lambda one: Path(one).stem)
def test_a_form_goes_to_a_format_and_everything_it_says_has_a_fate(format, name):
    form = questionnaires.load(name)
    for language in ("vi", "en"):
        data, report = format.writes(form, Wishes(language, "2026-q3", "Khảo sát quý III"))
        assert data
        assert things(report.notes) == things(used(form))
        assert all(note.why for note in report.notes if note.outcome != "kept")


@pytest.mark.parametrize("format", FORMATS, ids=lambda one: one.id)
def test_an_ending_leads_to_its_format(format):
    for ending in format.endings:
        if format.writes:
            assert format_of(f"form{ending}", writes=True) is format
        if format.reads:
            assert format_of(f"form{ending}".upper(), writes=False) is format
