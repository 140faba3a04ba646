"""The simulated counter survey: months of answers at every counter, visitors served, comments."""

import tomllib
from calendar import monthrange
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from questionnaires.model import Questionnaire
from survey.database import Base
from survey.demo.people import answers, crowd
from survey.demo.sample import random_id
from survey.fieldwork.progress import COUNTED
from survey.fieldwork.tables import Round
from survey.units.tables import Area, Centre, Counter

MODES = {"kiosk": 0.6, "mobile": 0.31, "web": 0.09}
LEAST = 5  # a counter's month has a batch, or none
COMMENTED = 0.06
FLAGGED = 80
BUSY_HOURS = range(8, 17)
RECENT = 5  # days with hourly counts, for the page of today's counts
TEXTS = Path(__file__).parent / "comments.toml"


def months(opens: date, last: date) -> list[date]:
    """The last day of each month from `opens` to `last`, the running month up to `last`."""
    found, day = [], opens
    while day <= last:
        end = day.replace(day=monthrange(day.year, day.month)[1])
        found.append(min(end, last))
        day = end + timedelta(days=1)
    return found


def fill(
    session: Session,
    rng: np.random.Generator,
    round_: Round,
    questionnaire: Questionnaire,
    mood: dict[str, float],
    last: date,
    level: float,
) -> int:
    """Responses, traffic and comments of an open round up to `last`; the count of responses."""
    places = session.execute(
        select(Counter, Centre, Area)
        .join(Centre, Counter.centre_id == Centre.id)
        .join(Area, Centre.area_id == Area.id)
        .order_by(Counter.code)
    ).all()
    plans, traffic = [], []
    for day in months(round_.opens, last):
        for counter, centre, area in places:
            count = LEAST + int(rng.poisson(2.0)) if rng.random() < 0.85 else 0
            served = int((count or LEAST) / rng.uniform(0.06, 0.3))
            traffic.append(_hour(round_, counter, day, 17, served=served))
            if count:
                plans.append((counter, centre, area, day, count))
    leanings = np.repeat(
        [mood.get(area.code, 0.0) + float(rng.normal(0, 0.15)) for _, _, area, _, _ in plans],
        [plan[-1] for plan in plans],
    )
    codes = answers(rng, questionnaire, crowd(rng, leanings), level, skipped=0.0)
    rows: list[dict[str, Any]] = []
    for counter, centre, area, day, count in plans:
        batch_day = day - timedelta(days=int(rng.integers(0, min(day.day, 20))))
        for _ in range(count):
            mode = str(rng.choice(list(MODES), p=list(MODES.values())))
            place = {"area_id": area.id, "centre_id": centre.id, "counter_id": counter.id}
            rows.append(
                {
                    "id": random_id(rng),
                    "round": round_.code,
                    "version": round_.questionnaire,
                    "day": batch_day,
                    **place,
                    "agency_id": centre.agency_id,
                    "field": counter.field,
                    "mode": mode,
                    "assisted": mode == "kiosk" and bool(rng.random() < 0.08),
                    "language": "vi",
                    "answers": codes[len(rows)],
                }
            )
    traffic += _recent(rng, round_, [place[0] for place in places], last)
    for name, made in (("response", rows), ("response_flag", _flags(rows)), ("traffic", traffic)):
        _put(session, name, made)
    _comments(session, rng, round_, rows)
    return len(rows)


def _put(session: Session, table: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(Base.metadata.tables[table]), rows)


def _flags(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One answer in FLAGGED looks as if it were not a citizen's own; chosen by its random key."""
    return [
        {
            "response_id": row["id"],
            "rule": "again" if row["mode"] == "kiosk" else "speed",
            "version": 1,
        }
        for row in rows
        if row["id"].int % FLAGGED == 0
    ]


def _hour(round_: Round, counter: Counter, day: date, hour: int, **counts: int) -> dict[str, Any]:
    none = dict.fromkeys(COUNTED, 0)
    key = {"round": round_.code, "counter_id": counter.id, "day": day, "hour": hour}
    return {**key, **none, **counts}


def _recent(
    rng: np.random.Generator, round_: Round, counters: list[Counter], last: date
) -> list[dict[str, Any]]:
    """Hourly counts of the last working days; the hour of the monthly total is left alone."""
    rows = []
    for back in range(RECENT):
        day = last - timedelta(days=back)
        if day < round_.opens or day.weekday() == 6:
            continue
        for counter in counters:
            for hour in BUSY_HOURS:
                started = int(rng.poisson(0.5))
                if started:
                    finished = int(rng.binomial(started, 0.85))
                    offered = started + int(rng.poisson(1))
                    left = started - finished
                    counts = {"offered": offered, "started": started, "finished": finished}
                    counts |= {"given_up": left // 2, "timed_out": left - left // 2}
                    rows.append(_hour(round_, counter, day, hour, **counts))
    return rows


def _comments(
    session: Session, rng: np.random.Generator, round_: Round, rows: list[dict[str, Any]]
) -> None:
    """A text for about 6 % of the rows' places and months, joined to none of them."""
    texts = tomllib.loads(TEXTS.read_text(encoding="utf-8"))
    kinds = [texts["praise"], texts["fault"]]
    said = []
    for row in rows:
        if rng.random() < COMMENTED:
            kind = kinds[int(rng.random() < 0.45)]
            said.append(
                {
                    "id": random_id(rng),
                    "round": round_.code,
                    "centre_id": row["centre_id"],
                    "area_id": row["area_id"],
                    "field": row["field"],
                    "month": row["day"].replace(day=1),
                    "text": str(rng.choice(kind)),
                }
            )
    rng.shuffle(said)
    if said:
        session.execute(insert(Base.metadata.tables["comment"]), said)
