"""What can be shown: rounds with a snapshot, and the measures that their forms have."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires import Indicator, Method, Questionnaire, indicators, method
from questionnaires.model import Words
from survey.fieldwork.publishing import published
from survey.fieldwork.tables import Round, Snapshot

SAMPLED, COUNTERS = "sipas", "counter"  # the two measurements, never on one page together
INDEX = "index"


@dataclass(frozen=True)
class Source:
    """One round whose newest snapshot can be read."""

    round: Round
    snapshot: Snapshot
    form: Questionnaire
    method: Method

    @property
    def is_open(self) -> bool:
        return self.round.sample == "open"


@dataclass(frozen=True)
class Measure:
    """Something to estimate: its key in an address, its words, and what it is in each form.

    items: form name → (item ids, grade); grade is `same` for the index and for factors.
    """

    key: str
    label: Words = field(hash=False)
    kind: str  # index, factor, indicator
    items: Mapping[str, tuple[tuple[str, ...], str]] = field(hash=False)


def sources(session: Session, kind: str) -> list[Source]:
    """Rounds of that measurement with a snapshot, oldest first."""
    newest = select(func.max(Snapshot.id)).group_by(Snapshot.round)
    rows = session.execute(
        select(Round, Snapshot)
        .join(Snapshot, Snapshot.round == Round.code)
        .where(Snapshot.id.in_(newest))
        .order_by(Round.year, Round.opens, Round.code)
    )
    return [
        Source(round_, snapshot, published(session, round_.questionnaire), method(round_.method))
        for round_, snapshot in rows
        if (round_.sample == "open") == (kind == COUNTERS)
    ]


def measures(found: Iterable[Source]) -> list[Measure]:
    """The index, then the factors of the newest form, then the stable indicators."""
    forms = {source.form.name: source.form for source in found}
    if not forms:
        return []
    every = {name: (tuple(i.id for i in form.rated), "same") for name, form in forms.items()}
    overall: Words = {"vi": "Chỉ số hài lòng chung", "en": "Overall satisfaction index"}
    made = [Measure(INDEX, overall, "index", every)]
    made += _factors(forms)
    made += [m for i in indicators() if (m := _of_indicator(i, forms)) is not None]
    return made


def _factors(forms: dict[str, Questionnaire]) -> list[Measure]:
    made: dict[str, Measure] = {}
    for name, form in forms.items():
        for top in form.factors:
            for factor in top.walk():
                kept = made[factor.id].items if factor.id in made else {}
                items = {**kept, name: (tuple(factor.all_items), "same")}
                made[factor.id] = Measure(f"factor.{factor.id}", factor.label, "factor", items)
    return list(made.values())


def _of_indicator(indicator: Indicator, forms: dict[str, Questionnaire]) -> Measure | None:
    items: dict[str, tuple[tuple[str, ...], str]] = {
        name: ((found.item,), found.grade)
        for name in forms
        if (found := indicator.in_form(name)) is not None
    }
    if not items:
        return None
    return Measure(f"item.{indicator.id}", indicator.label, "indicator", items)
