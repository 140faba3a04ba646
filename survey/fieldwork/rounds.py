"""The life of a round: made as a draft, opened, closed; and which round is open where, now.

A round is open to citizens from its first to its last day while its state is "open". Closing
hands it to the release job: that calls `close_due`, which closes the rounds whose last day has
passed, then releases everything that still waits in `closed_rounds`, however small the batch.
"""

from dataclasses import replace
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from survey.calendar import local_day
from survey.errors import Conflict, RoundClosed, RoundNotOpenYet, RoundUnknown
from survey.fieldwork import catalogue
from survey.fieldwork.places import counters_of, places_of, rounds_covering
from survey.fieldwork.plan import RoundPlan, check, write
from survey.fieldwork.publishing import publish
from survey.fieldwork.tables import PublishedForm, Round, RoundPlace
from survey.site import site_values
from survey.staff.audit import record
from survey.units.places import counter_for_code, current_code, new_code
from survey.units.tables import Counter


class WordingNotConfirmed(Conflict):
    """The form's wording was not compared with the decree, and no administrator allowed it."""


def find_round(session: Session, code: str) -> Round:
    """The round, whatever its state. Raises RoundUnknown."""
    found = session.get(Round, code)
    if found is None:
        raise RoundUnknown(code)
    return found


def list_rounds(session: Session, *, state: str | None = None) -> list[Round]:
    """All rounds, or those in `state`: latest first day first, then by code."""
    chosen = select(Round).order_by(Round.opens.desc(), Round.code)
    if state:
        chosen = chosen.where(Round.state == state)
    return list(session.scalars(chosen))


def create_round(session: Session, plan: RoundPlan, *, by: str, now: datetime) -> Round:
    """A new draft. Raises PlanFault with every fault of `plan`, a taken code included."""
    taken = session.get(Round, plan.code) is not None
    whole, places = check(session, plan, code_taken=taken)
    simulated = whole.simulated
    if simulated is None:
        simulated = site_values(session)["simulated"] == "yes"
    round_ = Round(code=whole.code, state="draft", simulated=simulated, made_at=now)
    write(round_, whole)
    try:
        with session.begin_nested():
            session.add(round_)
    except IntegrityError:  # another process took the code a moment ago
        check(session, plan, code_taken=True)
    _put_places(session, round_, places)
    record(session, actor=by, act="round.create", object=_object(round_), now=now)
    return round_


def edit_round(session: Session, code: str, plan: RoundPlan, *, by: str, now: datetime) -> Round:
    """The draft as `plan` says; its code stays.

    Raises RoundUnknown, PlanFault, Conflict when it is no longer a draft.
    """
    round_ = find_round(session, code)
    refuse_unless_draft(round_)
    whole, places = check(session, replace(plan, code=code), code_taken=False)
    write(round_, whole)
    session.execute(delete(RoundPlace).where(RoundPlace.round == code))
    _put_places(session, round_, places)
    record(session, actor=by, act="round.edit", object=_object(round_), now=now)
    return round_


def refuse_unless_draft(round_: Round) -> None:
    """Raises Conflict when the round can no longer be changed."""
    if round_.state != "draft":
        raise Conflict(_("Only a draft can be changed. Copy the round to ask something else."))


def plan_of(session: Session, round_: Round) -> RoundPlan:
    """The plan that would make this round again."""
    return RoundPlan(
        code=round_.code,
        title=round_.title,
        questionnaire=round_.questionnaire,
        method=round_.method,
        sample=round_.sample,
        modes=tuple(round_.modes),
        opens=round_.opens,
        closes=round_.closes,
        places=tuple(place.ref for place in places_of(session, round_.code)),
        notice=round_.notice,
        year=round_.year,
        open_budget=round_.open_budget,
        simulated=round_.simulated,
    )


def copy_round(
    session: Session, code: str, new_code: str, *, opens: date, closes: date, by: str, now: datetime
) -> Round:
    """A new draft like round `code`, with its own code, period and year.

    Raises RoundUnknown, and PlanFault when it does not hold in the new period.
    """
    plan = plan_of(session, find_round(session, code))
    wanted = replace(plan, code=new_code, opens=opens, closes=closes, year=opens.year)
    return create_round(session, wanted, by=by, now=now)


def open_(session: Session, code: str, *, by: str, now: datetime, confirmed: bool = False) -> Round:
    """Publish the round's questionnaire and let citizens answer from its first day.

    confirmed: `by` is an administrator who allows wording not compared with the decree; not
        needed where the round's data are simulated.
    Raises RoundUnknown, catalogue.FormFaulty, and Conflict with the reason.
    """
    rounds = _held(session)
    round_ = find_round(session, code)
    _refuse_state(round_, now)
    form = publish(
        session,
        catalogue.usable(session, round_.questionnaire),
        by=by,
        now=now,
        confirmed=confirmed,
    )
    if needs_confirmation(session, round_):
        raise WordingNotConfirmed(
            _(
                "The wording of %(form)s has not been compared with the decree. "
                "An administrator must confirm it before the round opens.",
                form=form.name,
            )  # fmt: skip
        )
    _refuse_places(session, round_, rounds)
    _give_codes(session, round_, now)
    round_.state = "open"
    session.flush()
    record(session, actor=by, act="round.open", object=_object(round_), now=now)
    return round_


def needs_confirmation(session: Session, round_: Round) -> bool:
    """Whether an administrator must allow the wording before the round opens.

    Raises catalogue.FormFaulty when the form cannot be read.
    """
    if round_.simulated:
        return False
    form = session.get(PublishedForm, round_.questionnaire)
    if form is None:
        return not catalogue.form(session, round_.questionnaire).wording_compared
    return not (form.wording_checked or form.confirmed_by)


def close(session: Session, code: str, *, by: str, now: datetime) -> Round:
    """End the round: nobody can answer any more, and the release job releases what waits.

    Raises RoundUnknown, Conflict when it is not open.
    """
    round_ = find_round(session, code)
    if round_.state != "open":
        raise Conflict(_("Only an open round can be closed; this one is not open."))
    round_.state = "closed"
    round_.closed_at = now
    session.flush()
    record(session, actor=by, act="round.close", object=_object(round_), now=now)
    return round_


def close_due(session: Session, *, now: datetime) -> list[Round]:
    """Close the open rounds whose last day has passed; the rounds closed. For the release job."""
    due = select(Round).where(Round.state == "open", Round.closes < local_day(now))
    return [
        close(session, round_.code, by="system", now=now)
        for round_ in session.scalars(due.order_by(Round.code)).all()
    ]


def closed_rounds(session: Session) -> list[Round]:
    """The rounds of which everything may be released."""
    return list_rounds(session, state="closed")


def open_round(session: Session, code: str, *, now: datetime) -> Round:
    """The round that citizens can answer now. Raises RoundUnknown, RoundNotOpenYet, RoundClosed."""
    round_ = find_round(session, code)
    today = local_day(now)
    if round_.state == "closed" or (round_.state == "open" and today > round_.closes):
        raise RoundClosed(code)
    if round_.state == "draft" or today < round_.opens:
        raise RoundNotOpenYet(code)
    return round_


def open_rounds(session: Session, *, now: datetime) -> list[Round]:
    """The rounds that citizens can answer now, latest first."""
    today = local_day(now)
    return [r for r in list_rounds(session, state="open") if r.opens <= today <= r.closes]


def at_counter(session: Session, code: str, *, now: datetime) -> tuple[Round, Counter]:
    """The round open now at the counter whose poster carries `code`, and the counter.

    Raises CodeUnknown, CodeExpired, and as `open_at`.
    """
    counter, _code = counter_for_code(session, code, day=local_day(now))
    return open_at(session, counter, now=now), counter


def open_at(session: Session, counter: Counter, *, now: datetime) -> Round:
    """The round open now at a counter.

    Raises RoundNotOpenYet or RoundClosed when the counter's next or last round says so,
    RoundUnknown when it never had one.
    """
    codes = rounds_covering(session, counter)
    here = [r for r in list_rounds(session) if r.code in codes and asks_at_counters(session, r)]
    refusals: list[Exception] = []
    for round_ in here:
        try:
            return open_round(session, round_.code, now=now)
        except (RoundNotOpenYet, RoundClosed) as error:
            if round_.state != "draft":
                refusals.append(error)
    raise refusals[0] if refusals else RoundUnknown(counter.code)


def asks_at_counters(session: Session, round_: Round) -> bool:
    """Whether a round is asked at counters: an open one, or one whose places are not only areas.

    A sample of an area's residents is drawn from where they live and leaves its counters alone.
    """
    if round_.sample == "open":
        return True
    return any(place.ref.kind != "area" for place in places_of(session, round_.code))


def _refuse_state(round_: Round, now: datetime) -> None:
    if round_.state == "open":
        raise Conflict(_("This round is already open."))
    if round_.state == "closed":
        raise Conflict(_("A closed round cannot be opened again. Copy it to ask once more."))
    if round_.closes < local_day(now):
        raise Conflict(_("The last day of this round has passed. Change its period first."))


def _held(session: Session) -> list[Round]:
    """All rounds as they are now, their rows held: two rounds cannot open side by side."""
    everything = select(Round).order_by(Round.code).with_for_update(key_share=True)
    return list(session.scalars(everything, execution_options={"populate_existing": True}))


def _refuse_places(session: Session, round_: Round, rounds: list[Round]) -> None:
    """Raises Conflict when there is no place, or a counter has another open round in the period."""
    if not places_of(session, round_.code):
        raise Conflict(_("This round has no place yet. Add at least one."))
    if not asks_at_counters(session, round_):
        return
    counters = {counter.code for counter in counters_of(session, round_.code, round_.opens)}
    if not counters:
        raise Conflict(_("The places of this round have no counter."))
    for other in rounds:
        overlap = other.opens <= round_.closes and round_.opens <= other.closes
        if other.state != "open" or not overlap or not asks_at_counters(session, other):
            continue
        shared = counters & {c.code for c in counters_of(session, other.code, other.opens)}
        if shared:
            raise Conflict(
                _(
                    "Counter %(counter)s already has the round %(round)s open in this period.",
                    counter=min(shared),
                    round=other.code,
                )  # fmt: skip
            )


def _give_codes(session: Session, round_: Round, now: datetime) -> None:
    """Every counter that shows the round gets a code for its poster, unless it has one."""
    if asks_at_counters(session, round_):
        for counter in counters_of(session, round_.code, local_day(now)):
            if current_code(session, counter.id) is None:
                new_code(session, counter.id, now=now)


def _put_places(session: Session, round_: Round, places: list[RoundPlace]) -> None:
    for place in places:
        place.round = round_.code
    session.add_all(places)
    session.flush()


def _object(round_: Round) -> str:
    return f"round:{round_.code}"
