"""Rules of acts beyond the table of states: who may undo, release and open again, and when."""

import tomllib
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from survey.calendar import ZONE
from survey.errors import Conflict
from survey.feedback.standing import Happened, Standing

RULES: Final[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "rules.toml").read_text(encoding="utf-8")
)
QUIET: Final = frozenset({"note", "read", "unmask", "confirm", "remind"})  # change no standing


class OnceOnly(Conflict):
    title = _l("A case can be opened again once")
    remedy = _l("Please send new feedback; name the earlier one if it is about the same.")


class TooLateToReopen(Conflict):
    title = _l("The time for opening this case again is over")
    remedy = _l("Please send new feedback; name the earlier one if it is about the same.")


class SecondPerson(Conflict):
    title = _l("A reply is released by a second person")
    remedy = _l("Ask a colleague who may release replies to check and release this one.")


class AnotherOfficer(Conflict):
    title = _l("A case that was opened again goes to another officer")
    remedy = _l("Assign it to somebody who did not work on it before.")


class Extended(Conflict):
    title = _l("The time for this has been extended already")
    remedy = _l("It is extended once. What cannot be finished by then is answered as far as it is.")


class NothingToSplit(Conflict):
    title = _l("What the sender wrote was erased: there is nothing to split")


class NothingToUndo(Conflict):
    title = _l("This can no longer be undone")
    remedy = _l("Only your own latest act can be undone, and only for a few minutes.")


def shown_from(moment: datetime) -> datetime:
    """When the unit that feedback is about sees what came in at `moment`.

    The first of the fixed times that is at least an hour away: with the others of that half day.
    """
    rule = RULES["shown"]
    soonest = moment + timedelta(minutes=rule["at_least_minutes"])
    day = soonest.astimezone(ZONE).date()
    times = [time.fromisoformat(text) for text in rule["times"]]
    for days in (0, 1):
        for at in times:
            found = datetime.combine(day + timedelta(days), at, ZONE)
            if found >= soonest:
                return found
    raise ValueError("no time of a day is named")


def undone_seq(events: Sequence[Happened], actor: str, now: datetime) -> int:
    """Number of the event that `actor` may undo now. Raises NothingToUndo."""
    rule = RULES["undo"]
    for place in range(len(events), 0, -1):
        event = events[place - 1]
        if event.act in QUIET:
            continue
        late = now - event.at > timedelta(minutes=rule["minutes"])
        if late or event.actor != actor or event.act not in rule["acts"]:
            break
        return place
    raise NothingToUndo


def check(
    standing: Standing, events: Sequence[Happened], act: str, actor: str, *, now: datetime
) -> None:
    """Raise the Conflict that keeps `actor` from `act` on a case, if there is one."""
    if act == "reopen" and standing.reopened >= RULES["reopen"]["times"]:
        raise OnceOnly
    if act == "release" and RULES["release"]["second_person"] and actor == standing.drafter:
        raise SecondPerson
    if act == "begin" and standing.state == "reopened" and actor in _workers(events):
        raise AnotherOfficer
    if act == "extend" and standing.extensions >= RULES["extend"]["times"]:
        raise Extended
    if act == "split" and any(event.act == "erase" for event in events):
        raise NothingToSplit
    if act == "undo":
        undone_seq(events, actor, now)


def _workers(events: Sequence[Happened]) -> set[str]:
    """Who took up, drafted or released before the case was opened again."""
    return {event.actor for event in events if event.act in ("begin", "draft", "release")}
