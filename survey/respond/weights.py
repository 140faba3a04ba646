"""Weight sets of a round, frozen in whole millionths so that sums are exact in any order.

A set is never changed: when responses or sizes have changed, a new set is made beside it. Sets
made while a round still runs are provisional, and only the newest KEPT of a name stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from survey.calendar import month_start
from survey.database import Base, Database
from survey.errors import Conflict
from survey.fieldwork.rounds import find_round
from survey.fieldwork.tables import Cell, Margin, Round, WeightSet
from survey.lazy import load
from survey.respond.tables import Response, Traffic, Weight
from survey.units.tables import Counter

KEPT = 2
CHUNK = 5_000
WEIGHT = Base.metadata.tables[Weight.__tablename__]
NOT_SAID = "not said"
MILLION = 1_000_000


@dataclass(frozen=True)
class Made:
    """A set before it is stored: values in the order of `ids`, and how they came about."""

    name: str
    ids: Sequence[UUID]
    values: Sequence[int]
    method: dict[str, Any]

    @property
    def sha256(self) -> str:
        lines = sorted(
            f"{key.hex}:{value}" for key, value in zip(self.ids, self.values, strict=True)
        )
        return sha256("\n".join(lines).encode()).hexdigest()


def freeze_weights(database: Database, round_code: str, *, now: datetime) -> list[WeightSet]:
    """The weight sets of the responses released so far, new or unchanged, each stored at once.

    `base`, and `poststratified` when the round has margins, for a probability sample or a census;
    `served` for an open round. None for a round without responses.
    Raises RoundUnknown; Conflict where a weight cannot be had: the sets before it are stored.
    """
    with database.read() as session:
        round_ = find_round(session, round_code)
        rows = session.execute(
            select(Response.id, Response.cell_id, Response.counter_id, Response.day)
            .where(Response.round == round_code)
            .order_by(Response.id)
        ).all()
        if not rows:
            return []
        if round_.sample == "open":
            return [_store(database, round_, _served(session, round_, rows), now)]
        base = _base(session, round_, rows)
        stored = [_store(database, round_, base, now)]
        margins = session.scalars(select(Margin).where(Margin.round == round_code)).all()
        if margins:
            fitted = _poststratified(session, round_, base, margins)
            stored.append(_store(database, round_, fitted, now))
        return stored


def _base(session: Session, round_: Round, rows: Sequence[Any]) -> Made:
    """Population over sample of each stage; in the final one over those who answered.

    So the answers of a cell share the weight of those of the cell who did not. An answer that
    came without a cell belongs to nobody's sample and weighs 0.
    """
    cells = {cell.id: cell for cell in session.scalars(select(Cell).filter_by(round=round_.code))}
    answered: dict[int, int] = {}
    for row in rows:
        if row.cell_id is not None:
            answered[row.cell_id] = answered.get(row.cell_id, 0) + 1
    weight = {key: _cell_weight(cells[key], n) for key, n in answered.items()}
    values = load("survey.respond.numbers").frozen([weight.get(row.cell_id, 0.0) for row in rows])
    method = {
        "name": "base",
        "rule": "product of N/n of every stage; in the last stage N over the answers of the cell",
        "answers": len(rows),
        "answers_without_cell": sum(row.cell_id is None for row in rows),
        "cells": len(cells),
        "cells_without_answers": len(cells) - len(answered),
    }
    return Made("base", [row.id for row in rows], values, method)


def _cell_weight(cell: Cell, answers: int) -> float:
    name = f"{cell.stratum}/{cell.cluster1}/{cell.cluster2 or ''}"
    if not cell.sizes or any(min(stage) <= 0 for stage in cell.sizes):
        raise Conflict(f"cell {name}: every stage needs a population and a sample above 0")
    weight = 1.0
    for population, sample in cell.sizes[:-1]:
        weight *= population / sample
    return weight * cell.sizes[-1][0] / answers


def _poststratified(session: Session, round_: Round, base: Made, margins: Sequence[Margin]) -> Made:
    """Base weights brought to the population's totals by the items of each margin.

    Who did not answer an item of a margin is a class of its own there. Its total is its share of
    the base weights, and the totals of the other classes shrink in proportion: nobody is dropped,
    nobody is given a sex or an age that was not said, and the sum stays the population's.
    """
    numbers = load("survey.respond.numbers")
    pairs = [(key, value) for key, value in zip(base.ids, base.values, strict=True) if value > 0]
    ids, weights = [key for key, _ in pairs], [value / MILLION for _, value in pairs]
    answers = dict(
        session.execute(
            select(Response.id, Response.answers).where(Response.round == round_.code)
        ).all()
    )
    named: dict[str, list[Margin]] = {}
    for margin in sorted(margins, key=lambda one: (one.name, one.key)):
        named.setdefault(margin.name, []).append(margin)
    fitted, not_said = {}, {}
    for name, rows in named.items():
        categories = [_category(answers[key], rows[0].items) for key in ids]
        silent = sum(w for w, c in zip(weights, categories, strict=True) if c == NOT_SAID) / sum(
            weights
        )
        population = sum(row.total for row in rows)
        totals = {row.key: row.total * (1 - silent) for row in rows}
        if silent:
            totals[NOT_SAID] = population * silent
        fitted[name] = numbers.Margin(categories, totals)
        not_said[name] = round(silent, 6)
    done = numbers.fit(weights, fitted)
    found = dict(zip(ids, done.values, strict=True))
    method = {
        "name": "poststratified",
        "from": "base",
        "rule": "post-stratified" if len(named) == 1 else "raked",
        "margins": {name: rows[0].items for name, rows in named.items()},
        "sources": sorted({row.source for row in margins}),
        "simulated": any(row.simulated for row in margins),
        "not_said": {"rule": "a class of its own at its base share", "share": not_said},
        "diagnostics": done.diagnostics,
    }
    return Made("poststratified", base.ids, [found.get(key, 0) for key in base.ids], method)


def _category(answers: dict[str, int], items: Sequence[str]) -> str:
    codes = [answers.get(item, 0) for item in items]
    return "|".join(map(str, codes)) if all(codes) else NOT_SAID


def _served(session: Session, round_: Round, rows: Sequence[Any]) -> Made:
    """Transactions served over answers, by counter (with its field) and month; 1 where unknown.

    The month is that of the day a response bears, which is the last of its batch.
    """
    served: dict[tuple[int | None, str], int] = {}
    columns = (Traffic.counter_id, Traffic.day, func.sum(Traffic.served))
    days = select(*columns).where(Traffic.round == round_.code)
    for counter, day, n in session.execute(days.group_by(Traffic.counter_id, Traffic.day)):
        key = (counter, _month(day))
        served[key] = served.get(key, 0) + n
    answered: dict[tuple[int | None, str], int] = {}
    for row in rows:
        key = (row.counter_id, _month(row.day))
        answered[key] = answered.get(key, 0) + 1
    known = {key: n for key, n in answered.items() if key[0] and served.get(key, 0) > 0}
    weight = {key: served[key] / n for key, n in known.items()}
    values = load("survey.respond.numbers").frozen(
        [weight.get((row.counter_id, _month(row.day)), 1.0) for row in rows]
    )
    codes = dict(session.execute(select(Counter.id, Counter.code)).all())
    method = {
        "name": "served",
        "rule": "transactions served over answers, by counter and month; 1 where not known",
        "answers": len(rows),
        "answers_of_known_counters": sum(known.values()),
        "not_known": sorted(
            [codes.get(key[0] or 0, ""), key[1], n]
            for key, n in answered.items()
            if key not in known
        ),
        "more_answers_than_served": sorted(
            [codes[key[0] or 0], key[1], n] for key, n in known.items() if n > served[key]
        ),
    }
    return Made("served", [row.id for row in rows], values, method)


def _month(day: Any) -> str:
    return f"{month_start(day):%Y-%m}"


def _store(database: Database, round_: Round, made: Made, now: datetime) -> WeightSet:
    """The set as frozen, unless the newest of its name has the same content."""
    digest = made.sha256
    with database.write() as session:
        newest = (
            select(WeightSet).where(WeightSet.round == round_.code).order_by(WeightSet.id.desc())
        )
        before = session.scalars(newest.where(WeightSet.name == made.name)).all()
        if before and before[0].sha256 == digest:
            return before[0]
        method = made.method | {"provisional": round_.state != "closed"}
        kept = WeightSet(
            round=round_.code, name=made.name, method=method, frozen_at=now, sha256=digest
        )
        session.add(kept)
        session.flush()
        for start in range(0, len(made.ids), CHUNK):
            end = start + CHUNK
            values = [
                {"set_id": kept.id, "response_id": key, "value": value}
                for key, value in zip(made.ids[start:end], made.values[start:end], strict=True)
            ]
            session.execute(insert(WEIGHT), values)
        for old in [old for old in before if old.method.get("provisional")][KEPT - 1 :]:
            session.execute(delete(Weight).where(Weight.set_id == old.id))
            session.delete(old)
    return kept
