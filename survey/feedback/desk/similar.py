"""What the words of a case suggest: others that are like it, and its topic."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.feedback.access import visible
from survey.feedback.desk import listing
from survey.feedback.desk.snippet import Piece, words_at
from survey.feedback.looking import words_of
from survey.feedback.search import sharing
from survey.feedback.tables import Case, CaseText
from survey.feedback.text.likeness import DULL, similar
from survey.feedback.text.topics import OTHER, suggested_topics
from survey.staff.sessions import SignedIn
from survey.text import fold
from survey.units.areas import descendants

MOST: Final = 5  # cases that are shown
DAYS: Final = 180  # how long ago another may have come
PAIRS: Final = 24  # of neighbouring words that the index is asked for
CANDIDATES: Final = 150  # whose words are compared
LEAST: Final = 65  # how alike, of 100; below it are texts that share common words alone


@dataclass(frozen=True)
class Similar:
    """Another case as lists show it, how alike its words are (0 to 100), whether contrary."""

    row: listing.Row
    score: int
    opposed: bool


def similar_to(session: Session, case: Case, staff: SignedIn, *, now: datetime) -> list[Similar]:
    """The cases most alike that `staff` may see, of the unit that has this one and below it.

    Compared is what senders wrote, as it is shown; sealed cases are not in the index.
    """
    words = shown(session, case)
    pairs = list(_pairs(words))
    if case.sealed or not pairs:
        return []
    ids = sharing(
        session,
        pairs,
        [visible(session, staff, now=now), Case.id != case.id],
        since=now - timedelta(DAYS),
        units=sorted(descendants(session, case.unit_id)),
        limit=CANDIDATES,
    )
    texts = _texts(session, ids)
    found = {
        ids[like.index]: like
        for like in similar(words, [texts[id] for id in ids], limit=MOST, least=LEAST)
    }
    rows = listing.rows_of(session, list(found))
    likes = [(row, found[row.case.id]) for row in rows]
    return [Similar(row, round(like.score), like.opposed) for row, like in likes]


def shown(session: Session, case: Case) -> str:
    """What the sender wrote, as masked; empty when it was erased."""
    return _texts(session, [case.id])[case.id]


def _texts(session: Session, ids: Sequence[int]) -> dict[int, str]:
    query = select(CaseText.case_id, CaseText.shown).where(
        CaseText.case_id.in_(ids), CaseText.role == "original"
    )
    found = dict.fromkeys(ids, "")
    found.update((case_id, words) for case_id, words in session.execute(query))
    return found


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Different neighbouring words that say what a text is about, folded."""
    found = pairwise(fold(word) for word in words_of(text))
    said = (pair for pair in found if not DULL.intersection(pair))
    yield from list(dict.fromkeys(said))[:PAIRS]


def shared(text: str, other: str) -> list[Piece]:
    """A text in pieces; marked are words that stand in the other one too, whatever their accents.

    A dull word is marked beside one that is not, where both follow each other there as well.
    """
    found = list(words_at(text))
    mine, theirs = ([fold(word) for word in words] for words in (_of(found), words_of(other)))
    together = set(pairwise(theirs))
    known = set(theirs) - DULL
    spans: list[tuple[int, int]] = []
    for place, (start, end, _word) in enumerate(found):
        beside = {one for one in pairwise(mine[max(0, place - 1) : place + 2]) if one in together}
        if mine[place] in known or any(known.intersection(pair) for pair in beside):
            joined = spans and not text[spans[-1][1] : start].strip()
            spans.append((spans.pop()[0] if joined else start, end))
    pieces, at = [], 0
    for start, end in spans:
        pieces += [Piece(text[at:start]), Piece(text[start:end], marked=True)]
        at = end
    return [piece for piece in (*pieces, Piece(text[at:])) if piece.words]


def _of(found: Sequence[tuple[int, int, str]]) -> list[str]:
    return [word for _start, _end, word in found]


def suggested(case: Case, words: str | None) -> str | None:
    """The topic that the words speak for most, where the case has another or none."""
    found = next(iter(suggested_topics(words or "")), None)
    return found.code if found and found.code not in (OTHER, case.topic) else None
