"""The demo province, in one run: places, yearly samples, counter surveys, an account for each role.

Everything is seeded: the same release builds the same province. Every round is marked simulated.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from sqlalchemy.orm import Session

import questionnaires
from survey.demo import counter, sample
from survey.demo.places import MERGED_ON, build_centres, communes
from survey.fieldwork.publishing import publish
from survey.fieldwork.tables import Round, RoundPlace
from survey.site import set_site_value
from survey.units.shipped import bring_shipped
from survey.units.tables import Area

SEED = 20190101
BY = "command"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Year:
    """One simulated yearly sample: its form, its method, and about which share is satisfied."""

    year: int
    form: str
    method: str
    level: float


YEARS = (
    Year(2019, "sipas-2640@1", "qd-2640-2017", 0.800),
    Year(2020, "sipas-2640@1", "qd-2640-2017", 0.812),
    Year(2021, "sipas-2640@1", "qd-2640-2017", 0.828),
    Year(2022, "sipas-2022@1", "qd-1001-2023", 0.765),
    Year(2023, "sipas-1001-ward-2026@1", "qd-1001-2023", 0.780),
    Year(2024, "sipas-1001-ward-2026@1", "qd-1001-2023", 0.797),
    Year(2025, "sipas-1001-ward-2026@1", "qd-1001-2023", 0.790),
    Year(2026, "sipas-1001-ward-2026@1", "qd-1001-2023", 0.812),
)
COUNTER_FORM, COUNTER_METHOD = "one-stop-ward@1", "counter-form"


def build(session: Session, *, now: datetime, progress: Progress) -> list[str]:
    """Fill an empty database. The codes of the rounds built, in order; the caller commits."""
    rng = np.random.default_rng(SEED)
    progress("Địa bàn · areas of 2019–2026")
    bring_shipped(session, by=BY, now=now)
    build_centres(session, now=now)
    set_site_value(session, "organiser", "Sở Nội vụ tỉnh Quảng Trị")
    set_site_value(session, "contact", "Sở Nội vụ tỉnh Quảng Trị (địa chỉ giả định của bản thử)")
    set_site_value(session, "simulated", "yes")
    built = [_sipas(session, rng, year, now=now, progress=progress) for year in YEARS]
    built += _counters(session, rng, now=now, progress=progress)
    return built


def _sipas(
    session: Session, rng: np.random.Generator, year: Year, *, now: datetime, progress: Progress
) -> str:
    progress(f"SIPAS {year.year} · simulated sample")
    questionnaire = questionnaires.load(year.form)
    publish(session, questionnaire, by=BY, now=now, confirmed=True)
    opens, closes = date(year.year, 8, 15), date(year.year, 10, 15)
    round_ = Round(
        code=f"sipas-{year.year}",
        title={
            "vi": f"SIPAS {year.year} (mô phỏng)",
            "en": f"SIPAS {year.year} (simulated)",
        },
        questionnaire=year.form,
        method=year.method,
        notice=questionnaire.notice,
        sample="probability",
        modes=list(sample.MODES),
        opens=opens,
        closes=closes,
        year=year.year,
        state="closed",
        closed_at=now,
        simulated=True,
        made_at=now,
    )
    session.add(round_)
    session.flush()
    places = communes(session, np.random.default_rng([SEED, 1]), opens)
    for area_id in _provinces(session, opens):
        session.add(RoundPlace(round=round_.code, area_id=area_id))
    mood = sample.moods(np.random.default_rng([SEED, 2]), places)
    drawn = sample.draw(rng, round_.code, places, opens, mood)
    sample.margins(session, rng, round_, places)
    sample.fill(session, rng, round_, questionnaire, drawn, year.level)
    return round_.code


def _provinces(session: Session, day: date) -> list[int]:
    rows = session.query(Area).where(Area.level == "province", Area.valid_from <= day)
    return [area.id for area in rows if area.valid_to is None or area.valid_to > day]


def _counters(
    session: Session, rng: np.random.Generator, *, now: datetime, progress: Progress
) -> list[str]:
    questionnaire = questionnaires.load(COUNTER_FORM)
    publish(session, questionnaire, by=BY, now=now, confirmed=True)
    today = now.date()
    end = date(max(2026, today.year), 12, 31)
    mood = sample.moods(
        np.random.default_rng([SEED, 2]),
        communes(session, np.random.default_rng([SEED, 1]), max(today, MERGED_ON)),
    )
    built = []
    periods = ((2025, MERGED_ON, date(2025, 12, 31)), (2026, date(2026, 1, 1), end))
    for year, opens, closes in periods:
        progress(f"Khảo sát tại quầy {year} · simulated counter survey")
        still_open = closes >= today
        round_ = Round(
            code=f"quay-{year}",
            title={
                "vi": f"Khảo sát tại quầy {year} (mô phỏng)",
                "en": f"Counter survey {year} (simulated)",
            },
            questionnaire=COUNTER_FORM,
            method=COUNTER_METHOD,
            notice=questionnaire.notice,
            sample="open",
            modes=list(counter.MODES),
            opens=opens,
            closes=closes,
            year=year,
            state="open" if still_open else "closed",
            closed_at=None if still_open else now,
            simulated=True,
            made_at=now,
        )
        session.add(round_)
        session.flush()
        for area_id in _provinces(session, closes):
            session.add(RoundPlace(round=round_.code, area_id=area_id))
        level = 0.905 if year == 2025 else 0.92
        counter.fill(session, rng, round_, questionnaire, mood, min(closes, today), level)
        built.append(round_.code)
    return built
