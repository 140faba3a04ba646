"""What a submission says, held against what is published, open and known in this installation."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from questionnaires.model import Questionnaire
from survey.calendar import local_day
from survey.database.remembered import remembered
from survey.fieldwork.places import rounds_covering
from survey.fieldwork.publishing import FormNotPublished, published
from survey.fieldwork.tables import Round
from survey.respond.submission import Submission, SubmissionFault, check_answers
from survey.units.areas import area_at
from survey.units.places import agency_by_code, counter_by_code, field_by_code
from survey.units.tables import Centre, Counter


@dataclass(frozen=True)
class Whereabouts:
    """Where a submission belongs, as rows of this database."""

    counter_id: int | None
    agency_id: int | None
    residence_id: int | None
    field: str | None


def _round(session: Session, code: str) -> Round | None:
    return session.get(Round, code)


def _agency_of(session: Session, centre_id: int) -> int | None:
    return session.get_one(Centre, centre_id).agency_id


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
    session: Session, submission: Submission, round_: Round, now: datetime
) -> Whereabouts:
    """The rows that the codes name; the agency and the field are the counter's where not said."""
    place, day = submission.place, local_day(now)
    counter = counter_of(session, place.counter, round_)
    agency_id = field = None
    if counter is not None:
        agency_id, field = remembered(_agency_of, session, counter.centre_id), counter.field
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


def counter_of(session: Session, code: str | None, round_: Round) -> Counter | None:
    """The counter of that code, where the round asks. Raises SubmissionFault."""
    if code is None:
        return None
    counter = remembered(counter_by_code, session, code)
    if counter is None:
        raise SubmissionFault("place.counter: there is no such counter")
    if round_.code not in remembered(rounds_covering, session, counter):
        raise SubmissionFault("place.counter: the round does not ask there")
    return counter
