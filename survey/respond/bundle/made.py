"""Making a bundle: one JSON text for all languages of a form, and its signature.

The pages in it are made by the templates that make them for browsers without JavaScript. A bundle
is the same all day at a place, so it is made once and compared by its hash.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from survey.calendar import day_start, local_day
from survey.i18n import DEFAULT
from survey.respond.bundle.form import form
from survey.respond.bundle.spoken import spoken
from survey.respond.doorway import Doorway
from survey.signing import own_key, signed
from survey.units.hours import Hours

SCHEMA: Final = 1
PURPOSE: Final = "bundle"
LIVES: Final = timedelta(days=30)  # a device without a network asks that long
WARNING: Final = 20  # seconds to ask for more time: the least that WCAG 2.2.1 allows
KEPT: Final = 400  # bundles that a process remembers

ALWAYS: Final = Hours()

Doorways = Mapping[str, Doorway]  # by language


@dataclass(frozen=True)
class Bundle:
    """text: what is signed, and of which `hash` is the hex SHA-256."""

    text: str
    signature: str
    hash: str

    @property
    def body(self) -> dict[str, str]:
        return {"bundle": self.text, "signature": self.signature}


_made: dict[str, Bundle] = {}


def bundle(
    find: Callable[[str], Doorway],
    secret: bytes,
    *,
    site: Mapping[str, str],
    now: datetime,
    hours: Hours = ALWAYS,
    sealing: Mapping[str, Any] | None = None,
) -> Bundle:
    """The bundle of what `find` leads to in a language. Raises as `find` does.

    site: see `site_values`. hours: of the centre, for a kiosk. sealing: the key that
    finished records are sealed to.
    """
    first = find(DEFAULT)
    tongues = first.questionnaire.languages
    doorways = {one: first if one == DEFAULT else find(one) for one in tongues}
    about: dict[str, Any] = {
        "hours": hours.told,
        "idle": {"seconds": hours.idle, "warning": WARNING},
    }
    if sealing is not None:
        about["sealing"] = sealing
    key = _made_of(doorways, secret, site, now, about)
    if key not in _made:
        if len(_made) >= KEPT:
            _made.clear()
        text = json.dumps(_table(doorways, now, site, about), ensure_ascii=False)
        signature = signed(own_key(secret, PURPOSE), text.encode())
        _made[key] = Bundle(text, signature, sha256(text.encode()).hexdigest())
    return _made[key]


def _made_of(
    doorways: Doorways,
    secret: bytes,
    site: Mapping[str, str],
    now: datetime,
    about: Mapping[str, Any],
) -> str:
    """What two bundles that are the same have in common."""
    first = next(iter(doorways.values()))
    round_ = first.round
    told = (
        sha256(secret).hexdigest(), local_day(now), sorted(site.items()), about, first.mode,
        round_.code, round_.title, round_.questionnaire, round_.notice, round_.sample,
        round_.closes, round_.simulated, _place(first), first.communes,
        sorted(first.media.items()), [(one, d.fields) for one, d in doorways.items()],
    )  # fmt: skip
    return repr(told)


def _table(
    doorways: Doorways,
    now: datetime,
    site: Mapping[str, str],
    about: Mapping[str, Any],
) -> dict[str, Any]:
    first = next(iter(doorways.values()))
    round_, asked = first.round, first.questionnaire
    issued = day_start(local_day(now))
    over = day_start(round_.closes + timedelta(days=1))
    table: dict[str, Any] = {
        "schema": SCHEMA,
        "issued": issued.isoformat(),
        "valid_until": min(issued + LIVES, over).isoformat(),
        "round": {
            "code": round_.code,
            "title": round_.title,
            "sample": round_.sample,
            "simulated": round_.simulated or site.get("simulated") == "yes",
        },
        "version": asked.name,
        "place": _place(first),
        "mode": first.mode,
        "fields": [code for code, _name in first.fields],
        "communes": dict(first.communes),
        "form": form(asked),
        "languages": {one: spoken(door, one, site, now=now) for one, door in doorways.items()},
        "last_day": round_.closes.isoformat(),
    }
    if first.media:
        table["media"] = sorted(shown.address for shown in first.media.values())
    return {**table, **about}


def _place(doorway: Doorway) -> dict[str, str | None]:
    counter, centre = doorway.counter, doorway.centre
    return {
        "counter": None if counter is None else counter.code,
        "name": None if counter is None else counter.name,
        "centre": None if centre is None else centre.name,
        "field": doorway.field,
    }
