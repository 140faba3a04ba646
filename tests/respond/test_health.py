"""Those who watch over the service see that it is up and ready, and nobody else sees its meters."""

import pytest

from survey.app import create_app
from survey.config import Settings
from survey.respond.health import metrics_token
from tests.respond.test_resends import submission


def test_up_and_ready(client):
    assert client.get("/healthz").json == {"status": "ok"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["migrated"]) == (200, True)


def test_not_ready_before_the_tables_are_there(tmp_path):
    app = create_app(Settings(f"sqlite:///{tmp_path / 'new.db'}", tmp_path, tmp_path / "secret"))
    ready = app.test_client().get("/readyz")
    assert (ready.status_code, ready.json["database"], ready.json["migrated"]) == (503, True, False)
    app.extensions["sipas.database"].close()


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.0.0.7", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, 403),
        ("10.0.0.7", {"Authorization": "Bearer wrong"}, 403),
    ],
)
def test_meters_are_for_this_machine(client, address, headers, status):
    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status


def test_meters_are_for_the_bearer_of_the_token(app, client):
    token = metrics_token(app.extensions["sipas.settings"])
    answer = client.get(
        "/metrics",
        headers={"Authorization": f"Bearer {token}"},
        environ_base={"REMOTE_ADDR": "10.0.0.7"},
    )
    assert answer.status_code == 200


def test_submissions_are_metered_by_door_and_state(client, poster):
    client.post("/api/v1/responses", data=f"[{submission()}]", content_type="application/json")
    shown = client.get("/metrics").get_data(as_text=True)
    assert 'sipas_submissions_total{door="api",state="stored"} 1.0' in shown
