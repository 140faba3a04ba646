"""The pages of the feedback desk, hung on its one blueprint."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from survey.feedback.desk import (
    bp,
    views_apart,
    views_bulk,
    views_calendar,
    views_case,
    views_deadlines,
    views_inbox,
    views_masks,
    views_notices,
    views_pictures,
    views_search,
    views_similar,
    views_typed,
)
from survey.staff.desk import add_nav

__all__ = [
    "install",
    "views_apart",
    "views_bulk",
    "views_calendar",
    "views_case",
    "views_deadlines",
    "views_inbox",
    "views_masks",
    "views_notices",
    "views_pictures",
    "views_search",
    "views_similar",
    "views_typed",
]


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    add_nav(
        app,
        _l("Feedback inbox"),
        "feedback_desk.inbox",
        "feedback.see",
        group="feedback",
        order=45,
        about=_l("What people wrote: take it up, answer it in time, pass it on."),
    )
    add_nav(
        app,
        _l("Notices"),
        "feedback_desk.notices",
        "feedback.see",
        group="feedback",
        order=46,
        about=_l("Cases whose time runs out, and what is overdue."),
    )
