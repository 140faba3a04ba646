"""What became of each thing is told, and nothing is forgotten in silence."""

from pathlib import Path

import pytest

import questionnaires
from questionnaires.checks import SHAPES
from survey.exchange import fidelity
from survey.exchange.fidelity import (
    APPROXIMATED,
    AS_IS,
    DROPPED,
    KEPT,
    Fate,
    Ledger,
    Unaccounted,
    account,
    used,
)  # fmt: skip

FEATURE_FORMS = sorted(
    (Path(__file__).parents[1] / "questionnaires" / "feature_forms").glob("*.toml")
)
FORMS = [*questionnaires.shipped(), *map(str, FEATURE_FORMS)]


@pytest.mark.parametrize("name", FORMS)
def test_everything_that_a_form_uses_has_a_key_of_the_format(name):
    known = {f"{shape}.{key}" for shape, keys in SHAPES.items() for key in keys}
    found = used(questionnaires.load(name))
    assert {one.feature for one in found} <= known
    assert len({(one.feature, one.place) for one in found}) == len(found), "two things, one place"


def test_a_feature_without_a_fate_is_a_fault_of_the_writer():
    form = questionnaires.load("one-stop-ward@1")
    fates = {one.feature: AS_IS for one in used(form)}
    del fates["scale.satisfied"]
    with pytest.raises(Unaccounted, match="scale.satisfied"):
        account(form, fates)


def test_a_fate_may_look_at_the_value_and_what_stands_beside_it():
    form = questionnaires.load("one-stop-ward@1")
    fates = {one.feature: AS_IS for one in used(form)}
    fates["question.data_class"] = lambda one: Fate(
        DROPPED, "No place for %(what)s.", {"what": one.value}
    )
    report = account(form, fates)
    personal = {q.id for q in form.questions if q.data_class == "personal"}
    assert personal and {note.place for note in report.of(DROPPED)} == personal
    [(feature, why, places)] = report.grouped(DROPPED)
    assert (feature, why, set(places)) == (
        "question.data_class", "No place for personal.", personal,
    )  # fmt: skip
    assert report.counts()[KEPT] == len(used(form)) - len(personal)


def test_what_a_reader_does_not_account_for_is_told_as_dropped():
    ledger = Ledger({"survey!A2": "type", "survey!B2": "name", "survey!C2": "media"})
    ledger.kept("survey!A2")
    ledger.kept("survey!B2")
    ledger.approximated("survey!B2", "Its id is %(id)s.", id="q1")
    ledger.kept("survey!B2")
    ledger.added("wording", "q1", "It has none.")
    notes = ledger.report().notes
    assert [(n.outcome, n.place) for n in notes] == [
        (KEPT, "survey!A2"), (APPROXIMATED, "survey!B2"), (DROPPED, "survey!C2"),
        (APPROXIMATED, "q1"),
    ]  # fmt: skip
    assert notes[1].said == "Its id is q1." and "Nothing in a questionnaire" in notes[2].said


def test_a_reader_cannot_speak_of_a_part_that_is_not_there():
    with pytest.raises(Unaccounted):
        Ledger({}).kept("survey!A2")


def test_the_words_of_a_report_are_those_of_the_page(app):
    note = fidelity.Note(DROPPED, "media", "survey!C2", Ledger({"a": "b"}).report().notes[0].why)
    with app.test_request_context("/?lang=vi"):
        assert note.said != note.why and note.said
