"""Files that pages load, and how pages travel: compressed where they hold no secret."""

import fcntl
import shutil
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import brotli
from flask import Flask, Response, current_app, request, send_from_directory
from flask.typing import ResponseReturnValue
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from survey.errors import NotFound
from translations import FOLDER

SMALL = 500  # bytes: below, compression does not pay
HOUR = 3600
CARRIED = "/bundle"  # JSON that says the same to everybody, and no secret
MODULES = "js"  # the folder of what browsers run
OF_APP = ("js", "css", "fonts")  # what a device keeps, beside the pages made of templates and words


def install(app: Flask) -> None:
    """Addresses of static files change with their content; citizen pages are compressed.

    Modules name each other by their place, so they have the version of all of them in their
    address: `app_file("phone/phone.js")` in templates. A page never gets modules of two versions.
    """
    versions: dict[str, str] = {}

    @app.url_defaults
    def version(endpoint: str, values: dict[str, str]) -> None:
        if endpoint == "static" and "v" not in values and app.static_folder:
            name = values.get("filename", "")
            if name not in versions:
                path = Path(app.static_folder) / name
                versions[name] = sha256(path.read_bytes()).hexdigest()[:8] if path.is_file() else ""
            values["v"] = versions[name]

    app.after_request(_compress)
    app.jinja_env.globals["app_file"] = app_file
    app.add_url_rule("/static/app-<version>/<path:name>", "module", _module)


@lru_cache
def _version(static: Path, templates: Path) -> str:
    state = sha256()
    for path in [*_files(static, OF_APP), *_files(templates), *_files(Path(FOLDER))]:
        state.update(str(path).encode() + path.read_bytes())
    return state.hexdigest()[:12]


def _files(folder: Path, below: tuple[str, ...] = ("",)) -> Iterator[Path]:
    for name in below:
        yield from sorted(p for p in (folder / name).rglob("*") if p.is_file())


def app_version(app: Flask) -> str:
    """Changes with anything that a device keeps: modules, sheets, pages, words."""
    return _version(
        Path(app.static_folder or ""), Path(app.root_path) / (app.template_folder or "")
    )


def app_file(name: str) -> str:
    """The address of a module of this version."""
    return f"/static/app-{app_version(current_app)}/{name}"


def _module(version: str, name: str) -> ResponseReturnValue:
    """A module where no static server stands before us; only of the present version."""
    folder = Path(current_app.static_folder or "") / MODULES
    if version != app_version(current_app):
        raise NotFound
    return send_from_directory(folder, name)


def _compress(response: Response) -> Response:
    """Brotli for HTML of citizen pages and for forms that are carried away; never at the desk,
    whose pages hold tokens (BREACH)."""
    response.vary.add("Accept-Encoding")
    if (
        request.path.startswith("/desk")
        or not request.accept_encodings["br"]
        or not (response.mimetype == "text/html" or request.path.endswith(CARRIED))
        or response.direct_passthrough
        or "Content-Encoding" in response.headers
        or (response.content_length or 0) < SMALL
    ):
        return response
    response.set_data(brotli.compress(response.get_data(), quality=5))
    response.headers["Content-Encoding"] = "br"
    return response


def _compress_into(copy: Path, source: Path) -> None:
    making = copy.with_suffix(".making")
    shutil.rmtree(copy.parent, ignore_errors=True)
    shutil.copytree(source, making)
    compressor = Compressor(quiet=True)
    for path in making.rglob("*"):
        if path.is_file() and compressor.should_compress(path.name):
            compressor.compress(str(path))
    making.rename(copy)


def served_by_whitenoise(app: Flask, data: Path) -> WhiteNoise:
    """`app` with its static files served from a compressed copy below `data`."""
    source = Path(app.static_folder or "")
    files = sorted(path for path in source.rglob("*") if path.is_file())
    state = sha256()
    for path in files:
        state.update(str(path.relative_to(source)).encode() + path.read_bytes())
    copy = data / "static" / state.hexdigest()[:16]
    data.mkdir(parents=True, exist_ok=True)
    with (data / "static.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several processes may start at once
        if not copy.exists():
            _compress_into(copy, source)
    modules = f"static/app-{app_version(app)}/"
    noise = WhiteNoise(
        app.wsgi_app,
        root=str(copy),
        prefix="static/",
        max_age=HOUR,
        immutable_file_test=f"^/{modules}",
    )
    noise.add_files(str(copy / MODULES), prefix=modules)
    return noise
