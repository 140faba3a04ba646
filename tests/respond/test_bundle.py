"""A form is carried away whole: one signed text a place, the same all day."""

import json
from datetime import timedelta

import brotli
import pytest
from markupsafe import escape

import questionnaires
from survey.fieldwork.rounds import close
from survey.respond.bundle import views as bundles
from survey.respond.bundle.made import PURPOSE
from survey.respond.bundle.views import for_kiosk
from survey.respond.said import label_of
from survey.respond.tables import Intake
from survey.signing import is_signed, jwk_of, own_key
from survey.site import set_site_value
from survey.tables import METADATA
from survey.units.hours import Hours, set_hours
from survey.units.places import counter_by_code
from tests.fieldwork.places import JULY
from tests.questionnaires.at_hand import EVERY
from tests.respond.citizen import ROUND
from tests.respond.robot import ask

ADDRESS = f"/api/v1/rounds/{ROUND}/bundle"


@pytest.fixture
def carried(client, at, poster, monkeypatch):
    """The text of the bundle at an address, already read."""
    monkeypatch.setattr(bundles, "clock", at)

    def fetch(address: str = ADDRESS) -> dict:
        answer = client.get(address)
        assert answer.status_code == 200, answer.text
        return json.loads(answer.json["bundle"])

    return fetch


@pytest.fixture
def at_poster(poster):
    return f"/api/v1/counters/{poster.removeprefix('/c/')}/bundle"


def test_a_telephone_gets_the_form_of_the_round_and_of_the_counter(carried, at_poster):
    of_round, here = carried(), carried(at_poster)
    assert (of_round["round"]["code"], of_round["mode"]) == (ROUND, "web")
    assert here["mode"] == "mobile"
    assert here["place"]["counter"] == "dong-hoi-1" and here["place"]["field"] == "ho-tich"
    assert of_round["place"]["counter"] is None
    assert (here["fields"], sorted(of_round["fields"])) == ([], ["dat-dai", "ho-tich"])
    assert here["version"] == of_round["version"] == "one-stop-ward@1"
    assert here["last_day"] == "2026-09-30"


def test_the_bundle_is_signed_by_the_installation(app, client, carried):
    carried()
    sent = client.get(ADDRESS).json
    key = jwk_of(own_key(app.extensions["sipas.settings"].secret(), PURPOSE).public_key())
    text = sent["bundle"].encode()
    assert is_signed(key, sent["signature"], text)
    assert not is_signed(key, sent["signature"], text.replace(b"5", b"4", 1))


def test_it_is_the_same_all_day_and_not_sent_twice(client, carried, at):
    carried()
    first = client.get(ADDRESS)
    at.now = JULY + timedelta(hours=3)
    again = client.get(ADDRESS, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    at.now = JULY + timedelta(days=1)
    assert client.get(ADDRESS).headers["ETag"] != first.headers["ETag"]


def test_it_weighs_little_on_its_way(client, carried):
    carried()
    sent = client.get(ADDRESS, headers={"Accept-Encoding": "br"})
    assert sent.headers["Content-Encoding"] == "br" and len(sent.data) < 12_000
    assert json.loads(brotli.decompress(sent.data)) == client.get(ADDRESS).json


def test_it_changes_with_what_is_asked_and_who_asks(app, client, carried):
    carried()
    first = client.get(ADDRESS).headers["ETag"]
    with app.extensions["sipas.database"].write() as session:
        set_site_value(session, "organiser", "Sở Nội vụ tỉnh Quảng Trị")
    assert client.get(ADDRESS).headers["ETag"] != first
    assert "Sở Nội vụ tỉnh Quảng Trị" in carried()["languages"]["vi"]["notice"]


def test_it_holds_for_a_month_but_not_longer_than_the_round(carried, at):
    made = carried()
    assert made["issued"].startswith(f"{JULY.date()}T00:00:00+07:00")
    assert made["valid_until"].startswith(f"{JULY.date() + timedelta(days=30)}T00:00:00")
    at.now = JULY.replace(month=9, day=20)
    assert carried()["valid_until"] == "2026-10-01T00:00:00+07:00"


def test_a_round_that_is_over_and_a_code_nobody_has_say_so(app, client, carried):
    carried()
    with app.extensions["sipas.database"].write() as session:
        close(session, ROUND, by="command", now=JULY)
    assert client.get(ADDRESS).status_code == 410
    assert client.get("/api/v1/counters/NOSUCH23/bundle").status_code == 404
    assert client.get("/api/v1/rounds/none/bundle").status_code == 404


def test_a_kiosk_gets_the_form_of_its_counter_a_screen_at_a_time_with_its_hours(app, poster):
    database, week = app.extensions["sipas.database"], {"1": [["07:30", "11:30"]]}
    ask(database, questionnaires.load(EVERY["one_page"]))
    with database.write() as session:
        counter = counter_by_code(session, "dong-hoi-1")
        special = [("2026-08-22", [["07:30", "09:30"]], "Làm bù")]
        hours = Hours(week, [["2026-09-02", "Quốc khánh"]], 70, special)
        set_hours(session, counter.centre_id, hours)
    with app.test_request_context(), database.read() as session:
        counter = counter_by_code(session, "dong-hoi-1")
        made = json.loads(for_kiosk(session, counter, now=JULY).text)
    assert (made["mode"], made["place"]["counter"]) == ("kiosk", "dong-hoi-1")
    assert made["hours"] == {
        "week": week,
        "days_off": [["2026-09-02", "Quốc khánh"]],
        "special_days": [["2026-08-22", [["07:30", "09:30"]], "Làm bù"]],
    }
    assert made["idle"] == {"seconds": 70, "warning": 20}
    assert made["form"]["paging"] == "screens"
    assert len(made["languages"]["vi"]["steps"]) == len(made["form"]["screens"]) + 1


def test_fetching_it_writes_nothing(app, carried, stored):
    carried()
    with app.extensions["sipas.database"].read() as session:
        for table in METADATA.sorted_tables:
            if table.name in ("intake", "receipt", "traffic"):
                assert session.execute(table.select()).all() == []
    assert stored(Intake) == []


def test_each_language_has_all_pages_and_the_servers_sentences(carried):
    made = carried()
    vi, en = made["languages"]["vi"], made["languages"]["en"]
    for spoken in (vi, en):
        assert len(spoken["steps"]) == 5
        assert 'name="q1"' in spoken["steps"][0]["html"]
        assert "form-opened" not in json.dumps(spoken)
    assert vi["words"]["pick_level"][0] == "Hãy chọn một mức cho câu %(number)s."
    assert "Please choose a level" in en["words"]["pick_level"][0]
    assert en["words"]["missing"] == [
        "One thing on this page is missing",
        "%(num)d things on this page are missing",
    ]
    assert "Xin cảm ơn Ông/Bà" in vi["thanks"]["stored"]
    assert "Câu trả lời của Ông/Bà" in vi["thanks"]["waiting"]
    fields = {field["name"]: field for field in vi["fields"]}
    assert (fields["q1"]["number"], fields["q1"]["missing"]) == (1, "pick_level")


@pytest.mark.parametrize("name", EVERY)
def test_every_form_can_be_carried_away_with_all_that_it_may_ask(app, carried, name):
    """Each question stands once on a page of each language; no answer is filled in yet."""
    form = questionnaires.load(EVERY[name])
    ask(app.extensions["sipas.database"], form)
    made = carried()
    asked = [q["id"] for screen in made["form"]["screens"] for q in screen["questions"]]
    assert asked == [question.id for question in form.questions]
    for language in form.languages:
        pages = "".join(step["html"] for step in made["languages"][language]["steps"])
        for question in form.questions:
            assert pages.count(f'data-question="{question.id}"') == 1
            for option in question.options:
                assert escape(label_of(option, language)) in pages
        assert "…" not in made["languages"][language]["steps"][0]["title"]
