"""What a submission says, held against what is published, open and known in this installation."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from questionnaires.model import Questionnaire
from survey.calendar import local_day
from survey.database.remembered import remembered
from survey.fieldwork.devices.tables import Device
from survey.fieldwork.places import covering
from survey.fieldwork.publishing import FormNotPublished, published
from survey.fieldwork.tables import Round, RoundPlace
from survey.respond.submission import Submission, SubmissionFault, check_answers
from survey.units.areas import area_at
from survey.units.places import agency_by_code, field_by_code
from survey.units.tables import Centre, Counter

THIS = Counter.code == bindparam("counter")
ASKED = exists().where(RoundPlace.round == bindparam("round"), covering(THIS))
ENROLLED = exists().where(Device.counter_id == Counter.id, Device.revoked_at.is_(None))
COUNTER = (
    select(
        Counter.id,
        Counter.field,
        Centre.agency_id,
        ASKED.label("asked"),
        ENROLLED.label("enrolled"),
    )
    .join(Centre, Centre.id == Counter.centre_id)
    .where(THIS)
)


@dataclass(frozen=True)
class KnownCounter:
    """A counter of this database, as a round finds it. agency_id: of its centre.

    asked: the round asks there. enrolled: a device that is in use stands at it.
    """

    id: int
    field: str | None
    agency_id: int | None
    asked: bool
    enrolled: bool


@dataclass(frozen=True)
class Whereabouts:
    """Where a submission belongs, as rows of this database."""

    counter_id: int | None
    agency_id: int | None
    residence_id: int | None
    field: str | None


def _round(session: Session, code: str) -> Round | None:
    return session.get(Round, code)


def was_open(round_: Round, moment: datetime) -> bool:
    """Whether citizens could answer the round at `moment`, as far as is known now."""
    in_period = round_.opens <= local_day(moment) <= round_.closes
    before_end = round_.closed_at is None or moment < round_.closed_at
    return round_.state != "draft" and in_period and before_end


def asked_of(
    session: Session, code: str, version: str, moment: datetime
) -> tuple[Round, Questionnaire]:
    """The round and its questionnaire. Raises SubmissionFault when it was not open at `moment`."""
    round_ = remembered(_round, session, code)
    if round_ is None:
        raise SubmissionFault("round: there is no such round")
    if not was_open(round_, moment):
        raise SubmissionFault("round: was not open when this came")
    if version.split("@")[0] != round_.questionnaire.split("@")[0]:
        raise SubmissionFault(f"version: the round asks {round_.questionnaire}")
    try:
        return round_, remembered(published, session, version)
    except FormNotPublished as error:
        raise SubmissionFault("version: was never published here") from error


def check(submission: Submission, round_: Round, questionnaire: Questionnaire) -> None:
    """Raises SubmissionFault for a mode, a language or an answer that the round does not have."""
    if submission.mode not in round_.modes:
        raise SubmissionFault(f"mode: the round has {', '.join(round_.modes)}")
    if submission.language not in questionnaire.languages:
        raise SubmissionFault(f"language: the form has {', '.join(questionnaire.languages)}")
    check_answers(questionnaire, submission.answers)


def check_places(
    session: Session, submission: Submission, round_: Round, questionnaire: Questionnaire
) -> None:
    """Raises SubmissionFault for an answer that names no commune of the day the round opened."""
    for item in questionnaire.items:
        code = submission.answers.get(item.id) if item.kind == "place" else None
        if code and area_at(session, "commune", commune_code(code), round_.opens) is None:
            raise SubmissionFault(f"answers.{item.id}: there is no commune {code}")


def commune_code(answer: int) -> str:
    """The code of a commune as areas have it: five digits, of which the first may be 0."""
    return f"{answer:05d}"


def whereabouts(
    session: Session, submission: Submission, counter: KnownCounter | None, now: datetime
) -> Whereabouts:
    """The rows that the codes name; the agency and the field are the counter's where not said."""
    place, day = submission.place, local_day(now)
    agency_id = None if counter is None else counter.agency_id
    field = None if counter is None else counter.field
    if place.agency is not None:
        agency = agency_by_code(session, place.agency, day=day)
        if agency is None:
            raise SubmissionFault("place.agency: there is no such agency")
        agency_id = agency.id
    residence = None
    if place.residence is not None:
        residence = area_at(session, "commune", place.residence, day)
        if residence is None:
            raise SubmissionFault("place.residence: there is no such commune")
    if submission.field is not None:
        if remembered(field_by_code, session, submission.field) is None:
            raise SubmissionFault("field: there is no such field")
        field = submission.field
    return Whereabouts(
        counter_id=None if counter is None else counter.id,
        agency_id=agency_id,
        residence_id=None if residence is None else residence.id,
        field=field,
    )


def counter_of(session: Session, code: str | None, round_: Round) -> KnownCounter | None:
    """The counter of that code, where the round asks. Raises SubmissionFault."""
    if code is None:
        return None
    counter = remembered(_known_counter, session, code, round_.code)
    if counter is None:
        raise SubmissionFault("place.counter: there is no such counter")
    if not counter.asked:
        raise SubmissionFault("place.counter: the round does not ask there")
    return counter


def _known_counter(session: Session, code: str, round_: str) -> KnownCounter | None:
    row = session.connection().execute(COUNTER, {"counter": code, "round": round_}).one_or_none()
    return None if row is None else KnownCounter(*row)
