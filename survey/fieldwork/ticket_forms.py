"""The desk's form that makes tickets."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField
from wtforms.validators import InputRequired

from survey.fieldwork.batches import MOST, SPAN
from survey.fieldwork.forms import DAYS
from survey.fieldwork.tables import Round
from survey.forms import StaffForm
from survey.i18n import number
from survey.units.tables import Counter


class TicketForm(StaffForm):
    """For which counter, field and days, and how many. The view gives the choices."""

    counter = SelectField(_l("Counter"))
    field = SelectField(
        _l("Field"),
        description=_l("Where the counter serves several, choose the one of these tickets."),
    )
    first = DateField(_l("First day of visits"), [InputRequired()], format=DAYS)
    last = DateField(_l("Last day of visits"), [InputRequired()], format=DAYS)
    n = IntegerField(
        _l("Tickets for each day"),
        [InputRequired()],
        render_kw={"inputmode": "numeric"},
    )

    def holds(self, round_: Round, place: Counter | None, today: date) -> bool:
        """Whether what is asked for can be made; the faults stand at their fields.

        place: the counter chosen, None when it is not open on the last day.
        """
        if not self.validate():
            return False
        self._check_days(round_, today)
        if place is None:
            self.counter.errors = [_("This counter is closed on the last day.")]
        elif place.field and self.field.data not in ("", place.field):
            self.field.errors = [_("This counter serves another field.")]
        if not self.errors:
            self._check_number()
        return not self.errors

    def _check_days(self, round_: Round, today: date) -> None:
        first, last = self.first.data, self.last.data
        if first < max(today, round_.opens):
            self.first.errors = [_("Choose today or a later day of the round.")]
        if last > round_.closes:
            self.last.errors = [_("The round ends before this day.")]
        elif last < first:
            self.last.errors = [_("The last day is before the first.")]
        elif (last - first).days >= SPAN:
            self.last.errors = [_("Choose at most %(n)d days.", n=SPAN)]

    def _check_number(self) -> None:
        days = (self.last.data - self.first.data).days + 1
        if not 1 <= self.n.data <= MOST // days:
            most = number(MOST // days)
            self.n.errors = [_("Write a number from 1 to %(most)s for these days.", most=most)]
