"""Every feature of the format survives its page: saved unchanged, a form says what it said."""

import tomllib
from pathlib import Path

import pytest
from werkzeug.datastructures import ImmutableMultiDict

from survey.fieldwork.editor import head
from survey.fieldwork.editor.layout import layout_of
from survey.fieldwork.editor.pages import DESKS, keep_choices
from survey.fieldwork.editor.parts import parts
from tests.fieldwork.editor.conftest import Fields

FORMS = sorted((Path(__file__).parents[2] / "questionnaires" / "feature_forms").glob("*.toml"))


def sent(form) -> ImmutableMultiDict:
    """What a browser would send of a form that nobody touched."""
    reader = Fields()
    for field in form:
        reader.feed(str(field()))
    return ImmutableMultiDict(
        [(name, value) for name, values in reader.values.items() for value in values]
    )


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_every_part_of_a_feature_form_is_saved_unchanged(app, path):
    text = path.read_text("utf-8")
    for shelf, desk in DESKS.items():
        for place in [one.place for one in parts(layout_of(text), desk.kind)]:
            layout = layout_of(text)
            one = next(p for p in parts(layout, desk.kind) if p.place == place)
            kind = {"kind": str(one.table.get("kind", ""))}
            with app.test_request_context("/desk/", method="POST", data=kind):
                made = desk.form(layout, one)
                shown = keep_choices(made(formdata=None, data=desk.filled(layout, one)))
                typed = keep_choices(made(formdata=sent(shown), data=desk.filled(layout, one)))
                desk.keep(layout, one, typed)
            assert tomllib.loads(layout.text) == tomllib.loads(text), f"{shelf}/{place}"


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_the_settings_of_a_feature_form_are_saved_unchanged(app, path):
    text = path.read_text("utf-8")
    layout = layout_of(text)
    with app.test_request_context("/desk/", method="POST"):
        made = head.form_class(layout)
        shown = keep_choices(made(formdata=None, data=head.filled(layout)))
        head.keep(layout, keep_choices(made(formdata=sent(shown), data=head.filled(layout))))
    assert tomllib.loads(layout.text) == tomllib.loads(text)
