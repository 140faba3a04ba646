"""/k: what a kiosk at a counter shows, whoever opens it. Opening it writes nothing."""

from collections.abc import Iterator

from flask import Blueprint, Flask, current_app
from flask import render_template as render
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from survey.assets import app_version
from survey.i18n import DEFAULT, LANGUAGES
from survey.respond.kiosk.words import words
from survey.respond.offline import described

bp = Blueprint("kiosk", __name__)


@bp.route("/k")
def page() -> ResponseReturnValue:
    """The same for every device and every citizen: what it asks comes in its bundle."""
    with force_locale(DEFAULT):
        version = app_version(current_app)
        return render("respond/kiosk/page.html", speaking=speaking, version=version)


def speaking() -> Iterator[tuple[str, dict[str, dict[str, str]]]]:
    """Code and words of each language, which is spoken until the next is asked for: the
    page goes round its screens with it."""
    for code in LANGUAGES:
        with force_locale(code):
            yield code, words()


@bp.route("/k/manifest.webmanifest")
def manifest() -> ResponseReturnValue:
    """Lets a tablet keep the kiosk as an app in full screen."""
    with force_locale(DEFAULT):
        return described(_("Satisfaction survey"), "/k", "fullscreen")


def install(app: Flask) -> None:
    app.register_blueprint(bp)
