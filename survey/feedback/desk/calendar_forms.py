"""The form of days that a unit puts into its calendar: shape, and that they are to come."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from survey.calendar import days_between
from survey.errors import Words
from survey.feedback.clock.calendars import Frames
from survey.feedback.day_tables import UnitDay
from survey.feedback.own_days import Change
from survey.feedback.text import redaction
from survey.fieldwork.forms import DAYS
from survey.forms import StaffForm, choices, tidy
from survey.units.hours import WEEKDAY_NAMES

TOGETHER: Final = 31  # days
AHEAD: Final = 730  # days
PERSONAL: Final = {"phone", "id_number", "email", "plate", "account"}
KINDS: Final[Mapping[str, Words]] = {"off": _l("Day off"), "work": _l("Working day")}
SHORT: Final[Mapping[str, Words]] = {
    "1": _l("Mon"),
    "2": _l("Tue"),
    "3": _l("Wed"),
    "4": _l("Thu"),
    "5": _l("Fri"),
    "6": _l("Sat"),
    "7": _l("Sun"),
}


def about_nobody(_form: object, field: Field) -> None:
    """These words are read by everybody at the desk and stay in the calendar."""
    if any(mark.kind in PERSONAL for mark in redaction.found(field.data or "")):
        raise ValidationError(_("Please leave out numbers and addresses of persons."))


class DayForm(StaffForm):
    kind = RadioField(_l("Kind of day"), choices=choices(KINDS), default="off")
    first = DateField(
        _l("Day"),
        [InputRequired()],
        format=DAYS,
        description=_l("A day to come. Days that have begun stay as they are."),
    )
    last = DateField(
        _l("Last day, if there are several"),
        [Optional()],
        format=DAYS,
    )
    stands_for = SelectField(
        _l("Hours of a working day"),
        choices=choices(WEEKDAY_NAMES),
        default="1",
        description=_l("It is worked with the hours of this weekday. A day off has none."),
    )
    name = StringField(
        _l("Name"),
        [InputRequired(), Length(max=80, message=_l("Use at most 80 characters.")), about_nobody],
        filters=[tidy],
        description=_l("What the calendar shows, such as Nghỉ lễ hội địa phương."),
    )
    reason = StringField(
        _l("Reason"),
        [InputRequired(), Length(max=200, message=_l("Use at most 200 characters.")), about_nobody],
        filters=[tidy],
        description=_l("Such as the number and the day of a decision. Name no person."),
    )

    def holds(self, today: date, frames: Frames) -> bool:
        """Whether the days can be kept in a unit with this week; faults stand at their fields."""
        if not self.validate():
            return False
        first, last = self.first.data, self.last.data or self.first.data
        if first <= today:
            self.first.errors = [_("Choose a day after today.")]
        elif last < first:
            self.last.errors = [_("The last day is before the first.")]
        elif last >= first + timedelta(days=TOGETHER):
            self.last.errors = [_("Choose at most 31 days at once.")]
        elif last > today + timedelta(days=AHEAD):
            self.first.errors = [_("Choose a day within the next two years.")]
        if self.worked is not None and not frames.on(self.worked - 1):
            self.stands_for.errors = [_("Nobody works on that weekday in this unit.")]
        return not self.errors

    @property
    def worked(self) -> int | None:
        """The weekday whose hours are worked; None: a day off."""
        return int(self.stands_for.data) if self.kind.data == "work" else None

    def change(self, unit_id: int) -> Change:
        """What the form asks for. Only after `holds`."""
        days = days_between(self.first.data, self.last.data or self.first.data)
        return Change(
            unit_id,
            added=tuple(
                UnitDay(
                    unit_id=unit_id,
                    day=day,
                    stands_for=self.worked,
                    name=self.name.data,
                    reason=self.reason.data,
                )
                for day in days
            ),
        )
