"""Numbers, days and communes are columns of 32 bits, in which 0 is an answer and null is none."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import questionnaires
from survey.fieldwork.publishing import publish
from survey.fieldwork.tables import Round
from survey.respond.export import exported
from survey.respond.release import release
from survey.respond.snapshot import take_snapshot
from tests.respond.province import EVENING, SET_UP, build

FOLDER = Path(__file__).parents[1] / "questionnaires" / "feature_forms"


@pytest.fixture
def province(both):
    return build(both)


def answered(province, name: str, given: list[dict[str, int]]) -> None:
    form = questionnaires.load(FOLDER / f"{name}.toml")
    with province.database.write() as session:
        publish(session, form, by="test", now=SET_UP)
        session.get_one(Round, "counter-2026").questionnaire = form.name
    for answers in given:
        province.send(1, "A1", answers=answers, version=form.name)
    with province.database.write() as session:
        release(session, now=EVENING, rng=province.rng, everything=True)


def columns(province) -> pa.Table:
    made = take_snapshot(province.database, "counter-2026", now=EVENING)
    return pq.read_table(province.database.settings.data / made.path)


def test_a_visit_never_made_is_not_a_question_never_answered(province):
    answered(province, "number", [{"visits": 0}] * 3 + [{"visits": 2, "minutes": 600}] * 3)
    table = columns(province)
    assert table.schema.field("visits").type == pa.int32()
    assert sorted(table["visits"].to_pylist()) == [0, 0, 0, 2, 2, 2]
    assert table["minutes"].null_count == 3 and 600 in table["minutes"].to_pylist()
    told, _ = exported(province.database, "counter-2026")
    assert sorted(told["visits"].to_pylist()) == [0, 0, 0, 2, 2, 2]


def test_a_day_is_a_number_that_sorts_and_a_commune_is_left_out_unless_shared(province):
    answered(province, "place", [{"home": 19363}] * 5 + [{"home": 18880}])
    assert sorted(columns(province)["home"].to_pylist()) == [18880, *[19363] * 5]
    told, _ = exported(province.database, "counter-2026", demographics=True)
    assert sorted(told["home"].to_pylist(), key=str) == [*[19363] * 5, None]
    told, _ = exported(province.database, "counter-2026")
    assert "home" not in told.column_names
