"""Areas: the list of a day with search, and one area with what is around it in space and time."""

from datetime import date

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.database import reading
from survey.staff.guard import allowed, anywhere, may
from survey.staff.places.blueprint import (
    LEVEL_NAMES,
    PAGE,
    bp,
    may_everywhere,
    page_number,
    today,
)
from survey.units import areas, places
from survey.units.tables import LEVELS


@bp.route("", endpoint="areas")
@allowed("unit.see", scope=anywhere)
def list_() -> ResponseReturnValue:
    """Areas are public: everybody at the desk sees all of them."""
    text, level = request.args.get("text", ""), request.args.get("level", "")
    on, fault = day_asked()
    found = areas.search(reading(), text, on, level=level if level in LEVELS else None)
    page, pages = page_number(), -(-len(found) // PAGE)
    shown = found[(page - 1) * PAGE : page * PAGE]
    above = {a.id: areas.area_of(reading(), a.parent_id) for a in shown if a.parent_id}
    return render_template(
        "units/areas.html",
        shown=shown,
        above=above,
        total=len(found),
        text=text,
        level=level,
        levels=LEVEL_NAMES,
        on=on,
        fault=fault,
        page=page,
        pages=pages,
        may_import=may_everywhere(),
        address=url_for(".areas", text=text, level=level, on=on.isoformat()),
    )


def day_asked() -> tuple[date, str]:
    """The `on` of the address, by default today; with a sentence when it is not a day."""
    asked = request.args.get("on", "")
    try:
        return (date.fromisoformat(asked) if asked else today()), ""
    except ValueError:
        return today(), _("“%(text)s” is not a day; today is shown.", text=asked[:20])


@bp.route("/areas/<int:area_id>")
@allowed("unit.see", scope=anywhere)
def area(area_id: int) -> ResponseReturnValue:
    store = reading()
    found = areas.area_of(store, area_id)
    last = today() if found.exists_on(today()) else None
    return render_template(
        "units/area.html",
        area=found,
        levels=LEVEL_NAMES,
        above=list(reversed(areas.ancestors(store, area_id))),
        below=areas.children(store, area_id, last),
        before=areas.predecessors(store, area_id),
        after=areas.successors(store, area_id),
        centres=places.centres(store, areas={area_id}),
        agencies=places.agencies(store, areas={area_id}),
        may_open=may("unit.see", area_id),
    )
