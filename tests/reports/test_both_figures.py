"""Two figures are kept: with all answers, and without those that flags leave out."""

from datetime import date
from uuid import UUID

import pytest

from survey.fieldwork.tables import Round
from survey.reports import downloads
from survey.reports.catalogue import COUNTERS, measures, sources
from survey.reports.figures import FEW_LEFT_OUT, OFFICIAL, Request, Without, figures
from survey.respond.snapshot import take_snapshot
from survey.respond.tables import Response, ResponseFlag
from tests.respond.province import EVENING, FORM, RATED, build
from tests.staff.conftest import Desk, person

DAY = date(2026, 7, 6)


@pytest.fixture
def province(kept):
    made = build(kept)
    with kept.write() as session:
        session.get_one(Round, "counter-2026").method = "counter-form"
    return made


def answer(province, *, letter, counter, code, n, flags=()):
    """n people at a counter who give one code to every question."""
    with province.database.write() as session:
        for _ in range(n):
            key = UUID(int=province.rng.getrandbits(128), version=4)
            session.add(
                Response(
                    id=key, round="counter-2026", version=FORM, day=DAY, mode="kiosk",
                    assisted=False, language="vi", answers=dict.fromkeys(RATED, code),
                    area_id=province.areas[letter], centre_id=province.centres[letter],
                    counter_id=province.counters[counter],
                )
            )  # fmt: skip
            session.flush()
            session.add_all(ResponseFlag(response_id=key, rule=rule, version=1) for rule in flags)


def shown(province, *, split=False):
    database = province.database
    take_snapshot(database, "counter-2026", now=EVENING)
    with database.read() as session:
        found = sources(session, COUNTERS)
        index = measures(session, found, [])[0]
        wanted = Request(index, "commune", OFFICIAL, split)
        return figures(session, database.settings.data, found, wanted)


def test_a_place_has_its_figure_with_all_answers_and_without_those_left_out(province):
    answer(province, letter="A", counter="A1", code=4, n=30)
    answer(province, letter="A", counter="A1", code=2, n=10)
    answer(province, letter="A", counter="A2", code=5, n=20, flags=["burst"])
    answer(province, letter="A", counter="A2", code=4, n=5, flags=["straight"])
    answer(province, letter="B", counter="B1", code=4, n=12)
    first, other = sorted(shown(province), key=lambda figure: -figure.n)
    assert (first.n, first.value) == (65, pytest.approx(55 / 65))
    second = first.without
    assert (second.left_out, second.n, second.status) == (20, 45, "ok")
    assert second.value == pytest.approx(35 / 45)
    assert second.low < second.value < second.high
    assert (other.n, other.without) == (12, None)
    told, plain = downloads.rows([first, other], "Chỉ số")
    assert (told["left_out"], told["n_without"]) == (20, 45)
    assert told["value_without"] == second.value
    assert (plain["left_out"], plain["value_without"]) == (0, plain["value"])


def test_so_few_left_out_that_the_difference_would_tell_are_not_told(province):
    answer(province, letter="A", counter="A1", code=4, n=30)
    answer(province, letter="A", counter="A1", code=2, n=2, flags=["speed"])
    [figure] = shown(province)
    assert figure.without == Without(None, None, None, None, None, FEW_LEFT_OUT)


def test_where_everything_is_left_out_no_second_figure_is_made_up(province):
    answer(province, letter="A", counter="A1", code=4, n=30, flags=["volume"])
    [figure] = shown(province)
    assert (figure.n, figure.without) == (30, Without(30, 0, None, None, None, "no-answers"))


def test_each_mode_has_its_own_second_figure(province):
    answer(province, letter="A", counter="A1", code=4, n=30)
    answer(province, letter="A", counter="A1", code=2, n=10, flags=["burst"])
    found = {figure.mode: figure for figure in shown(province, split=True)}
    assert found[None].without == found["kiosk"].without
    assert found["kiosk"].without.n == 30


def test_an_analyst_sees_both(province, app):
    answer(province, letter="A", counter="A1", code=4, n=30)
    answer(province, letter="A", counter="A1", code=2, n=10, flags=["burst"])
    shown(province)
    with province.database.write() as session:
        analyst = person(session, "analyst", ("analyst", None))
    desk = Desk(app, province.database).enter(analyst).client
    line = "Không gồm phiếu bị gắn cờ: 100"
    assert line in desk.get("/desk/figures?kind=counter&level=commune&weights=official").text
    one = f"/desk/figures/{province.areas['A']}/counter-2026?kind=counter&weights=official"
    page = desk.get(one).text
    assert "Gồm và không gồm phiếu bị gắn cờ" in page and "n\xa0=\xa030" in page
    file = desk.get("/desk/figures.csv?kind=counter&level=commune&weights=official")
    assert "left_out" in file.text.splitlines()[0]
