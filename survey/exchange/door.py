"""The blueprint of the pages of exchange, and what all of them need."""

from typing import Any

from flask import Blueprint

from survey.exchange.words import OUTCOME_KINDS, OUTCOME_NAMES, feature_name, place_name

bp = Blueprint("exchange", __name__)
NAMES: dict[str, Any] = {
    "outcome_names": OUTCOME_NAMES,
    "outcome_kinds": OUTCOME_KINDS,
    "feature_name": feature_name,
    "place_name": place_name,
}
