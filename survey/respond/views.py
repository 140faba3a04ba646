"""The citizen's doors: choose a survey, answer it page by page, be thanked. No session, no script.

A page that is opened writes nothing. What is typed stays in the page until its last press, which
the writer stores and answers after the commit.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, Flask, current_app, g, redirect, request, url_for
from flask import render_template as render
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.calendar import clock
from survey.config import Settings
from survey.crypto import derive
from survey.database import database, reading
from survey.database.engine import OUTAGES
from survey.errors import DatabaseUnreachable
from survey.fieldwork.rounds import find_round, open_rounds
from survey.fieldwork.tickets import TicketUnknown, find_pass, shown_pass
from survey.guesses import guesses
from survey.i18n import COOKIE, DEFAULT, LANGUAGES, language
from survey.origin import refuse_strangers
from survey.respond import comments
from survey.respond.arrival import Arrival
from survey.respond.doorway import (
    Doorway,
    asked_at,
    by_address,
    by_poster,
    by_stamp,
    by_ticket,
    is_answered_here,
    with_ticket,
)
from survey.respond.flags.way import signals
from survey.respond.health import meters, tally
from survey.respond.intake import Acknowledgement, receipt_key, take_page
from survey.respond.journey import NOTICE, PREFIX, Journey, Sent
from survey.respond.offline import bundle_key
from survey.respond.pages import page
from survey.respond.stamp import Stamp, new_stamp, read_stamp
from survey.respond.submission import Place, Submission, canonical
from survey.respond.traffic import count
from survey.respond.turning import turn

T = TypeVar("T")
Finder = Callable[..., Doorway]
BODY_LIMIT = 2 * 1024 * 1024  # a long pasted text comes back to be shortened, rather than vanish
AWAY = (DatabaseUnreachable, *OUTAGES, TimeoutError)
STATES = ("stored", "already", "kept-for-review")

bp = Blueprint("respond", __name__)


@bp.route("/")
def choose() -> ResponseReturnValue:
    rounds = [r for r in open_rounds(reading(), now=clock()) if is_answered_here(r)]
    return render("respond/choose.html", rounds=rounds)


@bp.route("/r/<code>", methods=["GET", "POST"])
def answer(code: str) -> ResponseReturnValue:
    """A round by its own address."""
    return _step(by_address, code)


@bp.route("/c/<code>", methods=["GET", "POST"])
def at_counter(code: str) -> ResponseReturnValue:
    """The round open now at the counter whose poster carries the code."""
    return _step(by_poster, code)


@bp.route("/i/<code>", methods=["GET", "POST"])
def by_code(code: str) -> ResponseReturnValue:
    """What a ticket or an invitation lets in to, once. Only the last press uses it up."""
    try:
        return _step(_at_ticket, code)
    except TicketUnknown:
        meters().unknown_tickets.inc()
        guesses("ticket").miss(now=clock())
        raise


@bp.route("/r/<code>/thanks")
def thanks(code: str) -> ResponseReturnValue:
    state = request.args.get("state")
    round_ = find_round(reading(), code)
    return render(
        "respond/thanks.html",
        round=round_,
        simulated=round_.simulated,
        state=state if state in STATES else STATES[0],
    )


def _step(find: Finder, code: str) -> ResponseReturnValue:
    now = clock()
    if request.method != "POST":
        doorway = find(reading(), code, now=now, language=language())
        return _show(_journey(doorway, _opened(doorway, now)), NOTICE)
    request.max_form_memory_size = BODY_LIMIT
    sent = Sent.read(request.form)
    if (sent.turn_to or sent.language) in LANGUAGES:
        g.language = sent.turn_to or sent.language
    refuse_strangers(request)
    try:
        return _continue(find, code, sent, now)
    except AWAY:
        typed = [pair for pair in request.form.items(multi=True) if pair[0] != f"{PREFIX}-turn"]
        return render("respond/outage.html", typed=typed, language_links=[]), 503


def _at_ticket(session: Session, code: str, *, now: datetime, language: str) -> Doorway:
    settings: Settings = current_app.extensions["sipas.settings"]
    found = find_pass(session, settings, code, now=now)
    return by_ticket(session, found, now=now, language=language)


def _shown_ticket(find: Finder, code: str, doorway: Doorway) -> Doorway:
    """The doorway of a form already opened, with the ticket of its address, used or not: whether
    it still counts is settled when the answers are stored."""
    if find is not _at_ticket:
        return doorway
    settings: Settings = current_app.extensions["sipas.settings"]
    found = shown_pass(reading(), settings, code)
    if (found.round, found.counter_id) != (doorway.round.code, doorway.counter_id):
        raise TicketUnknown
    return with_ticket(doorway, found)


def _continue(find: Finder, code: str, sent: Sent, now: datetime) -> ResponseReturnValue:
    """The page that follows the one sent."""
    stamp = read_stamp(_secret(), sent.opened)
    if stamp is None:
        doorway = find(reading(), code, now=now, language=language())
        return _turn(_journey(doorway, _opened(doorway, now, sent.id)), sent, now, known=False)
    doorway = by_stamp(reading(), stamp, now=now, language=language())
    doorway = _shown_ticket(find, code, doorway)
    journey = _journey(doorway, stamp)
    if asked_at(doorway.round, stamp, now) is None:
        simulated = doorway.round.simulated
        page = render("respond/late.html", journey=journey, simulated=simulated, language_links=[])
        return page, 410
    return _turn(journey, sent, now, known=True)


def _turn(journey: Journey, sent: Sent, now: datetime, *, known: bool) -> ResponseReturnValue:
    """The page that a press leads to. known: its stamp was made here."""
    led = turn(journey, sent)
    if led.begins:
        _count_start(journey, now)
    if not led.finished:
        return _show(journey, led.step, status=led.status, more=led.more)
    if not known or journey.stamp.is_stale(now):
        journey.stamp = journey.stamp.again(now)
        return _show(journey, led.step, status=409, stale=True)
    return _send(journey, now)


def _send(journey: Journey, now: datetime) -> ResponseReturnValue:
    """Store the answers; then, in a transaction of its own, each text."""
    state = _take(journey, now)
    tally("page", state.state)
    answered = journey.stamp.id if state.state == "already" else None
    for remark in _remarks(journey, now):
        _put_away(remark, answered)
    lang = language() if language() != _plain_language() else None
    code = journey.doorway.round.code
    return redirect(url_for("respond.thanks", code=code, state=state.state, lang=lang), 303)


def _remarks(journey: Journey, now: datetime) -> list[comments.Remark]:
    """The comment at the end and the words to each question, apart from each other."""
    key = derive(_secret(), "words")
    first: tuple[UUID, str, str | None] = (journey.stamp.comment, journey.comment.text, None)
    texts = [first]
    for question, text in journey.written:
        texts.append((comments.key_of(key, journey.stamp.comment, question), text, question))
    made = (
        comments.remark(
            id,
            text,
            round_=journey.doorway.round.code,
            counter_id=journey.doorway.counter_id,
            field=journey.field or journey.doorway.field,
            now=now,
            question=question,
        )
        for id, text, question in texts
    )
    return [remark for remark in made if remark is not None]


def _put_away(remark: comments.Remark, answered: UUID | None) -> None:
    _write(lambda session: comments.put_away(session, remark, unless_released=answered))
    meters().comments.inc()


def _take(journey: Journey, now: datetime) -> Acknowledgement:
    doorway, stamp = journey.doorway, journey.stamp
    submission = Submission(
        id=stamp.id,
        round=doorway.round.code,
        version=doorway.questionnaire.name,
        mode=stamp.mode,
        assisted=False,
        language=language(),
        answers=journey.answers,
        place=Place(counter=doorway.counter_code),
        field=journey.field or doorway.field,
    )
    asked = asked_at(doorway.round, stamp, now) or now
    key = receipt_key(current_app.extensions["sipas.settings"])
    arrival = Arrival(
        canonical(submission),
        now,
        key,
        asked=asked,
        seconds=(now - stamp.opened).total_seconds(),
        signals=signals(request, now=now),
        ticket=doorway.ticket,
    )
    return _write(lambda session: take_page(session, submission, arrival))


def _count_start(journey: Journey, now: datetime) -> None:
    code, counter_id = journey.doorway.round.code, journey.doorway.counter_id
    if counter_id is not None:
        _write(lambda session: count(session, code, counter_id, now=now, started=1))


def _write(act: Callable[[Session], T]) -> T:
    return database().writer.submit(act)


def _secret() -> bytes:
    settings: Settings = current_app.extensions["sipas.settings"]
    return settings.secret()


def _plain_language() -> str:
    """The language that a page opened by its bare address would have."""
    return request.cookies.get(COOKIE, DEFAULT)


def _opened(doorway: Doorway, now: datetime, id: str = "") -> Stamp:
    return new_stamp(doorway.round.code, doorway.counter_code, doorway.mode, now=now, id=id)


def _journey(doorway: Doorway, stamp: Stamp) -> Journey:
    return Journey(doorway, stamp, language(), request.form)


def _show(
    journey: Journey, step: int, *, status: int = 200, stale: bool = False, more: bool = False
) -> ResponseReturnValue:
    """The page of one step; more: it comes back because answers on it led to further questions."""
    stamp = journey.stamp.signed(_secret())
    told: dict[str, Any] = {"stale": stale, "more": more}
    if request.method != "POST":
        told["bundle_key"] = bundle_key()  # from here a browser with JavaScript goes on by itself
    return page(journey, step, stamp=stamp, status=status, **told)


def install(app: Flask) -> None:
    app.register_blueprint(bp)
