"""The door to what a form will be: its blueprint, and what all its pages ask."""

from pathlib import Path

from flask import Blueprint, current_app, url_for
from flask import render_template as render
from flask.typing import ResponseReturnValue

from questionnaires.model import Questionnaire
from survey.config import Settings
from survey.database import reading
from survey.fieldwork.catalogue import FormFaulty
from survey.fieldwork.drafts import form_to_look_at

bp = Blueprint("preview", __name__)


def look_at(name: str) -> tuple[Questionnaire, str]:
    """A form of any state, and which. Raises FormFaulty, FormNotPublished."""
    return form_to_look_at(reading(), data(), name)


def data() -> Path:
    """The folder of the installation's data."""
    chosen: Settings = current_app.extensions["sipas.settings"]
    return chosen.data


def ways(name: str, spoken: str | None = None) -> dict[str, str]:
    """Addresses of other pages about the form; of rooms that are there. spoken: the language of
    the form on paper; None is that of the page."""
    there = current_app.view_functions
    found = {
        "preview_href": url_for("preview.show", name=name),
        "analysis_href": url_for("preview.analysis", name=name),
        "form_href": url_for("questionnaires.show", name=name),
    }
    if "exchange.download" in there:
        found["paper_href"] = url_for("exchange.download", name=name, kind="paper", language=spoken)
    return found


def told(name: str, error: FormFaulty) -> ResponseReturnValue:
    """What is wrong with a form that cannot be shown, by line."""
    context = {"name": name, "faults": error.faults, **ways(name)}
    return render("respond/broken.html", **context), error.status
