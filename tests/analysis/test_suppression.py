"""Nobody finds out from the figures that are published what those that are hidden were."""

from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis import estimate, publish
from analysis.disclosure import (
    INTERNAL,
    PUBLIC,
    Count,
    Dimension,
    Limits,
    Table,
    audit,
    conceal,
    primary,
    protect,
    results_table,
)
from analysis.errors import DisclosureError

AREA = Dimension(
    "area",
    {
        "Huế": None,
        "Quảng Trị": None,
        "Phú Vang": "Huế",
        "Phú Lộc": "Huế",
        "A Lưới": "Huế",
        "Gio Linh": "Quảng Trị",
        "Vĩnh Linh": "Quảng Trị",
    },
)
COMMUNES = [c for c, above in AREA.parent.items() if above]
SERVICE = Dimension("service", {"land": None, "birth": None})


def crossed(dimensions: tuple[Dimension, ...], base: dict) -> Table:
    """A table with every margin, from the counts of its innermost cells: (answers, counted)."""
    cells: dict = {}
    for place, (answers, counted) in base.items():
        above = [[]]
        for dimension, category in zip(dimensions, place, strict=True):
            chain: list[str | None] = [None]
            while category is not None:
                chain.append(category)
                category = dimension.parent[category]
            above = [[*start, one] for start in above for one in chain]
        for total in map(tuple, above):
            before = cells.get(total, (0, 0))
            cells[total] = (before[0] + answers, before[1] + counted)
    return Table(dimensions, {k: Count(*v) for k, v in cells.items() if v[0]})


def communes(*numbers: tuple[int, int]) -> Table:
    return crossed((AREA,), {(c,): n for c, n in zip(COMMUNES, numbers, strict=True)})


def key(**categories: str) -> tuple:
    return tuple(sorted(categories.items()))


def test_one_small_commune_takes_a_neighbour_along_since_the_province_tells():
    table = communes((40, 30), (6, 4), (55, 50), (70, 60), (80, 71))
    alone = [key(area="Phú Lộc")]
    (answers, *_) = audit([table], alone, PUBLIC)
    assert (answers.low, answers.high, answers.safe) == (6, 6, False)  # 101 - 40 - 55
    done = protect([table])
    assert done.hidden == {
        key(area="Phú Lộc"): "few-answers",
        key(area="Phú Vang"): "secondary",
    }
    assert done.optimal and done.cost == 7 + 41
    assert all(one.safe for one in done.proof)
    (answers,) = [one for one in done.proof if one.what == "answers"]
    assert (answers.low, answers.high) == (0, 46)


def test_everybody_satisfied_in_a_small_commune_is_hidden_too():
    """15 of 15 says what each of them answered; 30 of 30 is published."""
    table = communes((15, 15), (30, 30), (55, 50), (70, 60), (80, 71))
    assert primary(dict(zip(keys(table), table.cells.values(), strict=True)), PUBLIC) == {
        key(area="Phú Vang"): "unanimous"
    }
    done = protect([table])
    assert done.hidden[key(area="Phú Vang")] == "unanimous"
    others = next(one for one in done.proof if one.what == "others")
    assert others.low == 0 and others.high >= 3


def keys(table: Table) -> list:
    return [table.key(place) for place in table.cells]


def test_neighbours_who_all_agree_protect_nobody():
    """Two hidden communes where 46 of 46 are satisfied: a third has to hide as well."""
    table = communes((40, 40), (6, 6), (55, 50), (70, 60), (80, 71))
    both = [key(area="Phú Lộc"), key(area="Phú Vang")]
    unsafe = [one for one in audit([table], both, PUBLIC) if not one.safe]
    assert {one.what for one in unsafe} == {"others"}
    done = protect([table])
    assert done.hidden[key(area="A Lưới")] == "secondary" and done.optimal


def test_two_tables_that_share_a_margin_do_not_tell_together():
    """Safe table by table, and not together: the margin of one is the difference in the other."""
    by_area = communes((40, 30), (6, 4), (55, 50), (70, 60), (80, 71))
    other = Dimension("sex", {"nam": None, "nữ": None})
    totals = {None: Count(251, 215), "nam": Count(248, 213), "nữ": Count(3, 2)}
    by_sex = Table((other,), {(k,): c for k, c in totals.items()})
    done = protect([by_area, by_sex])
    assert done.hidden[key(sex="nữ")] == "few-answers"
    assert all(one.safe for one in audit([by_area, by_sex], done.hidden, PUBLIC, whole=True))
    assert () in done.hidden or key(sex="nam") in done.hidden


def test_nothing_is_hidden_when_nothing_is_small():
    done = protect([communes((40, 30), (36, 34), (55, 50), (70, 60), (80, 71))])
    assert (done.hidden, done.proof, done.cost, done.optimal) == ({}, (), 0, True)


def test_inside_the_administration_less_is_hidden():
    table = communes((40, 30), (6, 4), (55, 50), (70, 60), (80, 71))
    assert protect([table], INTERNAL).hidden == {}


def test_sizes_may_stay_while_answers_are_hidden():
    limits = Limits(sizes_shown=True)
    table = communes((40, 30), (2, 1), (55, 50), (70, 60), (80, 71))
    done = protect([table], limits)
    assert {one.what for one in done.proof} == {"counted", "others"}
    assert {(one.low, one.high) for one in done.proof} == {(0, 2)}  # all that 2 answers can be


def test_people_who_did_not_say_their_service_are_counted_in_the_total_alone():
    cells = {(None,): Count(60, 50), ("land",): Count(40, 34), ("birth",): Count(5, 4)}
    table = Table((SERVICE,), cells)  # 15 told no service
    done = protect([table], Limits(width=15))
    assert done.hidden == {key(service="birth"): "few-answers"}
    answers = next(one for one in done.proof if one.what == "answers")
    assert (answers.low, answers.high) == (0, 20)


TABLES = st.lists(
    st.tuples(st.integers(0, 45), st.floats(0, 1)),
    min_size=len(COMMUNES) * 2,
    max_size=len(COMMUNES) * 2,
)


def random_table(numbers: list) -> Table:
    places = [(c, s) for c in COMMUNES for s in SERVICE.parent]
    base = {p: (n, round(n * share)) for p, (n, share) in zip(places, numbers, strict=True)}
    return crossed((AREA, SERVICE), base)


@settings(max_examples=12)
@given(TABLES)
def test_hidden_counts_are_never_protected_less_than_asked(numbers):
    table = random_table(numbers)
    assume(table.cells)
    limits = Limits(minimum=6, unanimous=9, width=6, spread=2)
    done = protect([table], limits, proved=0)
    counts = {table.key(place): count for place, count in table.cells.items()}
    small = primary(counts, limits)
    assert {k: r for k, r in done.hidden.items() if r != "secondary"} == small
    assert bool(done.hidden) == bool(small)
    for one in audit([table], done.hidden, limits, whole=True):
        count = counts[one.key]
        true = {
            "answers": count.answers,
            "counted": count.counted,
            "others": count.answers - count.counted,
        }
        assert one.low - 1e-6 <= true[one.what] <= one.high + 1e-6
        assert one.safe, str(one)
    assert done.least <= done.cost


@settings(max_examples=15)
@given(TABLES, st.data())
def test_whole_numbers_tell_at_least_as_much_and_more_hiding_never_tells_more(numbers, data):
    table = random_table(numbers)
    assume(len(table.cells) > 3)
    places = keys(table)
    hidden = data.draw(st.sets(st.sampled_from(places), min_size=1, max_size=3))
    more = hidden | {data.draw(st.sampled_from(places))}
    wide = {(f.key, f.what): f for f in audit([table], hidden, PUBLIC)}
    for one in audit([table], hidden, PUBLIC, whole=True):
        own = wide[one.key, one.what]
        assert own.low - 1e-6 <= one.low and one.high <= own.high + 1e-6
    for one in audit([table], more, PUBLIC):
        if (one.key, one.what) in wide and one.key in hidden:
            own = wide[one.key, one.what]
            assert one.low <= own.low + 1e-6 and own.high <= one.high + 1e-6


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_cheaper_choice_is_safe_where_the_least_is_proved(seed):
    own = np.random.default_rng(seed)
    base = {
        (f"c{i}", s): (n := int(own.integers(4, 40)), int(own.integers(1, n)))
        for i in range(3)
        for s in SERVICE.parent
    }
    table = crossed((Dimension("c", {f"c{i}": None for i in range(3)}), SERVICE), base)
    limits = Limits(minimum=8, unanimous=8, width=8, spread=2)
    done = protect([table], limits)
    assert done.optimal and done.hidden
    counts = {table.key(place): count.answers + 1 for place, count in table.cells.items()}
    must = [k for k, reason in done.hidden.items() if reason != "secondary"]
    others = [k for k in counts if k not in must]
    left = done.cost - sum(counts[k] for k in must)
    for size in range(len(others)):
        for more in combinations(others, size):
            if sum(counts[k] for k in more) < left - 1e-9:
                found = audit([table], {*must, *more}, limits)
                assert not all(one.safe for one in found)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (Table((SERVICE,), {(None,): Count(9, 9), ("land",): Count(10, 9)}), "add up to 10"),
        (Table((SERVICE,), {("sea",): Count(9, 9)}), 'has no "sea"'),
        (Table((SERVICE,), {("land", "x"): Count(9, 9)}), "1 dimensions"),
        (Table((Dimension("a", {"x": "y"}),), {("x",): Count(9, 9)}), 'under "y"'),
        (Table((Dimension("a", {"x": "y", "y": "x"}),), {("x",): Count(9)}), "part of itself"),
    ],
)
def test_tables_that_are_none_are_refused(table, said):
    with pytest.raises(DisclosureError, match=said):
        protect([table])


def test_two_tables_that_contradict_each_other_are_refused():
    one = Table((SERVICE,), {("land",): Count(20, 10)})
    with pytest.raises(DisclosureError, match="different counts for service land"):
        protect([one, Table((SERVICE,), {("land",): Count(21, 10)})])
    with pytest.raises(DisclosureError, match="no count of answers"):
        Count(3, 4)


def test_what_one_person_answered_may_be_either():
    """The size is shown, so that the interval is no wider than from 0 to 1; it is no narrower."""
    table = Table((SERVICE,), {("land",): Count(1, 1)})
    proof = protect([table], Limits(sizes_shown=True)).proof
    assert [(one.low, one.high) for one in proof] == [(0, 1), (0, 1)]


def answers() -> pa.Table:
    sizes = {"Phú Vang": (40, 30), "Phú Lộc": (6, 4), "A Lưới": (55, 50)}
    rows = [
        {"province": "Huế", "commune": c, "q1": 5 if i < good else 2}
        for c, (n, good) in sizes.items()
        for i in range(n)
    ]
    return pa.Table.from_pylist(rows)


SHARE = {"kind": "share", "of": ["q1"], "satisfied": [4, 5]}
BLOCKS = [SHARE | {"by": ["province"]}, SHARE | {"by": ["province", "commune"]}]
COLUMNS = {"province": "area", "commune": "area"}


def test_from_results_to_results_that_tell_nothing_hidden():
    results = estimate({"estimate": BLOCKS}, answers())
    table = results_table(results, [AREA], COLUMNS)
    assert table.cells[("Phú Lộc",)] == Count(6, 4, 6)
    done = protect([table])
    shown = publish(conceal(results, done, [AREA], COLUMNS))
    by = {row.by.get("commune", "Huế"): row for row in shown}
    assert by["Huế"].n == 101 and by["A Lưới"].value == pytest.approx(50 / 55)
    for name in ("Phú Lộc", "Phú Vang"):  # which of them is the small one is not said
        row = by[name]
        assert (row.status, row.n, row.rows, row.value, row.low) == ("withheld", *[None] * 4)


def test_items_and_their_group_do_not_tell_of_each_other():
    """The group has the answers of its items; who left one item out is told by the difference."""
    rows = [
        {"q1": 5 if i < 50 else 1, "q2": (4 if i % 2 else 2) if i < 7 else 0} for i in range(60)
    ]
    group = {"name": "staff", "of": ["q1", "q2"]}
    block = SHARE | {"of": ["q1", "q2"], "groups": [group], "missing": [0]}
    results = estimate({"estimate": [block]}, pa.Table.from_pylist(rows))
    items = Dimension("item", {"staff": None, "q1": "staff", "q2": "staff"})
    table = results_table(results, [items], {"of": "item"})
    assert table.cells == {
        ("q1",): Count(60, 50, 60),
        ("q2",): Count(7, 3, 7),
        ("staff",): Count(67, 53, 60),
    }
    done = protect([table])
    assert done.hidden == {key(item="q2"): "few-answers", key(item="q1"): "secondary"}
    few = results_table(
        estimate({"estimate": [block]}, pa.Table.from_pylist(rows[:6])), [items], {"of": "item"}
    )
    assert few.cells[("staff",)].answers == 12  # of 6 people, who are too few
    assert set(primary({few.key(p): c for p, c in few.cells.items()}, PUBLIC)) == set(keys(few))


def test_weighted_shares_protect_the_numbers_of_answers():
    weighted = answers().append_column("w", pa.array(np.linspace(1, 3, 101)))
    results = estimate({"design": {"weight": "w"}, "estimate": BLOCKS}, weighted)
    table = results_table(results, [AREA], COLUMNS)
    assert table.cells[("Phú Lộc",)] == Count(6, None, 6)
    assert set(protect([table]).hidden.values()) == {"few-answers", "secondary"}


def test_results_of_two_items_are_no_single_table():
    results = estimate({"estimate": [SHARE], "design": {}}, answers())
    twice = estimate({"estimate": [SHARE, SHARE]}, answers())
    assert len(results_table(results, [AREA], COLUMNS).cells) == 1
    with pytest.raises(DisclosureError, match="one item at a time"):
        results_table(twice, [AREA], COLUMNS)
