"""What was published stays whatever becomes of files; a file that changed is refused by name."""

import shutil

import pytest

from questionnaires import load, loader, sha256, shipped
from survey.fieldwork import catalogue, rounds
from survey.fieldwork.measured import measured
from survey.fieldwork.plan import PlanFault
from survey.fieldwork.publishing import publish, published
from tests.fieldwork.places import JULY, plan, settle

NINE = "one-stop-ward@1"
OWN = "xa-dakrong@1"


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A copy of the platform's data files that a test may change."""
    folder = tmp_path / "platform"
    shutil.copytree(loader.FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    monkeypatch.setattr(loader, "FOLDER", folder)
    return folder / "forms"


def edit(files, old, new, name=NINE):
    path = files / f"{name}.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def own_form(folder):
    """A form of a province, in a file of its own."""
    text = shipped()[NINE].read_text(encoding="utf-8").replace('"one-stop-ward"', '"xa-dakrong"')
    path = folder / f"{OWN}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_changed_file_is_refused_for_a_new_round_and_the_open_one_goes_on(kept, files):
    with kept.write() as session:
        settle(session)
        rounds.create_round(session, plan(code="truoc"), by="command", now=JULY)
        rounds.open_(session, "truoc", by="staff:1", now=JULY, confirmed=True)
        rounds.create_round(session, plan(code="nhap"), by="command", now=JULY)
        hash_ = sha256(published(session, NINE))
    edit(files, "lịch sự", "nhã nhặn")
    with kept.write() as session:
        with pytest.raises(PlanFault, match="published here on .* another content since"):
            rounds.create_round(session, plan(code="sau"), by="command", now=JULY)
        with pytest.raises(catalogue.FormFaulty, match="new version number"):
            rounds.open_(session, "nhap", by="staff:1", now=JULY, confirmed=True)
        assert rounds.open_round(session, "truoc", now=JULY).code == "truoc"
        assert sha256(catalogue.form(session, NINE)) == hash_
        (told,) = catalogue.changed_files(session).values()
        assert NINE in told and str(files) in told


def test_a_file_that_is_no_form_any_more_is_refused_in_the_same_words(kept, files):
    with kept.write() as session:
        publish(session, load(NINE), by="command", now=JULY)
    edit(files, "version = 1", "version = [")
    with kept.read() as session:
        with pytest.raises(catalogue.FormFaulty, match="another content since"):
            catalogue.usable(session, NINE)
        assert catalogue.form(session, NINE).name == NINE


def test_a_lost_file_takes_nothing_from_what_was_published(kept, files):
    with kept.write() as session:
        settle(session)
        publish(session, load(NINE), by="staff:1", now=JULY, confirmed=True)
    (files / f"{NINE}.toml").unlink()
    with kept.write() as session:
        assert NINE in catalogue.form_names(session) and NINE not in shipped()
        rounds.create_round(session, plan(code="mat-tep"), by="command", now=JULY)
        rounds.open_(session, "mat-tep", by="command", now=JULY)
        assert len(catalogue.usable(session, NINE).rated) == 9
        assert catalogue.changed_files(session) == {}


def test_a_shipped_form_with_an_error_is_not_opened_and_the_linter_is_heard(kept, files):
    with kept.write() as session:
        settle(session)
        rounds.create_round(session, plan(code="loi"), by="command", now=JULY)
    edit(files, "satisfied = [4, 5]", "satisfied = [5]")
    with kept.write() as session:
        with pytest.raises(catalogue.FormFaulty) as told:
            rounds.open_(session, "loi", by="staff:1", now=JULY, confirmed=True)
        assert any("indicator-scale" in fault for fault in told.value.faults)


def test_a_form_of_a_province_is_published_and_asked_with_any_method_of_no_other_form(
    kept, tmp_path
):
    form, wanted = catalogue.vetted(own_form(tmp_path)), plan(code="rieng", questionnaire=OWN)
    with kept.write() as session:
        settle(session)
        with pytest.raises(PlanFault, match="no questionnaire “xa-dakrong@1”"):
            rounds.create_round(session, wanted, by="command", now=JULY)
        publish(session, form, by="staff:1", now=JULY, confirmed=True)
        rounds.create_round(session, wanted, by="command", now=JULY)
        assert rounds.open_(session, "rieng", by="command", now=JULY).questionnaire == OWN


def test_an_installation_says_what_its_own_form_measures(kept, tmp_path):
    file = kept.settings.data / "indicators.toml"
    text = """
[[indicators]]
id = "SIPAS.service.staff.courtesy"
label.vi = "Thái độ lịch sự"
label.en = "Politeness"
items = [ { form = "xa-dakrong@1", item = "q1", grade = "reworded" } ]
"""
    file.write_text(text, encoding="utf-8")
    with kept.write() as session:
        told = measured(session, kept.settings.data)
        assert len(told.faults) == 1 and f"{file}:6: " in told.faults[0]
        assert "no form “xa-dakrong@1”" in told.faults[0]
        assert not any(one.in_form(OWN) for one in told.indicators)
        publish(session, load(own_form(tmp_path)), by="command", now=JULY)
        told = measured(session, kept.settings.data)
        assert told.faults == ()
        (own,) = [one for one in told.indicators if one.in_form(OWN)]
        assert own.reference.form == "sipas-2022@1"
