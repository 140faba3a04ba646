"""Pictures and sounds of published questionnaires, at addresses that change with their content."""

from dataclasses import dataclass

from flask import Blueprint, Flask, Response, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from questionnaires.model import Questionnaire
from survey.database import reading
from survey.errors import NotFound
from survey.fieldwork.media import content_of, frozen
from survey.fieldwork.media_kinds import TYPES

YEAR = 365 * 24 * 3600
NO_SCRIPT = "default-src 'none'; style-src 'unsafe-inline'; sandbox"  # what a drawing may do

bp = Blueprint("media", __name__)


@dataclass(frozen=True)
class Shown:
    """A picture or a sound on a page. width, height: of a picture, so that its place is kept."""

    address: str
    width: int | None = None
    height: int | None = None


def shown(session: Session, questionnaire: Questionnaire) -> dict[str, Shown]:
    """What can be shown of a published form, by the name of the file; what is lost is left out."""
    return {
        row.name: Shown(
            url_for("media.file", digest=row.sha256, kind=row.kind), row.width, row.height
        )
        for row in frozen(session, questionnaire)
    }


@bp.route("/m/<digest>.<kind>")
def file(digest: str, kind: str) -> ResponseReturnValue:
    """One file, for everybody and for good: its address is made of its hash. Parts of it can be
    asked for, as some browsers do before they play a sound. Raises NotFound."""
    content = content_of(reading(), digest, kind) if kind in TYPES else None
    if content is None:
        raise NotFound
    answer = Response(content, mimetype=TYPES[kind])
    answer.headers["Content-Security-Policy"] = NO_SCRIPT
    answer.cache_control.public = True
    answer.cache_control.max_age = YEAR
    answer.cache_control.immutable = True
    answer.set_etag(digest)
    return answer.make_conditional(request, accept_ranges=True, complete_length=len(content))


def install(app: Flask) -> None:
    app.register_blueprint(bp)
