"""The states of a case and every way between them: one table, which code, pages and docs read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from survey.errors import Conflict, Words
from survey.feedback.words import ACT_WORDS, STATE_WORDS

Who = Literal["sender", "officer", "second", "head", "receiver", "system"]
Clock = Literal["accept", "answer", "paused", "action", "none"]

OPEN: Final = (
    "new",
    "accepted",
    "in-work",
    "waiting-sender",
    "waiting-agency",
    "drafted",
    "reopened",
)
ANSWERED: Final = ("released", "closed")
APART: Final = ("refused", "transferred", "guided", "merged", "withdrawn")
STATES: Final = (*OPEN, *ANSWERED, *APART)

CLOCKS: Final[Mapping[str, Clock]] = {
    "new": "accept",
    "accepted": "answer",
    "in-work": "answer",
    "waiting-sender": "paused",
    "waiting-agency": "paused",
    "drafted": "answer",
    "reopened": "answer",
    **dict.fromkeys((*ANSWERED, *APART), "none"),
}


class ActNotPossible(Conflict):
    """The case is in a state that has no such act."""


@dataclass(frozen=True)
class Move:
    """An act: from these states to `to`; None: the state stays as it is.

    who : sender (with the code), officer (works on the case), second (another person than the
        drafter), head (assigns), receiver (of a tố cáo), system (by itself, when time is up).
    told : the sender sees that it happened.
    """

    act: str
    origins: tuple[str, ...]
    to: str | None
    who: tuple[Who, ...]
    told: bool


TRIAGE: Final = ("new", "accepted", "in-work", "waiting-sender", "waiting-agency", "reopened")
MOVES: Final[tuple[Move, ...]] = (
    Move("accept", ("new",), "accepted", ("officer",), True),
    Move("begin", ("accepted", "reopened"), "in-work", ("officer",), True),
    Move("ask", ("accepted", "in-work", "reopened"), "waiting-sender", ("officer",), True),
    Move("answer", ("waiting-sender",), "in-work", ("sender",), True),
    Move("consult", ("accepted", "in-work", "reopened"), "waiting-agency", ("officer",), True),
    Move("resume", ("waiting-sender", "waiting-agency"), "in-work", ("officer", "system"), True),
    Move("draft", ("accepted", "in-work", "reopened", "drafted"), "drafted", ("officer",), False),
    Move("return", ("drafted",), "in-work", ("second",), False),
    Move("release", ("drafted",), "released", ("second",), True),
    Move("close", ("released",), "closed", ("system",), True),
    Move("reopen", ANSWERED, "reopened", ("sender",), True),
    Move("refuse", TRIAGE, "refused", ("officer",), True),
    Move("transfer", TRIAGE, "transferred", ("officer",), True),
    Move("guide", TRIAGE, "guided", ("officer",), True),
    Move("seal", TRIAGE, "guided", ("officer",), True),
    Move("merge", TRIAGE, "merged", ("officer",), True),
    Move("unmerge", ("merged",), None, ("officer",), True),
    Move("withdraw", OPEN, "withdrawn", ("sender",), True),
    Move("undo", STATES, None, ("officer",), False),
    Move("assign", OPEN, None, ("head", "officer"), False),
    Move("classify", OPEN, None, ("officer",), False),
    Move("split", (*OPEN, *ANSWERED), None, ("officer",), True),
    Move("note", STATES, None, ("officer", "second", "receiver"), False),
    Move("extend", OPEN, None, ("head",), True),
    Move("owe", ANSWERED, None, ("officer", "second"), True),
    Move("done", ANSWERED, None, ("officer",), True),
    Move("add", OPEN, None, ("sender",), True),
    Move("rate", ANSWERED, None, ("sender",), True),
    Move("publish", ANSWERED, None, ("second",), True),
    Move("unpublish", STATES, None, ("second", "system"), True),
    Move("consent", STATES, None, ("sender",), False),
    Move("confirm", STATES, None, ("officer",), False),
    Move("read", STATES, None, ("officer", "second", "receiver"), False),
    Move("unmask", STATES, None, ("officer",), False),
    Move("erase", STATES, None, ("sender", "officer", "system"), True),
    Move("forget", STATES, None, ("system",), True),
    Move("remind", OPEN, None, ("system",), False),
)
BY_ACT: Final = {move.act: move for move in MOVES}

WORDS: Final[Mapping[str, str]] = {
    "accept": "reply", "draft": "reply", "ask": "question", "answer": "answer", "note": "note",
    "return": "note",
}  # fmt: skip


def role_of(act: str) -> str:
    """What the words that go with an act are: those of acts not named give its reason."""
    return WORDS.get(act, "reason")


def move_of(act: str, state: str) -> Move:
    """The move that `act` is from `state`. Raises ActNotPossible; KeyError for an unknown act."""
    move = BY_ACT[act]
    if state not in move.origins:
        raise ActNotPossible(_not_now(act, state))
    return move


def possible(state: str, who: Who) -> tuple[str, ...]:
    """The acts that `who` may do in `state`, in the order of the table."""
    return tuple(move.act for move in MOVES if state in move.origins and who in move.who)


def _not_now(act: str, state: str) -> Words:
    return f"{ACT_WORDS[act]}: {STATE_WORDS[state]}"
