"""The inbox: the cases one may see, in views, narrowed by filters, page by page."""

from datetime import datetime
from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from survey.calendar import clock, local_day
from survey.database import reading
from survey.feedback.access import reach
from survey.feedback.desk import bp, listing
from survey.feedback.desk.bulk_forms import act_choices
from survey.feedback.desk.forms import filter_form
from survey.feedback.desk.offered import offered
from survey.feedback.desk.wanted import VIEWS, Wanted, narrowing, of_view, wanted
from survey.feedback.notices.reading import unread
from survey.feedback.words import CHANNEL_WORDS, KIND_WORDS, SEVERITY_WORDS, STATE_WORDS
from survey.i18n import language
from survey.staff.guard import allowed, anywhere
from survey.units.areas import descendants

STATE_KINDS = {
    "new": "warn", "reopened": "warn", "drafted": "warn", "released": "good", "closed": "good",
}  # fmt: skip


@bp.route("")
@allowed("feedback.see", scope=anywhere)
def inbox() -> ResponseReturnValue:
    """`?view=` one of VIEWS, the names of the filters, `?at=` a place in the list."""
    session, now = reading(), clock()
    asked = wanted(request.args)
    within = reach(session, g.staff)
    where = [of_view(asked.view, g.staff, within, now=now), *narrowing(asked, below(asked))]
    place = listing.place_at(session, request.args.get("at", ""), asked.order)
    choices = offered(session, within, day=local_day(now), language=language())
    return render_template(
        "feedback/desk/inbox.html",
        asked=asked,
        counts=listing.counts(session, g.staff, within, now=now),
        form=filter_form(asked, choices),
        page=listing.page(session, where, asked, place),
        unread=unread(session, g.staff, within, now=now),
        views=VIEWS,
        **words_of_rows(dict(choices.fields), now),
    )


def words_of_rows(fields: dict[str, str], now: datetime) -> dict[str, Any]:
    """What a template needs to show rows of cases."""
    return {
        "acts": act_choices() if g.staff.holds("feedback.work") else [],
        "now": now,
        "words": {
            "channel": CHANNEL_WORDS,
            "field": fields,
            "kind": KIND_WORDS,
            "severity": SEVERITY_WORDS,
            "state": STATE_WORDS,
            "state_kind": STATE_KINDS,
        },
    }


def below(asked: Wanted) -> frozenset[int] | None:
    """What the unit covers that was chosen in the filter."""
    return None if asked.unit is None else frozenset(descendants(reading(), asked.unit))
