"""Babel catalogs of the interface words: `vi` (default) and `en`, both complete."""

from pathlib import Path

FOLDER = Path(__file__).parent
