"""Opening hours of a centre, and how long its kiosks wait for somebody."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from survey.calendar import clock, local_day
from survey.database import reading, writing
from survey.forms import StaffForm, tidy
from survey.i18n import day as official
from survey.staff.guard import allowed
from survey.staff.places.blueprint import bp, done
from survey.staff.places.shelves import place_of
from survey.units.hours import (
    WEEKDAY_NAMES,
    WEEKDAYS,
    Hours,
    Spans,
    Unclear,
    days_off,
    days_off_text,
    hours_of,
    set_hours,
    spans,
    spans_text,
    special_days,
    special_days_text,
    with_makeup_days,
    with_national_days,
)

LEAST_IDLE, MOST_IDLE = 20, 600


def _readable(read: Any) -> Any:
    def check(_form: object, field: Any) -> None:
        try:
            read(field.data or "")
        except Unclear as error:
            raise ValidationError(str(error.words)) from error

    return check


def _weekday(name: Any) -> StringField:
    return StringField(name, [_readable(spans)], filters=[tidy])


class HoursForm(StaffForm):
    day1, day2, day3, day4, day5, day6, day7 = (_weekday(name) for name in WEEKDAY_NAMES.values())
    days_off = TextAreaField(
        _l("Days off"),
        [_readable(days_off)],
        description=_l("A day and its name on each line, such as 2/9/2026 Quốc khánh."),
    )
    special_days = TextAreaField(
        _l("Days with hours of their own"),
        [_readable(special_days)],
        description=_l(
            "A Saturday worked in place of another day, an afternoon closed: the day, its times "
            "and a name on each line, such as 22/8/2026 7:30–11:30, 13:30–17:00 Làm bù."
        ),
    )
    idle = IntegerField(
        _l("Quiet seconds before a kiosk asks whether somebody is still there"),
        [
            InputRequired(),
            NumberRange(LEAST_IDLE, MOST_IDLE, _l("Use a number from 20 to 600.")),
        ],
        description=_l("45 suits most. The question itself stays for 20 seconds more."),
    )

    def validate_special_days(self, field: TextAreaField) -> None:
        """No day stands in both lists."""
        try:
            off = {day for day, _name in days_off(self.days_off.data or "")}
            both = [day for day, *_more in special_days(field.data or "") if day in off]
        except Unclear:  # which the field that it stands in says
            return
        if both:
            said = official(date.fromisoformat(both[0]))
            raise ValidationError(
                _("%(day)s is a day off as well. Take it out of one of the two lists.", day=said)
            )

    @property
    def weekdays(self) -> list[StringField]:
        return [self[f"day{day}"] for day in WEEKDAYS]

    @property
    def hours(self) -> Hours:
        week: dict[str, Spans] = {}
        for day in WEEKDAYS:
            week[day] = spans(self[f"day{day}"].data or "")
        return Hours(
            week if any(week.values()) else None,
            days_off(self.days_off.data or ""),
            int(self.idle.data),
            special_days(self.special_days.data or ""),
        )


def of_centre(session: Session, args: dict[str, Any]) -> int | None:
    """Scope of the page: the area of the centre. Raises NotFound."""
    area: int = place_of(session, "centres", args["code"]).area_id
    return area


def shown(found: Hours) -> list[tuple[str, str]]:
    """What the page of a centre says of its hours."""
    week = found.week
    if week is None:
        rows = [(_("Open"), _("Always: no hours are set."))]
    else:
        rows = [
            (str(name), spans_text(week.get(day, [])) or _("not open"))
            for day, name in WEEKDAY_NAMES.items()
        ]
    rows.append((_("Days off"), days_off_text(found.days_off).replace("\n", "; ") or _("none")))
    special = special_days_text(found.special_days).replace("\n", "; ")
    rows.append((_("Days with hours of their own"), special or _("none")))
    rows.append((_("Kiosks ask after"), _("%(n)s quiet seconds", n=found.idle)))
    return rows


@bp.route("/centres/<code>/hours", methods=["GET", "POST"])
@allowed("unit.edit", scope=of_centre)
def hours(code: str) -> ResponseReturnValue:
    store = reading() if request.method == "GET" else writing()
    centre = place_of(store, "centres", code)
    found = hours_of(store, centre.id)
    week = {f"day{day}": spans_text((found.week or {}).get(day, [])) for day in WEEKDAYS}
    form = HoursForm(data={**week, **_written(found)})
    fill = "fill" in request.form  # the button that only writes national days into the field
    if request.method == "POST" and form.validate() and not fill:
        set_hours(store, centre.id, form.hours)
        done("centre.hours", f"centre:{code}", centre.name)
        return redirect(url_for(".place", shelf="centres", code=code))
    if fill and not form.errors:
        form.process(data={**form.data, **_written(_with_national(form.hours))})
    page = render_template("units/hours.html", form=form, centre=centre, filled=fill)
    return page, 422 if form.errors else 200


def _written(found: Hours) -> dict[str, Any]:
    """Hours as the fields have them, but for the weekdays."""
    return {
        "days_off": days_off_text(found.days_off),
        "special_days": special_days_text(found.special_days),
        "idle": found.idle,
    }


def _with_national(hours: Hours) -> Hours:
    """With the nation's days off from today on, and the days worked in place of some."""
    today = local_day(clock())
    special = with_makeup_days(hours, today)
    own = {day for day, *_more in special}
    off = [line for line in with_national_days(hours.days_off, today) if line[0] not in own]
    return replace(hours, days_off=off, special_days=special)
