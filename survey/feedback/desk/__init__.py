"""The desk of feedback: the inbox, and the page of one case."""

from flask import Blueprint

bp = Blueprint("feedback_desk", __name__, url_prefix="/desk/feedback")
