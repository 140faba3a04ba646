"""One page of a form, as it is shown: to citizens, and to staff who try a form out."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import Response, request
from flask import render_template as render

from questionnaires import notice
from questionnaires.notices import Notice
from survey.database import reading
from survey.fieldwork.tables import Round
from survey.respond.journey import NOTICE, Journey
from survey.site import site_values


def page(journey: Journey, step: int, *, stamp: str, status: int = 200, **told: Any) -> Response:
    """The page of one step, which carries all that was typed on the others.

    stamp: the opening of the form, signed. told: what else the templates read.
    """
    kind = "notice" if step == NOTICE else "comment" if step == journey.last else "questions"
    context: dict[str, Any] = {
        "journey": journey,
        "step": step,
        "stamp": stamp,
        "simulated": journey.doorway.round.simulated,
        **told,
    }
    if kind == "notice":
        context["notice"] = notice_of(journey.doorway.round, site_values(reading()))
    if request.method == "POST":
        context["language_links"] = []  # a link would lose what was typed: the form has a button
    return Response(render(f"respond/{kind}.html", **context), status)


_text_of_notice = lru_cache(notice)  # once a response names it, a notice is never edited


def notice_of(round_: Round, site: Mapping[str, str]) -> Notice:
    """The privacy notice of a round, with who asks and whom to ask. site: see `site_values`."""
    text = _text_of_notice(round_.notice)
    return text.filled(organiser=site["organiser"], contact=site["contact"])
