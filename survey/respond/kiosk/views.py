"""/k: what a kiosk at a counter shows, whoever opens it. Opening it writes nothing."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Flask, current_app
from flask import render_template as render
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from survey.i18n import DEFAULT, LANGUAGES
from survey.respond.kiosk.words import words

bp = Blueprint("kiosk", __name__)


@bp.route("/k")
def page() -> ResponseReturnValue:
    """The same for every device and every citizen: what it asks comes in its bundle."""
    with force_locale(DEFAULT):
        return render("respond/kiosk/page.html", speaking=speaking, version=version(current_app))


def speaking() -> Iterator[tuple[str, dict[str, dict[str, str]]]]:
    """Code and words of each language, which is spoken until the next is asked for: the
    page goes round its screens with it."""
    for code in LANGUAGES:
        with force_locale(code):
            yield code, words()


def version(app: Flask) -> str:
    """A mark of the scripts and sheets that the page runs."""
    found = app.extensions.get("sipas.kiosk_version")
    if found is None:
        folder = Path(app.static_folder or "")
        files = sorted([*folder.glob("js/**/*.js"), *folder.glob("css/*.css")])
        found = sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:8]
        app.extensions["sipas.kiosk_version"] = found
    return str(found)


def install(app: Flask) -> None:
    app.register_blueprint(bp)
