"""The desk's forms about rounds. They check shape; whether it can be is checked by the store."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from survey.errors import Words
from survey.fieldwork.places import PlaceRef, parse_place
from survey.fieldwork.plan import RoundPlan
from survey.fieldwork.words import MODE_NAMES, SAMPLE_NAMES, STATE_NAMES
from survey.forms import CitizenForm, StaffForm
from survey.text import normal

DAYS = ["%Y-%m-%d", "%d/%m/%Y"]  # as a browser's own field sends it, and as typed


def options(names: Mapping[str, Words]) -> list[SelectChoice]:
    """Choices of a field, value to what it is called."""
    return [SelectChoice(value, name) for value, name in names.items()]


ALL = SelectChoice("", _l("All"))


def lines(text: str) -> list[tuple[int, str]]:
    """The lines that say something, with their numbers from 1."""
    numbered = enumerate(text.splitlines(), 1)
    return [(number, line.strip()) for number, line in numbered if line.strip()]


class RoundForm(StaffForm):
    """Everything about a round. The view gives the choices of forms, methods and notices."""

    code = StringField(
        _l("Code of the round"),
        [InputRequired()],
        description=_l("Small letters, digits and hyphens, such as qt-2026. It is in the address."),
    )
    title_vi = StringField(_l("Title in Vietnamese"), [InputRequired()])
    title_en = StringField(_l("Title in English"), [Optional()])
    questionnaire = SelectField(_l("Questionnaire"))
    method = SelectField(_l("Method of the index"))
    notice = SelectField(_l("Privacy notice"))
    sample = RadioField(_l("Who is asked"), choices=options(SAMPLE_NAMES))
    modes = SelectMultipleField(_l("How they answer"), choices=options(MODE_NAMES))
    opens = DateField(_l("First day"), format=DAYS)
    closes = DateField(_l("Last day"), format=DAYS)
    year = IntegerField(
        _l("Year of the figures"),
        [Optional()],
        description=_l("Leave it empty for the year of the first day."),
    )
    open_budget = IntegerField(
        _l("Answers without a ticket for each counter and day"),
        [Optional()],
        description=_l(
            "By phone or web from the poster. What comes beyond is flagged and left out of the "
            "second figure. Leave it empty for any number."
        ),
        render_kw={"inputmode": "numeric"},
    )
    places = TextAreaField(
        _l("Places"),
        description=_l(
            "One a line: area:CODE with all below it, centre:CODE, or counter:CODE. "
            "The search below finds the codes."
        ),
        render_kw={"rows": 6, "spellcheck": "false"},
    )
    find = StringField(
        _l("Find a place"),
        description=_l("Part of a name, with or without accents, or the start of a code."),
    )
    found = SelectMultipleField(_l("Places found"), choices=[], validate_choice=False)

    def validate_places(self, field: TextAreaField) -> None:
        faults = []
        for number, line in lines(field.data or ""):
            try:
                parse_place(line)
            except ValueError as error:
                faults.append(_("Line %(n)d: %(fault)s", n=number, fault=error))
        if faults:
            raise ValidationError(" ".join(faults))

    def plan(self) -> RoundPlan:
        """What was asked for. The form must be valid."""
        return RoundPlan(
            code=normal(self.code.data),
            title={"vi": self.title_vi.data or "", "en": self.title_en.data or ""},
            questionnaire=self.questionnaire.data,
            method=self.method.data,
            notice=self.notice.data or "",
            sample=self.sample.data,
            modes=tuple(self.modes.data or ()),
            opens=self.opens.data,
            closes=self.closes.data,
            year=self.year.data,
            open_budget=self.open_budget.data,
            places=self.refs(),
        )

    def refs(self) -> tuple[PlaceRef, ...]:
        return tuple(parse_place(line) for _number, line in lines(self.places.data or ""))

    def add_found(self) -> None:
        """Put the places that were ticked below those already written."""
        written = [line for _number, line in lines(self.places.data or "")]
        ticked = [ref for ref in self.found.data or [] if ref not in written]
        self.places.data = "\n".join([*written, *ticked])
        self.found.data = []

    def tell(self, faults: Mapping[str, Iterable[str]]) -> None:
        """Show each fault of a plan at the field it belongs to."""
        for name, sentences in faults.items():
            field = self["title_vi" if name == "title" else name]
            field.errors = [" ".join(sentences)]


def filled(plan: RoundPlan) -> dict[str, Any]:
    """The values of a RoundForm that would ask for `plan` again."""
    return {
        "code": plan.code,
        "title_vi": plan.title.get("vi", ""),
        "title_en": plan.title.get("en", ""),
        "questionnaire": plan.questionnaire,
        "method": plan.method,
        "notice": plan.notice,
        "sample": plan.sample,
        "modes": list(plan.modes),
        "opens": plan.opens,
        "closes": plan.closes,
        "year": plan.year,
        "open_budget": plan.open_budget,
        "places": "\n".join(str(ref) for ref in plan.places),
    }


class CopyForm(StaffForm):
    """A new code and period for the same questions."""

    code = StringField(_l("Code of the new round"), [InputRequired()])
    opens = DateField(_l("First day"), format=DAYS)
    closes = DateField(_l("Last day"), format=DAYS)

    def tell(self, faults: Mapping[str, Iterable[str]]) -> list[str]:
        """Show faults at their fields; give back those of fields that a copy does not ask for."""
        other: list[str] = []
        for name, sentences in faults.items():
            if name in self:
                self[name].errors = [" ".join(sentences)]
            else:
                other += sentences
        return other


class OpenForm(StaffForm):
    """The confirmation that an administrator gives for wording that was not compared."""

    confirm = BooleanField(
        _l("I know that this wording was not compared with the decree, and allow it.")
    )


class RoundFilter(CitizenForm):
    """What narrows the list of rounds; sent in the address."""

    state = SelectField(_l("State"), choices=[ALL, *options(STATE_NAMES)], default="")
    sample = SelectField(_l("Who is asked"), choices=[ALL, *options(SAMPLE_NAMES)], default="")
    year = IntegerField(_l("Year"), [Optional()])

    def chosen(self, name: str) -> Any:
        """What a field narrows the list to; None when it is empty or makes no sense."""
        field = self[name]
        return None if field.errors else field.data or None


class DayFilter(CitizenForm):
    """The day whose counts are shown."""

    day = DateField(_l("Day"), [Optional()], format=DAYS)
