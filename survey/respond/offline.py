"""What a device keeps so that a form opens without a network: the service worker with the list of
the app's files, the page that stands in for a round's, the manifest that lets it be installed."""

import json
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Flask, Response, current_app, jsonify, url_for
from flask import render_template as render
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.assets import app_file, app_version
from survey.config import Settings
from survey.respond.bundle.made import PURPOSE
from survey.signing import Jwk, jwk_of, own_key

SHELL: Final = "/offline"
KIOSK: Final = "/k"
PHONE: Final = ("app.js", "conditions.js", "form", "queue", "phone")
APART: Final = ("worker.js", "questions.js")  # the worker itself; what pages of the server load
IMAGES: Final = ("img/icon-192.png", "img/icon-512.png")
FONT: Final = "fonts/be-vietnam-pro-400.woff2"  # as the sheet names it, without a version

bp = Blueprint("offline", __name__)


def bundle_key() -> Jwk:
    """The public key of bundles: stands in pages, so that what was fetched can be checked."""
    settings: Settings = current_app.extensions["sipas.settings"]
    return jwk_of(own_key(settings.secret(), PURPOSE).public_key())


def files() -> tuple[list[str], list[str]]:
    """The addresses that every device keeps, and those that a kiosk keeps beside them."""
    folder = Path(current_app.static_folder or "") / "js"
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.js"))
    of_phone = [name for name in names if name.split("/")[0] in PHONE]
    of_kiosk = [name for name in names if name not in of_phone and name not in APART]
    phone = [SHELL, *map(app_file, of_phone), *map(_static, ("css/citizen.css", "img/favicon.svg"))]
    phone.append(url_for("static", filename=FONT, v=None))
    kiosk = [*map(app_file, of_kiosk), _static("css/kiosk.css")]
    if any(rule.rule == KIOSK for rule in current_app.url_map.iter_rules()):
        kiosk.append(KIOSK)
    return phone, kiosk


def _static(name: str) -> str:
    return url_for("static", filename=name)


@bp.route("/sw.js")
def worker() -> ResponseReturnValue:
    """The service worker of the whole site; another text whenever a file of the app is another."""
    source = Path(current_app.static_folder or "") / "js" / "worker.js"
    phone, kiosk = files()
    told = {"VERSION": app_version(current_app), "FILES": phone, "KIOSK": kiosk}
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in told.items())
    answer = Response(head + source.read_text(encoding="utf-8"), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Service-Worker-Allowed"] = "/"
    return answer


@bp.route(SHELL)
def shell() -> ResponseReturnValue:
    """Stands in for the page of a round without a network: the same for all, without an id."""
    answer = Response(render("respond/offline.html", bundle_key=bundle_key(), language_links=[]))
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@bp.route("/manifest.webmanifest")
def manifest() -> ResponseReturnValue:
    """Lets a telephone put the surveys on its first screen."""
    return described(_("Satisfaction survey"), "/", "standalone")


def described(name: str, start: str, display: str) -> Response:
    """A web app manifest. start: the page that opens; display: standalone, fullscreen."""
    table: dict[str, Any] = {
        "id": start,
        "name": name,
        "short_name": name,
        "start_url": start,
        "scope": "/",
        "display": display,
        "background_color": "#ffffff",
        "theme_color": "#073f38",
        "icons": [
            {"src": _static(path), "sizes": f"{size}x{size}", "type": "image/png", "purpose": use}
            for path, size in zip(IMAGES, (192, 512), strict=True)
            for use in ("any", "maskable")
        ],
    }
    answer = jsonify(table)
    answer.mimetype = "application/manifest+json"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def install(app: Flask) -> None:
    app.register_blueprint(bp)
