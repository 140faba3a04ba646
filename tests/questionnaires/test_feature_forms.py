"""The small forms, one a feature, are sound: read, read back equal, and without an error."""

from pathlib import Path

import pytest

import questionnaires
from questionnaires.lint import ERROR, lint_file
from questionnaires.model import KINDS

FORMS = sorted((Path(__file__).parent / "feature_forms").glob("*.toml"))


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_each_feature_form_is_read_back_equal_and_has_no_error(path):
    form = questionnaires.load(path)
    assert form.form == path.stem.replace("_", "-")
    assert questionnaires.from_canonical(questionnaires.canonical(form)) == form
    assert [str(found) for found in lint_file(path) if found.rule.severity == ERROR] == []


def test_the_feature_forms_ask_every_kind_of_question():
    asked = {q.kind for path in FORMS for q in questionnaires.load(path).questions}
    assert asked == set(KINDS)
