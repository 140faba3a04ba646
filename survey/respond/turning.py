"""What a press of a button on a page of a form leads to. Nothing is stored or shown here."""

from dataclasses import dataclass

from survey.respond.journey import NOTICE, Journey, Sent


@dataclass(frozen=True)
class Turn:
    """The page to show next.

    begins: the notice was left. more: the page comes back because answers on it led to further
    questions. finished: nothing is missing, and the last page was sent.
    """

    step: int
    status: int = 200
    begins: bool = False
    more: bool = False
    finished: bool = False


def turn(journey: Journey, sent: Sent) -> Turn:
    """Another language, back, on, or send; faults are then said by the fields of `journey`."""
    step = journey.within(sent.step)
    if sent.turn_to:
        return Turn(step)
    if sent.go == "back":
        return Turn(journey.before(step))
    if step == NOTICE:
        return Turn(journey.after(NOTICE), begins=True)
    fresh = journey.fresh(step, sent.seen)
    if not journey.check(step, without=fresh):
        return Turn(step, 422)
    if fresh:
        return Turn(step, more=True)
    if step < journey.last:
        return Turn(journey.after(step))
    faulty = journey.first_fault()
    if faulty is not None:
        return Turn(faulty, 422)
    return Turn(step, finished=True)
