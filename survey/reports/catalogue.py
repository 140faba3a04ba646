"""What can be shown: rounds with a snapshot, and the measures that their forms have."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires import Indicator, Method, Questionnaire, method
from questionnaires.facts import SAME
from questionnaires.model import Scale, Words
from survey.fieldwork import catalogue
from survey.fieldwork.publishing import FormNotPublished, published
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
class InForm:
    """What a measure is in one form.

    items: their ids; grade: how the wording stands to the indicator's reference, `same` for the
        index and for factors.
    recode, onto: what the codes of a single item become, and the reference's scale that these
        belong to; empty and None where the item's own codes count.
    """

    items: tuple[str, ...]
    grade: str = SAME
    recode: Mapping[int, int] = field(default_factory=dict, hash=False)
    onto: Scale | None = field(default=None, hash=False)


@dataclass(frozen=True)
class Measure:
    """Something to estimate: its key in an address, its words, and what it is in each form."""

    key: str
    label: Words = field(hash=False)
    kind: str  # index, factor, indicator
    items: Mapping[str, InForm] = field(hash=False)


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


def measures(
    session: Session, found: Iterable[Source], known: Iterable[Indicator]
) -> list[Measure]:
    """The index, then the factors of the newest form, then the stable indicators of `known`."""
    forms = {source.form.name: source.form for source in found}
    if not forms:
        return []
    every = {name: InForm(tuple(i.id for i in form.rated)) for name, form in forms.items()}
    overall: Words = {"vi": "Chỉ số hài lòng chung", "en": "Overall satisfaction index"}
    made = [Measure(INDEX, overall, "index", every)]
    made += _factors(forms)
    made += [m for i in known if (m := _of_indicator(session, i, forms)) is not None]
    return made


def _factors(forms: dict[str, Questionnaire]) -> list[Measure]:
    made: dict[str, Measure] = {}
    for name, form in forms.items():
        for top in form.factors:
            for factor in top.walk():
                kept = made[factor.id].items if factor.id in made else {}
                items = {**kept, name: InForm(tuple(factor.all_items))}
                made[factor.id] = Measure(f"factor.{factor.id}", factor.label, "factor", items)
    return list(made.values())


def _of_indicator(
    session: Session, indicator: Indicator, forms: dict[str, Questionnaire]
) -> Measure | None:
    """The indicator in those of the forms that rate it, or whose codes become ratings."""
    items: dict[str, InForm] = {}
    for name, form in forms.items():
        one = indicator.in_form(name)
        if one is None or one.item not in form.by_id:
            continue
        if one.recode:
            if (onto := _scale_of(session, indicator)) is not None:
                items[name] = InForm((one.item,), one.grade, one.recode, onto)
        elif form.by_id[one.item].rated:
            items[name] = InForm((one.item,), one.grade)
    return Measure(f"item.{indicator.id}", indicator.label, "indicator", items) if items else None


def _scale_of(session: Session, indicator: Indicator) -> Scale | None:
    """The scale of the item that the others are graded against; None when its form is lost."""
    reference = indicator.reference
    try:
        form = catalogue.form(session, reference.form)
    except (FormNotPublished, catalogue.FormFaulty):
        return None
    return form.by_id[reference.item].scale
