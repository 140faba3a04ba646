"""What devices post takes a short way, on which all is as on the long one."""

import pytest
from sqlalchemy import event

from survey.respond.tables import Intake
from survey.security import HEADERS
from tests.respond.citizen import prepared
from tests.respond.test_resends import submission

PATH = "/api/v1/responses"
JSON = {"content_type": "application/json"}


@pytest.fixture
def client(app, at):
    prepared(app.extensions["sipas.database"])
    return app.test_client()


def test_its_answers_have_the_headers_of_all_others(client):
    answer = client.post(PATH, data=f"[{submission()}]", **JSON)
    other = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.json[0]["state"]) == (200, "stored")
    assert answer.mimetype == "application/json"
    assert answer.content_length == len(answer.data)
    assert answer.headers["Cache-Control"] == other.headers["Cache-Control"] == "no-store"
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    assert "Strict-Transport-Security" not in answer.headers
    safe = client.post(PATH, data="[]", base_url="https://localhost", **JSON)
    assert safe.headers["Strict-Transport-Security"].startswith("max-age=")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": "no list", "content_type": "application/json"}, 400),
        ({"data": "[]", "content_type": "text/plain"}, 415),
        ({"data": "[]", "headers": {"Origin": "https://example.vn"}, **JSON}, 403),
        ({"data": "[]", "headers": {"Sipas-Device": "nobody"}, **JSON}, 401),
    ],
)
def test_what_is_refused_is_told_as_on_every_way(client, sent, status):
    answer = client.post(PATH, **sent)
    assert (answer.status_code, answer.json["code"]) == (status, status)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_a_fault_of_ours_is_an_answer_too(client, app, monkeypatch):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr("survey.respond.api.take_batch", lambda *_given, **_named: 1 / 0)
    assert client.post(PATH, data="[]", **JSON).status_code == 500


def test_other_methods_take_the_long_way(client):
    assert client.get(PATH).status_code == 405
    assert "POST" in client.options(PATH).headers["Allow"]


def test_its_time_is_measured_with_all_others(client):
    client.post(PATH, data="[]", **JSON)
    told = client.get("/metrics").get_data(as_text=True)
    assert 'sipas_request_seconds_count{endpoint="api.responses",status="200"} 1.0' in told


def test_ids_of_a_batch_are_looked_up_at_once(client, app, stored):
    """Sent again, too: with one question to the database it is told for each that it is known."""
    bodies = [submission(seq=n) for n in range(1, 9)]
    batch = f"[{','.join(bodies)}]"
    asked: list[str] = []
    engine = app.extensions["sipas.database"].engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert [one["state"] for one in client.post(PATH, data=batch, **JSON).json] == ["stored"] * 8
    assert len([one for one in asked if "FROM receipt" in one]) == 1
    assert [one["state"] for one in client.post(PATH, data=batch, **JSON).json] == ["already"] * 8
    assert len(stored(Intake)) == 8
