"""A round as Parquet: the same columns, types and rows whichever database it comes from."""

import json
import stat
from collections import Counter
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select, update

from survey.database.copies import copy_into
from survey.errors import RoundUnknown
from survey.fieldwork.tables import Snapshot, WeightSet
from survey.respond.release import release
from survey.respond.snapshot import latest, manifest_of, sha256_of, take_snapshot
from survey.respond.tables import Response, Weight
from tests.respond.province import EVENING, MORNING, RATED, add_cells, build


@pytest.fixture
def province(both):
    return build(both)


def go(province):
    with province.database.write() as session:
        release(session, now=EVENING, rng=province.rng, everything=True)


def snap(province, code="counter-2026", now=EVENING):
    made = take_snapshot(province.database, code, now=now)
    return made, pq.read_table(province.database.settings.data / made.path)


def test_the_columns_are_those_of_the_contract(province):
    province.send(6, "A1", field="ho-tich")
    go(province)
    made, table = snap(province)
    text = ["round", "version", "area", "counter", "agency", "field", "mode"]
    design = ["stratum", "cluster1", "cluster2"]
    assert table.column_names == [
        *text[:2], "day", *text[2:], "assisted", "flagged", *design, *RATED,
        "sex", "age", "education",
    ]  # fmt: skip
    types = {name: str(table.schema.field(name).type) for name in table.column_names}
    assert {types[name] for name in text + design} == {"string"}
    assert (types["day"], types["assisted"], types["q1"]) == ("date32[day]", "bool", "int8")
    assert (made.rows, table.num_rows, made.schema_version) == (6, 6, 2)


def test_the_rows_are_the_released_responses_and_nothing_answered_is_zero(province):
    province.send(5, "A1", field="ho-tich", answers={"q1": 5, "q9": 2, "age": 3})
    go(province)
    _, table = snap(province)
    (row,) = {tuple(row.items()) for row in table.to_pylist()}
    said = dict(row)
    assert (said["area"], said["counter"], said["field"]) == ("19429", "A1", "ho-tich")
    assert (said["day"], said["assisted"], said["mode"]) == (date(2026, 7, 6), False, "kiosk")
    assert (said["q1"], said["q2"], said["q9"], said["age"], said["sex"]) == (5, 0, 2, 3, 0)
    assert (said["stratum"], said["agency"]) == (None, None)


def test_the_order_is_that_of_the_random_keys(province):
    province.send(30, "A1")
    go(province)
    _, table = snap(province)
    expected = [[r.answers.get(q, 0) for q in RATED] for r in province.responses()]
    assert [[row[q] for q in RATED] for row in table.to_pylist()] == expected


def test_a_sample_carries_its_design_and_its_newest_weights(province):
    cells = add_cells(province, {"north/c1/v1": [[10, 2], [100, 6]]})
    province.send(5, round="sipas-2026", cell_id=cells["north/c1/v1"])
    go(province)
    with province.database.write() as session:
        for value in (1, 83_333_333_333):
            kept = WeightSet(
                round="sipas-2026", name="base", method={}, frozen_at=EVENING, sha256="0" * 64
            )
            session.add(kept)
            session.flush()
            first, *others = session.scalars(select(Response.id)).all()
            session.add_all(Weight(set_id=kept.id, response_id=r, value=value) for r in others)
    _, table = snap(province, "sipas-2026")
    assert table.schema.field("w_base").type == pa.int64()
    assert Counter(table["w_base"].to_pylist()) == {83_333_333_333: 4, None: 1}
    assert set(table["stratum"].to_pylist()) == {"north"}
    assert set(table["cluster2"].to_pylist()) == {"v1"}
    assert set(table["area"].to_pylist()) == {"19429"}


def test_the_manifest_says_what_the_file_is(province):
    province.send(5, "A1")
    go(province)
    made, table = snap(province)
    path = province.database.settings.data / made.path
    told = json.loads(manifest_of(path).read_text())
    assert (told["rows"], told["sha256"], told["round"]) == (5, sha256_of(path), "counter-2026")
    assert list(told["columns"]) == table.column_names
    assert path.stem == made.sha256[:16] == sha256_of(path)[:16]


def test_the_same_content_makes_no_second_file_and_new_content_keeps_two(province):
    folder = province.database.settings.data / "snapshots" / "counter-2026"
    names = []
    for day in range(4):
        province.send(5, "A1", start=MORNING + timedelta(days=day))
        go(province)
        for _ in range(2):
            made, _ = snap(province, now=EVENING + timedelta(days=day))
        names.append(made.path)
    assert len(set(names)) == 4
    assert {f"snapshots/counter-2026/{file.name}" for file in folder.glob("*.parquet")} == {
        *names[-2:]
    }
    assert len(list(folder.iterdir())) == 4
    with province.database.read() as session:
        assert latest(session, "counter-2026").path == names[-1]
        assert set(session.scalars(select(Snapshot.path))) == set(names[-2:])


def test_a_round_without_responses_has_a_file_without_rows(province):
    made, table = snap(province)
    assert (made.rows, table.num_rows) == (0, 0)
    assert "q1" in table.column_names


def test_an_unknown_round_is_told_so(province):
    with pytest.raises(RoundUnknown):
        take_snapshot(province.database, "nowhere", now=EVENING)


def test_both_databases_give_the_same_table_and_leave_no_copy_behind(province):
    """Keys made by hand, so that the rows come in the same order from both."""
    province.send(5, "A1", answers={"q1": 1})
    go(province)
    with province.database.write() as session:
        for number, row in enumerate(session.scalars(select(Response.id)).all()):
            changed = update(Response).where(Response.id == row)
            session.execute(changed.values(answers={"q1": number + 1, "not_asked": 7}))
    _, table = snap(province)
    assert table["q1"].to_pylist() == [1, 2, 3, 4, 5]
    assert not list(province.database.settings.data.glob("copy-*"))


def test_a_copy_is_for_its_owner_alone(kept, tmp_path):
    from_kept = tmp_path / "copy.db"
    copy_into(kept, from_kept)
    assert stat.S_IMODE(from_kept.stat().st_mode) == 0o600
