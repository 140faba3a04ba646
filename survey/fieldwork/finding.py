"""Places by name or code, for whoever sets up a round."""

from datetime import date

from sqlalchemy.orm import Session

from survey.fieldwork.places import PlaceRef
from survey.text import fold
from survey.units.areas import search
from survey.units.places import centres, counters

FOUND_AT_MOST = 30  # areas, and as many centres and counters


def find(session: Session, text: str, day: date) -> list[tuple[PlaceRef, str]]:
    """Places of `day` whose name holds `text` without regard to accents, or whose code begins so.

    Areas first, then centres, then counters, each with its name; none for an empty text.
    """
    wanted = " ".join(fold(text).split())
    if not wanted:
        return []
    areas = [(PlaceRef("area", a.code), a.name) for a in search(session, text, day)]
    serving = {centre.id: centre for centre in centres(session, day=day)}
    served = [(PlaceRef("centre", c.code), c.name) for c in serving.values()]
    served += [
        (PlaceRef("counter", c.code), f"{serving[c.centre_id].name}, {c.name}")
        for c in counters(session, day=day)
    ]
    fitting = [
        (ref, name)
        for ref, name in served
        if wanted in fold(name) or fold(ref.code).startswith(wanted)
    ]
    return areas[:FOUND_AT_MOST] + fitting[:FOUND_AT_MOST]
