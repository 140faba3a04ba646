"""Files that pages load, and how pages travel: compressed where they hold no secret."""

import fcntl
import shutil
from hashlib import sha256
from pathlib import Path

import brotli
from flask import Flask, Response, request
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

SMALL = 500  # bytes: below, compression does not pay
HOUR = 3600
CARRIED = "/bundle"  # JSON that says the same to everybody, and no secret


def install(app: Flask) -> None:
    """Addresses of static files change with their content; citizen pages are compressed."""
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
    return WhiteNoise(app.wsgi_app, root=str(copy), prefix="static/", max_age=HOUR)
