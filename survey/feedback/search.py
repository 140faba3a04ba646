"""The index of the words of cases: kept in step with what is shown of them, made again at will.

Of each case the words with accents and the folded ones, of what its sender wrote and was
answered, as it is shown: masked. What is sealed is not in it. SQLite has an FTS5 table that forgets
what is deleted, PostgreSQL one vector a case; what is written into either is made here, so that
both find the same. A word with its accents stands in the vector as `=mã`, folded as `ma`; `@12` is
the unit that handles the case.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from survey.feedback.looking import Looked, Term, words_of
from survey.feedback.tables import Case, CaseText
from survey.text import fold

SEARCHED: Final = ("original", "question", "answer", "reply")  # roles of texts
BREAK: Final = "\ue000"  # between two texts: no phrase goes on across it
MOST: Final = 15_000  # words of a case: a vector has places for 16,383
PIECE: Final = 500
WINDOW: Final = 5_000  # of the newest cases
FEW: Final = 40  # units that are looked up in the index


@dataclass(frozen=True)
class Entry:
    """One case in the index."""

    case_id: int
    unit_id: int
    words: tuple[str, ...]

    def row(self, sqlite: bool) -> dict[str, Any]:
        if not sqlite:
            return {"id": self.case_id, "words": vector(self.words, self.unit_id)}
        return {
            "id": self.case_id,
            "exact": " ".join(self.words),
            "folded": " ".join(fold(word) for word in self.words),
            "unit": unit_word(self.unit_id),
        }


def unit_word(unit_id: int) -> str:
    return f"u{unit_id}"


def vector(words: Sequence[str], unit_id: int | None = None) -> str:
    """Words with their places, as PostgreSQL writes a tsvector."""
    places: dict[str, list[str]] = {}
    for place, word in enumerate(words, 1):
        if word != BREAK:
            places.setdefault(f"={word}", []).append(str(place))
            places.setdefault(fold(word), []).append(str(place))
    parts = [f"'{word}':{','.join(at[:255])}" for word, at in places.items()]
    return " ".join(parts if unit_id is None else [*parts, f"'@{unit_id}'"])


def add(session: Session, case_id: int, role: str, shown: str) -> None:
    """The words of a text that is new; its case is looked at no further."""
    if role not in SEARCHED:
        return
    words = words_of(shown)[:MOST]
    if role == "original":
        unit_id = session.get_one(Case, case_id).unit_id
        _insert(session, [Entry(case_id, unit_id, tuple(words))])
    elif _on_sqlite(session):
        more = {"exact": " ".join([BREAK, *words])}
        more["folded"] = " ".join([BREAK, *(fold(word) for word in words)])
        statement = (
            "UPDATE feedback_search SET exact = exact || ' ' || :exact, "
            "folded = folded || ' ' || :folded WHERE rowid = :id"
        )
        session.execute(text(statement), {"id": case_id, **more})
    else:
        statement = (
            "UPDATE feedback_search SET words = words || CAST(:words AS tsvector) "
            "WHERE case_id = :id"
        )
        session.execute(text(statement), {"id": case_id, "words": vector([BREAK, *words])})


def refresh(session: Session, case_ids: Iterable[int]) -> None:
    """The entries of these cases, made again: texts, unit or seal are not what they were."""
    session.flush()
    ids = sorted(set(case_ids))
    for start in range(0, len(ids), PIECE):
        piece = ids[start : start + PIECE]
        key = "rowid" if _on_sqlite(session) else "case_id"
        gone = text(f"DELETE FROM feedback_search WHERE {key} IN :ids")
        session.execute(gone.bindparams(bindparam("ids", expanding=True)), {"ids": piece})
        _insert(session, _entries(session, Case.id.in_(piece)))


def reindex(session: Session, *, told: Callable[[int], None] = lambda _done: None) -> int:
    """The whole index made again; how many cases are in it. The caller commits."""
    session.flush()
    session.execute(text("DELETE FROM feedback_search"))
    last, done = 0, 0
    while True:
        ids = select(Case.id).where(Case.id > last).order_by(Case.id).limit(4 * PIECE)
        piece = session.scalars(ids).all()
        if not piece:
            return done
        entries = _entries(session, Case.id.between(piece[0], piece[-1]))
        _insert(session, entries)
        last, done = piece[-1], done + len(entries)
        told(done)


def _entries(session: Session, which: ColumnElement[bool]) -> list[Entry]:
    """What the index should hold of these cases; of sealed ones nothing."""
    query = (
        select(Case.id, Case.unit_id, CaseText.shown)
        .join(CaseText, CaseText.case_id == Case.id)
        .where(which, ~Case.sealed, CaseText.role.in_(SEARCHED))
        .order_by(Case.id, CaseText.role != "original", CaseText.at, CaseText.id)
    )
    found: dict[tuple[int, int], list[str]] = {}
    for case_id, unit_id, shown in session.execute(query):
        words = found.setdefault((case_id, unit_id), [])
        words += [BREAK, *words_of(shown)] if words else words_of(shown)
    return [Entry(*ids, tuple(words[:MOST])) for ids, words in found.items()]


def _insert(session: Session, entries: Sequence[Entry]) -> None:
    if not entries:
        return
    sqlite = _on_sqlite(session)
    statement = (
        "INSERT INTO feedback_search (rowid, exact, folded, unit) "
        "VALUES (:id, :exact, :folded, :unit)"
        if sqlite
        else "INSERT INTO feedback_search (case_id, words) VALUES (:id, CAST(:words AS tsvector))"
    )
    session.execute(text(statement), [entry.row(sqlite) for entry in entries])


EXACT, FOLDED = 1, 2  # tiers of what is found: with the accents as typed, or without


@dataclass(frozen=True)
class Found:
    """A case that was found, and by which tier; a page goes on after one."""

    tier: int
    case_id: int


def find(
    session: Session,
    looked: Looked,
    where: Sequence[ColumnElement[bool]],
    *,
    limit: int,
    units: Iterable[int] | None = None,
    after: Found | None = None,
) -> list[Found]:
    """The newest cases that have the words as typed, then the newest that have them folded.

    where : what may be seen and is wanted of Case.
    units : the few units that `where` allows, so that the index looks at theirs alone.
    """
    ask = _ask_sqlite if _on_sqlite(session) else _ask_postgresql
    found: list[Found] = []
    for tier in (EXACT, FOLDED):
        if len(found) == limit or (after is not None and after.tier > tier):
            continue
        before = after.case_id if after is not None and after.tier == tier else None
        ids = ask(session, Question(looked, tier, units, where, before, limit - len(found)))
        found += [Found(tier, case_id) for case_id in ids]
    return found


@dataclass(frozen=True)
class Question:
    """What one tier is asked: the newest cases, those before a case alone, at most so many."""

    looked: Looked
    tier: int
    units: Iterable[int] | None
    where: Sequence[ColumnElement[bool]]
    before: int | None
    limit: int


def _ask_sqlite(session: Session, asked: Question) -> Sequence[int]:
    """FTS5 goes through its rows from the newest on and stops when there are enough."""
    index = table("feedback_search", column("rowid", Integer))
    matched = literal_column("feedback_search").op("MATCH")(_fts(asked))
    query = select(index.c.rowid).join(Case, Case.id == index.c.rowid)
    query = query.where(matched, *asked.where).order_by(index.c.rowid.desc())
    if asked.before is not None:
        query = query.where(index.c.rowid < asked.before)
    return session.scalars(query.limit(asked.limit)).all()


def _ask_postgresql(session: Session, asked: Question) -> Sequence[int]:
    """The newest cases alone first; all of them when these are not enough.

    What is frequent is among the newest often enough. The rest is rare: then what the index gives
    is little, and it is taken whole, for the planner would guess wrong which of the two it is.
    """
    index = table("feedback_search", column("case_id", Integer), column("words"))
    matched = index.c.words.op("@@")(cast(_tsquery(asked), TSQUERY))
    newest = asked.before or (session.scalar(select(func.max(index.c.case_id))) or 0) + 1
    some = select(index.c.case_id).where(matched, index.c.case_id < newest)
    for part in (some.where(index.c.case_id >= newest - WINDOW), some):
        given = part.cte("given").prefix_with("MATERIALIZED", dialect="postgresql")
        query = select(Case.id).join(given, given.c.case_id == Case.id).where(*asked.where)
        ids = session.scalars(query.order_by(Case.id.desc()).limit(asked.limit)).all()
        if len(ids) == asked.limit:
            break
    return ids


def sharing(
    session: Session,
    pairs: Sequence[tuple[str, str]],
    where: Sequence[ColumnElement[bool]],
    *,
    since: datetime,
    units: Sequence[int],
    limit: int,
) -> Sequence[int]:
    """The newest cases of these units since a moment that have one of the pairs of folded words.

    where : what may be seen of Case.
    """
    where = [*where, Case.received_at >= since, Case.unit_id.in_(units)]
    if _on_sqlite(session):
        return _sharing_sqlite(session, pairs, where, units, limit)
    newest = select(Case.id).where(*where).order_by(Case.received_at.desc()).limit(WINDOW)
    given = newest.cte("given").prefix_with("MATERIALIZED", dialect="postgresql")
    index = table("feedback_search", column("case_id", Integer), column("words"))
    any_of = " | ".join(f"('{one}' <-> '{other}')" for one, other in pairs)
    matched = index.c.words.op("@@")(cast(any_of, TSQUERY))
    query = select(given.c.id).join(index, index.c.case_id == given.c.id).where(matched)
    return session.scalars(query.order_by(given.c.id.desc()).limit(limit)).all()


def _sharing_sqlite(
    session: Session,
    pairs: Sequence[tuple[str, str]],
    where: Sequence[ColumnElement[bool]],
    units: Sequence[int],
    limit: int,
) -> Sequence[int]:
    """The index goes back from its newest row; few units are looked up in it."""
    any_of = " OR ".join(f'"{one} {other}"' for one, other in pairs)
    asked = f"folded : ({any_of})"
    if len(units) <= FEW:
        asked += f" AND unit : ({' OR '.join(unit_word(unit) for unit in units)})"
    index = table("feedback_search", column("rowid", Integer))
    matched = literal_column("feedback_search").op("MATCH")(asked)
    query = select(index.c.rowid).join(Case, Case.id == index.c.rowid).where(matched, *where)
    return session.scalars(query.order_by(index.c.rowid.desc()).limit(limit)).all()


def _fts(asked: Question) -> str:
    """The question as FTS5 reads it; the words are letters and figures, and quoted."""

    def all_of(name: str, terms: Iterable[Term]) -> str:
        quoted = (f'"{" ".join(t.words)}"{" *" if t.open_end else ""}' for t in terms)
        return f"{name} : ({' AND '.join(quoted)})"

    words = all_of("exact", asked.looked.terms)
    if asked.tier == FOLDED:
        words = f"({all_of('folded', asked.looked.folded())} NOT {words})"
    if asked.units is None:
        return words
    return f"{words} AND unit : ({' OR '.join(unit_word(unit) for unit in asked.units)})"


def _tsquery(asked: Question) -> str:
    """The question as PostgreSQL reads it."""

    def all_of(sign: str, terms: Iterable[Term]) -> str:
        phrases = (
            " <-> ".join(f"'{sign}{word}'" for word in t.words) + (":*" if t.open_end else "")
            for t in terms
        )
        return " & ".join(f"({phrase})" for phrase in phrases)

    words = all_of("=", asked.looked.terms)
    if asked.tier == FOLDED:
        words = f"({all_of('', asked.looked.folded())}) & !({words})"
    if asked.units is None:
        return words
    theirs = " | ".join(f"'@{unit}'" for unit in asked.units)
    return f"({words}) & ({theirs})"


def _on_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
