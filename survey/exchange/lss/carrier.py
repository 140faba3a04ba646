"""What only this platform reads: a table of our own in the file, which LimeSurvey passes over.

It holds the form's canonical text under a seal, the hash of everything else in the file. The seal
breaks when the file is changed; then the form is read from LimeSurvey's own tables alone.
"""

import json
from collections.abc import Mapping
from typing import Any

from survey.exchange.fidelity import N_, Ledger
from survey.exchange.lss.source import Parts
from survey.exchange.lss.structure import CARRIER, Row, Tables, seal

BROKEN = N_(
    "The file was changed since this platform wrote it, so that what only this platform reads in "
    "it is passed over."
)


def carrying(canonical: str, tables: Tables) -> list[Row]:
    """The rows of our table for a file with these other tables."""
    return [{"form": canonical, "seal": seal(tables)}]


def carried(tables: Tables, ledger: Ledger, parts: Parts) -> Mapping[str, Any] | None:
    """The form that the file was written from, all parts kept; None when it has none to be
    trusted, which is told."""
    rows = tables.get(CARRIER, ())
    if not rows:
        return None
    form = _form(rows[0].get("form", "")) if rows[0].get("seal") == seal(tables) else None
    if form is None:
        for place, feature in parts.all.items():
            if feature == CARRIER:
                ledger.dropped(place, BROKEN)
        return None
    for place in parts.all:
        ledger.kept(place)
    return form


def _form(text: str) -> Mapping[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
