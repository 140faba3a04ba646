"""The simulated province: whole, the same each time, and labelled wherever it shows."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from questionnaires import indicators
from survey.app import create_app
from survey.calendar import clock
from survey.cli import demo_cases
from survey.config import Settings
from survey.database import Database
from survey.database.migrate import upgrade
from survey.demo import accounts
from survey.demo.build import build
from survey.fieldwork.tables import Round, RoundPlace
from survey.reports.catalogue import COUNTERS, SAMPLED, measures, sources
from survey.reports.figures import Figure, Request, figures
from survey.reports.territory import forebears
from survey.reports.trend import trend
from survey.respond.snapshot import take_snapshots
from survey.respond.tables import Comment, Response
from survey.respond.weights import freeze_weights
from survey.staff.roles import ROLES
from survey.units.areas import area_at
from tests.staff.conftest import Desk

NEW_QUANG_TRI, OLD_QUANG_TRI = "44", "45"
SIPAS = Path(sys.executable).parent / "sipas"


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The demo with weights and snapshots, as `sipas demo` leaves it."""
    folder = tmp_path_factory.mktemp("province")
    chosen = Settings(f"sqlite:///{folder / 'sipas.db'}", folder, folder / "secret")
    database = Database(chosen)
    upgrade(database)
    now = clock()
    with database.write() as session:
        codes = build(session, now=now, progress=lambda _line: None)
        accounts.build(session, chosen.secret(), now=now)
        demo_cases.build(session, now=now)
    for code in codes:
        freeze_weights(database, code, now=now)
    assert len(list(take_snapshots(database, codes, now=now))) == len(codes)
    yield database
    database.close()


@pytest.fixture(scope="module")
def app(province: Database) -> Iterator[Flask]:
    made = create_app(province.settings)
    yield made
    made.extensions["sipas.database"].close()


@pytest.fixture
def analyst(app: Flask, province: Database) -> FlaskClient:
    """The browser of the demo's analyst."""
    return signed_in(app, province, "analyst")


def signed_in(app: Flask, province: Database, login: str) -> FlaskClient:
    desk = Desk(app, province)
    desk.sign_in(login, accounts.password(province.settings.secret()))
    return desk.client


def shown(province: Database, kind: str, level: str, weights: str, **more: bool) -> list[Figure]:
    with province.read() as session:
        found = sources(session, kind)
        index = measures(session, found, indicators())[0]
        wanted = Request(index, level, weights, **more)
        return figures(session, province.settings.data, found, wanted)


def test_the_province_has_eight_yearly_samples_two_counter_surveys_and_seven_accounts(province):
    with province.read() as session:
        rounds = session.scalars(select(Round).order_by(Round.code)).all()
        assert [r.year for r in rounds if r.sample == "probability"] == list(range(2019, 2027))
        assert [r.year for r in rounds if r.sample == "open"] == [2025, 2026]
        assert all(r.simulated for r in rounds)
        assert session.scalar(select(func.count()).select_from(Response)) > 30_000
        assert session.scalar(select(func.count()).select_from(Comment)) > 500
    assert [account.login for account in accounts.listed()] and len(accounts.listed()) == len(ROLES)


def test_the_same_release_builds_the_same_province(province, tmp_path):
    again = Database(Settings(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, tmp_path / "secret"))
    upgrade(again)
    with province.read() as session:
        now = session.scalar(select(Round.made_at).limit(1))
        first = session.execute(select(Response.answers).order_by(Response.id).limit(500)).all()
    with again.write() as session:
        build(session, now=now, progress=lambda _line: None)
    with again.read() as session:
        second = session.execute(select(Response.answers).order_by(Response.id).limit(500)).all()
    again.close()
    assert first == second


def test_an_unweighted_share_is_satisfied_answers_over_answers_given(province):
    with province.read() as session:
        answers = session.scalars(select(Response.answers).where(Response.round == "sipas-2026"))
        given = [code for one in answers for item, code in one.items() if item.startswith("c9_")]
    (figure,) = [f for f in shown(province, SAMPLED, "province", "official") if f.year == 2026]
    assert figure.value == pytest.approx(sum(code >= 4 for code in given) / len(given), abs=1e-12)
    assert figure.low < figure.value < figure.high
    assert (figure.weights, figure.sample, figure.status) == ("official", "probability", "ok")


def test_weighted_figures_name_their_weights_and_differ_from_the_official_ones(province):
    official = {f.year: f for f in shown(province, SAMPLED, "province", "official")}
    weighted = {f.year: f for f in shown(province, SAMPLED, "province", "weighted")}
    assert {f.weights for f in weighted.values()} == {"poststratified"}
    assert weighted[2026].n == official[2026].n
    assert weighted[2026].value != official[2026].value


def test_a_district_is_shown_with_a_warning_and_an_old_commune_not_at_all(province):
    districts = shown(province, SAMPLED, "district", "weighted")
    assert {f.flag for f in districts} == {"few-clusters"}
    assert max(f.year for f in districts) == 2024
    old = [f for f in shown(province, SAMPLED, "commune", "weighted") if f.year < 2025]
    assert {f.value for f in old} == {None}
    assert {f.status for f in old} <= {"few-clusters", "few-answers", "lonely"}


def test_counter_figures_are_weighted_to_the_transactions_served_and_split_by_mode(province):
    found = shown(province, COUNTERS, "province", "weighted", split=True)
    assert {f.sample for f in found} == {"open"} and {f.weights for f in found} == {"served"}
    both = {f.mode: f.n for f in found if f.year == 2025}
    assert both[None] == sum(n for mode, n in both.items() if mode)


def test_a_round_of_one_ward_does_not_speak_for_the_province(province):
    assert not any(f.partial for f in shown(province, SAMPLED, "province", "official"))
    with province.write() as session:
        places = session.scalars(select(RoundPlace).where(RoundPlace.round == "quay-2025")).all()
        ward = area_at(session, "commune", accounts.COMMUNE, clock().date())
        before, places[0].area_id = places[0].area_id, ward.id
    found = shown(province, COUNTERS, "province", "official")
    assert {f.round: f.partial for f in found} == {"quay-2025": True, "quay-2026": False}
    wards = shown(province, COUNTERS, "commune", "official")
    assert {f.code for f in wards if f.round == "quay-2025" and not f.partial} == {ward.code}
    with province.write() as session:
        session.get_one(RoundPlace, places[0].id).area_id = before


def test_a_trend_shows_the_old_provinces_apart_and_published_values_beside(province):
    with province.read() as session:
        day = clock().date()
        area = area_at(session, "province", NEW_QUANG_TRI, day)
        assert [old.code for old in forebears(session, area)] == [NEW_QUANG_TRI, OLD_QUANG_TRI]
        found = sources(session, SAMPLED)
        made = trend(
            session,
            province.settings.data,
            found,
            kind=SAMPLED,
            measure=measures(session, found, indicators())[0],
            weights="weighted",
            area=area,
        )
    years = {line.name: [f.year for f in line.figures] for line in made.lines}
    assert list(years.values()) == [list(range(2019, 2025))] * 2 + [[2025, 2026]]
    nation, old = made.published
    assert (nation[0], [v.year for v in nation[1]]) == ("Việt Nam", list(range(2018, 2025)))
    assert [(v.year, v.value) for v in old[1]] == [(2020, pytest.approx(0.846))]
    assert made.breaks == (2021, 2024) and made.simulated


def test_every_page_and_file_of_the_figures_says_that_it_is_simulated(analyst):
    pages = ["/desk/figures", "/desk/figures?kind=counter", "/desk/figures?level=commune&page=2"]
    for page in pages:
        answer = analyst.get(page)
        assert answer.status_code == 200 and "Dữ liệu mô phỏng" in answer.text, page
    assert "Dữ liệu mô phỏng" in analyst.get("/desk/figures.csv").get_data().decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(analyst.get("/desk/figures.xlsx").get_data()))
    last = [row[-1].value for row in book.active.iter_rows(min_row=2)]
    assert set(last) == {"Dữ liệu mô phỏng"}


@pytest.mark.parametrize(
    ("indicator", "dashed", "apart"),
    [
        ("SIPAS.service.procedure.fee", [2022], []),
        ("SIPAS.policy.content.economy", [], [2022]),
        ("SIPAS.service.procedure.posted", [2022], [2021]),
        ("SIPAS.service.staff.listening", [], []),
    ],
)
def test_the_indicators_of_three_forms_are_joined_as_they_are_graded(
    province, indicator, dashed, apart
):
    with province.read() as session:
        area = area_at(session, "province", NEW_QUANG_TRI, clock().date())
        found = sources(session, SAMPLED)
        known = {one.key: one for one in measures(session, found, indicators())}
        made = trend(
            session,
            province.settings.data,
            found,
            kind=SAMPLED,
            measure=known[f"item.{indicator}"],
            weights="weighted",
            area=area,
        )
    old = made.lines[0]
    assert list(old.after("reworded")) == ([2021, *dashed] if indicator.endswith("fee") else dashed)
    assert list(old.after("different")) == apart
    years = [figure.year for figure in old.figures]
    assert years == {
        "SIPAS.service.staff.listening": [2019, 2020, 2021],
        "SIPAS.policy.content.economy": [2022, 2023, 2024],
    }.get(indicator, list(range(2019, 2025)))
    assert [one.grade for one in made.wordings if one.form == "sipas-2022@1"] in ([], ["same"])


def test_a_trend_is_a_picture_and_a_table_and_opens_to_its_method(analyst, province):
    with province.read() as session:
        area = area_at(session, "province", NEW_QUANG_TRI, clock().date())
    page = analyst.get(f"/desk/figures/trend/{area.id}")
    assert "Tỉnh Quảng Trị (cũ)" in page.text and "84,60%" in page.text
    picture = analyst.get(f"/desk/figures/trend/{area.id}.svg").text
    assert "Dữ liệu mô phỏng" in picture and "Quảng Trị cũ" in picture
    assert "phương pháp mới" in picture and "sáp nhập tỉnh" in picture
    assert analyst.get(f"/desk/figures/trend/{area.id}.png").data.startswith(b"\x89PNG")
    english = analyst.get(f"/desk/figures/trend/{area.id}.svg?lang=en").text
    assert "Simulated data" in english and "new method" in english
    method = analyst.get(f"/desk/figures/{area.id}/sipas-2026?lang=vi")
    assert "Quyết định 1001/QĐ-BNV" in method.text and "Hệ số thiết kế" in method.text


def test_an_officer_sees_the_figures_of_the_own_ward_and_may_not_download(app, province):
    officer = signed_in(app, province, "officer")
    page = officer.get("/desk/figures?kind=counter&level=commune").text
    assert "Phường Đông Hà" in page and "Phường Đồng Hới" not in page
    assert "figures.csv" not in page
    with province.read() as session:
        ward = area_at(session, "commune", accounts.COMMUNE, clock().date())
    assert officer.get(f"/desk/figures/trend/{ward.id}/picture.svg").status_code == 200
    for path in ("/desk/figures.csv", f"/desk/figures/trend/{ward.id}.csv"):
        assert officer.get(path).status_code == 403


def test_comments_are_read_by_those_who_answer_for_the_place_and_by_nobody_else(app, province):
    officer = signed_in(app, province, "officer").get("/desk/comments?q=phuong").text
    assert "Trung tâm Phục vụ hành chính công phường Đông Hà" in officer
    assert "phường Đồng Hới" not in officer
    everywhere = signed_in(app, province, "supervisor").get("/desk/comments?q=dong hoi").text
    assert "phường Đồng Hới" in everywhere and "phường Đông Hà" not in everywhere
    for role in ("administrator", "analyst", "auditor", "fieldwork"):
        assert signed_in(app, province, role).get("/desk/comments").status_code == 403


@pytest.mark.parametrize(
    "query",
    ["measure=nothing", "level=village", "weights=other", "page=-3", "page=x", "kind=%00", "q=%27"],
)
def test_what_cannot_be_chosen_falls_back_to_what_can(analyst, query):
    assert analyst.get(f"/desk/figures?{query}").status_code == 200


def test_the_command_refuses_a_database_that_is_in_use_and_tells_the_accounts(province, sipas):
    again = sipas("demo", data=province.settings.data)
    assert again.returncode == 1 and "already holds" in again.stderr
    told = sipas("demo", "--if-empty", data=province.settings.data)
    assert told.returncode == 0 and all(role in told.stdout for role in ROLES)
    assert accounts.password(province.settings.secret()) in told.stdout


@pytest.fixture
def sipas():
    """Runs a `sipas` command on a folder of data."""

    def run(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SIPAS, *arguments],
            env={**os.environ, "SIPAS_DATA": str(data)},
            capture_output=True,
            text=True,
            check=False,
        )

    return run
