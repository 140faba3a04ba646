"""Whether the service is up and ready, and how much it does, for those who watch over it."""

import hmac
import time
from ipaddress import ip_address

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

from survey.config import Settings
from survey.crypto import derive
from survey.database import database
from survey.database.migrate import current, head
from survey.database.space import space
from survey.errors import NotAllowed
from survey.guesses import totals

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

bp = Blueprint("health", __name__)


class Meters:
    """What one process counts. Names no person, counter or address."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.submissions = Counter(
            "sipas_submissions", "Submissions by door and state", ["door", "state"],
            registry=self.registry,
        )  # fmt: skip
        self.comments = Counter("sipas_comments", "Comments put away", registry=self.registry)
        self.unknown_tickets = Counter(
            "sipas_unknown_tickets",
            "Codes of tickets that nobody was given",
            registry=self.registry,
        )
        self.unknown_codes = Gauge(
            "sipas_unknown_codes", "Codes that nobody was given, by door", ["door"],
            registry=self.registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "sipas_request_seconds", "Time to answer a request", ["endpoint", "status"],
            buckets=BUCKETS, registry=self.registry,
        )  # fmt: skip
        self.disk = Gauge(
            "sipas_disk_free_share", "Share of the disk that is free", registry=self.registry
        )


def meters() -> Meters:
    """The meters of the running application."""
    found: Meters = current_app.extensions["sipas.meters"]
    return found


def tally(door: str, state: str) -> None:
    """Count a submission by the door it came through (page, api) and what became of it."""
    meters().submissions.labels(door, state).inc()


@bp.route("/healthz")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@bp.route("/readyz")
def ready() -> ResponseReturnValue:
    """The database can be reached and has the tables that this version expects."""
    reachable = database().reachable()
    migrated = reachable and current(database()) == head()
    body = jsonify(status="ok" if migrated else "not ready", database=reachable, migrated=migrated)
    return body, 200 if migrated else 503


@bp.route("/metrics")
def metrics() -> ResponseReturnValue:
    """For Prometheus on this machine, or with `Authorization: Bearer` and `metrics_token`."""
    if not (_from_this_machine() or _has_token()):
        raise NotAllowed
    for door, unknown in totals().items():
        meters().unknown_codes.labels(door).set(unknown)
    meters().disk.set(space(database().settings).share)
    return Response(generate_latest(meters().registry), content_type=CONTENT_TYPE_LATEST)


def metrics_token(settings: Settings) -> str:
    """What a Prometheus elsewhere sends; follows from the installation's secret."""
    return derive(settings.secret(), "metrics").hex()


def _from_this_machine() -> bool:
    """Whether the request was made here and not passed on by a proxy that runs here."""
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _has_token() -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    wanted = metrics_token(current_app.extensions["sipas.settings"])
    return hmac.compare_digest(given.encode(), wanted.encode())


def _begin() -> None:
    g.began = time.perf_counter()


def _measure(response: Response) -> Response:
    if "began" in g and request.endpoint != "static":
        took = time.perf_counter() - g.began
        measured(request.endpoint or "none", response.status_code, took)
    return response


def measured(endpoint: str, status: int, took: float) -> None:
    """Note how long an answer took, in seconds."""
    meters().seconds.labels(endpoint, status).observe(took)


def install(app: Flask) -> None:
    app.extensions["sipas.meters"] = Meters()
    app.before_request(_begin)
    app.after_request(_measure)
    app.register_blueprint(bp)
