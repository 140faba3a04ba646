"""An export points at nobody: no key, no hour, and no combination of traits that few share."""

from collections import Counter

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.fieldwork.tables import Margin
from survey.respond.export import PLACES, exported, k_anonymous
from survey.respond.release import release
from survey.respond.weights import freeze_weights
from tests.respond.province import EVENING, add_cells, build

PERSONAL = ["sex", "age", "education"]


@pytest.fixture
def province(both):
    return build(both)


def go(province):
    with province.database.write() as session:
        release(session, now=EVENING, rng=province.rng, everything=True)


def test_personal_items_stay_out_unless_asked_for(province):
    province.send(6, "A1", answers=province.answers(sex=1, age=2))
    go(province)
    table, codes = exported(province.database, "counter-2026")
    assert not {*PERSONAL, "id"} & {*table.column_names}
    assert "sex" not in codes["item"].to_pylist()
    assert (table.num_rows, table.schema.field("q1").type) == (6, pa.int8())


def test_what_was_not_answered_is_empty(province):
    province.send(5, "A1", answers={"q1": 4})
    go(province)
    table, _ = exported(province.database, "counter-2026")
    assert (set(table["q1"].to_pylist()), set(table["q2"].to_pylist())) == ({4}, {None})


def test_a_trait_that_four_share_at_a_counter_is_left_empty(province):
    for age, n in ((2, 6), (3, 4)):
        province.send(n, "A1", answers=province.answers(sex=1, age=age, education=6))
    go(province)
    table, codes = exported(province.database, "counter-2026", demographics=True)
    shown = Counter(zip(*(table[name].to_pylist() for name in PERSONAL), strict=True))
    assert shown == {(1, 2, 6): 6, (None, None, None): 4}
    assert {*PERSONAL} <= {*codes["item"].to_pylist()}


def test_weights_fitted_to_sexes_stay_out_since_they_tell_the_sex(province):
    cells = add_cells(province, {"north/1/1": [[10, 2], [100, 6]]})
    for sex in (1, 1, 2, 2, 2):
        answers = province.answers(sex=sex)
        province.send(1, round="sipas-2026", cell_id=cells["north/1/1"], answers=answers)
    go(province)
    with province.database.write() as session:
        for key in ("1", "2"):
            session.add(
                Margin(round="sipas-2026", name="sex", key=key, items=["sex"], total=50, source="x")
            )
    freeze_weights(province.database, "sipas-2026", now=EVENING)
    for demographics in (True, False):
        table, _ = exported(province.database, "sipas-2026", demographics=demographics)
        assert [name for name in table.column_names if name.startswith("w_")] == ["w_base"]


def test_the_codebook_gives_every_code_its_words(province):
    _, codes = exported(province.database, "counter-2026")
    of_q1 = [row for row in codes.to_pylist() if row["item"] == "q1"]
    assert [row["code"] for row in of_q1] == [5, 4, 3, 2, 1]
    assert of_q1[0]["code_vi"] and of_q1[0]["code_en"] and of_q1[0]["label_vi"]


rows = st.lists(st.tuples(st.integers(0, 1), *[st.integers(0, 3)] * 3), max_size=120)


@given(rows)
def test_every_pattern_shown_is_shared_by_five_of_its_place(people):
    made = pa.table(
        {
            **{name: pa.array([str(p[0]) for p in people], pa.string()) for name in PLACES},
            **{
                name: pa.array([p[i + 1] for p in people], pa.int8())
                for i, name in enumerate(PERSONAL)
            },
        }
    )
    shown = k_anonymous(made, PERSONAL).to_pylist()
    patterns = Counter((row["area"], *(row[name] for name in PERSONAL)) for row in shown)
    assert all(n >= 5 for pattern, n in patterns.items() if any(pattern[1:]))
    for row, person in zip(shown, people, strict=True):
        for name, true in zip(PERSONAL, person[1:], strict=True):
            assert row[name] in (0, true)


def test_rows_of_two_exports_cannot_be_laid_side_by_side(province):
    """Four who share a trait are hidden, five are shown: the order must not tell which four."""
    province.send(30, "A1")
    go(province)
    table, _ = exported(province.database, "counter-2026")
    assert table.num_rows == 30
    assert table == table.sort_by([(name, "ascending") for name in table.column_names])
