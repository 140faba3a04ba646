"""Every form that tests ask: those that are shipped, and the small ones, one a feature."""

from pathlib import Path

import questionnaires

FOLDER = Path(__file__).parent / "feature_forms"
FEATURES = {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}
EVERY = {**questionnaires.shipped(), **FEATURES}
LANGUAGES = ("vi", "en")
