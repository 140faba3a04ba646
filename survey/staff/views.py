"""The staff door, hung: cookies, tokens, menu and pages."""

from datetime import timedelta
from types import ModuleType
from typing import Final

from flask import Flask, current_app, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFProtect

from survey.staff import browser, desk, views_account, views_audit, views_door, views_people
from survey.staff.acts import act_name
from survey.staff.blueprint import bp
from survey.staff.guard import allowed
from survey.staff.roles import OWN
from survey.staff.throttle import SourceLimit
from survey.staff.tries import SOURCES

PAGES: Final[tuple[ModuleType, ...]] = (views_door, views_account, views_people, views_audit)


@bp.route("/")
@allowed(OWN)
def start() -> ResponseReturnValue:
    """What this person can do here, as the menu tells."""
    return render_template("staff/start.html", groups=desk.menu(current_app, g.staff))


def install(app: Flask) -> None:
    """Sign-in, the guard's cookies and tokens, and the pages of accounts and audit."""
    app.config["WTF_CSRF_SSL_STRICT"] = False  # pages with a one-time link send no referrer
    app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(hours=12)
    app.extensions[SOURCES] = SourceLimit()
    browser.install(app)
    CSRFProtect(app)
    desk.install(app)
    app.jinja_env.filters["act_name"] = act_name
    app.register_blueprint(bp)
    desk.add_nav(
        app,
        _l("Accounts"),
        "staff.people",
        "staff.edit",
        group="system",
        order=80,
        about=_l("Who works with this installation, in which role and where."),
    )
    desk.add_nav(
        app,
        _l("Audit"),
        "staff.audit",
        "audit.see",
        group="system",
        order=85,
        about=_l("Who did what and when, in a chain that shows every change."),
    )
    desk.add_nav(
        app,
        _l("My account"),
        "staff.account",
        OWN,
        group="system",
        order=90,
        about=_l("Your password, second factor and signed-in browsers."),
    )
