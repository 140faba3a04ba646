"""The small forms, one a feature, are sound: read, read back equal, and without an error."""

import re

import pytest

import questionnaires
from questionnaires.checks import SHAPES
from questionnaires.lint import ERROR, lint_file
from questionnaires.model import KINDS
from tests.questionnaires.at_hand import FEATURES

FORMS = sorted(FEATURES.values())


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_each_feature_form_is_read_back_equal_and_has_no_error(path):
    form = questionnaires.load(path)
    assert form.form == path.stem.replace("_", "-")
    assert questionnaires.from_canonical(questionnaires.canonical(form)) == form
    assert [str(found) for found in lint_file(path) if found.rule.severity == ERROR] == []


def test_the_feature_forms_ask_every_kind_of_question():
    asked = {q.kind for path in FORMS for q in questionnaires.load(path).questions}
    assert asked == set(KINDS)


def test_every_key_of_the_format_has_a_feature_form_that_uses_it():
    written = "\n".join(path.read_text(encoding="utf-8") for path in FORMS)
    keys = {key for shape in SHAPES.values() for key in shape}
    used = r"(?m)^\[*(\w+\.)*%s(\.\w+)*[ \]]"
    assert [key for key in sorted(keys) if not re.search(used % key, written)] == []
    assert len(FORMS) >= 40
