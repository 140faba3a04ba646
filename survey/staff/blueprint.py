"""The one blueprint of the desk's own pages; views_*.py hang their pages on it."""

from flask import Blueprint

bp = Blueprint("staff", __name__, url_prefix="/desk")
