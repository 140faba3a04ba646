"""Fields of forms as our forms draw them."""

from lxml import html
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import Select

from survey.forms import CitizenForm


class Which(CitizenForm):
    place = SelectField(
        choices=[
            SelectChoice("", "Tất cả"),
            SelectChoice("a&b", "Quầy “1” <hộ tịch> & 'đất đai'"),
            SelectChoice("2", "Hai", render_kw={"disabled": True}),
            SelectChoice(3, ""),
        ]
    )


def test_a_list_to_choose_from_is_what_wtforms_draws():
    for chosen in ("", "a&b", "2", "3", "none of these"):
        field = Which(data={"place": chosen}).place
        ours = html.fromstring(field(class_="govuk-select", aria_describedby="hint"))
        theirs = html.fromstring(Select()(field, class_="govuk-select", aria_describedby="hint"))
        assert dict(ours.attrib) == dict(theirs.attrib)
        drawn = [(dict(one.attrib), one.text) for one in ours]
        assert drawn == [(dict(one.attrib), one.text) for one in theirs]
        assert len(drawn) == 4
