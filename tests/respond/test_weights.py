"""Frozen weights: by hand for two cells, to a census of sexes, and to the transactions served."""

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import func, select

from survey.errors import Conflict
from survey.fieldwork.tables import Margin, WeightSet
from survey.respond.release import release
from survey.respond.tables import Response, Traffic, Weight
from survey.respond.weights import freeze_weights
from tests.respond.province import EVENING, MORNING, add_cells, build

SIZES = {"north/1/1": [[10, 2], [100, 6]], "north/1/2": [[10, 2], [50, 6]]}


@pytest.fixture
def province(both):
    return build(both)


def go(province):
    with province.database.write() as session:
        release(session, now=EVENING, rng=province.rng, everything=True)


def freeze(province, code="sipas-2026"):
    return freeze_weights(province.database, code, now=EVENING)


def values(province, kept):
    with province.database.read() as session:
        chosen = select(Weight.response_id, Weight.value).where(Weight.set_id == kept.id)
        return dict(session.execute(chosen).all())


def sample(province, sexes_1, sexes_2):
    """Answers of two cells with the sex each gives; 0 says nothing."""
    cells = add_cells(province, SIZES)
    for cell, sexes in (("north/1/1", sexes_1), ("north/1/2", sexes_2)):
        for sex in sexes:
            answers = province.answers(**({"sex": sex} if sex else {}))
            province.send(1, round="sipas-2026", cell_id=cells[cell], answers=answers)
    go(province)
    return cells


def census(province, totals, name="sex", items=("sex",)):
    with province.database.write() as session:
        for key, total in totals.items():
            session.add(
                Margin(
                    round="sipas-2026", name=name, key=key, items=list(items), total=total,
                    source="Tổng điều tra 2019", simulated=False,
                )
            )  # fmt: skip


def test_base_weights_are_population_over_answers_stage_by_stage(province):
    """10/2 × 100/5 = 100 in one cell, 10/2 × 50/4 = 62.5 in the other."""
    sample(province, [1] * 5, [2] * 4)
    (base,) = freeze(province)
    assert Counter(values(province, base).values()) == {100_000_000: 5, 62_500_000: 4}
    assert base.method["answers_without_cell"] == 0


def test_an_answer_without_a_cell_weighs_nothing(province):
    sample(province, [1] * 5, [2] * 4)
    province.send(5, round="sipas-2026", residence_id=province.areas["B"])
    go(province)
    (base,) = freeze(province)
    assert Counter(values(province, base).values())[0] == 5
    assert base.method["answers_without_cell"] == 5


def test_poststratified_weights_agree_with_the_census(province):
    sample(province, [1, 1, 1, 2, 2], [1, 2, 2, 2])
    census(province, {"1": 400, "2": 500})
    _, fitted = freeze(province)
    with province.database.read() as session:
        sex = {r.id: r.answers["sex"] for r in session.scalars(select(Response))}
    sums = Counter()
    for key, value in values(province, fitted).items():
        sums[sex[key]] += value
    assert sums[1] == pytest.approx(400e6, abs=9) and sums[2] == pytest.approx(500e6, abs=9)


def test_who_does_not_give_a_sex_keeps_the_share_that_base_weights_give(province):
    """Base: 5 × 100 + 4 × 62.5 = 750; the one who is silent weighs 100 of it, so 120 of 900."""
    sample(province, [0, 1, 1, 2, 2], [1, 2, 2, 2])
    census(province, {"1": 400, "2": 500})
    _, fitted = freeze(province)
    with province.database.read() as session:
        sex = {r.id: r.answers.get("sex", 0) for r in session.scalars(select(Response))}
    sums = Counter()
    for key, value in values(province, fitted).items():
        sums[sex[key]] += value
    assert sums[0] == pytest.approx(120e6, abs=9)
    assert sums[1] == pytest.approx(400e6 * (1 - 100 / 750), abs=9)
    assert sum(sums.values()) == pytest.approx(900e6, abs=9)


def test_two_margins_are_raked(province):
    cells = add_cells(province, SIZES)
    for sex, age in [(1, 2), (1, 3), (2, 2), (2, 3), (2, 3)]:
        answers = province.answers(sex=sex, age=age)
        province.send(1, round="sipas-2026", cell_id=cells["north/1/1"], answers=answers)
    go(province)
    census(province, {"1": 60, "2": 40})
    census(province, {"2": 30, "3": 70}, name="age", items=["age"])
    _, fitted = freeze(province)
    assert fitted.method["rule"] == "raked"
    assert sum(values(province, fitted).values()) == pytest.approx(100e6, abs=9)


def test_a_category_that_nobody_of_the_sample_is_in_is_named(province):
    sample(province, [1] * 5, [1] * 4)
    census(province, {"1": 400, "2": 500})
    with pytest.raises(Conflict, match="sex.*2"):
        freeze(province)
    with province.database.read() as session:
        assert session.scalars(select(WeightSet.name)).all() == ["base"]


def test_served_weights_are_transactions_over_answers_of_counter_and_month(province):
    province.send(10, "A1")
    province.send(5, "B1")
    go(province)
    with province.database.write() as session:
        for day, served in ((date(2026, 7, 6), 120), (date(2026, 7, 7), 80)):
            session.add(
                Traffic(
                    round="counter-2026", counter_id=province.counters["A1"], day=day, hour=9,
                    served=served,
                )
            )  # fmt: skip
    (served,) = freeze(province, "counter-2026")
    assert Counter(values(province, served).values()) == {20_000_000: 10, 1_000_000: 5}
    assert served.method["not_known"] == [["B1", "2026-07", 5]]
    assert served.method["answers_of_known_counters"] == 10


def test_the_same_responses_make_no_second_set_and_provisional_ones_are_not_piled_up(province):
    for day in range(4):
        province.send(5, "A1", start=MORNING.replace(day=6 + day))
        with province.database.write() as session:
            session.add(
                Traffic(
                    round="counter-2026", counter_id=province.counters["A1"],
                    day=date(2026, 7, 6 + day), hour=9, served=37,
                )
            )  # fmt: skip
        go(province)
        (first,) = freeze(province, "counter-2026")
        (second,) = freeze(province, "counter-2026")
        assert first.id == second.id
    with province.database.read() as session:
        assert session.scalar(select(func.count()).select_from(WeightSet)) == 2
        assert session.scalar(select(func.count()).select_from(Weight)) == 35


def test_a_set_of_a_closed_round_is_final(province):
    province.send(5, "A1")
    province.close()
    go(province)
    (final,) = freeze(province, "counter-2026")
    assert final.method["provisional"] is False


def test_a_round_without_responses_has_no_weights(province):
    assert freeze(province) == []
