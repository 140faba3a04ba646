"""Where an address leads: a round, its questionnaire, the counter, and how it is answered there."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from questionnaires.model import Questionnaire
from questionnaires.today import on
from survey.calendar import local_day
from survey.errors import RoundUnknown, SurveyError
from survey.fieldwork.places import places_of
from survey.fieldwork.publishing import published
from survey.fieldwork.rounds import at_counter, open_at, open_round
from survey.fieldwork.tables import Round
from survey.fieldwork.tickets import Pass
from survey.respond.facts import was_open
from survey.respond.media import Shown, shown
from survey.respond.stamp import Stamp
from survey.text import fold
from survey.units.areas import areas_on, descendants, province_of
from survey.units.places import counter_by_code, field_names
from survey.units.tables import Centre, Counter

AT_ADDRESS = ("web", "mobile")
AT_POSTER = ("mobile", "web")
AT_KIOSK = ("kiosk",)
AT_TICKET = ("ticket",)


class NotAnsweredHere(SurveyError):
    status = 409
    title = _l("This survey is not answered on the internet")
    remedy = _l(
        "Please answer it the way you were invited to. Other surveys are on the first page."
    )


@dataclass(frozen=True)
class Doorway:
    """fields: code and name of the fields to choose from, where the place does not tell which.

    questionnaire: with the day of answering where a limit of it is today.
    communes: code, as a whole number, and name of those to choose from, where the form asks.
    media: the pictures and sounds that can be shown, by the name of their file.
    """

    round: Round
    questionnaire: Questionnaire
    mode: str
    counter: Counter | None
    centre: Centre | None
    fields: tuple[tuple[str, str], ...]
    communes: tuple[tuple[str, str], ...] = ()
    media: Mapping[str, Shown] = dataclasses.field(default_factory=dict)
    ticket: Pass | None = None

    @property
    def counter_id(self) -> int | None:
        return None if self.counter is None else self.counter.id

    @property
    def field(self) -> str | None:
        """The field of the ticket, or of the counter where it has only one."""
        if self.ticket is not None and self.ticket.field is not None:
            return self.ticket.field
        return None if self.counter is None else self.counter.field

    @property
    def counter_code(self) -> str | None:
        return None if self.counter is None else self.counter.code


def mode_of(round_: Round, wanted: tuple[str, ...]) -> str:
    """The first of `wanted` that the round has. Raises NotAnsweredHere."""
    for mode in wanted:
        if mode in round_.modes:
            return mode
    raise NotAnsweredHere


def is_answered_here(round_: Round) -> bool:
    """Whether the first page offers the round."""
    return any(mode in round_.modes for mode in AT_ADDRESS)


def by_address(session: Session, code: str, *, now: datetime, language: str) -> Doorway:
    """What /r/<round> leads to. Raises RoundUnknown, RoundNotOpenYet, RoundClosed,
    NotAnsweredHere."""
    round_ = open_round(session, code, now=now)
    return _doorway(session, round_, None, mode_of(round_, AT_ADDRESS), now, language)


def by_poster(session: Session, code: str, *, now: datetime, language: str) -> Doorway:
    """What /c/<code> leads to. Raises CodeUnknown, CodeExpired, and as `by_address`."""
    round_, counter = at_counter(session, code, now=now)
    return _doorway(session, round_, counter, mode_of(round_, AT_POSTER), now, language)


def by_ticket(session: Session, found: Pass, *, now: datetime, language: str) -> Doorway:
    """What a ticket or an invitation leads to. Raises as `by_address`."""
    round_ = open_round(session, found.round, now=now)
    counter = None if found.counter_id is None else session.get(Counter, found.counter_id)
    mode = mode_of(round_, AT_TICKET if found.kind == "ticket" else AT_ADDRESS)
    opened = _doorway(session, round_, counter, mode, now, language)
    return with_ticket(opened, found)


def with_ticket(doorway: Doorway, found: Pass) -> Doorway:
    """The doorway as who shows the ticket sees it: a field that it names is not asked."""
    fields = () if found.field is not None else doorway.fields
    return dataclasses.replace(doorway, ticket=found, fields=fields)


def by_kiosk(session: Session, counter: Counter, *, now: datetime, language: str) -> Doorway:
    """What a kiosk at the counter asks now, a screen at a time whatever the form's paging.

    Raises as `open_at` does, and NotAnsweredHere.
    """
    round_ = open_at(session, counter, now=now)
    found = _doorway(session, round_, counter, mode_of(round_, AT_KIOSK), now, language)
    asked = dataclasses.replace(found.questionnaire, paging="screens")
    return dataclasses.replace(found, questionnaire=asked)


def by_stamp(session: Session, stamp: Stamp, *, now: datetime, language: str) -> Doorway:
    """Where the form was opened, whatever has happened to the round or the code since.

    Raises RoundUnknown when the round is gone.
    """
    round_ = session.get(Round, stamp.round)
    if round_ is None:
        raise RoundUnknown
    counter = counter_by_code(session, stamp.counter) if stamp.counter else None
    return _doorway(session, round_, counter, stamp.mode, now, language)


def asked_at(round_: Round, stamp: Stamp, now: datetime) -> datetime | None:
    """The moment for which the round counts as open to this form; None when it is over.

    A form opened while the round was open is taken until its day ends.
    """
    if was_open(round_, now):
        return now
    if was_open(round_, stamp.opened) and stamp.same_day(now):
        return stamp.opened
    return None


def _doorway(
    session: Session,
    round_: Round,
    counter: Counter | None,
    mode: str,
    now: datetime,
    language: str,
) -> Doorway:
    centre = None if counter is None else session.get_one(Centre, counter.centre_id)
    told = counter is not None and counter.field is not None
    choices = () if told or round_.sample != "open" else field_names(session, language).items()
    questionnaire = on(published(session, round_.questionnaire), local_day(now))
    communes = communes_of(session, round_, questionnaire)
    media = shown(session, questionnaire)
    return Doorway(round_, questionnaire, mode, counter, centre, tuple(choices), communes, media)


def communes_of(
    session: Session, round_: Round, questionnaire: Questionnaire
) -> tuple[tuple[str, str], ...]:
    """The communes of the provinces where the round asks, as they were when it opened, by name;
    none for a form that does not ask for one."""
    if not any(item.kind == "place" for item in questionnaire.items):
        return ()
    within: set[int] = set()
    for place in places_of(session, round_.code):
        province = province_of(session, place.area_id)
        within |= descendants(session, province.id if province else place.area_id)
    return communes_within(session, within, round_.opens)


def communes_within(session: Session, areas: set[int], day: date) -> tuple[tuple[str, str], ...]:
    """Code, as a whole number, and name of the communes of `day` among areas, by name."""
    found = areas_on(session, day, level="commune", within=areas)
    named = [(str(int(area.code)), area.name) for area in found if area.code.isdigit()]
    return tuple(sorted(named, key=lambda pair: (fold(pair[1]), pair[0])))
